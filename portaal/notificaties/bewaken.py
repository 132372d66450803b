"""Komt alles op tijd weg? Getallen voor wie bewaakt, en een alarm ruim voor de 48 uur van de wet om zijn."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from portaal.gebeurtenissen.metriek import Meting, meet
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.models import Contactherstel, Notificatie
from portaal.tijd import nu

log = logging.getLogger(__name__)

ONVERSTUURD = Q(stand=Stand.WACHT, herinnering="")


def leeftijd_oudste() -> timedelta:
    """Hoe lang de oudste notificatie al wacht sinds haar publicatie; nul als er niets wacht. Een herinnering telt niet."""
    oudste = Notificatie.objects.filter(ONVERSTUURD, gepubliceerd_op__lte=nu()).aggregate(Min("gepubliceerd_op"))
    moment = oudste["gepubliceerd_op__min"]
    return nu() - moment if moment else timedelta()


@meet
def metingen() -> list[Meting]:
    """De getallen van de notificaties."""
    stand = Notificatie.objects.aggregate(
        wacht=Count("pk", filter=ONVERSTUURD), mislukt=Count("pk", filter=Q(stand=Stand.MISLUKT))
    )
    herstel = Contactherstel.objects.filter(afgehandeld_op=None).count()
    return [
        Meting("portaal_notificaties_wachtend", "Notificaties die nog niet zijn verstuurd", stand["wacht"]),
        Meting(
            "portaal_notificaties_oudste_seconden", "Hoe lang de oudste al wacht", leeftijd_oudste().total_seconds()
        ),
        Meting("portaal_notificaties_mislukt", "Notificaties die niet aankwamen", stand["mislukt"]),
        Meting("portaal_contactherstel_open", "Mensen die een medewerker nog moet bereiken", herstel),
    ]


def sla_zo_nodig_alarm() -> int:
    """Meld in het logboek wat al te lang wacht; geeft het aantal."""
    grens = nu() - timedelta(hours=settings.NOTIFICATIE_ALARM_UREN)
    aantal = Notificatie.objects.filter(ONVERSTUURD, gepubliceerd_op__lt=grens).count()
    if aantal:
        uren = leeftijd_oudste() / timedelta(hours=1)
        log.error("alarm_notificaties_te_laat aantal=%s oudste_uren=%.1f grens_uren=48", aantal, uren)
    return aantal
