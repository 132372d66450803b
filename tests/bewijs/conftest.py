"""Fatima en Henk met een ingelogde browser, en een gemeente die iets stuurt waar later bewijs van nodig is."""

from tests.berichten.conftest import stuur
from tests.paginas.conftest import fatima, gemeente, henk, klaarzetten, namen

__all__ = ["fatima", "gemeente", "henk", "klaarzetten", "namen", "stuur"]
