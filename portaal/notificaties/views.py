"""Mijn gegevens: waar iemand bericht krijgt en waarover; en de pagina's achter een link in een e-mail."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portaal.betrokkenen.models import Categorie
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.notificaties import weergave
from portaal.notificaties.bereikbaarheid import keuze_van
from portaal.notificaties.forms import AdresForm, CodeForm
from portaal.notificaties.handelingen import contact
from portaal.notificaties.kanalen import beschikbaar
from portaal.notificaties.models import WETTELIJK, Contactgegevens, Kanaal

BEGIN = "/mijn-gegevens"
HIER = {"hier": "gegevens"}


@require_safe
@persoonlijk
def gegevens(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Alles op één pagina: adressen, digitale post, en waarover iemand bericht krijgt."""
    if not contact.mag_zien(toegang):
        raise PermissionDenied
    context = {**HIER, "profiel": weergave.profiel(toegang), "gelukt": request.GET.get("gelukt", "")}
    return render(request, "notificaties/gegevens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def adres(request: HttpRequest, toegang: Toegang, kanaal: str) -> HttpResponse:
    """Een adres toevoegen of wijzigen. Wat er stond werkt door tot het nieuwe is bevestigd."""
    soort = _kanaal(kanaal, toegang)
    form = AdresForm(soort, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            contact.vraag_verificatie(toegang, soort, form.cleaned_data["adres"], _taal())
        except (contact.OngeldigAdresError, contact.TeVaakError) as fout:
            form.add_error("adres", str(fout))
        else:
            return redirect(f"{BEGIN}/{kanaal}/code")
    huidig = keuze_van(toegang.betrokkene).adressen.get(soort)
    context = {**HIER, "form": form, "kanaal": soort, "huidig": huidig}
    return render(request, "notificaties/adres.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def code(request: HttpRequest, toegang: Toegang, kanaal: str) -> HttpResponse:
    """De code invullen die is gestuurd."""
    soort = _kanaal(kanaal, toegang)
    verificatie = weergave.open_verificatie(toegang, soort)
    if verificatie is None and request.method != "POST":
        return redirect(BEGIN)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            contact.bevestig_met_code(toegang, soort, form.cleaned_data["code"])
        except contact.CodeError as fout:
            form.add_error("code", str(fout))
        else:
            return redirect(f"{BEGIN}?gelukt={kanaal}")
    context = {**HIER, "form": form, "kanaal": soort, "verificatie": verificatie}
    return render(request, "notificaties/code.html", context)


@require_POST
@persoonlijk
def code_opnieuw(request: HttpRequest, toegang: Toegang, kanaal: str) -> HttpResponse:
    """Nog een code naar hetzelfde adres; de vorige geldt dan niet meer."""
    soort = _kanaal(kanaal, toegang)
    verificatie = weergave.open_verificatie(toegang, soort)
    if verificatie is None:
        return redirect(BEGIN)
    try:
        contact.vraag_verificatie(toegang, soort, str(verificatie.adres), _taal())
    except contact.TeVaakError as fout:
        form = CodeForm()
        context = {**HIER, "form": form, "kanaal": soort, "verificatie": verificatie, "te_vaak": str(fout)}
        return render(request, "notificaties/code.html", context)
    return redirect(f"{BEGIN}/{kanaal}/code?opnieuw=ja")


@require_POST
@persoonlijk
def toch_niet(request: HttpRequest, toegang: Toegang, kanaal: str) -> HttpResponse:
    """Het nieuwe adres toch niet; wat er stond blijft."""
    contact.trek_verificatie_in(toegang, _kanaal(kanaal, toegang))
    return redirect(BEGIN)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def verwijder(request: HttpRequest, toegang: Toegang, kanaal: str) -> HttpResponse:
    """Een adres weghalen, na een waarschuwing."""
    soort = _kanaal(kanaal, toegang)
    adressen = keuze_van(toegang.betrokkene).adressen
    if request.method == "POST":
        contact.verwijder_adres(toegang, soort)
        return redirect(f"{BEGIN}?gelukt=verwijderd")
    if soort not in adressen:
        return redirect(BEGIN)
    context = {**HIER, "kanaal": soort, "huidig": adressen[soort], "laatste": len(adressen) == 1}
    return render(request, "notificaties/verwijder.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def voorkeuren(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Waarover iemand bericht krijgt, langs welk kanaal en in welke taal. Uitzetten wat de wet vraagt: eerst een waarschuwing."""
    _eis_kiezen(toegang)
    keuze = keuze_van(toegang.betrokkene)
    categorieen = list(Categorie.objects.order_by("naam"))
    kanalen = [k for k in beschikbaar() if k in keuze.adressen]
    gekozen = {(c.pk, k): keuze.aan(c.pk, k) for c in categorieen for k in kanalen}
    dienstmail = keuze.gegevens.dienstmail if keuze.gegevens else True
    taal = keuze.taal
    waarschuw: list[Categorie] = []
    if request.method == "POST":
        stil_was = {c.pk for c in categorieen if not any(gekozen[c.pk, k] for k in kanalen)}
        gekozen = {(c, k): f"{c}-{k}" in request.POST for c, k in gekozen}
        dienstmail = "dienstmail" in request.POST
        taal = request.POST["taal"] if request.POST.get("taal") in ("nl", "en") else taal
        waarschuw = [
            c
            for c in categorieen
            if kanalen and c.aard in WETTELIJK and c.pk not in stil_was and not any(gekozen[c.pk, k] for k in kanalen)
        ]
        if not waarschuw or "toch" in request.POST:
            contact.kies(toegang, gekozen, dienstmail=dienstmail, taal=taal)
            return redirect(f"{BEGIN}?gelukt=voorkeuren")
    context = {
        **HIER,
        "groepen": weergave.groepen(categorieen, kanalen, gekozen),
        "kanalen": kanalen,
        "dienstmail": dienstmail,
        "taal": taal,
        "waarschuw": waarschuw,
    }
    return render(request, "notificaties/voorkeuren.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def digitaal(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Zeggen dat officiële post digitaal mag (Awb 2:8), of dat intrekken."""
    _eis_kiezen(toegang)
    huidig = _gegevens(toegang)
    fout = False
    if request.method == "POST":
        antwoord = request.POST.get("digitaal")
        if antwoord in ("ja", "nee"):
            contact.zet_toestemming(toegang, ja=antwoord == "ja", taal=_taal())
            return redirect(f"{BEGIN}?gelukt=digitaal")
        fout = True
    context = {**HIER, "huidig": huidig, "tekst": contact.toestemmingstekst(_taal()), "fout": fout}
    return render(request, "notificaties/digitaal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@persoonlijk
def geen_berichten(request: HttpRequest, toegang: Toegang) -> HttpResponse:
    """Helemaal geen bericht willen, na een waarschuwing; of juist weer wel."""
    _eis_kiezen(toegang)
    if request.method == "POST":
        contact.zie_af(toegang, af=request.POST.get("wat") == "uit")
        return redirect(f"{BEGIN}?gelukt=berichten")
    return render(request, "notificaties/geen_berichten.html", {**HIER, "huidig": _gegevens(toegang)})


# --- Zonder inloggen: achter een link in een e-mail -----------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def bevestig(request: HttpRequest, teken: str) -> HttpResponse:
    """De link in de e-mail. Pas de knop bevestigt: een virusscanner die de link opent mag niets doen."""
    try:
        if request.method == "POST":
            contact.bevestig_met_link(teken)
            return render(request, "notificaties/bevestigd.html")
        klaar = contact.te_bevestigen(teken).bevestigd_op is not None
    except contact.CodeError as fout:
        return render(request, "notificaties/link_werkt_niet.html", {"uitleg": str(fout)}, status=410)
    return render(request, "notificaties/bevestigd.html" if klaar else "notificaties/bevestig.html")


@csrf_exempt  # een mailprogramma meldt af zonder cookie (RFC 8058); het ondertekende adres is het bewijs
@require_http_methods(["GET", "HEAD", "POST"])
def afmelden(request: HttpRequest, teken: str) -> HttpResponse:
    """Geen bericht meer dat de wet niet vraagt: met één klik in het mailprogramma, of met de knop op deze pagina."""
    if request.method != "POST":
        return render(request, "notificaties/afmelden.html")
    try:
        contact.meld_af(teken)
    except contact.CodeError as fout:
        return render(request, "notificaties/link_werkt_niet.html", {"uitleg": str(fout)}, status=410)
    return render(request, "notificaties/afgemeld.html")


# --- hulp -----------------------------------------------------------------------------------------------------------------
def _kanaal(naam: str, toegang: Toegang) -> Kanaal:
    """Het kanaal in het adres; een kanaal dat niet is ingesteld bestaat niet."""
    if naam not in beschikbaar():
        raise Http404
    _eis_kiezen(toegang)
    return Kanaal(naam)


def _eis_kiezen(toegang: Toegang) -> None:
    if not contact.mag_kiezen(toegang):
        raise PermissionDenied


def _gegevens(toegang: Toegang) -> Contactgegevens | None:
    return Contactgegevens.objects.voor(toegang).first()


def _taal() -> str:
    return "en" if get_language() == "en" else "nl"
