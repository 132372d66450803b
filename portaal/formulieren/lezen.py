"""Een definitie in JSON lezen: elk onderdeel, met alles wat eraan mankeert."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from portaal.formulieren.componenten import SOORTEN, Bestandveld, Groep, Herhaling, Kolommen, Veld
from portaal.formulieren.componenten.basis import BEZET, LANGSTE_LABEL, ONBEKEND_GEDRAG, SLEUTEL, Bron
from portaal.formulieren.componenten.opmaak import Kolom
from portaal.formulieren.logica import LogicaFout, lees_logica
from portaal.formulieren.voorwaarden import Voorwaarde

MEESTE_ONDERDELEN = 1500
MEESTE_LAGEN = 8


def invoer_met_voorwaarden(
    velden: Sequence[Veld], boven: tuple[Voorwaarde, ...] = ()
) -> Iterator[tuple[Veld, tuple[Voorwaarde, ...]]]:
    """Elk onderdeel in volgorde van de pagina, met zijn voorwaarde en die van alles waar het in staat."""
    for veld in velden:
        alle = (*boven, veld.voorwaarde) if veld.voorwaarde else boven
        yield veld, alle
        if isinstance(veld, Groep):
            yield from invoer_met_voorwaarden(veld.velden, alle)


class Lezer:
    """Loopt een definitie door en verzamelt alle fouten, als (pad, code, uitleg)."""

    def __init__(self) -> None:
        self.fouten: list[tuple[str, str, str]] = []
        self.sleutels: set[str] = set()
        self.aantal = 0
        self.in_rij = False

    def lees(self, lijst: list[Any], *, wizard: bool) -> tuple[Veld, ...]:
        """De onderdelen van een formulier; bij een wizard is elk onderdeel een panel, en dat is een stap."""
        if wizard:
            for nummer, json in enumerate(lijst):
                if isinstance(json, Mapping) and json.get("type") not in ("panel", "button"):
                    uitleg = "In een wizard is elk onderdeel van de bovenste laag een panel: een stap."
                    self.fouten.append((f"components.{nummer}.type", "not_a_panel", uitleg))
        velden = tuple(self.onderdelen(lijst, "components", laag=0))
        self._verbanden(velden)
        return velden

    def onderdelen(self, lijst: list[Any], pad: str, *, laag: int) -> Iterator[Veld]:
        self.aantal += len(lijst)
        if self.aantal > MEESTE_ONDERDELEN:
            self.fouten.append((pad, "max_length", f"Een formulier heeft hooguit {MEESTE_ONDERDELEN} onderdelen."))
            return
        for nummer, json in enumerate(lijst):
            veld = self._onderdeel(json, f"{pad}.{nummer}", laag)
            if veld is not None:
                yield veld

    def _onderdeel(self, json: Any, pad: str, laag: int) -> Veld | None:
        if not isinstance(json, Mapping):
            self.fouten.append((pad, "not_a_dict", "Een onderdeel is een object."))
            return None
        bron = Bron(json, pad, self.fouten)
        soort = json.get("type")
        if soort == "button" and json.get("action") in (None, "", "submit", "next", "previous", "saveState"):
            return None  # de knoppen zijn van de portaal
        if not isinstance(soort, str) or not soort:
            bron.fout("type", "required", "Dit veld is verplicht.")
            return None
        klasse = SOORTEN.get(soort)
        if klasse is None:
            bron.fout("type", "unknown_component", f"Het onderdeel '{soort[:40]}' kan de portaal niet tonen.")
            return None
        if laag >= MEESTE_LAGEN:
            bron.fout("type", "nested", f"Een formulier heeft hooguit {MEESTE_LAGEN} lagen.")
            return None
        self._gedrag(bron)
        self._sleutel(bron)
        if issubclass(klasse, Kolommen):
            return self._kolommen(bron, laag)
        if issubclass(klasse, Groep):
            return self._groep(bron, laag)
        if issubclass(klasse, Herhaling):
            return self._herhaling(bron, laag)
        if self.in_rij and issubclass(klasse, Bestandveld):
            bron.fout("type", "nested", "Een bestand in een herhaling kan de portaal niet tonen.")
            return None
        return klasse.uit_definitie(bron)

    def _groep(self, bron: Bron, laag: int) -> Veld:
        label = bron.tekst("legend", LANGSTE_LABEL) or bron.tekst("title", LANGSTE_LABEL)
        met_kop = bron.json.get("type") != "well" and not bron.json.get("hideLabel")
        label = label or bron.tekst("label", LANGSTE_LABEL, verplicht=bool(met_kop))
        return Groep(
            key=bron.tekst("key", 100, verplicht=True),
            label=label if met_kop else "",
            velden=self._delen(bron, laag),
            verborgen=bron.waar("hidden"),
            voorwaarde=bron.voorwaarde(),
        )

    def _kolommen(self, bron: Bron, laag: int) -> Veld:
        kolommen = bron.json.get("columns")
        key = bron.tekst("key", 100, verplicht=True)
        delen: list[Veld] = []
        if not isinstance(kolommen, list) or not kolommen:
            bron.fout("columns", "required", "Columns heeft een lijst columns met minstens één kolom.")
        else:
            for nummer, json in enumerate(kolommen):
                pad = f"{bron.pad}.columns.{nummer}"
                if not isinstance(json, Mapping) or not isinstance(json.get("components"), list):
                    self.fouten.append((pad, "invalid", "Een kolom is een object met een lijst components."))
                    continue
                velden = tuple(self.onderdelen(json["components"], f"{pad}.components", laag=laag + 1))
                delen.append(Kolom(key=f"{key}.{nummer}", velden=velden))
        return Kolommen(key=key, velden=tuple(delen), verborgen=bron.waar("hidden"), voorwaarde=bron.voorwaarde())

    def _herhaling(self, bron: Bron, laag: int) -> Veld | None:
        if self.in_rij:
            bron.fout("type", "nested", "Een herhaling in een herhaling kan de portaal niet tonen.")
            return None
        buiten, self.sleutels, self.in_rij = self.sleutels, set(), True
        velden = self._delen(bron, laag)
        self.sleutels, self.in_rij = buiten, False
        kaal = Herhaling.lees_velden(bron)
        veld = Herhaling(**kaal, velden=velden)
        if velden and not veld.vragen:
            bron.fout("components", "required", "Een herhaling heeft minstens één vraag.")
        begin = bron.json.get("defaultValue")
        if isinstance(begin, list) and any(begin):
            return Herhaling(**kaal | {"begin": veld.uit_voorinvulling(begin)}, velden=velden)
        return veld

    def _delen(self, bron: Bron, laag: int) -> tuple[Veld, ...]:
        delen = bron.json.get("components")
        if not isinstance(delen, list) or not delen:
            uitleg = f"Een {str(bron.json['type'])[:20]} heeft een lijst components met minstens één onderdeel."
            bron.fout("components", "required", uitleg)
            return ()
        return tuple(self.onderdelen(delen, f"{bron.pad}.components", laag=laag + 1))

    def _sleutel(self, bron: Bron) -> None:
        sleutel = bron.json.get("key")
        if not isinstance(sleutel, str) or not sleutel:
            return  # dat het ontbreekt meldt het onderdeel zelf
        if not SLEUTEL.fullmatch(sleutel) or sleutel in BEZET:
            bron.fout("key", "invalid", "Een key begint met een letter; daarna letters, cijfers, - en _ (hooguit 100).")
        elif sleutel in self.sleutels:
            bron.fout("key", "duplicate", "Deze key staat er al.")
        self.sleutels.add(sleutel)

    def _gedrag(self, bron: Bron) -> None:
        """Wat het gedrag verandert en de portaal niet doet: bij naam geweigerd."""
        for naam in ONBEKEND_GEDRAG:
            if bron.json.get(naam) and not (naam == "multiple" and bron.json.get("type") == "file"):
                bron.fout(naam, "unsupported", f"'{naam}' kan de portaal niet.")
        controle = bron.json.get("validate")
        if controle is not None and not isinstance(controle, Mapping):
            bron.fout("validate", "not_a_dict", "Dit moet een object zijn.")
            return
        for naam in ("custom", "minWords", "maxWords"):
            if controle and controle.get(naam):
                bron.fout(f"validate.{naam}", "unsupported", f"'validate.{naam}' kan de portaal niet.")
        if self.in_rij:
            voorwaarde = bron.json.get("conditional")
            if isinstance(voorwaarde, Mapping) and any(voorwaarde.get(n) for n in ("when", "json", "conditions")):
                bron.fout("conditional", "unsupported", "'conditional' binnen een herhaling kan de portaal niet.")
            if controle and controle.get("json"):
                bron.fout("validate.json", "unsupported", "'validate.json' binnen een herhaling kan de portaal niet.")

    def _verbanden(self, velden: tuple[Veld, ...]) -> None:
        """Elke voorwaarde noemt een veld dat bestaat, en ze wachten niet in een kring op elkaar."""
        alles = list(invoer_met_voorwaarden(velden))
        sleutels = {veld.key for veld, _voorwaarden in alles if veld.invoer}
        for veld, _voorwaarden in alles:
            genoemd = veld.voorwaarde.sleutels if veld.voorwaarde else frozenset()
            genoemd |= _uit_regel(veld.regel)
            for sleutel in sorted(genoemd - sleutels):
                uitleg = f"'{veld.key}' hangt af van '{sleutel[:40]}', maar dat veld is er niet."
                self.fouten.append(("components", "unknown_key", uitleg))
        try:
            volgorde_van(alles)
        except CycleError as fout:
            kring = " → ".join(fout.args[1])
            self.fouten.append(("components", "circular", f"Deze velden wachten op elkaar: {kring[:200]}."))


def _uit_regel(regel: Any) -> frozenset[str]:
    try:
        return lees_logica(regel) - {"input", "component"} if regel is not None else frozenset()
    except LogicaFout:
        return frozenset()  # al gemeld bij het onderdeel


def volgorde_van(alles: Sequence[tuple[Veld, tuple[Voorwaarde, ...]]]) -> list[str]:
    """De sleutels van de invoervelden, zo dat elk veld na de velden komt waar het van afhangt."""
    sorteer: TopologicalSorter[str] = TopologicalSorter()
    for veld, voorwaarden in alles:
        if veld.invoer:
            sorteer.add(veld.key, *{sleutel for voorwaarde in voorwaarden for sleutel in voorwaarde.sleutels})
    return list(sorteer.static_order())
