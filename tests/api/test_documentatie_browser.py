"""De documentatiepagina in een echte browser: toegankelijk, passend, en zonder iets van een ander adres."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(browser_pad: str) -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright laat een event loop in deze thread achter
    with sync_playwright() as speler:
        browser = speler.chromium.launch(executable_path=browser_pad, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def luister(pagina: Page, meldingen: list[str], adressen: list[str]) -> None:
    """Onthoud wat de console meldt en welke adressen de pagina ophaalt."""
    pagina.on("console", lambda bericht: meldingen.append(bericht.text))
    pagina.on("pageerror", lambda fout: meldingen.append(str(fout)))
    pagina.on("request", lambda verzoek: adressen.append(verzoek.url))


def test_de_documentatie_is_toegankelijk_en_past_op_elk_scherm(browser: Browser, live_server: Any) -> None:
    for breedte in (1280, 320):
        pagina = browser.new_page(viewport={"width": breedte, "height": 900})
        meldingen: list[str] = []
        adressen: list[str] = []
        luister(pagina, meldingen, adressen)
        pagina.goto(f"{live_server.url}/taken/api/v1/")
        pagina.click("#operations-urltaken-urltakenCreate .opblock-summary-control")
        pagina.wait_for_selector("#operations-urltaken-urltakenCreate .responses-table")
        assert [v["id"] for v in Axe().run(pagina).response["violations"]] == []
        assert pagina.evaluate("document.documentElement.scrollWidth") <= breedte
        assert meldingen == []
        assert [adres for adres in adressen if not adres.startswith(live_server.url)] == []
        pagina.close()
