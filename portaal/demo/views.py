"""Wat de demo erbij speelt: een formulier bij een ander systeem, en een knop die een back-office laat handelen."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portaal.betrokkenen.handelingen import geadresseerde_van
from portaal.betrokkenen.models import Applicatie
from portaal.demo.verhalen import formulierlink
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.partij import Partij
from portaal.inloggen.toegang import Toegang
from portaal.tijd import vandaag
from taken import handelingen
from taken.models import Taak, TaakSoort


@require_http_methods(["GET", "POST"])
@persoonlijk
def formulier(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Het formulier bij een ander systeem. Versturen meldt de taak als gedaan, met de toestemming van dat systeem."""
    taak = get_object_or_404(Taak.objects.voor(toegang).met_context(), pk=uuid)
    if request.method == "POST" and taak.open and toegang.mag_handelen:
        formulieren = Partij.systeem(Applicatie.objects.get(naam="Open Formulieren"))
        antwoord = {"ontvangenGegevens": {"antwoord": request.POST.get("antwoord", "")[:2000]}}
        handelingen.voer_uit(taak.pk, formulieren, gegevens=antwoord)
        return HttpResponseRedirect(f"/taken/{taak.pk}")
    return render(request, "demo/formulier.html", {"taak": taak})


@require_POST
@persoonlijk
def taak_voor_mij(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Laat het zaaksysteem een taak klaarzetten voor wie er is ingelogd."""
    gevonden = geadresseerde_van(toegang.betrokkene)
    if gevonden is not None:
        eind = vandaag() + timedelta(days=7)
        handelingen.maak_aan(
            handelingen.NieuweTaak(
                soort=TaakSoort.URLTAAK,
                titel=_("Vertel ons hoe u deze portaal vindt"),
                voor=gevonden,
                details={"uitvraagLink": formulierlink()},
                toelichting=_(
                    "Deze taak heeft u zelf in de demo laten maken. Zo komt een taak van een back-office binnen."
                ),
                handelingsperspectief="informatie_geven",
                einddatum=eind,
                termijn_zoals_gestuurd=eind.isoformat(),
            ),
            Partij.systeem(Applicatie.objects.get(naam="Zaaksysteem")),
        )
    return HttpResponseRedirect("/overzicht")
