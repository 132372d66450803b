"""Een formulier lezen, en wat iemand erop antwoordt: per onderdeel, met alles wat er mis kan gaan."""

import sys
import time
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from portaal.formulieren.definitie import Definitie, DefinitieFout, lees_definitie


def onderdeel(soort: str, **anders: Any) -> dict[str, Any]:
    return {"type": soort, "key": "veld", "label": "Veld", **anders}


def formulier(*onderdelen: dict[str, Any]) -> Definitie:
    return lees_definitie({"components": list(onderdelen)})


def post(definitie: Definitie, vraag: str) -> Any:
    return definitie.lees(QueryDict(vraag))


def fout_van(soort: str, vraag: str, **anders: Any) -> str:
    return str(post(formulier(onderdeel(soort, **anders)), vraag).fouten.get("veld", ""))


def waarde_van(soort: str, vraag: str, **anders: Any) -> Any:
    ingevuld = post(formulier(onderdeel(soort, **anders)), vraag)
    assert ingevuld.fouten == {}
    return ingevuld.waarden["veld"]


def codes(*onderdelen: Any) -> list[tuple[str, str]]:
    with pytest.raises(DefinitieFout) as fout:
        lees_definitie({"components": list(onderdelen)})
    assert all(uitleg for _pad, _code, uitleg in fout.value.fouten)
    return [(pad, code) for pad, code, _uitleg in fout.value.fouten]


KEUZES = [{"label": "Ja, graag", "value": "ja"}, {"label": "Nee", "value": "nee"}]


# --- Wat iemand invult --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("getypt", "getal"),
    [
        ("1.234,56", 1234.56), ("1234,56", 1234.56), ("12.50", 12.5), ("12.5", 12.5), ("1.234", 1234),
        ("-3", -3), ("0", 0), ("€ 1.234.567,89", 1234567.89), (" 7 ", 7), ("1 000", 1000),
    ],
)  # fmt: skip
def test_een_getal_zoals_nederlanders_het_schrijven(getypt, getal):
    gelezen = formulier(onderdeel("number")).lees({"veld": getypt}).waarden["veld"]
    assert gelezen == getal
    assert type(gelezen) is type(getal)


@pytest.mark.parametrize("getypt", ["veel", "1.2345,6", "1,2,3", "12.", "--3", "1e5", "NaN", "0x10", "1.23.456"])
def test_wat_geen_getal_is_blijft_staan_met_een_voorbeeld(getypt):
    ingevuld = formulier(onderdeel("number")).lees({"veld": getypt})
    assert ingevuld.fouten == {"veld": "Vul een getal in, met een komma voor de decimalen: 1.234,56."}
    assert ingevuld.velden[0].waarde == getypt


def test_een_getal_buiten_de_grenzen_zegt_de_grens():
    grenzen = {"validate": {"min": 1, "max": "1500.5"}}
    assert fout_van("number", "veld=0", **grenzen) == "Vul 1 of meer in."
    assert fout_van("number", "veld=1500,6", **grenzen) == "Vul 1.500,5 of minder in."
    assert waarde_van("number", "veld=1500,5", **grenzen) == 1500.5


def test_een_getal_met_te_veel_cijfers_wordt_niet_stil_afgerond():
    assert fout_van("number", "veld=1234567890123456") == "Dit getal heeft te veel cijfers."
    assert fout_van("number", "veld=1,255", decimalLimit=2) == "Vul hooguit 2 cijfers achter de komma in."
    assert fout_van("number", "veld=1,5", validate={"integer": True}) == "Vul een heel getal in, zonder komma."


@pytest.mark.parametrize(
    "getypt", ["2026-11-24", "24-11-2026", "24/11/2026", "24.11.2026", "24-11-2026 ", "24 11 2026"]
)
def test_een_dag_uit_de_datumkiezer_of_getypt(getypt):
    assert formulier(onderdeel("date")).lees({"veld": getypt}).waarden == {"veld": "2026-11-24"}


@pytest.mark.parametrize("getypt", ["31-02-2026", "morgen", "2026-13-01", "24-11-26", "00-00-0000"])
def test_een_dag_die_niet_bestaat_blijft_staan_in_een_gewoon_veld(getypt):
    ingevuld = formulier(onderdeel("date")).lees({"veld": getypt})
    assert ingevuld.fouten == {"veld": "Vul een datum in die bestaat, zoals 24-11-2026."}
    assert f'type="text" id="veld-veld" name="veld" value="{getypt}"' in toon(ingevuld)


def test_een_dag_buiten_de_grenzen_zegt_de_dag():
    grenzen = {"validate": {"minDate": "2026-01-01"}, "datePicker": {"maxDate": "2026-12-31T00:00:00.000Z"}}
    assert fout_van("date", "veld=2025-12-31", **grenzen) == "Kies 1 januari 2026 of later."
    assert fout_van("date", "veld=2027-01-01", **grenzen) == "Kies 31 december 2026 of eerder."
    assert waarde_van("date", "veld=2026-12-31", **grenzen) == "2026-12-31"


@pytest.mark.parametrize("soort", ["email", "phoneNumber", "phone"])
def test_een_adres_of_nummer_dat_niet_klopt_krijgt_een_voorbeeld(soort):
    assert "zoals" in fout_van(soort, "veld=hallo")


@pytest.mark.parametrize("nummer", ["06 12345678", "0612345678", "+31 6 1234 5678", "(020) 123 45 67", "14-020-1234"])
def test_een_telefoonnummer_blijft_zoals_iemand_het_schrijft(nummer):
    assert formulier(onderdeel("phoneNumber")).lees({"veld": f" {nummer} "}).waarden == {"veld": nummer}


def test_tekst_te_kort_te_lang_of_in_de_verkeerde_vorm():
    regels = {"validate": {"minLength": 6, "maxLength": "7", "pattern": r"\d{4}\s?[A-Z]{2}"}}
    assert fout_van("textfield", "veld=1234A", **regels) == "Maak dit langer: minstens 6 tekens."
    assert fout_van("textfield", "veld=1234 ABC", **regels) == "Maak dit korter: hooguit 7 tekens. U heeft er nu 8."
    assert fout_van("textfield", "veld=ABCD 12", **regels) == "Dit heeft niet de goede vorm. Kijk het na."
    assert waarde_van("textfield", "veld=1234 AB", **regels) == "1234 AB"
    assert waarde_van("textfield", "veld=", **regels) == ""


def test_een_besturingsteken_of_een_regeleinde_in_een_regel_mag_niet():
    assert fout_van("textfield", "veld=a%00b")
    assert fout_van("textfield", "veld=a%0Ab")
    assert waarde_van("textarea", "veld=a%0D%0Ab") == "a\nb"


def test_een_keuze_die_er_niet_bij_staat_telt_niet():
    for soort, plek in (("radio", {"values": KEUZES}), ("select", {"data": {"values": KEUZES}})):
        assert fout_van(soort, "veld=misschien", **plek) == "Kies een van de mogelijkheden."
        assert waarde_van(soort, "veld=ja", **plek) == "ja"
        assert waarde_van(soort, "", **plek) == ""


def test_een_keuze_houdt_het_type_uit_de_definitie():
    opties = [{"label": "Een", "value": 1}, {"label": "Waar", "value": True}, {"label": "Twee", "value": "2"}]
    gelezen = [waarde_van("radio", f"veld={w}", values=opties) for w in ("1", "true", "2")]
    assert [(type(w), w) for w in gelezen] == [(int, 1), (bool, True), (str, "2")]


def test_vinkjes_geven_elke_mogelijkheid_met_waar_of_onwaar():
    assert waarde_van("selectboxes", "veld=nee", values=KEUZES) == {"ja": False, "nee": True}
    assert waarde_van("selectboxes", "", values=KEUZES) == {"ja": False, "nee": False}
    assert fout_van("selectboxes", "veld=misschien", values=KEUZES) == "Kies uit de mogelijkheden."
    hooguit = {"maxSelectedCount": 1}
    assert fout_van("selectboxes", "veld=ja&veld=nee", values=KEUZES, validate=hooguit) == "Kies er hooguit 1."


@pytest.mark.parametrize(
    ("soort", "leeg", "uitleg"),
    [
        ("textfield", "", "Vul dit in."),
        ("textarea", "", "Vul dit in."),
        ("email", "", "Vul dit in."),
        ("number", None, "Vul een getal in."),
        ("date", "", "Vul een datum in."),
        ("radio", "", "Kies een van de mogelijkheden."),
        ("select", "", "Kies een van de mogelijkheden."),
        ("selectboxes", {"ja": False, "nee": False}, "Kies minstens één mogelijkheid."),
        ("checkbox", False, "Zet hier een vinkje als u verder wilt."),
    ],
)
def test_leeg_mag_alleen_als_het_niet_verplicht_is(soort, leeg, uitleg):
    assert waarde_van(soort, "", values=KEUZES) == leeg
    assert fout_van(soort, "", values=KEUZES, validate={"required": True}) == uitleg
    if isinstance(leeg, str):
        assert fout_van(soort, "veld=%20%20", values=KEUZES, validate={"required": True})


def test_de_opsteller_kan_een_eigen_uitleg_bij_een_fout_geven():
    eigen = {"required": True, "customMessage": "Vul de naam van uw hond in."}
    assert fout_van("textfield", "", validate=eigen) == "Vul de naam van uw hond in."


def test_fouten_zijn_er_ook_in_het_engels():
    with translation.override("en"):
        assert fout_van("number", "veld=x") != ""


# --- JSON ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("soort", "verkeerd"),
    [
        ("textfield", 5), ("textfield", ["a"]), ("textarea", True), ("number", "5"), ("number", True), ("number", [1]),
        ("date", 20261124), ("radio", 1), ("radio", ["ja"]), ("select", {"ja": True}), ("selectboxes", ["ja"]),
        ("selectboxes", {"ja": "aan"}), ("selectboxes", {"ja": True, "x": False}), ("checkbox", "ja"), ("checkbox", 1),
        ("number", float("inf")), ("textfield", "a\ud800"),
    ],
)  # fmt: skip
def test_json_met_een_verkeerd_type_wordt_geweigerd(soort, verkeerd):
    assert "veld" in formulier(onderdeel(soort, values=KEUZES)).lees_json({"veld": verkeerd}).fouten


def test_json_met_een_onbekende_sleutel_wordt_bij_naam_geweigerd():
    ingevuld = formulier(onderdeel("textfield")).lees_json({"veld": "a", "anders": "b"})
    assert ingevuld.fouten == {"anders": "Dit veld bestaat niet."}
    assert ingevuld.waarden == {"veld": "a"}


# --- De definitie ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("soort", ["survey", "signature", "address", "day", "password", "tree", "zomaar"])
def test_een_onbekend_onderdeel_wordt_bij_naam_geweigerd(soort):
    with pytest.raises(DefinitieFout, match=f"Het onderdeel '{soort}' kan de portaal niet tonen"):
        formulier(onderdeel(soort))


def test_alles_wat_er_mis_is_staat_in_een_antwoord():
    assert codes(
        onderdeel("signature"),
        "geen object",
        {"type": "textfield"},
        onderdeel("textfield", key="1e"),
        onderdeel("number", key="a", validate={"min": 5, "max": 1}),
        onderdeel("radio", key="b", values=[{"label": "A", "value": "a"}, {"label": "", "value": "a"}]),
        onderdeel("select", key="c", dataSrc="url", data={"url": "https://elders.test"}),
        onderdeel("textfield", key="d", validate={"pattern": "(a+)\\1"}),
        onderdeel("number", key="e", defaultValue="veel"),
    ) == [
        ("components.0.type", "unknown_component"),
        ("components.1", "not_a_dict"),
        ("components.2.key", "required"),
        ("components.2.label", "required"),
        ("components.3.key", "invalid"),
        ("components.4.validate.min", "invalid"),
        ("components.5.values.1.label", "required"),
        ("components.5.values.1.value", "duplicate"),
        ("components.6.dataSrc", "unsupported"),
        ("components.7.validate.pattern", "invalid_pattern"),
        ("components.8.defaultValue", "invalid"),
    ]


@pytest.mark.parametrize(
    "gedrag",
    [
        {"conditional": {"json": {"log": "x"}}}, {"multiple": True}, {"logic": [{"name": "x"}]},
        {"conditional": {"conditions": [{"component": "a", "operator": "raadt", "value": 1}]}},
        {"validate": {"json": {"log": 1}}},
        {"calculateValue": "value = 1"}, {"customConditional": "show = false"}, {"validate": {"custom": "valid = true"}},
    ],
)  # fmt: skip
def test_gedrag_dat_de_portaal_niet_kent_wordt_niet_stil_genegeerd(gedrag):
    assert [code for _pad, code in codes(onderdeel("textfield", **gedrag))] == ["unsupported"]


def test_wat_form_io_er_standaard_bij_zet_is_geen_bezwaar():
    gewoon = {
        "input": True, "tableView": True, "placeholder": "", "multiple": False, "defaultValue": None, "logic": [],
        "conditional": {"show": None, "when": None, "eq": ""}, "customConditional": "", "calculateValue": "", "hidden": False,
        "validate": {"required": False, "custom": "", "pattern": "", "minLength": "", "maxLength": "", "customMessage": ""},
    }  # fmt: skip
    knop = {"type": "button", "action": "submit", "key": "submit", "label": "Submit"}
    definitie = formulier(onderdeel("textfield", **gewoon), knop)
    assert [veld.key for veld in definitie.velden] == ["veld"]


def test_groepen_mogen_in_elkaar_en_de_antwoorden_staan_gewoon_naast_de_andere():
    groep: dict[str, Any] = {
        "type": "fieldset",
        "key": "g0",
        "legend": "G",
        "components": [onderdeel("textfield", key="straat")],
    }
    for laag in range(1, 7):
        groep = {"type": "panel", "key": f"g{laag}", "title": "G", "components": [groep]}
    assert post(formulier(groep), "straat=Dorpsstraat").waarden == {"straat": "Dorpsstraat"}
    te_diep = {"type": "panel", "key": "g7", "title": "G", "components": [groep]}
    assert [code for _pad, code in codes(te_diep)] == ["nested"]


def test_een_sleutel_mag_ook_over_groepen_heen_maar_een_keer():
    groep = {"type": "fieldset", "key": "g", "label": "G", "components": [onderdeel("textfield")]}
    assert codes(onderdeel("textfield"), groep) == [("components.1.components.0.key", "duplicate")]


def test_te_veel_of_te_groot_wordt_geweigerd():
    assert codes(*[onderdeel("textfield", key=f"v{n}") for n in range(1501)]) == [("components", "max_length")]
    assert codes(onderdeel("content", html="x" * 600_000)) == [("", "too_large")]
    diep: Any = {}
    for _ in range(5000):
        diep = {"a": diep}
    assert codes(diep)[0] == ("", "too_large")


def test_een_patroon_kan_de_portaal_niet_ophouden():
    definitie = formulier(onderdeel("textfield", validate={"pattern": "(a+)+b"}))
    begin = time.perf_counter()
    assert not definitie.lees({"veld": "a" * 1000}).geldig
    assert time.perf_counter() - begin < 1


def test_uitleg_houdt_alleen_veilige_html_over_en_zegt_waar_een_link_heen_gaat():
    html = '<p style="x">Lees <a href="https://voorbeeld.nl/a" target="_top">dit</a><img src=x onerror=y></p><iframe></iframe>'
    getoond = toon(formulier(onderdeel("content", html=html), onderdeel("textfield", key="a")).begin())
    assert '<p>Lees <a class="nl-link" href="https://voorbeeld.nl/a">dit</a> (voorbeeld.nl)</p>' in getoond
    for weg in ("style", "onerror", "iframe", "target", "<img"):
        assert weg not in getoond


# --- Voorinvullen -----------------------------------------------------------------------------------------------------
def test_een_voorinvulling_komt_over_de_beginwaarde_heen_en_wat_niet_past_telt_niet():
    definitie = formulier(
        onderdeel("textfield", key="a", defaultValue="begin"),
        onderdeel("textfield", key="b", defaultValue="begin"),
        onderdeel("number", key="c"),
        onderdeel("radio", key="d", values=KEUZES),
        onderdeel("date", key="e"),
        onderdeel("selectboxes", key="f", values=KEUZES),
    )
    ingevuld = definitie.begin(
        {"b": "anders", "c": "12,5", "d": "bestaat niet", "e": "2026-11-24T00:00:00+01:00", "f": {"ja": True}, "g": 1}
    )
    assert ingevuld.waarden == {
        "a": "begin", "b": "anders", "c": 12.5, "d": "", "e": "2026-11-24", "f": {"ja": True, "nee": False},
    }  # fmt: skip
    assert ingevuld.geldig


@pytest.mark.parametrize("soort", ["textfield", "textarea", "email", "phoneNumber", "number", "date"])
@pytest.mark.parametrize("getypt", ["half af", "1,2,3", "x" * 20_000, "1" * 60])
def test_een_concept_bewaart_ook_wat_nog_niet_klopt(soort, getypt):
    definitie = formulier(onderdeel(soort))
    concept = definitie.lees({"veld": getypt}).waarden
    assert definitie.lees_terug(concept).velden[0].waarde == getypt


# --- Tonen -----------------------------------------------------------------------------------------------------------
def toon(ingevuld) -> str:
    return render_to_string("formulieren/foutsamenvatting.html", {"formulier": ingevuld}) + render_to_string(
        "formulieren/velden.html", {"formulier": ingevuld}
    )


def test_een_veld_staat_er_als_label_uitleg_fout_invoer_en_verwijst_naar_zijn_uitleg_en_fout():
    veld = onderdeel("textfield", description="Zoals op uw pas", validate={"required": True})
    getoond = toon(post(formulier(veld), ""))
    volgorde = [
        '<label for="veld-veld">Veld',
        'id="veld-veld-uitleg"',
        'id="veld-veld-fout"',
        '<input type="text" id="veld-veld"',
    ]
    plekken = [getoond.index(deel) for deel in volgorde]
    assert plekken == sorted(plekken)
    assert 'aria-describedby="veld-veld-uitleg veld-veld-fout"' in getoond
    assert 'aria-invalid="true"' in getoond
    assert 'aria-required="true"' in getoond
    assert " required" not in getoond.replace("aria-required", "")


def test_de_foutsamenvatting_springt_bij_een_keuze_naar_de_eerste_mogelijkheid():
    getoond = toon(post(formulier(onderdeel("radio", values=KEUZES, validate={"required": True})), ""))
    assert 'href="#veld-veld"' in getoond
    assert '<input type="radio" id="veld-veld"' in getoond


def test_niet_verplicht_staat_erbij_en_anders_niet():
    assert "(niet verplicht)" in toon(formulier(onderdeel("textfield")).begin())
    assert "niet verplicht" not in toon(formulier(onderdeel("textfield", validate={"required": True})).begin())


def test_nakijken_toont_elke_vraag_ook_zonder_antwoord():
    definitie = formulier(
        onderdeel("textfield", key="a", label="A"), onderdeel("selectboxes", key="b", label="B", values=KEUZES)
    )
    assert definitie.lees({"b": ["ja", "nee"]}).rijen() == [("A", "Niet ingevuld"), ("B", "Ja, graag, Nee")]


def stappen_om_te_tonen(aantal: int) -> int:
    """Hoeveel functies er worden aangeroepen om een formulier van zoveel vragen te tonen."""
    definitie = formulier(*[onderdeel("textfield", key=f"v{n}", description="Uitleg") for n in range(aantal)])
    toon(definitie.begin())
    geteld = 0

    def tel(_frame: Any, gebeurtenis: str, _wat: Any) -> None:
        nonlocal geteld
        geteld += gebeurtenis == "call"

    sys.setprofile(tel)
    try:
        toon(definitie.lees({}))
    finally:
        sys.setprofile(None)
    return geteld


def test_tonen_kost_per_vraag_evenveel_hoe_lang_het_formulier_ook_is():
    """De tijd zelf meet scripts/meet_formulier.py; hier staat dat hij niet sneller groeit dan het formulier."""
    klein, groot = stappen_om_te_tonen(100), stappen_om_te_tonen(1000)
    assert groot < 11 * klein
    assert groot < 700 * 1000
