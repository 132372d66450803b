"""Wat er ook sterft, hangt of terugkomt: iedereen krijgt zijn e-mail, normaal precies één keer, en nooit geen.

Alleen als een worker sterft nadat de mailserver de e-mail aannam en voordat dat is vastgelegd, gaat zij nog eens, met
dezelfde Message-ID. Alles met echte processen: Celery-workers, een broker, een mailserver en PostgreSQL.
"""

import itertools
import random
import time
from typing import TYPE_CHECKING

import pytest

from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.models import Notificatie
from portaal.tijd import nu
from tests import wereld
from tests.proces.conftest import wacht_tot
from tests.proces.rampen import (
    Mailserver,
    alles_klaar,
    huur_over,
    ieder_kreeg_zijn_mail,
    iets_in_huur,
    kinderen_van,
    mensen,
    vermoord,
    vermoord_worker,
    wacht_over,
    werk_op,
)

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

pytestmark = [pytest.mark.proces, pytest.mark.lang]

KEREN_DOOD = 300


# --- kill -9 ------------------------------------------------------------------------------------------------------------------
def start_worker(omgeving: "Omgeving") -> None:
    """Start de worker (weer, zoals systemd dat doet) en wacht tot hij werk aanneemt."""
    omgeving.start(["worker"])
    log = omgeving.log / "worker.log"
    wacht_tot(lambda: " ready." in log.read_text("utf-8", "replace"), "een worker die klaar is om te werken")


def hooguit_dubbel_na_een_dood(post: Mailserver, allen: list[tuple[str, str]]) -> list[str]:
    """Wie maar één keer aan de beurt kwam, kreeg precies één e-mail; dubbel is alleen wie bij een dood in de hand was."""
    dubbel = ieder_kreeg_zijn_mail(post, [adres for _bsn, adres in allen])
    in_een_keer = set(Notificatie.objects.filter(pogingen=1).values_list("betrokkene_id", flat=True))
    assert {adres for bsn, adres in allen if wereld.betrokkene(bsn) in in_een_keer}.isdisjoint(dubbel)
    return dubbel


def test_driehonderd_keren_kill_9_op_een_willekeurig_moment(omgeving: "Omgeving", post: Mailserver) -> None:
    """Het proces dat het werk doet sterft steeds weer, midden in iets. Daarna heeft iedereen zijn e-mail."""
    toeval = random.Random(20261127)
    alle_mensen = mensen(1500)
    nog = iter(alle_mensen)
    omgeving.env["BROKER_URL"] = "memory://"  # dit proces vindt zijn werk zelf
    omgeving._start_python("werkpaard", "tests.proces.werkpaard")
    pid = omgeving.kinderen["werkpaard"].proces.pid
    gedood, midden, vrij, aantal, begin = 0, 0, 0, 0, time.monotonic()
    while gedood < KEREN_DOOD:
        assert omgeving.gestorven() is None
        assert time.monotonic() < begin + 200, f"pas {gedood} keer gedood"
        if Notificatie.objects.filter(stand=Stand.KLAAR).count() > aantal - 40:  # er is steeds werk
            for bsn, _adres in itertools.islice(nog, 60):
                wereld.taak(bsn=bsn)
                aantal += 1
        for werker in kinderen_van(pid):
            if toeval.random() < 0.8:  # meestal als het net iets in handen nam, soms zomaar
                bezig = time.monotonic() + 0.5
                while not iets_in_huur() and time.monotonic() < bezig:
                    time.sleep(0.001)
            time.sleep(toeval.uniform(0, 0.15))
            dood_op = vermoord(werker)
            gedood += 1
            geraakt = huur_over(dood_op)
            vrij, midden = vrij + geraakt, midden + bool(geraakt)
    duur = time.monotonic() - begin
    wacht_tot(werk_op, "dat alles is verstuurd", 90)
    dubbel = hooguit_dubbel_na_een_dood(post, alle_mensen[:aantal])
    print(  # noqa: T201  (de cijfers, voor wie met -rP draait)
        f"{gedood} keer gedood in {duur:.0f} s, {midden} keer midden in het werk ({vrij} rijen in huur); "
        f"{aantal} mensen, {len(dubbel)} kregen dezelfde e-mail nog eens"
    )
    assert midden > KEREN_DOOD / 2, "te weinig van de doden viel midden in het werk"


@pytest.mark.ramp  # de wachttijden worden overgeslagen: weigert de mailserver even, dan zijn 48 pogingen (drie dagen) zo op
def test_sterft_de_celery_worker_steeds_weer_dan_gaat_het_werk_door(omgeving: "Omgeving", post: Mailserver) -> None:
    """Dezelfde ramp met Celery zelf: kinderen van de worker, en af en toe de hele worker, terwijl zij werk in handen hebben."""
    toeval = random.Random(7)
    allen = mensen(150)
    omgeving.start(["valkey", "beat"])
    start_worker(omgeving)
    gedood, hele = 0, 0
    for bsn, _adres in allen:
        wereld.taak(bsn=bsn)
    einde = time.monotonic() + 90
    while gedood < 25 and not alles_klaar() and time.monotonic() < einde:
        if not iets_in_huur():
            wacht_over()
            time.sleep(0.005)
            continue
        time.sleep(toeval.uniform(0, 0.05))
        worker = omgeving.kinderen["worker"]
        if gedood % 8 == 7 or not worker.leeft():
            huur_over(vermoord_worker(omgeving))
            hele, gedood = hele + 1, gedood + 1
            start_worker(omgeving)
            continue
        dood_op = nu()
        for werker in kinderen_van(worker.proces.pid):  # allebei: dan is van niemand anders nog iets in huur
            dood_op, gedood = vermoord(werker), gedood + 1
        huur_over(dood_op)
    wacht_tot(werk_op, "dat alles is verstuurd", 90)
    dubbel = hooguit_dubbel_na_een_dood(post, allen)
    print(  # noqa: T201  (de cijfers, voor wie met -rP draait)
        f"{gedood} processen gedood, {hele} keer de hele worker; {len(allen)} mensen, {len(dubbel)} kregen er meer dan één"
    )
    assert hele >= 1
