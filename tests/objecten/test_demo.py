"""De nagespeelde GZAC in de demo: elke knop is een echte aanroep over het netwerk."""

import json
from pathlib import Path

import pytest
from django.test import Client

from portaal.api.models import Token
from portaal.demo import gzac
from portaal.gebeurtenissen.tasks import lever_af
from portaal.objecten.models import Koppelfout, Koppeling
from portaal.objecten.tasks import verstuur_meldingen
from taken.handelingen import dien_in
from taken.models import Status, Taak
from tests import wereld


@pytest.fixture
def demo(live_server, settings, tmp_path: Path) -> Client:
    settings.PORTAAL_URL = live_server.url
    settings.DEMO_MAP = tmp_path
    applicatie = wereld.applicatie(gzac.NAAM)
    gzac.zet_koppeling_klaar(applicatie)
    token = Token.maak(applicatie, "demo", gzac.SCOPES)[1]
    (tmp_path / "toegang.json").write_text(json.dumps({"applicaties": [{"naam": gzac.NAAM, "token": token}]}))
    return Client()


@pytest.mark.parametrize("knop", ["portaaltaak", pytest.param("klanttaak", marks=pytest.mark.lang)])
def test_een_bezoeker_speelt_gzac_en_fatima(demo: Client, knop: str):
    assert demo.post("/demo/gzac", {"wat": knop, "persoon": "fatima"}).status_code == 302
    taak = Taak.objects.als_systeem("test").get()
    assert "Ophalen en verwerken" not in demo.get("/demo/gzac").content.decode()
    antwoorden = {"naam": "Fatima El Amrani", "telefoon": "0612345678", "opmerking": "", "avond": False}
    dien_in(taak.pk, wereld.toegang(wereld.fatima()), antwoorden)
    lever_af()
    verstuur_meldingen()

    pagina = demo.get("/demo/gzac").content.decode()
    assert "Ophalen en verwerken" in pagina
    assert '<p translate="no">update</p>' in pagina
    assert demo.post("/demo/gzac", {"wat": "verwerk", "id": str(taak.pk)}).status_code == 302

    taak.refresh_from_db()
    assert taak.status == Status.VERWERKT
    assert not Koppelfout.objects.exists()


def test_een_onbekend_formulier_komt_in_de_koppelfouten(demo: Client):
    demo.post("/demo/gzac", {"wat": "onbekend", "persoon": "fatima"})

    assert Koppelfout.objects.get().wat == "bestaat-niet"


def test_open_notificaties_van_de_demo_neemt_niets_aan_zonder_bewijs(demo: Client):
    for kop in ({}, {"authorization": "Bearer x.y.z"}):
        adres = gzac.NOTIFICATIES + "notificaties"
        assert demo.post(adres, "{}", content_type="application/json", headers=kop).status_code == 403
    Koppeling.objects.all().update(geheim="")
    assert demo.get(gzac.NOTIFICATIES + "kanaal").status_code == 403


@pytest.mark.parametrize("velden", [{}, {"wat": "weg"}, {"wat": "portaaltaak", "persoon": "iemand"}])
def test_een_knop_die_er_niet_is_is_een_404(demo: Client, velden):
    assert demo.post("/demo/gzac", velden).status_code == 404
