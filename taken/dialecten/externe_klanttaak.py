"""Externe klanttaak 1.1.x ("V2"): zoals de plugin externe-klanttaak van GZAC een taak als object schrijft.

    {"titel": "…", "status": "open", "soort": "portaalformulier" | "url" | "ogonebetaling",
     "portaalformulier": {"formulier": {"soort": "id" | "url", "value": "…"}, "data": {…}, "verzonden_data": {}},
     "url": {"uri": "…"}, "ogonebetaling": {"bedrag": 147.43, "betaalkenmerk": "…", "pspid": "…"},
     "identificatie": {"type": "bsn", "value": "…"}, "koppeling": {"registratie": "zaak", "value": uuid},
     "verloopdatum": "2026-09-20T22:00:00.000Z", "eigenaar": "GZAC", "verwerker_taak_id": "…"}

Oude objecten noemen de zaak `koppeling.uuid` in plaats van `koppeling.value`; wij lezen beide en schrijven `value`.
"""

from collections.abc import Mapping
from typing import Any

from taken.dialecten.objecten import (
    GEEN_FORMULIER,
    LANGSTE_KENMERK,
    ONBEKENDE_SOORT,
    Bij,
    Gelezen,
    Lezer,
    Mankement,
    antwoord_van,
    schrijf_dag,
    zaaksleutels,
)
from taken.handelingen import NieuweTaak
from taken.models import Handelingsperspectief, Status, Taak, TaakSoort

STATUS = {
    Status.OPEN: "open",
    Status.UITGEVOERD: "afgerond",
    Status.VERWERKT: "verwerkt",
    Status.NIET_UITGEVOERD: "gesloten",
    Status.AFGEBROKEN: "gesloten",
}
# `ingediend` staat niet in het schema; NL Portal kent het wel.
WOORDEN = {
    "open": Status.OPEN,
    "afgerond": Status.UITGEVOERD,
    "verwerkt": Status.VERWERKT,
    "gesloten": Status.AFGEBROKEN,
    "ingediend": Status.UITGEVOERD,
}
BESCHERMD = (
    *("identificatie", "titel", "soort", "url", "ogonebetaling", "koppeling", "verloopdatum", "verwerker_taak_id"),
    "eigenaar",
)


def lees(data: Mapping[str, Any], bij: Bij) -> Gelezen:
    """De taak in een V2-object; `OnleesbaarError` als er geen taak van te maken is."""
    lezer = Lezer(data, bij)
    voor = lezer.geadresseerde()
    status = lezer.status(WOORDEN)
    lezer.klaar()
    assert voor is not None  # anders had `klaar` geweigerd
    soort, details, perspectief = _soort(lezer)
    formulier = lezer.object("portaalformulier")
    prefill = lezer.object("data", formulier)
    koppeling = lezer.object("koppeling")
    bij_zaak = lezer.tekst(koppeling.get("registratie")).lower() in ("zaak", "")
    return Gelezen(
        NieuweTaak(
            soort=soort,
            titel=lezer.titel(data.get("titel")),
            voor=voor,
            details=details,
            gegevens={"voorinvullenGegevens": dict(prefill)} if prefill else None,
            handelingsperspectief=perspectief,
            einddatum=lezer.termijn(data.get("verloopdatum"), None),
            termijn_zoals_gestuurd=str(data.get("verloopdatum") or "")[:40],
            zaaksleutels=zaaksleutels(koppeling.get("value") or koppeling.get("uuid")) if bij_zaak else [],
            verwerker_taak_id=lezer.tekst(data.get("verwerker_taak_id"))[:LANGSTE_KENMERK],
        ),
        status,
        lezer.object("verzonden_data", formulier) or None,
        tuple(lezer.mankementen),
    )


def _soort(lezer: Lezer) -> tuple[TaakSoort, dict[str, Any], str]:
    """De soort taak, wat erbij hoort en wat er gevraagd wordt. Wat niet kan wordt een formuliertaak zonder formulier."""
    match lezer.tekst(lezer.data.get("soort")).lower():
        case "portaalformulier":
            formulier = lezer.object("formulier", lezer.object("portaalformulier"))
            details = lezer.formulier(lezer.tekst(formulier.get("value")), "portaalformulier.formulier.value")
            return TaakSoort.FORMULIERTAAK, details, Handelingsperspectief.INFORMATIE_GEVEN
        case "url":
            return TaakSoort.URLTAAK, lezer.link(lezer.tekst(lezer.object("url").get("uri"))), ""
        case "ogonebetaling":
            betaling = lezer.object("ogonebetaling")
            bedrag = lezer.bedrag(betaling.get("bedrag"))
            if bedrag is None:
                return TaakSoort.FORMULIERTAAK, dict(GEEN_FORMULIER), Handelingsperspectief.BETALEN
            details = {
                "bedrag": bedrag,
                "valuta": "EUR",
                "transactieomschrijving": lezer.tekst(betaling.get("betaalkenmerk"))[:80],
                "doelrekening": {"code": lezer.tekst(betaling.get("pspid"))[:100]},
            }
            return TaakSoort.BETAALTAAK, details, Handelingsperspectief.BETALEN
        case onbekend:
            lezer.mankementen.append(Mankement(ONBEKENDE_SOORT, onbekend[:200]))
            return TaakSoort.FORMULIERTAAK, dict(GEEN_FORMULIER), ""


def toon(data: Mapping[str, Any], taak: Taak, bij: Bij) -> dict[str, Any]:
    """Wat er gestuurd was, met alleen anders wat er in de portaal veranderde."""
    uit = {**data, "status": STATUS[Status(taak.status)]}
    oud = Lezer(data, bij)
    if oud.titel(data.get("titel")) != taak.titel:
        uit["titel"] = taak.titel
    eind = taak.einddatum_handelingstermijn
    if oud.termijn(data.get("verloopdatum"), None) != eind:
        uit.pop("verloopdatum", None)  # null mag hier niet
        if eind:
            uit["verloopdatum"] = schrijf_dag(eind)
    koppeling = data.get("koppeling")
    if isinstance(koppeling, Mapping) and "uuid" in koppeling and "value" not in koppeling:
        uit["koppeling"] = {("value" if naam == "uuid" else naam): waarde for naam, waarde in koppeling.items()}
    antwoord = antwoord_van(taak)
    formulier = data.get("portaalformulier")
    if antwoord is not None and isinstance(formulier, Mapping):
        uit["portaalformulier"] = {**formulier, "verzonden_data": antwoord}
    return uit
