"""Vernietigen als de bewaartermijn voorbij is: wat iemand las of invulde gaat weg, dat het er was blijft in het boek.

Een app meldt met `vernietigt()` aan hoe zij een record van haar soort leegmaakt. Deze laag zoekt wat aan de beurt is.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from portaal.gebeurtenissen.models import Vernietigbaar
from portaal.gebeurtenissen.wachtrij import HOOGSTENS_BEZIG
from portaal.tijd import vandaag

log = logging.getLogger(__name__)

Vernietig = Callable[[UUID], bool]

_soorten: dict[str, tuple[type[Vernietigbaar], Vernietig]] = {}


@dataclass(frozen=True)
class AanDeBeurt:
    """Hoeveel records van een soort er nu weg zouden gaan, en sinds wanneer de oudste weg had gekund."""

    soort: str
    aantal: int
    oudste: date | None


def vernietigt(model: type[Vernietigbaar], vernietig: Vernietig) -> None:
    """Meld aan hoe dit soort record wordt vernietigd: een handeling die False geeft als er (nog) niets te doen is."""
    _soorten[model.record_soort] = (model, vernietig)


def te_vernietigen(model: type[Vernietigbaar]) -> QuerySet[Vernietigbaar]:
    """Wat aan de beurt is. De laatste dag van de termijn telt nog mee."""
    return model._base_manager.filter(bewaren_tot__lt=vandaag(), vernietigd_op__isnull=True)


def overzicht() -> list[AanDeBeurt]:
    """Wat er nu weg zou gaan, per soort. Verandert niets."""
    uit = []
    for soort, (model, _vernietig) in _soorten.items():
        telling = te_vernietigen(model).aggregate(aantal=Count("pk"), oudste=Min("bewaren_tot"))
        uit.append(AanDeBeurt(soort, telling["aantal"], telling["oudste"]))
    return uit


def vernietig_wat_voorbij_is(hoogstens: int = 5000, seconden: float = HOOGSTENS_BEZIG) -> dict[str, int]:
    """Vernietig wat aan de beurt is, oudste eerst; geeft het aantal per soort. Elk record in een eigen transactie.

    Stopt na `hoogstens` per soort of na `seconden`; de volgende ronde gaat verder waar deze ophield. Gaat het bij één
    record mis, dan gaan de andere toch; het ene staat in het log en wacht op de volgende ronde.
    """
    tot = time.monotonic() + seconden
    gedaan = dict.fromkeys(_soorten, 0)
    for soort, (model, vernietig) in _soorten.items():
        rijen = te_vernietigen(model).order_by("bewaren_tot", "pk").values_list("pk", flat=True)
        for pk in rijen[:hoogstens]:
            if time.monotonic() >= tot:
                return gedaan
            try:
                gedaan[soort] += vernietig(pk)
            except Exception as fout:  # noqa: BLE001  (één record mag de rest niet ophouden; alleen de soort gaat het log in)
                log.error("vernietigen_mislukt soort=%s record=%s fout=%s", soort, pk, type(fout).__name__)
    return gedaan
