"""Van de claims van een inlogdienst naar nummers die kunnen bestaan."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Inlogmiddel, NummerClaim, Pad, lees_claim

SECTOR_BSN = "s00000000:"  # sectorcode van het bsn; s00000001 is het oude sofinummer en telt niet


@dataclass(frozen=True, slots=True)
class Nummer:
    """Een gecontroleerd nummer. De waarde staat nooit in een weergave of logregel."""

    soort: NummerSoort
    waarde: str = field(repr=False)
    uitgever: str = ""


@dataclass(frozen=True, slots=True)
class Nummers:
    """Voor wie (`betrokkene`), beperkt tot welke vestiging, en wie er aan de knoppen zit als dat een ander is."""

    betrokkene: Nummer
    vestiging: Nummer | None
    persoon: Nummer | None


def lees_nummers(middel: Inlogmiddel, claims: Mapping[str, Any]) -> Nummers:
    """De nummers in deze claims. Ontbreekt er een, of kan een nummer niet bestaan: `InlogFout`."""
    betrokkene = next(
        (n for regel in middel.nummers if regel.geldt(claims) and (n := _lees(middel, claims, regel))), None
    )
    if betrokkene is None:
        raise InlogFout(Reden.NUMMER)
    persoon = _lees(middel, claims, middel.persoon) if middel.persoon else None
    if middel.persoon and persoon is None:
        raise InlogFout(Reden.NUMMER)
    return Nummers(betrokkene, _lees_vestiging(middel.vestiging, claims), persoon)


def _lees_vestiging(pad: Pad, claims: Mapping[str, Any]) -> Nummer | None:
    waarde = lees_claim(claims, pad)
    return _controleer(NummerSoort.VESTIGING, waarde, "") if waarde is not None else None


def _lees(middel: Inlogmiddel, claims: Mapping[str, Any], regel: NummerClaim) -> Nummer | None:
    waarde = lees_claim(claims, regel.claim)
    # Een pseudoniem betekent alleen iets bij de dienst die het gaf.
    uitgever = middel.issuer if regel.soort is NummerSoort.PSEUDONIEM else ""
    return _controleer(regel.soort, waarde, uitgever) if waarde is not None else None


def _controleer(soort: NummerSoort, waarde: Any, uitgever: str) -> Nummer:
    if not isinstance(waarde, str):
        raise InlogFout(Reden.NUMMER)
    if soort is NummerSoort.BSN:
        waarde = waarde.removeprefix(SECTOR_BSN)
        if re.match(r"s\d{8}:", waarde):
            raise InlogFout(Reden.NUMMER)
    try:
        return Nummer(soort, controleer_nummer(soort, waarde), uitgever)
    except OngeldigNummerError as fout:
        raise InlogFout(Reden.NUMMER) from fout
