"""De pagina van één taak, en wat iemand daar kan doen."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.partij import MagNietError
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu
from taken import handelingen, vragen, weergave
from taken.agenda import agendapunt
from taken.models import Taak


def vind(uuid: UUID, toegang: Toegang) -> weergave.Kaart:
    """De taak waar deze persoon iets mee wil. Van een ander, nog niet zichtbaar of boven zijn niveau: 404."""
    kaart = weergave.kaart(get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid), toegang)
    if kaart.afgeschermd:
        raise Http404
    return kaart


@require_safe
@persoonlijk
def taak(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Eén taak. Van een ander, of nog niet zichtbaar: 404. De eerste GET van een lezer is het openen, zoals bij een bericht.

    HEAD is dat niet. Een browser die vooruit wil laden krijgt niets, anders klopt het boek niet met wat iemand zag.
    """
    if "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""):
        return HttpResponse(status=503)
    gevonden = get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid)
    kaart = weergave.kaart(gevonden, toegang)
    context: dict[str, Any] = {"hier": "taken", "kaart": kaart, "taak": gevonden}
    if kaart.afgeschermd:
        return render(request, "taken/afgeschermd.html", context)
    context |= weergave.pagina(kaart, toegang)
    if request.method == "GET" and not weergave.geopend_door(toegang, context["tijdlijn"]):
        handelingen.open_(uuid, toegang)
        context |= weergave.pagina(kaart, toegang)  # nu staat het openen er ook op
    context |= {naam: request.GET.get(naam) for naam in ("verstuurd", "net")}
    context["net_gedaan"], context["net_bewaard"] = "gedaan" in request.GET, "bewaard" in request.GET
    antwoord = render(request, "taken/taak.html", context)
    if dienst := context.get("betaaldienst"):
        # Chrome telt bij form-action ook de doorverwijzing mee die op het versturen volgt.
        antwoord._csp_update = {"form-action": dienst.hosts}  # type: ignore[attr-defined]
    return antwoord


@require_POST
@persoonlijk
def gedaan(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """De persoon zegt dat een taak elders gedaan is. Nog eens sturen doet niets extra's."""
    kaart = vind(uuid, toegang)
    if not kaart.te_doen:
        return redirect(f"/taken/{uuid}?net=al" if kaart.door_collega else f"/taken/{uuid}?gedaan=ja")
    try:
        handelingen.meld_gedaan(uuid, toegang)
    except handelingen.OvergangError:
        return redirect(f"/taken/{uuid}?net=al")
    except MagNietError as fout:
        raise PermissionDenied from fout
    return redirect(f"/taken/{uuid}?gedaan=ja")


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def meer_tijd(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Vraag de eigenaar om meer tijd: tot wanneer, en waarom."""
    kaart = vind(uuid, toegang)
    if not kaart.mag_uitstel_vragen:
        return redirect(f"/taken/{uuid}")
    ingevuld = vragen.meer_tijd(kaart.taak)
    if request.method == "POST":
        ingevuld = ingevuld.definitie.lees(request.POST)
        if ingevuld.geldig:
            tot = vragen.dag(ingevuld.waarden["tot"])
            return _doe(
                uuid, "uitstel", lambda: handelingen.vraag_uitstel(uuid, toegang, tot, ingevuld.waarden["waarom"])
            )
    return render(request, "taken/vraag.html", _vraag(kaart, "uitstel", ingevuld))


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def herinnering(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Kies een dag waarop wij iemand herinneren, of zet dat uit."""
    kaart = vind(uuid, toegang)
    if not kaart.mag_herinnering_kiezen:
        return redirect(f"/taken/{uuid}")
    ingevuld = vragen.herinnering(kaart.taak)
    if request.method == "POST":
        if "uit" in request.POST:
            return _doe(uuid, "herinnering-uit", lambda: handelingen.kies_herinnering(uuid, toegang, None))
        ingevuld = ingevuld.definitie.lees(request.POST)
        if ingevuld.geldig:
            dag = vragen.dag(ingevuld.waarden["dag"])
            return _doe(uuid, "herinnering", lambda: handelingen.kies_herinnering(uuid, toegang, dag))
    return render(request, "taken/vraag.html", _vraag(kaart, "herinnering", ingevuld))


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def afzien(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Zeg dat u iets wat wij ongevraagd aanbieden niet wilt, nu en later."""
    kaart = vind(uuid, toegang)
    if not kaart.mag_afzien:
        return redirect(f"/taken/{uuid}")
    if request.method == "POST":
        return _doe(uuid, "", lambda: handelingen.zie_af(uuid, toegang))
    return render(request, "taken/afzien.html", {"hier": "taken", "kaart": kaart, "taak": kaart.taak})


@require_POST
@persoonlijk
def weer_welkom(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Wil iemand er later toch weer over horen, dan kan dat bij de taak die hij afwees."""
    vind(uuid, toegang)
    return _doe(uuid, "welkom", lambda: handelingen.heet_weer_welkom(uuid, toegang))


@require_safe
@persoonlijk
def agenda(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """De laatste dag als afspraak voor de eigen agenda (RFC 5545). Een taak zonder termijn heeft er geen."""
    kaart = vind(uuid, toegang)
    if kaart.taak.einddatum_handelingstermijn is None:
        raise Http404
    antwoord = HttpResponse(
        agendapunt(kaart.taak, nu(), settings.PORTAAL_URL), content_type="text/calendar; charset=utf-8"
    )
    antwoord["Content-Disposition"] = 'attachment; filename="taak.ics"'
    return antwoord


def _vraag(kaart: weergave.Kaart, wat: str, ingevuld: object) -> dict[str, object]:
    return {"hier": "taken", "kaart": kaart, "taak": kaart.taak, "wat": wat, "formulier": ingevuld}


def _doe(uuid: UUID, net: str, handeling: Callable[[], Taak]) -> HttpResponse:
    """Doe het, en ga terug naar de taak; is zij intussen niet meer open, dan zegt die pagina waarom."""
    try:
        handeling()
    except (handelingen.OvergangError, handelingen.NietMogelijkError):
        return redirect(f"/taken/{uuid}")
    except MagNietError as fout:
        raise PermissionDenied from fout
    return redirect(f"/taken/{uuid}?net={net}" if net else f"/taken/{uuid}")
