"""De lijst met zaken en de pagina van één zaak."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import Partij
from portaal.logboek.models import Inzage
from portaal.tijd import vandaag
from portaal.zaken.handelingen import registreer
from portaal.zaken.models import Rol
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.conftest import log_in
from tests.paginas.test_overzicht import html
from tests.zaken.conftest import URN_FATIMA, URN_HENK, een_zaak, gegevens

pytestmark = pytest.mark.django_db


def titels(antwoord):
    return [kaart.titel for kaart in antwoord.context["kaarten"]]


# --- De lijst -------------------------------------------------------------------------------------------------------
def test_wie_geen_zaken_heeft_leest_wat_hier_komt(fatima):
    assert "U heeft nu geen zaken." in html(fatima.client.get("/zaken"))


def test_lopende_zaken_staan_voor_afgeronde_en_de_nieuwste_bovenaan(fatima):
    oud = vandaag() - timedelta(days=300)
    een_zaak(identificatie="1", omschrijving="Klaar", einddatum=vandaag())
    een_zaak(identificatie="2", omschrijving="Loopt lang", startdatum=oud)
    een_zaak(identificatie="3", omschrijving="Loopt kort")

    assert titels(fatima.client.get("/zaken")) == ["Loopt kort", "Loopt lang", "Klaar"]


def test_een_kaart_zegt_de_status_de_stap_het_nummer_en_de_verwachte_dag(fatima):
    zaak = een_zaak()
    pagina = html(fatima.client.get("/zaken"))

    assert "<strong>Wij verzamelen gegevens</strong>" in pagina
    assert "(stap 2 van 4)" in pagina
    assert "<dt>Zaaknummer</dt>" in pagina
    assert f'datetime="{zaak.verwachte_einddatum}"' in pagina


def test_bladeren_toont_elke_zaak_precies_een_keer(fatima):
    for nummer in range(23):
        klaar = vandaag() if nummer % 3 == 0 else None
        een_zaak(identificatie=str(nummer), omschrijving=f"Zaak {nummer}", einddatum=klaar)
    gezien, adres = [], "/zaken"
    while adres:
        antwoord = fatima.client.get(adres)
        gezien += titels(antwoord)
        adres = antwoord.context.get("meer_url")

    assert len(gezien) == len(set(gezien)) == 23


def test_htmx_krijgt_alleen_het_vervolg(fatima):
    for nummer in range(12):
        een_zaak(identificatie=str(nummer))
    meer = fatima.client.get("/zaken").context["meer_url"]
    pagina = html(fatima.client.get(meer, headers={"HX-Request": "true"}))

    assert "<html" not in pagina
    assert "2 zaken toegevoegd" in pagina


def test_bladeren_vanaf_de_zaak_van_een_ander_is_een_404(fatima, henk):
    zaak = een_zaak()
    assert henk.client.get(f"/zaken?na={zaak.pk}").status_code == 404


def test_twintig_zaken_kosten_evenveel_queries_als_een(fatima, django_assert_max_num_queries):
    een_zaak()
    with django_assert_max_num_queries(8) as bij_een:
        fatima.client.get("/zaken")
    for nummer in range(20):
        een_zaak(identificatie=str(nummer))
    with django_assert_max_num_queries(len(bij_een)):
        fatima.client.get("/zaken")


# --- Eén zaak -------------------------------------------------------------------------------------------------------
def test_de_zaakpagina_is_alleen_voor_wie_erbij_hoort(fatima, henk, client):
    zaak = een_zaak()

    assert fatima.client.get(f"/zaken/{zaak.pk}").status_code == 200
    assert henk.client.get(f"/zaken/{zaak.pk}").status_code == 404
    assert client.get(f"/zaken/{zaak.pk}").status_code == 302


def test_elke_stap_zegt_in_woorden_hoever_zij_is(fatima):
    pagina = html(fatima.client.get(f"/zaken/{een_zaak().pk}"))

    assert 'Ontvangen<span class="mo-alleen-voor">: klaar</span>' in pagina
    assert 'Wij verzamelen gegevens<span class="mo-alleen-voor">: nu bezig</span>' in pagina
    assert 'Besluit<span class="mo-alleen-voor">: nog niet begonnen</span>' in pagina
    assert pagina.count('aria-current="step"') == 1


def test_bij_een_afgeronde_zaak_staat_het_resultaat_en_is_er_niets_meer_bezig(fatima):
    zaak = een_zaak(bereikt=4, resultaat="U krijgt het geld", einddatum=vandaag())
    pagina = html(fatima.client.get(f"/zaken/{zaak.pk}"))

    assert "<strong>U krijgt het geld</strong>" in pagina
    assert 'aria-current="step"' not in pagina
    assert "Klaar verwacht op" not in pagina


def test_open_taken_van_deze_zaak_staan_boven_de_status_en_die_van_een_andere_niet(fatima, klaarzetten):
    zaak = een_zaak()
    taak = klaarzetten(fatima, "Stuur uw loonstrook op")
    Taak.intern.filter(pk=taak.pk).update(zaak=zaak)
    klaarzetten(fatima, "Iets anders", zaak="Andere zaak")
    pagina = html(fatima.client.get(f"/zaken/{zaak.pk}"))

    assert pagina.index("Stuur uw loonstrook op") < pagina.index('id="kop-status"')
    assert "Iets anders" not in pagina


def test_de_taak_van_een_ander_in_dezelfde_zaak_blijft_van_die_ander(fatima, henk, klaarzetten):
    zaak = een_zaak(wie=((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.BELANGHEBBENDE)))
    Taak.intern.filter(pk=klaarzetten(fatima, "Alleen voor Fatima").pk).update(zaak=zaak)

    assert "Alleen voor Fatima" not in html(henk.client.get(f"/zaken/{zaak.pk}"))


def test_een_ketenpartner_leest_alleen_de_genoemde_velden(fatima, henk):
    wie = ((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.KETENPARTNER))
    zaak = een_zaak(wie=wie, resultaat="Toegekend", einddatum=vandaag(), bereikt=4)
    partner, aanvrager = (html(p.client.get(f"/zaken/{zaak.pk}")) for p in (henk, fatima))

    for geheim in ("U vroeg geld voor een wasmachine.", "Toegekend", "Wat er is gebeurd"):
        assert geheim in aanvrager
        assert geheim not in partner
    assert "Aanvraag bijzondere bijstand" in partner
    assert "<dd>ketenpartner</dd>" in partner


def test_met_een_te_lage_inlog_blijft_de_inhoud_dicht(fatima):
    zaak = een_zaak(minimaal_niveau=3)
    pagina, lijst = html(fatima.client.get(f"/zaken/{zaak.pk}")), html(fatima.client.get("/zaken"))

    for tekst in (pagina, lijst):
        assert "Aanvraag bijzondere bijstand" not in tekst
        assert "Z-2026-004512" not in tekst
    assert "Log in met meer zekerheid" in pagina
    hoog = log_in(wereld.BSN_FATIMA, niveau=3)
    assert "Aanvraag bijzondere bijstand" in html(hoog.client.get(f"/zaken/{zaak.pk}"))


def test_de_tijdlijn_toont_geen_e_mail_aan_een_ander(fatima, henk):
    from portaal.notificaties.tasks import verstuur_wachtende

    wie = ((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.BELANGHEBBENDE))
    wereld.emailadres(wereld.henk(), "henk@voorbeeld.test")
    zaak = een_zaak(wie=wie)
    registreer(gegevens(wie=wie, bereikt=3), Partij.systeem(wereld.applicatie()))
    lever_af()
    verstuur_wachtende()

    melding = "Wij hebben u hierover een e-mail of sms gestuurd."
    assert melding in html(henk.client.get(f"/zaken/{zaak.pk}"))
    assert melding not in html(fatima.client.get(f"/zaken/{zaak.pk}"))


def test_opmaak_in_een_toelichting_blijft_tekst(fatima):
    zaak = een_zaak(toelichting="<script>alert(1)</script>")
    assert "<script>alert" not in html(fatima.client.get(f"/zaken/{zaak.pk}"))


def test_de_zaakpagina_kost_een_vast_aantal_queries(fatima, klaarzetten, django_assert_max_num_queries):
    zaak = een_zaak()
    Taak.intern.filter(pk=klaarzetten(fatima).pk).update(zaak=zaak)
    with django_assert_max_num_queries(13) as bij_een:
        fatima.client.get(f"/zaken/{zaak.pk}")
    for nummer in range(8):
        Taak.intern.filter(pk=klaarzetten(fatima, f"Taak {nummer}").pk).update(zaak=zaak)
    with django_assert_max_num_queries(len(bij_een)):
        fatima.client.get(f"/zaken/{zaak.pk}")


def test_op_de_taak_is_de_zaak_een_link_als_de_persoon_haar_mag_zien(fatima, klaarzetten):
    zaak = een_zaak()
    taak = klaarzetten(fatima)
    Taak.intern.filter(pk=taak.pk).update(zaak=zaak)
    link = f'<a class="nl-link" href="/zaken/{zaak.pk}">'
    assert link in html(fatima.client.get(f"/taken/{taak.pk}"))

    registreer(replace(gegevens(), betrokkenen=[]), Partij.systeem(wereld.applicatie()))
    assert link not in html(fatima.client.get(f"/taken/{taak.pk}"))


def test_zaken_staat_in_het_menu(fatima):
    assert 'href="/zaken"' in html(fatima.client.get("/overzicht"))


def test_in_het_engels_staat_er_engels(fatima):
    fatima.client.cookies["taal"] = "en"
    pagina = html(fatima.client.get(f"/zaken/{een_zaak().pk}"))

    assert "(step 2 of 4)" in pagina
    assert "Case number" in pagina


# --- Het beheer -----------------------------------------------------------------------------------------------------
def test_een_medewerker_ziet_de_zaak_met_geschiedenis_en_dat_staat_in_het_logboek(client):
    marieke = log_in_beheer(client)
    zaak = een_zaak()
    pagina = client.get(f"/beheer/portaal_zaken/zaak/{zaak.pk}/change/").content.decode()

    assert marieke
    assert "Aanvraag bijzondere bijstand" in pagina
    assert "De zaak is begonnen." in pagina
    assert wereld.BSN_FATIMA not in pagina
    assert list(Inzage.objects.values_list("betrokkene", flat=True)) == [wereld.fatima()]


def test_een_medewerker_verandert_geen_zaak(client):
    log_in_beheer(client)
    zaak = een_zaak()

    assert client.post(f"/beheer/portaal_zaken/zaak/{zaak.pk}/change/", {"omschrijving": "X"}).status_code == 403
    assert client.get("/beheer/portaal_zaken/zaak/add/").status_code == 403
    assert client.get("/beheer/portaal_zaken/zaak/").status_code == 200
    assert not LogEntry.objects.exists()
