"""Waar een formuliertaak met een verzoektype een verzoek wordt: de laag erboven meldt zich hier aan.

Taken en verzoeken kennen elkaar niet. `portaal.overzicht` kent ze allebei en opent bij het starten het loket.
"""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from portaal.inloggen.toegang import Toegang
from taken.models import Taak


class LoketDichtError(Exception):
    """Het verzoek kan nu niet worden aangenomen; de taak blijft open en wat is ingevuld blijft bewaard."""


class AndereVragenError(Exception):
    """De voorbereide aanvraag vraagt iets anders dan haar verzoektype."""

    def __init__(self, anders: list[str]) -> None:
        super().__init__(f"Anders dan het formulier van dit verzoektype: {', '.join(anders)}.")


class Loket(Protocol):
    """Wie van een voorbereide aanvraag een verzoek maakt."""

    def kent(self, verzoektype: str) -> bool:
        """Of er een verzoektype met deze code is."""

    def verschil(self, verzoektype: str, formulier: Mapping[str, Any]) -> list[str]:
        """Welke vragen anders zijn dan in het formulier van het verzoektype (sleutels); leeg als het past."""

    def neem_aan(self, taak: Taak, toegang: Toegang, antwoorden: Mapping[str, Any]) -> UUID:
        """Maak het verzoek, binnen de transactie waarin de taak wordt gedaan; geeft de sleutel van het verzoek.

        Een fout draait allebei terug; `LoketDichtError` als het verzoektype er niet meer is of een ander formulier vraagt.
        """


_open: list[Loket] = []


def open_loket(loket: Loket) -> None:
    """Vanaf nu gaan voorbereide aanvragen hierlangs. Er is er hooguit één; nog een keer vervangt de vorige."""
    _open[:] = [loket]


def kent_verzoektype(verzoektype: str) -> bool:
    """Of een taak met dit verzoektype ook echt een verzoek kan worden."""
    return any(loket.kent(verzoektype) for loket in _open)


def eis_zelfde_vragen(verzoektype: str, details: Mapping[str, Any]) -> None:
    """`AndereVragenError` als een taak met dit verzoektype iets anders vraagt: dan kan zij nooit worden verstuurd."""
    if verzoektype and _open:
        anders = _open[0].verschil(verzoektype, details.get("formulierDefinitie", {}))
        if anders:
            raise AndereVragenError(anders)


def neem_aan(taak: Taak, toegang: Toegang, antwoorden: Mapping[str, Any]) -> UUID:
    """Maak het verzoek bij deze taak en geef de sleutel ervan.

    Zonder loket: `RuntimeError`, want dan zou de aanvraag stil verdwijnen.
    """
    if not _open:
        raise RuntimeError("Er is geen loket voor voorbereide aanvragen.")
    return _open[0].neem_aan(taak, toegang, antwoorden)
