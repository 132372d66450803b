"""Gesimuleerde OpenID Connect-diensten, alleen in de demo en in tests. Er is niets echts aan behalve het protocol.

Streng waar een echte dienst dat is: PKCE verplicht, vaste adressen om naar terug te keren, codes één keer te gebruiken.
"""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any
from urllib.parse import unquote, urlencode

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portaal.demo.personen import Persoon
from portaal.demo.simulator.aanbieders import AANBIEDERS, Aanbieder, vrij_persoon
from portaal.demo.simulator.bonnen import CODE_GELDT, TOKEN_GELDT, gebruik_bon, lees_bon, maak_bon
from portaal.demo.simulator.fouten import FOUTEN, bederf_claims, bederf_userinfo, onderteken
from portaal.demo.simulator.sleutel import KID, sleutel
from portaal.inloggen.inlogmiddelen import Inlogmiddel

if not settings.DEMO:
    raise ImproperlyConfigured("De simulator van de inlogdiensten bestaat alleen in de demo en in tests.")


class _Fout(Exception):
    """Een fout van degene die ons aanroept, in woorden."""


def _aanbieder(sleutel_: str) -> Aanbieder:
    if sleutel_ not in AANBIEDERS:
        raise Http404
    return AANBIEDERS[sleutel_]


def _client(aanbieder: Aanbieder) -> Inlogmiddel:
    client = aanbieder.client
    if client is None:
        raise Http404
    return client


# --- openbaar -------------------------------------------------------------------------------------------------------
@require_GET
def configuratie(request: HttpRequest, aanbieder: str) -> JsonResponse:
    """Discovery."""
    dienst = _aanbieder(aanbieder)
    issuer = dienst.issuer
    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/end_session",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [dienst.algoritme],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


@require_GET
def jwks(request: HttpRequest, aanbieder: str) -> JsonResponse:
    """De openbare sleutel."""
    algoritme = _aanbieder(aanbieder).algoritme
    soort: Any = jwt.get_algorithm_by_name(algoritme)
    jwk = soort.to_jwk(sleutel(algoritme).public_key(), as_dict=True)
    return JsonResponse({"keys": [{**jwk, "kid": KID, "use": "sig", "alg": algoritme, "key_ops": ["verify"]}]})


# --- inloggen ---------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@never_cache
def authorize(request: HttpRequest, aanbieder: str) -> HttpResponse:
    """Kies wie u bent (GET) en ga terug naar de portaal met een code (POST)."""
    dienst = _aanbieder(aanbieder)
    client = _client(dienst)
    try:
        _controleer_aanvraag(request, client)
    except _Fout as fout:
        context = {"aanbieder": dienst, "fout": str(fout)}
        return render(request, "demo/simulator/fout.html", context, status=400)
    if request.method == "GET":
        return _toon_personen(request, dienst)
    if "annuleren" in request.POST:
        return _terug(request, dienst, {"error": "access_denied"})
    fout_soort = request.POST.get("fout", "")
    persoon = _gekozen(request, dienst)
    if persoon is None or (fout_soort and fout_soort not in FOUTEN):
        return _toon_personen(request, dienst, "Kies iemand uit de lijst of vul een nummer in.", status=400)
    niveau = request.POST.get("niveau") or str(persoon.niveau)
    if not niveau.isdigit() or int(niveau) not in dienst.niveaus:
        return _toon_personen(request, dienst, "Dit niveau bestaat hier niet.", status=400)
    code = maak_bon(
        "code",
        {
            "aanbieder": dienst.sleutel,
            "redirect_uri": request.GET["redirect_uri"],
            "challenge": request.GET["code_challenge"],
            "claims": _claims(request, dienst, client, persoon, int(niveau)),
            "userinfo": {"sub": persoon.sub, **dienst.in_userinfo(persoon)},
            "fout": fout_soort,
        },
        CODE_GELDT,
    )
    return _terug(request, dienst, {"code": code}, fout_soort)


def _controleer_aanvraag(request: HttpRequest, client: Inlogmiddel) -> None:
    """Een verkeerde aanvraag krijgt hier een pagina: terugsturen naar een onbekend adres doet geen enkele dienst."""
    vragen = request.GET
    if vragen.get("client_id") != client.client_id:
        raise _Fout("De client_id is onbekend.")
    if vragen.get("redirect_uri") != _terug_adres(client):
        raise _Fout("De redirect_uri is niet het adres dat is afgesproken.")
    if vragen.get("response_type") != "code" or "openid" not in vragen.get("scope", "").split():
        raise _Fout("Alleen response_type=code met scope openid kan.")
    if vragen.get("code_challenge_method") != "S256" or len(vragen.get("code_challenge", "")) != 43:
        raise _Fout("PKCE met S256 is verplicht.")
    if not vragen.get("state") or not vragen.get("nonce"):
        raise _Fout("De state of de nonce ontbreekt.")


def _terug_adres(client: Inlogmiddel) -> str:
    pad = (
        reverse("admin:inloggen_terug")
        if client.doelgroep == "medewerker"
        else reverse("inloggen:terug", args=[client.sleutel])
    )
    return f"{settings.PORTAAL_URL}{pad}"


def _toon_personen(request: HttpRequest, dienst: Aanbieder, melding: str = "", status: int = 200) -> HttpResponse:
    context = {
        "aanbieder": dienst,
        "melding": melding,
        "fouten": FOUTEN,
        "nummer": {"bsn": "Burgerservicenummer", "kvk": "KVK-nummer"}.get(dienst.nummer, ""),
    }
    return render(request, "demo/simulator/kies.html", context, status=status)


def _gekozen(request: HttpRequest, dienst: Aanbieder) -> Persoon | None:
    nummer = request.POST.get("nummer", "").strip()
    if dienst.nummer and nummer:
        return vrij_persoon(dienst, nummer)
    return next((p for p in dienst.personen if p.sleutel == request.POST.get("persoon")), None)


def _claims(
    request: HttpRequest, dienst: Aanbieder, client: Inlogmiddel, persoon: Persoon, niveau: int
) -> dict[str, Any]:
    return {
        "iss": dienst.issuer,
        "sub": persoon.sub,
        "aud": client.client_id,
        "azp": client.client_id,
        "nonce": request.GET["nonce"],
        "sid": secrets.token_hex(16),
        **dienst.in_id_token(persoon, niveau),
    }


def _terug(request: HttpRequest, dienst: Aanbieder, antwoord: dict[str, str], fout: str = "") -> HttpResponse:
    antwoord |= {"state": request.GET["state"], "iss": dienst.issuer}
    if fout == "iss_param":
        antwoord["iss"] = "https://een-ander.test"
    if fout == "iss_param_weg":
        del antwoord["iss"]
    if fout == "state":
        antwoord["state"] = "een-andere-state"
    return HttpResponseRedirect(f"{request.GET['redirect_uri']}?{urlencode(antwoord)}")


# --- van server naar server -------------------------------------------------------------------------------------------
@csrf_exempt
@require_POST
@never_cache
def token(request: HttpRequest, aanbieder: str) -> HttpResponse:
    """Wissel een code in voor een id_token en een access token."""
    dienst = _aanbieder(aanbieder)
    client = _client(dienst)
    if not _is_client(request, client, f"{dienst.issuer}/token"):
        return JsonResponse({"error": "invalid_client"}, status=401)
    bon = gebruik_bon("code", request.POST.get("code", ""))
    if (
        bon is None
        or bon["aanbieder"] != dienst.sleutel
        or request.POST.get("grant_type") != "authorization_code"
        or request.POST.get("redirect_uri") != bon["redirect_uri"]
        or not _pkce_klopt(bon["challenge"], request.POST.get("code_verifier", ""))
        or bon["fout"] == "geweigerd"
    ):
        return JsonResponse({"error": "invalid_grant"}, status=400)
    if bon["fout"] == "token500":
        return JsonResponse({"error": "server_error"}, status=500)
    if bon["fout"] == "token_html":
        return HttpResponse("<h1>Onderhoud</h1>")
    nu = int(time.time())
    claims = bederf_claims(bon["fout"], {**bon["claims"], "iat": nu, "exp": nu + TOKEN_GELDT}, client.client_id)
    toegang = {"aanbieder": dienst.sleutel, "userinfo": bon["userinfo"], "fout": bon["fout"]}
    return JsonResponse(
        {
            "access_token": maak_bon("token", toegang, TOKEN_GELDT),
            "token_type": "Bearer",
            "expires_in": TOKEN_GELDT,
            "id_token": onderteken(
                bon["fout"], claims, sleutel(dienst.algoritme), client.client_secret, dienst.algoritme
            ),
        }
    )


def _is_client(request: HttpRequest, client: Inlogmiddel, hier: str) -> bool:
    """Zoals met deze client is afgesproken: private_key_jwt, client_secret_basic of client_secret_post."""
    if client.token_auth == "private_key_jwt":
        return _is_ondertekend(request, client, hier)
    kop = request.headers.get("Authorization", "")
    if kop.startswith("Basic "):
        gebruiker, _, geheim = base64.b64decode(kop.removeprefix("Basic ")).decode().partition(":")
        gebruiker, geheim = unquote(gebruiker), unquote(geheim)
    else:
        gebruiker, geheim = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    return gebruiker == client.client_id and hmac.compare_digest(geheim.encode(), client.client_secret.encode())


def _is_ondertekend(request: HttpRequest, client: Inlogmiddel, hier: str) -> bool:
    """Het bewijs (RFC 7523): van deze client, voor dit adres, kort geldig, en één keer te gebruiken."""
    openbaar = load_pem_private_key(client.client_sleutel.encode(), password=None).public_key()
    try:
        bewijs = jwt.decode(
            request.POST.get("client_assertion", ""),
            openbaar,  # type: ignore[arg-type]
            algorithms=["PS256", "ES256"],
            audience=hier,
            issuer=client.client_id,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
        )
    except jwt.PyJWTError:
        return False
    vers = bewijs["exp"] - bewijs["iat"] <= 60 and cache.add(f"simulator:jti:{bewijs['jti']}", 1, 120)
    return bool(vers) and bewijs["sub"] == client.client_id and "client_secret" not in request.POST


def _pkce_klopt(challenge: str, verifier: str) -> bool:
    hash_ = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(hash_, challenge)


@require_GET
@never_cache
def userinfo(request: HttpRequest, aanbieder: str) -> HttpResponse:
    """De gegevens bij een access token."""
    bon = lees_bon("token", request.headers.get("Authorization", "").removeprefix("Bearer "))
    if bon is None or bon["aanbieder"] != _aanbieder(aanbieder).sleutel:
        return JsonResponse({"error": "invalid_token"}, status=401)
    if bon["fout"] == "userinfo500":
        return JsonResponse({"error": "server_error"}, status=500)
    return JsonResponse(bederf_userinfo(bon["fout"], bon["userinfo"]))


@require_GET
@never_cache
def end_session(request: HttpRequest, aanbieder: str) -> HttpResponse:
    """Uitloggen: meteen terug naar de portaal. Een adres dat niet van de portaal is wordt niet gevolgd."""
    dienst = _aanbieder(aanbieder)
    daarna = request.GET.get("post_logout_redirect_uri", "")
    if daarna.startswith(f"{settings.PORTAAL_URL}/") and request.GET.get("client_id") == _client(dienst).client_id:
        return HttpResponseRedirect(daarna)
    context = {"aanbieder": dienst, "fout": "U bent uitgelogd bij de simulator."}
    return render(request, "demo/simulator/fout.html", context, status=200 if not daarna else 400)
