"""Uitloggen: hier altijd, en bij de inlogdienst als die dat aanbiedt."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.conf import settings
from django.test import Client

from portaal.demo.simulator.sleutel import KID, sleutel
from portaal.inloggen.models import Sessie
from portaal.inloggen.oidc import AFMELD_GEBEURTENIS
from tests.inloggen.hulp import ingelogd, log_in, sessie_voor, simulator
from tests.wereld import fatima, henk

pytestmark = pytest.mark.django_db


def test_uitloggen_wist_de_sessie_en_gaat_door_naar_de_inlogdienst(client: Client) -> None:
    log_in(client, "fatima")
    with simulator():
        antwoord = client.post("/uitloggen")
    assert ingelogd() == []
    assert antwoord.cookies["sessie"].value == ""
    wachten, adres = antwoord.headers["Refresh"].split("; url=")
    gevraagd = parse_qs(urlsplit(adres).query)
    assert wachten == "0"
    assert urlsplit(adres).path == "/demo/oidc/digid/end_session"
    assert gevraagd["post_logout_redirect_uri"] == ["http://testserver/uitgelogd"]
    assert gevraagd["id_token_hint"][0].startswith("eyJ")
    terug = client.get(f"{urlsplit(adres).path}?{urlsplit(adres).query}")
    assert terug.headers["Location"] == "http://testserver/uitgelogd"
    assert "U bent uitgelogd" in client.get("/uitgelogd").content.decode()


def test_na_uitloggen_is_het_overzicht_dicht(client: Client) -> None:
    log_in(client, "fatima")
    oud = client.cookies["sessie"].value
    with simulator():
        client.post("/uitloggen")
    client.cookies["sessie"] = oud
    assert client.get("/overzicht").status_code == 302


def test_uitloggen_lukt_ook_als_de_inlogdienst_plat_ligt(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.inloggen.hulp import NaarDeTestclient

    log_in(client, "fatima")
    with simulator():
        import requests

        def valt_uit(*args: Any, **kwargs: Any) -> None:
            raise requests.ConnectionError

        monkeypatch.setattr(NaarDeTestclient, "send", valt_uit)
        antwoord = client.post("/uitloggen")
    assert (antwoord.status_code, antwoord.headers["Location"]) == (302, "/uitgelogd")
    assert ingelogd() == []


def test_uitloggen_zonder_sessie_is_ook_goed(client: Client) -> None:
    assert client.post("/uitloggen").headers["Location"] == "/uitgelogd"


def test_uitloggen_kan_niet_met_een_link(client: Client) -> None:
    sessie_voor(client, fatima())
    assert client.get("/uitloggen").status_code == 405
    assert len(ingelogd()) == 1


def test_uitloggen_vraagt_het_csrf_token() -> None:
    streng = Client(enforce_csrf_checks=True)
    sessie_voor(streng, fatima())
    assert streng.post("/uitloggen").status_code == 403
    assert len(ingelogd()) == 1


# --- de inlogdienst meldt af --------------------------------------------------------------------------------------------
def afmelding(van: str, **anders: Any) -> str:
    nu = int(time.time())
    inhoud = {
        "iss": f"{settings.PORTAAL_URL}/demo/oidc/digid",
        "aud": "mijn-omgeving",
        "iat": nu,
        "exp": nu + 120,
        "jti": "een",
        "sid": van,
        "events": {AFMELD_GEBEURTENIS: {}},
        **anders,
    }
    return jwt.encode(
        {n: w for n, w in inhoud.items() if w is not None}, sleutel("RS256"), "RS256", headers={"kid": KID}
    )


def meld_af(token: str) -> int:
    with simulator():
        return Client(enforce_csrf_checks=True).post("/inloggen/digid/afmelden", {"logout_token": token}).status_code


def test_de_inlogdienst_kan_een_sessie_beeindigen(client: Client) -> None:
    log_in(client, "fatima")
    sessie_voor(Client(), henk())
    assert meld_af(afmelding(Sessie.objects.exclude(sid="").get().sid)) == 200
    assert [s.persoon_id for s in ingelogd()] == [henk()]
    assert client.get("/overzicht").status_code == 302


@pytest.mark.parametrize(
    "anders",
    [
        {"aud": "een-ander"},
        {"iss": "https://een-ander.test"},
        {"events": {}},
        {"events": None},
        {"nonce": "x"},
        {"sid": None},
        {"exp": 1},
        {"jti": None},
    ],
)
def test_een_afmelding_die_niet_klopt_beeindigt_niets(client: Client, anders: dict[str, Any]) -> None:
    log_in(client, "fatima")
    (sessie,) = ingelogd()
    assert meld_af(afmelding(sessie.sid, **anders)) == 400
    assert len(ingelogd()) == 1


def test_een_id_token_is_geen_afmelding(client: Client) -> None:
    log_in(client, "fatima")
    (sessie,) = ingelogd()
    assert meld_af(sessie.id_token) == 400
    assert len(ingelogd()) == 1
