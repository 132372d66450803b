"""Inloggen en uitloggen van medewerkers."""

import base64
import logging

from django import forms
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from portaal.inloggen import nood
from portaal.inloggen.fouten import InlogFout
from portaal.inloggen.inlogmiddelen import middel_voor_medewerkers
from portaal.inloggen.login import lees_antwoord, stuur_op_weg, uitlogadres, veilig_pad
from portaal.inloggen.medewerkers import neem_medewerker_op
from portaal.inloggen.models import Medewerker
from portaal.inloggen.sessies import BeheerStore
from portaal.inloggen.views import mislukt, verlaat
from portaal.versleuteling import ontsleutel, versleutel

logger = logging.getLogger(__name__)

BACKEND = "portaal.inloggen.medewerkers.MedewerkerBackend"
CONTEXT = "beheersessie.id_token"


@require_GET
@never_cache
def start(request: HttpRequest) -> HttpResponseBase:
    """Op weg naar de inlogdienst van de organisatie."""
    middel = middel_voor_medewerkers()
    if middel is None:
        return _niet_ingesteld(request)
    index = reverse("admin:index")
    try:
        return stuur_op_weg(request, middel, _terug_url(), veilig_pad(request.GET.get("next"), index, onder=index))
    except InlogFout as fout:
        return mislukt(request, fout.reden, middel.sleutel, reverse("admin:inloggen"))


@require_GET
@never_cache
def terug(request: HttpRequest) -> HttpResponseBase:
    """De medewerker komt terug. Hij is wie issuer en sub zeggen, en mag wat zijn rol zegt."""
    middel = middel_voor_medewerkers()
    if middel is None:
        return _niet_ingesteld(request)
    try:
        poging, bewijs = lees_antwoord(request, middel, _terug_url())
        medewerker = neem_medewerker_op(middel, bewijs)
    except InlogFout as fout:
        return mislukt(request, fout.reden, middel.sleutel, reverse("admin:inloggen"))
    _begin(request, medewerker)
    if middel.uitloggen:
        request.session["id_token"] = base64.b64encode(versleutel(bewijs.id_token.encode(), CONTEXT)).decode()
    return HttpResponseRedirect(poging.naar)


def _begin(request: HttpRequest, medewerker: Medewerker) -> None:
    sessie = request.session
    if not isinstance(sessie, BeheerStore):
        raise RuntimeError("Een medewerker logt alleen in onder het beheer.")
    sessie.flush()  # ook dezelfde medewerker krijgt een nieuwe sleutel
    auth.login(request, medewerker, backend=BACKEND)
    sessie.begin()


class NoodForm(forms.Form):
    """Wachtwoord en code."""

    wachtwoord = forms.CharField(max_length=200, strip=False)
    code = forms.CharField(max_length=20)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def noodtoegang(request: HttpRequest) -> HttpResponseBase:
    """Inloggen met het noodaccount, als de inlogdienst van de organisatie uitvalt. De pagina zegt nooit wat er mis was."""
    melding = ""
    if request.method == "POST":
        formulier = NoodForm(request.POST)
        try:
            if not formulier.is_valid():
                raise nood.NoodFout
            medewerker = nood.log_in(formulier.cleaned_data["wachtwoord"], formulier.cleaned_data["code"])
        except nood.NoodFout as fout:
            logger.warning("noodaccount: %s", fout)
            melding = (
                gettext("Het noodaccount is op slot. Probeer het over een uur opnieuw, of stel het opnieuw in.")
                if fout.op_slot
                else gettext("Het wachtwoord of de code klopt niet, of er is geen noodaccount.")
            )
        else:
            logger.warning("noodaccount: gebruikt")
            _begin(request, medewerker)
            return HttpResponseRedirect(reverse("admin:index"))
    return render(request, "inloggen/noodtoegang.html", {"melding": melding}, status=403 if melding else 200)


@require_POST
@never_cache
def uitloggen(request: HttpRequest) -> HttpResponseBase:
    """Eerst hier uitloggen, dan bij de inlogdienst."""
    middel = middel_voor_medewerkers()
    bewaard = request.session.get("id_token")
    auth.logout(request)
    id_token = ontsleutel(base64.b64decode(bewaard), CONTEXT).decode() if bewaard else None
    daarna = reverse("admin:uitgelogd")
    return verlaat(request, uitlogadres(middel, id_token, daarna) if id_token else "", daarna)


@require_safe
@never_cache
def uitgelogd(request: HttpRequest) -> HttpResponse:
    """De bevestiging, met de weg terug naar het beheer."""
    return render(request, "inloggen/uitgelogd.html", {"opnieuw": reverse("admin:index")})


def _terug_url() -> str:
    return f"{settings.PORTAAL_URL}{reverse('admin:inloggen_terug')}"


def _niet_ingesteld(request: HttpRequest) -> HttpResponse:
    context = {
        "titel": gettext("Inloggen is niet ingesteld"),
        "uitleg": gettext("Er is geen inlogdienst voor medewerkers ingesteld. Kijk in het bestand met inlogmiddelen."),
    }
    return render(request, "inloggen/mislukt.html", context, status=403)
