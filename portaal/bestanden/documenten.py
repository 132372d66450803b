"""De Documenten API (ZGW) van de organisatie: een bestand gaat daarheen voordat het antwoord wordt verstuurd.

Alleen als `DOCUMENTEN_API_URL` is ingesteld. Zo vindt de behandelaar het bestand waar hij zijn documenten heeft, en staat in
het antwoord het adres daar. Contract: Documenten API 1.x, `POST /enkelvoudiginformatieobjecten`.
"""

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
import requests
from django.conf import settings

from portaal.bestanden import handelingen
from portaal.bestanden.handelingen import Plek
from portaal.bestanden.models import Bestand, Stand
from portaal.inloggen.partij import PORTAAL
from portaal.inloggen.toegang import Toegang
from portaal.tijd import vandaag

WACHTEN = (3.0, 30.0)  # seconden: verbinden, antwoord


class OverzettenMisluktError(Exception):
    """De Documenten API nam een bestand niet aan. Het antwoord is niet verstuurd; opnieuw proberen kan altijd."""


def zet_over(plek: Plek, antwoorden: Mapping[str, Any], velden: Sequence[str], toegang: Toegang) -> int:
    """Zet de gecontroleerde bestanden in deze antwoorden over, als dat is ingesteld; geeft hoeveel. Niet in een transactie.

    Wat al over is, gaat niet nog eens. Fouten: `OverzettenMisluktError`.
    """
    if not settings.DOCUMENTEN_API_URL or not velden:
        return 0
    genoemd = {i for veld in velden for i in handelingen.ids_in(antwoorden.get(veld))}
    mijn = Bestand.objects.voor(toegang).bij(plek.soort, plek.id).filter(document_url="", stand=Stand.SCHOON)
    aantal = 0
    for bestand in [b for b in mijn if str(b.pk) in genoemd]:
        handelingen.zet_document_url(bestand.pk, _maak_document(bestand), PORTAAL)
        aantal += 1
    return aantal


def _maak_document(bestand: Bestand) -> str:
    document = {
        "identificatie": str(bestand.pk),
        "bronorganisatie": settings.DOCUMENTEN_API_BRONORGANISATIE,
        "creatiedatum": vandaag().isoformat(),
        "titel": bestand.naam[:200],
        "auteur": settings.ORGANISATIE_NAAM[:200],
        "status": "definitief",
        "formaat": bestand.mime,
        "taal": "nld",
        "bestandsnaam": bestand.naam,
        "bestandsomvang": bestand.grootte,
        "inhoud": base64.b64encode(b"".join(handelingen.inhoud(bestand))).decode(),
        "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
        "informatieobjecttype": settings.DOCUMENTEN_API_INFORMATIEOBJECTTYPE,
        "integriteit": {
            "algoritme": "sha_256", "waarde": bytes(bestand.sha256).hex(), "datum": vandaag().isoformat(),
        },
    }  # fmt: skip
    try:
        antwoord = requests.post(
            f"{settings.DOCUMENTEN_API_URL}/enkelvoudiginformatieobjecten",
            json=document,
            headers={"Authorization": f"Bearer {_token()}"},
            timeout=WACHTEN,
            allow_redirects=False,
        )
        url = antwoord.json()["url"] if antwoord.status_code == 201 else None
    except (requests.RequestException, ValueError, KeyError, TypeError) as fout:
        raise OverzettenMisluktError(type(fout).__name__) from fout
    if not isinstance(url, str) or not url.startswith(("https://", "http://")) or len(url) > 1000:
        raise OverzettenMisluktError(f"status {antwoord.status_code}")
    return url


def _token() -> str:
    """Een JWT zoals de ZGW-API's het willen: HS256, met de client-id als uitgever."""
    inhoud = {
        "iss": settings.DOCUMENTEN_API_CLIENT_ID,
        "client_id": settings.DOCUMENTEN_API_CLIENT_ID,
        "iat": int(time.time()),
        "user_id": "portaal",
        "user_representation": settings.PORTAAL_NAAM,
    }
    return jwt.encode(inhoud, settings.DOCUMENTEN_API_SECRET, algorithm="HS256")
