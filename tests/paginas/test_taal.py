"""Nederlands is de brontaal, Engels is compleet, en wie kiest blijft waar hij was."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import formats, timezone, translation
from django.utils.translation.template import templatize

WORTEL = Path(settings.BASE_DIR)
CATALOGUS = polib.pofile(str(WORTEL / "locale/en/LC_MESSAGES/django.po"))
MERKERS = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "_", "pgettext", "pgettext_lazy"}
LETTERLIJK = re.compile(r"""gettext\(\s*(u?'''.*?'''|u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")""", re.S)


def gemerkt_in_code(bron: str) -> set[str]:
    """De teksten die Python-code ter vertaling aanbiedt."""
    aanroepen = [k for k in ast.walk(ast.parse(bron)) if isinstance(k, ast.Call) and k.args]
    return {
        k.args[0].value
        for k in aanroepen
        if isinstance(k.func, ast.Name) and k.func.id in MERKERS
        and isinstance(k.args[0], ast.Constant) and isinstance(k.args[0].value, str)
    }  # fmt: skip


def gemerkt_in_sjabloon(bron: str) -> set[str]:
    """De teksten die een sjabloon ter vertaling aanbiedt, zoals makemessages ze zou vinden."""
    return {ast.literal_eval(tekst) for tekst in LETTERLIJK.findall(templatize(bron))}


def alle_teksten() -> set[str]:
    mappen = [WORTEL / naam for naam in ("portaal", "taken", "berichten", "verzoeken", "templates")]
    code = [pad for map_ in mappen for pad in map_.rglob("*.py") if "migrations" not in pad.parts]
    sjablonen = [pad for map_ in mappen for pad in map_.rglob("*.html")]
    teksten = {tekst for pad in code for tekst in gemerkt_in_code(pad.read_text("utf-8"))}
    return teksten | {tekst for pad in sjablonen for tekst in gemerkt_in_sjabloon(pad.read_text("utf-8"))}


def test_elke_tekst_staat_in_de_catalogus():
    assert alle_teksten() - {regel.msgid for regel in CATALOGUS if not regel.obsolete} == set()


def test_elke_tekst_is_in_het_engels_vertaald_en_nagekeken():
    assert [regel.msgid for regel in CATALOGUS if not regel.translated() or regel.fuzzy] == []


def test_een_vertaling_heeft_dezelfde_invulplekken_en_elementen():
    def plekken(tekst: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)s|%[sd]|\{\w*\}|</?\w+", tekst))

    paren = [(r.msgid_plural or r.msgid, r.msgstr_plural.get(1) or r.msgstr) for r in CATALOGUS if not r.obsolete]
    assert [nl for nl, en in paren if plekken(nl) != plekken(en)] == []


@pytest.mark.parametrize(
    ("taal", "dag", "tijd"), [("nl", "24 november 2026", "9.05 uur"), ("en", "24 November 2026", "09:05")]
)
def test_datum_en_tijd_staan_er_zoals_iemand_ze_leest(taal, dag, tijd):
    moment = timezone.localtime(datetime(2026, 11, 24, 8, 5, tzinfo=UTC))
    with translation.override(taal):
        assert formats.date_format(date(2026, 11, 24)) == dag
        assert formats.time_format(moment.time()) == tijd


def test_een_browser_die_op_engels_staat_krijgt_nederlands(db):
    assert b'<html lang="nl"' in Client().get("/contact", headers={"Accept-Language": "en"}).content


def test_wie_engels_kiest_krijgt_engels_en_komt_terug_op_dezelfde_pagina(db):
    client = Client()
    antwoord = client.post("/taal", {"language": "en", "next": "/contact"})
    assert (antwoord.status_code, antwoord["Location"]) == (302, "/contact")
    assert b'<html lang="en"' in client.get("/contact").content


def test_de_taalkeuze_stuurt_niemand_naar_een_andere_website(db):
    antwoord = Client().post("/taal", {"language": "en", "next": "https://boef.example/"})
    assert antwoord["Location"] == "/"


def test_een_verzonnen_taal_doet_niets(db):
    client = Client()
    client.cookies["taal"] = "../../etc"
    assert b'<html lang="nl"' in client.get("/contact").content
