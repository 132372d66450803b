"""De zaak: waar een organisatie mee bezig is voor iemand, zoals de portaal haar van een zaaksysteem kent."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Case, IntegerField, Q, When
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie, Betrokkene, Categorie, Niveau, Organisatie
from portaal.gebeurtenissen.models import Vernietigbaar
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.inloggen.toegang import Toegang
from portaal.tijd import vandaag
from portaal.versleuteling import VersleuteldTekstVeld


class Rol(models.TextChoices):
    """Als wie iemand bij een zaak hoort."""

    AANVRAGER = "aanvrager", _("aanvrager")
    GEMACHTIGDE = "gemachtigde", _("gemachtigde")
    BELANGHEBBENDE = "belanghebbende", _("belanghebbende")
    KETENPARTNER = "ketenpartner", _("ketenpartner")
    ADVISEUR = "adviseur", _("adviseur")


_ALLES = frozenset(
    {
        *("omschrijving", "identificatie", "zaaktype", "toelichting", "startdatum", "verwachte_einddatum", "einddatum"),
        *("status", "resultaat", "taken", "berichten", "verzoeken", "tijdlijn"),
    }
)
# Wat iemand in een rol van een zaak te zien krijgt, bij naam. Wat hier niet staat, ziet hij niet; een rol die hier niet
# staat, ziet de hele zaak niet. Taken, berichten en verzoeken zijn steeds alleen die van hemzelf.
ZICHTBAAR: dict[str, frozenset[str]] = {
    Rol.AANVRAGER: _ALLES,
    Rol.GEMACHTIGDE: _ALLES,
    Rol.BELANGHEBBENDE: _ALLES - {"toelichting"},
    Rol.KETENPARTNER: frozenset(
        {"omschrijving", "identificatie", "zaaktype", "startdatum", "status", "taken", "berichten", "verzoeken"}
    ),
}


def zichtbare_velden(zaak: "Zaak", rol: str) -> frozenset[str]:
    """De velden van deze zaak die iemand in deze rol mag zien; een onbekende rol ziet niets."""
    return ZICHTBAAR.get(rol, frozenset())


class ZaakQuerySet(PoortQuerySet["Zaak"]):
    """Zaken achter de poort."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        rollen = ZaakBetrokkene.objects.filter(betrokkene__in=toegang.betrokkenen, rol__in=list(ZICHTBAAR))
        regel = Q(pk__in=rollen.values("zaak_id"), vernietigd_op__isnull=True)
        if toegang.categorieen is not None:
            regel &= Q(categorie__in=toegang.categorieen)
        return regel

    def _regel_van(self, applicatie: Applicatie) -> Q:
        return Q(applicatie=applicatie, vernietigd_op__isnull=True)

    def met_context(self) -> "ZaakQuerySet":
        """Met de organisatie en de afdeling, in dezelfde query."""
        return self.select_related("organisatie", "applicatie__organisatie", "categorie")

    def voor_kaart(self) -> "ZaakQuerySet":
        """Met precies wat een kaart in een lijst toont. Wat zij niet toont is een query per zaak."""
        return self.select_related("organisatie", "applicatie__organisatie").only(
            *("identificatie", "omschrijving", "zaaktype", "startdatum", "verwachte_einddatum", "einddatum"),
            *("resultaat", "stappen", "minimaal_niveau"),
            *("organisatie__naam", "applicatie__afdeling", "applicatie__organisatie__naam"),
        )

    def lopende_eerst(self) -> "ZaakQuerySet":
        """Eerst wat loopt, dan wat klaar is; per groep de nieuwste eerst."""
        klaar = Case(When(einddatum__isnull=True, then=0), default=1, output_field=IntegerField())
        return self.annotate(klaar=klaar).order_by("klaar", "-startdatum", "-id")

    def na(self, vorige: "Zaak") -> "ZaakQuerySet":
        """Het deel van `lopende_eerst` dat na deze zaak komt: bladeren op sleutel, zonder tellen."""
        klaar = int(vorige.afgerond)
        verder = Q(startdatum__lt=vorige.startdatum) | Q(startdatum=vorige.startdatum, id__lt=vorige.pk)
        return self.filter(Q(klaar__gt=klaar) | (Q(klaar=klaar) & verder))


class Zaak(Vernietigbaar, Bewaakt):
    """Een zaak bij een organisatie. Verandert alleen door `portaal.zaken.handelingen`.

    `ZaakSleutel` zegt onder welke namen andere systemen haar kennen, `ZaakBetrokkene` wie erbij hoort en als wat.
    """

    record_soort = "zaak"

    organisatie = models.ForeignKey(Organisatie, on_delete=models.PROTECT, related_name="+")
    applicatie = models.ForeignKey(Applicatie, on_delete=models.PROTECT, related_name="+")
    categorie = models.ForeignKey(Categorie, on_delete=models.PROTECT, related_name="+")
    identificatie = models.CharField(
        "zaaknummer", max_length=100, blank=True, help_text="Het zaaknummer dat de inwoner kent."
    )
    omschrijving = models.CharField(max_length=200)
    zaaktype = models.CharField(max_length=200, blank=True, help_text="Wat voor zaak het is, in gewone woorden.")
    zaaktype_code = models.CharField(
        max_length=100, blank=True, help_text="De code van het zaaktype bij het zaaksysteem."
    )
    toelichting = models.TextField(blank=True)
    startdatum = models.DateField(default=vandaag)
    verwachte_einddatum = models.DateField(null=True, blank=True, help_text="De streefdatum.")
    einddatum = models.DateField(null=True, blank=True, help_text="Sinds deze dag is de zaak afgerond.")
    resultaat = models.CharField(max_length=200, blank=True)
    stappen = models.JSONField(
        default=list, help_text="De statussen op volgorde: naam, toelichting, bereikt_op (jjjj-mm-dd of niets)."
    )
    minimaal_niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)

    objects: ClassVar[ZaakQuerySet] = ZaakQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "zaak"
        verbose_name_plural = "zaken"
        indexes = [
            Vernietigbaar.index("zaak_te_vernietigen"),
            models.Index(fields=["applicatie", "id"], name="zaak_van_applicatie"),
        ]

    def __str__(self) -> str:
        return f"zaak {self.pk}"

    @property
    def afgerond(self) -> bool:
        """Of de zaak klaar is."""
        return self.einddatum is not None

    @property
    def huidige_stap(self) -> int:
        """De hoeveelste stap de laatst bereikte is; 0 als er nog geen bereikt is."""
        return max((n for n, stap in enumerate(self.stappen, 1) if stap["bereikt_op"]), default=0)

    def voor_inzage(self) -> list[tuple[str, UUID, UUID | None]]:
        """Wat het inzagelogboek wil weten: een regel per betrokkene, want van ieder van hen staan er gegevens in.

        Geen query als `betrokkenen` al is opgehaald.
        """
        wie: list[UUID | None] = list(dict.fromkeys(b.betrokkene_id for b in self.betrokkenen.all()))
        return [(self.record_soort, self.pk, betrokkene) for betrokkene in wie or [None]]


class ZaakBetrokkene(models.Model):
    """Wie er bij een zaak hoort, en als wat."""

    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="betrokkenen")
    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.PROTECT, related_name="+")
    rol = models.CharField(max_length=30, choices=Rol.choices)
    urn = VersleuteldTekstVeld(help_text="De urn van de betrokkene, zoals gestuurd; versleuteld.")

    class Meta:
        verbose_name = "betrokkene bij een zaak"
        verbose_name_plural = "betrokkenen bij zaken"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["betrokkene", "zaak", "rol"], name="zaakbetrokkene_uniek")]

    def __str__(self) -> str:
        return f"{self.get_rol_display()} bij {self.zaak_id}"


class ZaakSleutel(models.Model):
    """Eén naam van een zaak: een urn, een url, een uuid of een nummer.

    Een naam wijst binnen één organisatie één zaak aan: twee gemeenten kunnen hetzelfde zaaknummer uitgeven.
    """

    class Soort(models.TextChoices):
        """Wat voor naam het is."""

        URN = "urn", "URN"
        URL = "url", "URL"
        UUID = "uuid", "UUID"
        NUMMER = "nummer", "zaaknummer"

    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="sleutels")
    organisatie = models.ForeignKey(Organisatie, on_delete=models.PROTECT, related_name="+")
    soort = models.CharField(max_length=10, choices=Soort.choices)
    waarde = models.CharField(max_length=500)

    class Meta:
        verbose_name = "zaaksleutel"
        verbose_name_plural = "zaaksleutels"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["waarde", "soort", "organisatie"], name="zaaksleutel_uniek")]

    def __str__(self) -> str:
        return str(self.get_soort_display())
