"""Hoe een zaak eruitziet voor de persoon: alleen de velden die zijn rol mag zien, en de status in woorden.

Alleen weergave: hier verandert niets, en elke query loopt door de poort.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import OVER_DE_ONTVANGER, ActorSoort, Soort
from portaal.gebeurtenissen.tijdlijn import Regel
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.toegang import Toegang
from portaal.zaken.models import Rol, Zaak, ZaakBetrokkene, ZaakQuerySet, zichtbare_velden

KLAAR, BEZIG, STRAKS = "klaar", "bezig", "straks"
WOORDEN = {KLAAR: _("klaar"), BEZIG: _("nu bezig"), STRAKS: _("nog niet begonnen")}


@dataclass(frozen=True)
class Stap:
    """Eén stap van de zaak."""

    naam: str
    toelichting: str
    bereikt_op: date | None
    stand: str

    @property
    def woorden(self) -> str:
        """Waar deze stap is, voor wie de vormgeving niet ziet."""
        return str(WOORDEN[self.stand])


@dataclass(frozen=True)
class Kaart:
    """Een zaak zoals deze persoon haar nu mag zien: `velden` noemt wat hij in zijn rol en met deze inlog mag weten."""

    zaak: Zaak
    velden: frozenset[str]
    niveau: int
    rol: Rol

    @property
    def afgeschermd(self) -> bool:
        """Voor de inhoud is een hogere manier van inloggen nodig."""
        return afgeschermd(self.zaak.minimaal_niveau, self.niveau)

    @property
    def titel(self) -> str:
        """Waar de zaak over gaat, of een neutrale zin."""
        return self._mag("omschrijving") or gettext("Een zaak waar u bij hoort")

    @property
    def afzender(self) -> str:
        """De organisatie, met de afdeling als die bij haar hoort."""
        applicatie = self.zaak.applicatie
        return applicatie.afzender if applicatie.organisatie_id == self.zaak.organisatie_id else self.organisatie

    @property
    def organisatie(self) -> str:
        """De naam van de organisatie die eraan werkt."""
        return self.zaak.organisatie.naam

    @property
    def afgerond(self) -> bool:
        """Of de zaak klaar is; wie dat niet mag weten ziet elke zaak als lopend."""
        return self.zaak.afgerond and "status" in self.velden

    @property
    def identificatie(self) -> str:
        """Het zaaknummer."""
        return self._mag("identificatie")

    @property
    def zaaktype(self) -> str:
        """Wat voor zaak het is; niet als dat al in de titel staat."""
        return "" if self.zaak.zaaktype == self.titel else self._mag("zaaktype")

    @property
    def toelichting(self) -> str:
        """De uitleg bij de zaak."""
        return self._mag("toelichting")

    @property
    def resultaat(self) -> str:
        """De uitkomst."""
        return self._mag("resultaat")

    @property
    def startdatum(self) -> date | None:
        """De dag waarop de zaak begon."""
        return self.zaak.startdatum if "startdatum" in self.velden else None

    @property
    def verwachte_einddatum(self) -> date | None:
        """De streefdatum, zolang de zaak loopt."""
        return self.zaak.verwachte_einddatum if "verwachte_einddatum" in self.velden and not self.afgerond else None

    @property
    def einddatum(self) -> date | None:
        """De dag waarop de zaak klaar was."""
        return self.zaak.einddatum if "einddatum" in self.velden else None

    @cached_property
    def stappen(self) -> list[Stap]:
        """De stappen op volgorde."""
        if "status" not in self.velden:
            return []
        huidig = self.zaak.huidige_stap
        return [
            Stap(
                stap["naam"],
                stap["toelichting"],
                date.fromisoformat(stap["bereikt_op"]) if stap["bereikt_op"] else None,
                self._stand(nummer, huidig),
            )
            for nummer, stap in enumerate(self.zaak.stappen, 1)
        ]

    @property
    def status(self) -> str:
        """De status in woorden: de naam van de stap waar de zaak nu is, of dat zij klaar is."""
        if "status" not in self.velden:
            return ""
        if self.afgerond:
            return self.resultaat or gettext("Afgerond")
        nu = [stap.naam for stap in self.stappen if stap.stand == BEZIG]
        return nu[0] if nu else gettext("Nog niet begonnen") if self.stappen else gettext("In behandeling")

    @property
    def hoever(self) -> str:
        """De hoeveelste stap: 'stap 2 van 4'; leeg als er geen stappen zijn of de zaak klaar is."""
        stap, van = self.zaak.huidige_stap, len(self.stappen)
        return gettext("stap {n} van {van}").format(n=stap, van=van) if stap and van and not self.afgerond else ""

    @property
    def icoon(self) -> str:
        """Het pictogram bij de status; de woorden zeggen hetzelfde."""
        return "circle-check" if self.afgerond else "clock"

    def _mag(self, veld: str) -> str:
        return str(getattr(self.zaak, veld)) if veld in self.velden else ""

    def _stand(self, nummer: int, huidig: int) -> str:
        if nummer < huidig or (nummer == huidig and self.afgerond):
            return KLAAR
        return BEZIG if nummer == huidig else STRAKS


def kaarten(zaken: Iterable[Zaak], toegang: Toegang) -> list[Kaart]:
    """De zaken als kaart voor deze sessie. Eén query voor alle rollen samen; wie er twee heeft, ziet beide."""
    lijst = list(zaken)
    rollen: dict[UUID, list[str]] = {}
    for pk, rol in ZaakBetrokkene.objects.filter(
        zaak__in=[z.pk for z in lijst], betrokkene__in=toegang.betrokkenen
    ).values_list("zaak_id", "rol"):
        rollen.setdefault(pk, []).append(rol)
    uit = []
    for zaak in lijst:
        mijn = sorted(rollen.get(zaak.pk, []), key=list(Rol.values).index)
        velden: frozenset[str] = frozenset().union(*(zichtbare_velden(zaak, rol) for rol in mijn))
        if afgeschermd(zaak.minimaal_niveau, toegang.niveau):
            velden = frozenset()
        uit.append(Kaart(zaak, velden, toegang.niveau, Rol(mijn[0])))
    return uit


def mijn_zaken(toegang: Toegang) -> ZaakQuerySet:
    """De zaken van deze sessie: eerst wat loopt, dan wat klaar is; per groep de nieuwste eerst."""
    return Zaak.objects.voor(toegang).voor_kaart().lopende_eerst()


def tijdlijn(zaak: Zaak, toegang: Toegang) -> list[Regel]:
    """Wat er met de zaak gebeurde, oudste eerst; van notificaties alleen die aan de persoon zelf. Eén query."""
    rijen = Gebeurtenis.objects.filter(record_soort=zaak.record_soort, record_id=zaak.pk).order_by("nummer")
    return [
        Regel(g.op, Soort(g.soort), str(Soort(g.soort).label), "", ActorSoort(g.actor_soort))
        for g in rijen
        if g.soort not in OVER_DE_ONTVANGER or g.betrokkene in toegang.betrokkenen
    ]
