"""Wanneer een onderdeel er is: `conditional` van Form.io, in zijn drie vormen.

    {"show": true, "when": "auto", "eq": "ja"}
    {"show": true, "conjunction": "all", "conditions": [{"component": "auto", "operator": "isEqual", "value": "ja"}]}
    {"json": {"==": [{"var": "data.auto"}, "ja"]}}

De server beslist, bij elke stap. De browser beslist hetzelfde in `static/js/formulier.js`, zodat een vraag meteen
verschijnt; dat is gemak, geen controle.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portaal.formulieren.logica import LogicaFout, als_getal, lees_logica, reken, waar

MEESTE_REGELS = 50


def _tekst(waarde: Any) -> str:
    if isinstance(waarde, bool):
        return str(waarde).lower()
    return "" if waarde is None else str(waarde)


def _leeg(waarde: Any) -> bool:
    if isinstance(waarde, Mapping):
        return not any(waarde.values())
    return waarde is None or waarde is False or waarde == "" or waarde == []


def gelijk(waarde: Any, doel: Any) -> bool:
    """Zoals Form.io vergelijkt: bij vinkjes of dat vinkje aan staat, bij een lijst of het erin zit, anders als tekst."""
    if isinstance(waarde, Mapping):
        return bool(waarde.get(_tekst(doel)))
    if isinstance(waarde, list):
        return any(_tekst(deel) == _tekst(doel) for deel in waarde)
    return _tekst(waarde) == _tekst(doel)


def _bevat(waarde: Any, doel: Any) -> bool:
    return gelijk(waarde, doel) if isinstance(waarde, Mapping | list) else _tekst(doel) in _tekst(waarde)


def _groter(waarde: Any, doel: Any) -> bool:
    return not _leeg(waarde) and als_getal(waarde) > als_getal(doel)


def _kleiner(waarde: Any, doel: Any) -> bool:
    return not _leeg(waarde) and als_getal(waarde) < als_getal(doel)


OPERATOREN: dict[str, Callable[[Any, Any], bool]] = {
    "isEqual": gelijk,
    "isNotEqual": lambda w, d: not gelijk(w, d),
    "isEmpty": lambda w, d: _leeg(w),
    "isNotEmpty": lambda w, d: not _leeg(w),
    "includes": _bevat,
    "notIncludes": lambda w, d: not _bevat(w, d),
    "startsWith": lambda w, d: _tekst(w).startswith(_tekst(d)),
    "endsWith": lambda w, d: _tekst(w).endswith(_tekst(d)),
    "greaterThan": _groter,
    "lessThan": _kleiner,
    "greaterThanOrEqual": lambda w, d: _groter(w, d) or (not _leeg(w) and als_getal(w) == als_getal(d)),
    "lessThanOrEqual": lambda w, d: _kleiner(w, d) or (not _leeg(w) and als_getal(w) == als_getal(d)),
}


class VoorwaardeFout(ValueError):
    """Deze voorwaarde kan de portaal niet; `plek` is de eigenschap."""

    def __init__(self, plek: str, code: str, uitleg: str) -> None:
        super().__init__(uitleg)
        self.plek, self.code, self.uitleg = plek, code, uitleg


@dataclass(frozen=True)
class Voorwaarde:
    """Wanneer een onderdeel er is."""

    toon: bool = True  # waar: alleen als het klopt; onwaar: juist niet
    alle: bool = True
    regels: tuple[tuple[str, str, Any], ...] = ()  # (sleutel, operator, waarde)
    logica: Any = None
    sleutels: frozenset[str] = frozenset()

    def klopt(self, waarden: Mapping[str, Any]) -> bool:
        """Of het onderdeel er is bij deze antwoorden."""
        if self.logica is not None:
            return waar(reken(self.logica, waarden))
        uitkomsten = (OPERATOREN[operator](waarden.get(sleutel), doel) for sleutel, operator, doel in self.regels)
        return (all(uitkomsten) if self.alle else any(uitkomsten)) == self.toon

    def voor_browser(self) -> dict[str, Any]:
        """Hetzelfde in JSON, voor formulier.js."""
        if self.logica is not None:
            return {"logica": self.logica}
        return {"toon": self.toon, "alle": self.alle, "regels": [list(regel) for regel in self.regels]}


def lees_voorwaarde(json: Any) -> Voorwaarde | None:
    """De voorwaarde uit `conditional`; None als er geen is. `VoorwaardeFout` als de portaal hem niet kan."""
    if json is None:
        return None
    if not isinstance(json, Mapping):
        raise VoorwaardeFout("", "not_a_dict", "Dit moet een object zijn.")
    if json.get("json"):
        try:
            return Voorwaarde(logica=json["json"], sleutels=lees_logica(json["json"]))
        except LogicaFout as fout:
            raise VoorwaardeFout("json", "unsupported", str(fout)) from fout
    toon = True if json.get("show") in (True, "true") else False if json.get("show") in (False, "false") else None
    if json.get("conditions"):
        return _uit_regels(json, toon is not False)
    bij = json.get("when")
    if not bij or toon is None:
        return None
    if not isinstance(bij, str):
        raise VoorwaardeFout("when", "invalid_type", "Dit moet de key van een veld zijn.")
    if isinstance(json.get("eq"), Mapping | list):
        raise VoorwaardeFout("eq", "invalid_type", "Dit moet tekst, een getal, true of false zijn.")
    return Voorwaarde(toon=toon, regels=((bij, "isEqual", json.get("eq")),), sleutels=frozenset({bij}))


def _uit_regels(json: Mapping[str, Any], toon: bool) -> Voorwaarde:
    lijst = json["conditions"]
    if not isinstance(lijst, list) or len(lijst) > MEESTE_REGELS:
        raise VoorwaardeFout("conditions", "invalid", f"Dit is een lijst van hooguit {MEESTE_REGELS} voorwaarden.")
    regels = []
    for nummer, regel in enumerate(lijst):
        plek = f"conditions.{nummer}"
        if not isinstance(regel, Mapping) or not isinstance(regel.get("component"), str):
            raise VoorwaardeFout(plek, "invalid", "Een voorwaarde heeft component, operator en value.")
        operator = regel.get("operator") or "isEqual"
        if operator not in OPERATOREN:
            uitleg = f"De operator '{str(operator)[:40]}' kan de portaal niet."
            raise VoorwaardeFout(f"{plek}.operator", "unsupported", uitleg)
        if isinstance(regel.get("value"), Mapping | list):
            raise VoorwaardeFout(f"{plek}.value", "invalid_type", "Dit moet tekst, een getal, true of false zijn.")
        regels.append((regel["component"], operator, regel.get("value")))
    return Voorwaarde(
        toon=toon,
        alle=json.get("conjunction") != "any",
        regels=tuple(regels),
        sleutels=frozenset(sleutel for sleutel, _operator, _waarde in regels),
    )
