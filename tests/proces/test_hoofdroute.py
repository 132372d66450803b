"""De hoofdroute met echte processen: van back-office naar inwoner en terug."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Aflevering
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.models import Notificatie
from portaal.notificaties.tasks import verstuur_wachtende
from tests import wereld
from tests.proces.conftest import TITEL, BackOffice, Bezoeker, wacht_tot

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

pytestmark = pytest.mark.proces


def alle_tekst(bestand: Path) -> str:
    """De hele e-mail: de koppen en elk deel, ontcijferd."""
    bericht = message_from_bytes(bestand.read_bytes(), policy=policy.default)
    delen = [deel.get_content() for deel in bericht.walk() if not deel.is_multipart()]
    return "\n".join([*(f"{naam}: {waarde}" for naam, waarde in bericht.items()), *delen])


def test_een_taak_gaat_van_back_office_naar_inwoner_en_terug(
    omgeving: "Omgeving", zaaksysteem: BackOffice, fatima: Bezoeker
) -> None:
    omgeving.env["VEEG_SECONDEN"] = "1"
    omgeving.start()

    gemaakt = zaaksysteem.maak_taak()
    assert gemaakt.status_code == 201
    uuid = gemaakt.json()["uuid"]
    assert gemaakt.json()["url"] == f"{omgeving.url}/taken/api/v1/externetaken/{uuid}"

    # De worker stuurt één e-mail, die niets verraadt.
    wacht_tot(omgeving.post.namen, "de e-mail aan Fatima")
    (naam,) = omgeving.post.namen()
    mail = omgeving.post.lees(naam)
    assert mail.aan == "fatima@voorbeeld.test"
    assert "een verzoek om informatie" in mail.tekst
    tekst = alle_tekst(omgeving.post.map / f"{naam}.eml")
    for geheim in (TITEL, "loonstrook", "verdiende", wereld.BSN_FATIMA, uuid, "/taken", "/demo", "<a "):
        assert geheim.lower() not in tekst.lower()

    # Fatima logt in met DigiD, van de portaal naar de inlogdienst en terug.
    fatima.ga_naar("/inloggen/digid?next=/overzicht")
    assert "/demo/oidc/digid/authorize" in fatima.pagina.url
    overzicht = fatima.verstuur(persoon="fatima")
    assert fatima.pagina.url == f"{omgeving.url}/overzicht"
    assert TITEL in overzicht
    taak = fatima.ga_naar(f"/taken/{uuid}")
    assert f"{omgeving.url}/demo/formulier/{uuid}" in taak
    assert "U gaat naar" in taak
    assert "Wij wachten op bevestiging van" in fatima.verstuur(f"/taken/{uuid}/gedaan")

    # Het zaaksysteem bevestigt, en Fatima ziet het.
    assert zaaksysteem.zet_op(uuid, "verwerkt").status_code == 409
    assert zaaksysteem.zet_op(uuid, "uitgevoerd").json()["status"] == "uitgevoerd"
    assert zaaksysteem.zet_op(uuid, "verwerkt").json()["status"] == "verwerkt"
    na_afloop = fatima.ga_naar(f"/taken/{uuid}")
    for regel in (
        "klaargezet",
        "een e-mail of sms gestuurd",
        "doorgegeven dat u dit heeft gedaan",
        "De taak is afgerond.",
    ):
        assert regel in na_afloop
    assert "Ik heb dit gedaan" not in na_afloop
    wacht = fatima.ga_naar("/overzicht")
    assert f"/taken/{uuid}/gedaan" not in wacht

    # Er is niets blijven liggen, en er is geen tweede e-mail.
    assert {a.stand for a in Aflevering.objects.all()} == {Stand.KLAAR}
    assert [n.stand for n in Notificatie.objects.all()] == [Stand.KLAAR]
    assert (lever_af(), verstuur_wachtende()) == (0, 0)
    assert omgeving.post.namen() == [naam]
    assert controleer_alles() == []

    # En geen enkel proces schreef iets over Fatima in zijn logboek.
    logboeken = {pad.name: pad.read_text("utf-8", "replace") for pad in omgeving.log.iterdir()}
    assert {"web.log", "worker.log", "beat.log"} <= set(logboeken)
    assert "notificaties.verstuur" in logboeken["worker.log"]
    for logboek in logboeken.values():
        assert wereld.BSN_FATIMA not in logboek
        assert TITEL not in logboek
        assert "fatima@" not in logboek
        assert "code=" not in logboek  # geen querystring: daar staat de code van de inlogdienst in


# --- In een echte browser ---------------------------------------------------------------------------------------------
@pytest.fixture
def open_browser(browser_pad: str) -> Iterator[Callable[[bool], BrowserContext]]:
    with sync_playwright() as toneel:
        browser = toneel.chromium.launch(executable_path=browser_pad, args=["--no-sandbox"])

        def open_(javascript: bool) -> BrowserContext:
            context = browser.new_context(java_script_enabled=javascript, viewport={"width": 1280, "height": 900})
            context.set_default_timeout(20_000)
            return context

        yield open_
        browser.close()


def keur(pagina: Page, keurder: BrowserContext | None) -> None:
    """Geen enkele fout volgens axe op deze pagina.

    Axe is zelf JavaScript. Zonder JavaScript opent een keurder daarom dezelfde pagina, met lege scripts van de portaal.
    """
    te_keuren = pagina
    if keurder is not None:
        keurder.clear_cookies()
        keurder.add_cookies(pagina.context.cookies())  # type: ignore[arg-type]
        te_keuren = keurder.new_page()
        te_keuren.goto(pagina.url)
    uitslag = Axe().run(te_keuren).response
    assert [(f["id"], f["nodes"][0]["html"][:100]) for f in uitslag["violations"]] == [], pagina.url


@pytest.mark.browser
@pytest.mark.parametrize(
    "javascript",
    [
        pytest.param(True, id="met JavaScript"),
        pytest.param(False, id="zonder JavaScript", marks=pytest.mark.lang),  # elke pagina twee keer
    ],
)
def test_fatima_doet_haar_taak_in_een_browser(
    omgeving: "Omgeving",
    zaaksysteem: BackOffice,
    open_browser: Callable[[bool], BrowserContext],
    javascript: bool,
) -> None:
    omgeving.start(["valkey", "web"])
    uuid = zaaksysteem.maak_taak().json()["uuid"]
    pagina, keurder = open_browser(javascript).new_page(), None
    if not javascript:
        keurder = open_browser(True)
        keurder.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    klachten: list[str] = []
    pagina.on("console", lambda regel: klachten.append(regel.text) if regel.type in ("error", "warning") else None)
    pagina.on("pageerror", lambda fout: klachten.append(str(fout)))

    pagina.goto(f"{omgeving.url}/overzicht")  # nog niet ingelogd: kies hoe
    keur(pagina, keurder)
    pagina.get_by_role("link", name="Inloggen met DigiD Voor uzelf").click()
    pagina.wait_for_url("**/demo/oidc/digid/authorize**")
    keur(pagina, keurder)
    pagina.get_by_role("button", name="Fatima El Amrani").click()
    pagina.wait_for_url(f"{omgeving.url}/overzicht")
    keur(pagina, keurder)
    pagina.get_by_role("link", name=re.compile(TITEL)).click()
    pagina.wait_for_url(f"{omgeving.url}/taken/{uuid}")
    keur(pagina, keurder)
    pagina.locator(f'a[href="{omgeving.url}/demo/formulier/{uuid}"]').click()  # naar het formulier, en weer terug
    pagina.wait_for_url("**/demo/formulier/**")
    keur(pagina, keurder)
    pagina.go_back()
    pagina.get_by_role("button", name="Ik heb dit gedaan").click()
    expect(pagina.get_by_role("heading", name=re.compile("Wij wachten op bevestiging van"))).to_be_visible()
    keur(pagina, keurder)
    assert zaaksysteem.zet_op(uuid, "uitgevoerd").status_code == 200
    assert zaaksysteem.zet_op(uuid, "verwerkt").status_code == 200
    pagina.goto(f"{omgeving.url}/taken/{uuid}")
    expect(pagina.get_by_text("De taak is afgerond.")).to_be_visible()
    keur(pagina, keurder)
    pagina.get_by_role("button", name="Uitloggen").first.click()
    pagina.wait_for_url(f"{omgeving.url}/uitgelogd")
    keur(pagina, keurder)

    assert klachten == []
