"""De lijst met berichten en de pagina van één bericht."""

from datetime import timedelta

import pytest
from django.test import Client

from berichten.models import Bericht, BerichtLezer
from portaal.inloggen.verwijzing import Verwijzing
from portaal.tijd import nu
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import ZaakSleutel
from tests import wereld
from tests.berichten.conftest import lees
from tests.paginas.conftest import log_in
from tests.paginas.test_overzicht import html

pytestmark = pytest.mark.django_db


def onderwerpen(antwoord):
    return [kaart.onderwerp for kaart in antwoord.context["kaarten"]]


def pad(bericht, actie=""):
    return f"/berichten/{bericht.pk}{actie}"


# --- de lijst --------------------------------------------------------------------------------------------------------
def test_nieuwste_bovenaan_met_van_wie_en_wanneer_en_het_woord_nieuw(fatima, stuur):
    stuur(fatima, onderwerp="Eerste")
    stuur(fatima, onderwerp="Tweede")
    antwoord = fatima.client.get("/berichten")
    assert onderwerpen(antwoord) == ["Tweede", "Eerste"]
    pagina = html(antwoord)
    assert "Gemeente Voorbeeld, Team Inkomen" in pagina
    assert pagina.count('class="mo-nieuw"') == 2


def test_het_getal_in_het_menu_is_precies_wat_ongelezen_staat(fatima, stuur):
    gelezen, opgeborgen, _nieuw = [stuur(fatima, onderwerp=naam) for naam in ("Gelezen", "Opgeborgen", "Nieuw")]
    fatima.client.get(pad(gelezen))
    fatima.client.post(pad(opgeborgen, "/archiveer"))
    antwoord = fatima.client.get("/berichten?filter=ongelezen")
    assert onderwerpen(antwoord) == ["Nieuw"]
    assert antwoord.context["aantal_ongelezen"] == 1
    assert "1 ongelezen bericht" in html(antwoord)
    assert "1 ongelezen bericht" in html(fatima.client.get("/taken"))


def test_bladeren_toont_elk_bericht_precies_een_keer(fatima, stuur):
    for nummer in range(45):
        stuur(fatima, onderwerp=f"Bericht {nummer}")
    gezien, adres = [], "/berichten"
    while adres:
        antwoord = fatima.client.get(adres)
        gezien += onderwerpen(antwoord)
        adres = antwoord.context.get("meer_url")
    assert gezien == [f"Bericht {nummer}" for nummer in reversed(range(45))]


def test_htmx_krijgt_alleen_het_vervolg_en_een_melding_zonder_javascript_een_hele_pagina(fatima, stuur):
    for nummer in range(21):
        stuur(fatima, onderwerp=f"Bericht {nummer}")
    meer = fatima.client.get("/berichten").context["meer_url"]
    deel = html(fatima.client.get(meer, headers={"HX-Request": "true"}))
    assert "<html" not in deel
    assert '<div id="melding" hx-swap-oob="innerHTML">1 bericht toegevoegd</div>' in deel
    assert html(fatima.client.get(meer)).startswith("<!doctype html>")


@pytest.mark.parametrize("na", ["onzin", "04b3bb2f-109a-450c-91a3-fcdc074e9430"])
def test_een_onbekende_plek_in_de_lijst_is_een_404(fatima, na):
    assert fatima.client.get(f"/berichten?na={na}").status_code == 404


def test_de_plek_van_een_ander_in_de_lijst_is_een_404(fatima, henk, stuur):
    assert fatima.client.get(f"/berichten?na={stuur(henk).pk}").status_code == 404


@pytest.mark.parametrize("adres", ["/berichten", "/berichten?filter=ongelezen", "/overzicht"])
def test_twintig_berichten_kosten_evenveel_queries_als_een(fatima, stuur, adres, django_assert_max_num_queries):
    stuur(fatima)
    with django_assert_max_num_queries(10) as bij_een:
        fatima.client.get(adres)
    for _ in range(19):
        stuur(fatima)
    with django_assert_max_num_queries(len(bij_een)):
        fatima.client.get(adres)


def test_een_bericht_lezen_kost_een_vast_aantal_queries(fatima, stuur, django_assert_max_num_queries):
    bericht = stuur(fatima)
    fatima.client.get(pad(bericht))
    with django_assert_max_num_queries(7):
        fatima.client.get(pad(bericht))


# --- één bericht -----------------------------------------------------------------------------------------------------
def test_het_bericht_zegt_wat_van_wie_wanneer_en_waarbij(fatima, stuur, gemeente):
    bericht = stuur(fatima, referentie="KENMERK-1", einddatum=nu() + timedelta(days=2),
                    handelingsperspectief="informatie_geven")  # fmt: skip
    zaak = registreer_zaak(
        gemeente.organisatie, "Bijzondere bijstand", "Z-2026-1", [(ZaakSleutel.Soort.NUMMER, "Z-2026-1")]
    )
    Bericht.intern.filter(pk=bericht.pk).update(zaak=zaak)
    pagina = html(fatima.client.get(pad(bericht)))
    for tekst in (
        '<h1 class="nl-heading nl-heading--level-1">Besluit over uw aanvraag</h1>',
        "Van Gemeente Voorbeeld, Team Inkomen",
        "<strong>bijzondere bijstand</strong>",
        '<a class="nl-link" href="https://www.voorbeeld.nl/uitleg">uitleg</a> (www.voorbeeld.nl)',
        "Wij vragen u om informatie",
        "nog 2 dagen",
        "Een beslissing",
        "Bijzondere bijstand",
        "Z-2026-1",
        "KENMERK-1",
        'href="tel:14000"',
        "Het bericht is voor u klaargezet.",
        "Het bericht is geopend.",
    ):
        assert tekst in pagina, tekst
    assert "Het bericht is gemaakt." not in pagina


def test_de_pagina_openen_is_het_openen(fatima, stuur):
    bericht = stuur(fatima)
    fatima.client.get(pad(bericht))
    assert lees(bericht).geopend_op is not None
    assert onderwerpen(fatima.client.get("/berichten?filter=ongelezen")) == []


def test_head_is_geen_openen(fatima, stuur):
    bericht = stuur(fatima)
    assert fatima.client.head(pad(bericht)).status_code == 200
    assert lees(bericht).geopend_op is None


@pytest.mark.parametrize(
    "kop", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_vooruit_laden_is_geen_openen_en_levert_niets_op(fatima, stuur, kop):
    bericht = stuur(fatima)
    antwoord = fatima.client.get(pad(bericht), headers=kop)
    assert antwoord.status_code == 503
    assert antwoord.content == b""
    assert lees(bericht).geopend_op is None


def test_de_lijst_bekijken_is_geen_openen(fatima, stuur):
    bericht = stuur(fatima)
    fatima.client.get("/berichten")
    assert lees(bericht).geopend_op is None


def test_het_bericht_van_fatima_bestaat_voor_henk_niet(fatima, henk, stuur):
    bericht = stuur(fatima, onderwerp="Alleen voor Fatima")
    antwoord = henk.client.get(pad(bericht))
    assert antwoord.status_code == 404
    assert "Alleen voor Fatima" not in html(antwoord)
    for actie in ("/ongelezen", "/archiveer", "/uit-archief"):
        assert henk.client.post(pad(bericht, actie)).status_code == 404
    assert lees(bericht).geopend_op is None
    assert not BerichtLezer.intern.exists()


def test_een_bericht_voor_later_bestaat_nog_niet(fatima, stuur):
    bericht = stuur(fatima, publicatiedatum=nu() + timedelta(hours=1))
    assert fatima.client.get(pad(bericht)).status_code == 404
    assert onderwerpen(fatima.client.get("/berichten")) == []


def test_zonder_inlog_is_er_niets_te_zien(fatima, stuur):
    bericht = stuur(fatima)
    for adres in ("/berichten", pad(bericht)):
        assert Client().get(adres)["Location"].startswith("/inloggen?")
    assert lees(bericht).geopend_op is None


def test_boven_haar_niveau_ziet_zij_dat_het_er_is_en_niets_van_de_inhoud(fatima, stuur):
    bericht = stuur(fatima, onderwerp="Uw medische gegevens", minimaal_niveau=3, referentie="WMO-1",
                    einddatum=nu(), handelingsperspectief="betalen")  # fmt: skip
    for adres in ("/berichten", pad(bericht)):
        pagina = html(fatima.client.get(adres))
        assert "Er staat een bericht voor u klaar" in pagina
        for geheim in ("medische", "bijstand", "WMO-1", "laatste dag", "betalen"):
            assert geheim not in pagina
    assert "Log in met meer zekerheid om dit bericht te lezen" in pagina
    assert fatima.client.post(pad(bericht, "/ongelezen")).status_code == 404
    assert lees(bericht).geopend_op is None
    assert "medische" in html(log_in(wereld.BSN_FATIMA, niveau=3).client.get(pad(bericht)))


def test_op_ongelezen_zetten_en_opbergen_werkt_en_kan_terug(fatima, stuur):
    bericht = stuur(fatima)
    fatima.client.get(pad(bericht))
    assert fatima.client.post(pad(bericht, "/ongelezen"))["Location"] == "/berichten"
    assert len(onderwerpen(fatima.client.get("/berichten?filter=ongelezen"))) == 1
    fatima.client.post(pad(bericht, "/archiveer"))
    assert onderwerpen(fatima.client.get("/berichten")) == []
    assert len(onderwerpen(fatima.client.get("/berichten?filter=archief"))) == 1
    assert "Haal uit het archief" in html(fatima.client.get(pad(bericht)))
    fatima.client.post(pad(bericht, "/uit-archief"))
    assert len(onderwerpen(fatima.client.get("/berichten"))) == 1


def test_met_get_verandert_een_knop_niets(fatima, stuur):
    bericht = stuur(fatima)
    for actie in ("/ongelezen", "/archiveer", "/uit-archief"):
        assert fatima.client.get(pad(bericht, actie)).status_code == 405


def test_een_vervangen_bericht_zegt_dat_en_wijst_naar_het_nieuwe_en_terug(fatima, stuur):
    oud = stuur(fatima)
    nieuw = stuur(fatima, onderwerp="Verbeterd besluit", vervangt=oud.pk)
    pagina = html(fatima.client.get(pad(oud)))
    assert "Er is een nieuw bericht in de plaats van dit bericht" in pagina
    assert f'href="{pad(nieuw)}"' in pagina
    assert "<strong>bijzondere bijstand</strong>" in pagina
    assert f'href="{pad(oud)}"' in html(fatima.client.get(pad(nieuw)))


def test_een_ingetrokken_bericht_vraagt_niets_meer(fatima, stuur):
    oud = stuur(fatima, einddatum=nu() + timedelta(days=1), handelingsperspectief="betalen")
    stuur(fatima, onderwerp="Wij trekken het besluit in", trekt_in=oud.pk)
    pagina = html(fatima.client.get(pad(oud)))
    assert "Gemeente Voorbeeld heeft dit bericht ingetrokken" in pagina
    assert "U moet betalen" not in pagina
    assert "nog 1 dag" not in pagina


def test_de_taak_bij_het_bericht_is_een_link_als_zij_die_mag_zien(fatima, stuur, gemeente):
    taak = wereld.taak(gemeente)
    met = stuur(fatima, verwijzing=Verwijzing("taak", taak.pk))
    assert f'href="/taken/{taak.pk}"' in html(fatima.client.get(pad(met)))
    morgen = wereld.taak(gemeente, startdatum=nu().date() + timedelta(days=2), dagen=5)
    zonder = stuur(fatima, verwijzing=Verwijzing("taak", morgen.pk))
    assert "/taken/" not in html(fatima.client.get(pad(zonder))).replace('href="/taken"', "")


def test_html_in_onderwerp_en_tekst_blijft_tekst(fatima, stuur):
    bericht = stuur(fatima, onderwerp="<script>alert(1)</script>", tekst="<script>alert(2)</script><img src=x>")
    for adres in ("/berichten", pad(bericht)):
        assert "<script>alert" not in html(fatima.client.get(adres))
    assert "&lt;img src=x&gt;" in html(fatima.client.get(pad(bericht)))


def test_het_bsn_staat_nergens(fatima, stuur):
    bericht = stuur(fatima)
    for adres in ("/berichten", pad(bericht)):
        assert fatima.bsn not in html(fatima.client.get(adres))
