"""Het beheer: verzoeken vastleggen voor iemand en bekijken met geschiedenis; verzoektypen instellen, met hun versies."""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.formulieren.definitie import Ingevuld, lees_definitie
from portaal.formulieren.invullen import Daarna, verwerk
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.tijdlijn import redenen_van
from portaal.inloggen.partij import Partij
from portaal.logboek.beheer import NIET_OPSLAAN, InzageAdmin, medewerker_van
from portaal.uuid7 import uuid7
from verzoeken import aanbod, handelingen, weergave
from verzoeken.forms import VastleggenForm, VersieForm, VerzoektypeForm
from verzoeken.models import Verzoek, Verzoektype, VerzoektypeVersie
from verzoeken.referentie import lees_referentie


def _partij(request: HttpRequest) -> Partij:
    return Partij.medewerker(medewerker_van(request), beheerapplicatie())


@admin.register(Verzoek)
class VerzoekAdmin(InzageAdmin[Verzoek]):
    """Alles wat is verstuurd. Een concept is van de persoon alleen en staat hier niet."""

    record_soort = "verzoek"
    change_form_template = "admin/verzoeken/verzoek/verzoek.html"
    list_display = ("referentie", "type", "status", "kanaal", "applicatie", "ontvangen_op")
    list_filter = ("status", "kanaal", "applicatie", "type")
    search_fields = ("referentie", "bron_referentie")
    search_help_text = _("Zoek op referentie, uuid of kenmerk.")
    ordering = ("-id",)
    list_select_related = ("applicatie", "type")
    fields = (
        "id",
        ("referentie", "ontvangen_op"),
        ("type", "type_versie"),
        ("status", "reden", "afgerond_op"),
        ("kanaal", "niveau", "taal"),
        "applicatie",
        "zaak",
        ("bron_naam", "bron_referentie"),
        ("antwoord_soort", "antwoord_id"),
        ("minimaal_niveau", "versie", "bewaren_tot"),
        ("aangemaakt_op", "gewijzigd_op"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verzoek]:
        """Alles wat verstuurd is: een medewerker met dit recht mag het zien, en elke inzage wordt vastgelegd."""
        return Verzoek.objects.als_systeem("een medewerker in het beheer").verstuurd().met_context()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Zoekt ook op de uuid, en op een referentie zoals iemand haar aan de telefoon noemt."""
        if referentie := lees_referentie(search_term):
            return queryset.filter(referentie=referentie), False
        try:
            return queryset.filter(pk=UUID(search_term.strip())), False
        except ValueError:
            return cast("tuple[Any, bool]", super().get_search_results(request, queryset, search_term))

    def get_urls(self) -> list[URLPattern]:
        """De eigen pagina vóór die van Django: anders leest die het pad als een sleutel."""
        vastleggen = self.admin_site.admin_view(self.vastleggen)
        return [path("add/<slug:code>/", vastleggen, name="verzoeken_verzoek_vastleggen"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Kies wat iemand aan de balie of per telefoon vraagt."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = {"typen": aanbod.alle_typen().order_by("is_zaakverzoek", "naam"), "title": _("Verzoek vastleggen")}
        return render(request, "admin/verzoeken/verzoek/kies.html", self._context(request, context))

    def vastleggen(self, request: HttpRequest, code: str) -> HttpResponse:
        """Vul in wat iemand vraagt; hij ziet het daarna in de portaal, met bewijs. Twee keer klikken is één keer."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        type_ = get_object_or_404(aanbod.alle_typen(), code=code)
        # Alle stappen van een wizard op één pagina: wie aan de balie zit, vraagt door elkaar.
        definitie = replace(lees_definitie(handelingen.gepubliceerde_versie(type_).formulier), wizard=False)
        form = VastleggenForm(request.POST or None, prefix="_wie", type_=type_)
        sleutel, formulier = str(uuid7()), definitie.begin()
        if request.method == "POST":
            uitkomst = verwerk(definitie, request, {})
            sleutel, formulier = request.POST.get("_sleutel", ""), uitkomst.formulier
            if form.is_valid() and uitkomst.daarna is Daarna.NAKIJKEN:
                return self._leg_vast(request, form, formulier, _uuid(sleutel) or uuid7())
        context = {"form": form, "formulier": formulier, "type": type_, "sleutel": sleutel, "title": type_.naam}
        return render(request, "admin/verzoeken/verzoek/vastleggen.html", self._context(request, context))

    def _leg_vast(self, request: HttpRequest, form: VastleggenForm, formulier: Ingevuld, pk: UUID) -> HttpResponse:
        """Vastleggen namens de applicatie die het verzoek ontvangt: zij behandelt het verder."""
        bekend = Verzoek.objects.als_systeem("een medewerker klikte twee keer").filter(pk=pk)
        if not bekend.exists():
            door = Partij.medewerker(medewerker_van(request), form.type.applicatie)
            try:
                verzoek = handelingen.registreer(form.nieuw_verzoek(formulier.waarden), door, pk=pk)
            except IntegrityError:
                if not bekend.exists():
                    raise
            else:
                self.log_addition(request, verzoek, "Vastgelegd")
                self.message_user(request, _("Het verzoek is vastgelegd. Noem de referentie."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:verzoeken_verzoek_change", args=[pk]))

    def _context(self, request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, **context}

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Het verzoek met de kopie en de geschiedenis. Opslaan bestaat hier niet."""
        if request.method == "POST":
            raise PermissionDenied
        verzoek = self.get_object(request, object_id) if self.has_view_permission(request) else None
        extra: dict[str, Any] = {**NIET_OPSLAAN, **(extra_context or {})}
        if verzoek is not None:
            kopie = weergave.kopie_van(verzoek)
            extra["title"], extra["subtitle"] = verzoek.type.naam, verzoek.get_status_display()
            extra["rijen"] = kopie.rijen() if kopie else []
            redenen = redenen_van(verzoek)
            boek = Gebeurtenis.objects.filter(record_soort=verzoek.record_soort, record_id=verzoek.pk)
            extra["geschiedenis"] = [(g, redenen.get(g.nummer, "")) for g in boek.order_by("nummer")]
        return super().change_view(request, object_id, form_url, extra)


@admin.register(Verzoektype)
class VerzoektypeAdmin(admin.ModelAdmin[Verzoektype]):
    """Wat mensen kunnen aanvragen, vragen of melden. Bewaren loopt via de handelingen, dus staat in het boek."""

    form = VerzoektypeForm
    change_form_template = "admin/verzoeken/verzoektype/verzoektype.html"
    list_display = ("naam", "code", "is_zaakverzoek", "applicatie", "actief")
    list_filter = ("actief", "is_zaakverzoek", "applicatie")
    list_select_related = ("applicatie",)
    search_fields = ("naam", "code", "toelichting")
    prepopulated_fields = {"code": ("naam",)}

    def has_delete_permission(self, request: HttpRequest, obj: Verzoektype | None = None) -> bool:
        """Op inactief zetten in plaats van verwijderen: er zijn verzoeken mee gedaan."""
        return False

    def save_model(self, request: HttpRequest, obj: Verzoektype, form: Any, change: bool) -> None:
        """Bewaar met de handeling."""
        handelingen.bewaar_type(obj, _partij(request))

    def get_urls(self) -> list[URLPattern]:
        """De pagina's voor versies vóór die van Django."""
        pagina = self.admin_site.admin_view
        eigen = [
            path("<uuid:uuid>/versie/", pagina(self.nieuwe_versie), name="verzoeken_verzoektype_versie"),
            path(
                "<uuid:uuid>/versie/<int:nummer>/publiceren/",
                pagina(self.publiceren),
                name="verzoeken_verzoektype_publiceren",
            ),
        ]
        return [*eigen, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Het type, met zijn versies."""
        type_ = _uuid(object_id)
        versies = VerzoektypeVersie.objects.filter(type=type_).order_by("-versie") if type_ else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "versies": versies})

    def nieuwe_versie(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Een nieuwe versie van het formulier, die begint als kopie van de laatste."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        type_ = get_object_or_404(Verzoektype, pk=uuid)
        laatste = type_.versies.order_by("-versie").first()
        begin = laatste.formulier if laatste else {"components": []}
        form = VersieForm(request.POST or None, initial={"formulier": begin})
        if form.is_valid():
            versie = handelingen.maak_versie(type_.pk, form.cleaned_data["formulier"], _partij(request))
            if form.cleaned_data["publiceren"]:
                handelingen.publiceer(type_.pk, versie.versie, _partij(request))
            self.log_change(request, type_, f"Versie {versie.versie}")
            self.message_user(request, _("De versie is bewaard."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:verzoeken_verzoektype_change", args=[type_.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Nieuwe versie"),
            "form": form,
        }
        return render(request, "admin/verzoeken/verzoektype/versie.html", {**context, "type": type_})

    def publiceren(self, request: HttpRequest, uuid: UUID, nummer: int) -> HttpResponse:
        """Publiceer een concept; alleen met POST."""
        if not self.has_change_permission(request) or request.method != "POST":
            raise PermissionDenied
        try:
            handelingen.publiceer(uuid, nummer, _partij(request))
        except (Verzoektype.DoesNotExist, VerzoektypeVersie.DoesNotExist) as fout:
            raise Http404 from fout
        except handelingen.VersieVastError as fout:
            self.message_user(request, str(fout), messages.ERROR)
        else:
            self.log_change(request, Verzoektype.objects.get(pk=uuid), f"Versie {nummer} gepubliceerd")
            self.message_user(request, _("De versie is gepubliceerd."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:verzoeken_verzoektype_change", args=[uuid]))


def _uuid(tekst: str) -> UUID | None:
    try:
        return UUID(tekst)
    except ValueError:
        return None
