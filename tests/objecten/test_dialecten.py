"""De dialecten als zuivere functies: termijnen, bestanden, en wat er woordelijk blijft."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portaal.objecten.dialecten import voeg_samen
from portaal.objecten.zoeken import lees_voorwaarden
from taken.dialecten import externe_klanttaak, klanttaak, portaaltaak
from taken.dialecten.objecten import Bij, OnleesbaarError, bestandsvelden, met_documenten, met_parameter, schrijf_dag
from taken.models import Status, Taak, TaakSoort
from tests import wereld
from tests.objecten.gzac import kotlin_local_date_time, v1, v2


@pytest.mark.parametrize(
    ("gestuurd", "zone", "laatste_dag"),
    [
        ("2026-09-03T10:15:30.000Z", "UTC", date(2026, 9, 3)),
        ("2026-09-03T23:15:30.000Z", "UTC", date(2026, 9, 4)),  # in Nederland is het dan al morgen
        ("2026-09-03T23:15:30.000Z", "Europe/Amsterdam", date(2026, 9, 3)),  # de Z staat er letterlijk
        ("2026-09-03T10:15:30", "UTC", date(2026, 9, 3)),
        ("2026-09-03", "UTC", date(2026, 9, 3)),
        (None, "UTC", None),
        ("", "UTC", None),
    ],
)
def test_de_termijn_van_een_portaaltaak_staat_in_de_tijd_van_de_server(gestuurd, zone, laatste_dag):
    gelezen = portaaltaak.lees(v1(wereld.BSN_FATIMA, verloopdatum=gestuurd), Bij(zone=ZoneInfo(zone)))
    assert gelezen.nieuw.einddatum == laatste_dag


@pytest.mark.parametrize(
    ("gestuurd", "laatste_dag"),
    [
        ("2024-12-31T23:00:00.000Z", date(2025, 1, 1)),  # 01-01-2025, middernacht in Amsterdam
        ("2026-09-20T22:00:00.000Z", date(2026, 9, 21)),  # zomertijd
        ("2024-12-23T23:00", date(2024, 12, 23)),
        ("2026-09-20T22:00:00+02:00", date(2026, 9, 20)),
    ],
)
def test_de_termijn_van_een_klanttaak_is_echt_utc(gestuurd, laatste_dag):
    assert externe_klanttaak.lees(v2(wereld.BSN_FATIMA, verloopdatum=gestuurd), Bij()).nieuw.einddatum == laatste_dag


@pytest.mark.parametrize("onzin", ["morgen", "2026-02-30T10:00:00Z", "9999-12-31T23:59:59-12:00", 5, ["x"]])
def test_een_termijn_die_niet_te_lezen_is_houdt_de_taak_niet_tegen(onzin):
    gelezen = portaaltaak.lees(v1(wereld.BSN_FATIMA, verloopdatum=onzin), Bij())
    assert gelezen.nieuw.einddatum is None
    assert "onleesbare_termijn" in {m.soort for m in gelezen.mankementen}


@settings(deadline=None, max_examples=25)
@given(st.dates(min_value=date(1971, 1, 1), max_value=date(2200, 1, 1)))
def test_een_termijn_die_wij_schrijven_lezen_gzac_en_wijzelf_als_dezelfde_dag(dag):
    geschreven = schrijf_dag(dag)
    kotlin_local_date_time(geschreven)
    for zone in ("UTC", "Europe/Amsterdam"):
        data = v1(wereld.BSN_FATIMA, verloopdatum=geschreven)
        assert portaaltaak.lees(data, Bij(zone=ZoneInfo(zone))).nieuw.einddatum == dag
    assert externe_klanttaak.lees(v2(wereld.BSN_FATIMA, verloopdatum=geschreven), Bij()).nieuw.einddatum == dag


def test_bestanden_worden_adressen_met_wijzers_ernaar():
    definitie = {
        "components": [
            {"type": "textfield", "key": "naam"},
            {"type": "fieldset", "components": [{"type": "file", "key": "bewijs"}, {"type": "file", "key": "leeg"}]},
            {"type": "file", "key": "a/b~c"},
        ]
    }
    antwoorden = {
        "naam": "https://geen.bestand.test/",
        "bewijs": [{"url": "https://documenten.test/1", "name": "x.pdf", "size": 3}, "https://documenten.test/2"],
        "a/b~c": "https://documenten.test/3",
    }

    assert met_documenten(antwoorden, bestandsvelden(definitie)) == {
        "naam": "https://geen.bestand.test/",
        "bewijs": ["https://documenten.test/1", "https://documenten.test/2"],
        "leeg": [],
        "a/b~c": ["https://documenten.test/3"],
        "documenten": ["/bewijs", "/a~1b~0c"],
    }
    assert met_documenten({"naam": "x"}, []) == {"naam": "x"}


def test_naar_een_bestand_dat_alleen_bij_de_portaal_staat_wijst_niets():
    """GZAC zou het als document aan de zaak willen hangen, en daarop stuklopen."""
    antwoorden = {
        "hier": [{"url": "https://mijn.test/bestanden/api/v1/bestanden/1", "storage": "url"}],
        "daar": [{"url": "https://documenten.test/enkelvoudiginformatieobjecten/1", "storage": "documenten-api"}],
    }

    verzonden = met_documenten(antwoorden, ["hier", "daar"])

    assert verzonden["documenten"] == ["/daar"]
    assert verzonden["hier"] == ["https://mijn.test/bestanden/api/v1/bestanden/1"]


@pytest.mark.parametrize(
    ("adres", "met"),
    [
        ("https://f.test/x", "https://f.test/x?ref={uuid}"),
        ("https://f.test/x?a=1#deel", "https://f.test/x?a=1&ref={uuid}#deel"),
        ("https://f.test/{uuid}", "https://f.test/{uuid}"),
        ("https://f.test/x?ref=zelf", "https://f.test/x?ref=zelf"),
    ],
)
def test_de_uuid_komt_een_keer_achter_de_link(adres, met):
    assert met_parameter(adres, "ref") == met
    assert met_parameter(adres, "") == adres


def test_zonder_verandering_komt_precies_terug_wat_er_gestuurd_is():
    bij = Bij(formulier=lambda naam: None)
    for dialect, data in (
        (portaaltaak, v1(wereld.BSN_FATIMA, vreemd={"x": [1, 2.5, None]})),
        (externe_klanttaak, v2(wereld.BSN_FATIMA, vreemd=None)),
        (klanttaak, {"title": "x", "status": "open", "identificatie": {"type": "bsn", "value": wereld.BSN_FATIMA}}),
    ):
        nieuw = dialect.lees(data, bij).nieuw
        taak = Taak(titel=nieuw.titel, status=Status.OPEN, einddatum_handelingstermijn=nieuw.einddatum, details={})
        assert dialect.toon(data, taak, bij) == data


def test_oude_velden_van_een_portaaltaak_worden_nog_gelezen():
    oud = {"bsn": wereld.BSN_FATIMA, "formulier_url": "https://formulieren.voorbeeld.test/x", "status": "open"}
    gelezen = portaaltaak.lees(oud, Bij(host_mag=lambda host: True))
    assert gelezen.nieuw.soort == TaakSoort.URLTAAK
    assert gelezen.nieuw.titel == "Er wordt iets van u gevraagd"


json_waarden: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda deel: st.lists(deel, max_size=3) | st.dictionaries(st.text(max_size=8), deel, max_size=3),
    max_leaves=8,
)


@pytest.mark.lang
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*v1("x"), *v2("x"), "actie", "betrokkenen"]), json_waarden))
def test_wat_een_systeem_ook_stuurt_een_dialect_breekt_niet(onzin):
    """Geen enkele inhoud geeft een onverwachte fout: er is een taak van te maken, of er staat waarom niet."""
    goed = {"identificatie": {"type": "bsn", "value": wereld.BSN_FATIMA}, "status": "open", "title": "x"}
    for dialect in (portaaltaak, externe_klanttaak, klanttaak):
        for data in (onzin, {**onzin, **goed}):
            try:
                nieuw = dialect.lees(data, Bij(host_mag=lambda host: True)).nieuw
            except OnleesbaarError:
                continue
            assert 0 < len(nieuw.titel) <= 200
            assert len(nieuw.verwerker_taak_id) <= 36
            assert len(nieuw.termijn_zoals_gestuurd) <= 40


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(max_size=5), json_waarden, max_size=4))
def test_een_object_met_zichzelf_samenvoegen_verandert_niets(data):
    assert voeg_samen(data, data) == data


def test_een_voorwaarde_kan_een_dubbel_streepje_in_het_pad_hebben():
    [voorwaarde] = lees_voorwaarden(["a__b__exact__x,y"], los=True)
    assert (voorwaarde.pad, voorwaarde.waarde) == (("a", "b"), "x,y")
    assert voorwaarde.geldt({"a": {"b": "x,y"}})
    assert not voorwaarde.geldt({"a": {}})
