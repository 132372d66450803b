"""Wat docs/berichten.md zegt, klopt."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from berichten.api import BerichtSerializer
from portaal.api.models import Token
from tests import wereld
from tests.docs.test_readme import blokken, lees_curl

pytestmark = pytest.mark.django_db

DOCS = (Path(settings.BASE_DIR) / "docs" / "berichten.md").read_text()


def test_het_voorbeeld_werkt():
    (blok,) = blokken(DOCS, "sh")
    geheim = Token.maak(wereld.applicatie(), "test", ["berichten:schrijven"])[1]
    curl = lees_curl(blok, PORTAAL="", TOKEN=geheim)
    koppen = {naam: waarde for naam, waarde in curl.koppen.items() if naam != "Content-Type"}
    antwoord = Client().post(curl.url, curl.inhoud, content_type="application/json", headers=koppen)
    assert antwoord.status_code == 201, antwoord.content.decode()


def test_de_genoemde_grenzen_en_eigen_velden_bestaan():
    velden = BerichtSerializer().fields
    for naam, grens in (("onderwerp", "200"), ("berichtTekst", "20.000"), ("referentie", "100"), ("berichtType", "20")):
        assert f"`{naam}` {grens}" in DOCS
        assert getattr(velden[naam], "max_length") == int(grens.replace(".", ""))  # noqa: B009  (verschilt per soort veld)
    eigen = DOCS.split("Eigen velden: ")[1].split(".")[0]
    assert set(eigen.replace("`", " ").replace(",", " ").split()) <= set(velden)
