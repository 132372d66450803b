"""Een grens per applicatie, die nooit dicht valt als de cache het niet doet."""

from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from portaal.api import limiet
from portaal.api.models import Token
from portaal.betrokkenen.models import Applicatie
from tests.api.conftest import Roep


@pytest.fixture(autouse=True)
def _schone_cache(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_PER_MINUUT = 3
    monkeypatch.setattr(limiet, "_stil_tot", 0.0)
    cache.clear()


@time_machine.travel("2026-11-24T09:30:20Z", tick=False)
def test_wie_te_vaak_vraagt_hoort_wanneer_het_weer_kan(roep: Roep) -> None:
    assert [roep("get", "/dingen").status_code for _ in range(4)] == [200, 200, 200, 429]
    antwoord = roep("get", "/dingen")
    assert antwoord["Content-Type"] == "application/problem+json"
    assert antwoord["Retry-After"] == "40"
    with time_machine.travel("2026-11-24T09:31:00Z", tick=False):
        assert roep("get", "/dingen").status_code == 200


@time_machine.travel("2026-11-24T09:30:20Z", tick=False)
def test_twee_tokens_van_een_applicatie_tellen_samen_en_een_ander_apart(roep: Roep, zaaksysteem: Applicatie) -> None:
    for _ in range(4):
        roep("get", "/dingen")
    tweede = Token.maak(zaaksysteem, "tweede", ["taken:lezen"])[1]
    assert roep("get", "/dingen", headers={"Authorization": f"Token {tweede}"}).status_code == 429
    ander = Applicatie.objects.create(
        naam="Ander", organisatie=zaaksysteem.organisatie, standaard_categorie=zaaksysteem.standaard_categorie
    )
    geheim = Token.maak(ander, "test", ["taken:lezen"])[1]
    assert roep("get", "/dingen", headers={"Authorization": f"Token {geheim}"}).status_code == 200


def test_nul_is_geen_grens(roep: Roep, settings: Any) -> None:
    settings.API_PER_MINUUT = 0
    assert {roep("get", "/dingen").status_code for _ in range(6)} == {200}


def test_een_cache_die_weg_is_houdt_niemand_tegen_en_wordt_even_met_rust_gelaten(
    roep: Roep, monkeypatch: pytest.MonkeyPatch
) -> None:
    gevraagd: list[str] = []

    def stuk(sleutel: str) -> int:
        gevraagd.append(sleutel)
        raise ConnectionError

    monkeypatch.setattr(cache, "incr", stuk)
    assert {roep("get", "/dingen").status_code for _ in range(6)} == {200}
    assert len(gevraagd) == 1
