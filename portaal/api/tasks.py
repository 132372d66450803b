"""Achtergrondtaken van de API."""

from celery import shared_task

from portaal.api.models import Idempotentie
from portaal.tijd import nu


@shared_task(name="api.ruim_idempotentie_op")
def ruim_idempotentie_op() -> int:
    """Verwijder sleutels ouder dan 7 dagen; geeft het aantal."""
    aantal, _ = Idempotentie.objects.filter(verloopt_op__lte=nu()).delete()
    return aantal
