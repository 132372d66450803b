"""Op hetzelfde moment: Fatima opent een bericht terwijl de portaal het aan een zaak bindt."""

import threading

import pytest
from django.db import transaction

from berichten import handelingen
from berichten.models import Bericht
from tests.taken.test_gelijktijdig import tegelijk
from tests.verzoeken.conftest import maak_zaak
from tests.verzoeken.test_gelijktijdig import wacht_tot_iemand_wacht

pytestmark = pytest.mark.django_db(transaction=True)


def test_wie_op_een_slot_wachtte_leest_de_zaak_die_er_intussen_bij_kwam(stuur, gemeente, fatima):
    bericht, zaak, gebonden = stuur(fatima), maak_zaak(gemeente, fatima.bsn), threading.Event()

    def bind() -> None:
        with transaction.atomic():
            berichten = Bericht.objects.als_systeem("een test").filter(pk=bericht.pk)
            berichten.select_for_update().get()
            berichten.update(zaak=zaak)
            gebonden.set()
            wacht_tot_iemand_wacht()

    def open_() -> Bericht:
        assert gebonden.wait(60)
        return handelingen.open_(bericht.pk, fatima.toegang)

    fout, geopend = tegelijk(bind, open_)

    assert fout is None
    assert geopend.zaak is not None
    assert geopend.zaak.identificatie == "Z-1"
