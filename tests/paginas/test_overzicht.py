"""Mijn overzicht: wat is er te doen, en wat eerst."""

from copy import copy

from django.test import Client

from portaal.inloggen.partij import Partij
from portaal.uuid7 import uuid7
from taken.handelingen import breek_af, meld_gedaan, verwerk, voer_uit
from taken.models import Taak
from tests.paginas.conftest import log_in
from tests.wereld import BSN_HENK


def html(antwoord) -> str:
    return " ".join(antwoord.content.decode().split())


def test_zonder_taken_staat_er_een_rustige_zin(fatima):
    pagina = html(fatima.client.get("/overzicht"))
    assert "U heeft nu geen taken. Hebben wij iets van u nodig? Dan staat het hier." in pagina
    assert "Bekijk alle taken" not in pagina


def test_te_laat_staat_voor_de_termijn_en_zonder_termijn_staat_achteraan(fatima, klaarzetten):
    for titel, over in (("Zonder termijn", None), ("Volgende week", 7), ("Te laat", -3), ("Morgen", 1)):
        klaarzetten(fatima, titel, over=over)
    pagina = html(fatima.client.get("/overzicht"))
    plekken = [pagina.index(f">{titel}</h3>") for titel in ("Te laat", "Morgen", "Volgende week", "Zonder termijn")]
    assert plekken == sorted(plekken)


def test_alleen_de_dringendste_taak_heeft_de_opvallende_knop(fatima, klaarzetten):
    for over in (3, 1, 2):
        klaarzetten(fatima, f"Over {over} dagen", over=over)
    pagina = html(fatima.client.get("/overzicht"))
    assert pagina.count("nl-button--primary") - pagina.count('button--primary" type="button"') == 1
    assert (
        pagina.index("Over 1 dagen") < pagina.index('nl-button--primary" href="/taken/') < pagina.index("Over 2 dagen")
    )


def test_bij_zeven_taken_staan_er_vijf_en_een_link_naar_alle_zeven(fatima, klaarzetten):
    for nummer in range(7):
        klaarzetten(fatima, f"Taak {nummer}")
    pagina = html(fatima.client.get("/overzicht"))
    assert pagina.count('class="mo-taak ') == 5
    assert "Bekijk alle taken (7)" in pagina


def test_het_getal_in_het_menu_is_het_aantal_waarbij_zij_aan_zet_is(fatima, klaarzetten):
    gedaan, _open = klaarzetten(fatima, "Gedaan"), klaarzetten(fatima, "Open")
    meld_gedaan(gedaan.pk, fatima.toegang)
    pagina = html(fatima.client.get("/overzicht"))
    assert '<span class="nl-number-badge__visible-label" aria-hidden="true">1</span>' in pagina
    assert "1 open taak" in pagina


def test_wat_zij_gedaan_heeft_wacht_op_bevestiging(fatima, klaarzetten):
    meld_gedaan(klaarzetten(fatima, "Stuur uw loonstrook op").pk, fatima.toegang)
    assert "Wij wachten op bevestiging van Gemeente Voorbeeld" in html(fatima.client.get("/overzicht"))


def test_een_ingetrokken_taak_staat_met_gewone_woorden_bij_onlangs_afgerond(fatima, klaarzetten, gemeente):
    breek_af(klaarzetten(fatima).pk, Partij.systeem(gemeente), reden="Wij hebben de gegevens al.")
    pagina = html(fatima.client.get("/overzicht"))
    assert "Onlangs afgerond" in pagina
    assert "Gemeente Voorbeeld heeft deze taak ingetrokken. U hoeft niets meer te doen." in pagina


def test_een_verwerkte_taak_is_klaar(fatima, klaarzetten, gemeente):
    taak = klaarzetten(fatima)
    voer_uit(taak.pk, Partij.systeem(gemeente))
    verwerk(taak.pk, Partij.systeem(gemeente))
    assert "Klaar: Gemeente Voorbeeld heeft dit verwerkt." in html(fatima.client.get("/overzicht"))


def test_henk_ziet_de_taak_van_fatima_niet(fatima, henk, klaarzetten):
    klaarzetten(fatima, "Alleen voor Fatima")
    assert "Alleen voor Fatima" not in html(henk.client.get("/overzicht"))


def test_van_een_taak_boven_haar_niveau_ziet_zij_alleen_dat_die_er_is(fatima, klaarzetten):
    klaarzetten(fatima, "Uw medische gegevens", zaak="Indicatie Wmo", minimaal_niveau=3)
    pagina = html(fatima.client.get("/overzicht"))
    assert "Er staat een taak voor u klaar" in pagina
    assert "medische" not in pagina
    assert "Wmo" not in pagina


def test_wie_niet_is_ingelogd_gaat_naar_het_inloggen(db):
    antwoord = Client().get("/overzicht")
    assert (antwoord.status_code, antwoord["Location"]) == (302, "/inloggen?next=%2Foverzicht")


def test_geen_browser_bewaart_de_pagina(fatima):
    assert "no-store" in fatima.client.get("/overzicht")["Cache-Control"]


def test_zonder_naam_staat_er_waarmee_zij_is_ingelogd(fatima):
    assert "Ingelogd met DigiD" in html(fatima.client.get("/overzicht"))


def test_een_naam_uit_de_inlog_is_veilig_en_wordt_niet_vertaald(db):
    pagina = html(log_in(BSN_HENK, naam="Bakkerij <De Hoek>").client.get("/overzicht"))
    assert '<span translate="no">Bakkerij &lt;De Hoek&gt;</span>' in pagina


def test_bij_duizend_taken_niet_meer_dan_tien_queries_en_evenveel_als_bij_een(
    fatima, klaarzetten, django_assert_max_num_queries
):
    taak = klaarzetten(fatima)
    with django_assert_max_num_queries(10) as bij_een:
        fatima.client.get("/overzicht")
    kopieen = []
    for _ in range(999):
        kopie = copy(taak)
        kopie.pk = uuid7()
        kopieen.append(kopie)
    Taak.intern.bulk_create(kopieen)
    with django_assert_max_num_queries(len(bij_een)):
        assert "Bekijk alle taken (1000)" in html(fatima.client.get("/overzicht"))
