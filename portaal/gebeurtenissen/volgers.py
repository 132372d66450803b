"""Wie van gebeurtenissen wil horen. Een hogere laag meldt zich hier aan; deze laag kent haar niet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort

Doe = Callable[[Gebeurtenis], None]


@dataclass(frozen=True)
class Volger:
    """Een volger: een vaste naam (staat in de database), de soorten die hij wil horen en wat hij dan doet."""

    naam: str
    soorten: frozenset[Soort]
    doe: Doe


_volgers: dict[str, Volger] = {}


def volg(naam: str, soorten: Collection[Soort], doe: Doe) -> None:
    """Meld een volger aan. `doe` draait in de worker, minstens één keer per gebeurtenis: maak haar herhaalbaar."""
    _volgers[naam] = Volger(naam, frozenset(soorten), doe)


def volger(naam: str) -> Volger | None:
    """De volger met deze naam, of None als hij niet meer bestaat."""
    return _volgers.get(naam)


def volgers_van(soort: Soort) -> list[str]:
    """De namen van wie deze soort wil horen."""
    return [v.naam for v in _volgers.values() if soort in v.soorten]
