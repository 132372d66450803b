"""Per verzoek: welke sessie, en daaruit wie er is ingelogd (`request.toegang`)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from portaal.inloggen import onderbroken
from portaal.inloggen.paden import is_beheer, is_openbaar, mag_een_lezer, zonder_sessie
from portaal.inloggen.sessies import BeheerStore, GeenSessie, SessionStore
from portaal.inloggen.toegang import bouw_toegang
from portaal.tijd import nu

Verder = Callable[[HttpRequest], HttpResponse]


class SessieMiddleware(SessionMiddleware):
    """Kiest de sessie op pad: beheer, portaal of geen. Cookies zijn HttpOnly, SameSite=Lax en weg met de browser."""

    def process_request(self, request: HttpRequest) -> None:
        pad = request.path_info
        if zonder_sessie(pad):
            request.session = GeenSessie()
        else:
            store = BeheerStore if is_beheer(pad) else SessionStore
            request.session = store(request.COOKIES.get(store.cookie))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        sessie: Any = request.session
        if isinstance(sessie, GeenSessie):
            return response
        if sessie.accessed:
            patch_vary_headers(response, ["Cookie"])
        if sessie.is_empty():
            if sessie.cookie in request.COOKIES:
                response.delete_cookie(sessie.cookie, path=sessie.cookie_pad, samesite="Lax")
        elif sessie.modified and response.status_code < 500:
            self._bewaar(sessie, response)
        return response

    @staticmethod
    def _bewaar(sessie: Any, response: HttpResponse) -> None:
        try:
            sessie.save()
        except UpdateError as fout:
            raise SessionInterrupted("De sessie is intussen beëindigd.") from fout
        response.set_cookie(
            sessie.cookie,
            sessie.session_key,
            path=sessie.cookie_pad,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


class ToegangMiddleware:
    """Bouwt `request.toegang` en houdt de deur dicht: zonder inlog alleen wat in `paden.OPENBAAR` staat."""

    def __init__(self, get_response: Verder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sessie: Any = request.session
        if not isinstance(sessie, GeenSessie) and sessie.cookie in request.COOKIES and _is_bezig(request):
            sessie.raak_aan()
        toegang = bouw_toegang(sessie) if isinstance(sessie, SessionStore) else None
        request.toegang = toegang  # type: ignore[attr-defined]
        antwoord = self.get_response(request)
        if toegang and not sessie.is_empty():  # leeg: net uitgelogd
            onderbroken.rond_af(request, antwoord, toegang)
        if toegang and bool(getattr(request, "htmx", False)):
            antwoord.headers["X-Sessie-Seconden"] = str(seconden_over(request))
        if toegang or isinstance(sessie, BeheerStore):
            # Ook na uitloggen: Vorige in de browser laat niets zien.
            antwoord.headers.setdefault("Cache-Control", "no-store, private")
        return antwoord

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Fail closed: een pagina die niet openbaar is vraagt een inlog, ook als zij dat zelf vergeet.

        Zo verstuurt ook wie alleen mag kijken niets; de handelingen zelf weigeren hem nog eens (`eis_mag_handelen`).
        """
        pad, toegang = request.path_info, request.toegang  # type: ignore[attr-defined]
        if toegang and not toegang.mag_handelen and not mag_een_lezer(request.method or "", pad):
            raise PermissionDenied
        if toegang or is_beheer(pad) or is_openbaar(pad):
            return None
        return naar_inloggen(request)


def _is_bezig(request: HttpRequest) -> bool:
    """Of een mens iets deed. Vooruit laden en verversen op de achtergrond houden een sessie niet in leven."""
    return "prefetch" not in request.headers.get("Sec-Purpose", "") and "X-Achtergrond" not in request.headers


def naar_inloggen(request: HttpRequest) -> HttpResponse:
    """Naar de inlogpagina, die zegt waarom, en daarna terug naar de pagina waar iemand was, met wat hij had ingevuld."""
    htmx = bool(getattr(request, "htmx", False))
    vragen = {"next": _pagina(request, htmx), "reden": getattr(request.session, "einde", "")}
    bewaard, sleutel = onderbroken.bewaar(request) if request.method == "POST" else (None, "")
    if bewaard is not None:
        vragen["ingevuld"] = "ja" if bewaard else "nee"
    adres = "/inloggen?" + urlencode({naam: waarde for naam, waarde in vragen.items() if waarde})
    antwoord = HttpResponseClientRedirect(adres) if htmx else HttpResponseRedirect(adres)
    if sleutel:
        onderbroken.zet_cookie(antwoord, sleutel)
    return antwoord


def _pagina(request: HttpRequest, htmx: bool) -> str:
    if htmx:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path
    if request.method == "GET":
        return request.path
    # Een formulier: terug naar waar het stond. Gaat het naar zichzelf, dan zegt zijn adres ook bij welke stap.
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return ""
    return request.get_full_path() if referer.path == request.path else referer.path


def seconden_over(request: HttpRequest) -> int:
    """Hoe lang de sessie nog duurt als er niets gebeurt, in seconden; 0 als er niemand is ingelogd."""
    einde = getattr(request.session, "verloopt_op", None)
    return max(0, int((einde - nu()).total_seconds())) if einde else 0
