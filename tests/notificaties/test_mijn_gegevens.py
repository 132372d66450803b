"""Fatima kiest waar en waarover zij bericht krijgt."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from portaal.betrokkenen.models import Aard
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.partij import MagNietError
from portaal.notificaties.bereikbaarheid import NotificatieKan, keuze_van
from portaal.notificaties.handelingen import contact
from portaal.notificaties.models import Contactadres, Contactgegevens, Kanaal, Notificatie, Status, Verificatie
from portaal.notificaties.tasks import verstuur_verificaties, verstuur_wachtende
from portaal.tijd import nu
from tests import wereld
from tests.inloggen.hulp import sessie_voor

pytestmark = pytest.mark.django_db

NIEUW = "fatima.nieuw@voorbeeld.test"


@pytest.fixture(autouse=True)
def _locmem(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def fatima() -> Client:
    """De browser van Fatima, ingelogd."""
    client = Client()
    sessie_voor(client, wereld.fatima())
    return client


def adres() -> Contactadres:
    return Contactadres.objects.get(betrokkene=wereld.fatima(), kanaal=Kanaal.EMAIL)


def laatste_mail() -> tuple[str, str]:
    """De code en de link uit de nieuwste e-mail."""
    verstuur_verificaties()
    tekst = str(mail.outbox[-1].body)
    code, link = re.search(r"\b\d{6}\b", tekst), re.search(r"http://testserver(/adres-bevestigen/\S+)", tekst)
    assert code
    assert link
    return code[0], link[1]


def soorten() -> list[str]:
    rijen = Gebeurtenis.objects.filter(record_soort="contactgegevens", betrokkene=wereld.fatima())
    return list(rijen.order_by("nummer").values_list("soort", flat=True))


# --- Een adres opgeven ----------------------------------------------------------------------------------------------------
def test_fatima_geeft_haar_eerste_adres_op_en_bevestigt_het_met_de_code(fatima):
    antwoord = fatima.post("/mijn-gegevens/email", {"adres": f"  {NIEUW.upper()} "}, follow=True)
    assert antwoord.redirect_chain[-1][0] == "/mijn-gegevens/email/code"
    assert not Contactadres.objects.exists()
    code, _link = laatste_mail()

    antwoord = fatima.post("/mijn-gegevens/email/code", {"code": f"{code[:3]} {code[3:]}"}, follow=True)

    assert "Uw e-mailadres is bevestigd" in antwoord.content.decode()
    assert adres().geverifieerd_op is not None
    assert str(adres().adres).lower() == NIEUW
    assert soorten() == [Soort.ADRES_OPGEGEVEN, Soort.ADRES_BEVESTIGD, Soort.BEREIKBAARHEID_GEWIJZIGD]
    assert controleer_alles() == []


def test_de_link_in_de_mail_bevestigt_ook_zonder_inloggen_maar_pas_met_de_knop(fatima):
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    _code, link = laatste_mail()
    ander_apparaat = Client()

    assert "Ja, dit adres is van mij" in ander_apparaat.get(link).content.decode()
    assert not Contactadres.objects.exists()
    assert "is bevestigd" in ander_apparaat.post(link).content.decode()
    assert "is bevestigd" in ander_apparaat.post(link).content.decode()  # nog eens klikken

    assert adres().adres == NIEUW
    assert soorten().count(Soort.ADRES_BEVESTIGD) == 1


def test_het_oude_adres_werkt_tot_het_nieuwe_is_bevestigd(fatima):
    wereld.emailadres(wereld.fatima())
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, _link = laatste_mail()
    wereld.taak()
    lever_af()
    verstuur_wachtende()
    assert mail.outbox[-1].to == ["fatima@voorbeeld.test"]

    fatima.post("/mijn-gegevens/email/code", {"code": code})

    assert adres().adres == NIEUW


def test_een_verkeerde_code_mag_vijf_keer(fatima):
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, _link = laatste_mail()
    fout = f"{(int(code) + 1) % 1_000_000:06d}"
    for _keer in range(4):
        assert "Deze code klopt niet" in fatima.post("/mijn-gegevens/email/code", {"code": fout}).content.decode()
    assert "te vaak een verkeerde code" in fatima.post("/mijn-gegevens/email/code", {"code": fout}).content.decode()

    assert "te vaak een verkeerde code" in fatima.post("/mijn-gegevens/email/code", {"code": code}).content.decode()
    assert not Contactadres.objects.exists()


def test_een_code_en_een_link_werken_een_uur(fatima):
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, link = laatste_mail()
    with time_machine.travel(nu() + timedelta(minutes=61)):
        sessie_voor(fatima, wereld.fatima())
        assert "verlopen" in fatima.post("/mijn-gegevens/email/code", {"code": code}).content.decode()
        assert Client().post(link).status_code == 410
    assert not Contactadres.objects.exists()


def test_een_nieuwe_code_maakt_de_vorige_ongeldig(fatima):
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, link = laatste_mail()
    assert fatima.post("/mijn-gegevens/email/code/opnieuw").status_code == 302

    assert "klopt niet" in fatima.post("/mijn-gegevens/email/code", {"code": code}).content.decode()
    assert Client().get(link).status_code == 410
    nieuwe_code, _link = laatste_mail()
    assert fatima.post("/mijn-gegevens/email/code", {"code": nieuwe_code}).status_code == 302


def test_na_vijf_keer_vragen_in_een_uur_houdt_het_op(fatima):
    for _keer in range(5):
        assert fatima.post("/mijn-gegevens/email", {"adres": NIEUW}).status_code == 302
    antwoord = fatima.post("/mijn-gegevens/email", {"adres": "ander@voorbeeld.test"})

    assert "Probeer het over een uur" in antwoord.content.decode()
    assert "ander@voorbeeld.test" in antwoord.content.decode()  # wat zij typte staat er nog
    assert Verificatie.objects.count() == 5


def test_niemand_kan_het_adres_van_een_ander_bestoken(fatima):
    """Vijf mensen vragen elk een code voor hetzelfde adres; de zesde niet meer."""
    for bsn in ("999990020", "999990032", "999990044", "999990056", "999990068"):
        contact.vraag_verificatie(wereld.toegang(wereld.betrokkene(bsn)), Kanaal.EMAIL, NIEUW, "nl")
    assert "Probeer het over een uur" in fatima.post("/mijn-gegevens/email", {"adres": NIEUW}).content.decode()


@pytest.mark.parametrize(
    "invoer", ["", "fatima", "fatima@", "a b@voorbeeld.test", "fatima@voorbeeld.test\r\nBcc: x@y.z"]
)
def test_een_onmogelijk_adres_krijgt_een_zin_bij_het_veld(fatima, invoer):
    antwoord = fatima.post("/mijn-gegevens/email", {"adres": invoer})

    assert antwoord.status_code == 200
    assert 'id="adres-fout"' in antwoord.content.decode()
    assert not Verificatie.objects.exists()


def test_de_code_van_een_ander_werkt_niet(fatima):
    henk = Client()
    sessie_voor(henk, wereld.henk())
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, _link = laatste_mail()

    assert henk.get("/mijn-gegevens/email/code").status_code == 302
    assert "verlopen" in henk.post("/mijn-gegevens/email/code", {"code": code}).content.decode()
    assert NIEUW not in henk.get("/mijn-gegevens").content.decode()


def test_een_verzonnen_link_doet_niets(db):
    for pad in ("/adres-bevestigen/abc", "/adres-bevestigen/abc:def:ghi"):
        assert Client().get(pad).status_code == 410
        assert Client().post(pad).status_code == 410
    assert Client().post("/afmelden/abc").status_code == 410


def test_adres_code_en_nummer_staan_niet_leesbaar_in_de_database_en_niet_in_het_boek(fatima):
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, _link = laatste_mail()
    fatima.post("/mijn-gegevens/email/code", {"code": code})
    from django.db import connection

    with connection.cursor() as cursor:
        for tabel in ("verificatie", "contactadres", "contactgegevens"):
            cursor.execute(f"SELECT t::text FROM portaal_notificaties_{tabel} t")
            for (rij,) in cursor.fetchall():
                assert "fatima" not in rij
                assert code not in rij
    assert "fatima" not in str(list(Gebeurtenis.objects.values_list("feiten", flat=True)))


# --- Keuzes ---------------------------------------------------------------------------------------------------------------
def test_een_adres_verwijderen_vraagt_eerst_of_zij_het_zeker_weet(fatima):
    wereld.emailadres(wereld.fatima())
    assert "U hoort dan niet meer van ons" in fatima.get("/mijn-gegevens/email/verwijderen").content.decode()

    fatima.post("/mijn-gegevens/email/verwijderen")

    assert not Contactadres.objects.exists()
    assert keuze_van(wereld.fatima()).bereikbaarheid(None).notificatie is NotificatieKan.GEEN_ADRES


def test_uitzetten_wat_de_wet_vraagt_kan_alleen_na_een_waarschuwing(fatima):
    wereld.emailadres(wereld.fatima())
    besluit = wereld.categorie("besluit", aard=Aard.BESCHIKKING)
    nieuws = wereld.categorie("nieuws", aard=Aard.INFORMATIE)

    antwoord = fatima.post("/mijn-gegevens/voorkeuren", {f"{nieuws.pk}-email": "on", "dienstmail": "on"})
    assert "U zet berichten uit die de wet voorschrijft" in antwoord.content.decode()
    assert keuze_van(wereld.fatima()).aan(besluit.pk, Kanaal.EMAIL)
    fatima.post("/mijn-gegevens/voorkeuren", {f"{nieuws.pk}-email": "on", "dienstmail": "on", "toch": "ja"})

    keuze = keuze_van(wereld.fatima())
    assert not keuze.aan(besluit.pk, Kanaal.EMAIL)
    assert keuze.aan(nieuws.pk, Kanaal.EMAIL)
    assert keuze.bereikbaarheid(besluit.pk).notificatie is NotificatieKan.AFGEZIEN
    assert soorten()[-1] == Soort.VOORKEUREN_GEWIJZIGD


def test_nieuws_uitzetten_vraagt_niets_en_nog_eens_bewaren_verandert_niets(fatima):
    wereld.emailadres(wereld.fatima())
    nieuws = wereld.categorie("nieuws", aard=Aard.INFORMATIE)
    for _keer in range(2):
        assert fatima.post("/mijn-gegevens/voorkeuren", {"dienstmail": "on"}).status_code == 302

    assert not keuze_van(wereld.fatima()).aan(nieuws.pk, Kanaal.EMAIL)
    assert soorten().count(Soort.VOORKEUREN_GEWIJZIGD) == 1


def test_over_een_categorie_die_uit_staat_komt_geen_mail_en_dat_is_geen_fout(fatima):
    wereld.emailadres(wereld.fatima())
    wereld.categorie()
    fatima.post("/mijn-gegevens/voorkeuren", {"toch": "ja", "dienstmail": "on"})
    wereld.taak()
    lever_af()
    verstuur_wachtende()

    assert mail.outbox == []
    assert Notificatie.objects.get().status is Status.AFGEZIEN


def test_wat_al_wachtte_gaat_ook_niet_meer_uit_na_uitzetten(fatima):
    wereld.emailadres(wereld.fatima())
    wereld.taak()
    lever_af()
    fatima.post("/mijn-gegevens/geen-berichten", {"wat": "uit"})
    verstuur_wachtende()

    assert mail.outbox == []
    assert Notificatie.objects.get().status is Status.AFGEZIEN


def test_geen_bericht_willen_is_iets_anders_dan_geen_adres_hebben(fatima):
    assert keuze_van(wereld.fatima()).bereikbaarheid(None).notificatie is NotificatieKan.GEEN_ADRES
    assert "Weet u dit zeker" in fatima.get("/mijn-gegevens/geen-berichten").content.decode()
    fatima.post("/mijn-gegevens/geen-berichten", {"wat": "uit"})

    assert keuze_van(wereld.fatima()).bereikbaarheid(None).notificatie is NotificatieKan.AFGEZIEN
    assert soorten() == [Soort.NOTIFICATIES_UIT, Soort.BEREIKBAARHEID_GEWIJZIGD]
    fatima.post("/mijn-gegevens/geen-berichten", {"wat": "aan"})
    assert keuze_van(wereld.fatima()).bereikbaarheid(None).notificatie is NotificatieKan.GEEN_ADRES


def test_toestemming_bewaart_de_woorden_het_moment_en_het_niveau(fatima):
    pagina = fatima.get("/mijn-gegevens/digitaal").content.decode()
    tekst = contact.toestemmingstekst("nl")
    assert tekst in pagina
    assert fatima.post("/mijn-gegevens/digitaal", {}).status_code == 200  # niets gekozen
    fatima.post("/mijn-gegevens/digitaal", {"digitaal": "ja"})

    gegevens = Contactgegevens.objects.als_systeem("test").get()
    regel = Gebeurtenis.objects.get(soort=Soort.DIGITAAL_JA)
    assert gegevens.digitaal_sinds is not None
    assert (regel.actor_soort, regel.actor, regel.niveau) == (ActorSoort.BETROKKENE, wereld.fatima(), 2)
    assert Inhoud.objects.get(record_id=gegevens.pk).json["toestemming"] == tekst
    assert keuze_van(wereld.fatima()).bereikbaarheid(None).digitaal
    fatima.post("/mijn-gegevens/digitaal", {"digitaal": "nee"})
    assert not keuze_van(wereld.fatima()).bereikbaarheid(None).digitaal
    assert controleer_alles() == []


def test_fatima_krijgt_haar_mail_in_het_engels_als_zij_dat_kiest(fatima):
    wereld.emailadres(wereld.fatima())
    wereld.categorie()
    fatima.post("/mijn-gegevens/voorkeuren", {f"{wereld.categorie().pk}-email": "on", "dienstmail": "on", "taal": "en"})
    wereld.taak()
    lever_af()
    verstuur_wachtende()

    assert "Dear reader" in str(mail.outbox[0].body)
    assert "Beste lezer" not in str(mail.outbox[0].body)


# --- Afmelden met één klik ------------------------------------------------------------------------------------------------
def test_een_dienstmail_is_met_een_klik_af_te_melden_en_een_wettelijke_niet(fatima):
    wereld.emailadres(wereld.fatima())
    wereld.taak(wereld.applicatie("Nieuws", standaard_categorie=wereld.categorie("nieuws", aard=Aard.INFORMATIE)))
    lever_af()
    verstuur_wachtende()
    koppen = mail.outbox[0].extra_headers
    assert koppen["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    adres_ = koppen["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")

    mailprogramma = Client(enforce_csrf_checks=True)
    assert mailprogramma.get(adres_).status_code == 200  # kijken meldt niet af
    assert Contactgegevens.objects.als_systeem("test").get().dienstmail
    assert mailprogramma.post(adres_, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert not Contactgegevens.objects.als_systeem("test").get().dienstmail
    with time_machine.travel(nu() + timedelta(hours=2)):
        wereld.taak()
        lever_af()
        verstuur_wachtende()
    assert len(mail.outbox) == 2  # de wettelijke gaat gewoon door
    assert "List-Unsubscribe" not in mail.outbox[1].extra_headers


# --- Het overzicht --------------------------------------------------------------------------------------------------------
def test_het_overzicht_geeft_een_zetje_zolang_niets_is_bevestigd(fatima):
    assert "Geef uw e-mailadres op" in fatima.get("/overzicht").content.decode()
    fatima.post("/mijn-gegevens/email", {"adres": NIEUW})
    code, _link = laatste_mail()
    fatima.post("/mijn-gegevens/email/code", {"code": code})

    assert "Geef uw e-mailadres op" not in fatima.get("/overzicht").content.decode()


def test_wie_geen_bericht_wil_krijgt_geen_zetje(fatima):
    fatima.post("/mijn-gegevens/geen-berichten", {"wat": "uit"})
    assert "Geef uw e-mailadres op" not in fatima.get("/overzicht").content.decode()


def test_de_pagina_is_met_een_vast_aantal_queries_gemaakt(fatima, django_assert_num_queries):
    def tel() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as gevangen:
            fatima.get("/mijn-gegevens/voorkeuren")
        return len(gevangen)

    wereld.emailadres(wereld.fatima())
    een = tel()
    for n in range(20):
        wereld.categorie(f"soort{n}")
    assert tel() == een


# --- Ketenpartners --------------------------------------------------------------------------------------------------------
def test_bij_een_ketenpartner_kiest_alleen_de_beheerder():
    bakkerij = wereld.bakkerij()
    velden: dict[str, Any] = {
        "doelgroep": Doelgroep.KETENPARTNER,
        "betrokkene": bakkerij,
        "betrokkenen": frozenset({bakkerij}),
    }
    contact.vraag_verificatie(wereld.toegang(wereld.henk(), rol="beheerder", **velden), Kanaal.EMAIL, NIEUW, "nl")
    for rol in ("behandelaar", "lezer", ""):
        with pytest.raises(MagNietError):
            contact.vraag_verificatie(wereld.toegang(wereld.henk(), rol=rol, **velden), Kanaal.EMAIL, NIEUW, "nl")


def test_zonder_inloggen_is_er_niets_te_zien(db):
    for pad in ("", "/email", "/email/code", "/voorkeuren", "/digitaal", "/geen-berichten", "/email/verwijderen"):
        antwoord = Client().get(f"/mijn-gegevens{pad}")
        assert antwoord.status_code == 302
        assert antwoord["Location"].startswith("/inloggen")


def test_sms_bestaat_alleen_als_er_een_dienst_is(fatima):
    assert fatima.get("/mijn-gegevens/sms").status_code == 404
    assert fatima.get("/mijn-gegevens/postduif").status_code == 404
