"""Betalen bij een betaaldienst: één koppelvlak, en per dienst een bestand.

De portaal vraagt altijd het bedrag van de taak en gelooft alleen het ondertekende woord van de dienst zelf, nooit de browser.
Een nieuwe dienst is een klasse met de methoden van `Betaaldienst`, en een regel in `_DIENSTEN`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings

from taken.models import BetalingStand


class NietEchtError(Exception):
    """Deze melding komt niet van de betaaldienst, of is onderweg veranderd."""


class DienstStoringError(Exception):
    """De betaaldienst antwoordt niet of weigert; er is niets betaald. Later opnieuw proberen mag."""


@dataclass(frozen=True)
class Opdracht:
    """Wat wij de dienst vragen. `terug` is waar de persoon na het betalen komt, `meld` waar de dienst zelf meldt."""

    betaling: UUID
    centen: int
    omschrijving: str
    terug: str
    meld: str


@dataclass(frozen=True)
class Begonnen:
    """Het kenmerk van de dienst, en het adres waar de persoon betaalt."""

    kenmerk: str
    adres: str


@dataclass(frozen=True)
class Melding:
    """Het gecontroleerde woord van de dienst over één betaling."""

    betaling: UUID
    kenmerk: str
    stand: BetalingStand
    centen: int


class Betaaldienst(Protocol):
    """Een betaaldienst. `hosts` zijn de adressen waar haar betaalpagina kan staan, zoals CSP ze schrijft."""

    naam: str
    hosts: list[str]

    def begin(self, opdracht: Opdracht) -> Begonnen:
        """Zet de betaling klaar bij de dienst. Dezelfde `betaling` nog eens maakt er daar geen tweede. `DienstStoringError`."""

    def lees_melding(self, koppen: Mapping[str, str], inhoud: bytes) -> Melding:
        """Lees wat de dienst zelf meldt; is de handtekening niet van haar: `NietEchtError`."""

    def vraag_op(self, kenmerk: str, terug: Mapping[str, str]) -> Melding | None:
        """De stand van nu, als de persoon terugkomt: opgevraagd bij de dienst, of uit haar ondertekende `terug`."""


def dienst(naam: str | None = None) -> Betaaldienst | None:
    """De ingestelde betaaldienst (of die met deze naam, als zij is ingesteld); None als er online niet te betalen is."""
    ingesteld = settings.BETAALDIENST
    if not ingesteld or (naam is not None and naam != ingesteld):
        return None
    return _DIENSTEN[ingesteld]()


def _simulator() -> Betaaldienst:
    from taken.betalen.simulator import Simulator

    return Simulator()


_DIENSTEN: dict[str, Callable[[], Betaaldienst]] = {"simulator": _simulator}
