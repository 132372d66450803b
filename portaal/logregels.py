"""Logregels zonder persoonsgegevens, ook als er iets misgaat."""

import logging
import re
import traceback
from types import TracebackType

_NUMMER = re.compile(r"(?<![\w-])\d{8,12}(?![\w-])")  # bsn, KVK-nummer, vestigingsnummer; niet een stuk van een uuid


class ZonderGegevens(logging.Formatter):
    """Laat nummers weg, en van een fout de tekst: de database noemt in haar foutmelding de hele rij.

    Wat blijft is genoeg om de fout te vinden: de soort, en de plek in de code.
    """

    def format(self, record: logging.LogRecord) -> str:
        """De regel, met een nummer vervangen door [nummer]."""
        oud, record.exc_text = record.exc_text, None  # een andere handler kan de volledige tekst al hebben gemaakt
        try:
            return _NUMMER.sub("[nummer]", super().format(record))
        finally:
            record.exc_text = oud

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """De fout en wat eraan voorafging, zonder hun tekst."""
        delen: list[str] = []
        fout, gezien = ei[1], set[int]()
        while fout is not None and id(fout) not in gezien:
            gezien.add(id(fout))
            soort = f"{type(fout).__module__}.{type(fout).__qualname__}"
            delen.insert(0, "".join(traceback.format_tb(fout.__traceback__)) + soort)
            fout = fout.__cause__ or (None if fout.__suppress_context__ else fout.__context__)
        return "\n\ndaarna:\n\n".join(delen)
