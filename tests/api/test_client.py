"""Een client die uit onze eigen documenten is gemaakt doet het in één keer: maken, opvragen en afsluiten, van alles een."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from portaal.tijd import vandaag
from tests import wereld
from tests.api.test_documenten import document
from tests.verzoeken.conftest import ANTWOORDEN, FORMULIER

FATIMA = f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
Client = Callable[[str], "Gemaakt"]

pytestmark = pytest.mark.lang


class Gemaakt:
    """De gemaakte client van één domein. `roep` doet een operatie met getypte modellen, heen en terug."""

    def __init__(self, naam: str, adres: str, geheim: str) -> None:
        self.naam = naam
        klas = importlib.import_module(f"{naam}.client").AuthenticatedClient
        self.client = klas(base_url=adres, token=geheim, prefix="Token", raise_on_unexpected_status=True)

    def roep(self, tag: str, operatie: str, *sleutels: Any, model: str = "", inhoud: Any = None, **vraag: Any) -> Any:
        module = importlib.import_module(f"{self.naam}.api.{tag}.{operatie}")
        if model:
            vraag["body"] = getattr(importlib.import_module(f"{self.naam}.models"), model).from_dict(inhoud)
        antwoord = module.sync_detailed(*sleutels, client=self.client, **vraag)
        assert antwoord.status_code < 300, antwoord.content
        assert antwoord.parsed is not None or antwoord.status_code == 204, (
            f"{operatie} gaf niets dat in het document staat"
        )
        return antwoord.parsed


@pytest.fixture
def client(
    request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Client:
    # Elke verbinding sluit na haar verzoek: anders staat de testdatabase aan het eind nog open.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    live_server = request.getfixturevalue("live_server")
    geheim = Token.maak(wereld.applicatie(), "gemaakt", SCOPES)[1]
    monkeypatch.syspath_prepend(str(tmp_path))

    def maak(domein: str) -> Gemaakt:
        naam = f"client_{domein}"
        (tmp_path / f"{domein}.json").write_text(json.dumps(document(domein)))
        # Deze generator kent NDJSON niet; wie hem gebruikt zegt zo dat het gewoon bytes zijn.
        (tmp_path / "generator.json").write_text(
            '{"content_type_overrides": {"application/x-ndjson": "application/octet-stream"}}'
        )
        subprocess.run(
            [
                *(Path(sys.executable).parent / "openapi-python-client", "generate", "--path", f"{domein}.json"),
                *("--output-path", naam, "--meta", "none", "--fail-on-warning", "--config", "generator.json"),
            ],
            cwd=tmp_path,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            check=True,
            timeout=120,
        )
        return Gemaakt(naam, f"{live_server.url}/{domein}/api/v1", geheim)

    return maak


DETAILS: dict[str, dict[str, Any]] = {
    "Urltaak": {"uitvraagLink": wereld.FORMULIER},
    "Formuliertaak": {"formulierDefinitie": FORMULIER},
    "Betaaltaak": {"bedrag": "12.50", "transactieomschrijving": "Leges", "doelrekening": {"naam": "Gemeente"}},
    "Nietdigitaaltaak": {"waar": "Bij een garage"},
}
PADEN = {
    "Urltaak": "urltaken",
    "Formuliertaak": "formuliertaken",
    "Betaaltaak": "betaaltaken",
    "Nietdigitaaltaak": "nietdigitaletaken",
}


def test_taken(client: Client) -> None:
    taken = client("taken")
    for soort, details in DETAILS.items():
        pad = PADEN[soort]
        model = f"{soort}Op{pad.capitalize()}Request"
        inhoud = {"titel": "Doe dit", "isToegewezenAan": FATIMA, "details": details, "bronReferentie": f"ref-{pad}"}
        gemaakt = taken.roep(pad, f"{pad}_create", model=model, inhoud=inhoud, idempotency_key=pad)
        lijst = taken.roep(pad, f"{pad}_list", bron_referentie=f"ref-{pad}")
        assert [t.uuid for t in lijst.results] == [gemaakt.uuid]
        for status in ("uitgevoerd", "verwerkt"):
            klaar = taken.roep(
                pad, f"{pad}_partial_update", gemaakt.uuid, model=f"Patched{model}", inhoud={"status": status}
            )
            assert klaar.status == status
    alle = taken.roep("externetaken", "externetaken_list")
    assert {t.to_dict()["taakSoort"] for t in alle.results} == {"urltaak", "formuliertaak", "betaaltaak"}
    gevonden = taken.roep("externetaken", "externetaken_zoek", model="ZoekRequest", inhoud={"isToegewezenAan": FATIMA})
    assert gevonden.count == 3


def test_berichten(client: Client) -> None:
    berichten = client("berichten")
    inhoud = {
        "onderwerp": "Besluit", "berichtTekst": "Tekst.", "ontvanger": FATIMA, "mijnOverheidBerichtenbox": False,
        "publicatiedatum": "2090-01-01T09:00:00Z",
    }  # fmt: skip
    gemaakt = berichten.roep("berichten", "berichten_create", model="BerichtRequest", inhoud=inhoud)
    assert berichten.roep("berichten", "berichten_list").results[0].uuid == gemaakt.uuid
    berichten.roep("berichten", "berichten_destroy", gemaakt.uuid)
    assert berichten.roep("berichten", "berichten_list").count == 0


def test_zaken(client: Client) -> None:
    zaken = client("zaken")
    gemaakt = zaken.roep(
        "zaken", "zaken_create", model="ZaakRequest", inhoud={"identificatie": "Z-1", "omschrijving": "Aanvraag"}
    )
    klaar = {"einddatum": vandaag().isoformat(), "resultaat": "Verleend"}
    assert (
        zaken.roep("zaken", "zaken_partial_update", gemaakt.uuid, model="PatchedZaakRequest", inhoud=klaar).resultaat
        == "Verleend"
    )
    assert zaken.roep("zaken", "zaken_list").results[0].uuid == gemaakt.uuid


def test_verzoeken(client: Client) -> None:
    verzoeken = client("verzoeken")
    type_ = verzoeken.roep(
        "verzoektypen", "verzoektypen_create", model="VerzoekTypeRequest",
        inhoud={"naam": "Vraag een evenement aan", "code": "evenement", "doelgroepen": ["inwoner"]},
    )  # fmt: skip
    verzoeken.roep(
        "verzoektypen", "verzoektypen_versies_create", type_.uuid, model="VerzoekTypeVersieRequest",
        inhoud={"formulier": FORMULIER, "status": "published"},
    )  # fmt: skip
    gemaakt = verzoeken.roep(
        "verzoeken", "verzoeken_create", model="VerzoekRequest",
        inhoud={"verzoekType": type_.url, "aanvraagGegevens": ANTWOORDEN, "initiator": FATIMA, "kanaal": "balie"},
    )  # fmt: skip
    assert verzoeken.roep("verzoeken", "verzoeken_list").results[0].uuid == gemaakt.uuid
    klaar = {"verwerkStatus": "verwerkt"}
    assert (
        verzoeken.roep(
            "verzoeken", "verzoeken_partial_update", gemaakt.uuid, model="PatchedVerzoekRequest", inhoud=klaar
        ).status
        == "verwerkt"
    )


def test_webhooks_en_de_feed(client: Client) -> None:
    webhooks = client("webhooks")
    inhoud = {"naam": "GZAC", "callbackUrl": "https://gzac.voorbeeld.nl/haak"}
    gemaakt = webhooks.roep("abonnementen", "abonnementen_create", model="AbonnementRequest", inhoud=inhoud)
    assert gemaakt.geheim.startswith("whsec_")
    assert webhooks.roep("abonnementen", "abonnementen_list").results[0].uuid == gemaakt.uuid
    webhooks.roep("abonnementen", "abonnementen_testberichten", gemaakt.uuid)
    assert webhooks.roep("abonnementen", "abonnementen_bezorgingen_list", gemaakt.uuid).count == 1
    webhooks.roep("abonnementen", "abonnementen_destroy", gemaakt.uuid)
    feed = client("gebeurtenissen").roep("gebeurtenissen", "gebeurtenissen_list")
    assert feed.volgende
