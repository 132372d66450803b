"""Wat elk onderdeel van een formulier gemeen heeft: hoe een definitie gelezen wordt, en de fouten bij een antwoord."""

import html as html_tekst
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Self

import nh3
from django.http import QueryDict
from django.utils.translation import gettext as _

from portaal.formulieren.logica import LogicaFout, lees_logica, reken
from portaal.formulieren.voorwaarden import Voorwaarde, VoorwaardeFout, lees_voorwaarde

LANGSTE_REGEL = 1000
LANGSTE_TEKST = 10_000
LANGSTE_LABEL = 500
LANGSTE_UITLEG = 5000
MEESTE_OPTIES = 500
MEESTE_CIJFERS = 15  # zoveel houdt een getal in JSON (een double) precies vast

SLEUTEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
BEZET = frozenset({"csrfmiddlewaretoken"})
# Wat het gedrag van een onderdeel verandert en de portaal niet doet: liever geweigerd dan stil genegeerd. Wat hiervan
# JavaScript is, voert de portaal nooit uit.
ONBEKEND_GEDRAG = ("multiple", "customConditional", "calculateValue", "customDefaultValue", "logic")
AUTOCOMPLETE = frozenset(
    {
        *("name", "given-name", "additional-name", "family-name", "bday", "email", "tel", "iban", "organization"),
        *("street-address", "address-line1", "address-line2", "address-level2", "postal-code", "country-name"),
    }
)


class InvoerFout(ValueError):
    """Dit antwoord klopt niet. De tekst is voor de persoon; `waarde` is wat er stond.

    `code` is de regel van Form.io die het brak (required, pattern, minLength, …): de opsteller kan per regel een eigen
    tekst geven. `delen` heeft bij een herhaling de fouten per veld, met een sleutel als "0.naam".
    """

    def __init__(self, tekst: str, waarde: Any, code: str = "invalid", delen: Mapping[str, str] | None = None) -> None:
        super().__init__(tekst)
        self.tekst, self.waarde, self.code, self.delen = tekst, waarde, code, delen or {}


class GeenWaarde(ValueError):
    """Met deze voorinvulling kan dit onderdeel niets."""


@dataclass
class Bron:
    """Eén onderdeel in een definitie, met een plek voor alles wat eraan mankeert."""

    json: Mapping[str, Any]
    pad: str
    fouten: list[tuple[str, str, str]]

    def fout(self, naam: str, code: str, uitleg: str) -> None:
        """Noteer een fout bij deze eigenschap (met punten ertussen)."""
        self.fouten.append((f"{self.pad}.{naam}" if naam else self.pad, code, uitleg))

    def _haal(self, naam: str) -> Any:
        waarde: Any = self.json
        for deel in naam.split("."):
            waarde = waarde.get(deel) if isinstance(waarde, Mapping) else None
        return waarde

    def tekst(self, naam: str, hoogstens: int, *, verplicht: bool = False) -> str:
        """Een tekst, of "" als hij er niet is."""
        waarde = self._haal(naam)
        if waarde is None or (isinstance(waarde, str) and not waarde.strip()):
            if verplicht:
                self.fout(naam, "required", "Dit veld is verplicht.")
        elif not isinstance(waarde, str):
            self.fout(naam, "invalid_type", "Dit moet tekst zijn.")
        elif len(waarde) > hoogstens:
            self.fout(naam, "max_length", f"Dit is hooguit {hoogstens} tekens.")
        elif vreemde_tekens(waarde):
            self.fout(naam, "control_characters", "Deze tekst bevat besturingstekens.")
        else:
            return waarde
        return ""

    def waar(self, naam: str) -> bool:
        """Waar of onwaar; niets is onwaar."""
        waarde = self._haal(naam)
        if waarde is None or waarde == "":
            return False
        if not isinstance(waarde, bool):
            self.fout(naam, "invalid_type", "Dit moet true of false zijn.")
            return False
        return waarde

    def aantal(self, naam: str, hoogstens: int) -> int | None:
        """Een geheel aantal; Form.io schrijft het ook als tekst."""
        waarde = self._haal(naam)
        if waarde is None or waarde == "":
            return None
        if isinstance(waarde, str) and waarde.isascii() and waarde.isdecimal() and len(waarde) < 10:
            waarde = int(waarde)
        if isinstance(waarde, bool) or not isinstance(waarde, int) or not 0 <= waarde <= hoogstens:
            self.fout(naam, "invalid", f"Dit moet een geheel getal van 0 tot en met {hoogstens} zijn.")
            return None
        return waarde

    def getal(self, naam: str) -> Decimal | None:
        """Een getal; Form.io schrijft het ook als tekst."""
        waarde = self._haal(naam)
        if waarde is None or waarde == "":
            return None
        if isinstance(waarde, bool) or not isinstance(waarde, int | float | str):
            self.fout(naam, "invalid_type", "Dit moet een getal zijn.")
            return None
        try:
            getal = Decimal(str(waarde))
        except InvalidOperation:
            getal = Decimal("NaN")
        if not getal.is_finite() or not past_in_json(getal):
            self.fout(naam, "invalid", f"Dit moet een getal van hooguit {MEESTE_CIJFERS} cijfers zijn.")
            return None
        return getal

    def dag(self, *namen: str) -> date | None:
        """Een vaste dag, onder de eerste naam die er is."""
        for naam in namen:
            waarde = self._haal(naam)
            if waarde is None or waarde == "":
                continue
            dag = lees_dag(waarde) if isinstance(waarde, str) else None
            if dag is None:
                self.fout(naam, "invalid", "Dit moet een vaste dag zijn, zoals 2026-11-24.")
            return dag
        return None

    def meldingen(self) -> dict[str, str]:
        """De eigen teksten bij fouten: `errors` van Form.io, per regel."""
        teksten = self.json.get("errors")
        if not isinstance(teksten, Mapping):
            return {}
        return {
            str(regel): platte_tekst(tekst)[:LANGSTE_LABEL]
            for regel, tekst in list(teksten.items())[:50]
            if isinstance(tekst, str) and tekst.strip()
        }

    def voorwaarde(self) -> Voorwaarde | None:
        """Wanneer het onderdeel er is."""
        try:
            return lees_voorwaarde(self.json.get("conditional"))
        except VoorwaardeFout as fout:
            self.fout(f"conditional.{fout.plek}".rstrip("."), fout.code, fout.uitleg)
            return None

    def logica(self, naam: str) -> Any:
        """Een regel in JSON Logic, of None."""
        regel = self._haal(naam)
        if not regel:
            return None
        try:
            lees_logica(regel)
        except LogicaFout as fout:
            self.fout(naam, "unsupported", str(fout))
            return None
        return regel


def bron_van(bron: Bron, json: Mapping[str, Any], plek: str) -> Bron:
    """Een deel van een onderdeel, met dezelfde lijst van fouten."""
    return Bron(json, f"{bron.pad}.{plek}", bron.fouten)


def ruwe_waarden(data: QueryDict | Mapping[str, Any], naam: str) -> Sequence[str]:
    """Alles wat de browser (of een test, met gewone waarden) onder deze naam stuurde."""
    if isinstance(data, QueryDict):
        return data.getlist(naam)
    waarde = data.get(naam)
    if waarde is None or waarde is False:
        return []
    if isinstance(waarde, Mapping):
        return [str(deel) for deel, aan in waarde.items() if aan]
    delen = waarde if isinstance(waarde, list | tuple) else [waarde]
    return [("true" if deel else "") if isinstance(deel, bool) else str(deel) for deel in delen]


def vreemde_tekens(tekst: str, mag: str = "\n\r\t") -> bool:
    """Of er besturingstekens of losse surrogaten in staan."""
    return any(unicodedata.category(teken) in ("Cc", "Cs") and teken not in mag for teken in tekst)


def past_in_json(getal: Decimal) -> bool:
    """Of een getal in JSON precies blijft wat het is."""
    return len(getal.normalize().as_tuple().digits) <= MEESTE_CIJFERS and (
        not getal or -10 <= getal.adjusted() < MEESTE_CIJFERS
    )


def lees_dag(tekst: str) -> date | None:
    """`2026-11-24`, `24-11-2026`, `24/11/2026` of het begin van een ISO-moment als dag; None als het geen dag is."""
    tekst = tekst.strip()
    if m := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(T[\d:.,]{4,}(Z|[+-]\d{2}:?\d{2})?)?", tekst, re.ASCII):
        jaar, maand, dag = m[1], m[2], m[3]
    elif m := re.fullmatch(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4})", tekst, re.ASCII):
        dag, maand, jaar = m[1], m[2], m[3]
    else:
        return None
    try:
        return date(int(jaar), int(maand), int(dag))
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class Veld:
    """Eén onderdeel van een formulier, zoals de definitie het beschrijft."""

    typen: ClassVar[tuple[str, ...]] = ()
    soort: ClassVar[str] = ""  # welk sjabloon het toont
    invoer: ClassVar[bool] = True  # of er een antwoord bij hoort
    groep: ClassVar[bool] = False  # een groep van invoervelden: een fieldset met legend
    inputmode: ClassVar[str] = ""
    leeg: ClassVar[Any] = ""

    key: str
    label: str = ""
    uitleg: str = ""
    verplicht: bool = False
    melding: str = ""  # customMessage: onze tekst vervangen door die van de opsteller
    meldingen: Mapping[str, str] = field(default_factory=dict)  # errors: hetzelfde, per regel
    autocomplete: str = ""
    verborgen: bool = False  # niet op de pagina; de waarde komt uit de voorinvulling of de beginwaarde
    alleen_lezen: bool = False  # wel op de pagina, niet te wijzigen
    voorwaarde: Voorwaarde | None = None  # wanneer het onderdeel er is
    regel: Any = None  # validate.json: JSON Logic over alle antwoorden
    begin: Any = None  # de beginwaarde uit de definitie, of None

    @classmethod
    def uit_definitie(cls, bron: Bron) -> Self:
        """Lees het onderdeel; fouten komen in `bron`."""
        velden = cls.lees_velden(bron)
        veld = cls(**velden)
        beginwaarde = bron.json.get("defaultValue")
        if beginwaarde in (None, "", [], {}) or beginwaarde == veld.leeg_antwoord():
            return veld
        try:
            waarde = veld.uit_json(beginwaarde)
        except InvoerFout as fout:
            bron.fout("defaultValue", "invalid", f"Deze beginwaarde past niet bij het veld: {fout.tekst}")
            return veld
        return cls(**{**velden, "begin": waarde})

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        """Wat elk onderdeel heeft; een soort voegt het zijne toe."""
        autocomplete = bron.tekst("autocomplete", 40)
        return {
            "key": bron.tekst("key", 100, verplicht=True),
            "label": bron.tekst("label", LANGSTE_LABEL, verplicht=cls.invoer),
            "uitleg": platte_tekst(bron.tekst("description", LANGSTE_UITLEG) or bron.tekst("tooltip", LANGSTE_UITLEG)),
            "verplicht": bron.waar("validate.required"),
            "melding": bron.tekst("validate.customMessage", LANGSTE_LABEL),
            "meldingen": bron.meldingen(),
            "verborgen": bron.waar("hidden"),
            "alleen_lezen": bron.waar("disabled"),
            "voorwaarde": bron.voorwaarde(),
            "regel": bron.logica("validate.json"),
            "autocomplete": autocomplete if autocomplete in AUTOCOMPLETE else "",
        }

    @property
    def vast(self) -> bool:
        """Of de browser het antwoord niet kan geven: het blijft wat de server al had."""
        return self.verborgen or self.alleen_lezen

    # --- antwoorden ---------------------------------------------------------------------------------------------------
    def leeg_antwoord(self) -> Any:
        """Het antwoord van wie niets invult."""
        return self.leeg

    def lees_post(self, data: QueryDict | Mapping[str, Any], naam: str) -> Any:
        """Het antwoord uit alles wat de browser stuurde; `naam` is de naam van het veld op de pagina."""
        return self.uit_post(ruwe_waarden(data, naam))

    def uit_post(self, ruw: Sequence[str]) -> Any:
        """Het antwoord uit wat de browser onder één naam stuurde; `InvoerFout` als het niet klopt."""
        raise NotImplementedError

    def uit_json(self, waarde: Any) -> Any:
        """Het antwoord uit JSON, met het juiste type; `InvoerFout` als het niet klopt."""
        raise NotImplementedError

    def uit_voorinvulling(self, waarde: Any) -> Any:
        """Zo veel mogelijk van een voorinvulling of concept, ook als het nog niet klopt; anders `GeenWaarde`."""
        try:
            return self.uit_json(waarde)
        except InvoerFout as fout:
            raise GeenWaarde from fout

    def controleer(self, waarde: Any) -> Any:
        """Het antwoord zelf, als het aan de regels voldoet."""
        if self.verplicht and waarde == self.leeg_antwoord():
            raise InvoerFout(self.tekst_leeg(), waarde, "required")
        return waarde

    def tekst_bij(self, fout: InvoerFout) -> str:
        """De tekst bij een fout: die van de opsteller als hij er een gaf, anders de onze."""
        return self.meldingen.get(fout.code) or self.melding or fout.tekst

    def toets_regel(self, waarden: Mapping[str, Any]) -> str:
        """Wat er volgens `validate.json` mis is, of ""."""
        if self.regel is None:
            return ""
        uitkomst = reken(self.regel, waarden)
        if uitkomst is True or uitkomst is None:
            return ""
        eigen = uitkomst[:LANGSTE_LABEL] if isinstance(uitkomst, str) else ""
        return (
            self.meldingen.get("json") or self.melding or eigen or _("Dit antwoord past niet bij de andere antwoorden.")
        )

    def tekst_leeg(self) -> str:
        """Wat iemand moet doen die niets invulde."""
        return _("Vul dit in.")

    # --- tonen --------------------------------------------------------------------------------------------------------
    def in_invoer(self, waarde: Any) -> str:
        """Het antwoord zoals het in het invoerveld staat."""
        return str(waarde)

    def in_woorden(self, waarde: Any) -> str:
        """Het antwoord zoals iemand het leest; "" als het leeg is."""
        return str(waarde)

    def schema(self) -> dict[str, Any]:
        """Het JSON-schema van het antwoord."""
        raise NotImplementedError


def platte_tekst(tekst: str) -> str:
    """Tekst zonder html, want Form.io laat html toe in een uitleg."""
    if "<" not in tekst and "&" not in tekst:
        return tekst.strip()
    return html_tekst.unescape(nh3.clean(tekst, tags=set(), attributes={})).strip()
