"""Een definitie van een adres op de lijst: opgehaald bij het maken, en nooit een weg naar binnen. Met een echte HTTP-server."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portaal.formulieren import herkomst
from portaal.formulieren.checks import adressen_kloppen
from portaal.formulieren.definitie import DefinitieFout
from portaal.gebeurtenissen.models import Gebeurtenis
from taken.models import Taak
from tests import wereld
from tests.taken.test_api import Systeem, body
from tests.verzoeken.conftest import maak_type
from verzoeken.models import VerzoektypeVersie

pytestmark = pytest.mark.django_db

FORMULIERTAKEN = "/taken/api/v1/formuliertaken"
FORMULIER = {"components": [{"type": "textfield", "key": "naam", "label": "Hoe heet u?"}]}
Antwoord = Callable[[BaseHTTPRequestHandler], None]


def json_antwoord(waarde: Any, status: int = 200) -> Antwoord:
    return ruw(json.dumps(waarde).encode(), status)


def ruw(inhoud: bytes, status: int = 200, **koppen: str) -> Antwoord:
    def antwoord(verzoek: BaseHTTPRequestHandler) -> None:
        verzoek.send_response(status)
        for naam, waarde in {"Content-Length": str(len(inhoud)), **koppen}.items():
            verzoek.send_header(naam, waarde)
        verzoek.end_headers()
        verzoek.wfile.write(inhoud)

    return antwoord


def druppelt(verzoek: BaseHTTPRequestHandler) -> None:
    """Nooit klaar en nooit stil."""
    verzoek.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            verzoek.wfile.write(b" ")
            verzoek.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def enorm(verzoek: BaseHTTPRequestHandler) -> None:
    """Een antwoord zonder einde."""
    verzoek.wfile.write(b'HTTP/1.1 200 OK\r\n\r\n{"components": "')
    try:
        while True:
            verzoek.wfile.write(b"a" * 65536)
    except OSError:
        return


class Server:
    """Een systeem met formulieren; `paden` zegt wat waar staat, `gevraagd` wat er gevraagd is."""

    def __init__(self) -> None:
        self.url, self.paden, self.gevraagd = "", dict[str, Antwoord](), list[str]()


@contextmanager
def start() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.gevraagd.append(self.path)
            server.paden.get(self.path.partition("?")[0], ruw(b"", 404))(self)

        def log_message(self, *args: Any) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    draad = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    draad.start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


@pytest.fixture
def elders(settings: Any) -> Iterator[Server]:
    cache.clear()
    with start() as server:
        settings.FORMULIER_ADRESSEN = [f"{server.url}/formulieren/"]
        settings.FORMULIER_INTERN = ["127.0.0.0/8"]
        yield server
    cache.clear()


@pytest.fixture
def zaaksysteem(client: Client) -> Systeem:
    alle = ("taken:lezen", "taken:schrijven", "verzoeken:lezen", "verzoektypen:schrijven")
    return Systeem(client, wereld.applicatie(), *alle)


def maak(zaaksysteem: Systeem, url: Any, titel: str = "Stuur uw loonstrook op") -> Any:
    return zaaksysteem.post(FORMULIERTAKEN, body(titel=titel, details={"formulierDefinitie": {"url": url}}))


def eis_geweigerd(antwoord: Any, code: str, url: str) -> str:
    """Een 400 die het adres noemt, en er is niets gemaakt."""
    assert antwoord.status_code == 400, antwoord.content
    (fout,) = antwoord.json()["invalidParams"]
    assert (fout["name"], fout["code"]) == ("details.formulierDefinitie.url", code)
    assert url in fout["reason"]
    assert not Taak.objects.als_systeem("een test").exists()
    assert not Gebeurtenis.objects.exists()
    return str(fout["reason"])


# --- goed -----------------------------------------------------------------------------------------------------------------
def test_een_definitie_van_een_adres_komt_in_de_taak_met_waar_en_wanneer(elders, zaaksysteem):
    elders.paden["/formulieren/inkomen.json"] = json_antwoord(FORMULIER)

    antwoord = maak(zaaksysteem, f"{elders.url}/formulieren/inkomen.json")

    assert antwoord.status_code == 201, antwoord.content
    definitie = antwoord.json()["details"]["formulierDefinitie"]
    assert definitie["components"] == FORMULIER["components"]
    assert definitie["herkomst"]["url"] == f"{elders.url}/formulieren/inkomen.json"
    assert definitie["herkomst"]["opgehaaldOp"].endswith("+00:00")


def test_wat_er_later_op_het_adres_staat_verandert_de_taak_niet_en_terugsturen_ook_niet(elders, zaaksysteem):
    elders.paden["/formulieren/a"] = json_antwoord(FORMULIER)
    gemaakt = maak(zaaksysteem, f"{elders.url}/formulieren/a").json()
    elders.paden["/formulieren/a"] = json_antwoord({"components": [{"type": "number", "key": "x", "label": "X"}]})
    cache.clear()

    adres = f"{FORMULIERTAKEN}/{gemaakt['uuid']}"
    assert zaaksysteem.put(adres, zaaksysteem.get(adres).json()).status_code == 200

    taak = Taak.objects.als_systeem("een test").get()
    assert taak.details["formulierDefinitie"]["components"] == FORMULIER["components"]
    assert Gebeurtenis.objects.filter(record_id=taak.pk).count() == 1


def test_hetzelfde_adres_wordt_niet_voor_elke_taak_opnieuw_gevraagd(elders, zaaksysteem):
    elders.paden["/formulieren/a"] = json_antwoord(FORMULIER)
    rijen = [
        body(titel=f"T{n}", taakSoort="formuliertaak", details={"formulierDefinitie": {"url": f"{elders.url}/formulieren/{p}"}})
        for n, p in enumerate(["a", "a", "dood", "dood", "a"])
    ]  # fmt: skip

    antwoord = zaaksysteem.post("/taken/api/v1/externetaken/_bulk", rijen)

    assert [u["status"] for u in json.loads(antwoord.getvalue())] == [201, 201, 400, 400, 201]
    assert elders.gevraagd == ["/formulieren/a", "/formulieren/dood"]


def test_zonder_cache_wordt_het_adres_gewoon_gevraagd(elders, zaaksysteem, monkeypatch):
    def weg(*args: Any, **kwargs: Any) -> Any:
        raise ConnectionError

    monkeypatch.setattr(cache, "get", weg)
    monkeypatch.setattr(cache, "set", weg)
    elders.paden["/formulieren/a"] = json_antwoord(FORMULIER)
    assert maak(zaaksysteem, f"{elders.url}/formulieren/a").status_code == 201


def test_een_verzoektype_haalt_zijn_formulier_van_een_adres(elders, zaaksysteem):
    type_ = maak_type(zaaksysteem.applicatie)
    elders.paden["/formulieren/a"] = json_antwoord(FORMULIER)
    versies = f"/verzoeken/api/v1/verzoektypen/{type_.pk}/versies"

    goed = zaaksysteem.post(versies, {"formulier": {"url": f"{elders.url}/formulieren/a"}})
    fout = zaaksysteem.post(versies, {"formulier": {"url": f"{elders.url}/formulieren/weg"}})

    assert goed.status_code == 201, goed.content
    assert goed.json()["formulier"]["herkomst"]["url"] == f"{elders.url}/formulieren/a"
    assert (fout.status_code, fout.json()["invalidParams"][0]["name"]) == (400, "formulier.url")
    assert VerzoektypeVersie.objects.filter(type=type_).count() == 2


# --- een buur die niet deugt ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("antwoord", "code"),
    [
        (ruw(b"<html>", 200), "not_json"),
        (ruw(b"[1, 2]", 200), "not_json"),
        (ruw(b"[" * 100_000, 200), "not_json"),
        (ruw(b"", 500), "unreachable"),
        (ruw(b"", 302, Location="/formulieren/goed"), "unreachable"),
        (enorm, "too_large"),
    ],
)
def test_wat_geen_goed_antwoord_is_maakt_niets_en_noemt_het_adres(elders, zaaksysteem, antwoord, code):
    elders.paden |= {"/formulieren/x": antwoord, "/formulieren/goed": json_antwoord(FORMULIER)}

    eis_geweigerd(maak(zaaksysteem, f"{elders.url}/formulieren/x?sleutel=geheim"), code, f"{elders.url}/formulieren/x")

    assert elders.gevraagd == ["/formulieren/x?sleutel=geheim"]  # een omleiding wordt niet gevolgd


def test_een_formulier_dat_de_portaal_niet_kan_tonen_noemt_elke_plek(elders, zaaksysteem):
    stuk = {"components": [{"type": "signature", "key": "a", "label": "A"}, {"type": "textfield", "key": "b"}]}
    elders.paden["/formulieren/x"] = json_antwoord(stuk)

    antwoord = maak(zaaksysteem, f"{elders.url}/formulieren/x")

    plek = "details.formulierDefinitie.url.components"
    fouten = {(f["name"], f["code"]) for f in antwoord.json()["invalidParams"]}
    assert fouten == {(f"{plek}.0.type", "unknown_component"), (f"{plek}.1.label", "required")}


def test_een_adres_dat_druppelt_houdt_de_aanvraag_niet_op(elders, zaaksysteem, monkeypatch):
    monkeypatch.setattr(herkomst, "GEHEEL", 0.5)
    elders.paden["/formulieren/x"] = druppelt

    reden = eis_geweigerd(maak(zaaksysteem, f"{elders.url}/formulieren/x"), "unreachable", elders.url)

    assert "duurde te lang" in reden


def test_een_dood_adres_is_een_duidelijke_fout(elders, zaaksysteem, settings):
    with socket.socket() as dood:
        dood.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{dood.getsockname()[1]}/"
        settings.FORMULIER_ADRESSEN = [url]
        assert "geen verbinding" in eis_geweigerd(maak(zaaksysteem, f"{url}x"), "unreachable", url)


# --- geen weg naar binnen -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "pad",
    [
        "/geheim.json", "/formulieren", "/formulierenx/a", "/formulieren/../geheim.json", "/formulieren/%2e%2e/geheim.json",
        "/formulieren/%252e%252e/geheim.json", "/formulieren/..%2fgeheim.json", "/formulieren/\\..\\geheim.json",
    ],
)  # fmt: skip
def test_een_pad_dat_niet_onder_het_adres_op_de_lijst_blijft_wordt_niet_gevraagd(elders, zaaksysteem, pad):
    eis_geweigerd(maak(zaaksysteem, f"{elders.url}{pad}"), "host_not_allowed", elders.url)
    assert elders.gevraagd == []


@pytest.mark.parametrize(
    "url",
    [
        "https://elders.voorbeeld.nl/a", "http://formulieren.voorbeeld.nl/a", "https://formulieren.voorbeeld.nl:8443/a",
        "https://formulieren.voorbeeld.nl.boef.example/a", "https://boef.example/#https://formulieren.voorbeeld.nl/",
        "https://formulieren.voorbeeld.nl@boef.example/a", "file:///etc/passwd", "https://[::1/", "a" * 2000,
    ],
)  # fmt: skip
def test_alleen_precies_het_adres_op_de_lijst(elders, zaaksysteem, settings, url):
    settings.FORMULIER_ADRESSEN = ["https://formulieren.voorbeeld.nl/"]
    eis_geweigerd(maak(zaaksysteem, url), "host_not_allowed", url[:200].partition("#")[0])


@pytest.mark.parametrize("url", [None, 3, [], {"a": 1}, ""])
def test_een_adres_is_tekst(elders, zaaksysteem, url):
    eis_geweigerd(maak(zaaksysteem, url), "invalid_type", "")


def test_zonder_lijst_komt_er_niets_van_een_adres(elders, zaaksysteem, settings):
    settings.FORMULIER_ADRESSEN = []
    eis_geweigerd(maak(zaaksysteem, f"{elders.url}/formulieren/a"), "host_not_allowed", elders.url)
    assert elders.gevraagd == []


def test_een_intern_adres_op_de_lijst_wordt_niet_gevraagd_tenzij_de_installatie_het_netwerk_noemt(
    elders, zaaksysteem, settings
):
    settings.FORMULIER_INTERN = []
    elders.paden["/formulieren/a"] = json_antwoord(FORMULIER)
    eis_geweigerd(maak(zaaksysteem, f"{elders.url}/formulieren/a"), "host_not_allowed", elders.url)
    assert elders.gevraagd == []


def test_een_naam_op_de_lijst_die_naar_binnen_wijst_wordt_niet_gevraagd(elders, zaaksysteem, settings, monkeypatch):
    settings.FORMULIER_ADRESSEN, settings.FORMULIER_INTERN = ["https://formulieren.voorbeeld.nl/"], []
    wijst_naar = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: wijst_naar)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("er is verbonden"))
    with pytest.raises(DefinitieFout) as fout:
        herkomst.haal("https://formulieren.voorbeeld.nl/a")
    assert fout.value.fouten[0][1] == "host_not_allowed"
    assert "intern netwerk" in fout.value.fouten[0][2]


@pytest.mark.parametrize(
    ("adressen", "intern", "aantal"),
    [
        (["https://a.nl/"], [], 0),
        (["http://a.nl/"], ["10.0.0.0/8"], 0),
        (["http://a.nl/"], [], 1),
        (["https://a.nl"], [], 1),
        (["a.nl/", "https:///"], [], 2),
        ([], ["nergens"], 1),
    ],
)
def test_de_start_controleert_de_lijst(settings, adressen, intern, aantal):
    settings.FORMULIER_ADRESSEN, settings.FORMULIER_INTERN = adressen, intern
    assert len(adressen_kloppen(None)) == aantal
