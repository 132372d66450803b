"""Ketenpartners: een notaris met twee medewerkers en een hersteller van straatmeubilair, en wie er niet in mag."""

import logging
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portaal.betrokkenen import handelingen as partners
from portaal.betrokkenen.handelingen import vind_betrokkene
from portaal.betrokkenen.models import Betrokkene, Ketenpartner, KetenpartnerLid, KetenpartnerRol
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM
from portaal.inloggen.inlogmiddelen import Doelgroep, inlogmiddelen
from portaal.inloggen.models import Sessie
from portaal.inloggen.paden import mag_een_lezer
from portaal.inloggen.partij import MagNietError
from portaal.inloggen.sessies import SessionStore
from portaal.inloggen.toegang import bouw_toegang
from portaal.uuid7 import uuid7
from taken.handelingen import meld_gedaan
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import doorloop, ingelogd, log_in, log_in_beheer, simulator, toegang_van

pytestmark = pytest.mark.django_db

NOTARIS, STRAATWERK = "Notariskantoor De Waal", "Straatwerk Reparaties BV"


@pytest.fixture(autouse=True)
def ketenpartners() -> None:
    zet_ketenpartners_klaar()


def partner(naam: str) -> Ketenpartner:
    return Ketenpartner.objects.get(naam=naam)


def issuer() -> str:
    return inlogmiddelen()["ketenpartner"].issuer


def pk_van(wie: str) -> UUID:
    """De betrokkene die bij het account van deze persoon hoort."""
    pk = vind_betrokkene(NummerSoort.PSEUDONIEM, persoon(wie).sub, issuer())
    assert pk is not None
    return pk


def lid(wie: str) -> KetenpartnerLid:
    return KetenpartnerLid.objects.get(persoon=pk_van(wie))


def taak_voor(wie: str) -> Taak:
    """Een taak die een back-office aan de ketenpartner richt."""
    kvk = persoon(wie).kvk
    return wereld.taak(titel="Herstel de bank", voor=lees_geadresseerde(f"urn:nld:hr:kvknummer:{kvk}:rol:ketenpartner"))


# --- binnenkomen ----------------------------------------------------------------------------------------------------
def test_anne_logt_in_namens_het_notariskantoor(client: Client) -> None:
    assert log_in(client, "anne").headers["Location"] == "/overzicht"
    toegang = toegang_van(client)
    assert (toegang.persoon, toegang.betrokkene) == (pk_van("anne"), partner(NOTARIS).betrokkene_id)
    assert toegang.betrokkenen == {partner(NOTARIS).betrokkene_id}
    assert (toegang.doelgroep, toegang.rol, toegang.niveau) == (Doelgroep.KETENPARTNER, "beheerder", 3)
    assert toegang.mag_handelen


def test_twee_medewerkers_van_de_notaris_zien_hetzelfde_en_zijn_twee_personen(client: Client) -> None:
    collega = Client()
    log_in(client, "anne")
    log_in(collega, "tom")
    taak = taak_voor("anne")
    assert client.get(f"/taken/{taak.pk}").status_code == collega.get(f"/taken/{taak.pk}").status_code == 200
    anne, tom = toegang_van(client), toegang_van(collega)
    assert anne.betrokkene == tom.betrokkene
    assert anne.persoon != tom.persoon
    assert (anne.rol, tom.rol) == ("beheerder", "behandelaar")


def test_de_ene_ketenpartner_ziet_niets_van_de_andere(client: Client) -> None:
    taak = taak_voor("anne")
    log_in(client, "ilse")
    assert client.get(f"/taken/{taak.pk}").status_code == 404
    assert "Herstel de bank" not in client.get("/taken").content.decode()


def test_boven_de_pagina_staat_wie_namens_wie(client: Client) -> None:
    log_in(client, "tom")
    pagina = client.get("/overzicht").content.decode()
    assert "Tom Kuipers" in pagina
    assert 'namens <span translate="no">Notariskantoor De Waal</span>' in pagina
    log_in(client, "bakkerij")
    pagina = client.get("/overzicht").content.decode()
    assert "Ingelogd met eHerkenning" in pagina
    assert 'namens <span translate="no">Bakkerij De Hoek</span>' in pagina
    log_in(client, "fatima")
    assert "namens" not in client.get("/overzicht").content.decode()


@pytest.mark.parametrize(("wie", "doelgroep"), [("fatima", "inwoner"), ("bakkerij", "ondernemer")])
def test_wie_geen_ketenpartner_is_heeft_geen_rol_en_mag_handelen(client: Client, wie: str, doelgroep: str) -> None:
    log_in(client, wie)
    toegang = toegang_van(client)
    assert (toegang.doelgroep, toegang.rol, toegang.mag_handelen) == (doelgroep, "", True)


# --- wie er niet in mag ---------------------------------------------------------------------------------------------
def wordt_geweigerd(antwoord: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert antwoord.status_code == 403
    assert "U heeft hier geen toegang namens uw organisatie." in antwoord.content.decode()
    assert ingelogd() == []
    assert "inloggen mislukt: geen-lid (ketenpartner)" in caplog.text
    assert not any("demo-" in regel or "Sander" in regel for regel in caplog.messages)


def test_een_geldig_account_zonder_lidmaatschap_komt_er_niet_in_en_laat_niets_achter(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    eerder = Betrokkene.objects.count()
    wordt_geweigerd(doorloop(client, "ketenpartner", persoon="sander"), caplog)
    assert Betrokkene.objects.count() == eerder


def test_een_organisatie_die_geen_ketenpartner_is_komt_er_niet_in(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Ook niet als de portaal haar al kent, van een taak."""
    KetenpartnerLid.objects.all().delete()
    Ketenpartner.objects.all().delete()
    wordt_geweigerd(doorloop(client, "ketenpartner", persoon="anne"), caplog)


def test_een_lid_van_de_ene_komt_niet_binnen_bij_de_andere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """De inlogdienst noemt een organisatie waar deze persoon geen lid van is."""
    lid("anne").delete()
    partners.voeg_lid_toe(partner(STRAATWERK).pk, issuer(), persoon("anne").sub, KetenpartnerRol.BEHANDELAAR, SYSTEEM)
    wordt_geweigerd(doorloop(client, "ketenpartner", persoon="anne"), caplog)


def test_hetzelfde_kenmerk_bij_een_andere_inlogdienst_is_iemand_anders(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    sub = persoon("sander").sub
    partners.voeg_lid_toe(partner(NOTARIS).pk, "https://elders.test", sub, KetenpartnerRol.BEHEERDER, SYSTEEM)
    wordt_geweigerd(doorloop(client, "ketenpartner", persoon="sander"), caplog)


def test_wie_lid_is_van_twee_komt_binnen_bij_de_organisatie_die_de_inlogdienst_noemt(client: Client) -> None:
    partners.voeg_lid_toe(partner(STRAATWERK).pk, issuer(), persoon("anne").sub, KetenpartnerRol.LEZER, SYSTEEM)
    log_in(client, "anne")
    toegang = toegang_van(client)
    assert (toegang.namens, toegang.rol) == (NOTARIS, "beheerder")


def test_alleen_een_wachtwoord_is_te_weinig(client: Client) -> None:
    antwoord = doorloop(client, "ketenpartner", persoon="anne", niveau="1")
    assert antwoord.status_code == 403
    assert ingelogd() == []


# --- intrekken ------------------------------------------------------------------------------------------------------
def test_intrekken_werkt_meteen_ook_in_een_open_sessie(client: Client) -> None:
    log_in(client, "tom")
    assert client.get("/overzicht").status_code == 200
    partners.verwijder_lid(lid("tom").pk, SYSTEEM)
    antwoord = client.get("/overzicht")
    assert antwoord.headers["Location"] == "/inloggen?next=%2Foverzicht&reden=ingetrokken"
    assert ingelogd() == []
    pagina = client.get(antwoord.headers["Location"]).content.decode()
    assert "uw toegang namens uw organisatie is ingetrokken" in pagina


def test_na_intrekken_kan_tom_niet_opnieuw_inloggen_en_anne_wel(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    partners.verwijder_lid(lid("tom").pk, SYSTEEM)
    wordt_geweigerd(doorloop(client, "ketenpartner", persoon="tom"), caplog)
    log_in(client, "anne")
    assert len(ingelogd()) == 1


def test_een_ketenpartner_die_uit_staat_laat_niemand_meer_binnen(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    log_in(client, "tom")
    partners.zet_ketenpartner_actief(partner(NOTARIS).pk, SYSTEEM, actief=False)
    assert client.get("/overzicht").status_code == 302
    wordt_geweigerd(doorloop(client, "ketenpartner", persoon="anne"), caplog)


def test_een_andere_rol_geldt_meteen(client: Client) -> None:
    log_in(client, "tom")
    partners.wijzig_rol(lid("tom").pk, KetenpartnerRol.LEZER, SYSTEEM)
    toegang = toegang_van(client)
    assert (toegang.rol, toegang.mag_handelen) == ("lezer", False)


def test_een_sessie_van_een_ketenpartner_zonder_lid_geeft_geen_toegang(client: Client) -> None:
    log_in(client, "tom")
    Sessie.objects.update(lid=None)
    assert client.get("/overzicht").status_code == 302


def test_een_lid_in_een_sessie_van_een_ander_middel_geeft_geen_toegang(client: Client) -> None:
    log_in(client, "tom")
    Sessie.objects.update(middel="eherkenning")
    assert client.get("/overzicht").status_code == 302


# --- wat een lezer mag ----------------------------------------------------------------------------------------------
def test_een_lezer_ziet_de_taak_maar_geen_knop(client: Client) -> None:
    taak = taak_voor("bram")
    log_in(client, "bram")
    pagina = client.get(f"/taken/{taak.pk}").content.decode()
    assert "Herstel de bank" in pagina
    assert "maar niet doen" in pagina
    assert "Ik heb dit gedaan" not in pagina
    assert taak.uitvoerlink not in pagina


def test_een_lezer_kan_niets_doen_ook_niet_buiten_de_knop_om(client: Client) -> None:
    taak = taak_voor("bram")
    log_in(client, "bram")
    assert client.post(f"/taken/{taak.pk}/gedaan").status_code == 403
    with pytest.raises(MagNietError):
        meld_gedaan(taak.pk, toegang_van(client))
    assert Taak.objects.als_systeem("test").get(pk=taak.pk).gemeld_op is None


def test_een_pagina_die_vergeet_te_vragen_of_iemand_mag_handelen_is_voor_een_lezer_vanzelf_dicht(
    client: Client, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.inloggen.adressen"
    log_in(client, "bram")
    assert client.get("/vergeten").status_code == 200
    assert client.post("/vergeten").status_code == 403
    log_in(client, "ilse")
    assert client.post("/vergeten").status_code == 200


def test_een_lezer_kan_wel_uitloggen_langer_kijken_en_een_taal_kiezen(client: Client) -> None:
    log_in(client, "bram")
    assert client.post("/sessie/verlengen").status_code == 204
    assert client.post("/taal", {"language": "en", "next": "/overzicht"}).status_code == 302
    with simulator():
        assert client.post("/uitloggen").status_code == 200
    assert ingelogd() == []


def test_wat_een_lezer_las_of_opborg_is_van_hemzelf() -> None:
    bericht = f"/berichten/{uuid7()}"
    assert mag_een_lezer("POST", f"{bericht}/archiveer")
    assert not mag_een_lezer("POST", f"{bericht}/beantwoord")
    assert not mag_een_lezer("POST", f"/taken/{uuid7()}/archiveer")


def test_een_behandelaar_doet_de_taak_en_het_boek_noemt_wie_en_namens_wie(client: Client) -> None:
    taak = taak_voor("ilse")
    log_in(client, "ilse")
    assert "Ik heb dit gedaan" in client.get(f"/taken/{taak.pk}").content.decode()
    assert client.post(f"/taken/{taak.pk}/gedaan").status_code == 302
    gemeld = Gebeurtenis.objects.get(soort=Soort.TAAK_GEMELD)
    assert (gemeld.actor, gemeld.namens) == (pk_van("ilse"), partner(STRAATWERK).betrokkene_id)


def test_een_onbekende_rol_mag_niets(client: Client) -> None:
    log_in(client, "ilse")
    KetenpartnerLid.objects.filter(pk=lid("ilse").pk).update(rol="directeur")
    assert not toegang_van(client).mag_handelen


# --- de sessie ------------------------------------------------------------------------------------------------------
def test_een_pagina_kost_een_query_voor_de_sessie_van_een_ketenpartner(client: Client) -> None:
    log_in(client, "anne")
    with CaptureQueriesContext(connection) as vragen:
        toegang = bouw_toegang(SessionStore(client.cookies["sessie"].value))
    assert toegang is not None
    assert len(vragen) == 1


def test_het_kenmerk_en_de_naam_van_een_lid_staan_nergens_leesbaar(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    log_in(client, "anne")
    with connection.cursor() as cursor:
        for tabel in ("portaal_betrokkenen_ketenpartnerlid", "portaal_betrokkenen_identificatie"):
            cursor.execute(f"SELECT string_agg(row_to_json(t)::text, ' ') FROM {tabel} t")
            (tekst,) = cursor.fetchone()
            assert "Anne" not in tekst
            assert "demo-anne" not in tekst
    assert str(lid("anne").naam) == "Anne de Waal"
    assert not any("demo-anne" in regel or "Anne" in regel for regel in caplog.messages)


# --- twee werelden ----------------------------------------------------------------------------------------------------
def test_een_beheerder_van_een_ketenpartner_is_geen_medewerker(client: Client) -> None:
    log_in(client, "anne")
    assert client.get("/beheer/").status_code == 302
    client.cookies["beheer_sessie"] = client.cookies["sessie"].value
    assert client.get("/beheer/").status_code == 302


def test_een_medewerker_met_hetzelfde_kenmerk_is_geen_lid(client: Client) -> None:
    log_in_beheer(client, sub=persoon("anne").sub)
    assert client.get("/overzicht").status_code == 302
