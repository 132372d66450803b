"""Definities met elk onderdeel, om in een browser te bekijken: goed, fout, met en zonder JavaScript."""

from typing import Any

JA_NEE = [{"label": "Ja", "value": "ja"}, {"label": "Nee", "value": "nee"}]
VERPLICHT = {"validate": {"required": True}}

WIZARD: dict[str, Any] = {
    "display": "wizard",
    "components": [
        {
            "type": "panel", "key": "persoon", "title": "Wie bent u?",
            "components": [
                {"type": "content", "key": "uitleg", "html": "<p>U heeft uw <strong>identiteitskaart</strong> nodig.</p>"},
                {"type": "hidden", "key": "bron", "defaultValue": "brief"},
                {"type": "textfield", "key": "zaaknummer", "label": "Zaaknummer", "disabled": True, "defaultValue": "Z-2026-1"},
                {
                    "type": "columns", "key": "naam",
                    "columns": [
                        {"components": [{"type": "textfield", "key": "voornaam", "label": "Voornaam", **VERPLICHT}]},
                        {"components": [{"type": "textfield", "key": "achternaam", "label": "Achternaam", **VERPLICHT}]},
                    ],
                },
                {
                    "type": "bsn", "key": "bsn", "label": "Burgerservicenummer", **VERPLICHT,
                    "description": "Het nummer van 9 cijfers op uw paspoort.",
                },
                {"type": "postcode", "key": "postcode", "label": "Postcode"},
                {"type": "phoneNumber", "key": "telefoon", "label": "Telefoonnummer"},
                {"type": "radio", "key": "auto", "label": "Heeft u een auto?", "values": JA_NEE, **VERPLICHT},
                {
                    "type": "fieldset", "key": "autovak", "legend": "Uw auto",
                    "conditional": {"show": True, "when": "auto", "eq": "ja"},
                    "components": [
                        {"type": "licenseplate", "key": "kenteken", "label": "Kenteken", **VERPLICHT},
                        {"type": "number", "key": "bouwjaar", "label": "Bouwjaar", "validate": {"min": 1900, "integer": True}},
                        {
                            "type": "checkbox", "key": "oud", "label": "Het is een oldtimer",
                            "conditional": {"json": {"<": [1, {"var": "data.bouwjaar"}, 1990]}},
                        },
                    ],
                },
            ],
        },
        {
            "type": "panel", "key": "geld", "title": "Uw geld",
            "components": [
                {"type": "currency", "key": "inkomen", "label": "Inkomen per maand", **VERPLICHT},
                {"type": "iban", "key": "rekening", "label": "Rekeningnummer"},
                {
                    "type": "editgrid", "key": "kinderen", "label": "Kind", "addAnother": "Nog een kind toevoegen",
                    "components": [
                        {"type": "textfield", "key": "naam", "label": "Naam van het kind", **VERPLICHT},
                        {"type": "date", "key": "geboren", "label": "Geboren op"},
                    ],
                },
                {
                    "type": "selectboxes", "key": "kosten", "label": "Welke kosten heeft u?",
                    "values": [{"label": "Huur", "value": "huur"}, {"label": "Opvang", "value": "opvang"}],
                },
            ],
        },
        {
            "type": "panel", "key": "afspraak", "title": "Een afspraak",
            "components": [
                {"type": "date", "key": "dag", "label": "Op welke dag kunt u?"},
                {"type": "time", "key": "tijd", "label": "Hoe laat?", "validate": {"minTime": "09:00", "maxTime": "17:00"}},
                {"type": "datetime", "key": "moment", "label": "Wanneer is het gebeurd?", **VERPLICHT},
                {"type": "select", "key": "waar", "label": "Waar?", "data": {"values": JA_NEE}},
                {"type": "textarea", "key": "opmerking", "label": "Wilt u nog iets zeggen?"},
                {"type": "email", "key": "email", "label": "E-mailadres"},
            ],
        },
    ],
}  # fmt: skip
