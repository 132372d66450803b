"""De zeven verhalen van de demo, van begin tot eind gespeeld in een echte browser, met en zonder JavaScript.

Wie speelt weet niets van het systeem: hij doet alleen wat er op de pagina van het verhaal staat.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from berichten.tasks import publiceer_wachtende
from portaal.bestanden.models import Bestand, Stand
from portaal.demo import spel
from portaal.demo.verhalen import laad
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen import oidc
from tests.bestanden.conftest import PDF, map_, scanner, start_scanner  # noqa: F401
from tests.paginas.test_browser import Venster, browser, open_venster  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANG = pytest.mark.lang
BEIDE = pytest.mark.parametrize("javascript", [pytest.param(True, marks=LANG), pytest.param(False, marks=LANG)])


class Speler:
    """Iemand die een verhaal naspeelt. Wat in het echt een worker doet, gebeurt na elke knop van de back-office."""

    def __init__(self, venster: Venster, verhaal: str, javascript: bool) -> None:
        self.venster, self.verhaal, self.javascript = venster, verhaal, javascript
        self.pagina: Page = venster.pagina
        venster.ga_naar("/demo/verhalen").get_by_role("link", name=self._spel().titel).click()

    def _spel(self) -> spel.Spel:
        return next(v for v in spel.verhalen() if v.sleutel == self.verhaal)

    def stap(self, nummer: int, wie: str) -> None:
        """Terug naar het verhaal: deze stap is aan de beurt, en deze persoon."""
        self.venster.ga_naar("/demo/verhalen")
        expect(self.pagina.get_by_role("heading", name=re.compile(f"^Nu: stap {nummer} van"))).to_be_visible()
        expect(self.pagina.locator("#nu")).to_contain_text(f"U bent nu {wie}.")
        if nummer == 2:
            self.keur(f"verhaal-{self.verhaal}")

    def als(self, nummer: int, wie: str) -> Page:
        """De stap van een persoon: log zo nodig in als hem, en kom op de pagina waar het moet gebeuren."""
        self.stap(nummer, wie)
        verder = self.pagina.locator("#nu").get_by_role("link", name=re.compile("Ga naar de portaal|Inloggen met"))
        inloggen = "Inloggen" in verder.inner_text()
        verder.click()
        if inloggen:
            self.pagina.get_by_role("button", name=wie, exact=True).click()
        expect(self.pagina.locator("h1")).not_to_have_text("Wie bent u?")
        return self.pagina

    def knop(self, nummer: int, naam: str) -> None:
        """De stap van de back-office."""
        self.stap(nummer, "de back-office")
        self.pagina.get_by_role("button", name=naam).click()
        expect(self.pagina.locator("#nu")).to_be_visible()
        publiceer_wachtende()
        lever_af()

    def lees(self, nummer: int, wie: str, onderwerp: str) -> None:
        """De stap van wie een bericht leest."""
        pagina = self.als(nummer, wie)
        expect(pagina.get_by_role("heading", level=1)).to_have_text(onderwerp)

    def verstuur(self, **antwoorden: str) -> None:
        """Vul de vragen in (label → antwoord), controleer en verstuur."""
        for vraag, antwoord in antwoorden.items():
            self.pagina.get_by_label(vraag.replace("_", " ")).fill(antwoord)
        self.pagina.get_by_role("button", name=re.compile("^Verder naar (controleren|nakijken)")).click()
        self.pagina.get_by_role("button", name="Versturen").click()
        expect(self.pagina.get_by_role("button", name="Versturen")).to_have_count(0)

    def uit(self) -> None:
        """Het verhaal is uit, het boek klopt, en de browser had niets te klagen."""
        self.venster.ga_naar("/demo/verhalen")
        expect(self.pagina.get_by_role("heading", name="Dit verhaal is uit")).to_be_visible()
        self.keur(f"verhaal-{self.verhaal}-uit")
        assert controleer_alles() == []

    def keur(self, naam: str) -> None:
        if self.javascript:  # axe is zelf JavaScript
            self.venster.keur(naam, 1280, 390)
            self.pagina.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def speel(
    open_venster,  # noqa: F811
    scanner: None,  # noqa: F811
    live_server: Any,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Callable[..., Speler]]:
    """De demo op een draaiende server, met de nagespeelde inlogdiensten erbij."""
    bestand = tmp_path / "middelen.toml"
    bestand.write_text(Path(settings.INLOGMIDDELEN_BESTAND).read_text())
    settings.PORTAAL_URL, settings.INLOGMIDDELEN_BESTAND = str(live_server.url), str(bestand)
    settings.DEMO_MAP = tmp_path
    oidc._geheugen.clear()
    laad()
    publiceer_wachtende()

    def begin(verhaal: str, *, javascript: bool) -> Speler:
        venster = open_venster(javascript=javascript)
        venster.pagina.set_default_timeout(60_000)
        return Speler(venster, verhaal, javascript)

    expect.set_options(timeout=60_000)  # een verhaal is lang; op een drukke machine mag het langzaam gaan
    yield begin
    expect.set_options(timeout=5_000)
    oidc._geheugen.clear()


@BEIDE
def test_fatima_krijgt_een_vergunning_voor_haar_straatfeest(speel, javascript):
    s = speel("evenement", javascript=javascript)

    pagina = s.als(1, "Fatima El Amrani")
    pagina.get_by_label("Hoe heet het evenement?").fill("Straatfeest Dorpsstraat")
    pagina.get_by_label("Op welke dag is het?").fill("2027-05-08")
    pagina.get_by_label("Hoeveel bezoekers verwacht u?").fill("80")
    pagina.get_by_label("Waar is het?").fill("Dorpsstraat, tussen nummer 1 en 40")
    s.verstuur()
    expect(pagina.get_by_role("heading", name="Gelukt. Wij hebben uw verzoek ontvangen")).to_be_visible()

    s.knop(2, "Neem de aanvraag in behandeling")
    s.lees(3, "Fatima El Amrani", "Wij behandelen uw aanvraag voor een evenement")
    s.knop(4, "Vraag om een kaart en een beschrijving")

    pagina = s.als(5, "Fatima El Amrani")
    pagina.get_by_role("link", name="Formulier invullen").click()
    pagina.get_by_label("Hoe ziet het terrein eruit?").fill("De kramen staan langs de gevel; de stoep blijft vrij.")
    kaart = {"name": "kaart.pdf", "mimeType": "application/pdf", "buffer": PDF}
    pagina.get_by_label("Stuur een kaart van het terrein").set_input_files(files=[kaart])
    if javascript:  # dan gaat het bestand meteen mee; anders met de knop eronder
        expect(pagina.get_by_role("list", name="Toegevoegde bestanden")).to_contain_text("kaart.pdf")
        s.keur("verhaal-kaart")
    s.verstuur()
    with pagina.expect_download() as download:
        pagina.get_by_role("link", name="kaart.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    verstuurd = Bestand.objects.als_systeem("een test").get(bij_soort="taak")
    assert (verstuurd.stand, verstuurd.verstuurd_op is not None) == (Stand.SCHOON, True)

    s.knop(6, "Verwerk het antwoord")

    pagina = s.als(7, "Fatima El Amrani")
    pagina.get_by_role("link", name="Geef een wijziging door").click()
    pagina.get_by_label("Hoeveel bezoekers verwacht u nu?").fill("250")
    pagina.get_by_label("Wat verandert er?").fill("De hele wijk komt.")
    s.verstuur()

    s.knop(8, "Stuur het besluit")
    s.lees(9, "Fatima El Amrani", "Besluit: uw evenement mag doorgaan")
    s.keur("verhaal-besluit")
    with pagina.expect_download() as download:
        pagina.get_by_role("link", name="Vergunning", exact=True).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    s.uit()


@BEIDE
def test_de_notaris_maakt_een_akte_en_het_bedrijf_hoort_het(speel, javascript):
    s = speel("erfpacht", javascript=javascript)

    pagina = s.als(2, "Anne de Waal")
    pagina.get_by_role("link", name="Meld hoe het gaat").click()
    pagina.get_by_label("Over welke dag gaat het?").fill("2026-12-04")
    pagina.get_by_label("Wat wilt u melden?").fill("De afspraak is op 4 december.")
    s.verstuur()

    pagina = s.als(3, "Anne de Waal")
    pagina.get_by_role("link", name="Formulier invullen").click()
    pagina.get_by_label("Op welke dag is de akte gepasseerd?").fill("2026-12-04")
    s.verstuur()

    s.knop(4, "Schrijf de akte in")
    s.lees(5, "Sanne Bakker (Bakkerij De Hoek)", "Uw erfpacht staat op naam")
    s.uit()


@BEIDE
def test_de_hersteller_meldt_terug_en_de_gemeente_keurt_goed(speel, javascript):
    s = speel("bank", javascript=javascript)

    pagina = s.als(2, "Ilse Maas")
    pagina.get_by_role("link", name="Meld hoe het gaat").click()
    pagina.get_by_label("Over welke dag gaat het?").fill("2026-11-27")
    pagina.get_by_label("Wat wilt u melden?").fill("De plank is vervangen.")
    s.verstuur()

    s.als(3, "Ilse Maas").get_by_role("button", name="Ik heb dit al gedaan").click()
    s.knop(4, "Controleer en rond af")
    s.lees(5, "Ilse Maas", "De bank is goedgekeurd")
    s.uit()


@BEIDE
def test_na_drie_meldingen_van_de_trainer_krijgt_jesse_een_uitnodiging(speel, javascript):
    s = speel("training", javascript=javascript)

    for keer, dag in enumerate(("2026-11-02", "2026-11-09", "2026-11-16"), 1):
        pagina = s.als(keer, "Karin Post")
        pagina.get_by_label("Op welke dag was de deelnemer er niet?").fill(dag)
        pagina.get_by_label("Nee", exact=True).check()
        s.verstuur()

    s.knop(4, "Nodig Jesse uit")
    s.als(5, "Jesse Bos").get_by_role("button", name="Ik heb dit al gedaan").click()
    s.knop(6, "Bevestig het gesprek")
    s.lees(7, "Jesse Bos", "Wat wij met u hebben afgesproken")
    s.uit()


@BEIDE
def test_fatima_verlengt_haar_paspoort_omdat_de_gemeente_het_zag(speel, javascript):
    s = speel("paspoort", javascript=javascript)

    pagina = s.als(2, "Fatima El Amrani")
    pagina.get_by_role("link", name=re.compile("afspraak", re.IGNORECASE)).first.click()
    pagina.get_by_label("Uw antwoord").fill("Dinsdag om 10.00 uur")
    pagina.get_by_role("button", name="Versturen").click()
    expect(pagina.get_by_role("button", name="Versturen")).to_have_count(0)

    s.knop(3, "Het paspoort is klaar")
    s.lees(4, "Fatima El Amrani", "Uw nieuwe paspoort ligt klaar")
    s.uit()


@pytest.mark.parametrize("javascript", [pytest.param(True, marks=LANG), False])
def test_henk_laat_zijn_auto_keuren_en_speelt_het_nog_een_keer(speel, javascript):
    s = speel("apk", javascript=javascript)

    s.als(2, "Henk de Boer").get_by_role("button", name="Ik heb dit al gedaan").click()
    s.knop(3, "De auto is gekeurd")
    s.lees(4, "Henk de Boer", "Uw auto is gekeurd")
    s.uit()

    s.pagina.get_by_role("button", name="Speel dit verhaal nog een keer").click()
    s.stap(2, "Henk de Boer")


@BEIDE
def test_fatima_krijgt_huurtoeslag_die_al_was_ingevuld(speel, javascript):
    s = speel("huurtoeslag", javascript=javascript)

    pagina = s.als(2, "Fatima El Amrani")
    expect(pagina.get_by_text("Uw inkomen is lager dan de grens voor huurtoeslag")).to_be_visible()
    pagina.get_by_role("link", name="Formulier invullen").click()
    expect(pagina.get_by_label("Hoeveel huur betaalt u per maand, in euro's?")).to_have_value("612")
    pagina.get_by_label("Ik heb alles eerlijk ingevuld").check()
    s.verstuur()
    expect(pagina.get_by_role("heading", name="Gelukt. Wij hebben uw verzoek ontvangen")).to_be_visible()

    s.knop(3, "Ken de toeslag toe")
    s.lees(4, "Fatima El Amrani", "U krijgt huurtoeslag")
    s.uit()
