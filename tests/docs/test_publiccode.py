"""publiccode.yml heeft de velden die een catalogus nodig heeft, en zegt hetzelfde als de code."""

import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

WORTEL = Path(__file__).resolve().parents[2]
GEGEVENS = yaml.safe_load((WORTEL / "publiccode.yml").read_text())


def test_de_verplichte_velden_zijn_er():
    verplicht = {
        *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"),
        *("legal", "maintenance", "localisation"),
    }

    assert verplicht <= set(GEGEVENS)


def test_versie_en_licentie_zijn_die_van_het_project():
    project = tomllib.loads((WORTEL / "pyproject.toml").read_text())["project"]

    assert GEGEVENS["softwareVersion"] == project["version"]
    assert GEGEVENS["legal"]["license"] == project["license"]


def test_de_talen_zijn_die_van_de_portaal():
    assert GEGEVENS["localisation"]["availableLanguages"] == [code for code, _naam in settings.LANGUAGES]


@pytest.mark.parametrize("taal", sorted(GEGEVENS["description"]))
def test_de_beschrijving_past(taal):
    beschrijving = GEGEVENS["description"][taal]

    assert len(beschrijving["shortDescription"]) <= 150
    assert 150 <= len(beschrijving["longDescription"]) <= 10_000
    assert beschrijving["features"]
