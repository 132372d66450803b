"""Formulieren waarmee een medewerker een verzoek vastlegt, en verzoektypen en hun vragen instelt."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.forms import NummerForm
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.nummers import NummerSoort
from portaal.formulieren.forms import VragenForm
from portaal.formulieren.herkomst import met_herkomst
from portaal.formulieren.models import Formulierversie
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.zaken.handelingen import zoek_zaak
from portaal.zaken.models import ZaakBetrokkene, ZaakSleutel
from verzoeken.handelingen import NieuwVerzoek
from verzoeken.models import DOELGROEPEN, Kanaal, Verzoektype


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


class VastleggenForm(NummerForm):
    """Voor wie een medewerker een verzoek vastlegt, en hoe het binnenkwam. De vragen van het verzoektype staan eronder."""

    kanaal = forms.ChoiceField(
        label=_("Hoe het binnenkwam"), choices=[(k.value, k.label) for k in (Kanaal.BALIE, Kanaal.TELEFOON)]
    )
    zaaknummer = forms.CharField(
        label=_("Zaaknummer"), max_length=100, required=False, widget=forms.TextInput(attrs={"class": "vTextField"})
    )

    def __init__(self, *args: Any, type_: Verzoektype, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = type_
        if type_.is_zaakverzoek:
            self.fields["zaaknummer"].required = True
        else:
            del self.fields["zaaknummer"]

    def clean(self) -> dict[str, Any]:
        """Het verzoek is voor deze doelgroep, en een zaakverzoek hoort bij een zaak van deze persoon."""
        schoon = super().clean()
        if self.errors:
            return schoon
        if self._doelgroep() not in self.type.doelgroepen:
            self.add_error("soort", _("Dit verzoek is niet voor deze doelgroep."))
        elif self.type.is_zaakverzoek and not self._zaak_van_hem():
            self.add_error("zaaknummer", _("Deze zaak kent de portaal niet, of zij is niet van deze persoon."))
        return schoon

    def nieuw_verzoek(self, antwoorden: Mapping[str, Any]) -> NieuwVerzoek:
        """Het verzoek om vast te leggen; alleen na `is_valid()`."""
        nummer = self.cleaned_data.get("zaaknummer", "")
        return NieuwVerzoek(
            type=self.type,
            van=self.geadresseerde(),
            antwoorden=antwoorden,
            kanaal=self.cleaned_data["kanaal"],
            is_gerelateerd_aan=[{"urn": f"urn:{settings.URN_NAMESPACE}:zaak:zaaknummer:{nummer}"}] if nummer else [],
        )

    def _doelgroep(self) -> str:
        if self.cleaned_data["als_ketenpartner"]:
            return Doelgroep.KETENPARTNER
        return Doelgroep.INWONER if self.cleaned_data["soort"] == NummerSoort.BSN else Doelgroep.ONDERNEMER

    def _zaak_van_hem(self) -> bool:
        sleutel = (ZaakSleutel.Soort.NUMMER, self.cleaned_data["zaaknummer"].strip())
        zaak, wie = zoek_zaak([sleutel], self.type.applicatie.organisatie_id), vind_geadresseerde(self.geadresseerde())
        return zaak is not None and ZaakBetrokkene.objects.filter(zaak=zaak, betrokkene=wie).exists()


class VersieKeuze(forms.ModelChoiceField[Formulierversie]):
    """Een gepubliceerde versie uit het register."""

    def label_from_instance(self, obj: Formulierversie) -> str:
        """De naam van het formulier, met de versie."""
        return f"{obj.formulier.naam}, {_('versie')} {obj.versie}"


class VersieForm(VragenForm):
    """Een nieuwe versie van de vragen: als JSON, of een formulier uit het register."""

    register = VersieKeuze(
        label=_("Uit het register"),
        queryset=Formulierversie.objects.none(),
        required=False,
        empty_label=_("Nee, ik vul hieronder JSON in"),
        help_text=_("Deze versie van het formulier wordt dan precies zo overgenomen; wat hieronder staat telt niet."),
    )
    publiceren = forms.BooleanField(
        label=_("Meteen publiceren"),
        required=False,
        help_text=_("Publiceren maakt deze versie meteen geldig; de vorige vervalt."),
    )
    field_order = ("register", "formulier", "publiceren")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gepubliceerd = Formulierversie.objects.filter(gepubliceerd_op__isnull=False, formulier__actief=True)
        cast(VersieKeuze, self.fields["register"]).queryset = gepubliceerd.select_related("formulier").order_by(
            "formulier__naam", "-versie"
        )
        self.fields["formulier"].required = not self.data.get("register")

    def clean_formulier(self) -> dict[str, Any]:
        """De vragen uit het register, of die in het veld staan."""
        gekozen: Formulierversie | None = self.cleaned_data.get("register")
        return met_herkomst(gekozen) if gekozen else super().clean_formulier()
