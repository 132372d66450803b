#!/usr/bin/env python3
"""Maak van node_modules de bestanden die de server uitdeelt: static/dist/{css,fonts,icons}.

    npm ci && python3 collect.py

Alleen de standaardbibliotheek, geen bundelaar. Wat er gebeurt:
  css    de bestanden uit nlds-files.txt achter elkaar, zonder commentaar, met alleen de ontwerptokens die iets
         gebruikt, en bovenaan de pakketten met licentie en rechthebbenden (de EUPL-1.2 vraagt die te bewaren);
  fonts  Noto Sans latin en latin-ext (namen uit de BRP), normaal en vet;
  icons  de pictogrammen uit ICONEN, ontdaan van opmaak die het sjabloon zelf zet.
De uitvoer wordt naast static/dist opgebouwd en pas aan het eind verwisseld: een mislukte bouw laat de oude staan.
Ontbreekt er een bestand, dan stopt het programma met de naam ervan en exitcode 1.
"""

import gzip
import json
import re
import shutil
import sys
from pathlib import Path

HIER = Path(__file__).resolve().parent
MODULES = HIER / "node_modules"
STATIC = HIER.parent / "static"
DOEL = STATIC / "dist"

ICONEN = [
    "alert-circle",
    "alert-triangle",
    "arrow-right",
    "calendar-due",
    "check",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "circle-x",
    "clock",
    "external-link",
    "file-text",
    "folder",
    "hourglass-high",
    "info-circle",
    "language",
    "layout-grid",
    "list-check",
    "logout",
    "mail",
    "menu-2",
    "user",
    "x",
]

# Overgenomen uit de bijbehorende css van @fontsource: zo haalt de browser latin-ext alleen bij letters als ő en ş.
LETTERREEKSEN = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,"
    "U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,"
    "U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}
GEWICHTEN = (400, 700)


def zonder_commentaar(css: str) -> str:
    """Geef de css terug zonder commentaar, @charset en overbodige witruimte."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r'@charset "[^"]*";', "", css)
    css = re.sub(r"\s*\n\s*", "\n", css)
    css = re.sub(r"\s*([{};])\s*", r"\1", css)
    return css.strip()


def gebruikte_tokens(declaraties: dict[str, str], css: str) -> dict[str, str]:
    """Geef de tokens die in de css staan, en de tokens waar die op hun beurt naar wijzen."""
    nodig: set[str] = set()
    te_bekijken = set(re.findall(r"var\(\s*(--[\w-]+)", css))
    while te_bekijken:
        token = te_bekijken.pop()
        if token in nodig or token not in declaraties:
            continue
        nodig.add(token)
        te_bekijken |= set(re.findall(r"var\(\s*(--[\w-]+)", declaraties[token]))
    return {token: waarde for token, waarde in declaraties.items() if token in nodig}


def pakket_van(pad: Path) -> Path:
    """Geef de map van het npm-pakket waar dit bestand in zit."""
    return next(map_ for map_ in pad.parents if (map_ / "package.json").exists())


def verantwoording(paden: list[Path]) -> str:
    """Geef het kopcommentaar: welke pakketten, welke licentie, wie de rechthebbenden zijn."""
    pakketten: dict[str, str] = {}
    rechthebbenden: set[str] = set()
    for pad in paden:
        gegevens = json.loads((pakket_van(pad) / "package.json").read_text("utf-8"))
        pakketten[gegevens["name"]] = f"{gegevens['version']} ({gegevens['license']})"
        if pad.suffix == ".css":
            rechthebbenden |= {r.strip() for r in re.findall(r"Copyright \(c\)[^\n*]*", pad.read_text("utf-8"))}
    regels = [f"{naam} {rest}" for naam, rest in pakketten.items()] + sorted(rechthebbenden)
    return "/*! Samengesteld door frontend/collect.py uit:\n   " + "\n   ".join(regels) + "\n*/\n"


def lettertypen() -> str:
    """Geef de @font-face-regels; de bestanden staan in ../fonts/."""
    return "".join(
        f"@font-face{{font-family:'Noto Sans';font-style:normal;font-weight:{gewicht};font-display:swap;"
        f"src:url(../fonts/noto-sans-{reeks}-{gewicht}-normal.woff2) format('woff2');unicode-range:{bereik}}}\n"
        for reeks, bereik in LETTERREEKSEN.items()
        for gewicht in GEWICHTEN
    )


def pictogram(pad: Path) -> str:
    """Geef het pictogram als kale svg: alleen de lijnen, in de kleur van de tekst."""
    lijnen = re.findall(r"<(?:path|circle|line|rect|polyline|ellipse)\b[^>]*/>", pad.read_text("utf-8"))
    zichtbaar = "".join(lijn for lijn in lijnen if 'stroke="none"' not in lijn)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{zichtbaar}</svg>\n'
    )


def licentieteksten(paden: list[Path]) -> str:
    """Geef de volledige licentieteksten van wat wij uitdelen, elke tekst één keer."""
    teksten: dict[str, list[str]] = {}
    for map_ in dict.fromkeys(pakket_van(pad) for pad in paden):
        naam = json.loads((map_ / "package.json").read_text("utf-8"))["name"]
        for licentie in sorted(map_.glob("LICEN[CS]E*")):
            teksten.setdefault(licentie.read_text("utf-8").strip(), []).append(naam)
    return "\n\n".join(", ".join(namen) + "\n" + "-" * 72 + "\n" + tekst for tekst, namen in teksten.items()) + "\n"


def bouw(doel: Path) -> None:
    """Schrijf alle uitvoer in de (lege) map doel."""
    regels = (HIER / "nlds-files.txt").read_text("utf-8").splitlines()
    css_paden = [MODULES / regel.strip() for regel in regels if regel.strip() and not regel.startswith("#")]
    lettertype_map = MODULES / "@fontsource/noto-sans/files"
    letter_paden = [lettertype_map / f"noto-sans-{r}-{g}-normal.woff2" for r in LETTERREEKSEN for g in GEWICHTEN]
    icoon_paden = [MODULES / f"@tabler/icons/icons/outline/{naam}.svg" for naam in ICONEN]
    ontbreekt = [pad for pad in css_paden + letter_paden + icoon_paden if not pad.exists()]
    if ontbreekt:
        sys.exit(f"Niet gevonden: {ontbreekt[0]}. Draai eerst `npm ci` in {HIER}.")

    tokens, *onderdelen = [zonder_commentaar(pad.read_text("utf-8")) for pad in css_paden]
    declaraties = dict(re.findall(r"(--[\w-]+):\s*([^;}]*)", tokens))
    eigen = (STATIC / "css/portaal.css").read_text("utf-8")
    gebruikt = gebruikte_tokens(declaraties, "".join(onderdelen) + eigen)
    nlds = (
        verantwoording(css_paden + letter_paden[:1] + icoon_paden[:1])
        + lettertypen()
        + ":root{"
        + ";".join(f"{token}:{waarde.strip()}" for token, waarde in gebruikt.items())
        + "}\n"
        + "\n".join(onderdelen)
        + "\n"
    )
    for map_ in ("css", "fonts", "icons"):
        (doel / map_).mkdir(parents=True)
    (doel / "css/nlds.css").write_text(nlds, "utf-8")
    for pad in letter_paden:
        shutil.copyfile(pad, doel / "fonts" / pad.name)
    for pad in icoon_paden:
        (doel / "icons" / pad.name).write_text(pictogram(pad), "utf-8")
    (doel / "licenties.txt").write_text(licentieteksten(css_paden + letter_paden + icoon_paden), "utf-8")
    samengeperst = len(gzip.compress(nlds.encode(), 9)) / 1024
    print(
        f"static/dist: nlds.css {len(nlds) / 1024:.0f} KB ({samengeperst:.1f} KB gzip, {len(gebruikt)} van "
        f"{len(declaraties)} tokens), {len(letter_paden)} lettertypen, {len(icoon_paden)} pictogrammen"
    )


def main() -> None:
    """Bouw naast static/dist en verwissel dan."""
    nieuw = DOEL.with_name("dist.nieuw")
    shutil.rmtree(nieuw, ignore_errors=True)
    nieuw.mkdir(parents=True)
    try:
        bouw(nieuw)
        shutil.rmtree(DOEL, ignore_errors=True)
        nieuw.rename(DOEL)
    finally:
        shutil.rmtree(nieuw, ignore_errors=True)


if __name__ == "__main__":
    main()
