"""Welke verzoektypen een formulier uit het register gebruiken: voor de lijst in het beheer."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portaal.formulieren.gebruik import Gebruik
from verzoeken.models import VerzoektypeVersie


def wat_gebruikt(code: str) -> list[Gebruik]:
    """Elke versie van een verzoektype die met dit formulier is gemaakt."""
    versies = VerzoektypeVersie.objects.filter(formulier__herkomst__id=code).select_related("type")
    return [
        Gebruik(
            wat=_("Verzoektype"),
            naam=_("{type}, versie {versie} ({status})").format(
                type=versie.type.naam, versie=versie.versie, status=versie.get_status_display()
            ),
            versie=versie.formulier["herkomst"]["versie"],
            adres=reverse("admin:verzoeken_verzoektype_change", args=[versie.type_id]),
        )
        for versie in versies.order_by("type__naam", "-versie")
    ]
