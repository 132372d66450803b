"""Organisaties, applicaties, toestemmingen en categorieën: wat een medewerker instelt."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import Applicatie, Categorie, Grant, Organisatie


@admin.register(Organisatie)
class OrganisatieAdmin(admin.ModelAdmin[Organisatie]):
    """Wie de inwoner als afzender ziet."""

    list_display = ("naam", "oin", "telefoon", "website")
    search_fields = ("naam",)


@admin.register(Categorie)
class CategorieAdmin(admin.ModelAdmin[Categorie]):
    """De soorten post en werk."""

    list_display = ("naam", "code", "aard", "standaardniveau", "bewaartermijn_dagen")
    list_filter = ("aard",)
    search_fields = ("naam", "code")


@admin.register(Applicatie)
class ApplicatieAdmin(admin.ModelAdmin[Applicatie]):
    """De systemen die met de portaal praten."""

    list_display = ("naam", "organisatie", "afdeling", "actief")
    list_filter = ("organisatie", "actief")
    list_select_related = ("organisatie",)
    search_fields = ("naam",)

    def has_delete_permission(self, request: HttpRequest, obj: Applicatie | None = None) -> bool:
        """Op inactief zetten in plaats van verwijderen: haar taken blijven van haar."""
        return False


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin[Grant]):
    """Wie wiens taken mag lezen en uitvoeren."""

    list_display = ("eigenaar", "uitvoerder", "reikwijdte")
    list_select_related = ("eigenaar", "uitvoerder")
    filter_horizontal = ("categorieen",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Met de categorieën erbij, in één keer."""
        return super().get_queryset(request).prefetch_related("categorieen")

    @admin.display(description=_("reikwijdte"))
    def reikwijdte(self, grant: Grant) -> str:
        """Waar de toestemming voor geldt, in woorden."""
        delen = [c.naam for c in grant.categorieen.all()] + list(grant.formulier_hosts)
        return ", ".join(delen) or str(_("alle taken van de eigenaar"))
