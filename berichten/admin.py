"""Berichten in het beheer: zoeken, bekijken met geschiedenis, sturen, en herstellen met een nieuw bericht."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from berichten import handelingen
from berichten.forms import NieuwBerichtForm, OpvolgerForm
from berichten.models import Bericht
from portaal.betrokkenen.forms import NummerForm
from portaal.betrokkenen.handelingen import beheerapplicatie, vind_geadresseerde
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.logboek.beheer import InzageAdmin, medewerker_van


@admin.register(Bericht)
class BerichtAdmin(InzageAdmin[Bericht]):
    """Alle berichten. Een medewerker kijkt mee; herstellen kan alleen wat het beheer zelf heeft gestuurd."""

    record_soort = "bericht"
    change_form_template = "admin/berichten/bericht/bericht.html"
    change_list_template = "admin/berichten/bericht/lijst.html"
    list_display = ("onderwerp", "aard", "publicatiedatum", "toegankelijk_op", "geopend_op", "applicatie")
    list_filter = ("aard", "applicatie", "categorie")
    search_fields = ("onderwerp", "bron_referentie", "referentie")
    search_help_text = _("Zoek op onderwerp, uuid of kenmerk. Een nummer van een persoon zoekt u via 'Zoek op nummer'.")
    ordering = ("-id",)
    list_select_related = ("applicatie",)
    fields = (
        "id",
        "onderwerp",
        "tekst",
        ("aard", "handelingsperspectief", "einddatum_handelingstermijn"),
        ("applicatie", "categorie"),
        "zaak",
        ("publicatiedatum", "toegankelijk_op", "geopend_op", "ingetrokken_op"),
        ("vervangt", "trekt_in"),
        ("verwijzing_soort", "verwijzing_id"),
        ("referentie", "bron_referentie", "bericht_type"),
        ("minimaal_niveau", "versie", "bewaren_tot"),
        ("aangemaakt_op", "gewijzigd_op"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bericht]:
        """Alle berichten: een medewerker met dit recht mag ze zien, en elke inzage wordt vastgelegd."""
        return Bericht.objects.als_systeem("een medewerker in het beheer").met_context()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Zoekt ook op de uuid van het bericht."""
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return cast("tuple[Any, bool]", super().get_search_results(request, queryset, search_term))

    def get_urls(self) -> list[URLPattern]:
        """De eigen pagina's vóór die van Django: anders leest die het pad als een sleutel."""
        pagina = self.admin_site.admin_view
        eigen = [
            path("zoek-op-nummer/", pagina(self.zoek_op_nummer), name="berichten_bericht_zoek"),
            path("<uuid:uuid>/intrekken/", pagina(self.intrekken), name="berichten_bericht_intrekken"),
            path("<uuid:uuid>/vervangen/", pagina(self.vervangen), name="berichten_bericht_vervangen"),
        ]
        return [*eigen, *super().get_urls()]

    def zoek_op_nummer(self, request: HttpRequest) -> HttpResponse:
        """Zoek iemands berichten op nummer, met POST; het resultaat is de lijst, op een betekenisloze sleutel."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = NummerForm(request.POST or None)
        if form.is_valid():
            betrokkene = vind_geadresseerde(form.geadresseerde())
            if betrokkene is not None:
                lijst = reverse("admin:berichten_bericht_changelist")
                return HttpResponseRedirect(f"{lijst}?betrokkene__id__exact={betrokkene}")
            form.add_error(None, _("De portaal kent niemand met dit nummer."))
        return self._pagina(request, form, _("Zoek berichten op nummer"), knop=_("Zoek"))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filteren op iemands sleutel mag; die komt van 'Zoek op nummer'."""
        return lookup == "betrokkene__id__exact" or super().lookup_allowed(lookup, value, request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Stuur een bericht, met de applicatie Beheer als afzender."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        applicatie = beheerapplicatie()
        form = NieuwBerichtForm(request.POST or None, initial={"categorie": applicatie.standaard_categorie_id})
        if form.is_valid():
            bericht = handelingen.maak_aan(form.nieuw_bericht(), Partij.medewerker(medewerker_van(request), applicatie))
            return self._gestuurd(request, bericht)
        uitleg = _("Het bericht komt van de applicatie Beheer. Is het te lezen, dan verandert het niet meer.")
        return self._pagina(request, form, _("Bericht sturen"), knop=_("Versturen"), uitleg=uitleg)

    def vervangen(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Stuur een nieuw bericht in de plaats van dit bericht."""
        return self._volg_op(request, uuid, intrekken=False)

    def intrekken(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Trek een bericht in: was het nog niet te lezen dan zonder meer, anders met een nieuw bericht dat dat zegt."""
        bericht = self._van_beheer(request, uuid)
        if bericht.toegankelijk_op is not None:
            return self._volg_op(request, uuid, intrekken=True)
        if request.method == "POST":
            try:
                handelingen.trek_in_voor_publicatie(bericht.pk, self._partij(request))
            except handelingen.AlTeLezenError:
                self.message_user(request, _("Het bericht is intussen te lezen."), messages.ERROR)
            else:
                self.log_change(request, bericht, "Ingetrokken")
                self.message_user(
                    request, _("Het bericht is ingetrokken. Niemand heeft het gelezen."), messages.SUCCESS
                )
            return self._naar(bericht)
        uitleg = _("Dit bericht is nog niet te lezen. Na het intrekken komt het ook niet meer.")
        return self._pagina(request, None, _("Bericht intrekken"), knop=_("Intrekken"), uitleg=uitleg)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Het bericht met zijn geschiedenis. Opslaan bestaat hier niet."""
        bericht = self.get_object(request, object_id) if self.has_view_permission(request) else None
        extra: dict[str, Any] = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        if bericht is not None:
            extra["title"], extra["subtitle"] = bericht.onderwerp, bericht.get_aard_display()
            gebeurtenissen = Gebeurtenis.objects.filter(record_soort=bericht.record_soort, record_id=bericht.pk)
            # Paren, zoals bij een taak; bij een bericht hoort nooit een reden.
            extra["geschiedenis"] = [(g, "") for g in gebeurtenissen.order_by("nummer")]
            extra["herstelbaar"] = (
                bericht.applicatie.beheer and bericht.ingetrokken_op is None and self.has_change_permission(request)
            )
        if request.method == "POST":
            raise PermissionDenied
        return super().change_view(request, object_id, form_url, extra)

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _volg_op(self, request: HttpRequest, uuid: UUID, *, intrekken: bool) -> HttpResponse:
        oud = self._van_beheer(request, uuid)
        begin = {"aard": oud.aard, "referentie": oud.referentie, "onderwerp": oud.onderwerp}
        form = OpvolgerForm(request.POST or None, initial=begin if intrekken else {**begin, "tekst": oud.tekst})
        if form.is_valid():
            try:
                nieuw = handelingen.maak_aan(form.opvolger(oud, intrekken=intrekken), self._partij(request))
            except handelingen.VerwijzingError as fout:
                form.add_error(None, str(fout))
            else:
                return self._gestuurd(request, nieuw)
        if intrekken:
            titel, uitleg = (
                _("Bericht intrekken"),
                _("Het oude bericht blijft staan. Het nieuwe zegt dat het niet meer geldt."),
            )
        else:
            titel, uitleg = (
                _("Bericht vervangen"),
                _("Het oude bericht blijft staan. Het nieuwe komt ervoor in de plaats."),
            )
        return self._pagina(request, form, titel, knop=_("Versturen"), uitleg=uitleg)

    def _van_beheer(self, request: HttpRequest, uuid: UUID) -> Bericht:
        """Een bericht dat het beheer zelf stuurde; elke keer kijken staat in het logboek."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        bericht = get_object_or_404(self.get_queryset(request), pk=uuid, applicatie__beheer=True)
        self.leg_inzage(request, "bericht-herstellen", [bericht])
        return bericht

    def _partij(self, request: HttpRequest) -> Partij:
        return Partij.medewerker(medewerker_van(request), beheerapplicatie())

    def _gestuurd(self, request: HttpRequest, bericht: Bericht) -> HttpResponse:
        self.log_addition(request, bericht, "Gestuurd")
        self.message_user(request, _("Het bericht is gestuurd."), messages.SUCCESS)
        return self._naar(bericht)

    def _naar(self, bericht: Bericht) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:berichten_bericht_change", args=[bericht.pk]))

    def _pagina(self, request: HttpRequest, form: Any, titel: Any, **extra: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": titel, "form": form, **extra}
        return render(request, "admin/berichten/bericht/formulier.html", context)
