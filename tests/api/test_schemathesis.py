"""Honderden verzinsels tegen elke API, uit haar eigen document: nooit een 5xx, nooit een antwoord dat er niet in staat.

In een eigen proces: schemathesis is ook een pytest-plugin, en die hoeft hier niet mee te doen.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from tests import wereld
from tests.api.test_documenten import document, domeinen
from tests.api.test_testsleutel import praat_met
from tests.api.test_voorwaarden import FATIMA, RECORDS, praat_als
from tests.bestanden.conftest import bestand, map_, scanner, start_scanner, taak  # noqa: F401
from tests.bestanden.test_paginas import bij, stuur, verstuur
from tests.paginas.conftest import fatima, gemeente, klaarzetten  # noqa: F401
from tests.verzoeken.conftest import ANTWOORDEN, FORMULIER

CONTROLES = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
HAKEN = Path(__file__).with_name("schemathesis_haken.py")
DETAILS: dict[str, Any] = {
    "/urltaken": {"uitvraagLink": wereld.FORMULIER},
    "/formuliertaken": {"formulierDefinitie": FORMULIER},
    "/betaaltaken": {"bedrag": "12.50", "transactieomschrijving": "Leges", "doelrekening": {"naam": "Gemeente"}},
    "/nietdigitaletaken": {"waar": "Bij een garage"},
}


def proef_met(applicatie: Any) -> dict[str, Any]:
    """Van alles een paar, en inhoud die klopt."""
    praat = praat_als(applicatie)
    uuid: dict[str, list[str]] = {}
    inhoud: dict[str, Any] = {}
    for pad, details in DETAILS.items():
        nieuw = {"titel": "Doe dit", "isToegewezenAan": FATIMA, "details": details}
        inhoud[f"POST {pad}"] = inhoud[f"PUT {pad}/{{uuid}}"] = nieuw
        inhoud[f"PATCH {pad}/{{uuid}}"] = {"titel": "Doe dat"}
        gemaakt = [praat("post", f"/taken/api/v1{pad}", nieuw).json()["uuid"] for _ in range(5)]
        uuid[f"{pad}/"] = gemaakt
        uuid.setdefault("/externetaken/", []).extend(gemaakt)
    for pad, nieuw, wijziging in RECORDS.values():
        if "taken" not in pad:
            kort = pad.partition("/api/v1")[2]
            inhoud |= {f"POST {kort}": nieuw, f"PUT {kort}/{{uuid}}": nieuw, f"PATCH {kort}/{{uuid}}": wijziging}
            uuid[f"{kort}/"] = [praat("post", pad, nieuw).json()["uuid"]]
    type_ = uuid["/verzoektypen/"][0]
    praat("post", f"/verzoeken/api/v1/verzoektypen/{type_}/versies", {"formulier": FORMULIER, "status": "published"})
    verzoek = {"verzoekType": type_, "aanvraagGegevens": ANTWOORDEN, "initiator": FATIMA, "kanaal": "balie"}
    uuid["/verzoeken/"] = [praat("post", "/verzoeken/api/v1/verzoeken", verzoek).json()["uuid"] for _ in range(5)]
    inhoud |= {
        "POST /verzoeken": verzoek,
        "PATCH /verzoeken/{uuid}": {"status": "in_behandeling"},
        "POST /verzoektypen/{verzoektypeUuid}/versies": {"formulier": FORMULIER},
        "POST /externetaken/_zoek": {"isToegewezenAan": FATIMA},
        "POST /berichten/_zoek": {"ontvanger": FATIMA},
        "POST /verzoeken/_zoek": {"initiator": FATIMA},
        "POST /zaken/_zoek": {"betrokkene": FATIMA},
    }
    return {"uuid": uuid, "inhoud": inhoud}


def proef_met_testsleutel(geheim: str) -> dict[str, Any]:
    """Wat een integrator met zijn testsleutel klaarzet om na te bootsen."""
    praat = praat_met(geheim)
    formulier = {"titel": "Vul in", "isToegewezenAan": FATIMA, "details": {"formulierDefinitie": FORMULIER}}
    link = {"titel": "Doe dit", "isToegewezenAan": FATIMA, "details": {"uitvraagLink": wereld.FORMULIER}}
    taken = [praat("post", "/taken/api/v1/formuliertaken", formulier).json()["uuid"] for _ in range(5)]
    taken += [praat("post", "/taken/api/v1/urltaken", link).json()["uuid"] for _ in range(5)]
    bericht = RECORDS["bericht"][1] | {"publicatiedatum": "2026-01-01T09:00:00Z"}
    berichten = [praat("post", RECORDS["bericht"][0], bericht).json()["uuid"] for _ in range(5)]
    return {
        "uuid": {"/taken/": taken, "/berichten/": berichten},
        "inhoud": {"POST /taken/{uuid}/inzendingen": {"gegevens": ANTWOORDEN}},
    }


def proef_met_bestand(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Fatima stuurde twee bestanden mee."""
    wie, gevraagd, _ = (request.getfixturevalue(naam) for naam in ("fatima", "taak", "scanner"))
    stuur(wie, gevraagd, bewijs=[bestand("okt.pdf"), bestand("nov.pdf")])
    verstuur(wie, gevraagd)
    return {"uuid": {"/bestanden/": [str(rij.pk) for rij in bij(gevraagd)]}}


# De andere duren elk minuten: alleen make test-rampen draait ze. Bijna al die tijd zit in de fase coverage, die elk veld van
# elke inhoud een voor een goed en fout maakt; minder --max-examples scheelt dus niets. Daarom gaan de taken in stukken.
KORT = frozenset({"bestanden", "gebeurtenissen", "test", "webhooks", "zaken"})
STUKKEN = {
    "taken": [
        f"^/{pad}{welke}"
        for pad in ("externetaken", "urltaken", "formuliertaken", "betaaltaken", "nietdigitaletaken")
        for welke in ("(/_|$)", "/{")
    ],
    "verzoeken": ["^/verzoeken", "^/verzoektypen"],
}


def stukken() -> list[Any]:
    """Elk document, zo nodig in stukken: (domein, welke paden)."""
    return [
        pytest.param(domein, paden, marks=[] if domein in KORT else [pytest.mark.ramp], id=_naam(paden) or domein)
        for domein in sorted(domeinen())
        for paden in STUKKEN.get(domein, [""])
    ]


def _naam(paden: str) -> str:
    return paden.removeprefix("^/").replace("(/_|$)", "").replace("/{", "-een")


@pytest.mark.parametrize("domein", STUKKEN)
def test_de_stukken_zijn_samen_het_hele_document(db: None, domein: str) -> None:
    paden = set(document(domein)["paths"]) - {"/openapi.json"}
    assert {pad for pad in paden if any(re.match(stuk, pad) for stuk in STUKKEN[domein])} == paden


@pytest.mark.lang
@pytest.mark.parametrize(("domein", "paden"), stukken())
def test_geen_verzinsel_haalt_een_api_onderuit(
    request: pytest.FixtureRequest,
    transactional_db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    domein: str,
    paden: str,
) -> None:
    settings.API_PER_MINUUT = 0
    # Elke verbinding sluit na haar verzoek: anders staat de testdatabase aan het eind nog open.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    live_server = request.getfixturevalue("live_server")
    test = domein == "test"
    bewijs, geheim = Token.maak(wereld.applicatie(), "proef", SCOPES, test=test)
    if test:
        proef = proef_met_testsleutel(geheim)
    else:
        proef = proef_met_bestand(request) if domein == "bestanden" else proef_met(bewijs.applicatie)
    uitkomst = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{live_server.url}/{domein}/api/v1/openapi.json"),
            *("--url", f"{live_server.url}/{domein}/api/v1", "--header", f"Authorization: Token {geheim}"),
            *("--checks", ",".join(CONTROLES), "--max-examples", "10", "--seed", "1", "--workers", "1"),
            *("--phases", "coverage,fuzzing", "--generation-database", "none", "--suppress-health-check", "all"),
            *("--request-timeout", "30", "--no-color"),
            *(("--include-path-regex", paden) if paden else ()),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": str(HAKEN),
            "PROEF": json.dumps(proef),
            "PYTHONPATH": str(HAKEN.parent),
        },
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    (tmp_path / "uitvoer.txt").write_text(uitkomst.stdout)
    assert uitkomst.returncode == 0, uitkomst.stdout[-12000:] + uitkomst.stderr[-2000:]
