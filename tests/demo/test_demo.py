"""``make demo`` komt altijd op: naast een bezette poort, na Ctrl-C, na SIGTERM en na kill -9."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from portaal.demo.processen import resten, ruim_eigen_map_op
from portaal.demo.start import WORTEL

pytestmark = [pytest.mark.proces, pytest.mark.lang]

KLAAR, WEG = "Stoppen: Ctrl-C", 15.0
VAN_BUITEN = ("DATABASE_URL", "DATABASE_APP_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "PORTAAL_URL")


class Demo:
    """De demo als gebruiker: starten, kijken wat er staat, stoppen."""

    def __init__(self, map_: Path, **omgeving: str) -> None:
        self.map = map_
        schoon = {naam: waarde for naam, waarde in os.environ.items() if naam not in VAN_BUITEN}
        self.env = {
            **schoon,
            "DEMO_MAP": str(map_),
            "STATIC_ROOT": str(map_.parent / "statisch"),
            "PORT": "0",
            **omgeving,
        }
        self.uitvoer = map_.parent / "uitvoer.txt"

    def start(self):
        with self.uitvoer.open("w") as uit:
            self.proces = subprocess.Popen(
                [sys.executable, "-m", "portaal.demo"], cwd=WORTEL, env=self.env, stdout=uit, stderr=subprocess.STDOUT
            )
        einde = time.monotonic() + 90
        while KLAAR not in (tekst := self.uitvoer.read_text()):
            assert self.proces.poll() is None, tekst
            assert time.monotonic() < einde, tekst
            time.sleep(0.1)
        return json.loads((self.map / "draait.json").read_text())["url"]

    def stop(self, sein: int) -> int:
        self.proces.send_signal(sein)
        return self.proces.wait(WEG)

    def ruim_op(self) -> None:
        if self.proces.poll() is None:
            self.stop(signal.SIGTERM)
        for pad in ("postgres", "postgres/data", "valkey"):
            ruim_eigen_map_op(self.map / pad)


@pytest.fixture
def demo(tmp_path):
    demo = Demo(tmp_path / "demo")
    yield demo
    demo.ruim_op()


@pytest.fixture(scope="module")
def draaiend(tmp_path_factory):
    """Een demo die al draait, voor tests die alleen kijken."""
    demo = Demo(tmp_path_factory.mktemp("draaiend") / "demo")
    demo.start()
    yield demo
    demo.ruim_op()


def proces_van(demo: Demo, programma: bytes) -> int:
    return next(pid for pid in resten(str(demo.map)) if programma in Path(f"/proc/{pid}/cmdline").read_bytes())


def test_wie_toegang_json_leest_kan_erin(draaiend):
    toegang = json.loads((draaiend.map / "toegang.json").read_text())
    assert {"portaal", "applicaties", "personen", "beheer", "post"} <= set(toegang)
    with urllib.request.urlopen(f"{toegang['portaal']}/-/ready") as antwoord:
        assert antwoord.status == 200


def test_een_tweede_demo_in_dezelfde_map_zegt_waar_de_eerste_draait(draaiend):
    opdracht = [sys.executable, "-m", "portaal.demo"]
    tweede = subprocess.run(opdracht, cwd=WORTEL, env=draaiend.env, capture_output=True, text=True, check=False)
    assert tweede.returncode == 1
    assert json.loads((draaiend.map / "draait.json").read_text())["url"] in tweede.stderr


def test_de_processen_draaien_als_de_app_rol(draaiend):
    omgeving = Path(f"/proc/{proces_van(draaiend, b'gunicorn')}/environ").read_bytes()
    assert b"DATABASE_URL=postgresql://portaal_app:" in omgeving
    assert b"portaal_eigenaar" not in omgeving


def test_de_sleutels_zijn_geheim(draaiend):
    assert (draaiend.map / "sleutels.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("sein", [signal.SIGTERM, signal.SIGINT], ids=["sigterm", "ctrl-c"])
def test_stoppen_laat_niets_achter_en_daarna_komt_alles_terug(demo, sein):
    demo.start()
    assert demo.stop(sein) == 0
    assert resten(str(demo.map)) == []
    demo.start()


def test_na_kill_9_komt_de_demo_gewoon_weer_op(demo):
    demo.start()
    demo.stop(signal.SIGKILL)
    demo.start()
    demo.stop(signal.SIGTERM)
    assert resten(str(demo.map)) == []


def test_een_deel_dat_sterft_wordt_genoemd_en_de_rest_stopt(demo):
    demo.start()
    os.kill(proces_van(demo, b"bin/postgres"), signal.SIGKILL)
    assert demo.proces.wait(WEG) == 1
    assert "postgres is gestopt (code -9)" in demo.uitvoer.read_text()
    assert resten(str(demo.map)) == []
