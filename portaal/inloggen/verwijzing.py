"""Een verwijzing naar een record in een ander domein: soort en uuid, nooit een foreign key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.records import record_modellen
from portaal.inloggen.poort import PoortQuerySet
from portaal.inloggen.toegang import Toegang


@dataclass(frozen=True)
class Verwijzing:
    """De soort record (`taak`, `bericht` …) en zijn uuid."""

    soort: str
    id: UUID

    def zichtbaar_voor(self, toegang: Toegang) -> bool:
        """Of deze sessie het record mag zien. Bestaat de soort (nog) niet, dan niet."""
        records = self._records()
        return records is not None and records.voor(toegang).filter(pk=self.id).exists()

    def van(self, applicatie: Applicatie, betrokkene: UUID) -> bool:
        """Of dit record van deze betrokkene is en deze applicatie het mag zien."""
        records = self._records()
        return records is not None and records.van(applicatie).filter(pk=self.id, betrokkene=betrokkene).exists()

    def _records(self) -> PoortQuerySet[Any] | None:
        model: Any = record_modellen().get(self.soort)
        return model.objects.all() if model is not None else None


@dataclass(frozen=True)
class Vraag:
    """Waar een bericht of taak het antwoord op is: hoe het heet, en waar het te lezen is."""

    titel: str
    adres: str


_vragen: list[Callable[[Verwijzing, Toegang], Vraag | None]] = []


def meld_vragen_aan(zoek: Callable[[Verwijzing, Toegang], Vraag | None]) -> None:
    """Een domein waarin mensen iets vragen meldt hier hoe het zijn vraag bij een antwoord vindt."""
    _vragen.append(zoek)


def vraag_bij(antwoord: Verwijzing, toegang: Toegang) -> Vraag | None:
    """De vraag waar dit bericht of deze taak het antwoord op is, als deze sessie haar mag zien. Eén query per domein."""
    return next((vraag for zoek in _vragen if (vraag := zoek(antwoord, toegang))), None)
