"""De pagina van één zaak: haar status, en wat er uit elk domein bij hoort.

Een domein doet mee met een `Deel` in `DELEN`: onder welke naam de rol het mag zien, een sjabloon in templates/zaken/
(dat `deel` krijgt), en een functie die ophaalt wat erop komt, met een vast aantal query's. Niets gevonden: geen deel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from berichten import weergave as berichten
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.zaken import weergave
from portaal.zaken.models import Zaak
from taken import weergave as taakweergave

TAKEN_OP_ZAAK = 10
BERICHTEN_OP_ZAAK = 10


@dataclass(frozen=True)
class Deel:
    """Wat één domein op de zaakpagina zet. `bovenaan` komt vóór de status: waar de persoon iets mee moet."""

    veld: str
    sjabloon: str
    haal: Callable[[Zaak, Toegang], Mapping[str, Any]]
    bovenaan: bool = False


def _taken_te_doen(zaak: Zaak, toegang: Toegang) -> Mapping[str, Any]:
    taken = taakweergave.te_doen(toegang).filter(zaak=zaak)[:TAKEN_OP_ZAAK]
    te_doen = [taakweergave.kaart(taak, toegang) for taak in taken]
    return {"te_doen": te_doen} if te_doen else {}


def _andere_taken(zaak: Zaak, toegang: Toegang) -> Mapping[str, Any]:
    wacht = taakweergave.wacht_op_bevestiging(toegang).filter(zaak=zaak)[:TAKEN_OP_ZAAK]
    klaar = taakweergave.afgeronde_taken(toegang).filter(zaak=zaak)[:TAKEN_OP_ZAAK]
    rijen = [taakweergave.kaart(taak, toegang) for taken in (wacht, klaar) for taak in taken]
    return {"rijen": rijen} if rijen else {}


def _berichten(zaak: Zaak, toegang: Toegang) -> Mapping[str, Any]:
    gevonden = berichten.alle(toegang).filter(zaak=zaak)[:BERICHTEN_OP_ZAAK]
    kaarten = [berichten.kaart(bericht, toegang) for bericht in gevonden]
    return {"berichten": kaarten} if kaarten else {}


DELEN: list[Deel] = [
    Deel("taken", "zaken/taken_te_doen.html", _taken_te_doen, bovenaan=True),
    Deel("taken", "zaken/taken_overig.html", _andere_taken),
    Deel("berichten", "zaken/berichten.html", _berichten),
]


@require_safe
@persoonlijk
def zaak(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Eén zaak. Van een ander: 404."""
    gevonden = Zaak.objects.voor(toegang).met_context().filter(pk=uuid).first()
    if gevonden is None:
        raise Http404
    kaart = weergave.kaarten([gevonden], toegang)[0]
    context: dict[str, Any] = {"hier": "zaken", "kaart": kaart, "zaak": gevonden}
    if kaart.afgeschermd:
        return render(request, "zaken/afgeschermd.html", context)
    delen = [(deel, deel.haal(gevonden, toegang)) for deel in DELEN if deel.veld in kaart.velden]
    context["boven"] = [(deel.sjabloon, inhoud) for deel, inhoud in delen if inhoud and deel.bovenaan]
    context["onder"] = [(deel.sjabloon, inhoud) for deel, inhoud in delen if inhoud and not deel.bovenaan]
    if "tijdlijn" in kaart.velden:
        context["tijdlijn"] = list(reversed(weergave.tijdlijn(gevonden, toegang)))
    return render(request, "zaken/zaak.html", context)
