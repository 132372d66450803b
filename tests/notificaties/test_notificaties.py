"""Fatima hoort dat er iets klaarstaat, en niet wat."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend

from portaal.gebeurtenissen import records
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.handelingen import bied_opnieuw_aan
from portaal.gebeurtenissen.models import Aflevering
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.tijdlijn import tijdlijn_van
from portaal.gebeurtenissen.wachtrij import HOOGSTENS, HUUR, Stand, wachttijd
from portaal.inloggen.partij import Partij
from portaal.notificaties.handelingen import VOLGER, klaarzetten
from portaal.notificaties.handelingen.bezorgen import claim
from portaal.notificaties.models import Notificatie
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.tijd import nu, vandaag
from taken import handelingen
from taken.models import Taak
from tests import wereld

pytestmark = pytest.mark.django_db

GEHEIM = ["loonstrook", "verdiende", wereld.BSN_FATIMA, "formulieren.voorbeeld.test", "Z-2026-004512", "Fatima"]


@pytest.fixture(autouse=True)
def _locmem(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def bezorg():
    lever_af()
    verstuur_wachtende()


def test_fatima_krijgt_een_mail_met_van_wie_wat_voor_iets_en_tot_wanneer():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)

    bezorg()

    (bericht,) = mail.outbox
    assert bericht.to == ["fatima@voorbeeld.test"]
    tekst = bericht.body
    assert "Gemeente Voorbeeld, Team Inkomen heeft een verzoek om informatie voor u klaargezet" in tekst
    assert "tot en met" in tekst
    assert str((vandaag() + timedelta(days=2)).year) in tekst
    assert "http://testserver" in tekst


def test_in_de_mail_staat_niets_over_de_inhoud_en_geen_link_naar_de_taak():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)

    bezorg()

    (bericht,) = mail.outbox
    assert isinstance(bericht, EmailMultiAlternatives)
    rauw = bericht.message().as_string() + str(bericht.alternatives) + bericht.body
    for woord in [*GEHEIM, str(taak.pk), "<a ", "/taken"]:
        assert woord.lower() not in rauw.lower().replace("fatima@voorbeeld.test", "")


def test_zonder_adres_gaat_er_niets_uit_en_dat_is_te_zien():
    wereld.taak()

    bezorg()

    assert mail.outbox == []
    assert (Notificatie.objects.get().stand, Notificatie.objects.get().fout) == (Stand.GEANNULEERD, "geen_adres")


def test_twee_keer_afleveren_is_een_mail():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    Aflevering.objects.update(stand=Stand.WACHT, volgende_op=nu())

    bezorg()
    bezorg()

    assert len(mail.outbox) == 1


def test_de_verzending_staat_op_de_tijdlijn_en_de_keten_klopt():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    versie = taak.versie

    bezorg()

    taak = Taak.objects.als_systeem("test").get()
    assert [r.soort for r in tijdlijn_van(taak)] == [Soort.TAAK_AANGEMAAKT, Soort.NOTIFICATIE_VERSTUURD]
    assert taak.versie == versie
    assert controleer_alles() == []


def test_is_de_taak_al_gedaan_dan_gaat_de_mail_niet_meer_uit():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()

    handelingen.breek_af(taak.pk, Partij.systeem(taak.applicatie))
    verstuur_wachtende()

    assert mail.outbox == []


def test_een_kapotte_mailserver_betekent_later_opnieuw_met_hetzelfde_kenmerk(monkeypatch):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    pogingen = []

    def stuk(self, berichten):
        pogingen.append(berichten[0].extra_headers["Message-ID"])
        raise ConnectionRefusedError

    with monkeypatch.context() as m:
        m.setattr(EmailBackend, "send_messages", stuk)
        verstuur_wachtende()
    wachtend = Notificatie.objects.get()
    assert (wachtend.stand, wachtend.fout) == (Stand.WACHT, "ConnectionRefusedError")
    assert wachtend.volgende_op > nu()
    Notificatie.objects.update(volgende_op=nu())
    verstuur_wachtende()

    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == pogingen
    assert wereld.BSN_FATIMA not in pogingen[0]


def test_na_te_veel_pogingen_houdt_het_op_en_een_medewerker_kan_het_opnieuw_aanbieden(monkeypatch):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    Notificatie.objects.update(pogingen=HOOGSTENS - 1)
    with monkeypatch.context() as m:
        m.setattr(EmailBackend, "send_messages", lambda *a: (_ for _ in ()).throw(OSError()))
        verstuur_wachtende()
    assert Notificatie.objects.get().stand == Stand.MISLUKT
    record = Taak.objects.als_systeem("test").get()
    assert [r.soort for r in tijdlijn_van(record)] == [
        Soort.TAAK_AANGEMAAKT,
        Soort.NOTIFICATIE_MISLUKT,
        Soort.CONTACTHERSTEL_GEVRAAGD,
    ]

    assert bied_opnieuw_aan(Notificatie.objects.all(), "notificaties.verstuur") == 1
    verstuur_wachtende()

    assert len(mail.outbox) == 1


def test_een_worker_die_stierf_houdt_de_rij_niet_langer_dan_de_huur():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    assert len(Notificatie.claim(10)) == 1  # en dan sterft de worker

    verstuur_wachtende()
    assert mail.outbox == []
    with time_machine.travel(nu() + timedelta(minutes=6)):
        verstuur_wachtende()

    assert len(mail.outbox) == 1


def test_een_bericht_waar_steeds_een_worker_aan_sterft_houdt_een_keer_op_en_is_opnieuw_aan_te_bieden():
    """De worker faalt niet, hij is weg (kill -9): de poging telt omdat hij haar begon, niet omdat hij haar afmaakte."""
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    begin = nu()
    with time_machine.travel(begin, tick=False) as klok:
        for _keer in range(HOOGSTENS):
            assert len(claim(10)) == 1  # en dan sterft de worker
            klok.shift(HUUR)
        verstuur_wachtende()
    assert mail.outbox == []
    (dood,) = Notificatie.objects.all()
    assert (dood.stand, dood.fout) == (Stand.MISLUKT, "elke worker die hieraan begon viel weg")
    assert [r.soort for r in tijdlijn_van(Taak.objects.als_systeem("test").get())][1:] == [
        Soort.NOTIFICATIE_MISLUKT,
        Soort.CONTACTHERSTEL_GEVRAAGD,
    ]

    assert bied_opnieuw_aan(Notificatie.objects.all(), "notificaties.verstuur") == 1
    verstuur_wachtende()

    assert len(mail.outbox) == 1


def test_wat_een_gestorven_worker_in_handen_had_gaat_daarna_een_voor_een():
    """Een van hen kan de oorzaak zijn: samen genomen sleept die de anderen steeds opnieuw mee."""
    for bsn in (wereld.BSN_FATIMA, wereld.BSN_HENK):
        wereld.emailadres(wereld.taak(bsn=bsn).betrokkene_id, f"{bsn[-3:]}@voorbeeld.test")
    lever_af()
    assert len(claim(10)) == 2  # en dan sterft de worker
    with time_machine.travel(nu() + HUUR):
        nieuw = wereld.taak(bsn="999990020")
        wereld.emailadres(nieuw.betrokkene_id, "ander@voorbeeld.test")
        lever_af()
        assert [len(claim(10)) for _keer in range(4)] == [1, 1, 1, 0]


# --- Wat niet meer hoeft ----------------------------------------------------------------------------------------------
def test_is_de_taak_ingetrokken_terwijl_de_workers_stillagen_dan_gaat_er_geen_mail_uit():
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)

    handelingen.breek_af(taak.pk, Partij.systeem(taak.applicatie), reden="Niet meer nodig.")
    bezorg()

    assert mail.outbox == []
    assert Aflevering.objects.get(volger=VOLGER).stand == Stand.GEANNULEERD


def test_over_een_taak_voor_later_die_is_ingetrokken_komt_ook_later_geen_mail():
    taak = wereld.taak(startdatum=vandaag() + timedelta(days=3), dagen=30)
    wereld.emailadres(taak.betrokkene_id)
    bezorg()
    handelingen.breek_af(taak.pk, Partij.systeem(taak.applicatie))

    with time_machine.travel(nu() + timedelta(days=4)):
        bezorg()

    assert mail.outbox == []


def test_komt_een_taak_later_dan_gepland_dan_komt_de_mail_ook_later():
    taak = wereld.taak(startdatum=vandaag() + timedelta(days=3), dagen=30)
    wereld.emailadres(taak.betrokkene_id)
    later = handelingen.Wijziging({"startdatum": vandaag() + timedelta(days=6)})
    handelingen.wijzig(taak.pk, later, Partij.systeem(taak.applicatie))

    for dagen, aantal in ((4, 0), (7, 1)):
        with time_machine.travel(nu() + timedelta(days=dagen)):
            bezorg()
        assert len(mail.outbox) == aantal


def test_komt_een_taak_eerder_dan_gepland_dan_komt_de_mail_meteen():
    taak = wereld.taak(startdatum=vandaag() + timedelta(days=3), dagen=30)
    wereld.emailadres(taak.betrokkene_id)
    handelingen.wijzig(taak.pk, handelingen.Wijziging({"startdatum": vandaag()}), Partij.systeem(taak.applicatie))

    bezorg()

    assert len(mail.outbox) == 1


def test_wat_wordt_ingetrokken_terwijl_een_worker_de_stapel_afwerkt_gaat_niet_meer_uit(monkeypatch):
    """De worker heeft beide mails al geclaimd; terwijl hij de eerste stuurt, trekt de gemeente de tweede taak in."""
    een, twee = wereld.taak(), wereld.taak(bsn=wereld.BSN_HENK)
    wereld.emailadres(een.betrokkene_id)
    wereld.emailadres(twee.betrokkene_id, "henk@voorbeeld.test")
    lever_af()
    echt = EmailBackend.send_messages

    def traag(self, berichten):
        handelingen.breek_af(twee.pk, Partij.systeem(twee.applicatie))
        return echt(self, berichten)

    monkeypatch.setattr(EmailBackend, "send_messages", traag)
    verstuur_wachtende()

    assert len(mail.outbox) == 1


def test_wordt_een_taak_ingetrokken_terwijl_de_worker_de_mail_klaarzet_dan_gaat_die_niet_uit(monkeypatch):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    echt = records.vergrendel

    def net_te_laat(*wat):
        handelingen.breek_af(taak.pk, Partij.systeem(taak.applicatie))
        return echt(*wat)

    monkeypatch.setattr(klaarzetten, "vergrendel", net_te_laat)
    bezorg()

    assert mail.outbox == []
    assert not Notificatie.objects.exists()


def test_wie_te_lang_over_een_stapel_doet_stuurt_niet_wat_een_ander_al_kan_hebben(monkeypatch):
    """De eerste mail duurt langer dan de huur: de tweede kan intussen van een andere worker zijn."""
    wereld.emailadres(wereld.taak().betrokkene_id)
    wereld.emailadres(wereld.taak(bsn=wereld.BSN_HENK).betrokkene_id, "henk@voorbeeld.test")
    lever_af()
    echt = EmailBackend.send_messages
    with time_machine.travel(nu(), tick=False) as klok:

        def traag(self, berichten):
            klok.shift(HUUR + timedelta(seconds=1))
            return echt(self, berichten)

        monkeypatch.setattr(EmailBackend, "send_messages", traag)
        monkeypatch.setattr("portaal.gebeurtenissen.wachtrij.HOOGSTENS_BEZIG", 9999)
        assert verstuur_wachtende() == 2  # de tweede pas nadat zij opnieuw is geclaimd

    assert sorted(Notificatie.objects.values_list("stand", "pogingen")) == [(Stand.KLAAR, 1), (Stand.KLAAR, 2)]


def test_is_de_tijd_om_dan_geeft_de_worker_terug_wat_hij_nog_niet_deed(monkeypatch):
    wereld.emailadres(wereld.taak().betrokkene_id)
    wereld.emailadres(wereld.taak(bsn=wereld.BSN_HENK).betrokkene_id, "henk@voorbeeld.test")
    lever_af()
    monkeypatch.setattr("portaal.gebeurtenissen.wachtrij.HOOGSTENS_BEZIG", 10)
    echt, klok = EmailBackend.send_messages, [0.0]

    def traag(self, berichten):
        klok[0] += 11
        return echt(self, berichten)

    with monkeypatch.context() as m:
        m.setattr("portaal.gebeurtenissen.wachtrij.time.monotonic", lambda: klok[0])
        m.setattr(EmailBackend, "send_messages", traag)
        assert verstuur_wachtende() == 1

    assert sorted(Notificatie.objects.values_list("stand", "pogingen", "huur_tot"))[1] == (Stand.WACHT, 0, None)
    assert verstuur_wachtende() == 1
    assert len(mail.outbox) == 2


# --- Wat niet lukt ----------------------------------------------------------------------------------------------------
def test_een_mailserver_die_een_weekend_stuk_is_kost_geen_mail(monkeypatch):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    begin = nu()
    with time_machine.travel(begin, tick=False) as klok, monkeypatch.context() as m:
        m.setattr(EmailBackend, "send_messages", lambda *a: (_ for _ in ()).throw(ConnectionRefusedError()))
        while nu() < begin + timedelta(hours=64):  # vrijdag 17.00 tot maandag 9.00 uur
            verstuur_wachtende()
            klok.shift(timedelta(minutes=10))
    with time_machine.travel(begin + timedelta(hours=67)):
        verstuur_wachtende()

    assert len(mail.outbox) == 1


def test_een_adres_dat_de_mailserver_blijvend_weigert_proberen_wij_niet_opnieuw(monkeypatch, caplog):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    weigering = SMTPRecipientsRefused({"fatima@voorbeeld.test": (550, b"fatima@voorbeeld.test unknown")})
    monkeypatch.setattr(EmailBackend, "send_messages", lambda *a: (_ for _ in ()).throw(weigering))

    verstuur_wachtende()

    (notificatie,) = Notificatie.objects.all()
    assert (notificatie.stand, notificatie.fout) == (Stand.MISLUKT, "de mailserver weigert dit adres")
    assert "fatima@" not in caplog.text


def test_een_adres_dat_de_mailserver_nu_even_weigert_proberen_wij_later(monkeypatch):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    weigering = SMTPRecipientsRefused({"fatima@voorbeeld.test": (451, b"greylisted")})
    monkeypatch.setattr(EmailBackend, "send_messages", lambda *a: (_ for _ in ()).throw(weigering))

    verstuur_wachtende()

    assert Notificatie.objects.get().stand == Stand.WACHT


def test_de_wachttijd_groeit_en_blijft_binnen_de_grens():
    tijden = [wachttijd(n) for n in range(1, 14)]

    assert tijden[0] < timedelta(seconds=13)
    assert tijden[5] > tijden[0]
    assert max(tijden) <= timedelta(hours=2.5)
