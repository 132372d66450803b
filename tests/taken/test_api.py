"""De Taken-API zoals een back-office haar gebruikt."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portaal.api.models import Token
from portaal.betrokkenen.models import Betrokkene, Grant
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.tijdlijn import tijdlijn_van
from portaal.logboek.models import Inzage
from portaal.notificaties.models import Notificatie
from portaal.tijd import vandaag
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import ZaakSleutel
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import log_in

pytestmark = pytest.mark.django_db

URLTAKEN = "/taken/api/v1/urltaken"
EXTERNE = "/taken/api/v1/externetaken"
ZAAK = "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-2026-004512"


class Systeem:
    """Een back-office met een token, dat JSON praat."""

    def __init__(self, client, applicatie, *scopes):
        self.client = client
        self.applicatie = applicatie
        alle = scopes or ("taken:lezen", "taken:schrijven", "taken:uitvoeren")
        self.geheim = Token.maak(applicatie, "test", alle)[1]
        self.koppen = {"authorization": f"Token {self.geheim}"}

    def _stuur(self, methode, pad, body=None, **koppen):
        return getattr(self.client, methode)(
            pad, data=body, content_type="application/json", headers={**self.koppen, **koppen}
        )

    def post(self, pad, body, **koppen):
        return self._stuur("post", pad, body, **koppen)

    def patch(self, pad, body, **koppen):
        return self._stuur("patch", pad, body, **koppen)

    def put(self, pad, body, **koppen):
        return self._stuur("put", pad, body, **koppen)

    def get(self, pad, **vragen):
        return self.client.get(pad, vragen, headers=self.koppen)

    def delete(self, pad):
        return self.client.delete(pad, headers=self.koppen)


def body(**velden):
    return {
        "titel": "Stuur uw loonstrook op",
        "toelichting": "Wij willen weten hoeveel u verdiende.",
        "einddatumHandelingsTermijn": (vandaag() + timedelta(days=2)).isoformat(),
        "handelingsPerspectief": "informatie_geven",
        "isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
        "details": {"uitvraagLink": "https://formulieren.voorbeeld.test/loonstrook"},
        **velden,
    }


@pytest.fixture
def zaaksysteem(client):
    return Systeem(client, wereld.applicatie())


@pytest.fixture
def belastingen(client):
    return Systeem(client, wereld.applicatie("Belastingen"))


def test_een_back_office_maakt_een_urltaak(zaaksysteem):
    antwoord = zaaksysteem.post(URLTAKEN, body())

    assert antwoord.status_code == 201
    taak = antwoord.json()
    assert taak["url"] == f"http://testserver/taken/api/v1/externetaken/{taak['uuid']}"
    assert taak["urn"] == f"urn:nld:voorbeeld:taken:externetaak:{taak['uuid']}"
    assert taak["status"] == "open"
    assert taak["taakSoort"] == "urltaak"
    assert taak["isToegewezenAan"] == f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
    assert antwoord["Location"] == taak["url"]


def test_op_externetaken_hoort_de_soort_erbij(zaaksysteem):
    assert zaaksysteem.post(EXTERNE, body(taakSoort="urltaak")).status_code == 201

    fout = zaaksysteem.post(EXTERNE, body())

    assert fout.status_code == 400
    assert [p["name"] for p in fout.json()["invalidParams"]] == ["taakSoort"]


def test_het_eigen_antwoord_terugsturen_verandert_niets(zaaksysteem):
    taak = zaaksysteem.post(URLTAKEN, body()).json()

    antwoord = zaaksysteem.put(f"{EXTERNE}/{taak['uuid']}", taak)

    assert antwoord.status_code == 200
    del taak["bereikbaarheid"]  # alleen na het maken
    assert antwoord.json() == taak


def test_alle_fouten_komen_in_een_keer(zaaksysteem):
    fout = zaaksysteem.post(
        URLTAKEN,
        {
            "titel": "",
            "kleur": "rood",
            "details": {"uitvraagLink": "geen-link", "x": 1},
            "isToegewezenAan": "urn:nld:brp:bsn:123456789",
        },
    )

    assert fout.status_code == 400
    assert fout["Content-Type"] == "application/problem+json"
    namen = {p["name"] for p in fout.json()["invalidParams"]}
    assert namen == {"titel", "kleur", "details.uitvraagLink", "details.x", "isToegewezenAan"}
    assert "123456789" not in fout.content.decode()


@pytest.mark.parametrize(
    "urn", ["urn:nld:klant:klantnummer:610541501", "urn:nld:hr:kvknummer:1234", "urn:nld:iets:anders:1", "geen-urn"]
)
def test_een_urn_waar_de_portaal_niemand_mee_kan_vinden_is_een_400(zaaksysteem, urn):
    fout = zaaksysteem.post(URLTAKEN, body(isToegewezenAan=urn))

    assert fout.status_code == 400
    assert [p["name"] for p in fout.json()["invalidParams"]] == ["isToegewezenAan"]


def test_een_taak_zonder_geadresseerde_is_een_400(zaaksysteem):
    zonder = body()
    del zonder["isToegewezenAan"]

    assert zaaksysteem.post(URLTAKEN, zonder).status_code == 400


def test_een_nieuwe_taak_met_een_andere_status_is_een_400(zaaksysteem):
    assert zaaksysteem.post(URLTAKEN, body(status="verwerkt")).status_code == 400


def test_een_link_naar_een_host_die_niet_op_de_lijst_staat_is_een_400(zaaksysteem):
    fout = zaaksysteem.post(URLTAKEN, body(details={"uitvraagLink": "https://evil.test/"}))

    assert fout.status_code == 400
    assert fout.json()["invalidParams"][0]["name"] == "details.uitvraagLink"
    assert not Taak.objects.als_systeem("test").exists()


def test_een_vestiging_hoort_bij_haar_bedrijf(zaaksysteem):
    urn = f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}:vestigingsnummer:{wereld.VESTIGING_DE_HOEK}"

    zaaksysteem.post(URLTAKEN, body(isToegewezenAan=urn))

    vestiging = Betrokkene.objects.get(soort="vestiging")
    assert vestiging.onderdeel_van_id == wereld.bakkerij()


def test_een_bekende_zaak_wordt_gebonden_een_onbekende_bewaard(zaaksysteem):
    zaak = registreer_zaak(
        wereld.gemeente(),
        "Aanvraag bijzondere bijstand",
        "Z-2026-004512",
        [(ZaakSleutel.Soort.NUMMER, "Z-2026-004512")],
    )

    bekend = zaaksysteem.post(URLTAKEN, body(isGerelateerdAan=[{"urn": ZAAK}])).json()
    onbekend = zaaksysteem.post(URLTAKEN, body(isGerelateerdAan=[{"urn": ZAAK + "9"}])).json()

    taken = Taak.objects.als_systeem("test")
    assert taken.get(pk=bekend["uuid"]).zaak_id == zaak.pk
    assert taken.get(pk=onbekend["uuid"]).zaak_id is None
    assert onbekend["isGerelateerdAan"] == [{"urn": ZAAK + "9"}]


# --- Nog eens sturen ------------------------------------------------------------------------------------------------


def test_dezelfde_sleutel_met_dezelfde_inhoud_geeft_dezelfde_taak(zaaksysteem):
    een = zaaksysteem.post(URLTAKEN, body(), idempotency_key="abc")
    twee = zaaksysteem.post(URLTAKEN, body(), idempotency_key="abc")

    assert (een.status_code, twee.status_code) == (201, 201)
    assert een.json()["uuid"] == twee.json()["uuid"]


def test_dezelfde_sleutel_met_andere_inhoud_is_een_409(zaaksysteem):
    zaaksysteem.post(URLTAKEN, body(), idempotency_key="abc")

    assert zaaksysteem.post(URLTAKEN, body(titel="Anders"), idempotency_key="abc").status_code == 409


def test_de_sleutel_van_een_ander_systeem_telt_niet(zaaksysteem, belastingen):
    een = zaaksysteem.post(URLTAKEN, body(), idempotency_key="abc").json()
    twee = belastingen.post(URLTAKEN, body(), idempotency_key="abc").json()

    assert een["uuid"] != twee["uuid"]


def test_dezelfde_bronreferentie_met_dezelfde_inhoud_geeft_de_bestaande(zaaksysteem):
    een = zaaksysteem.post(URLTAKEN, body(bronReferentie="Z-1"))
    twee = zaaksysteem.post(URLTAKEN, body(bronReferentie="Z-1"))

    assert (een.status_code, twee.status_code) == (201, 200)
    assert een.json()["uuid"] == twee.json()["uuid"]


def test_dezelfde_bronreferentie_met_andere_inhoud_is_een_409_met_het_adres(zaaksysteem):
    een = zaaksysteem.post(URLTAKEN, body(bronReferentie="Z-1")).json()

    fout = zaaksysteem.post(URLTAKEN, body(bronReferentie="Z-1", titel="Anders"))

    assert fout.status_code == 409
    assert fout.json()["bestaand"] == een["url"]


def test_zonder_kenmerk_wordt_hetzelfde_verzoek_herkend_zolang_de_taak_open_is(zaaksysteem):
    een = zaaksysteem.post(URLTAKEN, body(verwerkerTaakId="t-1"))
    twee = zaaksysteem.post(URLTAKEN, body(verwerkerTaakId="t-1"))
    zaaksysteem.patch(f"{EXTERNE}/{een.json()['uuid']}", {"status": "afgebroken"})
    drie = zaaksysteem.post(URLTAKEN, body(verwerkerTaakId="t-1"))

    assert (een.status_code, twee.status_code, drie.status_code) == (201, 200, 201)
    assert een.json()["uuid"] == twee.json()["uuid"] != drie.json()["uuid"]


def test_een_applicatie_kan_die_herkenning_uitzetten(client):
    systeem = Systeem(client, wereld.applicatie(dubbele_herkennen=False))

    een = systeem.post(URLTAKEN, body(verwerkerTaakId="t-1")).json()
    twee = systeem.post(URLTAKEN, body(verwerkerTaakId="t-1")).json()

    assert een["uuid"] != twee["uuid"]


# --- Het leven van een taak ------------------------------------------------------------------------------------------


def test_een_taak_loopt_van_open_naar_verwerkt_en_de_reden_is_te_lezen(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    assert zaaksysteem.patch(pad, {"status": "uitgevoerd"}).json()["status"] == "uitgevoerd"
    assert zaaksysteem.patch(pad, {"status": "open", "reden": "Onleesbaar"}).json()["reden"] == "Onleesbaar"
    assert zaaksysteem.patch(pad, {"status": "uitgevoerd"}).status_code == 200
    assert zaaksysteem.patch(pad, {"status": "verwerkt"}).json()["status"] == "verwerkt"
    fout = zaaksysteem.patch(pad, {"status": "open"})
    assert fout.status_code == 409
    assert fout.json()["huidigeStatus"] == "verwerkt"


def test_verwerkt_zonder_uitgevoerd_is_een_409(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    assert zaaksysteem.patch(pad, {"status": "verwerkt"}).status_code == 409


def test_een_wijziging_met_een_verboden_stap_verandert_niets(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    assert zaaksysteem.patch(pad, {"titel": "Nieuw", "status": "verwerkt"}).status_code == 409

    assert zaaksysteem.get(pad).json()["titel"] == "Stuur uw loonstrook op"


def test_details_komen_over_de_oude_heen(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    na = zaaksysteem.patch(
        pad,
        {"details": {"uitvraagLink": "https://formulieren.voorbeeld.test/x", "voorinvullenGegevens": {"naam": "F"}}},
    ).json()

    assert na["details"] == {
        "uitvraagLink": "https://formulieren.voorbeeld.test/x",
        "voorinvullenGegevens": {"naam": "F"},
    }


def test_voor_wie_de_taak_is_kan_niet_veranderen(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    fout = zaaksysteem.patch(pad, {"isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_HENK}"})

    assert fout.status_code == 409


def test_verwijderen_is_intrekken_daarna_bestaat_de_taak_niet_meer(zaaksysteem):
    uuid = zaaksysteem.post(URLTAKEN, body()).json()["uuid"]

    assert zaaksysteem.delete(f"{EXTERNE}/{uuid}").status_code == 204
    assert zaaksysteem.get(f"{EXTERNE}/{uuid}").status_code == 404
    assert zaaksysteem.delete(f"{EXTERNE}/{uuid}").status_code == 404
    fatima = wereld.toegang(wereld.fatima())
    assert Taak.objects.voor(fatima).get(pk=uuid).status == "afgebroken"


# --- Wie wat mag -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("methode", ["get", "patch", "put", "delete"])
def test_een_ander_systeem_ziet_de_taak_niet(zaaksysteem, belastingen, methode):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    antwoord = getattr(belastingen, methode)(pad, *([body(taakSoort="urltaak")] if methode in ("patch", "put") else []))

    assert antwoord.status_code == 404


def test_zonder_token_is_het_401_en_zonder_scope_403(client, zaaksysteem):
    lezer = Systeem(client, wereld.applicatie(), "taken:lezen")

    assert client.get(URLTAKEN).status_code == 401
    assert lezer.post(URLTAKEN, body()).status_code == 403
    assert lezer.get(URLTAKEN).status_code == 200


def test_een_uitvoerder_leest_en_voert_uit_met_antwoorden_en_meer_niet(client, zaaksysteem):
    formulieren = Systeem(client, wereld.applicatie("Open Formulieren"), "taken:lezen", "taken:uitvoeren")
    Grant.objects.create(
        eigenaar=zaaksysteem.applicatie, uitvoerder=formulieren.applicatie,
        formulier_hosts=["formulieren.voorbeeld.test"],
    )  # fmt: skip
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    assert formulieren.get(pad).status_code == 200
    assert formulieren.patch(pad, {"titel": "X"}).status_code == 403
    assert formulieren.patch(pad, {"status": "afgebroken"}).status_code == 403
    gedaan = formulieren.patch(pad, {"status": "uitgevoerd", "details": {"ontvangenGegevens": {"loon": "1.184,20"}}})
    assert gedaan.status_code == 200
    assert zaaksysteem.get(pad).json()["details"]["ontvangenGegevens"] == {"loon": "1.184,20"}


def test_een_uitvoerder_die_na_een_time_out_nog_eens_stuurt_krijgt_hetzelfde_antwoord(client, zaaksysteem):
    formulieren = Systeem(client, wereld.applicatie("Open Formulieren"), "taken:lezen", "taken:uitvoeren")
    Grant.objects.create(eigenaar=zaaksysteem.applicatie, uitvoerder=formulieren.applicatie)
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"
    gedaan = {"status": "uitgevoerd", "details": {"ontvangenGegevens": {"loon": "1.184,20"}}}

    assert formulieren.patch(pad, gedaan).status_code == 200
    assert formulieren.patch(pad, gedaan).status_code == 200
    assert formulieren.patch(pad, {**gedaan, "details": {"ontvangenGegevens": {"loon": "9"}}}).status_code == 409


def test_dezelfde_sleutel_na_verwijderen_is_een_409(zaaksysteem):
    uuid = zaaksysteem.post(URLTAKEN, body(), idempotency_key="abc").json()["uuid"]
    zaaksysteem.delete(f"{EXTERNE}/{uuid}")

    assert zaaksysteem.post(URLTAKEN, body(), idempotency_key="abc").status_code == 409


def test_een_reden_is_te_lezen_maar_staat_niet_in_het_boek(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    zaaksysteem.patch(pad, {"status": "afgebroken", "reden": "Mevrouw El Amrani belde ons."})

    taak = Taak.objects.als_systeem("test").get()
    assert [r.reden for r in tijdlijn_van(taak)] == ["", "Mevrouw El Amrani belde ons."]
    assert "Amrani" not in str(list(Gebeurtenis.objects.values_list("feiten", flat=True)))


def test_een_startdatum_na_de_bestaande_einddatum_is_een_400(zaaksysteem):
    pad = f"{EXTERNE}/{zaaksysteem.post(URLTAKEN, body()).json()['uuid']}"

    later = (vandaag() + timedelta(days=9)).isoformat()
    assert zaaksysteem.patch(pad, {"startdatum": later}).status_code == 400


def test_een_taak_zonder_niveau_blijft_dat_als_zij_wordt_teruggestuurd(client):
    systeem = Systeem(client, wereld.applicatie(standaard_categorie=wereld.categorie("open", standaardniveau=0)))
    taak = systeem.post(URLTAKEN, body()).json()
    assert taak["minimaalBetrouwbaarheidsniveau"] == "geen"

    terug = systeem.put(f"{EXTERNE}/{taak['uuid']}", taak).json()
    del taak["bereikbaarheid"]  # alleen na het maken
    assert terug == taak


def test_elke_keer_lezen_staat_in_het_inzagelogboek(zaaksysteem):
    uuid = zaaksysteem.post(URLTAKEN, body()).json()["uuid"]

    zaaksysteem.get(f"{EXTERNE}/{uuid}")
    zaaksysteem.get(EXTERNE)

    assert list(Inzage.objects.order_by("pk").values_list("waarvoor", flat=True)) == ["api:taak", "api:taken-lijst"]
    assert {i.betrokkene for i in Inzage.objects.all()} == {wereld.fatima()}


def test_filteren_op_status_en_geen_nummer_in_het_adres(zaaksysteem):
    zaaksysteem.post(URLTAKEN, body())

    assert zaaksysteem.get(URLTAKEN, status="verwerkt").json()["count"] == 0
    assert zaaksysteem.get(URLTAKEN, status="onzin").status_code == 400
    assert zaaksysteem.get(URLTAKEN, verwerkerTaakId=wereld.BSN_FATIMA).status_code == 400
    assert zaaksysteem.get(URLTAKEN, kleur="rood").status_code == 400


# --- Zuinig ----------------------------------------------------------------------------------------------------------


def _statements(captured):
    return [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]


def test_een_taak_maken_kost_ten_hoogste_tien_statements(zaaksysteem):
    zaaksysteem.post(URLTAKEN, body(isToegewezenAan=f"urn:nld:brp:bsn:{wereld.BSN_HENK}"))
    bekend, nieuw = body(isGerelateerdAan=[{"urn": ZAAK}]), body()
    zaaksysteem.post(URLTAKEN, bekend, idempotency_key="eerst")

    with CaptureQueriesContext(connection) as met_alles:
        assert zaaksysteem.post(URLTAKEN, bekend, idempotency_key="sleutel").status_code == 201
    with CaptureQueriesContext(connection) as nieuw_mens:
        nieuw["isToegewezenAan"] = f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}"
        assert zaaksysteem.post(URLTAKEN, nieuw).status_code == 201

    assert len(_statements(met_alles.captured_queries)) <= 10
    assert len(_statements(nieuw_mens.captured_queries)) <= 10


def test_lezen_kost_even_veel_queries_bij_een_als_bij_vijftig(zaaksysteem, django_assert_max_num_queries):
    for _ in range(50):
        wereld.taak(zaaksysteem.applicatie)
    zaaksysteem.get(EXTERNE)

    with django_assert_max_num_queries(5):
        assert len(zaaksysteem.get(EXTERNE, pageSize=50).json()["results"]) == 50


# --- in het register gekeken ------------------------------------------------------------------------------------------
def test_de_rdw_keek_in_het_register_en_fatima_leest_wanneer_zonder_dat_iets_haar_stoort(client, zaaksysteem):
    details = {"waar": "Bij een garage", "register": "De RDW"}
    taak = zaaksysteem.post("/taken/api/v1/nietdigitaletaken", body(details=details)).json()
    adres = f"/taken/api/v1/nietdigitaletaken/{taak['uuid']}"
    lever_af()
    notificaties = Notificatie.objects.count()

    antwoord = zaaksysteem.patch(adres, {"gecontroleerdOp": "2026-11-20T09:30:00+01:00"})
    lever_af()

    assert antwoord.json()["gecontroleerdOp"] == "2026-11-20T08:30:00Z"
    assert zaaksysteem.get(adres).json()["gecontroleerdOp"] == "2026-11-20T08:30:00Z"
    soorten = list(
        Gebeurtenis.objects.filter(record_id=taak["uuid"]).order_by("nummer").values_list("soort", flat=True)
    )
    assert [s for s in soorten if s.startswith("taak-")] == [Soort.TAAK_AANGEMAAKT, Soort.TAAK_GECONTROLEERD]
    assert Notificatie.objects.count() == notificaties
    fatima = Client()
    log_in(fatima, "fatima")
    zicht = " ".join(fatima.get(f"/taken/{taak['uuid']}").content.decode().split())
    assert "De RDW" in zicht
    assert "Voor het laatst gecontroleerd" in zicht
    assert "2026-11-20T09:30:00+01:00" in zicht
    assert "Er is in het register gekeken." in zicht


def test_nog_eens_dezelfde_controle_sturen_verandert_niets(zaaksysteem):
    taak = zaaksysteem.post("/taken/api/v1/nietdigitaletaken", body(details={"waar": "Bij een garage"})).json()
    adres = f"/taken/api/v1/nietdigitaletaken/{taak['uuid']}"
    eerst = zaaksysteem.patch(adres, {"gecontroleerdOp": "2026-11-20T08:30:00Z"}).json()

    assert zaaksysteem.patch(adres, {"gecontroleerdOp": "2026-11-20T08:30:00Z"}).json()["versie"] == eerst["versie"]
