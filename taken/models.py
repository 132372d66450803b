"""De taak: informatie, plus de vraag om iets te doen."""

from datetime import date
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portaal.bestanden.handelingen import Plek
from portaal.betrokkenen.models import Applicatie, Betrokkene, Categorie, Grant, KetenpartnerLid, Niveau
from portaal.betrokkenen.models import Handelingsperspectief as Handelingsperspectief
from portaal.gebeurtenissen.models import Vernietigbaar
from portaal.inloggen.poort import Bewaakt, PoortQuerySet
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from portaal.versleuteling import VersleuteldJsonVeld, VersleuteldTekstVeld
from portaal.zaken.models import Zaak

GEEN_TERMIJN = date(9999, 12, 31)


class TaakSoort(models.TextChoices):
    """Wat er gedaan moet worden, en waar."""

    URLTAAK = "urltaak", _("formulier of pagina elders")
    FORMULIERTAAK = "formuliertaak", _("formulier in de portaal")
    BETAALTAAK = "betaaltaak", _("betaling")
    NIETDIGITAALTAAK = "nietdigitaaltaak", _("niet online")


class Status(models.TextChoices):
    """Waar de taak is, in de woorden van Open VTB."""

    OPEN = "open", _("open")
    UITGEVOERD = "uitgevoerd", _("uitgevoerd")
    VERWERKT = "verwerkt", _("verwerkt")
    NIET_UITGEVOERD = "niet_uitgevoerd", _("niet uitgevoerd")
    AFGEBROKEN = "afgebroken", _("afgebroken")


class Uitstel(models.TextChoices):
    """Waar de vraag om meer tijd is; leeg: er is niets gevraagd."""

    GEVRAAGD = "gevraagd", _("gevraagd")
    TOEGEKEND = "toegekend", _("toegekend")
    AFGEWEZEN = "afgewezen", _("afgewezen")


class TaakQuerySet(PoortQuerySet["Taak"]):
    """Taken achter de poort."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        regel = Q(betrokkene__in=toegang.betrokkenen, zichtbaar_vanaf__lte=nu(), vernietigd_op__isnull=True)
        if toegang.categorieen is not None:
            regel &= Q(categorie__in=toegang.categorieen)
        return regel

    def _regel_van(self, applicatie: Applicatie) -> Q:
        grant = (
            Grant.objects.filter(uitvoerder=applicatie, eigenaar=OuterRef("applicatie"))
            .filter(Q(categorieen__isnull=True) | Q(categorieen=OuterRef("categorie")))
            .filter(Q(formulier_hosts=[]) | Q(formulier_hosts__contains=[OuterRef("uitvoer_host")]))
        )
        return Q(ingetrokken_op__isnull=True, vernietigd_op__isnull=True) & (
            Q(applicatie=applicatie) | Q(Exists(grant))
        )

    def open(self) -> Self:
        """Wat nog gedaan moet worden."""
        return self.filter(status=Status.OPEN)

    def afgerond(self) -> Self:
        """Wat niet meer open is, hoe het ook afliep."""
        return self.exclude(status=Status.OPEN)

    def dringendste_eerst(self) -> Self:
        """Te laat eerst, dan op termijn, zonder termijn achteraan; bij gelijke termijn de oudste eerst."""
        return self.order_by("sorteerdatum", "id")

    def met_context(self) -> Self:
        """Met alles wat een lijst of pagina toont, in dezelfde query."""
        return self.select_related("applicatie__organisatie", "categorie", "zaak", "behandelaar__ketenpartner")

    def voor_kaart(self, *, team: bool) -> Self:
        """Met precies wat een kaart in een lijst toont: het ontsleutelt niets en haalt een tiende op van een hele taak.

        `team`: ook wie er van een ketenpartner aan werkt. Wat een kaart niet toont, is hier een query per taak.
        """
        taken = self.select_related("applicatie__organisatie", "zaak").only(
            *(
                "titel",
                "vertalingen",
                "soort",
                "handelingsperspectief",
                "minimaal_niveau",
                "einddatum_handelingstermijn",
            ),
            *("status", "gemeld_op", "uitgevoerd_op", "afgerond_op", "afgezien_op", "behandelaar", "sorteerdatum"),
            *("applicatie__afdeling", "applicatie__organisatie__naam", "zaak__omschrijving"),
            *(("behandelaar__persoon", "behandelaar__naam", "behandelaar__ingetrokken_op") if team else ()),
            *(("behandelaar__ketenpartner__actief",) if team else ()),
        )
        return taken.select_related("behandelaar__ketenpartner") if team else taken

    def met_woorden(self, zoek: str, niveau: int) -> Self:
        """Waar deze woorden in titel of toelichting staan. Wat boven het niveau van de inlog is, is niet te vinden."""
        return (
            self.filter(minimaal_niveau__lte=niveau)
            .annotate(
                woorden=SearchVector("titel", "toelichting", config="dutch"),
            )
            .filter(woorden=SearchQuery(zoek, config="dutch", search_type="websearch"))
        )


class Taak(Vernietigbaar, Bewaakt):
    """Een taak voor één betrokkene, van één applicatie. Verandert alleen door `taken.handelingen`."""

    record_soort = "taak"

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.PROTECT, related_name="+")
    applicatie = models.ForeignKey(Applicatie, on_delete=models.PROTECT, related_name="+")
    categorie = models.ForeignKey(Categorie, on_delete=models.PROTECT, related_name="+")
    zaak = models.ForeignKey(Zaak, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_gerelateerd_aan = models.JSONField(default=list, help_text="De verwijzingen zoals ze zijn gestuurd.")

    wacht_op_zaak = ArrayField(
        models.CharField(max_length=510),
        null=True,
        editable=False,
        help_text="De namen (soort:waarde) van een zaak die nog niet bekend is; leeg als er geen is of zij is gebonden.",
    )

    titel = models.CharField(max_length=200)
    toelichting = models.TextField(blank=True)
    vertalingen = models.JSONField(
        default=dict, help_text="Titel en toelichting in een andere taal, door de eigenaar: {'en': {'titel': …}}."
    )
    soort = models.CharField(max_length=20, choices=TaakSoort.choices)
    details = models.JSONField(default=dict, help_text="Wat bij de soort hoort, zonder gegevens van de persoon.")
    gegevens = VersleuteldJsonVeld(null=True, help_text="Vooraf ingevulde en ontvangen gegevens; versleuteld.")
    uitvoer_host = models.CharField(max_length=253, blank=True, editable=False)
    formulier_code = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="Het id in het register, als het formulier daarvandaan komt.",
    )
    formulier_versie = models.PositiveSmallIntegerField(null=True, editable=False)
    handelingsperspectief = models.CharField(max_length=30, choices=Handelingsperspectief.choices, blank=True)
    minimaal_niveau = models.PositiveSmallIntegerField(choices=Niveau.choices, default=Niveau.LAAG)

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    reden = models.CharField(max_length=500, blank=True, help_text="Waarom de taak is ingetrokken of weer open staat.")
    gemeld_op = models.DateTimeField(null=True, blank=True, help_text="De persoon zei: ik heb dit gedaan.")
    uitgevoerd_op = models.DateTimeField(null=True, blank=True)
    uitgevoerd_door = models.CharField(max_length=20, blank=True, help_text="Wie dat meldde: betrokkene of applicatie.")
    afgerond_op = models.DateTimeField(null=True, blank=True)
    ingetrokken_op = models.DateTimeField(null=True, blank=True, help_text="Verwijderd door de eigenaar.")
    afgezien_op = models.DateTimeField(null=True, blank=True, help_text="De persoon zei: dit wil ik niet meer.")
    gecontroleerd_op = models.DateTimeField(
        null=True, blank=True, help_text="Wanneer de eigenaar voor het laatst in het register keek."
    )
    behandelaar = models.ForeignKey(
        KetenpartnerLid, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Wie er namens de ketenpartner aan werkt.",
    )  # fmt: skip
    terugmeldingen = VersleuteldJsonVeld(null=True, help_text="Wat een ketenpartner erover liet weten; versleuteld.")

    startdatum = models.DateField(default=vandaag, help_text="Vanaf het begin van deze dag te zien.")
    zichtbaar_vanaf = models.DateTimeField()
    einddatum_handelingstermijn = models.DateField(null=True, blank=True, help_text="De laatste dag telt mee.")
    termijn_zoals_gestuurd = models.CharField(max_length=40, blank=True)
    sorteerdatum = models.DateField(default=GEEN_TERMIJN, editable=False)
    verloopt_op_termijn = models.BooleanField(default=False)
    datum_herinnering = models.DateField(
        null=True, blank=True, help_text="Dag van de herinnering: van de eigenaar, of zoals de persoon haar koos."
    )
    uitstel = models.CharField(max_length=10, choices=Uitstel.choices, blank=True, help_text="De vraag om meer tijd.")
    uitstel_gevraagd_op = models.DateTimeField(null=True, blank=True)
    uitstel_gevraagd_tot = models.DateField(null=True, blank=True)
    uitstel_waarom = VersleuteldTekstVeld(null=True, help_text="Waarom iemand meer tijd vraagt; versleuteld.")
    uitstel_reden = models.CharField(max_length=500, blank=True, help_text="Wat de eigenaar erop antwoordde.")

    verzoektype = models.CharField(
        max_length=100, blank=True, help_text="Code van het verzoektype: versturen is dan ook een verzoek."
    )

    bron_referentie = models.CharField(max_length=200, blank=True)
    verwerker_taak_id = models.CharField(max_length=36, blank=True)
    toegewezen_aan = VersleuteldTekstVeld(help_text="De urn van de betrokkene, zoals gestuurd; versleuteld.")
    vingerafdruk = models.BinaryField(max_length=32, editable=False, help_text="Van het verzoek dat de taak maakte.")
    dubbel_sleutel = models.BinaryField(
        null=True,
        max_length=32,
        editable=False,
        help_text="Zolang de taak open is: herkent hetzelfde verzoek zonder kenmerk.",
    )
    payload = VersleuteldJsonVeld(null=True, help_text="Het verzoek zoals het is gestuurd; versleuteld.")

    objects: ClassVar[TaakQuerySet] = TaakQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "taak"
        verbose_name_plural = "taken"
        constraints = [
            models.UniqueConstraint(
                fields=["applicatie", "bron_referentie"], condition=~Q(bron_referentie=""), name="taak_bron_referentie"
            ),
            models.UniqueConstraint(
                fields=["applicatie", "dubbel_sleutel"],
                condition=Q(dubbel_sleutel__isnull=False),
                name="taak_dubbel_sleutel",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.OPEN, afgerond_op__isnull=True)
                | Q(status=Status.UITGEVOERD, uitgevoerd_op__isnull=False)
                | Q(status__in=[Status.VERWERKT, Status.NIET_UITGEVOERD, Status.AFGEBROKEN], afgerond_op__isnull=False),
                name="taak_status_en_momenten",
            ),
        ]
        indexes = [
            Vernietigbaar.index("taak_te_vernietigen"),
            models.Index(fields=["betrokkene", "status", "sorteerdatum", "id"], name="taak_van_persoon"),
            models.Index(fields=["applicatie", "id"], name="taak_van_applicatie"),
            models.Index(
                fields=["applicatie", "verwerker_taak_id"],
                condition=~Q(verwerker_taak_id=""),
                name="taak_verwerker_taak_id",
            ),
            models.Index(
                fields=["einddatum_handelingstermijn"],
                condition=Q(status=Status.OPEN, verloopt_op_termijn=True),
                name="taak_te_verlopen",
            ),
            # Werkvoorraad van een medewerker: klein, hoeveel taken er ook zijn.
            models.Index(
                fields=["uitstel_gevraagd_op"], condition=Q(status=Status.OPEN, uitstel="gevraagd"), name="taak_uitstel"
            ),
            models.Index(
                fields=["gemeld_op"], condition=Q(status=Status.OPEN, gemeld_op__isnull=False), name="taak_gemeld"
            ),
            models.Index(
                fields=["datum_herinnering"],
                condition=Q(status=Status.OPEN, datum_herinnering__isnull=False),
                name="taak_te_herinneren",
            ),
            models.Index(fields=["formulier_code"], condition=~Q(formulier_code=""), name="taak_van_formulier"),
            # Alleen wat nog op een zaak wacht staat in de index: hij blijft klein, hoeveel taken er ook zijn.
            models.Index(fields=["zaak"], condition=Q(zaak__isnull=False), name="taak_van_zaak"),
            GinIndex(fields=["wacht_op_zaak"], condition=Q(wacht_op_zaak__isnull=False), name="taak_wacht_op_zaak"),
        ]

    def __str__(self) -> str:
        return f"taak {self.pk}"

    def vaste_feiten(self) -> dict[str, Any]:
        """De soort: daaraan is te zien onder welk adres de Taken-API haar kent."""
        return {"taakSoort": self.soort}

    @property
    def uitvoerlink(self) -> str:
        """Waar de taak gedaan wordt; `{uuid}` in de link is dan de uuid van deze taak. Leeg als er geen link is."""
        link: Any = self.details.get("uitvraagLink", "")
        return str(link).replace("{uuid}", str(self.pk))

    def in_taal(self, veld: str, taal: str) -> str:
        """`titel` of `toelichting` in deze taal (`nl`, `en`), of anders zoals de eigenaar haar schreef."""
        vertaald: Any = self.vertalingen.get(taal, {}).get(veld)
        return str(vertaald or getattr(self, veld))

    @property
    def open(self) -> bool:
        """Of er nog iets gedaan moet worden."""
        return self.status == Status.OPEN


class AfmeldingQuerySet(PoortQuerySet["Afmelding"]):
    """Afmeldingen achter de poort."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        return Q(betrokkene__in=toegang.betrokkenen)


class Afmelding(Bewaakt):
    """Iemand wil over deze pro-actieve categorie geen taken meer. Zolang dit er staat, maakt niemand er een voor hem."""

    betrokkene = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    categorie = models.ForeignKey(Categorie, on_delete=models.CASCADE, related_name="+")
    op = models.DateTimeField()

    objects: ClassVar[AfmeldingQuerySet] = AfmeldingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "afmelding"
        verbose_name_plural = "afmeldingen"
        constraints = [models.UniqueConstraint(fields=["betrokkene", "categorie"], name="afmelding_uniek")]

    def __str__(self) -> str:
        return f"afmelding {self.pk}"


class BetalingStand(models.TextChoices):
    """Waar een betaling is, in het woord van de betaaldienst."""

    BEGONNEN = "begonnen", _("begonnen")
    IN_BEHANDELING = "in_behandeling", _("in behandeling")
    BETAALD = "betaald", _("betaald")
    AFGEBROKEN = "afgebroken", _("afgebroken")
    MISLUKT = "mislukt", _("mislukt")


class BetalingQuerySet(PoortQuerySet["Betaling"]):
    """Betalingen achter de poort: van wie de taak ziet."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        return Q(taak__betrokkene__in=toegang.betrokkenen)


class Betaling(Bewaakt):
    """Eén poging om een betaaltaak bij een betaaldienst te betalen. Het bedrag is dat van de taak op dat moment.

    `uitzoeken` zegt dat er geld binnenkwam dat niet past bij wat openstond: dubbel, te laat, of een ander bedrag.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    taak = models.ForeignKey(Taak, on_delete=models.PROTECT, related_name="betalingen")
    aanbieder = models.CharField(max_length=30)
    kenmerk = models.CharField(max_length=100, blank=True, help_text="Onder dit kenmerk kent de betaaldienst haar.")
    centen = models.PositiveBigIntegerField(help_text="Het bedrag, in eurocenten.")
    stand = models.CharField(max_length=20, choices=BetalingStand.choices, default=BetalingStand.BEGONNEN)
    uitzoeken = models.BooleanField(default=False)
    uitgezocht_op = models.DateTimeField(null=True, blank=True, help_text="Een medewerker heeft het geregeld.")
    begonnen_op = models.DateTimeField()
    betaald_op = models.DateTimeField(null=True, blank=True)
    adres = models.CharField(max_length=500, blank=True, help_text="Waar de persoon betaalt, bij de betaaldienst.")

    objects: ClassVar[BetalingQuerySet] = BetalingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "betaling"
        verbose_name_plural = "betalingen"
        indexes = [
            models.Index(
                fields=["begonnen_op"], condition=Q(uitzoeken=True, uitgezocht_op=None), name="betaling_uit_te_zoeken"
            )
        ]

    def __str__(self) -> str:
        return f"betaling {self.pk}"


class ConceptQuerySet(PoortQuerySet["TaakConcept"]):
    """Concepten achter de poort: alleen van wie ze zelf invulde, bij een taak die deze sessie mag zien."""

    def _regel_voor(self, toegang: Toegang) -> Q:
        return Q(persoon=toegang.persoon, taak__betrokkene__in=toegang.betrokkenen)


class TaakConcept(Bewaakt):
    """Wat iemand al invulde bij een formuliertaak, nog niet verstuurd. Versleuteld; weg zodra de taak niet meer open is."""

    taak = models.ForeignKey(Taak, on_delete=models.CASCADE, related_name="+")
    persoon = models.ForeignKey(Betrokkene, on_delete=models.CASCADE, related_name="+")
    gegevens = VersleuteldJsonVeld(help_text="De antwoorden tot nu toe; versleuteld.")
    versie = models.PositiveIntegerField(default=0, help_text="Loopt op bij elke keer bewaren.")
    bewaard_op = models.DateTimeField()

    objects: ClassVar[ConceptQuerySet] = ConceptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Bewaakt.Meta):
        verbose_name = "concept"
        verbose_name_plural = "concepten"
        constraints = [models.UniqueConstraint(fields=["taak", "persoon"], name="concept_per_persoon")]

    def __str__(self) -> str:
        return f"concept bij taak {self.taak_id}"

    @property
    def kenmerk(self) -> str:
        """Verandert elke keer dat er iets anders wordt bewaard, ook als het concept intussen weg was."""
        return f"{self.pk}.{self.versie}"


def host_van(link: str) -> str:
    """De host van een link, in kleine letters; leeg als er geen is."""
    return (urlsplit(link).hostname or "").lower()


def plek_van(taak: Taak) -> Plek:
    """Waar een bestand bij deze taak terechtkomt, en wie het krijgt."""
    return Plek(Taak.record_soort, taak.pk, taak.betrokkene_id, taak.applicatie, taak.minimaal_niveau, taak.zaak_id)
