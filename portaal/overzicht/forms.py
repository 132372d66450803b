"""Formulieren waarmee een medewerker ketenpartners en hun leden beheert."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import KetenpartnerRol
from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.inloggen.inlogmiddelen import Doelgroep, Inlogmiddel, inlogmiddelen

VAN_ORGANISATIES = [(s.value, s.label) for s in (NummerSoort.KVK, NummerSoort.OIN, NummerSoort.RSIN)]


def _nummerveld(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    return forms.CharField(label=label, max_length=30, widget=widget)


class OrganisatienummerForm(forms.Form):
    """Een nummer van een organisatie. Gaat altijd met POST: het nummer komt niet in het adres."""

    soort = forms.ChoiceField(label=_("Soort nummer"), choices=VAN_ORGANISATIES)
    nummer = _nummerveld(_("Nummer"))

    def clean(self) -> dict[str, Any]:
        """Het nummer moet kunnen bestaan."""
        schoon = super().clean() or {}
        if schoon.get("soort") and schoon.get("nummer"):
            schoon["soort"] = NummerSoort(schoon["soort"])
            try:
                schoon["nummer"] = controleer_nummer(schoon["soort"], schoon["nummer"])
            except OngeldigNummerError as fout:
                self.add_error("nummer", str(fout))
        return schoon


class KetenpartnerForm(OrganisatienummerForm):
    """Een nieuwe ketenpartner."""

    naam = forms.CharField(label=_("Naam"), max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"}))
    field_order = ("naam", "soort", "nummer")


class KoppelForm(OrganisatienummerForm):
    """Twee nummers van hetzelfde bedrijf."""

    kvk = _nummerveld(_("KVK-nummer van het bedrijf"))
    field_order = ("kvk", "soort", "nummer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        soort = self.fields["soort"]
        assert isinstance(soort, forms.ChoiceField)
        soort.label = _("Soort van het andere nummer")
        soort.choices = [(waarde, label) for waarde, label in VAN_ORGANISATIES if waarde != NummerSoort.KVK]
        self.fields["nummer"].label = _("Het andere nummer")

    def clean_kvk(self) -> str:
        """Het nummer moet kunnen bestaan."""
        try:
            return controleer_nummer(NummerSoort.KVK, self.cleaned_data["kvk"])
        except OngeldigNummerError as fout:
            raise forms.ValidationError(str(fout)) from fout


class LidForm(forms.Form):
    """Wie er namens een ketenpartner binnenkomt: een account bij een inlogdienst, met een rol."""

    naam = forms.CharField(
        label=_("Naam"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Zodat u en uw collega's weten wie dit is. Versleuteld bewaard."),
    )  # fmt: skip
    inlogmiddel = forms.ChoiceField(label=_("Inlogdienst"))
    kenmerk = forms.CharField(
        label=_("Kenmerk bij de inlogdienst"), max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text=_("De vaste waarde waaraan de inlogdienst deze persoon herkent. Vraag haar aan de ketenpartner."),
    )  # fmt: skip
    rol = forms.ChoiceField(label=_("Rol"), choices=KetenpartnerRol.choices, initial=KetenpartnerRol.BEHANDELAAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keuze = self.fields["inlogmiddel"]
        assert isinstance(keuze, forms.ChoiceField)
        keuze.choices = [(m.sleutel, f"{m.sleutel} ({m.issuer})") for m in _voor_ketenpartners()]

    def clean_inlogmiddel(self) -> Inlogmiddel:
        """Het gekozen middel zelf."""
        return inlogmiddelen()[self.cleaned_data["inlogmiddel"]]

    def clean_rol(self) -> KetenpartnerRol:
        """De rol in onze eigen types."""
        return KetenpartnerRol(self.cleaned_data["rol"])


class RolForm(forms.Form):
    """Een andere rol voor een lid."""

    rol = forms.TypedChoiceField(label=_("Rol"), choices=KetenpartnerRol.choices, coerce=KetenpartnerRol)


class TeamadresForm(forms.Form):
    """Waar een ketenpartner bericht krijgt dat er iets klaarstaat."""

    adres = forms.EmailField(
        label=_("E-mailadres van het team"), max_length=254, widget=forms.EmailInput(attrs={"class": "vTextField"}),
        help_text=_("Hier komt bericht als er iets klaarstaat. Nooit de inhoud."),
    )  # fmt: skip


def _voor_ketenpartners() -> list[Inlogmiddel]:
    return [m for m in inlogmiddelen().values() if m.doelgroep is Doelgroep.KETENPARTNER]
