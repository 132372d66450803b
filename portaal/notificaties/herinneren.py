"""Op welke dagen iemand aan een record wordt herinnerd. Een hogere app meldt haar regel aan; wij kennen haar niet."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.records import vergrendel
from portaal.notificaties.models import Notificatie

Momenten = Callable[[Any], Iterable[date]]

_regels: dict[str, Momenten] = {}


def herinner_regel(record_soort: str, momenten: Momenten) -> None:
    """`momenten(record)` geeft de dagen waarop een herinnering gaat; leeg als zij niet (meer) nodig is."""
    _regels[record_soort] = momenten


def regel_van(gebeurtenis: Gebeurtenis) -> Momenten | None:
    """De regel bij het record van deze gebeurtenis."""
    return _regels.get(gebeurtenis.record_soort)


def nog_nodig(notificatie: Notificatie) -> bool:
    """Of deze herinnering nu nog nodig is: het record is niet gedaan, gelezen of ingetrokken."""
    regel = _regels.get(notificatie.record_soort)
    return regel is not None and bool(list(regel(_lees(notificatie))))


def _lees(notificatie: Notificatie) -> Any:
    from django.db import transaction

    with transaction.atomic():
        return vergrendel(notificatie.record_soort, notificatie.record_id)
