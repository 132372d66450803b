"""De eerste meteen, de rest samen; herinneringen op tijd; nooit te veel en nooit te laat."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from berichten.handelingen import NieuwBericht, maak_aan, open_
from berichten.tasks import publiceer_wachtende
from portaal.betrokkenen.models import Aard, Categorie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.inloggen.partij import Partij
from portaal.notificaties.handelingen.bezorgen import claim
from portaal.notificaties.models import Notificatie, Status
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.tijd import AMSTERDAM, nu
from taken import handelingen
from tests import wereld

pytestmark = pytest.mark.django_db

OCHTEND = datetime(2026, 11, 23, 10, 0, tzinfo=AMSTERDAM)  # een maandag


@pytest.fixture(autouse=True)
def _locmem(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def klok() -> Any:
    with time_machine.travel(OCHTEND, tick=False) as klok:
        wereld.emailadres(wereld.fatima())
        yield klok


def bezorg() -> int:
    """Laat de workers hun ronde doen; geeft hoeveel e-mails er nu zijn."""
    publiceer_wachtende()
    lever_af()
    verstuur_wachtende()
    return len(mail.outbox)


def stuur_bericht(**velden: Any) -> Any:
    voor = Geadresseerde(NummerSoort.BSN, wereld.BSN_FATIMA, f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}")
    return maak_aan(NieuwBericht(voor, "Uw besluit", "Gelukt.", **velden), Partij.systeem(wereld.applicatie()))


# --- Samen in één bericht -------------------------------------------------------------------------------------------------
def test_de_eerste_gaat_meteen_en_wat_volgt_gaat_na_een_uur_samen(klok):
    wereld.taak(dagen=10)
    assert bezorg() == 1
    for dagen, perspectief in ((3, "betalen"), (8, "informatie_geven")):
        klok.shift(timedelta(minutes=10))
        wereld.taak(dagen=dagen, handelingsperspectief=perspectief, titel=f"Over {dagen} dagen")
        stuur_bericht(aard=Aard.BESCHIKKING)
        assert bezorg() == 1
    klok.shift(timedelta(minutes=39))
    assert bezorg() == 1
    klok.shift(timedelta(minutes=2))
    assert bezorg() == 2

    tekst = str(mail.outbox[1].body)
    assert mail.outbox[1].subject == "Er staan 4 berichten voor u klaar in Mijn Voorbeeld"
    for regel in ("tot en met 26 november 2026", "tot en met 1 december 2026", "een beslissing"):
        assert regel in tekst
    assert tekst.index("26 november") < tekst.index("1 december") < tekst.index("een beslissing")
    assert bezorg() == 2
    assert {n.status for n in Notificatie.objects.all()} == {Status.VERSTUURD}


def test_wat_tegelijk_klaarstaat_gaat_samen_ook_als_het_de_eerste_is(klok):
    wereld.taak()
    wereld.taak(titel="Geef uw huurcontract door")
    assert bezorg() == 1
    assert mail.outbox[0].subject.startswith("Er staan 2 berichten")


def test_na_een_storing_gaat_dezelfde_bundel_nog_eens_zonder_dat_er_iets_bijkomt(klok, monkeypatch):
    wereld.taak()
    lever_af()
    (bundel,) = claim(10)  # en dan sterft de worker
    klok.shift(timedelta(minutes=6))
    wereld.taak(titel="Kwam later")
    lever_af()

    verstuur_wachtende()

    eerste = next(m for m in mail.outbox if str(bundel.pk) in m.extra_headers["Message-ID"])
    assert "een verzoek om informatie voor u klaargezet" in str(eerste.body)
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == len(mail.outbox)


def test_wie_een_dag_veel_krijgt_hoort_de_rest_de_volgende_ochtend(klok, settings):
    settings.NOTIFICATIE_HOOGSTENS_PER_DAG, settings.NOTIFICATIE_BUNDEL_MINUTEN = 2, 0
    for n in range(4):
        wereld.taak(titel=f"Taak {n}")
        bezorg()
        klok.shift(timedelta(minutes=5))
    assert len(mail.outbox) == 2
    klok.move_to(datetime(2026, 11, 24, 9, 1, tzinfo=AMSTERDAM))
    assert bezorg() == 3


def test_nooit_later_dan_48_uur_na_publicatie(klok, settings):
    """Een storing van twee dagen eet de tijd op: dan wacht niets meer op bundelen of op de volgende ochtend."""
    settings.NOTIFICATIE_HOOGSTENS_PER_DAG = 0
    wereld.taak()
    klok.shift(timedelta(hours=47))
    assert bezorg() == 1


def test_elke_notificatie_is_op_tijd_aan_de_beurt_hoe_vol_de_dag_ook_is(klok, settings):
    settings.NOTIFICATIE_HOOGSTENS_PER_DAG = 1
    for n in range(30):
        wereld.taak(titel=f"Taak {n}")
        bezorg()
        klok.shift(timedelta(minutes=40))
    for wachtend in Notificatie.objects.filter(stand=Stand.WACHT):
        assert wachtend.volgende_op < wachtend.gepubliceerd_op + timedelta(hours=48)


# --- Herinneringen --------------------------------------------------------------------------------------------------------
def categorie(**velden: Any) -> Categorie:
    soort = wereld.categorie("herinnerd")
    Categorie.objects.filter(pk=soort.pk).update(**velden)
    soort.refresh_from_db()
    return soort


def op(klok: Any, dag: date) -> list[str]:
    """De onderwerpen van wat er op deze dag om kwart over negen uitgaat."""
    klok.move_to(datetime(dag.year, dag.month, dag.day, 9, 15, tzinfo=AMSTERDAM))
    eerder = len(mail.outbox)
    bezorg()
    return [str(m.subject) for m in mail.outbox[eerder:]]


def test_fatima_wordt_herinnerd_op_de_dagen_van_de_categorie(klok):
    wereld.taak(dagen=14, categorie=categorie(herinneringen=[7, 2]))
    assert bezorg() == 1
    assert Notificatie.objects.exclude(herinnering="").count() == 2

    assert op(klok, date(2026, 11, 29)) == []
    assert op(klok, date(2026, 11, 30)) == ["Herinnering van Gemeente Voorbeeld"]
    assert "Dit is een herinnering." in str(mail.outbox[-1].body)
    assert "tot en met 7 december 2026" in str(mail.outbox[-1].body)
    assert op(klok, date(2026, 12, 5)) == ["Herinnering van Gemeente Voorbeeld"]
    assert op(klok, date(2026, 12, 8)) == []


def test_de_eigenaar_kiest_zelf_een_dag(klok):
    wereld.taak(dagen=14, categorie=categorie(herinneringen=[7]), datum_herinnering=date(2026, 11, 26))
    bezorg()
    assert op(klok, date(2026, 11, 26)) == ["Herinnering van Gemeente Voorbeeld"]
    assert op(klok, date(2026, 11, 30)) == []


def test_een_andere_termijn_verzet_de_herinnering(klok):
    taak = wereld.taak(dagen=14, categorie=categorie(herinneringen=[7]))
    bezorg()
    wijziging = handelingen.Wijziging({"einddatum_handelingstermijn": date(2026, 12, 17)})
    handelingen.wijzig(taak.pk, wijziging, Partij.systeem(taak.applicatie))
    bezorg()
    klok.shift(timedelta(hours=2))  # dat zij meer tijd heeft, hoort zij ook
    bezorg()

    assert op(klok, date(2026, 11, 30)) == []
    assert op(klok, date(2026, 12, 10)) == ["Herinnering van Gemeente Voorbeeld"]
    assert "17 december 2026" in str(mail.outbox[-1].body)


@pytest.mark.parametrize("hoe", ["gedaan", "gemeld", "ingetrokken"])
def test_wie_het_al_deed_wordt_niet_herinnerd(klok, hoe):
    taak = wereld.taak(dagen=14, categorie=categorie(herinneringen=[7]))
    bezorg()
    door = Partij.systeem(taak.applicatie)
    if hoe == "gedaan":
        handelingen.voer_uit(taak.pk, door)
    elif hoe == "gemeld":
        handelingen.meld_gedaan(taak.pk, wereld.toegang(taak.betrokkene_id))
    else:
        handelingen.breek_af(taak.pk, door)

    assert op(klok, date(2026, 11, 30)) == []
    assert not Notificatie.objects.filter(stand=Stand.WACHT).exists()


def test_een_bericht_dat_niet_is_geopend_krijgt_een_herinnering_en_een_geopend_bericht_niet(klok):
    soort = categorie(herinnering_ongelezen_dagen=3)
    ongelezen, gelezen = stuur_bericht(categorie=soort), stuur_bericht(categorie=soort)
    bezorg()
    open_(gelezen.pk, wereld.toegang(wereld.fatima()))

    assert op(klok, date(2026, 11, 26)) == ["Herinnering van Gemeente Voorbeeld"]
    uit = {n.record_id: n.status for n in Notificatie.objects.exclude(herinnering="")}
    assert uit == {ongelezen.pk: Status.VERSTUURD, gelezen.pk: Status.GEANNULEERD}


def test_wie_geen_extra_berichten_wil_krijgt_geen_herinnering(klok):
    from portaal.notificaties.handelingen import contact

    contact.kies(wereld.toegang(wereld.fatima()), {}, dienstmail=False, taal="nl")
    wereld.taak(dagen=14, categorie=categorie(herinneringen=[7]))
    assert bezorg() == 1
    assert op(klok, date(2026, 11, 30)) == []


def test_twee_keer_plannen_maakt_er_geen_bij(klok):
    from portaal.gebeurtenissen.models import Aflevering

    wereld.taak(dagen=14, categorie=categorie(herinneringen=[7]))
    bezorg()
    Aflevering.objects.update(stand=Stand.WACHT, volgende_op=nu())
    bezorg()
    assert Notificatie.objects.exclude(herinnering="").count() == 1
