"""Koppelingen instellen, en de werklijst van wat er misging."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.gebeurtenissen.handelingen import bied_opnieuw_aan
from portaal.logboek.beheer import NIET_OPSLAAN, medewerker_van
from portaal.objecten import handelingen
from portaal.objecten.models import (
    Koppelfout,
    Koppelfoutsoort,
    Koppeling,
    Objectmelding,
    Objecttype,
)
from portaal.objecten.versturen import controleer

KORTSTE_GEHEIM = 32  # tekens; GZAC en Open Notificaties eisen het ook


class KoppelingForm(forms.ModelForm[Koppeling]):
    """De instellingen; het geheim is te vervangen en nooit te lezen."""

    nieuw_geheim = forms.CharField(
        label=_("Geheim"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten minste 32 tekens. Leeg: het geheim blijft zoals het is. Het is hier nooit te lezen."),
    )

    class Meta:
        model = Koppeling
        fields = (
            *("applicatie", "actief", "basis_url", "objecttypen_url", "notificaties_url", "client_id"),
            *("tijdzone", "linkparameter", "verwerkt_binnen", "contact", "nummers_in_adres"),
        )

    def clean_nieuw_geheim(self) -> str:
        """Lang genoeg voor HS256."""
        geheim: str = self.cleaned_data["nieuw_geheim"]
        if geheim and len(geheim) < KORTSTE_GEHEIM:
            raise forms.ValidationError(_("Een geheim heeft ten minste 32 tekens."))
        return geheim

    def clean(self) -> dict[str, Any] | None:
        """Wie meldingen stuurt, heeft een geheim nodig."""
        gegevens = super().clean() or self.cleaned_data
        if gegevens.get("notificaties_url") and not gegevens.get("nieuw_geheim") and not self.instance.geheim:
            self.add_error("nieuw_geheim", _("Vul het geheim in dat bij dit client id hoort."))
        return gegevens

    def save(self, commit: bool = True) -> Koppeling:
        """Met het nieuwe geheim, als dat is ingevuld."""
        if geheim := self.cleaned_data.get("nieuw_geheim"):
            self.instance.geheim = geheim
        return super().save(commit)


class ObjecttypeInline(admin.StackedInline[Objecttype, Koppeling]):
    """Welke objecttypen het andere systeem gebruikt."""

    model = Objecttype
    extra = 1
    fields = ("uuid", "versie", "dialect", "categorie")
    verbose_name_plural = _("Objecttypen: vul de uuid in die in het andere systeem staat, en kies de vorm")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Er kunnen objecten van zijn."""
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Kiezen, niet ook nog een categorie maken."""
        veld = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "categorie" and veld is not None:
            for wat in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(veld.widget, wat, False)
        return veld


@admin.register(Koppeling)
class KoppelingAdmin(admin.ModelAdmin[Koppeling]):
    """Een systeem dat de Objecten API gebruikt."""

    form = KoppelingForm
    change_form_template = "admin/portaal_objecten/koppeling/koppeling.html"
    list_display = ("applicatie", "actief", "basis_url", "notificaties_url", "open_fouten")
    list_select_related = ("applicatie",)
    inlines = (ObjecttypeInline,)
    fieldsets = (
        (None, {"fields": ("applicatie", "actief")}),
        (
            _("Adressen"),
            {"fields": ("basis_url", "objecttypen_url"), "description": _("Zoals het andere systeem ze kent.")},
        ),
        (
            _("Meldingen"),
            {
                "fields": ("notificaties_url", "client_id", "nieuw_geheim", "verwerkt_binnen", "contact"),
                "description": _("Zo hoort het andere systeem dat iemand iets heeft gedaan."),
            },
        ),
        (_("Taken"), {"fields": ("tijdzone", "linkparameter")}),
        (_("Privacy"), {"fields": ("nummers_in_adres",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Koppeling]:
        """Met hoeveel koppelfouten er open staan."""
        open_ = Count("fouten", filter=Q(fouten__afgehandeld_op=None))
        return super().get_queryset(request).annotate(aantal_open=open_)

    @admin.display(description=_("koppelfouten"))
    def open_fouten(self, koppeling: Koppeling) -> str:
        """Hoeveel er nog iets aan gedaan moet worden, met een link naar de lijst."""
        lijst = reverse("admin:portaal_objecten_koppelfout_changelist")
        adres = f"{lijst}?koppeling__id__exact={koppeling.pk}"
        return format_html('<a href="{}">{}</a>', adres, getattr(koppeling, "aantal_open", 0))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Geen koppeling voor de ingebouwde applicatie waarmee medewerkers werken."""
        if db_field.name == "applicatie":
            kwargs["queryset"] = Applicatie.objects.filter(beheer=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Koppeling | None = None) -> bool:
        """Uitzetten in plaats van verwijderen: de objecten blijven bestaan."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """De proef vóór de pagina's van Django."""
        proef = path(
            "<uuid:uuid>/proef/", self.admin_site.admin_view(self.proef), name="portaal_objecten_koppeling_proef"
        )
        return [proef, *super().get_urls()]

    def proef(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        """Probeer de Notificaties API met wat er is ingevuld."""
        koppeling = get_object_or_404(Koppeling, pk=uuid)
        if request.method != "POST" or not self.has_change_permission(request, koppeling):
            raise PermissionDenied
        if not koppeling.notificaties_url:
            self.message_user(request, _("Er is geen adres van de Notificaties API ingevuld."), messages.WARNING)
        else:
            uitkomst = controleer(koppeling)
            self.message_user(
                request, uitkomst, messages.SUCCESS if uitkomst.startswith("Het werkt") else messages.ERROR
            )
        return HttpResponseRedirect(reverse("admin:portaal_objecten_koppeling_change", args=[uuid]))


class OpenFilter(admin.SimpleListFilter):
    """Standaard alleen wat nog open staat: de werklijst."""

    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Afgehandeld, of alles; zonder keuze: open."""
        return [("afgehandeld", _("afgehandeld")), ("alles", _("alles"))]

    def choices(self, changelist: Any) -> Any:
        """De eerste keuze heet 'open' in plaats van 'alles'."""
        keuzes = list(super().choices(changelist))
        keuzes[0]["display"] = _("open")
        return keuzes

    def queryset(self, request: HttpRequest, queryset: QuerySet[Koppelfout]) -> QuerySet[Koppelfout]:
        """Wat bij de keuze hoort."""
        if self.value() == "alles":
            return queryset
        return queryset.filter(afgehandeld_op__isnull=self.value() != "afgehandeld")


UITLEG: dict[str, Any] = {
    Koppelfoutsoort.ONBEKEND_FORMULIER: _(
        "Het andere systeem noemt een formulier dat de portaal niet kent. De persoon ziet hoe hij contact kan opnemen. Voeg "
        "het formulier toe bij Formulieren, met dat id en voor deze applicatie, en kies daarna 'Opnieuw lezen'."
    ),
    Koppelfoutsoort.ONTOONBAAR_FORMULIER: _(
        "In het formulier staat iets wat de portaal niet kan tonen. De persoon ziet hoe hij contact kan opnemen. Publiceer "
        "bij Formulieren een nieuwe versie en kies daarna 'Opnieuw lezen'."
    ),
    Koppelfoutsoort.HOST_NIET_TOEGESTAAN: _(
        "De link van de taak gaat naar een website die niet op de lijst staat. De persoon ziet geen link. Klopt de website, "
        "zet haar dan bij de applicatie op de lijst en kies daarna 'Opnieuw lezen'."
    ),
    Koppelfoutsoort.ONLEESBARE_TERMIJN: _(
        "De taak staat er zonder termijn. Controleer de termijn in het andere systeem."
    ),
    Koppelfoutsoort.ONLEESBAAR_BEDRAG: _(
        "Het bedrag is niet te lezen, dus kan de persoon niet betalen. Laat het andere systeem een nieuwe taak maken."
    ),
    Koppelfoutsoort.ONBEKENDE_SOORT: _(
        "Het andere systeem vraagt iets wat de portaal niet kent. De persoon ziet hoe hij contact kan opnemen."
    ),
    Koppelfoutsoort.STATUS_PAST_NIET: _(
        "Het andere systeem zet een status die niet past bij wat er al gebeurd is. Dat is onthouden; de taak zelf is niet "
        "veranderd."
    ),
    Koppelfoutsoort.GEWEIGERD: _(
        "Hier kon de portaal niets van maken: meestal ontbreekt de geadresseerde of klopt het nummer niet. Het andere "
        "systeem kreeg dat als antwoord."
    ),
    Koppelfoutsoort.ONBEKEND_OBJECTTYPE: _(
        "Voeg dit objecttype toe bij de koppeling, of herstel de instelling in het andere systeem."
    ),
    Koppelfoutsoort.NIET_VERWERKT: _(
        "De persoon heeft de taak gedaan, maar het andere systeem heeft haar nog niet verwerkt. Kijk daar wat er misging. "
        "Daarna kunt u de melding opnieuw sturen, de taak op verwerkt zetten, of haar intrekken."
    ),
    Koppelfoutsoort.MELDING_MISLUKT: _(
        "De melding is na dagen proberen niet aangekomen. Controleer de instellingen van de koppeling en stuur haar opnieuw."
    ),
}
OPNIEUW_LEZEN = (
    *(Koppelfoutsoort.ONBEKEND_FORMULIER, Koppelfoutsoort.ONTOONBAAR_FORMULIER, Koppelfoutsoort.HOST_NIET_TOEGESTAAN),
)
OPNIEUW_MELDEN = (Koppelfoutsoort.NIET_VERWERKT, Koppelfoutsoort.MELDING_MISLUKT)


@admin.register(Koppelfout)
class KoppelfoutAdmin(AlleenLezenAdmin[Koppelfout]):
    """De werklijst: wat er misging tussen de portaal en een ander systeem, met wat u eraan kunt doen."""

    change_form_template = "admin/portaal_objecten/koppelfout/koppelfout.html"
    list_display = ("soort", "wat", "koppeling", "op", "aantal")
    list_filter = (OpenFilter, "soort", "koppeling")
    list_select_related = ("koppeling__applicatie",)
    ordering = ("-op",)
    fields = ("soort", "wat", "koppeling", "taak", "op", "aantal", "afgehandeld_op")
    readonly_fields = fields
    actions = ("handel_af",)

    def has_view_permission(self, request: HttpRequest, obj: Koppelfout | None = None) -> bool:
        """Ook wie haar mag oplossen."""
        return request.user.has_perm("portaal_objecten.view_koppelfout") or self._mag(request)

    @staticmethod
    def _mag(request: HttpRequest) -> bool:
        return bool(request.user.has_perm("portaal_objecten.change_koppelfout"))

    @admin.display(description=_("taak, bericht of verzoek"))
    def taak(self, fout: Koppelfout) -> str:
        """Een link naar de taak; iets anders met zijn sleutel."""
        if fout.object is None:
            return "–"
        if handelingen.is_taak(fout.object):
            return format_html(
                '<a href="{}">{}</a>', reverse("admin:taken_taak_change", args=[fout.object]), fout.object
            )
        return str(fout.object)

    def get_urls(self) -> list[URLPattern]:
        """De knoppen vóór de pagina's van Django."""
        knop = path(
            "<int:pk>/<slug:wat>/", self.admin_site.admin_view(self.knop), name="portaal_objecten_koppelfout_knop"
        )
        return [*super().get_urls()[:-1], knop, super().get_urls()[-1]]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """De fout, met uitleg en de knoppen die helpen."""
        extra: dict[str, Any] = {**NIET_OPSLAAN, **(extra_context or {})}
        fout = self.get_object(request, object_id)
        if fout is not None:
            extra |= {"uitleg": UITLEG[fout.soort], "title": str(fout), "subtitle": None}
            if fout.open and self._mag(request):
                extra["knoppen"] = [naam for naam in KNOPPEN if self._past(fout, naam)]
        return super().change_view(request, object_id, form_url, extra)

    @staticmethod
    def _past(fout: Koppelfout, knop: str) -> bool:
        if knop == "opnieuw-lezen":
            return fout.soort in OPNIEUW_LEZEN
        if knop == "opnieuw-melden":
            return fout.soort in OPNIEUW_MELDEN
        if knop in ("verwerkt", "intrekken"):
            return fout.soort == Koppelfoutsoort.NIET_VERWERKT
        return True

    def knop(self, request: HttpRequest, pk: int, wat: str) -> HttpResponse:
        """Doe wat de knop zegt, als hij bij deze fout hoort."""
        fout = get_object_or_404(Koppelfout, pk=pk)
        if request.method != "POST" or not self._mag(request) or wat not in KNOPPEN or not self._past(fout, wat):
            raise PermissionDenied
        medewerker = medewerker_van(request)
        reden = request.POST.get("reden", "").strip()[:500]
        gelukt = True
        match wat:
            case "opnieuw-lezen":
                gelukt = handelingen.lees_opnieuw(pk, medewerker)
            case "opnieuw-melden":
                gelukt = handelingen.meld_opnieuw(pk)
            case "verwerkt":
                gelukt = handelingen.sluit_taak(pk, medewerker, verwerkt=True)
            case "intrekken":
                gelukt = bool(reden) and handelingen.sluit_taak(pk, medewerker, verwerkt=False, reden=reden)
            case _:
                handelingen.handel_af(pk, medewerker)
        goed, niet = KNOPPEN[wat]
        self.message_user(request, goed if gelukt else niet, messages.SUCCESS if gelukt else messages.ERROR)
        self.log_change(request, fout, wat)
        return HttpResponseRedirect(reverse("admin:portaal_objecten_koppelfout_change", args=[pk]))

    @admin.action(description=_("Gekozen koppelfouten zijn afgehandeld"))
    def handel_af(self, request: HttpRequest, queryset: QuerySet[Koppelfout]) -> None:
        """Leg vast dat ze bekeken of elders opgelost zijn."""
        if not self._mag(request):
            raise PermissionDenied
        for fout in queryset:
            handelingen.handel_af(fout.pk, medewerker_van(request))
        self.message_user(request, _("Afgehandeld."), messages.SUCCESS)


KNOPPEN: dict[str, tuple[Any, Any]] = {
    "opnieuw-lezen": (
        _("De taak klopt nu."),
        _("De taak klopt nog niet: het formulier of de website ontbreekt nog, of de taak staat niet meer open."),
    ),
    "opnieuw-melden": (
        _("De melding gaat opnieuw uit."),
        _("Er is niets te melden: het object is er niet meer, of er is geen Notificaties API ingevuld."),
    ),
    "verwerkt": (
        _("De taak staat op verwerkt."),
        _("Deze taak kan niet op verwerkt: zij is niet gedaan, of al afgerond."),
    ),
    "intrekken": (
        _("De taak is ingetrokken. De persoon ziet de reden."),
        _("Vul een reden in, of kijk of de taak al afgerond is."),
    ),
    "afgehandeld": (_("Afgehandeld."), ""),
}


@admin.register(Objectmelding)
class ObjectmeldingAdmin(AlleenLezenAdmin[Objectmelding]):
    """Meldingen aan de Notificaties API: wat is aangekomen, wat nog niet."""

    list_display = ("aanmaakdatum", "actie", "koppeling", "stand", "pogingen", "klaar_op", "fout")
    list_filter = ("stand", "koppeling", "actie")
    list_select_related = ("koppeling__applicatie",)
    fields = (*list_display, "volgende_op")
    ordering = ("-pk",)
    actions = ("opnieuw",)

    @admin.action(description=_("Mislukte meldingen opnieuw sturen"))
    def opnieuw(self, request: HttpRequest, queryset: QuerySet[Objectmelding]) -> None:
        """Zet wat mislukte weer in de rij."""
        aantal = bied_opnieuw_aan(queryset, "objecten.verstuur")
        self.message_user(request, _("%d opnieuw aangeboden.") % aantal, messages.SUCCESS)
