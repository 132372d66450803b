"""Mijn gegevens in een echte browser: elke pagina toegankelijk, op elk scherm, met en zonder JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from portaal.notificaties.models import Contactadres
from portaal.notificaties.tasks import verstuur_verificaties
from tests import wereld
from tests.paginas.conftest import Persoon, fatima, namen  # noqa: F401  (fixtures)
from tests.paginas.test_browser import Venster, browser, open_venster  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]

NIEUW = "fatima.met.een.heel.lange.naam.van.haar.werk@afdeling.van.een.organisatie.voorbeeld.test"


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("taal", ["nl", "en"])
def test_fatima_bevestigt_een_adres_en_kiest_waarover(
    fatima: Persoon,  # noqa: F811
    open_venster: Callable[..., Venster],  # noqa: F811
    settings: Any,
    javascript: bool,
    taal: str,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    soort = wereld.categorie()
    venster = open_venster(fatima, javascript=javascript, taal=taal)

    def keur(naam: str) -> None:
        if javascript:  # axe is zelf JavaScript
            venster.keur(f"gegevens-{naam}-{taal}")

    pagina = venster.ga_naar("/mijn-gegevens")
    keur("leeg")
    pagina.locator('a[href="/mijn-gegevens/email"]').click()
    pagina.locator('main button[type="submit"]').click()
    assert pagina.locator("#adres-fout").is_visible()
    keur("fout")
    pagina.locator("#adres").fill(NIEUW)
    pagina.locator('main button[type="submit"]').click()
    pagina.wait_for_url("**/code")
    keur("code")
    verstuur_verificaties()
    code = re.search(r"\b\d{6}\b", str(mail.outbox[0].body))
    assert code
    pagina.locator("#code").fill(code[0])
    pagina.locator("main form button").first.click()
    pagina.wait_for_url("**gelukt=email")
    keur("bevestigd")
    assert Contactadres.objects.get().adres == NIEUW

    venster.ga_naar("/mijn-gegevens/voorkeuren")
    keur("voorkeuren")
    pagina.locator(f"#v-{soort.pk}-email").uncheck()
    pagina.locator('main button[type="submit"]').last.click()
    keur("waarschuwing")
    pagina.locator('button[name="toch"]').click()
    pagina.wait_for_url("**gelukt=voorkeuren")
    for pad in ("digitaal", "geen-berichten", "email/verwijderen"):
        venster.ga_naar(f"/mijn-gegevens/{pad}")
        keur(pad.replace("/", "-"))
    venster.ga_naar("/afmelden/een-link")
    keur("afmelden")
