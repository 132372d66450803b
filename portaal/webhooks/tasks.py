"""Achtergrondtaken van de webhooks."""

from celery import shared_task

from portaal.gebeurtenissen.wachtrij import werk_af
from portaal.webhooks import handelingen
from portaal.webhooks.models import Bezorging
from portaal.webhooks.verdelen import verdeel


@shared_task(name="webhooks.verdeel")
def verdeel_gebeurtenissen() -> int:
    """Zet klaar wat er nieuw is voor wie daarop geabonneerd is; geeft het aantal."""
    return verdeel()


@shared_task(name="webhooks.bezorg")
def bezorg() -> int:
    """Geef af wat klaarstaat; geeft het aantal pogingen. Eén rij per keer: een trage ontvanger houdt geen andere vast."""
    return werk_af(Bezorging.claim, handelingen.bezorg, per_keer=1)


@shared_task(name="webhooks.ruim_op")
def ruim_op() -> int:
    """Verwijder bezorgingen die langer dan dertig dagen klaar of opgegeven zijn; geeft het aantal rijen."""
    return handelingen.ruim_op()
