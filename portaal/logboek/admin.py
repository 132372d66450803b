"""Het inzagelogboek in het beheer."""

from django.contrib import admin

from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.logboek.models import Inzage


@admin.register(Inzage)
class InzageLogboekAdmin(AlleenLezenAdmin[Inzage]):
    """Wie keek waarin."""

    list_display = ("op", "actor_soort", "actor", "waarvoor", "record_soort", "record_id", "betrokkene")
    list_filter = ("actor_soort", "waarvoor")
    ordering = ("-pk",)
