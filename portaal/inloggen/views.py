"""Inloggen, terugkomen, uitloggen en de sessie verlengen."""

import logging
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portaal.inloggen import handelingen, onderbroken
from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Doelgroep, Inlogmiddel, inlogmiddelen
from portaal.inloggen.login import lees_antwoord, stuur_op_weg, uitlogadres, veilig_pad
from portaal.inloggen.middleware import seconden_over
from portaal.inloggen.models import Sessie
from portaal.inloggen.namens import moet_kiezen
from portaal.inloggen.oidc import InlogClient
from portaal.inloggen.sessies import HOOGSTENS, INACTIEF, INGETROKKEN, VERLOPEN, SessionStore

logger = logging.getLogger(__name__)

NA_INLOGGEN = "/overzicht"

_OPNIEUW = _("Probeer het opnieuw. Lukt het dan nog niet? Neem contact met ons op.")
UITLEG = {
    Reden.GEANNULEERD: _("U heeft het inloggen geannuleerd. U kunt het opnieuw proberen wanneer u wilt."),
    Reden.POGING_ONBEKEND: _(
        "Het inloggen heeft te lang geduurd, of u heeft een oude pagina geopend. Begin opnieuw met inloggen."
    ),
    Reden.NIVEAU: _(
        "U logde in op een manier die hiervoor niet zeker genoeg is. Log opnieuw in op een manier die zekerder is, "
        "bijvoorbeeld met de app of met een extra controle."
    ),
    Reden.NUMMER: _("Wij kregen geen nummer waarmee wij u kunnen herkennen. Neem contact met ons op."),
    Reden.MACHTIGING: _(
        "Wij konden niet zien waarvoor u gemachtigd bent. Kijk of de machtiging nog geldt, of log in voor uzelf."
    ),
    Reden.ROL: _("U heeft geen rol waarmee u hier naar binnen mag. Vraag uw beheerder om toegang."),
    Reden.GEEN_LID: _(
        "U heeft hier geen toegang namens uw organisatie. Vraag de beheerder van uw organisatie om toegang. "
        "Is uw organisatie hier nog niet bekend? Neem dan contact met ons op."
    ),
    Reden.DIENST_ONBEREIKBAAR: _("De inlogdienst werkt op dit moment niet. Probeer het over een paar minuten opnieuw."),
}

# Waarom iemand op de inlogpagina staat. Een gesloten lijst: wat in het adres staat komt nooit zelf op de pagina.
MELDINGEN = {
    INACTIEF: _(
        "U bent uitgelogd, omdat u een tijd niets heeft gedaan. Zo beschermen wij uw gegevens. Log opnieuw in."
    ),
    HOOGSTENS: _("U bent uitgelogd, omdat u lang was ingelogd. Zo beschermen wij uw gegevens. Log opnieuw in."),
    VERLOPEN: _("U bent uitgelogd. Log opnieuw in om verder te gaan."),
    INGETROKKEN: _(
        "U bent uitgelogd, want uw toegang namens uw organisatie is ingetrokken. Vragen? Neem contact op met de beheerder "
        "van uw organisatie."
    ),
    Reden.GEANNULEERD: UITLEG[Reden.GEANNULEERD],
}
# Wat er gebeurde met wat iemand net verstuurde.
INGEVULD = {
    "ja": _("Wat u had ingevuld hebben wij een half uur voor u bewaard. Het is nog niet verstuurd."),
    "nee": _("Wat u had ingevuld konden wij niet bewaren. Er is niets verstuurd."),
}


# --- kiezen -------------------------------------------------------------------------------------------------------
@require_safe
@never_cache
def kies(request: HttpRequest) -> HttpResponseBase:
    """De keuze van inlogmiddelen. Wie al is ingelogd gaat door."""
    naar = veilig_pad(request.GET.get("next"), "")
    if _ingelogd(request):
        return HttpResponseRedirect(naar or NA_INLOGGEN)
    if moet_kiezen(request):
        return HttpResponseRedirect(reverse("inloggen:namens", query={"next": naar} if naar else None))
    middelen = [
        {"naam": m.naam, "tekst": m.tekst, "groep": m.groep, "logo": m.logo, "url": _start_url(m, naar)}
        for m in inlogmiddelen().values()
        if m.doelgroep is not Doelgroep.MEDEWERKER
    ]
    meldingen = (MELDINGEN.get(request.GET.get("reden", "")), INGEVULD.get(request.GET.get("ingevuld", "")))
    melding = " ".join(str(deel) for deel in meldingen if deel)
    return render(request, "inloggen/kies.html", {"middelen": middelen, "melding": melding})


def _start_url(middel: Inlogmiddel, naar: str, niveau: int = 0) -> str:
    vragen = ({"next": naar} if naar else {}) | ({"niveau": niveau} if niveau > middel.minimum else {})
    return reverse("inloggen:start", args=[middel.sleutel], query=vragen or None)


def _ingelogd(request: HttpRequest) -> bool:
    return getattr(request, "toegang", None) is not None


# --- heen en terug ------------------------------------------------------------------------------------------------
@require_GET
@never_cache
def start(request: HttpRequest, middel: str) -> HttpResponseBase:
    """Op weg naar de inlogdienst."""
    gekozen = _middel(middel)
    naar, niveau = veilig_pad(request.GET.get("next"), NA_INLOGGEN), _niveau(request.GET.get("niveau", ""))
    try:
        return stuur_op_weg(request, gekozen, _terug_url(gekozen), naar, niveau)
    except InlogFout as fout:
        return mislukt(request, fout.reden, gekozen.sleutel, _start_url(gekozen, naar, niveau))


def _niveau(waarde: str) -> int:
    """Het gevraagde niveau; iets anders dan 1 tot en met 4 telt niet."""
    return int(waarde) if waarde in ("1", "2", "3", "4") else 0


@require_GET
@never_cache
def terug(request: HttpRequest, middel: str) -> HttpResponseBase:
    """De inlogdienst stuurt de persoon terug. Pas als alles klopt is er een sessie."""
    gekozen = _middel(middel)
    try:
        poging, bewijs = lees_antwoord(request, gekozen, _terug_url(gekozen))
        handelingen.begin_sessie(request, gekozen, bewijs)
    except InlogFout as fout:
        if fout.reden is Reden.GEANNULEERD:
            return _geannuleerd(request, fout.naar)
        return mislukt(request, fout.reden, gekozen.sleutel, _start_url(gekozen, fout.naar, fout.niveau))
    if moet_kiezen(request):
        return HttpResponseRedirect(reverse("inloggen:namens", query={"next": poging.naar}))
    return HttpResponseRedirect(poging.naar)


def _geannuleerd(request: HttpRequest, naar: str) -> HttpResponseBase:
    """Geen fout: wie nog was ingelogd gaat terug naar zijn pagina, wie dat niet was kiest opnieuw."""
    if _ingelogd(request):
        return HttpResponseRedirect(naar or NA_INLOGGEN)
    vragen = {"reden": Reden.GEANNULEERD.value} | ({"next": naar} if naar not in ("", NA_INLOGGEN) else {})
    return HttpResponseRedirect(reverse("inloggen:kies", query=vragen))


def _middel(sleutel: str) -> Inlogmiddel:
    middel = inlogmiddelen().get(sleutel)
    if middel is None or middel.doelgroep is Doelgroep.MEDEWERKER:
        raise Http404
    return middel


def _terug_url(middel: Inlogmiddel) -> str:
    return f"{settings.PORTAAL_URL}{reverse('inloggen:terug', args=[middel.sleutel])}"


def mislukt(request: HttpRequest, reden: Reden, middel: str, opnieuw: str) -> HttpResponse:
    """Een rustige pagina die zegt wat er nu kan. Het logboek krijgt alleen de soort fout en het middel."""
    logger.warning("inloggen mislukt: %s (%s)", reden.value, middel)
    context: dict[str, Any] = {
        "titel": gettext("Inloggen is niet gelukt"),
        "uitleg": UITLEG.get(reden, _OPNIEUW),
        "wat_nu_url": opnieuw,
        "wat_nu_tekst": gettext("Opnieuw inloggen"),
    }
    status = {Reden.POGING_ONBEKEND: 400, Reden.DIENST_ONBEREIKBAAR: 503}.get(reden, 403)
    return render(request, "inloggen/mislukt.html", context, status=status)


# --- uitloggen ----------------------------------------------------------------------------------------------------
@require_POST
@never_cache
def uitloggen(request: HttpRequest) -> HttpResponseBase:
    """Eerst hier uitloggen, dan bij de inlogdienst; de eerste stap hangt nooit van de tweede af."""
    sessie = request.session
    adres = ""
    if isinstance(sessie, SessionStore) and (rij := sessie.geladen_rij()) and rij.middel:
        id_token = Sessie.objects.filter(pk=rij.pk).values_list("id_token", flat=True).first()
        sessie.flush()
        adres = uitlogadres(inlogmiddelen().get(rij.middel), id_token, reverse("inloggen:uitgelogd"))
    else:
        sessie.flush()
    antwoord = verlaat(request, adres, reverse("inloggen:uitgelogd"))
    onderbroken.vergeet(request, antwoord)
    return antwoord


def verlaat(request: HttpRequest, adres: str, daarna: str) -> HttpResponse:
    """Na lokaal uitloggen: de pagina `uitgelogd`, die zo nodig zelf doorgaat naar het uitlogadres van de dienst.

    Een verwijzing (303) naar de inlogdienst zou Chromium tegenhouden: `form-action` in de CSP geldt ook voor waar een
    verzonden formulier uiteindelijk uitkomt. De kop `Refresh` op een gewone pagina is geen onderdeel van het formulier.
    """
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(adres or daarna)
    if not adres:
        return HttpResponseRedirect(daarna)
    antwoord = render(request, "inloggen/uitgelogd.html", {"verder": adres})
    antwoord.headers["Refresh"] = f"0; url={adres}"
    return antwoord


@require_safe
@never_cache
def uitgelogd(request: HttpRequest) -> HttpResponse:
    """De bevestiging dat iemand is uitgelogd."""
    return render(request, "inloggen/uitgelogd.html")


@csrf_exempt
@require_POST
@never_cache
def afmelden(request: HttpRequest, middel: str) -> HttpResponse:
    """De inlogdienst meldt dat een aanmelding voorbij is (OpenID Connect Back-Channel Logout 1.0)."""
    gekozen = _middel(middel)
    try:
        sid = InlogClient(gekozen).lees_afmelding(request.POST.get("logout_token", ""))
    except InlogFout as fout:
        logger.warning("afmelding geweigerd: %s (%s)", fout.reden.value, gekozen.sleutel)
        return HttpResponse(status=400)
    handelingen.beeindig_op_sid(gekozen.issuer, sid)
    return HttpResponse(status=200)


# --- de sessie ----------------------------------------------------------------------------------------------------
@require_POST
@never_cache
def verlengen(request: HttpRequest) -> HttpResponse:
    """Houd de sessie in leven: 204, met in `X-Sessie-Seconden` hoe lang zij nog duurt. 401 als zij al voorbij is."""
    sessie = request.session
    if not _ingelogd(request) or not isinstance(sessie, SessionStore):
        return HttpResponse(status=401, headers={"X-Sessie-Seconden": "0"})
    sessie.raak_aan(altijd=True)
    return HttpResponse(status=204, headers={"X-Sessie-Seconden": str(seconden_over(request))})
