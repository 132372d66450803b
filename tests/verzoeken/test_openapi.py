"""De afspraak met wie verzoeken ontvangt: het OpenAPI-document verandert niet per ongeluk.

Verandert de API met opzet, dan ververst `make openapi` de bewaarde versie; het verschil hoort in dezelfde commit.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

BEWAARD = Path(settings.BASE_DIR) / "docs" / "openapi" / "verzoeken.json"


def document() -> dict[str, Any]:
    """Het document, zonder wat per installatie verschilt: het adres en wie de portaal aanbiedt."""
    gemaakt: dict[str, Any] = Client().get("/verzoeken/api/v1/openapi.json").json()
    gemaakt["servers"] = [{"url": "https://mijn.voorbeeld.nl/verzoeken/api/v1"}]
    gemaakt["info"]["contact"] = {
        "name": "Gemeente Voorbeeld",
        "email": "info@voorbeeld.test",
        "url": "https://www.voorbeeld.test",
    }
    return gemaakt


def test_de_api_is_zoals_is_afgesproken():
    nu = document()
    if os.environ.get("OPENAPI_BIJWERKEN"):
        BEWAARD.write_text(json.dumps(nu, ensure_ascii=False, indent=2) + "\n")

    assert nu == json.loads(BEWAARD.read_text()), "De API is veranderd. Met opzet? Draai dan: make openapi"
