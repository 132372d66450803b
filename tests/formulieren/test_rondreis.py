"""Wat iemand invult, komt er aan de andere kant precies zo uit: definitie → pagina → versturen → gegevens."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import jsonschema
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from portaal.formulieren.definitie import Definitie, lees_definitie
from portaal.formulieren.patroon import Patroon

TEKST = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40).filter(str.strip)
LABEL = TEKST
REGELS = st.lists(TEKST, min_size=1, max_size=4).map("\n".join)
DAG = st.dates().map(lambda dag: dag.isoformat())
GETAL = st.one_of(
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**9), 10**9, places=2).map(lambda d: int(d) if d == d.to_integral_value() else float(d)),
)


class Formulierlezer(HTMLParser):
    """Leest uit de pagina wat een browser zou versturen."""

    def __init__(self) -> None:
        super().__init__()
        self.paren: list[tuple[str, str]] = []
        self.gebied: str | None = None
        self.tekst = ""
        self.lijst = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "input" and (a["type"] not in ("radio", "checkbox") or "checked" in a):
            self.paren.append((a["name"] or "", a["value"] or ""))
        elif tag == "textarea":
            self.gebied, self.tekst = a["name"], ""
        elif tag == "select":
            self.lijst = a["name"] or ""
        elif tag == "option" and "selected" in a:
            self.paren.append((self.lijst, a["value"] or ""))

    def handle_data(self, data: str) -> None:
        self.tekst += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.gebied:
            # een browser slaat het eerste regeleinde over en verstuurt elk regeleinde als twee tekens
            self.paren.append((self.gebied, self.tekst.removeprefix("\n").replace("\n", "\r\n")))
            self.gebied = None


@st.composite
def formulieren(trek: Any) -> tuple[Definitie, dict[str, Any]]:
    """Een formulier met antwoorden die kloppen."""
    onderdelen, antwoorden = [], {}
    soorten = st.sampled_from(["textfield", "textarea", "number", "date", "radio", "select", "selectboxes", "checkbox"])
    for nummer, soort in enumerate(trek(st.lists(soorten, min_size=1, max_size=6))):
        sleutel = f"v{nummer}"
        verplicht = trek(st.booleans())
        onderdeel: dict[str, Any] = {
            "type": soort,
            "key": sleutel,
            "label": trek(LABEL),
            "validate": {"required": verplicht},
        }
        if soort in ("radio", "select", "selectboxes"):
            waarden = trek(st.lists(TEKST, min_size=1, max_size=4, unique=True))
            onderdeel["values"] = [{"value": w, "label": trek(LABEL)} for w in waarden]
            een = st.sampled_from(waarden)
            if soort == "selectboxes":
                aan = trek(st.lists(een, min_size=int(verplicht), unique=True))
                antwoorden[sleutel] = {w: w in aan for w in waarden}
            else:
                antwoorden[sleutel] = trek(een if verplicht else st.one_of(st.just(""), een))
        elif soort == "checkbox":
            antwoorden[sleutel] = verplicht or trek(st.booleans())
        else:
            vol, leeg = {
                "textfield": (TEKST, ""), "textarea": (REGELS, ""), "number": (GETAL, None), "date": (DAG, ""),
            }[soort]  # fmt: skip
            antwoorden[sleutel] = trek(vol if verplicht else st.one_of(st.just(leeg), vol))
        onderdelen.append(onderdeel)
    if trek(st.booleans()):
        onderdelen = [{"type": "fieldset", "key": "groep", "label": "Groep", "components": onderdelen}]
    return lees_definitie({"components": onderdelen}), antwoorden


@settings(max_examples=60, deadline=None)
@given(formulieren())
def test_tonen_en_ongewijzigd_versturen_geeft_dezelfde_antwoorden(paar):
    definitie, antwoorden = paar
    assert definitie.lees_json(antwoorden).geldig
    lezer = Formulierlezer()
    lezer.feed(render_to_string("formulieren/velden.html", {"formulier": definitie.lees_terug(antwoorden)}))
    verstuurd = definitie.lees(QueryDict(urlencode(lezer.paren)))
    assert verstuurd.fouten == {}
    assert verstuurd.waarden == antwoorden
    assert [type(w) for w in verstuurd.waarden.values()] == [type(w) for w in antwoorden.values()]


WILLEKEURIG = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda deel: st.lists(deel, max_size=3) | st.dictionaries(st.text(max_size=5), deel, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(formulieren(), st.data())
def test_wat_er_ook_binnenkomt_elke_sleutel_heeft_een_antwoord_en_de_pagina_blijft_heel(paar, data):
    definitie, antwoorden = paar
    rommel = {sleutel: data.draw(WILLEKEURIG) for sleutel in antwoorden}
    for ingevuld in (
        definitie.lees_json(rommel),
        definitie.begin(rommel),
        definitie.lees_terug(rommel),
        definitie.lees(rommel),
    ):
        assert set(ingevuld.waarden) == set(antwoorden)
        render_to_string("formulieren/velden.html", {"formulier": ingevuld})
        ingevuld.rijen()


@settings(max_examples=60, deadline=None)
@given(formulieren(), st.data())
def test_het_json_schema_zegt_hetzelfde_als_het_formulier(paar, data):
    definitie, antwoorden = paar
    schema = definitie.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    toets = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert toets.is_valid(antwoorden)
    sleutel = data.draw(st.sampled_from(sorted(antwoorden)))
    anders = {**antwoorden, sleutel: data.draw(st.sampled_from([[], ["x"], -0.5, True, "\U0001f600 bestaat niet"]))}
    if toets.is_valid(anders):
        assert definitie.lees_json(anders).geldig


@given(st.text("ab01.-", max_size=12))
def test_een_patroon_geeft_hetzelfde_als_een_gewone_reguliere_expressie(tekst):
    import re

    for bron in (r"a+b*", r"(a|b){2,3}", r"[a-b0]+\.?1", r"[^a]\d?-{1}", r"(?:ab|a)(b|01)*", r".\w", r"^a?$"):
        assert Patroon(bron).past(tekst) == bool(re.fullmatch(bron, tekst)), bron
