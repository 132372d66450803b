"""De Verzoeken-API zoals een back-office haar gebruikt."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portaal.api.models import Token
from portaal.logboek.models import Inzage
from tests import wereld
from tests.api.regels import fouten_in
from tests.verzoeken.conftest import ANTWOORDEN, FORMULIER, dien_in, maak_type, maak_zaak
from verzoeken.models import Verzoek

pytestmark = pytest.mark.django_db

API = "/verzoeken/api/v1"
ALLE = ("verzoeken:lezen", "verzoeken:schrijven", "verzoektypen:schrijven")


class Systeem:
    """Een back-office met een token, dat JSON praat."""

    def __init__(self, client, applicatie, *scopes):
        self.client = client
        self.koppen = {"authorization": f"Token {Token.maak(applicatie, 'test', scopes or ALLE)[1]}"}

    def __call__(self, methode, pad, body=None, **koppen):
        extra = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, methode)(f"{API}{pad}", headers={**self.koppen, **koppen}, **extra)

    def get(self, pad, **vragen):
        return self.client.get(f"{API}{pad}", vragen, headers=self.koppen)


@pytest.fixture
def systeem(client, vergunningen):
    return Systeem(client, vergunningen)


@pytest.fixture
def belastingen(client):
    return Systeem(client, wereld.applicatie("Belastingen"))


def body(type_, **velden):
    return {
        "verzoekType": f"http://testserver{API}/verzoektypen/{type_.pk}",
        "aanvraagGegevens": ANTWOORDEN,
        "initiator": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
        "kanaal": "telefoon",
        **velden,
    }


# --- lezen ----------------------------------------------------------------------------------------------------------------
def test_de_back_office_haalt_op_wat_er_is_ingediend(systeem, evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    [gelezen] = systeem.get("/verzoeken", status="ingediend").json()["results"]

    assert gelezen["url"] == f"http://testserver{API}/verzoeken/{verzoek.pk}"
    assert gelezen["verzoekType"] == f"http://testserver{API}/verzoektypen/{evenement.pk}"
    assert gelezen["aanvraagGegevens"] == ANTWOORDEN
    assert gelezen["initiator"] == f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
    assert (gelezen["status"], gelezen["verwerkStatus"]) == ("ingediend", "geregistreerd")
    assert (gelezen["kanaal"], gelezen["betrouwbaarheidsniveau"]) == ("portaal", "midden")
    assert gelezen["referentie"] == verzoek.referentie


def test_een_concept_is_voor_niemand_anders(systeem, evenement, fatima):
    from verzoeken import handelingen

    concept = handelingen.begin_concept("evenement", fatima.toegang)

    assert systeem.get("/verzoeken").json()["count"] == 0
    assert systeem.get(f"/verzoeken/{concept.pk}").status_code == 404


def test_een_ander_systeem_ziet_en_verandert_niets(belastingen, evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    assert belastingen.get("/verzoeken").json()["count"] == 0
    assert belastingen.get(f"/verzoeken/{verzoek.pk}").status_code == 404
    assert belastingen("patch", f"/verzoeken/{verzoek.pk}", {"status": "verwerkt"}).status_code == 404
    assert belastingen("post", "/verzoeken", body(evenement)).status_code == 400
    assert belastingen("patch", f"/verzoektypen/{evenement.pk}", {"naam": "x"}).status_code == 403


def test_elke_inzage_staat_in_het_logboek(systeem, evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    systeem.get("/verzoeken")
    systeem.get(f"/verzoeken/{verzoek.pk}")

    waarvoor = Inzage.objects.filter(record_id=verzoek.pk).values_list("waarvoor", "betrokkene")
    assert set(waarvoor) == {("api:verzoeken-lijst", wereld.fatima()), ("api:verzoek", wereld.fatima())}


def test_een_lijst_kost_evenveel_queries_voor_een_als_voor_tien(systeem, evenement, fatima):
    dien_in(fatima.toegang)
    systeem.get("/verzoeken")  # zet het stempel "laatst gebruikt" op het token
    with CaptureQueriesContext(connection) as een:
        systeem.get("/verzoeken")
    for _ in range(9):
        dien_in(fatima.toegang)
    with CaptureQueriesContext(connection) as tien:
        assert systeem.get("/verzoeken").json()["count"] == 10
    assert len(tien) == len(een) <= 9


@pytest.mark.parametrize(
    ("vraag", "aantal"),
    [
        ({"verwerkStatus": "verwerkt"}, 1),
        ({"verwerkStatus": "geregistreerd"}, 1),
        ({"status": "verwerkt"}, 1),
        ({"versie": 1}, 2),
        ({"versie": 2}, 0),
        ({"isGerelateerdAan": "urn:nld:x:zaak:zaaknummer:Z-1"}, 0),
    ],
)
def test_filteren(systeem, evenement, fatima, vraag, aantal):
    dien_in(fatima.toegang)
    systeem("patch", f"/verzoeken/{dien_in(fatima.toegang).pk}", {"status": "verwerkt"})

    assert systeem.get("/verzoeken", **vraag).json()["count"] == aantal


def test_een_nummer_in_het_adres_wordt_geweigerd(systeem, evenement):
    fout = systeem.get("/verzoeken", initiator=f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}")

    assert fout.status_code == 400
    assert wereld.BSN_FATIMA not in fout.content.decode()


# --- een stap verder ------------------------------------------------------------------------------------------------------
def test_een_stap_verder_met_ons_woord_of_dat_van_open_vtb(systeem, evenement, fatima):
    eerste, tweede = dien_in(fatima.toegang), dien_in(fatima.toegang)

    opgepakt = systeem("patch", f"/verzoeken/{eerste.pk}", {"status": "in_behandeling"}).json()
    klaar = systeem("patch", f"/verzoeken/{tweede.pk}", {"verwerkStatus": "verwerkt", "reden": "Klaar."}).json()

    assert (opgepakt["status"], opgepakt["verwerkStatus"]) == ("in_behandeling", "geregistreerd")
    assert (klaar["status"], klaar["verwerkStatus"], klaar["reden"]) == ("verwerkt", "verwerkt", "Klaar.")


def test_een_verboden_stap_is_een_409(systeem, evenement, fatima):
    verzoek = dien_in(fatima.toegang)
    systeem("patch", f"/verzoeken/{verzoek.pk}", {"status": "geweigerd", "reden": "Nee."})

    for poging in ({"status": "in_behandeling"}, {"verwerkStatus": "geregistreerd"}, {"status": "ingetrokken"}):
        fout = systeem("patch", f"/verzoeken/{verzoek.pk}", poging)
        assert (fout.status_code, fout.json()["huidigeStatus"]) == (409, "geweigerd")


def test_weigeren_zonder_reden_kan_niet(systeem, evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    for status in ("geweigerd", "doorgeleid"):
        fout = systeem("patch", f"/verzoeken/{verzoek.pk}", {"status": status})
        assert (fout.status_code, fout.json()["invalidParams"][0]["name"]) == (400, "reden")


def test_de_zaak_koppelen(systeem, evenement, vergunningen, fatima):
    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA)
    verzoek = dien_in(fatima.toegang)
    verwijzing = [{"urn": "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-1"}]

    gekoppeld = systeem("patch", f"/verzoeken/{verzoek.pk}", {"isGerelateerdAan": verwijzing}).json()

    assert (gekoppeld["zaak"], gekoppeld["isGerelateerdAan"]) == (str(zaak.pk), verwijzing)


def test_het_antwoord_aanwijzen(systeem, evenement, vergunningen, fatima):
    verzoek, taak = dien_in(fatima.toegang), wereld.taak(vergunningen)
    van_henk = wereld.taak(vergunningen, wereld.BSN_HENK)
    pad = f"/verzoeken/{verzoek.pk}"

    assert systeem("patch", pad, {"antwoord": {"soort": "taak", "uuid": str(van_henk.pk)}}).status_code == 400
    goed = systeem("patch", pad, {"antwoord": {"soort": "taak", "uuid": str(taak.pk)}})

    assert goed.json()["antwoord"] == {"soort": "taak", "uuid": str(taak.pk)}


def test_het_eigen_antwoord_terugsturen_verandert_niets(systeem, evenement, fatima):
    verzoek = dien_in(fatima.toegang)
    gelezen = systeem.get(f"/verzoeken/{verzoek.pk}").json()

    antwoord = systeem("put", f"/verzoeken/{verzoek.pk}", gelezen)

    assert (antwoord.status_code, antwoord.json()) == (200, gelezen)


@pytest.mark.parametrize(
    "anders", [{"aanvraagGegevens": {"evenement": "Iets anders"}}, {"kanaal": "post"}, {"verzoekType": "x"}]
)
def test_wat_iemand_vroeg_staat_vast(systeem, evenement, fatima, anders):
    verzoek = dien_in(fatima.toegang)

    assert systeem("patch", f"/verzoeken/{verzoek.pk}", anders).status_code == 409
    assert Verzoek.objects.voor(fatima.toegang).get(pk=verzoek.pk).antwoorden == ANTWOORDEN


def test_verwijderen_kan_niet(systeem, evenement, fatima):
    assert systeem("delete", f"/verzoeken/{dien_in(fatima.toegang).pk}").status_code == 405


# --- vastleggen -----------------------------------------------------------------------------------------------------------
def test_een_verzoek_aan_de_telefoon_vastleggen(systeem, evenement, fatima):
    antwoord = systeem("post", "/verzoeken", body(evenement, verzoekBron={"naam": "KCC", "kenmerk": "A-1"}))

    assert antwoord.status_code == 201
    assert antwoord["Location"] == antwoord.json()["url"]
    assert antwoord.json()["verzoekBron"] == {"naam": "KCC", "kenmerk": "A-1"}
    assert Verzoek.objects.voor(fatima.toegang).get().kanaal == "telefoon"


def test_wat_open_vtb_verder_kent_komt_terug_zoals_het_kwam(systeem, evenement):
    extra = {
        "geometrie": {"type": "Point", "coordinates": [5.1, 52.1]},
        "verzoekBetaling": {"bedrag": "12.50", "voltooid": True},
        "medeInitiator": f"urn:nld:brp:bsn:{wereld.BSN_HENK}",
    }
    antwoord = systeem("post", "/verzoeken", body(evenement, **extra)).json()

    assert {naam: antwoord[naam] for naam in extra} == extra


def test_alle_fouten_komen_in_een_keer(systeem, evenement):
    fout = systeem(
        "post", "/verzoeken", {"aanvraagGegevens": 3, "initiator": "urn:nld:brp:bsn:123456789", "kleur": "rood"}
    )

    assert fout.status_code == 400
    assert {p["name"] for p in fout.json()["invalidParams"]} == {
        "verzoekType", "aanvraagGegevens", "initiator", "kleur",
    }  # fmt: skip
    assert "123456789" not in fout.content.decode()


def test_elk_antwoord_dat_niet_past_wordt_genoemd(systeem, evenement):
    antwoorden = {"bezoekers": 0, "muziek": "ja", "extra": 1}

    fout = systeem("post", "/verzoeken", body(evenement, aanvraagGegevens=antwoorden))

    assert fout.status_code == 400
    assert {p["name"] for p in fout.json()["invalidParams"]} == {
        f"aanvraagGegevens.{naam}" for naam in ("evenement", "bezoekers", "muziek", "extra")
    }


def test_nog_eens_sturen_maakt_er_geen_tweede(systeem, evenement):
    met_kenmerk = body(evenement, verzoekBron={"kenmerk": "A-1"})
    eerste = systeem("post", "/verzoeken", met_kenmerk)
    sleutel = {"Idempotency-Key": "abc"}
    derde = systeem("post", "/verzoeken", body(evenement), **sleutel)

    tweede = systeem("post", "/verzoeken", met_kenmerk)
    vierde = systeem("post", "/verzoeken", body(evenement), **sleutel)

    assert (tweede.status_code, tweede.json()["uuid"]) == (200, eerste.json()["uuid"])
    assert (vierde.status_code, vierde.json()["uuid"]) == (201, derde.json()["uuid"])
    assert systeem("post", "/verzoeken", {**met_kenmerk, "kanaal": "balie"}).status_code == 409
    assert systeem("post", "/verzoeken", body(evenement, kanaal="balie"), **sleutel).status_code == 409


@pytest.mark.parametrize("scopes", [("verzoeken:lezen",), ("taken:schrijven",)])
def test_zonder_de_goede_scope_kan_het_niet(client, vergunningen, evenement, scopes):
    beperkt = Systeem(client, vergunningen, *scopes)

    assert beperkt("post", "/verzoeken", body(evenement)).status_code == 403
    assert beperkt("post", "/verzoektypen", {}).status_code == 403


# --- verzoektypen ---------------------------------------------------------------------------------------------------------
def nieuw_type(**velden):
    return {"naam": "Meld een losse tegel", "code": "losse-tegel", "doelgroepen": ["inwoner"], **velden}


def test_een_type_maken_een_formulier_erbij_en_publiceren(systeem, fatima):
    type_ = systeem("post", "/verzoektypen", nieuw_type()).json()
    versie = systeem("post", f"/verzoektypen/{type_['uuid']}/versies", {"formulier": FORMULIER})
    assert (versie.status_code, versie.json()["status"]) == (201, "draft")
    assert systeem("post", "/verzoeken", {**body(_Pk(type_["uuid"]))}).status_code == 400

    gepubliceerd = systeem("patch", f"/verzoektypen/{type_['uuid']}/versies/1", {"status": "published"}).json()

    assert gepubliceerd["aanvraagGegevensSchema"]["required"] == ["evenement"]
    assert systeem.get(f"/verzoektypen/{type_['uuid']}").json()["versies"][0]["status"] == "published"
    assert systeem("post", "/verzoeken", body(_Pk(type_["uuid"]))).status_code == 201
    anders = {"formulier": {"components": FORMULIER["components"][:1]}}
    assert systeem("patch", f"/verzoektypen/{type_['uuid']}/versies/1", anders).status_code == 409


class _Pk:
    def __init__(self, pk):
        self.pk = pk


def test_elke_fout_in_het_formulier_wordt_genoemd(systeem, evenement):
    formulier = {"components": [{"type": "raket"}, {"type": "textfield", "key": "a"}]}

    fout = systeem("post", f"/verzoektypen/{evenement.pk}/versies", {"formulier": formulier})

    namen = {p["name"] for p in fout.json()["invalidParams"]}
    assert fout.status_code == 400
    assert {"formulier.components.0.type", "formulier.components.1.label"} <= namen


def test_een_type_terugsturen_verandert_niets_en_een_dubbele_code_is_een_409(systeem, evenement):
    gelezen = systeem.get(f"/verzoektypen/{evenement.pk}").json()

    assert systeem("put", f"/verzoektypen/{evenement.pk}", gelezen).json() == gelezen
    assert systeem("post", "/verzoektypen", nieuw_type(code="evenement")).status_code == 409


def test_zaaktypen_horen_bij_een_zaakverzoek(systeem):
    fout = systeem("post", "/verzoektypen", nieuw_type(zaaktypen=["kappen"], kleur="x"))
    assert fout.status_code == 400

    goed = systeem("post", "/verzoektypen", nieuw_type(zaaktypen=["kappen"], isZaakverzoek=True))
    assert goed.status_code == 201


def test_elke_applicatie_leest_de_catalogus(belastingen, vergunningen, evenement):
    maak_type(vergunningen, "tweede")

    assert belastingen.get("/verzoektypen").json()["count"] == 2
    assert belastingen.get(f"/verzoektypen/{evenement.pk}/versies/1").json()["formulier"] == FORMULIER


def test_het_openapi_document_voldoet_aan_de_design_rules():
    document = Client().get(f"{API}/openapi.json").json()

    assert fouten_in(document) == []
    assert "/verzoektypen/{verzoektypeUuid}/versies/{versie}" in document["paths"]
