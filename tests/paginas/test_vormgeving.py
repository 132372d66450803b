"""De afspraken over css, thema's, pictogrammen en sjablonen; en hoe zwaar het eerste bezoek is."""

import gzip
import json
import re
import runpy
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

from portaal.termijn import TERMIJNICONEN
from taken import weergave

WORTEL = Path(settings.BASE_DIR)
STATIC, SJABLONEN = WORTEL / "static", WORTEL / "templates"
THEMAS = sorted(pad.name for pad in (STATIC / "thema").iterdir() if pad.is_dir())
KLEUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|color)\(|:\s*(?:white|black|red|blue|green)\b"
)
GEBOUWD = (STATIC / "dist/css/nlds.css").exists()


def css(naam: str) -> str:
    """De css zonder commentaar."""
    return re.sub(r"/\*.*?\*/", "", (STATIC / naam).read_text("utf-8"), flags=re.S)


def tokens(tekst: str) -> set[str]:
    return set(re.findall(r"var\(\s*(--basis-[\w-]+)", tekst))


def declaraties(tekst: str) -> set[str]:
    return set(re.findall(r"(--[\w-]+)\s*:", tekst))


def test_de_eigen_css_kent_geen_kleuren_alleen_tokens():
    assert KLEUR.findall(css("css/portaal.css")) == []


def test_de_eigen_css_dwingt_niets_af_en_kent_geen_links_en_rechts():
    tekst = css("css/portaal.css")
    assert "!important" not in tekst
    assert re.findall(r"(?:margin|padding|border)-(?:left|right|top|bottom)|\bfloat:", tekst) == []


def test_de_noodopmaak_kent_elk_token_dat_de_eigen_css_of_een_thema_vraagt():
    thema = declaraties(css("thema/voorbeeld/thema.css"))
    assert tokens(css("css/portaal.css") + css("css/nood.css")) - declaraties(css("css/nood.css")) - thema == set()


@pytest.mark.parametrize("thema", THEMAS)
def test_een_thema_zet_alleen_basistokens(thema):
    tekst = css(f"thema/{thema}/thema.css")
    assert {naam for naam in declaraties(tekst) if not naam.startswith("--basis-")} == set()
    assert re.findall(r"^\s*([^\s{}][^{}]*)\{", tekst, re.M) == [":root "]


@pytest.mark.parametrize("thema", THEMAS)
def test_een_thema_blijft_van_de_kleuren_met_betekenis_af(thema):
    assert re.findall(r"--basis-color-(?:negative|positive|warning|info)-[\w-]+", css(f"thema/{thema}/thema.css")) == []


@pytest.mark.parametrize("thema", THEMAS)
def test_een_thema_heeft_een_logo_en_een_favicon(thema):
    assert {pad.name for pad in (STATIC / "thema" / thema).iterdir()} == {"thema.css", "logo.svg", "favicon.svg"}


def test_elk_pictogram_in_de_sjablonen_wordt_gebouwd():
    sjablonen = [*SJABLONEN.rglob("*.html"), *(WORTEL / "portaal").rglob("*.html")]
    bron = "".join(pad.read_text("utf-8") for pad in sjablonen)
    gevraagd = set(re.findall(r'\{% icoon "([\w-]+)"', bron)) | set(
        re.findall(r'\{% navitem "\w+" "[^"]+" "([\w-]+)"', bron)
    )
    gevraagd |= {*TERMIJNICONEN.values(), *weergave.STANDICONEN}
    assert gevraagd - set(runpy.run_path(str(WORTEL / "frontend/collect.py"))["ICONEN"]) == set()


def test_geen_sjabloon_heeft_stijl_of_script_in_de_pagina():
    fout = re.compile(r'\sstyle="|<style|\son\w+="|hx-on|<script(?![^>]*\bsrc=)|href="javascript:')
    assert [pad.name for pad in SJABLONEN.rglob("*.html") if fout.search(pad.read_text("utf-8"))] == []


def test_de_pakketten_staan_vast_en_het_slot_kent_geen_register():
    pakketten = json.loads((WORTEL / "frontend/package.json").read_text("utf-8"))
    slot = json.loads((WORTEL / "frontend/package-lock.json").read_text("utf-8"))["packages"]
    assert [v for v in pakketten["dependencies"].values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []
    assert [naam for naam, pakket in slot.items() if naam and ("resolved" in pakket or "integrity" not in pakket)] == []


def test_elk_adres_op_een_vaste_pagina_bestaat(db):
    client = Client()
    adressen = {
        a
        for p in ("/", "/contact", "/privacy")
        for a in re.findall(r'href="(/[\w/-]*)"', client.get(p).content.decode())
    }
    assert {"/contact", "/privacy", "/toegankelijkheid"} <= adressen
    vast = {adres for adres in adressen if not adres.startswith(("/static/", "/inloggen/"))}
    assert [adres for adres in vast if client.get(adres).status_code != 200] == []


@pytest.mark.skipif(not GEBOUWD, reason="static/dist is niet gebouwd: het register was niet te bereiken")
def test_het_eerste_bezoek_blijft_onder_de_negentig_kilobyte(db):
    pagina = Client().get("/").content
    bestanden = [
        pad.removeprefix(settings.STATIC_URL) for pad in re.findall(r'(?:href|src)="(/static/[^"]+)"', pagina.decode())
    ]
    assert "dist/css/nlds.css" in bestanden
    letters = [f"dist/fonts/noto-sans-latin-{gewicht}-normal.woff2" for gewicht in (400, 700)]
    al_klein = sum((STATIC / naam).stat().st_size for naam in letters)
    tekst = [(STATIC / naam).read_bytes() for naam in bestanden if not naam.endswith(".woff2")]
    assert al_klein + sum(len(gzip.compress(inhoud, 6)) for inhoud in [pagina, *tekst]) < 90 * 1024
    assert al_klein + sum(len(brotli.compress(inhoud)) for inhoud in [pagina, *tekst]) < 90 * 1024


@pytest.mark.skipif(not GEBOUWD, reason="static/dist is niet gebouwd: het register was niet te bereiken")
def test_wij_noemen_de_rechthebbenden_van_wat_wij_uitdelen():
    kop = (STATIC / "dist/css/nlds.css").read_text("utf-8").split("*/")[0]
    for naam in (
        "@utrecht/alert-css",
        "@fontsource/noto-sans",
        "@tabler/icons",
        "EUPL-1.2",
        "OFL-1.1",
        "Gemeente Utrecht",
    ):
        assert naam in kop
    assert "SIL OPEN FONT LICENSE" in (STATIC / "dist/licenties.txt").read_text("utf-8").upper()
