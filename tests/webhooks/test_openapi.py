"""De afspraak met wie zich abonneert of de feed leest: het OpenAPI-document verandert niet per ongeluk.

Verandert de API met opzet, dan ververst `make openapi` de bewaarde versie; het verschil hoort in dezelfde commit.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client


def document(domein: str) -> dict[str, Any]:
    """Het document, zonder wat per installatie verschilt: het adres en wie de portaal aanbiedt."""
    gemaakt: dict[str, Any] = Client().get(f"/{domein}/api/v1/openapi.json").json()
    gemaakt["servers"] = [{"url": f"https://mijn.voorbeeld.nl/{domein}/api/v1"}]
    gemaakt["info"]["contact"] = {
        "name": "Gemeente Voorbeeld",
        "email": "info@voorbeeld.test",
        "url": "https://www.voorbeeld.test",
    }
    return gemaakt


@pytest.mark.parametrize("domein", ["webhooks", "gebeurtenissen"])
def test_de_api_is_zoals_is_afgesproken(domein: str) -> None:
    nu, bewaard = document(domein), Path(settings.BASE_DIR) / "docs" / "openapi" / f"{domein}.json"
    if os.environ.get("OPENAPI_BIJWERKEN"):
        bewaard.write_text(json.dumps(nu, ensure_ascii=False, indent=2) + "\n")

    assert nu == json.loads(bewaard.read_text()), "De API is veranderd. Met opzet? Draai dan: make openapi"
