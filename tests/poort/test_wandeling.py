"""De wandeling: elk adres van portaal, API en beheer, met de sleutel van wat van een ander is.

De adressen komen uit de URLconf zelf, zodat een nieuw adres niet te vergeten is: staat het niet in adressen.py, dan
mislukt de eerste test en zegt waar de regel bij moet.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from portaal.betrokkenen.models import KetenpartnerLid
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.models import Medewerker
from portaal.uuid7 import uuid7
from tests import wereld
from tests.inloggen.hulp import log_in_beheer, sessie_voor
from tests.poort.adressen import API, BEHEER, BEHEER_ARGUMENTEN, BEHEER_OVERIG, PORTAAL, PUT_MAAKT_IETS_EIGENS, Adres
from tests.poort.records import MERK, NIVEAU, RECORDS, Wereld, token_van

pytestmark = pytest.mark.django_db

HENK = f"urn:nld:brp:bsn:{wereld.BSN_HENK}"
FATIMA = f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
DE_HOEK = f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}"
DORPSSTRAAT = f"{DE_HOEK}:vestigingsnummer:{wereld.VESTIGING_DE_HOEK}"
MARKT = f"{DE_HOEK}:vestigingsnummer:000012345679"
SLAGER = "urn:nld:hr:kvknummer:90001354"


# --- de adressen ----------------------------------------------------------------------------------------------------------
def routes(resolver: Any = None, begin: str = "") -> Iterator[str]:
    """Elke route van de URLconf, zoals adressen.py haar noemt."""
    for deel in (resolver or get_resolver()).url_patterns:
        patroon = deel.pattern
        tekst = str(patroon) if isinstance(patroon, RoutePattern) else _leesbaar(str(patroon))
        if isinstance(deel, URLResolver):
            yield from routes(deel, begin + tekst)
        elif isinstance(deel, URLPattern):
            yield begin + tekst


def _leesbaar(regex: str) -> str:
    """`^(?P<app_label>a|b)/$` als `<app_label>/`."""
    return re.sub(r"\(\?P(<\w+>)[^()]*\)", r"\1", regex).removeprefix("^").removesuffix("$")


def adres_van(route: str) -> Adres | None:
    """De regel bij deze route; voor een model in het beheer volgt zij uit `BEHEER`."""
    if route in PORTAAL or route in API or route in BEHEER_OVERIG:
        return (PORTAAL | API | BEHEER_OVERIG)[route]
    for model, ding in BEHEER.items():
        if route.startswith(f"beheer/{model}/"):
            namen = re.findall(r"<(?:\w+:)?(\w+)>", route)
            return Adres("van_iemand", {naam: BEHEER_ARGUMENTEN.get(naam, ding) for naam in namen})
    return None


def pad(route: str, w: Wereld) -> str:
    """Het adres met de dingen van deze eigenaar erin."""
    adres = adres_van(route)
    assert adres is not None
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda gevonden: quote(str(w.geef(adres.argumenten[gevonden[1]]))), route)


ALLE = sorted(set(routes()))
IN_BEHEER = [route for route in ALLE if route.startswith("beheer/") and adres_van(route) is not None]
IN_API = [route for route in ALLE if route in API]
IN_PORTAAL = [route for route in ALLE if route in PORTAAL]


def van_soort(routes_: list[str], *soorten: str) -> list[str]:
    return [route for route in routes_ if (adres := adres_van(route)) is not None and adres.soort in soorten]


def test_elk_adres_staat_op_de_lijst() -> None:
    nieuw = [route for route in ALLE if adres_van(route) is None]
    assert not nieuw, (
        "Nieuw adres zonder regel voor de wandeling. Zet in tests/poort/adressen.py bij PORTAAL, API of (een model) BEHEER:\n"
        + "\n".join(
            f'    "{route}": van_iemand(…),   # of lijst(), voor_ieder("reden"), openbaar("reden")' for route in nieuw
        )
    )


def test_wat_op_de_lijst_staat_bestaat() -> None:
    verdwenen = sorted((set(PORTAAL) | set(API) | set(BEHEER_OVERIG)) - set(ALLE))
    models = [model for model in BEHEER if not any(route.startswith(f"beheer/{model}/") for route in ALLE)]
    assert (verdwenen, models) == ([], []), "Weg uit de URLconf: haal de regel weg uit tests/poort/adressen.py."


def test_elk_argument_heeft_een_maker() -> None:
    zonder = []
    for route in ALLE:
        adres = adres_van(route)
        namen = set(re.findall(r"<(?:\w+:)?(\w+)>", route))
        if adres and (namen != set(adres.argumenten) or set(adres.argumenten.values()) - set(RECORDS)):
            zonder.append((route, dict(adres.argumenten)))
    assert not zonder, (
        f"Noem elk argument in tests/poort/adressen.py en maak het ding in tests/poort/records.py: {zonder}"
    )


def test_elk_openbaar_adres_heeft_een_reden() -> None:
    lijst = PORTAAL | API | BEHEER_OVERIG
    assert [r for r, a in lijst.items() if a.soort in ("openbaar", "voor_ieder", "medewerker") and not a.reden] == []


# --- de bezoekers ---------------------------------------------------------------------------------------------------------
def als(urn: str, **velden: Any) -> Client:
    """Een browser waarin iemand voor deze betrokkene is ingelogd."""
    client = Client()
    sessie_voor(client, Wereld(urn).eigenaar, velden.pop("niveau", NIVEAU), **velden)
    return client


def bedrijf(urn: str, **velden: Any) -> Client:
    """Iemand met eHerkenning."""
    return als(urn, middel="eherkenning", persoon_id=wereld.henk(), **velden)


def gemachtigde(w: Wereld, *diensten: str) -> Client:
    """Henk, gemachtigd door de eigenaar, maar voor een andere dienst."""
    return als(w.urn, persoon_id=wereld.henk(), diensten=list(diensten))


def ketenpartner(rol: str = "beheerder", naam: str = "Notariskantoor De Waal") -> Client:
    """Iemand van een ketenpartner van de demo."""
    zet_ketenpartners_klaar()
    leden = KetenpartnerLid.objects.select_related("ketenpartner")
    lid = leden.get(rol=rol, ketenpartner__naam=naam)
    client = Client()
    wie = {"persoon_id": lid.persoon_id, "lid": lid, "middel": "ketenpartner"}
    sessie_voor(client, lid.ketenpartner.betrokkene_id, NIVEAU, **wie)
    return client


BEZOEKERS: dict[str, tuple[str, Callable[[Wereld], Client]]] = {
    "een andere inwoner": (FATIMA, lambda w: als(HENK)),
    "een bedrijf bij een inwoner": (FATIMA, lambda w: bedrijf(DE_HOEK)),
    "een machtiging zonder die dienst": (FATIMA, lambda w: gemachtigde(w, "een-andere-dienst")),
    "een machtiging voor niets": (FATIMA, lambda w: gemachtigde(w)),
    "een ketenpartner": (FATIMA, lambda w: ketenpartner()),
    "een ander bedrijf": (DE_HOEK, lambda w: bedrijf(SLAGER)),
    "een vestiging bij het hele bedrijf": (DE_HOEK, lambda w: bedrijf(DORPSSTRAAT, beperkt_tot_vestiging=True)),
    "een andere vestiging": (DORPSSTRAAT, lambda w: bedrijf(MARKT, beperkt_tot_vestiging=True)),
    "een ander bedrijf bij een vestiging": (DORPSSTRAAT, lambda w: bedrijf(SLAGER)),
}


def wereld_van(urn: str) -> Wereld:
    w = Wereld(urn, Doelgroep.INWONER if urn == FATIMA else Doelgroep.ONDERNEMER)
    w.alles()
    return w


def meld(fouten: list[str]) -> None:
    assert not fouten, "\n" + "\n".join(fouten)


# --- portaal --------------------------------------------------------------------------------------------------------------
def test_wie_niet_is_ingelogd_gaat_naar_het_inloggen() -> None:
    w, client, fouten = wereld_van(FATIMA), Client(), []
    for route in van_soort(IN_PORTAAL, "van_iemand", "van_ketenpartner", "lijst", "voor_ieder"):
        for methode in ("get", "post"):
            antwoord = getattr(client, methode)(pad(route, w))
            if antwoord.status_code != 302 or not antwoord.headers["Location"].startswith("/inloggen"):
                fouten.append(f"{methode} {route}: {antwoord.status_code}")
    meld(fouten)


def test_een_openbaar_adres_vraagt_geen_inlog_en_toont_niets_van_een_ander() -> None:
    w, client, fouten = wereld_van(FATIMA), Client(raise_request_exception=False), []
    for route in van_soort(ALLE, "openbaar"):
        antwoord = client.get(pad(route, w))
        naar_login = antwoord.headers.get("Location", "").startswith("/inloggen?")
        if naar_login or MERK in antwoord.content.decode(errors="replace"):
            fouten.append(f"{route}: {antwoord.status_code}")
    meld(fouten)


# Bij elke `make test` de vijf die elk een eigen regel van de poort raken; de rest loopt mee in `make test-lang`.
ALTIJD = {
    "een andere inwoner",
    "een machtiging zonder die dienst",
    "een ander bedrijf",
    "een vestiging bij het hele bedrijf",
    "een andere vestiging",
}


@pytest.mark.parametrize(
    "bezoeker", [naam if naam in ALTIJD else pytest.param(naam, marks=pytest.mark.lang) for naam in BEZOEKERS]
)
def test_wat_van_een_ander_is_bestaat_niet(bezoeker: str) -> None:
    urn, log_in = BEZOEKERS[bezoeker]
    w, fouten = wereld_van(urn), []
    client = log_in(w)
    for route in van_soort(IN_PORTAAL, "van_iemand"):
        statussen = {m: getattr(client, m)(pad(route, w)).status_code for m in ("get", "post")}
        if 404 not in statussen.values() or set(statussen.values()) - {404, 405}:
            fouten.append(f"{route}: {statussen}")
    for route in van_soort(IN_PORTAAL, "lijst", "voor_ieder"):
        antwoord = client.get(pad(route, w))
        goed = antwoord.status_code == 200 or adres_van(route).soort == "voor_ieder"  # type: ignore[union-attr]
        if not goed or w.verklapt(antwoord):
            fouten.append(f"{route}: {antwoord.status_code}, of iets van een ander")
    meld(fouten)


NIET_VOOR_DE_EIGENAAR = {
    "taken/<uuid:uuid>/terugmelding": "alleen voor een ketenpartner",
    "taken/<uuid:uuid>/ontvangst.pdf": "pas als er iets is verstuurd",
    "bestanden/<uuid:uuid>": "van dit bestand staat de inhoud niet in de opslag; tests/bestanden haalt er wel een op",
}


@pytest.mark.parametrize("urn", [FATIMA, DE_HOEK, DORPSSTRAAT])
def test_de_eigenaar_ziet_alles_wel(urn: str) -> None:
    """Zonder deze test zou een portaal die iedereen weigert de hele wandeling doorstaan."""
    w, fouten = wereld_van(urn), []
    client = als(urn) if urn == FATIMA else bedrijf(urn)
    for route in van_soort(IN_PORTAAL, "lijst", "van_iemand"):
        if route in NIET_VOOR_DE_EIGENAAR:
            continue
        antwoord = client.get(pad(route, w), follow=True)
        if antwoord.status_code not in (200, 405) or (antwoord.status_code == 200 and not w.verklapt(antwoord)):
            fouten.append(f"{route}: {antwoord.status_code}")
    meld(fouten)


def test_het_bedrijf_ziet_wat_aan_zijn_vestiging_is_gericht() -> None:
    w = wereld_van(DORPSSTRAAT)
    client = bedrijf(DE_HOEK)
    assert client.get(pad("taken/<uuid:uuid>", w)).status_code == 200


def test_met_een_te_lage_inlog_ziet_de_eigenaar_de_weg_omhoog_en_geen_inhoud() -> None:
    w, fouten = wereld_van(FATIMA), []
    client = als(FATIMA, niveau=NIVEAU - 1)
    for route in van_soort(IN_PORTAAL, "van_iemand", "lijst", "voor_ieder"):
        if route.startswith("demo/"):
            continue  # een systeem van een ander, dat geen niveaus kent
        for methode in ("get", "post"):
            antwoord = getattr(client, methode)(pad(route, w))
            if antwoord.status_code in (302, 303):
                antwoord = client.get(antwoord.headers["Location"])
            tekst = antwoord.content.decode()
            if MERK in tekst:
                fouten.append(f"{methode} {route}: toont de inhoud")
            elif route in MET_WEG_OMHOOG and methode == "get" and "niveau=3" not in tekst:
                fouten.append(f"{methode} {route}: geen weg omhoog ({antwoord.status_code})")
    meld(fouten)


# Waar de weg omhoog op de pagina zelf staat.
MET_WEG_OMHOOG = {
    "taken/<uuid:uuid>",
    "taken/<uuid:uuid>/formulier",
    "taken/<uuid:uuid>/controle",
    "berichten/<uuid:uuid>",
    "zaken/<uuid:uuid>",
    "verzoeken/<uuid:uuid>",
    "verzoeken/nieuw/<slug:code>",
    "zaken/<uuid:zaak>/verzoek/<slug:code>",
}


# --- mijn organisatie -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wie", "mag"),
    [
        ("een inwoner", {404, 405}),
        ("een bedrijf", {404, 405}),
        ("een behandelaar", {403, 405}),
        ("een lezer", {403, 405}),
        ("de beheerder van een andere ketenpartner", {200, 404, 405}),
    ],
)
def test_alleen_de_beheerder_van_de_ketenpartner_komt_bij_zijn_organisatie(wie: str, mag: set[int]) -> None:
    w, fouten = Wereld(FATIMA), []
    w.geef("lid"), w.geef("uitnodiging")
    client = {
        "een inwoner": lambda: als(FATIMA),
        "een bedrijf": lambda: bedrijf(DE_HOEK),
        "een behandelaar": lambda: ketenpartner("behandelaar"),
        "een lezer": lambda: ketenpartner("lezer"),
        "de beheerder van een andere ketenpartner": lambda: ketenpartner("beheerder", "Straatwerk Reparaties BV"),
    }[wie]()
    for route in van_soort(IN_PORTAAL, "van_ketenpartner"):
        for methode in ("get", "post"):
            antwoord = getattr(client, methode)(pad(route, w))
            if antwoord.status_code not in mag or MERK in antwoord.content.decode():
                fouten.append(f"{methode} {route}: {antwoord.status_code}")
    meld(fouten)


# --- API ------------------------------------------------------------------------------------------------------------------
UUID_IN_PAD = r"[0-9a-f]{8}-[0-9a-f-]{27}"
METHODEN = ("get", "put", "patch", "delete")


def test_de_api_zonder_token_zegt_401() -> None:
    w, fouten = wereld_van(FATIMA), []
    client = als(FATIMA)  # ook wie in de portaal is ingelogd heeft hier geen toegang
    for route in van_soort(IN_API, "van_iemand", "van_applicatie", "lijst", "voor_ieder"):
        for methode in (*METHODEN, "post"):
            status = getattr(client, methode)(pad(route, w), data={}, content_type="application/json").status_code
            if status != 401:
                fouten.append(f"{methode} {route}: {status}")
    meld(fouten)


def test_een_andere_applicatie_vindt_in_de_api_niets() -> None:
    w, client, fouten = wereld_van(FATIMA), Client(), []
    kop = token_van(wereld.applicatie("Belastingen"))
    for route in van_soort(IN_API, "van_iemand", "van_applicatie"):
        for methode in METHODEN:
            if methode == "put" and route in PUT_MAAKT_IETS_EIGENS:
                continue
            stuk = {"data": {}, "content_type": "application/json"} if methode != "get" else {}
            antwoord = getattr(client, methode)(pad(route, w), headers=kop, **stuk)
            if antwoord.status_code not in (404, 405):
                # Een controle op vorm mag eerst komen, als zij bij een sleutel die niet bestaat precies hetzelfde zegt.
                onbekend = re.sub(UUID_IN_PAD, str(uuid7()), pad(route, w))
                ander = getattr(client, methode)(onbekend, headers=kop, **stuk)
                if antwoord.status_code < 400 or ander.status_code != antwoord.status_code:
                    fouten.append(f"{methode} {route}: {antwoord.status_code}")
            if MERK in antwoord.content.decode():
                fouten.append(f"{methode} {route}: toont het merkteken")
    for route in van_soort(IN_API, "lijst", "voor_ieder"):
        antwoord = client.get(pad(route, w), headers=kop)
        if antwoord.status_code not in (200, 405) or w.verklapt(antwoord):
            fouten.append(f"get {route}: {antwoord.status_code}")
    meld(fouten)


def test_de_eigen_applicatie_vindt_in_de_api_alles() -> None:
    w, client, fouten = wereld_van(FATIMA), Client(), []
    kop = token_van(w.applicatie)
    for route in van_soort(IN_API, "van_iemand", "lijst"):
        antwoord = client.get(pad(route, w), headers=kop)
        if antwoord.status_code != 200 or not w.verklapt(antwoord):
            fouten.append(f"get {route}: {antwoord.status_code}")
    meld(fouten)


# --- beheer ---------------------------------------------------------------------------------------------------------------
def zonder_rechten() -> Client:
    client = Client()
    medewerker: Medewerker = log_in_beheer(client)
    medewerker.groups.clear()
    return client


@pytest.mark.parametrize("wie", ["niemand", "Fatima zelf"])
def test_het_beheer_is_alleen_voor_medewerkers(wie: str) -> None:
    w, fouten = wereld_van(FATIMA), []
    client = Client() if wie == "niemand" else als(FATIMA)
    for route in van_soort(IN_BEHEER, "van_iemand", "medewerker"):
        for methode in ("get", "post"):
            antwoord = getattr(client, methode)(pad(route, w))
            naar = antwoord.headers.get("Location", "")
            if antwoord.status_code != 302 or not naar.startswith(("/beheer/login/", "/beheer/inloggen")):
                fouten.append(f"{methode} {route}: {antwoord.status_code} {naar}")
    meld(fouten)


def test_een_medewerker_zonder_het_recht_krijgt_403() -> None:
    w, client, fouten = wereld_van(FATIMA), zonder_rechten(), []
    for route in van_soort(IN_BEHEER, "van_iemand"):
        # De pagina's van Django zelf vragen voor GET en POST hetzelfde recht; de eigen pagina's lopen wij allebei af.
        for methode in ("get", "post") if "<path:object_id>" not in route else ("get",):
            antwoord = getattr(client, methode)(pad(route, w))
            # Een verwijzing binnen hetzelfde model mag; daar staat dan de 403.
            naar = antwoord.headers.get("Location")
            status = client.get(urljoin(pad(route, w), naar)).status_code if naar else antwoord.status_code
            if status not in (403, 405) or MERK in antwoord.content.decode():
                fouten.append(f"{methode} {route}: {antwoord.status_code} {status}")
    for route in van_soort(IN_BEHEER, "medewerker"):
        antwoord = client.get(pad(route, w))
        if MERK in antwoord.content.decode(errors="replace"):
            fouten.append(f"get {route}: toont het merkteken")
    meld(fouten)


@pytest.mark.lang
def test_een_beheerder_komt_er_wel() -> None:
    w, client, fouten = wereld_van(FATIMA), Client(), []
    log_in_beheer(client)
    for model in BEHEER:
        bladen = [f"beheer/{model}/", f"beheer/{model}/<path:object_id>/change/"]
        if model == "portaal_betrokkenen/betrokkene":
            bladen.pop()  # over een betrokkene zelf is niets te bekijken
        antwoorden = {route: client.get(pad(route, w)).status_code for route in bladen}
        if set(antwoorden.values()) != {200}:
            fouten.append(str(antwoorden))
    meld(fouten)
