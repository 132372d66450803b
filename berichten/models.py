"""Het bericht: informatie van een organisatie, die niet meer verandert zodra iemand haar kan lezen (Awb 2:12)."""

from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from portaal.bestanden.handelingen import Plek, id_in
from portaal.betrokkenen.models import Aard, Applicatie, Betrokkene, Categorie, Handelingsperspectief, Niveau
from portaal.gebeurtenissen.models import Vernietigbaar
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.inloggen.toegang import Toegang
from portaal.inloggen.verwijzing import Verwijzing
from portaal.tijd import nu
from portaal.versleuteling import VersleuteldJsonVeld, VersleuteldTekstVeld
from portaal.zaken.models import Zaak


class BerichtQuerySet(PoortQuerySet["Bericht"]):
    """Berichten achter de poort."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        regel = Q(betrokkene__in=toegang.betrokkenen, toegankelijk_op__isnull=False, vernietigd_op__isnull=True)
        if toegang.categorieen is not None:
            regel &= Q(categorie__in=toegang.categorieen)
        return regel

    def _regel_van(self, applicatie: Applicatie) -> Q:
        return Q(applicatie=applicatie, ingetrokken_op__isnull=True, vernietigd_op__isnull=True)

    def te_publiceren(self) -> Self:
        """Wat nu te lezen moet worden, oudste eerst."""
        return self.filter(
            toegankelijk_op__isnull=True, ingetrokken_op__isnull=True, publicatiedatum__lte=nu()
        ).order_by("publicatiedatum", "id")

    def nieuwste_eerst(self) -> Self:
        """Zoals ze in de lijst staan."""
        return self.order_by("-toegankelijk_op", "-id")

    def met_context(self) -> Self:
        """Met alles wat een lijst of pagina toont, in dezelfde query."""
        return self.select_related("applicatie__organisatie", "categorie", "zaak")

    def voor_kaart(self) -> Self:
        """Met precies wat een rij in een lijst toont: het ontsleutelt niets. Wat zij niet toont is een query per bericht."""
        return (
            self.select_related(None)
            .select_related("applicatie__organisatie")
            .only(
                *("onderwerp", "minimaal_niveau", "toegankelijk_op", "einddatum_handelingstermijn"),
                *("applicatie__afdeling", "applicatie__organisatie__naam"),
            )
        )

    def met_leesstand(self, toegang: Toegang) -> Self:
        """Met `nieuw` en `gearchiveerd` voor deze lezer, en of het bericht is `vervangen` of `herroepen`."""
        stand = BerichtLezer.objects.voor(toegang).filter(bericht=OuterRef("pk"))
        later = Bericht.objects.als_systeem(
            "of er een opvolger is; wie die mag zien beslist de pagina van die opvolger"
        ).filter(toegankelijk_op__isnull=False)
        return self.annotate(
            nieuw=~Exists(stand.filter(ongelezen=False)),
            gearchiveerd=Exists(stand.filter(gearchiveerd_op__isnull=False)),
            vervangen=Exists(later.filter(vervangt=OuterRef("pk"))),
            herroepen=Exists(later.filter(trekt_in=OuterRef("pk"))),
        )


class Bericht(Vernietigbaar, Bewaakt):
    """Een bericht aan één betrokkene, van één applicatie. Verandert alleen door `berichten.handelingen`.

    Vanaf `toegankelijk_op` weigert ook de database elke wijziging van wat er staat (onveranderlijk.py).
    """

    record_soort = "bericht"

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.PROTECT, related_name="+")
    applicatie = models.ForeignKey(Applicatie, on_delete=models.PROTECT, related_name="+")
    categorie = models.ForeignKey(Categorie, on_delete=models.PROTECT, related_name="+")
    zaak = models.ForeignKey(Zaak, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_gerelateerd_aan = models.JSONField(default=list, help_text="De verwijzingen zoals ze zijn gestuurd.")
    wacht_op_zaak = ArrayField(
        models.CharField(max_length=510),
        null=True,
        editable=False,
        help_text="De namen (soort:waarde) van een zaak die nog niet bekend is; leeg als er geen is of zij is gebonden.",
    )

    onderwerp = models.CharField(max_length=200)
    tekst = models.TextField(help_text="Eenvoudige Markdown.")
    aard = models.CharField(max_length=30, choices=Aard.choices)
    referentie = models.CharField(max_length=100, blank=True, help_text="Het kenmerk dat de ontvanger kan noemen.")
    bericht_type = models.CharField(max_length=20, blank=True)
    handelingsperspectief = models.CharField(max_length=30, choices=Handelingsperspectief.choices, blank=True)
    einddatum_handelingstermijn = models.DateField(null=True, blank=True, help_text="De laatste dag telt mee.")
    einddatum_moment = models.DateTimeField(null=True, blank=True, help_text="De einddatum zoals die is gestuurd.")
    minimaal_niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)
    bijlagen = models.JSONField(default=list, help_text="Verwijzingen naar documenten, zoals ze zijn gestuurd.")
    mijn_overheid = models.BooleanField(default=False, help_text="Geschikt voor de Berichtenbox van MijnOverheid.")

    publicatiedatum = models.DateTimeField(help_text="Vanaf wanneer de afzender wil dat het te lezen is.")
    toegankelijk_op = models.DateTimeField(
        null=True, blank=True, help_text="Sinds wanneer het te lezen is: het moment van verzending (Awb 2:19)."
    )
    ingetrokken_op = models.DateTimeField(null=True, blank=True, help_text="Ingetrokken voordat het te lezen was.")
    geopend_op = models.DateTimeField(null=True, blank=True, help_text="Voor het eerst geopend, door wie dan ook.")

    vervangt = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    trekt_in = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verwijzing_soort = models.CharField(max_length=30, blank=True)
    verwijzing_id = models.UUIDField(null=True, blank=True)

    bron_referentie = models.CharField(max_length=200, blank=True)
    geadresseerde = VersleuteldTekstVeld(help_text="De urn van de ontvanger, zoals gestuurd; versleuteld.")
    vingerafdruk = models.BinaryField(max_length=32, editable=False, help_text="Van het verzoek dat het maakte.")
    payload = VersleuteldJsonVeld(null=True, help_text="Het verzoek zoals het is gestuurd; versleuteld.")

    objects: ClassVar[BerichtQuerySet] = BerichtQuerySet.as_manager()  # type: ignore[assignment]

    # Uit `met_leesstand`.
    nieuw: bool
    gearchiveerd: bool
    vervangen: bool
    herroepen: bool

    class Meta(Bewaakt.Meta):
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        constraints = [
            models.UniqueConstraint(
                fields=["applicatie", "bron_referentie"],
                condition=~Q(bron_referentie=""),
                name="bericht_bron_referentie",
            ),
            models.CheckConstraint(
                condition=Q(toegankelijk_op__isnull=True) | Q(ingetrokken_op__isnull=True),
                name="bericht_te_lezen_of_ingetrokken",
            ),
            models.CheckConstraint(
                condition=Q(geopend_op__isnull=True) | Q(toegankelijk_op__isnull=False),
                name="bericht_geopend_na_publicatie",
            ),
            models.CheckConstraint(
                condition=Q(vervangt__isnull=True) | Q(trekt_in__isnull=True), name="bericht_vervangt_of_trekt_in"
            ),
            models.CheckConstraint(
                condition=Q(verwijzing_soort="", verwijzing_id__isnull=True)
                | ~Q(verwijzing_soort="") & Q(verwijzing_id__isnull=False),
                name="bericht_verwijzing_heel",
            ),
        ]
        indexes = [
            Vernietigbaar.index("bericht_te_vernietigen"),
            models.Index(
                fields=["betrokkene", "-toegankelijk_op", "-id"],
                condition=Q(toegankelijk_op__isnull=False),
                name="bericht_van_persoon",
            ),
            models.Index(fields=["applicatie", "id"], name="bericht_van_applicatie"),
            models.Index(
                fields=["publicatiedatum"],
                condition=Q(toegankelijk_op__isnull=True, ingetrokken_op__isnull=True),
                name="bericht_te_publiceren",
            ),
            models.Index(fields=["zaak"], condition=Q(zaak__isnull=False), name="bericht_van_zaak"),
            GinIndex(fields=["wacht_op_zaak"], condition=Q(wacht_op_zaak__isnull=False), name="bericht_wacht_op_zaak"),
        ]

    def __str__(self) -> str:
        return f"bericht {self.pk}"

    @property
    def bestanden(self) -> list[UUID]:
        """De bestanden van de portaal in de bijlagen, in volgorde; een verwijzing naar elders telt niet mee."""
        ids = [id_in(str(bijlage.get("informatieObject", ""))) for bijlage in self.bijlagen]
        return list(dict.fromkeys(id_ for id_ in ids if id_ is not None))

    @property
    def verwijzing(self) -> Verwijzing | None:
        """De taak (of een ander record) waar het bericht bij hoort."""
        return Verwijzing(self.verwijzing_soort, self.verwijzing_id) if self.verwijzing_id else None


def plek_van(bericht: Bericht) -> Plek:
    """Waar een bijlage bij dit bericht hoort, en wie haar krijgt."""
    niveau = bericht.minimaal_niveau
    return Plek(Bericht.record_soort, bericht.pk, bericht.betrokkene_id, bericht.applicatie, niveau, bericht.zaak_id)


class BerichtLezerQuerySet(PoortQuerySet["BerichtLezer"]):
    """De leesstand van wie er is ingelogd; die van een ander is er niet."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        return Q(persoon=toegang.persoon)


class BerichtLezer(Bewaakt):
    """Hoe ver één lezer met één bericht is: van hemzelf, niet van de afzender. Zonder rij is het bericht nieuw."""

    bericht = models.ForeignKey(Bericht, on_delete=models.CASCADE, related_name="+")
    persoon = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    gelezen_op = models.DateTimeField(null=True, blank=True, help_text="De eerste keer.")
    ongelezen = models.BooleanField(default=True)
    gearchiveerd_op = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[BerichtLezerQuerySet] = BerichtLezerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "leesstand"
        verbose_name_plural = "leesstanden"
        constraints = [models.UniqueConstraint(fields=["bericht", "persoon"], name="berichtlezer_uniek")]

    def __str__(self) -> str:
        return f"leesstand {self.pk}"
