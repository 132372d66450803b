"""Als een bericht Fatima niet bereikt: een andere weg, een waarschuwing, en anders een medewerker."""

import io
import logging
import re
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client

from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.logboek.models import Inzage
from portaal.notificaties.bereikbaarheid import NotificatieKan, keuze_van
from portaal.notificaties.handelingen import contact, herstel
from portaal.notificaties.models import Contactadres, Contactherstel, Kanaal, Notificatie, Status, Wijze
from portaal.notificaties.serializers import bereikbaarheid_van
from portaal.notificaties.tasks import bewaak, verstuur_verificaties, verstuur_wachtende
from portaal.tijd import nu
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import log_in_beheer, sessie_voor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _locmem(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def weiger(monkeypatch: pytest.MonkeyPatch, fout: Exception) -> None:
    monkeypatch.setattr(EmailBackend, "send_messages", lambda *a: (_ for _ in ()).throw(fout))


ONBEKEND = SMTPRecipientsRefused({"fatima@voorbeeld.test": (550, b"5.1.1 user unknown")})


@pytest.fixture
def geweigerd(monkeypatch: pytest.MonkeyPatch) -> Taak:
    """Een taak waarvan de mail blijvend is geweigerd."""
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    lever_af()
    with monkeypatch.context() as m:
        weiger(m, ONBEKEND)
        verstuur_wachtende()
    return taak


# --- Blijvend of even -----------------------------------------------------------------------------------------------------
def test_een_geweigerd_adres_wordt_gemerkt_en_een_medewerker_krijgt_werk(geweigerd):
    assert Contactadres.objects.get().onbestelbaar_op is not None
    assert Contactherstel.objects.get().notificatie.status is Status.MISLUKT
    assert keuze_van(wereld.fatima()).bereikbaarheid(None).notificatie is NotificatieKan.ONBESTELBAAR
    soorten = set(Gebeurtenis.objects.values_list("soort", flat=True))
    assert {
        Soort.NOTIFICATIE_MISLUKT, Soort.CONTACTHERSTEL_GEVRAAGD, Soort.ADRES_ONBESTELBAAR, Soort.BEREIKBAARHEID_GEWIJZIGD,
    } <= soorten  # fmt: skip
    assert controleer_alles() == []


@pytest.mark.parametrize(
    ("fout", "blijvend"),
    [
        (SMTPRecipientsRefused({"a@b.test": (550, b"5.1.1 unknown")}), True),
        (SMTPDataError(554, b"5.2.2 mailbox full"), True),
        (SMTPRecipientsRefused({"a@b.test": (554, b"5.7.1 relay access denied")}), False),
        (SMTPRecipientsRefused({"a@b.test": (451, b"4.7.1 greylisted")}), False),
        (SMTPDataError(451, b"4.3.0 try later"), False),
        (TimeoutError(), False),
    ],
)
def test_alleen_wat_aan_het_adres_ligt_merkt_het_adres(monkeypatch, fout, blijvend):
    """Weigert onze eigen mailserver door te sturen, dan zijn niet ineens alle adressen fout."""
    wereld.taak()
    wereld.emailadres(wereld.fatima())
    lever_af()
    weiger(monkeypatch, fout)
    verstuur_wachtende()

    assert (Contactadres.objects.get().onbestelbaar_op is not None) is blijvend
    assert Notificatie.objects.get().stand == (Stand.MISLUKT if blijvend else Stand.WACHT)


def test_volgende_berichten_gaan_niet_meer_naar_een_adres_dat_niet_werkt(geweigerd):
    wereld.taak(titel="Nog een")
    lever_af()
    verstuur_wachtende()

    assert mail.outbox == []
    assert Contactherstel.objects.count() == 2


# --- De persoon zelf ------------------------------------------------------------------------------------------------------
def test_fatima_ziet_een_waarschuwing_en_met_een_nieuw_adres_komt_alles_alsnog(geweigerd):
    fatima = Client()
    sessie_voor(fatima, wereld.fatima())
    assert "Ons bericht komt niet bij u aan" in fatima.get("/overzicht").content.decode()
    assert "Hier komt niets aan" in fatima.get("/mijn-gegevens").content.decode()

    toegang = wereld.toegang(wereld.fatima())
    contact.vraag_verificatie(toegang, Kanaal.EMAIL, "nieuw@voorbeeld.test", "nl")
    verstuur_verificaties()
    code = re.search(r"\b\d{6}\b", str(mail.outbox[0].body))
    assert code
    with pytest.MonkeyPatch.context():
        from django.test import TestCase

        with TestCase.captureOnCommitCallbacks(execute=True):
            contact.bevestig_met_code(toegang, Kanaal.EMAIL, code[0])
    verstuur_wachtende()

    assert [m.to for m in mail.outbox] == [["nieuw@voorbeeld.test"]] * 2
    assert "Ons bericht komt niet" not in fatima.get("/overzicht").content.decode()
    assert Contactherstel.objects.get().wijze == Wijze.ZELF_HERSTELD
    assert Notificatie.objects.get().status is Status.VERSTUURD


# --- De medewerker --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("actie", "wijze"), [("gebeld", "gebeld"), ("brief", "brief")])
def test_een_medewerker_handelt_het_af_en_dat_staat_bij_de_taak(geweigerd, actie, wijze):
    client = Client()
    medewerker = log_in_beheer(client, "behandelaar")
    herstel = Contactherstel.objects.get()
    lijst = client.get("/beheer/portaal_notificaties/contactherstel/").content.decode()
    assert f"/beheer/taken/taak/{geweigerd.pk}/change/" in lijst
    assert "fatima@" not in lijst

    for _keer in range(2):  # een tweede klik verandert niets
        client.post(
            "/beheer/portaal_notificaties/contactherstel/", {"action": actie, ACTION_CHECKBOX_NAME: [str(herstel.pk)]}
        )

    herstel.refresh_from_db()
    assert (herstel.wijze, herstel.afgehandeld_door) == (wijze, medewerker.pk)
    regel = Gebeurtenis.objects.get(soort=Soort.CONTACTHERSTEL_AFGEHANDELD)
    assert (regel.record_id, regel.actor_soort, regel.feiten["wijze"]) == (geweigerd.pk, ActorSoort.MEDEWERKER, wijze)
    assert "0 of 0" not in lijst
    assert controleer_alles() == []


def test_een_dode_notificatie_is_in_het_beheer_opnieuw_te_versturen(geweigerd):
    client = Client()
    log_in_beheer(client)
    pk = str(Notificatie.objects.get().pk)
    assert client.get("/beheer/portaal_notificaties/notificatie/?stand=mislukt").status_code == 200
    client.post("/beheer/portaal_notificaties/notificatie/", {"action": "opnieuw", ACTION_CHECKBOX_NAME: [pk]})
    verstuur_wachtende()

    assert len(mail.outbox) == 1


# --- Een bericht van een mailserver (DSN) -----------------------------------------------------------------------------------
DSN = """From: MAILER-DAEMON@mail.voorbeeld.test
To: niet-beantwoorden@voorbeeld.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered to fatima@voorbeeld.test.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.voorbeeld.test
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; fatima@voorbeeld.test
Action: {actie}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 fatima@voorbeeld.test unknown

--grens
Content-Type: {soort}

From: niet-beantwoorden@voorbeeld.test
To: fatima@voorbeeld.test
Message-ID: {kenmerk}
Subject: x

--grens--
"""


def bounce(rauw: str, monkeypatch: pytest.MonkeyPatch) -> str:
    uit = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(rauw.encode("utf-8", "surrogateescape"))))
    call_command("verwerk_bounce", stdout=uit)
    return uit.getvalue().strip()


def verstuurd() -> str:
    """Een taak waarvan de mail is aangenomen; geeft de Message-ID."""
    wereld.taak()
    wereld.emailadres(wereld.fatima())
    lever_af()
    verstuur_wachtende()
    return str(mail.outbox[0].extra_headers["Message-ID"])


@pytest.mark.parametrize("soort", ["text/rfc822-headers", "message/rfc822"])
def test_een_retourbericht_merkt_het_adres_en_zoekt_een_andere_weg(monkeypatch, soort):
    dsn = DSN.format(actie="failed", status="5.1.1", soort=soort, kenmerk=verstuurd())

    assert bounce(dsn, monkeypatch) == "onbestelbaar"
    assert bounce(dsn, monkeypatch) == "onbekend"  # nog eens verandert niets

    notificatie = Notificatie.objects.get()
    assert (notificatie.status, notificatie.fout) == (Status.MISLUKT, "teruggekomen: 5.1.1")
    assert Contactadres.objects.get().onbestelbaar_op is not None
    assert Contactherstel.objects.count() == 1


@pytest.mark.parametrize(
    ("actie", "status", "uitkomst", "gemerkt"),
    [
        ("delayed", "4.4.1", "later", False),
        ("failed", "4.4.7", "onbestelbaar", False),  # te lang in de wachtrij: niet het adres
        ("failed", "5.7.1", "onbestelbaar", False),  # beleid: niet het adres
        ("delivered", "2.0.0", "bezorgd", False),
        ("relayed", "2.0.0", "onbekend", False),
    ],
)
def test_wat_een_mailserver_zegt_bepaalt_wat_er_gebeurt(monkeypatch, actie, status, uitkomst, gemerkt):
    dsn = DSN.format(actie=actie, status=status, soort="message/rfc822", kenmerk=verstuurd())
    assert bounce(dsn, monkeypatch) == uitkomst
    assert (Contactadres.objects.get().onbestelbaar_op is not None) is gemerkt
    if uitkomst == "bezorgd":
        assert Notificatie.objects.get().status is Status.BEZORGD


@pytest.mark.parametrize(
    "rommel",
    [
        "",
        "zomaar tekst",
        "\udcff\udcfe",
        DSN.format(actie="failed", status="5.1.1", soort="message/rfc822", kenmerk="<x@y>"),
    ],
)
def test_rommel_is_een_fout_zonder_inhoud_en_zonder_gevolg(monkeypatch, rommel):
    verstuurd()
    with pytest.raises(CommandError) as fout:
        bounce(rommel, monkeypatch)
    assert "fatima" not in str(fout.value)
    assert Notificatie.objects.get().status is Status.VERSTUURD


# --- De klok van 48 uur ---------------------------------------------------------------------------------------------------
def test_wat_te_lang_wacht_geeft_ruim_op_tijd_alarm(caplog):
    wereld.taak()
    wereld.emailadres(wereld.fatima())
    lever_af()  # en dan liggen de workers stil
    with time_machine.travel(nu() + timedelta(hours=23)):
        assert bewaak() == 0
    with time_machine.travel(nu() + timedelta(hours=25)), caplog.at_level(logging.ERROR):
        assert bewaak() == 1
        assert "alarm_notificaties_te_laat aantal=1 oudste_uren=25.0" in caplog.text
        tekst = Client().get("/-/metrics").content.decode()
        client = Client()
        log_in_beheer(client)
        lijst = client.get("/beheer/portaal_notificaties/notificatie/?op_tijd=te-lang").content.decode()
    seconden = re.search(r"^portaal_notificaties_oudste_seconden (\S+)$", tekst, re.M)
    assert seconden
    assert float(seconden[1]) == pytest.approx(25 * 3600, rel=0.01)
    assert "/beheer/taken/taak/" in lijst
    assert "fatima" not in tekst.lower()


# --- Een vestiging zonder adres -------------------------------------------------------------------------------------------
@pytest.fixture
def vestiging() -> UUID:
    """De winkel van Bakkerij De Hoek aan de Dorpsstraat, die zelf geen adres heeft opgegeven."""
    return vind_of_maak_betrokkene(NummerSoort.VESTIGING, wereld.VESTIGING_DE_HOEK, onderdeel_van=wereld.bakkerij())


def taak_voor_vestiging(titel: str = "Meet uw geluid") -> Taak:
    nummer = wereld.VESTIGING_DE_HOEK
    voor = Geadresseerde(NummerSoort.VESTIGING, nummer, f"urn:nld:kvk:vestigingsnummer:{nummer}")
    return wereld.taak(titel=titel, voor=voor)


def test_een_vestiging_zonder_adres_krijgt_haar_bericht_op_het_adres_van_het_bedrijf(vestiging):
    assert bereikbaarheid_van(vestiging, None).notificatie == "geen_adres"
    wereld.emailadres(wereld.bakkerij(), "bakker@voorbeeld.test")
    assert bereikbaarheid_van(vestiging, None).notificatie == "ja"

    assert taak_voor_vestiging().betrokkene_id == vestiging
    lever_af()
    verstuur_wachtende()

    assert [m.to for m in mail.outbox] == [["bakker@voorbeeld.test"]]
    assert (Notificatie.objects.get().betrokkene_id, Notificatie.objects.get().status) == (vestiging, Status.VERSTUURD)


def test_een_vestiging_met_een_eigen_adres_krijgt_het_daar(vestiging):
    wereld.emailadres(wereld.bakkerij(), "bakker@voorbeeld.test")
    wereld.emailadres(vestiging, "dorpsstraat@voorbeeld.test")
    taak_voor_vestiging()
    lever_af()
    verstuur_wachtende()
    assert [m.to for m in mail.outbox] == [["dorpsstraat@voorbeeld.test"]]


def test_een_vestiging_die_geen_bericht_wil_krijgt_er_ook_geen_via_het_bedrijf(vestiging):
    wereld.emailadres(wereld.bakkerij(), "bakker@voorbeeld.test")
    contact.zie_af(wereld.toegang(vestiging, middel="eherkenning"), af=True)
    taak_voor_vestiging()
    lever_af()
    verstuur_wachtende()
    assert mail.outbox == []
    assert Notificatie.objects.get().status is Status.AFGEZIEN


def test_deugt_het_adres_van_het_bedrijf_niet_dan_helpt_een_nieuw_ook_de_vestiging(vestiging, monkeypatch):
    wereld.emailadres(wereld.bakkerij(), "fatima@voorbeeld.test")
    taak_voor_vestiging()
    lever_af()
    with monkeypatch.context() as m:
        weiger(m, ONBEKEND)
        verstuur_wachtende()
    assert Contactadres.objects.get().onbestelbaar_op is not None  # bij het bedrijf, want van wie het adres is
    assert Contactherstel.objects.get().betrokkene_id == vestiging

    wereld.emailadres(wereld.bakkerij(), "nieuw@voorbeeld.test")
    herstel.adres_is_hersteld(wereld.bakkerij(), Kanaal.EMAIL)
    verstuur_wachtende()

    assert [m.to for m in mail.outbox] == [["nieuw@voorbeeld.test"]]


# --- Wie kijkt staat in het inzagelogboek ---------------------------------------------------------------------------------
@pytest.mark.parametrize("lijst", ["contactherstel", "notificatie"])
def test_een_medewerker_die_de_lijst_bekijkt_staat_in_het_inzagelogboek(geweigerd, lijst):
    client = Client()
    medewerker = log_in_beheer(client, "behandelaar")
    assert client.get(f"/beheer/portaal_notificaties/{lijst}/").status_code == 200
    regel = Inzage.objects.get(waarvoor=f"beheer:{lijst}-lijst")
    assert (regel.actor, regel.betrokkene, regel.record_soort) == (medewerker.pk, geweigerd.betrokkene_id, lijst)

    assert client.get(f"/beheer/portaal_notificaties/{lijst}/{regel.record_id}/change/").status_code == 200
    assert Inzage.objects.filter(waarvoor=f"beheer:{lijst}", betrokkene=geweigerd.betrokkene_id).count() == 1
