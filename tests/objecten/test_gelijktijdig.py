"""Veel tegelijk: GZAC die hetzelfde stuurt, en een persoon en GZAC op hetzelfde moment."""

from functools import partial

import pytest

from portaal.gebeurtenissen.controle import controleer_alles
from portaal.objecten.models import Koppelobject, Objectmelding
from taken.handelingen import dien_in
from taken.models import Status, Taak
from tests import wereld
from tests.objecten.gzac import Gzac, v1
from tests.taken.test_gelijktijdig import tegelijk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lang]


def test_dezelfde_taak_vijfentwintig_keer_tegelijk_is_er_een(gzac: Gzac):
    uitkomsten = tegelijk(*[lambda: gzac.maak(v1(wereld.BSN_FATIMA))["uuid"]] * 25)

    assert len(set(uitkomsten)) == 1
    assert Taak.objects.als_systeem("test").count() == 1
    assert Koppelobject.objects.als_systeem("test").count() == 1
    assert Objectmelding.objects.count() == 1


def test_fatima_en_gzac_op_hetzelfde_moment_en_niets_gaat_verloren(gzac: Gzac, werkers):
    for n in range(6):
        gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, title=f"taak {n}"))
        taak = Taak.objects.als_systeem("test").get(pk=gemaakt["uuid"])
        antwoorden = {"lastname": "El Amrani", "toelichting": "", "akkoord": False}
        toegang = wereld.toegang(wereld.fatima())

        _van_fatima, van_gzac = tegelijk(
            partial(dien_in, taak.pk, toegang, antwoorden),
            partial(gzac.patch_v1, gemaakt),
        )
        assert van_gzac.status == 200
        taak.refresh_from_db()
        assert taak.status == Status.VERWERKT
        vers = gzac.haal(gemaakt["url"])
        assert vers["record"]["data"]["status"] == "verwerkt"
        records = gzac.roep("GET", f"{gemaakt['url']}/history").json
        assert [r["index"] for r in records] == list(range(1, len(records) + 1))
        if (
            taak.uitgevoerd_door == "betrokkene"
        ):  # dan was Fatima eerst: haar antwoord staat er, wat GZAC ook terugstuurde
            assert taak.gegevens["ontvangenGegevens"] == antwoorden
            assert any(r["data"]["verzonden_data"] == antwoorden for r in records)
    werkers()
    assert controleer_alles() == []
