"""Elk onderdeel in een echte browser: leeg, met fouten en ingevuld, met en zonder JavaScript."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

from taken.models import Taak, TaakConcept
from tests.formulieren.corpus import WIZARD
from tests.formulieren.test_browser import knop
from tests.paginas.conftest import fatima, gemeente, klaarzetten, namen  # noqa: F401
from tests.paginas.test_browser import browser, open_venster  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]
LOGICA = json.loads((Path(__file__).parent / "logica.json").read_text())


@pytest.fixture
def taak(klaarzetten, fatima):  # noqa: F811
    return klaarzetten(
        fatima, "Vraag bijstand aan voor uw auto", soort="formuliertaak", details={"formulierDefinitie": WIZARD}
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_alle_onderdelen_in_stappen(fatima, taak, open_venster, javascript):  # noqa: F811
    venster = open_venster(fatima, javascript=javascript)

    def keur(naam: str) -> None:
        if javascript:
            venster.keur(f"onderdelen-{naam}", 1280, 390)

    pagina = venster.ga_naar(f"/taken/{taak.pk}/formulier")
    keur("1-leeg")
    expect(pagina.get_by_text("Z-2026-1")).to_be_visible()
    expect(pagina.get_by_label("Kenteken")).to_be_hidden()
    pagina.get_by_label("Burgerservicenummer").fill("123456789")
    pagina.get_by_label("Postcode").fill("12 AB")
    pagina.get_by_label("Ja", exact=True).check()
    if javascript:
        expect(pagina.get_by_label("Kenteken")).to_be_visible()
        pagina.get_by_label("Bouwjaar").fill("1985")
        expect(pagina.get_by_label("Het is een oldtimer")).to_be_visible()
        pagina.get_by_label("Nee", exact=True).check()
        expect(pagina.get_by_label("Kenteken")).to_be_hidden()
        pagina.get_by_label("Ja", exact=True).check()
        expect(pagina.get_by_label("Bouwjaar")).to_have_value("1985")
    knop(pagina, "Volgende stap")
    keur("1-fouten")
    assert pagina.locator(".mo-foutenlijst li").count() == (5 if javascript else 4)
    pagina.get_by_label("Voornaam").fill("Fatima")
    pagina.get_by_label("Achternaam").fill("El Amrani")
    pagina.get_by_label("Burgerservicenummer").fill("999990019")
    pagina.get_by_label("Postcode").fill("1234ab")
    pagina.get_by_label("Kenteken").fill("12abcd")
    pagina.get_by_label("Bouwjaar").fill("1985")
    knop(pagina, "Volgende stap")
    if not javascript:
        # door het bouwjaar kwam er een vraag bij, die zonder JavaScript pas nu te zien is
        expect(pagina.get_by_role("heading", name="Er zijn vragen bijgekomen")).to_be_visible()
        expect(pagina.get_by_label("Het is een oldtimer")).to_be_visible()
        knop(pagina, "Volgende stap")

    expect(pagina.get_by_role("heading", name="Stap 2 van 3: Uw geld")).to_be_visible()
    pagina.get_by_label("Inkomen per maand").fill("1.184,2")
    knop(pagina, "Nog een kind toevoegen")
    pagina.get_by_label("Naam van het kind").fill("Sam")
    knop(pagina, "Nog een kind toevoegen")
    if javascript:
        expect(pagina.get_by_label("Naam van het kind").nth(1)).to_be_focused()
    pagina.get_by_label("Geboren op").nth(1).fill("2020-05-01")
    keur("2-ingevuld")
    knop(pagina, "Volgende stap")
    keur("2-fouten")
    knop(pagina, "Verwijder Kind 2")
    expect(pagina.get_by_label("Naam van het kind")).to_have_value("Sam")
    knop(pagina, "Volgende stap")

    pagina.get_by_label("Hoe laat?").fill("08:00")
    pagina.get_by_label("Datum").fill("2026-11-01")
    knop(pagina, "Verder naar nakijken")
    keur("3-fouten")
    pagina.get_by_label("Hoe laat?").fill("09:30")
    pagina.get_by_label("Tijd", exact=True).fill("14:05")
    pagina.get_by_label("E-mailadres").press("Enter")  # Enter is verder, niet een andere knop
    keur("nakijken")
    expect(pagina.get_by_text("€\u00a01.184,20")).to_be_visible()
    pagina.get_by_role("link", name="Wijzig Uw geld").click()
    expect(pagina.get_by_label("Inkomen per maand")).to_have_value("1184,20")
    knop(pagina, "Volgende stap")
    knop(pagina, "Verder naar nakijken")
    knop(pagina, "Versturen")
    keur("verstuurd")
    ontvangen = Taak.objects.als_systeem("een test").get(pk=taak.pk).gegevens["ontvangenGegevens"]
    assert ontvangen == {
        "bron": "brief", "zaaknummer": "Z-2026-1", "voornaam": "Fatima", "achternaam": "El Amrani", "bsn": "999990019",
        "postcode": "1234 AB", "telefoon": "", "auto": "ja", "kenteken": "12-AB-CD", "bouwjaar": 1985, "oud": False,
        "inkomen": 1184.2, "rekening": "", "kinderen": [{"naam": "Sam", "geboren": ""}],
        "kosten": {"huur": False, "opvang": False}, "dag": "", "tijd": "09:30:00", "moment": "2026-11-01T14:05:00+01:00",
        "waar": "", "opmerking": "", "email": "",
    }  # fmt: skip


def test_wat_iemand_typt_wordt_tussendoor_bewaard_en_twee_vensters_zeggen_het(fatima, taak, open_venster):  # noqa: F811
    venster = open_venster(fatima)
    pagina = venster.ga_naar(f"/taken/{taak.pk}/formulier")
    pagina.clock.install()
    pagina.reload()
    pagina.get_by_label("Voornaam").fill("Fat")
    pagina.clock.run_for(16_000)
    expect(pagina.locator("[data-bewaard]")).to_have_text("Uw antwoorden zijn bewaard.")
    assert TaakConcept.objects.als_systeem("een test").get(taak=taak).gegevens["voornaam"] == "Fat"
    pagina.get_by_label("Voornaam").fill("Fati")  # en naar een ander tabblad, voor de vijftien seconden om zijn
    pagina.evaluate(
        """() => {
            Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    expect(pagina.locator("[data-bewaard]")).to_have_text("Uw antwoorden zijn bewaard.")
    assert TaakConcept.objects.als_systeem("een test").get(taak=taak).gegevens["voornaam"] == "Fati"
    ander = open_venster(fatima).ga_naar(f"/taken/{taak.pk}/formulier")
    ander.get_by_label("Voornaam").fill("Samira")
    knop(ander, "Bewaren en later verder gaan")
    pagina.get_by_label("Voornaam").fill("Fatima")
    pagina.clock.run_for(16_000)
    expect(pagina.locator("[data-bewaard]")).to_contain_text("ook in een ander venster")
    knop(pagina, "Volgende stap")
    expect(pagina.get_by_role("heading", name="U vulde dit formulier ook in een ander venster in")).to_be_visible()
    expect(pagina.get_by_text("Voornaam: Samira")).to_be_visible()
    venster.klachten = [klacht for klacht in venster.klachten if "409" not in klacht]
    venster.keur("onderdelen-twee-vensters", 1280, 390)


def test_de_browser_rekent_json_logic_uit_zoals_de_server(browser):  # noqa: F811
    script = Path(finders.find("js/formulier.js") or "").read_text()
    pagina = browser.new_page()
    mis = []
    for regel, waarden, uitkomst in LOGICA:
        for verwacht, er in ((uitkomst, True), ("iets anders", False)):
            voorwaarde = json.dumps({"logica": {"===": [regel, verwacht]}})
            pagina.set_content(
                f"<form data-formulier><input name=_verborgen data-elders='{json.dumps(waarden)}'><input name=_versie>"
                f"<p data-bewaard=x></p><div data-veld=v data-soort=tekst data-voorwaarde='{voorwaarde}'><input></div></form>"
            )
            pagina.add_script_tag(content=script)
            if pagina.locator("[data-veld]").is_visible() != er:
                mis.append((regel, waarden, verwacht))
    assert mis == []
