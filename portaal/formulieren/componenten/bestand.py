"""Bestanden meesturen. De bestanden zelf gaan langs `portaal.bestanden`; hier staat wat er in het antwoord komt."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portaal.bestanden.soorten import SOORTEN, in_woorden
from portaal.formulieren.componenten.basis import Bron, GeenWaarde, InvoerFout, Veld

HOOGSTENS = 30


@dataclass(frozen=True, kw_only=True)
class Bestandveld(Veld):
    """Een of meer bestanden. Het antwoord is een lijst van objecten, zoals bij Form.io; leeg is []."""

    typen = ("file",)
    soort = "bestand"

    meest: int = 1
    grootst: int | None = None  # bytes; None: wat de portaal hooguit aanneemt
    mimes: frozenset[str] = frozenset()  # leeg: alles wat de portaal aanneemt

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        meer = bron.waar("multiple")
        velden = super().lees_velden(bron)
        meest = bron.aantal("maxNumberOfFiles", HOOGSTENS) or bron.aantal("validate.maxLength", HOOGSTENS)
        velden["meest"] = (meest or HOOGSTENS) if meer else 1
        velden["mimes"] = _mimes(bron)
        velden["grootst"] = _grootst(bron)
        return velden

    def leeg_antwoord(self) -> Any:
        return []

    def uit_post(self, ruw: Sequence[str]) -> Any:
        raise NotImplementedError  # de browser stuurt een bestand, geen antwoord

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            waarde = []
        if not isinstance(waarde, list) or not all(
            isinstance(d, Mapping) and isinstance(d.get("name"), str) for d in waarde
        ):
            raise InvoerFout(_("Dit moet een lijst van bestanden zijn."), [])
        return self.controleer([dict(deel) for deel in waarde])

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, list):
            raise GeenWaarde
        return [dict(deel) for deel in waarde if isinstance(deel, Mapping) and isinstance(deel.get("name"), str)]

    def controleer(self, waarde: Any) -> Any:
        waarde = super().controleer(waarde)
        if len(waarde) > self.meest:
            raise InvoerFout(_("Kies hooguit {n} bestanden.").format(n=self.meest), waarde, "maxLength")
        return waarde

    def tekst_leeg(self) -> str:
        return _("Kies een bestand.")

    def in_woorden(self, waarde: Any) -> str:
        delen = waarde if isinstance(waarde, list) else []
        return "\n".join(f"{naam_van(deel)} ({filesizeformat(deel.get('size') or 0)})" for deel in delen)

    @property
    def voorwaarden(self) -> str:
        """Wat er mag: soorten, aantal en maat, om vooraf te zeggen."""
        mag = [soort for soort in SOORTEN if not self.mimes or soort.mime in self.mimes]
        mb = max(1, min(self.grootst or settings.BESTAND_GROOTST, settings.BESTAND_GROOTST) // (1024 * 1024))
        if self.meest > 1:
            tekst = _(
                "U kunt hier {n} bestanden toevoegen: {soorten}. Elk bestand is hooguit {mb} MB. Een foto mag ook."
            )
        else:
            tekst = _("Eén bestand: {soorten}, hooguit {mb} MB. Een foto mag ook.")
        if not any(soort.mime.startswith("image/") for soort in mag):
            tekst = tekst.replace(_(" Een foto mag ook."), "")
        return tekst.format(n=self.meest, soorten=in_woorden(mag), mb=mb)

    @property
    def accept(self) -> str:
        """Voor de bestandskiezer van de browser."""
        mag = [soort for soort in SOORTEN if not self.mimes or soort.mime in self.mimes]
        return ",".join(f".{extensie}" for soort in mag for extensie in soort.extensies)

    def schema(self) -> dict[str, Any]:
        deel = {
            "type": "object",
            "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
            "required": ["name"],
        }
        schema: dict[str, Any] = {"type": "array", "items": deel, "maxItems": self.meest}
        return {**schema, "minItems": 1} if self.verplicht else schema


def naam_van(deel: Mapping[str, Any]) -> str:
    """De naam die de persoon aan het bestand gaf."""
    return str(deel.get("originalName") or deel["name"])


def _mimes(bron: Bron) -> frozenset[str]:
    """De soorten uit `filePattern` (".pdf,.jpg", "image/*") of `file.type` (een lijst)."""
    ruw = bron._haal("file.type")
    delen = (
        [str(deel) for deel in ruw] if isinstance(ruw, list) else re.split(r"[,;\s]+", bron.tekst("filePattern", 1000))
    )
    delen = [deel.strip().lower().removeprefix("*") for deel in delen if deel.strip()]
    if not [deel for deel in delen if deel] or "" in delen or "/*" in delen:
        return frozenset()

    def past(soort: Any) -> bool:
        return any(
            deel == soort.mime
            or deel.lstrip(".") in soort.extensies
            or (deel.endswith("/*") and soort.mime.startswith(deel[:-1]))
            for deel in delen
        )

    mimes = frozenset(soort.mime for soort in SOORTEN if past(soort))
    if not mimes:
        alle = ", ".join(extensie for soort in SOORTEN for extensie in soort.extensies)
        bron.fout("filePattern", "unsupported", f"Geen van deze soorten neemt de portaal aan; wel: {alle}.")
    return mimes


def _grootst(bron: Bron) -> int | None:
    tekst = bron.tekst("fileMaxSize", 20).strip()
    if not tekst:
        return None
    m = re.fullmatch(r"(\d{1,9}(?:\.\d+)?)\s*([KMG]?)B?", tekst.upper(), re.ASCII)
    if m is None:
        bron.fout("fileMaxSize", "invalid", "Schrijf een maat als 10MB of 500KB.")
        return None
    return int(float(m[1]) * {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}[m[2]])
