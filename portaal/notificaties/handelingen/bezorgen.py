"""Versturen en de uitkomst vastleggen. Wat voor één persoon langs één kanaal wacht, gaat samen in één bericht: een bundel."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.records import vergrendel
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.wachtrij import HOOGSTENS, HUUR, NietOpnieuwError, Stand, wachttijd
from portaal.notificaties import links
from portaal.notificaties.bereikbaarheid import keuze_van
from portaal.notificaties.handelingen.herstel import niet_aangekomen
from portaal.notificaties.handelingen.klaarzetten import bundeltijd, leg_uitkomst_vast
from portaal.notificaties.herinneren import nog_nodig
from portaal.notificaties.kanalen import KANALEN
from portaal.notificaties.models import WETTELIJK, Contactadres, Kanaal, Notificatie, Status, Verificatie, Zendtempo
from portaal.notificaties.opstellen import maak_meldingen
from portaal.tijd import nu

GEEN_ADRES = str(Status.GEEN_ADRES)


@dataclass
class Bundel:
    """De notificaties die samen één bericht worden, in huur bij deze worker. Zelfde stappen als een rij in de wachtrij."""

    pk: UUID
    rijen: list[Notificatie] = field(default_factory=list)

    @property
    def opnieuw(self) -> bool:
        """Of dit niet de eerste poging is."""
        return any(rij.pogingen > 1 for rij in self.rijen)

    def nog_te_doen(self) -> bool:
        """Houd over wat nog van ons is: niet intussen geannuleerd, en de huur niet voorbij."""
        if not self.rijen or any(rij.huur_tot is None or rij.huur_tot <= nu() for rij in self.rijen):
            return False
        nog = set(self._van_mij().values_list("pk", flat=True))
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
        rijen = list(wachtend.filter(volgende_op__lte=moment).order_by("volgende_op")[:aantal])
        erbij = Q()
        for rij in rijen:
            if rij.bundel is not None:
                erbij |= Q(bundel=rij.bundel)
            else:
                zelfde = Q(betrokkene=rij.betrokkene_id, kanaal=rij.kanaal, bundel=None, huur_tot=None)
                erbij |= zelfde & (Q(herinnering="") | Q(volgende_op__lte=moment))
        if rijen:
            bekend = {rij.pk for rij in rijen}
            rijen += [rij for rij in wachtend.filter(erbij).order_by("volgende_op") if rij.pk not in bekend]
        bundels: dict[tuple[object, ...], Bundel] = {}
        for rij in rijen:
            sleutel = (rij.bundel,) if rij.bundel else (rij.betrokkene_id, rij.kanaal)
            bundel = bundels.setdefault(sleutel, Bundel(rij.bundel or rij.pk))
            bundel.rijen.append(rij)
            rij.bundel, rij.pogingen = bundel.pk, rij.pogingen + 1
            rij.volgende_op = rij.huur_tot = moment + HUUR
        Notificatie.objects.bulk_update(rijen, ["bundel", "pogingen", "volgende_op", "huur_tot"])
    return list(bundels.values())


def verstuur(bundel: Bundel) -> None:
    """Verstuur één bericht over alles in de bundel en leg vast dat het is gebeurd. Een fout van de dienst gaat omhoog."""
    eerste = bundel.rijen[0]
    kanaal = Kanaal(eerste.kanaal)
    zender = KANALEN[kanaal]
    if (vanaf := zender.vanaf(nu())) > nu():
        bundel.stel_uit(vanaf)
        return
    keuze = keuze_van(eerste.betrokkene_id)
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
    applicaties = Applicatie.objects.select_related("organisatie").in_bulk({rij.applicatie for rij in bundel.rijen})
    meldingen = maak_meldingen(bundel.rijen, applicaties)
    wettelijk = any(melding.wettelijk for melding in meldingen)
    afmelden = "" if wettelijk or keuze.gegevens is None else links.afmeldlink(keuze.gegevens.pk)
    kenmerk = zender.verstuur(str(adres.adres), meldingen, bundel.pk, keuze.taal, afmelden, bundel.opnieuw)
    _leg_verstuurd_vast(bundel, adres, kenmerk)


def _leg_verstuurd_vast(bundel: Bundel, adres: Contactadres, kenmerk: str) -> None:
    with transaction.atomic():
        # Eerst de records, dan het adres, dan de notificaties: dezelfde volgorde als een handeling die annuleert en als
        # het klaarzetten, anders wachten zij op elkaar en breekt de database er een af.
        records = {
            (soort, pk): vergrendel(soort, pk)
            for soort, pk in sorted({(r.record_soort, r.record_id) for r in bundel.rijen})
        }
        Contactadres.objects.filter(pk=adres.pk).update(bundel_tot=Greatest(F("bundel_tot"), nu() + bundeltijd()))
        for rij in bundel.rijen:
            if not rij.klaar():
                continue  # de huur was verlopen en een ander heeft haar: die legt vast
            if kenmerk:
                Notificatie.objects.filter(pk=rij.pk).update(kenmerk_extern=kenmerk)
            leg_uitkomst_vast(rij, Soort.NOTIFICATIE_VERSTUURD, records[rij.record_soort, rij.record_id])


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
