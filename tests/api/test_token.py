"""Wie aanklopt moet een geldig token hebben, en dat token moet het mogen."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portaal.api.models import Token
from portaal.api.token import TokenAuthenticatie
from portaal.betrokkenen.models import Applicatie
from portaal.tijd import nu


def haal(kop: str | None) -> Any:
    return Client().get("/proef/api/v1/dingen", headers={"Authorization": kop} if kop is not None else {})


def test_een_token_is_lang_en_het_geheim_staat_nergens(zaaksysteem: Applicatie) -> None:
    token, geheim = Token.maak(zaaksysteem, "test", ["taken:lezen"])
    assert len(geheim) >= 40
    assert geheim.startswith(f"{token.prefix}.")
    assert geheim.split(".")[1] not in str(Token.objects.filter(pk=token.pk).values())


def test_een_token_zonder_bestaande_scope_kan_niet(zaaksysteem: Applicatie) -> None:
    with pytest.raises(ValueError, match="alles:mogen"):
        Token.maak(zaaksysteem, "test", ["alles:mogen"])
    with pytest.raises(ValueError, match="leeg"):
        Token.maak(zaaksysteem, "test", [])


@pytest.mark.parametrize("woord", ["Token", "token", "Bearer"])
def test_het_token_mag_als_token_en_als_bearer(proef: None, token: str, woord: str) -> None:
    assert haal(f"{woord} {token}").status_code == 200


@pytest.mark.parametrize(
    "kop",
    [
        None,
        "",
        "Token",
        "Basic dXNlcjpwYXNz",
        "Token kort",
        "Token mo_000000000000." + "a" * 43,
        "Token a.b, Token c.d",
        "Token é",
    ],
)
def test_zonder_geldig_token_is_het_401_met_uitleg(proef: None, zaaksysteem: Applicatie, kop: str | None) -> None:
    antwoord = haal(kop)
    assert antwoord.status_code == 401
    assert antwoord["Content-Type"] == "application/problem+json"
    assert antwoord["WWW-Authenticate"].startswith("Token ")


def test_een_verkeerd_geheim_bij_een_bestaande_prefix_is_401(proef: None, token: str) -> None:
    assert haal(f"Token {token[:-1]}{'A' if token[-1] != 'A' else 'B'}").status_code == 401


def test_een_verlopen_token_is_401(proef: None, zaaksysteem: Applicatie) -> None:
    _, geheim = Token.maak(zaaksysteem, "oud", ["taken:lezen"], nu() - timedelta(seconds=1))
    assert haal(f"Token {geheim}").json()["code"] == "expired_token"


def test_een_ingetrokken_token_is_401(proef: None, zaaksysteem: Applicatie) -> None:
    token, geheim = Token.maak(zaaksysteem, "weg", ["taken:lezen"])
    token.trek_in()
    assert haal(f"Token {geheim}").status_code == 401


def test_een_applicatie_die_niet_actief_is_komt_er_niet_in(proef: None, zaaksysteem: Applicatie, token: str) -> None:
    Applicatie.objects.update(actief=False)
    assert haal(f"Token {token}").status_code == 401


def test_aanmelden_kost_een_query_en_eens_per_uur_twee(proef: None, zaaksysteem: Applicatie) -> None:
    bewijs, geheim = Token.maak(zaaksysteem, "test", ["taken:lezen"])
    verzoek: Any = type("Verzoek", (), {"META": {"HTTP_AUTHORIZATION": f"Token {geheim}"}})()
    for verwacht in (2, 1, 1):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            wie, _ = TokenAuthenticatie().authenticate(verzoek) or (None, None)
            assert wie is not None
            assert wie.applicatie.organisatie.naam == "Gemeente Proefstad"
            assert wie.applicatie.standaard_categorie.code == "proef"
        assert len(queries) == verwacht
    Token.objects.filter(pk=bewijs.pk).update(laatst_gebruikt_op=nu() - timedelta(minutes=61))
    with CaptureQueriesContext(connection) as queries:
        TokenAuthenticatie().authenticate(verzoek)
    assert len(queries) == 2


def test_zonder_de_scope_is_het_403_en_staat_er_welke(roep: Any) -> None:
    antwoord = roep("delete", "/dingen/0192f0aa-0000-7000-8000-000000000001")
    assert antwoord.status_code == 403
    assert "taken:uitvoeren" in antwoord.json()["detail"]


def test_een_methode_die_niet_bestaat_is_405_met_allow(roep: Any) -> None:
    antwoord = roep("patch", "/dingen", {})
    assert antwoord.status_code == 405
    assert antwoord["Allow"] == "GET, POST, HEAD"
