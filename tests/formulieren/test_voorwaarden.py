"""Vragen die er alleen bij sommige antwoorden zijn, en regels over meer antwoorden tegelijk."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portaal.formulieren.logica import LogicaFout, lees_logica, reken
from tests.formulieren.test_componenten import KINDEREN, toon
from tests.formulieren.test_definitie import KEUZES, codes, formulier, onderdeel

LOGICA = json.loads((Path(__file__).parent / "logica.json").read_text())


def als(bij: str, waarde: Any, toon_: Any = True) -> dict[str, Any]:
    return {"conditional": {"show": toon_, "when": bij, "eq": waarde}}


AUTO = formulier(
    onderdeel("radio", key="auto", label="Heeft u een auto?", values=KEUZES, validate={"required": True}),
    onderdeel("licenseplate", key="kenteken", label="Kenteken", validate={"required": True}, **als("auto", "ja")),
    onderdeel("textfield", key="merk", label="Merk", validate={"required": True}, **als("kenteken", "AB-12-CD")),
)


def test_wat_er_niet_is_is_niet_verplicht_is_leeg_en_staat_toch_in_het_antwoord():
    ingevuld = AUTO.lees({"auto": "nee", "kenteken": "AB12CD", "merk": "Fiat"})
    assert ingevuld.geldig
    assert ingevuld.waarden == {"auto": "nee", "kenteken": "", "merk": ""}
    assert ingevuld.rijen() == [("Heeft u een auto?", "Nee")]


def test_wat_er_wel_is_wordt_gecontroleerd():
    assert list(AUTO.lees({"auto": "ja"}).fouten) == ["kenteken"]
    assert AUTO.lees({"auto": "ja", "kenteken": "ab12cd"}).fouten == {"merk": "Vul dit in."}
    assert AUTO.lees({"auto": "ja", "kenteken": "ab12cd", "merk": "Fiat"}).geldig
    assert AUTO.lees_json({"auto": "nee", "kenteken": "AB-12-CD", "merk": "x"}).waarden["merk"] == ""


def test_op_de_pagina_staat_alles_maar_wat_er_niet_is_is_verborgen():
    pagina = toon(AUTO.begin())
    vak = pagina[pagina.index('data-veld="kenteken"') :]
    assert " hidden>" in vak[: vak.index("<label")]
    assert 'name="_verborgen" value="kenteken merk"' in pagina
    zichtbaar = toon(AUTO.lees({"auto": "ja"}))
    vak = zichtbaar[zichtbaar.index('data-veld="kenteken"') :]
    assert " hidden>" not in vak[: vak.index("<label")]


@pytest.mark.parametrize(
    ("voorwaarde", "antwoorden", "er"),
    [
        (als("a", "ja"), {"a": "ja"}, True), (als("a", "ja", "false"), {"a": "ja"}, False),
        (als("v", "true"), {"v": True}, True),
        (als("v", True), {"v": False}, False), (als("g", 5), {"g": 5}, True),
        (als("b", "x"), {"b": {"x": True, "y": False}}, True),
        (als("b", "y"), {"b": {"x": True, "y": False}}, False),
        ({"conditional": {"show": "", "when": "a", "eq": "ja"}}, {}, True),
        ({"conditional": {"json": {">": [{"var": "data.g"}, 3]}}}, {"g": 4}, True),
        ({"conditional": {"json": {">": [{"var": "data.g"}, 3]}}}, {}, False),
    ],
)  # fmt: skip
def test_een_voorwaarde_leest_het_antwoord_zoals_form_io(voorwaarde, antwoorden, er):
    definitie = formulier(
        onderdeel("textfield", key="a"), onderdeel("checkbox", key="v"), onderdeel("number", key="g"),
        onderdeel("selectboxes", key="b", values=[{"label": "X", "value": "x"}, {"label": "Y", "value": "y"}]),
        onderdeel("textfield", **voorwaarde),
    )  # fmt: skip
    assert ("veld" not in definitie.lees_json(antwoorden).weg) == er


@pytest.mark.parametrize(
    ("operator", "waarde", "er"),
    [
        ("isEqual", "abc", True), ("isNotEqual", "abc", False), ("isEmpty", None, False), ("isNotEmpty", None, True),
        ("includes", "b", True), ("notIncludes", "b", False), ("startsWith", "ab", True), ("endsWith", "ab", False),
    ],
)  # fmt: skip
def test_de_nieuwe_vorm_met_operatoren(operator, waarde, er):
    regel = {"component": "a", "operator": operator, "value": waarde}
    definitie = formulier(
        onderdeel("textfield", key="a"), onderdeel("textfield", conditional={"show": True, "conditions": [regel]})
    )
    assert ("veld" not in definitie.lees({"a": "abc"}).weg) == er


def test_grenzen_en_een_van_meer_voorwaarden():
    regels = [
        {"component": "g", "operator": "greaterThan", "value": 10},
        {"component": "g", "operator": "lessThanOrEqual", "value": "2"},
    ]
    een_van = {"conditional": {"show": True, "conjunction": "any", "conditions": regels}}
    definitie = formulier(onderdeel("number", key="g"), onderdeel("textfield", **een_van))
    er = ["veld" not in definitie.lees_json({"g": g}).weg for g in (None, 2, 5, 11)]
    assert er == [False, True, False, True]


def test_met_een_groep_verdwijnt_alles_wat_erin_staat():
    groep = {
        "type": "fieldset",
        "key": "g",
        "label": "G",
        "components": [onderdeel("textfield", validate={"required": True})],
    }
    definitie = formulier(onderdeel("checkbox", key="v"), {**groep, **als("v", "true")})
    assert definitie.lees({"veld": "x"}).waarden == {"v": False, "veld": ""}
    assert list(definitie.lees({"v": "on"}).fouten) == ["veld"]
    assert definitie.json_schema()["required"] == []


def test_een_voorwaarde_op_een_veld_dat_er_niet_is_of_in_een_kring_wordt_geweigerd():
    assert codes(onderdeel("textfield", **als("weg", "x"))) == [("components", "unknown_key")]
    kring = [onderdeel("textfield", key="a", **als("b", "x")), onderdeel("textfield", key="b", **als("a", "x"))]
    assert codes(*kring) == [("components", "circular")]
    assert codes(onderdeel("textfield", **als("veld", "x"))) == [("components", "circular")]


def test_een_lange_ketting_van_voorwaarden_is_een_ronde():
    delen = [onderdeel("textfield", key="v0")]
    delen += [onderdeel("textfield", key=f"v{n}", **als(f"v{n - 1}", "x")) for n in range(1, 900)]
    definitie = formulier(*reversed(delen))
    ingevuld = definitie.lees({f"v{n}": "x" for n in range(900) if n != 450})
    assert sum(waarde == "x" for waarde in ingevuld.waarden.values()) == 450


def test_een_regel_over_meer_antwoorden_geeft_de_tekst_van_de_opsteller():
    regel = {"if": [{">=": [{"var": "data.tot"}, {"var": "data.van"}]}, True, "Tot moet na van zijn."]}
    definitie = formulier(onderdeel("date", key="van"), onderdeel("date", key="tot", validate={"json": regel}))
    assert definitie.lees({"van": "2026-02-01", "tot": "2026-01-01"}).fouten == {"tot": "Tot moet na van zijn."}
    assert definitie.lees({"van": "2026-01-01", "tot": "2026-02-01"}).geldig


# --- JSON Logic ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("nummer", range(len(LOGICA)))
def test_json_logic_geeft_wat_er_in_de_tabel_staat(nummer):
    regel, waarden, uitkomst = LOGICA[nummer]
    lees_logica(regel)
    gekregen = reken(regel, waarden)
    assert (gekregen, type(gekregen)) == (uitkomst, type(uitkomst)), regel


def test_een_onbekende_bewerking_wordt_bij_naam_geweigerd():
    for regel, tekst in (
        ({"log": "x"}, "'log'"), ({"a": 1, "b": 2}, "precies één"), ({"==": [1]}, "aantal"), ({"var": 1}, "var"),
        ({"some": [[1], {"some": [[1], True]}]}, "andere lijst"), ({"!": [object()]}, "bestaat uit"),
    ):  # fmt: skip
        with pytest.raises(LogicaFout, match=tekst):
            lees_logica(regel)
    diep: Any = 1
    for _ in range(30):
        diep = {"!": [diep]}
    with pytest.raises(LogicaFout, match="te groot"):
        lees_logica(diep)


WAARDEN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda deel: st.lists(deel, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", ""]), deel, max_size=2),
    max_leaves=5,
)
TWEE = ("==", "===", "<", ">=", "+", "-", "*", "/", "%", "in", "cat", "and", "or", "min", "max", "if")
REGELS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text("ab1", max_size=3)
    | st.sampled_from([{"var": "a"}, {"var": "a.b"}]),
    lambda deel: st.one_of(
        st.tuples(st.sampled_from(TWEE), deel, deel).map(lambda d: {d[0]: [d[1], d[2]]}),
        deel.map(lambda d: {"!": [d]}),
        deel.map(lambda d: {"some": [{"var": "a"}, d]}),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(REGELS, st.dictionaries(st.sampled_from(["a", "b"]), WAARDEN, max_size=2))
def test_geen_antwoord_kan_een_goedgekeurde_regel_laten_struikelen(regel, waarden):
    try:
        lees_logica(regel)
    except LogicaFout:
        return
    reken(regel, waarden)


def test_een_regel_mag_naar_rijen_kijken():
    minstens_een_groot = {"some": [{"var": "data.kinderen"}, {"==": [{"var": "naam"}, "Sam"]}]}
    definitie = formulier(KINDEREN, onderdeel("textfield", conditional={"json": minstens_een_groot}))
    assert "veld" not in definitie.lees({"kinderen.aantal": "1", "kinderen.0.naam": "Sam"}).weg
    assert "veld" in definitie.lees({"kinderen.aantal": "1", "kinderen.0.naam": "Noor"}).weg
