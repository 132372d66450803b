"""Hoe een onderdeel op de pagina staat: alles wat `templates/formulieren/veld.html` nodig heeft, en niets meer."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from portaal.formulieren.componenten import (
    Bedrag,
    Bestandveld,
    Datum,
    Getal,
    Groep,
    Herhaling,
    Keuze,
    Moment,
    Tekst,
    Tijd,
    Uitleg,
    Veld,
    Vinkjes,
)
from portaal.formulieren.componenten.basis import lees_dag
from portaal.formulieren.componenten.bestand import naam_van
from portaal.formulieren.componenten.tijd import lees_tijd


@dataclass(frozen=True)
class Keuzevak:
    """Een keuze zoals de pagina haar toont."""

    id: str
    waarde: str
    label: str
    uitleg: str
    gekozen: bool


@dataclass(frozen=True)
class Gekozen:
    """Een bestand dat er al is."""

    id: str
    naam: str
    grootte: int
    stand: str
    weg_knop: str


@dataclass(frozen=True)
class Rij:
    """Een rij van een herhaling."""

    nummer: int  # vanaf 1
    weg_knop: str
    velden: list["Invoerveld"]


@dataclass(frozen=True)
class Invoerveld:
    """Een onderdeel zoals de pagina het toont."""

    id: str
    key: str
    naam: str
    soort: str
    label: str
    uitleg: str
    verplicht: bool
    waarde: str = ""
    waarde2: str = ""  # de tijd bij een moment
    fout: str = ""
    opties: list[Keuzevak] = field(default_factory=list)
    velden: list["Invoerveld"] = field(default_factory=list)  # bij een groep
    rijen: list[Rij] = field(default_factory=list)  # bij een herhaling
    bestanden: list[Gekozen] = field(default_factory=list)
    accept: str = ""
    meer: bool = False  # of er nog een bestand bij kan
    voorwaarden: str = ""  # wat voor bestand er mag
    erbij_knop: str = ""
    knop: str = ""
    html: SafeString | str = ""  # bij een uitleg
    html_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    min: str = ""
    max: str = ""
    invoer: bool = True
    alleen_lezen: bool = False
    kop: int = 2  # het niveau van de kop van een groep
    voorwaarde: str = ""  # JSON voor formulier.js
    weg: bool = False  # de voorwaarde zegt nu: niet tonen

    @property
    def datumkiezer(self) -> bool:
        """Of de datumkiezer van de browser de waarde kan tonen; wat geen ISO-dag is, zou daarin verdwijnen."""
        dag = lees_dag(self.waarde)
        return not self.waarde or (dag is not None and dag.isoformat() == self.waarde)

    @property
    def tijdkiezer(self) -> bool:
        """Of de tijdkiezer van de browser de waarde kan tonen."""
        waarde = self.waarde2 if self.soort == "moment" else self.waarde
        tijd = lees_tijd(waarde)
        return not waarde or (tijd is not None and tijd.isoformat().startswith(waarde) and len(waarde) in (5, 8))

    @property
    def beschreven_door(self) -> str:
        """De ids van uitleg en fout, voor aria-describedby."""
        delen = [f"{self.id}-uitleg"] * bool(self.uitleg) + [f"{self.id}-mag"] * bool(self.voorwaarden)
        delen += [f"{self.id}-fout"] * bool(self.fout)
        return " ".join(delen)


@dataclass(frozen=True)
class Tekenaar:
    """Maakt van een onderdeel en zijn antwoord een `Invoerveld`."""

    waarden: Mapping[str, Any]
    fouten: Mapping[str, str]
    weg: Collection[str] = ()  # sleutels van wat er bij deze antwoorden niet is
    voor: str = ""  # wat er voor de sleutel staat in namen: "auto's.0."
    kop: int = 2
    standen: Mapping[str, str] = field(default_factory=dict)

    def toon(self, veld: Veld) -> Invoerveld:
        """Het onderdeel zoals het op de pagina staat."""
        naam = f"{self.voor}{veld.key}"
        id_ = f"veld-{naam}"
        basis: dict[str, Any] = {
            "id": id_, "key": veld.key, "naam": naam, "soort": veld.soort, "label": veld.label, "uitleg": veld.uitleg,
            "verplicht": veld.verplicht, "inputmode": veld.inputmode, "invoer": veld.invoer, "kop": self.kop,
            "autocomplete": veld.autocomplete, "alleen_lezen": veld.alleen_lezen,
        }  # fmt: skip
        if veld.voorwaarde:
            basis["voorwaarde"] = json.dumps(veld.voorwaarde.voor_browser(), ensure_ascii=False)
            basis["weg"] = veld.key in self.weg
        if isinstance(veld, Uitleg):
            return Invoerveld(**basis, html=mark_safe(veld.html))  # noqa: S308 schoongemaakt bij het lezen
        if isinstance(veld, Groep):
            dieper = self if not veld.label or self.kop > 3 else self._met(kop=self.kop + 1)
            return Invoerveld(**basis, velden=dieper.velden(veld.velden))
        waarde = self.waarden[veld.key]
        basis["fout"] = self.fouten.get(naam, "")
        if isinstance(veld, Herhaling):
            return self._herhaling(veld, basis, waarde)
        if isinstance(veld, Bestandveld):
            return self._bestand(veld, basis, waarde)
        if isinstance(veld, Keuze | Vinkjes):
            gekozen = {n for n, aan in waarde.items() if aan} if isinstance(waarde, dict) else {keuzetekst(waarde)}
            basis["opties"] = [
                Keuzevak(id_ if n == 0 else f"{id_}-{n}", o.tekst, o.label, o.uitleg, o.tekst in gekozen)
                for n, o in enumerate(veld.opties)
            ]
            return Invoerveld(**basis)
        basis["waarde"] = ("ja" if waarde else "") if isinstance(waarde, bool) else veld.in_invoer(waarde)
        if isinstance(veld, Tekst):
            basis["html_type"] = veld.html_type
            basis["autocomplete"] = veld.autocomplete or {"email": "email", "tel": "tel"}.get(veld.html_type, "")
        elif isinstance(veld, Datum):
            basis["min"] = veld.eerste.isoformat() if veld.eerste else ""
            basis["max"] = veld.laatste.isoformat() if veld.laatste else ""
            if isinstance(veld, Moment):
                basis["waarde2"] = veld.delen(str(waarde))[1]
        elif isinstance(veld, Tijd):
            basis["min"] = veld.eerste.isoformat()[:5] if veld.eerste else ""
            basis["max"] = veld.laatste.isoformat()[:5] if veld.laatste else ""
        elif isinstance(veld, Getal) and not isinstance(veld, Bedrag) and veld.decimalen == 0:
            basis["inputmode"] = "numeric"
        return Invoerveld(**basis)

    def velden(self, velden: Collection[Veld]) -> list[Invoerveld]:
        """Alles wat getoond wordt; wat verborgen is, staat niet op de pagina."""
        return [self.toon(veld) for veld in velden if not veld.verborgen]

    def _herhaling(self, veld: Herhaling, basis: dict[str, Any], waarde: Any) -> Invoerveld:
        rijen = waarde if isinstance(waarde, list) else []
        return Invoerveld(
            **basis,
            knop=veld.knop,
            erbij_knop=f"erbij {veld.key}" if len(rijen) < veld.hoogstens and not veld.alleen_lezen else "",
            rijen=[
                Rij(
                    nummer + 1,
                    "" if veld.alleen_lezen else f"weg {veld.key} {nummer}",
                    Tekenaar(rij, self.fouten, voor=f"{veld.key}.{nummer}.", kop=self.kop + 1).velden(veld.velden),
                )
                for nummer, rij in enumerate(rijen)
            ],
        )

    def _bestand(self, veld: Bestandveld, basis: dict[str, Any], waarde: Any) -> Invoerveld:
        delen = [deel for deel in waarde if "id" in deel] if isinstance(waarde, list) else []
        return Invoerveld(
            **basis,
            accept=veld.accept,
            meer=len(delen) < veld.meest,
            html_type="multiple" if veld.meest > 1 else "",
            voorwaarden=veld.voorwaarden,
            bestanden=[
                Gekozen(
                    str(deel["id"]),
                    naam_van(deel),
                    int(deel.get("size") or 0),
                    self.standen.get(str(deel["id"]), ""),
                    f"bestandweg {veld.key} {deel['id']}",
                )
                for deel in delen
            ],
        )

    def _met(self, *, kop: int) -> "Tekenaar":
        return Tekenaar(self.waarden, self.fouten, self.weg, self.voor, kop, self.standen)


def keuzetekst(waarde: Any) -> str:
    """De waarde van een keuze zoals zij in het formulier van de browser staat."""
    return str(waarde).lower() if isinstance(waarde, bool) else str(waarde)
