"""Postvanger van de demo: neemt elke e-mail aan en bewaart die als bestand; er gaat niets de deur uit.

Als proces: ``python -m portaal.demo.post MAP FD``, met een socket die al luistert: de poort staat vast vóór de start.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

NAAM = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")
GROOTST = 10 * 1024 * 1024  # bytes per mail


@dataclass(frozen=True)
class Mail:
    """Een gevangen e-mail, klaar om te tonen."""

    naam: str
    van: str
    aan: str
    onderwerp: str
    ontvangen: datetime
    tekst: str


class Brievenbus:
    """De map met .eml-bestanden: de vanger schrijft, de webpagina leest."""

    def __init__(self, map_: Path) -> None:
        self.map = map_

    def bewaar(self, ruw: bytes) -> str:
        """Bewaart een mail in één keer zichtbaar (tijdelijk bestand, dan hernoemen). Geeft de naam."""
        self.map.mkdir(mode=0o700, parents=True, exist_ok=True)
        naam = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}"
        tijdelijk = self.map / f".{naam}"
        tijdelijk.write_bytes(ruw)
        tijdelijk.replace(self.map / f"{naam}.eml")
        return naam

    def namen(self, hoogstens: int = 200) -> list[str]:
        """De namen van de nieuwste mails, nieuwste eerst."""
        if not self.map.is_dir():
            return []
        namen = sorted((pad.stem for pad in self.map.glob("*.eml") if NAAM.fullmatch(pad.stem)), reverse=True)
        return namen[:hoogstens]

    def lees(self, naam: str) -> Mail:
        """Eén mail. Geeft FileNotFoundError als de naam niet bestaat of geen naam van ons is."""
        if not NAAM.fullmatch(naam):
            raise FileNotFoundError(naam)
        bericht = message_from_bytes((self.map / f"{naam}.eml").read_bytes(), policy=policy.default)
        return Mail(
            naam=naam,
            van=str(bericht.get("From", "")),
            aan=str(bericht.get("To", "")),
            onderwerp=str(bericht.get("Subject", "")),
            ontvangen=_wanneer(naam, bericht),
            tekst=_tekst(bericht),
        )

    def mails(self, hoogstens: int = 200) -> list[Mail]:
        return [self.lees(naam) for naam in self.namen(hoogstens)]


def _wanneer(naam: str, bericht: EmailMessage) -> datetime:
    try:
        return parsedate_to_datetime(str(bericht["Date"])).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.strptime(naam[:22], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def _tekst(bericht: EmailMessage) -> str:
    deel = bericht.get_body(("plain", "html"))
    if deel is None:
        return ""
    try:
        return str(deel.get_content()).strip()
    except (LookupError, UnicodeError):  # onbekende tekenset: toon wat leesbaar is
        inhoud = deel.get_payload(decode=True)
        return inhoud.decode("utf-8", "replace").strip() if isinstance(inhoud, bytes) else ""


class Vanger:
    """Verwerkt wat aiosmtpd aanneemt."""

    def __init__(self, bus: Brievenbus) -> None:
        self.bus = bus

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        inhoud: Any = envelope.content
        self.bus.bewaar(inhoud)
        return "250 2.0.0 Bewaard"


async def _luister(bus: Brievenbus, luisteraar: socket.socket) -> None:
    lus = asyncio.get_running_loop()
    klaar = asyncio.Event()
    for sein in (signal.SIGTERM, signal.SIGINT):
        lus.add_signal_handler(sein, klaar.set)
    vanger = Vanger(bus)
    server = await lus.create_server(
        lambda: SMTP(vanger, data_size_limit=GROOTST, enable_SMTPUTF8=True), sock=luisteraar
    )
    await klaar.wait()
    server.close()


def main(argumenten: list[str]) -> int:
    map_, fd = argumenten
    os.umask(0o077)
    asyncio.run(_luister(Brievenbus(Path(map_)), socket.socket(fileno=int(fd))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
