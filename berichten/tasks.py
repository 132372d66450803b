"""Achtergrondtaken voor berichten."""

import logging
import time
from collections.abc import Iterable
from uuid import UUID

from celery import shared_task

from berichten.handelingen import publiceer, publiceer_samen
from berichten.models import Bericht
from portaal.gebeurtenissen.wachtrij import HOOGSTENS_BEZIG

log = logging.getLogger(__name__)

PER_STAPEL = 200


@shared_task(name="berichten.publiceer")
def publiceer_wachtende(hoogstens: int = 20_000) -> int:
    """Maak te lezen wat aan de beurt is; geeft het aantal. Per stapel één transactie; lukt dat niet, dan elk apart.

    Gaat het bij één bericht mis, dan komen de andere toch; het ene wacht op de volgende ronde en staat in het log.
    """
    tot = time.monotonic() + HOOGSTENS_BEZIG
    te_doen = Bericht.objects.als_systeem("de portaal maakt berichten te lezen").te_publiceren()
    aantal, pks = 0, list(te_doen.values_list("pk", flat=True)[:hoogstens])
    for stapel in (pks[i : i + PER_STAPEL] for i in range(0, len(pks), PER_STAPEL)):
        if time.monotonic() >= tot:
            break
        try:
            samen = publiceer_samen(stapel)
        except Exception as fout:  # noqa: BLE001  (hieronder telt elk bericht apart)
            log.warning("publiceren_samen_mislukt aantal=%s fout=%s", len(stapel), type(fout).__name__)
            samen = 0
        aantal += samen
        if samen < len(stapel):  # een bericht met een voorganger of bijlagen, of een stapel die niet lukte
            aantal += _een_voor_een(stapel, tot)
    return aantal


def _een_voor_een(pks: Iterable[UUID], tot: float) -> int:
    aantal = 0
    for pk in pks:
        if time.monotonic() >= tot:
            break
        try:
            aantal += publiceer(pk)
        except Exception as fout:  # noqa: BLE001  (één stuk bericht mag de rest niet ophouden; alleen de soort gaat het log in)
            log.error("publiceren_mislukt bericht=%s fout=%s", pk, type(fout).__name__)
    return aantal
