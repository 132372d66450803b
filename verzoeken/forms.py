"""Formulieren waarmee een medewerker verzoektypen en hun vragen instelt."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.formulieren.definitie import DefinitieFout, lees_definitie
from verzoeken.models import DOELGROEPEN, Verzoektype


class VerzoektypeForm(forms.ModelForm[Verzoektype]):
    """Een verzoektype; de vragen staan in een versie."""

    doelgroepen = forms.MultipleChoiceField(choices=DOELGROEPEN, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Verzoektype
        fields = (
            "naam",
            "naam_en",
            "code",
            "toelichting",
            "doelgroepen",
            "minimaal_niveau",
            "verwachte_duur",
            "zonder_internet",
            "applicatie",
            "categorie",
            "actief",
            "is_zaakverzoek",
            "zaakverzoek_soort",
            "zaaktypen",
            "omschrijving",
        )

    def clean(self) -> dict[str, Any]:
        """Soort en zaaktypen horen alleen bij een zaakverzoek."""
        schoon = super().clean() or {}
        if not schoon.get("is_zaakverzoek"):
            for naam in ("zaakverzoek_soort", "zaaktypen"):
                if schoon.get(naam):
                    self.add_error(naam, _("Dit hoort alleen bij een zaakverzoek."))
        return schoon


class _NetteJson(json.JSONEncoder):
    """JSON die een mens kan lezen en wijzigen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "indent": 2, "ensure_ascii": False})


class VersieForm(forms.Form):
    """Een nieuwe versie van de vragen, als JSON."""

    formulier = forms.JSONField(
        label=_("Formulier (JSON)"),
        encoder=_NetteJson,
        widget=forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField", "spellcheck": "false"}),
        help_text=_("Een object met components. Publiceren maakt deze versie meteen geldig; de vorige vervalt."),
    )
    publiceren = forms.BooleanField(label=_("Meteen publiceren"), required=False)

    def clean_formulier(self) -> dict[str, Any]:
        """De portaal moet het formulier kunnen tonen; alles wat niet klopt staat er in één keer."""
        formulier = self.cleaned_data["formulier"]
        try:
            lees_definitie(formulier)
        except DefinitieFout as fout:
            raise forms.ValidationError([f"{pad}: {uitleg}" for pad, _code, uitleg in fout.fouten]) from fout
        return dict(formulier)
