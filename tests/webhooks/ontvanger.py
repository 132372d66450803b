"""Een ontvanger van webhooks op deze machine, met een eigen wil."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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
def luister(*antwoorden: Any) -> Iterator[Ontvanger]:
    ontvanger = Ontvanger(*antwoorden)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ontvanger.neem_aan(self)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    ontvanger.url = f"http://127.0.0.1:{server.server_port}/haak?sleutel=a"
    try:
        yield ontvanger
    finally:
        server.shutdown()
        server.server_close()
