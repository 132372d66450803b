"""Open VTB 0.1.0 (Taken-API van VNG) ↔ onze types. Zuivere functies: geen database, geen HTTP.

Onze API is een superset: alle velden van Open VTB, ruimere grenzen, en een handvol eigen velden.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portaal.betrokkenen.models import Niveau
from portaal.betrokkenen.urn import URN as URN
from portaal.betrokkenen.urn import OnbruikbareUrnError as OnbruikbareUrnError
from portaal.betrokkenen.urn import lees_geadresseerde as lees_geadresseerde
from portaal.betrokkenen.urn import urn_van as urn_van
from portaal.zaken.sleutels import zaaksleutels as zaaksleutels
from taken.handelingen import NieuweTaak, Wijziging
from taken.models import Taak, TaakSoort

# Binnen `details`: wat over de persoon gaat en dus versleuteld wordt bewaard.
GEGEVENS = frozenset({"voorinvullenGegevens", "ontvangenGegevens"})

NIVEAUS = {niveau.name.lower(): niveau for niveau in Niveau}  # geen, laag, midden, substantieel, hoog
_NIVEAU_WOORD = {int(niveau): woord for woord, niveau in NIVEAUS.items()}

# Veldnaam op de draad → veld van Taak, voor zover de eigenaar het mag wijzigen.
VELDEN = {
    "titel": "titel",
    "toelichting": "toelichting",
    "vertalingen": "vertalingen",
    "gecontroleerdOp": "gecontroleerd_op",
    "handelingsPerspectief": "handelingsperspectief",
    "einddatumHandelingsTermijn": "einddatum_handelingstermijn",
    "startdatum": "startdatum",
    "datumHerinnering": "datum_herinnering",
    "verlooptOpTermijn": "verloopt_op_termijn",
    "verwerkerTaakId": "verwerker_taak_id",
}


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
        vertalingen=gelezen.get("vertalingen", {}),
        handelingsperspectief=gelezen.get("handelingsPerspectief", ""),
        einddatum=einddatum,
        termijn_zoals_gestuurd=str(payload.get("einddatumHandelingsTermijn") or ""),
        startdatum=gelezen.get("startdatum"),
        datum_herinnering=gelezen.get("datumHerinnering"),
        gecontroleerd_op=gelezen.get("gecontroleerdOp"),
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


def url_van(basis: str, soort: str, pk: UUID) -> str:
    """Het adres van een taak: altijd onder /externetaken, ook als zij langs een ander pad is gemaakt.

    Behalve een nietdigitaaltaak: /externetaken kent die alleen voor wie daarom vroeg, en een adres moet voor iedereen
    op te halen zijn die het krijgt.
    """
    pad = "nietdigitaletaken" if soort == TaakSoort.NIETDIGITAALTAAK else "externetaken"
    return f"{basis}/{pad}/{pk}"


def naar_json(taak: Taak, basis: str, urn_namespace: str) -> dict[str, Any]:
    """De taak zoals Open VTB haar kent, met onze eigen velden erbij. `basis` is `https://…/taken/api/v1`."""
    return {
        "url": url_van(basis, taak.soort, taak.pk),
        "urn": f"urn:{urn_namespace}:taken:externetaak:{taak.pk}",
        "uuid": taak.pk,
        "titel": taak.titel,
        "toelichting": taak.toelichting,
        "vertalingen": taak.vertalingen,
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
        "uitstel": {
            "stand": taak.uitstel,
            "reden": taak.uitstel_reden,
            "gevraagdOp": taak.uitstel_gevraagd_op,
            "gevraagdTot": taak.uitstel_gevraagd_tot,
            "toelichting": taak.uitstel_waarom or "",
        }
        if taak.uitstel
        else None,
        "terugmeldingen": [_terugmelding(melding) for melding in taak.terugmeldingen or []],
        "gecontroleerdOp": taak.gecontroleerd_op,
        "afgezienOp": taak.afgezien_op,
        "gemeldOp": taak.gemeld_op,
        "uitgevoerdOp": taak.uitgevoerd_op,
        "uitgevoerdDoor": taak.uitgevoerd_door,
        "afgerondOp": taak.afgerond_op,
        "aangemaaktOp": taak.aangemaakt_op,
        "gewijzigdOp": taak.gewijzigd_op,
        "versie": taak.versie,
    }


def _terugmelding(melding: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "op": datetime.fromisoformat(melding["op"]),
        "tekst": melding["tekst"],
        "klaar": melding["klaar"],
        "bestanden": [
            {
                "uuid": bestand["id"],
                "naam": bestand["originalName"],
                "type": bestand["type"],
                "grootte": bestand["size"],
                "sha256": bestand["sha256"],
                "url": bestand["url"],
            }
            for bestand in melding.get("bestanden", [])
        ],
    }
