"""De poort: lezen begint bij `voor(toegang)`, `van(applicatie)` of `als_systeem("waarom")`.

Wie dat vergeet krijgt geen gegevens maar een fout: een queryset die niet door de poort kwam, weigert te draaien.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from portaal.betrokkenen.models import Applicatie
from portaal.inloggen.toegang import Toegang

M = TypeVar("M", bound=models.Model)


class PoortDichtError(RuntimeError):
    """Er werd gelezen zonder te zeggen voor wie. Een fout in de code, nooit een antwoord aan een gebruiker."""


class PoortQuerySet(models.QuerySet[M]):
    """Een queryset die pas draait nadat is gezegd voor wie er gelezen wordt."""

    _open = False

    def _clone(self) -> Self:
        kopie: Self = super()._clone()  # type: ignore[misc]
        kopie._open = self._open
        return kopie

    def _geopend(self) -> Self:
        kopie = self._chain()  # type: ignore[attr-defined]
        kopie._open = True
        return kopie  # type: ignore[no-any-return]

    def _eis_open(self) -> None:
        if not self._open:
            raise PoortDichtError(
                f"{self.model.__name__}: begin met .voor(toegang), .van(applicatie) of .als_systeem('waarom')."
            )

    # --- de drie ingangen ---------------------------------------------------------------------------------------------
    def voor(self, toegang: Toegang) -> Self:
        """Wat deze sessie mag zien."""
        return self._geopend().filter(self._regel_voor(toegang))

    def van(self, applicatie: Applicatie) -> Self:
        """Wat deze applicatie mag zien: het hare, en wat een toestemming haar geeft."""
        return self._geopend().filter(self._regel_van(applicatie))

    def als_systeem(self, waarom: str) -> Self:
        """Alles, voor een achtergrondtaak of een medewerker met recht daarop. De reden staat in de code en is verplicht."""
        if not waarom.strip():
            raise PoortDichtError("als_systeem vraagt een reden.")
        return self._geopend()

    def _regel_voor(self, toegang: Toegang) -> models.Q:
        raise PoortDichtError(f"{self.model.__name__} is niet voor personen.")

    def _regel_van(self, applicatie: Applicatie) -> models.Q:
        raise PoortDichtError(f"{self.model.__name__} is niet voor applicaties.")

    # --- elke weg naar de database -----------------------------------------------------------------------------------
    def _fetch_all(self) -> None:
        self._eis_open()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._eis_open()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._eis_open()
        return super().count()

    def exists(self) -> bool:
        self._eis_open()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._eis_open()
        return super().aggregate(*args, **kwargs)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        self._eis_open()
        return super().explain(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._eis_open()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._eis_open()
        return super().delete()

    async def aiterator(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        self._eis_open()
        async for rij in super().aiterator(*args, **kwargs):
            yield rij

    # Samenvoegen (|, &, ^, union …) met een queryset die niet door de poort kwam, zou haar regel laten wegvallen.
    def _merge_sanity_check(self, other: Any) -> None:
        self._eis_alle_open(self, other)
        super()._merge_sanity_check(other)  # type: ignore[misc]

    def _combinator_query(self, combinator: str, *other_qs: Any, all: bool = False) -> Self:
        self._eis_alle_open(self, *other_qs)
        samen: Self = super()._combinator_query(combinator, *other_qs, all=all)  # type: ignore[misc]
        return samen

    @staticmethod
    def _eis_alle_open(*querysets: Any) -> None:
        for queryset in querysets:
            if isinstance(queryset, PoortQuerySet):
                queryset._eis_open()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._eis_open()  # ook als subquery van een ander
        return super().resolve_expression(*args, **kwargs)


class Bewaakt(models.Model):
    """Een model achter de poort. Django's eigen binnenwerk gebruikt `intern`; code van ons noemt dat nooit."""

    intern: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "intern"
        default_manager_name = "intern"
