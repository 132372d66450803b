"""Formulieren waarmee een medewerker taken maakt, intrekt en zoekt."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.forms import NummerForm
from portaal.betrokkenen.models import Categorie, host_toegestaan
from portaal.tijd import vandaag
from taken.handelingen import NieuweTaak
from taken.models import Handelingsperspectief, Taak, TaakSoort, host_van


class NieuweTaakForm(NummerForm):
    """Een taak die een medewerker klaarzet, namens de ingebouwde applicatie Beheer."""

    titel = forms.CharField(
        label=_("Titel"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Als opdracht: 'Stuur uw loonstrook op'."),
    )
    toelichting = forms.CharField(
        label=_("Toelichting"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "vLargeTextField"}),
    )
    link = forms.URLField(
        label=_("Link naar het formulier"),
        max_length=2000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    einddatum = forms.DateField(
        label=_("Laatste dag"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    handelingsperspectief = forms.ChoiceField(
        label=_("Wat iemand moet doen"), choices=[("", "---------"), *Handelingsperspectief.choices], required=False
    )
    categorie = forms.ModelChoiceField(label=_("Categorie"), queryset=Categorie.objects.order_by("naam"))
    field_order = ("soort", "nummer", "titel", "toelichting", "link", "einddatum", "handelingsperspectief", "categorie")

    def __init__(self, *args: Any, hosts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts

    def clean(self) -> dict[str, Any]:
        """De link moet naar een toegestane website gaan."""
        schoon = super().clean()
        link, categorie = schoon.get("link"), schoon.get("categorie")
        if link and categorie and not host_toegestaan(host_van(link), [*self.hosts, *categorie.formulier_hosts]):
            self.add_error(
                "link", _("Deze website staat niet op de lijst. Een beheerder kan haar bij de categorie zetten.")
            )
        return schoon

    def nieuwe_taak(self) -> NieuweTaak:
        """De gevraagde taak; alleen na `is_valid()`."""
        schoon = self.cleaned_data
        eind = schoon["einddatum"]
        return NieuweTaak(
            soort=TaakSoort.URLTAAK,
            titel=schoon["titel"],
            voor=self.geadresseerde(),
            details={"uitvraagLink": schoon["link"]},
            toelichting=schoon["toelichting"],
            handelingsperspectief=schoon["handelingsperspectief"],
            einddatum=eind,
            termijn_zoals_gestuurd=eind.isoformat() if eind else "",
            categorie=schoon["categorie"],
        )


class IntrekkenForm(forms.Form):
    """Waarom een taak wordt ingetrokken; de persoon leest dit."""

    reden = forms.CharField(
        label=_("Reden (de persoon leest dit)"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class VerlengenForm(forms.Form):
    """Een latere laatste dag, en waarom; de persoon leest het."""

    einddatum = forms.DateField(
        label=_("Nieuwe laatste dag"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reden = forms.CharField(
        label=_("Reden (de persoon leest dit)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, taak: Taak, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.oud = taak.einddatum_handelingstermijn
        self.initial["einddatum"] = taak.uitstel_gevraagd_tot or self.oud

    def clean_einddatum(self) -> date:
        """Later dan de oude: korter maken doet alleen de applicatie zelf."""
        dag: date = self.cleaned_data["einddatum"]
        if (self.oud and dag <= self.oud) or dag < vandaag():
            raise forms.ValidationError(_("Kies een dag na de laatste dag die er staat, en niet in het verleden."))
        return dag


class UitstelForm(forms.Form):
    """Waarom iemand niet meer tijd krijgt; de persoon leest dit."""

    reden = forms.CharField(
        label=_("Reden (de persoon leest dit)"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
