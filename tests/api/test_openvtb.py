"""Kunnen wij wat wij van Open VTB zeggen te kunnen? De lijst staat in openvtb.py; wat ontbreekt, valt hier op."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from tests import wereld
from tests.api import openvtb
from tests.api.regels import volg
from tests.api.test_documenten import document
from tests.api.test_voorwaarden import praat_als

pytestmark = pytest.mark.django_db
DOMEINEN = sorted(openvtb.OPERATIES)
VERSIE = {"{verzoektypeVersie}": "{versie}"}  # zo heet die parameter bij ons


@pytest.mark.parametrize("domein", DOMEINEN)
def test_elke_operatie_is_er_of_staat_bij_de_afwijkingen(domein: str) -> None:
    paden = document(domein)["paths"]
    for pad, methoden in openvtb.OPERATIES[domein].items():
        eigen = pad.replace("{verzoektypeVersie}", "{versie}")
        mist = {f"{m.upper()} {pad}" for m in methoden if m not in paden.get(eigen, {})}
        assert mist <= openvtb.NIET
        assert not {f"{m.upper()} {pad}" for m in methoden if m in paden[eigen]} & openvtb.NIET


@pytest.mark.parametrize("domein", DOMEINEN)
def test_elk_veld_is_er_en_geen_grens_is_krapper(domein: str) -> None:
    schemas = document(domein)["components"]["schemas"]
    for naam, velden in openvtb.VELDEN[domein].items():
        assert set(velden) - set(schemas[naam]["properties"]) <= openvtb.NIET, naam
    for naam, grenzen in openvtb.GRENZEN[domein].items():
        for veld, grens in grenzen.items():
            eigen = volg(document(domein), schemas[naam]["properties"][veld]).get("maxLength", 10**6)
            assert eigen >= grens, f"{naam}.{veld}"


@pytest.mark.parametrize("domein", DOMEINEN)
def test_elke_waarde_van_een_keuzelijst_mag(domein: str) -> None:
    schemas = document(domein)["components"]["schemas"]
    for naam, waarden in openvtb.ENUMS[domein].items():
        assert waarden <= set(schemas[naam]["enum"]), naam


@pytest.mark.parametrize("domein", DOMEINEN)
def test_elk_filter_wordt_aangenomen_en_wat_er_met_streepjes_is_staat_niet_in_het_document(domein: str) -> None:
    praat, paden = praat_als(wereld.applicatie()), document(domein)["paths"]
    for pad, vragen in openvtb.FILTERS[domein].items():
        for vraag in vragen:
            antwoord = praat("get", f"/{domein}/api/v1{pad}?{vraag}")
            assert antwoord.status_code == 200, (pad, vraag, antwoord.content)
        beschreven = {p["name"] for p in paden[pad]["get"]["parameters"]}
        assert not [naam for naam in beschreven if "__" in naam]
        enkel = {vraag.partition("=")[0] for vraag in vragen if "__" not in vraag and "&" not in vraag}
        assert enkel <= beschreven


def test_wat_wij_niet_hebben_staat_met_de_reden_in_de_documentatie() -> None:
    tekst = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    assert [naam for naam in openvtb.NIET if f"`{naam.rstrip('=')}`" not in tekst] == []


# --- Vergelijken en zoeken -----------------------------------------------------------------------------------------------
def test_een_vergelijking_filtert_echt() -> None:
    praat = praat_als(wereld.applicatie())
    for dagen in (2, 10):
        wereld.taak(dagen=dagen)
    alle = praat("get", "/taken/api/v1/externetaken").json()["results"]
    grens = alle[0]["einddatumHandelingsTermijn"]

    def aantal(vraag: str) -> int:
        gevonden: int = praat("get", f"/taken/api/v1/externetaken?einddatumHandelingsTermijn__{vraag}").json()["count"]
        return gevonden

    assert (aantal(f"gt={grens}"), aantal(f"gte={grens}"), aantal(f"lt={grens}"), aantal(f"lte={grens}")) == (
        1,
        2,
        0,
        1,
    )


def test_een_onbekende_vergelijking_of_verkeerde_waarde_is_een_400() -> None:
    praat = praat_als(wereld.applicatie())
    for vraag in ("startdatum__ne=2026-11-24", "status__gt=open", "startdatum__gt=gisteren"):
        assert praat("get", f"/taken/api/v1/externetaken?{vraag}").status_code == 400


PERSOON = {
    "/taken/api/v1/externetaken": "isToegewezenAan",
    "/taken/api/v1/urltaken": "isToegewezenAan",
    "/berichten/api/v1/berichten": "ontvanger",
    "/verzoeken/api/v1/verzoeken": "initiator",
    "/zaken/api/v1/zaken": "betrokkene",
}
FATIMA = f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"


@pytest.mark.parametrize(("pad", "veld"), [p for p in PERSOON.items() if p[1] != "betrokkene"])
def test_een_nummer_in_het_adres_wordt_geweigerd_met_de_weg_die_wel_kan(pad: str, veld: str) -> None:
    antwoord = praat_als(wereld.applicatie())("get", f"{pad}?{veld}={FATIMA}")
    assert antwoord.status_code == 400
    [fout] = antwoord.json()["invalidParams"]
    assert (fout["name"], fout["code"]) == (veld, "number_in_query")
    assert f"POST {pad}/_zoek" in fout["reason"]
    assert wereld.BSN_FATIMA not in antwoord.content.decode()


@pytest.mark.parametrize(("pad", "veld"), [p for p in PERSOON.items() if p[1] != "betrokkene"])
def test_een_installatie_kan_een_nummer_in_het_adres_toestaan(settings: Any, pad: str, veld: str) -> None:
    settings.NUMMERS_IN_ADRES = True
    praat = praat_als(wereld.applicatie())
    assert praat("get", f"{pad}?{veld}={FATIMA}").status_code == 200
    ergens_anders = praat("get", f"{pad}?isGerelateerdAan={FATIMA}")
    assert ergens_anders.json()["invalidParams"][0]["code"] == "number_in_query"


@pytest.mark.parametrize(("pad", "veld"), PERSOON.items())
def test_zoeken_op_persoon_gaat_met_post(pad: str, veld: str) -> None:
    praat = praat_als(wereld.applicatie())
    antwoord = praat("post", f"{pad}/_zoek?page=1&pageSize=10", {veld: FATIMA})
    assert antwoord.status_code == 200, antwoord.content
    assert antwoord.json()["results"] == []
    assert praat("post", f"{pad}/_zoek", {}).status_code == 400
    assert praat("post", f"{pad}/_zoek", {veld: "urn:nld:brp:bsn:123456789"}).status_code == 400


def test_zoeken_geeft_alleen_de_eigen_taken_van_die_persoon() -> None:
    zaaksysteem = wereld.applicatie()
    taak = wereld.taak()
    wereld.taak(bsn=wereld.BSN_HENK)
    wereld.taak(wereld.applicatie("Ander systeem"))
    vraag = {"isToegewezenAan": FATIMA, "status": "open"}
    gevonden = praat_als(zaaksysteem)("post", "/taken/api/v1/externetaken/_zoek", vraag).json()
    assert [t["uuid"] for t in gevonden["results"]] == [str(taak.pk)]
    niets = praat_als(zaaksysteem)("post", "/taken/api/v1/externetaken/_zoek", vraag | {"status": "verwerkt"}).json()
    assert niets["count"] == 0


def test_een_zaak_is_te_vinden_op_een_nummer_dat_op_een_bsn_lijkt() -> None:
    praat = praat_als(wereld.applicatie())
    praat("post", "/zaken/api/v1/zaken", {"identificatie": "202600451", "omschrijving": "Aanvraag"})
    assert praat("get", "/zaken/api/v1/zaken?identificatie=202600451").status_code == 400
    assert praat("post", "/zaken/api/v1/zaken/_zoek", {"identificatie": "202600451"}).json()["count"] == 1


def test_zoeken_vraagt_alleen_de_scope_om_te_lezen() -> None:
    applicatie = wereld.applicatie()
    praat_lezer = praat_als(applicatie)
    Token.objects.all().update(scopes=["taken:lezen"])
    assert praat_lezer("post", "/taken/api/v1/externetaken/_zoek", {"isToegewezenAan": FATIMA}).status_code == 200
    Token.objects.all().update(scopes=sorted(set(SCOPES) - {"taken:lezen"}))
    assert praat_lezer("post", "/taken/api/v1/externetaken/_zoek", {"isToegewezenAan": FATIMA}).status_code == 403
