"""Zaken, voor zover de portaal ze kent: genoeg om te zeggen waar een taak bij hoort."""

from typing import ClassVar

from django.db import models

from portaal.betrokkenen.models import Organisatie
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.tijd import nu
from portaal.uuid7 import uuid7


class ZaakQuerySet(PoortQuerySet["Zaak"]):
    """Zaken achter de poort. Een zaak is te zien via wat eraan hangt; een eigen lijst komt met de betrokkenen erbij."""


class Zaak(Bewaakt):
    """Een zaak bij een organisatie. `ZaakSleutel` zegt onder welke namen andere systemen haar kennen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisatie = models.ForeignKey(Organisatie, on_delete=models.PROTECT, related_name="+")
    identificatie = models.CharField(max_length=100, blank=True, help_text="Het zaaknummer dat de inwoner kent.")
    omschrijving = models.CharField(max_length=200)
    bewaren_tot = models.DateField(null=True, blank=True, editable=False)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    objects: ClassVar[ZaakQuerySet] = ZaakQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "zaak"
        verbose_name_plural = "zaken"

    def __str__(self) -> str:
        return f"zaak {self.pk}"


class ZaakSleutel(models.Model):
    """Eén naam van een zaak: een urn, een url, een uuid of een nummer."""

    class Soort(models.TextChoices):
        """Wat voor naam het is."""

        URN = "urn", "URN"
        URL = "url", "URL"
        UUID = "uuid", "UUID"
        NUMMER = "nummer", "zaaknummer"

    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="sleutels")
    soort = models.CharField(max_length=10, choices=Soort.choices)
    waarde = models.CharField(max_length=500)

    class Meta:
        verbose_name = "zaaksleutel"
        verbose_name_plural = "zaaksleutels"
        constraints = [models.UniqueConstraint(fields=["soort", "waarde"], name="zaaksleutel_uniek")]

    def __str__(self) -> str:
        return str(self.get_soort_display())
