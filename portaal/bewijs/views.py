"""Het bewijs van een record: als pagina, als JSON en als PDF, voor de persoon en in het beheer."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portaal.bewijs import weergave
from portaal.bewijs.bronnen import BRONNEN, Bron, Gevonden
from portaal.bewijs.dossier import Dossier, stel_samen
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.logboek.beheer import medewerker_van
from portaal.logboek.inzage import leg_inzage_vast
from portaal.pdf import maak_pdf
from portaal.zaken.models import Zaak

PER_PAGINA = 50


# --- De persoon -------------------------------------------------------------------------------------------------------
@require_safe
@persoonlijk
def bewijs(request: HttpRequest, toegang: Toegang, soort: str, uuid: UUID) -> HttpResponse:
    """De pagina. Van een ander: 404. Boven het niveau van de inlog: alleen dat het er is."""
    bron, gevonden = _zoek(toegang, soort, uuid)
    context: dict[str, Any] = {"hier": bron.hier, "bron": bron, "gevonden": gevonden, "adres": bron.adres(uuid)}
    if gevonden.afgeschermd:
        return render(request, "bewijs/afgeschermd.html", context)
    dossier = stel_samen(soort, bron, gevonden, toegang)
    return render(request, "bewijs/bewijs.html", {**context, **_bladzijde(request, dossier)})


@require_safe
@persoonlijk
def als_json(request: HttpRequest, toegang: Toegang, soort: str, uuid: UUID) -> HttpResponse:
    """Het dossier als bestand met gegevens."""
    bron, gevonden = _zoek(toegang, soort, uuid)
    if gevonden.afgeschermd:
        return redirect("bewijs:bewijs", soort, uuid)
    return _json(stel_samen(soort, bron, gevonden, toegang))


@require_safe
@persoonlijk
def als_pdf(request: HttpRequest, toegang: Toegang, soort: str, uuid: UUID) -> HttpResponse:
    """Het dossier als PDF."""
    bron, gevonden = _zoek(toegang, soort, uuid)
    if gevonden.afgeschermd:
        return redirect("bewijs:bewijs", soort, uuid)
    return _pdf(stel_samen(soort, bron, gevonden, toegang))


# --- De medewerker ----------------------------------------------------------------------------------------------------
@require_safe
def beheer(request: HttpRequest, soort: str, uuid: UUID) -> HttpResponse:
    """Het bewijs voor een medewerker die dit soort record mag zien. De inzage staat in het logboek."""
    dossier = _voor_medewerker(request, soort, uuid, "bewijs")
    context = {**admin.site.each_context(request), "title": gettext("Bewijs"), "subtitle": dossier.gevonden.titel}
    return render(request, "admin/bewijs.html", {**context, **_bladzijde(request, dossier)})


@require_safe
def beheer_json(request: HttpRequest, soort: str, uuid: UUID) -> HttpResponse:
    """Het dossier als bestand met gegevens, voor een medewerker."""
    return _json(_voor_medewerker(request, soort, uuid, "bewijs-json"))


@require_safe
def beheer_pdf(request: HttpRequest, soort: str, uuid: UUID) -> HttpResponse:
    """Het dossier als PDF, voor een medewerker."""
    return _pdf(_voor_medewerker(request, soort, uuid, "bewijs-pdf"))


# --- hulp -------------------------------------------------------------------------------------------------------------
def _zoek(toegang: Toegang, soort: str, uuid: UUID) -> tuple[Bron, Gevonden]:
    bron = BRONNEN.get(soort)
    gevonden = bron.voor(toegang, uuid) if bron else None
    if bron is None or gevonden is None:
        raise Http404
    return bron, gevonden


def _voor_medewerker(request: HttpRequest, soort: str, uuid: UUID, waarvoor: str) -> Dossier:
    bron = BRONNEN.get(soort)
    if bron is None:
        raise Http404
    medewerker = medewerker_van(request)
    if not medewerker.has_perm(bron.recht):
        raise PermissionDenied
    gevonden = bron.voor_medewerker(uuid)
    if gevonden is None:
        raise Http404
    record = gevonden.record
    # Eerst de inzage, dan het lezen: lukt het vastleggen niet, dan krijgt niemand iets te zien.
    van = record.voor_inzage() if isinstance(record, Zaak) else [(soort, uuid, record.betrokkene_id)]  # type: ignore[attr-defined]
    leg_inzage_vast(ActorSoort.MEDEWERKER, medewerker.pk, f"beheer:{waarvoor}", van)
    return stel_samen(soort, bron, gevonden, None)


def _bladzijde(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """Wat een pagina toont: ten hoogste vijftig gebeurtenissen; `na` is het nummer van de laatste die al getoond is."""
    try:
        na = int(request.GET.get("na", "0"))
    except ValueError as fout:
        raise Http404 from fout
    over = [regel for regel in dossier.regels if regel.nummer > na]
    regels = over[:PER_PAGINA]
    meer = regels[-1].nummer if len(over) > PER_PAGINA else None
    return {
        "dossier": dossier,
        "regels": [(regel, weergave.door(regel)) for regel in regels],
        "vervolg": na > 0,
        "meer_na": meer,
        "klok": weergave.klok(),
        "weggelaten": weergave.weggelaten(dossier),
        "keten": weergave.keten(dossier),
    }


def _bestandsnaam(dossier: Dossier, soort: str) -> str:
    return f"bewijs-{dossier.soort}-{dossier.pk}.{soort}"


def _json(dossier: Dossier) -> HttpResponse:
    antwoord = JsonResponse(dossier.json(), json_dumps_params={"indent": 2, "ensure_ascii": False})
    antwoord["Content-Disposition"] = f'attachment; filename="{_bestandsnaam(dossier, "json")}"'
    return antwoord


def _pdf(dossier: Dossier) -> HttpResponse:
    antwoord = HttpResponse(maak_pdf("bewijs", weergave.voor_pdf(dossier)), content_type="application/pdf")
    antwoord["Content-Disposition"] = f'attachment; filename="{_bestandsnaam(dossier, "pdf")}"'
    return antwoord
