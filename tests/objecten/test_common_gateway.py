"""/kic/v1/taken: taken in de vorm klant.taak 0.0.4."""

import pytest

from portaal.api.models import Token
from portaal.betrokkenen.models import Grant
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import Partij
from taken.handelingen import voer_uit
from taken.models import Status, Taak, TaakSoort
from tests import wereld
from tests.objecten.gzac import TAAK_ID, ZAAK, Antwoord, langs_de_testclient

pytestmark = pytest.mark.django_db
TAKEN = "http://testserver/kic/v1/taken"


class Gateway:
    def __init__(self, applicatie, *scopes: str) -> None:
        self.token = Token.maak(applicatie, "cg", scopes or ("taken:lezen", "taken:schrijven"))[1]

    def roep(self, methode: str, url: str, inhoud=None) -> Antwoord:
        return langs_de_testclient(methode, url, {"Authorization": f"Token {self.token}"}, inhoud)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(wereld.applicatie("Common Gateway"))


def klanttaak(**velden):
    return {
        "title": "Stuur uw loonstrook op",
        "onderwerp": "Inkomen",
        "toelichting": "Wij willen weten hoeveel u verdiende.",
        "status": "open",
        "actie": {"type": "url", "value": "https://formulieren.voorbeeld.test/loonstrook"},
        "identificatie": {"type": "bsn", "value": wereld.BSN_FATIMA},
        "zaak": ZAAK,
        "data": [{"voornaam": "Fatima"}, {"naam": "plaats", "waarde": "Voorbeeld"}],
        "verloopdatum": "2099-11-24T12:00:00",
        "verwerker_taak_id": TAAK_ID,
        "extraData": [{"kanaal": "email"}],
        **velden,
    }


def taak(antwoord: Antwoord) -> Taak:
    return Taak.objects.als_systeem("test").get(pk=antwoord.json["id"])


def test_een_taak_maken_lezen_en_terugvinden(gateway):
    gemaakt = gateway.roep("POST", TAKEN, klanttaak())

    assert gemaakt.status == 201
    assert gemaakt.koppen["Location"] == f"{TAKEN}/{gemaakt.json['id']}"
    assert gemaakt.json == {**klanttaak(), "id": gemaakt.json["id"]}
    assert gateway.roep("GET", gemaakt.koppen["Location"]).json == gemaakt.json
    assert gateway.roep("GET", TAKEN).json["results"] == [gemaakt.json]
    assert gateway.roep("GET", f"{TAKEN}?status=verwerkt").json["count"] == 0
    bewaard = taak(gemaakt)
    assert (bewaard.soort, str(bewaard.einddatum_handelingstermijn)) == (TaakSoort.URLTAAK, "2099-11-24")
    assert bewaard.gegevens == {"voorinvullenGegevens": {"voornaam": "Fatima", "plaats": "Voorbeeld"}}


def test_nog_eens_sturen_maakt_er_geen_tweede(gateway):
    assert gateway.roep("POST", TAKEN, klanttaak()).json == gateway.roep("POST", TAKEN, klanttaak()).json
    assert Taak.objects.als_systeem("test").count() == 1


def test_alleen_een_titel_en_voor_wie_is_genoeg(gateway):
    gemaakt = gateway.roep("POST", TAKEN, {"title": "Kom langs", "identificatie": {"type": "KVK", "value": "69599084"}})

    assert gemaakt.status == 201
    assert taak(gemaakt).soort == TaakSoort.NIETDIGITAALTAAK


@pytest.mark.lang
def test_de_betrokkene_met_een_bsn_is_voor_wie_het_is(gateway):
    wie = [{"rolType": "x"}, {"betrokkene": {"naam": "Fatima", "inpBsn": wereld.BSN_FATIMA}}]

    gemaakt = gateway.roep("POST", TAKEN, {"title": "Kom langs", "betrokkenen": wie})

    assert taak(gemaakt).betrokkene_id == wereld.fatima()


def test_zonder_titel_of_geadresseerde_is_het_een_400_met_alles_tegelijk(gateway):
    antwoord = gateway.roep("POST", TAKEN, {"status": "klaar"})

    assert antwoord.status == 400
    assert antwoord.koppen["Content-Type"] == "application/problem+json"
    assert {p["name"] for p in antwoord.json["invalidParams"]} == {"title", "identificatie", "status"}


def test_de_status_gaat_mee_en_het_antwoord_komt_terug_als_lijst(gateway):
    gemaakt = gateway.roep("POST", TAKEN, klanttaak())
    url = gemaakt.koppen["Location"]
    applicatie = taak(gemaakt).applicatie
    voer_uit(taak(gemaakt).pk, Partij.systeem(applicatie), gegevens={"ontvangenGegevens": {"bruto": 1, "netto": ""}})
    lever_af()

    gehaald = gateway.roep("GET", url).json
    assert (gehaald["status"], gehaald["verzonden_data"]) == ("ingediend", [{"bruto": 1, "netto": ""}])
    assert gateway.roep("GET", f"{TAKEN}?status=ingediend").json["count"] == 1

    assert gateway.roep("PATCH", url, {"status": "verwerkt"}).json["status"] == "verwerkt"
    assert taak(gemaakt).status == Status.VERWERKT
    assert gateway.roep("PATCH", url, {"status": "gesloten"}).json["status"] == "gesloten"
    assert taak(gemaakt).status == Status.VERWERKT


@pytest.mark.lang
def test_intrekken(gateway):
    url = gateway.roep("POST", TAKEN, klanttaak()).koppen["Location"]

    assert gateway.roep("DELETE", url).status == 204
    assert gateway.roep("GET", url).status == 404


def test_een_ander_ziet_niets_en_wie_toestemming_heeft_mag_uitvoeren(gateway):
    gemaakt = gateway.roep("POST", TAKEN, klanttaak())
    url = gemaakt.koppen["Location"]
    ander = Gateway(wereld.applicatie("Belastingen"))
    for methode in ("GET", "PATCH", "DELETE"):
        assert ander.roep(methode, url, {"status": "verwerkt"} if methode == "PATCH" else None).status == 404

    uitvoerder = wereld.applicatie("Open Formulieren")
    Grant.objects.create(eigenaar=taak(gemaakt).applicatie, uitvoerder=uitvoerder)
    formulieren = Gateway(uitvoerder, "taken:lezen", "taken:uitvoeren")
    assert formulieren.roep("PATCH", url, {"title": "Anders"}).status == 403
    assert formulieren.roep("PATCH", url, {"verzonden_data": [{"bruto": 1}]}).json["status"] == "ingediend"


def test_een_onbekend_pad_en_een_verkeerde_methode_zijn_problem_json(gateway):
    for methode, url in (("GET", f"{TAKEN}/weg"), ("DELETE", TAKEN), ("GET", f"{TAKEN}?x=1")):
        antwoord = gateway.roep(methode, url)
        assert antwoord.status in (400, 404, 405)
        assert antwoord.koppen["Content-Type"] == "application/problem+json"
