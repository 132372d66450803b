#!/usr/bin/env python3
"""Maak het themabestand van een gemeente: alleen --basis-*-tokens, verder niets.

    python3 frontend/thema.py voorbeeld "Gemeente Voorbeeld" \\
        f4f7fb e4edf7 c9dcef 93b7de 2a6cb0 1a4f8b 123a69 0d2440

De acht kleuren zijn één kleur van licht naar donker (trede 50, 100, 200, 300, 400, 500, 600, 700). Het programma rekent
na of er op elke plek waar het portaal ze gebruikt genoeg contrast is (WCAG 1.4.3: 4,5 op 1) en weigert anders.
Kleuren van fout, waarschuwing en gelukt horen niet bij een thema: hun betekenis is overal dezelfde.
Daarnaast vraagt een thema logo.svg en favicon.svg in dezelfde map; de setting THEMA wijst de map aan.
"""

import sys
from pathlib import Path

TREDEN = (50, 100, 200, 300, 400, 500, 600, 700)
WIT = "#ffffff"
GENOEG = 4.5


def helderheid(kleur: str) -> float:
    """De relatieve helderheid volgens WCAG 2."""
    kanalen = [int(kleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rood, groen, blauw = [k / 12.92 if k <= 0.04045 else ((k + 0.055) / 1.055) ** 2.4 for k in kanalen]
    return 0.2126 * rood + 0.7152 * groen + 0.0722 * blauw


def contrast(een: str, ander: str) -> float:
    """De contrastverhouding volgens WCAG 2, van 1 tot 21."""
    licht, donker = sorted((helderheid(een), helderheid(ander)), reverse=True)
    return (licht + 0.05) / (donker + 0.05)


def te_zwak(ramp: dict[int, str]) -> list[str]:
    """De paren van letter en ondergrond die te weinig verschillen."""
    paren = [(ramp[t], WIT) for t in (400, 500, 600, 700)]
    paren += [(ramp[500], ramp[t]) for t in (50, 100)] + [(ramp[600], ramp[200]), (ramp[700], ramp[100])]
    return [f"{a} op {b}: {contrast(a, b):.2f}" for a, b in paren if contrast(a, b) < GENOEG]


def themabestand(naam: str, ramp: dict[int, str]) -> str:
    """De inhoud van thema.css."""
    rollen = {
        "bg-document": WIT, "bg-subtle": ramp[50], "bg-default": ramp[100], "bg-hover": ramp[200], "bg-active": ramp[200],
        "border-subtle": ramp[300], "border-default": ramp[400], "border-hover": ramp[500], "border-active": ramp[500],
        "color-default": ramp[500], "color-hover": ramp[600], "color-active": ramp[600], "color-subtle": ramp[400],
        "color-document": ramp[700],
        "inverse-bg-document": ramp[600], "inverse-bg-default": ramp[500], "inverse-bg-hover": ramp[600],
        "inverse-bg-active": ramp[600], "inverse-color-default": WIT, "inverse-color-hover": WIT,
        "inverse-color-active": WIT, "inverse-color-document": WIT,
    }  # fmt: skip
    regels = [
        f"  --basis-color-{groep}-{rol}: {kleur};"
        for groep in ("accent-1", "action-1", "action-2")
        for rol, kleur in rollen.items()
    ]
    regels += [
        f"  --basis-heading-color: {ramp[700]};",
        "  --basis-heading-font-family: 'Noto Sans', sans-serif;",
        "  --basis-border-radius-sm: 4px;",
        "  --basis-border-radius-md: 8px;",
    ]
    return f"/* Thema {naam}, gemaakt met frontend/thema.py. */\n:root {{\n" + "\n".join(regels) + "\n}\n"


def main() -> None:
    """Lees naam en kleuren van de opdrachtregel, reken na en schrijf static/thema/<map>/thema.css."""
    if len(sys.argv) != 3 + len(TREDEN):
        sys.exit(__doc__)
    map_, naam, *kleuren = sys.argv[1:]
    ramp = dict(zip(TREDEN, (f"#{kleur.lstrip('#').lower()}" for kleur in kleuren), strict=True))
    if fouten := te_zwak(ramp):
        sys.exit("Te weinig contrast: " + "; ".join(fouten))
    doel = Path(__file__).resolve().parent.parent / "static/thema" / map_ / "thema.css"
    doel.parent.mkdir(parents=True, exist_ok=True)
    doel.write_text(themabestand(naam, ramp), "utf-8")
    print(f"{doel}: klaar")


if __name__ == "__main__":
    main()
