"""Een bericht afgeven op het adres van een webhook; zie `portaal/uitgaand.py`. Van het antwoord telt alleen de status, en
`Retry-After` van wie even niet wil.
"""

from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult

from django.conf import settings

from portaal import uitgaand
from portaal.tijd import nu
from portaal.uitgaand import AdresFout, VerbindFout

GEHEEL = 10.0  # seconden, van opzoeken tot en met de status
EVEN_NIET = (429, 503)  # statussen waarbij een ontvanger zegt wanneer hij weer wil
HOOGSTENS_LEZEN = 4096  # bytes van het antwoord; de rest interesseert ons niet

__all__ = ["AdresFout", "AfgifteFout", "VerbindFout", "controleer_url", "geef_af"]


class AfgifteFout(VerbindFout):
    """De ontvanger nam het niet aan. `wacht` is hoe lang hij vraagt om niets te sturen (`Retry-After`), als hij dat deed."""

    def __init__(self, soort: str, status: int, wacht: timedelta | None = None) -> None:
        super().__init__(soort, status)
        self.wacht = wacht


def controleer_url(url: str) -> SplitResult:
    """De delen van een adres dat een webhook mag zijn; anders `AdresFout`. Zoekt nog niets op."""
    return uitgaand.controleer_url(url, settings.WEBHOOKS_INTERN)


def geef_af(url: str, inhoud: bytes, koppen: Mapping[str, str]) -> int:
    """POST de inhoud en geef de status terug als die 2xx is; anders `AfgifteFout`, `VerbindFout` of `AdresFout`."""
    antwoord = uitgaand.vraag(
        "POST", url, inhoud, koppen, intern=settings.WEBHOOKS_INTERN, proxy=settings.UITGAANDE_PROXY, geheel=GEHEEL,
        hoogstens=HOOGSTENS_LEZEN,
    )  # fmt: skip
    status = antwoord.status
    if 300 <= status < 400:
        raise AfgifteFout("stuurt door naar een ander adres", status)
    if not 200 <= status < 300:
        wacht = _wacht(antwoord.koppen.get("retry-after")) if status in EVEN_NIET else None
        raise AfgifteFout(f"antwoordt met status {status}", status, wacht)
    return status


def _wacht(kop: str | None) -> timedelta | None:
    """`Retry-After` (RFC 9110, 10.2.3): seconden, of een moment. None als het er niet is of niet te lezen."""
    tekst = (kop or "").strip()
    if tekst.isascii() and tekst.isdigit():
        return timedelta(seconds=min(int(tekst[:12]), 10**9))
    try:
        moment = parsedate_to_datetime(tekst)
    except ValueError:
        return None
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - nu(), timedelta(0))
