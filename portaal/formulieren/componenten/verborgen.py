"""Een gegeven dat met het formulier meegaat zonder dat iemand het ziet of kan veranderen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portaal.formulieren.componenten.basis import Bron, InvoerFout, Veld

LANGST = 10_000


@dataclass(frozen=True, kw_only=True)
class Verborgen(Veld):
    """Elke waarde die JSON heeft; alleen uit de voorinvulling of de beginwaarde, nooit uit de browser."""

    typen = ("hidden",)
    soort = "verborgen"

    @classmethod
    def lees_velden(cls, bron: Bron) -> dict[str, Any]:
        label = bron.json.get("label")
        bron = Bron({**bron.json, "label": label or bron.json.get("key")}, bron.pad, bron.fouten)
        return {**super().lees_velden(bron), "verborgen": True, "verplicht": False}

    def uit_post(self, ruw: Sequence[str]) -> Any:
        return self.leeg

    def uit_json(self, waarde: Any) -> Any:
        if waarde is None:
            return self.leeg
        if len(str(waarde)) > LANGST:
            raise InvoerFout(_("Dit is te lang."), self.leeg)
        return waarde

    def in_woorden(self, waarde: Any) -> str:
        return ""

    def schema(self) -> dict[str, Any]:
        return {}
