"""Open VTB 0.1.0 (Verzoeken-API van VNG) ↔ onze types. Zuivere functies: geen database, geen HTTP.

`verwerkStatus` kent er twee: geregistreerd (ingediend, in behandeling) en verwerkt (de rest). Ons eigen woord staat
ernaast in `status`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from portaal.betrokkenen.models import Identificatie, Niveau
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import ALS_KETENPARTNER, lees_geadresseerde, urn_van
from portaal.formulieren.definitie import lees_definitie
from verzoeken.handelingen import NieuwVerzoek
from verzoeken.models import Status, VersieStatus, Verzoek, Verzoektype, VerzoektypeVersie

GEREGISTREERD, VERWERKT = "geregistreerd", "verwerkt"
IN_DE_MAAK = (Status.INGEDIEND, Status.IN_BEHANDELING)

NIVEAUS = {"laag": Niveau.LAAG, "midden": Niveau.MIDDEN, "substantieel": Niveau.SUBSTANTIEEL, "hoog": Niveau.HOOG}
_NIVEAU_WOORD = {int(niveau): woord for woord, niveau in NIVEAUS.items()}

# Wat Open VTB verder kent en wij bewaren en teruggeven zoals het kwam.
OVERIG = ("geometrie", "medeInitiator", "verzoekInformatieObject", "verzoekBetaling", "bijlagen")

# Veldnaam op de draad → veld van Verzoektype.
TYPEVELDEN = {
    "code": "code",
    "naam": "naam",
    "naamEngels": "naam_en",
    "omschrijving": "omschrijving",
    "toelichting": "toelichting",
    "doelgroepen": "doelgroepen",
    "verwachteDuur": "verwachte_duur",
    "zonderInternet": "zonder_internet",
    "categorie": "categorie",
    "actief": "actief",
    "isZaakverzoek": "is_zaakverzoek",
    "zaakverzoekSoort": "zaakverzoek_soort",
    "zaaktypen": "zaaktypen",
}


def verwerk_status(status: str) -> str:
    """Het woord van Open VTB bij ons eigen woord."""
    return GEREGISTREERD if status in IN_DE_MAAK else VERWERKT


def initiator_van(identificaties: Iterable[Identificatie], bedrijf: Iterable[Identificatie] = ()) -> str:
    """De urn van wie het verzoek deed; "" als hij alleen een pseudoniem heeft. Een vestiging krijgt haar bedrijf ervoor."""
    for identificatie in identificaties:
        soort, nummer = NummerSoort(identificatie.soort), str(identificatie.waarde)
        if soort is NummerSoort.PSEUDONIEM:
            continue
        kvk = next((str(i.waarde) for i in bedrijf if i.soort == NummerSoort.KVK), "")
        if soort is NummerSoort.VESTIGING and kvk:
            return f"{urn_van(NummerSoort.KVK, kvk)}:vestigingsnummer:{nummer}"
        return urn_van(soort, nummer, als_ketenpartner=identificatie.uitgever == ALS_KETENPARTNER)
    return ""


def naar_nieuw_verzoek(gelezen: Mapping[str, Any], type_: Verzoektype, vingerafdruk: bytes) -> NieuwVerzoek:
    """Een gecontroleerde POST als `NieuwVerzoek`."""
    bron = gelezen.get("verzoekBron") or {}
    return NieuwVerzoek(
        type=type_,
        van=lees_geadresseerde(gelezen["initiator"]),
        antwoorden=gelezen["aanvraagGegevens"],
        versie=gelezen.get("versie"),
        kanaal=gelezen.get("kanaal", ""),
        taal=gelezen.get("verzoekTaal", "nl"),
        bron_naam=bron.get("naam", ""),
        bron_referentie=bron.get("kenmerk", ""),
        is_gerelateerd_aan=[dict(v) for v in gelezen.get("isGerelateerdAan", [])],
        overig={naam: gelezen[naam] for naam in OVERIG if gelezen.get(naam) not in (None, "", {})},
        vingerafdruk=vingerafdruk,
    )


def naar_json(verzoek: Verzoek, basis: str, urn_namespace: str) -> dict[str, Any]:
    """Het verzoek zoals Open VTB het kent, met onze eigen velden erbij. `basis` is `https://…/verzoeken/api/v1`.

    Verwacht `betrokkene` met identificaties (ook van het bedrijf waar een vestiging bij hoort) al opgehaald.
    """
    wie = verzoek.betrokkene
    bedrijf = wie.onderdeel_van.identificaties.all() if wie.onderdeel_van else ()
    json: dict[str, Any] = {
        "url": f"{basis}/verzoeken/{verzoek.pk}",
        "urn": f"urn:{urn_namespace}:verzoeken:verzoek:{verzoek.pk}",
        "uuid": verzoek.pk,
        "verzoekType": f"{basis}/verzoektypen/{verzoek.type_id}",
        "verzoekTypeUrn": f"urn:{urn_namespace}:verzoeken:verzoektype:{verzoek.type_id}",
        "aanvraagGegevens": verzoek.antwoorden or {},
        "versie": verzoek.type_versie.versie,
        "initiator": initiator_van(wie.identificaties.all(), bedrijf),
        "isGerelateerdAan": verzoek.is_gerelateerd_aan,
        "kanaal": verzoek.kanaal,
        "verzoekTaal": verzoek.taal,
        "verwerkStatus": verwerk_status(verzoek.status),
        "verzoekBron": {"naam": verzoek.bron_naam, "kenmerk": verzoek.bron_referentie},
        "status": verzoek.status,
        "reden": verzoek.reden,
        "referentie": verzoek.referentie,
        "isZaakverzoek": verzoek.is_zaakverzoek,
        "zaak": verzoek.zaak_id,
        "betrouwbaarheidsniveau": _NIVEAU_WOORD.get(verzoek.niveau) if verzoek.niveau else None,
        "antwoord": {"soort": verzoek.antwoord_soort, "uuid": verzoek.antwoord_id} if verzoek.antwoord_id else None,
        "ontvangenOp": verzoek.ontvangen_op,
        "afgerondOp": verzoek.afgerond_op,
        "gewijzigdOp": verzoek.gewijzigd_op,
    }
    return json | dict(verzoek.overig or {})


def type_naar_json(type_: Verzoektype, basis: str, urn_namespace: str) -> dict[str, Any]:
    """Een verzoektype met zijn versies (al opgehaald)."""
    velden = {naam: getattr(type_, veld) for naam, veld in TYPEVELDEN.items()}
    return {
        "url": f"{basis}/verzoektypen/{type_.pk}",
        "urn": f"urn:{urn_namespace}:verzoeken:verzoektype:{type_.pk}",
        "uuid": type_.pk,
        "versies": [
            {"url": _versie_url(versie, basis), "versie": versie.versie, "status": versie.status}
            for versie in sorted(type_.versies.all(), key=lambda v: v.versie)
        ],
        **velden,
        "minimaalBetrouwbaarheidsniveau": _NIVEAU_WOORD.get(type_.minimaal_niveau, "laag"),
    }


def naar_typevelden(gelezen: Mapping[str, Any]) -> dict[str, Any]:
    """Een gecontroleerde POST, PUT of PATCH van een type als velden van `Verzoektype`."""
    velden = {TYPEVELDEN[naam]: waarde for naam, waarde in gelezen.items() if naam in TYPEVELDEN}
    if "minimaalBetrouwbaarheidsniveau" in gelezen:
        velden["minimaal_niveau"] = int(NIVEAUS[gelezen["minimaalBetrouwbaarheidsniveau"]])
    return velden


def versie_naar_json(versie: VerzoektypeVersie, basis: str) -> dict[str, Any]:
    """Een versie, met het JSON-schema dat uit het formulier volgt."""
    return {
        "url": _versie_url(versie, basis),
        "versie": versie.versie,
        "verzoekType": f"{basis}/verzoektypen/{versie.type_id}",
        "status": VersieStatus(versie.status).value,
        "formulier": versie.formulier,
        "aanvraagGegevensSchema": lees_definitie(versie.formulier).json_schema(),
        "aangemaaktOp": versie.aangemaakt_op.date(),
        "gewijzigdOp": versie.gewijzigd_op.date(),
        "beginGeldigheid": versie.begin_geldigheid,
        "eindeGeldigheid": versie.einde_geldigheid,
    }


def _versie_url(versie: VerzoektypeVersie, basis: str) -> str:
    return f"{basis}/verzoektypen/{versie.type_id}/versies/{versie.versie}"
