"""Achtergrondtaken van het boek."""

from celery import shared_task
from django.db.models import prefetch_related_objects

from portaal.gebeurtenissen.models import Aflevering
from portaal.gebeurtenissen.vernietigen import vernietig_wat_voorbij_is
from portaal.gebeurtenissen.volgers import volger
from portaal.gebeurtenissen.wachtrij import NietOpnieuwError, werk_af


@shared_task(name="gebeurtenissen.lever_af")
def lever_af() -> int:
    """Laat elke volger horen wat er voor hem klaarstaat; geeft het aantal geprobeerde afleveringen."""
    return werk_af(_claim, _lever)


def _claim(aantal: int) -> list[Aflevering]:
    rijen = Aflevering.claim(aantal)
    prefetch_related_objects(rijen, "gebeurtenis")
    return rijen


def _lever(aflevering: Aflevering) -> None:
    wie = volger(aflevering.volger)
    if wie is None:
        raise NietOpnieuwError(f"volger {aflevering.volger} bestaat niet meer")
    wie.doe(aflevering.gebeurtenis)
    aflevering.klaar()


@shared_task(name="gebeurtenissen.vernietig")
def vernietig() -> int:
    """Vernietig wat voorbij zijn bewaartermijn is; geeft het aantal records."""
    return sum(vernietig_wat_voorbij_is().values())
