"""Het register van formulieren: definities waar een taak of verzoektype naar kan verwijzen, met vaste versies."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.tijd import nu


class Formulier(Vastgelegd):
    """Een formulier dat bij naam te gebruiken is. Verandert alleen door `portaal.formulieren.handelingen`."""

    record_soort = "formulier"

    code = models.CharField(
        _("id"),
        max_length=200,
        unique=True,
        validators=[RegexValidator(r"^[\x21-\x7e]+$", _("Gebruik letters, cijfers en leestekens, zonder spaties."))],
        help_text=_("Zoals een systeem het formulier noemt: in een taak, een verzoektype, of in GZAC."),
    )
    naam = models.CharField(_("naam"), max_length=200, help_text=_("Voor medewerkers; een inwoner leest dit niet."))
    omschrijving = models.TextField(_("omschrijving"), blank=True, max_length=4000)
    applicaties = models.ManyToManyField(
        Applicatie,
        blank=True,
        related_name="+",
        verbose_name=_("wie het mag gebruiken"),
        help_text=_("De systemen die naar dit formulier mogen verwijzen. Zonder keuze mag geen enkel systeem dat."),
    )
    actief = models.BooleanField(
        _("actief"),
        default=True,
        help_text=_("Uit: er komen geen taken of versies meer bij. Wat er al is blijft zoals het is."),
    )

    class Meta:
        verbose_name = _("formulier")
        verbose_name_plural = _("formulieren")

    def __str__(self) -> str:
        return self.naam


class Formulierversie(models.Model):
    """Eén versie van een formulier. Gepubliceerd is onveranderlijk, ook voor de database (onveranderlijk.py)."""

    formulier = models.ForeignKey(Formulier, on_delete=models.PROTECT, related_name="versies")
    versie = models.PositiveSmallIntegerField()
    definitie = models.JSONField(help_text="De vragen, als Form.io-definitie.")
    gepubliceerd_op = models.DateTimeField(null=True, blank=True, help_text="Leeg: een concept.")
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta:
        verbose_name = _("versie van een formulier")
        verbose_name_plural = _("versies van een formulier")
        constraints = [
            models.UniqueConstraint(fields=["formulier", "versie"], name="formulierversie_uniek"),
            models.UniqueConstraint(
                fields=["formulier"], condition=Q(gepubliceerd_op=None), name="formulier_een_concept"
            ),
        ]

    def __str__(self) -> str:
        return f"versie {self.versie}"
