"""Marieke ziet in het beheer hoe het met de bestanden staat, waar zij bij horen, en haalt er een op."""

from html import unescape
from typing import Any

import pytest

from portaal.bestanden.models import Bestand
from portaal.logboek.models import Inzage
from tests import wereld
from tests.bestanden.conftest import PDF, bestand
from tests.bestanden.test_paginas import alle, bij, stuur, verstuur
from tests.inloggen.hulp import log_in_beheer

pytestmark = pytest.mark.django_db

LIJST = "/beheer/portaal_bestanden/bestand/"


@pytest.fixture
def marieke(client: Any) -> Any:
    log_in_beheer(client)
    return client


@pytest.fixture
def verstuurd(fatima, taak, scanner) -> Bestand:
    stuur(fatima, taak, bewijs=[bestand("loonstrook-oktober.pdf")])
    verstuur(fatima, taak)
    return bij(taak)[0]


def html(antwoord: Any) -> str:
    return unescape(antwoord.content.decode())


def test_marieke_ziet_de_lijst_en_haalt_een_bestand_op_en_dat_staat_in_het_logboek(marieke, verstuurd, taak):
    lijst = html(marieke.get(LIJST))
    for tekst in (str(verstuurd.pk), "gecontroleerd", "48", f"/beheer/taken/taak/{taak.pk}/change/"):
        assert tekst in lijst
    assert "loonstrook-oktober" not in lijst  # een naam kan over iemand gaan; die staat op de pagina zelf

    pagina = html(marieke.get(f"{LIJST}{verstuurd.pk}/change/"))
    assert "loonstrook-oktober.pdf" in pagina
    antwoord = marieke.get(f"{LIJST}{verstuurd.pk}/inhoud/")
    assert b"".join(antwoord.streaming_content) == PDF
    assert antwoord["Content-Disposition"].startswith("attachment")

    waarvoor = set(Inzage.objects.filter(record_id=verstuurd.pk).values_list("waarvoor", flat=True))
    assert waarvoor == {"beheer:bestand-lijst", "beheer:bestand", "beheer:bestand-inhoud"}
    assert {i.betrokkene for i in Inzage.objects.filter(record_id=verstuurd.pk)} == {verstuurd.betrokkene_id}


def test_wat_fatima_nog_niet_verstuurde_heeft_geen_naam_en_gaat_niet_open(marieke, fatima, taak, scanner):
    stuur(fatima, taak, bewijs=[bestand("loonstrook-oktober.pdf")])
    (concept,) = alle()

    assert str(concept.pk) in html(marieke.get(LIJST))
    pagina = html(marieke.get(f"{LIJST}{concept.pk}/change/"))
    assert "loonstrook-oktober" not in pagina
    assert "Downloaden" not in pagina
    assert marieke.get(f"{LIJST}{concept.pk}/inhoud/").status_code == 404
    assert not Inzage.objects.filter(waarvoor="beheer:bestand-inhoud").exists()


def test_marieke_filtert_op_wat_op_de_scanner_wacht(marieke, verstuurd, taak):
    wacht = Bestand(
        betrokkene_id=verstuurd.betrokkene_id, persoon_id=verstuurd.persoon_id, applicatie=verstuurd.applicatie,
        bij_soort="taak", bij_id=taak.pk, veld="bewijs", naam="x.pdf", stand="wacht",
        aangemaakt_op=verstuurd.aangemaakt_op, gewijzigd_op=verstuurd.aangemaakt_op,
    )  # fmt: skip
    wacht.save(force_insert=True)

    gefilterd = html(marieke.get(LIJST, {"stand__exact": "wacht"}))
    assert str(wacht.pk) in gefilterd
    assert str(verstuurd.pk) not in gefilterd
    assert str(wacht.pk) in html(marieke.get(LIJST, {"q": str(taak.pk)}))
    assert str(verstuurd.pk) not in html(marieke.get(LIJST, {"q": "iets anders"}))
    assert marieke.get(f"{LIJST}{wacht.pk}/inhoud/").status_code == 404


def test_marieke_vindt_de_bestanden_van_een_persoon_zonder_nummer_in_het_adres(marieke, verstuurd):
    assert "zoek-op-nummer" in html(marieke.get(LIJST))
    antwoord = marieke.post(f"{LIJST}zoek-op-nummer/", {"soort": "bsn", "nummer": wereld.BSN_FATIMA})

    assert wereld.BSN_FATIMA not in antwoord["Location"]
    assert str(verstuurd.pk) in html(marieke.get(antwoord["Location"]))


def test_wijzigen_toevoegen_en_verwijderen_kan_niet_en_zonder_recht_is_er_niets(client, verstuurd):
    medewerker = log_in_beheer(client)
    assert client.get(f"{LIJST}add/").status_code == 403
    assert client.post(f"{LIJST}{verstuurd.pk}/change/", {"naam": "x"}).status_code == 403
    assert client.get(f"{LIJST}{verstuurd.pk}/delete/").status_code == 403
    medewerker.groups.clear()
    for pad in ("", f"{verstuurd.pk}/change/", f"{verstuurd.pk}/inhoud/"):
        assert client.get(f"{LIJST}{pad}").status_code == 403
    assert not Inzage.objects.filter(waarvoor="beheer:bestand-inhoud").exists()


def test_de_lijst_kost_evenveel_queries_bij_een_en_bij_tien(marieke, verstuurd, taak, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        marieke.get(LIJST)
    for nummer in range(10):
        verstuurd.pk = None
        kopie = Bestand(**{f.attname: getattr(verstuurd, f.attname) for f in Bestand._meta.fields if f.name != "id"})
        kopie.veld = f"v{nummer}"
        kopie.save(force_insert=True)
    with django_assert_max_num_queries(12):
        assert str(kopie.pk) in html(marieke.get(LIJST))
