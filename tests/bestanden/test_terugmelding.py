"""Tom van de notaris stuurt een terugmelding met bestanden; het zaaksysteem haalt ze op en controleert ze."""

import hashlib

import pytest

from portaal.bestanden import handelingen as bestanden
from portaal.bestanden.models import Bestand, Stand
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.gebeurtenissen.controle import controleer_alles
from taken.models import Taak, plek_van
from tests import wereld
from tests.bestanden.conftest import PDF, bestand
from tests.taken.test_api import Systeem
from tests.taken.test_team import akte, browser, toegang  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def notaris() -> None:
    zet_ketenpartners_klaar()


def adres(taak: Taak) -> str:
    return f"/taken/{taak.pk}/terugmelding"


def alle() -> list[Bestand]:
    return list(Bestand.objects.als_systeem("test").order_by("id"))


def test_de_bestanden_gaan_mee_en_de_eigenaar_haalt_ze_op_met_een_controlegetal(akte, client, scanner, map_):  # noqa: F811
    taak, tom = akte(), browser("Tom")

    assert 'enctype="multipart/form-data"' in tom.get(adres(taak)).content.decode()
    antwoord = tom.post(adres(taak), {"tekst": "Gepasseerd.", "terugmelding": [bestand("akte.pdf")], "klaar": "ja"})

    assert antwoord["Location"] == f"/taken/{taak.pk}?gedaan=ja"
    zaaksysteem = Systeem(client, wereld.applicatie(), "taken:lezen", "bestanden:lezen")
    json = zaaksysteem.get(f"/taken/api/v1/externetaken/{taak.pk}").json()
    (melding,) = json["terugmeldingen"]
    (mee,) = melding["bestanden"]
    assert (melding["tekst"], melding["klaar"], mee["naam"]) == ("Gepasseerd.", True, "akte.pdf")
    assert (mee["type"], mee["grootte"]) == ("application/pdf", len(PDF))
    inhoud = b"".join(zaaksysteem.get(mee["url"].removeprefix("http://testserver")).streaming_content)
    assert hashlib.sha256(inhoud).hexdigest() == mee["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert controleer_alles() == []


def test_een_collega_leest_de_terugmelding_en_opent_het_bestand(akte, scanner, map_):  # noqa: F811
    taak = akte()
    browser("Tom").post(adres(taak), {"tekst": "Concept.", "terugmelding": [bestand("akte.pdf")]})

    anne = browser("Anne")
    assert "akte.pdf" in anne.get(f"/taken/{taak.pk}").content.decode()
    assert anne.get(f"/bestanden/{alle()[0].pk}").getvalue() == PDF


def test_wat_tom_toevoegde_blijft_staan_als_de_tekst_nog_mist(akte, scanner, map_):  # noqa: F811
    taak, tom = akte(), browser("Tom")

    zicht = tom.post(adres(taak), {"tekst": "", "terugmelding": [bestand("akte.pdf")]}).content.decode()
    assert "Verwijder akte.pdf" in zicht
    assert tom.post(adres(taak), {"tekst": "Nu wel."}).status_code == 302

    assert [b.verstuurd_op is not None for b in alle()] == [True]
    nu = Taak.objects.als_systeem("test").get(pk=taak.pk)
    assert [m["originalName"] for m in nu.terugmeldingen[0]["bestanden"]] == ["akte.pdf"]


def test_zonder_scanner_gaat_er_niets_weg_en_zegt_de_pagina_waarom(akte, scanner_weg, map_):  # noqa: F811
    taak, tom = akte(), browser("Tom")

    zicht = tom.post(adres(taak), {"tekst": "Klaar.", "terugmelding": [bestand("akte.pdf")], "klaar": "ja"})

    assert zicht.status_code == 200
    assert "Verstuur het over een minuut opnieuw" in zicht.content.decode()
    assert "Klaar." in zicht.content.decode()
    nu = Taak.objects.als_systeem("test").get(pk=taak.pk)
    assert (nu.terugmeldingen, nu.gemeld_op) == (None, None)
    assert [b.stand for b in alle()] == [Stand.WACHT]


def test_een_terugmelding_laat_de_bestanden_van_het_formulier_met_rust(akte, scanner, map_):  # noqa: F811
    taak = akte()
    van_formulier = bestanden.ontvang(plek_van(taak), bestanden.Eis("bijlage"), bestand("bijlage.pdf"), toegang("Tom"))

    browser("Tom").post(adres(taak), {"tekst": "Ik ben bezig."})

    assert [(b.pk, b.stand) for b in alle()] == [(van_formulier.pk, Stand.SCHOON)]


def test_een_lezer_stuurt_niets(akte, scanner, map_):  # noqa: F811
    from portaal.betrokkenen.handelingen import voeg_lid_toe
    from portaal.betrokkenen.models import Ketenpartner, KetenpartnerRol
    from portaal.gebeurtenissen.vastleggen import SYSTEEM
    from portaal.inloggen.inlogmiddelen import inlogmiddelen

    partner = Ketenpartner.objects.get(naam="Notariskantoor De Waal")
    uitgever = inlogmiddelen()["ketenpartner"].issuer
    voeg_lid_toe(partner.pk, uitgever, "lezer-lotte", KetenpartnerRol.LEZER, SYSTEEM, naam="Lotte Lezer")
    taak = akte()

    antwoord = browser("Lotte").post(adres(taak), {"tekst": "Hoi", "terugmelding": [bestand("akte.pdf")]})

    assert antwoord.status_code == 403
    assert alle() == []
