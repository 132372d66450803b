"""Een virusscanner voor de demo en de tests: spreekt INSTREAM zoals clamd, en vindt alleen het EICAR-testbestand.

Als proces: ``python -m portaal.demo.clamd FD``, met een socket die al luistert.
"""

from __future__ import annotations

import signal
import socket
import socketserver
import sys
import threading

EICAR = (
    rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
)  # in tweeën: dit bestand is er zelf geen
GROOTST = 30 * 1024 * 1024  # StreamMaxLength


class Verzoek(socketserver.StreamRequestHandler):
    """Eén verbinding."""

    def handle(self) -> None:
        opdracht = self.rfile.read(10)
        if opdracht != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        vorige, totaal, gevonden = b"", 0, False
        while lengte := int.from_bytes(self.rfile.read(4), "big"):
            totaal += lengte
            if totaal > GROOTST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            stuk = self.rfile.read(lengte)
            gevonden = gevonden or EICAR in vorige + stuk
            vorige = stuk[-len(EICAR) :]
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if gevonden else b"stream: OK\0")


class Scanner(socketserver.ThreadingTCPServer):
    """De scanner op een socket die al luistert."""

    daemon_threads = True

    def __init__(self, luisteraar: socket.socket) -> None:
        super().__init__(luisteraar.getsockname(), Verzoek, bind_and_activate=False)
        self.socket.close()
        self.socket = luisteraar


def main(argumenten: list[str]) -> int:
    """Draai tot SIGTERM."""
    scanner = Scanner(socket.socket(fileno=int(argumenten[0])))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=scanner.shutdown).start())
    scanner.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
