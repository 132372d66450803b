"""Wie een abonnement heeft, hoort het als het afgeven niet meer lukt."""

from django.conf import settings
from django.core.mail import EmailMessage

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.webhooks.models import Abonnement


def vertel_eigenaar(gebeurtenis: Gebeurtenis) -> None:
    """Volger: een e-mail naar het contactadres van een gepauzeerd abonnement. Een fout van de mailserver gaat omhoog."""
    abonnement = Abonnement.objects.bestaand().filter(pk=gebeurtenis.record_id, gepauzeerd_op__isnull=False).first()
    if abonnement is None or not abonnement.contact:
        return
    adres = f"{settings.PORTAAL_URL}/webhooks/api/v1/abonnementen/{abonnement.pk}"
    EmailMessage(
        f"{settings.PORTAAL_NAAM}: webhook gepauzeerd",
        f"De portaal kan al een tijd niets meer afgeven bij de webhook '{abonnement.naam}'.\n"
        f"Reden: {abonnement.pauze_reden}.\n\n"
        "De portaal stuurt er nu niets meer heen. Er gaat niets verloren: maak de webhook weer bereikbaar en zet het\n"
        f'abonnement weer aan, in het beheer of met PATCH {adres} en {{"actief": true}}.\n'
        "Daarna komt alles alsnog, op volgorde.\n",
        to=[abonnement.contact],
    ).send()
