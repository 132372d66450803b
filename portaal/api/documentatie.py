"""Waar een API haar OpenAPI-document en haar documentatiepagina heeft."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt

from portaal.api.paden import registreer_versie
from portaal.api.problemen import probleem_antwoord
from portaal.api.schema import maak_document

View = Callable[[HttpRequest], HttpResponse]

# Alleen van onszelf; Swagger UI gebruikt plaatjes als data:.
CSP_PAGINA = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def openapi_urls(
    domein: str,
    titel: str,
    versie: str,
    beschrijving: str,
    urlpatterns: Sequence[URLPattern | URLResolver],
    tags: Mapping[str, str] | None = None,
) -> list[URLPattern | URLResolver]:
    """De urls van een API: de eindpunten zelf onder `/<domein>/api/v1/`, met document en documentatiepagina.

    `urlpatterns` zijn de eindpunten, zonder dat begin; `versie` is semver en komt in de kop API-Version; `tags` geeft
    uitleg bij een verzameling: {"urltaken": "…"}. Gebruik het resultaat in de urls.py van het domein, die aan de wortel hangt.
    """
    registreer_versie(domein, versie)
    basis = f"{domein}/api/v1"

    @functools.cache
    def inhoud() -> bytes:
        return maak_document(domein, titel, versie, beschrijving, urlpatterns, tags or {})

    @_alleen_lezen
    def document(request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            inhoud(),
            content_type="application/json",
            headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"},
        )

    @_alleen_lezen
    def pagina(request: HttpRequest) -> HttpResponse:
        if not request.accepts("text/html"):
            return document(request)
        gegevens = {
            "titel": titel,
            "versie": versie,
            "basis": f"/{basis}",
            "operaties": operaties(json.loads(inhoud())),
        }
        antwoord = render(request, "portaal_api/documentatie.html", gegevens)
        antwoord.headers["Content-Security-Policy"] = CSP_PAGINA
        antwoord.headers["Cache-Control"] = "no-cache"
        return antwoord

    return [
        path(f"{basis}/openapi.json", document, name=f"{domein}-openapi"),
        path(basis, pagina, name=f"{domein}-api"),
        path(f"{basis}/", pagina),
        path(f"{basis}/", include(list(urlpatterns))),
    ]


def _alleen_lezen(view: View) -> View:
    """Iets anders dan GET of HEAD is een 405, zoals elders in de API als problem+json."""

    @csrf_exempt
    @functools.wraps(view)
    def verder(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request)
        antwoord = probleem_antwoord(request, 405, "Dit adres is alleen te lezen.", "method_not_allowed")
        antwoord.headers["Allow"] = "GET, HEAD"
        return antwoord

    return verder


def operaties(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Wat er kan, op een rij: voor wie geen JavaScript heeft."""
    return [
        {"methode": methode.upper(), "pad": pad, "uitleg": operatie.get("summary", "")}
        for pad, item in document["paths"].items()
        for methode, operatie in item.items()
    ]
