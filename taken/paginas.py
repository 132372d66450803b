"""Wat elke pagina met gegevens van een persoon gemeen heeft."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from portaal.inloggen.toegang import Toegang

P = ParamSpec("P")


def persoonlijk(
    pagina: Callable[Concatenate[HttpRequest, Toegang, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Laat de pagina alleen zien aan wie is ingelogd, en laat geen browser of tussenstation haar bewaren.

    Wie niet is ingelogd gaat naar het inloggen en komt daarna terug. Een htmx-aanvraag krijgt die verwijzing voor de
    hele pagina; anders stond het inlogscherm midden in een lijst.
    """

    @wraps(pagina)
    def omhulsel(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        toegang: Toegang | None = getattr(request, "toegang", None)
        if toegang is None:
            terug = request.path if request.method == "GET" and not request.htmx else "/overzicht"  # type: ignore[attr-defined]
            naar = "/inloggen?" + urlencode({"next": terug})
            antwoord: HttpResponse = (
                HttpResponseClientRedirect(naar) if request.htmx else HttpResponseRedirect(naar)  # type: ignore[attr-defined]
            )
        else:
            antwoord = pagina(request, toegang, *args, **kwargs)
        patch_cache_control(antwoord, no_store=True, private=True)
        patch_vary_headers(antwoord, ["HX-Request", "Cookie"])
        return antwoord

    return omhulsel
