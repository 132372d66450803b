"""Filteren zoals Open VTB het doet, ook met `__gt` en zijn broers: die worden aangenomen maar staan niet in het document.

De NL API Design Rules willen camelCase in de querystring; Open VTB schrijft `startdatum__gte` voor. Zo kan beide.
"""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.fields import Field

from portaal.api.serializers import StrengeSerializer

VERGELIJK = ("gt", "gte", "lt", "lte")


class Filters(StrengeSerializer):
    """De waarden waarop een lijst te filteren is. Van `vergelijkbaar` kent elk veld ook `__gt`, `__gte`, `__lt` en `__lte`.

    Een veld met `__` in zijn naam wordt ook aangenomen en niet beschreven. `persoon` zijn velden met iemands urn.
    """

    vergelijkbaar: ClassVar[tuple[str, ...]] = ()
    persoon: ClassVar[tuple[str, ...]] = ()

    def get_fields(self) -> dict[str, Field[Any, Any, Any, Any]]:
        """De velden; de vergelijkingen alleen als er iets te lezen is, dus niet in het document."""
        velden = super().get_fields()
        if not hasattr(self, "initial_data"):
            return {naam: veld for naam, veld in velden.items() if "__" not in naam}
        for naam in self.vergelijkbaar:
            velden |= {f"{naam}__{hoe}": copy.deepcopy(velden[naam]) for hoe in VERGELIJK}
        return velden

    @classmethod
    def namen(cls) -> list[str]:
        """Alles wat in de querystring mag."""
        return list(cls(data={}).fields)

    @classmethod
    def lees(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """De gecontroleerde waarden; bladeren hoort daar niet bij. Wat niet klopt: ValidationError."""
        gevraagd = cls(data={naam: waarde for naam, waarde in query.items() if naam in cls.namen()})
        gevraagd.is_valid(raise_exception=True)
        return dict(gevraagd.validated_data)


class BladerSerializer(StrengeSerializer):
    """Bladeren door wat er met `_zoek` gevonden is."""

    page = serializers.IntegerField(required=False, help_text="Welke pagina; de eerste is 1.")
    pageSize = serializers.IntegerField(required=False, help_text="Hoeveel per pagina, ten hoogste 500.")


def als_lookups(keuze: Mapping[str, Any], velden: Mapping[str, str]) -> dict[str, Any]:
    """`{"startdatum__gte": …}` → `{"start__gte": …}` met `{"startdatum": "start"}`; wat niet in `velden` staat valt weg."""
    paren = ((naam.partition("__"), waarde) for naam, waarde in keuze.items())
    return {f"{velden[basis]}{streep}{hoe}": waarde for (basis, streep, hoe), waarde in paren if basis in velden}
