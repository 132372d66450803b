"""Notificaties in het beheer: wat is er verstuurd, wat niet."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.gebeurtenissen.handelingen import bied_opnieuw_aan
from portaal.notificaties.models import Notificatie


@admin.register(Notificatie)
class NotificatieAdmin(AlleenLezenAdmin[Notificatie]):
    """Zonder adressen: die staan versleuteld en horen niet op een lijst."""

    list_display = ("aangemaakt_op", "kanaal", "aard", "stand", "pogingen", "klaar_op", "fout", "record_id")
    list_filter = ("stand", "kanaal", "aard")
    fields = list_display
    ordering = ("-aangemaakt_op",)
    actions = ("opnieuw",)

    @admin.action(description=_("Mislukte notificaties opnieuw versturen"))
    def opnieuw(self, request: HttpRequest, queryset: QuerySet[Notificatie]) -> None:
        """Zet wat mislukte weer in de rij."""
        aantal = bied_opnieuw_aan(queryset, "notificaties.verstuur")
        self.message_user(request, _("%d opnieuw aangeboden.") % aantal, messages.SUCCESS)
