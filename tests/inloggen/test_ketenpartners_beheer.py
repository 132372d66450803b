"""Een medewerker registreert een ketenpartner, geeft mensen toegang en trekt die in."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from portaal.betrokkenen.handelingen import koppel_identificatie, vind_betrokkene, vind_of_maak_betrokkene
from portaal.betrokkenen.models import Betrokkene, Ketenpartner, KetenpartnerLid
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.inlogmiddelen import InlogmiddelenFout, lees_inlogmiddelen
from portaal.logboek.models import Inzage
from portaal.notificaties.models import Contactadres
from portaal.notificaties.tasks import verstuur_wachtende
from tests import wereld
from tests.inloggen.hulp import log_in, log_in_beheer, toegang_van

pytestmark = pytest.mark.django_db

LIJST = "/beheer/portaal_betrokkenen/ketenpartner/"
KOPPELEN = "/beheer/portaal_betrokkenen/betrokkene/"
RSIN = "999990019"


def pagina(partner: Ketenpartner, verder: str = "") -> str:
    return f"{LIJST}{partner.pk}/{verder or 'change/'}"


def notaris() -> Ketenpartner:
    zet_ketenpartners_klaar()
    return Ketenpartner.objects.get(naam="Notariskantoor De Waal")


def lid(partner: Ketenpartner, rol: str) -> KetenpartnerLid:
    return partner.leden.get(rol=rol)


def html(antwoord: Any) -> str:
    assert antwoord.status_code == 200
    return str(antwoord.content.decode())


def test_marieke_registreert_de_notaris_en_geeft_anne_toegang(client: Client) -> None:
    marieke = log_in_beheer(client)
    anne = persoon("anne")
    nieuw = {"naam": "Notariskantoor De Waal", "soort": "kvk_nummer", "nummer": anne.kvk}
    assert client.post(f"{LIJST}add/", nieuw).status_code == 302
    partner = Ketenpartner.objects.get()
    gegevens = {"naam": anne.naam, "inlogmiddel": "ketenpartner", "kenmerk": anne.sub, "rol": "beheerder"}
    assert client.post(pagina(partner, "lid/"), gegevens).headers["Location"] == pagina(partner)
    log_in(browser := Client(), "anne")
    assert toegang_van(browser).rol == "beheerder"
    toegevoegd = Gebeurtenis.objects.get(soort=Soort.KETENPARTNER_LID_TOEGEVOEGD)
    assert (toegevoegd.actor_soort, toegevoegd.actor) == ("medewerker", marieke.pk)


def test_de_pagina_toont_de_leden_en_de_geschiedenis_en_wie_keek_staat_in_het_logboek(client: Client) -> None:
    partner = notaris()
    marieke = log_in_beheer(client)
    tekst = html(client.get(pagina(partner)))
    assert "Anne de Waal" in tekst
    assert "Tom Kuipers" in tekst
    assert "Iemand heeft toegang gekregen." in tekst
    assert persoon("anne").kvk not in tekst
    assert "demo-anne" not in tekst
    assert Inzage.objects.filter(actor=marieke.pk, record_soort="ketenpartner", record_id=partner.pk).exists()


def test_marieke_trekt_de_toegang_van_tom_in_terwijl_hij_is_ingelogd(client: Client) -> None:
    partner = notaris()
    log_in(tom := Client(), "tom")
    log_in_beheer(client)
    assert client.post(pagina(partner, f"lid/{lid(partner, 'behandelaar').pk}/intrekken/")).status_code == 302
    assert tom.get("/overzicht").status_code == 302
    assert "De toegang is ingetrokken." in html(client.get(pagina(partner)))


def test_marieke_geeft_tom_een_andere_rol(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client)
    tom = lid(partner, "behandelaar")
    assert client.post(pagina(partner, f"lid/{tom.pk}/rol/"), {"rol": "lezer"}).status_code == 302
    assert client.post(pagina(partner, f"lid/{tom.pk}/rol/"), {"rol": "baas"}).status_code == 400
    tom.refresh_from_db()
    assert tom.rol == "lezer"


def test_marieke_zet_de_notaris_uit_en_weer_aan(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client)
    for stand, actief in (("nee", False), ("ja", True)):
        assert client.post(pagina(partner, "actief/"), {"actief": stand}).status_code == 302
        partner.refresh_from_db()
        assert partner.actief is actief


def test_een_lid_is_alleen_te_wijzigen_bij_zijn_eigen_ketenpartner(client: Client) -> None:
    partner = notaris()
    straatwerk = Ketenpartner.objects.get(naam="Straatwerk Reparaties BV")
    log_in_beheer(client)
    assert client.post(pagina(straatwerk, f"lid/{lid(partner, 'beheerder').pk}/intrekken/")).status_code == 404
    assert lid(partner, "beheerder").actief


def test_wat_verandert_gaat_met_post_en_nooit_met_een_link(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client)
    anne = lid(partner, "beheerder").pk
    for verder in (f"lid/{anne}/intrekken/", f"lid/{anne}/rol/", "actief/"):
        assert client.get(pagina(partner, verder)).status_code == 405
    assert client.post(pagina(partner), {"naam": "Anders"}).status_code == 403


def test_fouten_in_het_formulier_staan_bij_het_veld(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client)
    dubbel = {"naam": "Nog eens", "soort": "kvk_nummer", "nummer": persoon("anne").kvk}
    assert "al ketenpartner" in html(client.post(f"{LIJST}add/", dubbel))
    assert "8 cijfers" in html(client.post(f"{LIJST}add/", {**dubbel, "nummer": "123"}))
    anne = {"inlogmiddel": "ketenpartner", "kenmerk": persoon("anne").sub, "rol": "lezer"}
    assert "al toegang" in html(client.post(pagina(partner, "lid/"), anne))
    assert html(client.post(pagina(partner, "lid/"), {**anne, "inlogmiddel": "digid"}))
    assert Ketenpartner.objects.count() == 3


def test_alleen_inlogdiensten_voor_ketenpartners_zijn_te_kiezen(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client)
    keuzes = re.findall(r'<option value="([a-z-]+)"', html(client.get(pagina(partner, "lid/"))))
    assert keuzes == ["ketenpartner", "beheerder", "behandelaar", "lezer"]


def test_een_behandelaar_kijkt_alleen(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client, "behandelaar", "demo-youssef")
    tekst = html(client.get(pagina(partner)))
    assert "Anne de Waal" in tekst
    assert "Toegang intrekken" not in tekst
    anne = lid(partner, "beheerder").pk
    for verder in ("lid/", f"lid/{anne}/intrekken/", f"lid/{anne}/rol/", "actief/", "teamadres/"):
        assert client.post(pagina(partner, verder), {"rol": "lezer"}).status_code == 403
    assert client.get(f"{LIJST}add/").status_code == 403
    assert client.get(KOPPELEN).status_code == 403


def test_de_postbus_van_het_team(client: Client) -> None:
    partner = notaris()
    log_in_beheer(client)
    assert client.post(pagina(partner, "teamadres/"), {"adres": "kantoor@notaris.test"}).status_code == 302
    assert Contactadres.objects.get(betrokkene=partner.betrokkene_id).adres == "kantoor@notaris.test"
    assert "kantoor@notaris.test" in html(client.get(pagina(partner)))


def test_het_team_krijgt_bericht_als_er_iets_klaarstaat(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    partner, kvk = notaris(), persoon("anne").kvk
    log_in_beheer(client)
    client.post(pagina(partner, "teamadres/"), {"adres": "kantoor@notaris.test"})
    wereld.taak(titel="Onderteken de akte", voor=lees_geadresseerde(f"urn:nld:hr:kvknummer:{kvk}:rol:ketenpartner"))
    lever_af()
    verstuur_wachtende()
    (mail_,) = mail.outbox
    assert mail_.to == ["kantoor@notaris.test"]
    assert "akte" not in f"{mail_.subject} {mail_.body}"


# --- nummers van hetzelfde bedrijf --------------------------------------------------------------------------------------
def taak_aan_rsin() -> str:
    voor = lees_geadresseerde(f"urn:nld:hr:rsin:{RSIN}")
    return str(wereld.taak(titel="Doe aangifte", voor=voor).pk)


@pytest.mark.parametrize("eerst_de_taak", [True, False])
def test_de_bakkerij_ziet_met_haar_kvk_ook_wat_aan_haar_rsin_is_gericht(client: Client, eerst_de_taak: bool) -> None:
    log_in_beheer(client)
    nummers = {"kvk": persoon("bakkerij").kvk, "soort": "rsin", "nummer": RSIN}
    taak = taak_aan_rsin() if eerst_de_taak else ""
    assert client.post(KOPPELEN, nummers).status_code == 302
    taak = taak or taak_aan_rsin()
    log_in(client, "bakkerij")
    assert client.get(f"/taken/{taak}").status_code == 200
    log_in(client, "vestiging")
    assert client.get(f"/taken/{taak}").status_code == 404


def test_zonder_koppeling_ziet_de_bakkerij_het_niet(client: Client) -> None:
    taak = taak_aan_rsin()
    log_in(client, "bakkerij")
    assert client.get(f"/taken/{taak}").status_code == 404


def test_een_nummer_dat_er_niet_bij_kan_krijgt_uitleg(client: Client) -> None:
    ander = vind_of_maak_betrokkene(NummerSoort.KVK, persoon("anne").kvk)
    vind_of_maak_betrokkene(NummerSoort.RSIN, RSIN)
    koppel_identificatie(ander, NummerSoort.RSIN, RSIN)
    log_in_beheer(client)
    nummers = {"kvk": persoon("bakkerij").kvk, "soort": "rsin", "nummer": RSIN}
    assert "hoort al bij een ander bedrijf" in html(client.post(KOPPELEN, nummers))
    assert "elfproef" in html(client.post(KOPPELEN, {**nummers, "nummer": "123456789"}))
    assert "8 cijfers" in html(client.post(KOPPELEN, {**nummers, "kvk": "1"}))
    rsin = vind_betrokkene(NummerSoort.RSIN, RSIN)
    assert rsin is not None
    assert Betrokkene.objects.get(pk=rsin).onderdeel_van_id == ander


def test_het_beheer_toont_geen_lijst_van_betrokkenen(client: Client) -> None:
    fatima = wereld.fatima()
    log_in_beheer(client)
    assert str(fatima) not in html(client.get(KOPPELEN))
    assert client.get(f"{KOPPELEN}{fatima}/change/").status_code == 403


# --- instellen ----------------------------------------------------------------------------------------------------------
MIDDEL = """
[[middel]]
sleutel = "partner"
naam = "Partner"
doelgroep = "ketenpartner"
issuer = "https://inloggen.voorbeeld.test"
client_id = "x"
client_secret = "y"
nummers = [{ soort = "oin", claim = "oin" }]
persoon = { soort = "pseudoniem", claim = "sub" }
niveau = { claim = "acr", waarden = { hoog = 3 } }
"""


@pytest.mark.parametrize(
    ("van", "naar", "fout"),
    [
        ('persoon = { soort = "pseudoniem", claim = "sub" }', "", "persoon"),
        ('"pseudoniem"', '"bsn"', "persoon"),
        ('soort = "oin"', 'soort = "bsn"', "nummers"),
        ('claim = "sub" }', 'claim = "sub" }\nvestiging = "v"', "vestiging"),
    ],
)
def test_een_inlogmiddel_voor_ketenpartners_dat_te_ruim_zou_zijn_wordt_geweigerd(
    van: str, naar: str, fout: str
) -> None:
    assert lees_inlogmiddelen(MIDDEL, {})
    with pytest.raises(InlogmiddelenFout, match=f"partner: {fout}"):
        lees_inlogmiddelen(MIDDEL.replace(van, naar), {})
