"""Zoeken zoals de Objecten API het kent: `data_attrs=pad__naar__sleutel__exact__waarde,…`. Zuivere functies.

De inhoud van een object staat versleuteld, dus zoeken erin gebeurt nadat de objecten zijn opgehaald; de aanroeper zorgt
dat dat er niet te veel zijn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OPERATOREN = ("exact", "gt", "gte", "lt", "lte", "in", "icontains")


class ZoekFout(ValueError):
    """Deze voorwaarde is niet te lezen; de tekst is voor de aanroeper en herhaalt de waarde niet."""


@dataclass(frozen=True)
class Voorwaarde:
    """Eén voorwaarde: waar in het object, welke vergelijking, met welke waarde."""

    pad: tuple[str, ...]
    operator: str
    waarde: str

    def geldt(self, data: Mapping[str, Any]) -> bool:
        """Of dit object eraan voldoet. Een sleutel die ontbreekt voldoet nooit."""
        gevonden: Any = data
        for deel in self.pad:
            if not isinstance(gevonden, Mapping) or deel not in gevonden:
                return False
            gevonden = gevonden[deel]
        return _VERGELIJK[self.operator](gevonden, self.waarde)


def lees_voorwaarden(lijst: Sequence[str], *, los: bool = False) -> list[Voorwaarde]:
    """`data_attrs` (met komma's ertussen), of met `los` `data_attr` (elk één voorwaarde, waarin een komma mag staan)."""
    stukken = [stuk for regel in lijst for stuk in ([regel] if los else regel.split(",")) if stuk]
    return [_lees(stuk) for stuk in stukken]


def _lees(stuk: str) -> Voorwaarde:
    *pad, operator, waarde = ["", "", *stuk.rsplit("__", 2)][-3:]
    sleutels = tuple(filter(None, pad[0].split("__")))
    if not sleutels:
        raise ZoekFout("Een voorwaarde heeft de vorm pad__naar__sleutel__operator__waarde.")
    if operator not in OPERATOREN:
        raise ZoekFout(f"Deze vergelijking bestaat niet. Kies uit: {', '.join(OPERATOREN)}.")
    return Voorwaarde(sleutels, operator, waarde)


def _als_tekst(waarde: Any) -> str:
    return str(waarde).lower() if isinstance(waarde, bool) else "" if waarde is None else str(waarde)


def _getal(tekst: str) -> float | None:
    try:
        return float(tekst)
    except ValueError:
        return None


def _orde(klopt: Callable[[int], bool]) -> Callable[[Any, str], bool]:
    """Getallen als getal, al het andere (zoals een datum) als tekst; een lijst of object heeft geen orde."""

    def vergelijk(gevonden: Any, waarde: str) -> bool:
        if isinstance(gevonden, Mapping | list) or gevonden is None:
            return False
        getal = _getal(waarde)
        if isinstance(gevonden, int | float) and not isinstance(gevonden, bool) and getal is not None:
            return klopt((gevonden > getal) - (gevonden < getal))
        tekst = _als_tekst(gevonden)
        return klopt((tekst > waarde) - (tekst < waarde))

    return vergelijk


_VERGELIJK: dict[str, Callable[[Any, str], bool]] = {
    "exact": lambda gevonden, waarde: _als_tekst(gevonden) == waarde,
    "icontains": lambda gevonden, waarde: waarde.lower() in _als_tekst(gevonden).lower(),
    "in": lambda gevonden, waarde: _als_tekst(gevonden) in waarde.split("|"),
    "gt": _orde(lambda orde: orde > 0),
    "gte": _orde(lambda orde: orde >= 0),
    "lt": _orde(lambda orde: orde < 0),
    "lte": _orde(lambda orde: orde <= 0),
}
