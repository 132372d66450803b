"""Bladeren zoals Open VTB het doet, en controle van de querystring."""

import re
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import ErrorDetail, NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from portaal.betrokkenen.nummers import bevat_nummer

BLADEREN = frozenset({"page", "pageSize"})
_GETAL = re.compile(r"[1-9][0-9]{0,6}")


# Parameters waarin Open VTB iemands urn zet; alleen deze mogen met NUMMERS_IN_ADRES een nummer bevatten.
PERSOON = frozenset({"isToegewezenAan", "ontvanger", "initiator", "medeInitiator"})


def controleer_query(request: Request | HttpRequest, toegestaan: Iterable[str], zoekadres: str = "") -> None:
    """Weiger (400) elke onbekende of herhaalde parameter, en elke waarde met een nummer van 8 tot 12 cijfers.

    Een bsn, kvk- of vestigingsnummer hoort nooit in een adres: dat komt in logboeken en tussenliggende systemen terecht.
    `zoekadres` is waar het wel kan; dat staat dan in het antwoord. Met de instelling NUMMERS_IN_ADRES mag het toch, maar
    alleen in de parameters waar Open VTB iemand noemt.
    """
    mag = frozenset(toegestaan)
    fouten: dict[str, list[ErrorDetail]] = {}
    for naam, waarden in request.GET.lists():
        sleutel = "(naam met een nummer)" if bevat_nummer(naam) else naam
        if naam not in mag:
            fouten[sleutel] = [ErrorDetail("Deze parameter bestaat hier niet.", "unknown")]
        elif len(waarden) > 1:
            fouten[sleutel] = [ErrorDetail("Deze parameter mag maar één keer voorkomen.", "duplicate")]
        if settings.NUMMERS_IN_ADRES and naam in PERSOON & mag:
            continue
        if any(bevat_nummer(waarde) for waarde in waarden):
            hoe = f"gebruik POST {zoekadres}" if zoekadres else "zoeken op nummer gaat met POST, waar dat kan"
            uitleg = f"Zet een nummer van een persoon of bedrijf nooit in het adres; {hoe}."
            fouten[sleutel] = [ErrorDetail(uitleg, "number_in_query")]
    if fouten:
        raise ValidationError(fouten)


class Paginering(PageNumberPagination):
    """`page` en `pageSize`; antwoord `{count, next, previous, results}`."""

    page_query_param = "page"
    page_size_query_param = "pageSize"
    page_size = 100
    max_page_size = 500  # zoals Open VTB

    def get_page_size(self, request: Request) -> int:
        """Hoeveel per pagina: 1 tot `max_page_size`, anders 400."""
        return self._getal(request, "pageSize", self.page_size or 100, self.max_page_size)

    def get_page_number(self, request: Request, paginator: Any) -> int:
        """Welke pagina; geen getal vanaf 1 is 400."""
        return self._getal(request, "page", 1, None)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """De pagina; voorbij de laatste is 404."""
        # Beide eerst controleren: de aanroeper hoort alles in één keer.
        fouten: list[dict[str, Any]] = []
        for lees in (self.get_page_size, lambda r: self.get_page_number(r, None)):
            try:
                lees(request)
            except ValidationError as fout:
                fouten.append(cast(dict[str, Any], fout.detail))
        if fouten:
            raise ValidationError({naam: uitleg for fout in fouten for naam, uitleg in fout.items()})
        try:
            return super().paginate_queryset(queryset, request, view)
        except NotFound as fout:
            raise NotFound("Deze pagina bestaat niet (meer).", "page_not_found") from fout

    @staticmethod
    def _getal(request: Request, naam: str, anders: int, hoogste: int | None) -> int:
        waarde = request.query_params.get(naam)
        if waarde is None:
            return anders
        if not _GETAL.fullmatch(waarde) or (hoogste and int(waarde) > hoogste):
            uitleg = f"Geef een getal van 1 tot en met {hoogste}." if hoogste else "Geef een getal vanaf 1."
            code = "invalid_page" if naam == "page" else "invalid_page_size"
            raise ValidationError({naam: [ErrorDetail(uitleg, code)]})
        return int(waarde)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Hoe bladeren in het OpenAPI-document staat."""
        grootte = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            _parameter("page", "Welke pagina; de eerste is 1.", {"type": "integer", "minimum": 1, "default": 1}),
            _parameter("pageSize", f"Hoeveel per pagina, ten hoogste {self.max_page_size}.", grootte),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Hoe een pagina in het OpenAPI-document staat."""
        adres = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Hoeveel er in totaal zijn.", "example": 123},
                "next": {**adres, "description": "De volgende pagina, als die er is."},
                "previous": {**adres, "description": "De vorige pagina, als die er is."},
                "results": {**schema, "description": "Wat er op deze pagina staat."},
            },
        }

    def get_next_link(self) -> str | None:
        """Het volledige adres van de volgende pagina, gebouwd op PORTAAL_URL (nooit op de kop Host)."""
        return self._adres(self.page.next_page_number()) if self.page and self.page.has_next() else None

    def get_previous_link(self) -> str | None:
        """Het volledige adres van de vorige pagina."""
        return self._adres(self.page.previous_page_number()) if self.page and self.page.has_previous() else None

    def _adres(self, pagina: int) -> str:
        if self.request is None:
            raise NotFound
        vragen = {**self.request.query_params.dict(), "page": str(pagina)}
        return f"{settings.PORTAAL_URL}{self.request.path}?{urlencode(vragen)}"


def _parameter(naam: str, uitleg: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": naam, "in": "query", "required": False, "description": uitleg, "schema": schema}
