"""Wat een formulier uit het register gebruikt. De hogere lagen melden zich aan; het register kent ze niet."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Gebruik:
    """Eén regel in de lijst. `adres` is een pagina van het beheer, `naam` noemt geen persoon."""

    wat: str
    naam: str
    versie: int | None
    adres: str
    aantal: int = 1


Zoeker = Callable[[str], list[Gebruik]]  # van het id van een formulier naar wat het gebruikt
_zoekers: list[Zoeker] = []


def meld_gebruik(zoeker: Zoeker) -> None:
    """Meld een zoeker aan; hoort in `apps.py`. Nog eens aanmelden doet niets."""
    if zoeker not in _zoekers:
        _zoekers.append(zoeker)


def gebruik_van(code: str) -> list[Gebruik]:
    """Alles wat dit formulier gebruikt."""
    return [regel for zoeker in _zoekers for regel in zoeker(code)]
