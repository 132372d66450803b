"""De bestanden bij een formulier: wat iemand nu meestuurde, wat er al was, en wat eraan mankeert.

De database is de waarheid over wat er is: een concept of een oude pagina kan geen bestand laten verdwijnen of verzinnen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portaal.bestanden import handelingen
from portaal.bestanden.handelingen import Eis, Plek
from portaal.bestanden.models import Bestand, Stand
from portaal.bestanden.soorten import BestandGeweigerdError
from portaal.bestanden.upload import te_groot
from portaal.formulieren.componenten.bestand import Bestandveld
from portaal.formulieren.definitie import Definitie
from portaal.inloggen.toegang import Toegang


def bestandvelden(definitie: Definitie) -> list[Bestandveld]:
    """De velden waar een bestand in kan."""
    return [veld for veld in definitie.invoervelden if isinstance(veld, Bestandveld)]


def sleutels(definitie: Definitie) -> list[str]:
    """De sleutels van die velden."""
    return [veld.key for veld in bestandvelden(definitie)]


@dataclass(frozen=True)
class Bak:
    """De bestanden van deze persoon bij één taak of verzoek."""

    definitie: Definitie
    plek: Plek
    toegang: Toegang

    def vul(self, waarden: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """De antwoorden met de bestanden die er echt zijn, en per bestand zijn stand. Zonder bestandsveld: geen query."""
        uit, standen = dict(waarden), dict[str, str]()
        velden = bestandvelden(self.definitie)
        if not velden:
            return uit, standen
        alle = list(Bestand.objects.voor(self.toegang).bij(self.plek.soort, self.plek.id).exclude(stand=Stand.ONDERWEG))
        for veld in velden:
            genoemd = set(handelingen.ids_in(waarden.get(veld.key)))
            hier = [b for b in alle if b.veld == veld.key and (b.verstuurd_op is None or str(b.pk) in genoemd)]
            uit[veld.key] = [handelingen.als_formio(b) for b in hier]
            standen |= {str(b.pk): b.stand for b in hier}
        return uit, standen

    def neem(self, request: HttpRequest) -> dict[str, str]:
        """Neem aan wat er is meegestuurd; per veld wat er niet lukte, met de naam van het bestand."""
        fouten: dict[str, list[str]] = {}
        for veld in bestandvelden(self.definitie):
            eis = Eis(veld.key, veld.mimes, veld.grootst, veld.meest)
            for upload in request.FILES.getlist(veld.key):
                try:
                    handelingen.ontvang(self.plek, eis, upload, self.toegang)
                except BestandGeweigerdError as fout:
                    fouten.setdefault(veld.key, []).append(f"{upload.name}: {fout}" if veld.meest > 1 else str(fout))
            if veld.key in te_groot(request):
                fouten.setdefault(veld.key, []).append(str(handelingen.te_groot(eis)))
        return {sleutel: " ".join(dict.fromkeys(teksten))[:1000] for sleutel, teksten in fouten.items()}

    def weg(self, sleutel: str) -> None:
        """Haal een bestand weg dat nog niet verstuurd is."""
        try:
            pk = UUID(sleutel)
        except ValueError:
            return
        handelingen.verwijder(pk, self.toegang)


def fouten_bij(definitie: Definitie, waarden: Mapping[str, Any], standen: Mapping[str, str]) -> dict[str, str]:
    """De velden met een bestand waar een virus in zat: dat moet eerst weg."""
    return {
        veld.key: _("In een van uw bestanden zat een virus. Verwijder het, en kies een ander bestand.")
        for veld in bestandvelden(definitie)
        if any(standen.get(sleutel) == Stand.BESMET for sleutel in handelingen.ids_in(waarden.get(veld.key)))
    }
