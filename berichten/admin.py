"""Berichten in het beheer: zoeken, bekijken met geschiedenis, sturen, en herstellen met een nieuw bericht."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from berichten import handelingen
from berichten.forms import NieuwBerichtForm, OpvolgerForm
from berichten.models import Bericht
from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.inloggen.partij import Partij
from portaal.logboek.beheer import RecordAdmin, medewerker_van


@admin.register(Bericht)
class BerichtAdmin(RecordAdmin[Bericht]):
    """Alle berichten. Een medewerker kijkt mee; herstellen kan alleen wat het beheer zelf heeft gestuurd."""

    record_soort = "bericht"
    change_form_template = "admin/berichten/bericht/bericht.html"
    change_list_template = "admin/berichten/bericht/lijst.html"
    list_display = ("onderwerp", "aard", "publicatiedatum", "toegankelijk_op", "geopend_op", "applicatie")
    list_filter = ("aard", "applicatie", "categorie")
    search_fields = ("onderwerp", "bron_referentie", "referentie")
    search_help_text = _("Zoek op onderwerp, uuid of kenmerk. Een nummer van een persoon zoekt u via 'Zoek op nummer'.")
    ordering = ("-id",)
    list_select_related = ("applicatie",)
    fields = (
        "id",
        "onderwerp",
        "tekst",
        ("aard", "handelingsperspectief", "einddatum_handelingstermijn"),
        ("applicatie", "categorie"),
        "zaak",
        ("publicatiedatum", "toegankelijk_op", "geopend_op", "ingetrokken_op"),
        ("vervangt", "trekt_in"),
        ("verwijzing_soort", "verwijzing_id"),
        ("referentie", "bron_referentie", "bericht_type"),
        ("minimaal_niveau", "versie", "bewaren_tot"),
        ("aangemaakt_op", "gewijzigd_op"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bericht]:
        """Alle berichten: een medewerker met dit recht mag ze zien, en elke inzage wordt vastgelegd."""
        return Bericht.objects.als_systeem("een medewerker in het beheer").met_context()

    def eigen_urls(self) -> list[URLPattern]:
        """Herstellen met een nieuw bericht."""
        pagina = self.admin_site.admin_view
        return [
            path("<uuid:uuid>/intrekken/", pagina(self.intrekken), name="berichten_bericht_intrekken"),
            path("<uuid:uuid>/vervangen/", pagina(self.vervangen), name="berichten_bericht_vervangen"),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Stuur een bericht, met de applicatie Beheer als afzender."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        applicatie = beheerapplicatie()
        form = NieuwBerichtForm(request.POST or None, initial={"categorie": applicatie.standaard_categorie_id})
        if form.is_valid():
            bericht = handelingen.maak_aan(form.nieuw_bericht(), Partij.medewerker(medewerker_van(request), applicatie))
            return self._gestuurd(request, bericht)
        uitleg = _("Het bericht komt van de applicatie Beheer. Is het te lezen, dan verandert het niet meer.")
        return self._pagina(request, form, _("Bericht sturen"), knop=_("Versturen"), uitleg=uitleg)

    def vervangen(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Stuur een nieuw bericht in de plaats van dit bericht."""
        return self._volg_op(request, uuid, intrekken=False)

    def intrekken(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Trek een bericht in: was het nog niet te lezen dan zonder meer, anders met een nieuw bericht dat dat zegt."""
        bericht = self._van_beheer(request, uuid)
        if bericht.toegankelijk_op is not None:
            return self._volg_op(request, uuid, intrekken=True)
        if request.method == "POST":
            try:
                handelingen.trek_in_voor_publicatie(bericht.pk, self._partij(request))
            except handelingen.AlTeLezenError:
                self.message_user(request, _("Het bericht is intussen te lezen."), messages.ERROR)
            else:
                self.log_change(request, bericht, "Ingetrokken")
                self.message_user(
                    request, _("Het bericht is ingetrokken. Niemand heeft het gelezen."), messages.SUCCESS
                )
            return self._naar(bericht)
        uitleg = _("Dit bericht is nog niet te lezen. Na het intrekken komt het ook niet meer.")
        return self._pagina(request, None, _("Bericht intrekken"), knop=_("Intrekken"), uitleg=uitleg)

    def over(self, request: HttpRequest, record: Bericht) -> dict[str, Any]:
        """Titel, en of het beheer het kan herstellen."""
        mag = record.applicatie.beheer and record.ingetrokken_op is None and self.has_change_permission(request)
        return {"title": record.onderwerp, "subtitle": record.get_aard_display(), "herstelbaar": mag}

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _volg_op(self, request: HttpRequest, uuid: UUID, *, intrekken: bool) -> HttpResponse:
        oud = self._van_beheer(request, uuid)
        begin = {"aard": oud.aard, "referentie": oud.referentie, "onderwerp": oud.onderwerp}
        form = OpvolgerForm(request.POST or None, initial=begin if intrekken else {**begin, "tekst": oud.tekst})
        if form.is_valid():
            try:
                nieuw = handelingen.maak_aan(form.opvolger(oud, intrekken=intrekken), self._partij(request))
            except handelingen.VerwijzingError as fout:
                form.add_error(None, str(fout))
            else:
                return self._gestuurd(request, nieuw)
        if intrekken:
            titel, uitleg = (
                _("Bericht intrekken"),
                _("Het oude bericht blijft staan. Het nieuwe zegt dat het niet meer geldt."),
            )
        else:
            titel, uitleg = (
                _("Bericht vervangen"),
                _("Het oude bericht blijft staan. Het nieuwe komt ervoor in de plaats."),
            )
        return self._pagina(request, form, titel, knop=_("Versturen"), uitleg=uitleg)

    def _van_beheer(self, request: HttpRequest, uuid: UUID) -> Bericht:
        """Een bericht dat het beheer zelf stuurde; elke keer kijken staat in het logboek."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        bericht = get_object_or_404(self.get_queryset(request), pk=uuid, applicatie__beheer=True)
        self.leg_inzage(request, "bericht-herstellen", [bericht])
        return bericht

    def _partij(self, request: HttpRequest) -> Partij:
        return Partij.medewerker(medewerker_van(request), beheerapplicatie())

    def _gestuurd(self, request: HttpRequest, bericht: Bericht) -> HttpResponse:
        self.log_addition(request, bericht, "Gestuurd")
        self.message_user(request, _("Het bericht is gestuurd."), messages.SUCCESS)
        return self._naar(bericht)
