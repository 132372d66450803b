"""Achtergrondtaken van het boek."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db.models import prefetch_related_objects

from portaal.gebeurtenissen.anker import anker_van
from portaal.gebeurtenissen.handelingen import ruim_afleveringen_op
from portaal.gebeurtenissen.models import Aflevering
from portaal.gebeurtenissen.vernietigen import vernietig_wat_voorbij_is
from portaal.gebeurtenissen.volgers import volger
from portaal.gebeurtenissen.wachtrij import NietOpnieuwError, werk_af
from portaal.tijd import vandaag

log = logging.getLogger(__name__)


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


@shared_task(name="gebeurtenissen.ruim_op")
def ruim_op() -> int:
    """Gooi oude afleveringen weg die klaar zijn; geeft het aantal."""
    return ruim_afleveringen_op()


@shared_task(name="gebeurtenissen.anker")
def leg_anker() -> str:
    """Zet de vingerafdruk van gisteren in het logboek; na te rekenen met `manage.py controleer_gebeurtenissen --anker`."""
    dag = vandaag() - timedelta(days=1)
    aantal, afdruk = anker_van(dag)
    log.info("boek_anker dag=%s aantal=%s sha256=%s", dag.isoformat(), aantal, afdruk)
    return afdruk


@shared_task(name="gebeurtenissen.vernietig")
def vernietig() -> int:
    """Vernietig wat voorbij zijn bewaartermijn is; geeft het aantal records."""
    return sum(vernietig_wat_voorbij_is().values())
