"""Ketenpartners, hun leden en hun postbus in het beheer; en welke nummers van hetzelfde bedrijf zijn.

Staat hier en niet bij de betrokkenen, omdat deze pagina's ook het inloggen, de notificaties en het inzagelogboek raken.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen import handelingen
from portaal.betrokkenen.handelingen import KetenpartnerFout, KoppelFout
from portaal.betrokkenen.models import Betrokkene, Ketenpartner
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import ALS_KETENPARTNER
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import Actor
from portaal.logboek.beheer import NIET_OPSLAAN, InzageAdmin, medewerker_van
from portaal.notificaties.handelingen import leg_contactadres_vast
from portaal.notificaties.models import Contactadres, Kanaal
from portaal.overzicht.forms import KetenpartnerForm, KoppelForm, LidForm, RolForm, TeamadresForm

MAP = "admin/portaal_betrokkenen/ketenpartner"


@admin.register(Ketenpartner)
class KetenpartnerAdmin(InzageAdmin[Ketenpartner]):
    """Wie er namens welke organisatie binnenkomt. Elke wijziging is een handeling en staat in de geschiedenis."""

    record_soort = "ketenpartner"
    change_form_template = f"{MAP}/ketenpartner.html"
    list_display = ("naam", "actief", "aangemaakt_op")
    list_filter = ("actief",)
    search_fields = ("naam",)
    fields = ("id", "naam", "actief", ("aangemaakt_op", "gewijzigd_op"))

    def get_urls(self) -> list[URLPattern]:
        """De eigen pagina's vóór die van Django: anders leest die het pad als een sleutel."""
        eigen = [
            self._pad("<uuid:uuid>/lid/", self.lid_toevoegen, "lid"),
            self._pad("<uuid:uuid>/lid/<uuid:lid>/rol/", self.rol, "rol"),
            self._pad("<uuid:uuid>/lid/<uuid:lid>/intrekken/", self.intrekken, "intrekken"),
            self._pad("<uuid:uuid>/actief/", self.zet_actief, "actief"),
            self._pad("<uuid:uuid>/teamadres/", self.teamadres, "teamadres"),
        ]
        return [*eigen, *super().get_urls()]

    def _pad(self, route: str, pagina: Callable[..., HttpResponse], naam: str) -> URLPattern:
        return path(route, self.admin_site.admin_view(pagina), name=f"portaal_betrokkenen_ketenpartner_{naam}")

    # --- kijken -------------------------------------------------------------------------------------------------------
    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """De ketenpartner met haar leden en haar geschiedenis. Opslaan bestaat hier niet."""
        if request.method == "POST":
            raise PermissionDenied
        partner = self.get_object(request, object_id) if self.has_view_permission(request) else None
        extra: dict[str, Any] = {**NIET_OPSLAAN, **(extra_context or {})}
        if partner is not None:
            leden = partner.leden.order_by("ingetrokken_op", "toegevoegd_op")
            extra["leden"] = [(lid, RolForm(initial={"rol": lid.rol}, auto_id=f"rol-{lid.pk}-%s")) for lid in leden]
            extra["geschiedenis"] = Gebeurtenis.objects.filter(
                record_soort=partner.record_soort, record_id=partner.pk
            ).order_by("nummer")
            extra["teamadres"] = _teamadres(partner)
            extra["mag_wijzigen"] = self.has_change_permission(request)
            extra["title"], extra["subtitle"] = partner.naam, None
        return super().change_view(request, object_id, form_url, extra)

    # --- veranderen ---------------------------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Registreer een ketenpartner."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KetenpartnerForm(request.POST or None)
        if form.is_valid():
            gegevens = form.cleaned_data
            try:
                partner = handelingen.registreer_ketenpartner(
                    gegevens["naam"], gegevens["soort"], gegevens["nummer"], _actor(request)
                )
            except KetenpartnerFout as fout:
                form.add_error("nummer", str(fout))
            else:
                self.log_addition(request, partner, "Geregistreerd")
                return self._klaar(request, partner, _("De ketenpartner is geregistreerd. Voeg nu leden toe."))
        return self._formulier(request, form, _("Ketenpartner registreren"))

    def lid_toevoegen(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Geef iemand toegang namens deze ketenpartner."""
        partner = self._te_wijzigen(request, uuid)
        form = LidForm(request.POST or None)
        if form.is_valid():
            gegevens = form.cleaned_data
            try:
                handelingen.voeg_lid_toe(
                    partner.pk, gegevens["inlogmiddel"].issuer, gegevens["kenmerk"], gegevens["rol"],
                    _actor(request), naam=gegevens["naam"],
                )  # fmt: skip
            except KetenpartnerFout as fout:
                form.add_error("kenmerk", str(fout))
            else:
                return self._klaar(request, partner, _("Deze persoon kan nu inloggen."))
        return self._formulier(request, form, _("Lid toevoegen"), partner)

    def rol(self, request: HttpRequest, uuid: UUID, lid: UUID) -> HttpResponse:
        """Geef een lid een andere rol."""
        partner = self._te_wijzigen(request, uuid)
        form = RolForm(request.POST)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not form.is_valid():
            return HttpResponseBadRequest()
        self._van(partner, lid)
        return self._probeer(
            request, partner, lambda: handelingen.wijzig_rol(lid, form.cleaned_data["rol"], _actor(request)),
            _("De rol is gewijzigd."),
        )  # fmt: skip

    def intrekken(self, request: HttpRequest, uuid: UUID, lid: UUID) -> HttpResponse:
        """Trek de toegang van een lid in; meteen, ook als hij is ingelogd."""
        partner = self._te_wijzigen(request, uuid)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self._van(partner, lid)
        return self._probeer(
            request, partner, lambda: handelingen.verwijder_lid(lid, _actor(request)),
            _("De toegang is ingetrokken. Deze persoon is nu uitgelogd."),
        )  # fmt: skip

    def zet_actief(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Laat alle leden er wel of niet meer in."""
        partner = self._te_wijzigen(request, uuid)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        actief = request.POST.get("actief") == "ja"
        handelingen.zet_ketenpartner_actief(partner.pk, _actor(request), actief=actief)
        tekst = (
            _("De leden kunnen weer inloggen.") if actief else _("Niemand kan nog inloggen namens deze ketenpartner.")
        )
        return self._klaar(request, partner, tekst)

    def teamadres(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Waar deze ketenpartner bericht krijgt."""
        partner = self._te_wijzigen(request, uuid)
        form = TeamadresForm(request.POST or None, initial={"adres": _teamadres(partner)})
        if form.is_valid():
            leg_contactadres_vast(partner.betrokkene_id, Kanaal.EMAIL, form.cleaned_data["adres"])
            return self._klaar(request, partner, _("Het e-mailadres is bewaard."))
        return self._formulier(request, form, _("E-mailadres van het team"), partner)

    # --- gereedschap --------------------------------------------------------------------------------------------------
    def _te_wijzigen(self, request: HttpRequest, uuid: UUID) -> Ketenpartner:
        if not self.has_change_permission(request):
            raise PermissionDenied
        partner = get_object_or_404(Ketenpartner, pk=uuid)
        self.leg_inzage(request, "ketenpartner", [partner])
        return partner

    @staticmethod
    def _van(partner: Ketenpartner, lid: UUID) -> None:
        get_object_or_404(partner.leden, pk=lid)

    def _probeer(
        self, request: HttpRequest, partner: Ketenpartner, handeling: Callable[[], object], gelukt: Any
    ) -> HttpResponse:
        try:
            handeling()
        except KetenpartnerFout as fout:
            return self._klaar(request, partner, str(fout), messages.ERROR)
        return self._klaar(request, partner, gelukt)

    def _klaar(
        self, request: HttpRequest, partner: Ketenpartner, tekst: Any, soort: int = messages.SUCCESS
    ) -> HttpResponse:
        self.message_user(request, tekst, soort)
        return HttpResponseRedirect(reverse("admin:portaal_betrokkenen_ketenpartner_change", args=[partner.pk]))

    def _formulier(
        self, request: HttpRequest, form: Any, titel: Any, partner: Ketenpartner | None = None
    ) -> HttpResponse:
        context = {"opts": self.opts, "title": titel, "form": form, "partner": partner}
        return render(request, f"{MAP}/formulier.html", {**self.admin_site.each_context(request), **context})


@admin.register(Betrokkene)
class BetrokkeneAdmin(admin.ModelAdmin[Betrokkene]):
    """Geen lijst van mensen: alleen de pagina waarop een medewerker zegt welke nummers van hetzelfde bedrijf zijn."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Een betrokkene ontstaat vanzelf."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Betrokkene | None = None) -> bool:
        """Nooit langs deze weg."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Betrokkene | None = None) -> bool:
        """Er is niets te zien, alleen te doen."""
        return self.has_change_permission(request, obj)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Twee nummers, met POST: zij komen niet in het adres en niet in een logboek."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = KoppelForm(request.POST or None)
        if form.is_valid():
            gegevens = form.cleaned_data
            bedrijf = handelingen.vind_of_maak_betrokkene(NummerSoort.KVK, gegevens["kvk"])
            partner = handelingen.vind_betrokkene(NummerSoort.KVK, gegevens["kvk"], ALS_KETENPARTNER)
            try:
                with transaction.atomic():
                    for als in filter(None, (bedrijf, partner)):
                        handelingen.koppel_identificatie(als, gegevens["soort"], gegevens["nummer"])
            except KoppelFout as fout:
                form.add_error("nummer", str(fout))
            else:
                self.log_change(request, Betrokkene.objects.get(pk=bedrijf), "Nummer gekoppeld")
                self.message_user(request, _("De nummers horen nu bij hetzelfde bedrijf."), messages.SUCCESS)
                return HttpResponseRedirect(request.path)
        context = {"opts": self.opts, "title": _("Nummers van hetzelfde bedrijf"), "form": form, "koppelen": True}
        return render(request, f"{MAP}/formulier.html", {**self.admin_site.each_context(request), **context})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Eén betrokkene is hier niet te bekijken."""
        raise PermissionDenied


def _actor(request: HttpRequest) -> Actor:
    return Actor(ActorSoort.MEDEWERKER, medewerker_van(request).pk)


def _teamadres(partner: Ketenpartner) -> str:
    contactadres = Contactadres.objects.filter(betrokkene=partner.betrokkene_id, kanaal=Kanaal.EMAIL).first()
    return str(contactadres.adres) if contactadres else ""
