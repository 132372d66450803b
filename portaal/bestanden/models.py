"""Een bestand dat iemand meestuurt met een taak of een verzoek, of een systeem met een bericht."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie, Betrokkene, Grant, Niveau
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.inloggen.toegang import Toegang
from portaal.versleuteling import VersleuteldTekstVeld

LOS = "los"  # `bij_soort` van wat een systeem stuurde en nog nergens aan hing


class Stand(models.TextChoices):
    """Waar een bestand is."""

    ONDERWEG = "onderweg", _("wordt ontvangen")
    WACHT = "wacht", _("wacht op de controle op virussen")
    SCHOON = "schoon", _("gecontroleerd")
    BESMET = "besmet", _("er zit een virus in")
    WEG = "weg", _("verwijderd")


class BestandQuerySet(PoortQuerySet["Bestand"]):
    """Bestanden achter de poort. Wat erbij hoort (de taak, het verzoek) heeft zijn eigen poort; kijk daar ook."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        """Wat bij een verstuurd antwoord hoort, en van wat nog niet verstuurd is alleen het eigene."""
        eigen = Q(betrokkene__in=toegang.betrokkenen, minimaal_niveau__lte=toegang.niveau)
        return eigen & (Q(verstuurd_op__isnull=False) | Q(persoon=toegang.persoon))

    def _regel_van(self, applicatie: Applicatie) -> Q:
        """Wat verstuurd is, gecontroleerd, en van haar of van een eigenaar die haar laat uitvoeren. En wat zij zelf stuurde."""
        grant = Grant.objects.filter(uitvoerder=applicatie, eigenaar=OuterRef("applicatie"))
        verstuurd = Q(verstuurd_op__isnull=False, stand=Stand.SCHOON) & (Q(applicatie=applicatie) | Q(Exists(grant)))
        eigen = Q(applicatie=applicatie, persoon=None) & ~Q(stand__in=[Stand.ONDERWEG, Stand.WEG])
        return verstuurd | eigen

    def bij(self, soort: str, id_: object) -> Self:
        """De bestanden bij dit record die er nog zijn, op volgorde van ontvangst."""
        return self.filter(bij_soort=soort, bij_id=id_).exclude(stand=Stand.WEG).order_by("id")


class Bestand(Vastgelegd, Bewaakt):
    """Een bestand bij één record. Verandert alleen door `portaal.bestanden.handelingen`; de inhoud is versleuteld."""

    record_soort = "bestand"

    betrokkene = models.ForeignKey(
        Betrokkene,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Over wie het gaat; leeg zolang een systeem het nog nergens aan hing.",
    )
    persoon = models.ForeignKey(
        Betrokkene,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Wie het stuurde; leeg: een systeem.",
    )
    applicatie = models.ForeignKey(
        Applicatie, on_delete=models.PROTECT, related_name="+", help_text="Wie het krijgt, of stuurde."
    )
    minimaal_niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)
    bij_soort = models.CharField(
        max_length=30, help_text="Waar het bij hoort: een taak, een verzoek of een bericht; los: nog nergens bij."
    )
    bij_id = models.UUIDField()
    veld = models.CharField(max_length=100, blank=True, help_text="De vraag in het formulier.")
    naam = VersleuteldTekstVeld(help_text="De naam die de persoon eraan gaf; versleuteld.")
    mime = models.CharField(max_length=100, blank=True, help_text="Aan de inhoud gezien.")
    grootte = models.PositiveBigIntegerField(default=0, help_text="Bytes, zoals wij het doorgeven.")
    sha256 = models.BinaryField(max_length=32, default=bytes, help_text="Over wat wij doorgeven.")
    stand = models.CharField(max_length=12, choices=Stand.choices, default=Stand.ONDERWEG)
    verstuurd_op = models.DateTimeField(null=True, blank=True, help_text="Leeg: hoort nog bij een concept.")
    document_url = models.URLField(max_length=1000, blank=True, help_text="In de Documenten API, als die er is.")

    objects: ClassVar[BestandQuerySet] = BestandQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "bestand"
        verbose_name_plural = "bestanden"
        indexes = [
            models.Index(fields=["bij_soort", "bij_id", "id"], name="bestand_bij_record"),
            models.Index(fields=["id"], condition=Q(stand__in=["onderweg", "wacht"]), name="bestand_te_doen"),
        ]

    def __str__(self) -> str:
        return f"bestand {self.pk}"

    @property
    def opslagnaam(self) -> str:
        """Waar de inhoud staat in de opslag."""
        return f"{self.pk.hex[-2:]}/{self.pk}"
