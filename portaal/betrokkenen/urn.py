"""Hoe een systeem iemand noemt: de urn's van Open VTB ↔ soort nummer en nummer. Zuivere functies."""

import re
from dataclasses import dataclass, field, replace

from portaal.betrokkenen.nummers import ORGANISATIE, NummerSoort, OngeldigNummerError, controleer_nummer

URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[A-Za-z0-9\-._~%!$&'()*+,;=:@/?#]+")
_VESTIGING = re.compile(r"urn:nld:hr:kvknummer:(?P<kvk>[^:]+):vestigingsnummer:(?P<nummer>[^:]+)", re.IGNORECASE)
# Een organisatie in de rol van ketenpartner is een eigen betrokkene: dit staat als uitgever bij haar nummers. Wat zij als
# ketenpartner krijgt, ziet wie voor haar als klant inlogt dus niet, en andersom.
ALS_KETENPARTNER = "ketenpartner"
_ROL = re.compile(r":rol:ketenpartner$", re.IGNORECASE)
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
    als_ketenpartner: bool = False  # alleen een organisatie; anders is het de klant

    @property
    def uitgever(self) -> str:
        """Wie het nummer gaf, zoals het bij `Identificatie` staat."""
        return ALS_KETENPARTNER if self.als_ketenpartner else ""

    def in_rol_van_ketenpartner(self) -> "Geadresseerde":
        """Dezelfde organisatie, als ketenpartner; een persoon of vestiging is dat nooit en blijft wie hij was."""
        return replace(self, als_ketenpartner=self.soort in ORGANISATIE)


def lees_geadresseerde(urn: str) -> Geadresseerde:
    """Wie dit is; `OnbruikbareUrnError` met een uitleg als de portaal met deze urn niets kan.

    Met `:rol:ketenpartner` erachter is het de organisatie als ketenpartner; zonder is het de klant.
    """
    if _ROL.search(urn):
        klant = lees_geadresseerde(_ROL.sub("", urn))
        if klant.soort not in ORGANISATIE:
            raise OnbruikbareUrnError("Een ketenpartner is een organisatie: noem haar KVK-nummer, RSIN of OIN.")
        return replace(klant, urn=urn, als_ketenpartner=True)
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
        "urn:nld:hr:rsin:… of urn:nld:oin:…; voor een ketenpartner met :rol:ketenpartner erachter."
    )


def urn_van(soort: NummerSoort, nummer: str, *, als_ketenpartner: bool = False) -> str:
    """De urn bij een nummer, zoals Open VTB hem schrijft; `KeyError` bij een soort die daar geen urn heeft."""
    urn = {soort: begin for begin, soort in _SOORTEN.items()}[soort] + nummer
    return f"{urn}:rol:{ALS_KETENPARTNER}" if als_ketenpartner else urn
