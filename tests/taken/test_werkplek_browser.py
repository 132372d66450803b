"""In een echte browser: een team verdeelt werk, en Fatima betaalt. Elke pagina onderweg is toegankelijk."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from taken.models import Taak, TaakSoort
from tests import wereld
from tests.inloggen.hulp import sessie_voor
from tests.paginas.test_browser import browser, open_venster  # noqa: F401
from tests.taken.test_betalen import DETAILS
from tests.taken.test_team import akte, lid  # noqa: F401
from tests.taken.test_team import browser as ingelogd

pytestmark = [pytest.mark.lang, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def herlees(taak: Taak) -> Taak:
    return Taak.objects.als_systeem("test").met_context().get(pk=taak.pk)


def test_anne_pakt_een_taak_op_geeft_haar_door_en_tom_geeft_haar_terug(akte, open_venster):  # noqa: F811
    zet_ketenpartners_klaar()
    taak = akte(dagen=9)
    anne, tom = (open_venster(SimpleNamespace(client=ingelogd(wie))) for wie in ("Anne", "Tom"))
    anne.ga_naar("/taken")
    anne.keur("team-lijst", 1280, 390)
    anne.ga_naar(f"/taken/{taak.pk}")
    anne.keur("team-taak", 1280, 390)

    anne.pagina.get_by_role("button", name="Ik doe dit").click()
    expect(anne.pagina.get_by_text("U doet deze taak.")).to_be_visible()
    anne.keur("team-opgepakt", 390)
    anne.pagina.get_by_label("Geef de taak aan").select_option(label="Tom Kuipers")
    anne.pagina.get_by_role("button", name="Geef door").click()
    expect(anne.pagina.get_by_text("Tom Kuipers doet deze taak.")).to_be_visible()
    assert herlees(taak).behandelaar == lid("Tom")

    tom.ga_naar("/taken?wie=mij")
    tom.keur("team-mijn", 1280, 390)
    tom.pagina.get_by_role("link", name=re.compile("Maak de akte")).first.click()
    tom.pagina.get_by_label("Geef de taak aan").select_option(value="")
    tom.pagina.get_by_role("button", name="Geef door").click()
    expect(tom.pagina.get_by_text("Nog niemand.")).to_be_visible()
    assert herlees(taak).behandelaar is None
    for naam, pad in (("terugmelding", "terugmelding"), ("meer-tijd", "meer-tijd"), ("herinnering", "herinnering")):
        tom.ga_naar(f"/taken/{taak.pk}/{pad}")
        tom.keur(f"team-{naam}", 1280, 390)


def test_fatima_betaalt_bij_de_betaaldienst_en_komt_terug(open_venster, live_server: Any, settings: Any):  # noqa: F811
    settings.PORTAAL_URL = live_server.url
    taak = wereld.taak(titel="Betaal uw naheffing", soort=TaakSoort.BETAALTAAK, details=DETAILS)
    client = Client()
    sessie_voor(client, taak.betrokkene_id)
    fatima = open_venster(SimpleNamespace(client=client))
    fatima.ga_naar(f"/taken/{taak.pk}")
    fatima.keur("betaaltaak", 1280, 390)

    fatima.pagina.get_by_role("button", name=re.compile("etalen")).first.click()
    fatima.pagina.wait_for_url("**/demo/betalen**")
    fatima.keur("betaaldienst", 1280, 390)
    fatima.pagina.get_by_role("button", name=re.compile("etalen|etaald")).first.click()
    expect(fatima.pagina.get_by_role("heading", level=1)).to_have_text("Betaal uw naheffing")
    fatima.keur("betaald", 1280, 390)
    assert herlees(taak).status == "uitgevoerd"
