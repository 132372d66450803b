"""Welke taken een formulier uit het register gebruiken: voor de lijst in het beheer."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from portaal.formulieren.gebruik import Gebruik
from taken.models import Taak


def wat_gebruikt(code: str) -> list[Gebruik]:
    """Per versie hoeveel taken er zijn, met de lijst in het beheer."""
    taken = Taak.objects.als_systeem("telt welke taken een formulier gebruiken").filter(formulier_code=code)
    per_versie = taken.order_by("-formulier_versie").values_list("formulier_versie").annotate(Count("pk"))
    lijst = reverse("admin:taken_taak_changelist")
    return [
        Gebruik(
            wat=_("Taken"),
            naam=_("Taken met versie {versie}").format(versie=versie),
            versie=versie,
            adres=f"{lijst}?formulier_code={code}&formulier_versie={versie}",
            aantal=aantal,
        )
        for versie, aantal in per_versie
    ]
