"""De lijst met taken en de pagina van één taak."""

import pytest
from django.test import Client

from portaal.inloggen.partij import Partij
from taken.handelingen import breek_af, heropen, meld_gedaan, voer_uit
from taken.models import Taak
from tests.paginas.conftest import log_in
from tests.paginas.test_overzicht import html
from tests.wereld import BSN_FATIMA


# --- de lijst --------------------------------------------------------------------------------------------------------
def titels(antwoord) -> list[str]:
    return [kaart.titel for kaart in antwoord.context["kaarten"]]


def test_bladeren_toont_elke_taak_precies_een_keer_in_dezelfde_volgorde(fatima, klaarzetten):
    for nummer in range(45):
        klaarzetten(fatima, f"Taak {nummer}", over=nummer // 10 if nummer < 30 else None)
    gezien, adres = [], "/taken"
    while adres:
        antwoord = fatima.client.get(adres)
        gezien += titels(antwoord)
        adres = antwoord.context.get("meer_url")
    assert gezien == [f"Taak {nummer}" for nummer in range(45)]


def test_wat_op_bevestiging_wacht_staat_na_wat_te_doen_is(fatima, klaarzetten):
    meld_gedaan(klaarzetten(fatima, "Al gedaan", over=1).pk, fatima.toegang)
    klaarzetten(fatima, "Nog te doen", over=30)
    assert titels(fatima.client.get("/taken")) == ["Nog te doen", "Al gedaan"]


def test_ook_afgeronde_taken_bladeren_volledig_door(fatima, klaarzetten, gemeente):
    for nummer in range(25):
        breek_af(klaarzetten(fatima, f"Taak {nummer}").pk, Partij.systeem(gemeente))
    eerste = fatima.client.get("/taken?filter=afgerond")
    tweede = fatima.client.get(eerste.context["meer_url"])
    assert titels(eerste) + titels(tweede) == [f"Taak {nummer}" for nummer in reversed(range(25))]


def test_htmx_krijgt_alleen_het_vervolg_en_een_melding_voor_wie_niet_kijkt(fatima, klaarzetten):
    for nummer in range(21):
        klaarzetten(fatima, f"Taak {nummer}")
    meer = fatima.client.get("/taken").context["meer_url"]
    pagina = html(fatima.client.get(meer, headers={"HX-Request": "true"}))
    assert "<html" not in pagina
    assert "Taak 20" in pagina
    assert '<div id="melding" hx-swap-oob="innerHTML">1 taak toegevoegd</div>' in pagina


def test_zonder_javascript_is_het_vervolg_een_hele_pagina(fatima, klaarzetten):
    for nummer in range(21):
        klaarzetten(fatima, f"Taak {nummer}")
    pagina = html(fatima.client.get(fatima.client.get("/taken").context["meer_url"]))
    assert pagina.startswith("<!doctype html>")
    assert "Taak 20" in pagina


def test_een_cache_houdt_pagina_en_deel_uit_elkaar(fatima):
    assert "HX-Request" in fatima.client.get("/taken")["Vary"]


@pytest.mark.parametrize("na", ["onzin", "04b3bb2f-109a-450c-91a3-fcdc074e9430"])
def test_een_onbekende_plek_in_de_lijst_is_een_404(fatima, na):
    assert fatima.client.get(f"/taken?na={na}").status_code == 404


def test_de_plek_van_een_ander_in_de_lijst_is_een_404(fatima, henk, klaarzetten):
    assert fatima.client.get(f"/taken?na={klaarzetten(henk).pk}").status_code == 404


def test_duizend_taken_kosten_evenveel_queries_als_een(fatima, klaarzetten, django_assert_max_num_queries):
    klaarzetten(fatima)
    with django_assert_max_num_queries(10) as bij_een:
        fatima.client.get("/taken")
    for nummer in range(30):
        klaarzetten(fatima, f"Taak {nummer}")
    with django_assert_max_num_queries(len(bij_een)):
        fatima.client.get("/taken")


# --- één taak --------------------------------------------------------------------------------------------------------
def test_de_taak_zegt_wat_wie_wanneer_waarbij_en_hoe_het_anders_kan(fatima, klaarzetten):
    taak = klaarzetten(fatima, over=2, zaak="Aanvraag bijzondere bijstand")
    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    for tekst in (
        '<h1 class="nl-heading nl-heading--level-1">Stuur uw loonstrook op</h1>',
        "Wij willen weten hoeveel u verdiende.",
        "Gemeente Voorbeeld, Team Inkomen",
        "nog 2 dagen",
        "Aanvraag bijzondere bijstand",
        "Z-2026-004512",
        "Lukt het niet online?",
        'href="tel:14000"',
        "Stadhuisplein 1",
        "De taak is voor u klaargezet.",
    ):
        assert tekst in pagina, tekst


def test_de_knop_gaat_naar_het_formulier_van_deze_taak_en_de_website_staat_erbij(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    assert f'href="https://formulieren.voorbeeld.test/loonstrook?taak={taak.pk}"' in pagina
    assert 'U gaat naar <strong translate="no">formulieren.voorbeeld.test</strong>.' in pagina


def test_de_taak_van_fatima_bestaat_voor_henk_niet(fatima, henk, klaarzetten):
    taak = klaarzetten(fatima, "Alleen voor Fatima")
    antwoord = henk.client.get(f"/taken/{taak.pk}")
    assert antwoord.status_code == 404
    assert "Alleen voor Fatima" not in html(antwoord)


def test_henk_kan_de_taak_van_fatima_niet_afvinken(fatima, henk, klaarzetten):
    taak = klaarzetten(fatima)
    assert henk.client.post(f"/taken/{taak.pk}/gedaan").status_code == 404
    assert Taak.intern.get(pk=taak.pk).gemeld_op is None


def test_ik_heb_dit_gedaan_leidt_naar_de_bevestiging_die_nog_komt(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    antwoord = fatima.client.post(f"/taken/{taak.pk}/gedaan", follow=True)
    pagina = html(antwoord)
    assert antwoord.redirect_chain == [(f"/taken/{taak.pk}?gedaan=ja", 302)]
    assert "Wij wachten op bevestiging van Gemeente Voorbeeld" in pagina
    assert "U heeft doorgegeven dat u dit heeft gedaan." in pagina
    assert "Ik heb dit gedaan" not in pagina


def test_twee_keer_drukken_geeft_een_seintje(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    for _ in range(2):
        fatima.client.post(f"/taken/{taak.pk}/gedaan")
    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    assert pagina.count("U heeft doorgegeven dat u dit heeft gedaan.") == 1


def test_is_de_taak_intussen_ingetrokken_dan_ziet_zij_dat_na_het_drukken(fatima, klaarzetten, gemeente):
    taak = klaarzetten(fatima)
    breek_af(taak.pk, Partij.systeem(gemeente), reden="Wij hebben de gegevens al.")
    pagina = html(fatima.client.post(f"/taken/{taak.pk}/gedaan", follow=True))
    assert "Gemeente Voorbeeld heeft deze taak ingetrokken." in pagina
    assert "De reden: Wij hebben de gegevens al." in pagina


def test_zonder_csrf_token_gebeurt_er_niets_en_staat_er_wat_zij_kan_doen(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    streng = Client(enforce_csrf_checks=True)
    streng.cookies = fatima.client.cookies
    antwoord = streng.post(f"/taken/{taak.pk}/gedaan")
    assert antwoord.status_code == 403
    assert "Het formulier is niet verstuurd" in html(antwoord)
    assert Taak.intern.get(pk=taak.pk).gemeld_op is None


def test_een_heropende_taak_zegt_waarom(fatima, klaarzetten, gemeente):
    taak, door = klaarzetten(fatima), Partij.systeem(gemeente)
    voer_uit(taak.pk, door)
    heropen(taak.pk, door, reden="De bijlage was niet te openen.")
    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    assert "Deze taak staat weer open" in pagina
    assert "De bijlage was niet te openen." in pagina


def test_van_een_taak_boven_haar_niveau_leest_zij_niets_en_hoort_zij_hoe_het_wel_kan(fatima, klaarzetten):
    taak = klaarzetten(fatima, "Uw medische gegevens", minimaal_niveau=3, zaak="Indicatie Wmo")
    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    assert "Log in met meer zekerheid om deze taak te lezen" in pagina
    for geheim in ("medische", "Wmo", "Wij willen weten", "formulieren.voorbeeld.test", "Z-2026"):
        assert geheim not in pagina


def test_een_taak_boven_haar_niveau_kan_zij_niet_afvinken(fatima, klaarzetten):
    taak = klaarzetten(fatima, minimaal_niveau=3)
    assert fatima.client.post(f"/taken/{taak.pk}/gedaan").status_code == 404


def test_met_een_hoger_niveau_leest_zij_de_taak_wel(fatima, klaarzetten):
    taak = klaarzetten(fatima, "Uw medische gegevens", minimaal_niveau=3)
    assert "Uw medische gegevens" in html(log_in(BSN_FATIMA, niveau=3).client.get(f"/taken/{taak.pk}"))


def test_een_betaaltaak_noemt_bedrag_rekening_en_omschrijving(fatima, klaarzetten):
    details = {
        "bedrag": "74.90",
        "valuta": "EUR",
        "transactieomschrijving": "Parkeerbon 4512",
        "doelrekening": {"naam": "Gemeente Voorbeeld", "iban": "NL12BANK34567890"},
    }
    taak = klaarzetten(fatima, "Betaal uw parkeerbon", soort="betaaltaak", details=details)
    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    for tekst in ("€&nbsp;74,90", "NL12BANK34567890", "Parkeerbon 4512"):
        assert tekst in pagina


def test_een_titel_met_html_erin_blijft_tekst(fatima, klaarzetten):
    taak = klaarzetten(fatima, "<script>alert(1)</script>")
    for pad in ("/overzicht", "/taken", f"/taken/{taak.pk}"):
        pagina = html(fatima.client.get(pad))
        assert "<script>alert" not in pagina
        assert "&lt;script&gt;alert(1)" in pagina


def test_het_bsn_staat_op_geen_enkele_pagina(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    for pad in ("/overzicht", "/taken", f"/taken/{taak.pk}"):
        assert fatima.bsn not in html(fatima.client.get(pad))


def test_zonder_inlog_is_er_niets_te_zien(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    for pad in ("/taken", f"/taken/{taak.pk}"):
        assert Client().get(pad)["Location"].startswith("/inloggen?")
