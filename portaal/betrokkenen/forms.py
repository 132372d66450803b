"""Een nummer van een persoon of bedrijf, ingevuld door een medewerker."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer

SOORTEN = [(s.value, s.label) for s in (NummerSoort.BSN, NummerSoort.KVK, NummerSoort.VESTIGING, NummerSoort.RSIN)]


class NummerForm(forms.Form):
    """Een soort nummer en het nummer zelf. Gaat altijd met POST: het nummer komt niet in het adres."""

    soort = forms.ChoiceField(label=_("Soort nummer"), choices=SOORTEN)
    nummer = forms.CharField(
        label=_("Nummer"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )

    def clean(self) -> dict[str, Any]:
        """Het nummer moet kunnen bestaan."""
        schoon = super().clean() or {}
        if schoon.get("soort") and schoon.get("nummer"):
            try:
                schoon["nummer"] = controleer_nummer(NummerSoort(schoon["soort"]), schoon["nummer"])
            except OngeldigNummerError as fout:
                self.add_error("nummer", str(fout))
        return schoon
