"""De gebeurtenissen op volgorde lezen, zonder er ooit een over te slaan.

Een volgnummer wordt gegeven vóór de commit: wie op volgnummer leest kan er een missen die later commit. Daarom is de
volgorde (transactienummer, volgnummer), en leest men alleen tot `pg_snapshot_xmin`: alle transacties daaronder zijn klaar.
Een lange transactie houdt de feed dus even op; overslaan doet zij nooit.
"""

import heapq
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db import connection, models
from django.db.models import Q, Value

from portaal.betrokkenen.models import Applicatie, Grant
from portaal.gebeurtenissen.models import Gebeurtenis, Xid8Veld
from portaal.gebeurtenissen.records import record_modellen
from portaal.webhooks.cloudevents import PADEN, TYPES

_LETTERS = str.maketrans("0123456789", "abcdefghij")
_CIJFERS = str.maketrans("abcdefghij", "0123456789")
_VORM = re.compile(r"[a-j]{1,19}-[a-j]{1,19}")
_HOOGSTE = 2**63 - 1


class _AlsXid8(models.Func):
    """Een getal als `xid8`: PostgreSQL vergelijkt die niet met een gewoon getal."""

    template = "(%(expressions)s)::text::xid8"
    output_field = Xid8Veld()


@dataclass(frozen=True, order=True)
class Plek:
    """Tot waar iemand heeft gelezen. Blijft geldig zolang de gebeurtenissen er zijn."""

    xid8: int
    volgnummer: int

    def __str__(self) -> str:
        """Als letters: een getal van 8 tot 12 cijfers mag niet in een adres, want dat kan een bsn zijn."""
        return f"{self.xid8}-{self.volgnummer}".translate(_LETTERS)

    @classmethod
    def lees(cls, tekst: str) -> "Plek":
        """Het omgekeerde; iets anders is een ValueError."""
        if not _VORM.fullmatch(tekst):
            raise ValueError("geen plek")
        xid8, volgnummer = (int(deel) for deel in tekst.translate(_CIJFERS).split("-"))
        if max(xid8, volgnummer) > _HOOGSTE:
            raise ValueError("geen plek")
        return cls(xid8, volgnummer)

    @classmethod
    def van(cls, gebeurtenis: Gebeurtenis) -> "Plek":
        """De plek van een gelezen gebeurtenis."""
        return cls(cast(int, gebeurtenis.xid8), gebeurtenis.volgnummer)


BEGIN = Plek(0, 0)


def horizon() -> Plek:
    """Tot waar nu gelezen mag worden: elke transactie met een lager nummer is klaar."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return Plek(cast(tuple[int], cursor.fetchone())[0], 0)


def wacht_er_nog_iets(tot: Plek) -> bool:
    """Of er al gebeurtenissen zijn voorbij deze horizon: dan is het zinvol zo nog eens te kijken."""
    laatste = Gebeurtenis.objects.order_by("-volgnummer").first()
    return laatste is not None and Plek.van(laatste) > tot


def lees(applicatie: Applicatie, na: Plek, tot: Plek, aantal: int, soorten: Collection[str] = ()) -> list[Gebeurtenis]:
    """De eerstvolgende gebeurtenissen die deze applicatie mag zien, na `na` en vóór `tot`, ten hoogste `aantal`.

    Dat zijn die van haar eigen records (ook als zij er een verwijderde), en die van records waar zij een toestemming
    voor heeft. Per eigenaar één query op de index, en één query per soort record van een ander.
    """
    gevraagd = sorted(soorten) or sorted(TYPES)
    rijen: list[list[tuple[Plek, Gebeurtenis]]] = [_van_eigenaar(applicatie.pk, na, tot, aantal, gevraagd)]
    for eigenaar in Grant.objects.filter(uitvoerder=applicatie).values_list("eigenaar_id", flat=True):
        rijen.append(_van_een_ander(applicatie, eigenaar, na, tot, aantal, gevraagd))
    return [g for _plek, g in heapq.merge(*rijen, key=lambda paar: paar[0])][:aantal]


def _van_eigenaar(
    eigenaar: UUID, na: Plek, tot: Plek, aantal: int, soorten: list[str], welke: Q | None = None
) -> list[tuple[Plek, Gebeurtenis]]:
    xid8 = _AlsXid8(Value(str(na.xid8)))
    rijen = (
        Gebeurtenis.objects.filter(welke or Q(), applicatie=eigenaar, soort__in=soorten)
        .filter(xid8__gte=xid8, xid8__lt=_AlsXid8(Value(str(tot.xid8))))
        .filter(Q(xid8__gt=xid8) | Q(volgnummer__gt=na.volgnummer))
        .order_by("xid8", "volgnummer")[:aantal]
    )
    return [(Plek.van(g), g) for g in rijen]


def _van_een_ander(
    applicatie: Applicatie, eigenaar: UUID, na: Plek, tot: Plek, aantal: int, soorten: list[str]
) -> list[tuple[Plek, Gebeurtenis]]:
    """Alleen van records die de poort deze applicatie laat zien."""
    zichtbaar = Q(pk__in=[])
    for soort, model in record_modellen().items():
        if soort not in PADEN:
            continue  # niet voor applicaties
        van: Callable[[Applicatie], models.QuerySet[Any]] | None = getattr(getattr(model, "objects", None), "van", None)
        if van is not None:
            zichtbaar |= Q(record_soort=soort, record_id__in=van(applicatie).values("pk"))
    return _van_eigenaar(eigenaar, na, tot, aantal, soorten, zichtbaar)
