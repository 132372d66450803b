"""Waar iemand te bereiken is, wat hij daarover heeft gekozen, en de seintjes dat er iets klaarstaat."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Aard, Betrokkene, Categorie
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.gebeurtenissen.wachtrij import Stand, Wachtrij
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldTekstVeld


class Kanaal(models.TextChoices):
    """Waarlangs een notificatie gaat. Bij elk kanaal hoort een map onder `kanalen/`."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("sms")


TALEN = [("nl", _("Nederlands")), ("en", _("Engels"))]

# Bij deze aard hoort een kennisgeving die de wet vraagt (Awb 2:10). De rest is dienst aan de lezer.
WETTELIJK = frozenset(
    {Aard.BESCHIKKING, Aard.VOORNEMEN, Aard.VERZOEK_OM_INFORMATIE, Aard.BETAALVERZOEK, Aard.UITNODIGING}
)


class GegevensQuerySet(PoortQuerySet["Contactgegevens"]):
    """Contactgegevens achter de poort: alleen die van voor wie iemand is ingelogd."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        return Q(betrokkene=toegang.betrokkene)


class Contactgegevens(Vastgelegd, Bewaakt):
    """Wat iemand over bericht krijgen heeft gekozen. Elke keuze staat in het boek van dit record.

    Zonder rij heeft iemand nog niets gekozen: dan geldt wat hier als begin staat.
    """

    record_soort = "contactgegevens"

    betrokkene = models.OneToOneField(Betrokkene, on_delete=models.PROTECT, related_name="+")
    taal = models.CharField(max_length=2, choices=TALEN, default="nl", help_text="De taal van e-mail en sms.")
    digitaal_sinds = models.DateTimeField(
        null=True, editable=False, help_text="Sinds wanneer officiële post digitaal mag (Awb 2:8); leeg: niet gezegd."
    )
    ziet_af_sinds = models.DateTimeField(
        null=True, editable=False, help_text="Sinds wanneer iemand geen enkele notificatie wil (Awb 2:10, eerste lid)."
    )
    dienstmail = models.BooleanField(
        default=True, help_text="Of ook bericht mag komen dat de wet niet vraagt, zoals een herinnering."
    )

    objects: ClassVar[GegevensQuerySet] = GegevensQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "contactgegevens"
        verbose_name_plural = "contactgegevens"

    def __str__(self) -> str:
        return f"contactgegevens {self.pk}"


class Contactadres(models.Model):
    """Waar een betrokkene te bereiken is. Het adres zelf staat versleuteld.

    Een adres van de persoon zelf staat hier pas als het is bevestigd; een adres van de organisatie (het team van een
    ketenpartner) meteen. `bundel_tot` houdt bij tot wanneer volgende notificaties op elkaar wachten.
    """

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    kanaal = models.CharField(max_length=10, choices=Kanaal.choices)
    adres = VersleuteldTekstVeld()
    geverifieerd_op = models.DateTimeField(null=True, blank=True)
    onbestelbaar_op = models.DateTimeField(null=True, blank=True, help_text="Wanneer bleek dat niets hier aankomt.")
    bundel_tot = models.DateTimeField(null=True, editable=False)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta:
        verbose_name = "contactadres"
        verbose_name_plural = "contactadressen"
        constraints = [models.UniqueConstraint(fields=["betrokkene", "kanaal"], name="contactadres_uniek")]

    def __str__(self) -> str:
        return str(self.get_kanaal_display())


class Voorkeur(models.Model):
    """Of iemand over een categorie langs een kanaal bericht wil. Zonder rij: zoals het kanaal begint."""

    gegevens = models.ForeignKey(Contactgegevens, on_delete=models.CASCADE, related_name="voorkeuren")
    categorie = models.ForeignKey(Categorie, on_delete=models.CASCADE, related_name="+")
    kanaal = models.CharField(max_length=10, choices=Kanaal.choices)
    aan = models.BooleanField()

    class Meta:
        verbose_name = "voorkeur"
        verbose_name_plural = "voorkeuren"
        constraints = [models.UniqueConstraint(fields=["gegevens", "categorie", "kanaal"], name="voorkeur_uniek")]

    def __str__(self) -> str:
        return f"voorkeur {self.pk}"


class Verificatie(Wachtrij):
    """Een adres dat nog bevestigd moet worden, en het bericht met de link en de code dat erheen gaat.

    Link en code worden niet bewaard: zij volgen uit de sleutel van deze rij en het geheim van de portaal.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gegevens = models.ForeignKey(Contactgegevens, on_delete=models.CASCADE, related_name="verificaties")
    kanaal = models.CharField(max_length=10, choices=Kanaal.choices)
    adres = VersleuteldTekstVeld()
    adres_index = models.BinaryField(max_length=32, editable=False, help_text="Om te tellen hoe vaak dit adres kwam.")
    taal = models.CharField(max_length=2, choices=TALEN)
    verkeerde_codes = models.PositiveSmallIntegerField(default=0)
    verloopt_op = models.DateTimeField()
    bevestigd_op = models.DateTimeField(null=True)
    vervallen_op = models.DateTimeField(null=True, help_text="Ingetrokken, of vervangen door een nieuwe.")
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta(Wachtrij.Meta):
        verbose_name = "verificatie"
        verbose_name_plural = "verificaties"
        constraints = [
            models.UniqueConstraint(
                fields=["gegevens", "kanaal"],
                condition=Q(bevestigd_op__isnull=True, vervallen_op__isnull=True),
                name="verificatie_een_open",
            )
        ]
        indexes = [
            Wachtrij.index("verificatie_te_doen"),
            models.Index(fields=["adres_index", "aangemaakt_op"], name="verificatie_van_adres"),
        ]

    def __str__(self) -> str:
        return f"verificatie {self.pk}"


class Status(models.TextChoices):
    """Hoe het met een notificatie staat, zoals de afzender het ziet."""

    WACHT = "wacht", _("wacht")
    VERSTUURD = "verstuurd", _("verstuurd")
    BEZORGD = "bezorgd", _("bezorgd")
    MISLUKT = "mislukt", _("mislukt")
    GEANNULEERD = "geannuleerd", _("niet meer nodig")
    AFGEZIEN = "afgezien", _("wil geen bericht")
    GEEN_ADRES = "geen_adres", _("geen adres bekend")


class Notificatie(Wachtrij):
    """Dat één persoon langs één kanaal over één gebeurtenis hoort.

    Wat tegelijk weggaat heeft dezelfde `bundel`: die is het vaste kenmerk van de e-mail of sms, ook na een storing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gebeurtenis = models.UUIDField(help_text="`id_extern` van de gebeurtenis.")
    record_soort = models.CharField(max_length=30)
    record_id = models.UUIDField()
    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    applicatie = models.UUIDField()
    kanaal = models.CharField(max_length=10, choices=Kanaal.choices, blank=True)
    aard = models.CharField(max_length=30)
    categorie = models.ForeignKey(Categorie, null=True, on_delete=models.SET_NULL, related_name="+")
    handelingsperspectief = models.CharField(max_length=30, blank=True)
    termijn = models.DateField(null=True)
    herinnering = models.CharField(
        max_length=20, blank=True, help_text="De dag van de herinnering; leeg: de eerste keer."
    )
    bundel = models.UUIDField(null=True, editable=False)
    kenmerk_extern = models.CharField(
        max_length=100, blank=True, help_text="Het kenmerk bij de dienst die het bezorgt."
    )
    bezorgd_op = models.DateTimeField(null=True, blank=True, help_text="Alleen met bewijs van de ontvangende kant.")
    gepubliceerd_op = models.DateTimeField(default=nu, help_text="Hieraan hangt de klok van 48 uur (Awb 2:10).")
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta(Wachtrij.Meta):
        verbose_name = "notificatie"
        verbose_name_plural = "notificaties"
        constraints = [
            models.UniqueConstraint(
                fields=["gebeurtenis", "betrokkene", "kanaal", "herinnering"], name="notificatie_uniek"
            )
        ]
        indexes = [
            Wachtrij.index("notificatie_te_doen"),
            models.Index(fields=["record_soort", "record_id"], name="notificatie_van_record"),
            models.Index(
                fields=["betrokkene", "kanaal"], condition=Q(stand=Stand.WACHT), name="notificatie_van_persoon"
            ),
            models.Index(fields=["betrokkene", "kanaal", "klaar_op"], name="notificatie_per_dag"),
            models.Index(fields=["bundel"], condition=Q(bundel__isnull=False), name="notificatie_bundel"),
            models.Index(fields=["gepubliceerd_op"], condition=Q(stand=Stand.WACHT), name="notificatie_klok"),
        ]

    def __str__(self) -> str:
        return f"notificatie {self.pk}"

    @property
    def status(self) -> Status:
        """De stand in de woorden voor de afzender. Bezorgd is alleen wat de ontvangende kant heeft bevestigd."""
        if self.stand == Stand.KLAAR:
            return Status.BEZORGD if self.bezorgd_op else Status.VERSTUURD
        if self.stand == Stand.GEANNULEERD and self.fout in (Status.AFGEZIEN, Status.GEEN_ADRES):
            return Status(self.fout)
        return Status(self.stand)

    @property
    def status_op(self) -> datetime:
        """Sinds wanneer het zo staat."""
        return self.bezorgd_op or self.klaar_op or self.aangemaakt_op


class Wijze(models.TextChoices):
    """Hoe een medewerker alsnog contact zocht."""

    GEBELD = "gebeld", _("gebeld")
    BRIEF = "brief", _("brief gestuurd")
    NIET_NODIG = "niet_nodig", _("niet meer nodig")
    ZELF_HERSTELD = "zelf_hersteld", _("de persoon gaf een nieuw adres")


class Contactherstel(models.Model):
    """Een notificatie die langs geen enkele weg aankwam: een medewerker zoekt contact op een andere manier (Awb 2:11)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notificatie = models.OneToOneField(Notificatie, on_delete=models.CASCADE, related_name="herstel")
    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)
    wijze = models.CharField(max_length=20, choices=Wijze.choices, blank=True)
    afgehandeld_op = models.DateTimeField(null=True, blank=True)
    afgehandeld_door = models.UUIDField(null=True, blank=True, help_text="De medewerker.")

    class Meta:
        verbose_name = "contactherstel"
        verbose_name_plural = "contactherstel"
        indexes = [
            models.Index(fields=["betrokkene"], condition=Q(afgehandeld_op__isnull=True), name="herstel_open"),
        ]

    def __str__(self) -> str:
        return f"contactherstel {self.pk}"


class Zendtempo(models.Model):
    """Hoe ver vooruit er langs een kanaal al is verstuurd: samen gaan de workers niet sneller dan de instelling."""

    kanaal = models.CharField(max_length=10, primary_key=True)
    tot = models.DateTimeField()

    class Meta:
        verbose_name = "zendtempo"
        verbose_name_plural = "zendtempo"

    def __str__(self) -> str:
        return self.kanaal
