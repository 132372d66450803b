"""De wachtrij onder handen: getallen, opruimen, opnieuw aanbieden, en het anker van het boek."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from portaal.gebeurtenissen.anker import anker_van
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.handelingen import bied_opnieuw_aan
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis
from portaal.gebeurtenissen.tasks import leg_anker, lever_af, ruim_op
from portaal.gebeurtenissen.wachtrij import HOOGSTENS, HUUR, Stand
from portaal.notificaties.handelingen.bezorgen import wacht_op_beurt
from portaal.tijd import nu, vandaag
from tests import wereld
from tests.inloggen.hulp import log_in_beheer

pytestmark = pytest.mark.django_db


def getallen() -> dict[str, float]:
    tekst = Client().get("/-/metrics").content.decode()
    return {r.split()[0]: float(r.split()[1]) for r in tekst.splitlines() if not r.startswith("#")}


def test_de_getallen_zeggen_hoe_lang_het_oudste_werk_wacht():
    assert getallen()["portaal_afleveringen_wachtend"] == 0
    wereld.taak()
    with time_machine.travel(nu() + timedelta(minutes=10)):
        gemeten = getallen()
    assert gemeten["portaal_afleveringen_wachtend"] == 1
    assert gemeten["portaal_afleveringen_oudste_seconden"] == pytest.approx(600, abs=30)
    lever_af()
    assert getallen()["portaal_afleveringen_wachtend"] == 0


def test_de_getallen_zijn_de_tekst_die_prometheus_leest_en_werken_zonder_de_naam_van_de_website():
    antwoord = Client().get("/-/metrics", headers={"host": "10.0.0.7:9000"})
    assert antwoord["Content-Type"] == "text/plain; version=0.0.4"
    for regel in antwoord.content.decode().splitlines():
        assert regel.startswith(("# HELP portaal_", "# TYPE portaal_", "portaal_"))


def test_afleveringen_die_lang_klaar_zijn_verdwijnen_en_mislukte_blijven(settings):
    for _n in range(3):
        wereld.taak(titel=f"Taak {_n}")
    lever_af()
    mislukt = Aflevering.objects.order_by("pk").first()
    assert mislukt
    Aflevering.objects.filter(pk=mislukt.pk).update(stand=Stand.MISLUKT)
    assert ruim_op() == 0
    with time_machine.travel(nu() + timedelta(days=settings.AFLEVERINGEN_BEWAREN_DAGEN + 1)):
        assert ruim_op() == 2
    assert [a.pk for a in Aflevering.objects.all()] == [mislukt.pk]
    assert controleer_alles() == []


def test_een_dode_aflevering_is_in_het_beheer_te_zien_en_opnieuw_aan_te_bieden():
    wereld.taak()
    Aflevering.objects.update(stand=Stand.MISLUKT, fout="ValueError", pogingen=48)
    client = Client()
    log_in_beheer(client)
    assert "ValueError" in client.get("/beheer/portaal_gebeurtenissen/aflevering/?stand=mislukt").content.decode()
    pk = str(Aflevering.objects.get().pk)
    client.post("/beheer/portaal_gebeurtenissen/aflevering/", {"action": "opnieuw", ACTION_CHECKBOX_NAME: [pk]})
    assert lever_af() == 1
    assert Aflevering.objects.get().stand == Stand.KLAAR


def test_een_gebeurtenis_waar_steeds_een_worker_aan_sterft_houdt_een_keer_op():
    wereld.taak()
    with time_machine.travel(nu(), tick=False) as klok:
        for _keer in range(HOOGSTENS):
            assert len(Aflevering.claim(10)) == 1  # en dan sterft de worker
            klok.shift(HUUR)
        lever_af()
        assert Aflevering.claim(10) == []
    dood = Aflevering.objects.get()
    assert (dood.stand, dood.fout) == (Stand.MISLUKT, "elke worker die hieraan begon viel weg")
    assert getallen()["portaal_afleveringen_mislukt"] == 1
    assert bied_opnieuw_aan(Aflevering.objects.all()) == 1
    assert lever_af() == 1


# --- Het anker ------------------------------------------------------------------------------------------------------------
def wis(pk: Any) -> None:
    """Iemand met de rechten van de eigenaar laat een heel record verdwijnen, zonder een gebroken keten achter te laten."""
    with connection.cursor() as cursor:
        for tabel in ("portaal_gebeurtenissen_gebeurtenis", "portaal_gebeurtenissen_inhoud"):
            cursor.execute(f"ALTER TABLE {tabel} DISABLE TRIGGER USER")
        for tabel in ("aflevering",):
            cursor.execute(
                f"DELETE FROM portaal_gebeurtenissen_{tabel} WHERE gebeurtenis_id IN "
                "(SELECT volgnummer FROM portaal_gebeurtenissen_gebeurtenis WHERE record_id = %s)", [pk],
            )  # fmt: skip
        cursor.execute("DELETE FROM portaal_gebeurtenissen_gebeurtenis WHERE record_id = %s", [pk])
        cursor.execute("DELETE FROM portaal_gebeurtenissen_inhoud WHERE record_id = %s", [pk])
        cursor.execute("DELETE FROM taken_taak WHERE id = %s", [pk])


def test_het_anker_vindt_een_record_dat_spoorloos_is_verdwenen(caplog):
    wereld.taak()
    weg = wereld.taak(titel="Verdwijnt")
    dag = vandaag()
    with time_machine.travel(nu() + timedelta(days=1)), caplog.at_level(logging.INFO):
        afdruk = leg_anker()
    assert f"boek_anker dag={dag.isoformat()} aantal=2 sha256={afdruk}" in caplog.text
    call_command("controleer_gebeurtenissen", anker=[f"{dag.isoformat()}={afdruk}"])

    wis(weg.pk)

    assert controleer_alles() == []  # de keten zelf ziet er niets van
    with pytest.raises(CommandError, match="1 breuken"):
        call_command("controleer_gebeurtenissen", anker=[f"{dag.isoformat()}={afdruk}"])
    with pytest.raises(CommandError, match="is geen dag"):
        call_command("controleer_gebeurtenissen", anker=["gisteren=abc"])


def test_het_anker_van_een_lege_dag_bestaat_ook():
    assert anker_van(vandaag())[0] == 0
    assert not Gebeurtenis.objects.exists()


# --- Tempo ----------------------------------------------------------------------------------------------------------------
def test_alle_workers_samen_gaan_niet_sneller_dan_de_instelling(settings):
    import time

    settings.NOTIFICATIE_PER_SECONDE = 10
    with time_machine.travel(nu(), tick=False) as klok:
        assert wacht_op_beurt("alle", 20, time.monotonic() + 0.5)  # de eerste stapel mag meteen
        assert not wacht_op_beurt("alle", 20, time.monotonic() + 0.5)  # de volgende pas na twee seconden
        klok.shift(timedelta(seconds=2.1))
        assert wacht_op_beurt("alle", 20, time.monotonic() + 0.5)


def test_zonder_grens_wacht_er_niets(settings):
    settings.NOTIFICATIE_PER_SECONDE = 0
    assert all(wacht_op_beurt("alle", 1000, 0.0) for _ in range(5))
