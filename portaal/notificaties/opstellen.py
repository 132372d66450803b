"""De tekst van een notificatie, samengesteld uit gecontroleerde woorden: er is geen veld waar vrije tekst in past."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from portaal.betrokkenen.models import Aard, Applicatie
from portaal.notificaties.models import Notificatie

# Handelingsperspectieven (Open VTB) waarbij iemand iets moet doen; bij de andere gaat het om lezen.
VRAAGT_REACTIE = {
    "": True,
    "betalen": True,
    "incasso": False,
    "informatie_geven": True,
    "informatie_krijgen": False,
    "reactie_ontvangen": False,
    "uitnodiging_voor_afspraak": True,
    "vernieuwing_nodig": True,
}


def stel_mail_op(notificatie: Notificatie, applicatie: Applicatie, adres: str) -> EmailMultiAlternatives:
    """De e-mail: afzender, aard, of en tot wanneer een reactie nodig is, en ga zelf naar de portaal (Awb 2:10 lid 2).

    De Message-ID volgt uit de notificatie: wordt zij na een storing nog eens verstuurd, dan herkent de mailserver haar.
    """
    with translation.override("nl"):
        gegevens = {
            "organisatie": applicatie.organisatie.naam,
            "afzender": applicatie.afzender,
            "aard": Aard(notificatie.aard).label if notificatie.aard in Aard else Aard.INFORMATIE.label,
            "reactie_nodig": VRAAGT_REACTIE.get(notificatie.handelingsperspectief, True),
            "termijn": notificatie.termijn,
            "portaal": settings.PORTAAL_NAAM,
            "adres": settings.PORTAAL_URL,
            "telefoon": applicatie.organisatie.telefoon,
        }
        onderwerp = render_to_string("notificaties/onderwerp.txt", gegevens)
        bericht = EmailMultiAlternatives(
            subject=" ".join(onderwerp.split()),
            body=render_to_string("notificaties/bericht.txt", gegevens),
            to=[adres],
            headers={
                "Message-ID": f"<{notificatie.pk}@{_domein()}>",
                "Auto-Submitted": "auto-generated",  # RFC 3834: een afwezigheidsmelding hoeft niet terug
            },
        )
        bericht.attach_alternative(render_to_string("notificaties/bericht.html", gegevens), "text/html")
    return bericht


def _domein() -> str:
    return urlsplit(settings.PORTAAL_URL).hostname or "localhost"
