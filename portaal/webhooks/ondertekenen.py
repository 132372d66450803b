"""Ondertekenen zoals Standard Webhooks 1.0 het voorschrijft: HMAC-SHA256 over kenmerk, moment en inhoud."""

import base64
import hmac
import secrets
from collections.abc import Iterable

BEGIN = "whsec_"
BYTES = 32  # Standard Webhooks: 24 tot 64


def nieuw_geheim() -> str:
    """Een nieuw geheim, als `whsec_<base64>`."""
    return BEGIN + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def handtekening(geheim: str, kenmerk: str, moment: int, inhoud: bytes) -> str:
    """`v1,<base64>` over `<kenmerk>.<moment>.<inhoud>`; `moment` in hele seconden sinds 1970."""
    sleutel = base64.b64decode(geheim.removeprefix(BEGIN))
    bericht = f"{kenmerk}.{moment}.".encode() + inhoud
    return "v1," + base64.b64encode(hmac.digest(sleutel, bericht, "sha256")).decode()


def koppen(geheimen: Iterable[str], kenmerk: str, moment: int, inhoud: bytes) -> dict[str, str]:
    """De drie koppen; met elk geldig geheim één handtekening, zodat een ontvanger rustig kan wisselen."""
    return {
        "webhook-id": kenmerk,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(handtekening(geheim, kenmerk, moment, inhoud) for geheim in geheimen),
    }
