"""Veel taken in één verzoek: een uitkomst per rij, precies zoals de rij alleen had gekregen."""

import io
import json
from typing import Any

import pytest
from django.test import Client

from portaal.api.models import Token
from portaal.betrokkenen.models import Betrokkene, Identificatie
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Inhoud
from taken import bulk, handelingen
from taken.models import Taak
from tests import wereld
from tests.taken.test_gelijktijdig import tegelijk

pytestmark = pytest.mark.django_db

URLTAKEN = "/taken/api/v1/urltaken"


def rij(nummer: int = 0, **velden: Any) -> dict[str, Any]:
    return {
        "titel": f"Taak {nummer}",
        "isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
        "details": {"uitvraagLink": "https://formulieren.voorbeeld.test/loonstrook"},
        **velden,
    }


@pytest.fixture
def stuur():
    """Stuur rijen als het zaaksysteem; geeft de uitkomsten. `ruw` is de inhoud zoals zij is."""
    geheim = Token.maak(wereld.applicatie(), "test", ["taken:lezen", "taken:schrijven"])[1]

    def doe(
        rijen: Any = None, *, pad: str = URLTAKEN, ndjson: bool = False, ruw: bytes | None = None, proef: bool = False
    ):
        inhoud = ruw if ruw is not None else (
            "\n".join(json.dumps(r) for r in rijen).encode() if ndjson else json.dumps(rijen).encode()
        )  # fmt: skip
        antwoord = Client().post(
            f"{pad}/_bulk" + ("?proef=true" if proef else ""), inhoud,
            content_type="application/x-ndjson" if ndjson else "application/json",
            headers={"authorization": f"Token {geheim}"},
        )  # fmt: skip
        assert antwoord.status_code == 200, antwoord.content
        tekst = antwoord.getvalue().decode()
        return [json.loads(r) for r in tekst.splitlines()] if ndjson else json.loads(tekst)

    return doe


def statussen(uitkomsten: list[dict[str, Any]]) -> list[int]:
    assert [u["index"] for u in uitkomsten] == list(range(len(uitkomsten)))
    return [u["status"] for u in uitkomsten]


def alle():
    return Taak.objects.als_systeem("test").order_by("id")


@pytest.mark.parametrize("ndjson", [False, True])
def test_elke_rij_wordt_een_taak_met_gebeurtenis_inhoud_en_aflevering(stuur, ndjson):
    uit = stuur([rij(n) for n in range(7)], ndjson=ndjson)

    assert statussen(uit) == [201] * 7
    assert {u["uuid"] for u in uit} == {str(t.pk) for t in alle()}
    assert (Gebeurtenis.objects.count(), Inhoud.objects.count(), Aflevering.objects.count()) == (7, 7, 7)
    assert (Betrokkene.objects.count(), Identificatie.objects.count()) == (1, 1)
    assert controleer_alles() == []


def test_een_taak_uit_de_bulk_is_gelijk_aan_een_losse(stuur, client):
    body = rij(
        toelichting="Waarom", einddatumHandelingsTermijn="2099-01-01", categorie="informatie",
        isGerelateerdAan=[{"urn": "urn:nld:gemeente:zaak:zaaknummer:Z-1"}], vertalingen={"en": {"titel": "Task"}},
        details={"uitvraagLink": "https://formulieren.voorbeeld.test/x", "voorinvullenGegevens": {"naam": "Fatima"}},
    )  # fmt: skip
    los = handelingen.maak_aan
    geheim = Token.maak(wereld.applicatie(), "los", ["taken:lezen", "taken:schrijven"])[1]
    client.post(URLTAKEN, body, content_type="application/json", headers={"authorization": f"Token {geheim}"})
    stuur([body])
    een, twee = alle()
    assert los is handelingen.maak_aan
    anders = {"id", "aangemaakt_op", "gewijzigd_op", "gebeurtenissen_hash"}
    for veld in Taak._meta.concrete_fields:
        if veld.name not in anders:
            assert getattr(een, veld.attname) == getattr(twee, veld.attname), veld.name
    inhouden = list(Inhoud.objects.order_by("pk"))
    assert inhouden[0].json == inhouden[1].json
    assert inhouden[0].antwoorden == inhouden[1].antwoorden
    feiten = list(Gebeurtenis.objects.order_by("pk").values_list("feiten", "soort", "actor", "betrokkene", "zaak"))
    assert feiten[0] == feiten[1]


def test_een_rij_met_fouten_houdt_de_andere_niet_tegen_en_zegt_alles_wat_er_mis_is(stuur):
    uit = stuur(
        [
            rij(0),
            rij(1, titel="", kleur="rood", isToegewezenAan="urn:nld:brp:bsn:123456789"),
            rij(2, details={"uitvraagLink": "https://evil.test/x"}),
            rij(3, status="verwerkt"),
            "geen object",
            rij(5),
        ]
    )

    assert statussen(uit) == [201, 400, 400, 400, 400, 201]
    assert {f["name"] for f in uit[1]["fout"]["invalidParams"]} == {"titel", "kleur", "isToegewezenAan"}
    assert uit[2]["fout"]["invalidParams"][0]["code"] == "host_not_allowed"
    assert uit[4]["fout"]["code"] == "not_an_object"
    assert wereld.BSN_FATIMA not in json.dumps(uit)
    assert alle().count() == 2


def test_nog_eens_sturen_maakt_niets_dubbel_ook_niet_binnen_een_verzoek(stuur):
    rijen = [
        rij(0, idempotencyKey="a"), rij(0, idempotencyKey="a"), rij(1, idempotencyKey="a"),
        rij(2, bronReferentie="Z-1"), rij(2, bronReferentie="Z-1"), rij(3, bronReferentie="Z-1"),
        rij(4, verwerkerTaakId="t-1"), rij(4, verwerkerTaakId="t-1"), rij(5, verwerkerTaakId="t-1"),
    ]  # fmt: skip

    eerst = stuur(rijen)

    assert statussen(eerst) == [201, 201, 409, 201, 200, 409, 201, 200, 201]
    assert eerst[0]["uuid"] == eerst[1]["uuid"]
    assert eerst[3]["uuid"] == eerst[4]["uuid"]
    assert [eerst[n]["fout"]["code"] for n in (2, 5)] == ["idempotency_key_reused", "bron_referentie_exists"]
    nog_eens = stuur(rijen)
    assert statussen(nog_eens) == [201, 201, 409, 200, 200, 409, 200, 200, 200]
    assert alle().count() == 4
    assert controleer_alles() == []


def test_los_en_in_bulk_is_hetzelfde_verzoek(stuur, client):
    geheim = Token.maak(wereld.applicatie(), "los", ["taken:lezen", "taken:schrijven"])[1]
    body = rij(0, bronReferentie="Z-9")
    los = client.post(URLTAKEN, body, content_type="application/json", headers={"authorization": f"Token {geheim}"})

    (uit,) = stuur([body])

    assert (uit["status"], uit["uuid"]) == (200, los.json()["uuid"])


def test_wie_zich_afmeldde_krijgt_er_geen_en_zijn_sleutel_blijft_vrij(stuur):
    aanbod = wereld.categorie("aanbod", pro_actief=True)
    taak = wereld.taak(categorie=aanbod)
    toegang = wereld.toegang(taak.betrokkene_id)
    handelingen.zie_af(taak.pk, toegang)
    rijen = [rij(0, categorie="aanbod", idempotencyKey="k"), rij(1, categorie="informatie")]

    uit = stuur(rijen)

    assert statussen(uit) == [409, 201]
    assert uit[0]["fout"]["code"] == "opted_out"
    handelingen.heet_weer_welkom(taak.pk, toegang)
    assert statussen(stuur(rijen[:1])) == [201]


def test_een_proef_zegt_precies_wat_er_zou_gebeuren_en_bewaart_niets(stuur):
    rijen = [rij(0, bronReferentie="Z-1"), rij(1, titel=""), rij(0, bronReferentie="Z-1")]

    proef = stuur(rijen, proef=True)

    assert not alle().exists()
    assert not Gebeurtenis.objects.exists()
    assert not Identificatie.objects.exists()
    assert statussen(proef) == statussen(stuur(rijen)) == [201, 400, 200]


def test_op_externetaken_mogen_de_soorten_door_elkaar(stuur):
    betaling = {"bedrag": "10.00", "transactieomschrijving": "Leges", "doelrekening": {"naam": "Gemeente"}}
    rijen = [rij(0, taakSoort="urltaak"), rij(1, taakSoort="betaaltaak", details=betaling), rij(2)]

    uit = stuur(rijen, pad="/taken/api/v1/externetaken")

    assert statussen(uit) == [201, 201, 400]
    assert [t.soort for t in alle()] == ["urltaak", "betaaltaak"]


@pytest.mark.parametrize(
    ("ruw", "codes"),
    [
        (b" ", ["parse_error"]),
        (b"{}", ["parse_error"]),
        (b"[", ["parse_error"]),
        (b"[]", []),
        (b" [ ] ", []),
        (b"[1, 2.5]", ["not_an_object", "not_an_object"]),
        (b'[{"titel": "x"}', ["invalid", "parse_error"]),
        (b'[{"titel": "x"} {"titel": "y"}]', ["invalid", "parse_error"]),
        (b'[{"titel": "x"}] 5', ["invalid", "parse_error"]),
        (b'[{"a": 1, "a": 2}]', ["duplicate"]),
        (b'[{"a": NaN}]', ["invalid_number"]),
        (b'[{"titel": "\xff"}]', ["invalid_encoding"]),
    ],
)
def test_een_lijst_die_niet_klopt_zegt_waar_het_ophoudt(stuur, ruw, codes):
    assert [u["fout"]["code"] for u in stuur(ruw=ruw)] == codes


def test_een_stukke_regel_in_ndjson_kost_alleen_die_regel(stuur):
    ruw = json.dumps(rij(0)).encode() + b"\n{stuk\n\n" + json.dumps(rij(1)).encode() + b"\n"

    assert statussen(stuur(ruw=ruw, ndjson=True)) == [201, 400, 201]


def test_meer_dan_het_grootste_aantal_rijen_maakt_wat_ervoor_kwam_en_zegt_waar_het_ophield(stuur, monkeypatch):
    monkeypatch.setattr(bulk, "HOOGSTENS", 3)

    uit = stuur([rij(n) for n in range(5)])

    assert statussen(uit) == [201, 201, 201, 413]
    assert uit[-1]["fout"]["code"] == "too_many_rows"


@pytest.mark.parametrize("stuk", [1, 2, 7, 64 * 1024])
def test_de_lijst_komt_in_elke_maat_stukjes_gelijk_binnen(stuk, monkeypatch):
    monkeypatch.setattr(bulk, "DEEL", stuk)
    waarden = [{"a": 'ë "]}, \\ [{'}, {"b": [1, {"c": None}]}, {}, {"d": 1.5e3}]
    tekst = json.dumps(waarden, ensure_ascii=False, indent=1).encode()

    rijen = list(bulk.rijen_uit(io.BytesIO(tekst), ndjson=False))
    regels = b"\n".join(json.dumps(w, ensure_ascii=False).encode() for w in waarden)

    assert [json.loads(r) for r in rijen] == waarden
    assert [json.loads(r) for r in bulk.rijen_uit(io.BytesIO(regels), ndjson=True)] == waarden


def test_zonder_recht_of_met_een_ander_formaat_begint_er_niets(client):
    alleen_lezen = Token.maak(wereld.applicatie(), "test", ["taken:lezen"])[1]
    schrijven = Token.maak(wereld.applicatie(), "test", ["taken:schrijven"])[1]

    def status(geheim: str, soort: str, vraag: str = "") -> int:
        koppen = {"authorization": f"Token {geheim}"} if geheim else {}
        antwoord = client.post(f"{URLTAKEN}/_bulk{vraag}", b"[]", content_type=soort, headers=koppen)
        return int(antwoord.status_code)

    assert status("", "application/json") == 401
    assert status(alleen_lezen, "application/json") == 403
    assert status(schrijven, "text/csv") == 415
    assert status(schrijven, "application/json", "?proef=misschien") == 400
    assert status(schrijven, "application/json", "?kleur=rood") == 400


def test_het_aantal_query_s_hangt_niet_af_van_het_aantal_rijen(stuur, django_assert_max_num_queries):
    stuur([rij(0)])
    with django_assert_max_num_queries(40) as tien:
        stuur([rij(n, bronReferentie=f"a-{n}", idempotencyKey=f"a-{n}") for n in range(10)])
    with django_assert_max_num_queries(len(tien)):
        stuur([rij(n, bronReferentie=f"b-{n}", idempotencyKey=f"b-{n}") for n in range(200)])


@pytest.mark.django_db(transaction=True)
def test_twee_keer_hetzelfde_bestand_tegelijk_maakt_elke_taak_een_keer(stuur):
    rijen = [rij(n, bronReferentie=f"Z-{n}", idempotencyKey=f"k-{n}") for n in range(60)]

    uit = tegelijk(lambda: stuur(rijen), lambda: stuur(list(reversed(rijen))))

    assert alle().count() == 60
    assert {u["status"] for uitkomsten in uit for u in uitkomsten} <= {200, 201}
    assert controleer_alles() == []
