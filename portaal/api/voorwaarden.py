"""Niet over elkaars wijziging heen schrijven: ETag en If-Match (RFC 9110, 8.8.3 en 13.1.1)."""

import hashlib
from typing import Any

from rest_framework.request import Request

from portaal.api.problemen import VoorwaardeMislukt
from portaal.versleuteling import vaste_json


def etag(weergave: Any) -> str:
    """De ETag van een record zoals het in een antwoord staat: verandert er iets, dan is hij anders."""
    return f'"{hashlib.sha256(vaste_json(weergave)).hexdigest()[:32]}"'


def controleer_if_match(request: Request, weergave: Any) -> None:
    """Weiger (412) als de aanroeper een andere versie noemt dan deze; zonder If-Match mag het altijd."""
    kop = request.headers.get("If-Match")
    if kop is None or kop.strip() == "*":
        return
    if etag(weergave) not in (deel.strip() for deel in kop.split(",")):
        raise VoorwaardeMislukt("Dit is intussen gewijzigd. Haal het opnieuw op en probeer het dan nog eens.")
