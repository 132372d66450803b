"""Namens wie: kiezen bij het inloggen, wisselen daarna, en stoppen met voor een ander handelen."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portaal.betrokkenen.handelingen import vind_uitnodiging
from portaal.inloggen import handelingen
from portaal.inloggen.inlogmiddelen import Doelgroep, inlogmiddelen
from portaal.inloggen.login import veilig_pad
from portaal.inloggen.sessies import SessionStore
from portaal.inloggen.toegang import Toegang

NA_KIEZEN = "/overzicht"


def moet_kiezen(request: HttpRequest) -> bool:
    """Of iemand zich heeft bewezen, maar nog moet zeggen namens welke ketenpartner hij komt."""
    sessie = request.session
    rij = sessie.geladen_rij() if isinstance(sessie, SessionStore) and sessie.session_key else None
    return rij is not None and rij.persoon_id is not None and rij.betrokkene_id is None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def namens(request: HttpRequest) -> HttpResponseBase:
    """De keuze. Wie er geen heeft en niet voor een ander handelt, heeft hier niets te zoeken."""
    toegang: Toegang | None = getattr(request, "toegang", None)
    sessie, naar = request.session, veilig_pad(request.GET.get("next"), NA_KIEZEN)
    if not isinstance(sessie, SessionStore) or (toegang is None and not moet_kiezen(request)):
        return HttpResponseRedirect(reverse("inloggen:kies"))
    if request.method == "POST":
        try:
            gelukt = handelingen.kies_ketenpartner(sessie, UUID(request.POST.get("lid", "")))
        except ValueError:
            gelukt = False
        return HttpResponseRedirect(naar if gelukt else request.get_full_path())
    nu_namens = toegang.betrokkene if toegang else None
    leden = [lid for lid in handelingen.te_kiezen_leden(sessie) if lid.ketenpartner.betrokkene_id != nu_namens]
    middel = inlogmiddelen().get(toegang.middel) if toegang else None
    anders = [
        {"naam": m.naam, "tekst": m.tekst, "url": reverse("inloggen:start", args=[m.sleutel])}
        for m in inlogmiddelen().values()
        if middel and m.groep == middel.groep and m.doelgroep is not Doelgroep.MEDEWERKER
    ]
    context = {"leden": leden, "anders": anders, "beperkt": toegang is not None and toegang.categorieen is not None}
    return render(request, "inloggen/namens.html", context)


@require_safe
@never_cache
def uitnodiging(request: HttpRequest, code: str) -> HttpResponse:
    """De link uit een uitnodiging: wie uitnodigt, en inloggen. De code blijft in de sessie tot na het inloggen."""
    gevonden = vind_uitnodiging(code)
    if gevonden is None:
        return render(request, "inloggen/uitnodiging.html", {"uitnodiging": None}, status=404)
    if getattr(request, "toegang", None) is None:
        request.session[handelingen.UITNODIGING] = code
    middelen = [m for m in inlogmiddelen().values() if m.doelgroep is Doelgroep.KETENPARTNER]
    return render(request, "inloggen/uitnodiging.html", {"uitnodiging": gevonden, "middelen": middelen})
