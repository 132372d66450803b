"""Bestanden bij een verzoek, ook als het uit een klaargezette aanvraag komt."""

import re
from typing import Any

import pytest

from portaal.bestanden.models import Bestand, Stand
from tests.bestanden.conftest import FORMULIER, bestand
from tests.verzoeken.conftest import maak_type
from verzoeken.models import Verzoek

ADRES = "/verzoeken/nieuw/evenement"


@pytest.fixture
def type_(gemeente) -> Any:
    return maak_type(gemeente, formulier=FORMULIER)


def stuur(persoon: Any, actie: str = "verder", **velden: Any) -> Any:
    pagina = persoon.client.get(ADRES).content.decode()
    versie = re.search(r'name="_versie" value="([^"]*)"', pagina)
    assert versie is not None
    return persoon.client.post(ADRES, {"naam": "Fatima", **velden, "_versie": versie[1], "_actie": actie})


def verzoek() -> Verzoek:
    return Verzoek.objects.als_systeem("een test").get()


def verstuur(persoon: Any) -> Any:
    pagina = persoon.client.get(f"{ADRES}/controle").content.decode()
    velden = dict(re.findall(r'name="(_verzoek|_versie)" value="([^"]+)"', pagina))
    return persoon.client.post(f"{ADRES}/controle", velden)


def test_een_verzoek_met_bestanden(fatima, type_, scanner):
    antwoord = stuur(fatima, bewijs=[bestand("a.pdf"), bestand("b.pdf")])
    assert antwoord["Location"] == f"{ADRES}/controle"
    assert verstuur(fatima)["Location"].endswith("?verstuurd=ja")
    assert [deel["originalName"] for deel in verzoek().antwoorden["bewijs"]] == ["a.pdf", "b.pdf"]
    eigen = Bestand.objects.als_systeem("een test").bij("verzoek", verzoek().pk)
    assert {(b.stand, b.verstuurd_op is not None) for b in eigen} == {(Stand.SCHOON, True)}
    pagina = fatima.client.get(f"/verzoeken/{verzoek().pk}").content.decode()
    assert f'href="/bestanden/{eigen[0].pk}"' in pagina


def test_een_concept_weggooien_gooit_de_bestanden_weg(fatima, type_, scanner):
    stuur(fatima, "bestand bewijs", bewijs=[bestand()])
    fatima.client.post(f"/verzoeken/{verzoek().pk}/weggooien")
    assert {b.stand for b in Bestand.objects.als_systeem("een test")} == {Stand.WEG}


def test_een_klaargezette_aanvraag_neemt_haar_bestanden_mee_in_het_verzoek(fatima, type_, klaarzetten, scanner):
    from tests.bestanden.test_paginas import stuur as stuur_taak
    from tests.bestanden.test_paginas import verstuur as verstuur_taak

    taak = klaarzetten(
        fatima, soort="formuliertaak", details={"formulierDefinitie": FORMULIER}, verzoektype="evenement"
    )
    stuur_taak(fatima, taak, bewijs=[bestand("a.pdf")])
    assert verstuur_taak(fatima, taak)["Location"] == f"/verzoeken/{verzoek().pk}?verstuurd=ja"
    assert [deel["originalName"] for deel in verzoek().antwoorden["bewijs"]] == ["a.pdf"]


def test_het_bewijs_van_ontvangst_is_ook_een_pdf_met_de_kopie(fatima, henk, type_, scanner):
    stuur(fatima, bewijs=[bestand("a.pdf")])
    verstuur(fatima)
    adres = f"/verzoeken/{verzoek().pk}/ontvangst.pdf"
    assert f'href="{adres}"' in fatima.client.get(f"/verzoeken/{verzoek().pk}").content.decode()
    antwoord = fatima.client.get(adres)
    assert antwoord["Content-Type"] == "application/pdf"
    assert antwoord["Content-Disposition"] == f'attachment; filename="ontvangst-{verzoek().referentie}.pdf"'
    assert antwoord.content.startswith(b"%PDF-")
    assert henk.client.get(adres).status_code == 404


def test_ook_van_een_taak_is_er_een_pdf_zodra_zij_verstuurd_is(fatima, taak, scanner):
    from tests.bestanden.test_paginas import stuur as stuur_taak
    from tests.bestanden.test_paginas import verstuur as verstuur_taak

    adres = f"/taken/{taak.pk}/ontvangst.pdf"
    assert fatima.client.get(adres).status_code == 404
    stuur_taak(fatima, taak, bewijs=[bestand("a.pdf")])
    verstuur_taak(fatima, taak)
    assert fatima.client.get(adres).content.startswith(b"%PDF-")
