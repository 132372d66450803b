"""Het formulier van een formuliertaak: invullen, nakijken, versturen."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portaal.bestanden.documenten import OverzettenMisluktError, zet_over
from portaal.bestanden.handelingen import BestandenNietKlaarError
from portaal.bestanden.models import Stand
from portaal.formulieren import invullen
from portaal.formulieren.bestanden import Bak, sleutels
from portaal.formulieren.definitie import Ingevuld
from portaal.formulieren.invullen import Daarna
from portaal.formulieren.ontvangst import ontvangstbewijs
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from taken import handelingen, weergave
from taken.loket import LoketDichtError
from taken.models import Taak, plek_van


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def formulier(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Het formulier van een formuliertaak: invullen, stap voor stap, bewaren voor later, of verder naar het nakijken."""
    kaart = weergave.kaart(get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid), toegang)
    definitie, ingevuld = kaart.formulier, kaart.begin_formulier
    if not kaart.invulbaar or definitie is None or ingevuld is None:
        return _terug_naar_taak(kaart, request)
    concept = weergave.concept(kaart.taak, toegang)
    if concept:
        ingevuld = definitie.lees_terug(concept.gegevens)
    bak = Bak(definitie, plek_van(kaart.taak), toegang)
    waarden, standen = bak.vul(ingevuld.waarden)
    ingevuld = Ingevuld(definitie, waarden, standen=standen)
    versie = concept.kenmerk if concept else ""
    context: dict[str, Any] = {"hier": "taken", "kaart": kaart, "taak": kaart.taak, "versie": versie}
    if request.method != "POST":
        context["formulier"] = invullen.kies_stap(definitie, ingevuld, request.GET.get("stap", ""))
        return render(request, "taken/formulier.html", context)
    uitkomst = invullen.verwerk(definitie, request, ingevuld.waarden, bak)
    if uitkomst.botst(ingevuld, request.POST, versie):
        if uitkomst.daarna is Daarna.TUSSENDOOR:
            return HttpResponse(status=409)
        context |= {"formulier": uitkomst.formulier, "anders": uitkomst.verschil(ingevuld)}
        return render(request, "taken/formulier.html", context)
    try:
        concept = handelingen.bewaar_concept(uuid, toegang, uitkomst.formulier.waarden)
    except handelingen.OvergangError:
        return _terug_naar_taak(kaart, request)
    match uitkomst.daarna:
        case Daarna.OPNIEUW:
            context |= {
                "formulier": uitkomst.formulier,
                "versie": concept.kenmerk,
                "nieuwe_vragen": uitkomst.nieuwe_vragen,
            }
            return render(request, "taken/formulier.html", context)
        case Daarna.TUSSENDOOR:
            return HttpResponse(status=204, headers={"X-Versie": concept.kenmerk})
        case Daarna.BEWAARD:
            return redirect(f"/taken/{uuid}?bewaard=ja")
        case Daarna.NAKIJKEN:
            return redirect(f"/taken/{uuid}/controle")
    return redirect(f"/taken/{uuid}/formulier{uitkomst.vraag}")


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def controle(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """De antwoorden nakijken, en versturen. Verstuurd wordt precies wat hier stond."""
    kaart = weergave.kaart(get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid), toegang)
    definitie = kaart.formulier
    if not kaart.invulbaar or definitie is None:
        return _terug_naar_taak(kaart, request)
    concept = weergave.concept(kaart.taak, toegang)
    if concept is None:
        return redirect(f"/taken/{uuid}/formulier")
    waarden, standen = Bak(definitie, plek_van(kaart.taak), toegang).vul(concept.gegevens)
    ingevuld = definitie.lees_json(waarden)
    if not ingevuld.geldig:
        stap = invullen.eerste_met_fout(definitie, ingevuld)
        return redirect(f"/taken/{uuid}/formulier" + (f"?stap={stap}" if stap else ""))
    wacht = set(standen.values()) - {Stand.SCHOON}
    anders = request.method == "POST" and request.POST.get("_versie") != concept.kenmerk
    dicht = False
    if request.method == "POST" and not anders and not wacht:
        try:
            zet_over(plek_van(kaart.taak), waarden, sleutels(definitie), toegang)
            gedaan_ = handelingen.dien_in(uuid, toegang, ingevuld.waarden)
        except handelingen.AntwoordenError:
            return redirect(f"/taken/{uuid}/formulier")
        except handelingen.OvergangError:
            return _terug_naar_taak(kaart, request)
        except BestandenNietKlaarError:
            return redirect(request.path)
        except (LoketDichtError, OverzettenMisluktError):
            dicht = True
        else:
            verzoek = gedaan_.details.get("verzoek")
            return redirect(f"/verzoeken/{verzoek}?verstuurd=ja" if verzoek else f"/taken/{uuid}?verstuurd=ja")
    context = {"hier": "taken", "kaart": kaart, "taak": kaart.taak, "concept": concept, "nagekeken": ingevuld}
    context["wacht"] = bool(wacht)
    return render(request, "taken/controle.html", {**context, "anders": anders, "dicht": dicht})


def _terug_naar_taak(kaart: weergave.Kaart, request: HttpRequest) -> HttpResponse:
    """Er is niets (meer) in te vullen; de pagina van de taak zegt waarom. Na een tweede klik: al verstuurd."""
    return redirect(f"/taken/{kaart.taak.pk}" + ("?verstuurd=al" if request.method == "POST" else ""))


@require_safe
@persoonlijk
def ontvangst(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Wat er is verstuurd, als pdf. Van een ander, of nog niet verstuurd: 404."""
    kaart = weergave.kaart(get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid), toegang)
    antwoorden, op = None if kaart.afgeschermd else kaart.antwoorden, kaart.taak.uitgevoerd_op
    if antwoorden is None or op is None:
        raise Http404
    return ontvangstbewijs(kaart.titel, kaart.afzender, op, antwoorden)
