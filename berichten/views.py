"""De pagina's over berichten: de lijst, één bericht, en wat een lezer ermee doet."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from berichten import handelingen, weergave
from berichten.models import Bericht
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.inloggen.verwijzing import Verwijzing, vraag_bij
from portaal.zaken.models import Zaak

PER_PAGINA = 20
LIJSTEN = {"alle": weergave.alle, "ongelezen": weergave.ongelezen, "archief": weergave.archief}


@require_safe
@persoonlijk
def lijst(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """De berichten, nieuwste eerst, steeds twintig; `na` is het laatste bericht dat al getoond is."""
    filter_ = request.GET.get("filter", "alle")
    if filter_ not in LIJSTEN:
        filter_ = "alle"
    berichten = LIJSTEN[filter_](toegang)
    vorige: Bericht | None = None
    if "na" in request.GET:
        try:
            vorige = Bericht.objects.voor(toegang).get(pk=UUID(request.GET["na"]))
        except (ValueError, Bericht.DoesNotExist) as fout:
            raise Http404 from fout
        berichten = weergave.na(berichten, vorige)
    gevonden = list(berichten[: PER_PAGINA + 1])
    kaarten = [weergave.kaart(bericht, toegang) for bericht in gevonden[:PER_PAGINA]]
    context = {
        "hier": "berichten",
        "filter": filter_,
        "kaarten": kaarten,
        "vervolg": vorige is not None,
        "vorige_pk": vorige.pk if vorige else None,
    }
    if len(gevonden) > PER_PAGINA:
        laatste = kaarten[-1].bericht.pk
        context |= {"meer_na": laatste, "meer_url": f"/berichten?filter={filter_}&na={laatste}"}
    sjabloon = "berichten/lijst_deel.html" if request.htmx else "berichten/lijst.html"  # type: ignore[attr-defined]
    return render(request, sjabloon, context)


@require_safe
@persoonlijk
def bericht(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
    """Eén bericht. Van een ander, of nog niet te lezen: 404. De GET van deze pagina ís het openen.

    HEAD is dat niet. Een browser die vooruit wil laden krijgt niets: anders stond er een bericht op het scherm dat
    volgens het boek nooit is geopend, of andersom.
    """
    if "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""):
        return HttpResponse(status=503)
    berichten = Bericht.objects.voor(toegang).met_context().met_leesstand(toegang)
    gevonden = get_object_or_404(berichten, pk=uuid)
    kaart = weergave.kaart(gevonden, toegang)
    context = {"hier": "berichten", "kaart": kaart, "bericht": gevonden}
    if kaart.afgeschermd:
        return render(request, "berichten/afgeschermd.html", context)
    if request.method == "GET" and gevonden.nieuw:
        handelingen.open_(uuid, toegang)
    verwijzing = gevonden.verwijzing
    context |= {
        "voorganger": weergave.voorganger(gevonden, toegang),
        "opvolger": None if kaart.geldt else weergave.opvolger(gevonden, toegang),
        "taak": verwijzing.id if verwijzing and verwijzing.zichtbaar_voor(toegang) else None,
        "vraag": vraag_bij(Verwijzing(gevonden.record_soort, gevonden.pk), toegang),
        "naar_zaak": Zaak.objects.voor(toegang).filter(pk=gevonden.zaak_id).exists() if gevonden.zaak_id else False,
        "bijlagen": weergave.bijlagen(gevonden, toegang),
        "tijdlijn": weergave.tijdlijn(gevonden),
    }
    return render(request, "berichten/bericht.html", context)


def _actie(handeling: Callable[[UUID, Toegang], Bericht], naar: str) -> Callable[..., HttpResponse]:
    """Een knop op de pagina van een bericht: doe dit, en ga daarna daarheen. Nog eens sturen doet niets extra's."""

    @require_POST
    @persoonlijk
    def view(request: HttpRequest, toegang: Toegang, uuid: UUID) -> HttpResponse:
        gevonden = get_object_or_404(Bericht.objects.voor(toegang), pk=uuid)
        if weergave.kaart(gevonden, toegang).afgeschermd:
            raise Http404
        handeling(uuid, toegang)
        return redirect(naar.format(uuid=uuid))

    return view


# Na 'ongelezen' en 'archief' gaat de lezer terug naar de lijst: bleef hij op de pagina, dan was het bericht meteen weer gelezen.
ongelezen = _actie(handelingen.markeer_ongelezen, "/berichten")
archiveer = _actie(handelingen.archiveer, "/berichten")
uit_archief = _actie(handelingen.haal_uit_archief, "/berichten/{uuid}")
