"""Niet over elkaars wijziging heen schrijven: ETag en If-Match (RFC 9110, 13.1.1)."""

from rest_framework.request import Request

from portaal.api.problemen import VoorwaardeMislukt


def etag(versie: int) -> str:
    """De ETag van een record met deze versie."""
    return f'"{versie}"'


def controleer_if_match(request: Request, versie: int) -> None:
    """Weiger (412) als de aanroeper een andere versie noemt dan de huidige; zonder If-Match mag het altijd."""
    kop = request.headers.get("If-Match")
    if kop is None or kop.strip() == "*":
        return
    if etag(versie) not in (deel.strip() for deel in kop.split(",")):
        raise VoorwaardeMislukt("Dit is intussen gewijzigd. Haal het opnieuw op en probeer het dan nog eens.")
