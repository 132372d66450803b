"""Een verwijzing naar een record in een ander domein: soort en uuid, nooit een foreign key."""

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
