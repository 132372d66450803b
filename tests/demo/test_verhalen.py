"""De demo laadt haar verhalen met de echte handelingen, en nog eens laden maakt niets dubbel."""

import json

import pytest

from berichten.models import Bericht
from berichten.tasks import publiceer_wachtende
from portaal.api.scopes import SCOPES
from portaal.betrokkenen.models import Categorie
from portaal.demo.berichten import POST
from portaal.demo.verhalen import VERHALEN, laad
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.tasks import lever_af
from portaal.notificaties.models import Notificatie
from taken.models import Taak

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO_MAP = tmp_path
    return laad


def test_de_demo_heeft_voor_ieder_een_verhaal(demo, settings):
    toegang = demo()
    publiceer_wachtende()

    assert Taak.objects.als_systeem("test").count() == len(VERHALEN) + 1
    assert Bericht.objects.als_systeem("test").filter(toegankelijk_op__isnull=False).count() == len(POST)
    assert controleer_alles() == []
    assert json.loads((settings.DEMO_MAP / "toegang.json").read_text()) == toegang
    assert (settings.DEMO_MAP / "toegang.json").stat().st_mode & 0o077 == 0
    assert len({a["organisatie"] for a in toegang["applicaties"]}) >= 2
    assert set(toegang["applicaties"][0]["scopes"]) == set(SCOPES)


def test_nog_eens_laden_maakt_niets_dubbel_en_laat_de_tokens_gelden(demo):
    eerste = demo()
    tweede = demo()

    assert Taak.objects.als_systeem("test").count() == len(VERHALEN) + 1
    assert [a["token"] for a in tweede["applicaties"]] == [a["token"] for a in eerste["applicaties"]]


def test_in_de_demo_staan_herinneringen_klaar(demo):
    demo()
    publiceer_wachtende()
    while lever_af():
        pass

    van_de_demo = Categorie.objects.filter(code__in=["informatie", "afspraak", "aanbod"])
    assert [bool(categorie.herinneringen) for categorie in van_de_demo] == [True] * 3
    gepland = Notificatie.objects.exclude(herinnering="")
    assert set(gepland.values_list("record_soort", flat=True)) == {"taak", "bericht"}
