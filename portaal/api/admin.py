"""Tokens in het beheer: maken (het geheim is één keer te zien) en intrekken."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portaal.api.models import Token
from portaal.api.scopes import scope_keuzes
from portaal.betrokkenen.models import Applicatie

TE_ZIEN = (
    "naam",
    "applicatie",
    "testsleutel",
    "prefix",
    "mag",
    "aangemaakt_op",
    "laatst_gebruikt_op",
    "verloopt_op",
    "ingetrokken_op",
)


class TokenForm(forms.ModelForm[Token]):
    """Een nieuw token: voor wie, waarvoor, wat het mag en tot wanneer."""

    scopes = forms.MultipleChoiceField(choices=scope_keuzes, widget=forms.CheckboxSelectMultiple, label=_("Mag"))
    test = forms.BooleanField(
        required=False,
        label=_("Testsleutel"),
        help_text=_(
            "Om mee te proberen, ook hier in productie: alleen voor testpersonen, en gescheiden van al het andere."
        ),
    )

    class Meta:
        model = Token
        fields = ("applicatie", "naam", "scopes", "verloopt_op")


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin[Token]):
    """Een token is na het maken niet meer te wijzigen, alleen in te trekken."""

    form = TokenForm
    list_display = TE_ZIEN
    list_filter = ("applicatie",)
    list_select_related = ("applicatie",)
    search_fields = ("naam", "prefix", "applicatie__naam")
    ordering = ("-aangemaakt_op",)
    actions = ("trek_in",)

    @admin.display(description=_("testsleutel"), boolean=True)
    def testsleutel(self, token: Token) -> bool:
        """Of het alleen voor testpersonen is."""
        return token.test

    @admin.display(description=_("mag"))
    def mag(self, token: Token) -> str:
        """De scopes op een rij."""
        return ", ".join(token.scopes)

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        """Bij een bestaand token alles behalve de hash."""
        return TE_ZIEN if obj else ("applicatie", "naam", "test", "scopes", "verloopt_op")

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        """Een bestaand token is alleen te lezen."""
        return self.get_fields(request, obj) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Intrekken in plaats van verwijderen: zo blijft te zien wie toegang had."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Geen token voor de ingebouwde applicatie waarmee medewerkers werken."""
        if db_field.name == "applicatie":
            kwargs["queryset"] = Applicatie.objects.filter(beheer=False, test_van=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """Maak het token en toon het geheim één keer; wijzigen kan niet."""
        if change:
            return
        token, geheim = Token.maak(
            obj.applicatie, obj.naam, form.cleaned_data["scopes"], obj.verloopt_op, test=form.cleaned_data["test"]
        )
        obj.__dict__.update({k: v for k, v in token.__dict__.items() if k != "_state"})
        obj._state.adding = False
        tekst = _("Bewaar dit token nu; het is hierna niet meer te zien: {}")
        self.message_user(request, format_html(str(tekst), format_html("<code>{}</code>", geheim)), messages.WARNING)

    @admin.action(description=_("Gekozen tokens intrekken"), permissions=["change"])
    def trek_in(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Trek in en leg vast wie dat deed (LogEntry)."""
        for token in queryset:
            token.trek_in()
            self.log_change(request, token, "Ingetrokken")
        aantal = len(queryset)
        self.message_user(request, ngettext("%d token is ingetrokken.", "%d tokens zijn ingetrokken.", aantal) % aantal)
