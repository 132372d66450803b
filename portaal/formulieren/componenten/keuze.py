"""Kiezen: één uit meer, meer uit meer, of één vinkje."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from portaal.formulieren.componenten.basis import (
    LANGSTE_LABEL,
    LANGSTE_UITLEG,
    MEESTE_OPTIES,
    Bron,
    GeenWaarde,
    InvoerFout,
    Veld,
    bron_van,
    platte_tekst,
    vreemde_tekens,
)


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
            raise InvoerFout(_("Kies er minstens {n}.").format(n=self.minstens), waarde, "minSelectedCount")
        if self.hoogstens and aantal > self.hoogstens:
            raise InvoerFout(_("Kies er hooguit {n}.").format(n=self.hoogstens), waarde, "maxSelectedCount")
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
