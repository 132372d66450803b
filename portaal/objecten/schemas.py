"""Het JSON-schema van elk objecttype: wat de portaal aanneemt. Ruimer dan de gepubliceerde schema's, want die weigeren
soms wat GZAC echt stuurt (formulier.type "url", geneste gegevens, 10,12 euro).
"""

from typing import Any

from portaal.objecten.models import Dialect

_TEKST = {"type": "string"}
_OBJECT = {"type": "object"}
_WIE = {"type": "object", "properties": {"type": _TEKST, "value": _TEKST}, "required": ["type", "value"]}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}


def _object(velden: dict[str, Any], *verplicht: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": velden,
        "required": list(verplicht),
    }


_SCHEMAS: dict[str, dict[str, Any]] = {
    Dialect.V1: _object(
        {
            "identificatie": _WIE,
            "data": _OBJECT,
            "title": _TEKST,
            "status": {"type": "string", "enum": ["open", "ingediend", "verwerkt", "gesloten"]},
            "formulier": {
                "type": "object",
                "properties": {"type": {"type": "string", "enum": ["id", "url"]}, "value": _TEKST},
                "required": ["type", "value"],
            },
            "verwerker_taak_id": _TEKST,
            "zaak": {"type": ["string", "null"]},
            "verloopdatum": _MOMENT,
            "verzonden_data": _OBJECT,
        },
        *("status", "verwerker_taak_id", "identificatie"),
    ),
    Dialect.V2: _object(
        {
            "titel": _TEKST,
            "status": {"type": "string", "enum": ["open", "afgerond", "verwerkt", "gesloten"]},
            "soort": {"type": "string", "enum": ["url", "portaalformulier", "ogonebetaling"]},
            "url": {"type": "object", "properties": {"uri": _TEKST}},
            "portaalformulier": {
                "type": "object",
                "properties": {"formulier": _OBJECT, "data": _OBJECT, "verzonden_data": _OBJECT},
            },
            "ogonebetaling": {
                "type": "object",
                "properties": {"bedrag": {"type": "number", "minimum": 0}, "betaalkenmerk": _TEKST, "pspid": _TEKST},
            },
            "identificatie": _WIE,
            "verloopdatum": _MOMENT,
            "koppeling": {"type": "object", "properties": {"registratie": _TEKST, "value": _TEKST}},
            "verwerker_taak_id": _TEKST,
            "eigenaar": _TEKST,
        },
        *("titel", "status", "soort", "identificatie"),
    ),
    Dialect.BERICHT: _object(
        {
            "identificatie": _WIE,
            "onderwerp": _TEKST,
            "berichtTekst": _TEKST,
            "publicatiedatum": _MOMENT,
            "einddatumHandelingstermijn": _MOMENT,
            "referentie": _TEKST,
            "handelingsperspectief": _TEKST,
            "berichtType": _TEKST,
            "geopend": {"type": "boolean"},
            "bijlages": {"type": "array", "items": _TEKST},
        },
        *("identificatie", "onderwerp", "berichtTekst"),
    ),
    Dialect.PRODUCTAANVRAAG: _object(
        {
            "submission_id": _TEKST,
            "type": _TEKST,
            "data": _OBJECT,
            "bsn": _TEKST,
            "kvk": _TEKST,
            "public_reference": _TEKST,
            "language_code": _TEKST,
            "attachments": {"type": "array", "items": _TEKST},
        },
        *("submission_id", "type", "data"),
    ),
    Dialect.ZAAKVERZOEK: _object(
        {
            "submission_id": _TEKST,
            "type": _TEKST,
            "soort": _TEKST,
            "zaak": _TEKST,
            "zaak_identificatie": _TEKST,
            "identificatie": _WIE,
            "data": _OBJECT,
            "ingediend_op": _MOMENT,
            "public_reference": _TEKST,
            "status": _TEKST,
            "attachments": {"type": "array", "items": _TEKST},
        },
        *("submission_id", "type", "data", "status"),
    ),
}


def schema_voor(dialect: Dialect) -> dict[str, Any]:
    """Het schema van dit dialect."""
    return _SCHEMAS[dialect]
