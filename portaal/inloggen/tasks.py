"""Achtergrondtaken van het inloggen."""

from celery import shared_task

from portaal.inloggen import handelingen


@shared_task(name="inloggen.ruim_sessies_op")
def ruim_sessies_op() -> int:
    """Verwijder verlopen sessies; geeft het aantal."""
    return handelingen.ruim_sessies_op()
