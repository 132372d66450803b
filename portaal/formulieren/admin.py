"""Het register van formulieren in het beheer: maken, bekijken zoals een inwoner het ziet, publiceren, en wie het gebruikt."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.formulieren import handelingen
from portaal.formulieren.bestanden import sleutels
from portaal.formulieren.definitie import Definitie, lees_definitie
from portaal.formulieren.forms import FormulierForm, VragenForm
from portaal.formulieren.gebruik import gebruik_van
from portaal.formulieren.invullen import Daarna, kies_stap, verwerk
from portaal.formulieren.models import Formulier, Formulierversie
from portaal.inloggen.partij import Partij
from portaal.logboek.beheer import medewerker_van


def _partij(request: HttpRequest) -> Partij:
    return Partij.medewerker(medewerker_van(request), beheerapplicatie())


@admin.register(Formulier)
class FormulierAdmin(admin.ModelAdmin[Formulier]):
    """Bewaren loopt via de handelingen, dus staat in het boek."""

    form = FormulierForm
    change_form_template = "admin/portaal_formulieren/formulier/formulier.html"
    fields = ("naam", "code", "omschrijving", "applicaties", "actief")
    list_display = ("naam", "code", "gepubliceerd", "actief")
    list_filter = ("actief", "applicaties")
    search_fields = ("naam", "code", "omschrijving")
    ordering = ("naam", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Formulier]:
        """Met de laatste gepubliceerde versie, in dezelfde query."""
        gepubliceerd = Max("versies__versie", filter=Q(versies__gepubliceerd_op__isnull=False))
        return super().get_queryset(request).annotate(laatste=gepubliceerd)

    @admin.display(description=_("geldende versie"), ordering="laatste")
    def gepubliceerd(self, formulier: Any) -> Any:
        """Wat iemand krijgt die geen versie noemt."""
        return formulier.laatste

    def has_delete_permission(self, request: HttpRequest, obj: Formulier | None = None) -> bool:
        """Op inactief zetten in plaats van verwijderen: er zijn taken mee gemaakt."""
        return False

    def save_model(self, request: HttpRequest, obj: Formulier, form: Any, change: bool) -> None:
        """Bewaar met de handeling."""
        handelingen.bewaar(obj, form.cleaned_data["applicaties"], _partij(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Wie het mag gebruiken bewaart de handeling al."""

    def get_urls(self) -> list[URLPattern]:
        """De pagina's voor versies vóór die van Django."""
        pagina = self.admin_site.admin_view
        eigen = [
            path("<uuid:uuid>/vragen/", pagina(self.vragen), name="portaal_formulieren_formulier_vragen"),
            path(
                "<uuid:uuid>/versie/<int:nummer>/",
                pagina(self.voorbeeld),
                name="portaal_formulieren_formulier_voorbeeld",
            ),
            path(
                "<uuid:uuid>/versie/<int:nummer>/publiceren/",
                pagina(self.publiceren),
                name="portaal_formulieren_formulier_publiceren",
            ),
        ]
        return [*eigen, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Het formulier, met zijn versies en wat het gebruikt."""
        extra = dict(extra_context or {})
        formulier = self.get_object(request, object_id)
        if formulier is not None and self.has_view_permission(request, formulier):
            extra |= {"versies": formulier.versies.order_by("-versie"), "gebruik": gebruik_van(formulier.code)}
        return super().change_view(request, object_id, form_url, extra)

    def get_readonly_fields(self, request: HttpRequest, obj: Formulier | None = None) -> Any:
        """Het id ligt vast zodra er naar verwezen kan zijn."""
        gepubliceerd = obj is not None and obj.versies.filter(gepubliceerd_op__isnull=False).exists()
        return ("code",) if gepubliceerd else ()

    def vragen(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """De vragen van het concept; is er geen, dan begint het als kopie van de laatste versie."""
        formulier = get_object_or_404(Formulier, pk=uuid)
        if not self.has_change_permission(request, formulier):
            raise PermissionDenied
        laatste = formulier.versies.order_by("-versie").first()
        form = VragenForm(
            request.POST or None, initial={"formulier": laatste.definitie if laatste else {"components": []}}
        )
        if form.is_valid():
            versie = handelingen.bewaar_concept(uuid, form.cleaned_data["formulier"], _partij(request))
            self.log_change(request, formulier, f"Versie {versie.versie}")
            self.message_user(
                request, _("De vragen zijn bewaard. Bekijk het voorbeeld en publiceer."), messages.SUCCESS
            )
            return self._naar(uuid)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Vragen"), "form": form}
        return render(request, "admin/portaal_formulieren/formulier/vragen.html", {**context, "formulier": formulier})

    def publiceren(self, request: HttpRequest, uuid: UUID, nummer: int) -> HttpResponse:
        """Publiceer een concept; alleen met POST."""
        formulier = get_object_or_404(Formulier, pk=uuid)
        if not self.has_change_permission(request, formulier) or request.method != "POST":
            raise PermissionDenied
        try:
            handelingen.publiceer(uuid, nummer, _partij(request))
        except Formulierversie.DoesNotExist as fout:
            raise Http404 from fout
        self.log_change(request, formulier, f"Versie {nummer} gepubliceerd")
        self.message_user(request, _("De versie is gepubliceerd en verandert niet meer."), messages.SUCCESS)
        return self._naar(uuid)

    def voorbeeld(self, request: HttpRequest, uuid: UUID, nummer: int) -> HttpResponse:
        """Zoals een inwoner het ziet en invult, met elke stap en elke controle. Er wordt niets bewaard."""
        versie = get_object_or_404(Formulierversie.objects.select_related("formulier"), formulier=uuid, versie=nummer)
        if not self.has_view_permission(request, versie.formulier):
            raise PermissionDenied
        definitie = lees_definitie(versie.definitie)
        bewaard = _bewaard(request, definitie)
        context: dict[str, Any] = {"versie": versie, "bewaard": "{}"}
        sjabloon = "admin/portaal_formulieren/formulier/voorbeeld.html"
        if request.method != "POST":
            ingevuld = kies_stap(definitie, definitie.begin(), request.GET.get("stap", ""))
            return render(request, sjabloon, {**context, "formulier": ingevuld})
        uitkomst = verwerk(definitie, request, bewaard)
        context["bewaard"] = json.dumps(uitkomst.formulier.waarden)
        if uitkomst.daarna is Daarna.NAKIJKEN:
            nagekeken = definitie.lees_json(uitkomst.formulier.waarden)
            if nagekeken.geldig:
                antwoord = json.dumps(nagekeken.waarden, indent=2, ensure_ascii=False)
                return render(request, sjabloon, {**context, "nagekeken": nagekeken, "antwoord": antwoord})
        formulier = uitkomst.formulier
        if uitkomst.stap is not None:
            formulier = kies_stap(definitie, definitie.lees_terug(formulier.waarden), uitkomst.stap.sleutel)
        return render(request, sjabloon, {**context, "formulier": formulier, "nieuwe_vragen": uitkomst.nieuwe_vragen})

    def _naar(self, uuid: UUID) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:portaal_formulieren_formulier_change", args=[uuid]))


def _bewaard(request: HttpRequest, definitie: Definitie) -> dict[str, Any]:
    """Wat op de vorige stappen van het voorbeeld is ingevuld; het staat in de pagina zelf. Een bestand telt, maar blijft niet."""
    if request.method != "POST":
        return {}
    try:
        bewaard = json.loads(request.POST.get("_bewaard", "{}"))
    except (ValueError, RecursionError):
        bewaard = {}
    bewaard = bewaard if isinstance(bewaard, dict) else {}
    for sleutel in sleutels(definitie):
        nieuw = [{"name": f.name, "originalName": f.name, "size": f.size} for f in request.FILES.getlist(sleutel)]
        if nieuw:
            bewaard[sleutel] = nieuw
    return bewaard
