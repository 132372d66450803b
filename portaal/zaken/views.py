"""De lijst met zaken. De pagina van één zaak voegt domeinen samen en staat in portaal/overzicht/zaak.py."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.zaken import weergave
from portaal.zaken.models import Zaak

PER_PAGINA = 10


@require_safe
@persoonlijk
def lijst(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """De zaken, lopende eerst, steeds tien; `na` is de laatste zaak die al getoond is."""
    zaken = weergave.mijn_zaken(toegang)
    vorige: Zaak | None = None
    if "na" in request.GET:
        try:
            vorige = Zaak.objects.voor(toegang).get(pk=UUID(request.GET["na"]))
        except (ValueError, Zaak.DoesNotExist) as fout:
            raise Http404 from fout
        zaken = zaken.na(vorige)
    gevonden = list(zaken[: PER_PAGINA + 1])
    kaarten = weergave.kaarten(gevonden[:PER_PAGINA], toegang)
    context = {
        "hier": "zaken",
        "kaarten": kaarten,
        "lopend": [kaart for kaart in kaarten if not kaart.zaak.afgerond],
        "klaar": [kaart for kaart in kaarten if kaart.zaak.afgerond],
        "kop_lopend": vorige is None,
        "kop_klaar": vorige is None or not vorige.afgerond,
        "vorige_pk": vorige.pk if vorige else None,
    }
    if len(gevonden) > PER_PAGINA:
        laatste = kaarten[-1].zaak.pk
        context |= {"meer_na": laatste, "meer_url": f"/zaken?na={laatste}"}
    sjabloon = "zaken/lijst_deel.html" if request.htmx else "zaken/lijst.html"  # type: ignore[attr-defined]
    return render(request, sjabloon, context)
