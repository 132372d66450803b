"""Wat een ander systeem ook als tekst stuurt: er komt geen html door, en van elke link is te zien waar hij heen gaat."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from portaal.tekst import veilige_toelichting

MAG = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}

AANVALLEN = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//boef.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://boef.example'></iframe>",
    "<a href='javascript:alert(1)'>klik</a>",
    "<style>*{background:url(https://boef.example/x)}</style>",
    "<base href='https://boef.example/'>",
    "<form action=https://boef.example><input name=bsn></form>",
    "<meta http-equiv=refresh content='0;url=https://boef.example'>",
    "<!-- --><b>vet</b><![CDATA[<script>]]>",
    "<p style='position:fixed'>x</p>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "[klik](javascript:alert(1))",
    "[klik](JaVaScRiPt:alert(1))",
    "[klik](java\tscript:alert(1))",
    "[klik](&#106;avascript:alert(1))",
    "[klik](javascript&colon;alert(1))",
    "[klik](\x01javascript:alert(1))",
    "[klik](<javascript:alert(1)>)",
    "[klik](vbscript:msgbox(1))",
    "[klik](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[klik](file:///etc/passwd)",
    "[klik](tel:0900123)",
    "[klik](mailto:boef@boef.example)",
    "[klik](//boef.example/x)",
    "[klik](\\\\boef.example\\x)",
    "[klik](/uitloggen)",
    "[klik](?na=x)",
    "[klik](#inhoud)",
    "[klik][1]\n\n[1]: javascript:alert(1)",
    "[klik][1]\n\n[1]: https://boef.example 'titel\" onmouseover=alert(1) x=\"'",
    "[klik](https://boef.example 'x\" onmouseover=\"alert(1)')",
    '[klik](https://boef.example/"onmouseover="alert(1))',
    "![volg](https://boef.example/pixel.gif)",
    "![volg](data:image/png;base64,AAAA)",
    "[![volg](https://boef.example/pixel.gif)](https://boef.example)",
    "![volg][1]\n\n[1]: https://boef.example/pixel.gif",
    "<https://boef.example>",
    "<javascript:alert(1)>",
    "<boef@boef.example>",
    "<mailto:boef@boef.example>",
    "https://www.digid.nl@boef.example/inloggen",
    "https://www.digid.nl:geheim@boef.example/",
    "[DigiD](https://www.digid.nl@boef.example/)",
    "<https://www.digid.nl@boef.example/>",
    "[DigiD](https://www.digid.nl%40boef.example/)",
    "[DigiD](https://boef.example\\\\@www.digid.nl/)",
    "[DigiD](https:\\\\boef.example/)",
    "[DigiD](https:///boef.example/)",
    "[DigiD](https:boef.example)",
    "[DigiD](https://boef.example。www.digid.nl/)",
    "[www.digid.nl](https://boef.example/)",
    "[www.digid.nl boef.example](https://anders.example/)",
    "[https://www.digid.nl](https://boef.example/)",
    "[www.dıgid.nl](https://www.dıgid.nl/)",
    "[www.digid.nl](https://www.xn--dgid-nva.nl/)",
    "[www.digid.nl\u202elpmaxe.feob](https://boef.example/)",
    "\u202egro.feob//:sptth",
    "[www.di\u200bgid.nl](https://boef.example/)",
    "[\u2066www.digid.nl\u2069](https://boef.example/)",
    "https://boef.example/\u202egpj.exe",
    "https://[::1]/ http://0x7f000001/ http://2130706433/",
    "HTTPS://BOEF.EXAMPLE/X",
    "ftp://boef.example/x",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "| a | b |\n|---|---|\n| <img src=x> | [x](javascript:1) |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "**<img src=x onerror=alert(1)>**",
    "- <script>alert(1)</script>\n- [x](javascript:alert(1))",
    "[" * 2000 + "x" + "](https://boef.example)" * 2000,
    "*" * 5000 + "x",
    "[a](" * 2000,
    "\x00<script>",
]


class Lezer(HTMLParser):
    """Wat een browser van de html zou maken: elementen met hun attributen, en achter elke link de tekst die volgt."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elementen, self.links, self._open = [], [], None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elementen.append((tag, dict(attrs)))
        if tag == "a":
            self._open = {"href": dict(attrs).get("href"), "tekst": "", "daarna": ""}
            self.links.append(self._open)
            self._in = True

    def handle_endtag(self, tag):
        if tag == "a":
            self._in = False

    def handle_data(self, data):
        if self._open is not None:
            self._open["tekst" if self._in else "daarna"] += data


def eis_veilig(bron):
    """De eigenschappen die voor elke invoer gelden."""
    html = veilige_toelichting(bron)
    lezer = Lezer(html)
    assert {naam for naam, _attrs in lezer.elementen} <= MAG
    for naam, attrs in lezer.elementen:
        assert set(attrs) == ({"href", "class"} if naam == "a" else set())
    for link in lezer.links:
        delen = urlsplit(link["href"])
        assert delen.scheme in ("http", "https")
        assert delen.username is None
        assert "@" not in delen.netloc
        assert delen.hostname
        assert delen.hostname.isascii()
        zelf = link["tekst"].strip() in (link["href"], delen.hostname, link["href"].rstrip("/"))
        assert zelf or link["daarna"].startswith(f" ({delen.hostname})"), link
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069]", html)
    return lezer


@pytest.mark.parametrize("aanval", AANVALLEN, ids=range(len(AANVALLEN)))
def test_geen_enkele_aanval_komt_door(aanval):
    eis_veilig(aanval)


LOS = ["](", ")", "[", "<", ">", "\n", " ", "**", "https://a.nl", "\\", '"']
KORT = [aanval for aanval in AANVALLEN if len(aanval) < 200]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*KORT, *LOS]) | st.text(max_size=8), max_size=6))
def test_ook_niet_in_willekeurige_combinaties(stukken):
    eis_veilig("".join(stukken))


@pytest.mark.parametrize(
    "aanval", ["[DigiD](https://www.digid.nl@boef.example/)", "<boef@boef.example>", "[x](/uitloggen)"]
)
def test_wat_geen_veilige_link_is_blijft_als_tekst_staan(aanval):
    html = veilige_toelichting(aanval)
    assert "<a" not in html
    assert strip_tags(html).strip()


def test_een_adres_in_de_tekst_is_aan_te_klikken_zonder_de_punt_erachter():
    (link,) = eis_veilig("Kijk op https://www.voorbeeld.nl/uitleg?a=1&b=2. Of bel ons.").links
    assert link["href"] == "https://www.voorbeeld.nl/uitleg?a=1&b=2"
    assert link["tekst"] == link["href"]


def test_een_adres_met_een_onderstreepje_blijft_heel():
    (link,) = eis_veilig("https://www.voorbeeld.nl/mijn_eigen_pad").links
    assert link["href"] == "https://www.voorbeeld.nl/mijn_eigen_pad"


def test_een_adres_dat_zich_voordoet_als_een_ander_valt_door_de_mand():
    assert (
        strip_tags(veilige_toelichting("[www.digid.nl](https://boef.example/)")).strip()
        == "www.digid.nl (boef.example)"
    )


def test_gewone_opmaak_en_regels_blijven():
    html = veilige_toelichting("Beste mevrouw,\r\nU krijgt **geld**.\n\n1. een\n2. twee")
    assert "<strong>geld</strong>" in html
    assert "<br" in html
    assert "<ol>" in html
