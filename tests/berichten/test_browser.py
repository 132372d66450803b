"""Fatima leest haar berichten in een echte browser, met en zonder JavaScript."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from berichten.models import Bericht
from portaal.tijd import nu
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import ZaakSleutel
from tests.berichten.conftest import lees
from tests.paginas.test_browser import browser, open_venster  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BESLUIT = """Beste mevrouw El Amrani,

U heeft **bijzondere bijstand** aangevraagd voor een wasmachine. Wij hebben besloten:

- u krijgt € 450
- het geld staat binnen vijf werkdagen op uw rekening

Wilt u weten hoe wij rekenen? Lees de [uitleg over bijzondere bijstand](https://www.voorbeeld.nl/bijstand).

Bent u het er niet mee eens? Dan kunt u bezwaar maken.

Met vriendelijke groet,
Gemeente Voorbeeld"""


@pytest.fixture
def post(fatima, stuur, gemeente):
    """Een volle bus: gelezen, vervangen, ingetrokken, met termijn en boven haar niveau."""
    oud = stuur(fatima, onderwerp="Uw afspraak op dinsdag 24 november", aard="uitnodiging")
    stuur(fatima, onderwerp="Uw afspraak is verzet naar woensdag", aard="uitnodiging", vervangt=oud.pk)
    stuur(fatima, onderwerp="Uw medische gegevens", minimaal_niveau=3)
    stuur(
        fatima,
        onderwerp="Betaal de leges voor uw vergunning",
        aard="betaalverzoek",
        handelingsperspectief="betalen",
        einddatum=nu() + timedelta(days=2),
        tekst="U kunt tot en met de laatste dag betalen.",
    )
    besluit = stuur(fatima, onderwerp="Besluit bijzondere bijstand", tekst=BESLUIT, referentie="BB-2026-0412")
    nummer = [(ZaakSleutel.Soort.NUMMER, "Z-2026-004512")]
    zaak = registreer_zaak(gemeente.organisatie, "Aanvraag bijzondere bijstand", "Z-2026-004512", nummer)
    Bericht.intern.filter(pk=besluit.pk).update(zaak=zaak)
    return {"besluit": besluit, "oud": oud}


def test_fatima_leest_een_bericht_en_elke_pagina_is_toegankelijk(open_venster, fatima, post):  # noqa: F811
    venster = open_venster(fatima)
    pagina = venster.ga_naar("/berichten")
    expect(pagina.locator("main h2")).to_have_count(5)
    venster.keur("berichten-lijst", 1280, 390)
    pagina.get_by_role("link", name="Besluit bijzondere bijstand").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("Besluit bijzondere bijstand")
    assert lees(post["besluit"]).geopend_op is not None
    venster.keur("bericht", 1280, 390)
    pagina.set_viewport_size({"width": 1000, "height": 700})  # liggend papier
    pagina.emulate_media(media="print")
    expect(pagina.get_by_role("button", name="Zet in het archief")).to_be_hidden()
    expect(pagina.get_by_text("bezwaar maken")).to_be_visible()
    breed = pagina.locator("main").bounding_box()
    assert breed is not None
    assert breed["width"] > 600, "op liggend papier staat de tekst in een smalle kolom"
    pagina.emulate_media(media="screen")
    for naam, onderwerp in (("vervangen", "op dinsdag"), ("termijn", "Betaal de leges"), ("dicht", "Er staat een")):
        venster.ga_naar("/berichten").get_by_role("link", name=onderwerp).click()
        venster.keur(f"bericht-{naam}", 1280, 390)


def test_zonder_javascript_leest_bergt_op_en_bladert_zij_ook(open_venster, fatima, stuur):  # noqa: F811
    for nummer in range(21):
        stuur(fatima, onderwerp=f"Bericht {nummer}")
    pagina = open_venster(fatima, javascript=False).ga_naar("/berichten")
    pagina.get_by_role("link", name="Toon meer berichten").click()
    pagina.get_by_role("link", name="Bericht 0").click()
    pagina.get_by_role("button", name="Zet in het archief").click()
    pagina.get_by_role("link", name="Archief").click()
    expect(pagina.get_by_role("link", name="Bericht 0")).to_be_visible()


def test_met_javascript_komt_het_vervolg_eronder_en_gaat_de_focus_mee(open_venster, fatima, stuur):  # noqa: F811
    for nummer in range(21):
        stuur(fatima, onderwerp=f"Bericht {nummer}")
    venster = open_venster(fatima)
    pagina = venster.ga_naar("/berichten")
    pagina.get_by_role("link", name="Toon meer berichten").click()
    expect(pagina.get_by_role("link", name="Bericht 0")).to_be_focused()
    expect(pagina.locator("main h2")).to_have_count(21)
    assert venster.klachten == []
