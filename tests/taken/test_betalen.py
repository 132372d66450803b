"""Een betaaltaak: bij de bank met kenmerk, of online. Geloofd wordt alleen het ondertekende woord van de betaaldienst."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.partij import Partij
from taken import handelingen
from taken.betalen import DienstStoringError
from taken.betalen.simulator import Simulator, lees, onderteken
from taken.handelingen.betaling import begin_betaling
from taken.models import Betaling, Taak, TaakSoort
from tests import wereld
from tests.inloggen.hulp import sessie_voor

pytestmark = pytest.mark.django_db

DETAILS = {
    "bedrag": "74.90",
    "valuta": "EUR",
    "transactieomschrijving": "Naheffing PS-4512",
    "doelrekening": {"naam": "Gemeente Voorbeeld", "iban": "NL12BANK0123456789"},
}
MELDING = "/betaaldienst/simulator/melding"


@pytest.fixture
def taak() -> Taak:
    return wereld.taak(titel="Betaal uw naheffing", soort=TaakSoort.BETAALTAAK, details=DETAILS)


@pytest.fixture
def fatima(taak: Taak) -> Client:
    client = Client()
    sessie_voor(client, taak.betrokkene_id)
    return client


def herlees(taak: Taak) -> Taak:
    return Taak.objects.als_systeem("test").get(pk=taak.pk)


def betaling() -> Betaling:
    return Betaling.objects.als_systeem("test").latest("begonnen_op")


def klik_betalen(fatima: Client, taak: Taak) -> dict[str, Any]:
    """Fatima klikt op betalen; geeft de opdracht waarmee de betaaldienst haar ontvangt."""
    antwoord = fatima.post(f"/taken/{taak.pk}/betalen")
    assert antwoord.status_code == 302
    return lees(parse_qs(urlsplit(antwoord["Location"]).query)["opdracht"][0])


def woord(opdracht: dict[str, Any], stand: str = "betaald", **anders: Any) -> str:
    return onderteken(
        {**{naam: opdracht[naam] for naam in ("betaling", "kenmerk", "centen")}, "stand": stand, **anders}
    )


def meld(tekst: str) -> int:
    return Client(enforce_csrf_checks=True).post(MELDING, tekst, content_type="text/plain").status_code


def keer_terug(fatima: Client, taak: Taak, tekst: str = "") -> str:
    antwoord = fatima.get(f"/taken/{taak.pk}/betaald", {"melding": tekst} if tekst else {}, follow=True)
    return " ".join(antwoord.content.decode().split())


def test_de_pagina_zegt_hoe_zij_bij_de_bank_betaalt_en_biedt_online_betalen(fatima, taak):
    pagina = fatima.get(f"/taken/{taak.pk}").content.decode()

    for tekst in ("Online betalen: €\xa074,90", "NL12BANK0123456789", "Naheffing PS-4512", "Ik heb al betaald"):
        assert tekst in pagina.replace("&nbsp;", "\xa0"), tekst


def test_fatima_betaalt_precies_het_bedrag_van_de_taak_en_de_taak_is_gedaan(fatima, taak):
    opdracht = klik_betalen(fatima, taak)
    assert (opdracht["centen"], opdracht["omschrijving"]) == (7490, "Naheffing PS-4512")

    assert meld(woord(opdracht)) == 204

    na = herlees(taak)
    assert (na.status, na.uitgevoerd_door) == ("uitgevoerd", "betaaldienst")
    assert "Uw betaling is ontvangen" in keer_terug(fatima, taak, woord(opdracht))
    assert controleer_alles() == []


@pytest.mark.parametrize("volgorde", ["melding eerst", "terugkeer eerst"])
def test_melding_en_terugkeer_in_elke_volgorde_en_dubbel_tellen_een_keer(fatima, taak, volgorde):
    opdracht = klik_betalen(fatima, taak)
    stappen = [lambda: meld(woord(opdracht)), lambda: keer_terug(fatima, taak, woord(opdracht))]
    for stap in stappen if volgorde == "melding eerst" else reversed(stappen):
        stap()
        stap()

    assert Gebeurtenis.objects.filter(soort=Soort.TAAK_BETAALD).count() == 1
    assert not betaling().uitzoeken


def test_een_gesloten_tabblad_maakt_niet_uit(fatima, taak):
    meld(woord(klik_betalen(fatima, taak)))

    assert "U bent klaar." in fatima.get(f"/taken/{taak.pk}").content.decode()


def test_zonder_woord_van_de_dienst_is_terugkomen_geen_bewijs(fatima, taak):
    klik_betalen(fatima, taak)

    assert "Er is nog niet betaald" in keer_terug(fatima, taak)
    assert herlees(taak).open


@pytest.mark.parametrize("stand", ["in_behandeling", "mislukt", "afgebroken"])
def test_wat_niet_betaald_is_is_niet_betaald(fatima, taak, stand):
    opdracht = klik_betalen(fatima, taak)

    assert meld(woord(opdracht, stand)) == 204

    assert herlees(taak).open


def test_in_behandeling_zegt_niet_nog_eens_te_betalen_en_begint_geen_tweede(fatima, taak):
    opdracht = klik_betalen(fatima, taak)
    pagina = keer_terug(fatima, taak, woord(opdracht, "in_behandeling"))

    assert "Betaal niet nog een keer." in pagina
    assert "Online betalen" not in pagina
    assert fatima.post(f"/taken/{taak.pk}/betalen")["Location"] == f"/taken/{taak.pk}"
    assert meld(woord(opdracht)) == 204
    assert herlees(taak).status == "uitgevoerd"


def test_twee_keer_klikken_of_de_terugknop_leidt_naar_dezelfde_betaling(fatima, taak):
    assert klik_betalen(fatima, taak) == klik_betalen(fatima, taak)
    assert Betaling.objects.als_systeem("test").count() == 1


@pytest.mark.parametrize(
    "anders", [{"centen": 1}, {"kenmerk": "sim-anders"}, {"betaling": "04b3bb2f-109a-450c-91a3-fcdc074e9430"}]
)
def test_een_echte_handtekening_met_een_ander_bedrag_of_kenmerk_telt_niet(fatima, taak, anders):
    opdracht = klik_betalen(fatima, taak)

    assert meld(woord(opdracht, **anders)) == 400
    assert herlees(taak).open


def test_een_valse_handtekening_telt_niet(fatima, taak):
    echt = woord(klik_betalen(fatima, taak))
    inhoud, _, handtekening = echt.rpartition(".")

    for vals in (inhoud, f"{inhoud}.", f"{inhoud}.{'0' * len(handtekening)}", "x.y", ""):
        assert meld(vals) == 400
    assert herlees(taak).open


def test_de_betaling_van_een_andere_taak_maakt_deze_niet_gedaan(fatima, taak):
    ander = wereld.taak(titel="Betaal uw parkeervergunning", soort=TaakSoort.BETAALTAAK, details=DETAILS)
    klik_betalen(fatima, ander)
    melding = woord(klik_betalen(fatima, taak))

    keer_terug(fatima, ander, melding)

    assert herlees(ander).open


def test_betaald_terwijl_de_gemeente_het_geld_al_had_komt_bij_een_medewerker(fatima, taak):
    opdracht = klik_betalen(fatima, taak)
    zaaksysteem = Partij.systeem(wereld.applicatie())
    handelingen.voer_uit(taak.pk, zaaksysteem)  # via de bank binnengekomen

    assert meld(woord(opdracht)) == 204

    assert betaling().uitzoeken
    assert "Wij zoeken uw betaling uit" in fatima.get(f"/taken/{taak.pk}").content.decode()
    handelingen.zet_uitgezocht(betaling().pk, zaaksysteem)
    assert betaling().uitgezocht_op is not None
    assert Gebeurtenis.objects.filter(soort=Soort.TAAK_BETALING_UITGEZOCHT).count() == 1


def test_een_ander_bedrag_dan_de_taak_nu_vraagt_is_uitzoeken_en_niet_gedaan(fatima, taak):
    opdracht = klik_betalen(fatima, taak)
    handelingen.wijzig(taak.pk, handelingen.Wijziging({}, {"bedrag": "99.00"}), Partij.systeem(wereld.applicatie()))

    meld(woord(opdracht))

    assert betaling().uitzoeken
    assert herlees(taak).open


def test_henk_betaalt_niet_voor_fatima_en_ziet_haar_betaling_niet(fatima, taak):
    opdracht, henk = klik_betalen(fatima, taak), Client()
    sessie_voor(henk, wereld.henk())

    assert henk.post(f"/taken/{taak.pk}/betalen").status_code == 404
    assert henk.get(f"/taken/{taak.pk}/betaald", {"melding": woord(opdracht)}).status_code == 404
    assert herlees(taak).open


def test_antwoordt_de_betaaldienst_niet_dan_is_er_niets_betaald_en_kan_het_opnieuw(fatima, taak, monkeypatch):
    def stuk(*args: Any) -> Any:
        raise DienstStoringError

    with monkeypatch.context() as even:
        even.setattr(Simulator, "begin", stuk)
        antwoord = fatima.post(f"/taken/{taak.pk}/betalen", follow=True)
    assert "Online betalen lukt nu niet" in antwoord.content.decode()

    assert meld(woord(klik_betalen(fatima, taak))) == 204
    assert herlees(taak).status == "uitgevoerd"


def test_sterft_het_proces_voor_het_kenmerk_bewaard_is_dan_komt_de_melding_toch_aan(fatima, taak, monkeypatch):
    toegang = wereld.toegang(taak.betrokkene_id)
    gestuurd: list[Any] = []

    class Dood(Exception):
        pass

    def begin_en_sterf(self: Simulator, opdracht: Any) -> Any:
        gestuurd.append(opdracht)
        raise Dood

    monkeypatch.setattr(Simulator, "begin", begin_en_sterf)
    with pytest.raises(Dood):
        begin_betaling(taak.pk, toegang, Simulator(), terug="https://x.test", meld="https://x.test")

    (opdracht,) = gestuurd
    velden = {"betaling": str(opdracht.betaling), "kenmerk": f"sim-{opdracht.betaling}", "centen": opdracht.centen}
    assert meld(woord(velden)) == 204
    assert herlees(taak).status == "uitgevoerd"


def test_zonder_ingestelde_betaaldienst_blijft_de_bank_over(fatima, taak, settings):
    settings.BETAALDIENST = ""

    assert "Online betalen" not in fatima.get(f"/taken/{taak.pk}").content.decode()
    assert fatima.post(f"/taken/{taak.pk}/betalen").status_code == 404
    assert meld("x.y") == 404


def test_de_browser_mag_alleen_naar_de_betaalpagina_van_de_dienst(fatima, taak, monkeypatch):
    monkeypatch.setattr(Simulator, "hosts", ["https://betalen.voorbeeld.test"])

    beleid = fatima.get(f"/taken/{taak.pk}")["Content-Security-Policy"]

    assert "form-action 'self' https://betalen.voorbeeld.test" in beleid
    assert "betalen.voorbeeld.test" not in fatima.get("/taken")["Content-Security-Policy"]
