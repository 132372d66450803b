"""Het inzagelogboek: wie van de organisatie of haar systemen keek in wiens gegevens (AVG artikel 5 lid 2 en 32)."""

from django.db import models
from django.db.models.functions import Now

from portaal.gebeurtenissen.soorten import ActorSoort


class Inzage(models.Model):
    """Eén keer kijken door een medewerker of applicatie in gegevens van één betrokkene. Alleen toevoegen."""

    op = models.DateTimeField(db_default=Now(), editable=False)
    actor_soort = models.CharField(max_length=20, choices=ActorSoort.choices)
    actor = models.UUIDField(help_text="De medewerker of applicatie.")
    betrokkene = models.UUIDField(null=True)
    record_soort = models.CharField(max_length=30)
    record_id = models.UUIDField(null=True)
    waarvoor = models.CharField(max_length=60, help_text="De pagina of aanroep.")

    class Meta:
        verbose_name = "inzage"
        verbose_name_plural = "inzagen"
        indexes = [models.Index(fields=["betrokkene", "-op"], name="inzage_betrokkene")]

    def __str__(self) -> str:
        return f"{self.waarvoor} ({self.op:%Y-%m-%d %H:%M})"
