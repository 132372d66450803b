"""Bladeren, en wat er in een querystring mag staan."""

from typing import Any

import pytest

from portaal.betrokkenen.models import Organisatie


@pytest.fixture
def vijf(zaaksysteem: Any) -> None:
    """Met die van het zaaksysteem erbij zijn het er vijf."""
    Organisatie.objects.bulk_create(Organisatie(naam=f"Organisatie {n}") for n in range(4))


def test_bladeren_gaat_heen_en_terug(roep: Any, vijf: None) -> None:
    midden = roep("get", "/dingen?pageSize=2&page=2&status=open", headers={"Host": "localhost"}).json()
    assert midden["count"] == 5
    assert len(midden["results"]) == 2
    assert midden["next"] == "http://testserver/proef/api/v1/dingen?pageSize=2&page=3&status=open"
    assert midden["previous"] == "http://testserver/proef/api/v1/dingen?pageSize=2&page=1&status=open"
    assert roep("get", "/dingen?pageSize=2&page=3").json()["next"] is None


def test_een_pagina_die_er_niet_is_is_404(roep: Any, vijf: None) -> None:
    assert roep("get", "/dingen?page=2").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.0", "", "last"])
@pytest.mark.parametrize("size", ["0", "501", "alles"])
def test_een_verkeerde_pagina_en_grootte_zijn_samen_een_400(roep: Any, page: str, size: str) -> None:
    antwoord = roep("get", f"/dingen?page={page}&pageSize={size}")
    assert antwoord.status_code == 400
    gevonden = {fout["name"]: fout["code"] for fout in antwoord.json()["invalidParams"]}
    assert gevonden == {"page": "invalid_page", "pageSize": "invalid_page_size"}


def test_onbekende_en_herhaalde_parameters_worden_genoemd(roep: Any) -> None:
    antwoord = roep("get", "/dingen?kleur=rood&status=a&status=b&page_size=3")
    assert {fout["name"]: fout["code"] for fout in antwoord.json()["invalidParams"]} == {
        "kleur": "unknown",
        "status": "duplicate",
        "page_size": "unknown",
    }


@pytest.mark.parametrize(
    "waarde", ["999990019", "urn:nld:brp:bsn:999990019", "12345678", "123456789012", "9999.90.019", "x12345678"]
)
def test_een_nummer_in_het_adres_wordt_geweigerd(roep: Any, waarde: str) -> None:
    antwoord = roep("get", f"/dingen?kenmerk={waarde}")
    assert antwoord.status_code == 400
    fout = antwoord.json()["invalidParams"][0]
    assert fout["code"] == "number_in_query"
    assert "met POST" in fout["reason"]
    assert waarde not in antwoord.content.decode()


@pytest.mark.parametrize(
    "waarde",
    [
        "2026-11-24",
        "12345678-1234-7123-8123-123456789012",
        "urn:nld:zaak:uuid:12345678-1234-7123-8123-123456789012",
        "1234567",
    ],
)
def test_een_datum_of_uuid_in_het_adres_mag(roep: Any, waarde: str) -> None:
    assert roep("get", f"/dingen?kenmerk={waarde}").status_code == 200


def test_ook_bij_een_los_ding_bestaat_een_onbekende_parameter_niet(roep: Any) -> None:
    assert roep("get", "/dingen/0192f0aa-0000-7000-8000-000000000001?expand=alles").status_code == 400
