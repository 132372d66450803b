"""Werk verdelen binnen een ketenpartner, en een terugmelding sturen."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from portaal.bestanden.documenten import OverzettenMisluktError, zet_over
from portaal.bestanden.handelingen import BestandenNietKlaarError
from portaal.formulieren import invullen
from portaal.formulieren.bestanden import Bak
from portaal.formulieren.definitie import Ingevuld
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.partij import MagNietError
from portaal.inloggen.toegang import Toegang
from taken import handelingen, vragen
from taken.models import Taak, plek_van
from taken.views.taak import vind


@require_POST
@persoonlijk
def oppakken(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Ik doe deze taak."""
    return _verdeel(uuid, toegang, "opgepakt", lambda: handelingen.neem_op(uuid, toegang))


@require_POST
@persoonlijk
def toewijzen(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Geef de taak aan een collega; `lid` leeg geeft haar terug aan het team."""
    wie = request.POST.get("lid", "")
    if not wie:
        return _verdeel(uuid, toegang, "teruggegeven", lambda: handelingen.geef_terug(uuid, toegang))
    try:
        lid = UUID(wie)
    except ValueError as fout:
        raise Http404 from fout
    return _verdeel(uuid, toegang, "toegewezen", lambda: handelingen.wijs_toe(uuid, toegang, lid))


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def terugmelding(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Laat de opdrachtgever weten hoe het staat, of dat het werk klaar is, met bestanden erbij.

    Was een collega eerder, of kan een bestand nog niet mee, dan blijft staan wat iemand schreef en toevoegde.
    """
    kaart = vind(uuid, toegang)
    if toegang.doelgroep is not Doelgroep.KETENPARTNER:
        raise Http404
    leeg = vragen.terugmelding()
    bak = Bak(leeg.definitie, plek_van(kaart.taak), toegang)
    waarden, standen = bak.vul(leeg.waarden)
    ingevuld, te_laat = replace(leeg, waarden=waarden, standen=standen), False
    if request.method == "POST":
        try:
            uitkomst = invullen.verwerk(leeg.definitie, request, waarden, bak)
            ingevuld = uitkomst.formulier
            if uitkomst.daarna is invullen.Daarna.NAKIJKEN:
                return _stuur(request, toegang, uuid, bak, ingevuld)
        except handelingen.OvergangError:
            kaart, te_laat = vind(uuid, toegang), True
        except BestandenNietKlaarError:
            wacht = gettext("Wij controleren uw bestand nog op virussen. Verstuur het over een minuut opnieuw.")
            ingevuld = replace(ingevuld, fouten={handelingen.TERUGMELDING_BESTANDEN: wacht})
        except OverzettenMisluktError:
            storing = gettext("Wij kunnen uw bestanden nu niet doorsturen. Probeer het later opnieuw.")
            ingevuld = replace(ingevuld, fouten={handelingen.TERUGMELDING_BESTANDEN: storing})
        except MagNietError as fout:
            raise PermissionDenied from fout
    elif not kaart.mag_terugmelden:
        return redirect(f"/taken/{uuid}")
    context = {"hier": "taken", "kaart": kaart, "taak": kaart.taak, "formulier": ingevuld, "te_laat": te_laat}
    return render(request, "taken/terugmelding.html", context)


def _stuur(request: HttpRequest, toegang: Toegang, uuid: UUID, bak: Bak, ingevuld: Ingevuld) -> HttpResponse:
    klaar = "klaar" in request.POST
    velden = [handelingen.TERUGMELDING_BESTANDEN]
    zet_over(bak.plek, ingevuld.waarden, velden, toegang)
    bestanden = ingevuld.waarden[handelingen.TERUGMELDING_BESTANDEN]
    handelingen.meld_terug(uuid, toegang, ingevuld.waarden["tekst"], klaar=klaar, bestanden=bestanden)
    return redirect(f"/taken/{uuid}?gedaan=ja" if klaar else f"/taken/{uuid}?net=teruggemeld")


def _verdeel(uuid: UUID, toegang: Toegang, net: str, handeling: Callable[[], Taak]) -> HttpResponse:
    vind(uuid, toegang)
    try:
        handeling()
    except handelingen.AlOpgepaktError:
        return redirect(f"/taken/{uuid}?net=bezet")
    except handelingen.OvergangError:
        return redirect(f"/taken/{uuid}?net=al")
    except MagNietError as fout:
        raise PermissionDenied from fout
    return redirect(f"/taken/{uuid}?net={net}")
