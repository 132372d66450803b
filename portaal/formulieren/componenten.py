"""De onderdelen van een formulier: per soort wat een definitie mag zeggen, en hoe een antwoord wordt gelezen.

De vorm is die van Form.io, en zo ook de types van de antwoorden: tekst, getal, waar/onwaar, een datum als
"2026-11-24", vinkjes als {waarde: waar/onwaar}. Leeg is "" (tekst, keuze, datum), null (getal) of false (vinkje).

Een nieuwe soort erbij: een klasse met `typen`, `uit_definitie`, `uit_post`, `uit_json`, `controleer` en `schema`, in
`SOORTEN`.
"""

import html as html_tekst
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import formats
from django.utils.translation import gettext as _

from portaal.formulieren.patroon import Patroon, PatroonFout

LANGSTE_REGEL = 1000
LANGSTE_TEKST = 10_000
LANGSTE_LABEL = 500
LANGSTE_UITLEG = 5000
MEESTE_OPTIES = 500
MEESTE_CIJFERS = 15  # zoveel houdt een getal in JSON (een double) precies vast

SLEUTEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
BEZET = frozenset({"csrfmiddlewaretoken"})
# Wat het gedrag van een onderdeel verandert en de portaal (nog) niet doet: liever geweigerd dan stil genegeerd.
ONBEKEND_GEDRAG = (
    "multiple",
    "hidden",
    "disabled",
    "customConditional",
    "calculateValue",
    "customDefaultValue",
    "logic",
)
AUTOCOMPLETE = frozenset(
    {
        *("name", "given-name", "additional-name", "family-name", "bday", "email", "tel", "iban", "organization"),
        *("street-address", "address-line1", "address-line2", "address-level2", "postal-code", "country-name"),
    }
)


class InvoerFout(ValueError):
    """Dit antwoord klopt niet. De tekst is voor de persoon; `waarde` is wat er stond."""

    def __init__(self, tekst: str, waarde: Any) -> None:
        super().__init__(tekst)
        self.tekst, self.waarde = tekst, waarde


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


def lees_getal(tekst: str) -> Decimal | None:
    """`1.234,56`, `1234,56` of `12.50` als getal; None als het er geen is.

    Een punt scheidt duizendtallen, zoals in het Nederlands. Alleen een punt die dat niet kan doen (één of twee cijfers
    erachter) is een komma.
    """
    kaal = re.sub(r"[\s\u00a0\u202f€]", "", tekst).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", kaal, re.ASCII):
        kaal = kaal.replace(".", "")
    elif not re.fullmatch(r"-?\d+(,\d+|\.\d{1,2})?", kaal, re.ASCII):
        return None
    return Decimal(kaal.replace(",", "."))


def naar_json_getal(getal: Decimal) -> int | float:
    """Een getal zoals JSON het heeft: geheel als het geheel is."""
    return int(getal) if getal == getal.to_integral_value() else float(getal)


def getal_in_woorden(waarde: Any, *, groepen: bool) -> str:
    """Een getal met een komma; met `groepen` ook een punt tussen duizendtallen. Tekst blijft zoals zij is."""
    if isinstance(waarde, bool) or not isinstance(waarde, int | float | Decimal):
        return "" if waarde is None else str(waarde)
    tekst = f"{Decimal(str(waarde)):f}"
    geheel, punt, deel = tekst.partition(".")
    if groepen:
        geheel = f"{int(geheel):,}".replace(",", ".") if geheel != "-0" else geheel
    return f"{geheel},{deel}" if punt else geheel


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
    autocomplete: str = ""
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
            "autocomplete": autocomplete if autocomplete in AUTOCOMPLETE else "",
        }

    # --- antwoorden ---------------------------------------------------------------------------------------------------
    def leeg_antwoord(self) -> Any:
        """Het antwoord van wie niets invult."""
        return self.leeg

    def uit_post(self, ruw: Sequence[str]) -> Any:
        """Het antwoord uit een formulier van de browser; `InvoerFout` als het niet klopt."""
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
            raise InvoerFout(self.tekst_leeg(), waarde)
        return waarde

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


# --- Tekst ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Tekst(Veld):
    """Eén regel tekst."""

    typen: ClassVar[tuple[str, ...]] = ("textfield", "text")
    soort = "tekst"
    langst: ClassVar[int] = LANGSTE_REGEL
    regels: ClassVar[bool] = False
    html_type: ClassVar[str] = "text"

    minstens: int | None = None
    hoogstens: int | None = None
    patroon: Patroon | None = field(default=None, compare=False)

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        velden["minstens"] = bron.aantal("validate.minLength", LANGSTE_TEKST)
        velden["hoogstens"] = bron.aantal("validate.maxLength", LANGSTE_TEKST)
        if velden["minstens"] and velden["hoogstens"] is not None and velden["minstens"] > velden["hoogstens"]:
            bron.fout("validate.minLength", "invalid", "minLength is groter dan maxLength: geen enkel antwoord past.")
        if bron_patroon := bron.tekst("validate.pattern", LANGSTE_TEKST):
            try:
                velden["patroon"] = Patroon(bron_patroon)
            except PatroonFout as fout:
                bron.fout("validate.pattern", "invalid_pattern", str(fout))
        return velden

    @property
    def grens(self) -> int:
        """Hoeveel tekens er hooguit in passen."""
        ruimte = LANGSTE_REGEL if self.patroon else self.langst
        return min(self.hoogstens, LANGSTE_REGEL if self.patroon else LANGSTE_TEKST) if self.hoogstens else ruimte

    def uit_post(self, ruw: Sequence[str]) -> Any:
        return self.uit_json(ruw[-1] if ruw else "")

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None:
            waarde = ""
        if not isinstance(waarde, str):
            raise InvoerFout(_("Dit moet tekst zijn."), "")
        return self.controleer(self.maak_netjes(waarde))

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if isinstance(waarde, int | float) and not isinstance(waarde, bool):
            waarde = str(waarde)
        if not isinstance(waarde, str):
            raise GeenWaarde
        return self.maak_netjes(waarde)

    def maak_netjes(self, tekst: str) -> str:
        """Alleen regeleinden worden gelijk: een browser stuurt er twee tekens voor."""
        return tekst.replace("\r\n", "\n").replace("\r", "\n")

    def controleer(self, waarde: Any) -> Any:
        if not waarde.strip():
            return super().controleer("")
        if vreemde_tekens(waarde, "\n\t" if self.regels else "\t"):
            raise InvoerFout(_("Hier staat een teken dat niet kan. Typ de tekst opnieuw."), waarde)
        if len(waarde) > self.grens:
            raise InvoerFout(
                _("Maak dit korter: hooguit {max} tekens. U heeft er nu {nu}.").format(max=self.grens, nu=len(waarde)),
                waarde,
            )
        if self.minstens and len(waarde) < self.minstens:
            raise InvoerFout(_("Maak dit langer: minstens {min} tekens.").format(min=self.minstens), waarde)
        self.controleer_vorm(waarde)
        if self.patroon and not self.patroon.past(waarde):
            raise InvoerFout(_("Dit heeft niet de goede vorm. Kijk het na."), waarde)
        return waarde

    def controleer_vorm(self, tekst: str) -> None:
        """Of de tekst de vorm heeft die bij de soort hoort."""

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.grens}
        if self.minstens or self.verplicht:
            schema["minLength"] = max(self.minstens or 0, 1)
        if self.patroon:
            schema["pattern"] = f"^(?:{self.patroon.bron})$"
        if self.verplicht:
            return schema
        return {"anyOf": [{"const": ""}, schema]} if len(schema) > 2 else schema


@dataclass(frozen=True, kw_only=True)
class LangeTekst(Tekst):
    """Tekst van meer regels."""

    typen = ("textarea",)
    soort = "langetekst"
    langst = LANGSTE_TEKST
    regels = True


@dataclass(frozen=True, kw_only=True)
class Email(Tekst):
    """Een e-mailadres."""

    typen = ("email",)
    html_type = "email"
    inputmode = "email"
    langst = 254

    def maak_netjes(self, tekst: str) -> str:
        return tekst.strip()

    def controleer_vorm(self, tekst: str) -> None:
        try:
            EmailValidator()(tekst)
        except ValidationError:
            raise InvoerFout(_("Vul een e-mailadres in, zoals naam@voorbeeld.nl."), tekst) from None

    def schema(self) -> dict[str, Any]:
        schema = super().schema()
        kern = schema.get("anyOf", [None, schema])[1]
        kern["format"] = "email"
        return schema if self.verplicht or "anyOf" in schema else {"anyOf": [{"const": ""}, kern]}


@dataclass(frozen=True, kw_only=True)
class Telefoon(Tekst):
    """Een telefoonnummer, zoals iemand het schrijft."""

    typen = ("phoneNumber", "phone")
    html_type = "tel"
    inputmode = "tel"
    langst = 30

    def maak_netjes(self, tekst: str) -> str:
        return tekst.strip()

    def controleer_vorm(self, tekst: str) -> None:
        cijfers = re.sub(r"[ ()./\-\u2013\u00a0]", "", tekst.removeprefix("+"))
        if not (cijfers.isascii() and cijfers.isdecimal() and 8 <= len(cijfers) <= 15):
            raise InvoerFout(_("Vul een telefoonnummer in, zoals 06 12345678."), tekst)


# --- Getal en datum -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Getal(Veld):
    """Een getal, met een komma geschreven."""

    typen = ("number",)
    soort = "getal"
    inputmode = "decimal"
    leeg = None

    laagst: Decimal | None = None
    hoogst: Decimal | None = None
    decimalen: int | None = None

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        velden["laagst"], velden["hoogst"] = bron.getal("validate.min"), bron.getal("validate.max")
        velden["decimalen"] = 0 if bron.waar("validate.integer") else bron.aantal("decimalLimit", 10)
        if None not in (velden["laagst"], velden["hoogst"]) and velden["laagst"] > velden["hoogst"]:
            bron.fout("validate.min", "invalid", "min is groter dan max: geen enkel antwoord past.")
        return velden

    def uit_post(self, ruw: Sequence[str]) -> Any:
        tekst = ruw[-1] if ruw else ""
        if not tekst.strip():
            return self.controleer(None)
        getal = lees_getal(tekst) if len(tekst) <= 50 else None
        if getal is None:
            raise InvoerFout(_("Vul een getal in, met een komma voor de decimalen: 1.234,56."), tekst)
        if not past_in_json(getal):
            raise InvoerFout(_("Dit getal heeft te veel cijfers."), tekst)
        return self.controleer(naar_json_getal(getal))

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            return self.controleer(None)
        if isinstance(waarde, bool) or not isinstance(waarde, int | float):
            raise InvoerFout(_("Dit moet een getal zijn."), None)
        getal = Decimal(str(waarde))
        if not getal.is_finite() or not past_in_json(getal):
            raise InvoerFout(_("Dit getal heeft te veel cijfers."), None)
        return self.controleer(naar_json_getal(getal))

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if isinstance(waarde, str):
            getal = lees_getal(waarde) if len(waarde) <= 50 else None
            return naar_json_getal(getal) if getal is not None and past_in_json(getal) else waarde
        if isinstance(waarde, int | float) and not isinstance(waarde, bool):
            getal = Decimal(str(waarde))
            if getal.is_finite() and past_in_json(getal):
                return naar_json_getal(getal)
        raise GeenWaarde

    def controleer(self, waarde: Any) -> Any:
        if waarde is None:
            return super().controleer(waarde)
        getal = Decimal(str(waarde))
        exponent = getal.normalize().as_tuple().exponent
        if self.decimalen is not None and isinstance(exponent, int) and -exponent > self.decimalen:
            if self.decimalen == 0:
                raise InvoerFout(_("Vul een heel getal in, zonder komma."), waarde)
            raise InvoerFout(_("Vul hooguit {n} cijfers achter de komma in.").format(n=self.decimalen), waarde)
        if self.laagst is not None and getal < self.laagst:
            raise InvoerFout(_("Vul {min} of meer in.").format(min=getal_in_woorden(self.laagst, groepen=True)), waarde)
        if self.hoogst is not None and getal > self.hoogst:
            raise InvoerFout(
                _("Vul {max} of minder in.").format(max=getal_in_woorden(self.hoogst, groepen=True)), waarde
            )
        return waarde

    def tekst_leeg(self) -> str:
        return _("Vul een getal in.")

    def in_invoer(self, waarde: Any) -> str:
        return getal_in_woorden(waarde, groepen=False)

    def in_woorden(self, waarde: Any) -> str:
        return getal_in_woorden(waarde, groepen=True)

    def schema(self) -> dict[str, Any]:
        basis = "integer" if self.decimalen == 0 else "number"
        schema: dict[str, Any] = {"type": basis if self.verplicht else [basis, "null"]}
        if self.laagst is not None:
            schema["minimum"] = naar_json_getal(self.laagst)
        if self.hoogst is not None:
            schema["maximum"] = naar_json_getal(self.hoogst)
        return schema


@dataclass(frozen=True, kw_only=True)
class Datum(Veld):
    """Een dag."""

    typen = ("date",)
    soort = "datum"

    eerste: date | None = None
    laatste: date | None = None

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        velden["eerste"] = bron.dag("validate.minDate", "datePicker.minDate", "validate.min")
        velden["laatste"] = bron.dag("validate.maxDate", "datePicker.maxDate", "validate.max")
        if velden["eerste"] and velden["laatste"] and velden["eerste"] > velden["laatste"]:
            bron.fout("validate.minDate", "invalid", "minDate ligt na maxDate: geen enkele dag past.")
        if bron.waar("enableTime"):
            bron.fout("enableTime", "unsupported", "Een datum met een tijd kan de portaal niet tonen.")
        return velden

    def uit_post(self, ruw: Sequence[str]) -> Any:
        return self.uit_json(ruw[-1] if ruw else "")

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None:
            waarde = ""
        if not isinstance(waarde, str):
            raise InvoerFout(_("Dit moet een datum zijn."), "")
        if not waarde.strip():
            return self.controleer("")
        dag = lees_dag(waarde) if len(waarde) <= 50 else None
        if dag is None:
            raise InvoerFout(_("Vul een datum in die bestaat, zoals 24-11-2026."), waarde)
        return self.controleer(dag.isoformat())

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, str):
            raise GeenWaarde
        dag = lees_dag(waarde) if len(waarde) <= 50 else None
        return dag.isoformat() if dag else waarde

    def controleer(self, waarde: Any) -> Any:
        if not waarde:
            return super().controleer(waarde)
        dag = date.fromisoformat(waarde)
        if self.eerste and dag < self.eerste:
            raise InvoerFout(_("Kies {dag} of later.").format(dag=formats.date_format(self.eerste)), waarde)
        if self.laatste and dag > self.laatste:
            raise InvoerFout(_("Kies {dag} of eerder.").format(dag=formats.date_format(self.laatste)), waarde)
        return waarde

    def tekst_leeg(self) -> str:
        return _("Vul een datum in.")

    def in_woorden(self, waarde: Any) -> str:
        dag = lees_dag(str(waarde))
        return formats.date_format(dag) if dag else str(waarde)

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "format": "date"}
        return schema if self.verplicht else {"anyOf": [{"const": ""}, schema]}


# --- Kiezen -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Optie:
    """Iets om te kiezen: de waarde zoals de definitie haar heeft, en wat er staat."""

    waarde: str | int | bool
    label: str
    uitleg: str = ""

    @property
    def tekst(self) -> str:
        """De waarde in een formulier van de browser."""
        return str(self.waarde).lower() if isinstance(self.waarde, bool) else str(self.waarde)


def lees_opties(bron: Bron, *, alleen_tekst: bool = False) -> tuple[Optie, ...]:
    """De keuzes van een onderdeel: `values`, of bij een keuzelijst `data.values`."""
    if (herkomst := bron.json.get("dataSrc")) not in (None, "", "values", "manual"):
        bron.fout("dataSrc", "unsupported", f"Keuzes van de soort '{str(herkomst)[:40]}' kan de portaal niet ophalen.")
        return ()
    data = bron.json.get("data")
    naam = "data.values" if isinstance(data, Mapping) and "values" in data and not bron.json.get("values") else "values"
    waarden = bron._haal(naam)
    if not isinstance(waarden, list) or not waarden:
        bron.fout(naam, "required", "Een keuze heeft een lijst values met {label, value} nodig.")
        return ()
    if len(waarden) > MEESTE_OPTIES:
        bron.fout(naam, "max_length", f"Een keuze heeft hooguit {MEESTE_OPTIES} mogelijkheden.")
        return ()
    opties: list[Optie] = []
    for nummer, json in enumerate(waarden):
        plek = f"{naam}.{nummer}"
        if not isinstance(json, Mapping):
            bron.fout(plek, "not_a_dict", "Dit moet een object met label en value zijn.")
            continue
        waarde: Any = json.get("value")
        label = bron_van(bron, json, plek).tekst("label", LANGSTE_LABEL, verplicht=True)
        soorten: tuple[type, ...] = (str,) if alleen_tekst else (str, int)
        if (
            not (isinstance(waarde, str | int) and isinstance(waarde, soorten))
            or waarde == ""
            or len(str(waarde)) > 200
            or vreemde_tekens(str(waarde), "")
        ):
            bron.fout(f"{plek}.value", "invalid", "Een waarde is een niet-lege tekst van hooguit 200 tekens.")
            continue
        optie = Optie(waarde, label, platte_tekst(bron_van(bron, json, plek).tekst("description", LANGSTE_UITLEG)))
        if any(optie.tekst == andere.tekst for andere in opties):
            bron.fout(f"{plek}.value", "duplicate", "Deze waarde staat er al.")
        opties.append(optie)
    return tuple(opties)


def bron_van(bron: Bron, json: Mapping[str, Any], plek: str) -> Bron:
    """Een deel van een onderdeel, met dezelfde lijst van fouten."""
    return Bron(json, f"{bron.pad}.{plek}", bron.fouten)


@dataclass(frozen=True, kw_only=True)
class Keuze(Veld):
    """Eén keuze, als rondjes onder elkaar."""

    typen: ClassVar[tuple[str, ...]] = ("radio", "choice")
    soort = "keuze"
    groep = True
    opties: tuple[Optie, ...] = ()

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        return {**super().lees_velden(bron), "opties": lees_opties(bron)}

    def uit_post(self, ruw: Sequence[str]) -> Any:
        tekst = ruw[-1] if ruw else ""
        if not tekst:
            return self.controleer("")
        for optie in self.opties:
            if optie.tekst == tekst:
                return optie.waarde
        raise InvoerFout(_("Kies een van de mogelijkheden."), "")

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            return self.controleer("")
        for optie in self.opties:
            if optie.waarde == waarde and type(optie.waarde) is type(waarde):
                return optie.waarde
        raise InvoerFout(_("Kies een van de mogelijkheden."), "")

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, str | int):
            raise GeenWaarde
        tekst = Optie(waarde, "").tekst
        for optie in self.opties:
            if optie.tekst == tekst:
                return optie.waarde
        raise GeenWaarde

    def tekst_leeg(self) -> str:
        return _("Kies een van de mogelijkheden.")

    def in_woorden(self, waarde: Any) -> str:
        return next((o.label for o in self.opties if o.waarde == waarde and type(o.waarde) is type(waarde)), "")

    def schema(self) -> dict[str, Any]:
        waarden: list[Any] = [optie.waarde for optie in self.opties]
        return {"enum": waarden if self.verplicht else ["", *waarden]}


@dataclass(frozen=True, kw_only=True)
class Keuzelijst(Keuze):
    """Eén keuze uit een uitklaplijst."""

    typen = ("select",)
    soort = "keuzelijst"
    groep = False


@dataclass(frozen=True, kw_only=True)
class Vinkjes(Veld):
    """Meer keuzes: een vinkje per mogelijkheid."""

    typen = ("selectboxes",)
    soort = "vinkjes"
    groep = True
    opties: tuple[Optie, ...] = ()
    minstens: int | None = None
    hoogstens: int | None = None

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        return {
            **super().lees_velden(bron),
            "opties": lees_opties(bron, alleen_tekst=True),
            "minstens": bron.aantal("validate.minSelectedCount", MEESTE_OPTIES),
            "hoogstens": bron.aantal("validate.maxSelectedCount", MEESTE_OPTIES),
        }

    def leeg_antwoord(self) -> Any:
        return {optie.tekst: False for optie in self.opties}

    def uit_post(self, ruw: Sequence[str]) -> Any:
        gekozen = set(ruw)
        if gekozen - {optie.tekst for optie in self.opties}:
            raise InvoerFout(_("Kies uit de mogelijkheden."), {o.tekst: o.tekst in gekozen for o in self.opties})
        return self.controleer({optie.tekst: optie.tekst in gekozen for optie in self.opties})

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            waarde = {}
        if not isinstance(waarde, Mapping) or not all(isinstance(deel, bool) for deel in waarde.values()):
            raise InvoerFout(_("Dit moet per mogelijkheid waar of onwaar zijn."), self.leeg_antwoord())
        # Form.io zet in een leeg antwoord {"": false}
        return self.uit_post(
            [naam for naam, aan in waarde.items() if aan or (naam and naam not in self.leeg_antwoord())]
        )

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if isinstance(waarde, Mapping):
            waarde = [naam for naam, aan in waarde.items() if aan is True]
        if not isinstance(waarde, list):
            raise GeenWaarde
        return {optie.tekst: optie.tekst in waarde for optie in self.opties}

    def controleer(self, waarde: Any) -> Any:
        waarde = super().controleer(waarde)
        aantal = sum(waarde.values())
        if aantal and self.minstens and aantal < self.minstens:
            raise InvoerFout(_("Kies er minstens {n}.").format(n=self.minstens), waarde)
        if self.hoogstens and aantal > self.hoogstens:
            raise InvoerFout(_("Kies er hooguit {n}.").format(n=self.hoogstens), waarde)
        return waarde

    def tekst_leeg(self) -> str:
        return _("Kies minstens één mogelijkheid.")

    def in_woorden(self, waarde: Any) -> str:
        return ", ".join(optie.label for optie in self.opties if waarde.get(optie.tekst))

    def schema(self) -> dict[str, Any]:
        vakken = {optie.tekst: {"type": "boolean"} for optie in self.opties}
        schema: dict[str, Any] = {"type": "object", "properties": vakken, "additionalProperties": False}
        if self.verplicht:
            aan = [{"required": [naam], "properties": {naam: {"const": True}}} for naam in vakken]
            schema["anyOf"] = aan
        return schema


@dataclass(frozen=True, kw_only=True)
class Vinkje(Veld):
    """Eén vinkje. Verplicht wil zeggen: het moet aan staan."""

    typen = ("checkbox",)
    soort = "vinkje"
    leeg = False

    def uit_post(self, ruw: Sequence[str]) -> Any:
        return self.controleer(bool(ruw) and ruw[-1].lower() in ("on", "true", "1", "ja"))

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            waarde = False
        if not isinstance(waarde, bool):
            raise InvoerFout(_("Dit moet waar of onwaar zijn."), False)
        return self.controleer(waarde)

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, bool):
            raise GeenWaarde
        return waarde

    def tekst_leeg(self) -> str:
        return _("Zet hier een vinkje als u verder wilt.")

    def in_woorden(self, waarde: Any) -> str:
        return _("Ja") if waarde else _("Nee")

    def schema(self) -> dict[str, Any]:
        return {"const": True} if self.verplicht else {"type": "boolean"}


# --- Zonder antwoord ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Uitleg(Veld):
    """Tekst tussen de vragen. Van de html blijven alleen alinea's, lijsten, nadruk en links naar http(s) over."""

    typen = ("content", "htmlelement")
    soort = "uitleg"
    invoer = False
    html: str = ""

    @classmethod
    def uit_definitie(cls, bron: Bron) -> Self:
        naam = "content" if bron.json.get("type") == "htmlelement" else "html"
        bron_tekst = bron.tekst(naam, LANGSTE_TEKST) or bron.tekst("html", LANGSTE_TEKST)
        label = bron.tekst("label", LANGSTE_LABEL)
        if not bron_tekst and not label:
            bron.fout(naam, "required", "Een uitleg heeft tekst nodig.")
        return cls(
            key=bron.tekst("key", 100, verplicht=True), html=veilige_html(bron_tekst or html_tekst.escape(label))
        )


def veilige_html(bron: str) -> str:
    """Alleen alinea's, lijsten, nadruk en links naar http(s), met achter elke link de website waar hij heen gaat."""
    schoon = nh3.clean(
        bron,
        tags={"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "a"},
        attributes={"a": {"href"}},
        attribute_filter=lambda _e, _a, waarde: waarde if waarde.lower().startswith(("http://", "https://")) else None,
        url_schemes={"http", "https"},
        link_rel=None,
    )
    if "<p>" not in schoon and schoon.strip():
        schoon = f"<p>{schoon}</p>" if not re.search(r"<[uo]l>", schoon) else schoon

    def met_host(m: re.Match[str]) -> str:
        host = urlsplit(html_tekst.unescape(m[1])).hostname or ""
        tekst = html_tekst.unescape(re.sub(r"<[^>]*>", "", m[2]))
        achter = "" if not host or host in re.split(r"[\s/]+", tekst) else f" ({html_tekst.escape(host)})"
        return f'<a class="nl-link" href="{m[1]}">{m[2]}</a>{achter}'

    return re.sub(r'<a href="([^"]*)">(.*?)</a>', met_host, schoon, flags=re.S)


@dataclass(frozen=True, kw_only=True)
class Groep(Veld):
    """Vragen die bij elkaar horen, onder een kop. Eén laag diep; de antwoorden staan gewoon naast de andere."""

    typen = ("fieldset",)
    soort = "groep"
    invoer = False
    groep = True
    velden: tuple[Veld, ...] = ()


SOORTEN: dict[str, type[Veld]] = {
    naam: soort
    for soort in (Tekst, LangeTekst, Email, Telefoon, Getal, Datum, Keuze, Keuzelijst, Vinkjes, Vinkje, Uitleg, Groep)
    for naam in soort.typen
}
