"""Van een verwijzing (soort, id) naar het record, zonder de hogere laag te kennen waarin het leeft."""

import functools
from collections.abc import Collection
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist

from portaal.gebeurtenissen.models import Vastgelegd

KETEN = ("gebeurtenissen_aantal", "gebeurtenissen_hash", "inhoud_versie")


@functools.cache
def record_modellen() -> dict[str, type[Vastgelegd]]:
    """Elke soort record met haar model."""
    return {m.record_soort: m for m in apps.get_models() if issubclass(m, Vastgelegd)}


def vergrendel(soort: str, pk: UUID) -> Vastgelegd:
    """Het record, vergrendeld tot het eind van de transactie; `ObjectDoesNotExist` als het er niet (meer) is."""
    model = record_modellen()[soort]
    return model._base_manager.select_for_update(of=("self",)).get(pk=pk)


def vergrendel_alle(verwijzingen: Collection[tuple[str, UUID]]) -> dict[tuple[str, UUID], Vastgelegd]:
    """`vergrendel` voor veel records, om iets bij hun keten te zetten: alleen die velden zijn gelezen.

    Eén query per soort, altijd in dezelfde volgorde (soort, id). `ObjectDoesNotExist` als een van hen er niet (meer) is.
    """
    per_soort: dict[str, set[UUID]] = {}
    for soort, pk in verwijzingen:
        per_soort.setdefault(soort, set()).add(pk)
    uit: dict[tuple[str, UUID], Vastgelegd] = {}
    for soort, pks in sorted(per_soort.items()):
        model = record_modellen()[soort]
        rijen = model._base_manager.select_for_update(of=("self",)).filter(pk__in=pks).only(*KETEN).order_by("pk")
        uit |= {(soort, rij.pk): rij for rij in rijen}
    if len(uit) < sum(map(len, per_soort.values())):
        raise ObjectDoesNotExist
    return uit
