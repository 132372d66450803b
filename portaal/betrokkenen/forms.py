"""Een nummer van een persoon of bedrijf, ingevuld door een medewerker."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.nummers import ORGANISATIE, NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.betrokkenen.urn import Geadresseerde, urn_van

SOORTEN = [(s.value, s.label) for s in (NummerSoort.BSN, NummerSoort.KVK, NummerSoort.VESTIGING, NummerSoort.RSIN)]


class NummerForm(forms.Form):
    """Een soort nummer en het nummer zelf. Gaat altijd met POST: het nummer komt niet in het adres."""

    soort = forms.ChoiceField(label=_("Soort nummer"), choices=SOORTEN)
    nummer = forms.CharField(
        label=_("Nummer"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )

    als_ketenpartner = forms.BooleanField(
        label=_("In de rol van ketenpartner"),
        required=False,
        help_text=_(
            "Alleen voor een organisatie die ketenpartner is. Anders is het de inwoner of het bedrijf als klant."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Het nummer moet kunnen bestaan."""
        schoon = super().clean() or {}
        if schoon.get("soort") and schoon.get("nummer"):
            try:
                schoon["nummer"] = controleer_nummer(NummerSoort(schoon["soort"]), schoon["nummer"])
            except OngeldigNummerError as fout:
                self.add_error("nummer", str(fout))
        if schoon.get("als_ketenpartner") and schoon.get("soort") not in ORGANISATIE:
            self.add_error("als_ketenpartner", _("Een ketenpartner heeft een KVK-nummer of RSIN."))
        return schoon

    def geadresseerde(self) -> Geadresseerde:
        """Wie er bedoeld is; alleen na `is_valid()`."""
        soort, nummer = NummerSoort(self.cleaned_data["soort"]), self.cleaned_data["nummer"]
        als_ketenpartner: bool = self.cleaned_data["als_ketenpartner"]
        urn = urn_van(soort, nummer, als_ketenpartner=als_ketenpartner)
        return Geadresseerde(soort, nummer, urn, als_ketenpartner=als_ketenpartner)
