"""De feed: op volgorde, en nooit iets overgeslagen, ook niet wat laat wordt vastgelegd."""

import json
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from portaal.betrokkenen.models import Grant
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.webhooks.checks import feed_loopt
from portaal.webhooks.feed import Plek
from taken import handelingen
from tests import wereld
from tests.webhooks.conftest import roep_als, tot_alles_klaar_is

pytestmark = pytest.mark.django_db(transaction=True)
FEED = "/gebeurtenissen/api/v1/gebeurtenissen"


def lees(roep: Any, wacht: bool = True, **vraag: Any) -> dict[str, Any]:
    if wacht:
        tot_alles_klaar_is()
    antwoord = roep("get", FEED + "?" + "&".join(f"{k}={v}" for k, v in vraag.items()))
    assert antwoord.status_code == 200, antwoord.content
    inhoud: dict[str, Any] = antwoord.json()
    return inhoud


def test_een_systeem_leest_verder_waar_het_was(zaaksysteem, roep):
    taken = [wereld.taak() for _ in range(3)]
    eerste = lees(roep, aantal=2)
    assert eerste["meer"] is True
    tweede = lees(roep, aantal=2, na=eerste["volgende"])
    gelezen = [e["subject"] for e in eerste["results"] + tweede["results"]]
    assert gelezen == [str(t.pk) for t in taken]
    assert tweede["meer"] is False
    assert lees(roep, na=tweede["volgende"])["results"] == []
    handelingen.voer_uit(taken[0].pk, Partij.systeem(zaaksysteem))
    nieuw = lees(roep, na=tweede["volgende"])["results"]
    assert [e["type"] for e in nieuw] == ["nl.overheid.taken.externetaak-uitgevoerd"]


def test_een_transactie_die_later_klaar_is_wordt_niet_overgeslagen(zaaksysteem, roep):
    """Twee echte transacties door elkaar: de eerste krijgt het lagere volgnummer en is als laatste klaar."""
    geschreven, mag_door = threading.Event(), threading.Event()
    fouten: list[Exception] = []
    wereld.fatima()

    def traag() -> None:
        try:
            with transaction.atomic():
                wereld.taak(titel="eerst begonnen, laatst klaar")
                geschreven.set()
                assert mag_door.wait(20)
        except Exception as fout:  # noqa: BLE001 - komt terug in de test zelf
            fouten.append(fout)
            geschreven.set()
        finally:
            connection.close()

    draad = threading.Thread(target=traag)
    draad.start()
    assert geschreven.wait(20)
    snel = wereld.taak(titel="later begonnen, eerst klaar")
    tussen = lees(roep, wacht=False)
    mag_door.set()
    draad.join()
    assert not fouten
    daarna = lees(roep, na=tussen["volgende"])
    alles = [e["subject"] for e in tussen["results"] + daarna["results"]]
    volgorde = [str(pk) for pk in Gebeurtenis.objects.order_by("volgnummer").values_list("record_id", flat=True)]
    assert str(snel.pk) == volgorde[1]  # het lagere volgnummer was er nog niet toen er werd gelezen
    assert alles == volgorde


def test_met_nu_begint_een_systeem_bij_wat_hierna_gebeurt(zaaksysteem, roep):
    wereld.taak()
    begin = lees(roep, na="nu")
    assert begin["results"] == []
    later = wereld.taak()
    assert [e["subject"] for e in lees(roep, na=begin["volgende"])["results"]] == [str(later.pk)]


def test_alleen_eigen_records_en_waar_toestemming_voor_is(zaaksysteem):
    formulieren, vreemd = wereld.applicatie("Formulieren"), wereld.applicatie("Vreemd systeem")
    eigen = wereld.taak(formulieren)
    taak = wereld.taak()
    assert lees(roep_als(vreemd))["results"] == []
    assert [e["subject"] for e in lees(roep_als(formulieren))["results"]] == [str(eigen.pk)]
    Grant.objects.create(eigenaar=zaaksysteem, uitvoerder=formulieren)
    assert [e["subject"] for e in lees(roep_als(formulieren))["results"]] == [str(eigen.pk), str(taak.pk)]


def test_ook_dat_een_taak_is_verwijderd_staat_erin(zaaksysteem, roep):
    taak = wereld.taak()
    handelingen.breek_af(taak.pk, Partij.systeem(zaaksysteem), verwijder=True)
    assert [e["type"].rpartition("-")[2] for e in lees(roep)["results"]] == ["geregistreerd", "afgebroken"]
    gefilterd = lees(roep, type="nl.overheid.taken.externetaak-afgebroken")["results"]
    assert [e["sequence"] for e in gefilterd] == ["2"]


@pytest.mark.parametrize(
    "vraag", ["na=1", "na=zzz-a", "na=jjjjjjjjjjjjjjjjjjj-a", "aantal=0", "aantal=501", "aantal=x", "type=x", "sinds=1"]
)
def test_een_onmogelijke_vraag_is_een_400(roep, vraag):
    assert roep("get", f"{FEED}?{vraag}").status_code == 400


def test_zonder_scope_geen_feed(zaaksysteem):
    assert roep_als(zaaksysteem, ["taken:lezen"])("get", FEED).status_code == 403


def test_een_plek_bevat_geen_cijfers_want_dat_kan_een_nummer_zijn():
    plek = Plek(12345678901, 987654321)
    assert Plek.lees(str(plek)) == plek
    assert not any(teken.isdigit() for teken in str(plek))


def test_het_aantal_queries_groeit_niet_met_het_aantal_gebeurtenissen(roep, django_assert_max_num_queries):
    for _ in range(10):
        wereld.taak()
    tot_alles_klaar_is()
    lees(roep)
    with django_assert_max_num_queries(4):
        assert len(lees(roep, wacht=False)["results"]) == 10


def test_na_het_terugzetten_van_een_dump_zegt_de_controle_dat_de_feed_stilstaat(zaaksysteem):
    wereld.taak()
    assert feed_loopt(None, ["default"]) == []
    anders = json.dumps({"volgnummer": 10**9, "xid8": str(10**15), "id_extern": str(uuid4()), "nummer": 2})
    with connection.cursor() as cursor:  # een regel uit een server die al veel verder was
        cursor.execute(
            "INSERT INTO portaal_gebeurtenissen_gebeurtenis"
            " SELECT (jsonb_populate_record(g, %s)).* FROM portaal_gebeurtenissen_gebeurtenis g LIMIT 1",
            [anders],
        )
    [fout] = feed_loopt(None, ["default"])
    assert fout.id == "portaal.E021"
