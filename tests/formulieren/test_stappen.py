"""Een formulier in stappen, op de pagina van een taak: vooruit, terug, later verder, en niets dat onderweg verdwijnt."""

import re
from typing import Any

import pytest

from portaal.formulieren.definitie import DefinitieFout, lees_definitie
from taken.models import Taak, TaakConcept
from tests.formulieren.test_componenten import KINDEREN
from tests.formulieren.test_definitie import KEUZES
from tests.paginas.conftest import fatima, gemeente, klaarzetten, namen  # noqa: F401

WIZARD: dict[str, Any] = {
    "display": "wizard",
    "components": [
        {
            "type": "panel", "key": "wie", "title": "Wie bent u?",
            "components": [
                {"type": "textfield", "key": "naam", "label": "Naam", "validate": {"required": True}},
                {"type": "radio", "key": "auto", "label": "Heeft u een auto?", "values": KEUZES},
                {
                    "type": "textfield", "key": "merk", "label": "Welk merk?", "validate": {"required": True},
                    "conditional": {"show": True, "when": "auto", "eq": "ja"},
                },
            ],
        },
        {
            "type": "panel", "key": "auto_stap", "title": "Uw auto",
            "conditional": {"show": True, "when": "auto", "eq": "ja"},
            "components": [{"type": "licenseplate", "key": "kenteken", "label": "Kenteken", "validate": {"required": True}}],
        },
        {"type": "panel", "key": "gezin", "title": "Uw gezin", "components": [KINDEREN]},
    ],
}  # fmt: skip


@pytest.fixture
def taak(klaarzetten, fatima):  # noqa: F811
    return klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": WIZARD})


def stuur(persoon: Any, taak: Taak, stap: str, actie: str = "verder", **antwoorden: str) -> Any:
    """Verstuur een stap zoals een browser zonder JavaScript: eerst de pagina halen, dan alles insturen wat erop staat."""
    adres = f"/taken/{taak.pk}/formulier"
    pagina = persoon.client.get(f"{adres}?stap={stap}").content.decode()
    vast = {
        naam: re.search(rf'name="{naam}" value="([^"]*)"', pagina)
        for naam in ("_stap", "_versie", "_verborgen", "kinderen.aantal")
    }
    gegevens = {naam: gevonden[1] for naam, gevonden in vast.items() if gevonden}
    return persoon.client.post(adres, {**gegevens, **antwoorden, "_actie": actie})


def concept(taak: Taak) -> dict[str, Any]:
    return TaakConcept.objects.als_systeem("een test").get(taak=taak).gegevens  # type: ignore[no-any-return]


def test_stap_voor_stap_tot_en_met_versturen(fatima, taak):  # noqa: F811
    eerste = fatima.client.get(f"/taken/{taak.pk}/formulier").content.decode()
    assert "Stap 1 van 2: Wie bent u?" in eerste  # zonder auto zijn het er twee
    assert "<title>Stap 1 van 2 - " in eerste
    antwoord = stuur(fatima, taak, "wie", naam="Fatima", auto="nee")
    assert antwoord["Location"] == f"/taken/{taak.pk}/formulier?stap=gezin"
    antwoord = stuur(fatima, taak, "gezin", **{"kinderen.aantal": "1", "kinderen.0.naam": "Sam"})
    assert antwoord["Location"] == f"/taken/{taak.pk}/controle"
    controle = fatima.client.get(f"/taken/{taak.pk}/controle").content.decode()
    assert f'href="/taken/{taak.pk}/formulier?stap=gezin">Wijzig Uw gezin' in controle
    assert "Uw auto" not in controle
    versie = re.search(r'name="_versie" value="([^"]+)"', controle)
    assert versie is not None
    fatima.client.post(f"/taken/{taak.pk}/controle", {"_versie": versie[1]})
    ontvangen = Taak.objects.als_systeem("een test").get(pk=taak.pk).gegevens["ontvangenGegevens"]
    assert ontvangen == {
        "naam": "Fatima", "auto": "nee", "merk": "", "kenteken": "", "kinderen": [{"naam": "Sam", "geboren": ""}],
    }  # fmt: skip


def test_zonder_javascript_komt_een_vraag_die_erbij_kwam_eerst_te_zien(fatima, taak):  # noqa: F811
    antwoord = stuur(fatima, taak, "wie", naam="Fatima", auto="ja")
    assert antwoord.status_code == 200
    pagina = antwoord.content.decode()
    assert "Er zijn vragen bijgekomen" in pagina
    assert "Verbeter" not in pagina
    assert 'value="Fatima"' in pagina
    antwoord = stuur(fatima, taak, "wie", naam="Fatima", auto="ja")
    assert "Verbeter 1 antwoord" in antwoord.content.decode()
    antwoord = stuur(fatima, taak, "wie", naam="Fatima", auto="ja", merk="Fiat")
    assert antwoord["Location"].endswith("?stap=auto_stap")


def test_terug_gaan_kost_niets_ook_niet_wat_nog_niet_klopt(fatima, taak):  # noqa: F811
    stuur(fatima, taak, "wie", naam="Fatima", auto="nee")
    antwoord = stuur(fatima, taak, "gezin", "vorige", **{"kinderen.aantal": "1", "kinderen.0.geboren": "morgen"})
    assert antwoord["Location"].endswith("?stap=wie")
    assert 'value="morgen"' in fatima.client.get(f"/taken/{taak.pk}/formulier?stap=gezin").content.decode()
    assert concept(taak)["naam"] == "Fatima"


def test_een_rij_erbij_en_een_rij_weg_bewaren_wat_er_al_staat(fatima, taak):  # noqa: F811
    antwoord = stuur(fatima, taak, "gezin", "erbij kinderen")
    assert antwoord["Location"].endswith("?stap=gezin#veld-kinderen.0.naam")
    stuur(fatima, taak, "gezin", "erbij kinderen", **{"kinderen.0.naam": "Sam"})
    stuur(fatima, taak, "gezin", "erbij kinderen", **{"kinderen.0.naam": "Sam", "kinderen.1.naam": "Noor"})
    assert [rij["naam"] for rij in concept(taak)["kinderen"]] == ["Sam", "Noor", ""]
    stuur(fatima, taak, "gezin", "weg kinderen 0", **{"kinderen.0.naam": "Sam", "kinderen.1.naam": "Noor"})
    assert [rij["naam"] for rij in concept(taak)["kinderen"]] == ["Noor"]
    stuur(fatima, taak, "gezin", "weg kinderen 99", **{"kinderen.0.naam": "Noor"})
    assert [rij["naam"] for rij in concept(taak)["kinderen"]] == ["Noor"]


def test_wie_de_controle_opent_voor_alles_is_ingevuld_komt_bij_de_eerste_stap_met_een_fout(fatima, taak):  # noqa: F811
    stuur(fatima, taak, "wie", "bewaar", naam="Fatima", auto="ja", merk="Fiat")
    antwoord = fatima.client.get(f"/taken/{taak.pk}/controle")
    assert antwoord["Location"].endswith("/formulier?stap=auto_stap")


def test_een_onbekende_stap_is_de_eerste(fatima, taak):  # noqa: F811
    for stap in ("weg", "auto_stap", "../../etc"):
        assert "Stap 1 van 2" in fatima.client.get(f"/taken/{taak.pk}/formulier", {"stap": stap}).content.decode()


# --- Twee vensters ------------------------------------------------------------------------------------------------------
def test_in_twee_vensters_gaat_niets_stil_verloren(fatima, taak):  # noqa: F811
    adres = f"/taken/{taak.pk}/formulier"
    een = {"_stap": "wie", "_versie": "", "_actie": "bewaar", "naam": "Fatima", "auto": "nee"}
    ander = {**een, "naam": "Samira"}
    fatima.client.post(adres, een)
    antwoord = fatima.client.post(adres, ander)
    pagina = antwoord.content.decode()
    assert "ook in een ander venster in" in pagina
    assert '<a class="nl-link" href="#veld-naam">Naam</a>: Fatima' in pagina
    assert 'value="Samira"' in pagina
    assert concept(taak)["naam"] == "Fatima"
    versie = re.search(r'name="_versie" value="([^"]+)"', pagina)
    assert versie is not None
    fatima.client.post(adres, {**ander, "_versie": versie[1]})
    assert concept(taak)["naam"] == "Samira"


def test_tussendoor_bewaren_zegt_het_als_een_ander_venster_voor_was(fatima, taak):  # noqa: F811
    adres = f"/taken/{taak.pk}/formulier"
    een = {"_stap": "wie", "_versie": "", "_actie": "tussendoor", "naam": "Fat"}
    antwoord = fatima.client.post(adres, een, headers={"X-Achtergrond": "ja"})
    assert (antwoord.status_code, bool(antwoord["X-Versie"])) == (204, True)
    assert concept(taak)["naam"] == "Fat"
    assert fatima.client.post(adres, {**een, "naam": "Ander"}).status_code == 409
    assert fatima.client.post(adres, {**een, "_versie": antwoord["X-Versie"], "naam": "Fatima"}).status_code == 204
    assert concept(taak)["naam"] == "Fatima"


def test_een_wizard_bestaat_uit_panelen():
    with pytest.raises(DefinitieFout, match="In een wizard is elk onderdeel van de bovenste laag een panel"):
        lees_definitie({"display": "wizard", "components": [{"type": "textfield", "key": "a", "label": "A"}]})
