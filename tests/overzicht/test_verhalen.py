"""De verhalen van de demo, van twee kanten: wat iemand ziet en doet, en wat de back-office ermee doet."""

import json
import re

import pytest

from berichten.tasks import publiceer_wachtende
from portaal.demo.verhalen import laad
from portaal.zaken.models import Zaak
from taken.models import Taak
from tests.inloggen.hulp import log_in
from verzoeken.models import Verzoek

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO_MAP = tmp_path
    toegang = laad()
    publiceer_wachtende()
    return toegang


@pytest.fixture
def klantcontact(client, demo):
    """Klantcontact aan de andere kant, waar de vragen binnenkomen: JSON over de API, met zijn eigen token."""
    token = next(a["token"] for a in demo["applicaties"] if a["naam"] == "Klantcontact")

    def stuur(methode, pad, inhoud=None):
        antwoord = getattr(client, methode)(
            pad, json.dumps(inhoud) if inhoud else None, content_type="application/json",
            headers={"authorization": f"Token {token}"},
        )  # fmt: skip
        assert antwoord.status_code < 400, antwoord.content.decode()
        return antwoord.json()

    return stuur


def zaak(omschrijving):
    return Zaak.objects.als_systeem("test").get(omschrijving=omschrijving)


def verstuur_zaakverzoek(client, de_zaak, code, **antwoorden):
    adres = f"/zaken/{de_zaak.pk}/verzoek/{code}"
    client.post(adres, antwoorden)
    controle = client.get(f"{adres}/controle").content.decode()
    velden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', controle))
    velden.pop("csrfmiddlewaretoken", None)
    antwoord = client.post(f"{adres}/controle", velden)
    assert antwoord.status_code == 302, antwoord.content.decode()
    return antwoord


def test_fatima_ziet_op_haar_overzicht_alle_vier_de_soorten(client, demo):
    log_in(client, "fatima")
    verstuur_zaakverzoek(client, zaak("Aanvraag bijzondere bijstand"), "zaak-vraag", tekst="Wanneer hoor ik iets?")

    pagina = client.get("/overzicht").content.decode()

    for tekst in (
        "Stuur uw loonstrook op",
        "Wij hebben uw aanvraag ontvangen",
        "Aanvraag bijzondere bijstand",
        "Stel een vraag",
    ):
        assert tekst in pagina


def test_het_overzicht_kost_ten_hoogste_elf_queries(client, demo, django_assert_max_num_queries):
    log_in(client, "fatima")
    client.get("/overzicht")

    with django_assert_max_num_queries(11):
        client.get("/overzicht")


def test_fatima_vraagt_iets_bij_haar_zaak_en_krijgt_antwoord_met_een_bericht(client, demo, klantcontact):
    log_in(client, "fatima")
    verstuur_zaakverzoek(client, zaak("Aanvraag bijzondere bijstand"), "zaak-vraag", tekst="Wanneer hoor ik iets?")
    verzoek = Verzoek.objects.als_systeem("test").get()
    client.cookies.clear()

    klantcontact("patch", f"/verzoeken/api/v1/verzoeken/{verzoek.pk}", {"status": "in_behandeling"})
    klantcontact("patch", f"/verzoeken/api/v1/verzoeken/{verzoek.pk}", {"status": "verwerkt"})
    log_in(client, "fatima")
    pagina = client.get(f"/verzoeken/{verzoek.pk}").content.decode()

    assert verzoek.referentie in pagina
    assert "Wanneer hoor ik iets?" in pagina
    assert Verzoek.objects.als_systeem("test").get().status == "verwerkt"


def test_de_notaris_ziet_de_zaak_meldt_hoe_het_gaat_en_haar_collega_ziet_dat(client, demo):
    log_in(client, "anne")
    erfpacht = zaak("Erfpacht Dorpsstraat 1")
    assert "Maak de akte" in client.get(f"/zaken/{erfpacht.pk}").content.decode()

    verstuur_zaakverzoek(client, erfpacht, "zaak-melden", datum="2026-11-20", tekst="De akte is gepasseerd.")
    client.post("/uitloggen")
    log_in(client, "tom")

    assert "Meld hoe het gaat" in client.get(f"/zaken/{erfpacht.pk}").content.decode()


def test_een_lezer_bij_de_hersteller_kijkt_mee_maar_meldt_niets(client, demo):
    log_in(client, "bram")
    bank = zaak("Herstel bank Marktplein")

    pagina = client.get(f"/zaken/{bank.pk}").content.decode()
    assert "Herstel de bank" in pagina
    assert "Meld hoe het gaat" not in pagina
    assert client.post(f"/zaken/{bank.pk}/verzoek/zaak-melden", {"tekst": "x"}).status_code == 403
    assert not Verzoek.objects.als_systeem("test").exists()


def test_een_ketenpartner_doet_geen_gewone_verzoeken(client, demo):
    log_in(client, "anne")

    assert "Vraag een evenement aan" not in client.get("/verzoeken/nieuw").content.decode()


def test_de_notaris_ziet_niets_van_de_hersteller(client, demo):
    log_in(client, "anne")
    bank = Taak.objects.als_systeem("test").get(titel="Herstel de bank op het Marktplein")

    assert client.get(f"/taken/{bank.pk}").status_code == 404
    assert client.get(f"/zaken/{zaak('Herstel bank Marktplein').pk}").status_code == 404


def test_een_bezoeker_speelt_de_back_office_en_fatima_ziet_het_antwoord(client, demo):
    log_in(client, "fatima")
    verstuur_zaakverzoek(client, zaak("Aanvraag bijzondere bijstand"), "zaak-vraag", tekst="Wanneer hoor ik iets?")
    verzoek = Verzoek.objects.als_systeem("test").get()

    assert verzoek.referentie in client.get("/demo/back-office").content.decode()
    client.post("/demo/back-office", {"wat": "antwoord", "id": str(verzoek.pk)})
    client.post("/demo/back-office", {"wat": "antwoord", "id": str(verzoek.pk)})  # twee keer klikken
    publiceer_wachtende()

    assert "Antwoord op uw verzoek" in client.get("/berichten").content.decode()
    assert Verzoek.objects.als_systeem("test").get().status == "verwerkt"


def test_met_de_knoppen_loopt_een_taak_en_een_zaak_door_tot_het_eind(client, demo):
    taak = Taak.objects.als_systeem("test").get(titel="Stuur uw loonstrook op")
    bank = zaak("Herstel bank Marktplein")

    client.post("/demo/back-office", {"wat": "bevestig", "id": str(taak.pk)})
    for _ in range(3):
        client.post("/demo/back-office", {"wat": "volgende_stap", "id": str(bank.pk)})

    assert Taak.objects.als_systeem("test").get(pk=taak.pk).status == "verwerkt"
    assert zaak("Herstel bank Marktplein").afgerond
    assert client.post("/demo/back-office", {"wat": "onzin", "id": str(bank.pk)}).status_code == 404


def test_henk_leest_hoe_hij_zijn_auto_laat_keuren_want_dat_kan_niet_online(client, demo):
    log_in(client, "henk")
    apk = Taak.objects.als_systeem("test").get(titel="Laat uw auto keuren (apk)")

    pagina = client.get(f"/taken/{apk.pk}").content.decode()

    for tekst in ("Bij een erkend garagebedrijf", "uw kentekencard", "de RDW"):
        assert tekst in pagina
    assert "U gaat naar" not in pagina
