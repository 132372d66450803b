"""Het boek en de afleveringen in het beheer."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.gebeurtenissen.handelingen import bied_opnieuw_aan
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis


@admin.register(Gebeurtenis)
class GebeurtenisAdmin(AlleenLezenAdmin[Gebeurtenis]):
    """Het boek: een gebeurtenis ontstaat door een handeling en verandert nooit meer."""

    list_display = ("volgnummer", "op", "soort", "record_soort", "record_id", "actor_soort")
    list_filter = ("soort", "record_soort", "actor_soort")
    ordering = ("-volgnummer",)


@admin.register(Aflevering)
class AfleveringAdmin(AlleenLezenAdmin[Aflevering]):
    """Wat nog bezorgd moet worden, of niet wilde lukken."""

    list_display = ("id", "volger", "stand", "pogingen", "volgende_op", "klaar_op", "fout")
    list_filter = ("stand", "volger")
    ordering = ("-pk",)
    actions = ("opnieuw",)

    @admin.action(description=_("Mislukte afleveringen opnieuw aanbieden"))
    def opnieuw(self, request: HttpRequest, queryset: QuerySet[Aflevering]) -> None:
        """Zet wat mislukte weer in de rij."""
        aantal = bied_opnieuw_aan(queryset)
        self.message_user(request, _("%d opnieuw aangeboden.") % aantal, messages.SUCCESS)
