"""Tekst van een ander systeem veilig op de pagina: een klein deel van Markdown, en altijd te zien waar een link heen gaat."""

import re
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Tekens die niemand ziet maar die wel veranderen wat iemand leest: schrijfrichting omkeren, letters verbergen.
_STUURTEKENS = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Een link waarvan een mens en een browser hetzelfde begrijpen: geen gebruikersnaam, geen rare tekens in de host.
_ADRES = re.compile(
    r"https?://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?(?:[/?#][^\s\\]*)?", re.IGNORECASE
)
_KAAL_ADRES = re.compile(r"https?://[^\s<>\"'\\@]+", re.IGNORECASE)
_LEESTEKENS = ".,;:!?)]}*_"


def zonder_stuurtekens(tekst: str) -> str:
    """De tekst zonder onzichtbare tekens waarmee iets anders te lezen lijkt dan er staat."""
    return _STUURTEKENS.sub("", tekst)


def _host(adres: str) -> str:
    """De website van een adres, of leeg als het geen adres is dat wij als link tonen."""
    gevonden = _ADRES.fullmatch(adres)
    return gevonden["host"].lower() if gevonden and gevonden["host"].lower() == urlsplit(adres).hostname else ""


def _veilige_links(staat: StateCore) -> None:
    """Houd alleen links over naar http(s), maak van een kaal adres een link, en zet de website erachter."""
    for blok in staat.tokens:
        if blok.children is not None:
            blok.children = list(_toon_host(_maak_links(_zonder_vreemde_links(blok.children))))


def _zonder_vreemde_links(tokens: list[Token]) -> list[Token]:
    over: list[Token] = []
    houd = True
    for token in tokens:
        if token.type == "link_open":
            houd = bool(_host(str(token.attrs.get("href", ""))))
            token.attrs = {"href": str(token.attrs.get("href", ""))}
        if houd or token.type not in ("link_open", "link_close"):
            over.append(token)
        if token.type == "link_close":
            houd = True
    return over


def _maak_links(tokens: list[Token]) -> list[Token]:
    """Een adres dat gewoon in de tekst staat wordt aan te klikken (Open VTB, `berichtTekst`)."""
    over: list[Token] = []
    diep = 0
    for token in tokens:
        diep += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or diep:
            over.append(token)
            continue
        vanaf = 0
        for gevonden in _KAAL_ADRES.finditer(token.content):
            adres = gevonden[0].rstrip(_LEESTEKENS)
            # Staat er een @ achter, dan is het begin van het adres een gebruikersnaam: geen link.
            if not _host(adres) or token.content[gevonden.end() : gevonden.end() + 1] in ("@", "\\"):
                continue
            over.append(_tekst(token.content[vanaf : gevonden.start()]))
            over += [Token("link_open", "a", 1, attrs={"href": adres}), _tekst(adres), Token("link_close", "a", -1)]
            vanaf = gevonden.start() + len(adres)
        over.append(_tekst(token.content[vanaf:]))
    return over


def _toon_host(tokens: list[Token]) -> list[Token]:
    """Zet achter elke link de website waar hij heen gaat, tenzij de tekst precies dat adres of die website is."""
    over: list[Token] = []
    adres, tekst = "", ""
    for token in tokens:
        over.append(token)
        if token.type == "link_open":
            adres, tekst = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            host = _host(adres)
            if tekst.strip() not in (adres, host, adres.rstrip("/")):
                over.append(_tekst(f" ({host})"))
            adres = ""
        elif adres:
            tekst += token.content
    return over


def _tekst(inhoud: str) -> Token:
    return Token("text", "", 0, content=inhoud)


def _maak_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
    markdown.disable(["heading", "lheading", "code", "fence", "blockquote", "hr", "image", "backticks", "html_block"])
    markdown.core.ruler.push("veilige_links", _veilige_links)
    return markdown


_MARKDOWN = _maak_markdown()


def veilige_toelichting(bron: str) -> SafeString:
    """Maak html van een tekst: alinea's, vet, cursief, lijsten en links naar http(s), met de website erbij.

    Al het andere blijft tekst. Na het omzetten gaat de html nog door een lijst van toegestane elementen: wat een
    ander systeem ook stuurt, er komt geen script, opmaak, plaatje of ander protocol door.
    """
    html = nh3.clean(
        _MARKDOWN.render(zonder_stuurtekens(bron)),
        tags={"p", "br", "strong", "em", "ul", "ol", "li", "a"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return mark_safe(html.replace("<a ", '<a class="nl-link" '))  # noqa: S308 net schoongemaakt
