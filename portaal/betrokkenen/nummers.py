"""Nummers waarmee de overheid personen en organisaties herkent, en hun controle.

Bronnen: bsn en rsin met de elfproef (Wet algemene bepalingen burgerservicenummer); kvk-nummer 8 en
vestigingsnummer 12 cijfers (Handelsregister); oin 20 cijfers (Logius).
"""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _


class NummerSoort(models.TextChoices):
    """De soort identificatie van een betrokkene."""

    BSN = "bsn", _("burgerservicenummer")
    KVK = "kvk_nummer", _("KVK-nummer")
    VESTIGING = "vestigingsnummer", _("vestigingsnummer")
    RSIN = "rsin", _("RSIN")
    OIN = "oin", _("OIN")
    PSEUDONIEM = "pseudoniem", _("pseudoniem van een inlogdienst")


ORGANISATIE = frozenset({NummerSoort.KVK, NummerSoort.RSIN, NummerSoort.OIN})

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NUMMER = re.compile(r"(?<!\d)\d{8,12}(?!\d)")


class OngeldigNummerError(ValueError):
    """Het nummer kan niet bestaan. De tekst noemt de soort en de regel, nooit het nummer zelf."""


_LENGTE = {NummerSoort.KVK: 8, NummerSoort.VESTIGING: 12, NummerSoort.OIN: 20, NummerSoort.BSN: 9, NummerSoort.RSIN: 9}


def elfproef(nummer: str) -> bool:
    """Of negen cijfers aan de elfproef voldoen: 9·a + 8·b + … + 2·h − 1·i is een veelvoud van 11, en niet nul."""
    som = sum(int(c) * g for c, g in zip(nummer, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return som % 11 == 0 and nummer != "000000000"


def bevat_nummer(tekst: str) -> bool:
    """Of hier een nummer van een persoon of bedrijf in kan staan: 8 tot 12 cijfers, ook met spaties of punten ertussen.

    De cijfers van een UUID tellen niet.
    """
    rest = _UUID.sub("", tekst)
    return bool(_NUMMER.search(rest) or _NUMMER.fullmatch(re.sub(r"[\s.]", "", rest)))


def controleer_nummer(soort: NummerSoort, waarde: str) -> str:
    """De waarde zonder spaties en punten, of `OngeldigNummerError`. Een bsn van 8 cijfers krijgt zijn voorloopnul."""
    if soort is NummerSoort.PSEUDONIEM:
        if not waarde.strip() or len(waarde) > 500:
            raise OngeldigNummerError("Een pseudoniem heeft 1 tot 500 tekens.")
        return waarde.strip()
    cijfers = re.sub(r"[\s.]", "", waarde)
    if soort is NummerSoort.BSN and len(cijfers) == 8:
        cijfers = "0" + cijfers
    lengte = _LENGTE[soort]
    if not (cijfers.isascii() and cijfers.isdigit() and len(cijfers) == lengte):
        raise OngeldigNummerError(f"Een {soort.label} heeft {lengte} cijfers.")
    if soort in (NummerSoort.BSN, NummerSoort.RSIN) and not elfproef(cijfers):
        raise OngeldigNummerError(f"Dit {soort.label} kan niet bestaan (elfproef).")
    return cijfers
