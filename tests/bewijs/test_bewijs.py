"""Wie bewijs nodig heeft krijgt het: wat er gebeurde, welke tekst er stond, wie het opende, en dat er niets veranderde."""

import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from berichten import handelingen as berichthandelingen
from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.bewijs import views, weergave
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import Partij
from portaal.logboek.models import Inzage
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.tijd import nu, vandaag
from portaal.zaken.models import Rol
from taken import handelingen
from taken.models import Taak
from tests import wereld
from tests.berichten.conftest import nieuw
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.conftest import Persoon, log_in
from tests.test_pdf import fouten_tegen_pdf_ua
from tests.verzoeken.conftest import dien_in, maak_type
from tests.zaken.conftest import URN_FATIMA, URN_HENK, een_zaak

pytestmark = pytest.mark.django_db
BESTANDEN = ("", "/json", "/pdf")


def adres(record: Any, soort: str = "") -> str:
    return f"/bewijs/{record.record_soort}/{record.pk}{soort}"


def als_json(wie: Persoon, record: Any) -> dict[str, Any]:
    antwoord = wie.client.get(adres(record, "/json"))
    assert antwoord.status_code == 200
    assert antwoord["Content-Disposition"].startswith('attachment; filename="bewijs-')
    gegevens: dict[str, Any] = json.loads(antwoord.content)
    return gegevens


def als_pdf(wie: Persoon, record: Any) -> str:
    antwoord = wie.client.get(adres(record, "/pdf"))
    assert antwoord["Content-Type"] == "application/pdf"
    assert fouten_tegen_pdf_ua(antwoord.content) == []
    tekst = "\n".join(pagina.extract_text() for pagina in PdfReader(io.BytesIO(antwoord.content)).pages)
    return " ".join(tekst.split())


@pytest.fixture
def besluit(fatima: Persoon, stuur: Any, settings: Any) -> Any:
    """Een bericht dat verstuurd, gemeld en door Fatima geopend is."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wereld.emailadres(wereld.fatima())
    bericht = stuur(fatima, onderwerp="Besluit bijzondere bijstand", tekst="U krijgt **€ 450**.", referentie="BB-1")
    lever_af()
    verstuur_wachtende()
    assert len(mail.outbox) == 1
    assert fatima.client.get(f"/berichten/{bericht.pk}").status_code == 200
    return bericht


# --- Wat erin staat ---------------------------------------------------------------------------------------------------
def test_de_pagina_vertelt_van_klaarzetten_tot_openen_wat_er_gebeurde(fatima: Persoon, besluit: Any):
    pagina = fatima.client.get(adres(besluit)).content.decode()
    volgorde = ["Het bericht is voor u klaargezet.", "e-mail of sms gestuurd", "Het bericht is geopend."]
    plekken = [pagina.index(zin, pagina.index('id="kop-gebeurd"')) for zin in volgorde]
    assert plekken == sorted(plekken)
    assert "uzelf, ingelogd op niveau midden" in pagina
    assert "de portaal, vanzelf" in pagina
    assert "U krijgt <strong>€ 450</strong>." in pagina
    assert "Alle tijden komen van de klok van onze server" in pagina
    assert "(UTC+" in pagina
    assert "Er is niets gewijzigd, weggehaald of tussengevoegd" in pagina


def test_json_en_pdf_zeggen_hetzelfde_als_de_pagina(fatima: Persoon, besluit: Any):
    gegevens, papier = als_json(fatima, besluit), als_pdf(fatima, besluit)
    soorten = [g["soort"] for g in gegevens["gebeurtenissen"]]
    assert soorten == ["bericht-gepubliceerd", "notificatie-verstuurd", "bericht-geopend"]
    geopend = gegevens["gebeurtenissen"][-1]
    assert (geopend["door"], geopend["niveau"]) == ("uzelf", "midden (DigiD midden, eHerkenning 2+)")
    assert gegevens["gebeurtenissen"][1]["kanaal"] == "e-mail"
    assert geopend["op"].endswith(("+01:00", "+02:00"))
    assert gegevens["keten"] == {
        "klopt": True,
        "aantal": 4,
        "laatsteHash": bytes(Gebeurtenis.objects.get(record_id=besluit.pk, nummer=4).hash).hex(),
        "breuken": [],
    }
    for zin in ("Bewijs: Besluit bijzondere bijstand", "Het bericht is geopend.", "uzelf", "U krijgt **€ 450**."):
        assert zin in papier


def test_de_ontvanger_kan_de_vingerafdruk_van_de_tekst_zelf_narekenen(fatima: Persoon, besluit: Any):
    (tekst,) = als_json(fatima, besluit)["teksten"]
    assert tekst["naTeRekenen"]
    vast = json.dumps([tekst["inhoud"], None], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(vast.encode()).hexdigest() == tekst["sha256"]  # zoals docs/bewijs.md het zegt
    assert tekst["inhoud"]["onderwerp"] == "Besluit bijzondere bijstand"


def test_een_tekst_van_voor_de_publicatie_heeft_de_ontvanger_nooit_gezien_en_ziet_hij_nu_ook_niet(
    fatima: Persoon, gemeente: Any
):
    door = Partij.systeem(gemeente)
    bericht = berichthandelingen.maak_aan(
        nieuw(tekst="Een fout bedrag", publicatiedatum=nu() + timedelta(hours=1)), door
    )
    assert fatima.client.get(adres(bericht)).status_code == 404
    berichthandelingen.wijzig(bericht.pk, {"tekst": "Het goede bedrag", "publicatiedatum": nu()}, door)
    assert berichthandelingen.publiceer(bericht.pk)

    gegevens = als_json(fatima, bericht)
    assert [t["inhoud"]["tekst"] for t in gegevens["teksten"]] == ["Het goede bedrag"]
    assert (gegevens["weggelaten"], gegevens["keten"]["aantal"]) == (2, 3)
    assert "2 gebeurtenissen staan hier niet bij" in fatima.client.get(adres(bericht)).content.decode()
    assert "Een fout bedrag" not in als_pdf(fatima, bericht)


def test_een_taak_met_alles_erop_wie_wat_deed_en_waarom(fatima: Persoon, gemeente: Any, klaarzetten: Any):
    taak = klaarzetten(fatima)
    door = Partij.systeem(gemeente)
    handelingen.meld_gedaan(taak.pk, fatima.toegang)
    handelingen.voer_uit(taak.pk, door)
    handelingen.heropen(taak.pk, door, reden="De loonstrook is van september.")
    handelingen.breek_af(taak.pk, door, reden="Het is niet meer nodig.")

    regels = als_json(fatima, taak)["gebeurtenissen"]
    assert [(r["soort"], r["door"], r["reden"]) for r in regels] == [
        ("taak-aangemaakt", "Zaaksysteem, een systeem van Gemeente Voorbeeld", None),
        ("taak-gemeld", "uzelf", None),
        ("taak-uitgevoerd", "Zaaksysteem, een systeem van Gemeente Voorbeeld", None),
        ("taak-heropend", "Zaaksysteem, een systeem van Gemeente Voorbeeld", "De loonstrook is van september."),
        ("taak-afgebroken", "Zaaksysteem, een systeem van Gemeente Voorbeeld", "Het is niet meer nodig."),
    ]
    pagina = fatima.client.get(adres(taak)).content.decode()
    assert "De reden: De loonstrook is van september." in pagina
    assert "Er is geen notificatie verstuurd." in pagina


def test_een_medewerker_heet_een_medewerker_en_geen_naam(fatima: Persoon, client: Client):
    marieke = log_in_beheer(client)
    taak = handelingen.maak_aan(wereld.nieuwe_taak(details={}), Partij.medewerker(marieke, beheerapplicatie()))
    (regel,) = als_json(fatima, taak)["gebeurtenissen"]
    assert regel["door"].startswith("een medewerker van ")
    assert "Marieke" not in json.dumps(als_json(fatima, taak)) + als_pdf(fatima, taak)


def test_een_verzoek_toont_de_vragen_en_antwoorden_van_toen(fatima: Persoon, gemeente: Any):
    maak_type(gemeente)
    verzoek = dien_in(fatima.toegang)
    gegevens = als_json(fatima, verzoek)
    (tekst,) = gegevens["teksten"]
    assert {"vraag": "Hoe heet het evenement?", "antwoord": "Straatfeest"} in tekst["antwoorden"]
    assert not tekst["naTeRekenen"]  # de antwoorden tellen mee, en staan er alleen in woorden
    assert "Straatfeest" in als_pdf(fatima, verzoek)


# --- Wie het mag zien -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("soort", BESTANDEN)
def test_het_bewijs_van_een_ander_bestaat_niet(henk: Persoon, besluit: Any, soort: str):
    assert henk.client.get(adres(besluit, soort)).status_code == 404
    assert Client().get(adres(besluit, soort)).status_code == 302
    assert henk.client.get(f"/bewijs/iets/{besluit.pk}{soort}").status_code == 404
    assert henk.client.get(f"/bewijs/taak/{besluit.pk}{soort}").status_code == 404


@pytest.mark.parametrize("soort", BESTANDEN)
def test_boven_het_niveau_van_de_inlog_is_er_niets_van_de_inhoud_te_zien(fatima: Persoon, stuur: Any, soort: str):
    bericht = stuur(fatima, onderwerp="Uw medische gegevens", tekst="Zeer vertrouwelijk", minimaal_niveau=3)
    antwoord = fatima.client.get(adres(bericht, soort), follow=True)
    pagina = antwoord.content.decode()
    assert antwoord.status_code == 200
    assert "Log in met meer zekerheid" in pagina
    for woord in ("medische", "vertrouwelijk", "klaargezet.", "sha256"):
        assert woord not in pagina
    assert "Zeer vertrouwelijk" in log_in(wereld.BSN_FATIMA, 3).client.get(adres(bericht)).content.decode()


def test_wie_in_zijn_rol_niet_hoort_te_weten_wat_er_met_een_zaak_gebeurde_vindt_geen_bewijs(
    fatima: Persoon, henk: Persoon
):
    zaak = een_zaak(wie=((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.KETENPARTNER)))
    assert fatima.client.get(adres(zaak)).status_code == 200
    assert [henk.client.get(adres(zaak, soort)).status_code for soort in BESTANDEN] == [404] * 3
    assert henk.client.get(f"/zaken/{zaak.pk}").status_code == 200


def test_een_belanghebbende_ziet_van_de_tekst_alleen_wat_bij_zijn_rol_hoort(henk: Persoon):
    zaak = een_zaak(wie=((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.BELANGHEBBENDE)))
    (tekst,) = als_json(henk, zaak)["teksten"]
    assert tekst["inhoud"]["omschrijving"] == "Aanvraag bijzondere bijstand"
    assert "toelichting" not in tekst["inhoud"]
    assert not tekst["naTeRekenen"]
    overal = henk.client.get(adres(zaak)).content.decode() + als_pdf(henk, zaak)
    assert "wasmachine" not in overal


def test_er_staat_nergens_een_nummer_ook_niet_als_een_systeem_het_vooraf_invulde(fatima: Persoon, gemeente: Any):
    taak = wereld.taak(gemeente, gegevens={"voorinvullenGegevens": {"bsn": wereld.BSN_FATIMA}})
    overal = (
        fatima.client.get(adres(taak)).content.decode() + json.dumps(als_json(fatima, taak)) + als_pdf(fatima, taak)
    )
    assert wereld.BSN_FATIMA not in overal


# --- De medewerker ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("soort", ["/", "/json", "/pdf"])
def test_een_medewerker_ziet_het_bewijs_en_dat_staat_in_het_inzagelogboek(client: Client, besluit: Any, soort: str):
    medewerker = log_in_beheer(client, "behandelaar")
    antwoord = client.get(f"/beheer/bewijs/bericht/{besluit.pk}{soort}")
    assert antwoord.status_code == 200
    inzage = Inzage.objects.get(waarvoor__startswith="beheer:bewijs")
    assert (inzage.actor, inzage.record_soort, inzage.record_id) == (medewerker.pk, "bericht", besluit.pk)
    assert inzage.betrokkene == wereld.fatima()


def test_een_medewerker_ziet_ook_wat_er_voor_de_publicatie_gebeurde(client: Client, besluit: Any):
    log_in_beheer(client)
    gegevens = json.loads(client.get(f"/beheer/bewijs/bericht/{besluit.pk}/json").content)
    assert gegevens["gebeurtenissen"][0]["soort"] == "bericht-geregistreerd"
    assert gegevens["gebeurtenissen"][-1]["door"] == "de betrokkene zelf"
    assert gegevens["weggelaten"] == 0


def test_zonder_recht_op_de_soort_of_zonder_logboek_ziet_een_medewerker_niets(
    client: Client, besluit: Any, monkeypatch: pytest.MonkeyPatch
):
    medewerker = log_in_beheer(client, "behandelaar")
    client.raise_request_exception = False
    with monkeypatch.context() as stuk:
        stuk.setattr(views, "leg_inzage_vast", lambda *a: 1 / 0)
        assert client.get(f"/beheer/bewijs/bericht/{besluit.pk}/").status_code == 500
    groep = medewerker.groups.get()
    groep.permissions.remove(*groep.permissions.filter(codename="view_bericht"))
    assert client.get(f"/beheer/bewijs/bericht/{besluit.pk}/").status_code == 403
    assert not Inzage.objects.filter(waarvoor__startswith="beheer:bewijs").exists()
    assert Client().get(f"/beheer/bewijs/bericht/{besluit.pk}/").status_code == 302


# --- Als er iets mis is, of heel veel ---------------------------------------------------------------------------------
def test_is_er_met_het_boek_geknoeid_dan_zegt_elk_bewijs_dat(fatima: Persoon, besluit: Any):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        tabel = Inhoud._meta.db_table
        cursor.execute(f"ALTER TABLE {tabel} DISABLE TRIGGER USER")
        cursor.execute(f'UPDATE {tabel} SET json = json || \'{{"tekst": "U krijgt niets."}}\'')
        cursor.execute(f"ALTER TABLE {tabel} ENABLE TRIGGER USER")
    assert "De controle vond een fout" in fatima.client.get(adres(besluit)).content.decode()
    assert als_json(fatima, besluit)["keten"]["klopt"] is False
    assert "klopte er iets niet" in als_pdf(fatima, besluit)


def lange_geschiedenis(klaarzetten: Any, fatima: Persoon, gemeente: Any, keer: int) -> Any:
    taak, door = klaarzetten(fatima), Partij.systeem(gemeente)
    for _ in range(keer):
        handelingen.voer_uit(taak.pk, door)
        handelingen.heropen(taak.pk, door)
    return taak


def test_een_lange_geschiedenis_komt_in_delen_en_de_pdf_zegt_wat_er_niet_in_staat(
    fatima: Persoon, gemeente: Any, klaarzetten: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(views, "PER_PAGINA", 4)
    monkeypatch.setattr(weergave, "IN_PDF", 4)
    taak = lange_geschiedenis(klaarzetten, fatima, gemeente, 3)
    eerste = fatima.client.get(adres(taak))
    tweede = fatima.client.get(adres(taak) + f"?na={eerste.context['meer_na']}")
    nummers = [regel.nummer for pagina in (eerste, tweede) for regel, _door in pagina.context["regels"]]
    assert nummers == [1, 2, 3, 4, 5, 6, 7]
    assert tweede.context["meer_na"] is None
    assert len(als_json(fatima, taak)["gebeurtenissen"]) == 7
    assert "toont de eerste 4 gebeurtenissen. De andere 3 staan in het JSON-bestand" in als_pdf(fatima, taak)
    assert fatima.client.get(adres(taak) + "?na=x").status_code == 404


@pytest.mark.parametrize("soort", BESTANDEN)
def test_het_aantal_querys_hangt_niet_van_de_geschiedenis_af(
    fatima: Persoon, gemeente: Any, klaarzetten: Any, soort: str
):
    aantallen = []
    for keer in (1, 10):
        taak = lange_geschiedenis(klaarzetten, fatima, gemeente, keer)
        with CaptureQueriesContext(connection) as querys:
            assert fatima.client.get(adres(taak, soort)).status_code == 200
        aantallen.append(len(querys))
    assert aantallen[0] == aantallen[1] <= 16


def test_in_het_engels_is_alles_engels(fatima: Persoon, besluit: Any):
    fatima.client.cookies["taal"] = "en"
    pagina = fatima.client.get(adres(besluit)).content.decode()
    assert "Evidence: Besluit bijzondere bijstand" in pagina
    assert "yourself, logged in at level" in pagina
    assert "Evidence: Besluit" in als_pdf(fatima, besluit)


@pytest.mark.parametrize("record", ["taak", "bericht", "verzoek", "zaak"])
def test_onderaan_elk_stuk_staat_waar_het_bewijs_is(
    fatima: Persoon, gemeente: Any, klaarzetten: Any, stuur: Any, record: str
):
    stuk = {
        "taak": lambda: klaarzetten(fatima),
        "bericht": lambda: stuur(fatima),
        "verzoek": lambda: maak_type(gemeente) and dien_in(fatima.toegang),
        "zaak": een_zaak,
    }[record]()
    hier = {"taak": "taken", "bericht": "berichten", "verzoek": "verzoeken", "zaak": "zaken"}[record]
    assert f'href="{adres(stuk)}"' in fatima.client.get(f"/{hier}/{stuk.pk}").content.decode()
    assert fatima.client.get(adres(stuk)).status_code == 200


# --- Een taak die is geopend --------------------------------------------------------------------------------------------
def test_een_taak_die_is_gelezen_staat_als_geopend_in_het_bewijs_door_wie_en_op_welk_niveau(
    fatima: Persoon, klaarzetten: Any
):
    taak = klaarzetten(fatima)
    assert "Nog niet geopend." in fatima.client.get(adres(taak)).content.decode()
    fatima.client.head(f"/taken/{taak.pk}")
    assert fatima.client.get(f"/taken/{taak.pk}", headers={"Sec-Purpose": "prefetch"}).status_code == 503
    assert [g["soort"] for g in als_json(fatima, taak)["gebeurtenissen"]] == ["taak-aangemaakt"]  # dat is geen openen

    for _keer in range(2):  # de tweede keer komt er niets bij
        assert "De taak is geopend." in fatima.client.get(f"/taken/{taak.pk}").content.decode()

    gemaakt, geopend = als_json(fatima, taak)["gebeurtenissen"]
    assert (gemaakt["soort"], geopend["soort"]) == ("taak-aangemaakt", "taak-geopend")
    assert (geopend["door"], geopend["niveau"]) == ("uzelf", "midden (DigiD midden, eHerkenning 2+)")
    assert "uzelf, ingelogd op niveau midden" in fatima.client.get(adres(taak)).content.decode()
    assert Taak.objects.als_systeem("test").get().versie == taak.versie  # lezen verandert niets aan de taak


def test_een_taak_boven_iemands_niveau_is_niet_geopend(fatima: Persoon, klaarzetten: Any):
    taak = klaarzetten(fatima, minimaal_niveau=4)
    assert fatima.client.get(f"/taken/{taak.pk}").status_code == 200  # de pagina die om een hoger niveau vraagt
    assert not Gebeurtenis.objects.filter(soort="taak-geopend").exists()


def test_lezen_kost_na_de_eerste_keer_een_vast_aantal_query_s(
    fatima: Persoon, klaarzetten: Any, django_assert_num_queries: Any
):
    taak = klaarzetten(fatima)
    fatima.client.get(f"/taken/{taak.pk}")
    with CaptureQueriesContext(connection) as kort:
        fatima.client.get(f"/taken/{taak.pk}")
    for _keer in range(5):
        handelingen.kies_herinnering(taak.pk, fatima.toegang, vandaag() + timedelta(days=1))
        handelingen.kies_herinnering(taak.pk, fatima.toegang, None)
    with django_assert_num_queries(len(kort)):
        fatima.client.get(f"/taken/{taak.pk}")
