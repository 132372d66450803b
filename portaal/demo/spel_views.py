"""De pagina met de verhalen: kiezen, en dan stap voor stap naspelen."""

import contextlib
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from berichten.handelingen import BestaatAlError as BerichtBestaatAlError
from portaal.betrokkenen.handelingen import vind_betrokkene, vind_geadresseerde
from portaal.betrokkenen.nummers import NummerSoort
from portaal.demo import spel
from portaal.demo.personen import Persoon
from portaal.demo.verhalen import geadresseerde
from portaal.inloggen.inlogmiddelen import inlogmiddelen
from portaal.inloggen.toegang import Toegang
from taken.handelingen import BestaatAlError as TaakBestaatAlError
from taken.handelingen import OvergangError as TaakOvergangError
from verzoeken.handelingen import OvergangError as VerzoekOvergangError

COOKIE = "demo_verhaal"  # zo brengt de link boven elke pagina iemand terug in zijn verhaal
# De stap was intussen al gezet: door een tweede klik, een ander venster of iemand anders. De pagina laat zien hoe het nu is.
AL_GEZET = (BerichtBestaatAlError, TaakBestaatAlError, TaakOvergangError, VerzoekOvergangError)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verhalen(request: HttpRequest) -> HttpResponse:
    """Alle verhalen met hoe ver ze zijn, of het gekozen verhaal met zijn stappen en de knop van de back-office."""
    alle = spel.verhalen()
    if request.method == "POST":
        gekozen = _zoek(alle, request.POST.get("verhaal", ""))
        if gekozen is None:
            raise Http404
        _speel(gekozen, request.POST.get("stap", ""))
        return HttpResponseRedirect(f"{request.path}?verhaal={gekozen.sleutel}#nu")
    sleutel = request.GET.get("verhaal", request.COOKIES.get(COOKIE, ""))
    gekozen = _zoek(alle, sleutel)
    context: dict[str, Any] = {"verhalen": alle, "verhaal": gekozen}
    if gekozen is not None and gekozen.beurt is not None and gekozen.beurt.wie is not None:
        wie = gekozen.beurt.wie
        context["middel"] = inlogmiddelen()[wie.middel]
        context["ingelogd"] = _is_ingelogd(getattr(request, "toegang", None), wie)
    antwoord = render(request, "demo/verhalen.html", context)
    antwoord.set_cookie(COOKIE, gekozen.sleutel if gekozen else "", path="/demo/", samesite="Lax", httponly=True)
    return antwoord


def _zoek(alle: list[spel.Spel], sleutel: str) -> spel.Spel | None:
    return next((verhaal for verhaal in alle if verhaal.sleutel == sleutel), None)


def _speel(verhaal: spel.Spel, stap: str) -> None:
    """Doe de stap van de back-office die nu aan de beurt is, of begin opnieuw. Een oude pagina doet niets."""
    if stap == "opnieuw" and verhaal.nu is None:
        doe = verhaal.opnieuw
    elif stap == str(verhaal.nu) and verhaal.beurt is not None:
        doe = verhaal.beurt.doe
    else:
        doe = None
    if doe is not None:
        with contextlib.suppress(*AL_GEZET), transaction.atomic():
            doe()


def _is_ingelogd(toegang: Toegang | None, wie: Persoon) -> bool:
    """Of de bezoeker nu is ingelogd als deze persoon."""
    if toegang is None or toegang.middel != wie.middel:
        return False
    if wie.middel == "ketenpartner":
        issuer = inlogmiddelen()[wie.middel].issuer
        return toegang.persoon == vind_betrokkene(NummerSoort.PSEUDONIEM, wie.sub, issuer)
    return toegang.betrokkene == vind_geadresseerde(geadresseerde(wie))
