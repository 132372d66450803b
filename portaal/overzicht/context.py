"""Wat elke pagina in het raamwerk nodig heeft."""

import functools
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from taken.models import Taak


@functools.cache
def _nlds_gebouwd() -> bool:
    """Is static/dist/ er? Zo niet, dan krijgt de pagina de noodopmaak. Eén keer per proces gekeken."""
    return finders.find("dist/css/nlds.css") is not None


def raamwerk() -> dict[str, Any]:
    """Wat zonder aanvraag en zonder database bekend is; genoeg voor de pagina bij een storing."""
    return {
        "portaal_naam": settings.PORTAAL_NAAM,
        "organisatie_naam": settings.ORGANISATIE_NAAM,
        "organisatie_telefoon": settings.ORGANISATIE_TELEFOON,
        "organisatie_email": settings.ORGANISATIE_EMAIL,
        "organisatie_website": settings.ORGANISATIE_WEBSITE,
        "organisatie_adres": settings.ORGANISATIE_ADRES,
        "organisatie_openingstijden": settings.ORGANISATIE_OPENINGSTIJDEN,
        "toegankelijkheid_url": settings.TOEGANKELIJKHEID_URL,
        "thema_css": f"thema/{settings.THEMA}/thema.css",
        "thema_logo": f"thema/{settings.THEMA}/logo.svg",
        "thema_favicon": f"thema/{settings.THEMA}/favicon.svg",
        "nlds_gebouwd": _nlds_gebouwd(),
        "demo": settings.OMGEVING == "demo",
    }


def basis(request: HttpRequest) -> dict[str, Any]:
    """De context processor: het raamwerk, wie er is ingelogd en hoeveel taken er open staan.

    Het aantal wordt pas geteld als het sjabloon het toont: één query per pagina, geen enkele zonder login.
    """
    toegang = getattr(request, "toegang", None)
    return raamwerk() | {
        "toegang": toegang,
        "aantal_open": SimpleLazyObject(lambda: Taak.objects.voor(toegang).te_doen().count()) if toegang else 0,
        "sessie_seconden": getattr(toegang, "verloopt_over", None),
    }
