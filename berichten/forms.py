"""Het formulier waarmee een medewerker een bericht stuurt."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from berichten.handelingen import NieuwBericht
from berichten.models import Bericht
from portaal.betrokkenen.forms import NummerForm
from portaal.betrokkenen.models import Aard, Categorie, Handelingsperspectief
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.tijd import AMSTERDAM
from portaal.zaken.sleutels import zaaksleutels


class InhoudForm(forms.Form):
    """Wat er in een bericht staat."""

    onderwerp = forms.CharField(
        label=_("Onderwerp"), max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    tekst = forms.CharField(
        label=_("Tekst"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12}),
        help_text=_(
            "Alinea's, lijsten met een streepje, **vet** en links mogen. Na het versturen verandert niets meer."
        ),
    )
    aard = forms.ChoiceField(label=_("Wat het is"), choices=Aard.choices, initial=Aard.INFORMATIE)
    handelingsperspectief = forms.ChoiceField(
        label=_("Wat iemand moet doen"), choices=[("", "---------"), *Handelingsperspectief.choices], required=False
    )
    einddatum = forms.DateField(
        label=_("Laatste dag"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    publicatiedatum = forms.DateTimeField(
        label=_("Te lezen vanaf"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Leeg: meteen."),
    )
    referentie = forms.CharField(
        label=_("Kenmerk"), max_length=100, required=False, widget=forms.TextInput(attrs={"class": "vTextField"})
    )

    def _inhoud(self) -> dict[str, Any]:
        schoon = self.cleaned_data
        eind = schoon["einddatum"]
        return {
            "onderwerp": schoon["onderwerp"],
            "tekst": schoon["tekst"],
            "aard": schoon["aard"],
            "handelingsperspectief": schoon["handelingsperspectief"],
            "einddatum": datetime.combine(eind, time(23, 59, 59), AMSTERDAM) if eind else None,
            "publicatiedatum": schoon["publicatiedatum"],
            "referentie": schoon["referentie"],
        }


class NieuwBerichtForm(NummerForm, InhoudForm):
    """Een bericht dat een medewerker stuurt, namens de ingebouwde applicatie Beheer."""

    categorie = forms.ModelChoiceField(label=_("Categorie"), queryset=Categorie.objects.order_by("naam"))
    field_order = ("soort", "nummer", "als_ketenpartner", "categorie")

    def nieuw_bericht(self) -> NieuwBericht:
        """Het gevraagde bericht; alleen na `is_valid()`."""
        schoon = self.cleaned_data
        return NieuwBericht(voor=self.geadresseerde(), categorie=schoon["categorie"], **self._inhoud())


class OpvolgerForm(InhoudForm):
    """Een bericht dat een eerder bericht vervangt of intrekt; het gaat naar dezelfde ontvanger."""

    def opvolger(self, oud: Bericht, *, intrekken: bool) -> NieuwBericht:
        """Het nieuwe bericht; alleen na `is_valid()`."""
        return NieuwBericht(
            voor=lees_geadresseerde(oud.geadresseerde),
            categorie=oud.categorie,
            minimaal_niveau=oud.minimaal_niveau,
            vervangt=None if intrekken else oud.pk,
            trekt_in=oud.pk if intrekken else None,
            verwijzing=None,
            is_gerelateerd_aan=oud.is_gerelateerd_aan,
            zaaksleutels=zaaksleutels(oud.is_gerelateerd_aan),
            **self._inhoud(),
        )
