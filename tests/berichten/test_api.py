"""De Berichten-API zoals een back-office haar gebruikt."""

from datetime import timedelta

import pytest
from django.test import Client

from berichten.models import Bericht
from berichten.tasks import publiceer_wachtende
from portaal.logboek.models import Inzage
from portaal.tijd import nu
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import ZaakSleutel
from tests import wereld
from tests.api.regels import fouten_in
from tests.paginas.conftest import log_in
from tests.taken.test_api import Systeem as TakenSysteem

pytestmark = pytest.mark.django_db

BERICHTEN = "/berichten/api/v1/berichten"
ZAAK = "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-2026-004512"
DOCUMENT = "urn:nld:gemeentevoorbeeld:informatieobject:uuid:717815f6-1939-4fd2-93f0-83d25bad154e"
SCOPES = ("berichten:lezen", "berichten:schrijven")


class Systeem(TakenSysteem):
    """Een back-office dat berichten stuurt."""

    def __init__(self, client, applicatie, *scopes):
        super().__init__(client, applicatie, *(scopes or SCOPES))

    def stuur(self, **velden):
        """Stuur een bericht en maak te lezen wat aan de beurt is; geeft het antwoord en het pad."""
        antwoord = self.post(BERICHTEN, body(**velden))
        assert antwoord.status_code == 201, antwoord.content.decode()
        publiceer_wachtende()
        return antwoord.json(), f"{BERICHTEN}/{antwoord.json()['uuid']}"


def body(**velden):
    """Precies wat Open VTB verplicht stelt, en wat de test erbij vraagt."""
    return {
        "onderwerp": "Besluit over uw aanvraag",
        "berichtTekst": "U krijgt **bijzondere bijstand**.",
        "ontvanger": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
        "mijnOverheidBerichtenbox": False,
        **velden,
    }


def morgen():
    return (nu() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def zaaksysteem(client):
    return Systeem(client, wereld.applicatie())


@pytest.fixture
def belastingen(client):
    return Systeem(client, wereld.applicatie("Belastingen"))


# --- sturen ----------------------------------------------------------------------------------------------------------
def test_een_back_office_stuurt_een_bericht(zaaksysteem):
    antwoord = zaaksysteem.post(BERICHTEN, body())
    assert antwoord.status_code == 201
    bericht = antwoord.json()
    assert bericht["url"] == f"http://testserver{BERICHTEN}/{bericht['uuid']}" == antwoord["Location"]
    assert bericht["urn"] == f"urn:nld:voorbeeld:berichten:bericht:{bericht['uuid']}"
    assert bericht["ontvanger"] == f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
    assert (bericht["geopendOp"], bericht["toegankelijkOp"]) == (None, None)
    assert bericht["aard"] == "verzoek_om_informatie"


def test_alles_wat_open_vtb_kent_komt_terug_zoals_het_is_gestuurd(zaaksysteem):
    velden = {
        "publicatiedatum": "2026-11-01T08:00:00Z",
        "referentie": "KENMERK-1",
        "berichtType": "BESLUIT",
        "isGerelateerdAan": [{"urn": ZAAK}],
        "handelingsPerspectief": "reactie_ontvangen",
        "einddatumHandelingsTermijn": "2099-11-24T22:59:59Z",
        "mijnOverheidBerichtenbox": True,
        "bijlagen": [{"informatieObject": DOCUMENT, "omschrijving": "Besluit", "isBerichtTypeBijlage": False}],
        "aard": "beschikking",
        "minimaalBetrouwbaarheidsniveau": "midden",
        "bronReferentie": "B-1",
    }
    pad = f"{BERICHTEN}/{zaaksysteem.post(BERICHTEN, body(**velden)).json()['uuid']}"
    terug = zaaksysteem.get(pad).json()
    assert {naam: terug[naam] for naam in velden} == velden


def test_de_laatste_dag_is_een_dag_in_nederland(zaaksysteem):
    zaaksysteem.stuur(einddatumHandelingsTermijn="2099-11-24T23:30:00Z")
    assert str(Bericht.objects.als_systeem("test").get().einddatum_handelingstermijn) == "2099-11-25"


def test_de_eigen_velden_verwijzen_met_url_urn_of_uuid(zaaksysteem):
    taak = wereld.taak(zaaksysteem.applicatie)
    urn = f"urn:nld:voorbeeld:taken:externetaak:{taak.pk}"
    for vorm in (str(taak.pk), urn, f"http://testserver/taken/api/v1/externetaken/{taak.pk}"):
        assert zaaksysteem.stuur(taak=vorm)[0]["taak"] == urn
    eerste, _pad = zaaksysteem.stuur()
    tweede, _pad = zaaksysteem.stuur(vervangt=eerste["url"])
    derde, _pad = zaaksysteem.stuur(trektIn=tweede["urn"])
    assert (tweede["vervangt"], derde["trektIn"]) == (eerste["urn"], tweede["urn"])


def test_een_verwijzing_die_niet_klopt_is_een_400_met_het_veld(zaaksysteem, belastingen):
    vreemd, _pad = belastingen.stuur()
    taak_van_henk = wereld.taak(zaaksysteem.applicatie, wereld.BSN_HENK)
    for veld, waarde in (("vervangt", vreemd["urn"]), ("trektIn", vreemd["url"]), ("taak", str(taak_van_henk.pk))):
        fout = zaaksysteem.post(BERICHTEN, body(**{veld: waarde}))
        assert fout.status_code == 400
        assert [p["name"] for p in fout.json()["invalidParams"]] == [veld]
    assert not Bericht.objects.van(zaaksysteem.applicatie).exists()


def test_alle_fouten_komen_in_een_keer_zonder_het_nummer(zaaksysteem):
    fout = zaaksysteem.post(
        BERICHTEN,
        {
            "onderwerp": "",
            "kleur": "rood",
            "ontvanger": "urn:nld:brp:bsn:123456789",
            "handelingsPerspectief": "dansen",
            "aard": "roddel",
            "mijnOverheidBerichtenbox": "ja",
            "vervangt": "onzin",
            "bijlagen": [{"informatieObject": "geen-urn"}],
        },
    )
    assert fout.status_code == 400
    assert fout["Content-Type"] == "application/problem+json"
    assert {p["name"] for p in fout.json()["invalidParams"]} == {
        *("onderwerp", "kleur", "ontvanger", "handelingsPerspectief", "aard", "mijnOverheidBerichtenbox", "vervangt"),
        *("berichtTekst", "bijlagen.0.informatieObject"),
    }
    assert "123456789" not in fout.content.decode()


def test_de_enums_zijn_die_van_open_vtb(db):
    schemas = Client().get("/berichten/api/v1/openapi.json").json()["components"]["schemas"]
    perspectieven = next(s["enum"] for naam, s in schemas.items() if naam.startswith("HandelingsPerspectief"))
    assert set(perspectieven) == {
        *("betalen", "incasso", "informatie_geven", "informatie_krijgen", "reactie_ontvangen", "vernieuwing_nodig"),
        "uitnodiging_voor_afspraak",
    }


def test_een_bekende_zaak_wordt_gebonden(zaaksysteem):
    sleutels = [(ZaakSleutel.Soort.NUMMER, "Z-2026-004512")]
    zaak = registreer_zaak(wereld.gemeente(), "Bijzondere bijstand", "Z-2026-004512", sleutels)
    zaaksysteem.stuur(isGerelateerdAan=[{"urn": ZAAK}])
    assert Bericht.objects.als_systeem("test").get().zaak_id == zaak.pk


# --- nog eens sturen -------------------------------------------------------------------------------------------------
def test_dezelfde_sleutel_met_dezelfde_inhoud_geeft_hetzelfde_bericht_en_met_een_andere_409(zaaksysteem):
    een = zaaksysteem.post(BERICHTEN, body(), idempotency_key="abc")
    twee = zaaksysteem.post(BERICHTEN, body(), idempotency_key="abc")
    assert (een.status_code, twee.status_code) == (201, 201)
    assert een.json()["uuid"] == twee.json()["uuid"]
    assert zaaksysteem.post(BERICHTEN, body(onderwerp="Anders"), idempotency_key="abc").status_code == 409


def test_dezelfde_bronreferentie_geeft_het_bestaande_of_409_met_het_adres(zaaksysteem):
    een = zaaksysteem.post(BERICHTEN, body(bronReferentie="B-1"))
    twee = zaaksysteem.post(BERICHTEN, body(bronReferentie="B-1"))
    anders = zaaksysteem.post(BERICHTEN, body(bronReferentie="B-1", onderwerp="Anders"))
    assert (een.status_code, twee.status_code, anders.status_code) == (201, 200, 409)
    assert een.json()["uuid"] == twee.json()["uuid"]
    assert anders.json()["bestaand"] == een.json()["url"]


def test_zonder_kenmerk_zijn_twee_gelijke_berichten_twee_berichten(zaaksysteem):
    assert zaaksysteem.stuur()[0]["uuid"] != zaaksysteem.stuur()[0]["uuid"]


# --- lezen is geen openen --------------------------------------------------------------------------------------------
def test_de_afzender_ziet_wanneer_het_is_geopend_en_opent_zelf_niets(zaaksysteem):
    _bericht, pad = zaaksysteem.stuur()
    assert zaaksysteem.get(pad).json()["geopendOp"] is None
    assert zaaksysteem.get(pad).json()["geopendOp"] is None
    log_in(wereld.BSN_FATIMA).client.get(pad.replace("/api/v1/berichten", ""))
    assert zaaksysteem.get(pad).json()["geopendOp"].endswith("Z")


def test_elke_keer_lezen_staat_in_het_inzagelogboek(zaaksysteem):
    _bericht, pad = zaaksysteem.stuur()
    zaaksysteem.get(pad)
    zaaksysteem.get(BERICHTEN)
    waarvoor = list(Inzage.objects.order_by("pk").values_list("waarvoor", flat=True))
    assert waarvoor == ["api:bericht", "api:berichten-lijst"]
    assert {i.betrokkene for i in Inzage.objects.all()} == {wereld.fatima()}


def test_filteren_zoals_open_vtb(zaaksysteem):
    geopend, pad = zaaksysteem.stuur(isGerelateerdAan=[{"urn": ZAAK}])
    dicht, _pad = zaaksysteem.stuur(publicatiedatum=morgen())
    log_in(wereld.BSN_FATIMA).client.get(pad.replace("/api/v1/berichten", ""))
    straks = (nu() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for vraag, uuid in (
        ({"geopendOp__isnull": "false"}, geopend),
        ({"geopendOp__isnull": "true"}, dicht),
        ({"isGerelateerdAan": ZAAK}, geopend),
        ({"publicatiedatum__gt": straks}, dicht),
        ({"publicatiedatum": dicht["publicatiedatum"]}, dicht),
    ):
        gevonden = zaaksysteem.get(BERICHTEN, **vraag).json()["results"]
        assert [b["uuid"] for b in gevonden] == [uuid["uuid"]], vraag


@pytest.mark.parametrize(
    "vraag",
    [{"geopendOp__isnull": "misschien"}, {"publicatiedatum": "gisteren"}, {"kleur": "rood"},
     {"ontvanger": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"}],
)  # fmt: skip
def test_een_vraag_die_niet_kan_is_een_400(zaaksysteem, vraag):
    assert zaaksysteem.get(BERICHTEN, **vraag).status_code == 400


def test_zoeken_op_ontvanger_gaat_met_post_en_staat_in_het_inzagelogboek(zaaksysteem):
    bericht, _pad = zaaksysteem.stuur()
    zaaksysteem.stuur(ontvanger=f"urn:nld:brp:bsn:{wereld.BSN_HENK}")
    gevonden = zaaksysteem.post(f"{BERICHTEN}/_zoek", {"ontvanger": bericht["ontvanger"]})
    assert gevonden.status_code == 200
    assert [b["uuid"] for b in gevonden.json()["results"]] == [bericht["uuid"]]
    assert Inzage.objects.get().waarvoor == "api:berichten-zoek"
    onbekend = zaaksysteem.post(f"{BERICHTEN}/_zoek", {"ontvanger": f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}"})
    assert onbekend.json()["count"] == 0
    onmogelijk = zaaksysteem.post(f"{BERICHTEN}/_zoek", {"ontvanger": "urn:nld:brp:bsn:123456789"})
    assert (onmogelijk.status_code, onmogelijk.json()["invalidParams"][0]["name"]) == (400, "ontvanger")


def test_lezen_kost_even_veel_queries_bij_een_als_bij_vijftig(zaaksysteem, django_assert_max_num_queries):
    zaaksysteem.stuur()
    zaaksysteem.get(BERICHTEN)
    with django_assert_max_num_queries(10) as bij_een:
        zaaksysteem.get(BERICHTEN)
    aantal = len(bij_een)
    for _ in range(49):
        zaaksysteem.post(BERICHTEN, body())
    with django_assert_max_num_queries(aantal):
        assert len(zaaksysteem.get(BERICHTEN).json()["results"]) == 50


# --- wijzigen en intrekken -------------------------------------------------------------------------------------------
def test_voor_publicatie_kan_het_nog_anders(zaaksysteem):
    _bericht, pad = zaaksysteem.stuur(publicatiedatum=morgen())
    na = zaaksysteem.patch(pad, {"onderwerp": "Beter", "einddatumHandelingsTermijn": "2099-01-01T12:00:00Z"})
    assert na.status_code == 200
    assert (na.json()["onderwerp"], na.json()["einddatumHandelingsTermijn"]) == ("Beter", "2099-01-01T12:00:00Z")
    assert zaaksysteem.delete(pad).status_code == 204
    assert zaaksysteem.get(pad).status_code == 404


def test_na_publicatie_is_het_een_409_die_de_weg_wijst(zaaksysteem):
    bericht, pad = zaaksysteem.stuur()
    voor = zaaksysteem.get(pad).json()
    for fout in (zaaksysteem.patch(pad, {"onderwerp": "Anders"}), zaaksysteem.delete(pad)):
        assert fout.status_code == 409
        assert "trektIn" in fout.json()["detail"]
        assert fout.json()["toegankelijkOp"] == voor["toegankelijkOp"]
    assert zaaksysteem.get(pad).json() == voor
    assert bericht["uuid"] == voor["uuid"]


def test_de_afzender_kan_niet_zeggen_dat_het_geopend_is(zaaksysteem):
    for velden in ({}, {"publicatiedatum": morgen()}):
        _bericht, pad = zaaksysteem.stuur(**velden)
        assert zaaksysteem.patch(pad, {"geopendOp": "2026-11-22T09:00:00Z"}).status_code == 403
        assert zaaksysteem.get(pad).json()["geopendOp"] is None


def test_bij_het_maken_telt_geopendop_niet_mee(zaaksysteem):
    assert zaaksysteem.stuur(geopendOp="2026-11-22T09:00:00Z")[0]["geopendOp"] is None


def test_aan_wie_het_is_en_onder_welk_kenmerk_staat_vast(zaaksysteem):
    _bericht, pad = zaaksysteem.stuur(publicatiedatum=morgen(), bronReferentie="B-1")
    for anders in ({"ontvanger": f"urn:nld:brp:bsn:{wereld.BSN_HENK}"}, {"bronReferentie": "B-2"}):
        assert zaaksysteem.patch(pad, anders).status_code == 409
    assert zaaksysteem.patch(pad, {"bronReferentie": "B-1"}).status_code == 200


def test_het_kenmerk_van_een_ingetrokken_bericht_blijft_bezet(zaaksysteem):
    _bericht, pad = zaaksysteem.stuur(publicatiedatum=(wanneer := morgen()), bronReferentie="B-1")
    zaaksysteem.delete(pad)
    fout = zaaksysteem.post(BERICHTEN, body(publicatiedatum=wanneer, bronReferentie="B-1"))
    assert (fout.status_code, fout.json()["code"]) == (409, "bron_referentie_deleted")


# --- wie wat mag -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("methode", ["get", "patch", "delete"])
def test_een_ander_systeem_ziet_het_bericht_niet(zaaksysteem, belastingen, methode):
    _bericht, pad = zaaksysteem.stuur(publicatiedatum=morgen())
    antwoord = getattr(belastingen, methode)(pad, *([{"onderwerp": "x"}] if methode == "patch" else []))
    assert antwoord.status_code == 404
    assert belastingen.get(BERICHTEN).json()["count"] == 0


def test_zonder_token_is_het_401_en_zonder_scope_403(client, zaaksysteem):
    lezer = Systeem(client, zaaksysteem.applicatie, "berichten:lezen")
    taken = Systeem(client, zaaksysteem.applicatie, "taken:lezen", "taken:schrijven")
    _bericht, pad = zaaksysteem.stuur(publicatiedatum=morgen())
    assert client.get(BERICHTEN).status_code == 401
    assert lezer.get(BERICHTEN).status_code == 200
    assert lezer.post(BERICHTEN, body()).status_code == 403
    assert lezer.patch(pad, {"onderwerp": "x"}).status_code == 403
    assert lezer.delete(pad).status_code == 403
    assert taken.get(BERICHTEN).status_code == 403


def test_een_sessie_van_een_persoon_is_geen_token(zaaksysteem):
    assert log_in(wereld.BSN_FATIMA).client.get(BERICHTEN).status_code == 401


# --- het document ----------------------------------------------------------------------------------------------------
def test_het_document_voldoet_aan_de_api_design_rules_behalve_waar_open_vtb_anders_wil(db):
    document = Client().get("/berichten/api/v1/openapi.json").json()
    # Open VTB schrijft geopendOp__isnull en publicatiedatum__gt; de API Design Rules willen camelCase.
    assert [fout for fout in fouten_in(document) if "__" not in fout] == []
    assert {"/berichten", "/berichten/{uuid}"} <= set(document["paths"])
