"""Wat de ontvangende kant meldt: de sms-dienst over HTTP, een mailserver met een bericht (DSN, RFC 3464)."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.handelingen.bezorgen import meld_bezorgd, meld_onbestelbaar
from portaal.notificaties.kanalen.sms.notify import BEZORGD, MISLUKT
from portaal.notificaties.models import Notificatie


@csrf_exempt  # een dienst heeft geen cookie; het geheim in de kop is het bewijs
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """De sms-dienst meldt of een sms aankwam. 204 als het verwerkt is, ook bij een kenmerk dat wij niet (meer) kennen.

    Komt de melding vóór wij zelf hebben vastgelegd dat de sms weg is, dan 503: de dienst probeert het later nog eens.
    """
    geheim = settings.SMS_TERUGMELDING
    if not geheim or not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {geheim}".encode()):
        return HttpResponse(status=401)
    try:
        gemeld: Any = json.loads(request.body)
        bundel, status = UUID(gemeld["reference"]), str(gemeld["status"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponse(status=400)
    if Notificatie.objects.filter(bundel=bundel, stand=Stand.WACHT).exists():
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    if status in BEZORGD:
        meld_bezorgd(bundel)
    elif status in MISLUKT:
        meld_onbestelbaar(bundel, f"sms-dienst: {status}", adres_is_fout=status == "permanent-failure")
    return HttpResponse(status=204)


class OnleesbaarError(ValueError):
    """Dit is geen bericht over de bezorging van een e-mail van ons. De tekst noemt niets uit het bericht."""


def verwerk_dsn(bericht: EmailMessage) -> str:
    """Verwerk wat een mailserver over een e-mail van ons meldt; geeft in een woord wat er is gebeurd.

    `bezorgd`, `onbestelbaar`, `later` (de mailserver probeert het nog) of `onbekend` (de e-mail kennen wij niet meer).
    Geen DSN, of zonder het kenmerk van de e-mail: `OnleesbaarError`.
    """
    bundel = _kenmerk(bericht)
    velden = next(iter(_per_ontvanger(bericht)), None)
    if bundel is None or velden is None:
        raise OnleesbaarError("Dit is geen leesbaar bericht over een e-mail van de portaal.")
    actie, status = str(velden.get("Action", "")).strip().lower(), str(velden.get("Status", "")).strip()
    if actie in ("delivered", "relayed", "expanded"):
        return "bezorgd" if actie == "delivered" and meld_bezorgd(bundel) else "onbekend"
    if actie != "failed":
        return "later"
    # 5.7 is beleid van een mailserver, 4 is een wachttijd die om was: dat ligt niet aan het adres (RFC 3463).
    adres_is_fout = status.startswith("5.") and not status.startswith("5.7.")
    code = status if status.replace(".", "").isdigit() else "zonder code"
    return (
        "onbestelbaar"
        if meld_onbestelbaar(bundel, f"teruggekomen: {code}", adres_is_fout=adres_is_fout)
        else "onbekend"
    )


def _per_ontvanger(bericht: EmailMessage) -> Iterator[Any]:
    """De blokken met velden over een ontvanger; het eerste blok in een DSN gaat over het bericht als geheel."""
    for deel in bericht.walk():
        if deel.get_content_type() == "message/delivery-status":
            inhoud = deel.get_payload()
            yield from (blok for blok in inhoud if isinstance(inhoud, list) and "Action" in blok)


def _kenmerk(bericht: EmailMessage) -> UUID | None:
    """De Message-ID van de e-mail die terugkwam, als die van ons is: `<uuid@…>`."""
    for deel in bericht.walk():
        if deel is bericht:
            continue
        kandidaten = [deel.get("Message-ID")]
        if deel.get_content_type() == "text/rfc822-headers":
            regels = str(deel.get_payload()).splitlines()
            kandidaten += [r.partition(":")[2] for r in regels if r.lower().startswith("message-id:")]
        for kandidaat in filter(None, kandidaten):
            try:
                return UUID(
                    parseaddr(str(kandidaat))[1].partition("@")[0] or str(kandidaat).strip(" <>").partition("@")[0]
                )
            except ValueError:
                continue
    return None
