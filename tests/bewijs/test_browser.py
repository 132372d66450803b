"""Fatima leest en bewaart het bewijs in een echte browser, met en zonder JavaScript."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import Partij
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.tijd import nu
from taken import handelingen
from tests import wereld
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.conftest import Persoon
from tests.paginas.test_browser import LANGE_TITEL, browser, open_venster  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]


def test_het_bewijs_is_toegankelijk_en_te_downloaden(
    open_venster: Any,  # noqa: F811
    fatima: Persoon,
    stuur: Any,
    klaarzetten: Any,
    gemeente: Any,
    settings: Any,
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wereld.emailadres(wereld.fatima())
    bericht = stuur(
        fatima, onderwerp="Besluit bijzondere bijstand", einddatum=nu() + timedelta(days=20), referentie="BB-1"
    )
    dicht = stuur(fatima, onderwerp="Uw medische gegevens", minimaal_niveau=3)
    lever_af()
    verstuur_wachtende()
    taak, door = klaarzetten(fatima, LANGE_TITEL), Partij.systeem(gemeente)
    handelingen.voer_uit(taak.pk, door)
    handelingen.heropen(taak.pk, door, reden="De jaaropgave van 2024 ontbreekt nog.")

    venster = open_venster(fatima)
    pagina = venster.ga_naar(f"/berichten/{bericht.pk}")
    pagina.get_by_role("link", name="Bewijs van wat er is gebeurd").click()
    expect(pagina.get_by_role("heading", level=1)).to_have_text("Bewijs: Besluit bijzondere bijstand")
    expect(pagina.get_by_text("Er is niets gewijzigd")).to_be_visible()
    venster.keur("bewijs-bericht", 1280, 390, 320)
    for naam, begin in (("PDF", b"%PDF"), ("JSON", b"{")):
        with pagina.expect_download() as download:
            pagina.get_by_role("link", name=f"Downloaden als {naam}").click()
        assert download.value.suggested_filename == f"bewijs-bericht-{bericht.pk}.{naam.lower()}"
        assert download.value.path().read_bytes().startswith(begin)
    venster.ga_naar(f"/bewijs/taak/{taak.pk}")
    venster.keur("bewijs-taak", 1280, 390, 320)
    venster.ga_naar(f"/bewijs/bericht/{dicht.pk}")
    venster.keur("bewijs-dicht", 1280, 390)
    engels = open_venster(fatima, taal="en")
    engels.ga_naar(f"/bewijs/bericht/{bericht.pk}")
    engels.keur("bewijs-en", 1280)

    zonder = open_venster(fatima, javascript=False).ga_naar(f"/bewijs/taak/{taak.pk}")
    zonder.get_by_text("Versie 1, vastgelegd op").click()
    expect(zonder.get_by_text("Wij willen weten hoeveel u verdiende.").first).to_be_visible()

    log_in_beheer(fatima.client)
    beheer = open_venster(fatima)
    beheer.ga_naar(f"/beheer/taken/taak/{taak.pk}/change/").get_by_role("link", name="Bewijs").click()
    expect(beheer.pagina.get_by_role("heading", name="In het kort")).to_be_visible()
