"""De betaalpagina van de nagespeelde betaaldienst. Zij meldt eerst zelf, zoals een echte, en stuurt dan de browser terug."""

import logging
import threading

import requests
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from taken.betalen import NietEchtError
from taken.betalen.simulator import lees, onderteken
from taken.models import BetalingStand

log = logging.getLogger(__name__)

UITSLAGEN = (
    BetalingStand.BETAALD,
    BetalingStand.IN_BEHANDELING,
    BetalingStand.AFGEBROKEN,
    BetalingStand.MISLUKT,
)


@require_http_methods(["GET", "HEAD", "POST"])
def betalen(request: HttpRequest) -> HttpResponse:
    """Kies hoe het afloopt. Een opdracht die niet van de portaal komt bestaat niet."""
    try:
        opdracht = lees(request.GET.get("opdracht", ""))
    except NietEchtError as fout:
        raise Http404 from fout
    stand = request.POST.get("stand")
    if request.method == "POST" and stand in UITSLAGEN:
        velden = {naam: opdracht[naam] for naam in ("betaling", "kenmerk", "centen")}
        melding = onderteken({**velden, "stand": stand})
        threading.Thread(target=_meld, args=(opdracht["meld"], melding), daemon=True).start()
        return HttpResponseRedirect(f"{opdracht['terug']}?melding={melding}")
    euro = f"€ {opdracht['centen'] // 100},{opdracht['centen'] % 100:02}"
    context = {"opdracht": opdracht, "euro": euro, "uitslagen": [(u.value, u.label) for u in UITSLAGEN]}
    return render(request, "demo/betalen.html", context)


def _meld(adres: str, melding: str) -> None:
    """Wat een betaaldienst van server naar server meldt, ook als de browser intussen dicht is."""
    try:
        requests.post(adres, data=melding, timeout=10).raise_for_status()
    except requests.RequestException as fout:
        log.warning("betaalsimulator_melding fout=%s", type(fout).__name__)
