"""Een nagespeelde GZAC met zijn Open Notificaties. Elke knop is een echte aanroep van de Objecten API, met een eigen token.

De meldingen die de worker stuurt komen hier binnen en staan in een bestand in de map van de demo.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import jwt
import requests
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portaal.betrokkenen.models import Applicatie
from portaal.demo.personen import Persoon, persoon
from portaal.formulieren.handelingen import zet_klaar
from portaal.inloggen.partij import PORTAAL
from portaal.objecten.models import Dialect, Koppeling, Objecttype
from portaal.tijd import vandaag

NAAM = "GZAC"
SCOPES = ("objecten:lezen", "objecten:schrijven")
NOTIFICATIES = "/demo/open-notificaties/api/v1/"
V1_TYPE = UUID("3e852115-277a-4570-873a-9a64be3aeb34")
V2_TYPE = UUID("b4a617af-6969-45e8-9afd-d51e170716d5")
TYPEN = {
    V1_TYPE: Dialect.V1,
    V2_TYPE: Dialect.V2,
    UUID("78731088-430f-49fd-9a4c-80ddd42ded28"): Dialect.BERICHT,
    UUID("021f685e-9482-4620-b157-34cd4003da6b"): Dialect.PRODUCTAANVRAAG,
    UUID("7d9cd6c2-8147-46f2-9ae9-c67e8213c202"): Dialect.ZAAKVERZOEK,
}
FORMULIER = "bereikbaarheid"
DEFINITIE = {
    "components": [
        {"type": "textfield", "key": "naam", "label": "Wie kunnen wij bellen?", "validate": {"required": True}},
        {"type": "phoneNumber", "key": "telefoon", "label": "Telefoonnummer", "validate": {"required": True}},
        {"type": "textarea", "key": "opmerking", "label": "Wilt u nog iets zeggen?"},
        {"type": "checkbox", "key": "avond", "label": "U mag mij ook 's avonds bellen"},
    ]
}
GEDAAN = ("ingediend", "afgerond")
WIE = ("fatima", "henk", "bakkerij")


def zet_koppeling_klaar(applicatie: Applicatie) -> None:
    """De koppeling van de demo, met objecttypen en een formulier; bestaat zij al, dan krijgt zij het adres van vandaag."""
    koppeling, nieuw = Koppeling.objects.get_or_create(applicatie=applicatie)
    if nieuw:
        koppeling.geheim = secrets.token_urlsafe(32)
        koppeling.client_id = "mijn-omgeving"
    koppeling.notificaties_url = settings.PORTAAL_URL + NOTIFICATIES
    koppeling.save()
    for uuid, dialect in TYPEN.items():
        Objecttype.objects.get_or_create(koppeling=koppeling, uuid=uuid, versie=1, defaults={"dialect": dialect})
    zet_klaar(FORMULIER, "Wie kunnen wij bellen", DEFINITIE, [applicatie], PORTAAL)


# --- de knoppen --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def gzac(request: HttpRequest) -> HttpResponse:
    """Wat GZAC in de portaal heeft staan, wat hij hoorde, en een knop per stap."""
    if request.method == "POST":
        doe = KNOPPEN.get(request.POST.get("wat", ""))
        if doe is None:
            raise Http404
        doe(request)
        return HttpResponseRedirect(request.path)
    context = {
        "objecten": _objecten(),
        "meldingen": _meldingen()[:12],
        "personen": [persoon(sleutel) for sleutel in WIE],
        "basis": f"{settings.PORTAAL_URL}/objecten/api/v2/",
    }
    return render(request, "demo/gzac.html", context)


def _wie(request: HttpRequest) -> Persoon:
    sleutel = request.POST.get("persoon", "")
    if sleutel not in WIE:
        raise Http404
    return persoon(sleutel)


def _identificatie(wie: Persoon) -> dict[str, str]:
    return {"type": "bsn", "value": wie.bsn} if wie.bsn else {"type": "kvk", "value": wie.kvk}


def _portaaltaak(request: HttpRequest) -> None:
    wie = _wie(request)
    _maak(
        V1_TYPE,
        {
            "identificatie": _identificatie(wie),
            "data": {"naam": wie.naam},
            "title": _("Geef door hoe wij u kunnen bereiken"),
            "status": "open",
            "formulier": {"type": "id", "value": FORMULIER},
            "verwerker_taak_id": str(uuid4()),
            "zaak": None,
            "verloopdatum": None,
            "verzonden_data": {},
        },
    )


def _klanttaak(request: HttpRequest) -> None:
    wie = _wie(request)
    _maak(
        V2_TYPE,
        {
            "titel": _("Controleer uw telefoonnummer"),
            "status": "open",
            "soort": "portaalformulier",
            "identificatie": _identificatie(wie),
            "eigenaar": NAAM,
            "verwerker_taak_id": str(uuid4()),
            "portaalformulier": {
                "formulier": {"soort": "id", "value": FORMULIER},
                "data": {"naam": wie.naam},
                "verzonden_data": {},
            },
        },
    )


def _onbekend_formulier(request: HttpRequest) -> None:
    """Een fout in de instellingen: de persoon leest hoe hij contact opneemt, en in het beheer staat een koppelfout."""
    _maak(
        V1_TYPE,
        {
            "identificatie": _identificatie(_wie(request)),
            "data": {},
            "title": _("Een taak met een formulier dat de portaal niet kent"),
            "status": "open",
            "formulier": {"type": "id", "value": "bestaat-niet"},
            "verwerker_taak_id": str(uuid4()),
            "zaak": None,
            "verloopdatum": None,
            "verzonden_data": {},
        },
    )


def _verwerk(request: HttpRequest) -> None:
    """Zoals GZAC na een melding: het object ophalen, en het hele object terug met status verwerkt."""
    object_ = next((o for o in _objecten() if o["uuid"] == request.POST.get("id")), None)
    if object_ is None:
        raise Http404
    record = {**object_["record"], "data": {**object_["record"]["data"], "status": "verwerkt"}}
    _roep("PATCH", f"objects/{object_['uuid']}", {"type": object_["type"], "record": record})


KNOPPEN: dict[str, Callable[[HttpRequest], None]] = {
    "portaaltaak": _portaaltaak,
    "klanttaak": _klanttaak,
    "onbekend": _onbekend_formulier,
    "verwerk": _verwerk,
}
# Voor het sjabloon: de woorden van de twee dialecten.
STATUSWOORD = {
    "open": gettext_lazy("open"),
    "ingediend": gettext_lazy("ingediend"),
    "afgerond": gettext_lazy("afgerond"),
    "verwerkt": gettext_lazy("verwerkt"),
    "gesloten": gettext_lazy("gesloten"),
}


# --- de aanroepen ------------------------------------------------------------------------------------------------------------
def _token() -> str:
    try:
        toegang = json.loads((settings.DEMO_MAP / "toegang.json").read_text())
        return str(next(a["token"] for a in toegang["applicaties"] if a["naam"] == NAAM))
    except (OSError, ValueError, KeyError, StopIteration) as fout:
        raise Http404 from fout


def _roep(methode: str, pad: str, inhoud: Any = None) -> Any:
    """Eén aanroep zoals GZAC haar doet; een weigering van de portaal is hier een fout."""
    antwoord = requests.request(
        methode,
        f"{settings.PORTAAL_URL}/objecten/api/v2/{pad}",
        json=inhoud,
        headers={"Authorization": f"Token {_token()}", "Content-Crs": "EPSG:4326", "Accept-Crs": "EPSG:4326"},
        timeout=20,
    )
    antwoord.raise_for_status()
    return antwoord.json()


def _maak(type_: UUID, data: dict[str, Any]) -> None:
    record = {"typeVersion": 1, "startAt": vandaag().isoformat(), "data": data}
    url = f"{settings.PORTAAL_URL}/objecten/api/v2/objecttypes/{type_}"
    _roep("POST", "objects", {"type": url, "record": record})


def _objecten() -> list[dict[str, Any]]:
    """De laatste objecten, nieuwste eerst, met wat het sjabloon wil weten."""
    objecten: list[dict[str, Any]] = _roep("GET", "objects?pageSize=500")["results"]
    for object_ in objecten:
        data = object_["record"]["data"]
        verzonden = data.get("verzonden_data") or (data.get("portaalformulier") or {}).get("verzonden_data")
        object_["titel"] = data.get("title") or data.get("titel") or data.get("onderwerp") or data.get("type")
        object_["status"] = STATUSWOORD.get(data.get("status"), data.get("status", ""))
        object_["te_verwerken"] = data.get("status") in GEDAAN
        object_["antwoord"] = json.dumps(verzonden, ensure_ascii=False, indent=2) if verzonden else ""
    return objecten[::-1][:20]


# --- Open Notificaties -------------------------------------------------------------------------------------------------------
@csrf_exempt
@require_http_methods(["GET", "POST"])
def kanaal(request: HttpRequest) -> HttpResponse:
    """De kanalen: er is er een."""
    if not _bekend(request):
        return HttpResponse(status=403)
    return JsonResponse([{"naam": "objecten", "filters": []}], safe=False)


@csrf_exempt
@require_http_methods(["POST"])
def notificaties(request: HttpRequest) -> HttpResponse:
    """Een melding komt binnen en wordt onthouden."""
    if not _bekend(request):
        return HttpResponse(status=403)
    melding = json.loads(request.body)
    with (settings.DEMO_MAP / "meldingen.jsonl").open("a") as bestand:
        bestand.write(json.dumps(melding) + "\n")
    return JsonResponse(melding, status=201)


def _bekend(request: HttpRequest) -> bool:
    koppeling = Koppeling.objects.filter(applicatie__naam=NAAM).first()
    if koppeling is None or not koppeling.geheim:
        return False
    kop = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        jwt.decode(kop, koppeling.geheim, algorithms=["HS256"])
    except jwt.PyJWTError:
        return False
    return True


def _meldingen() -> list[dict[str, Any]]:
    """Wat er binnenkwam, nieuwste eerst."""
    try:
        regels = (settings.DEMO_MAP / "meldingen.jsonl").read_text().splitlines()
    except OSError:
        return []
    return [json.loads(regel) for regel in regels[:-200:-1]]
