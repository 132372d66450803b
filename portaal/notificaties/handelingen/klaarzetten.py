"""Wie hoort wat, langs welk kanaal en wanneer; en wat er al klaarstond annuleren of verzetten.

De eerste notificatie gaat meteen. Wat daarna binnen `NOTIFICATIE_BUNDEL_MINUTEN` komt, wacht op elkaar en gaat samen.
Meer dan `NOTIFICATIE_HOOGSTENS_PER_DAG` per kanaal gaat de volgende ochtend. Nooit later dan 48 uur na publicatie.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from portaal.betrokkenen.models import Aard
from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Vastgelegd
from portaal.gebeurtenissen.records import vergrendel
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Bijzonderheid, Over, leg_vast
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.bereikbaarheid import Keuze, NotificatieKan, bezorgkeuzes_van
from portaal.notificaties.kanalen import KANALEN
from portaal.notificaties.models import WETTELIJK, Contactadres, Kanaal, Notificatie, Status
from portaal.tijd import AMSTERDAM, dag_van, nu

VOLGER = "notificaties"  # staat bij elke aflevering in de database
WETTELIJKE_TERMIJN = timedelta(hours=48)  # Awb 2:10, eerste lid
MARGE = timedelta(hours=4)  # zo ver voor het einde van de termijn wacht niets meer op iets anders
OCHTEND = time(9)  # herinneringen, en wat over de dag heen gaat

Momenten = Callable[[Any], Iterable[date]]

_REDEN = {
    NotificatieKan.AFGEZIEN: (Status.AFGEZIEN, Soort.NOTIFICATIE_AFGEZIEN),
    NotificatieKan.GEEN_ADRES: (Status.GEEN_ADRES, Soort.NOTIFICATIE_GEEN_ADRES),
    NotificatieKan.ONBESTELBAAR: (Status.MISLUKT, Soort.NOTIFICATIE_MISLUKT),
}


def zet_klaar(
    gebeurtenis: Gebeurtenis, *, voor: Collection[UUID] | None = None, herinner: Momenten | None = None
) -> None:
    """Volger: maak bij deze gebeurtenis de notificaties, en met `herinner` de herinneringen. Nog eens maakt er geen bij.

    Met `voor` voor elk van hen in plaats van voor de betrokkene van de gebeurtenis: bij een zaak horen er meer, en
    niemand mag ook.
    """
    if voor is None:
        voor = [gebeurtenis.betrokkene] if gebeurtenis.betrokkene else []
    if gebeurtenis.applicatie is None or not (voor or herinner):
        return
    with transaction.atomic():
        # Met het record vergrendeld: een handeling die net alles annuleert, is dan klaar of moet nog beginnen.
        record = vergrendel(gebeurtenis.record_soort, gebeurtenis.record_id)
        keuzes = bezorgkeuzes_van([*voor, gebeurtenis.betrokkene] if gebeurtenis.betrokkene else voor)
        if voor:
            _zet_eerste_klaar(gebeurtenis, record, {wie: keuzes[wie] for wie in voor})
        if herinner is not None and gebeurtenis.betrokkene is not None:
            _plan_herinneringen(gebeurtenis, record, keuzes[gebeurtenis.betrokkene], herinner)
    if voor:
        wek("notificaties.verstuur")


def _zet_eerste_klaar(gebeurtenis: Gebeurtenis, record: Vastgelegd, keuzes: Mapping[UUID, Keuze]) -> None:
    afleveringen = _wachtende_afleveringen(gebeurtenis.record_soort, gebeurtenis.record_id)
    if not afleveringen.filter(gebeurtenis=gebeurtenis).exists():
        return
    gemaakt = Notificatie.objects.filter(gebeurtenis=gebeurtenis.id_extern, herinnering="")
    al_klaar = set(gemaakt.values_list("betrokkene_id", flat=True))
    for betrokkene in sorted(set(keuzes) - al_klaar):
        _zet_klaar_voor(betrokkene, keuzes[betrokkene], gebeurtenis, record)


def _zet_klaar_voor(betrokkene: UUID, keuze: Keuze, gebeurtenis: Gebeurtenis, record: Vastgelegd) -> None:
    categorie = getattr(record, "categorie_id", None)
    aard = gebeurtenis.feiten.get("aard", Aard.INFORMATIE)
    zichtbaar = getattr(record, "zichtbaar_vanaf", None)
    afzender: Any = gebeurtenis.applicatie

    def notificatie(kanaal: str, **velden: Any) -> Notificatie:
        return Notificatie(
            gebeurtenis=gebeurtenis.id_extern,
            record_soort=gebeurtenis.record_soort,
            record_id=gebeurtenis.record_id,
            betrokkene_id=betrokkene,
            applicatie=afzender,
            kanaal=kanaal,
            aard=aard,
            categorie_id=categorie,
            handelingsperspectief=gebeurtenis.feiten.get("handelingsperspectief", ""),
            termijn=_termijn(gebeurtenis),
            gepubliceerd_op=max(gebeurtenis.op, zichtbaar) if zichtbaar else gebeurtenis.op,
            **velden,
        )

    kanalen = keuze.kanalen(categorie, wettelijk=aard in WETTELIJK)
    for kanaal in kanalen:
        nieuw = notificatie(kanaal)
        nieuw.volgende_op = _aan_de_beurt(nieuw, keuze.adressen[kanaal].pk)
        nieuw.save(force_insert=True)
    if not kanalen:
        reden = keuze.reden() if keuze.reden() is not NotificatieKan.JA else NotificatieKan.AFGEZIEN
        status, soort = _REDEN[reden]
        mislukt = status is Status.MISLUKT
        nieuw = notificatie(
            "", stand=Stand.MISLUKT if mislukt else Stand.GEANNULEERD, fout="" if mislukt else status, klaar_op=nu()
        )
        nieuw.save(force_insert=True)
        leg_uitkomst_vast(nieuw, soort, record)
        if mislukt:
            from portaal.notificaties.handelingen.herstel import begin_herstel

            begin_herstel(nieuw, record)


def _aan_de_beurt(nieuw: Notificatie, adres_pk: int) -> datetime:
    """Wanneer deze notificatie weg mag: nu, of samen met wat hierna komt. Schuift zo nodig het venster van het adres op."""
    adres = Contactadres.objects.select_for_update().get(pk=adres_pk)
    moment = nu()
    if adres.bundel_tot is not None and adres.bundel_tot > moment:
        moment = adres.bundel_tot
    else:
        Contactadres.objects.filter(pk=adres.pk).update(bundel_tot=moment + bundeltijd())
    if _vandaag_verstuurd(nieuw) >= settings.NOTIFICATIE_HOOGSTENS_PER_DAG:
        moment = max(moment, _ochtend_na(nu()))
    moment = KANALEN[Kanaal(nieuw.kanaal)].vanaf(moment)
    uiterlijk = KANALEN[Kanaal(nieuw.kanaal)].vanaf(max(nu(), nieuw.gepubliceerd_op + WETTELIJKE_TERMIJN - MARGE))
    return min(moment, uiterlijk)


def _vandaag_verstuurd(nieuw: Notificatie) -> int:
    """Hoeveel berichten (bundels) deze persoon vandaag langs dit kanaal al kreeg."""
    begin = datetime.combine(dag_van(nu()), time.min, AMSTERDAM)
    vandaag = Notificatie.objects.filter(betrokkene=nieuw.betrokkene_id, kanaal=nieuw.kanaal, klaar_op__gte=begin)
    return vandaag.filter(stand=Stand.KLAAR).values("bundel").distinct().count()


def bundeltijd() -> timedelta:
    """Hoe lang volgende notificaties op elkaar wachten."""
    return timedelta(minutes=settings.NOTIFICATIE_BUNDEL_MINUTEN)


def _ochtend_na(moment: datetime) -> datetime:
    return datetime.combine(dag_van(moment) + timedelta(days=1), OCHTEND, AMSTERDAM)


# --- herinneringen ----------------------------------------------------------------------------------------------------------
def _plan_herinneringen(gebeurtenis: Gebeurtenis, record: Any, keuze: Keuze, momenten: Momenten) -> None:
    """Zet de herinneringen bij dit (vergrendelde) record opnieuw klaar, op de dagen die `momenten(record)` noemt.

    Wat al gepland stond en niet meer klopt vervalt; een dag die voorbij is wordt overgeslagen. Of de herinnering dan nog
    nodig is, wordt bij het versturen opnieuw gevraagd.
    """
    afzender: Any = gebeurtenis.applicatie
    wie: Any = gebeurtenis.betrokkene
    gepland = Notificatie.objects.filter(
        record_soort=gebeurtenis.record_soort, record_id=gebeurtenis.record_id, stand=Stand.WACHT, huur_tot=None
    )
    gepland.exclude(herinnering="").delete()  # opnieuw, want ook de termijn die erin staat kan anders zijn
    categorie = getattr(record, "categorie_id", None)
    kanalen = keuze.kanalen(categorie, wettelijk=False)
    dagen = sorted({dag for dag in momenten(record) if dag > dag_van(nu())})
    nieuw = [
        Notificatie(
            gebeurtenis=gebeurtenis.id_extern,
            betrokkene_id=wie,
            kanaal=kanaal,
            herinnering=dag.isoformat(),
            record_soort=gebeurtenis.record_soort,
            record_id=gebeurtenis.record_id,
            applicatie=afzender,
            aard=gebeurtenis.feiten.get("aard", Aard.INFORMATIE),
            categorie_id=categorie,
            handelingsperspectief=gebeurtenis.feiten.get("handelingsperspectief", ""),
            termijn=_termijn(gebeurtenis),
            volgende_op=ochtend,
            gepubliceerd_op=ochtend,
        )
        for dag in dagen
        for ochtend in [datetime.combine(dag, OCHTEND, AMSTERDAM)]
        for kanaal in kanalen
    ]
    Notificatie.objects.bulk_create(nieuw, ignore_conflicts=True)  # wat al loopt of is gegaan, blijft zoals het is


def _termijn(gebeurtenis: Gebeurtenis) -> date | None:
    termijn = gebeurtenis.feiten.get("termijn")
    return date.fromisoformat(termijn) if termijn else None


# --- wat niet meer hoeft ----------------------------------------------------------------------------------------------------
def annuleer_wachtende(record_soort: str, record_id: UUID, *, fout: str = "") -> int:
    """Wat over dit record nog moest worden verstuurd, hoeft niet meer; ook wat nog geen notificatie was. Geeft het aantal.

    Een aflevering wacht nog als de taak pas later zichtbaar wordt, of zolang de workers stilliggen.
    """
    _wachtende_afleveringen(record_soort, record_id).update(stand=Stand.GEANNULEERD, fout=fout)
    wachtend = Notificatie.objects.filter(record_soort=record_soort, record_id=record_id, stand=Stand.WACHT)
    eerste_keer = list(wachtend.filter(herinnering=""))
    aantal = wachtend.update(stand=Stand.GEANNULEERD, fout=fout)
    if eerste_keer:
        record = vergrendel(record_soort, record_id)
        for notificatie in eerste_keer:
            leg_uitkomst_vast(notificatie, Soort.NOTIFICATIE_GEANNULEERD, record)
    return aantal


def verzet_wachtende(record_soort: str, record_id: UUID, vanaf: datetime) -> int:
    """Het record wordt op een ander moment zichtbaar: wat nog moet worden verstuurd gaat dan ook pas uit. Geeft het aantal."""
    return _wachtende_afleveringen(record_soort, record_id).filter(huur_tot=None).update(volgende_op=max(vanaf, nu()))


def vernietig_notificaties(gebeurtenis: Gebeurtenis) -> None:
    """Volger: de inhoud van een record is vernietigd. Wie er waarover bericht kreeg gaat mee; het boek houdt dat het zo was."""
    Notificatie.objects.filter(record_soort=gebeurtenis.record_soort, record_id=gebeurtenis.record_id).delete()


def leg_uitkomst_vast(notificatie: Notificatie, soort: Soort, record: Vastgelegd, **feiten: Any) -> None:
    """Zet bij het (vergrendelde) record wat er met de notificatie gebeurde, zonder dat record zelf te veranderen."""
    erbij = uitkomst(notificatie, record, **feiten)
    leg_vast(record, soort, SYSTEEM, erbij.over, feiten=erbij.feiten, wijzigt=False)


def uitkomst(notificatie: Notificatie, record: Vastgelegd, **feiten: Any) -> Bijzonderheid:
    """Wat er over een notificatie in het boek van het record komt."""
    alle = {"kanaal": notificatie.kanaal, "notificatie": str(notificatie.pk), **feiten}
    if notificatie.herinnering:
        alle["herinnering"] = notificatie.herinnering
    return Bijzonderheid(record, Over(betrokkene=notificatie.betrokkene_id, applicatie=notificatie.applicatie), alle)


def _wachtende_afleveringen(record_soort: str, record_id: UUID) -> QuerySet[Aflevering]:
    return Aflevering.objects.filter(
        volger=VOLGER,
        stand=Stand.WACHT,
        gebeurtenis__record_soort=record_soort,
        gebeurtenis__record_id=record_id,
    )
