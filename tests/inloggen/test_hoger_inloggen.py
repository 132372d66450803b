"""Wat boven het niveau van de inlog ligt: zien dat het er is, hoger inloggen, en terugkomen bij precies dat ding."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from portaal.betrokkenen.nummers import NummerSoort
from portaal.demo.personen import persoon
from portaal.inloggen.hoger import wegen_omhoog
from portaal.inloggen.inlogmiddelen import Doelgroep
from taken.handelingen import Geadresseerde
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import begin, doorloop, ingelogd, kies, log_in, pad, sessie_voor, simulator, vragen

pytestmark = pytest.mark.django_db


def een_taak(niveau: int = 3) -> Taak:
    """Een taak voor Fatima die een hoger niveau vraagt dan waarmee zij gewoonlijk inlogt."""
    bsn = persoon("fatima").bsn
    voor = Geadresseerde(NummerSoort.BSN, bsn, f"urn:nld:brp:bsn:{bsn}")
    return wereld.taak(titel="Bekijk uw beschikking", voor=voor, minimaal_niveau=niveau)


def weg_omhoog(antwoord: Any) -> str:
    gevonden = re.search(r'href="(/inloggen/[^"]*niveau=[^"]*)"', antwoord.content.decode())
    assert gevonden
    return unescape(gevonden[1])


def test_fatima_logt_hoger_in_en_komt_terug_bij_haar_taak(client: Client) -> None:
    taak = een_taak()
    log_in(client, "fatima")
    dicht = client.get(f"/taken/{taak.pk}")
    assert "Bekijk uw beschikking" not in dicht.content.decode()
    with simulator():
        heen = client.get(weg_omhoog(dicht)).headers["Location"]
        assert vragen(heen)["prompt"] == "login"
        assert vragen(heen)["acr_values"].split() == [
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard",
            "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
        ]
        terug = client.get(pad(kies(pad(heen), persoon="fatima", niveau="3")))
    assert terug.headers["Location"] == f"/taken/{taak.pk}"
    assert "Bekijk uw beschikking" in client.get(f"/taken/{taak.pk}").content.decode()
    assert [s.niveau for s in ingelogd()] == [3]


def test_in_lijst_en_overzicht_staat_dat_er_iets_is_en_niet_wat(client: Client) -> None:
    taak = een_taak()
    log_in(client, "fatima")
    for adres in ("/taken", "/overzicht"):
        tekst = client.get(adres).content.decode()
        assert "Er staat een taak voor u klaar" in tekst
        assert str(taak.pk) in tekst
        assert "Bekijk uw beschikking" not in tekst


def test_wie_opnieuw_te_laag_inlogt_houdt_zijn_sessie_en_kan_het_nog_eens_proberen(client: Client) -> None:
    taak = een_taak()
    log_in(client, "fatima")
    with simulator():
        heen = pad(client.get(f"/inloggen/digid?next=/taken/{taak.pk}&niveau=3").headers["Location"])
        antwoord = client.get(pad(kies(heen, persoon="fatima", niveau="2")))
    assert antwoord.status_code == 403
    assert weg_omhoog(antwoord) == f"/inloggen/digid?next=%2Ftaken%2F{taak.pk}&niveau=3"
    assert [s.niveau for s in ingelogd()] == [2]


def test_wie_hoger_inloggen_annuleert_is_terug_bij_zijn_taak_en_nog_ingelogd(client: Client) -> None:
    log_in(client, "fatima")
    with simulator():
        heen = pad(client.get("/inloggen/digid?next=/taken&niveau=3").headers["Location"])
        antwoord = client.get(pad(kies(heen, annuleren="ja")))
    assert antwoord.headers["Location"] == "/taken"
    assert len(ingelogd()) == 1


def test_wie_voor_het_eerst_inlogt_en_annuleert_onthoudt_waar_hij_heen_wilde(client: Client) -> None:
    with simulator():
        heen = pad(begin(client, "digid", "/taken").headers["Location"])
        antwoord = client.get(pad(kies(heen, annuleren="ja")))
    assert antwoord.headers["Location"] == "/inloggen?reden=geannuleerd&next=%2Ftaken"


@pytest.mark.parametrize("niveau", ["0", "5", "-1", "x", "3 of meer"])
def test_een_verzonnen_niveau_telt_niet(client: Client, niveau: str) -> None:
    with simulator():
        antwoord = client.get("/inloggen/digid", {"niveau": niveau})
    assert "prompt" not in vragen(antwoord.headers["Location"])


def test_een_ander_die_hoger_inlogt_ziet_de_taak_niet(client: Client) -> None:
    taak = een_taak()
    doorloop(client, "digid", f"/taken/{taak.pk}", persoon="henk", niveau="3")
    assert client.get(f"/taken/{taak.pk}").status_code == 404


def test_wie_met_zijn_middel_niet_zo_hoog_komt_krijgt_geen_knop_die_toch_mislukt() -> None:
    notaris = wereld.toegang(wereld.henk(), 3, middel="ketenpartner", doelgroep=Doelgroep.KETENPARTNER)
    assert wegen_omhoog(notaris, 4, "/taken") == []


def test_een_bedrijf_logt_hoger_in_met_eherkenning(client: Client) -> None:
    voor = Geadresseerde(NummerSoort.KVK, wereld.KVK_DE_HOEK, f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}")
    taak = wereld.taak(titel="Iets hoogs", voor=voor, minimaal_niveau=4)
    sessie_voor(client, wereld.bakkerij(), 3, middel="eherkenning")
    assert "niveau=4" in client.get(f"/taken/{taak.pk}").content.decode()
