"""Bestanden in het beheer: hoe het ermee staat, waar zij bij horen, en de inhoud voor wie haar nodig heeft."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portaal.bestanden.models import LOS, Bestand, Stand
from portaal.bestanden.views import als_bijlage
from portaal.gebeurtenissen.records import record_modellen
from portaal.logboek.beheer import RecordAdmin


@admin.register(Bestand)
class BestandAdmin(RecordAdmin[Bestand]):
    """Elk bestand dat er nog is. Wat nog niet verstuurd is, is van de persoon: geen naam, en niet te openen."""

    record_soort = "bestand"
    change_form_template = "admin/portaal_bestanden/bestand/bestand.html"
    change_list_template = "admin/portaal_bestanden/bestand/lijst.html"
    list_display = ("id", "stand", "maat", "hoort_bij", "applicatie", "verstuurd_op")
    list_filter = ("stand", "bij_soort", "applicatie", ("verstuurd_op", admin.EmptyFieldListFilter))
    search_fields = ("bij_id",)
    search_help_text = _("Zoek op de uuid van het bestand, of van waar het bij hoort.")
    ordering = ("-id",)
    list_select_related = ("applicatie",)
    fields = (
        "id",
        "naam_als_verstuurd",
        ("stand", "mime", "maat"),
        "hoort_bij",
        "veld",
        "applicatie",
        ("aangemaakt_op", "verstuurd_op", "gewijzigd_op"),
        "controlegetal",
        "document_url",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bestand]:
        """Wat er nog is; elke inzage wordt vastgelegd."""
        return Bestand.objects.als_systeem("een medewerker in het beheer").exclude(stand=Stand.WEG)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Een bestand komt van een persoon of een systeem."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Bestand | None = None) -> bool:
        """En het verandert hier niet."""
        return False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Op de uuid van het bestand of van het record; iets anders vindt niets."""
        if not search_term.strip():
            return queryset, False
        try:
            uuid = UUID(search_term.strip())
        except ValueError:
            return queryset.none(), False
        return queryset.filter(pk=uuid) | queryset.filter(bij_id=uuid), False

    def eigen_urls(self) -> list[URLPattern]:
        """De inhoud."""
        pagina = self.admin_site.admin_view(self.inhoud)
        return [path("<uuid:uuid>/inhoud/", pagina, name="portaal_bestanden_bestand_inhoud")]

    def inhoud(self, request: HttpRequest, uuid: UUID) -> HttpResponseBase:
        """De inhoud, om te bewaren. Niet gecontroleerd of nog niet verstuurd: 404. Elke keer staat in het logboek."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        bestand = get_object_or_404(self.get_queryset(request), pk=uuid)
        if not _te_openen(bestand):
            raise Http404
        self.leg_inzage(request, "bestand-inhoud", [bestand])
        return als_bijlage(bestand)

    def over(self, request: HttpRequest, record: Bestand) -> dict[str, Any]:
        """Of het te downloaden is."""
        return {"title": _("Bestand"), "subtitle": record.get_stand_display(), "te_openen": _te_openen(record)}

    @admin.display(description=_("maat"), ordering="grootte")
    def maat(self, bestand: Bestand) -> str:
        """Leesbaar."""
        return filesizeformat(bestand.grootte)

    @admin.display(description=_("hoort bij"), ordering="bij_id")
    def hoort_bij(self, bestand: Bestand) -> Any:
        """De soort en de sleutel van het record, met de pagina in het beheer als die er is."""
        if bestand.bij_soort == LOS:
            return _("nog nergens bij")
        tekst, model = f"{bestand.bij_soort} {bestand.bij_id}", record_modellen().get(bestand.bij_soort)
        if model is None:
            return tekst
        try:
            adres = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[bestand.bij_id])
        except NoReverseMatch:
            return tekst
        return format_html('<a href="{}">{}</a>', adres, tekst)

    @admin.display(description=_("naam"))
    def naam_als_verstuurd(self, bestand: Bestand) -> Any:
        """De naam die iemand eraan gaf, zodra het verstuurd is."""
        return bestand.naam if bestand.verstuurd_op else _("(nog niet verstuurd)")

    @admin.display(description=_("SHA-256"))
    def controlegetal(self, bestand: Bestand) -> str:
        """Om te vergelijken met wat een ander systeem heeft."""
        return bytes(bestand.sha256).hex()


def _te_openen(bestand: Bestand) -> bool:
    return bestand.stand == Stand.SCHOON and bestand.verstuurd_op is not None
