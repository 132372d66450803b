"""Wie mag inloggen komt binnen, met niet meer dan is bewezen."""

import re
from typing import Any

import pytest
from django.test import Client

from portaal.betrokkenen.handelingen import vind_betrokkene
from portaal.betrokkenen.models import Betrokkene
from portaal.betrokkenen.nummers import NummerSoort
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import PERSONEN, persoon
from portaal.inloggen.models import Sessie
from tests.inloggen.hulp import begin, doorloop, ingelogd, kies, log_in, pad, simulator, toegang_van, vragen
from tests.wereld import fatima

pytestmark = pytest.mark.django_db


def test_fatima_logt_in_met_digid_en_ziet_haar_overzicht(client: Client) -> None:
    antwoord = log_in(client, "fatima")
    assert antwoord.status_code == 302
    assert antwoord.headers["Location"] == "/overzicht"
    (sessie,) = ingelogd()
    assert (sessie.persoon_id, sessie.betrokkene_id, sessie.niveau, sessie.middel) == (fatima(), fatima(), 2, "digid")
    assert sessie.naam == ""
    assert sessie.sid
    assert client.get("/overzicht").status_code == 200


def test_wie_een_pagina_vroeg_komt_daar_na_het_inloggen_terug(client: Client) -> None:
    heen = client.get("/taken")
    assert heen.headers["Location"] == "/inloggen?next=%2Ftaken"
    keuze = client.get(heen.headers["Location"]).content.decode()
    assert 'href="/inloggen/digid?next=%2Ftaken"' in keuze.replace("/taken", "%2Ftaken")
    assert log_in(client, "fatima", naar="/taken").headers["Location"] == "/taken"


@pytest.mark.parametrize(
    "elders",
    ["https://kwaad.test/", "//kwaad.test", "/\\kwaad.test", "javascript:alert(1)", "/%09/kwaad.test\t", "taken"],
)
def test_na_het_inloggen_gaat_niemand_naar_een_ander_adres(client: Client, elders: str) -> None:
    naar = log_in(client, "fatima", naar=elders).headers["Location"]
    assert naar == "/overzicht" or (naar.startswith("/%09/") and "//" not in naar.removeprefix("/"))


def test_de_bakkerij_logt_in_met_eherkenning_en_handelt_voor_haar_vestigingen(client: Client) -> None:
    log_in(Client(), "vestiging")
    log_in(client, "bakkerij")
    bedrijf = vind_betrokkene(NummerSoort.KVK, persoon("bakkerij").kvk)
    vestiging = vind_betrokkene(NummerSoort.VESTIGING, persoon("vestiging").vestiging)
    sessie = Sessie.objects.get(pk=client.cookies["sessie"].value)
    assert (sessie.betrokkene_id, sessie.niveau, sessie.namens) == (bedrijf, 3, "Bakkerij De Hoek")
    assert toegang_van(client).betrokkenen == {bedrijf, vestiging}


def test_wie_er_aan_de_knoppen_zit_is_bij_een_bedrijf_een_ander_dan_het_bedrijf(client: Client) -> None:
    log_in(client, "bakkerij")
    (sessie,) = ingelogd()
    assert sessie.persoon_id != sessie.betrokkene_id
    assert sessie.persoon is not None
    assert sessie.persoon.soort == "natuurlijk_persoon"


def test_een_sessie_van_een_vestiging_ziet_het_bedrijf_niet(client: Client) -> None:
    log_in(Client(), "bakkerij")
    log_in(client, "vestiging")
    vestiging = vind_betrokkene(NummerSoort.VESTIGING, persoon("vestiging").vestiging)
    assert vestiging is not None
    assert toegang_van(client).betrokkenen == {vestiging}
    assert Betrokkene.objects.get(pk=vestiging).onderdeel_van_id == vind_betrokkene(
        NummerSoort.KVK, persoon("bakkerij").kvk
    )


def test_een_vestiging_die_al_bekend_was_hoort_na_het_inloggen_bij_haar_bedrijf(client: Client) -> None:
    """Een back-office zette eerder iets klaar voor de vestiging, zonder het bedrijf te noemen."""
    from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene

    eerder = vind_of_maak_betrokkene(NummerSoort.VESTIGING, persoon("vestiging").vestiging)
    log_in(client, "vestiging")
    log_in(client, "bakkerij")
    assert eerder in toegang_van(client).betrokkenen


@pytest.mark.parametrize(("getypt", "bsn"), [("s00000000:999990019", "999990019"), ("999990019", "999990019")])
def test_een_bsn_met_de_sectorcode_van_het_bsn_telt(client: Client, getypt: str, bsn: str) -> None:
    doorloop(client, "digid", nummer=getypt)
    (sessie,) = ingelogd()
    assert sessie.betrokkene_id == vind_betrokkene(NummerSoort.BSN, bsn)


@pytest.mark.parametrize("niveau", [1, 2, 3, 4])
def test_het_niveau_van_de_inlog_staat_bij_de_sessie(client: Client, niveau: int) -> None:
    doorloop(client, "digid", persoon="fatima", niveau=str(niveau))
    assert [s.niveau for s in ingelogd()] == [niveau]


def test_twee_keer_inloggen_geeft_dezelfde_betrokkene(client: Client) -> None:
    log_in(client, "fatima")
    log_in(Client(), "fatima")
    assert Betrokkene.objects.count() == 1


@pytest.mark.parametrize("wie", [p.sleutel for p in PERSONEN if p.middel != "ketenpartner" or p.rol])
def test_iedereen_van_de_demo_kan_inloggen(client: Client, wie: str) -> None:
    zet_ketenpartners_klaar()
    naar = log_in(client, wie).headers["Location"]
    assert client.get(naar).status_code == 200


# --- wat wij vragen -------------------------------------------------------------------------------------------------
def test_de_aanvraag_heeft_pkce_state_nonce_en_niveau(client: Client) -> None:
    with simulator():
        gevraagd = vragen(begin(client, "digid").headers["Location"])
    assert gevraagd["response_type"] == "code"
    assert gevraagd["code_challenge_method"] == "S256"
    assert len(gevraagd["code_challenge"]) == 43
    assert len(gevraagd["state"]) >= 22  # 128 bits in 62 tekens
    assert len(gevraagd["nonce"]) >= 22
    assert gevraagd["redirect_uri"] == "http://testserver/inloggen/digid/terug"
    assert "PasswordProtectedTransport" in gevraagd["acr_values"]


def test_elke_poging_heeft_een_eigen_state_nonce_en_verifier(client: Client) -> None:
    with simulator():
        een, twee = (vragen(begin(client, "digid").headers["Location"]) for _keer in range(2))
    assert all(een[naam] != twee[naam] for naam in ("state", "nonce", "code_challenge"))


def test_een_onbekend_middel_bestaat_niet(client: Client) -> None:
    assert client.get("/inloggen/facebook").status_code == 404


# --- annuleren ------------------------------------------------------------------------------------------------------
def test_annuleren_is_geen_fout(client: Client) -> None:
    antwoord = doorloop(client, "digid", annuleren="ja")
    assert (antwoord.status_code, antwoord.headers["Location"]) == (302, "/inloggen?reden=geannuleerd")
    pagina = client.get(antwoord.headers["Location"])
    assert pagina.status_code == 200
    assert "U heeft het inloggen geannuleerd." in pagina.content.decode()
    assert ingelogd() == []


# --- de keuzepagina -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("adres", ["/", "/inloggen"])
def test_de_keuze_toont_elk_middel_maar_niet_het_beheer(client: Client, adres: str) -> None:
    pagina = client.get(adres).content.decode()
    assert re.findall(r'href="(/inloggen/[a-z]+)"', pagina) == [
        "/inloggen/digid",
        "/inloggen/eherkenning",
        "/inloggen/ketenpartner",
    ]
    assert "/beheer" not in pagina


def test_een_eigen_tekst_in_het_adres_komt_niet_op_de_pagina(client: Client) -> None:
    assert "Bel 0900" not in client.get("/inloggen", {"reden": "Bel 0900"}).content.decode()


def test_wie_al_is_ingelogd_hoeft_niet_te_kiezen(client: Client) -> None:
    log_in(client, "fatima")
    assert client.get("/inloggen?next=/taken").headers["Location"] == "/taken"


# --- de simulator is zelf streng --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "anders",
    [
        {"redirect_uri": "https://kwaad.test/terug"},
        {"client_id": "een-ander"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"nonce": ""},
        {"response_type": "token"},
    ],
)
def test_de_simulator_weigert_een_aanvraag_die_niet_klopt(client: Client, anders: dict[str, str]) -> None:
    with simulator():
        gevraagd = vragen(begin(client, "digid").headers["Location"])
    assert Client().get("/demo/oidc/digid/authorize", gevraagd | anders).status_code == 400


def test_de_simulator_zegt_dat_hij_niet_echt_is_en_toont_de_mensen(client: Client) -> None:
    with simulator():
        pagina: Any = Client().get(pad(begin(client, "digid").headers["Location"])).content.decode()
    assert "geen echte DigiD" in pagina
    assert all(f">{p.naam}</button>" in pagina for p in PERSONEN if p.middel == "digid")
    assert "Marieke" not in pagina


def test_een_code_van_de_simulator_is_een_keer_te_gebruiken(client: Client) -> None:
    with simulator():
        heen = begin(client, "digid").headers["Location"]
        code = vragen(kies(pad(heen), persoon="fatima"))["code"]
    state = client.session["oidc_states"][vragen(heen)["state"]]
    aanvraag = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://testserver/inloggen/digid/terug",
        "code_verifier": state["code_verifier"],
        "client_id": "mijn-omgeving",
        "client_secret": "alleen-voor-de-demo-digid",
    }
    assert Client().post("/demo/oidc/digid/token", aanvraag).status_code == 200
    assert Client().post("/demo/oidc/digid/token", aanvraag).status_code == 400
