"""Achtergrondtaken voor berichten."""

import logging
import time

from celery import shared_task

from berichten.handelingen import publiceer
from berichten.models import Bericht
from portaal.gebeurtenissen.wachtrij import HOOGSTENS_BEZIG

log = logging.getLogger(__name__)


@shared_task(name="berichten.publiceer")
def publiceer_wachtende(hoogstens: int = 5000) -> int:
    """Maak te lezen wat aan de beurt is; geeft het aantal. Elk bericht in een eigen transactie.

    Gaat het bij één bericht mis, dan komen de andere toch; het ene wacht op de volgende ronde en staat in het log.
    """
    tot = time.monotonic() + HOOGSTENS_BEZIG
    te_doen = Bericht.objects.als_systeem("de portaal maakt berichten te lezen").te_publiceren()
    aantal = 0
    for pk in te_doen.values_list("pk", flat=True)[:hoogstens]:
        if time.monotonic() >= tot:
            break
        try:
            aantal += publiceer(pk)
        except Exception as fout:  # noqa: BLE001  (één stuk bericht mag de rest niet ophouden; alleen de soort gaat het log in)
            log.error("publiceren_mislukt bericht=%s fout=%s", pk, type(fout).__name__)
    return aantal
