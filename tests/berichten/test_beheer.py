"""Een medewerker in het beheer: berichten zoeken, bekijken, sturen en herstellen."""

import pytest
from django.contrib.admin.models import LogEntry

from berichten.models import Bericht
from berichten.tasks import publiceer_wachtende
from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.logboek.models import Inzage
from tests import wereld
from tests.inloggen.hulp import log_in_beheer

pytestmark = pytest.mark.django_db

LIJST = "/beheer/berichten/bericht/"


@pytest.fixture
def marieke(client):
    return log_in_beheer(client)


def formulier(**velden):
    return {
        "soort": "bsn",
        "nummer": wereld.BSN_FATIMA,
        "onderwerp": "Uw afspraak is verzet",
        "tekst": "De afspraak is nu op **maandag**.",
        "aard": "informatie",
        "categorie": beheerapplicatie().standaard_categorie_id,
        **velden,
    }


def een_bericht():
    return Bericht.objects.als_systeem("test").get()


@pytest.fixture
def gestuurd(client, marieke):
    """Een bericht van Marieke dat Fatima kan lezen."""
    client.post(f"{LIJST}add/", formulier())
    publiceer_wachtende()
    return een_bericht()


def test_marieke_stuurt_een_bericht_en_fatima_kan_het_lezen(client, marieke):
    antwoord = client.post(f"{LIJST}add/", formulier())
    publiceer_wachtende()
    bericht = een_bericht()
    assert antwoord["Location"] == f"{LIJST}{bericht.pk}/change/"
    assert bericht.applicatie == beheerapplicatie()
    assert Bericht.objects.voor(wereld.toegang(wereld.fatima())).get() == bericht
    gebeurtenis = Gebeurtenis.objects.get(record_id=bericht.pk, nummer=1)
    assert (gebeurtenis.actor_soort, gebeurtenis.actor) == ("medewerker", marieke.pk)
    assert wereld.BSN_FATIMA not in LogEntry.objects.get().object_repr


def test_een_onmogelijk_nummer_krijgt_uitleg_en_niets_getypts_gaat_verloren(client, marieke):
    pagina = client.post(f"{LIJST}add/", formulier(nummer="123456789")).content.decode()
    assert "elfproef" in pagina
    assert "De afspraak is nu op **maandag**." in pagina
    assert not Bericht.objects.als_systeem("test").exists()


def test_een_bericht_voor_later_kan_zij_zonder_meer_intrekken(client, marieke):
    client.post(f"{LIJST}add/", formulier(publicatiedatum="2099-01-01T09:00"))
    client.post(f"{LIJST}{een_bericht().pk}/intrekken/")
    assert een_bericht().ingetrokken_op is not None


@pytest.mark.parametrize(("actie", "veld"), [("vervangen", "vervangt_id"), ("intrekken", "trekt_in_id")])
def test_wat_te_lezen_is_herstelt_zij_met_een_nieuw_bericht(client, gestuurd, actie, veld):
    client.post(f"{LIJST}{gestuurd.pk}/{actie}/", formulier(onderwerp="Wij maakten een fout"))
    nieuw = Bericht.objects.als_systeem("test").exclude(pk=gestuurd.pk).get()
    assert getattr(nieuw, veld) == gestuurd.pk
    assert nieuw.betrokkene_id == gestuurd.betrokkene_id
    assert Bericht.objects.als_systeem("test").get(pk=gestuurd.pk).tekst == gestuurd.tekst


def test_een_tweede_opvolger_krijgt_uitleg(client, gestuurd):
    for _ in range(2):
        antwoord = client.post(f"{LIJST}{gestuurd.pk}/vervangen/", formulier())
    assert "heeft al een opvolger" in antwoord.content.decode()


def test_het_bericht_van_een_ander_systeem_kan_zij_niet_herstellen(client, marieke, stuur):
    bericht = stuur()
    for actie in ("vervangen", "intrekken"):
        assert client.post(f"{LIJST}{bericht.pk}/{actie}/", formulier()).status_code == 404


def test_opslaan_en_verwijderen_bestaan_niet(client, gestuurd):
    assert client.post(f"{LIJST}{gestuurd.pk}/change/", {"onderwerp": "X"}).status_code == 403
    assert client.post(f"{LIJST}{gestuurd.pk}/delete/", {"post": "yes"}).status_code == 403


def test_de_pagina_toont_de_geschiedenis_nooit_het_nummer_en_staat_in_het_logboek(client, marieke, stuur):
    bericht = stuur()
    pagina = client.get(f"{LIJST}{bericht.pk}/change/").content.decode()
    assert "Het bericht is voor u klaargezet." in pagina
    assert wereld.BSN_FATIMA not in pagina
    regels = list(Inzage.objects.values_list("waarvoor", "actor", "betrokkene"))
    assert regels == [("beheer:bericht", marieke.pk, bericht.betrokkene_id)]
    assert Bericht.objects.als_systeem("test").get(pk=bericht.pk).geopend_op is None


def test_zoeken_op_onderwerp_uuid_en_nummer(client, marieke, stuur, henk):
    bericht = stuur(bron_referentie="B-1")
    stuur(henk, onderwerp="Iets anders")
    for zoek in ("Besluit", "B-1", str(bericht.pk)):
        pagina = client.get(LIJST, {"q": zoek}).content.decode()
        assert "Besluit over uw aanvraag" in pagina
        assert "Iets anders" not in pagina
    assert client.get(LIJST, {"q": wereld.BSN_FATIMA}).status_code == 302
    antwoord = client.post(f"{LIJST}zoek-op-nummer/", {"soort": "bsn", "nummer": wereld.BSN_FATIMA})
    assert wereld.BSN_FATIMA not in antwoord["Location"]
    assert "Iets anders" not in client.get(antwoord["Location"]).content.decode()


def test_een_behandelaar_mag_berichten_sturen(client, db):
    log_in_beheer(client, "behandelaar", "demo-youssef")
    assert client.get(f"{LIJST}add/").status_code == 200
