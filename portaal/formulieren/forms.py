"""Formulieren waarmee een medewerker een formulier in het register zet."""

import json
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portaal.formulieren.definitie import DefinitieFout
from portaal.formulieren.herkomst import los_op
from portaal.formulieren.models import Formulier


class FormulierForm(forms.ModelForm[Formulier]):
    """Hoe het heet en wie het mag gebruiken; de vragen staan in een versie."""

    class Meta:
        model = Formulier
        fields = ("naam", "code", "omschrijving", "applicaties", "actief")
        widgets: ClassVar[dict[str, Any]] = {"applicaties": forms.CheckboxSelectMultiple}


class _NetteJson(json.JSONEncoder):
    """JSON die een mens kan lezen en wijzigen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "indent": 2, "ensure_ascii": False})


class VragenForm(forms.Form):
    """De vragen van een formulier, als JSON."""

    formulier = forms.JSONField(
        label=_("Formulier (JSON)"),
        encoder=_NetteJson,
        widget=forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField", "spellcheck": "false"}),
        help_text=_("Een object met components, in de vorm van Form.io."),
    )

    def clean_formulier(self) -> dict[str, Any]:
        """De portaal moet het formulier kunnen tonen; alles wat niet klopt staat er in één keer."""
        formulier = self.cleaned_data["formulier"]
        try:
            return los_op(formulier, None)
        except DefinitieFout as fout:
            raise forms.ValidationError([f"{pad}: {uitleg}" for pad, _code, uitleg in fout.fouten]) from fout
