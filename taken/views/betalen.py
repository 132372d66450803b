"""Een betaaltaak betalen: naar de betaaldienst, terug, en wat de dienst zelf meldt."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.partij import MagNietError
from portaal.inloggen.toegang import Toegang
from taken import weergave
from taken.betalen import DienstStoringError, NietEchtError, dienst
from taken.handelingen import NietMogelijkError, OvergangError
from taken.handelingen.betaling import begin_betaling, verwerk_melding
from taken.views.taak import vind

log = logging.getLogger(__name__)


@require_POST
@persoonlijk
def betalen(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Naar de betaalpagina van de dienst. Terug-knop of nog eens klikken: dezelfde betaling."""
    vind(uuid, toegang)
    gekozen = dienst()
    if gekozen is None:
        raise Http404
    basis = settings.PORTAAL_URL
    terug, meld = f"{basis}/taken/{uuid}/betaald", f"{basis}/betaaldienst/{gekozen.naam}/melding"
    try:
        betaling = begin_betaling(uuid, toegang, gekozen, terug=terug, meld=meld)
    except (NietMogelijkError, OvergangError):
        return redirect(f"/taken/{uuid}")
    except DienstStoringError:
        return redirect(f"/taken/{uuid}?net=betaalstoring")
    except MagNietError as fout:
        raise PermissionDenied from fout
    return redirect(betaling.adres)


@require_safe
@persoonlijk
def betaald(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Terug van de betaaldienst. De browser wordt niet geloofd: alleen de stand die de dienst zelf geeft telt."""
    kaart = vind(uuid, toegang)
    betaling, gekozen = weergave.laatste_betaling(kaart.taak, toegang), dienst()
    if betaling is not None and gekozen is not None and betaling.kenmerk:
        try:
            melding = gekozen.vraag_op(betaling.kenmerk, request.GET.dict())
            if melding is not None:
                verwerk_melding(melding)
        except (NietEchtError, DienstStoringError) as fout:
            log.warning("betaling_terugkeer betaling=%s fout=%s", betaling.pk, type(fout).__name__)
    return redirect(f"/taken/{uuid}?net=betaling")


@csrf_exempt
@require_POST
def melding(request: HttpRequest, naam: str) -> HttpResponse:
    """Wat de betaaldienst zelf meldt, met haar handtekening. Nog eens dezelfde melding: ook 204."""
    gekozen = dienst(naam)
    if gekozen is None:
        raise Http404
    try:
        verwerk_melding(gekozen.lees_melding(request.headers, request.body))
    except NietEchtError:
        log.warning("betaalmelding_geweigerd dienst=%s", gekozen.naam)
        return HttpResponse(status=400)
    return HttpResponse(status=204)
