"""De Objecten API zelf: koppen, vorm, rechten, zoeken en wat er met onbruikbare invoer gebeurt."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portaal.api.models import Token
from portaal.betrokkenen.models import Grant
from portaal.logboek.models import Inzage
from portaal.objecten.models import Koppelfout, Koppelfoutsoort, Koppelobject
from taken.models import Status, Taak, TaakSoort
from tests import wereld
from tests.inloggen.hulp import sessie_voor
from tests.objecten.conftest import BASIS, SCOPES, maak_koppeling
from tests.objecten.gzac import V1_TYPE, V2_TYPE, ZAAK, Gzac, v1, v2

pytestmark = pytest.mark.django_db


def taak(uuid: str) -> Taak:
    return Taak.objects.als_systeem("test").get(pk=uuid)


def fouten(antwoord) -> dict[str, str]:
    assert antwoord.koppen["Content-Type"] == "application/problem+json"
    return {f["name"]: f["code"] for f in antwoord.json.get("invalidParams", [])}


def pagina(uuid: str) -> str:
    client = Client()
    sessie_voor(client, wereld.fatima())
    return client.get(f"/taken/{uuid}").content.decode()


# --- koppen ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("methode", "koppen", "status"),
    [
        ("POST", {}, 412),
        ("POST", {"Content-Crs": "EPSG:28992"}, 406),
        ("POST", {"Content-Crs": "EPSG:4326", "Accept-Crs": "EPSG:28992"}, 406),
        ("GET", {"Accept-Crs": "EPSG:28992"}, 406),
        ("GET", {}, 200),
        ("GET", {"Accept-Crs": "EPSG:4326"}, 200),
    ],
)
def test_het_coordinatenstelsel_hoort_bij_schrijven(gzac, methode, koppen, status):
    inhoud = {"type": gzac.type_url, "record": {}} if methode == "POST" else None
    antwoord = gzac.stuur(methode, f"{BASIS}objects", {"Authorization": f"Token {gzac.token}", **koppen}, inhoud)

    assert antwoord.status == status
    if status == 200:
        assert antwoord.koppen["Content-Crs"] == "EPSG:4326"


def test_zonder_token_zonder_scope_en_met_een_ingetrokken_token_kan_er_niets(gzac, koppeling):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    alleen_taken = Token.maak(koppeling.applicatie, "taken", ["taken:lezen"])[1]
    alleen_lezen = Token.maak(koppeling.applicatie, "lezen", ["objecten:lezen"])[1]

    assert gzac.stuur("GET", gemaakt["url"], {}, None).status == 401
    assert gzac.stuur("GET", gemaakt["url"], {"Authorization": "Token " + "x" * 40}, None).status == 401
    assert Gzac(BASIS, alleen_taken).roep("GET", gemaakt["url"]).status == 403
    assert Gzac(BASIS, alleen_lezen).roep("GET", gemaakt["url"]).status == 200
    assert Gzac(BASIS, alleen_lezen).roep("DELETE", gemaakt["url"], crs="content").status == 403


# --- vorm --------------------------------------------------------------------------------------------------------------------
def test_alles_wat_er_mis_is_staat_in_een_antwoord(gzac):
    antwoord = gzac.roep("POST", f"{BASIS}objects", {"record": {"startAt": "vandaag", "data": []}}, crs="content")

    assert antwoord.status == 400
    assert fouten(antwoord) == {
        "type": "required",
        "record.typeVersion": "required",
        "record.startAt": "invalid",
        "record.data": "not_a_dict",
    }


def test_zonder_bruikbare_geadresseerde_is_er_geen_taak_en_een_medewerker_ziet_het(gzac):
    data = v1("123456789", status="weg")

    antwoord = gzac.maak_ruw(data)

    assert antwoord.status == 400
    assert fouten(antwoord) == {"record.data.identificatie.value": "invalid", "record.data.status": "invalid_choice"}
    assert "123456789" not in str(antwoord.json)
    fout = Koppelfout.objects.get()
    assert fout.soort == Koppelfoutsoort.GEWEIGERD
    assert fout.wat == "record.data.identificatie.value (invalid), record.data.status (invalid_choice)"


def test_een_onbekend_objecttype_wordt_geweigerd_en_gemeld(gzac):
    gzac.objecttype = "11111111-2222-4333-8444-555555555555"

    assert fouten(gzac.maak_ruw(v1(wereld.BSN_FATIMA))) == {"type": "invalid"}

    assert Koppelfout.objects.get().soort == Koppelfoutsoort.ONBEKEND_OBJECTTYPE


def test_een_zelfgekozen_uuid_wordt_die_van_de_taak(gzac):
    uuid = "8b1f5d56-3c06-4b3c-9b0c-1f1f0e8f7c11"
    data = v1(wereld.BSN_FATIMA)

    assert gzac.maak(data, uuid=uuid)["uuid"] == uuid
    assert gzac.maak(data, uuid=uuid)["uuid"] == uuid
    assert Taak.objects.als_systeem("test").count() == 1
    assert fouten(gzac.maak_ruw({**data, "title": "Anders"}, uuid=uuid)) == {"uuid": "unique"}


def test_put_vervangt_en_patch_voegt_samen_ook_dieper(gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, data={"a": 1, "b": {"c": 2}}))

    gepatcht = gzac.roep(
        "PATCH", gemaakt["url"], {"record": {"data": {"data": {"b": {"d": None}}, "title": "Nieuw"}}}, crs="content"
    ).json
    assert gepatcht["record"]["data"]["data"] == {"a": 1, "b": {"c": 2, "d": None}}
    assert gepatcht["record"]["index"] == 2
    assert taak(gemaakt["uuid"]).titel == "Nieuw"

    geheel = {k: v for k, v in gemaakt["record"]["data"].items() if k != "zaak"}
    inhoud = {
        **gepatcht,
        "record": {**gepatcht["record"], "data": geheel, "correctionFor": "2", "correctedBy": "BSN:x"},
    }
    geput = gzac.roep("PUT", gemaakt["url"], inhoud, crs="content").json
    assert geput["record"]["data"] == geheel
    assert (geput["record"]["index"], geput["record"]["correctionFor"], geput["record"]["correctedBy"]) == (3, 2, None)
    assert taak(gemaakt["uuid"]).titel == "Aanvullende gegevens"


def test_type_en_geadresseerde_veranderen_niet(gzac, gzac2):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))

    ander_type = gzac.roep("PATCH", gemaakt["url"], {"type": gzac2.type_url}, crs="content")
    assert fouten(ander_type) == {"type": "immutable-field"}
    data = {"identificatie": {"type": "bsn", "value": wereld.BSN_HENK}}
    assert gzac.roep("PATCH", gemaakt["url"], {"record": {"data": data}}, crs="content").status == 409
    assert gzac.haal(gemaakt["url"]) == gemaakt


def test_geen_enkel_adres_in_een_antwoord_komt_uit_de_kop_host(gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    for _n in range(2):
        gzac.maak(v1(wereld.BSN_FATIMA, title=str(_n)))
    lijst = gzac.roep("GET", f"{BASIS}objects?pageSize=2&page=1&ordering=-record__startAt").json

    assert lijst["next"] == f"{BASIS}objects?pageSize=2&page=2&ordering=-record__startAt"
    for adres in (gemaakt["url"], *(o["url"] for o in lijst["results"])):
        assert adres.startswith(BASIS)


# --- wie ziet wat --------------------------------------------------------------------------------------------------------------
def test_een_object_van_een_ander_is_er_niet(gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    belastingen = wereld.applicatie("Belastingen")
    maak_koppeling(belastingen)
    ander = Gzac(BASIS, Token.maak(belastingen, "x", SCOPES)[1])

    inhoud = {"record": {"data": {"status": "verwerkt"}}}
    for pad in ("", "/history", "/1"):
        assert ander.roep("GET", gemaakt["url"] + pad).status == 404
    for methode in ("PATCH", "DELETE"):
        assert ander.roep(methode, gemaakt["url"], inhoud, crs="content").status == 404
    assert ander.roep("GET", f"{BASIS}objects").json["count"] == 0
    assert taak(gemaakt["uuid"]).status == Status.OPEN


@pytest.mark.lang
def test_een_koppeling_die_uit_staat_is_er_niet(gzac, koppeling):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    koppeling.actief = False
    koppeling.save()

    assert gzac.roep("GET", gemaakt["url"]).status == 404
    assert gzac.maak_ruw(v1(wereld.BSN_FATIMA)).status == 403


def test_lezen_staat_in_het_inzagelogboek(gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))

    gzac.haal(gemaakt["url"])
    gzac.lijst()

    regels = Inzage.objects.filter(betrokkene=wereld.fatima()).order_by("pk")
    assert [r.waarvoor for r in regels] == ["api:object", "api:objecten-lijst"]


# --- zoeken ------------------------------------------------------------------------------------------------------------------
def test_zoeken_zoals_gzac_en_nl_portal_het_doen(gzac2):
    eerste = gzac2.maak(v2(wereld.BSN_FATIMA))
    gzac2.maak(v2(wereld.BSN_HENK, titel="Maak een afspraak", eigenaar="Zaken"))

    def vind(vraag: str, **erbij: str) -> list[str]:
        antwoord = gzac2.lijst(data_attrs=vraag, **erbij)
        assert antwoord.status == 200, antwoord.json
        return [o["record"]["data"]["titel"] for o in antwoord.json["results"]]

    assert vind("status__exact__open,eigenaar__in__GZAC|Anders") == ["Vul uw inkomen aan"]
    assert vind("titel__icontains__AFSPRAAK") == ["Maak een afspraak"]
    assert vind(f"koppeling__value__exact__{ZAAK.rsplit('/', 1)[1]}") == ["Vul uw inkomen aan", "Maak een afspraak"]
    assert vind("verloopdatum__gte__2099-01-01", ordering="-record__index") == [
        "Vul uw inkomen aan",
        "Maak een afspraak",
    ]
    assert vind("bestaat__niet__exact__x") == []
    gzac2.patch_v2(eerste)
    assert vind("status__exact__open") == ["Maak een afspraak"]


@pytest.mark.parametrize("vraag", ["status", "status__is__open", "__exact__open"])
def test_een_vraag_die_niet_te_lezen_is_is_een_fout(gzac, vraag):
    assert gzac.lijst(data_attrs=vraag).status == 400


def test_een_nummer_in_het_adres_wordt_geweigerd_tenzij_de_koppeling_het_toestaat(gzac, koppeling):
    gzac.maak(v1(wereld.BSN_FATIMA))
    vraag = f"identificatie__value__exact__{wereld.BSN_FATIMA}"

    geweigerd = gzac.lijst(data_attrs=vraag)
    assert fouten(geweigerd) == {"data_attrs": "number_in_query"}
    assert wereld.BSN_FATIMA not in str(geweigerd.json)

    zoek = {"type": gzac.type_url, "data_attrs": vraag}
    assert gzac.roep("POST", f"{BASIS}objects/search", zoek, crs="content").json["count"] == 1

    koppeling.nummers_in_adres = True
    koppeling.save()
    assert gzac.lijst(data_attrs=vraag).json["count"] == 1


def test_het_aantal_queries_hangt_niet_van_het_aantal_objecten_af(gzac):
    gzac.maak(v1(wereld.BSN_FATIMA))

    def tel(doe) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            doe()
        return len(queries)

    gzac.lijst()  # het stempel van het token
    een, gezocht = tel(gzac.lijst), tel(lambda: gzac.lijst(data_attrs="status__exact__open"))
    for n in range(12):
        gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, title=str(n)))

    assert tel(gzac.lijst) == een <= 6
    assert tel(lambda: gzac.lijst(data_attrs="status__exact__open")) == gezocht <= 6
    assert tel(lambda: gzac.haal(gemaakt["url"])) <= 6


# --- objecttypen en rechten --------------------------------------------------------------------------------------------------
def test_objecttypen_in_de_vorm_van_de_objecttypen_api(gzac):
    lijst = gzac.roep("GET", f"{BASIS}objecttypes").json
    eerste = next(t for t in lijst["results"] if t["uuid"] == V1_TYPE)

    assert lijst["count"] == 5
    assert eerste["url"] == gzac.type_url
    assert eerste["versions"] == [f"{gzac.type_url}/versions/1"]
    assert gzac.roep("GET", f"{BASIS}objecttypes/{V1_TYPE}").json == eerste
    [versie] = gzac.roep("GET", f"{BASIS}objecttypes/{V1_TYPE}/versions").json["results"]
    assert versie == gzac.roep("GET", f"{BASIS}objecttypes/{V1_TYPE}/versions/1").json
    assert versie["jsonSchema"]["properties"]["status"]["enum"] == ["open", "ingediend", "verwerkt", "gesloten"]
    assert gzac.roep("GET", f"{BASIS}objecttypes/{V1_TYPE}/versions/2").status == 404
    rechten = gzac.roep("GET", f"{BASIS}permissions").json["results"]
    assert {"type": gzac.type_url, "mode": "read_and_write", "use_fields": False, "fields": {}} in rechten


def test_het_schema_van_een_objecttype_past_op_wat_gzac_stuurt(gzac):
    from jsonschema import validate

    from portaal.objecten.models import Dialect
    from portaal.objecten.schemas import schema_voor

    validate(v1(wereld.BSN_FATIMA, formulier={"type": "url", "value": "https://x.test"}), schema_voor(Dialect.V1))
    validate(v2(wereld.BSN_FATIMA), schema_voor(Dialect.V2))


# --- Open Formulieren --------------------------------------------------------------------------------------------------------
@pytest.fixture
def open_formulieren(koppeling) -> Gzac:
    applicatie = wereld.applicatie("Open Formulieren")
    Grant.objects.create(eigenaar=koppeling.applicatie, uitvoerder=applicatie)
    return Gzac(BASIS, Token.maak(applicatie, "OF", SCOPES)[1], V2_TYPE)


def url_taak(**velden):
    data = v2(wereld.BSN_FATIMA, soort="url", url={"uri": "https://formulieren.voorbeeld.test/afspraak"}, **velden)
    del data["portaalformulier"]
    return data


def test_open_formulieren_haalt_vult_en_sluit_een_taak(gzac2, koppeling, open_formulieren, open_notificaties, werkers):
    koppeling.linkparameter = "initial_data_reference"
    koppeling.save()
    gemaakt = gzac2.maak(url_taak())
    link = f"https://formulieren.voorbeeld.test/afspraak?initial_data_reference={gemaakt['uuid']}"
    assert taak(gemaakt["uuid"]).uitvoerlink == link
    assert link in pagina(gemaakt["uuid"])

    gehaald = open_formulieren.haal(gemaakt["url"])  # vooraf invullen, en kijken of het van deze persoon is
    assert gehaald["record"]["data"]["identificatie"] == {"type": "bsn", "value": wereld.BSN_FATIMA}
    inhoud = {"record": {"typeVersion": 1, "startAt": "2026-08-20", "data": {"status": "afgerond", "tijd": "10:00"}}}
    antwoord = open_formulieren.roep("PATCH", gemaakt["url"], inhoud, crs="content")

    assert antwoord.status == 200
    assert antwoord.json["record"]["data"]["tijd"] == "10:00"
    gedaan = taak(gemaakt["uuid"])
    assert gedaan.status == Status.UITGEVOERD
    assert gedaan.gegevens == {"ontvangenGegevens": {"tijd": "10:00"}}
    werkers(gzac2)
    assert [m["actie"] for m in open_notificaties.meldingen[:2]] == ["create", "update"]  # een PATCH, en toch update
    assert gzac2.fouten == []
    assert taak(gemaakt["uuid"]).status == Status.VERWERKT


def test_open_formulieren_hoeft_de_status_niet_te_kennen(gzac, open_formulieren, werkers):
    gemaakt = gzac.maak(
        v1(wereld.BSN_FATIMA, formulier={"type": "url", "value": "https://formulieren.voorbeeld.test/x"})
    )
    inhoud = {"record": {"data": {"verzonden_data": {"antwoord": "ja"}}}}

    antwoord = open_formulieren.roep("PATCH", gemaakt["url"], inhoud, crs="content")

    assert antwoord.json["record"]["data"]["status"] == "ingediend"
    werkers(gzac)
    assert gzac.bewaard == {"antwoord": "ja"}
    assert open_formulieren.roep("PATCH", gemaakt["url"], inhoud, crs="content").status == 200  # nog eens mag
    anders = {"record": {"data": {"verzonden_data": {"antwoord": "nee"}}}}
    assert open_formulieren.roep("PATCH", gemaakt["url"], anders, crs="content").status == 409


@pytest.mark.parametrize(
    "data",
    [{"status": "verwerkt"}, {"status": "gesloten"}, {"titel": "Anders"}, {"verwerker_taak_id": "x"}],
)
def test_open_formulieren_mag_alleen_uitvoeren(gzac2, open_formulieren, data):
    gemaakt = gzac2.maak(url_taak())

    antwoord = open_formulieren.roep("PATCH", gemaakt["url"], {"record": {"data": data}}, crs="content")

    assert antwoord.status == 403
    assert gzac2.haal(gemaakt["url"]) == gemaakt
    assert open_formulieren.roep("DELETE", gemaakt["url"], crs="content").status == 403


def test_open_formulieren_ziet_de_objecttypen_van_de_taken_en_niet_die_van_berichten(open_formulieren):
    lijst = open_formulieren.roep("GET", f"{BASIS}objecttypes").json

    assert {t["uuid"] for t in lijst["results"]} == {V1_TYPE, V2_TYPE}


# --- verdraagzaam --------------------------------------------------------------------------------------------------------------
def test_een_onbekend_formulier_wordt_een_koppelfout_en_een_tekst_voor_de_persoon(gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, formulier={"type": "id", "value": "bestaat-niet"}))

    fout = Koppelfout.objects.get()
    assert (fout.soort, fout.wat) == (Koppelfoutsoort.ONBEKEND_FORMULIER, "bestaat-niet")
    assert "Dit formulier kunt u hier niet invullen. Neem contact op met Gemeente Voorbeeld" in pagina(gemaakt["uuid"])


@pytest.mark.lang
def test_een_link_naar_een_vreemde_website_komt_niet_op_de_pagina(gzac2):
    gemaakt = gzac2.maak(url_taak(titel="Kijk eens") | {"url": {"uri": "https://kwaad.test/x"}})

    assert Koppelfout.objects.get().soort == Koppelfoutsoort.HOST_NIET_TOEGESTAAN
    tekst = pagina(gemaakt["uuid"])
    assert "kwaad.test" not in tekst
    assert "Neem contact op met Gemeente Voorbeeld" in tekst


def test_een_bedrag_blijft_op_de_cent_gelijk(gzac2):
    for bedrag, getoond in (
        (147.43, "147.43"),
        (19.99, "19.99"),
        (10.12, "10.12"),
        (300.39, "300.39"),
        (0.1, "0.10"),
        (5, "5.00"),
    ):
        data = v2(wereld.BSN_FATIMA, soort="ogonebetaling")
        data["ogonebetaling"] = {"bedrag": bedrag, "betaalkenmerk": "abcdef1234", "pspid": "MyID"}
        gemaakt = gzac2.maak(data)

        assert taak(gemaakt["uuid"]).soort == TaakSoort.BETAALTAAK
        assert taak(gemaakt["uuid"]).details["bedrag"] == getoond
        assert gzac2.haal(gemaakt["url"])["record"]["data"]["ogonebetaling"]["bedrag"] == bedrag


@pytest.mark.lang
def test_een_bedrag_dat_er_geen_is_wordt_een_koppelfout(gzac2):
    for bedrag in (-1, 0, 1.234, "veel", None, True):
        gemaakt = gzac2.maak(v2(wereld.BSN_FATIMA, soort="ogonebetaling", ogonebetaling={"bedrag": bedrag}))

        assert Koppelfout.objects.get(object=gemaakt["uuid"]).soort == Koppelfoutsoort.ONLEESBAAR_BEDRAG
    assert "Neem contact op" in pagina(gemaakt["uuid"])


@pytest.mark.lang
def test_een_oude_koppeling_met_uuid_komt_terug_als_value(gzac2):
    data = v2(wereld.BSN_FATIMA, koppeling={"registratie": "zaak", "uuid": "5551a7c5-4e92-43e6-8d23-80359b7e22b7"})
    gemaakt = gzac2.maak(data)
    assert gemaakt["record"]["data"] == data  # woordelijk, zolang er niets verandert
    from portaal.inloggen.partij import Partij
    from taken.handelingen import voer_uit

    voer_uit(taak(gemaakt["uuid"]).pk, Partij.systeem(taak(gemaakt["uuid"]).applicatie))

    assert gzac2.haal(gemaakt["url"])["record"]["data"]["koppeling"] == {
        "registratie": "zaak",
        "value": "5551a7c5-4e92-43e6-8d23-80359b7e22b7",
    }


@pytest.mark.lang
def test_een_te_lange_titel_wordt_ingekort_en_komt_heel_terug(gzac):
    lang = "Stuur " + "zeer " * 80 + "snel"
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA, title=lang))

    assert len(taak(gemaakt["uuid"]).titel) == 200
    gzac.patch_v1(gemaakt)
    assert gzac.haal(gemaakt["url"])["record"]["data"]["title"] == lang


def test_wat_er_gestuurd_is_staat_niet_leesbaar_in_de_database(gzac):
    gzac.maak(v1(wereld.BSN_FATIMA))
    tabel = Koppelobject._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT data FROM {tabel}")
        [(ruw,)] = cursor.fetchall()
    assert wereld.BSN_FATIMA.encode() not in bytes(ruw)
    assert b"Jansen" not in bytes(ruw)


def test_een_taak_zonder_bruikbaar_formulier_of_link_is_ook_in_de_taken_api_te_lezen(gzac, gzac2, koppeling):
    gzac.maak(v1(wereld.BSN_FATIMA, formulier={"type": "id", "value": "bestaat-niet"}))
    gzac2.maak(url_taak() | {"url": {"uri": "https://kwaad.test/x"}})
    gzac2.maak(v2(wereld.BSN_FATIMA, soort="ogonebetaling", ogonebetaling={"bedrag": "veel"}))
    token = Token.maak(koppeling.applicatie, "taken", ["taken:lezen"])[1]

    antwoord = Client().get("/taken/api/v1/externetaken", headers={"authorization": f"Token {token}"})

    assert [t["taakSoort"] for t in antwoord.json()["results"]] == ["formuliertaak", "urltaak", "formuliertaak"]
