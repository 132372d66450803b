"""Open VTB 0.1.0 (Taken-API van VNG) ↔ onze types. Zuivere functies: geen database, geen HTTP.

Onze API is een superset: alle velden van Open VTB, ruimere grenzen, en een handvol eigen velden.
"""

import re
from collections.abc import Mapping
from typing import Any

from portaal.betrokkenen.models import Niveau
from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.zaken.models import ZaakSleutel
from taken.handelingen import Geadresseerde, NieuweTaak, Wijziging
from taken.models import Taak, TaakSoort

# Binnen `details`: wat over de persoon gaat en dus versleuteld wordt bewaard.
GEGEVENS = frozenset({"voorinvullenGegevens", "ontvangenGegevens"})

NIVEAUS = {niveau.name.lower(): niveau for niveau in Niveau}  # geen, laag, midden, substantieel, hoog
_NIVEAU_WOORD = {int(niveau): woord for woord, niveau in NIVEAUS.items()}

URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[A-Za-z0-9\-._~%!$&'()*+,;=:@/?#]+")
_VESTIGING = re.compile(r"urn:nld:hr:kvknummer:(?P<kvk>[^:]+):vestigingsnummer:(?P<nummer>[^:]+)", re.IGNORECASE)
_SOORTEN = {
    "urn:nld:brp:bsn:": NummerSoort.BSN,
    "urn:nld:hr:kvknummer:": NummerSoort.KVK,
    "urn:nld:hr:rsin:": NummerSoort.RSIN,
    "urn:nld:hr:vestigingsnummer:": NummerSoort.VESTIGING,
    "urn:nld:oin:": NummerSoort.OIN,
}
_ZAAK = re.compile(r":zaak:(?P<soort>zaaknummer|uuid):(?P<waarde>.+)$", re.IGNORECASE)

# Veldnaam op de draad → veld van Taak, voor zover de eigenaar het mag wijzigen.
VELDEN = {
    "titel": "titel",
    "toelichting": "toelichting",
    "handelingsPerspectief": "handelingsperspectief",
    "einddatumHandelingsTermijn": "einddatum_handelingstermijn",
    "startdatum": "startdatum",
    "datumHerinnering": "datum_herinnering",
    "verlooptOpTermijn": "verloopt_op_termijn",
    "verwerkerTaakId": "verwerker_taak_id",
}


class OnbruikbareUrnError(ValueError):
    """Met deze urn kan de portaal geen betrokkene vinden. De tekst herhaalt de urn niet: er staat een nummer in."""


def lees_geadresseerde(urn: str) -> Geadresseerde:
    """Voor wie de taak is; `OnbruikbareUrnError` met een uitleg als de portaal met deze urn niets kan."""
    try:
        if vestiging := _VESTIGING.fullmatch(urn):
            kvk = controleer_nummer(NummerSoort.KVK, vestiging["kvk"])
            nummer = controleer_nummer(NummerSoort.VESTIGING, vestiging["nummer"])
            return Geadresseerde(NummerSoort.VESTIGING, nummer, urn, kvk_nummer=kvk)
        for begin, soort in _SOORTEN.items():
            if urn.lower().startswith(begin):
                return Geadresseerde(soort, controleer_nummer(soort, urn[len(begin) :]), urn)
    except OngeldigNummerError as fout:
        raise OnbruikbareUrnError(str(fout)) from fout
    if urn.lower().startswith("urn:nld:klant:klantnummer:"):
        raise OnbruikbareUrnError(
            "Een klantnummer zegt de portaal niet wie het is. Stuur een bsn, KVK-nummer of vestiging."
        )
    raise OnbruikbareUrnError(
        "Gebruik urn:nld:brp:bsn:…, urn:nld:hr:kvknummer:…, urn:nld:hr:kvknummer:…:vestigingsnummer:…, "
        "urn:nld:hr:rsin:… of urn:nld:oin:…."
    )


def urn_van(soort: NummerSoort, nummer: str) -> str:
    """De urn bij een nummer, zoals Open VTB hem schrijft; `KeyError` bij een soort die daar geen urn heeft."""
    return {soort: begin for begin, soort in _SOORTEN.items()}[soort] + nummer


def zaaksleutels(is_gerelateerd_aan: list[dict[str, Any]]) -> list[tuple[ZaakSleutel.Soort, str]]:
    """De namen van de eerste zaak in de lijst: de hele urn, en het zaaknummer of de uuid die erin staat."""
    for verwijzing in is_gerelateerd_aan:
        urn = str(verwijzing.get("urn", ""))
        if ":zaak:" not in urn.lower():
            continue
        sleutels = [(ZaakSleutel.Soort.URN, urn)]
        if gevonden := _ZAAK.search(urn):
            soort = ZaakSleutel.Soort.NUMMER if gevonden["soort"].lower() == "zaaknummer" else ZaakSleutel.Soort.UUID
            sleutels.append((soort, gevonden["waarde"]))
        return sleutels
    return []


def splits_details(details: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`details` van de draad als (wat open kan staan, wat over de persoon gaat en versleuteld wordt)."""
    return (
        {k: v for k, v in details.items() if k not in GEGEVENS},
        {k: v for k, v in details.items() if k in GEGEVENS},
    )


def naar_nieuwe_taak(
    gelezen: Mapping[str, Any], payload: Mapping[str, Any], vingerafdruk: bytes, *, met_sleutel: bool
) -> NieuweTaak:
    """Een gecontroleerd verzoek (`TaakSerializer`) als `NieuweTaak`.

    `payload` is het verzoek zoals het kwam, `met_sleutel` of er een Idempotency-Key bij was.
    """
    details, gegevens = splits_details(gelezen["details"])
    einddatum = gelezen.get("einddatumHandelingsTermijn")
    gerelateerd = [dict(v) for v in gelezen.get("isGerelateerdAan", [])]
    return NieuweTaak(
        soort=TaakSoort(gelezen["taakSoort"]),
        titel=gelezen["titel"],
        voor=lees_geadresseerde(gelezen["isToegewezenAan"]),
        details=details,
        gegevens=gegevens,
        toelichting=gelezen.get("toelichting", ""),
        handelingsperspectief=gelezen.get("handelingsPerspectief", ""),
        einddatum=einddatum,
        termijn_zoals_gestuurd=str(payload.get("einddatumHandelingsTermijn") or ""),
        startdatum=gelezen.get("startdatum"),
        datum_herinnering=gelezen.get("datumHerinnering"),
        verloopt_op_termijn=gelezen.get("verlooptOpTermijn"),
        categorie=gelezen.get("categorie"),
        minimaal_niveau=NIVEAUS[gelezen["minimaalBetrouwbaarheidsniveau"]]
        if gelezen.get("minimaalBetrouwbaarheidsniveau")
        else None,
        is_gerelateerd_aan=gerelateerd,
        zaaksleutels=zaaksleutels(gerelateerd),
        verzoektype=gelezen.get("verzoektype", ""),
        bron_referentie=gelezen.get("bronReferentie", ""),
        verwerker_taak_id=gelezen.get("verwerkerTaakId", ""),
        vingerafdruk=vingerafdruk,
        herken_dubbel=not met_sleutel and not gelezen.get("bronReferentie"),
        payload=payload,
    )


def naar_wijziging(gelezen: Mapping[str, Any]) -> Wijziging:
    """Een gecontroleerde PATCH of PUT als `Wijziging`; de statusstap staat daarbuiten."""
    velden: dict[str, Any] = {VELDEN[naam]: waarde for naam, waarde in gelezen.items() if naam in VELDEN}
    if "einddatumHandelingsTermijn" in gelezen:
        waarde = gelezen["einddatumHandelingsTermijn"]
        velden["termijn_zoals_gestuurd"] = waarde.isoformat() if waarde else ""
    if gelezen.get("minimaalBetrouwbaarheidsniveau"):
        velden["minimaal_niveau"] = int(NIVEAUS[gelezen["minimaalBetrouwbaarheidsniveau"]])
    if gelezen.get("categorie"):
        velden["categorie"] = gelezen["categorie"]
    if "isGerelateerdAan" in gelezen:
        velden["is_gerelateerd_aan"] = [dict(v) for v in gelezen["isGerelateerdAan"]]
    details, gegevens = splits_details(gelezen.get("details") or {})
    return Wijziging(velden, details, gegevens)


def naar_json(taak: Taak, basis: str, urn_namespace: str) -> dict[str, Any]:
    """De taak zoals Open VTB haar kent, met onze eigen velden erbij. `basis` is `https://…/taken/api/v1`.

    `url` wijst altijd naar /externetaken, ook als de taak langs een ander pad is gemaakt.
    """
    return {
        "url": f"{basis}/externetaken/{taak.pk}",
        "urn": f"urn:{urn_namespace}:taken:externetaak:{taak.pk}",
        "uuid": taak.pk,
        "titel": taak.titel,
        "toelichting": taak.toelichting,
        "taakSoort": taak.soort,
        "status": taak.status,
        "startdatum": taak.startdatum,
        "einddatumHandelingsTermijn": taak.einddatum_handelingstermijn,
        "datumHerinnering": taak.datum_herinnering,
        "handelingsPerspectief": taak.handelingsperspectief,
        "isToegewezenAan": taak.toegewezen_aan,
        "isGerelateerdAan": taak.is_gerelateerd_aan,
        "verwerkerTaakId": taak.verwerker_taak_id,
        "details": {**taak.details, **(taak.gegevens or {})},
        "verzoektype": taak.verzoektype,
        "bronReferentie": taak.bron_referentie,
        "categorie": taak.categorie,
        "minimaalBetrouwbaarheidsniveau": _NIVEAU_WOORD[taak.minimaal_niveau],
        "verlooptOpTermijn": taak.verloopt_op_termijn,
        "reden": taak.reden,
        "gemeldOp": taak.gemeld_op,
        "uitgevoerdOp": taak.uitgevoerd_op,
        "uitgevoerdDoor": taak.uitgevoerd_door,
        "afgerondOp": taak.afgerond_op,
        "aangemaaktOp": taak.aangemaakt_op,
        "gewijzigdOp": taak.gewijzigd_op,
        "versie": taak.versie,
    }
