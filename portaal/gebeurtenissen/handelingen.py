"""Handelingen op de wachtrij zelf."""

from typing import TypeVar

from django.db.models import QuerySet

from portaal.gebeurtenissen.afleveren import wek
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
