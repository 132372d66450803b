"""Fatima vult een formulier in met een echte browser, met en zonder JavaScript; op elke pagina kijkt axe mee.

Met SCHERMEN=<map> bewaart deze test van elke pagina een schermafbeelding in die map.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from taken.models import Taak
from tests.paginas.conftest import fatima, gemeente, klaarzetten, namen  # noqa: F401
from tests.paginas.test_browser import browser, open_venster  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

JA_NEE = [{"label": "Ja", "value": "ja"}, {"label": "Nee", "value": "nee"}]
ALLES: dict[str, Any] = {
    "components": [
        {
            "type": "content", "key": "uitleg",
            "html": "<p>Wij vragen dit om uw <strong>bijzondere bijstand</strong> te berekenen. "
            "<a href='https://www.voorbeeld.nl/bijstand'>Lees meer over bijstand</a>.</p>",
        },
        {
            "type": "fieldset", "key": "werk", "legend": "Uw werk",
            "components": [
                {
                    "type": "textfield", "key": "werkgever", "label": "Bij wie werkt u?", "validate": {"required": True},
                    "description": "De naam staat bovenaan uw loonstrook.",
                },
                {"type": "number", "key": "loon", "label": "Wat verdient u per maand?", "validate": {"required": True}},
                {"type": "date", "key": "sinds", "label": "Sinds wanneer werkt u daar?"},
            ],
        },
        {"type": "radio", "key": "vast", "label": "Heeft u een vast contract?", "values": JA_NEE, "validate": {"required": True}},
        {
            "type": "selectboxes", "key": "extra", "label": "Krijgt u ook iets extra's?",
            "values": [
                {"label": "Vakantiegeld", "value": "vakantie"}, {"label": "Een dertiende maand", "value": "dertiende"},
                {"label": "Een vergoeding voor reiskosten die u elke maand krijgt", "value": "reis"},
            ],
        },
        {
            "type": "select", "key": "uitbetaling", "label": "Hoe vaak krijgt u loon?",
            "data": {"values": [{"label": "Per week", "value": "week"}, {"label": "Per maand", "value": "maand"}]},
        },
        {"type": "email", "key": "email", "label": "Uw e-mailadres"},
        {"type": "phoneNumber", "key": "telefoon", "label": "Uw telefoonnummer"},
        {"type": "textarea", "key": "opmerking", "label": "Wilt u nog iets zeggen?"},
        {"type": "checkbox", "key": "waarheid", "label": "Ik heb alles naar waarheid ingevuld", "validate": {"required": True}},
    ]
}  # fmt: skip


def knop(pagina: Page, naam: str) -> None:
    pagina.get_by_role("button", name=naam, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_een_heel_formulier_met_fouten_nakijken_en_versturen(fatima, klaarzetten, open_venster, javascript):  # noqa: F811
    taak = klaarzetten(
        fatima, "Geef uw inkomen door", soort="formuliertaak",
        details={
            "formulierDefinitie": ALLES,
            "aanleiding": {"regel": "Uw bijstand hangt af van uw loon.", "bron": "https://wetten.overheid.nl/BWBR0015703"},
        },
        gegevens={"voorinvullenGegevens": {"email": "fatima@voorbeeld.test"}},
    )  # fmt: skip
    venster = open_venster(fatima, javascript=javascript)

    def keur(naam: str) -> None:
        if javascript:  # axe zelf is JavaScript; zonder gaat het om de weg erdoorheen
            venster.keur(f"formulier-{naam}", 1280, 390)

    pagina = venster.ga_naar(f"/taken/{taak.pk}")
    keur("taak")
    pagina.get_by_role("link", name="Formulier invullen").click()
    keur("leeg")
    expect(pagina.get_by_label("Uw e-mailadres")).to_have_value("fatima@voorbeeld.test")

    pagina.get_by_label("Wat verdient u per maand?").fill("veel")
    pagina.get_by_label("Vakantiegeld").check()
    knop(pagina, "Verder naar nakijken")
    expect(pagina).to_have_title(re.compile("^4 fouten - "))
    if javascript:
        expect(pagina.get_by_role("heading", name="Verbeter 4 antwoorden")).to_be_focused()
    keur("fouten")
    pagina.get_by_role("link", name=re.compile("Heeft u een vast contract")).click()
    expect(pagina.locator("#veld-vast")).to_be_focused()
    expect(pagina.get_by_label("Vakantiegeld")).to_be_checked()

    pagina.get_by_label("Bij wie werkt u?").fill("Bakkerij De Hoek")
    pagina.get_by_label("Wat verdient u per maand?").fill("2.150,75")
    pagina.get_by_label("Sinds wanneer werkt u daar?").fill("2024-05-01")
    pagina.get_by_label("Nee", exact=True).check()
    pagina.get_by_label("Hoe vaak krijgt u loon?").select_option("Per maand")
    pagina.get_by_label("Wilt u nog iets zeggen?").fill("Ik werk om de week.\nMeestal op maandag.")
    pagina.get_by_label("Ik heb alles naar waarheid ingevuld").check()
    knop(pagina, "Bewaren en later verder gaan")
    expect(pagina.get_by_role("heading", name="Uw antwoorden zijn bewaard")).to_be_visible()
    keur("bewaard")
    pagina.get_by_role("link", name="Verder met invullen").click()
    knop(pagina, "Verder naar nakijken")
    expect(pagina.get_by_text("2.150,75")).to_be_visible()
    keur("nakijken")
    knop(pagina, "Versturen")
    expect(pagina.get_by_role("heading", name="Uw antwoorden zijn verstuurd")).to_be_visible()
    keur("verstuurd")

    ontvangen = Taak.objects.als_systeem("een test").get(pk=taak.pk).gegevens["ontvangenGegevens"]
    assert ontvangen == {
        "werkgever": "Bakkerij De Hoek", "loon": 2150.75, "sinds": "2024-05-01", "vast": "nee", "uitbetaling": "maand",
        "extra": {"vakantie": True, "dertiende": False, "reis": False}, "email": "fatima@voorbeeld.test", "telefoon": "",
        "opmerking": "Ik werk om de week.\nMeestal op maandag.", "waarheid": True,
    }  # fmt: skip
