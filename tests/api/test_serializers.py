"""Strenge invoer: alleen wat bestaat, van het goede type, bewaard zoals gestuurd."""

from typing import Any

import pytest

from tests.api.proef import DingSerializer


def codes(gegevens: dict[str, Any], **extra: Any) -> dict[str, Any]:
    serializer = DingSerializer(data=gegevens, **extra)
    serializer.is_valid()
    return {naam: fouten[0].code if isinstance(fouten, list) else fouten for naam, fouten in serializer.errors.items()}


def waarden(gegevens: dict[str, Any]) -> dict[str, Any]:
    serializer = DingSerializer(data=gegevens)
    serializer.is_valid(raise_exception=True)
    gecontroleerd: dict[str, Any] = serializer.validated_data
    return gecontroleerd


def test_wat_alleen_lezen_is_mag_worden_teruggestuurd() -> None:
    assert waarden({"titel": "x", "url": "http://elders", "uuid": "wat dan ook"}) == {"titel": "x"}


@pytest.mark.parametrize("waarde", ["1", 1.0, True, [1], {}])
def test_een_getal_is_een_getal(waarde: Any) -> None:
    assert codes({"titel": "x", "aantal": waarde}) == {"aantal": "invalid_type"}


@pytest.mark.parametrize("waarde", [1, True, ["x"], {"a": 1}])
def test_tekst_is_tekst(waarde: Any) -> None:
    assert codes({"titel": waarde}) == {"titel": "invalid_type"}


def test_tekst_blijft_zoals_hij_is_gestuurd() -> None:
    assert waarden({"titel": "  Betaal  "})["titel"] == "  Betaal  "


@pytest.mark.parametrize("waarde", ["", "   ", "\u00a0"])
def test_alleen_witruimte_is_leeg(waarde: str) -> None:
    assert codes({"titel": waarde}) == {"titel": "blank"}


def test_regeleinden_mogen_alleen_in_lange_tekst() -> None:
    assert codes({"titel": "een\ntwee", "toelichting": "een\r\n\ttwee"}) == {"titel": "control_characters"}
    assert codes({"titel": "x", "toelichting": "bel\x07"}) == {"toelichting": "control_characters"}


@pytest.mark.parametrize(
    ("gestuurd", "terug"),
    [
        ("2026-11-24T10:30:00+01:00", "2026-11-24T09:30:00Z"),
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("2026-11-24T10:30", "2026-11-24T09:30:00Z"),
        ("2026-11-24T10:30:00.5+00:00", "2026-11-24T10:30:00.500000Z"),
    ],
)
def test_een_moment_komt_in_utc_terug(gestuurd: str, terug: str) -> None:
    assert DingSerializer(waarden({"titel": "x", "tijdstip": gestuurd})).data["tijdstip"] == terug


@pytest.mark.parametrize("waarde", ["2026-11-24", "20261124T103000Z", "2026-W48-2", "2026-02-30T00:00:00Z", "morgen"])
def test_een_moment_dat_geen_moment_is_wordt_geweigerd(waarde: str) -> None:
    assert codes({"titel": "x", "tijdstip": waarde}) == {"tijdstip": "invalid"}


@pytest.mark.parametrize("waarde", ["2026-03-29T02:30:00", "2026-10-25T02:30:00"])
def test_zonder_zone_wordt_een_tijd_in_de_omslag_van_de_zomertijd_geweigerd(waarde: str) -> None:
    assert codes({"titel": "x", "tijdstip": waarde}) == {"tijdstip": "make_aware"}
    assert codes({"titel": "x", "tijdstip": f"{waarde}+01:00"}) == {}


def test_een_moment_buiten_de_kalender_wordt_geweigerd() -> None:
    assert codes({"titel": "x", "tijdstip": "9999-12-31T23:59:59-05:00"}) == {"tijdstip": "overflow"}


def test_bij_een_deel_hoeft_niet_alles_maar_onbekend_blijft_onbekend() -> None:
    assert codes({"details": {"wat": 1}, "isGerelateerdAan": "x"}, partial=True).keys() == {
        "details",
        "isGerelateerdAan",
    }
    assert codes({}, partial=True) == {}
