"""Open VTB 0.1.0 (Berichten-API van VNG) ↔ onze types. Zuivere functies: geen database, geen HTTP.

Onze API is een superset: alle velden van Open VTB, ruimere grenzen, en een handvol eigen velden.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from berichten.handelingen import NieuwBericht
from berichten.models import Bericht
from portaal.betrokkenen.models import Niveau
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.inloggen.verwijzing import Verwijzing
from portaal.zaken.sleutels import zaaksleutels

NIVEAUS = {"laag": Niveau.LAAG, "midden": Niveau.MIDDEN, "substantieel": Niveau.SUBSTANTIEEL, "hoog": Niveau.HOOG}
_NIVEAU_WOORD = {int(niveau): woord for woord, niveau in NIVEAUS.items()}

# Een record van de portaal: de uuid zelf, of de url of urn die daarop eindigt.
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
BERICHT = re.compile(rf"(?:urn:\S+:berichten:bericht:|https?://\S+/berichten/api/v1/berichten/)?({_UUID})")
TAAK = re.compile(rf"(?:urn:\S+:taken:externetaak:|https?://\S+/taken/api/v1/[a-z]+/)?({_UUID})")

# Veldnaam op de draad → veld van Bericht, voor zover de afzender het vóór publicatie mag wijzigen.
VELDEN = {
    "onderwerp": "onderwerp",
    "berichtTekst": "tekst",
    "aard": "aard",
    "categorie": "categorie",
    "referentie": "referentie",
    "berichtType": "bericht_type",
    "handelingsPerspectief": "handelingsperspectief",
    "einddatumHandelingsTermijn": "einddatum_moment",
    "mijnOverheidBerichtenbox": "mijn_overheid",
}


def lees_uuid(vorm: re.Pattern[str], waarde: str | None) -> UUID | None:
    """De uuid in een verwijzing die al op vorm is gecontroleerd; None als er geen verwijzing is."""
    gevonden = vorm.fullmatch(waarde or "")
    return UUID(gevonden[1]) if gevonden else None


def naar_nieuw_bericht(gelezen: Mapping[str, Any], payload: Mapping[str, Any], vingerafdruk: bytes) -> NieuwBericht:
    """Een gecontroleerd verzoek (`BerichtSerializer`) als `NieuwBericht`; `payload` is het verzoek zoals het kwam."""
    gerelateerd = [dict(v) for v in gelezen.get("isGerelateerdAan", [])]
    taak = lees_uuid(TAAK, gelezen.get("taak"))
    return NieuwBericht(
        voor=lees_geadresseerde(gelezen["ontvanger"]),
        onderwerp=gelezen["onderwerp"],
        tekst=gelezen["berichtTekst"],
        aard=gelezen.get("aard", ""),
        categorie=gelezen.get("categorie"),
        publicatiedatum=gelezen.get("publicatiedatum"),
        referentie=gelezen.get("referentie", ""),
        bericht_type=gelezen.get("berichtType", ""),
        handelingsperspectief=gelezen.get("handelingsPerspectief", ""),
        einddatum=gelezen.get("einddatumHandelingsTermijn"),
        minimaal_niveau=_niveau(gelezen),
        vervangt=lees_uuid(BERICHT, gelezen.get("vervangt")),
        trekt_in=lees_uuid(BERICHT, gelezen.get("trektIn")),
        verwijzing=Verwijzing("taak", taak) if taak else None,
        bijlagen=[dict(b) for b in gelezen.get("bijlagen", [])],
        mijn_overheid=gelezen.get("mijnOverheidBerichtenbox", False),
        is_gerelateerd_aan=gerelateerd,
        zaaksleutels=zaaksleutels(gerelateerd),
        bron_referentie=gelezen.get("bronReferentie", ""),
        vingerafdruk=vingerafdruk,
        payload=payload,
    )


def naar_wijziging(gelezen: Mapping[str, Any]) -> dict[str, Any]:
    """Een gecontroleerde PATCH als velden van Bericht."""
    velden: dict[str, Any] = {VELDEN[naam]: waarde for naam, waarde in gelezen.items() if naam in VELDEN}
    if gelezen.get("publicatiedatum"):
        velden["publicatiedatum"] = gelezen["publicatiedatum"]
    niveau = _niveau(gelezen)
    if niveau is not None:
        velden["minimaal_niveau"] = niveau
    for naam, veld in (("bijlagen", "bijlagen"), ("isGerelateerdAan", "is_gerelateerd_aan")):
        if naam in gelezen:
            velden[veld] = [dict(v) for v in gelezen[naam]]
    return velden


def naar_json(bericht: Bericht, basis: str, urn_namespace: str) -> dict[str, Any]:
    """Het bericht zoals Open VTB het kent, met onze eigen velden erbij. `basis` is `https://…/berichten/api/v1`."""

    def urn(pk: UUID | None, soort: str = "berichten:bericht") -> str | None:
        return f"urn:{urn_namespace}:{soort}:{pk}" if pk else None

    return {
        "url": f"{basis}/berichten/{bericht.pk}",
        "urn": urn(bericht.pk),
        "uuid": bericht.pk,
        "onderwerp": bericht.onderwerp,
        "berichtTekst": bericht.tekst,
        "publicatiedatum": bericht.publicatiedatum,
        "referentie": bericht.referentie,
        "ontvanger": bericht.geadresseerde,
        "geopendOp": bericht.geopend_op,
        "berichtType": bericht.bericht_type,
        "isGerelateerdAan": bericht.is_gerelateerd_aan,
        "handelingsPerspectief": bericht.handelingsperspectief,
        "einddatumHandelingsTermijn": bericht.einddatum_moment,
        "mijnOverheidBerichtenbox": bericht.mijn_overheid,
        "bijlagen": bericht.bijlagen,
        "aard": bericht.aard,
        "categorie": bericht.categorie,
        "minimaalBetrouwbaarheidsniveau": _NIVEAU_WOORD.get(bericht.minimaal_niveau, "laag"),
        "vervangt": urn(bericht.vervangt_id),
        "trektIn": urn(bericht.trekt_in_id),
        "taak": urn(bericht.verwijzing_id, "taken:externetaak"),
        "bronReferentie": bericht.bron_referentie,
        "toegankelijkOp": bericht.toegankelijk_op,
        "aangemaaktOp": bericht.aangemaakt_op,
        "gewijzigdOp": bericht.gewijzigd_op,
        "versie": bericht.versie,
    }


def _niveau(gelezen: Mapping[str, Any]) -> int | None:
    woord = gelezen.get("minimaalBetrouwbaarheidsniveau")
    return int(NIVEAUS[woord]) if woord else None
