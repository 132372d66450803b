"""Achtergrondtaken van de notificaties."""

import time

from celery import shared_task

from portaal.gebeurtenissen.wachtrij import HOOGSTENS_BEZIG, werk_af
from portaal.notificaties.bewaken import sla_zo_nodig_alarm
from portaal.notificaties.handelingen.bezorgen import Ronde, verstuur_verificatie
from portaal.notificaties.handelingen.contact import ruim_verificaties_op
from portaal.notificaties.kanalen import sluit_alle
from portaal.notificaties.models import Verificatie


@shared_task(name="notificaties.verstuur")
def verstuur_wachtende() -> int:
    """Verstuur wat aan de beurt is, in het ingestelde tempo; geeft het aantal geprobeerde berichten."""
    try:
        return Ronde(time.monotonic() + HOOGSTENS_BEZIG).werk_af()
    finally:
        sluit_alle()


@shared_task(name="notificaties.verstuur_verificaties")
def verstuur_verificaties() -> int:
    """Verstuur de codes om een adres te bevestigen; geeft het aantal."""
    try:
        return werk_af(Verificatie.claim, verstuur_verificatie)
    finally:
        sluit_alle()


@shared_task(name="notificaties.bewaak")
def bewaak() -> int:
    """Sla alarm als er iets te lang wacht; geeft het aantal."""
    return sla_zo_nodig_alarm()


@shared_task(name="notificaties.ruim_op")
def ruim_op() -> int:
    """Gooi oude verificaties weg; geeft het aantal."""
    return ruim_verificaties_op()
