"""De virusscanner: het protocol van clamd (INSTREAM) over TCP of een Unix-socket.

`CLAMD_URL` is `tcp://host:poort` of `unix:///pad`. Alles wat geen duidelijk "schoon" of "besmet" is, is
`ScannerWegError`: het bestand wacht dan, en wordt niet getoond of doorgegeven.
"""

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

VERBINDEN = 2.0  # seconden
WACHTEN = 30.0  # seconden zonder antwoord


class ScannerWegError(Exception):
    """De scanner is er niet, of geeft geen antwoord waar iets uit op te maken is."""


def scan(inhoud: Iterable[bytes]) -> str:
    """ "" als er niets gevonden is, anders de naam van wat er gevonden is."""
    try:
        with _verbind() as verbinding:
            verbinding.sendall(b"zINSTREAM\0")
            for stuk in inhoud:
                if stuk:
                    verbinding.sendall(len(stuk).to_bytes(4, "big") + stuk)
            verbinding.sendall((0).to_bytes(4, "big"))
            antwoord = b""
            while not antwoord.endswith(b"\0") and len(antwoord) < 4096:
                deel = verbinding.recv(4096)
                if not deel:
                    break
                antwoord += deel
    except OSError as fout:
        raise ScannerWegError(str(type(fout).__name__)) from fout
    tekst = antwoord.rstrip(b"\0\n").decode(errors="replace").removeprefix("stream: ")
    if tekst == "OK":
        return ""
    if tekst.endswith(" FOUND"):
        return tekst.removesuffix(" FOUND")[:200] or "onbekend"
    raise ScannerWegError("De scanner gaf geen uitslag.")


def _verbind() -> socket.socket:
    adres = urlsplit(settings.CLAMD_URL)
    if adres.scheme == "unix":
        verbinding = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        verbinding.settimeout(VERBINDEN)
        verbinding.connect(adres.path)
    else:
        verbinding = socket.create_connection((adres.hostname or "127.0.0.1", adres.port or 3310), VERBINDEN)
    verbinding.settimeout(WACHTEN)
    return verbinding
