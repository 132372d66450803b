"""Meldingen naar de Notificaties API van de organisatie (Open Notificaties), met een JWT zoals ZGW het voorschrijft."""

import time
from typing import Any

import jwt
import requests

from portaal.objecten.models import Koppeling, Objectmelding

KANAAL = "objecten"
TIJDSLIMIET = (5, 10)  # seconden: verbinding maken, antwoord krijgen


class NietAangenomenError(Exception):
    """De Notificaties API nam de melding niet aan; later opnieuw. De tekst is de HTTP-status."""


class KoppelingUitError(Exception):
    """De koppeling staat uit; de melding wacht tot zij weer aan staat."""


def verstuur(melding: Objectmelding) -> None:
    """Stuur één melding. Lukt het niet, dan een fout: de wachtrij probeert het later weer, met hetzelfde tijdstip."""
    if not melding.koppeling.actief or not melding.koppeling.notificaties_url:
        raise KoppelingUitError
    antwoord = _vraag(melding.koppeling, "POST", "notificaties", inhoud(melding))
    if not 200 <= antwoord.status_code < 300:
        raise NietAangenomenError(str(antwoord.status_code))


def inhoud(melding: Objectmelding) -> dict[str, Any]:
    """De melding zoals de Objecten API haar stuurt: waar, wat en wanneer; nooit iets uit het object zelf.

    `aanmaakdatum` heeft microseconden (GZAC laat twee meldingen met hetzelfde tijdstip samenvallen) en eindigt op Z
    (GZAC kan geen +02:00 lezen).
    """
    objecttype = melding.object.objecttype
    assert objecttype is not None
    return {
        "kanaal": KANAAL,
        "hoofdObject": melding.object.url,
        "resource": "object",
        "resourceUrl": melding.object.url,
        "actie": str(melding.actie),
        "aanmaakdatum": melding.aanmaakdatum.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "kenmerken": {"objectType": objecttype.url},
    }


def bewijs(koppeling: Koppeling) -> str:
    """Het JWT (HS256) waarmee de portaal zich bekendmaakt."""
    claims = {
        "iss": koppeling.client_id,
        "iat": int(time.time()),
        "client_id": koppeling.client_id,
        "user_id": "portaal",
        "user_representation": "Mijn-omgeving",
    }
    return jwt.encode(claims, koppeling.geheim or "", algorithm="HS256")


def controleer(koppeling: Koppeling) -> str:
    """Probeer de Notificaties API: bestaat het kanaal `objecten`? Zo niet, maak het. Geeft in het Nederlands de uitkomst."""
    try:
        antwoord = _vraag(koppeling, "GET", "kanaal", params={"naam": KANAAL})
        if antwoord.status_code in (401, 403):
            return "De Notificaties API kent dit client id of geheim niet, of het mag dit niet."
        if antwoord.status_code != 200:
            return f"De Notificaties API antwoordt met status {antwoord.status_code}."
        kanalen = antwoord.json()
        if any(isinstance(k, dict) and k.get("naam") == KANAAL for k in kanalen):
            return "Het werkt: de Notificaties API antwoordt en kent het kanaal objecten."
        gemaakt = _vraag(koppeling, "POST", "kanaal", {"naam": KANAAL, "documentatieLink": "", "filters": []})
        if gemaakt.status_code == 201:
            return "Het werkt: de Notificaties API antwoordt. Het kanaal objecten was er nog niet en is nu gemaakt."
        return f"Het kanaal objecten ontbreekt en is niet te maken (status {gemaakt.status_code})."
    except (requests.RequestException, ValueError) as fout:
        return f"De Notificaties API is niet te bereiken of antwoordt niet goed ({type(fout).__name__})."


def _vraag(
    koppeling: Koppeling, methode: str, pad: str, json: Any = None, params: dict[str, str] | None = None
) -> requests.Response:
    return requests.request(
        methode,
        f"{koppeling.notificaties_url}{pad}",
        json=json,
        params=params,
        headers={"Authorization": f"Bearer {bewijs(koppeling)}"},
        timeout=TIJDSLIMIET,
        allow_redirects=False,  # een melding gaat naar het adres dat een beheerder invulde, en nergens anders heen
    )
