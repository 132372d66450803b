"""Codes en access tokens: versleutelde bonnen die zichzelf dragen, zodat elk webproces ze kan lezen.

Een code is één keer te gebruiken; dat staat in de cache, die alle processen delen.
"""

import base64
import binascii
import json
import secrets
import time
from typing import Any

from django.core.cache import cache

from portaal.versleuteling import OnleesbaarError, ontsleutel, versleutel

CODE_GELDT, TOKEN_GELDT = 60, 300  # seconden


def maak_bon(soort: str, inhoud: dict[str, Any], geldt: int) -> str:
    """Een bon met deze inhoud, die na `geldt` seconden niets meer waard is."""
    ruw = {**inhoud, "_id": secrets.token_hex(16), "_tot": time.time() + geldt}
    return base64.urlsafe_b64encode(versleutel(json.dumps(ruw).encode(), f"simulator.{soort}")).decode().rstrip("=")


def lees_bon(soort: str, bon: str) -> dict[str, Any] | None:
    """De inhoud van een geldige bon, anders None."""
    try:
        ruw = base64.urlsafe_b64decode(bon + "=" * (-len(bon) % 4))
        inhoud: dict[str, Any] = json.loads(ontsleutel(ruw, f"simulator.{soort}"))
    except (OnleesbaarError, binascii.Error, ValueError):
        return None
    return inhoud if inhoud["_tot"] > time.time() else None


def gebruik_bon(soort: str, bon: str) -> dict[str, Any] | None:
    """De inhoud van een bon die nog niet is gebruikt; daarna is hij op."""
    inhoud = lees_bon(soort, bon)
    if inhoud is None or not cache.add(f"simulator:{soort}:{inhoud['_id']}", 1, TOKEN_GELDT):
        return None
    return inhoud
