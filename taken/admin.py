"""Taken in het beheer: zoeken, bekijken met geschiedenis, klaarzetten en intrekken."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.handelingen import beheerapplicatie, vind_geadresseerde
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.tijdlijn import redenen_van
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.beheer import InzageAdmin, medewerker_van
from taken import handelingen
from taken.forms import IntrekkenForm, NieuweTaakForm, NummerForm
from taken.models import Status, Taak


@admin.register(Taak)
class TaakAdmin(InzageAdmin[Taak]):
    """Alle taken. Een medewerker kijkt mee; intrekken kan alleen wat het beheer zelf heeft klaargezet."""

    record_soort = "taak"
    change_form_template = "admin/taken/taak/taak.html"
    change_list_template = "admin/taken/taak/lijst.html"
    list_display = ("titel", "status", "soort", "einddatum_handelingstermijn", "applicatie", "aangemaakt_op")
    list_filter = ("status", "soort", "applicatie", "categorie")
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
        ("startdatum", "einddatum_handelingstermijn"),
        "handelingsperspectief",
        ("applicatie", "categorie"),
        "zaak",
        ("bron_referentie", "verwerker_taak_id"),
        ("gemeld_op", "uitgevoerd_op", "uitgevoerd_door", "afgerond_op"),
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

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Zoekt ook op de uuid van de taak."""
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return cast("tuple[Any, bool]", super().get_search_results(request, queryset, search_term))

    def get_urls(self) -> list[URLPattern]:
        """De eigen pagina's vóór die van Django: anders leest die het pad als een sleutel."""
        pagina = self.admin_site.admin_view
        eigen = [
            path("zoek-op-nummer/", pagina(self.zoek_op_nummer), name="taken_taak_zoek"),
            path("<uuid:uuid>/intrekken/", pagina(self.intrekken), name="taken_taak_intrekken"),
        ]
        return [*eigen, *super().get_urls()]

    def zoek_op_nummer(self, request: HttpRequest) -> HttpResponse:
        """Zoek iemands taken op nummer, met POST; het resultaat is de lijst, gefilterd op een betekenisloze sleutel."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = NummerForm(request.POST or None)
        if form.is_valid():
            betrokkene = vind_geadresseerde(form.geadresseerde())
            if betrokkene is not None:
                lijst = reverse("admin:taken_taak_changelist")
                return HttpResponseRedirect(f"{lijst}?betrokkene__id__exact={betrokkene}")
            form.add_error(None, _("De portaal kent niemand met dit nummer."))
        return self._pagina(request, "zoek", form, _("Zoek taken op nummer"))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filteren op iemands sleutel mag; die komt van 'Zoek op nummer'."""
        return lookup == "betrokkene__id__exact" or super().lookup_allowed(lookup, value, request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Zet een taak klaar, met de applicatie Beheer als eigenaar."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        applicatie = beheerapplicatie()
        begin = {"categorie": applicatie.standaard_categorie_id}
        form = NieuweTaakForm(request.POST or None, initial=begin, hosts=applicatie.formulier_hosts)
        if form.is_valid():
            partij = Partij.medewerker(medewerker_van(request), applicatie)
            taak = handelingen.maak_aan(form.nieuwe_taak(), partij)
            self.log_addition(request, taak, "Klaargezet")
            self.message_user(request, _("De taak staat klaar."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:taken_taak_change", args=[taak.pk]))
        return self._pagina(request, "nieuw", form, _("Taak klaarzetten"))

    def intrekken(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Trek een taak van het beheer in, met een reden."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        taak = get_object_or_404(self.get_queryset(request), pk=uuid)
        self.leg_inzage(request, "taak-intrekken", [taak])
        form = IntrekkenForm(request.POST or None)
        if form.is_valid():
            partij = Partij.medewerker(medewerker_van(request), beheerapplicatie())
            try:
                handelingen.breek_af(taak.pk, partij, reden=form.cleaned_data["reden"])
            except (handelingen.OvergangError, MagNietError, Taak.DoesNotExist):
                uitleg = _("Deze taak kan niet meer worden ingetrokken, of is van een andere applicatie.")
                self.message_user(request, uitleg, messages.ERROR)
            else:
                self.log_change(request, taak, "Ingetrokken")
                self.message_user(request, _("De taak is ingetrokken. De persoon ziet de reden."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:taken_taak_change", args=[taak.pk]))
        return self._pagina(request, "intrekken", form, _("Taak intrekken"), taak=taak)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """De taak met haar geschiedenis. Opslaan bestaat hier niet."""
        taak = self.get_object(request, object_id) if self.has_view_permission(request) else None
        extra: dict[str, Any] = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        if taak is not None:
            extra["title"], extra["subtitle"] = taak.titel, taak.get_status_display()
            redenen = redenen_van(taak)
            gebeurtenissen = Gebeurtenis.objects.filter(record_soort=taak.record_soort, record_id=taak.pk)
            extra["geschiedenis"] = [(g, redenen.get(g.nummer, "")) for g in gebeurtenissen.order_by("nummer")]
            extra["intrekbaar"] = (
                taak.applicatie.beheer
                and taak.status in (Status.OPEN, Status.UITGEVOERD)
                and self.has_change_permission(request)
            )
        if request.method == "POST":
            raise PermissionDenied
        return super().change_view(request, object_id, form_url, extra)

    def _pagina(self, request: HttpRequest, wat: str, form: Any, titel: Any, **extra: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": titel, "form": form, **extra}
        return render(request, f"admin/taken/taak/{wat}.html", context)
