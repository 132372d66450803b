"""De basis van elke beheerpagina met een persoon erop: lezen door de poort, elke inzage vastgelegd, geen nummers in het adres."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.nummers import bevat_nummer
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.models import Medewerker
from portaal.logboek.inzage import leg_inzage_vast

M = TypeVar("M", bound=models.Model)


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
