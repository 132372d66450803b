"""Van de feed naar bezorgingen: per abonnement vanaf waar het gebleven was."""

import time
from typing import Any
from uuid import UUID

from django.db import transaction

from portaal.gebeurtenissen.afleveren import wek
from portaal.webhooks import feed
from portaal.webhooks.handelingen import zet_klaar
from portaal.webhooks.models import Abonnement

PER_KEER = 200
NOG_EVEN = 5  # keer kijken of een transactie die nog liep, intussen klaar is
PAUZE = 0.2  # seconden


def wek_verdeler(**kwargs: Any) -> None:
    """Er is een gebeurtenis bij gekomen: kijk na de commit of iemand haar wil horen."""
    wek("webhooks.verdeel")


def verdeel() -> int:
    """Zet voor elk actief abonnement klaar wat er nieuw is; geeft het aantal bezorgingen.

    Wat nu niet lukt (een transactie die nog loopt, te veel in de wachtrij), komt de volgende ronde.
    """
    aantal = 0
    for keer in range(NOG_EVEN):
        tot = feed.horizon()
        namen = Abonnement.objects.bestaand().filter(actief=True, gepauzeerd_op=None).values_list("pk", flat=True)
        for pk in list(namen):
            aantal += _verdeel_voor(pk, tot)
        if not namen or not feed.wacht_er_nog_iets(tot):
            break
        if keer < NOG_EVEN - 1:
            time.sleep(PAUZE)
    return aantal


def _verdeel_voor(pk: UUID, tot: feed.Plek) -> int:
    aantal = 0
    while True:
        with transaction.atomic():
            gemaakt, verder = zet_klaar(pk, tot, PER_KEER)
        aantal += gemaakt
        if not verder:
            return aantal
