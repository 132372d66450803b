"""De lijst met taken: open of afgerond, gefilterd op woorden of een zaak, steeds twintig."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portaal.betrokkenen.nummers import bevat_nummer
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from taken import handelingen, weergave
from taken.models import Taak

PER_PAGINA = 20


@require_safe
@persoonlijk
def lijst(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """De taken, open of afgerond, steeds twintig; `na` is de laatste taak die al getoond is.

    `q` zoekt in titel en toelichting, `zaak` toont wat bij een zaak hoort, en `wie` (bij een ketenpartner) van wie het
    werk is: `mij`, `niemand` of een collega.
    """
    afgerond = request.GET.get("filter") == "afgerond"
    zoek, zaak, wie = (request.GET.get(naam, "").strip() for naam in ("q", "zaak", "wie"))
    if bevat_nummer(zoek):  # dat hoort niet in een adres; ook niet in de links die de pagina zelf maakt
        return redirect("/taken?nummer=ja")
    zoek = zoek[:100]
    taken = weergave.afgeronde_taken(toegang) if afgerond else weergave.open_taken(toegang)
    if zoek:
        taken = taken.met_woorden(zoek, toegang.niveau)
    if zaak:
        taken = taken.filter(zaak=_uuid(zaak), minimaal_niveau__lte=toegang.niveau)
    collegas = list(handelingen.leden(toegang))
    if collegas:
        taken = weergave.van_wie(taken, wie, toegang)
    vorige: Taak | None = None
    if "na" in request.GET:
        vorige = Taak.objects.voor(toegang).filter(pk=_uuid(request.GET["na"])).first()
        if vorige is None:
            raise Http404
        taken = (weergave.na_afgerond if afgerond else weergave.na_open)(taken, vorige)
    gevonden = list(taken[: PER_PAGINA + 1])
    kaarten = [weergave.kaart(taak, toegang) for taak in gevonden[:PER_PAGINA]]
    filter_ = "afgerond" if afgerond else "open"
    keuze = {naam: waarde for naam, waarde in (("q", zoek), ("zaak", zaak), ("wie", wie)) if waarde}
    context = {
        "hier": "taken",
        "filter": filter_,
        "kaarten": kaarten,
        "te_doen": [kaart for kaart in kaarten if kaart.te_doen],
        "overig": [kaart for kaart in kaarten if not kaart.te_doen],
        "kop_wacht": vorige is None or vorige.gemeld_op is None,
        "vervolg": vorige is not None,
        "vorige_pk": vorige.pk if vorige else None,
        "zoek": zoek,
        "met_nummer": "nummer" in request.GET,
        "zaak": zaak,
        "wie": wie,
        "keuze": f"&{urlencode(keuze)}" if keuze else "",
        "collegas": [lid for lid in collegas if lid.persoon_id != toegang.persoon],
        "team": toegang.doelgroep is Doelgroep.KETENPARTNER,
    }
    if len(gevonden) > PER_PAGINA:
        laatste = kaarten[-1].taak.pk
        context |= {
            "meer_na": laatste,
            "meer_url": f"/taken?{urlencode({'filter': filter_, **keuze, 'na': laatste})}",
        }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "taken/lijst_deel.html", context)
    context["zaken"] = weergave.zaken_met_taken(toegang)
    if zaak:
        context["voortgang"] = weergave.voortgang(_uuid(zaak), toegang)
    return render(request, "taken/lijst.html", context)


def _uuid(tekst: str) -> UUID:
    try:
        return UUID(tekst)
    except ValueError as fout:
        raise Http404 from fout
