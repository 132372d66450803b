"""De tijdlijn van een record, in gewone woorden."""

from dataclasses import dataclass
from datetime import datetime

from portaal.gebeurtenissen.models import Gebeurtenis, Vastgelegd
from portaal.gebeurtenissen.soorten import ActorSoort, Soort


@dataclass(frozen=True)
class Regel:
    """Eén regel op de tijdlijn: wanneer, wat, en de reden als die gegeven is."""

    op: datetime
    soort: Soort
    tekst: str
    reden: str
    door: ActorSoort


def tijdlijn_van(record: Vastgelegd) -> list[Regel]:
    """Wat er met dit record gebeurde, oudste eerst. Eén query."""
    rijen = Gebeurtenis.objects.filter(record_soort=record.record_soort, record_id=record.pk).order_by("nummer")
    return [
        Regel(
            g.op, Soort(g.soort), str(Soort(g.soort).label), str(g.feiten.get("reden", "")), ActorSoort(g.actor_soort)
        )
        for g in rijen
    ]
