"""Wat elke pagina in het raamwerk nodig heeft."""

import functools
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from berichten import weergave as berichten
from portaal.inloggen.inlogmiddelen import inlogmiddelen
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu
from taken import weergave


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


def _middel_naam(toegang: Toegang) -> str:
    """Hoe het inlogmiddel op de pagina heet. Staat het niet meer in het bestand, dan de sleutel."""
    middel = inlogmiddelen().get(toegang.middel)
    return middel.naam if middel else toegang.middel


def _seconden_over(toegang: Toegang) -> int | None:
    """Hoe lang de sessie nog duurt als er niets gebeurt."""
    return max(0, int((toegang.verloopt_op - nu()).total_seconds())) if toegang.verloopt_op else None


def basis(request: HttpRequest) -> dict[str, Any]:
    """De context processor: het raamwerk, wie er is ingelogd, en hoeveel taken te doen en berichten ongelezen zijn.

    Een aantal wordt pas geteld als het sjabloon het toont: één query per aantal per pagina, geen enkele zonder login.
    """
    toegang: Toegang | None = getattr(request, "toegang", None)
    if toegang is None:
        return raamwerk()
    return raamwerk() | {
        "toegang": toegang,
        "middel_naam": _middel_naam(toegang),
        "aantal_te_doen": SimpleLazyObject(weergave.te_doen(toegang).count),
        "aantal_ongelezen": SimpleLazyObject(berichten.ongelezen(toegang).count),
        "sessie_seconden": _seconden_over(toegang),
    }
