"""Achtergrondtaken: scannen wat wacht, en opruimen wat halverwege bleef steken."""

from celery import shared_task

from portaal.bestanden import handelingen


@shared_task(name="bestanden.controleer")
def controleer() -> int:
    """Scan wat op de virusscanner wacht; geeft hoeveel er een uitslag kregen."""
    return handelingen.controleer_wachtende()


@shared_task(name="bestanden.ruim_op")
def ruim_op() -> int:
    """Verwijder halve uploads en bestanden bij oude concepten; geeft het aantal."""
    return handelingen.ruim_op()
