"""Niet over elkaars wijziging heen schrijven: ETag en If-Match, op elk record van elke API."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portaal.api.models import Token
from portaal.api.scopes import SCOPES
from portaal.betrokkenen.models import Applicatie
from tests import wereld
from tests.verzoeken.conftest import FORMULIER

FATIMA = f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
TAAK = {"titel": "Stuur uw loonstrook op", "isToegewezenAan": FATIMA, "details": {"uitvraagLink": wereld.FORMULIER}}
# pad om te maken, wat, en een kleine wijziging
RECORDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "taak": ("/taken/api/v1/urltaken", TAAK, {"titel": "Stuur uw jaaropgave op"}),
    "bericht": (
        "/berichten/api/v1/berichten",
        {"onderwerp": "Besluit", "berichtTekst": "Tekst.", "ontvanger": FATIMA, "publicatiedatum": "2090-01-01T09:00:00Z"},
        {"onderwerp": "Ander besluit"},
    ),
    "zaak": ("/zaken/api/v1/zaken", {"identificatie": "Z-1", "omschrijving": "Aanvraag"}, {"omschrijving": "Andere aanvraag"}),
    "verzoektype": (
        "/verzoeken/api/v1/verzoektypen",
        {"naam": "Vraag iets aan", "code": "iets", "doelgroepen": ["inwoner"]},
        {"naam": "Vraag iets anders aan"},
    ),
    "abonnement": (
        "/webhooks/api/v1/abonnementen",
        {"naam": "GZAC", "callbackUrl": "https://gzac.voorbeeld.nl/haak"},
        {"naam": "GZAC 2"},
    ),
}  # fmt: skip


@pytest.fixture
def back_office(db: None) -> Any:
    return praat_als(wereld.applicatie())


def praat_als(applicatie: Applicatie) -> Any:
    client = Client(headers={"authorization": f"Token {Token.maak(applicatie, 'test', SCOPES)[1]}"})

    def doe(methode: str, url: str, inhoud: Any = None, **koppen: str) -> Any:
        extra = {"data": inhoud, "content_type": "application/json"} if inhoud is not None else {}
        return getattr(client, methode)(url.removeprefix("http://testserver"), headers=koppen, **extra)

    return doe


@pytest.mark.parametrize("soort", RECORDS)
def test_wie_een_oude_versie_noemt_overschrijft_niets(back_office: Any, soort: str) -> None:
    pad, nieuw, wijziging = RECORDS[soort]
    gemaakt = back_office("post", pad, nieuw)
    assert gemaakt.status_code == 201, gemaakt.content
    url, oud = gemaakt["Location"], gemaakt["ETag"]
    assert back_office("get", url)["ETag"] == oud
    gewijzigd = back_office("patch", url, wijziging, **{"If-Match": oud})
    assert gewijzigd.status_code == 200, gewijzigd.content
    assert gewijzigd["ETag"] not in ("", oud)
    te_laat = back_office("patch", url, wijziging | {next(iter(wijziging)): "Nog iets"}, **{"If-Match": oud})
    assert te_laat.status_code == 412
    assert te_laat.json()["code"] == "precondition_failed"
    assert back_office("get", url)["ETag"] == gewijzigd["ETag"]


def test_ook_het_formulier_van_een_verzoektype(back_office: Any) -> None:
    type_ = back_office("post", "/verzoeken/api/v1/verzoektypen", RECORDS["verzoektype"][1]).json()
    versie = back_office("post", f"{type_['url']}/versies", {"formulier": FORMULIER})
    mis = back_office("patch", versie["Location"], {"status": "published"}, **{"If-Match": '"oud"'})
    assert mis.status_code == 412
    goed = back_office("patch", versie["Location"], {"status": "published"}, **{"If-Match": versie["ETag"]})
    assert goed.json()["status"] == "published"


def test_zonder_if_match_mag_het_en_een_sterretje_is_elke_versie(back_office: Any) -> None:
    url = back_office("post", "/taken/api/v1/urltaken", TAAK)["Location"]
    assert back_office("patch", url, {"titel": "Een"}).status_code == 200
    assert back_office("patch", url, {"titel": "Twee"}, **{"If-Match": "*"}).status_code == 200
    assert back_office("delete", url, **{"If-Match": '"oud"'}).status_code == 412
    assert back_office("delete", url, **{"If-Match": back_office("get", url)["ETag"]}).status_code == 204


def test_van_een_ander_verraadt_if_match_niets(back_office: Any) -> None:
    url = back_office("post", "/taken/api/v1/urltaken", TAAK)["Location"]
    vreemd = praat_als(wereld.applicatie("Vreemd systeem"))
    assert vreemd("patch", url, {"titel": "x"}, **{"If-Match": "*"}).status_code == 404


def test_een_zaak_onder_haar_eigen_uuid_kent_if_match_ook(back_office: Any) -> None:
    pad = "/zaken/api/v1/zaken/3f8f0c8e-2f5e-4a3e-9d54-6b1f2d3c4b5a"
    etag = back_office("put", pad, {"omschrijving": "Aanvraag"})["ETag"]
    assert back_office("patch", pad, {"omschrijving": "Anders"}, **{"If-Match": '"oud"'}).status_code == 412
    assert back_office("patch", pad, {"omschrijving": "Anders"}, **{"If-Match": etag}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_van_twee_tegelijk_wint_er_een() -> None:
    applicatie = wereld.applicatie()
    gemaakt = praat_als(applicatie)("post", "/taken/api/v1/urltaken", TAAK)
    klaar = threading.Barrier(2)
    uitkomsten: list[int] = []

    def wijzig(titel: str) -> None:
        praat = praat_als(applicatie)
        klaar.wait(20)
        uitkomsten.append(
            praat("patch", gemaakt["Location"], {"titel": titel}, **{"If-Match": gemaakt["ETag"]}).status_code
        )
        connection.close()

    draden = [threading.Thread(target=wijzig, args=(f"titel {n}",)) for n in range(2)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert sorted(uitkomsten) == [200, 412]
