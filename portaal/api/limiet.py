"""Hoeveel verzoeken een applicatie per minuut mag doen. Geteld in de cache; is die weg, dan mag alles."""

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portaal.api.token import Aanroeper

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

STIL_NA_FOUT = 5.0  # seconden de cache met rust laten na een fout: anders wacht elk verzoek op haar
VENSTER = 60

_stil_tot = 0.0


class ApplicatieLimiet(BaseThrottle):
    """Ten hoogste `API_PER_MINUUT` verzoeken per applicatie in elke minuut van de klok; 0 is geen grens."""

    over: int = VENSTER  # seconden tot de volgende minuut

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Of dit verzoek mag; zonder token beslist een ander."""
        grens: int = settings.API_PER_MINUUT
        if not grens or not isinstance(request.user, Aanroeper):
            return True
        minuut, voorbij = divmod(int(time.time()), VENSTER)
        self.over = VENSTER - voorbij
        aantal = _tel(f"api-limiet:{request.user.pk}:{minuut}")
        return aantal is None or aantal <= grens

    def wait(self) -> float:
        """Over hoeveel seconden het weer mag."""
        return float(self.over)


def _tel(sleutel: str) -> int | None:
    """De hoeveelste dit is, of None als de cache het niet doet."""
    global _stil_tot
    if time.monotonic() < _stil_tot:
        return None
    try:
        try:
            return cache.incr(sleutel)
        except ValueError:  # de eerste van deze minuut
            cache.add(sleutel, 0, timeout=2 * VENSTER)
            return cache.incr(sleutel)
    except Exception as fout:  # noqa: BLE001 - een cache die weg is mag nooit een verzoek kosten
        _stil_tot = time.monotonic() + STIL_NA_FOUT
        log.warning("limiet_cache_weg soort=%s", type(fout).__name__)
        return None
