"""Bezorgen: een wekker voor de workers, en het afwerken van de afleveringen.

De database is de waarheid. De wekker is alleen een tikje op de schouder na de commit; mist de worker het, dan pakt
de veegronde van elke minuut het op. Daarom mag een dode broker een verzoek nooit laten mislukken of vertragen.
"""

import logging
import os
import threading
import time

from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

STIL_NA_FOUT = 5.0  # seconden niet proberen na een mislukte wek


class _Wekker:
    """Stuurt wekberichten in een eigen draad, en voegt samen wat tegelijk komt.

    Een eigen draad, omdat ook een broker die niet antwoordt (in plaats van weigert) geen verzoek mag ophouden.
    """

    def __init__(self) -> None:
        self._slot = threading.Lock()
        self._sein = threading.Condition(self._slot)
        self._te_wekken: set[str] = set()
        self._pid = 0
        self.mislukt = 0  # voor de metriek: hoe vaak de broker niet bereikbaar was

    def wek(self, taak: str) -> None:
        with self._sein:
            if self._pid != os.getpid():  # eerste keer, of na een fork
                self._pid = os.getpid()
                threading.Thread(target=self._stuur_steeds, name="wekker", daemon=True).start()
            self._te_wekken.add(taak)
            self._sein.notify()

    def _stuur_steeds(self) -> None:
        while True:
            with self._sein:
                while not self._te_wekken:
                    self._sein.wait()
                taken, self._te_wekken = self._te_wekken, set()
            try:
                self._stuur(taken)
            except Exception as fout:  # noqa: BLE001  (de veegronde vangt het op; tellen en zwijgen is de afspraak)
                self.mislukt += 1
                if self.mislukt == 1 or self.mislukt % 100 == 0:
                    log.warning("wek_mislukt soort=%s aantal=%s", type(fout).__name__, self.mislukt)
                time.sleep(STIL_NA_FOUT)

    def _stuur(self, taken: set[str]) -> None:
        from portaal.celery import app

        opties = {
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
            "max_retries": 0,
        }
        with app.connection_for_write(transport_options=opties, connect_timeout=0.5) as verbinding:
            for taak in taken:
                app.send_task(taak, connection=verbinding, retry=False, expires=60)


_wekker = _Wekker()


def wek(taak: str) -> None:
    """Wek na de commit een worker voor deze Celery-taak; duurt nooit merkbaar en mislukt nooit."""
    if settings.OMGEVING == "test" and settings.CELERY_BROKER_URL.startswith("memory:"):
        return  # zonder broker valt er niemand te wekken; de tests draaien de taak zelf
    transaction.on_commit(lambda: _wekker.wek(taak), robust=True)


def mislukte_weksignalen() -> int:
    """Hoe vaak dit proces de broker niet kon bereiken, sinds de start."""
    return _wekker.mislukt
