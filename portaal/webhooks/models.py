"""Abonnementen van applicaties, en wat er naar ze is gestuurd."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.models import Gebeurtenis, Vastgelegd
from portaal.gebeurtenissen.wachtrij import Wachtrij
from portaal.tijd import nu
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldJsonVeld
from portaal.webhooks.cloudevents import TYPES
from portaal.webhooks.feed import Plek


def type_keuzes() -> list[tuple[str, str]]:
    """De types als keuzelijst; als functie, zodat een nieuw type geen migratie vraagt."""
    return [(type_, type_) for type_ in sorted(TYPES.values())]


class AbonnementQuerySet(models.QuerySet["Abonnement"]):
    """Abonnementen die er nog zijn."""

    def bestaand(self) -> Self:
        """Niet verwijderd."""
        return self.filter(verwijderd_op=None)

    def van(self, applicatie: Applicatie) -> Self:
        """Die van deze applicatie."""
        return self.bestaand().filter(applicatie=applicatie)


class Abonnement(Vastgelegd):
    """Een applicatie die bij bepaalde gebeurtenissen een webhook wil. Verandert alleen door `webhooks.handelingen`."""

    record_soort = "abonnement"

    applicatie = models.ForeignKey(Applicatie, on_delete=models.PROTECT, related_name="+")
    naam = models.CharField(max_length=100, help_text=_("Waar het voor is, bijvoorbeeld: GZAC productie."))
    url = models.CharField("URL", max_length=1000, help_text=_("Waar de portaal naartoe stuurt; begint met https://."))
    types = ArrayField(
        models.CharField(max_length=100, choices=type_keuzes),
        default=list,
        blank=True,
        help_text=_("Leeg: elk type, ook die later bij komen."),
    )
    contact = models.EmailField(blank=True, help_text=_("Wie een e-mail krijgt als het afgeven niet meer lukt."))
    geheimen = VersleuteldJsonVeld(editable=False, help_text="[{geheim, tot}]; het nieuwste eerst; versleuteld.")
    actief = models.BooleanField(default=True, editable=False)
    gepauzeerd_op = models.DateTimeField(null=True, editable=False)
    pauze_reden = models.CharField(max_length=200, blank=True, editable=False)
    verwijderd_op = models.DateTimeField(null=True, editable=False)

    # Hoe het ging. Geen wijziging van het abonnement zelf, dus geen gebeurtenis.
    gelezen_xid8 = models.BigIntegerField(editable=False)
    gelezen_volgnummer = models.BigIntegerField(editable=False)
    gelukt_op = models.DateTimeField(null=True, editable=False)
    mislukt_sinds = models.DateTimeField(null=True, editable=False)
    mislukt_op_rij = models.PositiveIntegerField(default=0, editable=False)
    rust_tot = models.DateTimeField(
        null=True, editable=False, help_text="Tot dan gaat er niets heen: het lukte niet, of de ontvanger vroeg erom."
    )

    objects = AbonnementQuerySet.as_manager()

    class Meta:
        verbose_name = "abonnement"
        verbose_name_plural = "abonnementen"
        ordering = ("id",)
        indexes = [models.Index(fields=["applicatie", "id"], name="abonnement_van_applicatie")]

    def __str__(self) -> str:
        return self.naam

    @property
    def gelezen(self) -> Plek:
        """Tot waar de gebeurtenissen voor dit abonnement zijn klaargezet."""
        return Plek(self.gelezen_xid8, self.gelezen_volgnummer)

    def geldige_geheimen(self) -> list[str]:
        """Waarmee nu ondertekend wordt: het nieuwste, en het vorige zolang dat nog geldt."""
        moment = nu()
        return [
            str(g["geheim"]) for g in self.geheimen if not g["tot"] or datetime.fromisoformat(str(g["tot"])) > moment
        ]


class Bezorging(Wachtrij):
    """Eén gebeurtenis voor één abonnement. Zonder gebeurtenis is het een testbericht."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    abonnement = models.ForeignKey(Abonnement, on_delete=models.CASCADE, related_name="bezorgingen")
    gebeurtenis = models.ForeignKey(Gebeurtenis, null=True, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=100)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta(Wachtrij.Meta):
        verbose_name = "bezorging"
        verbose_name_plural = "bezorgingen"
        constraints = [models.UniqueConstraint(fields=["abonnement", "gebeurtenis"], name="bezorging_uniek")]
        indexes = [
            Wachtrij.index("bezorging_te_doen"),
            models.Index(fields=["abonnement", "id"], name="bezorging_van_abonnement"),
            models.Index(fields=["klaar_op"], condition=Q(klaar_op__isnull=False), name="bezorging_op_te_ruimen"),
        ]

    def __str__(self) -> str:
        return f"{self.type} ({self.get_stand_display()})"

    def niet_voor(self) -> datetime | None:
        """Niet terwijl het abonnement nog rust."""
        return Abonnement.objects.values_list("rust_tot", flat=True).get(pk=self.abonnement_id)


class Poging(models.Model):
    """Eén keer afgeven: wanneer, hoe lang, en wat de ontvanger zei. Nooit wat er in zijn antwoord stond."""

    bezorging = models.ForeignKey(Bezorging, on_delete=models.CASCADE, related_name="gedaan")
    op = models.DateTimeField()
    duur_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    fout = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "poging"
        verbose_name_plural = "pogingen"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.fout or f"status {self.status}"
