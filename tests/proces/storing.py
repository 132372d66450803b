"""Nagemaakte storingen: een adres waar niemand luistert, en een dienst die opneemt maar niets zegt."""

import contextlib
import socket
import threading


def dode_poort() -> int:
    """Een poort waar niets luistert: verbinden wordt meteen geweigerd."""
    with socket.socket() as luisteraar:
        luisteraar.bind(("127.0.0.1", 0))
        poort: int = luisteraar.getsockname()[1]
        return poort


class Zwijger:
    """Neemt elke verbinding aan, leest wat er komt, en antwoordt nooit. Gebruik als context."""

    def __init__(self) -> None:
        self._luisteraar = socket.create_server(("127.0.0.1", 0))
        self.poort: int = self._luisteraar.getsockname()[1]
        self._open: list[socket.socket] = []
        self.gehoord = threading.Event()

    def __enter__(self) -> "Zwijger":
        threading.Thread(target=self._neem_op, daemon=True).start()
        return self

    def _neem_op(self) -> None:
        with contextlib.suppress(OSError):  # de luisteraar gaat dicht
            while True:
                verbinding, _adres = self._luisteraar.accept()
                self._open.append(verbinding)
                self.gehoord.set()

    def __exit__(self, *fout: object) -> None:
        for ding in (self._luisteraar, *self._open):
            with contextlib.suppress(OSError):
                ding.shutdown(socket.SHUT_RDWR)
            ding.close()
