"""Wat geen antwoord heeft: uitleg, en wat vragen bij elkaar zet."""

import html as html_tekst
import re
from dataclasses import dataclass
from typing import ClassVar, Self
from urllib.parse import urlsplit

import nh3

from portaal.formulieren.componenten.basis import LANGSTE_LABEL, LANGSTE_TEKST, Bron, Veld


@dataclass(frozen=True, kw_only=True)
class Uitleg(Veld):
    """Tekst tussen de vragen. Van de html blijven alleen alinea's, lijsten, nadruk en links naar http(s) over."""

    typen = ("content", "htmlelement")
    soort = "uitleg"
    invoer = False
    html: str = ""

    @classmethod
    def uit_definitie(cls, bron: Bron) -> Self:
        naam = "content" if bron.json.get("type") == "htmlelement" else "html"
        bron_tekst = bron.tekst(naam, LANGSTE_TEKST) or bron.tekst("html", LANGSTE_TEKST)
        label = bron.tekst("label", LANGSTE_LABEL)
        if not bron_tekst and not label:
            bron.fout(naam, "required", "Een uitleg heeft tekst nodig.")
        return cls(
            key=bron.tekst("key", 100, verplicht=True),
            html=veilige_html(bron_tekst or html_tekst.escape(label)),
            verborgen=bron.waar("hidden"),
            voorwaarde=bron.voorwaarde(),
        )


def veilige_html(bron: str) -> str:
    """Alleen alinea's, lijsten, nadruk en links naar http(s), met achter elke link de website waar hij heen gaat."""
    schoon = nh3.clean(
        bron,
        tags={"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "a"},
        attributes={"a": {"href"}},
        attribute_filter=lambda _e, _a, waarde: waarde if waarde.lower().startswith(("http://", "https://")) else None,
        url_schemes={"http", "https"},
        link_rel=None,
    )
    if "<p>" not in schoon and schoon.strip():
        schoon = f"<p>{schoon}</p>" if not re.search(r"<[uo]l>", schoon) else schoon

    def met_host(m: re.Match[str]) -> str:
        host = urlsplit(html_tekst.unescape(m[1])).hostname or ""
        tekst = html_tekst.unescape(re.sub(r"<[^>]*>", "", m[2]))
        achter = "" if not host or host in re.split(r"[\s/]+", tekst) else f" ({html_tekst.escape(host)})"
        return f'<a class="nl-link" href="{m[1]}">{m[2]}</a>{achter}'

    return re.sub(r'<a href="([^"]*)">(.*?)</a>', met_host, schoon, flags=re.S)


@dataclass(frozen=True, kw_only=True)
class Groep(Veld):
    """Vragen die bij elkaar horen, onder een kop. De antwoorden staan gewoon naast de andere."""

    typen: ClassVar[tuple[str, ...]] = ("fieldset", "panel", "well")
    soort = "groep"
    invoer = False
    groep = True
    velden: tuple[Veld, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kolommen(Groep):
    """Vragen naast elkaar, als daar ruimte voor is; `velden` zijn de kolommen."""

    typen = ("columns",)
    soort = "kolommen"


@dataclass(frozen=True, kw_only=True)
class Kolom(Groep):
    """Eén kolom."""

    typen = ()
    soort = "kolom"
