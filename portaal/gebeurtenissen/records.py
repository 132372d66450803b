"""Van een verwijzing (soort, id) naar het record, zonder de hogere laag te kennen waarin het leeft."""

import functools
from uuid import UUID

from django.apps import apps

from portaal.gebeurtenissen.models import Vastgelegd


@functools.cache
def record_modellen() -> dict[str, type[Vastgelegd]]:
    """Elke soort record met haar model."""
    return {m.record_soort: m for m in apps.get_models() if issubclass(m, Vastgelegd)}


def vergrendel(soort: str, pk: UUID) -> Vastgelegd:
    """Het record, vergrendeld tot het eind van de transactie; `ObjectDoesNotExist` als het er niet (meer) is."""
    model = record_modellen()[soort]
    return model._base_manager.select_for_update(of=("self",)).get(pk=pk)
