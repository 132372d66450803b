"""Handelingen op de wachtrij zelf."""

from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import QuerySet

from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Aflevering
from portaal.gebeurtenissen.wachtrij import Stand, Wachtrij
from portaal.tijd import nu

R = TypeVar("R", bound=Wachtrij)


def bied_opnieuw_aan(rijen: QuerySet[R], taak: str = "gebeurtenissen.lever_af") -> int:
    """Zet mislukte rijen weer in de wachtrij, met een schone telling. Geeft het aantal; andere rijen blijven zoals ze zijn."""
    aantal = rijen.filter(stand=Stand.MISLUKT).update(
        stand=Stand.WACHT, pogingen=0, volgende_op=nu(), klaar_op=None, fout=""
    )
    if aantal:
        wek(taak)
    return aantal


def ruim_afleveringen_op() -> int:
    """Gooi afleveringen weg die al zo lang klaar of geannuleerd zijn als `AFLEVERINGEN_BEWAREN_DAGEN` zegt; geeft het aantal.

    Wat mislukte blijft staan tot een medewerker ernaar keek. Het boek zelf verandert niet.
    """
    grens = nu() - timedelta(days=settings.AFLEVERINGEN_BEWAREN_DAGEN)
    oud = Aflevering.objects.filter(stand__in=[Stand.KLAAR, Stand.GEANNULEERD], aangemaakt_op__lt=grens)
    totaal = 0
    while pks := list(oud.values_list("pk", flat=True)[:5000]):
        aantal, _per_model = Aflevering.objects.filter(pk__in=pks).delete()
        totaal += aantal
    return totaal
