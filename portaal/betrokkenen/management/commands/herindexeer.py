from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction

from portaal.betrokkenen.models import Identificatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.versleuteling import VersleuteldTekstVeld

PER_KEER = 500


class Command(BaseCommand):
    help = (
        "Vervang sleutels: versleutel alles opnieuw met de eerste sleutel uit SLEUTELS en maak de zoekindex opnieuw met "
        "de eerste uit SLEUTEL_INDEX. Draai dit als eigenaar van de database; daarna kan de oude sleutel weg."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{herindexeer()} nummers opnieuw geïndexeerd.")
        for model in apps.get_models():
            velden = [v.name for v in model._meta.concrete_fields if isinstance(v, VersleuteldTekstVeld)]
            if velden:
                self.stdout.write(f"{hersleutel(model, velden)} rijen opnieuw versleuteld in {model._meta.label}.")


def herindexeer() -> int:
    """Maak de index van elk nummer opnieuw; geeft het aantal. Het nummer zelf blijft gelijk."""
    aantal = 0
    for pk in Identificatie.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=PER_KEER):
        with transaction.atomic():
            oud = Identificatie.objects.select_for_update().get(pk=pk)
            nieuw = Identificatie.voor(oud.betrokkene, NummerSoort(oud.soort), str(oud.waarde), oud.uitgever)
            Identificatie.objects.filter(pk=pk).update(index=nieuw.index, sleutelversie=nieuw.sleutelversie)
        aantal += 1
    return aantal


def hersleutel(model: type[models.Model], velden: list[str]) -> int:
    """Schrijf de versleutelde velden van elke rij opnieuw; geeft het aantal rijen."""
    aantal, vorige = 0, None
    while True:
        rijen = model._base_manager.order_by("pk")
        with transaction.atomic():
            groep = list(
                (rijen.filter(pk__gt=vorige) if vorige else rijen).select_for_update().only("pk", *velden)[:PER_KEER]
            )
            for rij in groep:
                model._base_manager.filter(pk=rij.pk).update(**{veld: getattr(rij, veld) for veld in velden})
        if not groep:
            return aantal
        aantal, vorige = aantal + len(groep), groep[-1].pk
