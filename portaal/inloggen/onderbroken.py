"""Wat iemand verstuurde toen zijn sessie al voorbij was, tot hij opnieuw is ingelogd. Zonder JavaScript is er niets anders.

Het hoort bij deze browser (een willekeurige sleutel in een cookie) én bij wie er was ingelogd (een merkteken in een
ander cookie; er staat geen persoon bij in de database). Logt dezelfde persoon weer in, dan staat het ingevuld op de
pagina; versturen doet hij zelf. Logt een ander in, dan verdwijnt het ongezien. De poort bewaart pas na de controle op
CSRF: een andere website kan hier niets neerleggen.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from portaal.inloggen.invuller import vul_in
from portaal.inloggen.models import Onderbreking
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu

ZOUT = "portaal.inloggen.onderbroken"
COOKIE, COOKIE_VAN = "onderbroken", "laatst"
GELDT = timedelta(minutes=30)
VAN_GELDT = timedelta(hours=12)  # een sessie van vier uur, en ruim daarna nog een open pagina
GROOTST = 64 * 1024  # tekens, van alle velden samen
MEESTE = 5  # per persoon; het oudste maakt plaats
NOOIT = ("csrfmiddlewaretoken", "wachtwoord", "password")


def _merkteken(persoon: UUID, betrokkene: UUID) -> str:
    """Wie er is ingelogd, en voor wie, zonder dat iemand kan terugvinden wie dat is."""
    return salted_hmac(ZOUT, f"{persoon}:{betrokkene}", algorithm="sha256").hexdigest()


def _laatst(request: HttpRequest) -> str:
    """Het merkteken van wie hier het laatst was ingelogd; leeg als er geen echt, vers cookie is.

    De handtekening houdt tegen dat iemand zonder inlog de tabel vult met steeds een ander verzonnen merkteken.
    """
    try:
        return TimestampSigner(salt=ZOUT).unsign(request.COOKIES.get(COOKIE_VAN, ""), max_age=VAN_GELDT)
    except BadSignature:
        return ""


def was_zelfde_persoon(request: HttpRequest, persoon: UUID, betrokkene: UUID) -> bool:
    """Of in deze browser het laatst dezelfde persoon was ingelogd, voor dezelfde betrokkene."""
    return _laatst(request) == _merkteken(persoon, betrokkene)


# --- aan de poort -------------------------------------------------------------------------------------------------
def bewaar(request: HttpRequest) -> tuple[bool | None, str]:
    """Bewaar wat deze browser verstuurde. (True, sleutel voor het cookie); (False, ""): het kon niet.

    (None, ""): er was niets ingevuld. Bestanden, wachtwoorden en het csrf-token worden nooit bewaard.
    """
    velden = {naam: request.POST.getlist(naam) for naam in request.POST if naam not in NOOIT}
    if not any(any(waarden) for naam, waarden in velden.items() if not naam.startswith("_")) and not request.FILES:
        return None, ""
    van = _laatst(request)
    grootte = sum(len(naam) + sum(map(len, waarden)) for naam, waarden in velden.items())
    if not van or grootte > GROOTST:
        return False, ""
    sleutel = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    Onderbreking.objects.update_or_create(
        sleutel=_hash(sleutel),
        pad=request.path[:500],
        defaults={
            "van": _hash(van),
            "velden": velden,
            "had_bestanden": bool(request.FILES),
            "verloopt_op": nu() + GELDT,
        },
    )
    te_veel = Onderbreking.objects.filter(van=_hash(van)).order_by("-verloopt_op", "-pk").values_list("pk", flat=True)
    Onderbreking.objects.filter(pk__in=list(te_veel[MEESTE:])).delete()
    return True, sleutel


def zet_cookie(antwoord: HttpResponse, sleutel: str) -> None:
    """De sleutel bij de browser, zo lang als het bewaarde geldt."""
    _zet(antwoord, COOKIE, sleutel, GELDT)


# --- na het inloggen ----------------------------------------------------------------------------------------------
def rond_af(request: HttpRequest, antwoord: HttpResponse, toegang: Toegang) -> None:
    """Na elke pagina van iemand die is ingelogd: onthoud wie het is, en leg terug wat hij had ingevuld.

    Kost alleen iets als er een cookie is. Van een ander: weg, ongezien. Opnieuw verstuurd: weg, want het is aangekomen.
    """
    van = _merkteken(toegang.persoon, toegang.betrokkene)
    if _laatst(request) != van:
        _zet(antwoord, COOKIE_VAN, TimestampSigner(salt=ZOUT).sign(van), VAN_GELDT)
    sleutel = request.COOKIES.get(COOKIE)
    if not sleutel:
        return
    rijen = list(Onderbreking.objects.filter(sleutel=_hash(sleutel), verloopt_op__gt=nu()))
    weg = [
        rij
        for rij in rijen
        if rij.van != _hash(van)
        or (request.method == "POST" and rij.pad == request.path and antwoord.status_code < 400)
    ]
    if weg:
        Onderbreking.objects.filter(pk__in=[rij.pk for rij in weg]).delete()
    over = [rij for rij in rijen if rij not in weg]
    if not over:
        antwoord.delete_cookie(COOKIE, samesite="Lax")
    elif request.method == "GET" and antwoord.status_code == 200 and not getattr(request, "htmx", False):
        _leg_terug(request, antwoord, over)


def vergeet(request: HttpRequest, antwoord: HttpResponse) -> None:
    """Wie zelf uitlogt laat niets achter."""
    if sleutel := request.COOKIES.get(COOKIE):
        Onderbreking.objects.filter(sleutel=_hash(sleutel)).delete()
    for cookie in (COOKIE, COOKIE_VAN):
        if cookie in request.COOKIES:
            antwoord.delete_cookie(cookie, samesite="Lax")


def _leg_terug(request: HttpRequest, antwoord: HttpResponse, rijen: list[Onderbreking]) -> None:
    if antwoord.streaming or not antwoord.headers.get("Content-Type", "").startswith("text/html"):
        return
    for rij in rijen:
        melding = render_to_string("inloggen/teruggelegd.html", {"had_bestanden": rij.had_bestanden}, request)
        velden: Any = rij.velden
        if html := vul_in(antwoord.content.decode(), request.path, rij.pad, velden, melding):
            antwoord.content = html.encode()


def _hash(waarde: str) -> str:
    return hashlib.sha256(waarde.encode()).hexdigest()


def _zet(antwoord: HttpResponse, naam: str, waarde: str, geldt: timedelta) -> None:
    antwoord.set_cookie(
        naam, waarde, max_age=geldt, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
