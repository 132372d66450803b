"""Een dag, een tijdstip, en een dag met een tijdstip."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from portaal.formulieren.componenten.basis import Bron, GeenWaarde, InvoerFout, Veld, lees_dag
from portaal.tijd import AMSTERDAM


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
        if cls is Datum and bron.waar("enableTime"):
            bron.fout("enableTime", "unsupported", "Gebruik voor een datum met een tijd het onderdeel 'datetime'.")
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
            raise InvoerFout(_("Kies {dag} of later.").format(dag=formats.date_format(self.eerste)), waarde, "minDate")
        if self.laatste and dag > self.laatste:
            raise InvoerFout(
                _("Kies {dag} of eerder.").format(dag=formats.date_format(self.laatste)), waarde, "maxDate"
            )
        return waarde

    def tekst_leeg(self) -> str:
        return _("Vul een datum in.")

    def in_woorden(self, waarde: Any) -> str:
        dag = lees_dag(str(waarde))
        return formats.date_format(dag) if dag else str(waarde)

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "format": "date"}
        return schema if self.verplicht else {"anyOf": [{"const": ""}, schema]}


def lees_tijd(tekst: str) -> time | None:
    """`9.30`, `09:30`, `0930` of `09:30:00` als tijdstip; None als het er geen is."""
    m = re.fullmatch(r"(\d{1,2})[:.u ]?(\d{2})(?:[:.](\d{2}))?(?:\s?uur)?", tekst.strip(), re.ASCII)
    if m is None or int(m[1]) > 23 or int(m[2]) > 59 or int(m[3] or 0) > 59:
        return None
    return time(int(m[1]), int(m[2]), int(m[3] or 0))


@dataclass(frozen=True, kw_only=True)
class Tijd(Veld):
    """Een tijdstip op de dag; het antwoord is als "09:30:00" (Form.io)."""

    typen = ("time",)
    soort = "tijd"

    eerste: time | None = None
    laatste: time | None = None

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

    def uit_post(self, ruw: Sequence[str]) -> Any:
        return self.uit_json(ruw[-1] if ruw else "")

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None:
            waarde = ""
        if not isinstance(waarde, str):
            raise InvoerFout(_("Dit moet een tijdstip zijn."), "")
        if not waarde.strip():
            return self.controleer("")
        tijd = lees_tijd(waarde) if len(waarde) <= 20 else None
        if tijd is None:
            raise InvoerFout(_("Vul een tijd in, zoals 14.30."), waarde)
        return self.controleer(tijd.isoformat())

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, str):
            raise GeenWaarde
        tijd = lees_tijd(waarde) if len(waarde) <= 20 else None
        return tijd.isoformat() if tijd else waarde

    def controleer(self, waarde: Any) -> Any:
        if not waarde:
            return super().controleer(waarde)
        tijd = time.fromisoformat(waarde)
        if self.eerste and tijd < self.eerste:
            raise InvoerFout(_("Kies {tijd} of later.").format(tijd=tijd_in_woorden(self.eerste)), waarde, "minTime")
        if self.laatste and tijd > self.laatste:
            raise InvoerFout(_("Kies {tijd} of eerder.").format(tijd=tijd_in_woorden(self.laatste)), waarde, "maxTime")
        return waarde

    def tekst_leeg(self) -> str:
        return _("Vul een tijd in.")

    def in_invoer(self, waarde: Any) -> str:
        tijd = lees_tijd(str(waarde))
        return tijd.strftime("%H:%M" if not tijd.second else "%H:%M:%S") if tijd else str(waarde)

    def in_woorden(self, waarde: Any) -> str:
        tijd = lees_tijd(str(waarde))
        return tijd_in_woorden(tijd) if tijd else str(waarde)

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"}
        return schema if self.verplicht else {"anyOf": [{"const": ""}, schema]}


def tijd_in_woorden(tijd: time) -> str:
    """Zoals een pagina een tijd schrijft: 14.30 uur."""
    return formats.time_format(tijd)


@dataclass(frozen=True, kw_only=True)
class Moment(Datum):
    """Een dag met een tijd, op de klok van Nederland; het antwoord is een ISO-moment met verschuiving (Form.io)."""

    typen = ("datetime",)
    soort = "moment"
    groep = True

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

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None or waarde == "":
            return self.controleer("")
        if not isinstance(waarde, str):
            raise InvoerFout(_("Dit moet een datum met een tijd zijn."), "")
        moment = lees_moment(waarde)
        if moment is None:
            raise InvoerFout(_("Vul een datum en een tijd in."), waarde)
        return self.controleer(moment.isoformat())

    def uit_voorinvulling(self, waarde: Any) -> Any:
        if not isinstance(waarde, str):
            raise GeenWaarde
        moment = lees_moment(waarde)
        return moment.isoformat() if moment else waarde

    def controleer(self, waarde: Any) -> Any:
        if waarde:
            super().controleer(datetime.fromisoformat(waarde).date().isoformat())
        elif self.verplicht:
            raise InvoerFout(self.tekst_leeg(), "", "required")
        return waarde

    def tekst_leeg(self) -> str:
        return _("Vul een datum en een tijd in.")

    def delen(self, waarde: str) -> tuple[str, str]:
        """Wat er in de twee invoervelden staat: de dag en de tijd."""
        if moment := lees_moment(waarde):
            return moment.date().isoformat(), moment.strftime("%H:%M")
        dag, _scheiding, tijd = waarde.partition("\n")
        return dag, tijd

    def in_invoer(self, waarde: Any) -> str:
        return self.delen(str(waarde))[0]

    def in_woorden(self, waarde: Any) -> str:
        moment = lees_moment(str(waarde))
        return f"{formats.date_format(moment)}, {tijd_in_woorden(moment.time())}" if moment else str(waarde).strip()

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "format": "date-time"}
        return schema if self.verplicht else {"anyOf": [{"const": ""}, schema]}


def lees_moment(tekst: str) -> datetime | None:
    """Een ISO-moment, op de klok van Nederland; zonder verschuiving is het die klok al. None als het er geen is."""
    if not 16 <= len(tekst) <= 40 or "T" not in tekst:
        return None
    try:
        moment = datetime.fromisoformat(tekst)
        return moment.astimezone(AMSTERDAM) if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
    except (ValueError, OverflowError):
        return None
