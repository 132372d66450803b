"""Welke paden bij een API horen, en welke versie daar draait."""

import re

# /kic/v1 is van Common Gateway: een API zonder "api" in het pad.
_API = re.compile(r"/([a-z][a-z0-9-]*)/api(?:/|$)|/(kic)/v1(?:/|$)")
_versies: dict[str, str] = {}


def domein_van(pad: str) -> str | None:
    """Het domein van een API-pad: `taken` bij `/taken/api/v1/urltaken`; anders None."""
    gevonden = _API.match(pad)
    return gevonden[1] or gevonden[2] if gevonden else None


def is_api(pad: str) -> bool:
    """Of dit pad bij een API hoort: daar praten systemen, en is elke fout problem+json."""
    return domein_van(pad) is not None


def registreer_versie(domein: str, versie: str) -> None:
    """Leg vast welke versie (semver) de API van dit domein heeft; komt in de kop API-Version van elk antwoord."""
    _versies[domein] = versie


def versie_van(pad: str) -> str | None:
    """De versie van de API waar dit pad bij hoort, als die bekend is."""
    return _versies.get(domein_van(pad) or "")
