"""Het formulier van een formuliertaak: invullen, nakijken, versturen."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from taken import handelingen, weergave
from taken.loket import LoketDichtError
from taken.models import Taak


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def formulier(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Het formulier van een formuliertaak: invullen, bewaren voor later, of verder naar het nakijken."""
    kaart = weergave.kaart(get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid), toegang)
    definitie, ingevuld = kaart.formulier, kaart.begin_formulier
    if not kaart.invulbaar or definitie is None or ingevuld is None:
        return _terug_naar_taak(kaart, request)
    if request.method == "POST":
        ingevuld = definitie.lees(request.POST)
        later = request.POST.get("_actie") == "bewaar"
        if later or ingevuld.geldig:
            try:
                handelingen.bewaar_concept(uuid, toegang, ingevuld.waarden)
            except handelingen.OvergangError:
                return _terug_naar_taak(kaart, request)
            return redirect(f"/taken/{uuid}?bewaard=ja" if later else f"/taken/{uuid}/controle")
    elif concept := weergave.concept(kaart.taak, toegang):
        ingevuld = definitie.lees_terug(concept.gegevens)
    context = {"hier": "taken", "kaart": kaart, "taak": kaart.taak, "formulier": ingevuld}
    return render(request, "taken/formulier.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def controle(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """De antwoorden nakijken, en versturen. Verstuurd wordt precies wat hier stond."""
    kaart = weergave.kaart(get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid), toegang)
    definitie = kaart.formulier
    if not kaart.invulbaar or definitie is None:
        return _terug_naar_taak(kaart, request)
    concept = weergave.concept(kaart.taak, toegang)
    ingevuld = definitie.lees_json(concept.gegevens) if concept else None
    if concept is None or ingevuld is None or not ingevuld.geldig:
        return redirect(f"/taken/{uuid}/formulier")
    anders = request.method == "POST" and request.POST.get("_versie") != concept.kenmerk
    dicht = False
    if request.method == "POST" and not anders:
        try:
            gedaan_ = handelingen.dien_in(uuid, toegang, ingevuld.waarden)
        except handelingen.AntwoordenError:
            return redirect(f"/taken/{uuid}/formulier")
        except handelingen.OvergangError:
            return _terug_naar_taak(kaart, request)
        except LoketDichtError:
            dicht = True
        else:
            verzoek = gedaan_.details.get("verzoek")
            return redirect(f"/verzoeken/{verzoek}?verstuurd=ja" if verzoek else f"/taken/{uuid}?verstuurd=ja")
    context = {"hier": "taken", "kaart": kaart, "taak": kaart.taak, "concept": concept, "rijen": ingevuld.rijen()}
    return render(request, "taken/controle.html", {**context, "anders": anders, "dicht": dicht})


def _terug_naar_taak(kaart: weergave.Kaart, request: HttpRequest) -> HttpResponse:
    """Er is niets (meer) in te vullen; de pagina van de taak zegt waarom. Na een tweede klik: al verstuurd."""
    return redirect(f"/taken/{kaart.taak.pk}" + ("?verstuurd=al" if request.method == "POST" else ""))
