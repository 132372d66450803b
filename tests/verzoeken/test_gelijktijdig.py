"""Op hetzelfde moment: dubbel klikken, en intrekken terwijl de organisatie begint."""

import threading
import time
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from tests.taken.test_gelijktijdig import tegelijk
from tests.verzoeken.conftest import ANTWOORDEN, dien_in, maak_zaak
from verzoeken import handelingen
from verzoeken.models import Status, Verzoek

pytestmark = pytest.mark.django_db(transaction=True)


def wacht_tot_iemand_wacht() -> None:
    """Tot een andere verbinding met deze database op een slot wacht."""
    for _ in range(6000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("Niemand wachtte op het slot.")


def test_acht_keer_tegelijk_versturen_is_een_verzoek(evenement: Any, fatima: Any) -> None:
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    concept = handelingen.bewaar_concept(concept.pk, ANTWOORDEN, fatima.toegang)
    versie = concept.versie

    uit = tegelijk(*[lambda: handelingen.dien_in(concept.pk, fatima.toegang, versie)] * 8)

    assert len({verzoek.referentie for verzoek in uit}) == 1
    assert Gebeurtenis.objects.filter(record_id=concept.pk, soort="verzoek-ingediend").count() == 1


def test_acht_keer_tegelijk_zonder_concept_is_een_verzoek(evenement: Any, fatima: Any) -> None:
    sleutel = uuid4()

    uit = tegelijk(*[lambda: handelingen.dien_direct_in("evenement", ANTWOORDEN, fatima.toegang, sleutel=sleutel)] * 8)

    assert [verzoek.pk for verzoek in uit] == [sleutel] * 8
    assert Verzoek.objects.voor(fatima.toegang).count() == 1


def test_twee_vensters_beginnen_samen_een_concept(evenement: Any, fatima: Any) -> None:
    uit = tegelijk(*[lambda: handelingen.begin_concept("evenement", fatima.toegang)] * 6)

    assert len({concept.pk for concept in uit}) == 1


def test_intrekken_en_oppakken_tegelijk_geeft_een_winnaar(evenement: Any, vergunningen: Any, fatima: Any) -> None:
    for _ in range(4):
        pk = dien_in(fatima.toegang).pk
        uit = tegelijk(
            partial(handelingen.trek_in, pk, fatima.toegang),
            partial(handelingen.neem_in_behandeling, pk, Partij.systeem(vergunningen)),
        )
        gelukt = [u for u in uit if isinstance(u, Verzoek)]
        [geweigerd] = [u for u in uit if not isinstance(u, Verzoek)]
        assert isinstance(geweigerd, handelingen.OvergangError)
        assert Verzoek.objects.voor(fatima.toegang).get(pk=pk).status == gelukt[0].status
        assert gelukt[0].status in (Status.INGETROKKEN, Status.IN_BEHANDELING)
    assert not connection.in_atomic_block


def test_wie_op_een_slot_wachtte_leest_de_zaak_die_er_intussen_bij_kwam(
    evenement: Any, vergunningen: Any, fatima: Any
) -> None:
    """De organisatie pakt het verzoek op, precies terwijl de portaal het aan zijn zaak bindt."""
    verzoek = dien_in(fatima.toegang)
    zaak = maak_zaak(vergunningen, fatima.bsn)
    gebonden, wacht = threading.Event(), threading.Event()

    def bind() -> None:
        with transaction.atomic():
            Verzoek.objects.als_systeem("een test").select_for_update().get(pk=verzoek.pk)
            Verzoek.objects.als_systeem("een test").filter(pk=verzoek.pk).update(zaak=zaak)
            gebonden.set()
            wacht_tot_iemand_wacht()
        wacht.set()

    def pak_op() -> Verzoek:
        assert gebonden.wait(60)
        return handelingen.neem_in_behandeling(verzoek.pk, Partij.systeem(vergunningen))

    _niets, opgepakt = tegelijk(bind, pak_op)

    assert wacht.is_set()
    assert opgepakt.zaak_id == zaak.pk
    assert opgepakt.zaak is not None
    assert opgepakt.zaak.identificatie == "Z-1"
