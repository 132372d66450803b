"""Wat mailserver, database, beat of klok ook doet: ieder krijgt zijn e-mail, en hoeveel dat er zijn staat vast.

Met echte processen, en geteld bij de mailserver. Normaal is het er precies één. Twee zijn het alleen als niemand kon weten dat de
eerste al weg was; dan hebben zij hetzelfde kenmerk (Message-ID), zodat een mailprogramma ze herkent.
"""

import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.wachtrij import HOOGSTENS, HUUR, Stand
from portaal.notificaties.models import Contactherstel, Notificatie
from portaal.tijd import nu
from tests import wereld
from tests.proces.conftest import wacht_tot
from tests.proces.rampen import (
    Mailserver,
    alles_klaar,
    huur_over,
    ieder_kreeg_zijn_mail,
    iets_in_huur,
    kinderen_van,
    mensen,
    vermoord,
    werk_op,
)

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

pytestmark = [pytest.mark.proces, pytest.mark.lang]


def ieder_een_taak(aantal: int) -> list[str]:
    """Zoveel mensen, ieder met een eigen adres en een taak; geeft de adressen."""
    allen = mensen(aantal)
    for bsn, _adres in allen:
        wereld.taak(bsn=bsn)
    return [adres for _bsn, adres in allen]


def start_werkpaard(omgeving: "Omgeving", naam: str = "werkpaard", **env: str) -> int:
    """Een proces dat het echte werk doet, zonder broker; geeft zijn pid. Sterft zijn kind, dan komt er een nieuw."""
    omgeving.env |= {"BROKER_URL": "memory://", **env}
    omgeving._start_python(naam, "tests.proces.werkpaard")
    return omgeving.kinderen[naam].proces.pid


def wacht_tot_rondgekeken(omgeving: "Omgeving", naam: str) -> None:
    """Wacht tot dit werkpaard twee keer naar werk heeft gezocht."""
    log = omgeving.log / f"{naam}.log"
    wacht_tot(lambda: log.exists() and "rondgekeken" in log.read_text("utf-8", "replace"), f"een ronde van {naam}")


# --- de mailserver ------------------------------------------------------------------------------------------------------------
def test_zegt_de_mailserver_nu_even_niet_dan_gaat_elke_mail_later_precies_een_keer(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """Een 4xx op de ontvanger (greylisting), daarna een 4xx op de inhoud (schijf vol), daarna goed."""
    post.bij_rcpt = lambda adres, keer: "451 4.7.1 Probeer het zo nog eens" if keer == 1 else None
    post.bij_data = lambda adres, keer: "452 4.3.1 Schijf vol" if keer == 1 else None
    adressen = ieder_een_taak(10)

    start_werkpaard(omgeving)
    wacht_tot(werk_op, "dat alles is verstuurd", 60)

    assert ieder_kreeg_zijn_mail(post, adressen) == []  # niemand kreeg er twee
    assert set(Notificatie.objects.values_list("pogingen", flat=True)) == {3}


def test_weigert_de_mailserver_een_adres_dan_gaat_daar_niets_heen_en_de_rest_precies_een_keer(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """Een 5xx over het adres is het einde; een 5xx over ons (5.7.1, beleid) is een storing en gaat later alsnog."""
    adressen = ieder_een_taak(9)
    weg, beleid = set(adressen[:3]), set(adressen[3:6])

    def bij_rcpt(adres: str, keer: int) -> str | None:
        if adres in weg:
            return "550 5.1.1 Onbekend"
        return "550 5.7.1 Uw server staat op een lijst" if adres in beleid and keer == 1 else None

    post.bij_rcpt = bij_rcpt
    start_werkpaard(omgeving)
    wacht_tot(werk_op, "dat alles is afgewerkt", 60)

    aantallen = {adres: len(kenmerken) for adres, kenmerken in post.per_adres().items()}
    assert aantallen == dict.fromkeys(adressen[3:], 1)
    assert {post._keren["rcpt", adres] for adres in weg} == {1}  # nooit nog eens geprobeerd
    assert Counter(Notificatie.objects.values_list("stand", flat=True)) == {Stand.KLAAR: 6, Stand.MISLUKT: 3}
    wacht_tot(lambda: Contactherstel.objects.count() == 3, "dat een medewerker contact gaat zoeken")


@pytest.mark.ramp  # elk antwoord dat op een drukke machine te laat komt is ook zo'n mail
def test_neemt_de_mailserver_aan_en_zwijgt_hij_dan_dan_is_alleen_die_ene_mail_dubbel(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """Eén adres hangt vóór het aannemen (er is niets weg), één erna (weg, maar niemand hoort het); de rest merkt er niets van."""
    adressen = ieder_een_taak(8)
    ervoor, erna = adressen[2], adressen[5]
    klaar = threading.Event()

    def hang(welke: str, anders: str | None) -> "object":
        def antwoord(adres: str, keer: int) -> str | None:
            if adres != welke or keer > 1:
                return None
            klaar.wait(120)
            return anders

        return antwoord

    post.bij_data = hang(ervoor, "451 4.3.0 Te laat")  # type: ignore[assignment]
    post.na_aannemen = hang(erna, None)  # type: ignore[assignment]
    try:
        start_werkpaard(omgeving, EMAIL_TIMEOUT="4")
        wacht_tot(werk_op, "dat alles is verstuurd", 90)
    finally:
        klaar.set()

    assert ieder_kreeg_zijn_mail(post, adressen) == [erna]  # die twee keer, met hetzelfde kenmerk


@pytest.mark.ramp  # achtenveertig doden; snel nagespeeld in tests/notificaties/test_notificaties.py
def test_een_mail_waar_elke_worker_aan_sterft_gaat_aan_de_kant_en_houdt_niemand_op(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """Bij één ontvanger sterft het proces elke keer (kill -9) terwijl het verstuurt. De anderen krijgen hun e-mail."""
    adressen = ieder_een_taak(8)
    gif = adressen[3]
    pid = start_werkpaard(omgeving)

    def gifbeker(adres: str, keer: int) -> str | None:
        if adres != gif:
            return None
        for werker in kinderen_van(pid):
            huur_over(vermoord(werker))
        return "451 4.3.0 Te laat"

    post.bij_data = gifbeker
    wacht_tot(alles_klaar, "dat alles is afgewerkt", 120)

    gekregen = post.per_adres()
    assert sorted(gekregen) == sorted(set(adressen) - {gif})
    assert {len(set(kenmerken)) for kenmerken in gekregen.values()} == {1}
    assert post._keren["data", gif] == HOOGSTENS
    dood = Notificatie.objects.exclude(stand=Stand.KLAAR).get()
    assert (dood.stand, dood.fout) == (Stand.MISLUKT, "elke worker die hieraan begon viel weg")
    # Alleen wie bij de eerste dood in dezelfde stapel zat, deelde daarin; daarna sleepte het gif niemand meer mee.
    assert max(Notificatie.objects.filter(stand=Stand.KLAAR).values_list("pogingen", flat=True)) <= 2
    wacht_tot(lambda: Contactherstel.objects.count() == 1, "dat een medewerker contact gaat zoeken")


# --- de database --------------------------------------------------------------------------------------------------------------
def test_verbreekt_de_database_steeds_de_verbinding_dan_krijgt_ieder_precies_een_mail(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """Zoals bij een herstart: elke verbinding van een worker valt midden in het werk weg. Wat al weg is, legt hij alsnog vast."""
    adressen = ieder_een_taak(25)
    pid = start_werkpaard(omgeving)
    for _keer in range(2):
        al = len(post.ontvangen)
        wacht_tot(lambda al=al: len(post.ontvangen) > al or werk_op(), "de volgende e-mail", 60)  # type: ignore[misc]
        kinderen = kinderen_van(pid)
        with psycopg.connect(omgeving.env["DATABASE_URL"], autocommit=True) as verbinding:
            verbinding.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )
        weg_op = nu()
        # Het kind legt vast wat weg is en stopt met een fout; pas daarna mag een ander zijn huur overnemen.
        wacht_tot(lambda weg=set(kinderen): alles_klaar() or not weg & set(kinderen_van(pid)), "een nieuw kind", 60)  # type: ignore[misc]
        huur_over(weg_op)
    wacht_tot(werk_op, "dat alles is verstuurd", 60)

    assert ieder_kreeg_zijn_mail(post, adressen) == []


@pytest.mark.ramp  # de klok van de huur wordt met de hand vooruitgezet, en dat moet net na het vastleggen vallen
def test_herstart_van_postgresql_midden_in_het_werk(tmp_path: Path) -> None:
    """Een eigen PostgreSQL gaat twee keer uit en weer aan onder een Celery-worker die aan het versturen is."""
    from portaal.demo.start import Omgeving

    aantal = 150
    verhaal = (
        "import django; django.setup()\n"
        "from tests import wereld\nfrom tests.proces.rampen import mensen\n"
        f"for bsn, _adres in mensen({aantal}): wereld.taak(bsn=bsn)"
    )
    with Mailserver() as post, Omgeving(tmp_path / "o", soort="test") as om:
        om.env |= {"EMAIL_URL": post.url, "VEEG_SECONDEN": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
        om.start(["postgres", "valkey"])
        om.manage("migrate", als_eigenaar=True)
        subprocess.run([sys.executable, "-c", verhaal], env=om.env, check=True)
        om.start(["beat", "worker"])
        for _keer in range(2):
            al = len(post.ontvangen)
            wacht_tot(lambda al=al: len(post.ontvangen) > al + 5, "de volgende e-mails", 90)  # type: ignore[misc]
            om.stop("postgres")
            weg_op = nu()
            om.start(["postgres"])
            time.sleep(4)  # zo lang duurt het hoogstens tot vastligt wat al weg was: elke tel een poging
            with psycopg.connect(om.env["DATABASE_URL"], autocommit=True) as verbinding:
                for tabel in ("portaal_notificaties_notificatie", "portaal_gebeurtenissen_aflevering"):
                    verbinding.execute(
                        f"UPDATE {tabel} SET volgende_op = now(), huur_tot = now() - interval '1 second' "
                        "WHERE stand = 'wacht' AND huur_tot <= %s",
                        [weg_op + HUUR],
                    )
        wacht_tot(lambda: len(post.per_adres()) == aantal, "dat ieder zijn e-mail heeft", 120)
        assert om.gestorven() is None
        om.stop("worker", 20)  # hij maakt af waar hij aan bezig is

    assert Counter(len(kenmerken) for kenmerken in post.per_adres().values()) == {1: aantal}


# --- beat ---------------------------------------------------------------------------------------------------------------------
def test_twee_beats_tegelijk_maken_geen_dubbele_mail(omgeving: "Omgeving", post: Mailserver) -> None:
    """Na een verkeerde uitrol draait beat twee keer, en elke ronde komt dubbel; de workers verdelen het werk toch eerlijk."""
    adressen = ieder_een_taak(20)
    omgeving.env["VEEG_SECONDEN"] = "0.5"
    omgeving.start(["valkey", "beat", "worker"])
    rooster = omgeving.map / "beat2"
    rooster.mkdir()
    omgeving._start_python(
        *("beat2", "celery", "--app", "portaal", "beat", "--loglevel", "INFO", "--pidfile", ""),
        *("--schedule", str(rooster / "rooster")),
    )
    wacht_tot(alles_klaar, "dat alles is verstuurd", 90)
    for naam in ("beat", "beat2"):
        log = Path(omgeving.log / f"{naam}.log")
        wacht_tot(lambda log=log: "notificaties.verstuur" in log.read_text("utf-8", "replace"), f"een ronde van {naam}")  # type: ignore[misc]

    assert ieder_kreeg_zijn_mail(post, adressen) == []


# --- de klok ------------------------------------------------------------------------------------------------------------------
UUR = 3600


def test_springt_de_klok_vooruit_dan_gaat_elke_mail_een_keer_en_hooguit_eerder(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """De klok van de machine springt een uur vooruit. Wat pas over een half uur mocht, gaat nu al; niets gaat nog eens."""
    adressen = ieder_een_taak(6)
    start_werkpaard(omgeving)
    wacht_tot(alles_klaar, "de eerste ronde")
    omgeving.stop("werkpaard")
    wereld.taak(bsn=mensen(1)[0][0], titel="Een tweede taak")  # wacht op wat binnen het uur nog komt

    start_werkpaard(omgeving, "vooruit", KLOK_VERSCHIL=str(UUR))
    wacht_tot(alles_klaar, "de ronde met de klok vooruit")
    omgeving.stop("vooruit")
    start_werkpaard(omgeving, "weer-goed", KLOK_VERSCHIL="0")
    wacht_tot_rondgekeken(omgeving, "weer-goed")

    aantallen = {adres: len(kenmerken) for adres, kenmerken in post.per_adres().items()}
    assert aantallen == {**dict.fromkeys(adressen, 1), adressen[0]: 2}
    assert {len(set(k)) for adres, k in post.per_adres().items() if adres != adressen[0]} == {1}
    assert len(set(post.per_adres()[adressen[0]])) == 2  # twee taken, dus twee verschillende e-mails
    assert Gebeurtenis.objects.filter(soort=Soort.NOTIFICATIE_VERSTUURD).count() == 7


def test_springt_de_klok_vooruit_terwijl_een_mail_onderweg_is_dan_krijgt_die_hetzelfde_kenmerk(
    omgeving: "Omgeving", post: Mailserver
) -> None:
    """Volgens de nieuwe klok is de huur van wie net verstuurt voorbij. Een ander neemt het over: dubbel, maar herkenbaar."""
    (adres,) = ieder_een_taak(1)
    onderweg, verder = threading.Event(), threading.Event()

    def traag(adres: str, keer: int) -> str | None:
        if keer == 1:
            onderweg.set()
            verder.wait(60)
        return None

    post.bij_data = traag
    start_werkpaard(omgeving, EMAIL_TIMEOUT="60")
    assert onderweg.wait(60)
    start_werkpaard(omgeving, "vooruit", KLOK_VERSCHIL=str(UUR))
    wacht_tot(alles_klaar, "de ronde met de klok vooruit")
    verder.set()
    wacht_tot(lambda: len(post.ontvangen) == 2, "de mail die onderweg was")

    kenmerken = post.per_adres()[adres]
    assert len(set(kenmerken)) == 1
    assert Gebeurtenis.objects.filter(soort=Soort.NOTIFICATIE_VERSTUURD).count() == 1  # één keer vastgelegd


def test_springt_de_klok_terug_dan_wacht_de_mail_en_raakt_niet_zoek(omgeving: "Omgeving", post: Mailserver) -> None:
    """De klok springt een uur terug terwijl een worker met een mail in handen is gestorven. Loopt zij weer goed, dan gaat zij."""
    adressen = ieder_een_taak(5)
    vast = threading.Event()
    post.bij_data = lambda adres, keer: "451 4.3.0 Te laat" if keer == 1 and not vast.wait(60) else None
    pid = start_werkpaard(omgeving, EMAIL_TIMEOUT="60")
    wacht_tot(lambda: any(post._keren["data", adres] for adres in adressen), "een mail die onderweg is")
    for werker in kinderen_van(pid):
        vermoord(werker)
    omgeving.stop("werkpaard")
    assert iets_in_huur()
    al = len(post.ontvangen)

    vast.set()
    start_werkpaard(omgeving, "terug", KLOK_VERSCHIL=str(-UUR))
    wacht_tot_rondgekeken(omgeving, "terug")
    omgeving.stop("terug")
    assert Notificatie.objects.filter(stand=Stand.WACHT).count() == 5  # niets is weg en niets is opgegeven
    assert len(post.ontvangen) - al <= 1  # hoogstens die ene van het gestorven proces

    huur_over(nu() + timedelta(seconds=1))
    start_werkpaard(omgeving, "weer-goed", KLOK_VERSCHIL="0")
    wacht_tot(werk_op, "dat alles is verstuurd", 60)

    ieder_kreeg_zijn_mail(post, adressen)  # ieder, met één kenmerk; hooguit dubbel is wie onderweg was
