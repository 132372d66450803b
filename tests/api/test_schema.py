"""Het OpenAPI-document en de documentatiepagina."""

import copy
import io
from contextlib import redirect_stderr
from typing import Any

import pytest
from django.test import Client

from portaal.api.schema import maak_document
from tests.api.proef import router
from tests.api.regels import fouten_in


@pytest.fixture
def document(proef: None) -> dict[str, Any]:
    """Het document zoals iedereen het kan ophalen."""
    inhoud: dict[str, Any] = Client().get("/proef/api/v1/openapi.json").json()
    return inhoud


def test_het_document_is_zonder_token_en_vanaf_elke_website_op_te_halen(proef: None) -> None:
    antwoord = Client().get("/proef/api/v1/openapi.json")
    assert antwoord.status_code == 200
    assert antwoord["Access-Control-Allow-Origin"] == "*"
    assert antwoord["API-Version"] == "1.2.3"
    assert antwoord["Content-Type"] == "application/json"


@pytest.mark.parametrize("pad", ["", "/", "/openapi.json"])
def test_naar_het_document_schrijven_kan_niet(proef: None, pad: str) -> None:
    antwoord = Client(enforce_csrf_checks=True).post(f"/proef/api/v1{pad}", {})
    assert antwoord.status_code == 405
    assert antwoord["Content-Type"] == "application/problem+json"
    assert antwoord["Allow"] == "GET, HEAD"


def test_het_document_voldoet_aan_de_api_design_rules(document: dict[str, Any]) -> None:
    assert fouten_in(document) == []


@pytest.mark.parametrize(
    "maak_stuk",
    [
        lambda d: d.update(openapi="3.1.0"),
        lambda d: d["info"].update(version="1.2"),
        lambda d: d["info"]["contact"].pop("email"),
        lambda d: d["servers"][0].update(url="https://voorbeeld.nl/proef"),
        lambda d: d["paths"].pop("/openapi.json"),
        lambda d: d["paths"].update({"/Dingen_": {}}),
        lambda d: d["paths"]["/dingen"]["get"]["parameters"][0].update(name="page_size"),
        lambda d: d["paths"]["/dingen"]["post"]["responses"].pop("400"),
        lambda d: d["paths"]["/dingen/{uuid}"]["delete"]["responses"]["204"].pop("headers"),
        lambda d: d["components"]["schemas"]["Probleem"]["properties"].pop("detail"),
        lambda d: d["components"]["schemas"]["Ding"]["properties"].update(
            beginDatum={"type": "string", "format": "date-time"}
        ),
        lambda d: d["paths"]["/dingen"]["get"].update(operationId="dingenCreate"),
    ],
)
def test_de_regels_vinden_een_fout_als_die_er_is(document: dict[str, Any], maak_stuk: Any) -> None:
    stuk = copy.deepcopy(document)
    maak_stuk(stuk)
    assert fouten_in(stuk) != []


def test_het_document_noemt_elke_fout_die_kan_voorkomen(document: dict[str, Any]) -> None:
    paden = document["paths"]
    assert set(paden["/dingen"]["post"]["responses"]) == {
        "200", "201", "400", "401", "403", "406", "409", "413", "415", "429", "500",
    }  # fmt: skip
    assert set(paden["/dingen/{uuid}"]["put"]["responses"]) >= {"200", "404", "409", "412", "413", "415"}
    assert "404" in paden["/dingen/{uuid}"]["get"]["responses"]
    assert "415" not in paden["/dingen"]["get"]["responses"]


def test_het_document_noemt_de_scope_en_het_kenmerk_van_een_verzoek(document: dict[str, Any]) -> None:
    maken = document["paths"]["/dingen"]["post"]
    assert "`taken:schrijven`" in maken["description"]
    assert maken["security"] == [{"tokenAuth": []}]
    assert [p["name"] for p in maken["parameters"]] == ["Idempotency-Key"]
    assert maken["operationId"] == "dingenCreate"


def test_het_document_noemt_waarop_te_filteren_is_en_hoe_te_bladeren(document: dict[str, Any]) -> None:
    vragen = {p["name"]: p for p in document["paths"]["/dingen"]["get"]["parameters"]}
    assert set(vragen) == {"status", "kenmerk", "page", "pageSize"}
    assert vragen["pageSize"]["schema"]["maximum"] == 500
    assert vragen["status"]["description"].startswith("Waar het ding is.")


def test_het_document_maken_geeft_geen_waarschuwingen(proef: None) -> None:
    uitvoer = io.StringIO()
    with redirect_stderr(uitvoer):
        maak_document("proef", "Proef", "1.0.0", "Proef.", router.urls, {})
    assert uitvoer.getvalue() == ""


@pytest.mark.parametrize("pad", ["/proef/api/v1", "/proef/api/v1/"])
def test_de_documentatiepagina_is_voor_iedereen_en_haalt_niets_van_elders(proef: None, pad: str) -> None:
    antwoord = Client().get(pad, headers={"Accept": "text/html"})
    tekst = antwoord.content.decode()
    assert antwoord.status_code == 200
    assert '<html lang="nl">' in tekst
    assert "<script>" not in tekst
    assert "<style" not in tekst
    assert 'src="http' not in tekst
    assert 'href="http' not in tekst
    csp = antwoord["Content-Security-Policy"]
    assert "script-src 'self'" in csp
    assert "unsafe" not in csp


def test_zonder_javascript_staat_er_een_lijst_en_een_verwijzing(proef: None) -> None:
    tekst = Client().get("/proef/api/v1").content.decode()
    zonder = tekst[tekst.index("<noscript>") : tekst.index("</noscript>")]
    assert '<a href="/proef/api/v1/openapi.json">' in zonder
    assert "POST /proef/api/v1/dingen" in zonder


def test_een_programma_krijgt_op_het_beginadres_het_document(proef: None) -> None:
    antwoord = Client().get("/proef/api/v1", headers={"Accept": "application/json"})
    assert antwoord.json()["openapi"] == "3.0.3"


def test_de_taken_api_voldoet_aan_de_api_design_rules(db: None) -> None:
    antwoord = Client().get("/taken/api/v1/openapi.json")
    assert fouten_in(antwoord.json()) == []
    assert {"/externetaken", "/externetaken/{uuid}", "/urltaken", "/urltaken/{uuid}"} <= set(antwoord.json()["paths"])


def test_de_taken_api_heeft_een_documentatiepagina(db: None) -> None:
    antwoord = Client().get("/taken/api/v1/", headers={"Accept": "text/html"})
    assert antwoord.status_code == 200
    assert "Taken-API" in antwoord.content.decode()
