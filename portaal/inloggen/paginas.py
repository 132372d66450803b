"""Wat elke pagina met gegevens van een persoon gemeen heeft."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from portaal.inloggen.middleware import naar_inloggen
from portaal.inloggen.toegang import Toegang

P = ParamSpec("P")


def persoonlijk(
    pagina: Callable[Concatenate[HttpRequest, Toegang, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Geef de pagina de toegang van wie is ingelogd; wie dat niet is gaat naar het inloggen.

    `ToegangMiddleware` houdt de deur al dicht; dit is het slot op de kamer. Een htmx-aanvraag krijgt een deel van de
    pagina, dus een cache moet die twee uit elkaar houden.
    """

    @wraps(pagina)
    def omhulsel(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        toegang: Toegang | None = getattr(request, "toegang", None)
        if toegang is None:
            return naar_inloggen(request)
        antwoord = pagina(request, toegang, *args, **kwargs)
        patch_vary_headers(antwoord, ["HX-Request"])
        return antwoord

    return omhulsel
