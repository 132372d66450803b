"""Achtergrondtaken van de notificaties."""

from celery import shared_task

from portaal.gebeurtenissen.wachtrij import werk_af
from portaal.notificaties.handelingen import leg_mislukt_vast, verstuur
from portaal.notificaties.models import Notificatie


@shared_task(name="notificaties.verstuur")
def verstuur_wachtende() -> int:
    """Verstuur wat aan de beurt is; geeft het aantal geprobeerde notificaties."""
    return werk_af(Notificatie.claim, verstuur, na_opgeven=leg_mislukt_vast)
