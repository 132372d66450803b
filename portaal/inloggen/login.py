"""De stappen van een inlog, gelijk voor elk middel: op weg sturen, terugkomen, uitloggen.

De staat van een poging (state, nonce, verifier, welk middel, welk niveau, waarheen daarna) staat in de sessie. Een
antwoord hoort dus bij deze browser en bij het middel waarmee het begon; een poging is één keer te gebruiken.
"""

import logging
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Inlogmiddel
from portaal.inloggen.oidc import Bewijs, InlogClient, controleer_afzender, eindpunten

logger = logging.getLogger(__name__)

POGING_GELDT = 15 * 60  # seconden dat iemand bij de inlogdienst bezig mag zijn


@dataclass(frozen=True, slots=True)
class Poging:
    """Een begonnen inlog, uit de sessie gehaald en daarmee gebruikt."""

    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    niveau: int
    naar: str


class StartView(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """De bibliotheek maakt state, nonce en PKCE (S256) en stuurt door; wij binden de poging aan één middel."""

    middel: Inlogmiddel
    terug_naar = ""
    naar = ""
    niveau = 0

    def get_settings(self, attr: str, *args: Any) -> Any:
        """Instellingen komen van het middel; een instelling die daar niet staat krijgt nooit een waarde van elders."""
        eigen = {
            "OIDC_OP_AUTHORIZATION_ENDPOINT": eindpunten(self.middel).autorisatie,
            "OIDC_RP_CLIENT_ID": self.middel.client_id,
            "OIDC_RP_SCOPES": " ".join(self.middel.scopes),
            "OIDC_USE_PKCE": True,
            # De bibliotheek wil de naam van een route zonder argumenten; get_extra_params zet het echte adres.
            "OIDC_AUTHENTICATION_CALLBACK_URL": "inloggen:kies",
        }
        return eigen[attr] if attr in eigen else args[0]

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        acr = self.middel.acr_te_vragen(self.niveau)
        # Hoger inloggen: zonder dit geeft een dienst die iemand nog kent meteen het lage niveau terug.
        opnieuw = {"prompt": "login"} if self.niveau > self.middel.minimum else {}
        return {"redirect_uri": self.terug_naar} | opnieuw | ({"acr_values": acr} if acr else {})

    def get(self, request: HttpRequest) -> HttpResponseBase:
        antwoord: HttpResponseBase = super().get(request)
        state = parse_qs(urlsplit(antwoord.headers["Location"]).query)["state"][0]
        request.session.pop("oidc_login_next", None)  # de onze hoort bij de poging, niet bij de sessie
        request.session["oidc_states"][state] |= {
            "middel": self.middel.sleutel,
            "niveau": self.niveau,
            "naar": self.naar,
        }
        request.session.modified = True
        return antwoord


def stuur_op_weg(
    request: HttpRequest, middel: Inlogmiddel, terug_naar: str, naar: str, niveau: int = 0
) -> HttpResponseBase:
    """Stuur de browser naar de inlogdienst, die minstens dit niveau moet geven. `InlogFout` als zij niet bereikbaar is."""
    gevraagd = max(niveau, middel.minimum)
    return StartView(middel=middel, terug_naar=terug_naar, naar=naar, niveau=gevraagd).get(request)


def neem_poging(request: HttpRequest, middel: Inlogmiddel) -> Poging:
    """De poging bij de `state` van dit antwoord; zij is daarna weg. Onbekend of verlopen: `InlogFout`."""
    pogingen = request.session.get("oidc_states", {})
    poging = pogingen.pop(request.GET.get("state", ""), None)
    if poging is None:
        raise InlogFout(Reden.POGING_ONBEKEND)
    request.session["oidc_states"] = pogingen
    try:
        request.session.save()  # eerst weg, dan pas de inlogdienst aanroepen
    except UpdateError as fout:
        raise InlogFout(Reden.POGING_ONBEKEND) from fout
    if poging.get("middel") != middel.sleutel:
        raise InlogFout(Reden.ANDERE_DIENST)
    if time.time() - poging["added_on"] > POGING_GELDT:
        raise InlogFout(Reden.POGING_ONBEKEND)
    return Poging(poging["code_verifier"], poging["nonce"], poging["niveau"], poging["naar"])


def lees_antwoord(request: HttpRequest, middel: Inlogmiddel, terug_naar: str) -> tuple[Poging, Bewijs]:
    """Controleer het antwoord van de inlogdienst en wissel de code in. Alles wat niet klopt: `InlogFout`."""
    poging = neem_poging(request, middel)
    try:
        return poging, _lees_bewijs(request, middel, terug_naar, poging)
    except InlogFout as fout:
        fout.naar, fout.niveau = poging.naar, poging.niveau
        raise


def _lees_bewijs(request: HttpRequest, middel: Inlogmiddel, terug_naar: str, poging: Poging) -> Bewijs:
    controleer_afzender(middel, request.GET.get("iss"))
    if fout := request.GET.get("error"):
        raise InlogFout(Reden.GEANNULEERD if fout == "access_denied" else Reden.DIENST_WEIGERT)
    code = request.GET.get("code")
    if not code:
        raise InlogFout(Reden.DIENST_WEIGERT)
    return InlogClient(middel).haal_bewijs(
        code, verifier=poging.verifier, nonce=poging.nonce, terug_naar=terug_naar, minimum=poging.niveau
    )


def veilig_pad(waarde: str | None, standaard: str, onder: str = "/") -> str:
    """`waarde` als dat een pad van deze website is onder `onder`; anders `standaard`. Nooit een ander adres."""
    if waarde and waarde.startswith(onder) and url_has_allowed_host_and_scheme(waarde, allowed_hosts=None):
        return waarde
    return standaard


def uitlogadres(middel: Inlogmiddel | None, id_token: str | None, daarna: str) -> str:
    """Waar de browser heen moet om ook bij de inlogdienst uit te loggen, of een lege tekst. Faalt nooit."""
    if middel is None or not middel.uitloggen:
        return ""
    try:
        adres = eindpunten(middel).uitloggen
    except InlogFout as fout:
        logger.warning("uitloggen bij de inlogdienst overgeslagen: %s", fout.reden)
        return ""
    if not adres:
        return ""
    vragen = {"client_id": middel.client_id, "post_logout_redirect_uri": settings.PORTAAL_URL + daarna}
    if id_token:
        vragen["id_token_hint"] = id_token
    return f"{adres}{'&' if '?' in adres else '?'}{urlencode(vragen)}"
