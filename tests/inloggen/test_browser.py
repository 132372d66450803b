"""Inloggen en uitloggen in een echte browser, met de inlogdienst op een ander adres dan de portaal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.inloggen import oidc
from taken.models import Taak
from tests import wereld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def portaal(live_server: Any, settings: Any, tmp_path: Path) -> str:
    """De portaal op localhost; uitloggen gaat via 127.0.0.1, voor de browser een andere website."""
    adres = str(live_server.url).replace("127.0.0.1", "localhost")
    elders = f"http://127.0.0.1:{urlsplit(adres).port}"
    bestand = tmp_path / "middelen.toml"
    tekst = Path(settings.INLOGMIDDELEN_BESTAND).read_text()
    punten = (
        "\n[middel.eindpunten]\n"
        'autorisatie = "${PORTAAL_URL}/demo/oidc/digid/authorize"\n'
        'token = "${PORTAAL_URL}/demo/oidc/digid/token"\n'
        'sleutels = "${PORTAAL_URL}/demo/oidc/digid/jwks"\n'
        'gebruiker = "${PORTAAL_URL}/demo/oidc/digid/userinfo"\n'
        f'uitloggen = "{elders}/demo/oidc/digid/end_session"\n\n'
    )
    digid, scheiding, rest = tekst.partition('[[middel]]\nsleutel = "digid-machtigen"')
    bestand.write_text(digid + punten + scheiding + rest)
    settings.PORTAAL_URL, settings.INLOGMIDDELEN_BESTAND = adres, str(bestand)
    oidc._geheugen.clear()
    return adres


@pytest.fixture
def pagina(browser_pad: str) -> Iterator[Page]:
    with sync_playwright() as toneel:
        browser = toneel.chromium.launch(executable_path=browser_pad, args=["--no-sandbox"])
        pagina = browser.new_page()
        pagina.set_default_timeout(15_000)
        yield pagina
        browser.close()


def test_fatima_logt_in_en_uit_en_vorige_laat_niets_zien(portaal: str, pagina: Page) -> None:
    geblokkeerd: list[str] = []
    pagina.on("console", lambda regel: geblokkeerd.append(regel.text) if "Content Security" in regel.text else None)
    pagina.goto(f"{portaal}/overzicht")
    pagina.get_by_role("link", name="Inloggen met DigiD").click()
    assert Axe().run(pagina).violations_count == 0
    pagina.get_by_role("button", name="Fatima El Amrani").click()
    expect(pagina).to_have_url(f"{portaal}/overzicht")

    elders: list[str] = []
    pagina.on("request", lambda vraag: elders.append(vraag.url) if "127.0.0.1" in vraag.url else None)
    pagina.get_by_role("button", name="Uitloggen").first.click()
    pagina.wait_for_url(f"{portaal}/uitgelogd")
    assert any("/end_session?" in adres for adres in elders)
    expect(pagina.get_by_role("heading", level=1)).to_have_text("U bent uitgelogd")

    pagina.go_back()
    expect(pagina.get_by_role("heading", level=1)).to_contain_text("Inloggen")
    assert geblokkeerd == []


def test_annuleren_brengt_fatima_rustig_terug(portaal: str, pagina: Page) -> None:
    pagina.goto(portaal)
    pagina.get_by_role("link", name="Inloggen met DigiD").click()
    pagina.get_by_role("button", name="Annuleren").click()
    expect(pagina.get_by_text("U heeft het inloggen geannuleerd.")).to_be_visible()
    assert Axe().run(pagina).violations_count == 0


@pytest.fixture
def bank(portaal: str) -> Taak:
    """Een taak voor de hersteller; klaar voordat de browser begint."""
    zet_ketenpartners_klaar()
    kvk = persoon("bram").kvk
    return wereld.taak(titel="Herstel de bank", voor=lees_geadresseerde(f"urn:nld:hr:kvknummer:{kvk}:rol:ketenpartner"))


@pytest.mark.parametrize("breedte", [1280, 390])
def test_een_lezer_van_een_ketenpartner_ziet_wie_hij_is_en_geen_knop(
    portaal: str, bank: Taak, pagina: Page, breedte: int
) -> None:
    pagina.set_viewport_size({"width": breedte, "height": 900})
    pagina.goto(f"{portaal}/taken/{bank.pk}")
    pagina.get_by_role("link", name="Inloggen met het account van uw organisatie").click()
    pagina.get_by_role("button", name="Bram Vos").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("Herstel de bank")
    expect(pagina.get_by_text("U mag deze taak bekijken, maar niet doen.")).to_be_visible()
    expect(pagina.get_by_role("button", name="Ik heb dit gedaan")).to_have_count(0)
    if breedte < 600:
        pagina.get_by_text("Menu", exact=True).click()
    expect(pagina.get_by_text("Bram Vos, namens Straatwerk Reparaties BV").locator("visible=true")).to_be_visible()
    assert Axe().run(pagina).violations_count == 0
