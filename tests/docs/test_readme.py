"""Wat README.md en docs/api.md zeggen, klopt met wat de portaal doet."""

import ast
import json
import re
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from portaal.demo.personen import PERSONEN
from portaal.demo.verhalen import OEFENHOSTS
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.webhooks import cloudevents, ondertekenen
from taken.handelingen import OvergangError, breek_af, heropen, verloop, verwerk, voer_uit
from taken.models import Status, Taak
from tests import wereld

WORTEL = Path(__file__).resolve().parents[2]
README = (WORTEL / "README.md").read_text()
API = (WORTEL / "docs" / "api.md").read_text()


# --- de curl --------------------------------------------------------------------------------------------------------
@dataclass
class Curl:
    """Een curl uit de documentatie, uitgelezen zoals een shell dat doet."""

    methode: str
    url: str
    koppen: dict[str, str]
    inhoud: str | None


def blokken(tekst: str, taal: str) -> list[str]:
    return re.findall(rf"^```{taal}\n(.*?)^```", tekst, re.DOTALL | re.MULTILINE)


def lees_curl(blok: str, **variabelen: str) -> Curl:
    for naam, waarde in variabelen.items():
        blok = blok.replace(f"${naam}", waarde)
    woorden = iter(shlex.split(blok.replace("\\\n", " ")))
    assert next(woorden) == "curl"
    curl = Curl("GET", "", {}, None)
    for woord in woorden:
        if woord == "-X":
            curl.methode = next(woorden)
        elif woord == "-H":
            naam, _, waarde = next(woorden).partition(": ")
            curl.koppen[naam] = waarde
        elif woord == "-d":
            curl.inhoud = next(woorden)
        else:
            curl.url = woord
    return curl


def stuur(client: Client, curl: Curl) -> Any:
    delen = urlsplit(curl.url)
    koppen = {n: w for n, w in curl.koppen.items() if n != "Content-Type"}
    soort = curl.koppen.get("Content-Type", "application/octet-stream")
    pad = delen.path + (f"?{delen.query}" if delen.query else "")
    return client.generic(curl.methode, pad, curl.inhoud or "", content_type=soort, headers=koppen)


@pytest.fixture
def token(db: None) -> str:
    """Het token van een zaaksysteem met dezelfde toegestane hosts als dat van de demo."""
    zaaksysteem = wereld.applicatie(formulier_hosts=OEFENHOSTS)
    return Token.maak(zaaksysteem, "documentatie", list(SCOPES))[1]


def test_de_curl_uit_de_readme_zet_een_taak_klaar_voor_fatima(client, token):
    [blok] = [b for b in blokken(README, "sh") if b.startswith("curl")]

    antwoord = stuur(client, lees_curl(blok.replace("<token>", token)))

    assert antwoord.status_code == 201
    fatima = next(p for p in PERSONEN if p.sleutel == "fatima")
    assert antwoord.json()["isToegewezenAan"].endswith(fatima.bsn)
    assert Taak.objects.als_systeem("test").filter(pk=antwoord.json()["uuid"], titel=antwoord.json()["titel"]).exists()


def test_de_stappen_uit_de_api_documentatie_werken_achter_elkaar(client, token):
    stappen = [b for b in blokken(API.split("## Voor wie")[0], "sh") if b.startswith("curl")]
    uuid, codes = "", []
    for blok in stappen:
        antwoord = stuur(client, lees_curl(blok, PORTAAL="http://testserver", TOKEN=token, TAAK=uuid))
        uuid = uuid or antwoord.json()["uuid"]
        codes.append(antwoord.status_code)

    assert codes == [201, 200, 200, 200, 200, 200]
    assert [taak["uuid"] for taak in antwoord.json()["results"]] == [uuid]


def test_de_fout_uit_de_api_documentatie_is_de_fout_die_komt(client, token):
    [blok] = [b for b in blokken(API.split("## Fouten")[1], "sh") if b.startswith("curl")]
    [voorbeeld] = blokken(API.split("## Fouten")[1], "json")

    antwoord = stuur(client, lees_curl(blok, PORTAAL="http://testserver", TOKEN=token))

    assert antwoord["Content-Type"] == "application/problem+json"
    assert antwoord.json() == json.loads(voorbeeld)


# --- tabellen -------------------------------------------------------------------------------------------------------
def rijen(tekst: str, kop: str) -> list[list[str]]:
    """De cellen van de tabel waarvan de kopregel zo begint."""
    regels = tekst[tekst.index(f"\n| {kop}") + 1 :].split("\n\n")[0].splitlines()
    return [[cel.strip() for cel in regel.strip("|").split("|")] for regel in regels[2:]]


def woorden(cel: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cel)


def test_de_api_documentatie_noemt_elke_scope():
    assert {woorden(rij[0])[0] for rij in rijen(API, "Scope |")} == set(SCOPES)


def test_de_api_documentatie_noemt_elke_status():
    assert {woorden(rij[0])[0] for rij in rijen(API, "Status | Betekent")} == set(Status.values)


STAPPEN: dict[Status, Callable[..., Taak]] = {
    Status.OPEN: heropen,
    Status.UITGEVOERD: voer_uit,
    Status.VERWERKT: verwerk,
    Status.AFGEBROKEN: breek_af,
    Status.NIET_UITGEVOERD: verloop,
}


def in_status(status: Status) -> Taak:
    """Een taak waarvan de termijn voorbij is, langs de gewone weg in deze status gebracht."""
    zaaksysteem = Partij.systeem(wereld.applicatie())
    taak = wereld.taak(dagen=-1)
    weg = {Status.OPEN: [], Status.VERWERKT: [Status.UITGEVOERD, Status.VERWERKT]}.get(status, [status])
    for stap in weg:
        STAPPEN[stap](taak.pk, zaaksysteem)
    return taak


@pytest.mark.parametrize("van", Status)
def test_de_overgangen_in_de_api_documentatie_zijn_die_van_de_portaal(db, van):
    tabel = {woorden(rij[0])[0]: set(woorden(rij[1])) for rij in rijen(API, "Van | Mag naar")}
    mag = set()
    for naar in set(Status) - {van}:
        taak = in_status(van)
        try:
            STAPPEN[naar](taak.pk, Partij.systeem(wereld.applicatie()))
        except OvergangError:
            continue
        mag.add(str(naar))

    assert mag == tabel[van]


# --- instellingen ---------------------------------------------------------------------------------------------------
GEEN = object()


def gelezen_instellingen() -> dict[str, Any]:
    """Elke `env.xxx("NAAM", …)` in settings.py, met de standaardwaarde als die er letterlijk staat."""
    gevonden: dict[str, Any] = {}
    for knoop in ast.walk(ast.parse((WORTEL / "portaal" / "settings.py").read_text())):
        if not (isinstance(knoop, ast.Call) and isinstance(knoop.func, ast.Attribute)):
            continue
        if not (isinstance(knoop.func.value, ast.Name) and knoop.func.value.id == "env"):
            continue
        naam = knoop.args[0]
        assert isinstance(naam, ast.Constant), "een instelling heeft een vaste naam"
        assert isinstance(naam.value, str)
        gegeven = [*knoop.args[1:], *(k.value for k in knoop.keywords if k.arg == "default")]
        gevonden[naam.value] = gegeven[0] if gegeven else GEEN
    return gevonden


INSTELLINGEN = gelezen_instellingen()
TABEL = {woorden(rij[0])[0]: rij for rij in rijen(README, "Naam | Waarvoor | Standaard")}


def test_de_tabel_noemt_precies_wat_settings_py_leest():
    assert sorted(TABEL) == sorted(INSTELLINGEN)


@pytest.mark.parametrize("naam", sorted(INSTELLINGEN))
def test_de_tabel_zegt_wat_zonder_instelling_geldt(naam):
    standaard, productie = TABEL[naam][2], TABEL[naam][3]
    waarde = INSTELLINGEN[naam]

    assert productie in ("verplicht", "invullen", "vrij")
    if waarde is GEEN:
        assert (standaard, productie) == ("–", "verplicht")
    elif isinstance(waarde, ast.Constant):
        verwacht = "leeg" if waarde.value == "" else f"`{waarde.value!s}`"
        assert standaard.startswith(verwacht)


def test_de_tabel_van_demo_en_tests_noemt_wat_zij_lezen():
    """Alleen wat iemand zelf zet; wat de demo aan haar eigen processen doorgeeft, hoort er niet in."""
    bronnen = [*WORTEL.glob("portaal/demo/*.py"), WORTEL / "tests/omgeving.py", *WORTEL.glob("scripts/*.py")]
    gelezen = {
        naam
        for bron in bronnen
        for naam in re.findall(r'(?:environ|basis|self\.env)\.get\("([A-Z_]+)"', bron.read_text())
    } - {"PATH", "PYTHONPATH", "PORTAAL_GEEN_BROWSER"}
    tabel = {naam for rij in rijen(README, "Naam | Waarvoor |\n") for naam in woorden(rij[0])}

    assert gelezen <= tabel | set(TABEL)
    overal = "".join(p.read_text() for p in [*bronnen, *WORTEL.glob("scripts/*.sh"), WORTEL / "Makefile"])
    assert {naam for naam in tabel if naam not in overal} == set()


# --- andere bladzijden voor wie een systeem aansluit -------------------------------------------------------------------
def test_de_stappen_van_koppelen_met_open_vtb_werken_achter_elkaar(client, token):
    tekst = (WORTEL / "docs" / "koppelen-open-vtb.md").read_text()
    stappen = [b for b in blokken(tekst, "sh") if b.startswith("curl")]
    codes = [stuur(client, lees_curl(b, PORTAAL="http://testserver", TOKEN=token)).status_code for b in stappen]
    assert codes == [201, 201, 200, 200]


def test_de_taak_van_common_gateway_komt_aan_zoals_de_tabel_zegt(client, token):
    tekst = (WORTEL / "docs" / "koppelen-common-gateway.md").read_text()
    [stap] = [b for b in blokken(tekst, "sh") if b.startswith("curl")]
    gemaakt = stuur(client, lees_curl(stap, PORTAAL="http://testserver", TOKEN=token))
    assert gemaakt.status_code == 201
    koppen = {"authorization": f"Token {token}"}
    pad = f"/kic/v1/taken/{gemaakt.json()['id']}"
    assert client.get(pad, headers=koppen).json()["title"] == "Stuur uw loonstrook op"
    assert client.get("/kic/v1/taken?status=open&page=1&pageSize=100", headers=koppen).json()["count"] == 1
    wijziging = {"status": "verwerkt"}
    assert client.patch(pad, wijziging, content_type="application/json", headers=koppen).status_code == 200
    assert client.delete(pad, headers=koppen).status_code == 204


def test_de_stappen_van_de_webhooks_werken_en_het_voorbeeld_keurt_de_handtekening_goed(client, token):
    tekst = (WORTEL / "docs" / "gebeurtenissen.md").read_text()
    stappen = [b for b in blokken(tekst, "sh") if b.startswith("curl")]
    uuid, geheim, codes = "", "", []
    for blok in stappen:
        antwoord = stuur(client, lees_curl(blok, PORTAAL="http://testserver", TOKEN=token, ABONNEMENT=uuid))
        uuid, geheim = uuid or antwoord.json()["uuid"], geheim or antwoord.json()["geheim"]
        codes.append(antwoord.status_code)
    assert codes == [201, 202, 200, 200]

    [voorbeeld] = blokken(tekst, "python")
    ruimte: dict[str, Any] = {}
    exec(voorbeeld, ruimte)
    nu = int(time.time())
    for moment, goed in ((nu, True), (nu - 3600, False)):
        koppen = ondertekenen.koppen([geheim], "kenmerk", moment, b"{}")
        assert ruimte["klopt"](geheim, koppen, b"{}") is goed
        assert ruimte["klopt"](geheim, koppen, b"{ }") is False


def test_het_voorbeeld_van_een_event_heeft_de_velden_die_de_portaal_stuurt(db):
    [voorbeeld] = blokken((WORTEL / "docs" / "gebeurtenissen.md").read_text(), "json")
    taak = wereld.taak()
    event = cloudevents.als_cloudevent(Gebeurtenis.objects.get(record_id=taak.pk))
    assert set(json.loads(voorbeeld)) == set(event)
    assert set(json.loads(voorbeeld)["data"]) == set(event["data"])
