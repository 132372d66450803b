"""De onderdelen met een eigen vorm: wat iemand typt, wat eruit komt, en wat er dan staat als het niet klopt."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from portaal.formulieren.definitie import Definitie, DefinitieFout, lees_definitie, probeer_definitie
from tests.formulieren.test_definitie import codes, formulier, fout_van, onderdeel, waarde_van

BSN = "999990019"


def toon(ingevuld: Any) -> str:
    return render_to_string("formulieren/velden.html", {"formulier": ingevuld})


# --- Vormen -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("soort", "getypt", "antwoord"),
    [
        ("bsn", "9999.90.019", BSN), ("bsn", " 999990019 ", BSN),
        ("iban", "nl91 abna 0417 1643 00", "NL91ABNA0417164300"), ("iban", "DE89370400440532013000", "DE89370400440532013000"),
        ("postcode", "1234ab", "1234 AB"), ("postcode", "1234 AB", "1234 AB"),
        ("licenseplate", "gb001b", "GB-001-B"), ("licenseplate", "12-ab-cd", "12-AB-CD"),
        ("licenseplate", "1 xyz 23", "1-XYZ-23"),
        ("currency", "1.234,5", 1234.5), ("currency", "€ 12", 12), ("currency", "-3,25", -3.25),
        ("time", "9.30", "09:30:00"), ("time", "09:30", "09:30:00"), ("time", "2359", "23:59:00"),
        ("time", "9.30 uur", "09:30:00"),
    ],
)  # fmt: skip
def test_hoe_iemand_het_ook_typt_het_antwoord_heeft_een_schrijfwijze(soort, getypt, antwoord):
    definitie = formulier(onderdeel(soort))
    gelezen = definitie.lees({"veld": getypt})
    assert (gelezen.fouten, gelezen.waarden) == ({}, {"veld": antwoord})
    assert definitie.lees_json({"veld": antwoord}).waarden == {"veld": antwoord}
    assert definitie.lees_json({"veld": antwoord}).geldig


@pytest.mark.parametrize(
    ("soort", "verkeerd"),
    [
        ("bsn", ["999990018", "12345678", "abc", "9999900190"]), ("iban", ["NL91ABNA0417164301", "NL91", "91ABNA0417164300"]),
        ("postcode", ["0123 AB", "1234 A", "1234 SS", "AB 1234"]), ("licenseplate", ["AB-CD-EF", "123456", "A-1", "ÀB-12-CD"]),
        ("currency", ["12,345", "veel"]), ("time", ["24.00", "9.60", "morgen"]),
    ],
)  # fmt: skip
def test_wat_niet_klopt_blijft_staan_met_een_voorbeeld(soort, verkeerd):
    for getypt in verkeerd:
        ingevuld = formulier(onderdeel(soort)).lees({"veld": getypt})
        assert ingevuld.fouten["veld"], getypt
        assert ingevuld.velden[0].waarde == getypt
        assert f'value="{getypt}"' in toon(ingevuld)


def test_elke_sidecode_van_de_rdw_is_een_kenteken():
    for kenteken in (
        "AB-12-34", "12-34-AB", "12-AB-34", "AB-12-CD", "AB-CD-12", "12-AB-CD", "12-ABC-3", "1-ABC-23", "AB-123-C",
        "A-123-BC", "ABC-12-D", "A-12-BCD", "1-AB-234", "123-AB-4",
    ):  # fmt: skip
        assert waarde_van("licenseplate", f"veld={kenteken.replace('-', '')}") == kenteken


def test_een_bedrag_in_een_andere_munt_wordt_geweigerd_als_het_formulier_binnenkomt():
    assert codes(onderdeel("currency", currency="USD")) == [("components.0.currency", "unsupported")]
    assert fout_van("currency", "veld=10", validate={"max": 5.5}) == "Vul 5,5 of minder in."
    definitie = formulier(onderdeel("currency"))
    assert definitie.lees({"veld": "1234,5"}).rijen() == [("Veld", "€\u00a01.234,50")]
    assert 'value="1234,50"' in toon(definitie.lees({"veld": "1234,5"}))


def test_een_tijd_buiten_de_grenzen_zegt_de_tijd():
    grenzen = {"validate": {"minTime": "09:00", "maxTime": "17:00:00"}}
    assert fout_van("time", "veld=8.59", **grenzen) == "Kies 9.00 uur of later."
    assert fout_van("time", "veld=17.01", **grenzen) == "Kies 17.00 uur of eerder."
    assert codes(onderdeel("time", validate={"minTime": "straks"})) == [("components.0.validate.minTime", "invalid")]


def test_een_moment_is_een_dag_en_een_tijd_op_de_klok_van_nederland():
    definitie = formulier(onderdeel("datetime"))
    assert waarde_van("datetime", "veld=2026-07-01&veld=14:30") == "2026-07-01T14:30:00+02:00"
    assert waarde_van("datetime", "veld=1-12-2026&veld=9.05") == "2026-12-01T09:05:00+01:00"
    assert fout_van("datetime", "veld=2026-07-01&veld=") == "Vul ook een tijd in, zoals 14.30."
    assert fout_van("datetime", "veld=31-02-2026&veld=14:30") == "Vul een datum in die bestaat, zoals 24-11-2026."
    assert fout_van("datetime", "veld=&veld=", validate={"required": True}) == "Vul een datum en een tijd in."
    half = definitie.lees(QueryDict("veld=31-02-2026&veld=14:30"))
    assert (half.velden[0].waarde, half.velden[0].waarde2) == ("31-02-2026", "14:30")
    terug = definitie.lees_json({"veld": "2026-07-01T12:30:00Z"})
    assert terug.waarden == {"veld": "2026-07-01T14:30:00+02:00"}
    assert terug.rijen() == [("Veld", "1 juli 2026, 14.30 uur")]


# --- Eigen teksten, vaste en verborgen velden -------------------------------------------------------------------------
def test_de_opsteller_kan_per_regel_een_eigen_tekst_geven():
    eigen = {
        "validate": {"required": True, "pattern": "[0-9]+"},
        "errors": {"required": "Vul uw klantnummer in.", "pattern": "Een klantnummer heeft <b>alleen</b> cijfers."},
    }
    assert fout_van("textfield", "", **eigen) == "Vul uw klantnummer in."
    assert fout_van("textfield", "veld=abc", **eigen) == "Een klantnummer heeft alleen cijfers."


@pytest.mark.parametrize("vast", [{"hidden": True}, {"disabled": True}])
def test_wat_iemand_niet_kan_wijzigen_verandert_ook_niet_met_een_nagemaakt_verzoek(vast):
    definitie = formulier(onderdeel("textfield", key="zaaknummer", **vast), onderdeel("textfield"))
    begin = definitie.begin({"zaaknummer": "Z-1"})
    verstuurd = definitie.lees({"zaaknummer": "Z-9", "veld": "a"}, begin.waarden)
    assert verstuurd.waarden == {"zaaknummer": "Z-1", "veld": "a"}
    pagina = toon(begin)
    assert 'name="zaaknummer"' not in pagina
    assert ("Z-1" in pagina) == ("disabled" in vast)


def test_een_verborgen_gegeven_gaat_mee_maar_staat_nergens():
    definitie = formulier(
        {"type": "hidden", "key": "bron", "defaultValue": {"kanaal": "brief"}}, onderdeel("textfield")
    )
    ingevuld = definitie.lees({"bron": "gehackt", "veld": "x"})
    assert ingevuld.waarden == {"bron": {"kanaal": "brief"}, "veld": "x"}
    assert ingevuld.rijen() == [("Veld", "x")]
    assert "brief" not in toon(ingevuld)
    assert codes({"type": "hidden", "key": "bron"}) == [("components", "required")]


# --- Opmaak -----------------------------------------------------------------------------------------------------------
def test_kolommen_en_panelen_zetten_vragen_bij_elkaar_en_de_antwoorden_staan_plat():
    definitie = formulier(
        {
            "type": "columns", "key": "k",
            "columns": [
                {"width": 6, "components": [onderdeel("textfield", key="voornaam")]},
                {"width": 6, "components": [onderdeel("textfield", key="achternaam")]},
            ],
        },
        {"type": "panel", "key": "p", "title": "Uw adres", "components": [onderdeel("postcode", key="postcode")]},
        {"type": "well", "key": "w", "components": [onderdeel("textfield", key="plaats")]},
    )  # fmt: skip
    assert list(definitie.lees({"voornaam": "F"}).waarden) == ["voornaam", "achternaam", "postcode", "plaats"]
    pagina = toon(definitie.begin())
    assert '<legend class="nl-heading nl-heading--level-2">Uw adres</legend>' in pagina
    assert pagina.index('name="voornaam"') < pagina.index('name="achternaam"') < pagina.index("Uw adres")
    assert codes({"type": "columns", "key": "k", "columns": []}) == [
        ("components.0.columns", "required"),
    ]
    assert codes({"type": "columns", "key": "k", "columns": [{}]}) == [("components.0.columns.0", "invalid")]


# --- Herhaling --------------------------------------------------------------------------------------------------------
KINDEREN: dict[str, Any] = {
    "type": "editgrid", "key": "kinderen", "label": "Kind",
    "components": [
        onderdeel("textfield", key="naam", label="Naam", validate={"required": True}),
        onderdeel("date", key="geboren", label="Geboren op"),
    ],
    "validate": {"maxLength": 3},
}  # fmt: skip


def kinderen(**anders: Any) -> Definitie:
    return formulier({**KINDEREN, **anders})


def test_rijen_worden_een_lijst_van_objecten_en_een_lege_rij_telt_niet():
    post = {
        "kinderen.aantal": "3", "kinderen.0.naam": "Sam", "kinderen.0.geboren": "1-2-2020", "kinderen.1.naam": "",
        "kinderen.2.naam": "Noor",
    }  # fmt: skip
    ingevuld = kinderen().lees(post)
    assert ingevuld.fouten == {}
    assert ingevuld.waarden == {"kinderen": [{"naam": "Sam", "geboren": "2020-02-01"}, {"naam": "Noor", "geboren": ""}]}
    assert ingevuld.rijen() == [
        ("Kind", "Naam: Sam; Geboren op: 1 februari 2020\nNaam: Noor; Geboren op: niet ingevuld")
    ]
    assert kinderen().lees({}).waarden == {"kinderen": []}


def test_een_fout_in_een_rij_staat_bij_dat_veld_en_in_de_samenvatting():
    ingevuld = kinderen().lees({"kinderen.aantal": "1", "kinderen.0.geboren": "morgen"})
    assert list(ingevuld.fouten) == ["kinderen.0.naam", "kinderen.0.geboren"]
    assert [(id_, label) for id_, label, _fout in ingevuld.foutenlijst] == [
        ("veld-kinderen.0.naam", "Kind 1, Naam"),
        ("veld-kinderen.0.geboren", "Kind 1, Geboren op"),
    ]
    pagina = toon(ingevuld)
    assert 'id="veld-kinderen.0.naam-fout"' in pagina
    assert 'value="morgen"' in pagina


def test_te_weinig_of_te_veel_rijen():
    drie = {"kinderen.aantal": "4"} | {f"kinderen.{n}.naam": "x" for n in range(4)}
    assert kinderen().lees(drie).fouten == {"kinderen": "Vul er hooguit 3 in."}
    assert kinderen(validate={"required": True}).lees({}).fouten == {"kinderen": "Vul er minstens één in."}
    twee = kinderen(validate={"minLength": 2})
    assert twee.lees({"kinderen.aantal": "1", "kinderen.0.naam": "x"}).fouten == {"kinderen": "Vul er minstens 2 in."}
    assert kinderen().lees({"kinderen.aantal": "999999999", "kinderen.0.naam": "x"}).geldig
    assert kinderen().lees({"kinderen.aantal": "-1"}).waarden == {"kinderen": []}


def test_wat_een_herhaling_niet_kan_wordt_geweigerd():
    diep = {**KINDEREN, "components": [{**KINDEREN, "key": "nog"}]}
    assert ("components.0.components.0.type", "nested") in codes(diep)
    voorwaardelijk = onderdeel("textfield", key="a", conditional={"show": True, "when": "naam", "eq": "x"})
    assert codes({**KINDEREN, "components": [voorwaardelijk]}) == [
        ("components.0.components.0.conditional", "unsupported")
    ]
    zonder_vraag = {**KINDEREN, "components": [{"type": "content", "key": "c", "html": "x"}]}
    assert codes(zonder_vraag) == [("components.0.components", "required")]


def test_een_api_krijgt_ook_in_rijen_elke_fout_bij_naam():
    ingevuld = kinderen().lees_json({"kinderen": [{"naam": 5, "anders": 1}]})
    assert set(ingevuld.fouten) == {"kinderen.0.naam", "kinderen.0.anders"}
    assert kinderen().lees_json({"kinderen": "x"}).fouten == {"kinderen": "Dit moet een lijst van objecten zijn."}


# --- Voor wie niet kan weigeren -----------------------------------------------------------------------------------------
def test_een_ingang_die_niet_kan_weigeren_krijgt_de_fouten_in_plaats_van_een_uitzondering():
    definitie, fouten = probeer_definitie({"components": [onderdeel("signature")]})
    assert definitie is None
    assert fouten == [
        ("components.0.type", "unknown_component", "Het onderdeel 'signature' kan de portaal niet tonen.")
    ]
    assert probeer_definitie({"components": [onderdeel("textfield")]})[0] is not None
    assert probeer_definitie(None)[0] is None
    with pytest.raises(DefinitieFout):
        lees_definitie({"components": [onderdeel("signature")]})
