"""Mijn organisatie: de beheerder van een ketenpartner nodigt collega's uit, geeft rollen, en ziet wie wat deed."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portaal.betrokkenen import handelingen
from portaal.betrokkenen.handelingen import KetenpartnerFout
from portaal.betrokkenen.models import Ketenpartner, KetenpartnerLid, KetenpartnerRol, Uitnodiging
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.inloggen.paginas import persoonlijk
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu

PER_PAGINA = 20
P = ParamSpec("P")

# Wat een collega deed, in de derde persoon; de andere soorten doet een collega niet.
DEED = {
    Soort.TAAK_GEOPEND: _("opende een taak"),
    Soort.TAAK_GEMELD: _("gaf door dat een taak is gedaan"),
    Soort.TAAK_UITGEVOERD: _("deed een taak"),
    Soort.BERICHT_GEOPEND: _("opende een bericht"),
    Soort.VERZOEK_BEGONNEN: _("begon met een verzoek"),
    Soort.VERZOEK_BEWAARD: _("bewaarde een verzoek"),
    Soort.VERZOEK_WEGGEGOOID: _("gooide een concept weg"),
    Soort.VERZOEK_INGEDIEND: _("verstuurde een verzoek"),
    Soort.VERZOEK_INGETROKKEN: _("trok een verzoek in"),
    Soort.KETENPARTNER_UITGENODIGD: _("nodigde een collega uit"),
    Soort.KETENPARTNER_UITNODIGING_WEG: _("trok een uitnodiging in"),
    Soort.KETENPARTNER_LID_TOEGEVOEGD: _("kreeg toegang met een uitnodiging"),
    Soort.KETENPARTNER_ROL_GEWIJZIGD: _("gaf een collega een andere rol"),
    Soort.KETENPARTNER_LID_VERWIJDERD: _("trok de toegang van een collega in"),
}


class UitnodigForm(forms.Form):
    """Wie, en met welke rol."""

    naam = forms.CharField(max_length=200, error_messages={"required": _("Vul de naam van uw collega in.")})
    rol = forms.TypedChoiceField(
        choices=KetenpartnerRol.choices, coerce=KetenpartnerRol, error_messages={"required": _("Kies een rol.")}
    )


def beheerder(
    pagina: Callable[Concatenate[HttpRequest, Toegang, Ketenpartner, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Alleen voor de beheerder van een ketenpartner: een collega krijgt 403, wie geen ketenpartner is 404."""

    @persoonlijk
    @wraps(pagina)
    def omhulsel(request: HttpRequest, toegang: Toegang, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        partner = Ketenpartner.objects.filter(betrokkene=toegang.betrokkene).first() if toegang.rol else None
        if partner is None:
            raise Http404
        if toegang.rol != KetenpartnerRol.BEHEERDER:
            raise PermissionDenied
        return pagina(request, toegang, partner, *args, **kwargs)

    return omhulsel


@require_http_methods(["GET", "HEAD", "POST"])
@beheerder
def organisatie(request: HttpRequest, toegang: Toegang, partner: Ketenpartner) -> HttpResponse:
    """De collega's en hun rol, de uitnodigingen die openstaan, en een nieuwe maken. De link is één keer te zien."""
    formulier = UitnodigForm(request.POST or None)
    context = {}
    if request.method == "POST" and formulier.is_valid():
        naam, rol = formulier.cleaned_data["naam"], formulier.cleaned_data["rol"]
        _nieuw, code = handelingen.nodig_uit(partner.pk, naam, rol, toegang.actor)
        link = settings.PORTAAL_URL + reverse("inloggen:uitnodiging", args=[code])
        context = {"link": link, "genodigde": naam}
        formulier = UitnodigForm()
    leden = sorted(partner.leden.filter(ingetrokken_op=None), key=lambda lid: str(lid.naam or "").casefold())
    context |= {
        "hier": "organisatie",
        "partner": partner,
        "leden": leden,
        "uitnodigingen": partner.uitnodigingen.filter(verloopt_op__gt=nu()).order_by("aangemaakt_op"),
        "rollen": KetenpartnerRol.choices,
        "formulier": formulier,
    }
    return render(request, "inloggen/organisatie.html", context)


@require_POST
@beheerder
def rol(request: HttpRequest, toegang: Toegang, partner: Ketenpartner, lid: UUID) -> HttpResponse:
    """Geef een collega een andere rol; uzelf niet, zodat er altijd een beheerder blijft."""
    gevonden = _collega(partner, toegang, lid)
    if request.POST.get("rol") in KetenpartnerRol.values:
        _doe(lambda: handelingen.wijzig_rol(gevonden.pk, KetenpartnerRol(request.POST["rol"]), toegang.actor))
    return redirect("inloggen:organisatie")


@require_POST
@beheerder
def trek_in(request: HttpRequest, toegang: Toegang, partner: Ketenpartner, lid: UUID) -> HttpResponse:
    """Trek de toegang van een collega in, meteen, ook als hij is ingelogd."""
    gevonden = _collega(partner, toegang, lid)
    _doe(lambda: handelingen.verwijder_lid(gevonden.pk, toegang.actor))
    return redirect("inloggen:organisatie")


@require_POST
@beheerder
def uitnodiging_weg(request: HttpRequest, toegang: Toegang, partner: Ketenpartner, uitnodiging: UUID) -> HttpResponse:
    """Maak een link onbruikbaar."""
    gevonden = get_object_or_404(Uitnodiging, pk=uitnodiging, ketenpartner=partner)
    _doe(lambda: handelingen.trek_uitnodiging_in(gevonden.pk, toegang.actor))
    return redirect("inloggen:organisatie")


@require_safe
@beheerder
def wie_deed_wat(request: HttpRequest, toegang: Toegang, partner: Ketenpartner) -> HttpResponse:
    """Wat collega's namens deze organisatie deden, nieuwste eerst, steeds twintig; `voor` is een volgnummer."""
    regels = Gebeurtenis.objects.filter(
        betrokkene=partner.betrokkene_id, namens=partner.betrokkene_id, actor_soort=ActorSoort.BETROKKENE
    ).order_by("-volgnummer")
    voor = request.GET.get("voor", "")
    if voor.isascii() and voor.isdigit():
        regels = regels.filter(volgnummer__lt=int(voor[:18]))
    gevonden = list(regels[: PER_PAGINA + 1])
    namen = {lid.persoon_id: str(lid.naam or "") for lid in partner.leden.all()}
    getoond = gevonden[:PER_PAGINA]
    context = {
        "hier": "organisatie",
        "partner": partner,
        "regels": [
            {"wie": namen.get(g.actor, "") if g.actor else "", "wat": DEED.get(Soort(g.soort), ""), "op": g.op}
            for g in getoond
        ],
        "meer_voor": getoond[-1].volgnummer if len(gevonden) > PER_PAGINA else None,
    }
    return render(request, "inloggen/wie_deed_wat.html", context)


def _collega(partner: Ketenpartner, toegang: Toegang, lid: UUID) -> KetenpartnerLid:
    """Een lid van deze ketenpartner; een ander, of uzelf: 404."""
    collegas = KetenpartnerLid.objects.filter(ketenpartner=partner).exclude(persoon=toegang.persoon)
    return get_object_or_404(collegas, pk=lid)


def _doe(handeling: Callable[[], object]) -> None:
    """Twee keer klikken, of een collega die net voor was: dan is het al gebeurd, en dat zegt de lijst."""
    try:
        handeling()
    except KetenpartnerFout:
        return
