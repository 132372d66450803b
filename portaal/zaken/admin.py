"""Zaken in het beheer: zoeken en bekijken met geschiedenis. Veranderen doet het zaaksysteem."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.logboek.beheer import InzageAdmin, medewerker_van
from portaal.logboek.inzage import leg_inzage_vast
from portaal.zaken.models import Zaak


@admin.register(Zaak)
class ZaakAdmin(InzageAdmin[Zaak]):
    """Alle zaken, om mee te kijken."""

    record_soort = "zaak"
    change_form_template = "admin/portaal_zaken/zaak/zaak.html"
    list_display = ("omschrijving", "identificatie", "zaaktype", "startdatum", "einddatum", "applicatie")
    list_filter = ("applicatie", "categorie", ("einddatum", admin.EmptyFieldListFilter))
    search_fields = ("omschrijving", "identificatie")
    search_help_text = _("Zoek op omschrijving, zaaknummer of uuid.")
    ordering = ("-id",)
    list_select_related = ("applicatie",)
    fields = (
        "id",
        ("omschrijving", "identificatie"),
        ("zaaktype", "zaaktype_code"),
        "toelichting",
        ("startdatum", "verwachte_einddatum", "einddatum"),
        "resultaat",
        "statussen",
        "rollen",
        "namen",
        ("organisatie", "applicatie", "categorie"),
        ("minimaal_niveau", "versie", "bewaren_tot"),
        ("aangemaakt_op", "gewijzigd_op"),
    )

    @admin.display(description=_("status"))
    def statussen(self, zaak: Zaak) -> str:
        """De stappen, met de dag waarop zij bereikt zijn."""
        return "; ".join(f"{s['naam']} ({s['bereikt_op'] or '–'})" for s in zaak.stappen)

    @admin.display(description=_("betrokkenen"))
    def rollen(self, zaak: Zaak) -> str:
        """Hoeveel mensen er in welke rol bij horen; hun nummers staan hier niet."""
        rollen = [str(b.get_rol_display()) for b in zaak.betrokkenen.order_by("pk")]
        return ", ".join(f"{rol}: {rollen.count(rol)}" for rol in dict.fromkeys(rollen))

    @admin.display(description=_("sleutels"))
    def namen(self, zaak: Zaak) -> str:
        """Onder welke namen andere systemen de zaak kennen."""
        return "; ".join(f"{s.soort}: {s.waarde}" for s in zaak.sleutels.order_by("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Een zaak komt van een zaaksysteem."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Zaak | None = None) -> bool:
        """Een zaak verandert in het zaaksysteem."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Zaak]:
        """Alle zaken: een medewerker met dit recht mag ze zien, en elke inzage wordt vastgelegd."""
        zaken = Zaak.objects.als_systeem("een medewerker in het beheer").met_context()
        return zaken.prefetch_related("betrokkenen")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Zoekt ook op de uuid van de zaak."""
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return cast("tuple[Any, bool]", super().get_search_results(request, queryset, search_term))

    def leg_inzage(self, request: HttpRequest, waarvoor: str, records: Iterable[Zaak]) -> None:
        """Een regel per betrokkene: van ieder van hen zijn gegevens gezien."""
        leg_inzage_vast(
            ActorSoort.MEDEWERKER,
            medewerker_van(request).pk,
            f"beheer:{waarvoor}",
            [regel for zaak in records for regel in zaak.voor_inzage()],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """De zaak met haar geschiedenis. Opslaan bestaat hier niet."""
        if request.method == "POST":
            raise PermissionDenied
        zaak = self.get_object(request, object_id) if self.has_view_permission(request) else None
        extra: dict[str, Any] = dict(extra_context or {})
        if zaak is not None:
            extra["title"], extra["subtitle"] = zaak.omschrijving, zaak.identificatie
            extra["geschiedenis"] = Gebeurtenis.objects.filter(
                record_soort=zaak.record_soort, record_id=zaak.pk
            ).order_by("nummer")
        return super().change_view(request, object_id, form_url, extra)
