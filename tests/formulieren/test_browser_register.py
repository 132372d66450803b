"""Het register in een echte browser: een medewerker bekijkt het voorbeeld, met en zonder JavaScript, ook in het Engels."""

from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from portaal.formulieren.handelingen import zet_klaar
from portaal.inloggen.partij import PORTAAL
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.conftest import namen  # noqa: F401
from tests.paginas.test_browser import REGELS, browser, open_venster  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.lang, pytest.mark.django_db(transaction=True)]

DEFINITIE = {
    "display": "wizard",
    "components": [
        {
            "type": "panel",
            "key": "wie",
            "title": "Over u",
            "components": [
                {"type": "textfield", "key": "naam", "label": "Hoe heet u?", "validate": {"required": True}},
                {"type": "checkbox", "key": "werk", "label": "Ik heb werk"},
                {
                    "type": "textfield",
                    "key": "waar",
                    "label": "Waar werkt u?",
                    "conditional": {"show": True, "when": "werk", "eq": True},
                },
            ],
        },
        {
            "type": "panel",
            "key": "stuk",
            "title": "Uw bewijs",
            "components": [{"type": "file", "key": "strook", "label": "Uw loonstrook", "validate": {"required": True}}],
        },
    ],
}


@pytest.mark.parametrize(("javascript", "taal"), [(True, "nl"), (False, "nl"), (True, "en")])
def test_marieke_loopt_het_voorbeeld_door_zoals_een_inwoner(
    open_venster: Any,  # noqa: F811
    javascript: bool,
    taal: str,
) -> None:
    client = Client()
    log_in_beheer(client)
    formulier = zet_klaar("inkomen", "Inkomen", DEFINITIE, [], PORTAAL).formulier
    venster = open_venster(SimpleNamespace(client=client), javascript=javascript, taal=taal)
    pagina = venster.ga_naar(f"/beheer/portaal_formulieren/formulier/{formulier.pk}/change/")
    if javascript:
        assert venster.klachten == []
        assert Axe().run(pagina, options=REGELS).response["violations"] == []
        venster.klachten.clear()  # axe zet zelf opmaak in de pagina, en het beheer staat dat niet toe
    pagina.get_by_role("link", name="Voorbeeld van versie 1" if taal == "nl" else "Example of version 1").click()

    if javascript:
        expect(pagina.get_by_label("Waar werkt u?")).to_be_hidden()
        pagina.get_by_label("Ik heb werk").check()
        expect(pagina.get_by_label("Waar werkt u?")).to_be_visible()
        venster.keur(f"voorbeeld-{taal}", 1280, 390)
        pagina.get_by_label("Waar werkt u?").fill("Bakkerij De Hoek")
    pagina.get_by_label("Hoe heet u?").fill("Fatima")
    pagina.get_by_role("button", name="Volgende stap" if taal == "nl" else "Next step").click()
    strook = {"name": "strook.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    pagina.get_by_label("Uw loonstrook").set_input_files(files=[strook])
    pagina.locator("button[value=verder]:visible").click()

    expect(pagina.locator("pre")).to_contain_text('"naam": "Fatima"')
    expect(pagina.locator("pre")).to_contain_text("strook.pdf")
    if javascript:
        venster.keur(f"voorbeeld-klaar-{taal}", 1280, 390)
