"""Een bericht afgeven op het adres van een webhook. Van het antwoord telt alleen de status; zie `portaal/uitgaand.py`."""

from collections.abc import Mapping
from urllib.parse import SplitResult

from django.conf import settings

from portaal import uitgaand
from portaal.uitgaand import AdresFout
from portaal.uitgaand import VerbindFout as AfgifteFout

GEHEEL = 10.0  # seconden, van opzoeken tot en met de status
HOOGSTENS_LEZEN = 4096  # bytes van het antwoord; de rest interesseert ons niet

__all__ = ["AdresFout", "AfgifteFout", "controleer_url", "geef_af"]


def controleer_url(url: str) -> SplitResult:
    """De delen van een adres dat een webhook mag zijn; anders `AdresFout`. Zoekt nog niets op."""
    return uitgaand.controleer_url(url, settings.WEBHOOKS_INTERN)


def geef_af(url: str, inhoud: bytes, koppen: Mapping[str, str]) -> int:
    """POST de inhoud en geef de status terug als die 2xx is; anders `AfgifteFout` of `AdresFout`."""
    status = uitgaand.vraag(
        "POST", url, inhoud, koppen, intern=settings.WEBHOOKS_INTERN, geheel=GEHEEL, hoogstens=HOOGSTENS_LEZEN
    ).status
    if 300 <= status < 400:
        raise AfgifteFout("stuurt door naar een ander adres", status)
    if not 200 <= status < 300:
        raise AfgifteFout(f"antwoordt met status {status}", status)
    return status
