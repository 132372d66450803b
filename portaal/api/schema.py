"""Het OpenAPI-document van een domein: OAS 3.0.3, volgens de NL API Design Rules (2.1 en de werkversie erna)."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import URLPattern, URLResolver
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from portaal.api.problemen import MEDIATYPE, TITELS
from portaal.api.rechten import scopes_voor
from portaal.api.scopes import SCOPES
from portaal.api.views import PortaalView

_ACTIES = {
    "list": "List",
    "retrieve": "Retrieve",
    "create": "Create",
    "update": "Update",
    "partial_update": "PartialUpdate",
    "destroy": "Destroy",
}
_METHODEN = {"get": "Retrieve", "post": "Create", "put": "Update", "patch": "PartialUpdate", "delete": "Destroy"}
_generator = threading.Lock()  # drf-spectacular houdt tijdens het maken toestand bij die van het hele proces is


class TokenSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Hoe een aanroeper zich bekendmaakt; dezelfde naam als in Open VTB."""

    target_class = "portaal.api.token.TokenAuthenticatie"
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Het securityScheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`; `Bearer <token>` mag ook. Een beheerder van de portaal geeft het token uit.",
        }


class PortaalSchema(AutoSchema):
    """Beschrijft een eindpunt zoals de portaal het overal doet.

    Een view kan aangeven: `idempotente_acties` (kent Idempotency-Key), `zonder_bladeren` (geeft alles ineens).
    Of een view If-Match kent volgt uit PortaalView.
    """

    def _get_paginator(self) -> Any:
        """Een lijst gaat in pagina's, behalve van de acties in `zonder_bladeren`."""
        if self._actie() in getattr(self.view, "zonder_bladeren", ()):
            return None
        return super()._get_paginator()  # type: ignore[no-untyped-call]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Een alleen-lezenveld staat in elk antwoord, behalve wat de serializer in `soms` noemt."""
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        soms: frozenset[str] = getattr(serializer, "soms", frozenset())
        if soms and "required" in schema:
            schema["required"] = [naam for naam in schema["required"] if naam not in soms]
        return schema

    def get_operation_id(self) -> str:
        """Zoals in Open VTB: `urltakenPartialUpdate`."""
        delen = [deel for deel in self.path.strip("/").split("/") if deel and not deel.startswith("{")]
        woorden = [woord for deel in delen for woord in deel.strip("_").split("-")]
        naam = woorden[0] + "".join(woord.capitalize() for woord in woorden[1:]) if woorden else "start"
        actie = getattr(self.view, "action", None)
        if actie and actie not in _ACTIES:
            return (
                naam
                if naam.lower().endswith(actie.strip("_").lower())
                else naam + actie.strip("_").title().replace("_", "")
            )
        return naam + (_ACTIES.get(actie or "") or _METHODEN[self.method.lower()])

    def get_tags(self) -> list[str]:
        """De verzameling: het eerste deel van het pad."""
        return [self.path.strip("/").split("/")[0]]

    def get_description(self) -> str:  # type: ignore[override]
        """De uitleg van de view, met de scope die nodig is."""
        uitleg = super().get_description() or self.get_summary() or self.get_operation_id()
        nodig = " of ".join(f"`{scope}` ({SCOPES[scope].lower()})" for scope in scopes_voor(self.view, self.method))
        return f"{uitleg}\n\nNodig: scope {nodig}." if nodig else uitleg

    def get_override_parameters(self) -> list[Any]:
        """De koppen die dit eindpunt kent."""
        koppen: list[Any] = self._query_parameters()
        if self._actie() in getattr(self.view, "idempotente_acties", ()):
            uitleg = (
                "Een eigen kenmerk van dit verzoek (1 tot 255 tekens). Komt hetzelfde verzoek binnen 7 dagen nog eens, "
                "dan ontstaat er geen tweede; een ander verzoek met hetzelfde kenmerk is een 409."
            )
            koppen.append(OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description=uitleg))
        if isinstance(self.view, PortaalView) and self.view.kent_if_match(self.method):
            uitleg = "De ETag van de versie die u wijzigt. Is er intussen een andere versie, dan volgt een 412."
            koppen.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description=uitleg))
        return koppen

    def _query_parameters(self) -> list[Any]:
        namen = set(self.view.eigen_query_parameters(self.method)) if isinstance(self.view, PortaalView) else set()
        beschreven = getattr(self.view, "query_serializer", None) if namen else None
        velden = set(beschreven().fields) if beschreven else set()
        if not namen & velden:
            beschreven = None  # een actie met alleen eigen parameters
        # Namen als startdatum__gte zijn van Open VTB; de design rules willen ze niet, dus ze staan niet in het document.
        los = [
            OpenApiParameter(naam, str, OpenApiParameter.QUERY) for naam in sorted(namen - velden) if "__" not in naam
        ]
        return [beschreven, *los] if beschreven else los

    def _actie(self) -> str:
        return getattr(self.view, "action", None) or self.method.lower()


def maak_document(
    domein: str,
    titel: str,
    versie: str,
    beschrijving: str,
    patronen: Sequence[URLPattern | URLResolver],
    tags: Mapping[str, str],
) -> bytes:
    """Het document als JSON. De paden zijn zoals in `patronen`, dus zonder `/<domein>/api/v1`."""
    with _generator, translation.override("nl"):
        document: dict[str, Any] = SchemaGenerator(patterns=list(patronen)).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        document["openapi"] = "3.0.3"
        document["info"] = {
            "title": titel,
            "version": versie,
            "description": beschrijving,
            "contact": {
                "name": settings.ORGANISATIE_NAAM,
                "email": settings.ORGANISATIE_EMAIL,
                "url": settings.ORGANISATIE_WEBSITE,
            },
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
        }
        document["servers"] = [{"url": f"{settings.PORTAAL_URL}/{domein}/api/v1"}]
        gebruikt: dict[str, None] = {}
        for pad, item in document["paths"].items():
            for methode, operatie in item.items():
                if methode in _METHODEN:
                    _vul_aan(operatie, pad, methode)
                    gebruikt |= dict.fromkeys(operatie["tags"])
        _noem_etags(document["paths"])
        document["paths"]["/openapi.json"] = _pad_van_document()
        document["tags"] = [{"name": t, "description": tags.get(t, t.capitalize())} for t in [*gebruikt, "openapi"]]
        onderdelen = document.setdefault("components", {})
        onderdelen.setdefault("schemas", {})["Probleem"] = _PROBLEEM
        onderdelen["headers"] = {"APIVersion": _kop("De volledige versie van de API.")}
        onderdelen["responses"] = {f"Probleem{c}": _probleem_antwoord(c) for c in sorted(_gebruikte_codes(document))}
        return json.dumps(document, ensure_ascii=False, cls=DjangoJSONEncoder).encode()


def _vul_aan(operatie: dict[str, Any], pad: str, methode: str) -> None:
    """Versiekop en omschrijving op elk antwoord, en de fouten die hier kunnen voorkomen."""
    operatie.setdefault("summary", operatie["description"].splitlines()[0])
    antwoorden = operatie["responses"]
    for code, antwoord in antwoorden.items():
        antwoord.setdefault("headers", {})["API-Version"] = _VERSIEKOP
        antwoord["description"] = antwoord.get("description") or _GELUKT.get(code, "Gelukt.")
    if "204" in antwoorden:
        antwoorden["204"]["description"] = _GELUKT["204"]
    codes = {400, 401, 403, 406, 429, 500}
    namen = {p["name"] for p in operatie.get("parameters", ())}
    for parameter in operatie.get("parameters", ()):
        parameter.setdefault("description", _UITLEG_PARAMETER[parameter["in"]])
    if "{" in pad or "page" in namen:
        codes.add(404)
    if methode != "get":
        codes.add(409)
    if "requestBody" in operatie:
        codes |= {413, 415}
    if "If-Match" in namen:
        codes.add(412)
    if "201" in antwoorden:
        antwoorden["201"]["headers"]["Location"] = _kop("Het adres van wat er gemaakt is.")
        if "Idempotency-Key" in namen:
            bestond = {
                "description": "Dit bestond al: het antwoord is wat er al was.",
                "headers": {"API-Version": _VERSIEKOP},
            }
            antwoorden["200"] = {"content": antwoorden["201"]["content"], **bestond}
    for naam in sorted(codes):
        antwoorden.setdefault(str(naam), {"$ref": f"#/components/responses/Probleem{naam}"})


def _noem_etags(paden: Mapping[str, Any]) -> None:
    """Waar If-Match kan, staat in de antwoorden de ETag: bij het record zelf, en bij het maken ervan."""
    kop = _kop("De versie van dit record; stuur hem mee als If-Match.")
    for pad, item in paden.items():
        if any(p["name"] == "If-Match" for operatie in item.values() for p in operatie.get("parameters", ())):
            maken = paden.get(pad.rpartition("/")[0], {}).get("post")
            for operatie in (*item.values(), *([maken] if maken else [])):
                for code in ("200", "201"):
                    if code in operatie["responses"]:
                        operatie["responses"][code]["headers"]["ETag"] = kop


def _kop(uitleg: str, soort: str = "string") -> dict[str, Any]:
    return {"schema": {"type": soort}, "description": uitleg}


def _gebruikte_codes(document: Mapping[str, Any]) -> set[int]:
    tekst = json.dumps(document["paths"], cls=DjangoJSONEncoder)
    return {code for code in TITELS if f'"#/components/responses/Probleem{code}"' in tekst}


def _probleem_antwoord(code: int) -> dict[str, Any]:
    koppen: dict[str, Any] = {"API-Version": _VERSIEKOP}
    if code == 401:
        koppen["WWW-Authenticate"] = _kop("Hoe u zich bekendmaakt.")
    if code == 429:
        koppen["Retry-After"] = _kop("Over hoeveel seconden het weer kan.", "integer")
    return {
        "description": f"{TITELS[code]}.",
        "headers": koppen,
        "content": {MEDIATYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}},
    }


def _pad_van_document() -> dict[str, Any]:
    uitleg = "Dit document, voor iedereen op te halen."
    return {
        "get": {
            "operationId": "openapiRetrieve",
            "summary": "Het OpenAPI-document",
            "description": uitleg,
            "tags": ["openapi"],
            "security": [{}],
            "responses": {
                "200": {
                    "description": "Het OpenAPI-document.",
                    "headers": {
                        "API-Version": _VERSIEKOP,
                        "access-control-allow-origin": {
                            "schema": {"type": "string", "enum": ["*"]},
                            "description": "Elke website mag dit document lezen.",
                        },
                    },
                    "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
                },
                "500": {"$ref": "#/components/responses/Probleem500"},
            },
        }
    }


_VERSIEKOP = {"$ref": "#/components/headers/APIVersion"}
_UITLEG_PARAMETER = {
    "path": "Het kenmerk dat in het antwoord op het maken stond.",
    "query": "Alleen wat precies deze waarde heeft.",
    "header": "Zie de beschrijving.",
}
_GELUKT = {"200": "Gelukt.", "201": "Aangemaakt.", "204": "Gelukt; het antwoord is leeg."}


def _tekst(uitleg: str, voorbeeld: str) -> dict[str, Any]:
    return {"type": "string", "description": uitleg, "example": voorbeeld}


_PROBLEEM: dict[str, Any] = {
    "type": "object",
    "description": "Een fout (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": _tekst("Altijd about:blank; kijk naar status en code.", "about:blank"),
        "title": _tekst("De soort fout in een paar woorden.", TITELS[400]),
        "status": {"type": "integer", "description": "De HTTP-status.", "example": 400},
        "detail": _tekst("Wat er mis is, in gewone taal.", "Eén gegeven klopt niet. Zie invalidParams."),
        "instance": _tekst("Het pad van het verzoek, zonder querystring.", "/taken/api/v1/urltaken"),
        "code": _tekst("De soort fout, voor programma's.", "invalid"),
        "invalidParams": {
            "type": "array",
            "description": "Alles wat er mis is aan de invoer, in één keer.",
            "items": {
                "type": "object",
                "required": ["name", "code", "reason"],
                "properties": {
                    "name": _tekst("Het veld, met punten tussen de lagen.", "isGerelateerdAan.0.urn"),
                    "code": _tekst("De soort fout, voor programma's.", "required"),
                    "reason": _tekst("Uitleg voor mensen.", "Dit veld is verplicht."),
                },
            },
        },
    },
    "additionalProperties": True,
}
