"""De basis van elke beheerpagina met een persoon erop: lezen door de poort, elke inzage vastgelegd, geen nummers in het adres."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.forms import NummerForm
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.nummers import bevat_nummer
from portaal.gebeurtenissen.models import Gebeurtenis, Vastgelegd
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.tijdlijn import redenen_van
from portaal.inloggen.models import Medewerker
from portaal.logboek.inzage import leg_inzage_vast

M = TypeVar("M", bound=models.Model)

# Voor een pagina zonder knop die niets zou doen.
NIET_OPSLAAN = {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}


def medewerker_van(request: HttpRequest) -> Medewerker:
    """De ingelogde medewerker; alleen te gebruiken waar de admin al heeft gecontroleerd dat die er is."""
    return cast(Medewerker, request.user)


class InzageAdmin(admin.ModelAdmin[M]):
    """Alleen lezen, en elke keer lezen staat in het inzagelogboek. Veranderen gaat met handelingen, niet met een formulier.

    `record_soort` en `betrokkene_van` zeggen wat er in het logboek komt.
    """

    record_soort = ""
    show_full_result_count = False  # geen COUNT over de hele tabel
    list_per_page = 50

    def betrokkene_van(self, record: M) -> UUID | None:
        """Wiens gegevens dit zijn."""
        return cast("UUID | None", getattr(record, "betrokkene_id", None))

    def leg_inzage(self, request: HttpRequest, waarvoor: str, records: Iterable[M]) -> None:
        """Leg vast dat deze medewerker deze records zag."""
        leg_inzage_vast(
            ActorSoort.MEDEWERKER,
            medewerker_van(request).pk,
            f"beheer:{waarvoor}",
            [(self.record_soort, cast(UUID, r.pk), self.betrokkene_van(r)) for r in records],
        )

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Niets verdwijnt langs deze weg."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> Any:
        """Alles is alleen te lezen."""
        return [v for veld in self.get_fields(request, obj) for v in ([veld] if isinstance(veld, str) else veld)]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """De lijst; een nummer in de zoekvraag wordt geweigerd, want dat komt in logboeken terecht."""
        if bevat_nummer(request.GET.get("q", "")):
            self.message_user(
                request, _("Zoek een nummer via 'Zoek op nummer'. In het adres van een pagina mag geen nummer staan."),
                messages.ERROR,
            )  # fmt: skip
            return HttpResponseRedirect(request.path)
        antwoord = super().changelist_view(request, extra_context)
        lijst = getattr(antwoord, "context_data", {}).get("cl")
        if lijst is not None:
            self.leg_inzage(request, f"{self.record_soort}-lijst", lijst.result_list)
        return antwoord

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Eén record."""
        antwoord = super().change_view(request, object_id, form_url, extra_context)
        record = getattr(antwoord, "context_data", {}).get("original")
        if record is not None:
            self.leg_inzage(request, self.record_soort, [record])
        return antwoord

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """De geschiedenis staat op de pagina zelf, uit het gebeurtenissenboek."""
        return HttpResponseRedirect("../change/")


R = TypeVar("R", bound=Vastgelegd)


class RecordAdmin(InzageAdmin[R]):
    """Een record met een geschiedenis, te vinden op uuid en op iemands nummer. Een verandering is een eigen pagina
    (`_pagina`) die een handeling aanroept; opslaan bestaat niet."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Zoekt ook op de uuid van het record."""
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return cast("tuple[Any, bool]", super().get_search_results(request, queryset, search_term))

    def eigen_urls(self) -> list[URLPattern]:
        """De pagina's van dit soort record zelf."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """De eigen pagina's vóór die van Django: anders leest die het pad als een sleutel."""
        zoek = path("zoek-op-nummer/", self.admin_site.admin_view(self.zoek_op_nummer), name=self._naam("zoek"))
        return [zoek, *self.eigen_urls(), *super().get_urls()]

    def zoek_op_nummer(self, request: HttpRequest) -> HttpResponse:
        """Zoek op iemands nummer, met POST; het resultaat is de lijst, gefilterd op een betekenisloze sleutel."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = NummerForm(request.POST or None)
        if form.is_valid():
            betrokkene = vind_geadresseerde(form.geadresseerde())
            if betrokkene is not None:
                lijst = reverse(f"admin:{self._naam('changelist')}")
                return HttpResponseRedirect(f"{lijst}?betrokkene__id__exact={betrokkene}")
            form.add_error(None, _("De portaal kent niemand met dit nummer."))
        uitleg = _("Het nummer komt niet in het adres van de pagina en niet in een logboek.")
        return self._pagina(request, form, _("Zoek op nummer"), knop=_("Zoeken"), uitleg=uitleg)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filteren op iemands sleutel mag; die komt van 'Zoek op nummer'."""
        return lookup == "betrokkene__id__exact" or super().lookup_allowed(lookup, value, request)

    def over(self, request: HttpRequest, record: R) -> dict[str, Any]:
        """Wat de pagina van één record nog meer toont."""
        return {}

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Het record met zijn geschiedenis. Opslaan bestaat hier niet."""
        if request.method == "POST":
            raise PermissionDenied
        record = self.get_object(request, object_id) if self.has_view_permission(request) else None
        extra: dict[str, Any] = {**NIET_OPSLAAN, **(extra_context or {})}
        if record is not None:
            redenen = redenen_van(record)
            gebeurtenissen = Gebeurtenis.objects.filter(record_soort=record.record_soort, record_id=record.pk)
            extra["geschiedenis"] = [(g, redenen.get(g.nummer, "")) for g in gebeurtenissen.order_by("nummer")]
            extra |= self.over(request, record)
        return super().change_view(request, object_id, form_url, extra)

    def _naam(self, pagina: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{pagina}"

    def _naar(self, record: R) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:{self._naam('change')}", args=[record.pk]))

    def _pagina(self, request: HttpRequest, form: Any, titel: Any, *, knop: Any, **extra: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": titel, "form": form}
        return render(request, "admin/handeling.html", {**context, "knop": knop, **extra})
