"""Wat wij van Open VTB 0.1.0 zeggen te kunnen: operaties, velden en filters, als eigen feiten.

Opgeschreven na lezing van de drie beschrijvingen van VNG; er is niets uit overgenomen dan de namen.
"""

LEZEN_EN_MAKEN = ("get", "post")
ALLES = ("get", "put", "patch", "delete")

# domein → {pad: methoden}
OPERATIES: dict[str, dict[str, tuple[str, ...]]] = {
    "taken": {
        f"/{soort}{rest}": methoden
        for soort in ("externetaken", "urltaken", "formuliertaken", "betaaltaken")
        for rest, methoden in (("", LEZEN_EN_MAKEN), ("/{uuid}", ALLES))
    },
    "berichten": {"/berichten": LEZEN_EN_MAKEN, "/berichten/{uuid}": ("get", "patch")},
    "verzoeken": {
        "/verzoeken": LEZEN_EN_MAKEN,
        "/verzoeken/{uuid}": ALLES,
        "/verzoektypen": LEZEN_EN_MAKEN,
        "/verzoektypen/{uuid}": ALLES,
        "/verzoektypen/{verzoektypeUuid}/versies": LEZEN_EN_MAKEN,
        "/verzoektypen/{verzoektypeUuid}/versies/{verzoektypeVersie}": ALLES,
    },
}

_TAAK = (
    *("url", "urn", "uuid", "titel", "verwerkerTaakId", "status", "startdatum", "handelingsPerspectief", "toelichting"),
    *("einddatumHandelingsTermijn", "datumHerinnering", "isToegewezenAan", "isGerelateerdAan", "taakSoort", "details"),
)
# domein → {schema: velden}
VELDEN: dict[str, dict[str, tuple[str, ...]]] = {
    "taken": {
        "Urltaak": _TAAK,
        "Formuliertaak": _TAAK,
        "Betaaltaak": _TAAK,
        "UrltaakDetails": ("uitvraagLink", "voorinvullenGegevens", "ontvangenGegevens", "ontvangenBijlagen"),
        "FormuliertaakDetails": ("formulierDefinitie", "voorinvullenGegevens", "ontvangenGegevens"),
        "BetaaltaakDetails": ("bedrag", "valuta", "transactieomschrijving", "doelrekening"),
        "Doelrekening": ("naam", "code", "iban"),
        "Bijlage": ("informatieObject",),
        "Verwijzing": ("urn",),
    },
    "berichten": {
        "Bericht": (
            *("url", "urn", "uuid", "onderwerp", "berichtTekst", "publicatiedatum", "referentie", "ontvanger"),
            *("geopendOp", "berichtType", "isGerelateerdAan", "handelingsPerspectief", "einddatumHandelingsTermijn"),
            *("mijnOverheidBerichtenbox", "bijlagen"),
        ),
        "Bijlage": ("informatieObject", "omschrijving", "isBerichtTypeBijlage"),
        "Verwijzing": ("urn",),
    },
    "verzoeken": {
        "Verzoek": (
            *(
                "url",
                "urn",
                "uuid",
                "verzoekType",
                "verzoekTypeUrn",
                "geometrie",
                "aanvraagGegevens",
                "versie",
                "bijlagen",
            ),
            *("initiator", "medeInitiator", "isGerelateerdAan", "kanaal", "verzoekTaal", "verwerkStatus"),
            *("verzoekInformatieObject", "verzoekBron", "verzoekBetaling"),
        ),
        "VerzoekBron": ("naam", "kenmerk"),
        "VerzoekBetaling": ("providerKenmerk", "bedrag", "voltooid", "transactieDatum", "transactieReferentie"),
        "VerzoekType": ("url", "urn", "uuid", "versies", "naam", "omschrijving"),
        "VerzoekTypeVersie": (
            *("url", "versie", "verzoekType", "bijlageTypen", "status", "aanvraagGegevensSchema", "aangemaaktOp"),
            *("gewijzigdOp", "beginGeldigheid", "eindeGeldigheid"),
        ),
    },
}

# domein → {schema: {veld: de grens van Open VTB}}; die van ons is gelijk of ruimer.
GRENZEN: dict[str, dict[str, dict[str, int]]] = {
    "taken": {
        "Urltaak": {"titel": 100, "toelichting": 80, "verwerkerTaakId": 36, "isToegewezenAan": 255},
        "BetaaltaakDetails": {"transactieomschrijving": 80},
        "Doelrekening": {"naam": 200, "code": 100, "iban": 34},
    },
    "berichten": {
        "Bericht": {"onderwerp": 50, "berichtTekst": 4000, "referentie": 25, "berichtType": 8, "ontvanger": 255},
        "Bijlage": {"omschrijving": 40},
    },
    "verzoeken": {
        "Verzoek": {"kanaal": 200, "initiator": 255, "medeInitiator": 255, "verzoekInformatieObject": 255},
        "VerzoekBron": {"naam": 100, "kenmerk": 255},
        "VerzoekBetaling": {"providerKenmerk": 100, "transactieReferentie": 100},
        "VerzoekType": {"naam": 100, "omschrijving": 4000},
    },
}

PERSPECTIEVEN = {
    *("betalen", "incasso", "informatie_geven", "informatie_krijgen", "reactie_ontvangen"),
    *("vernieuwing_nodig", "uitnodiging_voor_afspraak"),
}
ENUMS: dict[str, dict[str, set[str]]] = {
    "taken": {
        "StatusEnum": {"open", "uitgevoerd", "niet_uitgevoerd", "afgebroken", "verwerkt"},
        "HandelingsPerspectiefEnum": PERSPECTIEVEN,
        "ValutaEnum": {"EUR"},
    },
    "berichten": {"HandelingsPerspectiefEnum": PERSPECTIEVEN},
    "verzoeken": {
        "VerwerkStatusEnum": {"geregistreerd", "verwerkt"},
        "VersieStatusEnum": {"draft", "published", "deprecated"},
    },
}

DAG, MOMENT, HOE = "2026-11-24", "2026-11-24T09:30:00Z", ("", "__gt", "__gte", "__lt", "__lte")
UUID_ = "019ac5b1-0d2f-7a11-8c55-3f0e9b7d6a10"
# domein → {pad: querystrings die een 200 geven}
FILTERS: dict[str, dict[str, list[str]]] = {
    "taken": {
        pad: [
            *(
                f"{veld}{hoe}={DAG}"
                for veld in ("startdatum", "einddatumHandelingsTermijn", "datumHerinnering")
                for hoe in HOE
            ),
            *("handelingsPerspectief=betalen", "isGerelateerdAan=urn:nld:x:zaak:1", "status=open", "taakSoort=urltaak"),
            *("titel=Stuur", f"uuid={UUID_}", "verwerkerTaakId=a-1", "page=1&pageSize=500"),
            "isToegewezenAan=urn:nld:oin:00000001234567890000",
        ]
        for pad in ("/externetaken", "/urltaken", "/formuliertaken", "/betaaltaken")
    },
    "berichten": {
        "/berichten": [
            *(f"publicatiedatum{hoe}={MOMENT}" for hoe in HOE),
            *("geopendOp__isnull=true", "geopendOp__isnull=false", "isGerelateerdAan=urn:nld:x:zaak:1"),
            *("ontvanger=urn:nld:oin:00000001234567890000", "page=1&pageSize=500"),
        ]
    },
    "verzoeken": {
        "/verzoeken": [
            *(
                "initiator=urn:nld:oin:00000001234567890000",
                "isGerelateerdAan=urn:nld:x:zaak:1",
                f"uuid={UUID_}",
                "versie=1",
            ),
            *(
                "verwerkStatus=geregistreerd",
                f"verzoekType__uuid={UUID_}",
                f"verzoekType__urn=urn:nld:x:verzoektype:{UUID_}",
            ),
            "page=1&pageSize=500",
        ],
        "/verzoektypen": ["naam=Iets", "omschrijving__icontains=iets", f"uuid={UUID_}"],
    },
}

# Wat wij bewust niet hebben; de reden staat in docs/api.md, en daar moet elk van deze namen staan.
NIET = {
    "DELETE /verzoeken/{uuid}",
    "DELETE /verzoektypen/{uuid}",
    "DELETE /verzoektypen/{verzoektypeUuid}/versies/{verzoektypeVersie}",
    "bijlageTypen",
    "medeInitiator=",
    "verzoekBetaling__transactieReferentie=",
    "verzoekBetaling__voltooid=",
}
