"""De zaak op de draad ↔ onze types. Zuivere functies: geen database, geen HTTP.

Open VTB heeft geen zaak; de namen zijn die van de Zaken-API (ZGW) waar die er een woord voor heeft.
"""

from collections.abc import Mapping
from typing import Any

from portaal.betrokkenen.models import Niveau
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.zaken.handelingen import Stap, Zaakgegevens
from portaal.zaken.models import Rol, Zaak, ZaakSleutel

NIVEAUS = {"laag": Niveau.LAAG, "midden": Niveau.MIDDEN, "substantieel": Niveau.SUBSTANTIEEL, "hoog": Niveau.HOOG}
_NIVEAU_WOORD = {int(niveau): woord for woord, niveau in NIVEAUS.items()}

# Veldnaam op de draad → veld van Zaak.
VELDEN = {
    "identificatie": "identificatie",
    "omschrijving": "omschrijving",
    "toelichting": "toelichting",
    "startdatum": "startdatum",
    "verwachteEinddatum": "verwachte_einddatum",
    "einddatum": "einddatum",
    "resultaat": "resultaat",
    "categorie": "categorie",
}


def naar_zaakgegevens(gelezen: Mapping[str, Any]) -> Zaakgegevens:
    """Een gecontroleerd verzoek als `Zaakgegevens`; een veld dat ontbreekt doet niet mee."""
    velden: dict[str, Any] = {VELDEN[naam]: waarde for naam, waarde in gelezen.items() if naam in VELDEN}
    if "zaaktype" in gelezen:
        velden |= {
            "zaaktype": gelezen["zaaktype"]["omschrijving"],
            "zaaktype_code": gelezen["zaaktype"].get("code", ""),
        }
    if gelezen.get("minimaalBetrouwbaarheidsniveau"):
        velden["minimaal_niveau"] = int(NIVEAUS[gelezen["minimaalBetrouwbaarheidsniveau"]])
    stappen = betrokkenen = None
    if "statussen" in gelezen:
        stappen = [Stap(s["naam"], s.get("toelichting", ""), s.get("bereiktOp")) for s in gelezen["statussen"]]
    if "betrokkenen" in gelezen:
        betrokkenen = [(lees_geadresseerde(b["betrokkene"]), Rol(b["rol"])) for b in gelezen["betrokkenen"]]
    sleutels = [(ZaakSleutel.Soort(s["soort"]), s["waarde"]) for s in gelezen.get("sleutels", [])]
    return Zaakgegevens(velden, sleutels, stappen, betrokkenen)


def naar_json(zaak: Zaak, basis: str, urn_namespace: str) -> dict[str, Any]:
    """De zaak op de draad. `basis` is `https://…/zaken/api/v1`; sleutels en betrokkenen zijn al opgehaald."""
    return {
        "url": f"{basis}/zaken/{zaak.pk}",
        "urn": f"urn:{urn_namespace}:zaken:zaak:{zaak.pk}",
        "uuid": zaak.pk,
        "identificatie": zaak.identificatie,
        "sleutels": [{"soort": s.soort, "waarde": s.waarde} for s in zaak.sleutels.all()],
        "omschrijving": zaak.omschrijving,
        "zaaktype": {"omschrijving": zaak.zaaktype, "code": zaak.zaaktype_code},
        "toelichting": zaak.toelichting,
        "startdatum": zaak.startdatum,
        "verwachteEinddatum": zaak.verwachte_einddatum,
        "einddatum": zaak.einddatum,
        "resultaat": zaak.resultaat,
        "statussen": [
            {"naam": s["naam"], "toelichting": s["toelichting"], "bereiktOp": s["bereikt_op"]} for s in zaak.stappen
        ],
        "betrokkenen": [{"betrokkene": b.urn, "rol": b.rol} for b in zaak.betrokkenen.all()],
        "categorie": zaak.categorie,
        "minimaalBetrouwbaarheidsniveau": _NIVEAU_WOORD.get(zaak.minimaal_niveau, "laag"),
        "aangemaaktOp": zaak.aangemaakt_op,
        "gewijzigdOp": zaak.gewijzigd_op,
        "versie": zaak.versie,
    }
