"""De tijdlijn van een record, in gewone woorden."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud, Vastgelegd
from portaal.gebeurtenissen.soorten import ActorSoort, Soort


@dataclass(frozen=True)
class Regel:
    """Eén regel op de tijdlijn: wanneer, wat, en de reden als die gegeven is."""

    op: datetime
    soort: Soort
    tekst: str
    reden: str
    door: ActorSoort
    actor: UUID | None = None


def tijdlijn_van(record: Vastgelegd) -> list[Regel]:
    """Wat er met dit record gebeurde, oudste eerst. Ten hoogste drie queries, hoe lang de lijst ook is."""
    redenen = redenen_van(record)
    rijen = Gebeurtenis.objects.filter(record_soort=record.record_soort, record_id=record.pk).order_by("nummer")
    return [
        Regel(
            g.op,
            Soort(g.soort),
            str(Soort(g.soort).label),
            redenen.get(g.nummer, ""),
            ActorSoort(g.actor_soort),
            g.actor,
        )
        for g in rijen
    ]


def redenen_van(record: Vastgelegd) -> dict[int, str]:
    """Per gebeurtenis (nummer) de reden die erbij gegeven is. Eén query.

    Een reden is vrije tekst en staat daarom in de inhoud, die na de bewaartermijn weg kan; in het boek zelf nooit.
    """
    rijen = Inhoud.objects.filter(record_soort=record.record_soort, record_id=record.pk).exclude(json__reden="")
    versies = {i.versie: str(i.json.get("reden", "")) for i in rijen}
    if not versies:
        return {}
    gebeurtenissen = Gebeurtenis.objects.filter(
        record_soort=record.record_soort, record_id=record.pk, inhoud_versie__in=versies, inhoud_sha256__isnull=False
    )
    return {g.nummer: versies[g.inhoud_versie or 0] for g in gebeurtenissen}
