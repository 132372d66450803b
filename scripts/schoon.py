"""Stopt wat er nog draait en verwijdert wat make heeft gemaakt: ``schoon.py demo`` of ``schoon.py alles``.

Gebruikt alleen de standaardbibliotheek en leest de portaal niet in, zodat het ook werkt met een halve .venv.
"""

import hashlib
import os
import shutil
import signal
import stat
import sys
import time
from pathlib import Path

WORTEL = Path(__file__).resolve().parent.parent
DEMO = Path(os.environ.get("DEMO_MAP") or WORTEL / ".demo").absolute()
MERK = b"PORTAAL_DEMO_MERK="


def draaiend(mappen: list[Path]) -> list[int]:
    """De processen van deze demo of tests: hun merk is een van deze mappen of ligt erin."""
    pids = []
    for proces in Path("/proc").glob("[0-9]*"):
        try:
            merken = [
                deel[len(MERK) :] for deel in (proces / "environ").read_bytes().split(b"\0") if deel.startswith(MERK)
            ]
        except OSError:
            continue
        for merk in merken:
            if any(Path(os.fsdecode(merk)).is_relative_to(map_) for map_ in mappen) and int(proces.name) != os.getpid():
                pids.append(int(proces.name))
    return pids


def stop(mappen: list[Path]) -> None:
    for sein, seconden in ((signal.SIGINT, 6.0), (signal.SIGKILL, 2.0)):
        pids = draaiend(mappen)
        for pid in pids:
            try:
                os.kill(pid, sein)
            except ProcessLookupError:
                continue
        einde = time.monotonic() + seconden
        while draaiend(mappen) and time.monotonic() < einde:
            time.sleep(0.1)


def ruim_elders_op(mappen: list[Path]) -> None:
    """Wat onder /var/tmp voor deze mappen staat; de naam hoort bij het pad (zie portaal/demo/processen.py)."""
    for map_ in mappen:
        kenmerk = hashlib.sha256(os.fsencode(map_.resolve())).hexdigest()[:12]
        for plek in ("/var/tmp", "/tmp"):
            elders = Path(plek) / f"portaal-{os.geteuid()}-{kenmerk}"
            if elders.exists() and stat.S_ISDIR(elders.lstat().st_mode) and elders.lstat().st_uid == os.geteuid():
                shutil.rmtree(elders)


def main(wat: str) -> None:
    weg = [DEMO]
    if wat == "alles":
        weg += [WORTEL / naam for naam in (".test", "staticfiles", "static/dist", "frontend/node_modules", ".venv")]
        weg += [*WORTEL.glob("locale/*/LC_MESSAGES/*.mo"), *WORTEL.glob(".*_cache")]
    stop([DEMO, WORTEL / ".test"] if wat == "alles" else [DEMO])
    clusters = [DEMO / "postgres", DEMO / "valkey", *(plek / "postgres" for plek in WORTEL.glob(".test/*"))]
    ruim_elders_op([*clusters, *(cluster / "data" for cluster in clusters)])
    for pad in weg:
        if pad.is_dir() and not pad.is_symlink():
            shutil.rmtree(pad)
        else:
            pad.unlink(missing_ok=True)


main(sys.argv[1])
