"""De gemeente zette een aanvraag klaar; Fatima kijkt haar na en verstuurt haar. Dan is er een verzoek, en is de taak gedaan."""

import copy
import re
from typing import Any

import pytest

from portaal.api.models import Token
from portaal.demo.personen import persoon
from portaal.demo.verhalen import laad
from portaal.demo.verzoektypen import SOORTEN, vraag
from portaal.gebeurtenissen.controle import controleer_alles
from taken import handelingen
from taken.models import Status, Taak
from tests import wereld
from tests.inloggen.hulp import log_in
from verzoeken.models import Verzoek, Verzoektype

pytestmark = pytest.mark.django_db


@pytest.fixture
def taak(settings, tmp_path) -> Taak:
    settings.DEMO_MAP = tmp_path
    laad()
    return Taak.objects.als_systeem("test").get(verzoektype="huurtoeslag")


@pytest.fixture
def fatima(client, taak):
    log_in(client, "fatima")
    return client


def vul_in_en_verstuur(client, taak: Taak, **antwoorden):
    begin = {"huur": "612", "personen": "3", "akkoord": "on"}
    client.post(f"/taken/{taak.pk}/formulier", {**begin, **antwoorden})
    controle = client.get(f"/taken/{taak.pk}/controle").content.decode()
    gevonden = re.search(r'name="_versie" value="([^"]*)"', controle)
    assert gevonden, controle
    return client.post(f"/taken/{taak.pk}/controle", {"_versie": gevonden[1]})


def test_de_taak_zegt_waarom_en_is_al_ingevuld(fatima, taak):
    pagina = fatima.get(f"/taken/{taak.pk}").content.decode()
    formulier = fatima.get(f"/taken/{taak.pk}/formulier").content.decode()

    assert "Uw inkomen is lager dan de grens" in pagina
    assert 'value="612"' in formulier


def test_versturen_maakt_het_verzoek_en_doet_de_taak_in_een_keer(fatima, taak):
    antwoord = vul_in_en_verstuur(fatima, taak)

    verzoek = Verzoek.objects.als_systeem("test").get()
    assert antwoord["Location"] == f"/verzoeken/{verzoek.pk}?verstuurd=ja"
    assert verzoek.antwoorden["personen"] == 3
    assert Taak.objects.als_systeem("test").get(pk=taak.pk).status == Status.UITGEVOERD
    assert verzoek.referentie in fatima.get(antwoord["Location"]).content.decode()
    assert controleer_alles() == []


def test_een_dubbele_klik_maakt_een_verzoek(fatima, taak):
    vul_in_en_verstuur(fatima, taak)
    fatima.post(f"/taken/{taak.pk}/controle", {"_versie": "wat dan ook"})

    assert Verzoek.objects.als_systeem("test").count() == 1


def test_bestaat_het_verzoektype_niet_meer_dan_blijft_alles_bewaard(fatima, taak):
    Verzoektype.objects.filter(code="huurtoeslag").update(actief=False)

    antwoord = vul_in_en_verstuur(fatima, taak)

    assert "Wat u heeft ingevuld is bewaard" in antwoord.content.decode()
    assert not Verzoek.objects.als_systeem("test").exists()
    assert Taak.objects.als_systeem("test").get(pk=taak.pk).open


def test_de_buurman_kan_haar_aanvraag_niet_versturen(client, taak):
    log_in(client, "henk")

    assert client.get(f"/taken/{taak.pk}/formulier").status_code == 404
    with pytest.raises(Taak.DoesNotExist):
        handelingen.dien_in(taak.pk, wereld.toegang(wereld.henk()), {})


@pytest.fixture
def zaaksysteem(client, taak):
    """Het toeslagensysteem zet over de API een aanvraag klaar met dit formulier."""
    geheim = Token.maak(taak.applicatie, "test", ["taken:schrijven"])[1]

    def stuur(vragen):
        inhoud = {
            "titel": "Vraag huurtoeslag aan",
            "isToegewezenAan": f"urn:nld:brp:bsn:{persoon('fatima').bsn}",
            "verzoektype": "huurtoeslag",
            "details": {"formulierDefinitie": {"components": vragen}},
        }
        koppen = {"authorization": f"Token {geheim}"}
        return client.post("/taken/api/v1/formuliertaken", inhoud, content_type="application/json", headers=koppen)

    return stuur


@pytest.fixture
def vragen() -> list[dict[str, Any]]:
    return copy.deepcopy(list(next(soort for soort in SOORTEN if soort.code == "huurtoeslag").vragen))


def test_een_aanvraag_met_andere_vragen_dan_het_verzoektype_wordt_meteen_geweigerd(zaaksysteem, vragen):
    vragen[0]["validate"] = {"required": False}
    vragen[1]["label"] = "Met hoeveel woont u?"
    vragen.append(vraag("auto", "Heeft u een auto?", "checkbox"))
    voor = Taak.objects.als_systeem("test").count()

    antwoord = zaaksysteem(vragen)

    assert antwoord.status_code == 400
    [fout] = antwoord.json()["invalidParams"]
    assert fout["name"] == "details.formulierDefinitie"
    assert fout["code"] == "form_mismatch"
    assert "auto, huur, personen" in fout["reason"]
    assert Taak.objects.als_systeem("test").count() == voor


def test_uitleg_een_andere_volgorde_en_een_beginwaarde_mogen(zaaksysteem, vragen):
    vragen[0]["defaultValue"] = 612
    uitleg = {"type": "content", "key": "uitleg", "html": "<p>Wij vulden dit alvast in.</p>"}

    assert zaaksysteem([uitleg, *reversed(vragen)]).status_code == 201


def test_ook_later_kan_de_eigenaar_er_geen_andere_vragen_van_maken(client, taak, vragen):
    geheim = Token.maak(taak.applicatie, "test", ["taken:schrijven"])[1]
    details = {
        "details": {"formulierDefinitie": {"components": [*vragen, vraag("auto", "Heeft u een auto?", "checkbox")]}}
    }

    antwoord = client.patch(
        f"/taken/api/v1/externetaken/{taak.pk}", details, content_type="application/json",
        headers={"authorization": f"Token {geheim}"},
    )  # fmt: skip

    assert antwoord.status_code == 400
    assert antwoord.json()["invalidParams"][0]["code"] == "form_mismatch"
    assert Taak.objects.als_systeem("test").get(pk=taak.pk).details == taak.details
