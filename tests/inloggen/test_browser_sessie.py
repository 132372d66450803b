"""Het einde van de sessie in een echte browser: het venster dat waarschuwt, in elk tabblad, en de weg zonder JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.inloggen import oidc
from portaal.inloggen.models import Sessie
from portaal.tijd import nu
from tests.inloggen.hulp import ingelogd
from tests.inloggen.test_onderbroken import VRAGEN
from tests.paginas.conftest import Persoon, fatima, gemeente, klaarzetten, namen  # noqa: F401
from tests.paginas.test_browser import Venster, browser, open_venster  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Venster]


def dialoog(pagina: Page) -> Locator:
    return pagina.get_by_role("dialog", name="Wilt u ingelogd blijven?")


def met_eigen_klok(pagina: Page, adres: str) -> Page:
    """Een pagina waarvan de test de klok vooruitzet, samen met die van de andere tabbladen; de server merkt het niet."""
    pagina.set_default_timeout(30_000)
    pagina.goto(adres)
    return pagina


def test_verlengen_in_het_ene_tabblad_verlengt_in_elk_tabblad(fatima: Persoon, open_venster: Open) -> None:  # noqa: F811
    venster = open_venster(fatima)
    venster.pagina.clock.install()
    een = met_eigen_klok(venster.pagina, f"{venster.adres}/overzicht")
    twee = met_eigen_klok(een.context.new_page(), f"{venster.adres}/taken")
    een.clock.fast_forward("10:00")
    for tab in (een, twee):
        expect(dialoog(tab)).to_have_count(0)
    een.clock.fast_forward("03:30")
    for tab in (een, twee):
        expect(dialoog(tab)).to_be_visible()
        expect(dialoog(tab).locator("[data-sessie-rest]")).to_contain_text("1:")
    [voor] = [sessie.laatst_actief for sessie in ingelogd()]

    dialoog(een).get_by_role("button", name="Ingelogd blijven").click()
    for tab in (een, twee):
        expect(dialoog(tab)).to_have_count(0)
    een.clock.fast_forward("10:00")
    for tab in (een, twee):
        expect(dialoog(tab)).to_have_count(0)  # het kwartier is echt opnieuw begonnen
    [na] = [sessie.laatst_actief for sessie in ingelogd()]
    assert voor is not None
    assert na is not None
    assert na > voor
    assert venster.klachten == []


def test_ook_een_stukje_pagina_dat_wordt_opgehaald_verlengt_in_elk_tabblad(
    fatima: Persoon,  # noqa: F811
    klaarzetten: Any,  # noqa: F811
    open_venster: Open,  # noqa: F811
) -> None:
    for nummer in range(22):
        klaarzetten(fatima, f"Taak {nummer}")
    venster = open_venster(fatima)
    venster.pagina.clock.install()
    een = met_eigen_klok(venster.pagina, f"{venster.adres}/overzicht")
    twee = met_eigen_klok(een.context.new_page(), f"{venster.adres}/taken")
    een.clock.fast_forward("10:00")
    with twee.expect_response(lambda antwoord: "/taken?" in antwoord.url) as opgehaald:
        twee.get_by_role("link", name="Toon meer taken").click()
    assert int(opgehaald.value.headers["x-sessie-seconden"]) > 600
    expect(twee.get_by_role("link", name="Toon meer taken")).to_have_count(0)
    een.clock.fast_forward("04:30")  # samen 14:30: zonder het ophalen stond het venster er nu
    een.clock.run_for(2000)
    for tab in (een, twee):
        expect(dialoog(tab)).to_have_count(0)
    een.clock.fast_forward("09:00")
    for tab in (een, twee):
        expect(dialoog(tab)).to_be_visible()


def test_na_vier_uur_zegt_het_venster_dat_langer_niet_kan(fatima: Persoon, open_venster: Open) -> None:  # noqa: F811
    Sessie.objects.update(begonnen=nu() - timedelta(hours=4) + timedelta(seconds=110))
    venster = open_venster(fatima)
    pagina = venster.ga_naar("/overzicht")
    expect(dialoog(pagina)).to_be_visible()
    expect(dialoog(pagina)).to_contain_text("U heeft een tijd niets gedaan.")
    dialoog(pagina).get_by_role("button", name="Ingelogd blijven").click()
    expect(dialoog(pagina)).to_contain_text("U bent lang ingelogd. Langer kan niet.")
    expect(dialoog(pagina).get_by_role("button", name="Ingelogd blijven")).to_have_count(0)
    expect(dialoog(pagina).get_by_role("button", name="Nu uitloggen")).to_be_visible()


def test_zonder_javascript_staat_na_opnieuw_inloggen_alles_er_nog(
    fatima: Persoon,  # noqa: F811
    klaarzetten: Any,  # noqa: F811
    open_venster: Open,  # noqa: F811
    settings: Any,
) -> None:
    taak = klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": {"components": VRAGEN}})
    venster = open_venster(fatima, javascript=False)
    settings.PORTAAL_URL = venster.adres
    oidc._geheugen.clear()
    pagina = venster.ga_naar(f"/taken/{taak.pk}/formulier")
    pagina.get_by_label("Werkgever").fill("Bakkerij De Hoek")
    pagina.get_by_label("Loon").fill("twaalfhonderd")
    pagina.locator('input[name="vast"][value="nee"]').check()
    pagina.get_by_label("Wanneer?").select_option("nee")
    pagina.get_by_label("Opmerking").fill("Een lang verhaal\nover twee regels")
    Sessie.objects.update(laatst_actief=nu() - timedelta(minutes=16))

    pagina.get_by_role("button", name="Verder naar nakijken").click()
    expect(pagina.get_by_text("hebben wij een half uur voor u bewaard")).to_be_visible()
    pagina.get_by_role("link", name="Inloggen met DigiD").first.click()
    pagina.get_by_role("button", name="Fatima El Amrani").click()

    expect(pagina.get_by_role("heading", name="Hier staat weer wat u had ingevuld")).to_be_visible()
    expect(pagina.get_by_label("Werkgever")).to_have_value("Bakkerij De Hoek")
    expect(pagina.get_by_label("Loon")).to_have_value("twaalfhonderd")
    expect(pagina.get_by_label("Wanneer?")).to_have_value("nee")
    expect(pagina.get_by_label("Opmerking")).to_have_value("Een lang verhaal\nover twee regels")
    expect(pagina.locator('input[name="vast"][value="nee"]')).to_be_checked()


def test_de_pagina_s_rond_het_inloggen_zijn_toegankelijk(
    fatima: Persoon,  # noqa: F811
    klaarzetten: Any,  # noqa: F811
    open_venster: Open,  # noqa: F811
    live_server: Any,
    settings: Any,
) -> None:
    """Te laag ingelogd, noodtoegang, organisatie, uitnodiging en namens wie: axe, en het past op een klein scherm."""
    settings.PORTAAL_URL = live_server.url
    oidc._geheugen.clear()
    zet_ketenpartners_klaar()
    hoog = klaarzetten(fatima, "Teken de verklaring", minimaal_niveau=3)

    venster = open_venster(fatima)
    pagina = venster.ga_naar(f"/taken/{hoog.pk}")
    expect(pagina.get_by_role("link", name="Opnieuw inloggen met DigiD")).to_be_visible()
    venster.keur("hoger", 390)

    vreemd = open_venster()
    pagina = vreemd.ga_naar("/beheer/noodtoegang")
    pagina.get_by_role("button", name="Inloggen", exact=True).click()
    expect(pagina.get_by_role("heading", name="U bent niet ingelogd")).to_be_focused()
    vreemd.keur("noodtoegang-fout", 390, fout_verwacht=True)

    anne = open_venster()
    pagina = anne.ga_naar("/inloggen/ketenpartner?next=/organisatie")
    pagina.get_by_role("button", name="Anne de Waal").click()
    pagina.get_by_label("Naam van uw collega").fill("Wilhelmina van den Bovenkamp-Schoutenburg")
    pagina.get_by_role("button", name="Maak de uitnodiging").click()
    anne.keur("organisatie", 1280, 390)
    link = pagina.get_by_label("Link").input_value()
    genodigde = open_venster()
    genodigde.pagina.goto(link)
    expect(genodigde.pagina.get_by_role("heading", level=1)).to_contain_text("U bent uitgenodigd")
    genodigde.keur("uitnodiging", 390)

    mila = open_venster()
    pagina = mila.ga_naar("/inloggen/ketenpartner")
    pagina.get_by_role("button", name="Mila Groot").click()
    mila.keur("namens", 390)
    pagina.get_by_role("button", name="Verder namens Straatwerk Reparaties BV").click()
    mila.ga_naar("/inloggen/namens")
    expect(pagina.get_by_role("button", name="Verder namens Notariskantoor De Waal")).to_be_visible()
    expect(pagina.get_by_role("button", name="Verder namens Straatwerk")).to_have_count(0)
    mila.keur("namens-wisselen", 390)
