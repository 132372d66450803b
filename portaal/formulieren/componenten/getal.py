"""Getallen en bedragen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portaal.formulieren.componenten.basis import Bron, GeenWaarde, InvoerFout, Veld, past_in_json


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
                raise InvoerFout(_("Vul een heel getal in, zonder komma."), waarde, "integer")
            raise InvoerFout(
                _("Vul hooguit {n} cijfers achter de komma in.").format(n=self.decimalen), waarde, "decimalLimit"
            )
        if self.laagst is not None and getal < self.laagst:
            raise InvoerFout(
                _("Vul {min} of meer in.").format(min=getal_in_woorden(self.laagst, groepen=True)), waarde, "min"
            )
        if self.hoogst is not None and getal > self.hoogst:
            raise InvoerFout(
                _("Vul {max} of minder in.").format(max=getal_in_woorden(self.hoogst, groepen=True)), waarde, "max"
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
class Bedrag(Getal):
    """Een bedrag in euro, met hooguit twee cijfers achter de komma."""

    typen = ("currency",)
    soort = "bedrag"

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        if (munt := bron.json.get("currency")) not in (None, "", "EUR"):
            bron.fout("currency", "unsupported", f"De portaal kent alleen bedragen in EUR, niet in {str(munt)[:10]}.")
        velden["decimalen"] = min(velden["decimalen"] if velden["decimalen"] is not None else 2, 2)
        return velden

    def tekst_leeg(self) -> str:
        return _("Vul een bedrag in.")

    def in_invoer(self, waarde: Any) -> str:
        tekst = getal_in_woorden(waarde, groepen=False)
        return f"{tekst}0" if re.fullmatch(r"-?\d+,\d", tekst) else tekst

    def in_woorden(self, waarde: Any) -> str:
        if isinstance(waarde, bool) or not isinstance(waarde, int | float):
            return getal_in_woorden(waarde, groepen=True)
        tekst = f"{Decimal(str(waarde)):,.2f}".translate(str.maketrans(",.", ".,"))
        return f"€\u00a0{tekst}"
