"""klant.taak 0.0.4 van Common Gateway (/kic/v1/taken) ↔ onze types. Zuivere functies.

    {"title": "…", "status": "open", "actie": {"type": "id" | "url", "value": "…"}, "identificatie": {"type", "value"},
     "zaak": url, "onderwerp": "…", "toelichting": "…", "verloopdatum": moment, "vervaldatum": moment,
     "data": […], "verzonden_data": […], "verwerker_taak_id": uuid, "betrokkenen": […], "extraData": […]}

Alleen `title` is er verplicht; zonder geadresseerde kan de portaal de taak aan niemand tonen. `data` en `verzonden_data`
zijn daar lijsten: één object erin zijn de gegevens van het formulier, `{"naam", "waarde"}` mag ook.
"""

from collections.abc import Mapping
from typing import Any

from portaal.tekst import zonder_stuurtekens
from taken.dialecten.objecten import (
    GEEN_PLEK,
    LANGSTE_KENMERK,
    Bij,
    Gelezen,
    Lezer,
    antwoord_van,
    schrijf_dag,
    zaaksleutels,
)
from taken.dialecten.portaaltaak import STATUS, WOORDEN
from taken.handelingen import NieuweTaak
from taken.models import Handelingsperspectief, Status, Taak, TaakSoort

LANGSTE_TOELICHTING = 10_000
BESCHERMD = (
    "identificatie",
    "betrokkenen",
    "title",
    "actie",
    "verwerker_taak_id",
    "zaak",
    "verloopdatum",
    "vervaldatum",
)


def lees(data: Mapping[str, Any], bij: Bij) -> Gelezen:
    """De taak in een klant.taak; `OnleesbaarError` als er geen taak van te maken is."""
    lezer = Lezer(_met_identificatie(data), bij)
    if not lezer.tekst(data.get("title")):
        lezer.fout("title", "required", "Dit veld is verplicht.")
    voor = lezer.geadresseerde()
    status = lezer.status(WOORDEN)
    lezer.klaar()
    assert voor is not None  # anders had `klaar` geweigerd
    soort, details = _soort(lezer)
    prefill = naar_object(data.get("data"))
    return Gelezen(
        NieuweTaak(
            soort=soort,
            titel=lezer.titel(data.get("title")),
            voor=voor,
            details=details,
            gegevens={"voorinvullenGegevens": prefill} if prefill else None,
            toelichting=zonder_stuurtekens(lezer.tekst(data.get("toelichting")))[:LANGSTE_TOELICHTING],
            handelingsperspectief=Handelingsperspectief.INFORMATIE_GEVEN if data.get("actie") else "",
            einddatum=lezer.termijn(data.get("verloopdatum") or data.get("vervaldatum"), None),
            termijn_zoals_gestuurd=str(data.get("verloopdatum") or data.get("vervaldatum") or "")[:40],
            zaaksleutels=zaaksleutels(data.get("zaak")),
            verwerker_taak_id=lezer.tekst(data.get("verwerker_taak_id"))[:LANGSTE_KENMERK],
        ),
        status,
        naar_object(data.get("verzonden_data")) or None,
        tuple(lezer.mankementen),
    )


def _met_identificatie(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Zonder `identificatie` is de eerste betrokkene met een bsn degene voor wie het is."""
    if data.get("identificatie"):
        return data
    betrokkenen = data.get("betrokkenen")
    for regel in betrokkenen if isinstance(betrokkenen, list) else ():
        wie = regel.get("betrokkene") if isinstance(regel, Mapping) else None
        if isinstance(wie, Mapping) and wie.get("inpBsn"):
            return {**data, "identificatie": {"type": "bsn", "value": wie["inpBsn"]}}
    return data


def _soort(lezer: Lezer) -> tuple[TaakSoort, dict[str, Any]]:
    actie = lezer.object("actie") or lezer.object("formulier")  # `formulier` heette het tot april 2024
    waarde = lezer.tekst(actie.get("value"))
    if not actie:
        adres = lezer.tekst(lezer.data.get("url"))
        # Zonder actie staat er alleen wat er gevraagd wordt; de persoon geeft door als het gedaan is.
        return (TaakSoort.URLTAAK, lezer.link(adres)) if adres else (TaakSoort.NIETDIGITAALTAAK, dict(GEEN_PLEK))
    if lezer.tekst(actie.get("type")).lower() == "url" and lezer.bij.formulier(waarde) is None:
        return TaakSoort.URLTAAK, lezer.link(waarde)
    return TaakSoort.FORMULIERTAAK, lezer.formulier(waarde, "actie.value")


def naar_object(lijst: Any) -> dict[str, Any]:
    """De lijst van klant.taak als één object: `[{"a": 1}, {"b": 2}]` of `[{"naam": "a", "waarde": 1}]` → {"a": 1, …}."""
    uit: dict[str, Any] = {}
    for deel in lijst if isinstance(lijst, list) else [lijst]:
        if isinstance(deel, Mapping):
            if set(deel) == {"naam", "waarde"} and isinstance(deel["naam"], str):
                uit[deel["naam"]] = deel["waarde"]
            else:
                uit |= {str(naam): waarde for naam, waarde in deel.items()}
    return uit


def toon(data: Mapping[str, Any], taak: Taak, bij: Bij) -> dict[str, Any]:
    """Wat er gestuurd was, met alleen anders wat er in de portaal veranderde."""
    uit = {**data, "status": STATUS[Status(taak.status)]}
    oud = Lezer(data, bij)
    if oud.titel(data.get("title")) != taak.titel:
        uit["title"] = taak.titel
    eind = taak.einddatum_handelingstermijn
    if oud.termijn(data.get("verloopdatum") or data.get("vervaldatum"), None) != eind:
        uit["verloopdatum"] = schrijf_dag(eind) if eind else None
    antwoord = antwoord_van(taak)
    if antwoord is not None:
        uit["verzonden_data"] = [antwoord]
    return uit
