"""JSON Logic (jsonlogic.com): regels in een definitie die rekenen met de antwoorden, zonder code uit te voeren.

Alleen de bewerkingen in `BEWERKINGEN` bestaan; een andere wordt bij naam geweigerd als de definitie binnenkomt. Lussen
zijn er niet, behalve `some`, `all` en `none` over een lijst, en die staan niet in elkaar: de tijd is hooguit het aantal
knopen maal het aantal rijen. `static/js/formulier.js` rekent hetzelfde uit in de browser; `tests/formulieren/logica.json`
houdt de twee gelijk.
"""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

MEESTE_KNOPEN = 500
MEESTE_LAGEN = 20
LIJSTEN = frozenset({"some", "all", "none"})


class LogicaFout(ValueError):
    """Deze regel kan de portaal niet uitrekenen; de tekst zegt waarom."""


def waar(waarde: Any) -> bool:
    """Waar of onwaar zoals JSON Logic het ziet: leeg, 0, null en een lege lijst zijn onwaar; "0" is waar."""
    return not (waarde is None or waarde is False or waarde == "" or waarde == 0 or waarde == [])


def als_getal(waarde: Any) -> float:
    """Een waarde als getal, zoals JavaScript het doet; NaN als het geen getal is."""
    if waarde is None or waarde == "":
        return 0.0
    if isinstance(waarde, bool | int | float):
        return float(waarde) if abs(waarde) < 1e308 else math.nan
    if isinstance(waarde, str) and len(waarde) <= 50:
        try:
            getal = float(waarde) if waarde.isascii() and "_" not in waarde else math.nan
        except ValueError:
            return math.nan
        return getal if math.isfinite(getal) else math.nan
    return math.nan


def los_gelijk(a: Any, b: Any) -> bool:
    """`==` van JavaScript, voor tekst, getallen, waar/onwaar en null."""
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    if isinstance(a, str | bool | int | float) and isinstance(b, str | bool | int | float):
        return als_getal(a) == als_getal(b)
    return False


def streng_gelijk(a: Any, b: Any) -> bool:
    """`===` van JavaScript."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return float(a) == float(b)
    return type(a) is type(b) and isinstance(a, str | None) and a == b


def _kleiner(a: Any, b: Any) -> bool:
    return a < b if isinstance(a, str) and isinstance(b, str) else als_getal(a) < als_getal(b)


def _kleiner_gelijk(a: Any, b: Any) -> bool:
    return a <= b if isinstance(a, str) and isinstance(b, str) else als_getal(a) <= als_getal(b)


def _in(naald: Any, berg: Any) -> bool:
    if isinstance(berg, str):
        return isinstance(naald, str) and naald in berg
    return isinstance(berg, list) and any(streng_gelijk(naald, deel) for deel in berg)


def _reeks(test: Callable[[Any, Any], bool], *delen: Any) -> bool:
    return all(test(een, ander) for een, ander in pairwise(delen))


def _netjes(getal: float) -> Any:
    """Een uitkomst zoals JSON haar heeft: geheel als het kan, null als er niets uitkomt."""
    if not math.isfinite(getal):
        return None
    return int(getal) if getal == int(getal) and abs(getal) < 2**53 else getal


def _tekst(waarde: Any) -> str:
    if isinstance(waarde, bool):
        return str(waarde).lower()
    return "" if waarde is None else str(waarde)


def _verschil(*delen: Any) -> Any:
    return _netjes(-als_getal(delen[0]) if len(delen) == 1 else als_getal(delen[0]) - als_getal(delen[1]))


def _deel(a: Any, b: Any) -> Any:
    return _netjes(als_getal(a) / als_getal(b)) if als_getal(b) else None


def _rest(a: Any, b: Any) -> Any:
    return _netjes(math.fmod(als_getal(a), als_getal(b))) if als_getal(b) and math.isfinite(als_getal(a)) else None


def _uiterste(kies: Callable[[list[float]], float], *delen: Any) -> Any:
    getallen = [als_getal(deel) for deel in delen]
    return None if any(math.isnan(getal) for getal in getallen) else _netjes(kies(getallen))


# naam: (minst aantal delen, meest, wat het doet)
BEWERKINGEN: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "==": (2, 2, los_gelijk),
    "!=": (2, 2, lambda a, b: not los_gelijk(a, b)),
    "===": (2, 2, streng_gelijk),
    "!==": (2, 2, lambda a, b: not streng_gelijk(a, b)),
    "<": (2, 3, lambda *d: _reeks(_kleiner, *d)),
    "<=": (2, 3, lambda *d: _reeks(_kleiner_gelijk, *d)),
    ">": (2, 2, lambda a, b: _kleiner(b, a)),
    ">=": (2, 2, lambda a, b: _kleiner_gelijk(b, a)),
    "!": (1, 1, lambda a: not waar(a)),
    "!!": (1, 1, waar),
    "+": (1, 50, lambda *d: _netjes(sum(als_getal(deel) for deel in d))),
    "-": (1, 2, _verschil),
    "*": (1, 50, lambda *d: _netjes(math.prod(als_getal(deel) for deel in d))),
    "/": (2, 2, _deel),
    "%": (2, 2, _rest),
    "min": (1, 50, lambda *d: _uiterste(min, *d)),
    "max": (1, 50, lambda *d: _uiterste(max, *d)),
    "in": (2, 2, _in),
    "cat": (1, 50, lambda *d: "".join(_tekst(deel) for deel in d)),
}
BIJZONDER = {"var": (1, 2), "if": (1, 50), "and": (1, 50), "or": (1, 50), "some": (2, 2), "all": (2, 2), "none": (2, 2)}


def lees_logica(regel: Any) -> frozenset[str]:
    """Controleer een regel; geeft de sleutels van de velden die hij leest. `LogicaFout` als de portaal hem niet kan."""
    sleutels: set[str] = set()
    aantal = 0

    def loop(deel: Any, laag: int, in_lijst: bool) -> None:
        nonlocal aantal
        aantal += 1
        if aantal > MEESTE_KNOPEN or laag > MEESTE_LAGEN:
            raise LogicaFout("Deze regel is te groot.")
        if isinstance(deel, list):
            for onderdeel in deel:
                loop(onderdeel, laag + 1, in_lijst)
            return
        if not isinstance(deel, Mapping):
            if not isinstance(deel, str | bool | int | float | None):
                raise LogicaFout("Een regel bestaat uit objecten, lijsten, tekst, getallen en true of false.")
            return
        if len(deel) != 1:
            raise LogicaFout("Elk object in een regel heeft precies één bewerking.")
        naam, delen = _bewerking(deel)
        laagst, hoogst = BIJZONDER.get(naam) or BEWERKINGEN.get(naam, (0, 0))[:2]
        if not hoogst:
            raise LogicaFout(f"De bewerking '{str(naam)[:20]}' kan de portaal niet.")
        if not laagst <= len(delen) <= hoogst:
            raise LogicaFout(f"De bewerking '{naam}' heeft een ander aantal delen nodig.")
        if naam == "var":
            if not isinstance(delen[0], str):
                raise LogicaFout("Een var noemt een veld, zoals 'data.leeftijd'.")
            if not in_lijst:
                sleutels.add(_pad(delen[0])[0])
            delen = delen[1:]
        if naam in LIJSTEN:
            if in_lijst:
                raise LogicaFout(f"'{naam}' binnen een andere lijst kan de portaal niet.")
            loop(delen[0], laag + 1, in_lijst)
            loop(delen[1], laag + 1, True)
            return
        for onderdeel in delen:
            loop(onderdeel, laag + 1, in_lijst)

    loop(regel, 0, False)
    return frozenset(sleutels)


def reken(regel: Any, waarden: Mapping[str, Any]) -> Any:
    """De uitkomst van een regel die `lees_logica` goedkeurde, met deze antwoorden."""
    if isinstance(regel, list):
        return [reken(deel, waarden) for deel in regel]
    if not isinstance(regel, Mapping):
        return regel
    naam, delen = _bewerking(regel)
    match naam:
        case "var":
            gevonden = _haal(waarden, _pad(delen[0]))
            return reken(delen[1], waarden) if gevonden is None and len(delen) > 1 else gevonden
        case "if":
            for keuze, uitkomst in zip(delen[::2], delen[1::2], strict=False):
                if waar(reken(keuze, waarden)):
                    return reken(uitkomst, waarden)
            return reken(delen[-1], waarden) if len(delen) % 2 else None
        case "and" | "or":
            uitkomst = None
            for deel in delen:
                uitkomst = reken(deel, waarden)
                if waar(uitkomst) == (naam == "or"):
                    return uitkomst
            return uitkomst
        case "some" | "all" | "none":
            lijst = reken(delen[0], waarden)
            rijen = lijst if isinstance(lijst, list) else []
            uitkomsten = [waar(reken(delen[1], rij if isinstance(rij, Mapping) else {"": rij})) for rij in rijen]
            if naam == "all":
                return bool(uitkomsten) and all(uitkomsten)
            return any(uitkomsten) == (naam == "some")
    return BEWERKINGEN[naam][2](*(reken(deel, waarden) for deel in delen))


def _bewerking(regel: Mapping[str, Any]) -> tuple[str, list[Any]]:
    naam, delen = next(iter(regel.items()))
    return naam, delen if isinstance(delen, list) else [delen]


def _pad(naam: str) -> list[str]:
    """Form.io zet `data.` of `row.` voor de sleutel."""
    delen = naam.split(".")
    return delen[1:] if len(delen) > 1 and delen[0] in ("data", "row") else delen


def _haal(waarden: Any, pad: list[str]) -> Any:
    for deel in pad:
        if isinstance(waarden, Mapping):
            waarden = waarden.get(deel)
        elif isinstance(waarden, list) and deel.isascii() and deel.isdecimal() and len(deel) < 6:
            waarden = waarden[int(deel)] if int(deel) < len(waarden) else None
        else:
            return None
    return waarden
