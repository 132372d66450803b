"""Medewerkers in het beheer: wie er in mag. Wat iemand mag volgt uit zijn rol bij de inlogdienst, niet van hier."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen import handelingen
from portaal.inloggen.models import Medewerker, Noodaccount


@admin.register(Noodaccount)
class NoodaccountAdmin(AlleenLezenAdmin[Noodaccount]):
    """Of er een noodaccount is, of het op slot is, en elke keer dat het is gebruikt of geprobeerd."""

    list_display = ("__str__", "gewijzigd_op", "mislukt", "op_slot_tot")
    fields = ("gewijzigd_op", "mislukt", "op_slot_tot", "gebruik")
    readonly_fields = fields

    @admin.display(description=_("gebruik"))
    def gebruik(self, account: Noodaccount) -> str:
        """De laatste vijftig regels uit het boek, nieuwste eerst."""
        regels = Gebeurtenis.objects.filter(record_soort=account.record_soort, record_id=account.pk)
        laatste = (
            (localtime(g.op).strftime("%Y-%m-%d %H:%M"), g.get_soort_display()) for g in regels.order_by("-nummer")[:50]
        )
        return format_html_join(mark_safe("<br>"), "{} {}", laatste)


@admin.register(Medewerker)
class MedewerkerAdmin(admin.ModelAdmin[Medewerker]):
    """Bekijken, en met een actie de toegang intrekken of teruggeven."""

    list_display = ("naam", "email", "rollen", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("naam", "email")
    fields = ("naam", "email", "rollen", "is_active", "uitgever", "sub", "last_login")
    actions = ("trek_toegang_in", "geef_toegang_terug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Medewerker]:
        """Met de groepen erbij, in één keer."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("rollen"))
    def rollen(self, medewerker: Medewerker) -> str:
        """De groepen, zoals bij de laatste inlog."""
        return ", ".join(groep.name for groep in medewerker.groups.all()) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Een medewerker ontstaat bij zijn eerste inlog."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Medewerker | None = None) -> bool:
        """Op inactief zetten in plaats van verwijderen: wat hij deed blijft op zijn naam."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Medewerker | None = None) -> Any:
        """Alles: wijzigen gaat met de acties."""
        return self.fields

    @admin.action(description=_("Trek de toegang in"), permissions=["change"])
    def trek_toegang_in(self, request: HttpRequest, gekozen: QuerySet[Medewerker]) -> None:
        """De gekozen medewerkers komen er niet meer in; wie u zelf bent blijft binnen."""
        anderen = gekozen.exclude(pk=str(request.user.pk)).values_list("pk", flat=True)
        aantal = handelingen.zet_medewerkers_actief(list(anderen), actief=False)
        tekst = ngettext("%d medewerker heeft geen toegang meer.", "%d medewerkers hebben geen toegang meer.", aantal)
        self.message_user(request, tekst % aantal)

    @admin.action(description=_("Geef de toegang terug"), permissions=["change"])
    def geef_toegang_terug(self, request: HttpRequest, gekozen: QuerySet[Medewerker]) -> None:
        """De gekozen medewerkers mogen er weer in."""
        aantal = handelingen.zet_medewerkers_actief(list(gekozen.values_list("pk", flat=True)), actief=True)
        tekst = ngettext("%d medewerker heeft weer toegang.", "%d medewerkers hebben weer toegang.", aantal)
        self.message_user(request, tekst % aantal)
