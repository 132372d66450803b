"""Bestanden kiezen in een echte browser, met voortgang, en zonder JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from taken.models import Taak
from tests.bestanden.conftest import PDF
from tests.bestanden.test_paginas import bij
from tests.formulieren.test_browser import knop
from tests.paginas.test_browser import browser, open_venster  # noqa: F401

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
