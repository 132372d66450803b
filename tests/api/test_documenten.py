"""Elk OpenAPI-document dat de portaal uitgeeft: zoals afgesproken, de design rules, en wat elke operatie moet noemen."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from tests.api.regels import fouten_in


def domeinen() -> Iterator[str]:
    """Elk domein met een OpenAPI-document onder de gewone regels."""
    for patroon in get_resolver().url_patterns:
        for onder in getattr(patroon, "url_patterns", ()):
            pad = str(onder.pattern)
            if pad.endswith("/api/v1/openapi.json"):
                yield pad.partition("/")[0]


def document(domein: str) -> dict[str, Any]:
    inhoud: dict[str, Any] = Client().get(f"/{domein}/api/v1/openapi.json").json()
    return inhoud


def zonder_installatie(domein: str) -> dict[str, Any]:
    """Het document zonder wat per installatie verschilt: het adres en wie de portaal aanbiedt."""
    gemaakt = document(domein)
    gemaakt["servers"] = [{"url": f"https://mijn.voorbeeld.nl/{domein}/api/v1"}]
    gemaakt["info"]["contact"] = {
        "name": "Gemeente Voorbeeld",
        "email": "info@voorbeeld.test",
        "url": "https://www.voorbeeld.test",
    }
    return gemaakt


def test_elk_domein_is_er(db: None) -> None:
    verwacht = {"taken", "berichten", "verzoeken", "zaken", "webhooks", "gebeurtenissen", "bestanden", "test"}
    assert verwacht <= set(domeinen())


@pytest.mark.parametrize("domein", sorted(domeinen()))
def test_de_api_is_zoals_is_afgesproken(db: None, domein: str) -> None:
    """De afspraak met wie erop koppelt verandert niet per ongeluk; met opzet: `make openapi`, in dezelfde commit."""
    nu, bewaard = zonder_installatie(domein), Path(settings.BASE_DIR) / "docs" / "openapi" / f"{domein}.json"
    if os.environ.get("OPENAPI_BIJWERKEN"):
        bewaard.write_text(json.dumps(nu, ensure_ascii=False, indent=2) + "\n")

    assert nu == json.loads(bewaard.read_text()), "De API is veranderd. Met opzet? Draai dan: make openapi"


@pytest.mark.parametrize("domein", sorted(domeinen()))
def test_elk_document_voldoet_aan_de_design_rules(db: None, domein: str) -> None:
    assert fouten_in(document(domein)) == []


@pytest.mark.parametrize("domein", sorted(domeinen()))
def test_wat_een_record_wijzigt_kent_if_match_en_noemt_412(db: None, domein: str) -> None:
    for pad, item in document(domein)["paths"].items():
        for methode in {"put", "patch", "delete"} & set(item):
            operatie = item[methode]
            assert "If-Match" in {p["name"] for p in operatie["parameters"]}, f"{methode} {pad}"
            assert "412" in operatie["responses"], f"{methode} {pad}"
            assert "ETag" in item["get"]["responses"]["200"]["headers"], pad


@pytest.mark.parametrize("domein", sorted(domeinen()))
def test_cors_staat_alleen_op_het_document(db: None, domein: str) -> None:
    client = Client(headers={"origin": "https://elders.voorbeeld"})
    assert client.get(f"/{domein}/api/v1/openapi.json")["Access-Control-Allow-Origin"] == "*"
    for pad, item in document(domein)["paths"].items():
        if "get" in item and "{" not in pad and pad != "/openapi.json":
            antwoord = client.get(f"/{domein}/api/v1{pad}")
            assert antwoord.status_code == 401
            assert "Access-Control-Allow-Origin" not in antwoord
            assert antwoord["API-Version"].count(".") == 2
