"""Hoe de contactgegevens er voor de persoon uitzien. Alleen weergave: hier verandert niets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import get_language

from portaal.betrokkenen.models import Betrokkene, Categorie
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.bereikbaarheid import Keuze, keuze_van
from portaal.notificaties.handelingen.contact import mag_kiezen, mag_zien
from portaal.notificaties.kanalen import beschikbaar
from portaal.notificaties.models import WETTELIJK, Contactadres, Contactgegevens, Kanaal, Verificatie
from portaal.tijd import nu


@dataclass(frozen=True)
class Adres:
    """Eén kanaal op de pagina: wat er staat, en wat er nog bevestigd moet worden."""

    kanaal: Kanaal
    huidig: Contactadres | None
    nieuw: Verificatie | None


@dataclass(frozen=True)
class Profiel:
    """Alles van de pagina Mijn gegevens."""

    adressen: list[Adres]
    gegevens: Contactgegevens | None
    mag_kiezen: bool
    keuze: Keuze

    @property
    def heeft_adres(self) -> bool:
        """Of er een kanaal is om over te kiezen."""
        return any(adres.huidig for adres in self.adressen)


def profiel(toegang: Toegang) -> Profiel:
    """De gegevens van voor wie iemand is ingelogd. Vier queries."""
    keuze = keuze_van(toegang.betrokkene)
    open_ = {Kanaal(v.kanaal): v for v in _open_verificaties(toegang)}
    adressen = [Adres(k, keuze.adressen.get(k), open_.get(k)) for k in beschikbaar()]
    return Profiel(adressen, keuze.gegevens, mag_kiezen(toegang), keuze)


def open_verificatie(toegang: Toegang, kanaal: Kanaal) -> Verificatie | None:
    """Het adres dat nog bevestigd moet worden langs dit kanaal."""
    return next((v for v in _open_verificaties(toegang) if v.kanaal == kanaal), None)


def _open_verificaties(toegang: Toegang) -> list[Verificatie]:
    eigen = Contactgegevens.objects.voor(toegang).values("pk")
    return list(
        Verificatie.objects.filter(
            gegevens__in=eigen, bevestigd_op__isnull=True, vervallen_op__isnull=True, verloopt_op__gt=nu()
        )
    )


@dataclass(frozen=True)
class Keuzeregel:
    """Een categorie met een vinkje per kanaal."""

    categorie: Categorie
    vinkjes: list[tuple[Kanaal, bool]]

    @property
    def naam(self) -> str:
        """De naam in de taal van de pagina."""
        return naam_in_taal(self.categorie)


def naam_in_taal(categorie: Categorie) -> str:
    """De naam van de categorie in de taal van de pagina; zonder vertaling de Nederlandse."""
    return (categorie.naam_en if get_language() == "en" else "") or categorie.naam


def groepen(
    categorieen: Sequence[Categorie], kanalen: Sequence[Kanaal], gekozen: Mapping[tuple[int, Any], bool]
) -> list[tuple[bool, list[Keuzeregel]]]:
    """De categorieën, eerst waar de wet een kennisgeving vraagt (True), dan de rest; een lege groep valt weg."""
    regels: dict[bool, list[Keuzeregel]] = {True: [], False: []}
    for categorie in categorieen:
        vinkjes = [(kanaal, gekozen[categorie.pk, kanaal]) for kanaal in kanalen]
        regels[categorie.aard in WETTELIJK].append(Keuzeregel(categorie, vinkjes))
    return [(wettelijk, lijst) for wettelijk, lijst in regels.items() if lijst]


def melding_op_overzicht(toegang: Toegang) -> str:
    """Wat het overzicht over bereikbaarheid zegt: `onbestelbaar`, `niets_bevestigd`, of niets. Eén query."""
    if not mag_zien(toegang):
        return ""
    adressen = Contactadres.objects.filter(betrokkene=OuterRef("pk"))
    af = Contactgegevens.objects.voor(toegang).filter(ziet_af_sinds__isnull=False)
    wie = Betrokkene.objects.filter(pk=toegang.betrokkene)
    onbestelbaar, bevestigd, wil_niet = wie.values_list(
        Exists(adressen.filter(onbestelbaar_op__isnull=False)),
        Exists(adressen.filter(geverifieerd_op__isnull=False)),
        Exists(af),
    ).get()
    return "onbestelbaar" if onbestelbaar else "" if bevestigd or wil_niet else "niets_bevestigd"
