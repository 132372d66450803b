"""Een formulier in JSON lezen (`lees_definitie`), en het antwoord erop (`Ingevuld`).

    definitie = lees_definitie({"components": [{"type": "textfield", "key": "naam", "label": "Naam"}]})
    formulier = definitie.begin(voorinvulling)         # leeg of vooraf ingevuld, om te tonen
    formulier = definitie.lees(request.POST)           # wat iemand instuurde
    if formulier.geldig: formulier.waarden             # elke sleutel, ook de lege

Een pagina gebruikt `invullen.verwerk`: dat kent ook stappen, rijen en bestanden.

Tonen: `{% include "formulieren/velden.html" with formulier=formulier %}`. De namen in het formulier van de browser zijn
de sleutels van de definitie; een eigen knop of verborgen veld krijgt een naam die met _ begint, dat kan een sleutel niet.
"""

import json as json_
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from portaal.formulieren.componenten import Bestandveld, Groep, Herhaling, Veld, Verborgen, Vinkjes
from portaal.formulieren.componenten.basis import AUTOCOMPLETE, GeenWaarde, InvoerFout
from portaal.formulieren.componenten.bestand import naam_van
from portaal.formulieren.lezen import Lezer, invoer_met_voorwaarden, volgorde_van
from portaal.formulieren.voorwaarden import Voorwaarde
from portaal.formulieren.weergave import Invoerveld, Tekenaar

MEESTE_INVOER = 2000  # met elk vinkje apart; zie DATA_UPLOAD_MAX_NUMBER_FIELDS
GROOTST = 512 * 1024  # tekens JSON

__all__ = [
    "AUTOCOMPLETE",
    "Definitie",
    "DefinitieFout",
    "Ingevuld",
    "Invoerveld",
    "Stap",
    "lees_definitie",
    "probeer_definitie",
]


class DefinitieFout(ValueError):
    """Deze definitie kan de portaal niet tonen. `fouten`: alles tegelijk, als (pad, code, uitleg in het Nederlands)."""

    def __init__(self, fouten: list[tuple[str, str, str]]) -> None:
        super().__init__("; ".join(f"{pad}: {uitleg}" for pad, _code, uitleg in fouten))
        self.fouten = fouten


@dataclass(frozen=True)
class Stap:
    """Een pagina van het formulier. Een formulier zonder wizard heeft er één, zonder titel."""

    sleutel: str
    titel: str
    velden: tuple[Veld, ...]


@dataclass(frozen=True)
class Definitie:
    """Een formulier dat de portaal kan tonen, lezen en controleren."""

    velden: tuple[Veld, ...]
    wizard: bool = False

    @cached_property
    def _alles(self) -> list[tuple[Veld, tuple[Voorwaarde, ...]]]:
        return list(invoer_met_voorwaarden(self.velden))

    @cached_property
    def invoervelden(self) -> list[Veld]:
        """Elk onderdeel met een antwoord, ook die in een groep."""
        return [veld for veld, _voorwaarden in self._alles if veld.invoer]

    @cached_property
    def heeft_voorwaarden(self) -> bool:
        """Of er iets van een antwoord afhangt."""
        return any(voorwaarden for _veld, voorwaarden in self._alles)

    @cached_property
    def _volgorde(self) -> list[tuple[Veld, tuple[Voorwaarde, ...]]]:
        per_sleutel = {veld.key: (veld, voorwaarden) for veld, voorwaarden in self._alles if veld.invoer}
        return [per_sleutel[sleutel] for sleutel in volgorde_van(self._alles)]

    @cached_property
    def stappen(self) -> tuple[Stap, ...]:
        """De pagina's, in volgorde; ook die er bij sommige antwoorden niet zijn."""
        if not self.wizard:
            return (Stap("", "", self.velden),)
        return tuple(
            Stap(veld.key, veld.label, veld.velden)
            for veld in self.velden
            if isinstance(veld, Groep) and not veld.verborgen
        )

    def weg_bij(self, waarden: Mapping[str, Any]) -> frozenset[str]:
        """De sleutels van de onderdelen die er bij deze antwoorden niet zijn; wat daarin staat hoort er ook bij."""
        if not self.heeft_voorwaarden:
            return frozenset()
        schoon = self._zonder_wat_weg_is(waarden)[0]
        return frozenset(
            veld.key
            for veld, voorwaarden in self._alles
            if not all(voorwaarde.klopt(schoon) for voorwaarde in voorwaarden)
        )

    def _zonder_wat_weg_is(self, waarden: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
        """De antwoorden waarin leeg is wat er niet is, en de sleutels daarvan. Eén ronde: elk veld na waar het op wacht."""
        uit, weg = dict(waarden), set()
        if self.heeft_voorwaarden:
            for veld, voorwaarden in self._volgorde:
                if not all(voorwaarde.klopt(uit) for voorwaarde in voorwaarden):
                    uit[veld.key] = veld.leeg_antwoord()
                    weg.add(veld.key)
        return uit, weg

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

    def lees(
        self,
        data: QueryDict | Mapping[str, Any],
        bewaard: Mapping[str, Any] | None = None,
        stap: Stap | None = None,
    ) -> "Ingevuld":
        """Wat een browser instuurde (namen zijn sleutels). Wat niet klopt staat in `fouten`; niets gaat verloren.

        `bewaard`: de antwoorden die er al waren, voor wat de browser niet kan geven (verborgen en vaste velden) en, met
        `stap`, voor wat op een andere pagina staat; dat wordt hier niet gecontroleerd.
        """
        waarden = dict((self.begin() if bewaard is None else self.lees_terug(bewaard)).waarden)
        hier = {veld.key for veld, _v in invoer_met_voorwaarden((stap or Stap("", "", self.velden)).velden)}
        fouten: dict[str, str] = {}
        for veld in self.invoervelden:
            if isinstance(veld, Bestandveld) and veld.key in hier:
                _neem(veld, lambda veld=veld: veld.controleer(waarden[veld.key]), waarden, fouten)  # type: ignore[misc]
            elif veld.key in hier and not veld.vast:
                _neem(veld, lambda veld=veld: veld.lees_post(data, veld.key), waarden, fouten)  # type: ignore[misc]
        return self._maak(waarden, fouten, hier, stap)

    def lees_json(self, data: Mapping[str, Any]) -> "Ingevuld":
        """Antwoorden van een API, met de types van JSON. Een sleutel die het formulier niet kent is een fout."""
        waarden: dict[str, Any] = {}
        fouten: dict[str, str] = {}
        for veld in self.invoervelden:
            _neem(veld, lambda veld=veld: veld.uit_json(data.get(veld.key)), waarden, fouten)  # type: ignore[misc]
        ingevuld = self._maak(waarden, fouten, set(waarden), None)
        vreemd = {str(sleutel): _("Dit veld bestaat niet.") for sleutel in data if sleutel not in waarden}
        return replace(ingevuld, fouten={**ingevuld.fouten, **vreemd}) if vreemd else ingevuld

    def _maak(self, waarden: dict[str, Any], fouten: dict[str, str], hier: set[str], stap: Stap | None) -> "Ingevuld":
        """Leeg wat er niet is, en toets de regels over meer velden."""
        waarden, weg = self._zonder_wat_weg_is(waarden)
        fouten = {naam: fout for naam, fout in fouten.items() if naam.split(".")[0] not in weg}
        for veld in self.invoervelden:
            if veld.regel is None or veld.key not in hier or veld.key in weg or veld.key in fouten:
                continue
            if mis := veld.toets_regel({**waarden, "input": waarden[veld.key]}):
                fouten[veld.key] = mis
        return Ingevuld(self, waarden, fouten, stap)

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
            "required": [veld.key for veld in velden if veld.verplicht and not self._kan_weg(veld)],
            "additionalProperties": False,
        }

    def _kan_weg(self, veld: Veld) -> bool:
        return any(ander is veld and voorwaarden for ander, voorwaarden in self._alles)


def _neem(veld: Veld, lees: Callable[[], Any], waarden: dict[str, Any], fouten: dict[str, str]) -> None:
    """Zet het antwoord bij de waarden, en wat eraan mankeert bij de fouten."""
    try:
        waarden[veld.key] = lees()
    except InvoerFout as fout:
        waarden[veld.key] = fout.waarde
        if fout.delen:
            fouten |= {f"{veld.key}.{deel}": tekst for deel, tekst in fout.delen.items()}
        else:
            fouten[veld.key] = veld.tekst_bij(fout)


# --- Het ingevulde formulier ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Ingevuld:
    """Een formulier met antwoorden. `waarden` heeft elke sleutel, ook de lege, met de types van Form.io.

    Bij een sleutel in `fouten` staat in `waarden` wat iemand intikte. Een fout in een rij heet als "kinderen.0.naam".
    """

    definitie: Definitie
    waarden: dict[str, Any] = field(repr=False)
    fouten: dict[str, str] = field(default_factory=dict, repr=False)
    stap: Stap | None = None
    standen: Mapping[str, str] = field(default_factory=dict, repr=False)  # per bestand (uuid): waar het is

    @property
    def geldig(self) -> bool:
        """Of er niets meer te verbeteren is."""
        return not self.fouten

    @cached_property
    def weg(self) -> frozenset[str]:
        """De sleutels van wat er bij deze antwoorden niet is."""
        return self.definitie.weg_bij(self.waarden)

    @property
    def _hier(self) -> tuple[Veld, ...]:
        return self.stap.velden if self.stap else self.definitie.velden

    @property
    def velden(self) -> list[Invoerveld]:
        """Alles wat deze pagina nodig heeft, in volgorde; een groep heeft zelf `velden`."""
        return Tekenaar(self.waarden, self.fouten, self.weg, standen=self.standen).velden(self._hier)

    @property
    def foutenlijst(self) -> list[tuple[str, str, str]]:
        """(id om naartoe te gaan, label, fout), in de volgorde van de pagina."""
        uit = []
        for veld in self.definitie.invoervelden:
            if veld.key in self.fouten:
                uit.append((f"veld-{veld.key}", veld.label, self.fouten[veld.key]))
            if isinstance(veld, Herhaling):
                for nummer in range(len(self.waarden[veld.key])):
                    for vraag in veld.vragen:
                        if fout := self.fouten.get(f"{veld.key}.{nummer}.{vraag.key}"):
                            label = f"{veld.label} {nummer + 1}, {vraag.label}"
                            uit.append((f"veld-{veld.key}.{nummer}.{vraag.key}", label, fout))
        return uit

    def rijen(self) -> list[tuple[str, str]]:
        """(label, antwoord in woorden) van elk veld dat er is: voor het nakijken en de ontvangstbevestiging."""
        return [rij for _stap, rijen in self.rijen_per_stap() for rij in rijen]

    def rijen_per_stap(self) -> list[tuple[Stap, list[tuple[str, str]]]]:
        """De rijen van elke stap die er is."""
        leeg = _("Niet ingevuld")
        return [
            (
                stap,
                [
                    (veld.label, veld.in_woorden(self.waarden[veld.key]) or leeg)
                    for veld, _voorwaarden in invoer_met_voorwaarden(stap.velden)
                    if veld.invoer and not veld.verborgen and veld.key not in self.weg
                ],
            )
            for stap in self.stappen
        ]

    @property
    def stappen(self) -> list[Stap]:
        """De stappen die er bij deze antwoorden zijn."""
        return [stap for stap in self.definitie.stappen if stap.sleutel not in self.weg]

    @property
    def stapnummer(self) -> int:
        """De hoeveelste stap dit is, vanaf 1."""
        return self.stappen.index(self.stap) + 1 if self.stap in self.stappen else 1

    @property
    def volgende_stap(self) -> bool:
        """Of er na deze nog een stap is."""
        return bool(self.stap) and self.stapnummer < len(self.stappen)

    @property
    def vorige_stap(self) -> bool:
        """Of er voor deze een stap is."""
        return bool(self.stap) and self.stapnummer > 1

    @property
    def iets_niet_verplicht(self) -> bool:
        """Of er op deze pagina een vraag is die iemand mag overslaan."""
        return any(
            not veld.verplicht
            for veld, _voorwaarden in invoer_met_voorwaarden(self._hier)
            if veld.invoer and not veld.vast
        )

    @property
    def bestanden(self) -> list[tuple[str, str, int]]:
        """(uuid, naam, bytes) van elk bestand in de antwoorden dat bij de portaal is."""
        delen = [
            d for veld in self.definitie.invoervelden if isinstance(veld, Bestandveld) for d in self.waarden[veld.key]
        ]
        return [(str(deel["id"]), naam_van(deel), int(deel.get("size") or 0)) for deel in delen if "id" in deel]

    @property
    def met_bestanden(self) -> bool:
        """Of op deze pagina een bestand gekozen kan worden."""
        return any(isinstance(veld, Bestandveld) for veld, _voorwaarden in invoer_met_voorwaarden(self._hier))

    # --- Voor formulier.js --------------------------------------------------------------------------------------------
    @property
    def heeft_voorwaarden(self) -> bool:
        """Of op deze pagina iets van een antwoord afhangt."""
        return any(veld.voorwaarde for veld, _voorwaarden in invoer_met_voorwaarden(self._hier))

    @property
    def verborgen_nu(self) -> str:
        """De sleutels van wat nu niet op deze pagina te zien is; komt terug in `_verborgen`."""
        return " ".join(sorted(self.weg & {veld.key for veld, _v in invoer_met_voorwaarden(self._hier)}))

    @property
    def elders(self) -> str:
        """De antwoorden van andere stappen waar iets op deze pagina van afhangt, als JSON."""
        op_pagina = {veld.key for veld, _v in invoer_met_voorwaarden(self._hier) if not veld.verborgen}
        nodig = {
            sleutel
            for _veld, voorwaarden in invoer_met_voorwaarden(self._hier)
            for voorwaarde in voorwaarden
            for sleutel in voorwaarde.sleutels
        }
        return json_.dumps({sleutel: self.waarden[sleutel] for sleutel in sorted(nodig - op_pagina)})


# --- Lezen ------------------------------------------------------------------------------------------------------------
def lees_definitie(json: Mapping[str, Any]) -> Definitie:
    """Lees een definitie in de vorm van Form.io: `{"components": [{"type", "key", "label", …}]}`.

    Met `"display": "wizard"` is elk panel een stap. Wat de portaal niet kan tonen of niet begrijpt wordt geweigerd:
    `DefinitieFout` met alle fouten tegelijk. Eigenschappen die alleen over het uiterlijk gaan worden genegeerd.
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
    lezer = Lezer()
    wizard = json.get("display") == "wizard"
    definitie = Definitie(lezer.lees(onderdelen, wizard=wizard), wizard)
    if not lezer.fouten and not [veld for veld in definitie.invoervelden if not isinstance(veld, Verborgen)]:
        lezer.fouten.append(("components", "required", "Een formulier heeft minstens één vraag."))
    aantal = sum(len(veld.opties) if isinstance(veld, Vinkjes) else 1 for veld in definitie.invoervelden)
    if aantal > MEESTE_INVOER:
        lezer.fouten.append(("components", "max_length", f"Een formulier heeft hooguit {MEESTE_INVOER} invoervelden."))
    if lezer.fouten:
        raise DefinitieFout(lezer.fouten)
    return definitie


def probeer_definitie(json: Any) -> tuple[Definitie | None, list[tuple[str, str, str]]]:
    """Als `lees_definitie`, voor wie niet kan weigeren (de Objecten-ingang): de definitie, of wat eraan mankeert."""
    try:
        return lees_definitie(json), []
    except DefinitieFout as fout:
        return None, fout.fouten
