"""Koppelingen met systemen die de Objecten API spreken, de objecten zelf, en wat er misging.

Een object is de vorm waarin zo'n systeem een taak, bericht of verzoek kent; zijn sleutel is die van het record. Wat er
gestuurd is staat er woordelijk bij, versleuteld, en gaat terug met alleen anders wat er anders werd.
"""

from typing import Any, ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie, Categorie
from portaal.gebeurtenissen.wachtrij import Wachtrij
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldJsonVeld, VersleuteldTekstVeld
from taken.models import Taak

PAD = "/objecten/api/v2/"


class Dialect(models.TextChoices):
    """In welke vorm een objecttype geschreven is."""

    V1 = "portaaltaak", _("portaaltaak (elke GZAC)")
    V2 = "externe_klanttaak", _("externe klanttaak 1.1 (GZAC met die plugin, NL Portal)")
    BERICHT = "bericht", _("bericht (NL Portal)")
    PRODUCTAANVRAAG = "productaanvraag", _("verzoek (productaanvraag)")
    ZAAKVERZOEK = "zaakverzoek", _("zaakverzoek")
    KLANTTAAK = "klanttaak", _("klant.taak (Common Gateway)")


TAAKDIALECTEN = (Dialect.V1, Dialect.V2, Dialect.KLANTTAAK)


def _controleer_adres(adres: str, veld: str) -> None:
    """Volledig, met een schuine streep aan het eind; in productie met https."""
    if not adres.startswith(("https://", *(["http://"] if settings.DEMO else []))):
        raise ValidationError({veld: _("Begin met https://.")})
    if not adres.endswith("/"):
        raise ValidationError({veld: _("Zet een schuine streep (/) aan het eind.")})


class AdresVeld(models.URLField):  # type: ignore[type-arg]
    """Een adres van een API; wie in het beheer geen begin intikt, bedoelt https."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(assume_scheme="https", **kwargs)

    def deconstruct(self) -> Any:
        naam, _pad, args, kwargs = super().deconstruct()
        return naam, "django.db.models.URLField", args, kwargs


class Koppeling(models.Model):
    """Eén systeem dat de Objecten API van de portaal gebruikt, en hoe het wil horen dat er iets veranderde."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    applicatie = models.OneToOneField(
        Applicatie,
        on_delete=models.PROTECT,
        related_name="koppeling",
        help_text=_("Het systeem dat taken klaarzet, bijvoorbeeld GZAC. Maak hier ook een token voor."),
    )
    actief = models.BooleanField(
        _("actief"), default=True, help_text=_("Uit: de objecten zijn er even niet, en er gaan geen meldingen uit.")
    )
    basis_url = AdresVeld(
        _("adres van de Objecten API"),
        max_length=300,
        blank=True,
        help_text=_(
            "Het adres dat in het andere systeem staat ingevuld, met / aan het eind. Leeg: het gewone adres van de portaal. "
            "Bereikt het andere systeem de portaal langs een ander adres (in hetzelfde cluster), vul dat dan hier in."
        ),
    )
    objecttypen_url = AdresVeld(
        _("adres van de Objecttypen API"),
        max_length=300,
        blank=True,
        help_text=_(
            "Precies zoals het in het andere systeem staat, met / aan het eind. Leeg: gelijk aan het adres van de Objecten API. "
            "GZAC vergelijkt dit letter voor letter."
        ),
    )
    notificaties_url = AdresVeld(
        _("adres van de Notificaties API"),
        max_length=300,
        blank=True,
        help_text=_("Bijvoorbeeld https://open-notificaties.gemeente.nl/api/v1/. Leeg: er gaan geen meldingen uit."),
    )
    client_id = models.CharField(
        _("client id"), max_length=100, blank=True, help_text=_("Zoals het in de Notificaties API bekend is.")
    )
    geheim = VersleuteldTekstVeld(_("geheim"), null=True, blank=True)
    tijdzone = models.CharField(
        _("tijdzone van het andere systeem"),
        max_length=50,
        default="UTC",
        help_text=_(
            "Alleen voor portaaltaken: GZAC schrijft de termijn in de tijd van zijn eigen server. Meestal UTC."
        ),
    )
    linkparameter = models.CharField(
        _("parameter met de uuid"),
        max_length=50,
        blank=True,
        help_text=_(
            "Komt achter elke link naar een formulier, met de uuid van de taak. Voor Open Formulieren: "
            "initial_data_reference. Leeg: de link blijft zoals zij is."
        ),
    )
    verwerkt_binnen = models.PositiveSmallIntegerField(
        _("verwerkt binnen (uren)"),
        default=24,
        help_text=_("Is een gedane taak zo lang daarna niet verwerkt, dan komt dat in de lijst met koppelfouten."),
    )
    contact = models.EmailField(
        _("e-mail bij koppelfouten"),
        blank=True,
        help_text=_(
            "Wie een e-mail krijgt als er koppelfouten bij komen, ten hoogste één per kwartier. Leeg: niemand."
        ),
    )
    nummers_in_adres = models.BooleanField(
        _("nummers in het adres toestaan"),
        default=False,
        help_text=_(
            "Laat zoeken op een bsn of KVK-nummer in het adres toe (data_attrs). Zet dit alleen aan als het niet anders kan: "
            "een adres komt in logboeken van tussenliggende systemen terecht."
        ),
    )

    class Meta:
        verbose_name = _("koppeling")
        verbose_name_plural = _("koppelingen")

    def __str__(self) -> str:
        return str(self.applicatie)

    @property
    def basis(self) -> str:
        """Waar het andere systeem onze objecten vindt, met / aan het eind; uit de instelling, nooit uit de kop Host."""
        return str(self.basis_url) or settings.PORTAAL_URL + PAD

    @property
    def objecttypen(self) -> str:
        """Waar het andere systeem denkt dat de objecttypen staan, met / aan het eind."""
        return str(self.objecttypen_url) or self.basis

    @property
    def zone(self) -> ZoneInfo:
        """De tijdzone van de server van het andere systeem."""
        return ZoneInfo(self.tijdzone)

    def clean(self) -> None:
        """Adressen zijn volledig, de tijdzone bestaat, en wie meldingen stuurt heeft daar een geheim voor."""
        for veld in ("basis_url", "objecttypen_url", "notificaties_url"):
            if adres := getattr(self, veld):
                _controleer_adres(adres, veld)
        if self.tijdzone not in available_timezones():
            raise ValidationError({"tijdzone": _("Deze tijdzone bestaat niet. Bijvoorbeeld: UTC of Europe/Amsterdam.")})
        if self.notificaties_url and not self.client_id:
            raise ValidationError({"client_id": _("Vul het client id in waarmee de portaal zich bekendmaakt.")})


class Objecttype(models.Model):
    """Een objecttype dat het andere systeem gebruikt, en in welk dialect de objecten ervan geschreven zijn."""

    koppeling = models.ForeignKey(Koppeling, on_delete=models.CASCADE, related_name="typen")
    uuid = models.UUIDField(
        _("uuid"), help_text=_("De uuid van het objecttype, zoals het in het andere systeem staat.")
    )
    versie = models.PositiveSmallIntegerField(_("versie"), default=1)
    dialect = models.CharField(
        _("vorm"), max_length=30, choices=[keuze for keuze in Dialect.choices if keuze[0] != Dialect.KLANTTAAK]
    )
    categorie = models.ForeignKey(
        Categorie,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_(
            "Leeg: de standaardcategorie van de applicatie, of bij een klanttaak die met de code van de eigenaar."
        ),
    )

    class Meta:
        verbose_name = _("objecttype")
        verbose_name_plural = _("objecttypen")
        constraints = [models.UniqueConstraint(fields=["koppeling", "uuid", "versie"], name="objecttype_uniek")]

    def __str__(self) -> str:
        return f"{self.get_dialect_display()}, {_('versie')} {self.versie}"

    @property
    def url(self) -> str:
        """Het adres, letter voor letter zoals het andere systeem het bouwt."""
        return f"{self.koppeling.objecttypen}objecttypes/{self.uuid}"


class KoppelobjectQuerySet(PoortQuerySet["Koppelobject"]):
    """Objecten achter de poort."""

    def _regel_van(self, applicatie: Applicatie) -> Q:
        """Het hare, en de taken die een toestemming (Grant) haar laat uitvoeren."""
        taken = Taak.objects.van(applicatie).values("pk")
        actief = Q(objecttype=None) | Q(objecttype__koppeling__actief=True)
        eigen = Q(applicatie=applicatie) | Q(record_soort=Taak.record_soort, pk__in=taken)
        return Q(verwijderd_op=None) & actief & eigen

    def met_context(self) -> Self:
        """Met koppeling en type erbij, in dezelfde query."""
        return self.select_related("objecttype__koppeling__applicatie", "applicatie__organisatie")


class Koppelobject(Bewaakt):
    """Een taak, bericht of verzoek zoals het andere systeem het kent. Verandert alleen door `objecten.handelingen`.

    De kolommen zijn die van het laatste record in de zin van de Objecten API; `Objectversie` heeft de eerdere.
    """

    id = models.UUIDField(primary_key=True, editable=False)  # die van de taak, het bericht of het verzoek
    applicatie = models.ForeignKey(Applicatie, on_delete=models.PROTECT, related_name="+")
    objecttype = models.ForeignKey(
        Objecttype, null=True, on_delete=models.PROTECT, related_name="+", help_text="Leeg bij klant.taak."
    )
    dialect = models.CharField(max_length=30, choices=Dialect.choices)
    record_soort = models.CharField(max_length=30)
    gezien_versie = models.PositiveIntegerField(help_text="De versie van het record waar dit object bij past.")
    gedaan_op = models.DateTimeField(null=True, help_text="Sinds wanneer een gedane taak op verwerking wacht.")
    verwijderd_op = models.DateTimeField(null=True)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)
    vingerafdruk = models.BinaryField(max_length=32, editable=False, default=bytes)

    index = models.PositiveIntegerField(default=1)
    type_versie = models.PositiveSmallIntegerField(default=1)
    data = VersleuteldJsonVeld(help_text="Het object zoals het nu is; versleuteld.")
    start_op = models.DateField(default=vandaag)
    eind_op = models.DateField(null=True)
    registratie_op = models.DateField(default=vandaag)
    verbetert = models.PositiveIntegerField(null=True, help_text="De index van het record dat dit verbetert.")

    objects: ClassVar[KoppelobjectQuerySet] = KoppelobjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = _("object")
        verbose_name_plural = _("objecten")
        indexes = [
            models.Index(fields=["applicatie", "objecttype", "id"], name="koppelobject_van_applicatie"),
            models.Index(fields=["gedaan_op"], condition=Q(gedaan_op__isnull=False), name="koppelobject_gedaan"),
        ]

    def __str__(self) -> str:
        return f"object {self.pk}"

    @property
    def url(self) -> str:
        """Het adres zoals het andere systeem het kent."""
        if self.objecttype is None:
            return f"{settings.PORTAAL_URL}/kic/v1/taken/{self.pk}"
        return f"{self.objecttype.koppeling.basis}objects/{self.pk}"


class Objectversie(models.Model):
    """Een eerder record van een object: elke wijziging maakt een nieuw, en het oude blijft te lezen."""

    object = models.ForeignKey(Koppelobject, on_delete=models.CASCADE, related_name="versies")
    index = models.PositiveIntegerField()
    type_versie = models.PositiveSmallIntegerField()
    data = VersleuteldJsonVeld()
    start_op = models.DateField()
    eind_op = models.DateField(null=True)
    registratie_op = models.DateField()
    verbetert = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("eerder record")
        verbose_name_plural = _("eerdere records")
        constraints = [models.UniqueConstraint(fields=["object", "index"], name="objectversie_uniek")]

    def __str__(self) -> str:
        return f"record {self.index} van {self.object_id}"


class Actie(models.TextChoices):
    """Wat er met een object gebeurde, in de woorden van de Notificaties API."""

    CREATE = "create", "create"
    UPDATE = "update", "update"
    PARTIAL_UPDATE = "partial_update", "partial_update"
    DESTROY = "destroy", "destroy"


class Objectmelding(Wachtrij):
    """Een melding aan de Notificaties API van de organisatie: er is iets met dit object. Zonder inhoud.

    `aanmaakdatum` blijft bij elke poging gelijk: daaraan herkent GZAC een dubbele.
    """

    object = models.ForeignKey(Koppelobject, on_delete=models.CASCADE, related_name="+")
    koppeling = models.ForeignKey(Koppeling, on_delete=models.CASCADE, related_name="+")
    actie = models.CharField(max_length=20, choices=Actie.choices)
    aanmaakdatum = models.DateTimeField(default=nu)

    class Meta(Wachtrij.Meta):
        verbose_name = _("melding")
        verbose_name_plural = _("meldingen")
        indexes = [Wachtrij.index("objectmelding_te_doen")]

    def __str__(self) -> str:
        return f"{self.actie} {self.object_id}"


class Koppelfoutsoort(models.TextChoices):
    """Wat er mis kan gaan tussen de portaal en een gekoppeld systeem."""

    ONBEKEND_FORMULIER = "onbekend_formulier", _("Formulier niet bekend")
    ONTOONBAAR_FORMULIER = "ontoonbaar_formulier", _("Formulier kan de portaal niet tonen")
    HOST_NIET_TOEGESTAAN = "host_niet_toegestaan", _("Link naar een website die niet op de lijst staat")
    ONLEESBARE_TERMIJN = "onleesbare_termijn", _("Termijn niet te lezen")
    ONLEESBAAR_BEDRAG = "onleesbaar_bedrag", _("Bedrag niet te lezen")
    ONBEKENDE_SOORT = "onbekende_soort", _("Soort taak niet bekend")
    STATUS_PAST_NIET = "status_past_niet", _("Status past niet bij wat er al gebeurd is")
    GEWEIGERD = "geweigerd", _("Object geweigerd")
    ONBEKEND_OBJECTTYPE = "onbekend_objecttype", _("Objecttype niet bekend")
    NIET_VERWERKT = "niet_verwerkt", _("Gedaan, maar niet verwerkt")
    MELDING_MISLUKT = "melding_mislukt", _("Melding niet aangekomen")


class Koppelfout(models.Model):
    """Iets dat een medewerker moet weten of oplossen. Zonder persoonsgegevens."""

    koppeling = models.ForeignKey(Koppeling, on_delete=models.CASCADE, related_name="fouten")
    soort = models.CharField(max_length=30, choices=Koppelfoutsoort.choices)
    object = models.UUIDField(_("object"), null=True, help_text="De taak, het bericht of het verzoek, als dat er is.")
    wat = models.CharField(_("welk"), max_length=200, blank=True, help_text="Welk formulier, welke website, welk veld.")
    op = models.DateTimeField(_("sinds"), default=nu, editable=False)
    aantal = models.PositiveIntegerField(_("aantal keer"), default=1)
    verteld_op = models.DateTimeField(null=True, editable=False, help_text="Wanneer er een e-mail over ging.")
    afgehandeld_op = models.DateTimeField(_("afgehandeld op"), null=True, editable=False)
    afgehandeld_door = models.UUIDField(null=True, editable=False, help_text="De medewerker; leeg: vanzelf opgelost.")

    class Meta:
        verbose_name = _("koppelfout")
        verbose_name_plural = _("koppelfouten")
        constraints = [
            models.UniqueConstraint(
                fields=["koppeling", "soort", "object", "wat"],
                condition=Q(afgehandeld_op=None),
                nulls_distinct=False,
                name="koppelfout_een_open",
            )
        ]
        indexes = [models.Index(fields=["object"], condition=Q(afgehandeld_op=None), name="koppelfout_van_object")]

    def __str__(self) -> str:
        return str(self.get_soort_display())

    @property
    def open(self) -> bool:
        """Of er nog iets aan gedaan moet worden."""
        return self.afgehandeld_op is None


def objecttype_uuid(adres: Any) -> UUID | None:
    """De uuid aan het eind van het adres van een objecttype; None als die er niet is."""
    try:
        return UUID(str(adres).rstrip("/").rsplit("/", 1)[-1])
    except ValueError:
        return None
