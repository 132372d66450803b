"""De basis van een beheerpagina waar alleen gekeken wordt."""

from typing import TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

M = TypeVar("M", bound=models.Model)


class AlleenLezenAdmin(admin.ModelAdmin[M]):
    """Een tabel om in te kijken, niet om te wijzigen."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nooit langs deze weg."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nooit langs deze weg."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nooit langs deze weg."""
        return False
