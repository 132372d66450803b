"""Een nagespeelde GZAC, Open Notificaties en Open Formulieren, zo streng en zo beperkt als de echte.

`Gzac` stuurt wat de plugins portaaltaak en externe-klanttaak sturen, leest alleen wat zij lezen, en struikelt waar zij
struikelen (termijnen zonder Z, een ontbrekende sleutel, een documentpointer die nergens heen wijst).
`OpenNotificaties` is een echte HTTP-server die meldingen aanneemt, zo traag, dood of onwillig als de test wil.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt
import requests
from django.test import Client

V1_TYPE = "3e852115-277a-4570-873a-9a64be3aeb34"
V2_TYPE = "b4a617af-6969-45e8-9afd-d51e170716d5"
BERICHT_TYPE = "78731088-430f-49fd-9a4c-80ddd42ded28"
VERZOEK_TYPE = "021f685e-9482-4620-b157-34cd4003da6b"
ZAAKVERZOEK_TYPE = "7d9cd6c2-8147-46f2-9ae9-c67e8213c202"
GEHEIM = "een-geheim-van-meer-dan-tweeendertig-tekens"
TAAK_ID = "18af0b6a-967b-4f81-bb8e-a44988e0c2f0"
ZAAK = "https://openzaak.test/zaken/api/v1/zaken/5551a7c5-4e92-43e6-8d23-80359b7e22b7"


@dataclass
class Antwoord:
    """Wat een aanroep opleverde, gelijk voor testclient en netwerk."""

    status: int
    koppen: Mapping[str, str]
    json: Any


Verbinding = Callable[[str, str, dict[str, str], Any], Antwoord]


def langs_de_testclient(methode: str, url: str, koppen: dict[str, str], inhoud: Any) -> Antwoord:
    delen = urlsplit(url)
    pad = delen.path + (f"?{delen.query}" if delen.query else "")
    # Een vreemde Host: de adressen in het antwoord komen uit de koppeling, nooit hieruit.
    antwoord = Client().generic(
        methode,
        pad,
        json.dumps(inhoud) if inhoud is not None else "",
        content_type="application/json" if inhoud is not None else "application/octet-stream",
        headers={**koppen, "host": "localhost"},
    )
    return Antwoord(antwoord.status_code, dict(antwoord.headers), json.loads(antwoord.content or b"null"))


def langs_het_netwerk(methode: str, url: str, koppen: dict[str, str], inhoud: Any) -> Antwoord:
    antwoord = requests.request(methode, url, headers=koppen, json=inhoud, timeout=30)
    return Antwoord(antwoord.status_code, antwoord.headers, antwoord.json() if antwoord.content else None)


class GzacFout(Exception):
    """Hier zou GZAC een incident melden."""


def kotlin_object(json: Any) -> dict[str, Any]:
    """Wat Jackson van een antwoord eist (ObjectWrapper): anders is het een fout in GZAC."""
    url, uuid, type_, record = json["url"], UUID(json["uuid"]), json["type"], json["record"]
    assert urlsplit(url).scheme
    assert urlsplit(type_).scheme
    assert url.endswith(str(uuid))
    assert isinstance(record["typeVersion"], int)
    date.fromisoformat(record["startAt"])
    for dag in ("endAt", "registrationAt"):
        assert record.get(dag) is None or date.fromisoformat(record[dag])
    assert record.get("geometry") is None
    assert isinstance(record["data"], dict)
    return dict(json)


def kotlin_local_date_time(tekst: str | None) -> datetime | None:
    """LocalDateTime: met Z of zonder zone; +02:00 en een kale datum mislukken."""
    if tekst is None:
        return None
    if "T" not in tekst or tekst[10:].count("+") or tekst[10:].count("-"):
        raise GzacFout("verloopdatum is geen LocalDateTime")
    return datetime.fromisoformat(tekst.removesuffix("Z"))


@dataclass
class Gzac:
    """Een ongewijzigde GZAC met één taak in zijn proces."""

    basis: str
    token: str
    objecttype: str = V1_TYPE
    stuur: Verbinding = langs_de_testclient
    objecttypen: str = ""
    klaar: list[str] = field(default_factory=list)  # voltooide BPMN-taken
    bewaard: dict[str, Any] = field(default_factory=dict)  # wat via receiveData in de zaak kwam
    documenten: list[str] = field(default_factory=list)
    gezien: set[str] = field(default_factory=set)
    fouten: list[str] = field(default_factory=list)

    @property
    def type_url(self) -> str:
        return f"{self.objecttypen or self.basis}objecttypes/{self.objecttype}"

    def roep(self, methode: str, url: str, inhoud: Any = None, *, crs: str = "") -> Antwoord:
        koppen = {"Authorization": f"Token {self.token}", "Accept": "application/json, application/*+json"}
        if "accept" in crs:
            koppen["Accept-Crs"] = "EPSG:4326"
        if "content" in crs:
            koppen["Content-Crs"] = "EPSG:4326"
        return self.stuur(methode, url, koppen, inhoud)

    # --- §2.2 ------------------------------------------------------------------------------------------------------
    def maak(self, data: dict[str, Any], **erbij: Any) -> dict[str, Any]:
        antwoord = self.maak_ruw(data, **erbij)
        assert antwoord.status == 201, antwoord.json
        assert antwoord.koppen["Location"] == antwoord.json["url"]
        return kotlin_object(antwoord.json)

    def maak_ruw(self, data: dict[str, Any], **erbij: Any) -> Antwoord:
        inhoud = {
            "type": self.type_url,
            "record": {"typeVersion": 1, "data": data, "startAt": date.today().isoformat()},
            **erbij,
        }
        return self.roep("POST", f"{self.basis}objects", inhoud, crs="accept content")

    def haal(self, url: str) -> dict[str, Any]:
        antwoord = self.roep("GET", url)
        assert antwoord.status == 200, antwoord.json
        return kotlin_object(antwoord.json)

    def lijst(self, **vragen: str) -> Antwoord:
        tekst = "&".join(f"{naam}={waarde}" for naam, waarde in {"pageSize": "20", "page": "1", **vragen}.items())
        return self.roep("GET", f"{self.basis}objects?type={self.type_url}&{tekst}", crs="accept")

    def patch_v1(self, object_: dict[str, Any], status: str = "verwerkt") -> Antwoord:
        """Het hele record terug, met de velden die alleen te lezen zijn."""
        record = object_["record"]
        inhoud = {
            "type": object_["type"],
            "record": {
                "index": record["index"],
                "typeVersion": record["typeVersion"],
                "data": {**record["data"], "status": status},
                "startAt": record["startAt"],
                "registrationAt": record["registrationAt"],
                **({"endAt": record["endAt"]} if record.get("endAt") else {}),
            },
        }
        return self.roep("PATCH", object_["url"], inhoud, crs="content")

    def patch_v2(self, object_: dict[str, Any], status: str = "verwerkt") -> Antwoord:
        inhoud = {
            "type": object_["type"],
            "record": {
                "typeVersion": object_["record"]["typeVersion"],
                "data": {**object_["record"]["data"], "status": status},
                "startAt": date.today().isoformat(),
            },
        }
        return self.roep("PATCH", object_["url"], inhoud, crs="content")

    # --- §2.5 en 2.6 -----------------------------------------------------------------------------------------------
    def hoor(self, melding: dict[str, Any]) -> None:
        """De callback: dubbele vallen weg, en wat misgaat komt in `fouten` (een 204 is 'bewaard', niet 'gelukt')."""
        for naam in ("kanaal", "resourceUrl", "actie", "kenmerken"):
            assert naam in melding
        if melding.get("aanmaakdatum"):
            kotlin_local_date_time(melding["aanmaakdatum"])
        hash_ = hashlib.sha256(json.dumps(melding, sort_keys=True).encode()).hexdigest()
        if hash_ in self.gezien:
            return
        self.gezien.add(hash_)
        # Een abonnement op {objectType, actie: update}: de objecttype-url wordt letter voor letter vergeleken.
        if melding["kenmerken"].get("objectType") != self.type_url:
            return
        try:
            (self._v1 if self.objecttype == V1_TYPE else self._v2)(melding)
        except (GzacFout, AssertionError, KeyError) as fout:
            self.fouten.append(f"{type(fout).__name__}: {fout}")

    def _v1(self, melding: dict[str, Any]) -> None:
        if melding["kanaal"] != "objecten" or melding["actie"] != "update":
            return
        object_ = self.haal(melding["resourceUrl"])
        data = object_["record"]["data"]
        kotlin_local_date_time(data.get("verloopdatum"))
        if data["status"] not in ("open", "ingediend", "verwerkt", "gesloten"):
            raise GzacFout("onbekende status")
        if data["status"] != "ingediend":
            return
        if data["verzonden_data"] is None:
            raise GzacFout("verzonden_data is null")
        self._voltooi(data["verwerker_taak_id"], data["verzonden_data"])
        vers = self.haal(melding["resourceUrl"])
        assert self.patch_v1(vers).status == 200

    def _v2(self, melding: dict[str, Any]) -> None:
        if melding["kanaal"] != "objecten" and melding["actie"] != "update":
            return
        object_ = self.haal(melding["resourceUrl"])
        data = object_["record"]["data"]
        if data["status"] not in ("open", "afgerond", "verwerkt", "gesloten"):
            raise GzacFout("onbekende status")
        if data.get("koppeling") and data["koppeling"]["registratie"] not in ("zaak", "product"):
            raise GzacFout("onbekende registratie")
        if data["status"] != "afgerond":
            return
        self._voltooi(data["verwerker_taak_id"], data.get("portaalformulier", {}).get("verzonden_data", {}))
        assert self.patch_v2(object_).status == 200

    def _voltooi(self, taak_id: str, verzonden: dict[str, Any]) -> None:
        if taak_id not in ("", TAAK_ID) or taak_id in self.klaar:
            raise GzacFout("taak niet gevonden")
        for wijzer in self.ontvang:
            if wijzer.lstrip("/") not in verzonden:
                raise GzacFout(f"pointer {wijzer} bestaat niet")
        for wijzer in verzonden.get("documenten") or []:
            waarde = verzonden.get(wijzer.lstrip("/"))
            for adres in waarde if isinstance(waarde, list) else [waarde] if waarde else []:
                if not isinstance(adres, str):
                    raise GzacFout("document is geen adres")
                self.documenten.append(adres)
        self.bewaard = dict(verzonden)
        self.klaar.append(taak_id)

    ontvang: tuple[str, ...] = ()  # receiveData: pointers die moeten bestaan


class OpenNotificaties:
    """Een echte HTTP-server: neemt meldingen aan, controleert het JWT, en antwoordt wat de test klaarlegt."""

    def __init__(self) -> None:
        self.meldingen: list[dict[str, Any]] = []
        self.pogingen = 0
        self.antwoorden: list[int] = []  # eerst deze, daarna 201
        self.traag = 0.0
        self.kanalen: list[dict[str, Any]] = [{"naam": "objecten", "filters": []}]
        self.klachten: list[str] = []
        buiten = self

        class Afhandelaar(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def _klaar(self, status: int, inhoud: Any = None, **koppen: str) -> None:
                self.send_response(status)
                for naam, waarde in koppen.items():
                    self.send_header(naam, waarde)
                ruw = json.dumps(inhoud).encode() if inhoud is not None else b""
                self.send_header("Content-Length", str(len(ruw)))
                self.end_headers()
                self.wfile.write(ruw)

            def _bekend(self) -> bool:
                kop = self.headers.get("Authorization", "")
                try:
                    claims = jwt.decode(kop.removeprefix("Bearer "), GEHEIM, algorithms=["HS256"])
                except jwt.PyJWTError:
                    self._klaar(403)
                    return False
                if not {"iss", "iat", "client_id", "user_id", "user_representation"} <= set(claims):
                    buiten.klachten.append(f"claims: {sorted(claims)}")
                return True

            def do_GET(self) -> None:
                if self._bekend():
                    self._klaar(200, buiten.kanalen)

            def do_POST(self) -> None:
                inhoud = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self._bekend():
                    return
                if self.path.endswith("/kanaal"):
                    buiten.kanalen.append(inhoud)
                    self._klaar(201, inhoud)
                    return
                buiten.pogingen += 1
                time.sleep(buiten.traag)
                status = buiten.antwoorden.pop(0) if buiten.antwoorden else 201
                if status < 300:
                    buiten.meldingen.append(inhoud)
                self._klaar(status, inhoud, **({"Location": "/elders"} if status == 302 else {}))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Afhandelaar)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api/v1/"

    def __enter__(self) -> "OpenNotificaties":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *fout: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def bezorg(self, gzac: Gzac) -> None:
        """Geef door wat er binnen is, zoals de ronde van twintig seconden; elke melding één keer."""
        for melding in self.meldingen:
            gzac.hoor(melding)


@contextmanager
def dood_adres() -> Iterator[str]:
    """Een adres waar niemand luistert."""
    with OpenNotificaties() as on:
        url = on.url
    yield url


def v1(bsn: str, **velden: Any) -> dict[str, Any]:
    """Een portaaltaak zoals GZAC hem schrijft; null staat erin."""
    return {
        "identificatie": {"type": "bsn", "value": bsn},
        "data": {"lastname": "Jansen"},
        "title": "Aanvullende gegevens",
        "status": "open",
        "formulier": {"type": "id", "value": "aanvullende-gegevens"},
        "verwerker_taak_id": TAAK_ID,
        "zaak": None,
        "verloopdatum": "2099-09-03T10:15:30.000Z",
        "verzonden_data": {},
        **velden,
    }


def v2(bsn: str, **velden: Any) -> dict[str, Any]:
    """Een externe klanttaak zoals de plugin hem schrijft; wat leeg is ontbreekt."""
    return {
        "titel": "Vul uw inkomen aan",
        "status": "open",
        "soort": "portaalformulier",
        "identificatie": {"type": "bsn", "value": bsn},
        "koppeling": {"registratie": "zaak", "value": "5551a7c5-4e92-43e6-8d23-80359b7e22b7"},
        "verloopdatum": "2099-09-20T22:00:00.000Z",
        "eigenaar": "GZAC",
        "verwerker_taak_id": TAAK_ID,
        "portaalformulier": {
            "formulier": {"soort": "id", "value": "inkomen"},
            "data": {"voornaam": "Jan"},
            "verzonden_data": {},
        },
        **velden,
    }
