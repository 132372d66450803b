"""Een verzoek doen in een echte browser, met en zonder JavaScript, en elke pagina toegankelijk."""

import re

import pytest
from playwright.sync_api import expect

from portaal.inloggen.partij import Partij
from tests.paginas.test_browser import browser, open_venster  # noqa: F401
from tests.verzoeken.conftest import dien_in, maak_type
from verzoeken import handelingen, weergave

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
def test_fatima_doet_een_verzoek(open_venster, evenement, vergunningen, fatima, javascript):  # noqa: F811
    maak_type(vergunningen, "zorg", naam="Vraag zorg aan", minimaal_niveau=3)
    soort = "" if javascript else "-zonder-js"
    venster = open_venster(fatima, javascript=javascript)

    def keur(naam, **extra):
        if javascript:  # axe is zelf JavaScript
            venster.keur(f"verzoek-{naam}", **extra)

    pagina = venster.ga_naar("/verzoeken")
    keur("lijst-leeg")
    pagina.get_by_role("link", name="Nieuw verzoek").click()
    pagina.get_by_label("Zoek een verzoek").fill("feest")
    keur("nieuw")
    pagina.get_by_role("button", name="Zoeken").click()
    keur("zoeken")
    pagina.get_by_role("link", name="Vraag een evenement aan").click()
    keur("invullen")
    pagina.get_by_role("button", name="Verder naar nakijken").click()
    expect(pagina.get_by_role("heading", name="Verbeter 1 antwoord")).to_be_visible()
    keur("fout")
    pagina.get_by_label("Hoe heet het evenement?").fill("Straatfeest")
    pagina.get_by_role("button", name="Bewaren en later verder gaan").click()
    expect(pagina.get_by_role("heading", name="Uw antwoorden zijn bewaard")).to_be_visible()
    keur("bewaard")
    pagina.goto(venster.adres + "/verzoeken")
    keur("lijst-concept")
    pagina.get_by_role("link", name="Verder met: Vraag een evenement aan").click()
    pagina.get_by_label("Er is muziek").check()
    pagina.get_by_role("button", name="Verder naar nakijken").click()
    keur("controle")
    pagina.get_by_role("button", name="Versturen").dblclick()
    pagina.wait_for_url(re.compile(r"verstuurd=ja"))
    expect(pagina.get_by_role("heading", name="Gelukt. Wij hebben uw verzoek ontvangen")).to_be_visible()
    keur("bewijs")

    [verzoek] = weergave.verzoeken(fatima.toegang)
    expect(pagina.get_by_text(verzoek.referentie)).to_be_visible()
    handelingen.neem_in_behandeling(verzoek.pk, Partij.systeem(vergunningen))
    pagina.get_by_role("button", name="Verzoek intrekken").click()
    expect(pagina.get_by_role("heading", name="Intrekken kan niet meer")).to_be_visible()
    handelingen.verwerk(verzoek.pk, Partij.systeem(vergunningen), reden="U krijgt de vergunning per brief.")
    pagina.goto(f"{venster.adres}/verzoeken/{verzoek.pk}")
    expect(pagina.get_by_text("U krijgt de vergunning per brief.").first).to_be_visible()
    keur(f"klaar{soort}")
    dien_in(fatima.toegang)
    pagina.goto(venster.adres + "/verzoeken")
    keur("lijst")
    pagina.goto(venster.adres + "/verzoeken/nieuw/zorg")
    keur("hoger-inloggen")
