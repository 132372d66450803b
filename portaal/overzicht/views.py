"""Mijn overzicht, de vaste pagina's en de pagina's bij een fout."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from berichten import weergave as berichten
from portaal.api import problemen
from portaal.api.paden import is_api
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.overzicht.context import raamwerk
from portaal.zaken import weergave as zaken
from taken import weergave
from verzoeken import weergave as verzoeken

TAKEN_OP_OVERZICHT = 5
RIJEN_OP_OVERZICHT = 3


@require_safe
@persoonlijk
def overzicht(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Wat er te doen is, dringendste eerst; daaronder berichten, lopende zaken, wat wacht en wat onlangs klaar was."""

    def kaarten(taken: Any, aantal: int) -> list[weergave.Kaart]:
        return [weergave.kaart(taak, toegang) for taak in taken[:aantal]]

    context = {
        "hier": "overzicht",
        "te_doen": kaarten(weergave.te_doen(toegang), TAKEN_OP_OVERZICHT),
        "wacht": kaarten(weergave.wacht_op_bevestiging(toegang), RIJEN_OP_OVERZICHT),
        "onlangs": kaarten(weergave.onlangs_afgerond(toegang), RIJEN_OP_OVERZICHT),
        "berichten": [
            berichten.kaart(bericht, toegang) for bericht in berichten.alle(toegang).voor_kaart()[:RIJEN_OP_OVERZICHT]
        ],
        "verzoeken": [
            verzoeken.kaart(verzoek, toegang) for verzoek in verzoeken.lopend(toegang).voor_kaart()[:RIJEN_OP_OVERZICHT]
        ],
        "zaken": zaken.kaarten(zaken.mijn_zaken(toegang).filter(einddatum=None)[:RIJEN_OP_OVERZICHT], toegang),
    }
    return render(request, "overzicht/overzicht.html", context)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Hoe je de organisatie bereikt."""
    return render(request, "overzicht/contact.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Wat het portaal bewaart, waarom, en welke rechten iemand heeft."""
    return render(request, "overzicht/privacy.html")


@require_safe
def toegankelijkheid(request: HttpRequest) -> HttpResponse:
    """Hoe toegankelijk het portaal is, en waar je een probleem meldt."""
    return render(request, "overzicht/toegankelijkheid.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Waar een browser ongevraagd naar zoekt: naar het pictogram van het thema."""
    return redirect(static(f"thema/{settings.THEMA}/favicon.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Zoekmachines hebben hier niets te zoeken."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


# --- Fouten: hetzelfde raamwerk, en altijd wat iemand nu kan doen. Een systeem krijgt problem+json -----------------------
def fout_400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """De aanvraag is niet te begrijpen."""
    if is_api(request.path):
        return problemen.handler400(request, exception)
    return render(request, "fouten/400.html", status=400)


def fout_403(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Dit mag niet."""
    if is_api(request.path):
        return problemen.handler403(request, exception)
    return render(request, "fouten/403.html", status=403)


def fout_404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """De pagina is er niet, of niet voor deze persoon: dat verschil vertellen wij niet."""
    if is_api(request.path):
        return problemen.handler404(request, exception)
    return render(request, "fouten/404.html", status=404)


def fout_500(request: HttpRequest) -> HttpResponseBase:
    """Er ging iets mis bij ons. Zonder aanvraag gemaakt: raakt sessie en database niet aan, want die kunnen stuk zijn."""
    if is_api(request.path):
        return problemen.handler500(request)
    return HttpResponse(render_to_string("fouten/500.html", raamwerk()), status=500)


def csrf_mislukt(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Het formulier is verlopen of komt van een andere website. De techniek erachter (`reason`) tonen wij niet."""
    return render(request, "fouten/csrf.html", status=403)
