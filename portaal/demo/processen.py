"""Kindprocessen van de demo: starten, stoppen en opruimen wat een afgebroken start achterliet.

Drie regels houden dit simpel:

* elk kind krijgt een eigen sessie, zodat Ctrl-C alleen de regisseur bereikt en die in volgorde stopt;
* elk kind sterft mee als de regisseur sterft (Linux: ``PR_SET_PDEATHSIG``), ook bij ``kill -9``;
* elk kind draagt een merk in zijn omgeving, zodat een volgende start resten herkent zonder op pid's te vertrouwen.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MERK = "PORTAAL_DEMO_MERK"
SOCKETPAD_MAX = 107  # bytes in sockaddr_un.sun_path op Linux, zonder de afsluitende nul (macOS: 103)
_PR_SET_PDEATHSIG = 1


class Fout(Exception):
    """Iets wat de gebruiker moet weten; de tekst is de melding, zonder traceback."""


@dataclass(frozen=True)
class Gebruiker:
    """Onder wie een kind draait als wij root zijn (PostgreSQL weigert root)."""

    uid: int
    gid: int


@dataclass
class Kind:
    """Een gestart proces met zijn log en het sein waarop het netjes stopt."""

    naam: str
    proces: subprocess.Popen[bytes]
    log: Path
    stopsein: int = signal.SIGTERM

    def leeft(self) -> bool:
        return self.proces.poll() is None

    def sein(self, nummer: int) -> None:
        """Stuurt een sein naar het kind; zegt niets als het al weg is."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            self.proces.send_signal(nummer)

    def wacht(self, seconden: float) -> bool:
        try:
            self.proces.wait(timeout=max(0.01, seconden))
        except subprocess.TimeoutExpired:
            return False
        return True

    def slot_van_log(self, regels: int = 15) -> str:
        return laatste_regels(self.log, regels)


def laatste_regels(bestand: Path, regels: int = 15) -> str:
    """De laatste regels van een log, of een lege tekst als er niets is."""
    try:
        return "\n".join(bestand.read_text("utf-8", "replace").splitlines()[-regels:])
    except FileNotFoundError:
        return ""


def _sterf_mee(sein: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    ouder = os.getpid()

    def in_het_kind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, sein)
        if os.getppid() != ouder:  # de ouder stierf net voor prctl
            os._exit(1)

    return in_het_kind


def sterf_met_ouder(sein: int = signal.SIGTERM) -> None:
    """Laat dit proces zelf stoppen als zijn ouder sterft (gebruikt onder ``make``); buiten Linux gebeurt er niets."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sein)


def start_kind(
    naam: str,
    opdracht: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    log: Path,
    cwd: Path | str,
    stopsein: int = signal.SIGTERM,
    doodsein: int = signal.SIGKILL,
    gebruiker: Gebruiker | None = None,
    pass_fds: Sequence[int] = (),
) -> Kind:
    """Start een kind met zijn uitvoer in ``log`` (de vorige log blijft als ``.1``).

    ``doodsein`` krijgt het kind als wij zelf plotseling sterven. Geeft OSError als het programma er niet is.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))
    with log.open("wb") as uitvoer:
        proces = subprocess.Popen(
            [os.fspath(deel) for deel in opdracht],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=uitvoer,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=_sterf_mee(doodsein),
            user=gebruiker.uid if gebruiker else None,
            group=gebruiker.gid if gebruiker else None,
            extra_groups=[] if gebruiker else None,
        )
    return Kind(naam, proces, log, stopsein)


def stop_kinderen(kinderen: Iterable[Kind], seconden: float) -> list[str]:
    """Stopt kinderen tegelijk: hun stopsein, en na ``seconden`` geweld. Geeft de namen waarvoor dat nodig was."""
    lijst = [kind for kind in kinderen if kind.leeft()]
    for kind in lijst:
        kind.sein(kind.stopsein)
    einde = time.monotonic() + seconden
    met_geweld = [kind for kind in lijst if not kind.wacht(einde - time.monotonic())]
    for kind in met_geweld:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(kind.proces.pid, signal.SIGKILL)  # eigen sessie: alleen dit kind en wat het zelf startte
        kind.wacht(2)
    return [kind.naam for kind in met_geweld]


def leeft(pid: int) -> bool:
    """Of er echt een proces met dit nummer werkt; een zombie telt als dood."""
    if sys.platform.startswith("linux"):
        try:
            return Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()[0] not in {"Z", "X"}
        except (FileNotFoundError, ProcessLookupError):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def resten(merk: str) -> list[int]:
    """De levende processen met dit merk, of een map daaronder, behalve wijzelf. Alleen op Linux; elders leeg."""
    zoek = f"{MERK}={merk}".encode()
    gevonden = []
    for map_ in Path("/proc").glob("[0-9]*"):
        try:
            omgeving = (map_ / "environ").read_bytes()
        except OSError:  # al weg, of van een ander
            continue
        pid = int(map_.name)
        gemerkt = any(deel == zoek or deel.startswith(zoek + b"/") for deel in omgeving.split(b"\0"))
        if gemerkt and pid != os.getpid() and leeft(pid):
            gevonden.append(pid)
    return gevonden


def ruim_resten_op(merk: str, seconden: float = 5) -> int:
    """Stopt wat een vorige, hard afgebroken start achterliet. Geeft hoeveel processen dat waren."""
    aantal = 0
    for sein, wachttijd in ((0, 0.5), (signal.SIGINT, seconden), (signal.SIGKILL, 2.0)):
        # Eerst even wachten: wat meestierf is vaak net bezig te stoppen. SIGINT is bij PostgreSQL "snel stoppen".
        pids = resten(merk)
        aantal = max(aantal, len(pids))
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sein)
        einde = time.monotonic() + wachttijd
        while pids and time.monotonic() < einde:
            time.sleep(0.05)
            pids = resten(merk)
        if not pids:
            break
    return aantal


def _naam_van_eigen_map(voor: Path) -> Path:
    plek = next(Path(p) for p in ("/var/tmp", "/tmp") if os.path.isdir(p) and os.access(p, os.W_OK))
    kenmerk = hashlib.sha256(os.fsencode(voor.resolve())).hexdigest()[:12]
    return plek / f"portaal-{os.geteuid()}-{kenmerk}"


def ruim_eigen_map_op(voor: Path) -> None:
    """Verwijdert de eigen map van dit pad, als die er is en van ons is."""
    if _naam_van_eigen_map(voor).is_dir():
        shutil.rmtree(eigen_map(voor))


def eigen_map(voor: Path, *, doorloopbaar: bool = False) -> Path:
    """Een map van onszelf buiten het project, vast per projectpad: voor korte socketpaden en voor wat ``nobody`` leest.

    ``doorloopbaar`` laat anderen er doorheen lopen (niet erin kijken). Geeft Fout als op die plek iets staat wat niet
    van ons is: in een map waar iedereen mag schrijven kan een ander er een koppeling hebben klaargezet.
    """
    map_ = _naam_van_eigen_map(voor)
    with contextlib.suppress(FileExistsError):
        map_.mkdir(mode=0o700)
    staat = map_.lstat()
    if not stat.S_ISDIR(staat.st_mode) or staat.st_uid != os.geteuid() or staat.st_mode & 0o022:
        raise Fout(f"{map_} hoort van ons te zijn, maar is dat niet. Verwijder die en probeer het opnieuw.")
    if doorloopbaar:
        map_.chmod(0o711)
    return map_


def socketmap(voorkeur: Path, bestandsnaam: str) -> Path:
    """Waar een unix-socket past: ``voorkeur`` als het pad kort genoeg is, anders een map (0700) buiten het project."""
    if len(os.fsencode(voorkeur / bestandsnaam)) <= SOCKETPAD_MAX - 4:
        return voorkeur
    kort = eigen_map(voorkeur) / "s"
    kort.mkdir(mode=0o700, exist_ok=True)
    return kort
