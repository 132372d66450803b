"""De andere kant van de demo: een back-office dat u met knoppen speelt. Elke knop is een handeling, zoals over de API."""

import contextlib
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from berichten import handelingen as berichten
from portaal.betrokkenen.handelingen import geadresseerde_van
from portaal.betrokkenen.models import Aard
from portaal.inloggen.partij import Partij
from portaal.inloggen.verwijzing import Verwijzing
from portaal.tijd import vandaag
from portaal.zaken.handelingen import Stap, Zaakgegevens, registreer
from portaal.zaken.models import Zaak
from taken import handelingen as taken
from taken.models import Status as Taakstatus
from taken.models import Taak
from verzoeken import handelingen as verzoeken
from verzoeken.models import Status as Verzoekstatus
from verzoeken.models import Verzoek

WAAROM = "de demo speelt een back-office"
HOOGSTENS = 25
ACTIEF = (Verzoekstatus.INGEDIEND, Verzoekstatus.IN_BEHANDELING)


@require_http_methods(["GET", "HEAD", "POST"])
def backoffice(request: HttpRequest) -> HttpResponse:
    """Wat er bij de systemen van de demo ligt, met een knop per stap."""
    if request.method == "POST":
        doe = KNOPPEN.get(request.POST.get("wat", ""))
        try:
            pk = UUID(request.POST.get("id", ""))
        except ValueError as fout:
            raise Http404 from fout
        if doe is None:
            raise Http404
        # Een oude pagina: de stap was al gezet, en de lijst hieronder laat dat zien.
        with contextlib.suppress(taken.OvergangError, verzoeken.OvergangError), transaction.atomic():
            doe(pk)
        return HttpResponseRedirect(request.path)
    context = {
        "verzoeken": Verzoek.objects.als_systeem(WAAROM)
        .met_context()
        .filter(status__in=ACTIEF)
        .order_by("-id")[:HOOGSTENS],
        "taken": Taak.objects.als_systeem(WAAROM)
        .met_context()
        .filter(status__in=[Taakstatus.OPEN, Taakstatus.UITGEVOERD])
        .order_by("-gewijzigd_op")[:HOOGSTENS],
        "zaken": Zaak.objects.als_systeem(WAAROM).met_context().filter(einddatum=None).order_by("-id")[:HOOGSTENS],
    }
    return render(request, "demo/backoffice.html", context)


def _verzoek(pk: UUID) -> Verzoek:
    verzoek = Verzoek.objects.als_systeem(WAAROM).met_context().filter(pk=pk).first()
    if verzoek is None:
        raise Http404
    return verzoek


def _taak(pk: UUID) -> Taak:
    taak = Taak.objects.als_systeem(WAAROM).met_context().filter(pk=pk).first()
    if taak is None:
        raise Http404
    return taak


def _neem_in_behandeling(pk: UUID) -> None:
    verzoeken.neem_in_behandeling(pk, Partij.systeem(_verzoek(pk).applicatie))


def _antwoord_met_bericht(pk: UUID) -> None:
    """Het verzoek is verwerkt; het antwoord is een bericht dat terugverwijst."""
    verzoek = _verzoek(pk)
    door = Partij.systeem(verzoek.applicatie)
    voor = geadresseerde_van(verzoek.betrokkene_id)
    if voor is None:
        raise Http404
    if verzoek.status not in ACTIEF:
        return  # de tweede klik
    bericht = berichten.maak_aan(
        berichten.NieuwBericht(
            voor=voor,
            onderwerp=_("Antwoord op uw verzoek"),
            tekst=_("Wij hebben uw verzoek behandeld. Dit is ons antwoord, gemaakt in de demo."),
            aard=Aard.BESCHIKKING,
            handelingsperspectief="reactie_ontvangen",
            referentie=verzoek.referentie,
        ),
        door,
    )
    if verzoek.status == Verzoekstatus.INGEDIEND:
        verzoeken.neem_in_behandeling(pk, door)
    verzoeken.verwerk(pk, door)
    verzoeken.koppel_antwoord(pk, door, Verwijzing("bericht", bericht.pk))


def _bevestig(pk: UUID) -> None:
    """De taak is gedaan, en verwerkt."""
    taak = _taak(pk)
    door = Partij.systeem(taak.applicatie)
    taken.voer_uit(pk, door)
    taken.verwerk(pk, door)


def _trek_in(pk: UUID) -> None:
    taken.breek_af(pk, Partij.systeem(_taak(pk).applicatie), reden=_("In de demo ingetrokken."))


def _heropen(pk: UUID) -> None:
    taken.heropen(pk, Partij.systeem(_taak(pk).applicatie), reden=_("Wij missen nog iets. Kijkt u er nog eens naar?"))


def _volgende_stap(pk: UUID) -> None:
    """De zaak komt een stap verder; na de laatste is zij afgerond."""
    zaak = Zaak.objects.als_systeem(WAAROM).met_context().filter(pk=pk).first()
    if zaak is None or zaak.applicatie is None:
        raise Http404
    stappen = [dict(stap) for stap in zaak.stappen]
    volgende = next((stap for stap in stappen if not stap["bereikt_op"]), None)
    velden = {}
    if volgende is None:
        velden = {"einddatum": vandaag(), "resultaat": _("Afgerond in de demo")}
    else:
        volgende["bereikt_op"] = vandaag().isoformat()
    nieuw = [
        Stap(s["naam"], s["toelichting"], vandaag().fromisoformat(s["bereikt_op"]) if s["bereikt_op"] else None)
        for s in stappen
    ]
    registreer(Zaakgegevens(velden, stappen=nieuw), Partij.systeem(zaak.applicatie), pk=pk)


KNOPPEN: dict[str, Callable[[UUID], None]] = {
    "in_behandeling": _neem_in_behandeling,
    "antwoord": _antwoord_met_bericht,
    "bevestig": _bevestig,
    "heropen": _heropen,
    "trek_in": _trek_in,
    "volgende_stap": _volgende_stap,
}
