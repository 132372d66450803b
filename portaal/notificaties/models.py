"""Notificaties: een seintje dat er iets klaarstaat, zonder iets over de inhoud te zeggen."""

from django.db import models

from portaal.betrokkenen.models import Betrokkene
from portaal.gebeurtenissen.wachtrij import Wachtrij
from portaal.tijd import nu
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldTekstVeld


class Kanaal(models.TextChoices):
    """Waarlangs een notificatie gaat."""

    EMAIL = "email", "e-mail"


class Contactadres(models.Model):
    """Waar een betrokkene te bereiken is. Het adres zelf staat versleuteld."""

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    kanaal = models.CharField(max_length=10, choices=Kanaal.choices)
    adres = VersleuteldTekstVeld()
    geverifieerd_op = models.DateTimeField(null=True, blank=True)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta:
        verbose_name = "contactadres"
        verbose_name_plural = "contactadressen"
        constraints = [models.UniqueConstraint(fields=["betrokkene", "kanaal"], name="contactadres_uniek")]

    def __str__(self) -> str:
        return str(self.get_kanaal_display())


class Notificatie(Wachtrij):
    """Eén notificatie over één gebeurtenis, langs één kanaal. De sleutel is ook het vaste kenmerk van het bericht."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gebeurtenis = models.UUIDField(help_text="`id_extern` van de gebeurtenis.")
    record_soort = models.CharField(max_length=30)
    record_id = models.UUIDField()
    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    applicatie = models.UUIDField()
    kanaal = models.CharField(max_length=10, choices=Kanaal.choices)
    aard = models.CharField(max_length=30)
    handelingsperspectief = models.CharField(max_length=30, blank=True)
    termijn = models.DateField(null=True)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta(Wachtrij.Meta):
        verbose_name = "notificatie"
        verbose_name_plural = "notificaties"
        constraints = [
            models.UniqueConstraint(fields=["gebeurtenis", "betrokkene", "kanaal"], name="notificatie_uniek")
        ]
        indexes = [
            Wachtrij.index("notificatie_te_doen"),
            models.Index(fields=["record_soort", "record_id"], name="notificatie_van_record"),
        ]

    def __str__(self) -> str:
        return f"notificatie {self.pk}"
