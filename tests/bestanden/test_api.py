"""Een back-office haalt op wat iemand meestuurde, en de Documenten API krijgt het eerst als zij is ingesteld."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest

from portaal.bestanden.models import Bestand
from portaal.betrokkenen.models import Grant
from portaal.logboek.models import Inzage
from taken.models import Taak
from tests import wereld
from tests.bestanden.conftest import PDF, bestand
from tests.bestanden.test_paginas import bij, ontvangen, stuur, verstuur
from tests.taken.test_api import Systeem

BASIS = "/bestanden/api/v1/bestanden"


@pytest.fixture
def verstuurd(fatima, taak, scanner) -> Bestand:
    stuur(fatima, taak, bewijs=[bestand("okt.pdf")])
    verstuur(fatima, taak)
    return bij(taak)[0]


@pytest.fixture
def systeem(client, gemeente) -> Systeem:
    return Systeem(client, gemeente, "bestanden:lezen")


def test_de_ontvanger_haalt_het_bestand_op_met_een_controlegetal(systeem, verstuurd, taak):
    lijst = systeem.get(BASIS, hoortBij=f"taak:{taak.pk}").json()
    (json_,) = lijst["results"]
    assert json_["bestandsnaam"] == "okt.pdf"
    assert json_["formaat"] == "application/pdf"
    assert json_["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert systeem.get(f"{BASIS}/{verstuurd.pk}").json() == json_
    antwoord = systeem.get(f"{BASIS}/{verstuurd.pk}/inhoud")
    assert b"".join(antwoord.streaming_content) == PDF
    assert antwoord["Repr-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(PDF).digest()).decode()}:"
    assert antwoord["Content-Disposition"].startswith("attachment")
    assert antwoord["Content-Type"] == "application/octet-stream"  # zoals het document zegt
    assert antwoord["X-Content-Type-Options"] == "nosniff"
    waarvoor = set(Inzage.objects.filter(record_id=verstuurd.pk).values_list("waarvoor", flat=True))
    assert waarvoor == {"api:bestanden-lijst", "api:bestand", "api:bestand-inhoud"}


def test_een_ander_systeem_of_zonder_scope_krijgt_niets(client, verstuurd, taak, gemeente):
    ander = Systeem(client, wereld.applicatie("Ander"), "bestanden:lezen")
    assert ander.get(BASIS).json()["results"] == []
    assert ander.get(BASIS, hoortBij=f"taak:{taak.pk}").json()["results"] == []
    assert ander.get(f"{BASIS}/{verstuurd.pk}").status_code == 404
    assert ander.get(f"{BASIS}/{verstuurd.pk}/inhoud").status_code == 404
    zonder = Systeem(client, gemeente, "taken:lezen")
    assert zonder.get(f"{BASIS}/{verstuurd.pk}/inhoud").status_code == 403
    assert client.get(f"{BASIS}/{verstuurd.pk}/inhoud").status_code == 401


def test_een_uitvoerder_met_toestemming_mag_het_lezen_binnen_zijn_categorie(client, verstuurd, gemeente):
    uitvoerder = wereld.applicatie("Open Formulieren")
    systeem = Systeem(client, uitvoerder, "bestanden:lezen")
    grant = Grant.objects.create(eigenaar=gemeente, uitvoerder=uitvoerder)
    assert systeem.get(f"{BASIS}/{verstuurd.pk}").status_code == 200
    grant.categorieen.add(wereld.categorie("iets-anders"))
    assert systeem.get(f"{BASIS}/{verstuurd.pk}").status_code == 404


def test_wat_niet_verstuurd_of_niet_gecontroleerd_is_bestaat_voor_een_systeem_niet(fatima, taak, systeem, scanner_weg):
    stuur(fatima, taak, bewijs=[bestand()])
    assert systeem.get(BASIS).json()["results"] == []
    assert systeem.get(f"{BASIS}/{bij(taak)[0].pk}/inhoud").status_code == 404


def test_een_vraag_die_niet_klopt_is_een_400(systeem):
    for vraag in ("taak", "taak:x", f"taak:{'-' * 36}"):
        assert systeem.get(BASIS, hoortBij=vraag).status_code == 400


# --- De Documenten API --------------------------------------------------------------------------------------------------
class DocumentenApi(BaseHTTPRequestHandler):
    """Een Documenten API die bewaart wat zij krijgt."""

    ontvangen: list[tuple[dict[str, Any], str]] = []
    status = 201

    def do_POST(self) -> None:
        inhoud = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.ontvangen.append((inhoud, self.headers["Authorization"]))
        body = json.dumps({"url": f"https://documenten.test/eio/{len(self.ontvangen)}"}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def documenten(settings: Any) -> Iterator[type[DocumentenApi]]:
    soort = type("Api", (DocumentenApi,), {"ontvangen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), soort)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.DOCUMENTEN_API_URL = f"http://127.0.0.1:{server.server_port}"
    settings.DOCUMENTEN_API_CLIENT_ID, settings.DOCUMENTEN_API_SECRET = "portaal", "geheim" * 10
    settings.DOCUMENTEN_API_BRONORGANISATIE = "000000000"
    settings.DOCUMENTEN_API_INFORMATIEOBJECTTYPE = "https://catalogi.test/1"
    yield soort
    server.shutdown()
    server.server_close()


def test_een_bestand_gaat_eerst_naar_de_documenten_api_en_dan_pas_het_antwoord(fatima, taak, scanner, documenten):
    stuur(fatima, taak, bewijs=[bestand("okt.pdf")])
    assert documenten.ontvangen == []
    verstuur(fatima, taak)
    ((document, kop),) = documenten.ontvangen
    assert base64.b64decode(document["inhoud"]) == PDF
    assert (document["bestandsnaam"], document["formaat"], document["bestandsomvang"]) == (
        "okt.pdf",
        "application/pdf",
        len(PDF),
    )
    assert document["integriteit"]["waarde"] == hashlib.sha256(PDF).hexdigest()
    assert jwt.decode(kop.removeprefix("Bearer "), "geheim" * 10, algorithms=["HS256"])["client_id"] == "portaal"
    (deel,) = ontvangen(taak)["bewijs"]
    assert (deel["url"], deel["storage"]) == ("https://documenten.test/eio/1", "documenten-api")


def test_neemt_de_documenten_api_het_niet_aan_dan_is_er_niets_verstuurd(fatima, taak, scanner, documenten, settings):
    stuur(fatima, taak, bewijs=[bestand()])
    documenten.status = 500
    antwoord = verstuur(fatima, taak)
    assert "Uw aanvraag kan nu niet worden verstuurd" in antwoord.content.decode()
    settings.DOCUMENTEN_API_URL, goed = "http://127.0.0.1:1", settings.DOCUMENTEN_API_URL
    verstuur(fatima, taak)
    assert Taak.objects.als_systeem("een test").get(pk=taak.pk).open
    settings.DOCUMENTEN_API_URL, documenten.status = goed, 201
    verstuur(fatima, taak)
    assert not Taak.objects.als_systeem("een test").get(pk=taak.pk).open
