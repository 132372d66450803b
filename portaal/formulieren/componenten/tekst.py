"""Tekst, en wat een vaste vorm heeft: e-mailadres, telefoonnummer, bsn, IBAN, postcode, kenteken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from portaal.betrokkenen.nummers import elfproef
from portaal.formulieren.componenten.basis import (
    LANGSTE_REGEL,
    LANGSTE_TEKST,
    Bron,
    GeenWaarde,
    InvoerFout,
    Veld,
    vreemde_tekens,
)
from portaal.formulieren.patroon import Patroon, PatroonFout


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
                "maxLength",
            )
        if self.minstens and len(waarde) < self.minstens:
            raise InvoerFout(
                _("Maak dit langer: minstens {min} tekens.").format(min=self.minstens), waarde, "minLength"
            )
        self.controleer_vorm(waarde)
        if self.patroon and not self.patroon.past(waarde):
            raise InvoerFout(_("Dit heeft niet de goede vorm. Kijk het na."), waarde, "pattern")
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


@dataclass(frozen=True, kw_only=True)
class Vormtekst(Tekst):
    """Tekst met een vaste vorm. Het antwoord staat altijd in dezelfde schrijfwijze, hoe iemand het ook typt."""

    langst = 50
    patroon_schema: ClassVar[str] = ""

    def maak_netjes(self, tekst: str) -> str:
        kaal = re.sub(r"[\s.\-\u00a0]", "", tekst).upper()
        return self.schrijf(kaal) if self.klopt(kaal) else tekst.strip()

    def controleer_vorm(self, tekst: str) -> None:
        if not self.klopt(re.sub(r"[\s.\-\u00a0]", "", tekst).upper()):
            raise InvoerFout(self.voorbeeld(), tekst)

    def klopt(self, kaal: str) -> bool:
        """Of de tekst, zonder scheidingstekens en in hoofdletters, de vorm heeft."""
        raise NotImplementedError

    def schrijf(self, kaal: str) -> str:
        """De schrijfwijze in het antwoord."""
        return kaal

    def voorbeeld(self) -> str:
        """Wat iemand moet invullen, met een voorbeeld."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "pattern": self.patroon_schema}
        return schema if self.verplicht else {"anyOf": [{"const": ""}, schema]}


@dataclass(frozen=True, kw_only=True)
class Bsn(Vormtekst):
    """Een burgerservicenummer: negen cijfers die de elfproef doorstaan."""

    typen = ("bsn",)
    inputmode = "numeric"
    patroon_schema = "^[0-9]{9}$"

    def klopt(self, kaal: str) -> bool:
        return bool(re.fullmatch(r"\d{9}", kaal, re.ASCII)) and elfproef(kaal)

    def voorbeeld(self) -> str:
        return _("Vul een burgerservicenummer van 9 cijfers in. Het staat op uw paspoort of identiteitskaart.")


@dataclass(frozen=True, kw_only=True)
class Iban(Vormtekst):
    """Een rekeningnummer (ISO 13616), met zijn controlegetal."""

    typen = ("iban",)
    patroon_schema = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"

    def klopt(self, kaal: str) -> bool:
        if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", kaal, re.ASCII) or (kaal[:2] == "NL" and len(kaal) != 18):
            return False
        return int("".join(str(int(teken, 36)) for teken in kaal[4:] + kaal[:4])) % 97 == 1

    def voorbeeld(self) -> str:
        return _("Vul een rekeningnummer (IBAN) in, zoals NL91 ABNA 0417 1643 00.")

    def in_woorden(self, waarde: Any) -> str:
        return " ".join(re.findall(".{1,4}", str(waarde)))


@dataclass(frozen=True, kw_only=True)
class Postcode(Vormtekst):
    """Een Nederlandse postcode, geschreven als 1234 AB."""

    typen = ("postcode",)
    patroon_schema = "^[1-9][0-9]{3} [A-Z]{2}$"

    def klopt(self, kaal: str) -> bool:
        return bool(re.fullmatch(r"[1-9]\d{3}[A-Z]{2}", kaal, re.ASCII)) and kaal[4:] not in ("SA", "SD", "SS")

    def schrijf(self, kaal: str) -> str:
        return f"{kaal[:4]} {kaal[4:]}"

    def voorbeeld(self) -> str:
        return _("Vul een postcode in, zoals 1234 AB.")


# De sidecodes van de RDW: hoe letters (X) en cijfers (9) in een Nederlands kenteken staan.
SIDECODES = (
    "XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9", "9-XXX-99", "XX-999-X",
    "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Kenteken(Vormtekst):
    """Een Nederlands kenteken, geschreven met streepjes."""

    typen = ("licenseplate",)
    patroon_schema = "^[A-Z0-9]{1,3}-[A-Z0-9]{1,3}-[A-Z0-9]{1,3}$"

    def klopt(self, kaal: str) -> bool:
        return self.schrijf(kaal) != kaal

    def schrijf(self, kaal: str) -> str:
        if kaal.isascii() and kaal.isalnum():
            vorm = re.sub("[A-Z]", "X", re.sub("[0-9]", "9", kaal))
            for sidecode in SIDECODES:
                if vorm == sidecode.replace("-", ""):
                    eerste, tweede = sidecode.index("-"), sidecode.rindex("-") - 1
                    return f"{kaal[:eerste]}-{kaal[eerste:tweede]}-{kaal[tweede:]}"
        return kaal

    def voorbeeld(self) -> str:
        return _("Vul een Nederlands kenteken in, zoals AB-12-CD.")
