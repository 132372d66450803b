"""Een ketenpartner regelt zelf wie er namens haar binnenkomt; wie van twee ketenpartners is, kiest."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portaal.betrokkenen.models import Ketenpartner, KetenpartnerLid, Uitnodiging
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.tijd import nu
from tests.inloggen.hulp import ingelogd, log_in, toegang_van

pytestmark = pytest.mark.django_db


@pytest.fixture
def notaris(db: None) -> Ketenpartner:
    zet_ketenpartners_klaar()
    return Ketenpartner.objects.get(naam="Notariskantoor De Waal")


@pytest.fixture
def anne(notaris: Ketenpartner) -> Client:
    """De beheerder van de notaris, ingelogd."""
    browser = Client()
    log_in(browser, "anne")
    return browser


def lid(notaris: Ketenpartner, rol: str) -> KetenpartnerLid:
    return notaris.leden.get(rol=rol)


def nodig_uit(anne: Client, naam: str = "Sander Mulder", rol: str = "behandelaar") -> str:
    """Anne maakt een uitnodiging; geeft het pad van de link."""
    pagina = anne.post("/organisatie", {"naam": naam, "rol": rol}).content.decode()
    link = re.search(r'value="http://testserver(/inloggen/uitnodiging/[^"]+)"', pagina)
    assert link
    return link[1]


# --- uitnodigen -------------------------------------------------------------------------------------------------------
def test_anne_nodigt_sander_uit_en_hij_komt_binnen(anne: Client, notaris: Ketenpartner) -> None:
    link, sander = nodig_uit(anne), Client()
    assert "U bent uitgenodigd door Notariskantoor De Waal" in sander.get(link).content.decode()
    assert log_in(sander, "sander").headers["Location"] == "/overzicht"
    toegang = toegang_van(sander)
    assert (toegang.rol, toegang.namens) == ("behandelaar", "Notariskantoor De Waal")
    assert not Uitnodiging.objects.exists()
    assert "Sander Mulder" in anne.get("/organisatie").content.decode()


def test_van_de_code_staat_alleen_de_hash_in_de_database_en_niets_in_het_boek(anne: Client) -> None:
    code = nodig_uit(anne).rsplit("/", 1)[1]
    uitnodiging = Uitnodiging.objects.get()
    assert code not in str(vars(uitnodiging))
    gebeurtenis = Gebeurtenis.objects.get(soort=Soort.KETENPARTNER_UITGENODIGD)
    assert "Sander" not in str(gebeurtenis.feiten)
    assert code not in str(gebeurtenis.feiten)


def test_de_link_alleen_is_niet_genoeg_de_dienst_moet_zeggen_dat_iemand_bij_de_organisatie_hoort(
    anne: Client, notaris: Ketenpartner
) -> None:
    bij_een_ander = Client()
    bij_een_ander.get(nodig_uit(anne))
    log_in(bij_een_ander, "ilse")
    assert toegang_van(bij_een_ander).namens == "Straatwerk Reparaties BV"
    assert notaris.leden.count() == 3
    assert Uitnodiging.objects.count() == 1


def test_een_uitnodiging_werkt_een_keer(anne: Client, notaris: Ketenpartner) -> None:
    link = nodig_uit(anne)
    eerste, tweede = Client(), Client()
    for browser in (eerste, tweede):
        browser.get(link)
    log_in(eerste, "sander")
    assert tweede.get(link).status_code == 404
    notaris.leden.filter(naam__isnull=False).last()
    anne.post(f"/organisatie/leden/{KetenpartnerLid.objects.latest('toegevoegd_op').pk}/intrekken")
    assert log_in(tweede, "sander").status_code == 403


def test_na_zeven_dagen_werkt_de_link_niet_meer(anne: Client, time_machine: Any) -> None:
    link = nodig_uit(anne)
    time_machine.move_to(nu() + timedelta(days=7, minutes=1))
    browser = Client()
    assert "werkt niet meer" in browser.get(link).content.decode()
    assert log_in(browser, "sander").status_code == 403


def test_anne_trekt_een_uitnodiging_in(anne: Client) -> None:
    link = nodig_uit(anne)
    browser = Client()
    browser.get(link)
    anne.post(f"/organisatie/uitnodigingen/{Uitnodiging.objects.get().pk}/intrekken")
    assert browser.get(link).status_code == 404
    assert log_in(browser, "sander").status_code == 403
    assert ingelogd() == ingelogd()


def test_een_uitnodiging_geeft_wie_al_lid_is_geen_andere_rol(anne: Client, notaris: Ketenpartner) -> None:
    browser = Client()
    browser.get(nodig_uit(anne, rol="beheerder"))
    log_in(browser, "tom")
    assert toegang_van(browser).rol == "behandelaar"


def test_zonder_naam_blijft_de_pagina_staan_en_zegt_wat_er_moet(anne: Client) -> None:
    antwoord = anne.post("/organisatie", {"naam": "", "rol": "lezer"})
    assert "Vul de naam van uw collega in." in antwoord.content.decode()
    assert not Uitnodiging.objects.exists()


# --- rollen en intrekken ------------------------------------------------------------------------------------------------
def test_een_andere_rol_geldt_bij_de_volgende_klik(anne: Client, notaris: Ketenpartner) -> None:
    tom = Client()
    log_in(tom, "tom")
    anne.post(f"/organisatie/leden/{lid(notaris, 'behandelaar').pk}/rol", {"rol": "beheerder"})
    assert toegang_van(tom).rol == "beheerder"
    assert tom.get("/organisatie").status_code == 200


def test_intrekken_werkt_meteen_ook_in_een_open_sessie(anne: Client, notaris: Ketenpartner) -> None:
    tom = Client()
    log_in(tom, "tom")
    anne.post(f"/organisatie/leden/{lid(notaris, 'behandelaar').pk}/intrekken")
    antwoord = tom.get("/overzicht")
    assert "reden=ingetrokken" in antwoord.headers["Location"]
    assert "Tom Kuipers" not in anne.get("/organisatie").content.decode()


@pytest.mark.parametrize("actie", ["rol", "intrekken"])
def test_anne_kan_haar_eigen_toegang_niet_wijzigen(anne: Client, notaris: Ketenpartner, actie: str) -> None:
    """Zo blijft er altijd een beheerder."""
    zelf = lid(notaris, "beheerder")
    assert anne.post(f"/organisatie/leden/{zelf.pk}/{actie}", {"rol": "lezer"}).status_code == 404
    assert lid(notaris, "beheerder").ingetrokken_op is None


def test_een_behandelaar_heeft_geen_menu_en_geen_pagina(notaris: Ketenpartner) -> None:
    tom = Client()
    log_in(tom, "tom")
    assert "/organisatie" not in tom.get("/overzicht").content.decode()
    assert tom.get("/organisatie").status_code == 403


def test_anne_ziet_wie_wat_deed(anne: Client, notaris: Ketenpartner) -> None:
    nodig_uit(anne)
    anne.post(f"/organisatie/leden/{lid(notaris, 'behandelaar').pk}/rol", {"rol": "lezer"})
    pagina = anne.get("/organisatie/wie-deed-wat").content.decode()
    assert pagina.index("gaf een collega een andere rol") < pagina.index("nodigde een collega uit")
    assert pagina.count("Anne de Waal</strong>") == 2


def test_wie_deed_wat_bladert(anne: Client) -> None:
    for _keer in range(21):
        nodig_uit(anne)
    eerste = anne.get("/organisatie/wie-deed-wat").content.decode()
    assert eerste.count("nodigde een collega uit") == 20
    verder = re.search(r"\?voor=(\d+)", eerste)
    assert verder
    assert (
        anne.get(f"/organisatie/wie-deed-wat?voor={verder[1]}").content.decode().count("nodigde een collega uit") == 1
    )


# --- van twee ketenpartners -----------------------------------------------------------------------------------------------
@pytest.fixture
def mila(notaris: Ketenpartner) -> Client:
    """Mila is van twee ketenpartners; zij heeft zich bewezen en moet nog kiezen."""
    browser = Client()
    antwoord = log_in(browser, "mila", naar="/taken")
    assert antwoord.headers["Location"] == "/inloggen/namens?next=%2Ftaken"
    return browser


def lid_van_mila(naam: str) -> str:
    leden = KetenpartnerLid.objects.filter(ketenpartner__naam=naam)
    return next(str(lid.pk) for lid in leden if lid.naam == persoon("mila").naam)


def test_mila_kiest_namens_wie_en_gaat_verder_naar_haar_pagina(mila: Client) -> None:
    keuze = mila.get("/inloggen/namens?next=/taken").content.decode()
    assert "Verder namens Notariskantoor De Waal" in keuze
    assert "Verder namens Straatwerk Reparaties BV" in keuze
    antwoord = mila.post("/inloggen/namens?next=/taken", {"lid": lid_van_mila("Notariskantoor De Waal")})
    assert antwoord.headers["Location"] == "/taken"
    assert (toegang_van(mila).namens, toegang_van(mila).rol) == ("Notariskantoor De Waal", "lezer")


def test_voor_zij_kiest_ziet_mila_niets(mila: Client) -> None:
    antwoord = mila.get("/taken")
    assert antwoord.headers["Location"] == "/inloggen?next=%2Ftaken"
    assert mila.get("/inloggen?next=/taken").headers["Location"] == "/inloggen/namens?next=%2Ftaken"


def test_mila_wisselt_en_krijgt_een_nieuwe_sleutel_maar_niet_meer_tijd(mila: Client, time_machine: Any) -> None:
    mila.post("/inloggen/namens", {"lid": lid_van_mila("Notariskantoor De Waal")})
    (eerst,) = ingelogd()
    mila.post("/inloggen/namens", {"lid": lid_van_mila("Straatwerk Reparaties BV")})
    (daarna,) = ingelogd()
    assert eerst.pk != daarna.pk
    assert eerst.begonnen == daarna.begonnen
    assert toegang_van(mila).rol == "beheerder"


def test_mila_kan_niet_namens_een_ander_lid(mila: Client, notaris: Ketenpartner) -> None:
    mila.post("/inloggen/namens", {"lid": str(lid(notaris, "beheerder").pk)})
    assert mila.get("/overzicht").status_code == 302


def test_een_toegang_die_is_ingetrokken_is_niet_meer_te_kiezen(
    mila: Client, anne: Client, notaris: Ketenpartner
) -> None:
    weg = lid_van_mila("Notariskantoor De Waal")
    anne.post(f"/organisatie/leden/{weg}/intrekken")
    assert "Verder namens Notariskantoor" not in mila.get("/inloggen/namens").content.decode()
    mila.post("/inloggen/namens", {"lid": weg})
    assert mila.get("/overzicht").status_code == 302


def test_wie_van_een_ketenpartner_is_hoeft_niet_te_kiezen(notaris: Ketenpartner) -> None:
    browser = Client()
    assert log_in(browser, "tom").headers["Location"] == "/overzicht"
    assert "Verder namens" not in browser.get("/inloggen/namens").content.decode()
