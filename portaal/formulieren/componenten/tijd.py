"""Een dag, een tijdstip, en een dag met een tijdstip."""

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from django.utils import formats
from django.utils.translation import gettext as _

from portaal.formulieren.componenten.basis import Bron, GeenWaarde, InvoerFout, Veld, lees_dag
from portaal.tijd import AMSTERDAM


@dataclass(frozen=True, kw_only=True)
class OpDeKlok(Veld):
    """Wat de drie delen: het antwoord is ISO-tekst, leeg is "", en er kan een eerste en laatste zijn."""

    eerste: Any = None
    laatste: Any = None

    grenzen: ClassVar[tuple[str, str]]  # hoe de eerste en laatste in de definitie heten
    json_vorm: ClassVar[dict[str, str]]

    @abstractmethod
    def lees(self, tekst: str) -> Any:
        """Een date, time of datetime; None als dit er geen is."""

    @abstractmethod
    def woorden(self, wanneer: Any) -> str:
        """Zoals een pagina het schrijft."""

    @abstractmethod
    def tekst_geen_tekst(self) -> str:
        """Als een systeem iets anders dan tekst stuurt."""

    @abstractmethod
    def tekst_onleesbaar(self) -> str:
        """Als er niet staat wat er hoort."""

    def voor_grens(self, wanneer: Any) -> Any:
        """Wat met de eerste en laatste wordt vergeleken."""
        return wanneer

    def uit_post(self, ruw: Sequence[str]) -> Any:
        return self.uit_json(ruw[-1] if ruw else "")

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None:
            waarde = ""
        if not isinstance(waarde, str):
            raise InvoerFout(self.tekst_geen_tekst(), "")
        if not waarde.strip():
            return self.controleer("")
        wanneer = self.lees(waarde)
        if wanneer is None:
            raise InvoerFout(self.tekst_onleesbaar(), waarde)
        return self.controleer(wanneer.isoformat())

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, str):
            raise GeenWaarde
        wanneer = self.lees(waarde)
        return wanneer.isoformat() if wanneer else waarde

    def controleer(self, waarde: Any) -> Any:
        if not waarde:
            return super().controleer(waarde)
        wanneer = self.voor_grens(self.lees(waarde))
        if self.eerste is not None and wanneer < self.eerste:
            tekst = _("Kies {wanneer} of later.").format(wanneer=_grens(self.eerste))
            raise InvoerFout(tekst, waarde, self.grenzen[0])
        if self.laatste is not None and wanneer > self.laatste:
            tekst = _("Kies {wanneer} of eerder.").format(wanneer=_grens(self.laatste))
            raise InvoerFout(tekst, waarde, self.grenzen[1])
        return waarde

    def in_woorden(self, waarde: Any) -> str:
        wanneer = self.lees(str(waarde))
        return self.woorden(wanneer) if wanneer is not None else str(waarde).strip()

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", **self.json_vorm}
        return schema if self.verplicht else {"anyOf": [{"const": ""}, schema]}


@dataclass(frozen=True, kw_only=True)
class Datum(OpDeKlok):
    """Een dag; het antwoord is als "2026-11-24"."""

    typen = ("date",)
    soort = "datum"
    grenzen = ("minDate", "maxDate")
    json_vorm: ClassVar[dict[str, str]] = {"format": "date"}

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        velden["eerste"] = bron.dag("validate.minDate", "datePicker.minDate", "validate.min")
        velden["laatste"] = bron.dag("validate.maxDate", "datePicker.maxDate", "validate.max")
        if velden["eerste"] and velden["laatste"] and velden["eerste"] > velden["laatste"]:
            bron.fout("validate.minDate", "invalid", "minDate ligt na maxDate: geen enkele dag past.")
        if cls is Datum and bron.waar("enableTime"):
            bron.fout("enableTime", "unsupported", "Gebruik voor een datum met een tijd het onderdeel 'datetime'.")
        return velden

    def lees(self, tekst: str) -> Any:
        return lees_dag(tekst) if len(tekst) <= 50 else None

    def woorden(self, wanneer: Any) -> str:
        return formats.date_format(wanneer)

    def tekst_leeg(self) -> str:
        return _("Vul een datum in.")

    def tekst_geen_tekst(self) -> str:
        return _("Dit moet een datum zijn.")

    def tekst_onleesbaar(self) -> str:
        return _("Vul een datum in die bestaat, zoals 24-11-2026.")


def lees_tijd(tekst: str) -> time | None:
    """`9.30`, `09:30`, `0930` of `09:30:00` als tijdstip; None als het er geen is."""
    m = re.fullmatch(r"(\d{1,2})[:.u ]?(\d{2})(?:[:.](\d{2}))?(?:\s?uur)?", tekst.strip(), re.ASCII)
    if m is None or int(m[1]) > 23 or int(m[2]) > 59 or int(m[3] or 0) > 59:
        return None
    return time(int(m[1]), int(m[2]), int(m[3] or 0))


@dataclass(frozen=True, kw_only=True)
class Tijd(OpDeKlok):
    """Een tijdstip op de dag; het antwoord is als "09:30:00" (Form.io)."""

    typen = ("time",)
    soort = "tijd"
    grenzen = ("minTime", "maxTime")
    json_vorm: ClassVar[dict[str, str]] = {"pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"}

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        velden = super().lees_velden(bron)
        for naam, eigenschap in (("eerste", "validate.minTime"), ("laatste", "validate.maxTime")):
            tekst = bron.tekst(eigenschap, 20)
            velden[naam] = lees_tijd(tekst)
            if tekst and velden[naam] is None:
                bron.fout(eigenschap, "invalid", "Dit moet een tijdstip zijn, zoals 09:30.")
        if velden["eerste"] and velden["laatste"] and velden["eerste"] > velden["laatste"]:
            bron.fout("validate.minTime", "invalid", "minTime ligt na maxTime: geen enkel tijdstip past.")
        return velden

    def lees(self, tekst: str) -> Any:
        return lees_tijd(tekst) if len(tekst) <= 20 else None

    def woorden(self, wanneer: Any) -> str:
        return tijd_in_woorden(wanneer)

    def tekst_leeg(self) -> str:
        return _("Vul een tijd in.")

    def tekst_geen_tekst(self) -> str:
        return _("Dit moet een tijdstip zijn.")

    def tekst_onleesbaar(self) -> str:
        return _("Vul een tijd in, zoals 14.30.")

    def in_invoer(self, waarde: Any) -> str:
        tijd = self.lees(str(waarde))
        return tijd.strftime("%H:%M" if not tijd.second else "%H:%M:%S") if tijd is not None else str(waarde)


def _grens(grens: date | time) -> str:
    return tijd_in_woorden(grens) if isinstance(grens, time) else formats.date_format(grens)


def tijd_in_woorden(tijd: time) -> str:
    """Zoals een pagina een tijd schrijft: 14.30 uur."""
    return formats.time_format(tijd)


@dataclass(frozen=True, kw_only=True)
class Moment(Datum):
    """Een dag met een tijd, op de klok van Nederland; het antwoord is een ISO-moment met verschuiving (Form.io)."""

    typen = ("datetime",)
    soort = "moment"
    groep = True
    json_vorm: ClassVar[dict[str, str]] = {"format": "date-time"}

    def lees(self, tekst: str) -> Any:
        return lees_moment(tekst)

    def voor_grens(self, wanneer: Any) -> Any:
        return wanneer.date()

    def woorden(self, wanneer: Any) -> str:
        return f"{formats.date_format(wanneer)}, {tijd_in_woorden(wanneer.time())}"

    def tekst_leeg(self) -> str:
        return _("Vul een datum en een tijd in.")

    def tekst_geen_tekst(self) -> str:
        return _("Dit moet een datum met een tijd zijn.")

    def tekst_onleesbaar(self) -> str:
        return _("Vul een datum en een tijd in.")

    def uit_post(self, ruw: Sequence[str]) -> Any:
        dag_tekst, tijd_tekst = (*ruw, "", "")[:2]
        if not dag_tekst.strip() and not tijd_tekst.strip():
            return self.controleer("")
        getypt = f"{dag_tekst}\n{tijd_tekst}"
        dag = lees_dag(dag_tekst) if len(dag_tekst) <= 50 else None
        tijd = lees_tijd(tijd_tekst) if len(tijd_tekst) <= 20 else None
        if dag is None:
            raise InvoerFout(_("Vul een datum in die bestaat, zoals 24-11-2026."), getypt)
        if tijd is None:
            raise InvoerFout(_("Vul ook een tijd in, zoals 14.30."), getypt)
        return self.controleer(datetime.combine(dag, tijd, AMSTERDAM).isoformat())

    def delen(self, waarde: str) -> tuple[str, str]:
        """Wat er in de twee invoervelden staat: de dag en de tijd."""
        if moment := lees_moment(waarde):
            return moment.date().isoformat(), moment.strftime("%H:%M")
        dag, _scheiding, tijd = waarde.partition("\n")
        return dag, tijd

    def in_invoer(self, waarde: Any) -> str:
        return self.delen(str(waarde))[0]


def lees_moment(tekst: str) -> datetime | None:
    """Een ISO-moment, op de klok van Nederland; zonder verschuiving is het die klok al. None als het er geen is."""
    if not 16 <= len(tekst) <= 40 or "T" not in tekst:
        return None
    try:
        moment = datetime.fromisoformat(tekst)
        return moment.astimezone(AMSTERDAM) if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
    except (ValueError, OverflowError):
        return None
