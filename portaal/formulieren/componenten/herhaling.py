"""Dezelfde vragen meer keren: een rij per gezinslid, auto, werkgever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from portaal.formulieren.componenten.basis import Bron, GeenWaarde, InvoerFout, Veld, ruwe_waarden
from portaal.formulieren.componenten.opmaak import Groep

MEESTE_RIJEN = 50


@dataclass(frozen=True, kw_only=True)
class Herhaling(Veld):
    """Een lijst van rijen, elk met dezelfde vragen. Het antwoord is een lijst van objecten, zoals bij Form.io."""

    typen = ("editgrid", "datagrid")
    soort = "herhaling"
    groep = True

    velden: tuple[Veld, ...] = ()
    minstens: int | None = None
    hoogstens: int = MEESTE_RIJEN
    knop: str = ""

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        velden["minstens"] = bron.aantal("validate.minLength", MEESTE_RIJEN)
        hoogstens = bron.aantal("validate.maxLength", MEESTE_RIJEN)
        velden["hoogstens"] = MEESTE_RIJEN if hoogstens is None else hoogstens
        if velden["minstens"] and velden["minstens"] > velden["hoogstens"]:
            bron.fout("validate.minLength", "invalid", "minLength is groter dan maxLength: geen enkel antwoord past.")
        velden["knop"] = bron.tekst("addAnother", 100)
        return velden

    @property
    def vragen(self) -> list[Veld]:
        """De invoervelden van één rij, ook die in een groep."""
        return [veld for veld in plat(self.velden) if veld.invoer]

    def leeg_antwoord(self) -> Any:
        return []

    def lege_rij(self) -> dict[str, Any]:
        """Een rij waarin niets is ingevuld."""
        return {veld.key: veld.leeg_antwoord() if veld.begin is None else veld.begin for veld in self.vragen}

    def lees_post(self, data: QueryDict | Mapping[str, Any], naam: str) -> Any:
        aantal = (*ruwe_waarden(data, f"{naam}.aantal"), "")[0]
        rijen: list[dict[str, Any]] = []
        fouten: dict[str, str] = {}
        for nummer in range(min(int(aantal), MEESTE_RIJEN) if aantal.isascii() and aantal.isdecimal() else 0):
            rij, mis = {}, {}
            for veld in self.vragen:
                try:
                    rij[veld.key] = veld.lees_post(data, f"{naam}.{nummer}.{veld.key}")
                except InvoerFout as fout:
                    rij[veld.key], mis[f"{len(rijen)}.{veld.key}"] = fout.waarde, veld.tekst_bij(fout)
            if rij == {veld.key: veld.leeg_antwoord() for veld in self.vragen}:
                continue  # een rij waar niets in staat, telt niet
            rijen.append(rij)
            fouten |= mis
        return self._uitkomst(rijen, fouten)

    def uit_post(self, ruw: Sequence[str]) -> Any:
        raise NotImplementedError  # lees_post kijkt naar meer dan één naam

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            waarde = []
        if not isinstance(waarde, list) or not all(isinstance(rij, Mapping) for rij in waarde):
            raise InvoerFout(_("Dit moet een lijst van objecten zijn."), [])
        if len(waarde) > MEESTE_RIJEN:
            raise InvoerFout(self._te_veel(MEESTE_RIJEN), [])
        rijen, fouten = [], {}
        for nummer, ruw in enumerate(waarde):
            rij = {}
            for veld in self.vragen:
                try:
                    rij[veld.key] = veld.uit_json(ruw.get(veld.key))
                except InvoerFout as fout:
                    rij[veld.key], fouten[f"{nummer}.{veld.key}"] = fout.waarde, veld.tekst_bij(fout)
            for sleutel in ruw:
                if sleutel not in rij:
                    fouten[f"{nummer}.{sleutel}"] = _("Dit veld bestaat niet.")
            rijen.append(rij)
        return self._uitkomst(rijen, fouten)

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, list):
            raise GeenWaarde
        rijen = []
        for ruw in waarde[:MEESTE_RIJEN]:
            rij = {veld.key: veld.leeg_antwoord() for veld in self.vragen}
            for veld in self.vragen:
                if isinstance(ruw, Mapping) and veld.key in ruw:
                    try:
                        rij[veld.key] = veld.uit_voorinvulling(ruw[veld.key])
                    except GeenWaarde:
                        continue
            rijen.append(rij)
        return rijen

    def _uitkomst(self, rijen: list[dict[str, Any]], fouten: dict[str, str]) -> list[dict[str, Any]]:
        if fouten:
            raise InvoerFout(_("Verbeter de antwoorden hieronder."), rijen, delen=fouten)
        return self.controleer(rijen)  # type: ignore[no-any-return]

    def controleer(self, waarde: Any) -> Any:
        waarde = super().controleer(waarde)
        if waarde and self.minstens and len(waarde) < self.minstens:
            raise InvoerFout(_("Vul er minstens {n} in.").format(n=self.minstens), waarde, "minLength")
        if len(waarde) > self.hoogstens:
            raise InvoerFout(self._te_veel(self.hoogstens), waarde, "maxLength")
        return waarde

    @staticmethod
    def _te_veel(hoogstens: int) -> str:
        return _("Vul er hooguit {n} in.").format(n=hoogstens)

    def tekst_leeg(self) -> str:
        return _("Vul er minstens één in.")

    def in_woorden(self, waarde: Any) -> str:
        leeg = _("niet ingevuld")
        rijen = waarde if isinstance(waarde, list) else []
        return "\n".join(
            "; ".join(f"{veld.label}: {veld.in_woorden(rij[veld.key]) or leeg}" for veld in self.vragen)
            for rij in rijen
        )

    def schema(self) -> dict[str, Any]:
        rij = {
            "type": "object",
            "properties": {veld.key: {"title": veld.label, **veld.schema()} for veld in self.vragen},
            "required": [veld.key for veld in self.vragen if veld.verplicht],
            "additionalProperties": False,
        }
        schema: dict[str, Any] = {"type": "array", "items": rij, "maxItems": self.hoogstens}
        minstens = self.minstens or int(self.verplicht)
        if not minstens:
            return schema
        schema["minItems"] = minstens
        return schema if self.verplicht else {"anyOf": [{"const": []}, schema]}


def plat(velden: Sequence[Veld]) -> list[Veld]:
    """Elk onderdeel, ook die in een groep; de rijen van een herhaling horen bij de herhaling zelf."""
    uit: list[Veld] = []
    for veld in velden:
        uit.append(veld)
        if isinstance(veld, Groep):
            uit += plat(veld.velden)
    return uit
