"""Bestanden kiezen in een echte browser, met voortgang, en zonder JavaScript."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from taken.models import Taak
from tests.bestanden.conftest import PDF, bestand
from tests.bestanden.test_paginas import bij, stuur, verstuur
from tests.formulieren.test_browser import knop
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.test_browser import REGELS, browser, open_venster  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
def test_kiezen_weghalen_en_versturen(fatima, taak: Taak, scanner, open_venster, tmp_path: Path, javascript):  # noqa: F811
    okt, kwaad = tmp_path / "loonstrook oktober.pdf", tmp_path / "kwaad.pdf"
    okt.write_bytes(PDF)
    kwaad.write_bytes(b"MZ")
    venster = open_venster(fatima, javascript=javascript)

    def keur(naam: str) -> None:
        if javascript:
            venster.keur(f"bestanden-{naam}", 1280, 390)

    def kies(*paden: Path) -> None:
        pagina.get_by_label("Uw loonstroken").set_input_files([str(pad) for pad in paden])
        if not javascript:
            pagina.get_by_role("button", name="Bestand toevoegen").first.click()

    pagina = venster.ga_naar(f"/taken/{taak.pk}/formulier")
    pagina.get_by_label("Uw naam").fill("Fatima")
    keur("leeg")
    kies(okt)
    expect(pagina.get_by_role("button", name="Verwijder loonstrook oktober.pdf")).to_be_visible()
    expect(pagina.get_by_label("Uw naam")).to_have_value("Fatima")
    kies(kwaad)
    expect(pagina.get_by_text("Dit soort bestand kan niet.").first).to_be_visible()
    keur("geweigerd")
    knop(pagina, "Verwijder loonstrook oktober.pdf")
    expect(pagina.get_by_role("button", name="Verwijder loonstrook oktober.pdf")).to_have_count(0)
    kies(okt)
    expect(pagina.get_by_role("button", name="Verwijder loonstrook oktober.pdf")).to_be_visible()
    keur("gekozen")
    knop(pagina, "Verder naar nakijken")
    keur("nakijken")
    knop(pagina, "Versturen")
    expect(pagina.get_by_role("link", name="loonstrook oktober.pdf")).to_be_visible()
    keur("verstuurd")
    with pagina.expect_download() as download:
        pagina.get_by_role("link", name="loonstrook oktober.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    assert [b.naam for b in bij(taak)] == ["loonstrook oktober.pdf"]


def test_marieke_bekijkt_de_bestanden_in_het_beheer(fatima, taak: Taak, scanner, open_venster):  # noqa: F811
    stuur(fatima, taak, bewijs=[bestand("okt.pdf"), bestand("een-hele-lange-naam-" * 4 + ".pdf")])
    verstuur(fatima, taak)
    log_in_beheer(fatima.client)
    for taal, downloaden in (("nl", "Downloaden"), ("en", "Download")):
        venster = open_venster(fatima, taal=taal)
        pagina = venster.ga_naar("/beheer/portaal_bestanden/bestand/")
        for naam in ("lijst", "bestand"):
            for breedte in (1280, 390):
                pagina.set_viewport_size({"width": breedte, "height": 900})
                if map_ := os.environ.get("SCHERMEN"):
                    pagina.screenshot(path=Path(map_) / f"beheer-{naam}-{taal}-{breedte}.png", full_page=True)
                # het zoekvak en het filter boven een lijst zijn van Django zelf
                deel = "#result_list" if naam == "lijst" else "#content"
                fouten = Axe().run(pagina, context=deel, options=REGELS).response["violations"]
                assert [(f["id"], f["nodes"][0]["html"][:150]) for f in fouten] == [], naam
            if naam == "lijst":
                with pagina.expect_navigation():  # anders kijkt axe soms naar de pagina die net weg is
                    pagina.locator("#result_list tbody th a").first.click()
        with pagina.expect_download() as download:
            pagina.get_by_role("link", name=downloaden, exact=True).click()
        assert Path(download.value.path()).read_bytes() == PDF
