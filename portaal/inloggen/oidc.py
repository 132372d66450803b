"""Van een code van de inlogdienst naar bewezen claims.

Gebouwd op mozilla-django-oidc, dat een deel van de controles weglaat die OpenID Connect Core 3.1.3.7, RFC 9207 en
het NL GOV-profiel vragen (ontvanger, uitgever, tijden, sub van userinfo, niveau). Die staan hier; wat niet klopt is
een `InlogFout`, en dan is er geen sessie.
"""

import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from django.conf import settings
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Eindpunten, Inlogmiddel, ondertekenwijze

logger = logging.getLogger(__name__)

ALGORITMEN = ("RS256", "PS256", "ES256")
SPELING = 30  # seconden verschil tussen klokken
WACHTTIJD = 5  # seconden voor een aanroep van de inlogdienst
HOUDBAAR = 300  # seconden dat adressen en sleutels in het geheugen blijven
AFMELD_GEBEURTENIS = "http://schemas.openid.net/event/backchannel-logout"

# Per proces en niet in de gedeelde cache: wie daar bij kan zou zijn eigen sleutel kunnen neerzetten en als ieder inloggen.
_geheugen: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Bewijs:
    """Wat de inlogdienst heeft bewezen: de claims, het niveau, en wat nodig is om later uit te loggen."""

    claims: Mapping[str, Any] = field(repr=False)
    niveau: int
    sub: str = field(repr=False)
    sid: str = field(repr=False)
    id_token: str = field(repr=False)


def eindpunten(middel: Inlogmiddel) -> Eindpunten:
    """De adressen van de inlogdienst: uit het bestand, of opgezocht en vijf minuten onthouden."""
    if middel.eindpunten:
        return middel.eindpunten
    document = _haal_json(middel.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != middel.issuer:
        raise InlogFout(Reden.UITGEVER)
    punten = Eindpunten(
        autorisatie=_adres(document, "authorization_endpoint"),
        token=_adres(document, "token_endpoint"),
        sleutels=_adres(document, "jwks_uri"),
        gebruiker=_adres(document, "userinfo_endpoint"),
        uitloggen=_adres(document, "end_session_endpoint"),
        noemt_zich=document.get("authorization_response_iss_parameter_supported") is True,
    )
    if not (punten.autorisatie and punten.token and punten.sleutels):
        raise InlogFout(Reden.DIENST_ONBEREIKBAAR)
    return punten


def _adres(document: dict[str, Any], naam: str) -> str:
    waarde = document.get(naam, "")
    if not isinstance(waarde, str) or (
        waarde and not waarde.startswith(("https://",) if settings.PRODUCTIE else "http")
    ):
        raise InlogFout(Reden.DIENST_ONBEREIKBAAR)
    return waarde


def _haal_json(adres: str, *, opnieuw: bool = False) -> dict[str, Any]:
    """Een openbaar JSON-document van de inlogdienst, hoogstens vijf minuten oud."""
    bewaard = _geheugen.get(adres)
    if bewaard and not opnieuw and time.monotonic() - bewaard[0] < HOUDBAAR:
        return bewaard[1]
    try:
        antwoord = requests.get(adres, timeout=WACHTTIJD)
        antwoord.raise_for_status()
        document = antwoord.json()
    except (requests.RequestException, ValueError) as fout:
        raise InlogFout(Reden.DIENST_ONBEREIKBAAR) from fout
    if not isinstance(document, dict):
        raise InlogFout(Reden.DIENST_ONBEREIKBAAR)
    _geheugen[adres] = (time.monotonic(), document)
    return document


def controleer_afzender(middel: Inlogmiddel, iss: str | None) -> None:
    """De parameter `iss` van het antwoord (RFC 9207): klopt hij, en is hij er als de dienst hem altijd stuurt?"""
    if iss is None and not eindpunten(middel).noemt_zich:
        return
    if iss != middel.issuer:
        raise InlogFout(Reden.ANDERE_DIENST)


class InlogClient(OIDCAuthenticationBackend):  # type: ignore[misc]
    """De bibliotheek, gebonden aan één inlogmiddel. Alleen `haal_bewijs` en `lees_afmelding` zijn voor gebruik."""

    def __init__(self, middel: Inlogmiddel) -> None:
        self.middel = middel
        self.punten = eindpunten(middel)
        super().__init__()

    def get_settings(self, attr: str, *args: Any) -> Any:
        """Instellingen komen van het middel; een instelling die daar niet staat krijgt nooit een waarde van elders."""
        eigen = {
            "OIDC_OP_TOKEN_ENDPOINT": self.punten.token,
            "OIDC_OP_USER_ENDPOINT": self.punten.gebruiker,
            "OIDC_OP_JWKS_ENDPOINT": self.punten.sleutels,
            "OIDC_RP_CLIENT_ID": self.middel.client_id,
            "OIDC_RP_CLIENT_SECRET": self.middel.client_secret,
            "OIDC_RP_SIGN_ALGO": "RS256",
            "OIDC_TOKEN_USE_BASIC_AUTH": self.middel.token_auth == "basic",  # noqa: S105 - geen wachtwoord
            "OIDC_TIMEOUT": WACHTTIJD,
        }
        return eigen[attr] if attr in eigen else args[0]

    def haal_bewijs(self, code: str, *, verifier: str, nonce: str, terug_naar: str, minimum: int) -> Bewijs:
        """Wissel de code in en controleer alles. `minimum` is het niveau dat voor deze poging is gevraagd."""
        antwoord = self._wissel_in(code, verifier, terug_naar)
        id_token, access_token = antwoord.get("id_token"), antwoord.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise InlogFout(Reden.ID_TOKEN)
        inhoud = self.verify_token(id_token, nonce=nonce)
        niveau = self.middel.niveau_van(inhoud)
        if niveau < max(minimum, self.middel.minimum):
            raise InlogFout(Reden.NIVEAU)
        # Wat ondertekend is gaat voor: userinfo vult het id_token alleen aan.
        claims = {**self.get_userinfo(access_token, id_token, inhoud), **inhoud}
        sid = inhoud.get("sid")
        return Bewijs(claims, niveau, inhoud["sub"], sid if isinstance(sid, str) else "", id_token)

    def _wissel_in(self, code: str, verifier: str, terug_naar: str) -> dict[str, Any]:
        aanvraag = {
            "client_id": self.middel.client_id,
            **self._bewijs_van_client(),
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": terug_naar,
            "code_verifier": verifier,
        }
        try:
            antwoord = self.get_token(aanvraag)
        except (requests.RequestException, ValueError) as fout:
            raise InlogFout(Reden.DIENST_ONBEREIKBAAR) from fout
        if not isinstance(antwoord, dict):
            raise InlogFout(Reden.DIENST_ONBEREIKBAAR)
        return antwoord

    def _bewijs_van_client(self) -> dict[str, str]:
        """Hoe de portaal zich bij de dienst bewijst: met het gedeelde geheim, of ondertekend (RFC 7523, 60 seconden)."""
        if self.middel.token_auth != "private_key_jwt":  # noqa: S105 - geen wachtwoord
            return {"client_secret": self.middel.client_secret}
        nu = int(time.time())
        verklaring = {
            "iss": self.middel.client_id,
            "sub": self.middel.client_id,
            "aud": self.punten.token,
            "jti": secrets.token_urlsafe(16),
            "iat": nu,
            "exp": nu + 60,
        }
        kop = {"kid": self.middel.client_sleutel_id} if self.middel.client_sleutel_id else None
        pem = self.middel.client_sleutel
        return {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(verklaring, pem, algorithm=ondertekenwijze(pem), headers=kop),
        }

    def raise_token_response_error(self, response: requests.Response) -> None:
        """De bibliotheek zet het hele antwoord in de fout; dat kan in een log belanden. Wij houden alleen de soort."""
        if response.status_code == 200:
            return
        raise InlogFout(Reden.CODE_GEWEIGERD if response.status_code in (400, 401) else Reden.DIENST_ONBEREIKBAAR)

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Het id_token, volledig gecontroleerd; de nonce is die van deze poging."""
        inhoud = self._open(token, ["iss", "sub", "aud", "exp", "iat"])
        self._controleer_azp(inhoud)
        if not kwargs.get("nonce") or inhoud.get("nonce") != kwargs["nonce"]:
            raise InlogFout(Reden.NONCE)
        return inhoud

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """De claims van userinfo, als JSON of ondertekend; `sub` is die van het id_token. Zonder dat eindpunt: leeg."""
        if not self.punten.gebruiker:
            return {}
        try:
            antwoord = requests.get(
                self.punten.gebruiker, headers={"Authorization": f"Bearer {access_token}"}, timeout=WACHTTIJD
            )
            antwoord.raise_for_status()
            if antwoord.headers.get("Content-Type", "").lower().startswith("application/jwt"):
                claims = self._open(antwoord.text, ["iss", "sub", "aud"])
            else:
                claims = antwoord.json()
        except (requests.RequestException, ValueError) as fout:
            raise InlogFout(Reden.DIENST_ONBEREIKBAAR) from fout
        if not isinstance(claims, dict) or claims.get("sub") != payload["sub"]:
            raise InlogFout(Reden.GEBRUIKER)
        return claims

    def lees_afmelding(self, token: str) -> str:
        """De `sid` uit een logout_token (OpenID Connect Back-Channel Logout 1.0 §2.6); anders `InlogFout`."""
        inhoud = self._open(token, ["iss", "aud", "iat", "exp", "jti", "events"])
        sid, gebeurtenissen = inhoud.get("sid"), inhoud["events"]
        geldig = isinstance(gebeurtenissen, dict) and isinstance(gebeurtenissen.get(AFMELD_GEBEURTENIS), dict)
        if not geldig or "nonce" in inhoud or not isinstance(sid, str) or not sid:
            raise InlogFout(Reden.ID_TOKEN)
        return sid

    # --- ondertekening --------------------------------------------------------------------------------------------
    def _open(self, token: str, verplicht: list[str]) -> dict[str, Any]:
        """De inhoud van een JWT van deze dienst, voor ons bedoeld en nu geldig. Alleen asymmetrisch ondertekend."""
        try:
            kop = jwt.get_unverified_header(token)
            if kop.get("alg") not in ALGORITMEN:
                raise InlogFout(Reden.ALGORITME)
            return jwt.decode(
                token,
                self._sleutel(kop),
                algorithms=[kop["alg"]],
                audience=self.middel.client_id,
                issuer=self.middel.issuer,
                leeway=SPELING,
                options={"require": verplicht},
            )
        except jwt.InvalidAudienceError as fout:
            raise InlogFout(Reden.ONTVANGER) from fout
        except jwt.InvalidIssuerError as fout:
            raise InlogFout(Reden.UITGEVER) from fout
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError, jwt.InvalidIssuedAtError) as fout:
            raise InlogFout(Reden.TIJD) from fout
        except jwt.InvalidSignatureError as fout:
            raise InlogFout(Reden.HANDTEKENING) from fout
        except jwt.PyJWTError as fout:
            raise InlogFout(Reden.ID_TOKEN) from fout

    def _controleer_azp(self, inhoud: dict[str, Any]) -> None:
        """Bij meer ontvangers, of als hij er staat, moeten wij de gemachtigde partij (`azp`) zijn."""
        meer = isinstance(inhoud["aud"], list) and len(inhoud["aud"]) > 1
        if (meer or "azp" in inhoud) and inhoud.get("azp") != self.middel.client_id:
            raise InlogFout(Reden.ONTVANGER)

    def _sleutel(self, kop: dict[str, Any]) -> jwt.PyJWK:
        """De sleutel die de kop noemt; kennen wij hem niet, dan halen wij de lijst één keer opnieuw op."""
        for opnieuw in (False, True):
            lijst = _haal_json(self.punten.sleutels, opnieuw=opnieuw).get("keys")
            passend = [jwk for jwk in lijst if _past(jwk, kop)] if isinstance(lijst, list) else []
            if len(passend) == 1:
                return jwt.PyJWK(passend[0], kop["alg"])
        raise InlogFout(Reden.SLEUTEL)


def _past(jwk: Any, kop: dict[str, Any]) -> bool:
    """Of deze openbare sleutel bij de kop hoort. Zonder `kid` telt een sleutel alleen als hij de enige is."""
    return (
        isinstance(jwk, dict)
        and jwk.get("kty") == ("EC" if kop["alg"] == "ES256" else "RSA")
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", kop["alg"]) == kop["alg"]
        and ("kid" not in kop or jwk.get("kid") == kop["kid"])
    )
