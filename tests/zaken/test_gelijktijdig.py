"""Een zaaksysteem dat tien keer tegelijk hetzelfde stuurt."""

import pytest

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.zaken.handelingen import registreer
from portaal.zaken.models import Zaak
from tests import wereld
from tests.taken.test_gelijktijdig import tegelijk
from tests.zaken.conftest import gegevens


@pytest.mark.django_db(transaction=True)
def test_tien_keer_tegelijk_dezelfde_zaak_maakt_er_een():
    door = Partij.systeem(wereld.applicatie())
    uit = tegelijk(*[lambda: registreer(gegevens(), door)] * 10)

    assert [u for u in uit if isinstance(u, Exception)] == []
    assert sorted(nieuw for _zaak, nieuw in uit) == [False] * 9 + [True]
    assert len({zaak.pk for zaak, _nieuw in uit}) == 1
    assert Zaak.objects.als_systeem("test").count() == 1
    assert Gebeurtenis.objects.filter(record_soort="zaak").count() == 1
