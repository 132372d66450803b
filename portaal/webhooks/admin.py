"""Abonnementen en bezorgingen in het beheer."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.beheer import AlleenLezenAdmin
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.inloggen.models import Medewerker
from portaal.inloggen.partij import Partij
from portaal.webhooks import handelingen
from portaal.webhooks.models import Abonnement, Bezorging, Poging, type_keuzes
from portaal.webhooks.ontvanger import AdresFout, controleer_url

VELDEN = ("naam", "url", "types", "contact")
HOE_HET_GAAT = ("stand", "pauze_reden", "gepauzeerd_op", "gelukt_op", "mislukt_sinds", "aangemaakt_op", "gewijzigd_op")


def _partij(request: HttpRequest, applicatie: Applicatie) -> Partij:
    return Partij.medewerker(cast(Medewerker, request.user), applicatie)


class AbonnementForm(forms.ModelForm[Abonnement]):
    """Waar naartoe, en wat."""

    types = forms.MultipleChoiceField(
        choices=type_keuzes, widget=forms.SelectMultiple(attrs={"size": 16}), required=False, label=_("Types"),
        help_text=_("Niets gekozen: elk type, ook die later bij komen."),
    )  # fmt: skip

    class Meta:
        model = Abonnement
        fields = ("applicatie", *VELDEN)

    def clean_url(self) -> str:
        """Een adres waar de portaal naartoe wil."""
        url: str = self.cleaned_data["url"].strip()
        try:
            controleer_url(url)
        except AdresFout as fout:
            raise ValidationError(str(fout)) from fout
        return url


@admin.register(Abonnement)
class AbonnementAdmin(admin.ModelAdmin[Abonnement]):
    """Maken en wijzigen gaat met handelingen; het geheim is één keer te zien."""

    form = AbonnementForm
    list_display = ("naam", "applicatie", "url", "stand", "gelukt_op", "mislukt_sinds")
    list_filter = ("applicatie", "actief")
    list_select_related = ("applicatie",)
    search_fields = ("naam", "url")
    ordering = ("-id",)
    actions = ("stuur_testbericht", "zet_aan", "zet_uit", "vernieuw_geheim", "verwijder")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Abonnement]:
        """Wat nog bestaat."""
        return super().get_queryset(request).filter(verwijderd_op=None)

    @admin.display(description=_("stand"))
    def stand(self, abonnement: Abonnement) -> str:
        """Actief, uit of gepauzeerd."""
        if abonnement.gepauzeerd_op is not None:
            return str(_("gepauzeerd: afgeven lukt niet"))
        return str(_("actief") if abonnement.actief else _("uit"))

    def get_fields(self, request: HttpRequest, obj: Abonnement | None = None) -> Any:
        """Bij een bestaand abonnement ook hoe het gaat."""
        return ("applicatie", *VELDEN, *(HOE_HET_GAAT if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Abonnement | None = None) -> Any:
        """De applicatie ligt vast, en hoe het gaat is alleen te lezen."""
        return ("applicatie", *HOE_HET_GAAT) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Abonnement | None = None) -> bool:
        """Met de actie: dan staat het in het boek."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Geen abonnement voor de ingebouwde applicatie waarmee medewerkers werken."""
        if db_field.name == "applicatie":
            kwargs["queryset"] = Applicatie.objects.filter(beheer=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """De lijst; bovenaan wat aandacht vraagt."""
        aantal = self.get_queryset(request).exclude(gepauzeerd_op=None).count()
        if aantal and request.method == "GET":
            tekst = ngettext(
                "%d abonnement is gepauzeerd omdat afgeven niet lukt. Overleg met de eigenaar en zet het weer aan.",
                "%d abonnementen zijn gepauzeerd omdat afgeven niet lukt. Overleg met de eigenaar en zet ze weer aan.",
                aantal,
            )
            self.message_user(request, tekst % aantal, messages.WARNING)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Abonnement, form: Any, change: bool) -> None:
        """Maak of wijzig het abonnement met een handeling."""
        velden = {naam: form.cleaned_data[naam] for naam in VELDEN}
        partij = _partij(request, obj.applicatie)
        if change:
            handelingen.wijzig(obj.pk, velden, partij)
            return
        abonnement, geheim = handelingen.maak_aan(handelingen.Gegevens(**velden), partij)
        obj.__dict__.update({k: v for k, v in abonnement.__dict__.items() if k != "_state"})
        obj._state.adding = False
        self._toon(request, geheim)

    def _toon(self, request: HttpRequest, geheim: str) -> None:
        tekst = _("Bewaar dit geheim nu; het is hierna niet meer te zien: {}")
        self.message_user(request, format_html(str(tekst), format_html("<code>{}</code>", geheim)), messages.WARNING)

    @admin.action(description=_("Testbericht sturen"), permissions=["change"])
    def stuur_testbericht(self, request: HttpRequest, queryset: QuerySet[Abonnement]) -> None:
        """Hoe het ging staat bij de bezorgingen."""
        for abonnement in queryset.select_related("applicatie"):
            handelingen.probeer(abonnement.pk, _partij(request, abonnement.applicatie))
        self.message_user(request, _("Het testbericht gaat nu uit. Hoe het ging ziet u bij Bezorgingen."))

    @admin.action(description=_("Weer aanzetten, en inhalen wat er intussen gebeurde"), permissions=["change"])
    def zet_aan(self, request: HttpRequest, queryset: QuerySet[Abonnement]) -> None:
        """Ook na een pauze."""
        self._zet(request, queryset, actief=True)

    @admin.action(description=_("Uitzetten"), permissions=["change"])
    def zet_uit(self, request: HttpRequest, queryset: QuerySet[Abonnement]) -> None:
        """Tot iemand het weer aanzet."""
        self._zet(request, queryset, actief=False)

    def _zet(self, request: HttpRequest, queryset: QuerySet[Abonnement], *, actief: bool) -> None:
        for abonnement in queryset.select_related("applicatie"):
            handelingen.wijzig(abonnement.pk, {"actief": actief}, _partij(request, abonnement.applicatie))
        self.message_user(request, _("Gedaan."))

    @admin.action(description=_("Nieuw geheim maken (het oude geldt nog 24 uur)"), permissions=["change"])
    def vernieuw_geheim(self, request: HttpRequest, queryset: QuerySet[Abonnement]) -> None:
        """Toon het één keer."""
        for abonnement in queryset.select_related("applicatie"):
            _bijgewerkt, geheim = handelingen.vernieuw_geheim(abonnement.pk, _partij(request, abonnement.applicatie))
            self._toon(request, geheim)

    @admin.action(description=_("Verwijderen: er wordt niets meer gestuurd"), permissions=["change"])
    def verwijder(self, request: HttpRequest, queryset: QuerySet[Abonnement]) -> None:
        """Ook wat nog wachtte gaat niet meer uit."""
        for abonnement in queryset.select_related("applicatie"):
            handelingen.verwijder(abonnement.pk, _partij(request, abonnement.applicatie))
        self.message_user(request, _("Gedaan."))


class PogingInline(admin.TabularInline[Poging, Bezorging]):
    """Elke poging van een bezorging."""

    model = Poging
    extra = 0
    can_delete = False
    fields = readonly_fields = ("op", "duur_ms", "status", "fout")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nooit langs deze weg."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nooit langs deze weg."""
        return False


@admin.register(Bezorging)
class BezorgingAdmin(AlleenLezenAdmin[Bezorging]):
    """Wat er naar welk abonnement ging, en hoe dat ging."""

    list_display = ("aangemaakt_op", "abonnement", "type", "stand", "pogingen", "weer_op", "klaar_op", "fout")
    list_filter = ("stand", "abonnement")
    list_select_related = ("abonnement",)
    ordering = ("-id",)
    fields = ("abonnement", "type", "stand", "pogingen", "aangemaakt_op", "weer_op", "klaar_op", "fout")
    readonly_fields = ("weer_op",)
    inlines = (PogingInline,)
    actions = ("stuur_opnieuw",)

    @admin.display(description=_("volgende poging"))
    def weer_op(self, bezorging: Bezorging) -> datetime | None:
        """Alleen zolang er nog een poging komt."""
        return bezorging.volgende_op if bezorging.stand == Stand.WACHT else None

    @admin.action(description=_("Nog eens sturen"), permissions=["view"])
    def stuur_opnieuw(self, request: HttpRequest, queryset: QuerySet[Bezorging]) -> None:
        """Met hetzelfde kenmerk; alleen wie abonnementen mag wijzigen."""
        if not request.user.has_perm("portaal_webhooks.change_abonnement"):
            self.message_user(request, _("Dat mag u niet."), messages.ERROR)
            return
        rijen = list(queryset.select_related("abonnement__applicatie").filter(abonnement__verwijderd_op=None))
        for rij in rijen:
            handelingen.herhaal(rij.abonnement_id, rij.pk, _partij(request, rij.abonnement.applicatie))
        self.message_user(
            request,
            ngettext("%d bezorging gaat opnieuw uit.", "%d bezorgingen gaan opnieuw uit.", len(rijen)) % len(rijen),
        )
