"""De Zaken-API zoals een zaaksysteem haar gebruikt."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portaal.logboek.models import Inzage
from portaal.tijd import vandaag
from portaal.zaken.models import Zaak, ZaakBetrokkene
from tests import wereld
from tests.taken.test_api import Systeem
from tests.zaken.conftest import URN_FATIMA, URN_HENK, een_zaak

pytestmark = pytest.mark.django_db

ZAKEN = "/zaken/api/v1/zaken"


def body(**velden):
    return {
        "identificatie": "Z-2026-004512",
        "omschrijving": "Aanvraag bijzondere bijstand",
        "zaaktype": {"omschrijving": "Bijzondere bijstand", "code": "BB"},
        "startdatum": (vandaag() - timedelta(days=5)).isoformat(),
        "statussen": [
            {"naam": "Ontvangen", "bereiktOp": (vandaag() - timedelta(days=5)).isoformat()},
            {"naam": "Wij beoordelen", "bereiktOp": None},
        ],
        "betrokkenen": [{"betrokkene": URN_FATIMA, "rol": "aanvrager"}],
        **velden,
    }


def aantal():
    return Zaak.objects.als_systeem("test").count()


def test_een_zaaksysteem_registreert_een_zaak(zaaksysteem):
    antwoord = zaaksysteem.post(ZAKEN, body())

    assert antwoord.status_code == 201
    zaak = antwoord.json()
    assert antwoord["Location"] == zaak["url"] == f"http://testserver{ZAKEN}/{zaak['uuid']}"
    assert zaak["sleutels"] == [{"soort": "nummer", "waarde": "Z-2026-004512"}]
    assert zaak["betrokkenen"] == [{"betrokkene": URN_FATIMA, "rol": "aanvrager"}]
    assert Zaak.objects.voor(wereld.toegang(wereld.fatima())).exists()


def test_nog_eens_posten_onder_een_bekende_naam_werkt_bij(zaaksysteem):
    een = zaaksysteem.post(ZAKEN, body()).json()
    twee = zaaksysteem.post(ZAKEN, body(omschrijving="Bijstand"))

    assert (twee.status_code, twee.json()["uuid"], twee.json()["omschrijving"]) == (200, een["uuid"], "Bijstand")
    assert aantal() == 1


def test_put_onder_de_eigen_uuid_is_idempotent(zaaksysteem):
    eigen = uuid4()
    een = zaaksysteem.put(f"{ZAKEN}/{eigen}", body())
    twee = zaaksysteem.put(f"{ZAKEN}/{eigen}", body())

    assert (een.status_code, twee.status_code) == (201, 200)
    assert een.json() == twee.json()
    assert zaaksysteem.get(f"{ZAKEN}/{eigen}").json() == een.json()


def test_wat_iemand_ophaalt_kan_hij_terugsturen(zaaksysteem):
    zaak = zaaksysteem.post(ZAKEN, body()).json()
    terug = zaaksysteem.put(f"{ZAKEN}/{zaak['uuid']}", zaaksysteem.get(f"{ZAKEN}/{zaak['uuid']}").json())

    assert (terug.status_code, terug.json()["versie"]) == (200, zaak["versie"])


def test_een_veld_dat_ontbreekt_blijft_zoals_het_is(zaaksysteem):
    zaaksysteem.post(ZAKEN, body())
    zaak = zaaksysteem.post(ZAKEN, {"identificatie": "Z-2026-004512", "omschrijving": "Bijstand"}).json()

    assert zaak["zaaktype"]["code"] == "BB"
    assert len(zaak["statussen"]) == 2
    assert len(zaak["betrokkenen"]) == 1


def test_patch_zet_een_status_en_een_resultaat(zaaksysteem):
    zaak = zaaksysteem.post(ZAKEN, body()).json()
    vandaag_ = vandaag().isoformat()
    nieuw = [{"naam": "Ontvangen", "bereiktOp": vandaag_}, {"naam": "Wij beoordelen", "bereiktOp": vandaag_}]
    antwoord = zaaksysteem.patch(
        f"{ZAKEN}/{zaak['uuid']}", {"statussen": nieuw, "resultaat": "Toegekend", "einddatum": vandaag_}
    )

    assert antwoord.status_code == 200
    assert (antwoord.json()["resultaat"], antwoord.json()["einddatum"]) == ("Toegekend", vandaag_)


def test_een_vertraagde_herhaling_met_dezelfde_sleutel_zet_niets_terug(zaaksysteem):
    zaaksysteem.post(ZAKEN, body(), idempotency_key="een")
    zaaksysteem.post(ZAKEN, body(omschrijving="Nieuwer"), idempotency_key="twee")
    herhaald = zaaksysteem.post(ZAKEN, body(), idempotency_key="een")

    assert (herhaald.status_code, herhaald.json()["omschrijving"]) == (200, "Nieuwer")


def test_dezelfde_idempotency_key_met_andere_inhoud_is_een_409(zaaksysteem):
    zaaksysteem.post(ZAKEN, body(), idempotency_key="een")
    antwoord = zaaksysteem.post(ZAKEN, body(identificatie="Z-2"), idempotency_key="een")

    assert antwoord.status_code == 409
    assert aantal() == 1


def test_namen_van_verschillende_zaken_zijn_een_409(zaaksysteem):
    zaaksysteem.post(ZAKEN, body())
    zaaksysteem.post(ZAKEN, body(identificatie="Z-2"))
    antwoord = zaaksysteem.post(ZAKEN, body(sleutels=[{"soort": "nummer", "waarde": "Z-2"}]))

    assert (antwoord.status_code, antwoord.json()["code"]) == (409, "key_conflict")


@pytest.mark.parametrize(
    ("veld", "fout"),
    [
        ("omschrijving", {"omschrijving": ""}),
        ("kleur", {"kleur": "rood"}),
        ("einddatum", {"einddatum": "2099-01-01"}),
        ("einddatum", {"einddatum": "2001-01-01"}),
        ("statussen.0.bereiktOp", {"statussen": [{"naam": "Later", "bereiktOp": "2099-01-01"}]}),
        (
            "betrokkenen.0.betrokkene",
            {"betrokkenen": [{"betrokkene": "urn:nld:brp:bsn:123456789", "rol": "aanvrager"}]},
        ),
        ("betrokkenen.0.rol", {"betrokkenen": [{"betrokkene": URN_FATIMA, "rol": "koning"}]}),
        ("betrokkenen", {"betrokkenen": [{"betrokkene": URN_FATIMA, "rol": "aanvrager"}] * 2}),
        ("sleutels.0.waarde", {"sleutels": [{"soort": "uuid", "waarde": "geen-uuid"}]}),
        ("sleutels.0.waarde", {"sleutels": [{"soort": "url", "waarde": "javascript:alert(1)"}]}),
        ("categorie", {"categorie": "bestaat-niet"}),
        ("identificatie", {"identificatie": ""}),
    ],
)
def test_foute_invoer_wordt_bij_naam_geweigerd_en_er_verandert_niets(zaaksysteem, veld, fout):
    antwoord = zaaksysteem.post(ZAKEN, body(**fout))

    assert (antwoord.status_code, antwoord["Content-Type"]) == (400, "application/problem+json")
    assert veld in [p["name"] for p in antwoord.json()["invalidParams"]]
    assert aantal() == 0


def test_een_fout_herhaalt_het_nummer_van_een_persoon_niet(zaaksysteem):
    antwoord = zaaksysteem.post(
        ZAKEN, body(betrokkenen=[{"betrokkene": "urn:nld:brp:bsn:123456789", "rol": "aanvrager"}])
    )

    assert "123456789" not in antwoord.content.decode()


def test_een_ander_systeem_ziet_de_zaak_niet_en_kan_haar_niet_wijzigen(zaaksysteem, belastingen):
    zaak = zaaksysteem.post(ZAKEN, body()).json()
    pad = f"{ZAKEN}/{zaak['uuid']}"

    assert belastingen.get(pad).status_code == 404
    assert belastingen.patch(pad, {"omschrijving": "Kaping"}).status_code == 404
    assert belastingen.get(ZAKEN).json()["count"] == 0
    assert belastingen.post(ZAKEN, body()).status_code == 409
    assert zaaksysteem.get(pad).json()["omschrijving"] == "Aanvraag bijzondere bijstand"


def test_put_op_de_uuid_van_een_ander_maakt_een_eigen_zaak(zaaksysteem, belastingen):
    vreemd = zaaksysteem.post(ZAKEN, body()).json()["uuid"]
    antwoord = belastingen.put(f"{ZAKEN}/{vreemd}", body(identificatie="B-1"))

    assert antwoord.status_code == 201
    assert antwoord.json()["uuid"] != vreemd
    assert belastingen.get(f"{ZAKEN}/{vreemd}").json()["identificatie"] == "B-1"


@pytest.mark.parametrize(
    ("scope", "mag_lezen", "mag_schrijven"), [("zaken:lezen", 200, 403), ("zaken:schrijven", 403, 201)]
)
def test_een_token_mag_alleen_wat_zijn_scope_zegt(client, scope, mag_lezen, mag_schrijven):
    systeem = Systeem(client, wereld.applicatie(), scope)

    assert systeem.get(ZAKEN).status_code == mag_lezen
    assert systeem.post(ZAKEN, body()).status_code == mag_schrijven


def test_zonder_token_is_er_niets(client):
    assert client.get(ZAKEN).status_code == 401


def test_lezen_staat_in_het_logboek_voor_ieder_van_wie_er_gegevens_in_staan(zaaksysteem):
    wie = [{"betrokkene": URN_FATIMA, "rol": "aanvrager"}, {"betrokkene": URN_HENK, "rol": "belanghebbende"}]
    zaak = zaaksysteem.post(ZAKEN, body(betrokkenen=wie)).json()
    zaaksysteem.get(f"{ZAKEN}/{zaak['uuid']}")

    assert set(Inzage.objects.values_list("betrokkene", flat=True)) == {wereld.fatima(), wereld.henk()}


def test_de_lijst_is_te_filteren(zaaksysteem):
    zaaksysteem.post(ZAKEN, body())
    zaaksysteem.post(ZAKEN, body(identificatie="Z-2", einddatum=vandaag().isoformat()))

    def nummers(**vraag):
        return [z["identificatie"] for z in zaaksysteem.get(ZAKEN, **vraag).json()["results"]]

    assert nummers(afgerond="true") == ["Z-2"]
    assert nummers(afgerond="false") == ["Z-2026-004512"]
    assert nummers(identificatie="Z-2") == ["Z-2"]
    assert zaaksysteem.get(ZAKEN, kleur="rood").status_code == 400


def test_een_nummer_van_een_persoon_in_het_adres_wordt_geweigerd(zaaksysteem):
    assert zaaksysteem.get(ZAKEN, identificatie=wereld.BSN_FATIMA).status_code == 400


def test_lezen_kost_even_veel_queries_bij_een_als_bij_twintig(zaaksysteem, django_assert_max_num_queries):
    een_zaak()
    with django_assert_max_num_queries(12) as bij_een:
        zaaksysteem.get(ZAKEN)
    for nummer in range(19):
        een_zaak(identificatie=f"Z-{nummer}")
    with django_assert_max_num_queries(len(bij_een)):
        assert zaaksysteem.get(ZAKEN).json()["count"] == 20


def test_het_nummer_staat_versleuteld_in_de_database(zaaksysteem):
    from django.db import connection

    zaaksysteem.post(ZAKEN, body())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT urn::text FROM {ZaakBetrokkene._meta.db_table}")
        assert wereld.BSN_FATIMA not in str(cursor.fetchall())


def test_het_openapi_document_noemt_elk_eindpunt(client):
    document = client.get("/zaken/api/v1/openapi.json").json()

    assert set(document["paths"]["/zaken"]) == {"get", "post"}
    assert {m for m in document["paths"]["/zaken/{uuid}"] if m != "parameters"} == {"get", "put", "patch"}
