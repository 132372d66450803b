"""Een formulier in JSON lezen (`lees_definitie`), en het antwoord erop (`Ingevuld`).

    definitie = lees_definitie({"components": [{"type": "textfield", "key": "naam", "label": "Naam"}]})
    formulier = definitie.begin(voorinvulling)         # leeg of vooraf ingevuld, om te tonen
    formulier = definitie.lees(request.POST)           # wat iemand instuurde
    if formulier.geldig: formulier.waarden             # elke sleutel, ook de lege

Tonen: `{% include "formulieren/velden.html" with formulier=formulier %}`. De namen in het formulier van de browser zijn
de sleutels van de definitie; een eigen knop of verborgen veld krijgt een naam die met _ begint, dat kan een sleutel niet.
"""

import json as json_
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portaal.formulieren.componenten import (
    AUTOCOMPLETE,
    BEZET,
    LANGSTE_LABEL,
    ONBEKEND_GEDRAG,
    SLEUTEL,
    SOORTEN,
    Bron,
    Datum,
    GeenWaarde,
    Getal,
    Groep,
    InvoerFout,
    Keuze,
    Tekst,
    Uitleg,
    Veld,
    Vinkjes,
    lees_dag,
)

MEESTE_ONDERDELEN = 500
MEESTE_INVOER = 900  # met elk vinkje apart; Django leest hooguit duizend velden uit één formulier
GROOTST = 256 * 1024  # tekens JSON

__all__ = ["AUTOCOMPLETE", "Definitie", "DefinitieFout", "Ingevuld", "Invoerveld", "lees_definitie"]


class DefinitieFout(ValueError):
    """Deze definitie kan de portaal niet tonen. `fouten`: alles tegelijk, als (pad, code, uitleg in het Nederlands)."""

    def __init__(self, fouten: list[tuple[str, str, str]]) -> None:
        super().__init__("; ".join(f"{pad}: {uitleg}" for pad, _code, uitleg in fouten))
        self.fouten = fouten


@dataclass(frozen=True)
class Definitie:
    """Een formulier dat de portaal kan tonen, lezen en controleren."""

    velden: tuple[Veld, ...]

    @property
    def invoervelden(self) -> list[Veld]:
        """Elk onderdeel met een antwoord, ook die in een groep."""
        plat = [deel for veld in self.velden for deel in (veld.velden if isinstance(veld, Groep) else (veld,))]
        return [veld for veld in plat if veld.invoer]

    def begin(self, voorinvulling: Mapping[str, Any] | None = None) -> "Ingevuld":
        """Het formulier om in te vullen: leeg, met de beginwaarden, en daaroverheen een voorinvulling.

        Wat niet bij een veld past of bij geen veld hoort, wordt overgeslagen. Er zijn nog geen fouten.
        """
        waarden: dict[str, Any] = {}
        for veld in self.invoervelden:
            waarden[veld.key] = veld.leeg_antwoord() if veld.begin is None else veld.begin
            if voorinvulling and veld.key in voorinvulling:
                try:
                    waarden[veld.key] = veld.uit_voorinvulling(voorinvulling[veld.key])
                except GeenWaarde:
                    continue
        return Ingevuld(self, waarden)

    def lees_terug(self, bewaard: Mapping[str, Any]) -> "Ingevuld":
        """Bewaarde antwoorden (een concept, of wat is verstuurd) om weer te tonen: zonder beginwaarden en controle."""
        waarden: dict[str, Any] = {}
        for veld in self.invoervelden:
            try:
                waarden[veld.key] = veld.uit_voorinvulling(bewaard.get(veld.key))
            except GeenWaarde:
                waarden[veld.key] = veld.leeg_antwoord()
        return Ingevuld(self, waarden)

    def lees(self, data: QueryDict | Mapping[str, Any]) -> "Ingevuld":
        """Wat een browser instuurde (namen zijn sleutels). Wat niet klopt staat in `fouten`; niets gaat verloren."""
        waarden, fouten = {}, {}
        for veld in self.invoervelden:
            try:
                waarden[veld.key] = veld.uit_post(_ruw(data, veld.key))
            except InvoerFout as fout:
                waarden[veld.key], fouten[veld.key] = fout.waarde, veld.melding or fout.tekst
        return Ingevuld(self, waarden, fouten)

    def lees_json(self, data: Mapping[str, Any]) -> "Ingevuld":
        """Antwoorden van een API, met de types van JSON. Een sleutel die het formulier niet kent is een fout."""
        waarden, fouten = {}, {}
        for veld in self.invoervelden:
            try:
                waarden[veld.key] = veld.uit_json(data.get(veld.key))
            except InvoerFout as fout:
                waarden[veld.key], fouten[veld.key] = fout.waarde, veld.melding or fout.tekst
        for sleutel in data:
            if sleutel not in waarden:
                fouten[str(sleutel)] = _("Dit veld bestaat niet.")
        return Ingevuld(self, waarden, fouten)

    def json_schema(self) -> dict[str, Any]:
        """Het JSON-schema (2020-12) van de antwoorden. Ruimer dan het formulier waar JSON-schema iets niet kan zeggen."""
        velden = self.invoervelden
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {
                veld.key: {
                    "title": veld.label,
                    **({"description": veld.uitleg} if veld.uitleg else {}),
                    **veld.schema(),
                }
                for veld in velden
            },
            "required": [veld.key for veld in velden if veld.verplicht],
            "additionalProperties": False,
        }


def _ruw(data: QueryDict | Mapping[str, Any], sleutel: str) -> Sequence[str]:
    if isinstance(data, QueryDict):
        return data.getlist(sleutel)
    waarde = data.get(sleutel)
    if waarde is None or waarde is False:
        return []
    if isinstance(waarde, Mapping):
        return [str(naam) for naam, aan in waarde.items() if aan]
    delen = waarde if isinstance(waarde, list | tuple) else [waarde]
    return [("true" if deel else "") if isinstance(deel, bool) else str(deel) for deel in delen]


# --- Het ingevulde formulier ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Keuzevak:
    """Een keuze zoals de pagina haar toont."""

    id: str
    waarde: str
    label: str
    uitleg: str
    gekozen: bool


@dataclass(frozen=True)
class Invoerveld:
    """Een onderdeel zoals de pagina het toont."""

    id: str
    key: str
    soort: str
    label: str
    uitleg: str
    verplicht: bool
    waarde: str
    fout: str = ""
    opties: list[Keuzevak] = field(default_factory=list)
    velden: list["Invoerveld"] = field(default_factory=list)  # bij een groep
    html: SafeString | str = ""  # bij een uitleg
    html_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    min: str = ""
    max: str = ""
    invoer: bool = True

    @property
    def datumkiezer(self) -> bool:
        """Of de datumkiezer van de browser de waarde kan tonen; wat geen ISO-dag is, zou daarin verdwijnen."""
        dag = lees_dag(self.waarde)
        return not self.waarde or (dag is not None and dag.isoformat() == self.waarde)

    @property
    def beschreven_door(self) -> str:
        """De ids van uitleg en fout, voor aria-describedby."""
        delen = [f"{self.id}-uitleg"] * bool(self.uitleg) + [f"{self.id}-fout"] * bool(self.fout)
        return " ".join(delen)


@dataclass(frozen=True)
class Ingevuld:
    """Een formulier met antwoorden. `waarden` heeft elke sleutel, ook de lege, met de types van Form.io.

    Bij een sleutel in `fouten` staat in `waarden` wat iemand intikte.
    """

    definitie: Definitie
    waarden: dict[str, Any] = field(repr=False)
    fouten: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def geldig(self) -> bool:
        """Of er niets meer te verbeteren is."""
        return not self.fouten

    @property
    def velden(self) -> list[Invoerveld]:
        """Alles wat de pagina nodig heeft, in volgorde; een groep heeft zelf `velden`."""
        return [self._toon(veld) for veld in self.definitie.velden]

    @property
    def foutenlijst(self) -> list[tuple[str, str, str]]:
        """(id om naartoe te gaan, label, fout), in de volgorde van de pagina."""
        return [
            (f"veld-{veld.key}", veld.label, self.fouten[veld.key])
            for veld in self.definitie.invoervelden
            if veld.key in self.fouten
        ]

    def rijen(self) -> list[tuple[str, str]]:
        """(label, antwoord in woorden) van elk veld: voor het nakijken en de ontvangstbevestiging."""
        leeg = _("Niet ingevuld")
        return [(veld.label, veld.in_woorden(self.waarden[veld.key]) or leeg) for veld in self.definitie.invoervelden]

    @property
    def iets_niet_verplicht(self) -> bool:
        """Of er een vraag is die iemand mag overslaan."""
        return any(not veld.verplicht for veld in self.definitie.invoervelden)

    def _toon(self, veld: Veld) -> Invoerveld:
        id_ = f"veld-{veld.key}"
        basis: dict[str, Any] = {
            "id": id_, "key": veld.key, "soort": veld.soort, "label": veld.label, "uitleg": veld.uitleg,
            "verplicht": veld.verplicht, "waarde": "", "inputmode": veld.inputmode, "invoer": veld.invoer,
            "autocomplete": veld.autocomplete,
        }  # fmt: skip
        if isinstance(veld, Uitleg):
            return Invoerveld(**{**basis, "html": mark_safe(veld.html)})  # noqa: S308 schoongemaakt bij het lezen
        if isinstance(veld, Groep):
            return Invoerveld(**{**basis, "velden": [self._toon(deel) for deel in veld.velden]})
        waarde = self.waarden[veld.key]
        basis["fout"] = self.fouten.get(veld.key, "")
        if isinstance(veld, Keuze | Vinkjes):
            gekozen = {n for n, aan in waarde.items() if aan} if isinstance(waarde, dict) else {keuzetekst(waarde)}
            basis["opties"] = [
                Keuzevak(id_ if n == 0 else f"{id_}-{n}", o.tekst, o.label, o.uitleg, o.tekst in gekozen)
                for n, o in enumerate(veld.opties)
            ]
            return Invoerveld(**basis)
        basis["waarde"] = ("ja" if waarde else "") if isinstance(waarde, bool) else veld.in_invoer(waarde)
        if isinstance(veld, Tekst):
            basis["html_type"] = veld.html_type
            basis["autocomplete"] = veld.autocomplete or {"email": "email", "tel": "tel"}.get(veld.html_type, "")
        elif isinstance(veld, Datum):
            basis["min"] = veld.eerste.isoformat() if veld.eerste else ""
            basis["max"] = veld.laatste.isoformat() if veld.laatste else ""
        elif isinstance(veld, Getal) and veld.decimalen == 0:
            basis["inputmode"] = "numeric"
        return Invoerveld(**basis)


def keuzetekst(waarde: Any) -> str:
    """De waarde van een keuze zoals zij in het formulier van de browser staat."""
    return str(waarde).lower() if isinstance(waarde, bool) else str(waarde)


# --- Lezen ------------------------------------------------------------------------------------------------------------
def lees_definitie(json: Mapping[str, Any]) -> Definitie:
    """Lees een definitie in de vorm van Form.io: `{"components": [{"type", "key", "label", …}]}`.

    Wat de portaal niet kan tonen of niet begrijpt wordt geweigerd: `DefinitieFout` met alle fouten tegelijk.
    Eigenschappen die alleen over het uiterlijk gaan worden genegeerd.
    """
    if not isinstance(json, Mapping):
        raise DefinitieFout([("", "not_a_dict", "Een formulier is een object met components.")])
    onderdelen = json.get("components")
    if not isinstance(onderdelen, list) or not onderdelen:
        raise DefinitieFout(
            [("components", "required", "Een formulier heeft een lijst components met minstens één onderdeel.")]
        )
    try:
        grootte = len(json_.dumps(json, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):
        raise DefinitieFout([("", "too_large", "Dit formulier heeft te veel lagen.")]) from None
    if grootte > GROOTST:
        raise DefinitieFout([("", "too_large", f"Een formulier is hooguit {GROOTST // 1024} kB JSON.")])
    lezer = _Lezer()
    velden = tuple(lezer.onderdelen(onderdelen, "components", in_groep=False))
    definitie = Definitie(velden)
    if not lezer.fouten and not definitie.invoervelden:
        lezer.fouten.append(("components", "required", "Een formulier heeft minstens één vraag."))
    aantal = sum(len(veld.opties) if isinstance(veld, Vinkjes) else 1 for veld in definitie.invoervelden)
    if aantal > MEESTE_INVOER:
        lezer.fouten.append(("components", "max_length", f"Een formulier heeft hooguit {MEESTE_INVOER} invoervelden."))
    if lezer.fouten:
        raise DefinitieFout(lezer.fouten)
    return definitie


class _Lezer:
    """Loopt een definitie door en verzamelt alle fouten."""

    def __init__(self) -> None:
        self.fouten: list[tuple[str, str, str]] = []
        self.sleutels: set[str] = set()
        self.aantal = 0

    def onderdelen(self, lijst: list[Any], pad: str, *, in_groep: bool) -> Iterator[Veld]:
        self.aantal += len(lijst)
        if self.aantal > MEESTE_ONDERDELEN:
            self.fouten.append((pad, "max_length", f"Een formulier heeft hooguit {MEESTE_ONDERDELEN} onderdelen."))
            return
        for nummer, json in enumerate(lijst):
            veld = self._onderdeel(json, f"{pad}.{nummer}", in_groep=in_groep)
            if veld is not None:
                yield veld

    def _onderdeel(self, json: Any, pad: str, *, in_groep: bool) -> Veld | None:
        if not isinstance(json, Mapping):
            self.fouten.append((pad, "not_a_dict", "Een onderdeel is een object."))
            return None
        bron = Bron(json, pad, self.fouten)
        soort = json.get("type")
        if soort == "button" and json.get("action") in (None, "", "submit"):
            return None  # de knop is van de portaal
        if not isinstance(soort, str) or not soort:
            bron.fout("type", "required", "Dit veld is verplicht.")
            return None
        klasse = SOORTEN.get(soort)
        if klasse is None:
            bron.fout("type", "unknown_component", f"Het onderdeel '{soort[:40]}' kan de portaal niet tonen.")
            return None
        if klasse is Groep and in_groep:
            bron.fout("type", "nested", "Een fieldset in een fieldset kan de portaal niet tonen.")
            return None
        self._gedrag(bron)
        self._sleutel(bron)
        if klasse is Groep:
            return self._groep(bron)
        return klasse.uit_definitie(bron)

    def _groep(self, bron: Bron) -> Veld:
        delen = bron.json.get("components")
        velden: tuple[Veld, ...] = ()
        if not isinstance(delen, list) or not delen:
            bron.fout("components", "required", "Een fieldset heeft een lijst components met minstens één onderdeel.")
        else:
            velden = tuple(self.onderdelen(delen, f"{bron.pad}.components", in_groep=True))
        label = bron.tekst("legend", LANGSTE_LABEL) or bron.tekst("label", LANGSTE_LABEL, verplicht=True)
        return Groep(key=bron.tekst("key", 100, verplicht=True), label=label, velden=velden)

    def _sleutel(self, bron: Bron) -> None:
        sleutel = bron.json.get("key")
        if not isinstance(sleutel, str) or not sleutel:
            return  # dat het ontbreekt meldt het onderdeel zelf
        if not SLEUTEL.fullmatch(sleutel) or sleutel in BEZET:
            bron.fout("key", "invalid", "Een key begint met een letter; daarna letters, cijfers, - en _ (hooguit 100).")
        elif sleutel in self.sleutels:
            bron.fout("key", "duplicate", "Deze key staat er al.")
        self.sleutels.add(sleutel)

    @staticmethod
    def _gedrag(bron: Bron) -> None:
        """Wat het gedrag verandert en de portaal niet doet: bij naam geweigerd."""
        for naam in ONBEKEND_GEDRAG:
            if bron.json.get(naam):
                bron.fout(naam, "unsupported", f"'{naam}' kan de portaal niet.")
        voorwaarde = bron.json.get("conditional")
        if isinstance(voorwaarde, Mapping) and (
            voorwaarde.get("when") or voorwaarde.get("json") or voorwaarde.get("conditions")
        ):
            bron.fout("conditional", "unsupported", "'conditional' kan de portaal niet.")
        controle = bron.json.get("validate")
        if controle is not None and not isinstance(controle, Mapping):
            bron.fout("validate", "not_a_dict", "Dit moet een object zijn.")
            return
        for naam in ("custom", "json", "minWords", "maxWords"):
            if controle and controle.get(naam):
                bron.fout(f"validate.{naam}", "unsupported", f"'validate.{naam}' kan de portaal niet.")
