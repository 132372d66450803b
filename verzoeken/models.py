"""Het verzoek: iemand vraagt of meldt iets aan de organisatie. Hoort het bij een zaak, dan heet het zaakverzoek."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portaal.bestanden.handelingen import Plek
from portaal.betrokkenen.models import Applicatie, Betrokkene, Categorie, Niveau
from portaal.gebeurtenissen.models import Vastgelegd, Vernietigbaar
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu, vandaag
from portaal.versleuteling import VersleuteldJsonVeld
from portaal.zaken.models import Zaak

DOELGROEPEN = [
    (Doelgroep.INWONER.value, _("inwoner")),
    (Doelgroep.ONDERNEMER.value, _("ondernemer")),
    (Doelgroep.KETENPARTNER.value, _("ketenpartner")),
]


class ZaakverzoekSoort(models.TextChoices):
    """Wat iemand met een zaakverzoek wil."""

    WIJZIGEN = "wijzigen", _("Iets wijzigen")
    TOEVOEGEN = "toevoegen", _("Iets toevoegen")
    MELDEN = "melden", _("Iets melden")
    INTREKKEN = "intrekken", _("Intrekken")
    VRAGEN = "vragen", _("Een vraag stellen")


class VersieStatus(models.TextChoices):
    """Waar een versie van een formulier is, in de woorden van Open VTB."""

    CONCEPT = "draft", _("concept")
    GEPUBLICEERD = "published", _("gepubliceerd")
    VERVALLEN = "deprecated", _("vervallen")


class Status(models.TextChoices):
    """Waar een verzoek is."""

    CONCEPT = "concept", _("nog niet verstuurd")
    INGEDIEND = "ingediend", _("ontvangen")
    IN_BEHANDELING = "in_behandeling", _("in behandeling")
    VERWERKT = "verwerkt", _("afgehandeld")
    GEWEIGERD = "geweigerd", _("niet in behandeling genomen")
    DOORGELEID = "doorgeleid", _("doorgestuurd naar een andere organisatie")
    INGETROKKEN = "ingetrokken", _("ingetrokken")


# Wat een systeem kan zien: een concept is alleen van de persoon.
ONTVANGEN_STATUSSEN = [keuze for keuze in Status.choices if keuze[0] != Status.CONCEPT]
AFGEROND = (Status.VERWERKT, Status.GEWEIGERD, Status.DOORGELEID, Status.INGETROKKEN)


class Kanaal(models.TextChoices):
    """Waarlangs een verzoek kwam; een back-office mag ook een eigen woord sturen."""

    PORTAAL = "portaal", _("via deze website")
    BALIE = "balie", _("aan de balie")
    TELEFOON = "telefoon", _("per telefoon")


class Verzoektype(Vastgelegd):
    """Iets wat mensen kunnen aanvragen, vragen of melden. Verandert alleen door `verzoeken.handelingen`."""

    record_soort = "verzoektype"

    code = models.SlugField(unique=True, help_text="Staat in het adres van het formulier.")
    naam = models.CharField(max_length=100, help_text="Als opdracht: 'Vraag een parkeervergunning aan'.")
    naam_en = models.CharField("naam (Engels)", max_length=100, blank=True)
    omschrijving = models.TextField(blank=True, max_length=4000, help_text="Intern; een inwoner leest dit niet.")
    toelichting = models.TextField(blank=True, max_length=2000, help_text="In eenvoudige taal: waarvoor en voor wie.")
    doelgroepen = ArrayField(models.CharField(max_length=20, choices=DOELGROEPEN), help_text="Wie dit kan doen.")
    minimaal_niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)
    verwachte_duur = models.CharField(max_length=100, blank=True, help_text="Bijvoorbeeld: binnen 8 weken.")
    zonder_internet = models.TextField(
        blank=True, max_length=1000, help_text="Hoe iemand dit zonder internet doet (Awb 2:7, tweede lid)."
    )
    applicatie = models.ForeignKey(
        Applicatie, on_delete=models.PROTECT, related_name="+", help_text="Wie de verzoeken ontvangt."
    )
    categorie = models.ForeignKey(Categorie, on_delete=models.PROTECT, related_name="+")
    actief = models.BooleanField(default=True)
    is_zaakverzoek = models.BooleanField(default=False, help_text="Hoort bij een lopende zaak.")
    zaakverzoek_soort = models.CharField(max_length=20, choices=ZaakverzoekSoort.choices, blank=True)
    zaaktypen = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Bij welke zaaktypen. Leeg: bij alle zaken van de organisatie.",
    )

    class Meta:
        verbose_name = "verzoektype"
        verbose_name_plural = "verzoektypen"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_zaakverzoek=True) | Q(is_zaakverzoek=False, zaakverzoek_soort="", zaaktypen=[]),
                name="verzoektype_zaakverzoek",
            )
        ]

    def __str__(self) -> str:
        return self.naam

    @property
    def naam_in_taal(self) -> str:
        """De naam in de taal van de pagina."""
        return self.naam_en if get_language() == "en" and self.naam_en else self.naam


class VerzoektypeVersie(models.Model):
    """Het formulier van een verzoektype. Gepubliceerd is onveranderlijk; een wijziging is een nieuwe versie."""

    type = models.ForeignKey(Verzoektype, on_delete=models.PROTECT, related_name="versies")
    versie = models.PositiveSmallIntegerField()
    formulier = models.JSONField(help_text="De vragen, als Form.io-definitie; zie portaal/formulieren/.")
    status = models.CharField(max_length=20, choices=VersieStatus.choices, default=VersieStatus.CONCEPT)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)
    gewijzigd_op = models.DateTimeField(default=nu, editable=False)
    begin_geldigheid = models.DateField(null=True, blank=True)
    einde_geldigheid = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "versie van een verzoektype"
        verbose_name_plural = "versies van een verzoektype"
        constraints = [
            models.UniqueConstraint(fields=["type", "versie"], name="verzoektypeversie_uniek"),
            models.UniqueConstraint(
                fields=["type"], condition=Q(status=VersieStatus.GEPUBLICEERD), name="verzoektype_een_gepubliceerd"
            ),
        ]

    def __str__(self) -> str:
        return f"versie {self.versie}"


class VerzoekQuerySet(PoortQuerySet["Verzoek"]):
    """Verzoeken achter de poort."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        """Wat verstuurd is, en van wat nog niet verstuurd is alleen het eigene: een collega ziet uw concept niet."""
        regel = Q(betrokkene__in=toegang.betrokkenen, vernietigd_op__isnull=True) & (
            ~Q(ontvangen_op=None) | Q(persoon=toegang.persoon)
        )
        if toegang.categorieen is not None:
            regel &= Q(type__categorie__in=toegang.categorieen)
        return regel

    def _regel_van(self, applicatie: Applicatie) -> Q:
        """Wat zij ontvangt. Wat nog niet verstuurd is, is alleen van de persoon zelf."""
        return Q(applicatie=applicatie, ontvangen_op__isnull=False, vernietigd_op__isnull=True)

    def verstuurd(self) -> Self:
        """Wat de organisatie heeft ontvangen."""
        return self.filter(ontvangen_op__isnull=False)

    def concepten(self) -> Self:
        """Wat bewaard is om later verder te gaan."""
        return self.filter(status=Status.CONCEPT)

    def verlopen_concepten(self) -> Self:
        """Wat te lang is blijven liggen, oudste eerst."""
        return self.concepten().filter(bewaren_tot__lt=vandaag()).order_by("bewaren_tot", "id")

    def met_context(self) -> Self:
        """Met alles wat een lijst of pagina toont, in dezelfde query."""
        return self.select_related("applicatie__organisatie", "type__categorie", "type_versie", "zaak")

    def voor_kaart(self) -> Self:
        """Met precies wat een rij in een lijst toont: het ontsleutelt niets. Wat zij niet toont is een query per verzoek."""
        return (
            self.select_related(None)
            .select_related("applicatie__organisatie", "type", "zaak")
            .only(
                *("status", "referentie", "ontvangen_op", "afgerond_op", "minimaal_niveau"),
                *("type__naam", "type__naam_en", "zaak__omschrijving"),
                *("applicatie__afdeling", "applicatie__organisatie__naam"),
            )
        )


class Verzoek(Vernietigbaar, Bewaakt):
    """Een verzoek van één betrokkene aan één applicatie. Verandert alleen door `verzoeken.handelingen`."""

    record_soort = "verzoek"

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.PROTECT, related_name="+", help_text="Wie het vraagt.")
    persoon = models.ForeignKey(
        Betrokkene, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Wie het invulde."
    )
    niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, null=True, blank=True)
    minimaal_niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)
    type = models.ForeignKey(Verzoektype, on_delete=models.PROTECT, related_name="+")
    type_versie = models.ForeignKey(VerzoektypeVersie, on_delete=models.PROTECT, related_name="+")
    applicatie = models.ForeignKey(Applicatie, on_delete=models.PROTECT, related_name="+")
    zaak = models.ForeignKey(Zaak, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_gerelateerd_aan = models.JSONField(default=list, blank=True, help_text="De verwijzingen zoals ze zijn gestuurd.")
    wacht_op_zaak = ArrayField(
        models.CharField(max_length=510),
        null=True,
        editable=False,
        help_text="De namen (soort:waarde) van een zaak die nog niet bekend is; leeg als er geen is of zij is gebonden.",
    )

    antwoorden = VersleuteldJsonVeld(null=True, help_text="Wat er is ingevuld; versleuteld.")
    overig = VersleuteldJsonVeld(null=True, help_text="Wat een back-office verder meestuurde; versleuteld.")
    taal = models.CharField(max_length=2, default="nl")
    kanaal = models.CharField(max_length=200, blank=True)
    bron_naam = models.CharField(max_length=100, blank=True)
    bron_referentie = models.CharField(max_length=255, blank=True)
    vingerafdruk = models.BinaryField(max_length=32, default=bytes, editable=False)

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.CONCEPT)
    referentie = models.CharField(max_length=20, blank=True, help_text="Om voor te lezen aan de telefoon.")
    ontvangen_op = models.DateTimeField(null=True, blank=True, help_text="Op de klok van de portaal (Awb 2:20).")
    afgerond_op = models.DateTimeField(null=True, blank=True)
    reden = models.CharField(max_length=1000, blank=True, help_text="Toelichting bij de status; de persoon leest dit.")
    antwoord_soort = models.CharField(max_length=30, blank=True, help_text="Het antwoord: een bericht of een taak.")
    antwoord_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[VerzoekQuerySet] = VerzoekQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "verzoek"
        verbose_name_plural = "verzoeken"
        constraints = [
            models.UniqueConstraint(fields=["referentie"], condition=~Q(referentie=""), name="verzoek_referentie"),
            models.UniqueConstraint(
                fields=["applicatie", "bron_referentie"],
                condition=~Q(bron_referentie=""),
                name="verzoek_bron_referentie",
            ),
            models.UniqueConstraint(
                fields=["betrokkene", "persoon", "type", "zaak"],
                condition=Q(status=Status.CONCEPT),
                nulls_distinct=False,
                name="verzoek_een_concept",
            ),
            models.CheckConstraint(
                condition=Q(ontvangen_op__isnull=True, status__in=[Status.CONCEPT, Status.INGETROKKEN], referentie="")
                | (Q(ontvangen_op__isnull=False) & ~Q(status=Status.CONCEPT) & ~Q(referentie="")),
                name="verzoek_ontvangen",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AFGEROND, afgerond_op__isnull=False)
                | (~Q(status__in=AFGEROND) & Q(afgerond_op__isnull=True)),
                name="verzoek_afgerond",
            ),
            models.CheckConstraint(
                condition=Q(antwoord_soort="", antwoord_id__isnull=True)
                | (~Q(antwoord_soort="") & Q(antwoord_id__isnull=False)),
                name="verzoek_antwoord",
            ),
        ]
        indexes = [
            Vernietigbaar.index("verzoek_te_vernietigen"),
            models.Index(fields=["betrokkene", "-ontvangen_op", "-id"], name="verzoek_van_persoon"),
            models.Index(fields=["applicatie", "status", "id"], name="verzoek_van_applicatie"),
            GinIndex(fields=["wacht_op_zaak"], condition=Q(wacht_op_zaak__isnull=False), name="verzoek_wacht_op_zaak"),
            models.Index(fields=["zaak"], condition=Q(zaak__isnull=False), name="verzoek_van_zaak"),
            models.Index(fields=["bewaren_tot"], condition=Q(status=Status.CONCEPT), name="verzoek_oud_concept"),
        ]

    def __str__(self) -> str:
        return f"verzoek {self.pk}"

    @property
    def is_zaakverzoek(self) -> bool:
        """Of het bij een lopende zaak is gedaan."""
        return self.type.is_zaakverzoek

    @property
    def afgerond(self) -> bool:
        """Of er niets meer aan verandert."""
        return self.status in AFGEROND


def plek_van(verzoek: Verzoek) -> Plek:
    """Waar een bestand bij dit verzoek terechtkomt, en wie het krijgt."""
    niveau = verzoek.minimaal_niveau
    return Plek(Verzoek.record_soort, verzoek.pk, verzoek.betrokkene_id, verzoek.applicatie, niveau, verzoek.zaak_id)
