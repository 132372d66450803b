"""Wat de taakdialecten van de Objecten API delen: lezen met alle fouten tegelijk, datums, en wat er terug gaat.

Zuivere functies. Een dialect verdraagt veel, want wie zo praat (GZAC) kan met een weigering niets: alleen zonder
geadresseerde of met een onbekende status is er geen taak van te maken. De rest wordt een `Mankement`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.betrokkenen.urn import Geadresseerde, urn_van
from portaal.formulieren.definitie import DefinitieFout, lees_definitie
from portaal.tekst import zonder_stuurtekens
from portaal.tijd import AMSTERDAM, dag_van
from portaal.zaken.models import ZaakSleutel
from portaal.zaken.sleutels import Sleutel, vaste_sleutel
from taken.handelingen import NieuweTaak
from taken.models import Status, Taak, host_van

LANGSTE_TITEL = 200
LANGSTE_KENMERK = 36
ZONDER_TITEL = "Er wordt iets van u gevraagd"
SOORTEN = {
    "bsn": NummerSoort.BSN,
    "kvk": NummerSoort.KVK,
    "rsin": NummerSoort.RSIN,
    "oin": NummerSoort.OIN,
    "vestigingsnummer": NummerSoort.VESTIGING,
}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Fout:
    """Waarom hier geen taak van te maken is: het pad in `data`, een code, en uitleg zonder de waarde zelf."""

    pad: str
    code: str
    uitleg: str


class OnleesbaarError(ValueError):
    """Van dit object is geen taak te maken; `fouten` noemt alles tegelijk."""

    def __init__(self, fouten: list[Fout]) -> None:
        super().__init__("; ".join(f.code for f in fouten))
        self.fouten = fouten


@dataclass(frozen=True)
class Mankement:
    """De taak is er, maar niet zoals bedoeld. `soort` is een soort koppelfout, `wat` zegt welk formulier of welke host."""

    soort: str
    wat: str = ""


# Wat er in `details` staat als de portaal het formulier of de link niet kan tonen: elke soort houdt haar vaste veld.
GEEN_FORMULIER: dict[str, Any] = {"formulierDefinitie": {}}
GEEN_LINK: dict[str, Any] = {"uitvraagLink": ""}
GEEN_PLEK: dict[str, Any] = {"waar": ""}

ONBEKEND_FORMULIER = "onbekend_formulier"
ONTOONBAAR_FORMULIER = "ontoonbaar_formulier"
HOST_NIET_TOEGESTAAN = "host_niet_toegestaan"
ONLEESBARE_TERMIJN = "onleesbare_termijn"
ONLEESBAAR_BEDRAG = "onleesbaar_bedrag"
ONBEKENDE_SOORT = "onbekende_soort"


@dataclass(frozen=True)
class Bij:
    """Wat een dialect van de koppeling moet weten.

    `formulier` geeft de definitie bij een id of adres, of None; `host_mag` zegt of een link daarheen mag; `zone` is de
    tijdzone waarin V1 zijn termijnen schrijft; `linkparameter` komt met de uuid van de taak achter een link.
    """

    formulier: Callable[[str], Mapping[str, Any] | None] = lambda naam: None
    host_mag: Callable[[str], bool] = lambda host: False
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    linkparameter: str = ""


@dataclass(frozen=True)
class Gelezen:
    """Een object als taak: wat er nieuw is, in welke status, met welk antwoord, en wat er niet klopte."""

    nieuw: NieuweTaak
    status: Status
    antwoord: Mapping[str, Any] | None = field(default=None, repr=False)
    mankementen: tuple[Mankement, ...] = ()


@dataclass
class Lezer:
    """Leest `data` en onthoudt wat er niet klopte."""

    data: Mapping[str, Any]
    bij: Bij
    fouten: list[Fout] = field(default_factory=list)
    mankementen: list[Mankement] = field(default_factory=list)

    def fout(self, pad: str, code: str, uitleg: str) -> None:
        """Zonder dit is er geen taak."""
        self.fouten.append(Fout(pad, code, uitleg))

    def tekst(self, waarde: Any) -> str:
        """Een tekst, of leeg als het er geen is."""
        return waarde.strip() if isinstance(waarde, str) else ""

    def object(self, naam: str, bron: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Een object binnen `data`; leeg als het er niet is of iets anders is."""
        waarde = (self.data if bron is None else bron).get(naam)
        return waarde if isinstance(waarde, Mapping) else {}

    def titel(self, waarde: Any) -> str:
        """De titel op één regel, zo nodig ingekort; het hele origineel blijft bij het object."""
        tekst = " ".join(zonder_stuurtekens(self.tekst(waarde)).split())
        tekst = "".join(teken for teken in tekst if teken.isprintable())
        return (tekst if len(tekst) <= LANGSTE_TITEL else f"{tekst[: LANGSTE_TITEL - 1]}…") or ZONDER_TITEL

    def geadresseerde(self, pad: str = "identificatie") -> Geadresseerde | None:
        """Voor wie: `{type, value}`, of de oude velden bsn en kvk. Lukt het niet, dan staat waarom in `fouten`."""
        wie = self.object("identificatie")
        soort, nummer = self.tekst(wie.get("type")).lower(), wie.get("value")
        if not wie:
            oud = next(((s, self.data[s]) for s in ("bsn", "kvk") if self.data.get(s)), None)
            if oud is None:
                self.fout(pad, "required", "Zonder geadresseerde kan de portaal de taak aan niemand tonen.")
                return None
            soort, nummer = oud
        if soort not in SOORTEN:
            self.fout(f"{pad}.type", "invalid_choice", f"Kies uit: {', '.join(SOORTEN)}.")
            return None
        if isinstance(nummer, bool) or not isinstance(nummer, str | int):
            self.fout(f"{pad}.value", "required", "Hier hoort het nummer, als tekst.")
            return None
        try:
            goed = controleer_nummer(SOORTEN[soort], str(nummer))
        except OngeldigNummerError as fout:
            self.fout(f"{pad}.value", "invalid", str(fout))
            return None
        return Geadresseerde(SOORTEN[soort], goed, urn_van(SOORTEN[soort], goed))

    def status(self, woorden: Mapping[str, Status]) -> Status:
        """De status in onze woorden; zonder: open."""
        woord = self.data.get("status", "open")
        if not isinstance(woord, str) or woord.lower() not in woorden:
            self.fout("status", "invalid_choice", f"Kies uit: {', '.join(woorden)}.")
            return Status.OPEN
        return woorden[woord.lower()]

    def termijn(self, waarde: Any, zone: ZoneInfo | None) -> date | None:
        """De laatste dag in Nederland. Met `zone` staat de tijd in die zone, wat er ook achter staat (V1)."""
        if waarde is None or waarde == "":
            return None
        moment = lees_moment(waarde, zone)
        if moment is None:
            self.mankementen.append(Mankement(ONLEESBARE_TERMIJN))
            return None
        return dag_van(moment)

    def formulier(self, naam: str, pad: str) -> dict[str, Any]:
        """De `details` van een formuliertaak; zonder formulier als de portaal het niet kan tonen."""
        if not naam:
            self.mankementen.append(Mankement(ONBEKEND_FORMULIER, pad))
            return dict(GEEN_FORMULIER)
        definitie = self.bij.formulier(naam)
        if definitie is None:
            self.mankementen.append(Mankement(ONBEKEND_FORMULIER, naam[:200]))
            return dict(GEEN_FORMULIER)
        try:
            lees_definitie(definitie)
        except DefinitieFout:
            self.mankementen.append(Mankement(ONTOONBAAR_FORMULIER, naam[:200]))
            return dict(GEEN_FORMULIER)
        return {"formulierDefinitie": dict(definitie)}

    def link(self, adres: str) -> dict[str, Any]:
        """De `details` van een urltaak; zonder link als die niet op de lijst staat of geen adres is."""
        host = host_van(adres)
        if not re.match(r"https?://", adres, re.IGNORECASE) or not host or not self.bij.host_mag(host):
            self.mankementen.append(Mankement(HOST_NIET_TOEGESTAAN, host[:200]))
            return dict(GEEN_LINK)
        return {"uitvraagLink": met_parameter(adres, self.bij.linkparameter)}

    def bedrag(self, waarde: Any) -> str | None:
        """Het bedrag als `147.43`, of None als het geen bedrag in hele centen boven nul is."""
        try:
            bedrag = Decimal("NaN") if isinstance(waarde, bool) else Decimal(str(waarde))
        except InvalidOperation:
            bedrag = Decimal("NaN")
        if not bedrag.is_finite() or not 0 < bedrag < 10**10 or bedrag != bedrag.quantize(Decimal("0.01")):
            self.mankementen.append(Mankement(ONLEESBAAR_BEDRAG))
            return None
        return f"{bedrag:.2f}"

    def klaar(self) -> None:
        """Weiger wat geen taak kan zijn."""
        if self.fouten:
            raise OnleesbaarError(self.fouten)


def lees_moment(waarde: Any, zone: ZoneInfo | None) -> datetime | None:
    """Een moment of dag; None als het er geen is. Zonder zone erbij is het Amsterdamse tijd, of die van `zone`."""
    if not isinstance(waarde, str) or not _MOMENT.fullmatch(waarde):
        return None
    try:
        moment = datetime.fromisoformat(waarde.replace(",", "."))
        if zone is not None and len(waarde) > len("2026-09-03"):
            moment = moment.replace(tzinfo=zone)
        # In Amsterdam: ook een moment aan de rand van de kalender moet daar een dag hebben.
        return (moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)).astimezone(AMSTERDAM)
    except (ValueError, OverflowError):
        return None


def schrijf_dag(dag: date) -> str:
    """Een dag zoals GZAC haar kan lezen (met een Z): twaalf uur, zodat het in elke Europese zone dezelfde dag is."""
    return datetime.combine(dag, time(12), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def met_parameter(adres: str, naam: str) -> str:
    """De link met `naam={uuid}` erachter, tenzij die er al in staat; zonder naam: de link zelf."""
    if not naam or "{uuid}" in adres or f"{naam}=" in adres:
        return adres
    adres, hekje, anker = adres.partition("#")
    return f"{adres}{'&' if '?' in adres else '?'}{naam}={{uuid}}{hekje}{anker}"


def zaaksleutels(waarde: Any) -> list[Sleutel]:
    """De namen van een zaak: haar url met de uuid die erin staat, of alleen een uuid."""
    if not isinstance(waarde, str) or not waarde.strip() or len(waarde) > 490:
        return []
    sleutels: list[Sleutel] = []
    if "://" in waarde:
        sleutels.append((ZaakSleutel.Soort.URL, waarde.strip()))
    laatste = waarde.strip().rstrip("/").rsplit("/", 1)[-1]
    try:
        sleutels.append(vaste_sleutel(ZaakSleutel.Soort.UUID, str(UUID(laatste))))
    except ValueError:
        if "://" not in waarde:
            sleutels.append(vaste_sleutel(ZaakSleutel.Soort.NUMMER, waarde))
    return sleutels


# --- terug -----------------------------------------------------------------------------------------------------------------
def antwoord_van(taak: Taak) -> dict[str, Any] | None:
    """Wat er is verstuurd, met elke sleutel, zoals GZAC het kan verwerken; None zolang er niets is."""
    ontvangen = (taak.gegevens or {}).get("ontvangenGegevens")
    if ontvangen is None:
        return None
    return met_documenten(ontvangen, bestandsvelden(taak.details.get("formulierDefinitie") or {}))


def bestandsvelden(definitie: Mapping[str, Any]) -> list[str]:
    """De sleutels van de onderdelen waar iemand een bestand toevoegt, ook binnen een groep."""

    def loop(onderdelen: Any) -> Iterator[str]:
        for onderdeel in onderdelen if isinstance(onderdelen, list) else ():
            if isinstance(onderdeel, Mapping):
                if onderdeel.get("type") == "file" and isinstance(onderdeel.get("key"), str):
                    yield onderdeel["key"]
                yield from loop(onderdeel.get("components"))

    return list(loop(definitie.get("components")))


def json_pointer(veld: str) -> str:
    """De JSON-pointer (RFC 6901) naar dit veld."""
    return "/" + veld.replace("~", "~0").replace("/", "~1")


def met_documenten(antwoorden: Mapping[str, Any], velden: list[str]) -> dict[str, Any]:
    """De antwoorden, met bij een bestand alleen de adressen, en in `documenten` de JSON-pointers naar wat gevuld is.

    Naar een bestand dat alleen bij de portaal staat (`storage` url) wijst geen pointer: GZAC zou het als document van de
    Documenten API aan de zaak willen hangen, en dat is het niet.
    """
    uit = dict(antwoorden)
    wijzers = []
    for veld in velden:
        waarde = uit.get(veld)
        delen = waarde if isinstance(waarde, list) else [waarde] if waarde else []
        adressen = [deel.get("url") if isinstance(deel, Mapping) else deel for deel in delen]
        uit[veld] = [adres for adres in adressen if isinstance(adres, str) and adres]
        alleen_hier = any(isinstance(deel, Mapping) and deel.get("storage") == "url" for deel in delen)
        if uit[veld] and not alleen_hier:
            wijzers.append(json_pointer(veld))
    return {**uit, "documenten": wijzers} if velden else uit
