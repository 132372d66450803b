"""Hoe een systeem iemand noemt: de urn's van Open VTB ↔ soort nummer en nummer. Zuivere functies."""

import re
from dataclasses import dataclass, field

from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer

URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[A-Za-z0-9\-._~%!$&'()*+,;=:@/?#]+")
_VESTIGING = re.compile(r"urn:nld:hr:kvknummer:(?P<kvk>[^:]+):vestigingsnummer:(?P<nummer>[^:]+)", re.IGNORECASE)
_SOORTEN = {
    "urn:nld:brp:bsn:": NummerSoort.BSN,
    "urn:nld:hr:kvknummer:": NummerSoort.KVK,
    "urn:nld:hr:rsin:": NummerSoort.RSIN,
    "urn:nld:hr:vestigingsnummer:": NummerSoort.VESTIGING,
    "urn:nld:oin:": NummerSoort.OIN,
}


class OnbruikbareUrnError(ValueError):
    """Met deze urn kan de portaal geen betrokkene vinden. De tekst herhaalt de urn niet: er staat een nummer in."""


@dataclass(frozen=True)
class Geadresseerde:
    """Voor wie: de soort nummer en het nummer, en de urn waarin het gestuurd is. `repr` laat het nummer weg."""

    soort: NummerSoort
    nummer: str = field(repr=False)
    urn: str = field(repr=False)
    kvk_nummer: str = field(default="", repr=False)  # bij een vestiging: het bedrijf waar zij bij hoort


def lees_geadresseerde(urn: str) -> Geadresseerde:
    """Wie dit is; `OnbruikbareUrnError` met een uitleg als de portaal met deze urn niets kan."""
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
