"""Achtergrondtaken van de koppelingen."""

from celery import shared_task
from django.db.models import prefetch_related_objects

from portaal.gebeurtenissen.wachtrij import werk_af
from portaal.objecten import handelingen
from portaal.objecten.berichtgeven import vertel_koppelfouten
from portaal.objecten.models import Objectmelding
from portaal.objecten.versturen import verstuur


@shared_task(name="objecten.verstuur")
def verstuur_meldingen() -> int:
    """Stuur wat aan de beurt is naar de Notificaties API; geeft het aantal geprobeerde meldingen."""
    return werk_af(_claim, _verstuur, na_opgeven=handelingen.meld_opgegeven)


def _claim(aantal: int) -> list[Objectmelding]:
    rijen = Objectmelding.claim(aantal)
    prefetch_related_objects(rijen, "koppeling__applicatie", "object__objecttype__koppeling")
    return rijen


def _verstuur(melding: Objectmelding) -> None:
    verstuur(melding)
    melding.klaar()


@shared_task(name="objecten.bewaak")
def bewaak() -> int:
    """Zet in de lijst van koppelfouten wat gedaan is en te lang niet verwerkt (geeft het aantal), en vertel wat er bij kwam."""
    aantal = handelingen.bewaak()
    vertel_koppelfouten()
    return aantal
