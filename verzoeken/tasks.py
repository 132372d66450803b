"""Achtergrondtaken voor verzoeken."""

import logging
import time

from celery import shared_task

from portaal.gebeurtenissen.wachtrij import HOOGSTENS_BEZIG
from verzoeken.handelingen import ruim_concept_op
from verzoeken.models import Verzoek

log = logging.getLogger(__name__)


@shared_task(name="verzoeken.ruim_concepten_op")
def ruim_concepten_op(hoogstens: int = 5000) -> int:
    """Wis wat iemand lang geleden bewaarde en nooit verstuurde; geeft het aantal. Elk concept in een eigen transactie.

    Gaat het bij één concept mis, dan gaan de andere toch; het ene wacht op de volgende ronde en staat in het log.
    """
    tot = time.monotonic() + HOOGSTENS_BEZIG
    oud = Verzoek.objects.als_systeem("de portaal ruimt concepten op die te lang bleven liggen").verlopen_concepten()
    aantal = 0
    for pk in oud.values_list("pk", flat=True)[:hoogstens]:
        if time.monotonic() >= tot:
            break
        try:
            aantal += ruim_concept_op(pk)
        except Exception as fout:  # noqa: BLE001  (één concept mag de rest niet ophouden; alleen de soort gaat het log in)
            log.error("concept_opruimen_mislukt verzoek=%s fout=%s", pk, type(fout).__name__)
    return aantal
