"""De formulieren van Mijn gegevens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.notificaties.kanalen import KANALEN
from portaal.notificaties.models import Kanaal

# Per kanaal: het label, de uitleg, en wat de browser ervan mag weten (type, autocomplete).
VELD = {
    Kanaal.EMAIL: (_("Uw e-mailadres"), _("Bijvoorbeeld naam@voorbeeld.nl"), "email", "email"),
    Kanaal.SMS: (_("Uw mobiele nummer"), _("Bijvoorbeeld 06 12345678"), "tel", "tel"),
}


class AdresForm(forms.Form):
    """Een e-mailadres of een mobiel nummer."""

    adres = forms.CharField(max_length=254, error_messages={"required": _("Vul dit in.")})

    def __init__(self, kanaal: Kanaal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kanaal = kanaal
        self.label, self.uitleg, self.soort, self.autocomplete = VELD[kanaal]

    def clean_adres(self) -> str:
        """In de vaste vorm van het kanaal; anders de zin die zegt wat er moet staan."""
        try:
            return KANALEN[self.kanaal].maak_gelijk(self.cleaned_data["adres"])
        except ValueError as fout:
            raise forms.ValidationError(str(fout)) from fout


class CodeForm(forms.Form):
    """De code uit het bericht; spaties mogen."""

    code = forms.CharField(max_length=20, error_messages={"required": _("Vul de code in.")})
