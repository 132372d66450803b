"""Hetzelfde verzoek nog een keer is niet nog een ding."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portaal.api.idempotentie import reserveer, vingerafdruk
from portaal.api.models import Idempotentie
from portaal.api.problemen import Conflict
from portaal.api.tasks import ruim_idempotentie_op
from portaal.betrokkenen.models import Applicatie
from portaal.tijd import nu
from portaal.uuid7 import uuid7


def test_dezelfde_sleutel_met_dezelfde_inhoud_geeft_hetzelfde_ding(roep: Any) -> None:
    sleutel = {"Idempotency-Key": "zaak-1"}
    eerste = roep("post", "/dingen", b'{"titel": "x", "aantal": 1}', headers=sleutel)
    tweede = roep("post", "/dingen", b'{ "aantal": 1,\n"titel": "x"}', headers=sleutel)
    assert (eerste.status_code, tweede.status_code) == (201, 201)
    assert eerste.json()["uuid"] == tweede.json()["uuid"]


def test_dezelfde_sleutel_met_andere_inhoud_is_409(roep: Any) -> None:
    sleutel = {"Idempotency-Key": "zaak-1"}
    roep("post", "/dingen", {"titel": "x"}, headers=sleutel)
    antwoord = roep("post", "/dingen", {"titel": "y"}, headers=sleutel)
    assert antwoord.status_code == 409
    assert antwoord.json()["code"] == "idempotency_key_reused"


def test_dezelfde_sleutel_van_een_andere_applicatie_is_een_ander_ding(zaaksysteem: Applicatie) -> None:
    ander = Applicatie.objects.create(
        naam="Ander", organisatie=zaaksysteem.organisatie, standaard_categorie=zaaksysteem.standaard_categorie
    )
    with transaction.atomic():
        assert reserveer(zaaksysteem, "s", "a" * 64, "ding", uuid7()) is None
        assert reserveer(ander, "s", "b" * 64, "ding", uuid7()) is None


@pytest.mark.parametrize("sleutel", ["", " ", "x" * 256, "é", "a\tb"])
def test_een_onbruikbare_sleutel_is_400(roep: Any, sleutel: str) -> None:
    antwoord = roep("post", "/dingen", {"titel": "x"}, headers={"Idempotency-Key": sleutel})
    assert antwoord.status_code == 400
    assert antwoord.json()["invalidParams"][0]["name"] == "Idempotency-Key"


def test_een_nieuwe_sleutel_kost_een_statement(zaaksysteem: Applicatie) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        reserveer(zaaksysteem, "s", "a" * 64, "ding", uuid7())
    assert len(queries) == 1


def test_na_zeven_dagen_is_een_sleutel_weer_vrij(zaaksysteem: Applicatie) -> None:
    with transaction.atomic():
        reserveer(zaaksysteem, "s", "a" * 64, "ding", uuid7())
        Idempotentie.objects.update(verloopt_op=nu() - timedelta(seconds=1))
        nieuw = uuid7()
        assert reserveer(zaaksysteem, "s", "b" * 64, "ding", nieuw) is None
        assert reserveer(zaaksysteem, "s", "b" * 64, "ding", uuid7()) == nieuw


def test_oude_sleutels_worden_opgeruimd_en_nieuwe_niet(zaaksysteem: Applicatie) -> None:
    with transaction.atomic():
        reserveer(zaaksysteem, "oud", "a" * 64, "ding", uuid7())
        Idempotentie.objects.update(verloopt_op=nu())
        reserveer(zaaksysteem, "nieuw", "a" * 64, "ding", uuid7())
    assert ruim_idempotentie_op() == 1
    assert Idempotentie.objects.get().sleutel == "nieuw"


@pytest.mark.django_db(transaction=True)
def test_buiten_een_transactie_kan_het_niet(zaaksysteem: Applicatie) -> None:
    with pytest.raises(RuntimeError, match="transactie"):
        reserveer(zaaksysteem, "s", "a" * 64, "ding", uuid7())


@pytest.mark.django_db(transaction=True)
def test_tien_tegelijk_krijgen_hetzelfde_ding(zaaksysteem: Applicatie) -> None:
    uitkomsten: list[tuple[UUID, UUID | None]] = []
    samen = threading.Barrier(10)

    def probeer() -> None:
        eigen = uuid7()
        samen.wait()
        try:
            with transaction.atomic():
                uitkomsten.append((eigen, reserveer(zaaksysteem, "s", "a" * 64, "ding", eigen)))
        finally:
            connection.close()

    draden = [threading.Thread(target=probeer) for _ in range(10)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    winnaars = [eigen for eigen, bestaand in uitkomsten if bestaand is None]
    assert len(uitkomsten) == 10
    assert len(winnaars) == 1
    assert {bestaand or eigen for eigen, bestaand in uitkomsten} == set(winnaars)


@pytest.mark.django_db(transaction=True)
def test_mislukt_het_maken_dan_is_de_sleutel_weer_vrij(zaaksysteem: Applicatie) -> None:
    with transaction.atomic():
        reserveer(zaaksysteem, "s", "a" * 64, "ding", uuid7())
        transaction.set_rollback(True)
    with transaction.atomic():
        assert reserveer(zaaksysteem, "s", "b" * 64, "ding", uuid7()) is None


def test_een_andere_soort_met_dezelfde_sleutel_is_een_conflict(zaaksysteem: Applicatie) -> None:
    with transaction.atomic():
        reserveer(zaaksysteem, "s", "a" * 64, "ding", uuid7())
        with pytest.raises(Conflict):
            reserveer(zaaksysteem, "s", "a" * 64, "iets anders", uuid7())


def test_de_vingerafdruk_legt_methode_pad_en_inhoud_vast() -> None:
    afdrukken = {vingerafdruk(m, p, i) for m in ("POST", "PUT") for p in ("/a", "/b") for i in ({"a": 1}, {"a": "1"})}
    assert len(afdrukken) == 8
    assert vingerafdruk("POST", "/a", {"a": 1, "b": 2}) == vingerafdruk("POST", "/a", {"b": 2, "a": 1})
