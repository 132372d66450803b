"""Elke pagina in een echte browser: toegankelijk, passend op elk scherm, zonder meldingen van het veiligheidsbeleid.

Met SCHERMEN=<map> bewaart deze test van elke pagina een schermafbeelding in die map.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

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
    # De synchrone playwright laat een event loop achter in deze thread; Django houdt dan elke query voor een fout.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as speler:
        browser = speler.chromium.launch(executable_path=browser_pad, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Venster:
    """Een venster van een browser, en wat er in de console kwam (ook meldingen van het veiligheidsbeleid)."""

    pagina: Page
    adres: str
    klachten: list[str] = field(default_factory=list)

    def luister(self, bericht: ConsoleMessage) -> None:
        """Bewaar wat de browser meldt als fout of waarschuwing."""
        if bericht.type in ("error", "warning"):
            self.klachten.append(bericht.text)

    def ga_naar(self, pad: str) -> Page:
        self.pagina.goto(self.adres + pad)
        return self.pagina

    def keur(self, naam: str, *breedtes: int, fout_verwacht: bool = False) -> None:
        """Niets mis volgens axe, niets buiten beeld en geen klacht, op elk van deze breedtes."""
        for breedte in breedtes or BREEDTES:
            self.pagina.set_viewport_size({"width": breedte, "height": 900})
            if map_ := os.environ.get("SCHERMEN"):
                self.pagina.screenshot(path=Path(map_) / f"{naam}-{breedte}.png", full_page=True)
            uitslag = Axe().run(self.pagina, options=REGELS).response
            fouten = [(f["id"], [knoop["html"][:120] for knoop in f["nodes"]]) for f in uitslag["violations"]]
            assert fouten == [], f"{naam} op {breedte} px"
            past = self.pagina.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert past, f"{naam}: er is iets breder dan {breedte} px"
        klachten = [klacht for klacht in self.klachten if not (fout_verwacht and "status of 4" in klacht)]
        assert klachten == [], naam


@pytest.fixture
def open_venster(browser: Browser, live_server: Any) -> Iterator[Callable[..., Venster]]:
    """Open een venster, desgewenst als een ingelogd persoon, zonder JavaScript of in een andere taal."""
    contexten = []

    def open_(persoon: Persoon | None = None, *, javascript: bool = True, taal: str = "nl") -> Venster:
        context = browser.new_context(java_script_enabled=javascript, viewport={"width": 1280, "height": 900})
        contexten.append(context)
        koekjes = {"taal": taal} | ({n: k.value for n, k in persoon.client.cookies.items()} if persoon else {})
        context.add_cookies([{"name": n, "value": w, "url": live_server.url} for n, w in koekjes.items()])
        venster = Venster(context.new_page(), live_server.url)
        venster.pagina.on("console", venster.luister)
        venster.pagina.on("pageerror", lambda fout: venster.klachten.append(str(fout)))
        return venster

    yield open_
    for context in contexten:
        context.close()


@pytest.fixture
def alles(fatima: Persoon, klaarzetten, gemeente) -> dict[str, str]:
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


def test_elke_pagina_achter_de_inlog_is_toegankelijk(alles, fatima, open_venster):
    venster = open_venster(fatima)
    for naam, pad in alles.items():
        venster.ga_naar(pad)
        venster.keur(naam)


def test_elke_open_pagina_is_toegankelijk(open_venster):
    venster = open_venster()
    for pad in ("/", "/contact", "/privacy", "/toegankelijkheid", "/uitgelogd"):
        venster.ga_naar(pad)
        venster.keur(pad.strip("/") or "inloggen")
    venster.ga_naar("/bestaat-niet")
    venster.keur("404", fout_verwacht=True)


def test_het_open_menu_op_een_telefoon_is_toegankelijk(fatima, klaarzetten, open_venster):
    klaarzetten(fatima)
    venster = open_venster(fatima)
    venster.pagina.set_viewport_size({"width": 390, "height": 900})
    venster.ga_naar("/overzicht").get_by_text("Menu", exact=True).click()
    assert venster.pagina.locator(".mo-menu a", has_text="Taken").is_visible()
    venster.keur("menu-open", 390, 320)


def test_de_vraag_om_ingelogd_te_blijven_is_toegankelijk(fatima, open_venster):
    venster = open_venster(fatima)
    venster.ga_naar("/overzicht").evaluate("document.getElementById('sessie').showModal()")
    venster.keur("sessie")


def test_ook_met_de_noodopmaak_is_alles_te_lezen(alles, fatima, open_venster, monkeypatch):
    monkeypatch.setattr("portaal.overzicht.context._nlds_gebouwd", lambda: False)
    monkeypatch.setattr("portaal.overzicht.templatetags.portaal._svg", lambda _naam: "")
    venster = open_venster(fatima)
    for naam in ("overzicht", "taak"):
        venster.ga_naar(alles[naam])
        venster.keur(f"nood-{naam}")


def test_ook_de_demo_is_toegankelijk_en_zegt_dat_het_een_demo_is(fatima, klaarzetten, open_venster, settings):
    settings.OMGEVING = "demo"
    taak = klaarzetten(fatima)
    venster = open_venster(fatima)
    assert venster.ga_naar("/overzicht").get_by_text("Dit is een demo. Er is geen echte DigiD.").is_visible()
    for naam, pad in {
        "overzicht": "/overzicht",
        "post": "/demo/post",
        "formulier": f"/demo/formulier/{taak.pk}",
    }.items():
        venster.ga_naar(pad)
        venster.keur(f"demo-{naam}")


def test_ook_het_tweede_thema_is_toegankelijk(alles, fatima, open_venster, settings):
    settings.THEMA = "duinrand"
    venster = open_venster(fatima)
    for naam in ("overzicht", "taak"):
        venster.ga_naar(alles[naam])
        venster.keur(f"duinrand-{naam}", 1280)


def test_ook_in_het_engels_is_de_pagina_toegankelijk(alles, fatima, open_venster):
    venster = open_venster(fatima, taal="en")
    assert venster.ga_naar("/overzicht").locator("html").get_attribute("lang") == "en"
    venster.keur("overzicht-en", 390)


# --- doen ------------------------------------------------------------------------------------------------------------
def test_zonder_javascript_meldt_fatima_dat_zij_het_gedaan_heeft(fatima, klaarzetten, open_venster):
    taak = klaarzetten(fatima)
    venster = open_venster(fatima, javascript=False)
    pagina = venster.ga_naar("/overzicht")
    pagina.get_by_role("link", name=re.compile("Informatie geven.*loonstrook")).click()
    pagina.get_by_role("button", name="Ik heb dit gedaan").click()
    assert pagina.url == f"{venster.adres}/taken/{taak.pk}?gedaan=ja"
    assert pagina.get_by_role("heading", name="Wij wachten op bevestiging van Gemeente Voorbeeld").is_visible()


def test_zonder_javascript_werkt_het_menu_op_een_telefoon(fatima, open_venster):
    venster = open_venster(fatima, javascript=False)
    venster.pagina.set_viewport_size({"width": 390, "height": 900})
    pagina = venster.ga_naar("/overzicht")
    pagina.get_by_text("Menu", exact=True).click()
    pagina.locator(".mo-menu a", has_text="Taken").click()
    assert pagina.url == venster.adres + "/taken"


def test_zonder_javascript_kiest_iemand_engels_en_blijft_op_dezelfde_pagina(open_venster):
    venster = open_venster(javascript=False)
    pagina = venster.ga_naar("/contact")
    pagina.get_by_role("button", name="English").click()
    assert pagina.url == venster.adres + "/contact"
    assert pagina.get_by_text("How to reach Gemeente Voorbeeld.").is_visible()


def test_na_toon_meer_staat_de_focus_op_de_eerste_nieuwe_taak(fatima, klaarzetten, open_venster):
    for nummer in range(25):
        klaarzetten(fatima, f"Taak {nummer:02}", over=nummer + 3)
    venster = open_venster(fatima)
    pagina = venster.ga_naar("/taken")
    pagina.get_by_role("link", name="Toon meer taken").click()
    expect(pagina.locator(".mo-taak")).to_have_count(25)
    expect(pagina.locator(":focus")).to_contain_text("Taak 20")
    expect(pagina.locator("#melding")).to_have_text("5 taken toegevoegd")
    venster.keur("taken-meer", 390)


def test_de_eerste_tab_gaat_naar_de_inhoud(fatima, open_venster):
    pagina = open_venster(fatima).ga_naar("/overzicht")
    pagina.keyboard.press("Tab")
    assert pagina.evaluate("document.activeElement.textContent") == "Direct naar de inhoud"
    pagina.keyboard.press("Enter")
    assert pagina.evaluate("document.activeElement.id") == "inhoud"


def test_twee_minuten_voor_het_einde_vraagt_de_pagina_of_zij_ingelogd_wil_blijven(fatima, open_venster, settings):
    settings.SESSIE_INACTIEF = 121
    venster = open_venster(fatima)
    pagina = venster.ga_naar("/overzicht")
    vraag = pagina.get_by_role("heading", name="Wilt u ingelogd blijven?")
    vraag.wait_for()
    assert pagina.evaluate("document.activeElement.id") == "sessie-kop"
    settings.SESSIE_INACTIEF = 900
    pagina.get_by_role("button", name="Ingelogd blijven").click()
    vraag.wait_for(state="hidden")
    assert venster.klachten == []
