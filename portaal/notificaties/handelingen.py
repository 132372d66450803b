"""Notificaties maken, versturen en annuleren.

Een notificatie zegt van wie het komt, wat voor iets het is, of en tot wanneer een reactie nodig is, en dat u zelf naar
de portaal moet gaan (Awb 2:10). Nooit een titel, tekst, nummer of link naar het stuk zelf.
"""

from collections.abc import Collection
from datetime import date, datetime
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet

from portaal.betrokkenen.models import Aard, Applicatie
from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis
from portaal.gebeurtenissen.records import vergrendel
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Over, leg_vast
from portaal.gebeurtenissen.wachtrij import NietOpnieuwError, Stand
from portaal.notificaties.models import Contactadres, Kanaal, Notificatie
from portaal.notificaties.opstellen import stel_mail_op
from portaal.tijd import nu

GEEN_ADRES = "geen_adres"
BLIJVEND = 500  # vanaf deze SMTP-code heeft opnieuw proberen geen zin (RFC 5321, 4.2.1)
VOLGER = "notificaties"  # staat bij elke aflevering in de database


def leg_contactadres_vast(betrokkene: UUID, kanaal: Kanaal, adres: str) -> Contactadres:
    """Bewaar waar iemand te bereiken is; een eerder adres langs dit kanaal wordt vervangen."""
    contactadres, _nieuw = Contactadres.objects.update_or_create(
        betrokkene_id=betrokkene, kanaal=kanaal, defaults={"adres": adres, "geverifieerd_op": None}
    )
    return contactadres


def zet_klaar(gebeurtenis: Gebeurtenis, *, voor: Collection[UUID] | None = None) -> None:
    """Volger: maak bij deze gebeurtenis een notificatie. Twee keer aanroepen maakt er één.

    Met `voor` voor elk van hen in plaats van voor de betrokkene van de gebeurtenis: bij een zaak horen er meer.
    """
    if voor is None:
        voor = [gebeurtenis.betrokkene] if gebeurtenis.betrokkene else []
    if not voor or gebeurtenis.applicatie is None:
        return
    termijn = gebeurtenis.feiten.get("termijn")
    adressen = Contactadres.objects.filter(betrokkene__in=voor, kanaal=Kanaal.EMAIL)
    met_adres = set(adressen.values_list("betrokkene_id", flat=True))
    notificaties = [
        Notificatie(
            gebeurtenis=gebeurtenis.id_extern,
            record_soort=gebeurtenis.record_soort,
            record_id=gebeurtenis.record_id,
            betrokkene_id=betrokkene,
            applicatie=gebeurtenis.applicatie,
            kanaal=Kanaal.EMAIL,
            aard=gebeurtenis.feiten.get("aard", Aard.INFORMATIE),
            handelingsperspectief=gebeurtenis.feiten.get("handelingsperspectief", ""),
            termijn=date.fromisoformat(termijn) if termijn else None,
            stand=Stand.WACHT if betrokkene in met_adres else Stand.GEANNULEERD,
            fout="" if betrokkene in met_adres else GEEN_ADRES,
        )
        for betrokkene in dict.fromkeys(voor)
    ]
    with transaction.atomic():
        # Met het record vergrendeld: een handeling die net alles annuleert, is dan klaar of moet nog beginnen.
        vergrendel(gebeurtenis.record_soort, gebeurtenis.record_id)
        afleveringen = _wachtende_afleveringen(gebeurtenis.record_soort, gebeurtenis.record_id)
        if not afleveringen.filter(gebeurtenis=gebeurtenis).exists():
            return
        Notificatie.objects.bulk_create(notificaties, ignore_conflicts=True)
    wek("notificaties.verstuur")


def verstuur(notificatie: Notificatie) -> None:
    """Verstuur één geclaimde notificatie en leg vast dat het is gebeurd. Een fout van de mailserver gaat omhoog."""
    contactadres = Contactadres.objects.filter(betrokkene=notificatie.betrokkene_id, kanaal=notificatie.kanaal).first()
    applicatie = Applicatie.objects.select_related("organisatie").get(pk=notificatie.applicatie)
    if contactadres is None:
        # Alleen deze: bij hetzelfde record kan een ander horen die wel een adres heeft.
        Notificatie.objects.filter(pk=notificatie.pk, stand=Stand.WACHT).update(
            stand=Stand.GEANNULEERD, fout=GEEN_ADRES
        )
        return
    bericht = stel_mail_op(notificatie, applicatie, contactadres.adres)
    try:
        with get_connection() as verbinding:
            verbinding.send_messages([bericht])
    except SMTPRecipientsRefused as fout:
        if all(code >= BLIJVEND for code, _uitleg in fout.recipients.values()):
            raise NietOpnieuwError("de mailserver weigert dit adres") from None
        raise
    with transaction.atomic():
        # Eerst het record, dan de notificatie: dezelfde volgorde als een handeling die annuleert, anders wachten zij
        # op elkaar en breekt de database er een af.
        vergrendel(notificatie.record_soort, notificatie.record_id)
        if not notificatie.klaar():
            return  # de huur was verlopen en een ander heeft haar: die legt vast
        _leg_vast(notificatie, Soort.NOTIFICATIE_VERSTUURD)


def leg_mislukt_vast(notificatie: Notificatie) -> None:
    """Zet in het boek dat deze notificatie niet is gelukt: dat moet te bewijzen zijn (Awb 2:25)."""
    with transaction.atomic():
        _leg_vast(notificatie, Soort.NOTIFICATIE_MISLUKT)


def _leg_vast(notificatie: Notificatie, soort: Soort) -> None:
    """Bij het record waar de notificatie over gaat, zonder dat record zelf te veranderen."""
    leg_vast(
        vergrendel(notificatie.record_soort, notificatie.record_id),
        soort,
        SYSTEEM,
        Over(betrokkene=notificatie.betrokkene_id, applicatie=notificatie.applicatie),
        feiten={"kanaal": notificatie.kanaal, "notificatie": str(notificatie.pk)},
        wijzigt=False,
    )


def annuleer_wachtende(record_soort: str, record_id: UUID, *, fout: str = "") -> int:
    """Wat over dit record nog moest worden verstuurd, hoeft niet meer; ook wat nog geen notificatie was. Geeft het aantal.

    Een aflevering wacht nog als de taak pas later zichtbaar wordt, of zolang de workers stilliggen.
    """
    _wachtende_afleveringen(record_soort, record_id).update(stand=Stand.GEANNULEERD, fout=fout)
    return Notificatie.objects.filter(record_soort=record_soort, record_id=record_id, stand=Stand.WACHT).update(
        stand=Stand.GEANNULEERD, fout=fout
    )


def verzet_wachtende(record_soort: str, record_id: UUID, vanaf: datetime) -> int:
    """Het record wordt op een ander moment zichtbaar: wat nog moet worden verstuurd gaat dan ook pas uit. Geeft het aantal."""
    return _wachtende_afleveringen(record_soort, record_id).filter(huur_tot=None).update(volgende_op=max(vanaf, nu()))


def _wachtende_afleveringen(record_soort: str, record_id: UUID) -> QuerySet[Aflevering]:
    return Aflevering.objects.filter(
        volger=VOLGER,
        stand=Stand.WACHT,
        gebeurtenis__record_soort=record_soort,
        gebeurtenis__record_id=record_id,
    )
