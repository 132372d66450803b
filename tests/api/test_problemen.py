"""Elke fout is problem+json, in het Nederlands, met alles wat er mis is en zonder wat iemand stuurde."""

from typing import Any

import pytest
from django.test import Client

EEN = "/dingen/0192f0aa-0000-7000-8000-000000000001"


def test_alle_fouten_in_een_keer_met_een_pad_naar_het_veld(roep: Any) -> None:
    antwoord = roep(
        "post",
        "/dingen",
        {
            "titel": "",
            "aantal": "3",
            "soort": "c",
            "labels": ["goed", 7],
            "tijdstip": "gisteren",
            "onbekend": 1,
            "isGerelateerdAan": [{"urn": "urn:x:y"}, {"urn": 5, "extra": 1}],
            "details": {"uitvoerLink": "geen link", "dringend": "true"},
        },
    )
    assert antwoord.status_code == 400
    probleem = antwoord.json()
    assert {fout["name"]: fout["code"] for fout in probleem["invalidParams"]} == {
        "titel": "blank",
        "aantal": "invalid_type",
        "soort": "invalid_choice",
        "labels.1": "invalid_type",
        "tijdstip": "invalid",
        "onbekend": "unknown",
        "isGerelateerdAan.1.urn": "invalid_type",
        "isGerelateerdAan.1.extra": "unknown",
        "details.uitvoerLink": "invalid",
        "details.dringend": "invalid_type",
    }
    assert probleem["instance"] == "/proef/api/v1/dingen"
    assert (probleem["status"], probleem["title"], probleem["type"]) == (400, "Ongeldig verzoek", "about:blank")


def test_de_uitleg_is_gewone_taal_en_herhaalt_niet_wat_er_stond(roep: Any) -> None:
    fout = {"soort": "123456782", "labels": {}, "isGerelateerdAan": 1, "details": [], "aantal": None}
    uitleg = {f["name"]: f["reason"] for f in roep("post", "/dingen", fout).json()["invalidParams"]}
    assert uitleg == {
        "titel": "Dit veld is verplicht.",
        "soort": "Kies uit: a, b.",
        "labels": "Dit moet een lijst zijn.",
        "isGerelateerdAan": "Dit moet een lijst zijn.",
        "details": "Dit moet een object zijn.",
        "aantal": "Dit veld mag niet null zijn.",
    }


@pytest.mark.parametrize("taal", ["nl", "en", "de"])
def test_de_uitleg_is_nederlands_wat_de_aanroeper_ook_spreekt(roep: Any, taal: str) -> None:
    antwoord = roep("post", "/dingen", {"titel": "x" * 21}, headers={"Accept-Language": taal})
    assert "niet meer dan 20" in antwoord.json()["invalidParams"][0]["reason"]


def test_een_conflict_noemt_code_en_adres(roep: Any) -> None:
    antwoord = roep("put", EEN, {"titel": "x"})
    assert antwoord.status_code == 409
    assert antwoord.json()["code"] == "ding_klaar"
    assert antwoord.json()["url"] == "http://testserver/ding"


def test_een_oude_versie_is_412(roep: Any) -> None:
    assert roep("put", EEN, {"titel": "x"}, headers={"If-Match": '"2"'}).status_code == 412
    nu = roep("get", EEN)["ETag"]
    assert roep("put", EEN, {"titel": "x"}, headers={"If-Match": f'"1", {nu}'}).status_code == 409


@pytest.mark.parametrize("pad", ["/bestaat-niet", "/dingen/", "/dingen/geen-uuid", "/dingen/123456782"])
def test_een_onbekend_pad_is_404(roep: Any, pad: str) -> None:
    antwoord = roep("get", pad)
    assert antwoord.status_code == 404
    assert antwoord["Content-Type"] == "application/problem+json"
    assert antwoord["API-Version"] == "1.2.3"


def test_een_ander_antwoordformaat_is_406(roep: Any) -> None:
    antwoord = roep("get", "/dingen", headers={"Accept": "application/xml"})
    assert antwoord.status_code == 406
    assert antwoord["Content-Type"] == "application/problem+json"


def test_een_ander_formaat_van_het_verzoek_is_415(roep: Any) -> None:
    antwoord = roep("post", "/dingen", b"titel=x", content_type="application/x-www-form-urlencoded")
    assert antwoord.status_code == 415
    assert roep("post", "/dingen", b"{}", headers={"Content-Encoding": "gzip"}).status_code == 415
    assert roep("post", "/dingen", b"{}", content_type="application/json; charset=latin-1").status_code == 415


def test_een_fout_van_ons_zegt_niets_over_wat_er_misging(roep: Any) -> None:
    antwoord = roep("get", "/dingen/00000000-0000-0000-0000-000000000000")
    assert antwoord.status_code == 500
    assert antwoord["Content-Type"] == "application/problem+json"
    assert "123456782" not in antwoord.content.decode()
    assert antwoord["API-Version"] == "1.2.3"


def test_de_querystring_staat_niet_in_het_antwoord(roep: Any) -> None:
    antwoord = roep("get", "/dingen?bsn=123456782")
    assert antwoord.status_code == 400
    assert "123456782" not in antwoord.content.decode()


def test_buiten_de_api_blijft_een_fout_een_pagina(proef: None) -> None:
    antwoord = Client().get("/gewoon/niet")
    assert antwoord.status_code == 404
    assert antwoord["Content-Type"].startswith("text/html")


def test_elk_antwoord_heeft_de_koppen_van_een_api(roep: Any) -> None:
    for antwoord in (roep("get", "/dingen"), roep("get", "/niets"), roep("post", "/dingen", {})):
        assert antwoord["API-Version"] == "1.2.3"
        assert antwoord["Cache-Control"] == "no-store"
        assert antwoord["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert antwoord["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in antwoord
