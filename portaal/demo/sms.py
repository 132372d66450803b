"""Een nagespeelde sms-dienst met de HTTP-API van NotifyNL en GOV.UK Notify. Er gaat niets de deur uit.

Net als het echte: aanmelden met een JWT (HS256), een sms aannemen, opvragen op kenmerk, en terugmelden of zij aankwam.
Een nummer dat op 99 eindigt bestaat niet meer, een dat op 98 eindigt staat uit; alle andere sms'en komen aan.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import requests
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

HOOGSTENS = 918  # tekens, zoals bij Notify
TERUGMELDEN_NA = 1.0  # seconden


@dataclass(frozen=True)
class Sms:
    """Een gevangen sms."""

    id: str
    kenmerk: str
    aan: str
    tekst: str
    ontvangen: datetime


class Telefoon:
    """De map met gevangen sms'en, een bestand per stuk."""

    def __init__(self, map_: Path | None = None) -> None:
        self.map = map_ or settings.DEMO_MAP / "sms"

    def bewaar(self, kenmerk: str, aan: str, tekst: str) -> Sms:
        """Bewaart een sms in één keer zichtbaar."""
        self.map.mkdir(mode=0o700, parents=True, exist_ok=True)
        nu = datetime.now(UTC)
        sms = Sms(str(uuid.uuid4()), kenmerk, aan, tekst, nu)
        naam = f"{nu:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}"
        tijdelijk = self.map / f".{naam}"
        tijdelijk.write_text(json.dumps({**sms.__dict__, "ontvangen": nu.isoformat()}))
        tijdelijk.replace(self.map / f"{naam}.json")
        return sms

    def alle(self, hoogstens: int = 200) -> list[Sms]:
        """De nieuwste sms'en, nieuwste eerst."""
        if not self.map.is_dir():
            return []
        paden = sorted(self.map.glob("*.json"), reverse=True)[:hoogstens]
        gelezen = [json.loads(pad.read_text()) for pad in paden]
        return [Sms(**{**g, "ontvangen": datetime.fromisoformat(g["ontvangen"])}) for g in gelezen]


@csrf_exempt
@require_POST
def stuur(request: HttpRequest) -> HttpResponse:
    """POST /v2/notifications/sms."""
    if (fout := _weiger(request)) is not None:
        return fout
    try:
        inhoud: dict[str, Any] = json.loads(request.body)
        nummer, tekst = str(inhoud["phone_number"]), str(inhoud["personalisation"]["tekst"])
    except (ValueError, KeyError, TypeError):
        return _fout(400, "ValidationError", "phone_number or personalisation is missing")
    if inhoud.get("template_id") != settings.SMS_SJABLOON:
        return _fout(400, "BadRequestError", "Template not found")
    if not nummer.removeprefix("+").isdigit():
        return _fout(400, "ValidationError", "phone_number Not enough digits")
    if len(tekst) > HOOGSTENS:
        return _fout(400, "BadRequestError", "Content for template has a character count greater than the limit of 918")
    sms = Telefoon().bewaar(str(inhoud.get("reference", "")), nummer, tekst)
    threading.Thread(target=_meld_terug, args=(sms,), daemon=True).start()
    return JsonResponse({"id": sms.id, "reference": sms.kenmerk, "content": {"body": tekst}}, status=201)


@require_safe
def zoek(request: HttpRequest) -> HttpResponse:
    """GET /v2/notifications?reference=…"""
    if (fout := _weiger(request)) is not None:
        return fout
    gevonden = [sms for sms in Telefoon().alle() if sms.kenmerk == request.GET.get("reference")]
    return JsonResponse({"notifications": [{"id": sms.id, "reference": sms.kenmerk} for sms in gevonden]})


def _weiger(request: HttpRequest) -> HttpResponse | None:
    """Het JWT moet van deze dienst zijn en niet ouder dan een halve minuut."""
    sleutel = settings.SMS_SLEUTEL
    try:
        gegevens = jwt.decode(
            request.headers.get("Authorization", "").removeprefix("Bearer "), sleutel[-36:], algorithms=["HS256"]
        )
    except jwt.InvalidTokenError:
        return _fout(403, "AuthError", "Invalid token: signature, api token not found")
    if gegevens.get("iss") != sleutel[-73:-37]:
        return _fout(403, "AuthError", "Invalid token: service not found")
    if abs(time.time() - gegevens.get("iat", 0)) > 30:
        return _fout(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
    return None


def _fout(code: int, soort: str, tekst: str) -> HttpResponse:
    return JsonResponse({"status_code": code, "errors": [{"error": soort, "message": tekst}]}, status=code)


def _meld_terug(sms: Sms) -> None:
    """Meld terug hoe het afliep; is de portaal er niet klaar voor, dan een paar keer opnieuw."""
    status = {"99": "permanent-failure", "98": "temporary-failure"}.get(sms.aan[-2:], "delivered")
    melding = {"id": sms.id, "reference": sms.kenmerk, "to": sms.aan, "status": status, "notification_type": "sms"}
    for _poging in range(5):
        time.sleep(TERUGMELDEN_NA)
        try:
            antwoord = requests.post(
                f"{settings.PORTAAL_URL}/-/sms-terugmelding",
                json=melding,
                headers={"Authorization": f"Bearer {settings.SMS_TERUGMELDING}"},
                timeout=5,
            )
        except requests.RequestException:
            continue
        if antwoord.status_code == 204:
            return
