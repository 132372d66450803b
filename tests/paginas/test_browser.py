"""Elke pagina in een echte browser: toegankelijk, passend op elk scherm, zonder meldingen van het veiligheidsbeleid.

Met SCHERMEN=<map> bewaart deze test van elke pagina een schermafbeelding in die map.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from portaal.inloggen.partij import Partij
from taken.handelingen import breek_af, heropen, meld_gedaan, verwerk, voer_uit
from tests.paginas.conftest import Persoon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BREEDTES = (1280, 390, 320)
REGELS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LANGE_TITEL = "Stuur de jaaropgaven van uw werkgevers en uitkeringsinstanties over het afgelopen belastingjaar op"


@pytest.fixture(scope="module")
def browser(browser_pad: str) -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # de synchrone playwright laat een event loop in deze thread achter
    )
    with sync_playwright() as speler:
        browser = speler.chromium.launch(executable_path=browser_pad, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_pagina(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open een adres als deze persoon; verzamelt overtredingen van het veiligheidsbeleid en fouten in de console."""
    vensters = []

    def open_(
        pad: str, persoon: Persoon | None = None, breedte: int = 1280, *, javascript: bool = True, taal: str = "nl"
    ) -> Page:
        venster = browser.new_context(viewport={"width": breedte, "height": 900}, java_script_enabled=javascript)
        vensters.append(venster)
        koekjes = {"taal": taal} | ({n: k.value for n, k in persoon.client.cookies.items()} if persoon else {})
        venster.add_cookies([{"name": n, "value": w, "url": live_server.url} for n, w in koekjes.items()])
        pagina = venster.new_page()
        pagina.klachten = []  # type: ignore[attr-defined]
        pagina.on("console", lambda m: m.type in ("error", "warning") and pagina.klachten.append(m.text))  # type: ignore[attr-defined]
        pagina.on("pageerror", lambda fout: pagina.klachten.append(str(fout)))  # type: ignore[attr-defined]
        pagina.goto(live_server.url + pad)
        return pagina

    yield open_
    for venster in vensters:
        venster.close()


def keur(pagina: Page, naam: str, *, fout_verwacht: bool = False) -> None:
    """Niets mis volgens axe, niets buiten beeld, en geen klacht in de console."""
    if map_ := os.environ.get("SCHERMEN"):
        breedte = pagina.viewport_size["width"] if pagina.viewport_size else 0
        pagina.screenshot(path=Path(map_) / f"{naam}-{breedte}.png", full_page=True)
    uitslag = Axe().run(pagina, options=REGELS)
    overtredingen = [(o["id"], [knoop["html"][:120] for knoop in o["nodes"]]) for o in uitslag.response["violations"]]
    assert overtredingen == []
    assert pagina.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "er is iets breder dan het scherm"
    )
    klachten = [k for k in pagina.klachten if not (fout_verwacht and "status of 4" in k)]  # type: ignore[attr-defined]
    assert klachten == []


@pytest.fixture
def wereld(fatima: Persoon, klaarzetten, gemeente) -> dict[str, str]:
    """Van alles wat: te laat, dringend, lang, afgeschermd, wachtend, verwerkt, ingetrokken, heropend."""
    klaarzetten(fatima, "Betaal uw parkeerbon van € 74,90", over=-2, handelingsperspectief="betalen")
    dringend = klaarzetten(
        fatima,
        over=2,
        zaak="Aanvraag bijzondere bijstand",
        toelichting="U heeft bijzondere bijstand aangevraagd. Wij willen weten hoeveel u in **oktober** verdiende.\n\n"
        "Stuur mee:\n\n- uw loonstrook van oktober\n- uw [jaaropgave](https://www.voorbeeld.nl/jaaropgave)",
    )
    klaarzetten(fatima, LANGE_TITEL, over=45, zaak="Hercontrole " + "inkomensafhankelijke " * 3 + "bijdrage")
    klaarzetten(fatima, "Uw medische gegevens", over=20, minimaal_niveau=3)
    klaarzetten(
        fatima,
        "Verleng uw identiteitskaart",
        over=None,
        soort="nietdigitaaltaak",
        details={},
        handelingsperspectief="vernieuwing_nodig",
    )
    klaarzetten(fatima, "Kies uw afvalcontainer", over=60)
    wacht = klaarzetten(fatima, "Maak een afspraak met uw klantmanager", zaak="Re-integratie")
    meld_gedaan(wacht.pk, fatima.toegang)
    door = Partij.systeem(gemeente)
    klaar = klaarzetten(fatima, "Geef uw verhuizing door", zaak="Verhuizing")
    voer_uit(klaar.pk, door)
    verwerk(klaar.pk, door)
    weg = klaarzetten(fatima, "Stuur een kopie van uw huurcontract")
    breek_af(weg.pk, door, reden="Wij hebben uw huurcontract al van uw verhuurder gekregen.")
    weer = klaarzetten(fatima, "Controleer uw aangifte", over=5, zaak="Aangifte toeristenbelasting")
    voer_uit(weer.pk, door)
    heropen(weer.pk, door, reden="De bijlage was niet te openen.")
    schermd = fatima.client.get("/taken").context["te_doen"]
    return {
        "overzicht": "/overzicht",
        "taken": "/taken",
        "taken-afgerond": "/taken?filter=afgerond",
        "taak": f"/taken/{dringend.pk}",
        "taak-wacht": f"/taken/{wacht.pk}?gedaan=ja",
        "taak-klaar": f"/taken/{klaar.pk}",
        "taak-ingetrokken": f"/taken/{weg.pk}",
        "taak-heropend": f"/taken/{weer.pk}",
        "taak-te-laat": f"/taken/{schermd[0].taak.pk}",
        "taak-afgeschermd": f"/taken/{next(k for k in schermd if k.afgeschermd).taak.pk}",
    }


@pytest.mark.parametrize("breedte", BREEDTES)
def test_elke_pagina_achter_de_inlog_is_toegankelijk(wereld, fatima, open_pagina, breedte):
    for naam, pad in wereld.items():
        keur(open_pagina(pad, fatima, breedte), naam)


@pytest.mark.parametrize("breedte", BREEDTES)
def test_elke_open_pagina_is_toegankelijk(open_pagina, breedte):
    for pad in ("/", "/contact", "/privacy", "/toegankelijkheid"):
        keur(open_pagina(pad, None, breedte), pad.strip("/") or "inloggen")
    keur(open_pagina("/bestaat-niet", None, breedte), "404", fout_verwacht=True)


@pytest.mark.parametrize("breedte", [390, 320])
def test_het_open_menu_op_een_telefoon_is_toegankelijk(fatima, klaarzetten, open_pagina, breedte):
    klaarzetten(fatima)
    pagina = open_pagina("/overzicht", fatima, breedte)
    pagina.get_by_text("Menu", exact=True).click()
    assert pagina.get_by_role("link", name="Taken , 1 open taak").is_visible()
    keur(pagina, "menu-open")


def test_de_vraag_om_ingelogd_te_blijven_is_toegankelijk(fatima, open_pagina):
    pagina = open_pagina("/overzicht", fatima, 390)
    pagina.evaluate("document.getElementById('sessie').showModal()")
    keur(pagina, "sessie")


def test_zonder_noodopmaak_en_met_blijft_de_pagina_passen(wereld, fatima, open_pagina, monkeypatch):
    monkeypatch.setattr("portaal.overzicht.context._nlds_gebouwd", lambda: False)
    for breedte in BREEDTES:
        keur(open_pagina("/overzicht", fatima, breedte), "nood")


def test_ook_het_tweede_thema_is_toegankelijk(wereld, fatima, open_pagina, settings):
    settings.THEMA = "duinrand"
    for naam in ("overzicht", "taak"):
        keur(open_pagina(wereld[naam], fatima, 1280), f"duinrand-{naam}")


def test_ook_in_het_engels_is_alles_toegankelijk(wereld, fatima, open_pagina):
    pagina = open_pagina("/overzicht", fatima, 390, taal="en")
    assert pagina.locator("html").get_attribute("lang") == "en"
    keur(pagina, "overzicht-en")
