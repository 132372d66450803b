"""Is iemand digitaal te bereiken, en langs welk kanaal? Eén plek beslist, voor de afzender en voor de bezorging."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Betrokkene
from portaal.notificaties.kanalen import KANALEN, beschikbaar
from portaal.notificaties.models import Contactadres, Contactgegevens, Kanaal, Voorkeur


class NotificatieKan(models.TextChoices):
    """Of wij iemand kunnen laten weten dat er iets klaarstaat."""

    JA = "ja", _("ja")
    AFGEZIEN = "afgezien", _("wil geen bericht")
    GEEN_ADRES = "geen_adres", _("geen adres bekend")
    ONBESTELBAAR = "onbestelbaar", _("op het bekende adres komt niets aan")


@dataclass(frozen=True)
class Bereikbaarheid:
    """Voor de afzender. `digitaal`: deze persoon heeft gezegd dat officiële post digitaal mag (Awb 2:8)."""

    digitaal: bool
    notificatie: NotificatieKan

    @property
    def voldoende(self) -> bool:
        """Of digitaal sturen genoeg is. Wie zelf geen notificatie wil, geldt als bereikt (Awb 2:10, eerste lid)."""
        return self.digitaal and self.notificatie in (NotificatieKan.JA, NotificatieKan.AFGEZIEN)

    def als_json(self) -> dict[str, object]:
        """Zoals het in de API staat."""
        return {"digitaal": self.digitaal, "notificatie": str(self.notificatie)}


@dataclass(frozen=True)
class Keuze:
    """Alles wat van één persoon bekend is over bericht krijgen."""

    gegevens: Contactgegevens | None
    adressen: dict[Kanaal, Contactadres] = field(repr=False)
    voorkeuren: dict[tuple[int, str], bool]

    @property
    def taal(self) -> str:
        """De taal van wat wij sturen."""
        return self.gegevens.taal if self.gegevens else "nl"

    @property
    def bruikbaar(self) -> list[Kanaal]:
        """De kanalen met een adres waarvan wij niet weten dat er niets aankomt."""
        return [k for k in beschikbaar() if k in self.adressen and self.adressen[k].onbestelbaar_op is None]

    def aan(self, categorie: int | None, kanaal: Kanaal) -> bool:
        """Of iemand over deze categorie langs dit kanaal bericht wil.

        Heeft hij niets gekozen: zoals het kanaal begint, en is het zijn enige kanaal, dan ja.
        """
        gekozen = self.voorkeuren.get((categorie or 0, kanaal))
        if gekozen is not None:
            return gekozen
        return KANALEN[kanaal].STANDAARD_AAN or set(self.adressen) == {kanaal}

    def kanalen(self, categorie: int | None, *, wettelijk: bool) -> list[Kanaal]:
        """Langs welke kanalen iemand hierover bericht krijgt; leeg als `reden` zegt waarom niet."""
        if self.gegevens is not None and (self.gegevens.ziet_af_sinds or not (wettelijk or self.gegevens.dienstmail)):
            return []
        gekozen = [kanaal for kanaal in self.bruikbaar if self.aan(categorie, kanaal)]
        # Staat het gekozen kanaal stil, dan telt een kanaal dat alleen als begin uit staat: beter ergens dan nergens.
        rest = [k for k in self.bruikbaar if (categorie or 0, k) not in self.voorkeuren]
        return gekozen or rest

    def reden(self) -> NotificatieKan:
        """Waarom `kanalen` leeg is."""
        if self.gegevens is not None and self.gegevens.ziet_af_sinds:
            return NotificatieKan.AFGEZIEN
        if not self.adressen:
            return NotificatieKan.GEEN_ADRES
        return NotificatieKan.AFGEZIEN if self.bruikbaar else NotificatieKan.ONBESTELBAAR

    def bereikbaarheid(self, categorie: int | None) -> Bereikbaarheid:
        """Hoe deze persoon te bereiken is over deze categorie."""
        kan = NotificatieKan.JA if self.kanalen(categorie, wettelijk=True) else self.reden()
        return Bereikbaarheid(bool(self.gegevens and self.gegevens.digitaal_sinds), kan)


def keuze_van(betrokkene: UUID) -> Keuze:
    """De keuze van één persoon, zoals hij haar zelf maakte; drie queries."""
    return _keuzes([betrokkene], Contactadres.objects.filter(betrokkene=betrokkene))[betrokkene]


def bezorgkeuzes_van(betrokkenen: Iterable[UUID]) -> dict[UUID, Keuze]:
    """Volgens welke keuze ieder van hen bericht krijgt: een vestiging zonder adres volgens die van haar bedrijf.

    Heeft de vestiging zelf gezegd dat zij geen bericht wil, dan geldt dat. Ook wie niets koos heeft een keuze. Drie
    queries, hoeveel het er ook zijn; zijn er bij zonder adres, dan ten hoogste zes.
    """
    wie = list(dict.fromkeys(betrokkenen))
    bedrijven = Betrokkene.objects.filter(pk__in=wie, onderdeel_van__isnull=False).values("onderdeel_van")
    eigen = Contactadres.objects.filter(betrokkene__in=wie)
    # UNION en geen OR: dan leest de database twee keer de index, en nooit de hele tabel.
    adressen = list(eigen.union(Contactadres.objects.filter(betrokkene__in=bedrijven)))
    keuzes = _keuzes(wie, adressen)
    zonder = [w for w, k in keuzes.items() if not k.adressen and not (k.gegevens and k.gegevens.ziet_af_sinds)]
    if zonder and adressen:
        vestigingen = Betrokkene.objects.filter(pk__in=zonder, onderdeel_van__isnull=False)
        bedrijf_van = {pk: bedrijf for pk, bedrijf in vestigingen.values_list("pk", "onderdeel_van") if bedrijf}
        van_bedrijf = _keuzes(list(set(bedrijf_van.values())), adressen) if bedrijf_van else {}
        keuzes |= {w: van_bedrijf[b] for w, b in bedrijf_van.items() if van_bedrijf[b].adressen}
    return keuzes


def bezorgkeuze_van(betrokkene: UUID) -> Keuze:
    """Volgens welke keuze deze ene bericht krijgt."""
    return bezorgkeuzes_van([betrokkene])[betrokkene]


def _keuzes(wie: Sequence[UUID], van_wie: Iterable[Contactadres]) -> dict[UUID, Keuze]:
    gegevens = {
        g.betrokkene_id: g
        for g in Contactgegevens.objects.als_systeem("langs welk kanaal iemand bericht wil").filter(betrokkene__in=wie)
    }
    adressen: dict[UUID, dict[Kanaal, Contactadres]] = {}
    for adres in van_wie:
        adressen.setdefault(adres.betrokkene_id, {})[Kanaal(adres.kanaal)] = adres
    voorkeuren: dict[UUID, dict[tuple[int, str], bool]] = {}
    for v in Voorkeur.objects.filter(gegevens__in=[g.pk for g in gegevens.values()]).select_related("gegevens"):
        voorkeuren.setdefault(v.gegevens.betrokkene_id, {})[v.categorie_id, v.kanaal] = v.aan
    return {w: Keuze(gegevens.get(w), adressen.get(w, {}), voorkeuren.get(w, {})) for w in wie}
