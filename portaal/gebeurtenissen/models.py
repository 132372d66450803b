"""Het gebeurtenissenboek: wat er gebeurde, welke tekst er toen stond, en wie het nog moet horen."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portaal.gebeurtenissen.soorten import ActorSoort, soort_keuzes
from portaal.gebeurtenissen.wachtrij import Wachtrij
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldJsonVeld


class PgCurrentXactId(models.Func):
    """`pg_current_xact_id()`: het nummer van de lopende transactie."""

    function = "pg_current_xact_id"
    output_field = models.BigIntegerField()


class Xid8Veld(models.Field):  # type: ignore[type-arg]
    """PostgreSQL `xid8`: het transactienummer, waarmee een feed een late commit nooit overslaat."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)


class Vastgelegd(models.Model):
    """Een record waarvan elke verandering in het boek staat.

    Het record houdt zelf bij hoeveel gebeurtenissen er zijn en wat de laatste hash is: zo valt ook een afgekapte
    keten op. Elke klasse noemt haar `record_soort`: het woord waarmee boek, API en tijdlijn ernaar verwijzen.
    """

    record_soort: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    versie = models.PositiveIntegerField(default=0, editable=False, help_text="Loopt op bij elke wijziging.")
    inhoud_versie = models.PositiveIntegerField(default=0, editable=False)
    gebeurtenissen_aantal = models.PositiveIntegerField(default=0, editable=False)
    gebeurtenissen_hash = models.BinaryField(default=bytes, editable=False)
    bewaren_tot = models.DateField(
        null=True, blank=True, editable=False, help_text="Daarna vernietigt de portaal de inhoud."
    )
    aangemaakt_op = models.DateTimeField(editable=False)
    gewijzigd_op = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    def vaste_feiten(self) -> dict[str, Any]:
        """Wat bij elke gebeurtenis van dit record in de feiten staat; nooit iets dat over een persoon gaat."""
        return {}


class Vernietigbaar(Vastgelegd):
    """Een record met een bewaartermijn: daarna blijft alleen dat het er was (zie vernietigen.py)."""

    vernietigd_op = models.DateTimeField(
        null=True, editable=False, help_text="Sindsdien is de inhoud weg; het boek en de vingerafdrukken blijven."
    )

    class Meta:
        abstract = True

    @staticmethod
    def index(naam: str) -> models.Index:
        """De deelindex waar `vernietigen` op zoekt: alleen wat een termijn heeft en er nog is."""
        return models.Index(
            fields=["bewaren_tot"], condition=Q(bewaren_tot__isnull=False, vernietigd_op__isnull=True), name=naam
        )


class Inhoud(models.Model):
    """Wat een persoon te lezen kreeg, of heeft ingevuld: per versie onveranderlijk."""

    record_soort = models.CharField(max_length=30)
    record_id = models.UUIDField()
    versie = models.PositiveIntegerField()
    json = models.JSONField(help_text="Titel, toelichting, termijn, formulier: wat op de pagina stond.")
    antwoorden = VersleuteldJsonVeld(null=True, help_text="Wat de persoon heeft ingevuld; versleuteld.")
    sha256 = models.BinaryField(max_length=32)
    op = models.DateTimeField()

    class Meta:
        verbose_name = "inhoud"
        verbose_name_plural = "inhoud"
        constraints = [models.UniqueConstraint(fields=["record_soort", "record_id", "versie"], name="inhoud_uniek")]

    def __str__(self) -> str:
        return f"inhoud van {self.record_soort} {self.record_id}, versie {self.versie}"


class Gebeurtenis(models.Model):
    """Eén regel in het boek. Alleen toevoegen: de database weigert wijzigen en verwijderen."""

    volgnummer = models.BigAutoField(primary_key=True)
    xid8 = Xid8Veld(db_default=PgCurrentXactId(), editable=False)
    id_extern = models.UUIDField(default=uuid7, unique=True, help_text="Vast kenmerk om dubbele op te herkennen.")
    soort = models.CharField(max_length=40, choices=soort_keuzes)
    record_soort = models.CharField(max_length=30)
    record_id = models.UUIDField()
    nummer = models.PositiveIntegerField(help_text="De hoeveelste van dit record.")
    betrokkene = models.UUIDField(null=True)
    zaak = models.UUIDField(null=True)
    applicatie = models.UUIDField(null=True, help_text="De eigenaar van het record.")
    organisatie = models.UUIDField(null=True)
    actor_soort = models.CharField(max_length=20, choices=ActorSoort.choices)
    actor = models.UUIDField(null=True, help_text="Wie het deed.")
    namens = models.UUIDField(null=True, help_text="Voor wie, als dat een ander is.")
    niveau = models.PositiveSmallIntegerField(null=True, help_text="Betrouwbaarheidsniveau van de inlog, 0 tot 4.")
    op = models.DateTimeField()
    feiten = models.JSONField(default=dict, help_text="Bijzonderheden, zonder persoonsgegevens.")
    inhoud_versie = models.PositiveIntegerField(null=True)
    inhoud_sha256 = models.BinaryField(null=True, help_text="Alleen bij de gebeurtenis die de inhoud maakte.")
    vorige_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        verbose_name = "gebeurtenis"
        verbose_name_plural = "gebeurtenissen"
        constraints = [
            models.UniqueConstraint(fields=["record_soort", "record_id", "nummer"], name="gebeurtenis_keten")
        ]
        indexes = [
            models.Index(fields=["applicatie", "xid8", "volgnummer"], name="gebeurtenis_feed"),
            models.Index(fields=["betrokkene", "volgnummer"], name="gebeurtenis_betrokkene"),
        ]

    def __str__(self) -> str:
        return f"{self.soort} ({self.volgnummer})"


class Aflevering(Wachtrij):
    """Een gebeurtenis die één volger nog moet horen. Dezelfde transactie als de gebeurtenis zelf."""

    gebeurtenis = models.ForeignKey(Gebeurtenis, on_delete=models.PROTECT, related_name="+")
    volger = models.CharField(max_length=40)
    aangemaakt_op = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Wachtrij.Meta):
        verbose_name = "aflevering"
        verbose_name_plural = "afleveringen"
        constraints = [models.UniqueConstraint(fields=["gebeurtenis", "volger"], name="aflevering_uniek")]
        indexes = [Wachtrij.index("aflevering_te_doen")]

    def __str__(self) -> str:
        return f"{self.volger}: {self.get_stand_display()}"
