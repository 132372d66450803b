"""Portaaltaak ("V1"): zoals de plugin portaaltaak in elke ongewijzigde GZAC een taak als object schrijft.

    {"identificatie": {"type": "bsn", "value": "…"}, "data": {…}, "title": "…", "status": "open",
     "formulier": {"type": "id" | "url", "value": "…"}, "verwerker_taak_id": "…", "zaak": url | null,
     "verloopdatum": "2026-09-03T10:15:30.000Z" | null, "verzonden_data": {}}

De Z achter de verloopdatum staat er letterlijk: de tijd is die van de GZAC-server (instelling van de koppeling).
"""

from collections.abc import Mapping
from typing import Any

from taken.dialecten.objecten import (
    LANGSTE_KENMERK,
    Bij,
    Gelezen,
    Lezer,
    antwoord_van,
    schrijf_dag,
    zaaksleutels,
)
from taken.handelingen import NieuweTaak
from taken.models import Handelingsperspectief, Status, Taak, TaakSoort

STATUS = {
    Status.OPEN: "open",
    Status.UITGEVOERD: "ingediend",
    Status.VERWERKT: "verwerkt",
    Status.NIET_UITGEVOERD: "gesloten",
    Status.AFGEBROKEN: "gesloten",
}
WOORDEN = {
    "open": Status.OPEN,
    "ingediend": Status.UITGEVOERD,
    "verwerkt": Status.VERWERKT,
    "gesloten": Status.AFGEBROKEN,
}
# Wat alleen de eigenaar mag veranderen.
BESCHERMD = ("identificatie", "title", "formulier", "verwerker_taak_id", "zaak", "verloopdatum")


def lees(data: Mapping[str, Any], bij: Bij) -> Gelezen:
    """De taak in een V1-object; `OnleesbaarError` als er geen taak van te maken is."""
    lezer = Lezer(data, bij)
    voor = lezer.geadresseerde()
    status = lezer.status(WOORDEN)
    lezer.klaar()
    assert voor is not None  # anders had `klaar` geweigerd
    soort, details = _soort(lezer)
    prefill = lezer.object("data")
    return Gelezen(
        NieuweTaak(
            soort=soort,
            titel=lezer.titel(data.get("title")),
            voor=voor,
            details=details,
            gegevens={"voorinvullenGegevens": dict(prefill)} if prefill else None,
            handelingsperspectief=Handelingsperspectief.INFORMATIE_GEVEN,
            einddatum=lezer.termijn(data.get("verloopdatum"), bij.zone),
            termijn_zoals_gestuurd=str(data.get("verloopdatum") or "")[:40],
            zaaksleutels=zaaksleutels(data.get("zaak")),
            verwerker_taak_id=lezer.tekst(data.get("verwerker_taak_id"))[:LANGSTE_KENMERK],
        ),
        status,
        lezer.object("verzonden_data") or None,
        tuple(lezer.mankementen),
    )


def _soort(lezer: Lezer) -> tuple[TaakSoort, dict[str, Any]]:
    formulier = lezer.object("formulier")
    soort, waarde = lezer.tekst(formulier.get("type")).lower(), lezer.tekst(formulier.get("value"))
    if not formulier:  # zoals het vóór 2023 werd geschreven
        soort = "url" if lezer.data.get("formulier_url") else "id"
        waarde = lezer.tekst(lezer.data.get("formulier_url") or lezer.data.get("formulier_id"))
    if soort == "url" and lezer.bij.formulier(waarde) is None:
        return TaakSoort.URLTAAK, lezer.link(waarde)
    return TaakSoort.FORMULIERTAAK, lezer.formulier(waarde, "formulier.value")


def toon(data: Mapping[str, Any], taak: Taak, bij: Bij) -> dict[str, Any]:
    """Wat er gestuurd was, met alleen anders wat er in de portaal veranderde."""
    uit = {**data, "status": STATUS[Status(taak.status)]}
    oud = Lezer(data, bij)
    if oud.titel(data.get("title")) != taak.titel:
        uit["title"] = taak.titel
    eind = taak.einddatum_handelingstermijn
    if oud.termijn(data.get("verloopdatum"), bij.zone) != eind:
        uit["verloopdatum"] = schrijf_dag(eind) if eind else None
    antwoord = antwoord_van(taak)
    if antwoord is not None:
        uit["verzonden_data"] = antwoord
    return uit
