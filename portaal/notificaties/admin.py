"""Notificaties en contactherstel in het beheer: wat is er verstuurd, wat niet, en wie moet een medewerker bereiken."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.gebeurtenissen.handelingen import bied_opnieuw_aan
from portaal.gebeurtenissen.records import record_modellen
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import Actor
from portaal.inloggen.models import Medewerker
from portaal.logboek.beheer import InzageAdmin
from portaal.notificaties.bewaken import ONVERSTUURD
from portaal.notificaties.handelingen.herstel import handel_af
from portaal.notificaties.models import Contactherstel, Notificatie, Wijze
from portaal.tijd import nu


def _naar_record(soort: str, pk: Any) -> str:
    """Een link naar het record in het beheer, waar elke inzage wordt vastgelegd; zonder pagina alleen de soort."""
    meta = record_modellen()[soort]._meta
    try:
        adres = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return soort
    return format_html('<a href="{}">{}</a>', adres, soort)


class OpTijdFilter(admin.SimpleListFilter):
    """Wat te lang wacht, ruim voor de 48 uur van de wet om zijn."""

    title = _("op tijd")
    parameter_name = "op_tijd"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """De twee keuzes."""
        return [("wacht", _("wacht nog")), ("te-lang", _("wacht te lang"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Herinneringen tellen niet mee."""
        if self.value() is None:
            return queryset
        wacht = queryset.filter(ONVERSTUURD, gepubliceerd_op__lte=nu())
        grens = nu() - timedelta(hours=settings.NOTIFICATIE_ALARM_UREN)
        return wacht.filter(gepubliceerd_op__lt=grens) if self.value() == "te-lang" else wacht


@admin.register(Notificatie)
class NotificatieAdmin(InzageAdmin[Notificatie], AlleenLezenAdmin[Notificatie]):
    """Zonder adressen: die staan versleuteld en horen niet op een lijst. Kijken komt in het inzagelogboek."""

    record_soort = "notificatie"

    list_display = (
        "aangemaakt_op",
        "kanaal",
        "aard",
        "status",
        "pogingen",
        "volgende_op",
        "status_op",
        "fout",
        "record",
    )
    list_filter = (OpTijdFilter, "stand", "kanaal", "aard")
    fields = (*list_display, "gepubliceerd_op", "herinnering", "termijn", "bezorgd_op")
    ordering = ("-aangemaakt_op",)
    actions = ("opnieuw",)

    @admin.display(description=_("status"))
    def status(self, notificatie: Notificatie) -> str:
        """Zoals de afzender hem ziet."""
        return str(notificatie.status.label)

    @admin.display(description=_("sinds"))
    def status_op(self, notificatie: Notificatie) -> Any:
        """Sinds wanneer."""
        return notificatie.status_op

    @admin.display(description=_("gaat over"))
    def record(self, notificatie: Notificatie) -> str:
        """Het record, met een link."""
        return _naar_record(notificatie.record_soort, notificatie.record_id)

    @admin.action(description=_("Mislukte notificaties opnieuw versturen"))
    def opnieuw(self, request: HttpRequest, queryset: QuerySet[Notificatie]) -> None:
        """Zet wat mislukte weer in de rij."""
        aantal = bied_opnieuw_aan(queryset.exclude(kanaal=""), "notificaties.verstuur")
        self.message_user(request, _("%d opnieuw aangeboden.") % aantal, messages.SUCCESS)


class OpenFilter(admin.SimpleListFilter):
    """Zonder keuze staat er wat nog moet gebeuren."""

    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Naast wat open is ook alles."""
        return [("alle", _("ook wat klaar is"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Alleen wat open is, tenzij om alles is gevraagd."""
        return queryset if self.value() == "alle" else queryset.filter(afgehandeld_op=None)


@admin.register(Contactherstel)
class ContactherstelAdmin(InzageAdmin[Contactherstel], AlleenLezenAdmin[Contactherstel]):
    """Mensen die langs geen enkele weg te bereiken waren. Zoek op een andere manier contact en geef het hier door."""

    record_soort = "contactherstel"

    list_display = ("aangemaakt_op", "aard", "termijn", "record", "waarom", "wijze", "afgehandeld_op")
    list_filter = (OpenFilter,)
    list_select_related = ("notificatie",)
    fields = ("aangemaakt_op", "aard", "termijn", "record", "waarom", "wijze", "afgehandeld_op", "afgehandeld_door")
    ordering = ("aangemaakt_op",)
    actions = ("gebeld", "brief", "niet_nodig")

    @admin.display(description=_("aard"))
    def aard(self, herstel: Contactherstel) -> str:
        """Waar de notificatie over ging."""
        return herstel.notificatie.aard

    @admin.display(description=_("termijn"))
    def termijn(self, herstel: Contactherstel) -> Any:
        """De laatste dag, als er een is."""
        return herstel.notificatie.termijn

    @admin.display(description=_("gaat over"))
    def record(self, herstel: Contactherstel) -> str:
        """Het record, met een link."""
        return _naar_record(herstel.notificatie.record_soort, herstel.notificatie.record_id)

    @admin.display(description=_("waarom"))
    def waarom(self, herstel: Contactherstel) -> str:
        """Wat er misging, zonder adres."""
        return herstel.notificatie.fout

    @admin.action(description=_("Afgehandeld: ik heb gebeld"))
    def gebeld(self, request: HttpRequest, queryset: QuerySet[Contactherstel]) -> None:
        """De medewerker sprak de persoon."""
        self._handel_af(request, queryset, Wijze.GEBELD)

    @admin.action(description=_("Afgehandeld: er is een brief gestuurd"))
    def brief(self, request: HttpRequest, queryset: QuerySet[Contactherstel]) -> None:
        """Er ging een brief."""
        self._handel_af(request, queryset, Wijze.BRIEF)

    @admin.action(description=_("Afgehandeld: niet meer nodig"))
    def niet_nodig(self, request: HttpRequest, queryset: QuerySet[Contactherstel]) -> None:
        """Het hoeft niet meer."""
        self._handel_af(request, queryset, Wijze.NIET_NODIG)

    def _handel_af(self, request: HttpRequest, queryset: QuerySet[Contactherstel], wijze: Wijze) -> None:
        door = Actor(ActorSoort.MEDEWERKER, cast(Medewerker, request.user).pk)
        aantal = sum(handel_af(pk, wijze, door) for pk in queryset.values_list("pk", flat=True))
        self.message_user(request, _("%d afgehandeld. Het staat in het boek.") % aantal, messages.SUCCESS)
