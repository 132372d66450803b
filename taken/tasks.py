"""Achtergrondtaken voor taken."""

from celery import shared_task

from portaal.tijd import vandaag
from taken.handelingen import OvergangError, verloop
from taken.models import Taak


@shared_task(name="taken.verloop")
def verloop_taken(hoogstens: int = 5000) -> int:
    """Sluit taken waarvan de termijn voorbij is, alleen waar de eigenaar daarom vroeg. Geeft het aantal."""
    te_sluiten = (
        Taak.objects.als_systeem("sluit taken waarvan de termijn voorbij is")
        .open()
        .filter(verloopt_op_termijn=True, einddatum_handelingstermijn__lt=vandaag())
        .order_by("einddatum_handelingstermijn")
        .values_list("pk", flat=True)[:hoogstens]
    )
    aantal = 0
    for pk in te_sluiten:
        try:
            verloop(pk)
            aantal += 1
        except OvergangError:
            continue  # intussen gedaan of verlengd: niets te sluiten
    return aantal
