"""De pagina's over verzoeken: de lijst, iets nieuws kiezen, invullen, controleren, versturen, volgen en intrekken."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portaal.bestanden.documenten import OverzettenMisluktError, zet_over
from portaal.bestanden.handelingen import BestandenNietKlaarError
from portaal.bestanden.models import Stand
from portaal.formulieren import invullen as invullen_
from portaal.formulieren.bestanden import Bak, sleutels
from portaal.formulieren.definitie import Ingevuld, lees_definitie
from portaal.formulieren.invullen import Daarna
from portaal.formulieren.ontvangst import ontvangstbewijs
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.partij import MagNietError
from portaal.inloggen.toegang import Toegang
from portaal.zaken.models import Zaak
from verzoeken import aanbod, handelingen, weergave
from verzoeken.models import Verzoek, Verzoektype, plek_van

PER_PAGINA = 20
P = ParamSpec("P")


class _EerstHogerError(Exception):
    """De zaak ligt boven het niveau van de inlog: haar eigen pagina zegt hoe het wel kan."""

    def __init__(self, zaak: UUID) -> None:
        super().__init__("te laag")
        self.zaak = zaak


def _met_weigering(
    pagina: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Vertaal wat een handeling weigert: niet beschikbaar is 404, niet mogen is 403."""

    @wraps(pagina)
    def omhulsel(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return pagina(request, *args, **kwargs)
        except (handelingen.NietBeschikbaarError, Verzoek.DoesNotExist) as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied from fout
        except _EerstHogerError as fout:
            return redirect(f"/zaken/{fout.zaak}")

    return omhulsel


# --- Volgen -----------------------------------------------------------------------------------------------------------
@require_safe
@persoonlijk
def lijst(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Mijn verzoeken: eerst wat nog verstuurd moet worden, dan wat verstuurd is, steeds twintig."""
    verzoeken = weergave.verzoeken(toegang)
    vervolg = "na" in request.GET
    if vervolg:
        try:
            vorige = Verzoek.objects.voor(toegang).verstuurd().get(pk=UUID(request.GET["na"]))
        except (ValueError, Verzoek.DoesNotExist) as fout:
            raise Http404 from fout
        verzoeken = weergave.na(verzoeken, vorige)
    gevonden = list(verzoeken[: PER_PAGINA + 1])
    context = {
        "hier": "verzoeken",
        "concepten": [] if vervolg else [weergave.kaart(c, toegang) for c in weergave.concepten(toegang)[:PER_PAGINA]],
        "kaarten": [weergave.kaart(verzoek, toegang) for verzoek in gevonden[:PER_PAGINA]],
        "vervolg": vervolg,
        "mag_nieuw": aanbod.mag_gewoon_verzoek(toegang) and toegang.mag_handelen,
    }
    if len(gevonden) > PER_PAGINA:
        context["meer_na"] = gevonden[PER_PAGINA - 1].pk
    return render(request, "verzoeken/lijst.html", context)


@require_safe
@persoonlijk
def verzoek(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Eén verzoek: waar het staat, de referentie, de kopie en elke stap. Van een ander: 404."""
    gevonden = get_object_or_404(Verzoek.objects.voor(toegang).verstuurd().met_context(), pk=uuid)
    kaart = weergave.kaart(gevonden, toegang)
    context = {"hier": "verzoeken", "kaart": kaart, "verzoek": gevonden}
    if kaart.afgeschermd:
        return render(request, "verzoeken/afgeschermd.html", {**context, "niveau": gevonden.minimaal_niveau})
    if gevonden.zaak_id is not None:
        context["naar_zaak"] = Zaak.objects.voor(toegang).filter(pk=gevonden.zaak_id).exists()
    context["net_verstuurd"] = "verstuurd" in request.GET and kaart.loopt
    context["net_ingetrokken"] = "ingetrokken" in request.GET
    context["te_laat"] = "te-laat" in request.GET
    return render(request, "verzoeken/verzoek.html", context)


@require_safe
@persoonlijk
def ontvangst(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Het bewijs van ontvangst als pdf, met de kopie. Van een ander, of als de kopie vernietigd is: 404."""
    kaart = weergave.kaart(get_object_or_404(Verzoek.objects.voor(toegang).verstuurd().met_context(), pk=uuid), toegang)
    kopie, op = None if kaart.afgeschermd else kaart.kopie, kaart.verzoek.ontvangen_op
    if kopie is None or op is None:
        raise Http404
    return ontvangstbewijs(kaart.titel, kaart.afzender, op, kopie, referentie=kaart.verzoek.referentie)


@require_POST
@persoonlijk
@_met_weigering
def trek_in(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Trek het verzoek in. Is de organisatie er net mee begonnen, dan zegt de pagina dat."""
    try:
        handelingen.trek_in(uuid, toegang)
    except handelingen.OvergangError as fout:
        if fout.verzoek.ontvangen_op is None:
            raise Http404 from fout
        return redirect(f"/verzoeken/{uuid}?te-laat=ja")
    return redirect(f"/verzoeken/{uuid}?ingetrokken=ja")


# --- Kiezen -----------------------------------------------------------------------------------------------------------
@require_safe
@persoonlijk
def nieuw(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Wat deze persoon kan aanvragen, vragen of melden; met `zoek` alleen wat daarop past."""
    zoek = request.GET.get("zoek", "").strip()[:100]
    typen = list(aanbod.verzoektypen_voor(toegang, zoek)[:200])
    context = {
        "hier": "verzoeken",
        "zoek": zoek,
        "typen": typen,
        "niveau": toegang.niveau,
        "mag_nieuw": aanbod.mag_gewoon_verzoek(toegang) and toegang.mag_handelen,
    }
    return render(request, "verzoeken/nieuw.html", context)


# --- Invullen en versturen --------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
@_met_weigering
def invullen(request: HttpRequest, toegang: Toegang, code: str, zaak: UUID | None = None) -> HttpResponse:
    """Het formulier. Bewaren gaat ook met fouten; verder gaat pas als alles klopt."""
    bij = _zaak(zaak, toegang)
    type_ = _type(code, toegang, bij)
    if afgeschermd(type_.minimaal_niveau, toegang.niveau):
        context = {**_basis(type_, bij), "niveau": type_.minimaal_niveau}
        return render(request, "verzoeken/hoger_inloggen.html", context)
    if not toegang.mag_handelen:
        raise PermissionDenied
    versie = handelingen.beschikbare_versie(code, toegang, bij)
    definitie = lees_definitie(versie.formulier)
    concept = handelingen.zoek_concept(code, toegang, bij)
    versie_concept = str(concept.versie) if concept else ""
    if concept is None and request.FILES:
        concept = handelingen.begin_concept(code, toegang, bij)  # een bestand hoort ergens bij
    ingevuld = definitie.begin(concept.antwoorden if concept else None)
    bak = Bak(definitie, plek_van(concept), toegang) if concept else None
    if bak:
        waarden, standen = bak.vul(ingevuld.waarden)
        ingevuld = Ingevuld(definitie, waarden, standen=standen)
    if request.method != "POST":
        ingevuld = invullen_.kies_stap(definitie, ingevuld, request.GET.get("stap", ""))
        return _formulier(request, type_, bij, ingevuld, concept, bewaard="bewaard" in request.GET)
    uitkomst = invullen_.verwerk(definitie, request, ingevuld.waarden, bak)
    if uitkomst.botst(ingevuld, request.POST, versie_concept):
        if uitkomst.daarna is Daarna.TUSSENDOOR:
            return HttpResponse(status=409)
        return _formulier(request, type_, bij, uitkomst.formulier, concept, anders=uitkomst.verschil(ingevuld))
    concept = handelingen.begin_concept(code, toegang, bij)
    concept = handelingen.bewaar_concept(concept.pk, uitkomst.formulier.waarden, toegang)
    match uitkomst.daarna:
        case Daarna.OPNIEUW:
            nieuw_ = uitkomst.nieuwe_vragen
            return _formulier(request, type_, bij, uitkomst.formulier, concept, nieuwe_vragen=nieuw_)
        case Daarna.TUSSENDOOR:
            return HttpResponse(status=204, headers={"X-Versie": str(concept.versie)})
        case Daarna.BEWAARD:
            return redirect(f"{request.path}?bewaard=ja")
        case Daarna.NAKIJKEN:
            return redirect(f"{request.path}/controle")
    return redirect(f"{request.path}{uitkomst.vraag}")


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
@_met_weigering
def controle(request: HttpRequest, toegang: Toegang, code: str, zaak: UUID | None = None) -> HttpResponse:
    """Alles nog eens lezen, en versturen. Twee keer klikken verstuurt één keer."""
    bij = _zaak(zaak, toegang)
    formulieradres = request.path.removesuffix("/controle")
    if request.method == "POST":
        return _verstuur(request, toegang, formulieradres)
    type_ = _type(code, toegang, bij)
    concept = handelingen.zoek_concept(code, toegang, bij)
    if concept is None:
        return redirect(formulieradres)
    versie = handelingen.beschikbare_versie(code, toegang, bij)
    definitie = lees_definitie(versie.formulier)
    waarden, standen = Bak(definitie, plek_van(concept), toegang).vul(concept.antwoorden or {})
    formulier = definitie.lees_json(waarden)
    if concept.type_versie_id != versie.pk or not formulier.geldig:
        stap = invullen_.eerste_met_fout(formulier.definitie, formulier)
        return redirect(formulieradres + (f"?stap={stap}" if stap else ""))
    context = {
        **_basis(type_, bij),
        "concept": concept,
        "nagekeken": formulier,
        "formulieradres": formulieradres,
        "gewijzigd": "gewijzigd" in request.GET,
        "dicht": "dicht" in request.GET,
        "wacht": bool(set(standen.values()) - {Stand.SCHOON}),
    }
    return render(request, "verzoeken/controle.html", context)


@require_POST
@persoonlijk
@_met_weigering
def weggooien(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Gooi een concept weg."""
    try:
        handelingen.gooi_concept_weg(uuid, toegang)
    except handelingen.OvergangError:
        return redirect(f"/verzoeken/{uuid}")  # al verstuurd: dan is er niets meer weg te gooien
    return redirect("/verzoeken")


# --- hulp -------------------------------------------------------------------------------------------------------------
def _zaak(uuid: UUID | None, toegang: Toegang) -> Zaak | None:
    """De zaak waar het zaakverzoek bij hoort; van een ander: 404."""
    if uuid is None:
        return None
    zaak = get_object_or_404(Zaak.objects.voor(toegang).met_context(), pk=uuid)
    if afgeschermd(zaak.minimaal_niveau, toegang.niveau):
        raise _EerstHogerError(uuid)
    return zaak


def _type(code: str, toegang: Toegang, zaak: Zaak | None) -> Verzoektype:
    typen = aanbod.verzoektypen_voor(toegang) if zaak is None else aanbod.zaakverzoektypen_voor(zaak, toegang)
    return get_object_or_404(typen, code=code)


def _basis(type_: Verzoektype, zaak: Zaak | None) -> dict[str, Any]:
    return {
        "hier": "zaken" if zaak else "verzoeken",
        "type": type_,
        "zaak": zaak,
        "zaakadres": f"/zaken/{zaak.pk}" if zaak else "",
    }


def _formulier(
    request: HttpRequest,
    type_: Verzoektype,
    zaak: Zaak | None,
    formulier: Ingevuld,
    concept: Verzoek | None,
    **anders: Any,
) -> HttpResponse:
    context = {
        **_basis(type_, zaak),
        "formulier": formulier,
        "concept": concept,
        "versie": concept.versie if concept else "",
        **anders,
    }
    return render(request, "verzoeken/invullen.html", context)


def _verstuur(request: HttpRequest, toegang: Toegang, formulieradres: str) -> HttpResponse:
    try:
        pk, versie = UUID(request.POST.get("_verzoek", "")), int(request.POST.get("_versie", ""))
    except ValueError:
        return redirect(formulieradres)
    try:
        if concept := Verzoek.objects.voor(toegang).concepten().met_context().filter(pk=pk).first():
            definitie = lees_definitie(concept.type_versie.formulier)
            waarden, _standen = Bak(definitie, plek_van(concept), toegang).vul(concept.antwoorden or {})
            zet_over(plek_van(concept), waarden, sleutels(definitie), toegang)
        verstuurd = handelingen.dien_in(pk, toegang, versie)
    except BestandenNietKlaarError:
        return redirect(request.path)
    except OverzettenMisluktError:
        return redirect(f"{request.path}?dicht=ja")
    except handelingen.ConceptGewijzigdError:
        return redirect(f"{request.path}?gewijzigd=ja")
    except (handelingen.OngeldigeAntwoordenError, handelingen.OvergangError):
        return redirect(formulieradres)
    return redirect(f"/verzoeken/{verstuurd.pk}?verstuurd=ja")
