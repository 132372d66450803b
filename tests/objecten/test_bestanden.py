"""Bestanden: wat iemand met een taak meestuurt kan GZAC ophalen, met de middelen die hij al heeft. Alles over HTTP."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
import requests
from django.db import connection

from portaal.api.models import Token
from portaal.formulieren.handelingen import zet_klaar
from portaal.inloggen.partij import PORTAAL
from taken.models import Status, Taak
from tests import wereld
from tests.bestanden.conftest import FORMULIER, PDF, bestand, map_, scanner, start_scanner  # noqa: F401
from tests.bestanden.test_paginas import stuur, verstuur
from tests.objecten.conftest import SCOPES, maak_koppeling
from tests.objecten.gzac import Gzac, langs_het_netwerk, v1
from tests.paginas.conftest import Persoon, fatima  # noqa: F401

pytestmark = pytest.mark.lang
GEHEIMEN = {"portaal": "geheim-van-de-portaal-van-meer-dan-32", "gzac": "geheim-van-gzac-van-meer-dan-32-tekens"}


class DocumentenApi:
    """Een Documenten API (ZGW) die bewaart wat zij krijgt en teruggeeft aan wie zij kent."""

    def __init__(self) -> None:
        self.documenten: list[dict[str, Any]] = []
        self.door: list[str] = []
        buiten = self

        class Afhandelaar(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                return

            def _wie(self) -> str:
                bewijs = self.headers["Authorization"].removeprefix("Bearer ")
                wie = str(jwt.decode(bewijs, options={"verify_signature": False})["client_id"])
                jwt.decode(bewijs, GEHEIMEN[wie], algorithms=["HS256"])
                return wie

            def _antwoord(self, status: int, inhoud: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(inhoud)))
                self.end_headers()
                self.wfile.write(inhoud)

            def do_POST(self) -> None:
                buiten.door.append(self._wie())
                buiten.documenten.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                url = f"{buiten.url}/enkelvoudiginformatieobjecten/{len(buiten.documenten) - 1}"
                self._antwoord(201, json.dumps({"url": url}).encode())

            def do_GET(self) -> None:
                buiten.door.append(self._wie())
                nummer = int(self.path.removesuffix("/download").rpartition("/")[2])
                self._antwoord(200, base64.b64decode(buiten.documenten[nummer]["inhoud"]))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Afhandelaar)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def documenten(settings: Any) -> Iterator[DocumentenApi]:
    api = DocumentenApi()
    threading.Thread(target=api.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.DOCUMENTEN_API_URL = api.url
    settings.DOCUMENTEN_API_CLIENT_ID, settings.DOCUMENTEN_API_SECRET = "portaal", GEHEIMEN["portaal"]
    settings.DOCUMENTEN_API_BRONORGANISATIE = "000000000"
    settings.DOCUMENTEN_API_INFORMATIEOBJECTTYPE = "https://catalogi.test/1"
    yield api
    api.server.shutdown()
    api.server.server_close()


@pytest.fixture
def gzac_op_afstand(
    request: pytest.FixtureRequest, transactional_db: None, open_notificaties: Any, settings: Any, monkeypatch: Any
) -> Gzac:
    """Een GZAC die de portaal alleen over het netwerk kent, met een token dat ook bestanden mag ophalen."""
    # Elke verbinding sluit na haar verzoek: anders staat de testdatabase aan het eind nog open.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    live_server = request.getfixturevalue("live_server")
    settings.PORTAAL_URL = live_server.url
    basis = f"{live_server.url}/objecten/api/v2/"
    koppeling = maak_koppeling(wereld.applicatie("GZAC"), open_notificaties.url, basis_url=basis, objecttypen_url="")
    zet_klaar("met-bewijs", "Met bewijs", FORMULIER, [koppeling.applicatie], PORTAAL)
    geheim = Token.maak(koppeling.applicatie, "GZAC", [*SCOPES, "bestanden:lezen"])[1]
    return Gzac(basis, geheim, stuur=langs_het_netwerk)


def doe(gzac: Gzac, wie: Persoon) -> Taak:
    """GZAC vraagt om bewijs; de persoon stuurt twee bestanden, langs de pagina's."""
    gemaakt = gzac.maak(v1(wie.bsn, formulier={"type": "id", "value": "met-bewijs"}, data={}))
    taak = Taak.objects.als_systeem("test").get(pk=gemaakt["uuid"])
    stuur(wie, taak, bewijs=[bestand("okt.pdf"), bestand("nov.pdf", PDF + b"\n")])
    assert verstuur(wie, taak).status_code == 302
    return taak


def test_gzac_haalt_de_bestanden_met_zijn_eigen_toegang_uit_de_documenten_api(
    gzac_op_afstand: Gzac,
    fatima: Persoon,  # noqa: F811
    scanner: None,  # noqa: F811
    documenten: DocumentenApi,
    werkers: Any,
) -> None:
    gzac_op_afstand.ontvang = ("/naam", "/bewijs", "/foto", "/documenten")
    taak = doe(gzac_op_afstand, fatima)
    werkers(gzac_op_afstand)

    assert gzac_op_afstand.fouten == []
    assert gzac_op_afstand.bewaard["documenten"] == ["/bewijs"]  # de foto stuurde zij niet mee
    assert gzac_op_afstand.bewaard["foto"] == []
    bewijs = jwt.encode({"iss": "gzac", "iat": 0, "client_id": "gzac"}, GEHEIMEN["gzac"], algorithm="HS256")
    opgehaald = [
        requests.get(f"{adres}/download", headers={"Authorization": f"Bearer {bewijs}"}, timeout=30).content
        for adres in gzac_op_afstand.documenten
    ]
    assert opgehaald == [PDF, PDF + b"\n"]
    assert documenten.door == ["portaal", "portaal", "gzac", "gzac"]
    taak.refresh_from_db()
    assert taak.status == Status.VERWERKT


def test_zonder_documenten_api_wijst_geen_pointer_ergens_heen_en_haalt_gzac_ze_bij_de_portaal(
    gzac_op_afstand: Gzac,
    fatima: Persoon,  # noqa: F811
    scanner: None,  # noqa: F811
    werkers: Any,
) -> None:
    gzac_op_afstand.ontvang = ("/bewijs", "/documenten")
    doe(gzac_op_afstand, fatima)
    werkers(gzac_op_afstand)

    assert gzac_op_afstand.fouten == []
    assert (gzac_op_afstand.bewaard["documenten"], gzac_op_afstand.documenten) == ([], [])
    koppen = {"Authorization": f"Token {gzac_op_afstand.token}"}
    opgehaald = [requests.get(adres, headers=koppen, timeout=30) for adres in gzac_op_afstand.bewaard["bewijs"]]
    assert [antwoord.content for antwoord in opgehaald] == [PDF, PDF + b"\n"]
    assert requests.get(gzac_op_afstand.bewaard["bewijs"][0], timeout=30).status_code == 401
