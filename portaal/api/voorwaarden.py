"""Niet over elkaars wijziging heen schrijven: ETag en If-Match (RFC 9110, 8.8.3 en 13.1.1)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from portaal.api.problemen import VoorwaardeMislukt
from portaal.versleuteling import vaste_json

# Staat in het antwoord maar hoort niet bij het record: hoe het met de e-mail ging, en of iemand te bereiken is.
TERLOOPS = frozenset({"notificaties", "bereikbaarheid"})


def etag(weergave: Any) -> str:
    """De ETag van een record zoals het in een antwoord staat: verandert er iets aan het record, dan is hij anders."""
    if isinstance(weergave, Mapping):
        weergave = {naam: waarde for naam, waarde in weergave.items() if naam not in TERLOOPS}
    return f'"{hashlib.sha256(vaste_json(weergave)).hexdigest()[:32]}"'


def controleer_if_match(request: Request, weergave: Any) -> None:
    """Weiger (412) als de aanroeper een andere versie noemt dan deze; zonder If-Match mag het altijd."""
    kop = request.headers.get("If-Match")
    if kop is None or kop.strip() == "*":
        return
    if etag(weergave) not in (deel.strip() for deel in kop.split(",")):
        raise VoorwaardeMislukt("Dit is intussen gewijzigd. Haal het opnieuw op en probeer het dan nog eens.")
