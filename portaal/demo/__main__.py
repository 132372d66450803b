"""``python -m portaal.demo``: de hele portaal op één poort, met verhalen om te proberen (``make demo``)."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from portaal.demo.processen import Fout, ruim_resten_op, sterf_met_ouder
from portaal.demo.start import BACKEND_DELEN, WERK_DELEN, WORTEL, Omgeving, melding_gestorven

WACHT_OP_VORIGE = 15.0  # seconden; een demo die aan het stoppen is mag dat afmaken


class Stoppen(Exception):
    """Ctrl-C of SIGTERM; de tekst is de naam van het sein."""


def _op_sein(nummer: int, beeld: FrameType | None) -> None:
    for sein in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sein, signal.SIG_IGN)  # stoppen is begonnen; een tweede Ctrl-C maakt dat niet half
    raise Stoppen(signal.Signals(nummer).name)


@contextlib.contextmanager
def enige(map_: Path) -> Iterator[Path]:
    """Eén demo per map. Het slot valt weg als het proces sterft, hoe dan ook. Geeft Fout als er al een draait."""
    map_.mkdir(parents=True, exist_ok=True)
    toestand = map_ / "draait.json"
    with (map_ / "slot").open("w") as slot:
        einde = time.monotonic() + WACHT_OP_VORIGE
        while True:
            try:
                fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                bekend = _lees(toestand)
                if not bekend.get("stopt") or time.monotonic() > einde:
                    waar = bekend.get("url", "een adres dat nog niet bekend is")
                    raise Fout(f"De demo draait hier al, op {waar} (proces {bekend.get('pid', '?')}).") from None
                time.sleep(0.1)
        toestand.unlink(missing_ok=True)
        try:
            yield toestand
        finally:
            toestand.unlink(missing_ok=True)


def _lees(toestand: Path) -> dict[str, object]:
    try:
        gelezen: dict[str, object] = json.loads(toestand.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return gelezen


def _schrijf(toestand: Path, **waarden: object) -> None:
    toestand.write_text(json.dumps({"pid": os.getpid(), **waarden}))


def _statisch(om: Omgeving) -> None:
    """Verzamelt en comprimeert de statische bestanden; slaat dat over als er sinds de vorige keer niets veranderde."""
    doel = Path(om.env.get("STATIC_ROOT") or WORTEL / "staticfiles")
    kenmerk = hashlib.sha256()
    for bron in (WORTEL / "requirements.txt", WORTEL / "portaal" / "settings.py"):
        kenmerk.update(bron.read_bytes())
    for map_ in (WORTEL / "static", *WORTEL.glob("portaal/*/static"), *WORTEL.glob("*/static")):
        for bestand in sorted(pad for pad in map_.rglob("*") if pad.is_file()):
            staat = bestand.stat()
            kenmerk.update(f"{bestand} {staat.st_size} {staat.st_mtime_ns}\n".encode())
    stempel = doel / ".kenmerk"
    if not stempel.exists() or stempel.read_text() != kenmerk.hexdigest():
        om.manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
        stempel.write_text(kenmerk.hexdigest())


def draai(om: Omgeving, toestand: Path) -> int:
    """Zet alles aan, toont de verhalen en blijft tot er iets stopt. Geeft de afloopcode."""
    begin = time.monotonic()
    _schrijf(toestand, url=om.url)
    om.start(BACKEND_DELEN)
    with ThreadPoolExecutor(1) as naast:
        statisch = naast.submit(_statisch, om)
        om.manage("migrate", "--noinput", "--verbosity", "1", als_eigenaar=True)
        om.meld("Database bijgewerkt")
        statisch.result()
        verhalen = naast.submit(om.manage, "laad_demo")
        om.start(WERK_DELEN)
        om.meld("Webserver, worker en beat")
        tekst = verhalen.result()
    print(f"  Klaar in {time.monotonic() - begin:.0f} seconden. Logs: {om.log}. Stoppen: Ctrl-C.\n", flush=True)
    print(tekst, flush=True)
    while True:
        if kind := om.gestorven():
            print(melding_gestorven(kind), file=sys.stderr)
            return 1
        time.sleep(0.3)


def main(argumenten: list[str]) -> int:
    """Leest PORT, BIND en DEMO_MAP. Geeft 0 na een gevraagde stop, 1 als er iets misging."""
    lezer = argparse.ArgumentParser(prog="python -m portaal.demo", description="Start de demo van de mijn-omgeving.")
    lezer.add_argument("--stop-met-ouder", action="store_true", help="stop als het proces dat dit startte sterft")
    keuze = lezer.parse_args(argumenten)
    for sein in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sein, _op_sein)
    if keuze.stop_met_ouder:
        sterf_met_ouder()

    map_ = Path(os.environ.get("DEMO_MAP") or WORTEL / ".demo").absolute()
    gevraagd = int(os.environ.get("PORT") or 8000)
    os.umask(0o022)
    try:
        with enige(map_) as toestand:
            ruim_resten_op(str(map_))
            with Omgeving(
                map_,
                bind=os.environ.get("BIND") or "127.0.0.1",
                poort=gevraagd,
                poort_pogingen=100 if gevraagd else 1,
                meld=lambda tekst: print(f"  {tekst}", flush=True),
            ) as om:
                print("Mijn-omgeving, demo", flush=True)
                if om.poort != gevraagd and gevraagd:
                    print(f"  Poort {gevraagd} is bezet; het wordt {om.poort}.", flush=True)
                try:
                    return draai(om, toestand)
                finally:
                    _schrijf(toestand, url=om.url, stopt=True)
    except Stoppen as sein:
        print(f"De demo is gestopt ({sein}).", flush=True)
        return 0
    except Fout as fout:
        print(fout, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
