"""Inloggen en uitloggen bij een OpenID Provider die niet van ons is: npm `oidc-provider`, gecertificeerd door OpenID.

PKCE is verplicht, de portaal bewijst zich met `private_key_jwt`, en de tokens zijn getekend met PS256 of ES256.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene
from portaal.betrokkenen.nummers import NummerSoort
from portaal.inloggen import oidc
from portaal.inloggen.models import Sessie
from tests.inloggen.hulp import ingelogd
from tests.proces.conftest import wacht_tot

pytestmark = [pytest.mark.lang, pytest.mark.proces, pytest.mark.django_db(transaction=True)]

MAP = Path(__file__).parent / "oidc_provider"
VENV = Path(__file__).resolve().parents[2] / ".venv" / "bin"
MIDDEN = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract"
LAAG = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
BSN = "999990019"
NODE_MINSTENS = 20
INLOGMIDDEL = f"""
[[middel]]
sleutel = "digid"
naam = "DigiD"
groep = "Inwoners"
doelgroep = "inwoner"
issuer = "{{issuer}}"
client_id = "mijn-omgeving"
token_auth = "private_key_jwt"
client_sleutel = "{{sleutel}}"
client_sleutel_id = "portaal-1"
scopes = ["openid", "bsn"]
nummers = [{{{{ soort = "bsn", claim = "bsn" }}}}]
minimum = 1

[middel.niveau]
claim = "acr"
[middel.niveau.waarden]
"{LAAG}" = 1
"{MIDDEN}" = 2
"""


def node_pad() -> str:
    """Het zoekpad met een node die nieuw genoeg is: die van de machine, of die uit requirements-node.txt."""
    for map_ in (None, str(VENV)):
        pad = os.environ["PATH"] if map_ is None else f"{map_}{os.pathsep}{os.environ['PATH']}"
        node, npm = shutil.which("node", path=pad), shutil.which("npm", path=pad)
        if node and npm:
            versie = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
            if re.match(r"v\d+", versie) and int(versie[1:].split(".")[0]) >= NODE_MINSTENS:
                return pad
    return pytest.skip(f"geen Node {NODE_MINSTENS} of nieuwer op deze machine")


@pytest.fixture(scope="session")
def node() -> dict[str, str]:
    """De omgeving met node en de pakketten uit package-lock.json; één keer opgehaald."""
    omgeving = {**os.environ, "PATH": node_pad()}
    with (MAP / "package-lock.json").open() as slot:
        fcntl.flock(slot, fcntl.LOCK_EX)  # een andere werker van xdist wacht
        gehaald, wil = MAP / "node_modules" / ".slot", slot.read()
        if not gehaald.exists() or gehaald.read_text() != wil:
            npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--fetch-retries=1"]
            klaar = subprocess.run(npm, cwd=MAP, env=omgeving, capture_output=True, text=True, check=False)
            if klaar.returncode and re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH", klaar.stderr):
                pytest.skip("het register van npm is niet bereikbaar")
            assert klaar.returncode == 0, f"npm ci in {MAP} mislukte:\n{klaar.stderr[-2000:]}"
            gehaald.write_text(wil)
    return omgeving


@dataclass
class Browser:
    """Koekjes en omleidingen; van een formulier worden de verborgen velden meegestuurd."""

    portaal: str
    sessie: requests.Session
    pagina: requests.Response

    def naar(self, adres: str) -> requests.Response:
        self.pagina = self.sessie.get(urljoin(self.portaal, adres), timeout=30)
        return self.pagina

    def verstuur(self, actie: str, **velden: str) -> requests.Response:
        waar = re.search(rf'<form[^>]*action="([^"]*{re.escape(actie)}[^"]*)".*?</form>', self.pagina.text, re.S)
        assert waar, self.pagina.text
        verborgen = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', waar[0]))
        adres = urljoin(self.pagina.url, waar[1].replace("&amp;", "&"))
        self.pagina = self.sessie.post(adres, {**verborgen, **velden}, timeout=30)
        return self.pagina


def nieuwe_browser(portaal: str) -> Browser:
    return Browser(portaal, requests.Session(), requests.Response())


@pytest.fixture(params=["PS256", "ES256"])
def portaal(request: Any, node: dict[str, str], live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """De portaal met DigiD bij een echte provider; per algoritme een eigen client en sleutel."""
    alg = request.param
    settings.PORTAAL_URL = live_server.url
    sleutel = rsa.generate_private_key(65537, 2048) if alg == "PS256" else ec.generate_private_key(ec.SECP256R1())
    soort: Any = jwt.algorithms.RSAPSSAlgorithm if alg == "PS256" else jwt.algorithms.ECAlgorithm
    openbaar = soort(soort.SHA256).to_jwk(sleutel.public_key(), as_dict=True)
    pem = sleutel.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    settings.INLOGMIDDELEN_BESTAND = str(tmp_path / "middelen.toml")
    client = {
        "client_id": "mijn-omgeving",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": alg,
        "id_token_signed_response_alg": alg,
        # De een geeft userinfo als JSON, de ander als ondertekend JWT.
        **({"userinfo_signed_response_alg": alg} if alg == "ES256" else {}),
        "jwks": {"keys": [{**openbaar, "kid": "portaal-1", "use": "sig", "alg": alg}]},
        "redirect_uris": [f"{live_server.url}/inloggen/digid/terug"],
        "post_logout_redirect_uris": [f"{live_server.url}/uitgelogd"],
        "backchannel_logout_uri": f"{live_server.url}/inloggen/digid/afmelden",
        "backchannel_logout_session_required": True,
        "default_acr_values": [LAAG, MIDDEN],
    }
    (tmp_path / "sleutel.pem").write_text(pem)
    (tmp_path / "sleutel.pem").chmod(0o600)
    log = tmp_path / "aanbieder.log"
    oidc._geheugen.clear()
    with log.open("w") as uit:
        proces = subprocess.Popen(
            ["node", "aanbieder.mjs"], cwd=MAP, env=node, stdin=subprocess.PIPE, stdout=uit, stderr=uit, text=True
        )
        assert proces.stdin is not None
        proces.stdin.write(json.dumps({"clients": [client], "personen": {"fatima": BSN}}))
        proces.stdin.close()
        try:
            wacht_tot(lambda: re.search(r"klaar \S+\n", log.read_text()) or proces.poll() is not None, "de provider")
            assert proces.poll() is None, log.read_text()
            issuer = re.findall(r"klaar (\S+)\n", log.read_text())[0]
            (tmp_path / "middelen.toml").write_text(INLOGMIDDEL.format(issuer=issuer, sleutel=tmp_path / "sleutel.pem"))
            yield live_server.url
            assert "Error" not in log.read_text(), log.read_text()
        finally:
            proces.terminate()
            proces.wait(20)
            oidc._geheugen.clear()


def log_in(browser: Browser, acr: str = MIDDEN, vanaf: str = "/inloggen/digid") -> requests.Response:
    """Van de portaal naar de provider, en weer terug."""
    browser.naar(vanaf)
    assert "/inlog/" in browser.pagina.url, browser.pagina.text
    return browser.verstuur("/inlog/", wie="fatima", acr=acr)


def test_fatima_logt_in_en_uit_bij_een_dienst_die_niet_van_ons_is(portaal: str) -> None:
    browser = nieuwe_browser(portaal)
    antwoord = log_in(browser)
    assert (antwoord.status_code, urlsplit(antwoord.url).path) == (200, "/overzicht"), antwoord.text
    [sessie] = ingelogd()
    assert sessie.persoon_id == vind_of_maak_betrokkene(NummerSoort.BSN, BSN)
    assert (sessie.niveau, bool(sessie.sid)) == (2, True)
    assert sessie.id_token is not None
    assert jwt.get_unverified_header(str(sessie.id_token))["alg"] in ("PS256", "ES256")

    browser.verstuur("/uitloggen")
    assert ingelogd() == []
    verder = browser.pagina.headers["Refresh"].partition("url=")[2]
    browser.naar(verder)  # de pagina van de dienst: wilt u uitloggen?
    assert browser.verstuur("/session/end/confirm", logout="yes").url == f"{portaal}/uitgelogd"

    assert "/inlog/" in browser.naar("/inloggen/digid").url, "de dienst kent haar niet meer"


def test_uitloggen_bij_de_dienst_beeindigt_de_sessie_hier(portaal: str) -> None:
    """Back-channel: de dienst belt de portaal, de browser van Fatima komt er niet aan te pas."""
    browser = nieuwe_browser(portaal)
    log_in(browser)
    assert len(ingelogd()) == 1
    issuer = Sessie.objects.get().issuer
    browser.naar(f"{issuer}/session/end")
    browser.verstuur("/session/end/confirm", logout="yes")
    wacht_tot(lambda: ingelogd() == [], "het einde van de sessie")
    assert "/inloggen" in browser.naar("/overzicht").url


def test_een_te_laag_niveau_en_annuleren_geven_geen_sessie(portaal: str) -> None:
    browser = nieuwe_browser(portaal)
    antwoord = log_in(browser, acr=LAAG, vanaf="/inloggen/digid?niveau=2")
    assert antwoord.status_code == 403
    assert "niet zeker genoeg" in antwoord.text
    anders = nieuwe_browser(portaal)
    anders.naar("/inloggen/digid")
    assert "U heeft het inloggen geannuleerd" in anders.verstuur("/inlog/", annuleren="ja").text
    assert ingelogd() == []
