"""Versturen en de uitkomst vastleggen. Wat voor één persoon langs één kanaal wacht, gaat samen in één bericht: een bundel."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.records import vergrendel, vergrendel_alle
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, leg_samen_vast
from portaal.gebeurtenissen.wachtrij import (
    HOOGSTENS,
    HUUR,
    NietOpnieuwError,
    Stand,
    wachttijd,
    werk_af,
    zonder_meegesleurd,
)
from portaal.notificaties import links
from portaal.notificaties.bereikbaarheid import Keuze, bezorgkeuzes_van
from portaal.notificaties.handelingen.herstel import niet_aangekomen
from portaal.notificaties.handelingen.klaarzetten import bundeltijd, leg_uitkomst_vast, uitkomst
from portaal.notificaties.herinneren import nog_nodig
from portaal.notificaties.kanalen import KANALEN
from portaal.notificaties.models import WETTELIJK, Contactadres, Kanaal, Notificatie, Status, Verificatie, Zendtempo
from portaal.notificaties.opstellen import maak_meldingen
from portaal.tijd import nu

log = logging.getLogger(__name__)

PER_STAPEL = 50
VERS = 1.0  # seconden: ouder zijn de keuzes van de ontvangers niet, en langer wacht een uitkomst niet op vastleggen

DATABASE_WEG = 60  # seconden die een worker op de database wacht om vast te leggen wat al weg is; korter dan de huur


@dataclass
class Bundel:
    """De notificaties die samen één bericht worden, in huur bij deze worker. Zelfde stappen als een rij in de wachtrij."""

    pk: UUID
    rijen: list[Notificatie] = field(default_factory=list)

    @property
    def opnieuw(self) -> bool:
        """Of dit niet de eerste poging is."""
        return any(rij.pogingen > 1 for rij in self.rijen)

    @property
    def uitgeput(self) -> bool:
        """Of dit al zo vaak is geprobeerd als mag, en elke worker erbij stierf."""
        return any(rij.uitgeput for rij in self.rijen)

    def nog_te_doen(self) -> bool:
        """Houd over wat nog van ons is: niet intussen geannuleerd, en de huur niet voorbij."""
        if not self.rijen or any(rij.huur_tot is None or rij.huur_tot <= nu() for rij in self.rijen):
            return False
        # Met de hand: dit gebeurt vlak voor elk bericht, en de ORM doet er vijf keer zo lang over als de database.
        tabel = connection.ops.quote_name(Notificatie._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {tabel} WHERE id = ANY(%s) AND stand = %s AND huur_tot = %s",  # noqa: S608  (onze eigen tabelnaam)
                [[rij.pk for rij in self.rijen], str(Stand.WACHT), self.rijen[0].huur_tot],
            )
            nog = {pk for (pk,) in cursor.fetchall()}
        self.rijen = [rij for rij in self.rijen if rij.pk in nog]
        return bool(self.rijen)

    def laat_los(self) -> None:
        """Geef terug zonder iets te hebben gedaan."""
        self._van_mij().update(volgende_op=nu(), huur_tot=None, pogingen=F("pogingen") - 1)

    def stel_uit(self, tot: datetime) -> None:
        """Nu mag dit kanaal niemand storen; dat telt niet als poging."""
        self._van_mij().update(volgende_op=tot, huur_tot=None, pogingen=F("pogingen") - 1)

    def probeer_later(self, fout: str) -> bool:
        """Wacht langer dan de vorige keer. True als dit de laatste poging was."""
        pogingen = max(rij.pogingen for rij in self.rijen)
        if pogingen >= HOOGSTENS:
            return self.geef_op(fout)
        self._van_mij().update(volgende_op=nu() + wachttijd(pogingen), huur_tot=None, fout=fout[:200])
        return False

    def geef_op(self, fout: str) -> bool:
        """Het lukt niet. False als niets meer van ons was."""
        return bool(self._van_mij().update(stand=Stand.MISLUKT, huur_tot=None, fout=fout[:200], klaar_op=nu()))

    def _van_mij(self) -> QuerySet[Notificatie]:
        huur = self.rijen[0].huur_tot if self.rijen else None
        return Notificatie.objects.filter(pk__in=[r.pk for r in self.rijen], stand=Stand.WACHT, huur_tot=huur)


def claim(aantal: int) -> list[Bundel]:
    """Neem ten hoogste `aantal` berichten in huur, met alles wat voor dezelfde persoon langs hetzelfde kanaal wacht.

    Wat al eens samen is geprobeerd blijft samen en houdt zijn kenmerk; daar komt niets bij.
    """
    moment = nu()
    with transaction.atomic():
        wachtend = Notificatie.objects.select_for_update(skip_locked=True, of=("self",)).filter(stand=Stand.WACHT)
        rijen = zonder_meegesleurd(wachtend.filter(volgende_op__lte=moment).order_by("volgende_op")[:aantal])
        if not rijen:
            return []
        bundels: dict[object, Bundel] = {}

        def voeg_toe(rij: Notificatie) -> None:
            bundels.setdefault(_sleutel(rij), Bundel(rij.bundel or rij.pk)).rijen.append(rij)

        for rij in rijen:
            voeg_toe(rij)
        vrij = Q(bundel=None, huur_tot=None, betrokkene__in={rij.betrokkene_id for rij in rijen if rij.bundel is None})
        samen = Q(bundel__in={rij.bundel for rij in rijen if rij.bundel is not None})
        erbij = wachtend.filter(samen | vrij & (Q(herinnering="") | Q(volgende_op__lte=moment)))
        for rij in erbij.exclude(pk__in=[rij.pk for rij in rijen]).order_by("volgende_op"):
            if _sleutel(rij) in bundels:
                voeg_toe(rij)
        for bundel in bundels.values():
            for rij in bundel.rijen:
                rij.bundel, rij.pogingen = bundel.pk, rij.pogingen + 1
                rij.volgende_op = rij.huur_tot = moment + HUUR
            if len(bundel.rijen) > 1:
                Notificatie.objects.filter(pk__in=[rij.pk for rij in bundel.rijen]).update(bundel=bundel.pk)
        Notificatie.objects.filter(pk__in=[rij.pk for b in bundels.values() for rij in b.rijen]).update(
            bundel=Coalesce("bundel", "id"),
            pogingen=F("pogingen") + 1,
            volgende_op=moment + HUUR,
            huur_tot=moment + HUUR,
        )
    return list(bundels.values())


def _sleutel(rij: Notificatie) -> object:
    return rij.bundel or (rij.betrokkene_id, rij.kanaal)


# --- versturen --------------------------------------------------------------------------------------------------------------
@dataclass
class Verstuurd:
    """Een bundel die de deur uit is en nog moet worden vastgelegd."""

    bundel: Bundel
    adres: Contactadres
    kenmerk: str


class Ronde:
    """Eén ronde van een worker: hij neemt stapels in huur, verstuurt bericht voor bericht, en legt de uitkomsten samen vast.

    Een uitkomst wacht hoogstens `VERS` seconden en het bericht dat dan loopt. Sterft hij in die tijd, dan gaat wat nog niet
    was vastgelegd na de huur nog eens, met hetzelfde kenmerk.
    """

    def __init__(self, tot: float) -> None:
        self._tot = tot
        self._stapel: list[Bundel] = []
        self._gelezen_op = 0.0
        self._keuzes: dict[UUID, Keuze] = {}
        self._applicaties: dict[UUID, Applicatie] = {}
        self._verstuurd: list[Verstuurd] = []
        self._oudste = 0.0

    def werk_af(self) -> int:
        """Verstuur wat aan de beurt is; geeft het aantal geprobeerde berichten."""
        per_keer = PER_STAPEL
        if settings.NOTIFICATIE_PER_SECONDE:  # hoogstens een seconde vooruit, anders gaat het met horten en stoten
            per_keer = max(1, min(per_keer, int(settings.NOTIFICATIE_PER_SECONDE)))
        return werk_af(
            self._claim, self._verstuur, per_keer, na_opgeven=leg_mislukt_vast, na_stapel=self._leg_verstuurd_vast
        )

    def _claim(self, aantal: int) -> list[Bundel]:
        self._stapel = claim(aantal)
        if self._stapel and not wacht_op_beurt("alle", len(self._stapel), self._tot):
            for bundel in self._stapel:
                bundel.laat_los()
            self._stapel = []
        self._gelezen_op = 0.0
        return self._stapel

    def _ververs(self) -> None:
        """Lees wat de ontvangers hebben gekozen, voor de hele stapel in één keer; nooit ouder dan `VERS`."""
        if self._gelezen_op and time.monotonic() - self._gelezen_op < VERS:
            return
        rijen = [rij for bundel in self._stapel for rij in bundel.rijen]
        self._keuzes = bezorgkeuzes_van(rij.betrokkene_id for rij in rijen)
        self._applicaties = Applicatie.objects.select_related("organisatie").in_bulk({rij.applicatie for rij in rijen})
        self._gelezen_op = time.monotonic()

    def _verstuur(self, bundel: Bundel) -> None:
        """Verstuur één bericht over alles in de bundel. Een fout van de dienst gaat omhoog."""
        eerste = bundel.rijen[0]
        kanaal = Kanaal(eerste.kanaal)
        zender = KANALEN[kanaal]
        if (vanaf := zender.vanaf(nu())) > nu():
            bundel.stel_uit(vanaf)
            return
        self._ververs()
        keuze = self._keuzes[eerste.betrokkene_id]
        adres = keuze.adressen.get(kanaal)
        if adres is None:
            _laat_vallen(bundel, bundel.rijen, Status.GEEN_ADRES)
            return
        af = bool(keuze.gegevens and keuze.gegevens.ziet_af_sinds)
        dienst = keuze.gegevens is None or keuze.gegevens.dienstmail
        uit = [
            rij
            for rij in bundel.rijen
            if af
            or keuze.voorkeuren.get((rij.categorie_id or 0, kanaal)) is False
            or not (dienst or (rij.aard in WETTELIJK and not rij.herinnering))
        ]
        overbodig = [rij for rij in bundel.rijen if rij not in uit and rij.herinnering and not nog_nodig(rij)]
        _laat_vallen(bundel, uit, Status.AFGEZIEN)
        _laat_vallen(bundel, overbodig, None)
        if not bundel.rijen:
            return
        meldingen = maak_meldingen(bundel.rijen, self._applicaties)
        wettelijk = any(melding.wettelijk for melding in meldingen)
        afmelden = "" if wettelijk or keuze.gegevens is None else links.afmeldlink(keuze.gegevens.pk)
        kenmerk = zender.verstuur(str(adres.adres), meldingen, bundel.pk, keuze.taal, afmelden, bundel.opnieuw)
        if not self._verstuurd:
            self._oudste = time.monotonic()
        self._verstuurd.append(Verstuurd(bundel, adres, kenmerk))
        if time.monotonic() - self._oudste >= VERS:
            self._leg_verstuurd_vast()

    def _leg_verstuurd_vast(self) -> None:
        """Leg vast wat de deur uit is. Lukt het samen niet, dan een voor een: één stuk record houdt de andere niet op.

        Valt de database net weg, dan wacht de worker op haar: alleen hij weet dat deze e-mails al weg zijn.
        """
        verstuurd, self._verstuurd = self._verstuurd, []
        if not verstuurd:
            return
        try:
            tot = time.monotonic() + DATABASE_WEG
            while True:
                try:
                    _leg_vast(verstuurd)
                    return
                except (OperationalError, InterfaceError):  # weg, opnieuw gestart, of twee die op elkaar wachtten
                    if time.monotonic() >= tot or connection.in_atomic_block:
                        raise
                    connection.close()
                    time.sleep(1)
        except Exception as fout:  # noqa: BLE001  (hieronder telt elke fout apart)
            log.warning("uitkomst_samen_mislukt aantal=%s fout=%s", len(verstuurd), type(fout).__name__)
            for een in verstuurd:
                self._leg_een_vast(een)

    def _leg_een_vast(self, een: Verstuurd) -> None:
        try:
            _leg_vast([een])
        except Exception as fout:  # noqa: BLE001  (telt als mislukte poging: later opnieuw, met hetzelfde kenmerk)
            log.warning("wachtrij_later soort=Bundel rij=%s fout=%s", een.bundel.pk, type(fout).__name__)
            if een.bundel.probeer_later(type(fout).__name__):
                leg_mislukt_vast(een.bundel)


def _leg_vast(verstuurd: Sequence[Verstuurd]) -> None:
    with transaction.atomic():
        # Eerst de records, dan de adressen, dan de notificaties: dezelfde volgorde als een handeling die annuleert en als
        # het klaarzetten, anders wachten zij op elkaar en breekt de database er een af.
        rijen = [rij for een in verstuurd for rij in een.bundel.rijen]
        records = vergrendel_alle({(rij.record_soort, rij.record_id) for rij in rijen})
        adressen = Contactadres.objects.select_for_update().filter(pk__in={een.adres.pk for een in verstuurd})
        adres_pks = list(adressen.order_by("betrokkene", "kanaal").values_list("pk", flat=True))
        Contactadres.objects.filter(pk__in=adres_pks).update(bundel_tot=Greatest(F("bundel_tot"), nu() + bundeltijd()))
        huur_van = dict(
            Notificatie.objects.select_for_update()
            .filter(pk__in=[rij.pk for rij in rijen], stand__in=[Stand.WACHT, Stand.GEANNULEERD])
            .order_by("pk")
            .values_list("pk", "huur_tot")
        )
        # Is de huur verlopen en heeft een ander haar, dan legt die vast. Wat intussen is geannuleerd, is toch verstuurd.
        van_mij = [rij for rij in rijen if rij.pk in huur_van and huur_van[rij.pk] == rij.huur_tot]
        Notificatie.objects.filter(pk__in=[rij.pk for rij in van_mij]).update(
            stand=Stand.KLAAR, klaar_op=nu(), huur_tot=None, fout=""
        )
        for een in verstuurd:
            if een.kenmerk:
                Notificatie.objects.filter(pk__in=[rij.pk for rij in een.bundel.rijen if rij in van_mij]).update(
                    kenmerk_extern=een.kenmerk
                )
        leg_samen_vast(
            [uitkomst(rij, records[rij.record_soort, rij.record_id]) for rij in van_mij],
            Soort.NOTIFICATIE_VERSTUURD,
            SYSTEEM,
        )


def _laat_vallen(bundel: Bundel, rijen: Sequence[Notificatie], waarom: Status | None) -> None:
    """Deze hoeven niet (meer): zonder adres, afgezien, of een herinnering die niet meer nodig is."""
    soorten = {Status.GEEN_ADRES: Soort.NOTIFICATIE_GEEN_ADRES, Status.AFGEZIEN: Soort.NOTIFICATIE_AFGEZIEN}
    for rij in rijen:
        with transaction.atomic():
            record = vergrendel(rij.record_soort, rij.record_id)
            nog = Notificatie.objects.filter(pk=rij.pk, stand=Stand.WACHT, huur_tot=rij.huur_tot)
            if (
                nog.update(stand=Stand.GEANNULEERD, fout=waarom or "", klaar_op=nu(), huur_tot=None)
                and not rij.herinnering
            ):
                leg_uitkomst_vast(rij, soorten[waarom] if waarom else Soort.NOTIFICATIE_GEANNULEERD, record)
    bundel.rijen = [rij for rij in bundel.rijen if rij not in rijen]


def leg_mislukt_vast(bundel: Bundel) -> None:
    """Zet in het boek dat dit niet is gelukt (Awb 2:25), en probeer het langs een andere weg (Awb 2:11)."""
    for pk in [rij.pk for rij in bundel.rijen]:
        niet_aangekomen(pk)


# --- wat de ontvangende kant meldt ------------------------------------------------------------------------------------------
def meld_bezorgd(bundel: UUID) -> int:
    """Er is bewijs dat dit bericht is aangekomen. Geeft het aantal notificaties; nog eens melden verandert niets."""
    aantal = 0
    for rij in _van_bundel(bundel):
        with transaction.atomic():
            record = vergrendel(rij.record_soort, rij.record_id)
            if Notificatie.objects.filter(pk=rij.pk, stand=Stand.KLAAR, bezorgd_op=None).update(bezorgd_op=nu()):
                leg_uitkomst_vast(rij, Soort.NOTIFICATIE_BEZORGD, record)
                aantal += 1
    return aantal


def meld_onbestelbaar(bundel: UUID, fout: str, *, adres_is_fout: bool = True) -> int:
    """Er is bewijs dat dit bericht niet is aangekomen. `fout` is een soort, zonder gegevens. Geeft het aantal notificaties."""
    aantal = 0
    for rij in _van_bundel(bundel):
        geraakt = Notificatie.objects.filter(pk=rij.pk, stand=Stand.KLAAR).update(
            stand=Stand.MISLUKT, fout=fout[:200], bezorgd_op=None
        )
        if geraakt:
            niet_aangekomen(rij.pk, adres_is_fout=adres_is_fout)
            aantal += 1
    return aantal


def _van_bundel(bundel: UUID) -> list[Notificatie]:
    return list(Notificatie.objects.filter(bundel=bundel).order_by("record_soort", "record_id"))


# --- verificaties -----------------------------------------------------------------------------------------------------------
def verstuur_verificatie(verificatie: Verificatie) -> None:
    """Verstuur de code. Is zij intussen vervallen of verlopen, dan hoeft het niet meer."""
    if verificatie.vervallen_op is not None or verificatie.bevestigd_op is not None or verificatie.verloopt_op <= nu():
        raise NietOpnieuwError("de verificatie is vervallen")
    KANALEN[Kanaal(verificatie.kanaal)].verstuur_verificatie(
        str(verificatie.adres),
        verificatie.pk,
        verificatie.taal,
        links.code_van(verificatie.pk),
        links.bevestiglink(verificatie.pk),
    )
    verificatie.klaar()


# --- tempo ------------------------------------------------------------------------------------------------------------------
def wacht_op_beurt(kanaal: str, aantal: int, tot: float) -> bool:
    """Wacht tot er `aantal` berichten weg mogen volgens `NOTIFICATIE_PER_SECONDE`; False als dat niet lukt vóór `tot`.

    Alle workers delen één teller in de database: samen gaan zij nooit sneller. Nul is zonder grens.
    """
    if not settings.NOTIFICATIE_PER_SECONDE:
        return True
    duur = timedelta(seconds=aantal / settings.NOTIFICATIE_PER_SECONDE)
    while True:
        with transaction.atomic():
            Zendtempo.objects.get_or_create(kanaal=kanaal, defaults={"tot": nu()})
            rij = Zendtempo.objects.select_for_update().get(kanaal=kanaal)
            wachten = (rij.tot - nu()).total_seconds()
            if wachten <= 0:
                Zendtempo.objects.filter(pk=kanaal).update(tot=max(rij.tot, nu()) + duur)
                return True
        if time.monotonic() + wachten >= tot:
            return False
        time.sleep(min(wachten, 1.0))
