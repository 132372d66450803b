"""Elk inlogmiddel in een echte browser: inloggen, zien wie u bent, uitloggen, en dan laat Vorige niets meer zien."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.inloggen import oidc
from tests.inloggen.hulp import ingelogd
from tests.paginas.test_browser import browser  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Middel:
    """Wie er inlogt, met welke knop, en hoe de portaal hem daarna noemt."""

    wie: str
    knop: str
    heet: str


MIDDELEN = {
    "DigiD": Middel("fatima", "DigiD", "Ingelogd met DigiD"),
    "DigiD Machtigen": Middel("karim", "uw machtiging (DigiD Machtigen)", "namens iemand die u vertegenwoordigt"),
    "eHerkenning, kvk": Middel("bakkerij", "eHerkenning", "Bakkerij De Hoek"),
    "eHerkenning, vestiging": Middel("vestiging", "eHerkenning", "Bakkerij De Hoek, Dorpsstraat"),
    "eHerkenning, rsin": Middel("vereniging", "eHerkenning", "Buurtvereniging De Linde"),
    "eHerkenning, bewind": Middel(
        "bea", "uw benoeming als bewindvoerder (eHerkenning)", "namens iemand die u vertegenwoordigt"
    ),
    "eIDAS, met bsn": Middel("lena", "een Europees inlogmiddel", "Lena Brandt"),
    "eIDAS, zonder bsn": Middel("luca", "een Europees inlogmiddel", "Luca Ferri"),
    "eIDAS, bedrijf": Middel("studio", "een Europees inlogmiddel voor bedrijven", "Studio Nova d.o.o."),
    "ketenpartner": Middel("anne", "het account van uw organisatie", "Anne de Waal, namens Notariskantoor De Waal"),
}


@pytest.fixture
def pagina(browser: Browser, live_server: Any, settings: Any) -> Iterator[Page]:  # noqa: F811
    settings.PORTAAL_URL = live_server.url
    oidc._geheugen.clear()
    venster = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    pagina = venster.new_page()
    pagina.set_default_timeout(30_000)
    yield pagina
    venster.close()
    oidc._geheugen.clear()


@pytest.mark.parametrize("naam", MIDDELEN)
def test_van_inloggen_tot_uitloggen(pagina: Page, naam: str) -> None:
    zet_ketenpartners_klaar()
    middel = MIDDELEN[naam]
    pagina.goto("/overzicht")
    pagina.get_by_role("link", name=f"Inloggen met {middel.knop}", exact=False).first.click()
    pagina.get_by_role("button", name=persoon(middel.wie).naam).click()
    pagina.wait_for_url("**/overzicht")
    expect(pagina.locator(".mo-wie").first).to_contain_text(middel.heet)
    assert len(ingelogd()) == 1

    pagina.get_by_role("button", name="Uitloggen").first.click()
    pagina.wait_for_url("**/uitgelogd")
    assert ingelogd() == []
    pagina.go_back()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Inloggen")
    expect(pagina.locator(".mo-wie")).to_have_count(0)


def test_een_medewerker_logt_in_en_uit_en_vorige_laat_niets_zien(pagina: Page) -> None:
    pagina.goto("/beheer/")
    pagina.get_by_role("button", name="Marieke Jansen").click()
    pagina.wait_for_url("**/beheer/")
    expect(pagina.locator("#user-tools")).to_contain_text("Marieke Jansen")
    pagina.locator("#logout-form button").click()
    pagina.wait_for_url("**/beheer/uitgelogd")
    pagina.go_back()
    expect(pagina.get_by_text("Marieke Jansen").first).to_be_visible()  # de keuze van de inlogdienst, niet het beheer
    expect(pagina.locator("#user-tools")).to_have_count(0)
