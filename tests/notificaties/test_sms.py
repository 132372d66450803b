"""Fatima krijgt een sms: kort, overdag, en met een terugmelding of zij aankwam."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests
import time_machine
from django.core import mail
from django.test import Client
from requests.adapters import BaseAdapter

from portaal.betrokkenen.models import Aard
from portaal.demo import sms as simulator
from portaal.demo.start import sms_simulator
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.handelingen import contact
from portaal.notificaties.handelingen.bezorgen import claim
from portaal.notificaties.kanalen import sms
from portaal.notificaties.kanalen.sms import notify
from portaal.notificaties.kanalen.sms.tekst import _GSM7, HOOGSTENS, naar_gsm7, stel_op, stel_verificatie_op
from portaal.notificaties.models import Contactadres, Contactherstel, Kanaal, Notificatie, Status
from portaal.notificaties.opstellen import Melding
from portaal.notificaties.tasks import verstuur_verificaties, verstuur_wachtende
from portaal.tijd import AMSTERDAM
from tests import wereld

pytestmark = pytest.mark.django_db

OVERDAG = datetime(2026, 11, 23, 11, 0, tzinfo=AMSTERDAM)
MOBIEL = "+31612345678"


class NaarDeSimulator(BaseAdapter):
    """Brengt wat `requests` verstuurt naar de nagespeelde sms-dienst in de testclient."""

    def __init__(self) -> None:
        super().__init__()
        self.kapot_na_aannemen = False

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        assert kwargs["timeout"]
        pad = request.url.removeprefix("http://testserver")
        kop = {"authorization": request.headers.get("Authorization", "")}
        antwoord = Client().generic(request.method, pad, request.body or b"", "application/json", headers=kop)
        if self.kapot_na_aannemen:
            raise requests.ReadTimeout
        uit = requests.Response()
        uit.status_code, uit._content = antwoord.status_code, antwoord.content
        return uit

    def close(self) -> None:
        """Niets te sluiten."""


@pytest.fixture(autouse=True)
def dienst(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Er is een sms-dienst, en de telefoon van Fatima ligt in deze map."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEMO_MAP = tmp_path
    for naam, waarde in sms_simulator("http://testserver").items():
        setattr(settings, naam, waarde)
    adapter = NaarDeSimulator()
    monkeypatch.setattr(requests.Session, "get_adapter", lambda self, url: adapter)
    monkeypatch.setattr(simulator, "_meld_terug", lambda sms: None)
    with time_machine.travel(OVERDAG, tick=False) as klok:
        adapter.klok = klok  # type: ignore[attr-defined]
        yield adapter


def telefoon() -> list[str]:
    return [s.tekst for s in simulator.Telefoon().alle()]


def geef_nummer(nummer: str = MOBIEL) -> None:
    """Fatima bevestigt haar nummer met de code uit de sms."""
    toegang = wereld.toegang(wereld.fatima())
    contact.vraag_verificatie(toegang, Kanaal.SMS, nummer, "nl")
    verstuur_verificaties()
    contact.bevestig_met_code(toegang, Kanaal.SMS, telefoon()[0][:6])
    for pad in simulator.Telefoon().map.glob("*.json"):
        pad.unlink()


def bezorg() -> None:
    lever_af()
    verstuur_wachtende()


def meld(status: str, geheim: str = "alleen-in-de-demo", **velden: Any) -> int:
    bundel = Notificatie.objects.filter(kanaal=Kanaal.SMS, bundel__isnull=False).first()
    inhoud = {"reference": str(bundel.bundel) if bundel else "", "status": status, **velden}
    return (
        Client()
        .post(
            "/-/sms-terugmelding",
            inhoud,
            content_type="application/json",
            headers={"authorization": f"Bearer {geheim}"},
        )
        .status_code
    )


# --- De tekst -------------------------------------------------------------------------------------------------------------
LANG = "Gemeenschappelijke Regeling Belastingsamenwerking Zuidoost-Voorbeeldlanden en Omstreken (ŁĘÓ Ünïcödé) 🏛"


def test_elke_sms_past_in_160_tekens_uit_het_alfabet_van_gsm():
    gezien = set()
    for taal in ("nl", "en"):
        for aard in Aard:
            for reactie in (True, False):
                for termijn in (None, date(2026, 12, 29)):
                    for herinnering in (True, False):
                        for org in ("Gemeente Voorbeeld", LANG):
                            for aantal in (1, 12):
                                melding = Melding(org, f"{org}, Team", "14 000", aard, reactie, termijn, herinnering)
                                tekst = stel_op([melding] * aantal, taal)
                                assert len(tekst) <= HOOGSTENS
                                assert set(tekst) <= _GSM7
                                assert "{" not in tekst
                                assert "testserver" in tekst
                                if termijn:
                                    assert "29-12-2026" in tekst
                                gezien.add(tekst)
    assert len(gezien) >= 20
    assert len(stel_verificatie_op("123456", "nl")) <= HOOGSTENS


def test_een_teken_dat_een_telefoon_niet_kent_wordt_een_gewone_letter():
    assert naar_gsm7("Geërgerd’s café – “Łódź”") == 'Geergerd\'s café - "odz"'


@pytest.mark.parametrize(
    ("invoer", "uit"),
    [
        ("06 12345678", MOBIEL), ("06-12345678", MOBIEL), ("+31 6 1234 5678", MOBIEL), ("0031612345678", MOBIEL),
        ("+31 (0)6 12345678", MOBIEL), ("+32 470 12 34 56", "+32470123456"),
    ],
)  # fmt: skip
def test_een_nummer_krijgt_een_vaste_vorm(invoer, uit):
    assert sms.maak_gelijk(invoer) == uit


@pytest.mark.parametrize("invoer", ["", "14 000", "020 1234567", "0612345", "+31201234567", "abc", "06123456789"])
def test_een_nummer_dat_geen_sms_kan_krijgen_wordt_geweigerd(invoer):
    with pytest.raises(ValueError, match="mobiel nummer"):
        sms.maak_gelijk(invoer)


@pytest.mark.parametrize(
    ("moment", "vanaf"),
    [
        ((2026, 11, 23, 9, 0), (2026, 11, 23, 9, 0)), ((2026, 11, 23, 19, 59), (2026, 11, 23, 19, 59)),
        ((2026, 11, 23, 20, 0), (2026, 11, 24, 9, 0)), ((2026, 11, 23, 3, 0), (2026, 11, 23, 9, 0)),
        ((2026, 10, 24, 23, 0), (2026, 10, 25, 9, 0)),  # de klok gaat die nacht een uur terug
    ],
)  # fmt: skip
def test_een_sms_komt_tussen_negen_en_acht(moment, vanaf):
    op, uit = (datetime(*delen).replace(tzinfo=AMSTERDAM) for delen in (moment, vanaf))
    assert sms.vanaf(op) == uit


# --- De weg ---------------------------------------------------------------------------------------------------------------
def test_fatima_bevestigt_haar_nummer_en_krijgt_een_sms_als_dat_haar_enige_kanaal_is():
    geef_nummer()
    wereld.taak(dagen=4)
    bezorg()

    assert telefoon() == [
        "Gemeente Voorbeeld vraagt iets van u. Reageer uiterlijk 27-11-2026. Ga zelf naar testserver en log in."
    ]
    assert mail.outbox == []
    assert Notificatie.objects.get().kenmerk_extern


def test_met_een_emailadres_erbij_is_de_sms_uit_tot_zij_die_aanzet():
    wereld.emailadres(wereld.fatima())
    geef_nummer()
    wereld.taak()
    bezorg()
    assert (len(mail.outbox), telefoon()) == (1, [])

    contact.kies(
        wereld.toegang(wereld.fatima()), {(wereld.categorie().pk, Kanaal.SMS): True}, dienstmail=True, taal="nl"
    )
    wereld.taak(titel="Nog een")
    bezorg()
    assert len(telefoon()) == 1


def test_een_sms_die_s_avonds_klaarstaat_gaat_de_volgende_ochtend(dienst):
    geef_nummer()
    dienst.klok.move_to(datetime(2026, 11, 23, 22, 0, tzinfo=AMSTERDAM))
    wereld.taak()
    bezorg()
    assert telefoon() == []
    dienst.klok.move_to(datetime(2026, 11, 24, 9, 1, tzinfo=AMSTERDAM))
    bezorg()
    assert len(telefoon()) == 1


def test_ging_het_mis_nadat_de_dienst_de_sms_aannam_dan_komt_er_geen_tweede(dienst):
    geef_nummer()
    wereld.taak()
    lever_af()
    dienst.kapot_na_aannemen = True
    verstuur_wachtende()
    assert Notificatie.objects.get().fout == "ReadTimeout"
    dienst.kapot_na_aannemen = False
    dienst.klok.shift(timedelta(minutes=1))
    verstuur_wachtende()

    assert len(telefoon()) == 1
    assert Notificatie.objects.get().status is Status.VERSTUURD


def test_een_verkeerde_sleutel_is_een_storing_en_ligt_niet_aan_het_nummer(settings):
    geef_nummer()
    settings.SMS_SLEUTEL = settings.SMS_SLEUTEL[:-1] + "9"
    simulator_sleutel = sms_simulator("http://testserver")["SMS_SLEUTEL"]
    wereld.taak()
    lever_af()
    oud = notify._koppen
    bewijs = oud()
    settings.SMS_SLEUTEL = simulator_sleutel
    with pytest.MonkeyPatch.context() as m:
        m.setattr(notify, "_koppen", lambda: bewijs)
        verstuur_wachtende()
    assert (Notificatie.objects.get().stand, Notificatie.objects.get().fout) == (Stand.WACHT, "NotifyFout")
    assert Contactadres.objects.get().onbestelbaar_op is None


# --- De terugmelding ------------------------------------------------------------------------------------------------------
def test_een_terugmelding_dat_zij_aankwam_is_het_bewijs():
    geef_nummer()
    wereld.taak()
    bezorg()
    assert Notificatie.objects.get().status is Status.VERSTUURD

    assert [meld("delivered"), meld("delivered")] == [204, 204]

    assert Notificatie.objects.get().status is Status.BEZORGD
    assert Gebeurtenis.objects.filter(soort=Soort.NOTIFICATIE_BEZORGD).count() == 1


def test_een_nummer_dat_niet_bestaat_gaat_over_op_de_mail():
    geef_nummer()
    wereld.taak()
    bezorg()
    wereld.emailadres(wereld.fatima())
    Contactadres.objects.filter(kanaal=Kanaal.EMAIL).update(geverifieerd_op=OVERDAG)

    assert meld("permanent-failure") == 204
    verstuur_wachtende()

    assert len(mail.outbox) == 1
    assert Contactadres.objects.get(kanaal=Kanaal.SMS).onbestelbaar_op is not None
    assert {n.kanaal: n.status for n in Notificatie.objects.all()} == {"sms": Status.MISLUKT, "email": Status.VERSTUURD}
    assert not Contactherstel.objects.exists()


def test_een_telefoon_die_dagen_uit_stond_ligt_niet_aan_het_nummer():
    geef_nummer()
    wereld.taak()
    bezorg()
    assert meld("temporary-failure") == 204
    assert Contactadres.objects.get().onbestelbaar_op is None
    assert Contactherstel.objects.count() == 1


def test_een_terugmelding_die_te_vroeg_komt_mag_het_later_nog_eens_doen():
    geef_nummer()
    wereld.taak()
    lever_af()
    claim(1)  # de sms is onderweg, maar wij hebben dat nog niet vastgelegd
    assert meld("delivered") == 503


@pytest.mark.parametrize("geheim", ["", "fout"])
def test_zonder_het_geheim_geldt_een_terugmelding_niet(geheim):
    geef_nummer()
    wereld.taak()
    bezorg()
    assert meld("delivered", geheim) == 401
    assert Notificatie.objects.get().status is Status.VERSTUURD


@pytest.mark.parametrize(
    "rommel", [b"", b"[]", b'{"reference": 1, "status": "delivered"}', b'{"reference": "x"}', b"\xff"]
)
def test_rommel_in_een_terugmelding_is_een_400(rommel):
    kop = {"authorization": "Bearer alleen-in-de-demo"}
    antwoord = Client().post("/-/sms-terugmelding", rommel, content_type="application/json", headers=kop)
    assert antwoord.status_code == 400


def test_een_onbekend_kenmerk_is_geen_fout():
    inhoud = json.dumps({"reference": str(UUID(int=5)), "status": "delivered"})
    kop = {"authorization": "Bearer alleen-in-de-demo"}
    assert Client().post("/-/sms-terugmelding", inhoud, content_type="application/json", headers=kop).status_code == 204
