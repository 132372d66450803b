"""De referentie van een verzoek: kort, voor te lezen aan de telefoon, en met een teken dat tikfouten verraadt.

Negen tekens in drie groepen (`K7F-42M-9RX`) uit dertien tekens die niet op elkaar lijken en in het Nederlands ook niet
zo klinken. Dertien is een priemgetal: met verschillende gewichten valt elk verkeerd teken en elke verwisseling op.
De referentie geeft nergens toegang toe; zij is alleen om te noemen.
"""

import re
import secrets

from portaal.betrokkenen.nummers import bevat_nummer

TEKENS = "23456789FKMRX"
_GEWICHTEN = (9, 8, 7, 6, 5, 4, 3, 2)


def _controleteken(acht: str) -> str:
    som = sum(gewicht * TEKENS.index(teken) for gewicht, teken in zip(_GEWICHTEN, acht, strict=True))
    return TEKENS[-som % len(TEKENS)]


def _schrijf(negen: str) -> str:
    return "-".join((negen[:3], negen[3:6], negen[6:]))


def maak_referentie() -> str:
    """Een nieuwe, willekeurige referentie, die ook zonder streepjes niet op een nummer van een persoon of bedrijf lijkt."""
    while True:
        acht = "".join(secrets.choice(TEKENS) for _ in _GEWICHTEN)
        negen = acht + _controleteken(acht)
        if not bevat_nummer(negen):
            return _schrijf(negen)


def lees_referentie(tekst: str) -> str | None:
    """De referentie zoals wij haar schrijven, uit wat iemand noemde of typte; None als zij niet kan kloppen."""
    negen = re.sub(r"[\s-]", "", tekst).upper()
    if len(negen) != 9 or set(negen) - set(TEKENS) or _controleteken(negen[:8]) != negen[8]:
        return None
    return _schrijf(negen)
