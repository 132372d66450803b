"""De werkwoorden van abonnementen, en het afgeven zelf."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import Over, leg_vast
from portaal.gebeurtenissen.wachtrij import LANGSTE_WACHTTIJD, NietOpnieuwError, Stand, wachttijd
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij
from portaal.tijd import nu
from portaal.webhooks import feed
from portaal.webhooks.cloudevents import SOORTEN, TEST, TYPES, als_cloudevent, testbericht
from portaal.webhooks.models import Abonnement, Bezorging, Poging
from portaal.webhooks.ondertekenen import koppen, nieuw_geheim
from portaal.webhooks.ontvanger import AdresFout, AfgifteFout, VerbindFout, controleer_url, geef_af

PAUZE_NA = timedelta(days=3)  # zonder één gelukte afgifte
OUD_GEHEIM = timedelta(hours=24)  # zo lang geldt het vorige geheim nog, als niemand iets anders zegt
BEWAREN = timedelta(days=30)
MEESTE_WACHTEND = 1000  # per abonnement in de wachtrij; de rest wacht in het boek
TRAAG = 2.0  # seconden; wie langer doet over een bericht laat anderen eerst
WEG = 410  # Standard Webhooks: de ontvanger zegt dat hij niet meer wil


@dataclass(frozen=True)
class Gegevens:
    """Wat de eigenaar van een abonnement invult."""

    naam: str
    url: str
    types: Sequence[str] = ()
    contact: str = ""


# --- het abonnement -------------------------------------------------------------------------------------------------------
@transaction.atomic
def maak_aan(gegevens: Gegevens, door: Partij) -> tuple[Abonnement, str]:
    """Een nieuw abonnement, vanaf nu, met zijn geheim; dat is hierna niet meer te zien. Fouten: `AdresFout`."""
    controleer_url(gegevens.url)
    if door.applicatie is None:
        raise MagNietError("Alleen een applicatie kan zich abonneren.")
    geheim, vanaf = nieuw_geheim(), feed.horizon()
    abonnement = Abonnement(
        applicatie=door.applicatie,
        naam=gegevens.naam,
        url=gegevens.url,
        types=sorted(set(gegevens.types)),
        contact=gegevens.contact,
        geheimen=[{"geheim": geheim, "tot": None}],
        gelezen_xid8=vanaf.xid8,
        gelezen_volgnummer=vanaf.volgnummer,
    )
    _leg_vast(abonnement, Soort.ABONNEMENT_AANGEMAAKT, door)
    return abonnement, geheim


@transaction.atomic
def wijzig(pk: UUID, velden: dict[str, Any], door: Partij) -> Abonnement:
    """Verander naam, url, types, contact of `actief`. Weer aanzetten haalt alles in sinds de pauze. Fouten: `AdresFout`.

    Niets anders dan er al stond: geen verschil.
    """
    abonnement = _vergrendel(pk, door)
    if "url" in velden:
        controleer_url(velden["url"])
    if "types" in velden:
        velden = {**velden, "types": sorted(set(velden["types"]))}
    hervat = bool(velden.get("actief")) and abonnement.gepauzeerd_op is not None
    anders = {naam: waarde for naam, waarde in velden.items() if getattr(abonnement, naam) != waarde}
    if not anders and not hervat:
        return abonnement
    for naam, waarde in anders.items():
        setattr(abonnement, naam, waarde)
    if hervat:
        abonnement.gepauzeerd_op, abonnement.pauze_reden = None, ""
    if hervat or "url" in anders:
        abonnement.mislukt_sinds, abonnement.mislukt_op_rij, abonnement.rust_tot = None, 0, None
        _wachtend(abonnement).filter(huur_tot=None).update(volgende_op=nu())
        opgegeven = Bezorging.objects.filter(abonnement=abonnement, stand=Stand.MISLUKT, gebeurtenis__isnull=False)
        opgegeven.update(stand=Stand.WACHT, pogingen=0, volgende_op=nu(), klaar_op=None, fout="")
    _leg_vast(abonnement, Soort.ABONNEMENT_HERVAT if hervat else Soort.ABONNEMENT_GEWIJZIGD, door)
    wek("webhooks.verdeel")
    wek("webhooks.bezorg")
    return abonnement


@transaction.atomic
def vernieuw_geheim(pk: UUID, door: Partij, *, oud_geldig: timedelta = OUD_GEHEIM) -> tuple[Abonnement, str]:
    """Een nieuw geheim. Het vorige ondertekent nog zo lang mee; wat daarvóór kwam vervalt meteen."""
    abonnement = _vergrendel(pk, door)
    geheim, vorige = nieuw_geheim(), abonnement.geheimen[0]["geheim"]
    oud = [{"geheim": vorige, "tot": (nu() + oud_geldig).isoformat()}] if oud_geldig else []
    abonnement.geheimen = [{"geheim": geheim, "tot": None}, *oud]
    _leg_vast(abonnement, Soort.ABONNEMENT_GEHEIM, door)
    return abonnement, geheim


@transaction.atomic
def verwijder(pk: UUID, door: Partij) -> None:
    """Er wordt niets meer gestuurd, ook niet wat nog wachtte."""
    abonnement = _vergrendel(pk, door)
    abonnement.verwijderd_op, abonnement.actief = nu(), False
    abonnement.geheimen = []
    _wachtend(abonnement).update(stand=Stand.GEANNULEERD, klaar_op=nu())
    _leg_vast(abonnement, Soort.ABONNEMENT_VERWIJDERD, door)


@transaction.atomic
def pauzeer(pk: UUID, reden: str, door: Partij = PORTAAL) -> Abonnement:
    """Stop met sturen tot iemand het weer aanzet; de eigenaar hoort het. Al gepauzeerd: geen verschil."""
    abonnement = _vergrendel(pk, door)
    if abonnement.gepauzeerd_op is None:
        abonnement.gepauzeerd_op, abonnement.pauze_reden, abonnement.actief = nu(), reden[:200], False
        _leg_vast(abonnement, Soort.ABONNEMENT_GEPAUZEERD, door)
    return abonnement


@transaction.atomic
def probeer(pk: UUID, door: Partij) -> Bezorging:
    """Zet een testbericht klaar; ook voor een gepauzeerd abonnement. Het gaat één keer uit."""
    bezorging = Bezorging(abonnement=_vergrendel(pk, door), type=TEST)
    bezorging.save(force_insert=True)
    wek("webhooks.bezorg")
    return bezorging


@transaction.atomic
def herhaal(pk: UUID, bezorging: UUID, door: Partij) -> Bezorging:
    """Stuur nog eens wat al is gestuurd of opgegeven, met hetzelfde kenmerk. Wacht het nog, dan gaat het nu."""
    abonnement = _vergrendel(pk, door)
    rij = Bezorging.objects.select_for_update(of=("self",)).get(pk=bezorging, abonnement=abonnement)
    rij.stand, rij.pogingen, rij.volgende_op, rij.klaar_op, rij.huur_tot, rij.fout = (
        Stand.WACHT,
        0,
        nu(),
        None,
        None,
        "",
    )
    rij.save()
    wek("webhooks.bezorg")
    return rij


def _vergrendel(pk: UUID, door: Partij) -> Abonnement:
    """Het abonnement, vergrendeld; `Abonnement.DoesNotExist` als het niet van deze applicatie is."""
    abonnementen = Abonnement.objects.bestaand()
    if door is not PORTAAL:
        if door.applicatie is None:
            raise MagNietError("Alleen een applicatie heeft abonnementen.")
        abonnementen = abonnementen.filter(applicatie=door.applicatie)
    return abonnementen.select_for_update(of=("self",)).select_related("applicatie").get(pk=pk)


def _wachtend(abonnement: Abonnement) -> Any:
    return Bezorging.objects.filter(abonnement=abonnement, stand=Stand.WACHT)


def _leg_vast(abonnement: Abonnement, soort: Soort, door: Partij) -> None:
    over = Over(applicatie=abonnement.applicatie_id, organisatie=abonnement.applicatie.organisatie_id)
    status = "gepauzeerd" if abonnement.gepauzeerd_op else "actief" if abonnement.actief else "uit"
    leg_vast(abonnement, soort, door.actor, over, feiten={"status": status})


def ruim_op() -> int:
    """Verwijder bezorgingen die langer dan dertig dagen klaar of opgegeven zijn; geeft het aantal rijen."""
    return Bezorging.objects.filter(klaar_op__lt=nu() - BEWAREN).delete()[0]


# --- klaarzetten en afgeven -------------------------------------------------------------------------------------------------
def zet_klaar(pk: UUID, tot: feed.Plek, aantal: int) -> tuple[int, bool]:
    """Maak bezorgingen van de volgende gebeurtenissen: (hoeveel, of er nog meer is). Binnen een transactie.

    Het abonnement onthoudt tot waar; gaat er hierna iets mis, dan is ook dat teruggedraaid.
    """
    abonnement = (
        Abonnement.objects.bestaand()
        .select_for_update(of=("self",))
        .select_related("applicatie")
        .filter(pk=pk, actief=True, gepauzeerd_op=None, applicatie__actief=True)
        .first()
    )
    if abonnement is None or _wachtend(abonnement).count() >= MEESTE_WACHTEND:
        return 0, False
    soorten = {SOORTEN[type_] for type_ in abonnement.types if type_ in SOORTEN}
    if abonnement.types and not soorten:
        return 0, False
    gelezen = feed.lees(abonnement.applicatie, abonnement.gelezen, tot, aantal, soorten)
    vanaf = max(nu(), abonnement.rust_tot or nu())
    nieuw = Bezorging.objects.bulk_create(
        [
            Bezorging(abonnement=abonnement, gebeurtenis=g, type=TYPES[g.soort], volgende_op=vanaf)
            for g in gelezen
            if g.op >= abonnement.aangemaakt_op
        ],
        ignore_conflicts=True,
    )
    vol = len(gelezen) == aantal
    plek = feed.Plek.van(gelezen[-1]) if vol else max(tot, abonnement.gelezen)
    Abonnement.objects.filter(pk=pk).update(gelezen_xid8=plek.xid8, gelezen_volgnummer=plek.volgnummer)
    if nieuw:
        wek("webhooks.bezorg")
    return len(nieuw), vol


def bezorg(bezorging: Bezorging) -> None:
    """Geef één geclaimde bezorging af. Lukt het niet, dan gaat de fout omhoog en komt zij later opnieuw.

    Het hele abonnement rust dan even: een dode ontvanger kost één poging per keer, niet één per bericht.
    """
    abonnement = Abonnement.objects.get(pk=bezorging.abonnement_id)
    test = bezorging.gebeurtenis_id is None
    if abonnement.verwijderd_op is not None:
        raise NietOpnieuwError("abonnement verwijderd")
    if not abonnement.actief and not test:
        # Blijft wachten tot het abonnement weer aan staat; hervatten zet haar naar voren.
        Bezorging.objects.filter(pk=bezorging.pk, huur_tot=bezorging.huur_tot).update(
            volgende_op=nu() + timedelta(hours=1), huur_tot=None, pogingen=F("pogingen") - 1
        )
        return
    begin = time.monotonic()
    status: int | None = None
    wacht = timedelta(0)
    fout: Exception | None = None
    try:
        status = geef_af(abonnement.url, *_bericht(bezorging, abonnement))
    except VerbindFout as e:
        status, fout = e.status, e
        if isinstance(e, AfgifteFout):
            wacht = min(e.wacht or wacht, LANGSTE_WACHTTIJD)
    except AdresFout as e:
        fout = e
    duur = time.monotonic() - begin
    tekst = str(fout)[:200] if fout else ""
    Poging(bezorging=bezorging, op=nu(), duur_ms=int(duur * 1000), status=status, fout=tekst).save(force_insert=True)
    if fout is None:
        bezorging.klaar()
        Abonnement.objects.filter(pk=abonnement.pk).update(
            gelukt_op=nu(), mislukt_sinds=None, mislukt_op_rij=0, rust_tot=None
        )
        if duur > TRAAG:
            _laat_rusten(abonnement, timedelta(seconds=duur))
        return
    if test:
        raise NietOpnieuwError(tekst)
    _tel_mislukt(abonnement, tekst, status, wacht)
    raise NietAfgegeven(tekst) from fout


class NietAfgegeven(Exception):
    """Deze poging mislukte; waarom staat bij de poging."""


def _bericht(bezorging: Bezorging, abonnement: Abonnement) -> tuple[bytes, dict[str, str]]:
    """De inhoud, elke poging precies gelijk, en de koppen, ondertekend met het moment van nu."""
    if bezorging.gebeurtenis is None:
        event = testbericht(bezorging.pk, abonnement.pk, bezorging.aangemaakt_op)
    else:
        event = als_cloudevent(bezorging.gebeurtenis)
    inhoud = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    vast = {"Content-Type": "application/cloudevents+json; charset=utf-8", "User-Agent": "mijn-omgeving-webhooks/1"}
    return inhoud, vast | koppen(abonnement.geldige_geheimen(), event["id"], int(nu().timestamp()), inhoud)


def _laat_rusten(abonnement: Abonnement, hoelang: timedelta) -> None:
    """De bezorgingen van dit abonnement, ook die er nog bij komen, zijn niet eerder dan daarna aan de beurt."""
    Abonnement.objects.filter(pk=abonnement.pk).update(rust_tot=nu() + hoelang)
    _wachtend(abonnement).filter(huur_tot=None).update(volgende_op=Greatest(F("volgende_op"), nu() + hoelang))


def _tel_mislukt(abonnement: Abonnement, fout: str, status: int | None, wacht: timedelta) -> None:
    """Tel, laat rusten (ten minste zo lang als de ontvanger vroeg), en pauzeer wie al dagen niet antwoordt of niet meer wil."""
    sinds = abonnement.mislukt_sinds or nu()
    Abonnement.objects.filter(pk=abonnement.pk).update(mislukt_sinds=sinds, mislukt_op_rij=F("mislukt_op_rij") + 1)
    _laat_rusten(abonnement, max(wachttijd(abonnement.mislukt_op_rij + 1), wacht))
    if status == WEG:
        pauzeer(abonnement.pk, "de ontvanger wil geen berichten meer (410)")
    elif nu() - sinds >= PAUZE_NA:
        pauzeer(abonnement.pk, f"al {PAUZE_NA.days} dagen niets af te geven: {fout}")
