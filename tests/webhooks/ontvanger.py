"""Een ontvanger van webhooks op deze machine, met een eigen wil; en een proxy ervoor."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Antwoord = Callable[["Ontvanger", BaseHTTPRequestHandler], None]


class Ontvanger:
    """Onthoudt wat er binnenkwam. `antwoorden` is een rij; de laatste blijft gelden."""

    def __init__(self, *antwoorden: Antwoord | int) -> None:
        self.antwoorden: list[Antwoord | int] = list(antwoorden) or [200]
        self.gekregen: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    def neem_aan(self, verzoek: BaseHTTPRequestHandler) -> None:
        inhoud = verzoek.rfile.read(int(verzoek.headers["Content-Length"]))
        self.gekregen.append(({k.lower(): v for k, v in verzoek.headers.items()}, inhoud))
        antwoord = self.antwoorden.pop(0) if len(self.antwoorden) > 1 else self.antwoorden[0]
        if callable(antwoord):
            antwoord(self, verzoek)
        else:
            stuur(verzoek, antwoord)


def stuur(verzoek: BaseHTTPRequestHandler, status: int, **koppen: str) -> None:
    verzoek.send_response(status)
    for naam, waarde in koppen.items():
        verzoek.send_header(naam, waarde)
    verzoek.send_header("Content-Length", "0")
    verzoek.end_headers()


def druppelt(_ontvanger: Ontvanger, verzoek: BaseHTTPRequestHandler) -> None:
    """Elke halve seconde één teken van een kop: nooit klaar, en nooit stil."""
    verzoek.wfile.write(b"HTTP/1.1 200 OK\r\nX-Lang: ")
    try:
        for _ in range(100):
            verzoek.wfile.write(b"a")
            verzoek.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def enorm(_ontvanger: Ontvanger, verzoek: BaseHTTPRequestHandler) -> None:
    """Een antwoord zonder einde."""
    verzoek.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            verzoek.wfile.write(b"a" * 65536)
    except OSError:
        return


@contextmanager
def luister(*antwoorden: Any, tls: ssl.SSLContext | None = None) -> Iterator[Ontvanger]:
    ontvanger = Ontvanger(*antwoorden)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ontvanger.neem_aan(self)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    ontvanger.url = f"http://127.0.0.1:{server.server_port}/haak?sleutel=a"
    try:
        yield ontvanger
    finally:
        server.shutdown()
        server.server_close()


class Proxy:
    """Een proxy die alleen CONNECT kent. Waar men ook heen wil: de tunnel gaat naar `poort` op deze machine."""

    def __init__(self, poort: int, status: int = 200) -> None:
        self.gevraagd: list[list[str]] = []
        self.url = ""
        self._poort, self._status = poort, status

    def bedien(self, klant: socket.socket) -> None:
        with klant, contextlib.suppress(OSError):
            kop = b""
            while not kop.endswith(b"\r\n\r\n"):
                kop += klant.recv(1)
            self.gevraagd.append(kop.decode().strip().split("\r\n"))
            klant.sendall(f"HTTP/1.1 {self._status} x\r\n\r\n".encode())
            if self._status != 200:
                return
            with socket.create_connection(("127.0.0.1", self._poort)) as doel:
                heen = threading.Thread(target=_pomp, args=(klant, doel), daemon=True)
                heen.start()
                _pomp(doel, klant)
                heen.join(10)


def _pomp(van: socket.socket, naar: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while deel := van.recv(65536):
            naar.sendall(deel)
        naar.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_naar(ontvanger: Ontvanger, status: int = 200) -> Iterator[Proxy]:
    luisteraar = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(int(ontvanger.url.partition("127.0.0.1:")[2].partition("/")[0]), status)
    proxy.url = f"http://127.0.0.1:{luisteraar.getsockname()[1]}"

    def neem_aan() -> None:
        with contextlib.suppress(OSError):
            while True:
                klant, _van = luisteraar.accept()
                threading.Thread(target=proxy.bedien, args=(klant,), daemon=True).start()

    threading.Thread(target=neem_aan, daemon=True).start()
    try:
        yield proxy
    finally:
        luisteraar.close()


def certificaat(naam: str, map_: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Een certificaat op deze naam: (voor de server, voor wie het vertrouwt)."""
    sleutel = ec.generate_private_key(ec.SECP256R1())
    wie = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, naam)])
    bouw = x509.CertificateBuilder(wie, wie, sleutel.public_key(), x509.random_serial_number())
    bouw = bouw.not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(
        datetime.now(UTC) + timedelta(days=1)
    )
    namen = x509.SubjectAlternativeName([x509.DNSName(naam)])
    pem = bouw.add_extension(namen, critical=False).sign(sleutel, hashes.SHA256())
    (map_ / "cert.pem").write_bytes(pem.public_bytes(serialization.Encoding.PEM))
    (map_ / "sleutel.pem").write_bytes(
        sleutel.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(map_ / "cert.pem", map_ / "sleutel.pem")
    return server, ssl.create_default_context(cafile=str(map_ / "cert.pem"))
