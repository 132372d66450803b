"""Over wie het gaat en wie er met de portaal praat."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.nummers import NummerSoort, controleer_nummer
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.tijd import nu
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldTekstVeld, blinde_index


class BetrokkeneSoort(models.TextChoices):
    """Wat voor iemand een betrokkene is."""

    PERSOON = "natuurlijk_persoon", _("persoon")
    ORGANISATIE = "niet_natuurlijk_persoon", _("bedrijf of organisatie")
    VESTIGING = "vestiging", _("vestiging")


SOORT_BIJ_NUMMER = {
    NummerSoort.BSN: BetrokkeneSoort.PERSOON,
    NummerSoort.PSEUDONIEM: BetrokkeneSoort.PERSOON,
    NummerSoort.KVK: BetrokkeneSoort.ORGANISATIE,
    NummerSoort.RSIN: BetrokkeneSoort.ORGANISATIE,
    NummerSoort.OIN: BetrokkeneSoort.ORGANISATIE,
    NummerSoort.VESTIGING: BetrokkeneSoort.VESTIGING,
}


class Betrokkene(models.Model):
    """Iemand aan wie de portaal iets kan tonen: een persoon, een bedrijf of een vestiging daarvan.

    Bestaat zodra een applicatie iets voor hem klaarzet, ook als hij nog nooit heeft ingelogd.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    soort = models.CharField(max_length=30, choices=BetrokkeneSoort.choices)
    onderdeel_van = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Het bedrijf van een vestiging, of hetzelfde bedrijf onder een ander nummer.",
    )
    bewaren_tot = models.DateField(null=True, blank=True, editable=False)
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta:
        verbose_name = "betrokkene"
        verbose_name_plural = "betrokkenen"

    def __str__(self) -> str:
        return f"betrokkene {self.pk}"


class IdentificatieQuerySet(models.QuerySet["Identificatie"]):
    """Zoeken op nummer zonder het nummer te bewaren."""

    def met_nummer(self, soort: NummerSoort, waarde: str, uitgever: str = "") -> "IdentificatieQuerySet":
        """De identificaties met dit nummer, onder elke actieve indexsleutel. Een onmogelijk nummer: ValueError."""
        nummer = controleer_nummer(soort, waarde)
        indexen = [index for _versie, index in blinde_index(soort, uitgever, nummer)]
        return self.filter(soort=soort, uitgever=uitgever, index__in=indexen)


class Identificatie(models.Model):
    """Een nummer van een betrokkene: versleuteld, met een blinde index om op te zoeken."""

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="identificaties")
    soort = models.CharField(max_length=20, choices=NummerSoort.choices)
    uitgever = models.CharField(max_length=200, blank=True, help_text="Bij een pseudoniem: de inlogdienst die het gaf.")
    waarde = VersleuteldTekstVeld()
    index = models.BinaryField(max_length=32, editable=False)
    sleutelversie = models.CharField(max_length=20, editable=False)

    objects = IdentificatieQuerySet.as_manager()

    class Meta:
        verbose_name = "identificatie"
        verbose_name_plural = "identificaties"
        constraints = [models.UniqueConstraint(fields=["soort", "uitgever", "index"], name="identificatie_uniek")]

    def __str__(self) -> str:
        return str(self.get_soort_display())

    @classmethod
    def voor(cls, betrokkene: Betrokkene, soort: NummerSoort, waarde: str, uitgever: str = "") -> "Identificatie":
        """Een nieuwe, nog niet bewaarde identificatie; een onmogelijk nummer geeft `OngeldigNummerError`."""
        nummer = controleer_nummer(soort, waarde)
        versie, index = blinde_index(soort, uitgever, nummer)[0]
        return cls(
            betrokkene=betrokkene, soort=soort, uitgever=uitgever, waarde=nummer, index=index, sleutelversie=versie
        )


class Ketenpartner(Vastgelegd):
    """Een organisatie die werk van de overheid doet of controleert, zoals een notaris of een hersteller.

    Haar nummers staan bij de betrokkene; wie er namens haar inlogt is een `KetenpartnerLid`. Elke verandering, ook van
    een lid, staat in het boek van de ketenpartner.
    """

    record_soort = "ketenpartner"

    betrokkene = models.OneToOneField(Betrokkene, on_delete=models.PROTECT, related_name="ketenpartner")
    naam = models.CharField(max_length=200)
    actief = models.BooleanField(default=True, help_text="Uit: niemand logt meer in namens deze organisatie.")

    class Meta:
        verbose_name = "ketenpartner"
        verbose_name_plural = "ketenpartners"
        ordering = ("naam",)

    def __str__(self) -> str:
        return self.naam


class KetenpartnerRol(models.TextChoices):
    """Wat een lid namens de ketenpartner mag."""

    BEHEERDER = "beheerder", _("beheerder")
    BEHANDELAAR = "behandelaar", _("behandelaar")
    LEZER = "lezer", _("lezer: mag alleen kijken")


class KetenpartnerLid(models.Model):
    """Iemand die namens een ketenpartner inlogt.

    Wie dat is zegt zijn inlogdienst: `persoon` heeft als identificatie het pseudoniem (sub) bij die dienst, versleuteld
    en met een blinde index. Een ander met hetzelfde nummer van de organisatie komt er dus niet in.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ketenpartner = models.ForeignKey(Ketenpartner, on_delete=models.CASCADE, related_name="leden")
    persoon = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    naam = VersleuteldTekstVeld(null=True)
    rol = models.CharField(max_length=20, choices=KetenpartnerRol.choices)
    toegevoegd_op = models.DateTimeField(default=nu, editable=False)
    ingetrokken_op = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "lid van een ketenpartner"
        verbose_name_plural = "leden van ketenpartners"
        constraints = [models.UniqueConstraint(fields=["ketenpartner", "persoon"], name="ketenpartnerlid_uniek")]

    def __str__(self) -> str:
        return f"lid {self.pk}"

    @property
    def actief(self) -> bool:
        """Of dit lid nu toegang heeft; `ketenpartner` moet zijn opgehaald."""
        return self.ingetrokken_op is None and self.ketenpartner.actief


class Uitnodiging(models.Model):
    """Een link waarmee één collega lid van een ketenpartner wordt. Van de code in de link is alleen de hash bewaard.

    De link alleen is niet genoeg: de inlogdienst moet zeggen dat wie hem gebruikt bij deze organisatie hoort.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ketenpartner = models.ForeignKey(Ketenpartner, on_delete=models.CASCADE, related_name="uitnodigingen")
    naam = VersleuteldTekstVeld()
    rol = models.CharField(max_length=20, choices=KetenpartnerRol.choices)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    verloopt_op = models.DateTimeField()
    aangemaakt_op = models.DateTimeField(default=nu, editable=False)

    class Meta:
        verbose_name = "uitnodiging"
        verbose_name_plural = "uitnodigingen"

    def __str__(self) -> str:
        return f"uitnodiging {self.pk}"


class Organisatie(models.Model):
    """Een overheidsorganisatie die via de portaal iets vraagt of vertelt: de afzender die de inwoner ziet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    naam = models.CharField(max_length=200, unique=True)
    oin = models.CharField("OIN", max_length=20, blank=True)
    telefoon = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    adres = models.CharField(max_length=200, blank=True, help_text="Postadres, op één regel.")
    balie = models.CharField(max_length=200, blank=True, help_text="Waar en wanneer iemand langs kan komen.")

    class Meta:
        verbose_name = "organisatie"
        verbose_name_plural = "organisaties"

    def __str__(self) -> str:
        return self.naam


class Aard(models.TextChoices):
    """De aard van wat iemand krijgt: gesloten, want zij staat in de notificatie (Awb 2:10, tweede lid)."""

    BESCHIKKING = "beschikking", _("een beslissing")
    VOORNEMEN = "voornemen", _("een voornemen")
    VERZOEK_OM_INFORMATIE = "verzoek_om_informatie", _("een verzoek om informatie")
    BETAALVERZOEK = "betaalverzoek", _("een betaalverzoek")
    UITNODIGING = "uitnodiging", _("een uitnodiging")
    HERINNERING = "herinnering", _("een herinnering")
    ONTVANGSTBEVESTIGING = "ontvangstbevestiging", _("een ontvangstbevestiging")
    INFORMATIE = "informatie", _("informatie")


class Handelingsperspectief(models.TextChoices):
    """Wat de ontvanger kan doen, in de woorden van Open VTB."""

    BETALEN = "betalen", _("betalen")
    INCASSO = "incasso", _("incasso")
    INFORMATIE_GEVEN = "informatie_geven", _("informatie geven")
    INFORMATIE_KRIJGEN = "informatie_krijgen", _("informatie krijgen")
    REACTIE_ONTVANGEN = "reactie_ontvangen", _("reactie ontvangen")
    UITNODIGING = "uitnodiging_voor_afspraak", _("uitnodiging voor een afspraak")
    VERNIEUWING = "vernieuwing_nodig", _("vernieuwing nodig")


class Niveau(models.IntegerChoices):
    """Betrouwbaarheidsniveau van een inlog, als rangorde."""

    GEEN = 0, _("geen")
    LAAG = 1, _("laag (DigiD basis)")
    MIDDEN = 2, _("midden (DigiD midden, eHerkenning 2+)")
    SUBSTANTIEEL = 3, _("substantieel (DigiD Substantieel, eHerkenning 3)")
    HOOG = 4, _("hoog (DigiD Hoog, eHerkenning 4)")


class Categorie(models.Model):
    """Een soort post of werk: hieraan hangen aard, niveau, herinneringen, machtigingen en bewaartermijn."""

    code = models.SlugField(unique=True)
    naam = models.CharField(max_length=100)
    naam_en = models.CharField("naam (Engels)", max_length=100, blank=True)
    aard = models.CharField(max_length=30, choices=Aard.choices, default=Aard.INFORMATIE)
    standaardniveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)
    herinneringen = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="Dagen vóór de termijn."
    )
    herinnering_ongelezen_dagen = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Zoveel dagen na publicatie, als een bericht nog niet is geopend. Leeg: niet."
    )
    machtigingsdiensten = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Diensten waarmee een gemachtigde dit ziet.",
    )
    bewaartermijn_dagen = models.PositiveIntegerField(default=7 * 365, help_text="Na de afronding.")
    pro_actief = models.BooleanField(
        "pro-actief", default=False, help_text="Wij bieden dit ongevraagd aan. Iemand kan zeggen: dit wil ik niet meer."
    )
    formulier_hosts = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Waar een formulier mag staan; *.voorbeeld.nl mag.",
    )

    class Meta:
        verbose_name = "categorie"
        verbose_name_plural = "categorieën"

    def __str__(self) -> str:
        return self.naam


class Applicatie(models.Model):
    """Een systeem dat met de portaal praat: een zaaksysteem, een formulierensysteem, een register."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    naam = models.CharField(max_length=100, unique=True)
    organisatie = models.ForeignKey(Organisatie, on_delete=models.PROTECT, related_name="+")
    afdeling = models.CharField(max_length=100, blank=True, help_text="Staat als afzender bij de taak.")
    actief = models.BooleanField(default=True)
    beheer = models.BooleanField(
        default=False, editable=False, help_text="De ingebouwde applicatie waarmee medewerkers zelf iets klaarzetten."
    )
    standaard_categorie = models.ForeignKey(Categorie, on_delete=models.PROTECT, related_name="+")
    formulier_hosts = ArrayField(
        models.CharField(max_length=200), default=list, blank=True,
        help_text="Hosts waar deze applicatie naartoe mag verwijzen, naast die van de categorie; *.voorbeeld.nl mag.",
    )  # fmt: skip
    verloopt_op_termijn = models.BooleanField(default=False, help_text="Taken sluiten vanzelf na de termijn.")
    nietdigitale_taken_op_externetaken = models.BooleanField(
        default=False, help_text="Deze applicatie kent de soort nietdigitaaltaak ook op /externetaken."
    )
    dubbele_herkennen = models.BooleanField(
        default=True, help_text="Zelfde verzoek met zelfde verwerkerTaakId terwijl de taak open is: de bestaande taak."
    )
    test_van = models.OneToOneField(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="testkant",
        help_text="Voor wie dit de testkant is: alles van deze applicatie is om te proberen, met testpersonen.",
    )  # fmt: skip

    class Meta:
        verbose_name = "applicatie"
        verbose_name_plural = "applicaties"
        constraints = [
            models.UniqueConstraint(fields=["beheer"], condition=models.Q(beheer=True), name="een_beheerapplicatie")
        ]

    def __str__(self) -> str:
        return self.naam

    @property
    def test(self) -> bool:
        """Of dit de testkant van een applicatie is."""
        return self.test_van_id is not None

    @property
    def afzender(self) -> str:
        """Wie de inwoner als afzender ziet: organisatie, met de afdeling erbij als die er is."""
        return f"{self.organisatie.naam}, {self.afdeling}" if self.afdeling else self.organisatie.naam


class Grant(models.Model):
    """De ene applicatie (eigenaar) laat een andere (uitvoerder) haar taken lezen en uitvoeren; nooit meer dan dat."""

    eigenaar = models.ForeignKey(Applicatie, on_delete=models.CASCADE, related_name="+")
    uitvoerder = models.ForeignKey(Applicatie, on_delete=models.CASCADE, related_name="+")
    categorieen = models.ManyToManyField(
        Categorie, blank=True, related_name="+", verbose_name="categorieën", help_text="Leeg: alle categorieën."
    )
    formulier_hosts = ArrayField(
        models.CharField(max_length=200), default=list, blank=True,
        help_text="Alleen taken waarvan het formulier op een van deze hosts staat. Leeg: alle.",
    )  # fmt: skip

    class Meta:
        verbose_name = "toestemming"
        verbose_name_plural = "toestemmingen"
        constraints = [
            models.UniqueConstraint(fields=["eigenaar", "uitvoerder"], name="grant_uniek"),
            models.CheckConstraint(
                condition=~models.Q(eigenaar=models.F("uitvoerder")), name="grant_niet_aan_zichzelf"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.eigenaar} laat {self.uitvoerder} taken uitvoeren"

    def clean(self) -> None:
        """Een toestemming aan zichzelf heeft geen betekenis; hosts staan er voluit en in kleine letters in."""
        self.formulier_hosts = [host.strip().lower().rstrip(".") for host in self.formulier_hosts]
        if any("*" in host for host in self.formulier_hosts):
            raise ValidationError({"formulier_hosts": "Noem elke host voluit; een sterretje kan hier niet."})
        if self.eigenaar_id and self.eigenaar_id == self.uitvoerder_id:
            raise ValidationError({"uitvoerder": "Kies een andere applicatie dan de eigenaar."})


def host_toegestaan(host: str, toegestaan: Any) -> bool:
    """Of een host op de lijst staat; `*.voorbeeld.nl` past op elke host eronder, niet op voorbeeld.nl zelf."""
    host = host.lower().rstrip(".")
    return any(host == t.lower() or (t.startswith("*.") and host.endswith(t[1:].lower())) for t in toegestaan)
