"""Taken in het beheer: zoeken, werkvoorraad, bekijken zoals de persoon, klaarzetten, en handelen namens de eigenaar."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.betrokkenen.models import Niveau
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.toegang import Toegang
from portaal.logboek.beheer import RecordAdmin, medewerker_van
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from taken import handelingen, weergave
from taken.forms import IntrekkenForm, NieuweTaakForm, UitstelForm, VerlengenForm
from taken.models import Betaling, Status, Taak, Uitstel

LANG = timedelta(days=7)  # zo lang mag een seintje wachten voor het in de werkvoorraad komt


class Werkvoorraad(admin.SimpleListFilter):
    """Waar een medewerker iets aan kan doen. Elke keuze leest een kleine deelindex."""

    title = _("werkvoorraad")
    parameter_name = "werk"

    KEUZES = (
        ("uitstel", _("Vraagt meer tijd")),
        ("seintje", _("Wacht langer dan een week op bevestiging")),
        ("betaling", _("Betaling uit te zoeken")),
        ("te_laat", _("Te laat")),
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """De keuzes."""
        return self.KEUZES

    def queryset(self, request: HttpRequest, queryset: QuerySet[Taak]) -> QuerySet[Taak]:
        """De taken bij de gekozen voorraad."""
        keuze = self.value()
        return queryset.filter(werk(keuze)) if keuze in dict(self.KEUZES) else queryset


def werk(keuze: str | None) -> Q:
    """De voorwaarde bij een keuze uit de werkvoorraad."""
    te_betalen = Betaling.objects.als_systeem("de werkvoorraad van een medewerker").filter(
        taak=OuterRef("pk"), uitzoeken=True, uitgezocht_op=None
    )
    per_keuze: dict[str | None, Q] = {
        "uitstel": Q(status=Status.OPEN, uitstel=Uitstel.GEVRAAGD),
        "seintje": Q(status=Status.OPEN, gemeld_op__lt=nu() - LANG),
        "betaling": Q(Exists(te_betalen)),
        "te_laat": Q(status=Status.OPEN, gemeld_op=None, einddatum_handelingstermijn__lt=vandaag()),
    }
    return per_keuze[keuze]


@admin.register(Taak)
class TaakAdmin(RecordAdmin[Taak]):
    """Alle taken. Een medewerker handelt namens de eigenaar van de taak; in het boek staat dat hij het was."""

    record_soort = "taak"
    change_form_template = "admin/taken/taak/taak.html"
    change_list_template = "admin/taken/taak/lijst.html"
    list_display = ("titel", "status", "soort", "einddatum_handelingstermijn", "applicatie", "aangemaakt_op")
    list_filter = (Werkvoorraad, "status", "soort", "applicatie", "categorie")
    search_fields = ("titel", "bron_referentie", "verwerker_taak_id")
    search_help_text = _("Zoek op titel, uuid of kenmerk. Een nummer van een persoon zoekt u via 'Zoek op nummer'.")
    ordering = ("-id",)
    list_select_related = ("applicatie",)
    fields = (
        "id",
        "titel",
        "toelichting",
        ("soort", "status", "reden"),
        "link",
        ("startdatum", "einddatum_handelingstermijn", "datum_herinnering"),
        ("uitstel", "uitstel_gevraagd_tot", "uitstel_waarom", "uitstel_reden"),
        "handelingsperspectief",
        ("applicatie", "categorie"),
        "zaak",
        ("bron_referentie", "verwerker_taak_id"),
        ("gemeld_op", "uitgevoerd_op", "uitgevoerd_door", "afgerond_op", "afgezien_op"),
        ("minimaal_niveau", "versie", "bewaren_tot"),
        ("aangemaakt_op", "gewijzigd_op"),
    )

    @admin.display(description=_("link"))
    def link(self, taak: Taak) -> str:
        """Waar de taak gedaan wordt."""
        return taak.uitvoerlink

    def get_queryset(self, request: HttpRequest) -> QuerySet[Taak]:
        """Alle taken: een medewerker met dit recht mag ze zien, en elke inzage wordt vastgelegd."""
        return Taak.objects.als_systeem("een medewerker in het beheer").met_context()

    def eigen_urls(self) -> list[URLPattern]:
        """Wat een medewerker met een taak kan doen."""
        pagina = self.admin_site.admin_view
        paginas = {
            "intrekken": self.intrekken,
            "verlengen": self.verlengen,
            "uitstel": self.uitstel,
            "herinneren": self.herinneren,
            "voorbeeld": self.voorbeeld,
        }
        eigen = [path(f"<uuid:uuid>/{n}/", pagina(doe), name=self._naam(n)) for n, doe in paginas.items()]
        return [*eigen, path("betaling/<uuid:uuid>/", pagina(self.uitgezocht), name=self._naam("uitgezocht"))]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """De lijst, met bovenaan hoeveel werk er ligt."""
        taken = Taak.objects.als_systeem("de werkvoorraad van een medewerker")
        werkvoorraad = [
            (keuze, naam, taken.filter(werk(keuze)).count())
            for keuze, naam in Werkvoorraad.KEUZES
            if keuze != "te_laat"
        ]
        return super().changelist_view(request, {"werkvoorraad": werkvoorraad, **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Zet een taak klaar, met de applicatie Beheer als eigenaar."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        applicatie = beheerapplicatie()
        begin = {"categorie": applicatie.standaard_categorie_id}
        form = NieuweTaakForm(request.POST or None, initial=begin, hosts=applicatie.formulier_hosts)
        if form.is_valid():
            partij = Partij.medewerker(medewerker_van(request), applicatie)
            try:
                taak = handelingen.maak_aan(form.nieuwe_taak(), partij)
            except handelingen.AfgemeldError as fout:
                form.add_error("categorie", str(fout))
            else:
                self.log_addition(request, taak, "Klaargezet")
                self.message_user(request, _("De taak staat klaar."), messages.SUCCESS)
                return self._naar(taak)
        uitleg = _("De taak komt van de applicatie Beheer.")
        return self._pagina(request, form, _("Taak klaarzetten"), knop=_("Klaarzetten"), uitleg=uitleg)

    # --- handelen namens de eigenaar -----------------------------------------------------------------------------------
    def intrekken(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Trek een taak in, met een reden."""
        taak, door = self._eigenaar(request, uuid, "taak-intrekken")
        form = IntrekkenForm(request.POST or None)
        if form.is_valid():
            reden = form.cleaned_data["reden"]
            gelukt = _("De taak is ingetrokken. De persoon ziet de reden.")
            return self._doe(
                request, taak, "Ingetrokken", gelukt, lambda: handelingen.breek_af(uuid, door, reden=reden)
            )
        return self._pagina(request, form, _("Taak intrekken"), knop=_("Intrekken"), uitleg=taak.titel)

    def verlengen(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Geef iemand meer tijd, met een reden; een vraag om meer tijd is daarmee toegekend."""
        taak, door = self._eigenaar(request, uuid, "taak-verlengen")
        form = VerlengenForm(request.POST or None, taak=taak)
        if form.is_valid():
            dag, reden = form.cleaned_data["einddatum"], form.cleaned_data["reden"]
            velden = {"einddatum_handelingstermijn": dag, "termijn_zoals_gestuurd": dag.isoformat()}
            gelukt = _("De laatste dag is verzet. De persoon ziet de reden.")
            wijziging = handelingen.Wijziging(velden)
            return self._doe(
                request, taak, "Verlengd", gelukt, lambda: handelingen.wijzig(uuid, wijziging, door, reden=reden)
            )
        return self._pagina(request, form, _("Meer tijd geven"), knop=_("Verlengen"), uitleg=taak.titel)

    def uitstel(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Wijs een vraag om meer tijd af, met een reden. Toekennen is verlengen."""
        taak, door = self._eigenaar(request, uuid, "taak-uitstel")
        form = UitstelForm(request.POST or None)
        if form.is_valid():
            reden = form.cleaned_data["reden"]
            gelukt = _("De vraag is afgewezen. De persoon ziet de reden.")
            return self._doe(
                request, taak, "Uitstel afgewezen", gelukt,
                lambda: handelingen.beantwoord_uitstel(uuid, door, Uitstel.AFGEWEZEN, reden=reden),
            )  # fmt: skip
        return self._pagina(request, form, _("Niet meer tijd geven"), knop=_("Afwijzen"), uitleg=taak.titel)

    def herinneren(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Herinner de persoon nu."""
        taak, door = self._eigenaar(request, uuid, "taak-herinneren")
        if request.method == "POST":
            gelukt = _("De herinnering gaat uit, als er een adres bekend is.")
            return self._doe(request, taak, "Herinnerd", gelukt, lambda: handelingen.herinner(uuid, door))
        uitleg = _("De persoon krijgt nu een notificatie. Waar de taak over gaat, staat er niet in.")
        return self._pagina(request, None, _("Nu herinneren"), knop=_("Herinneren"), uitleg=uitleg)

    def uitgezocht(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Een betaling die niet paste is geregeld."""
        betaling = get_object_or_404(Betaling.objects.als_systeem("een medewerker zoekt een betaling uit"), pk=uuid)
        taak, door = self._eigenaar(request, betaling.taak_id, "taak-betaling")
        if request.method == "POST":
            gelukt = _("De betaling is uitgezocht.")
            return self._doe(
                request, taak, "Betaling uitgezocht", gelukt, lambda: handelingen.zet_uitgezocht(uuid, door)
            )
        uitleg = _("Betaal het geld eerst terug, of verreken het. De persoon ziet daarna dat het is uitgezocht.")
        return self._pagina(request, None, _("Betaling uitgezocht"), knop=_("Is geregeld"), uitleg=uitleg)

    # --- kijken --------------------------------------------------------------------------------------------------------
    def voorbeeld(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """De pagina zoals de persoon haar ziet, zonder als die persoon te zijn: niets erop doet iets."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        taak = get_object_or_404(self.get_queryset(request), pk=uuid)
        self.leg_inzage(request, "taak-voorbeeld", [taak])
        wie = frozenset({taak.betrokkene_id})
        kijker = Toegang(uuid7(), taak.betrokkene_id, wie, Niveau.HOOG, "beheer")  # een ander: ziet ook geen concept
        kaart = weergave.kaart(taak, kijker)
        context = {"kaart": kaart, "taak": taak, "voorbeeld": True, **weergave.pagina(kaart, kijker)}
        return render(request, "admin/taken/taak/voorbeeld.html", context)

    def over(self, request: HttpRequest, record: Taak) -> dict[str, Any]:
        """Titel, wat er nu kan, en de betalingen."""
        mag = self.has_change_permission(request)
        betalingen = Betaling.objects.als_systeem("een medewerker bekijkt een taak").filter(taak=record)
        return {
            "title": record.titel,
            "subtitle": record.get_status_display(),
            "intrekbaar": mag and record.status in (Status.OPEN, Status.UITGEVOERD),
            "te_verlengen": mag and record.open,
            "te_herinneren": mag and record.open and record.gemeld_op is None and record.zichtbaar_vanaf <= nu(),
            "vraagt_uitstel": mag and record.open and record.uitstel == Uitstel.GEVRAAGD,
            "betalingen": betalingen.order_by("-begonnen_op"),
            "mag_uitzoeken": mag,
        }

    def _eigenaar(self, request: HttpRequest, uuid: UUID, waarvoor: str) -> tuple[Taak, Partij]:
        """De taak, en de medewerker namens haar eigenaar; elke keer kijken staat in het logboek."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        taak = get_object_or_404(self.get_queryset(request), pk=uuid)
        self.leg_inzage(request, waarvoor, [taak])
        return taak, Partij.medewerker(medewerker_van(request), taak.applicatie)

    def _doe(
        self, request: HttpRequest, taak: Taak, wat: str, gelukt: Any, handeling: Callable[[], Any]
    ) -> HttpResponse:
        try:
            handeling()
        except (handelingen.OvergangError, handelingen.NietMogelijkError, MagNietError) as fout:
            self.message_user(request, str(fout), messages.ERROR)
        except Taak.DoesNotExist:
            self.message_user(request, _("De eigenaar heeft deze taak intussen verwijderd."), messages.ERROR)
        else:
            self.log_change(request, taak, wat)
            self.message_user(request, gelukt, messages.SUCCESS)
        return self._naar(taak)
