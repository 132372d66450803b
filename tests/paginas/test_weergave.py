"""Een taak in woorden: de termijn, de stand en een veilige toelichting."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from portaal.tekst import veilige_toelichting
from portaal.termijn import Termijn

VANDAAG = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("over", "woorden", "klasse"),
    [
        (-1, "Te laat: de laatste dag was 21 november 2026", "te-laat"),
        (0, "Uiterlijk 22 november 2026 – vandaag is de laatste dag", "dringend"),
        (1, "Uiterlijk 23 november 2026 – nog 1 dag", "dringend"),
        (2, "Uiterlijk 24 november 2026 – nog 2 dagen", "dringend"),
        (3, "Uiterlijk 25 november 2026 – nog 3 dagen", "rustig"),
        (8, "Uiterlijk 30 november 2026", "rustig"),
    ],
)
def test_de_termijn_noemt_altijd_de_datum_en_telt_de_laatste_dag_mee(over, woorden, klasse):
    termijn = Termijn(VANDAAG + timedelta(days=over), VANDAAG)
    assert (strip_tags(termijn.woorden), termijn.klasse) == (woorden, klasse)


def test_de_termijn_in_het_engels():
    with translation.override("en"):
        assert (
            strip_tags(Termijn(date(2026, 11, 24), VANDAAG).woorden)
            == "By 24 November 2026 at the latest – 2 days left"
        )


def test_de_datum_is_ook_voor_machines_te_lezen():
    assert '<time datetime="2026-11-24">24 november 2026</time>' in Termijn(date(2026, 11, 24), VANDAAG).woorden


@pytest.mark.parametrize(
    ("bron", "html"),
    [
        ("Stuur **nu** uw *loonstrook*.", "<p>Stuur <strong>nu</strong> uw <em>loonstrook</em>.</p>"),
        ("- een\n- twee", "<ul>\n<li>een</li>\n<li>twee</li>\n</ul>"),
        ("1. een\n2. twee", "<ol>\n<li>een</li>\n<li>twee</li>\n</ol>"),
        ("# Geen kop", "<p># Geen kop</p>"),
        ("<b>vet</b> <script>alert(1)</script>", "<p>&lt;b&gt;vet&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_van_een_toelichting_blijft_eenvoudige_opmaak_over_en_is_html_tekst(bron, html):
    assert veilige_toelichting(bron).strip() == html


def test_bij_een_link_staat_naar_welke_website_hij_gaat():
    html = veilige_toelichting("Zie [de uitleg](https://www.voorbeeld.nl/uitleg).")
    assert '<a class="nl-link" href="https://www.voorbeeld.nl/uitleg">de uitleg</a> (www.voorbeeld.nl)' in html


@pytest.mark.parametrize("host", ["boef.example", "id.nl"])
def test_een_link_die_zich_voordoet_als_een_andere_website_valt_door_de_mand(host):
    html = veilige_toelichting(f"[www.digid.nl](https://{host}/inloggen)")
    assert strip_tags(html).strip() == f"www.digid.nl ({host})"


@pytest.mark.parametrize(
    "adres", ["javascript:alert(1)", "data:text/html,x", "//boef.example", "/uitloggen", "file:///x"]
)
def test_een_link_met_een_ander_protocol_wordt_geen_link(adres):
    assert "href" not in veilige_toelichting(f"[klik]({adres})")


def test_een_plaatje_wordt_niet_geladen():
    assert "<img" not in veilige_toelichting("![volg](https://boef.example/pixel.gif)")
