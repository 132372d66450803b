"""De HTTP-API van NotifyNL en GOV.UK Notify: aanmelden met een JWT, een sms sturen, en wat zij terugmeldt."""

import time
from http import HTTPStatus
from typing import Any

import jwt
import requests
from django.conf import settings

from portaal.gebeurtenissen.wachtrij import NietOpnieuwError

WACHT = (3.05, 10)  # seconden: verbinden, antwoorden
BEZORGD = frozenset({"delivered"})
# `temporary-failure` is bij deze diensten een eindstand: de telefoon stond dagen uit.
MISLUKT = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})


class NotifyFout(Exception):
    """De dienst nam het bericht niet aan; opnieuw proberen kan helpen."""


def verstuur(nummer: str, tekst: str, kenmerk: str, *, opnieuw: bool) -> str:
    """Bied een sms aan; geeft het kenmerk van de dienst. `NietOpnieuwError` als het nummer niet kan bestaan."""
    if opnieuw and (bekend := _al_aangenomen(kenmerk)):
        return bekend
    inhoud = {
        "phone_number": nummer,
        "template_id": settings.SMS_SJABLOON,
        "personalisation": {"tekst": tekst},
        "reference": kenmerk,
    }
    antwoord = requests.post(_adres(), json=inhoud, headers=_koppen(), timeout=WACHT, allow_redirects=False)
    if antwoord.status_code == HTTPStatus.BAD_REQUEST and "phone_number" in antwoord.text:
        raise NietOpnieuwError("de sms-dienst weigert dit nummer")
    if antwoord.status_code != HTTPStatus.CREATED:
        raise NotifyFout(str(antwoord.status_code))
    return str(antwoord.json()["id"])


def _al_aangenomen(kenmerk: str) -> str:
    """Het kenmerk van de dienst, als zij dit bericht al heeft: zo wordt een poging die half lukte geen tweede sms."""
    antwoord = requests.get(
        _adres("/v2/notifications"),
        params={"reference": kenmerk},
        headers=_koppen(),
        timeout=WACHT,
        allow_redirects=False,
    )
    if antwoord.status_code != HTTPStatus.OK:
        raise NotifyFout(str(antwoord.status_code))
    gevonden: list[dict[str, Any]] = antwoord.json()["notifications"]
    return str(gevonden[0]["id"]) if gevonden else ""


def _adres(pad: str = "/v2/notifications/sms") -> str:
    return str(settings.SMS_URL) + pad


def _koppen() -> dict[str, str]:
    """De sleutel is `naam-<uuid van de dienst>-<uuid van het geheim>`; het JWT geldt een halve minuut (HS256)."""
    sleutel = settings.SMS_SLEUTEL
    dienst, geheim = sleutel[-73:-37], sleutel[-36:]
    bewijs = jwt.encode({"iss": dienst, "iat": int(time.time())}, geheim, algorithm="HS256")
    return {"Authorization": f"Bearer {bewijs}"}
