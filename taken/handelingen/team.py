"""Werk verdelen binnen een ketenpartner, en laten weten hoe het staat.

Een behandelaar pakt op, geeft door en geeft terug; een beheerder doet dat ook voor een ander; een lezer kijkt. Wie een
taak doet, heeft haar daarmee opgepakt: wie er werkt is voor collega's te zien, maar houdt niemand tegen.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from portaal.bestanden.handelingen import verstuur
from portaal.betrokkenen.models import KetenpartnerLid, KetenpartnerRol
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.handelingen import annuleer_wachtende
from portaal.notificaties.models import Contactadres
from portaal.tijd import nu
from taken.handelingen.basis import leg_taak_vast, open_taak
from taken.models import Taak, TaakSoort, plek_van

TERUGMELDING_BESTANDEN = "terugmelding"  # het veld waar haar bestanden bij horen, naast die van een formulier


class AlOpgepaktError(Exception):
    """Een collega is er al mee bezig. `lid` is wie."""

    def __init__(self, lid: KetenpartnerLid) -> None:
        super().__init__("Een collega is al met deze taak bezig.")
        self.lid = lid


def leden(toegang: Toegang) -> QuerySet[KetenpartnerLid]:
    """De collega's van de ketenpartner waarvoor deze sessie werkt, met toegang; leeg voor wie geen ketenpartner is."""
    if toegang.doelgroep is not Doelgroep.KETENPARTNER:
        return KetenpartnerLid.objects.none()
    return KetenpartnerLid.objects.select_related("ketenpartner").filter(
        ketenpartner__betrokkene=toegang.betrokkene, ketenpartner__actief=True, ingetrokken_op=None
    )


@transaction.atomic
def neem_op(pk: UUID, toegang: Toegang) -> Taak:
    """Ik doe deze taak. Heeft een collega haar al: `AlOpgepaktError`. Nog eens: geen verschil."""
    taak, ik = open_taak(pk, toegang), _ik(toegang)
    if taak.behandelaar is not None and taak.behandelaar.actief and taak.behandelaar != ik:
        raise AlOpgepaktError(taak.behandelaar)
    if taak.behandelaar != ik:
        taak.behandelaar = ik
        leg_taak_vast(taak, Soort.TAAK_OPGEPAKT, Partij.persoon(toegang))
    return taak


@transaction.atomic
def wijs_toe(pk: UUID, toegang: Toegang, lid: UUID) -> Taak:
    """Geef de taak aan een collega die haar mag doen. Die hoort het. Een taak van een ander geeft alleen een beheerder door."""
    taak, ik = open_taak(pk, toegang), _ik(toegang)
    _eis_zeggenschap(taak, ik)
    collega = leden(toegang).exclude(rol=KetenpartnerRol.LEZER).filter(pk=lid).first()
    if collega is None:
        raise MagNietError("Aan deze collega kunt u de taak niet geven.")
    if taak.behandelaar != collega:
        taak.behandelaar = collega
        leg_taak_vast(taak, Soort.TAAK_OPGEPAKT if collega == ik else Soort.TAAK_TOEGEWEZEN, Partij.persoon(toegang))
    return taak


@transaction.atomic
def geef_terug(pk: UUID, toegang: Toegang) -> Taak:
    """De taak is weer van het team. Die van een ander geeft alleen een beheerder terug."""
    taak, ik = open_taak(pk, toegang), _ik(toegang)
    _eis_zeggenschap(taak, ik)
    if taak.behandelaar is not None:
        taak.behandelaar = None
        leg_taak_vast(taak, Soort.TAAK_TERUGGEGEVEN, Partij.persoon(toegang))
    return taak


@transaction.atomic
def meld_terug(
    pk: UUID, toegang: Toegang, tekst: str, *, klaar: bool, bestanden: Sequence[Mapping[str, Any]] = ()
) -> Taak:
    """Laat de eigenaar weten hoe het staat. Met `klaar` is het werk gedaan en wacht de taak op zijn bevestiging.

    Van `bestanden` telt alleen het `id`: wat deze persoon eerder bij deze taak in de portaal zette, gaat nu mee. Is er een
    nog niet gecontroleerd: `BestandenNietKlaarError`. Is een formuliertaak klaar, dan door het formulier te versturen:
    `MagNietError`. Was een collega net eerder klaar, dan komt de terugmelding er wel bij: er gaat niets verloren dat iemand
    schreef.
    """
    taak, ik = open_taak(pk, toegang), _ik(toegang)
    if klaar and taak.soort == TaakSoort.FORMULIERTAAK:
        raise MagNietError("Deze taak is klaar als het formulier is verstuurd.")
    op = nu()
    melding: dict[str, Any] = {"op": op.isoformat(), "persoon": str(ik.persoon_id), "tekst": tekst, "klaar": klaar}
    mee = {TERUGMELDING_BESTANDEN: [dict(bestand) for bestand in bestanden]}
    melding["bestanden"] = verstuur(plek_van(taak), mee, [TERUGMELDING_BESTANDEN], toegang)[TERUGMELDING_BESTANDEN]
    taak.terugmeldingen = [*(taak.terugmeldingen or []), melding]
    neem_over(taak, toegang, alleen_vrij=not klaar)
    leg_taak_vast(
        taak,
        Soort.TAAK_TERUGGEMELD,
        Partij.persoon(toegang),
        feiten={"klaar": klaar},
        antwoorden={"terugmelding": melding},
    )
    if klaar and taak.gemeld_op is None:
        taak.gemeld_op = op
        leg_taak_vast(taak, Soort.TAAK_GEMELD, Partij.persoon(toegang))
        annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


def wie_hoort_het(gebeurtenis: Gebeurtenis) -> list[UUID]:
    """Wie een notificatie krijgt: wie de taak heeft, als hij een adres heeft; anders de geadresseerde, het hele team dus."""
    wie = gebeurtenis.feiten.get("behandelaar")
    if wie and Contactadres.objects.filter(betrokkene=wie).exists():
        return [UUID(wie)]
    return [gebeurtenis.betrokkene] if gebeurtenis.betrokkene else []


def neem_over(taak: Taak, toegang: Toegang, *, alleen_vrij: bool = False) -> None:
    """Wie iets aan de taak doet namens een ketenpartner, is vanaf nu wie eraan werkte. Voor anderen gebeurt er niets."""
    if toegang.doelgroep is Doelgroep.KETENPARTNER and not (alleen_vrij and taak.behandelaar_id):
        taak.behandelaar = leden(toegang).filter(persoon=toegang.persoon).first() or taak.behandelaar


def _ik(toegang: Toegang) -> KetenpartnerLid:
    ik = leden(toegang).filter(persoon=toegang.persoon).first()
    if ik is None:
        raise MagNietError("Alleen een ketenpartner verdeelt werk.")
    return ik


def _eis_zeggenschap(taak: Taak, ik: KetenpartnerLid) -> None:
    van_ander = taak.behandelaar is not None and taak.behandelaar.actief and taak.behandelaar != ik
    if van_ander and ik.rol != KetenpartnerRol.BEHEERDER:
        raise MagNietError("Een collega is met deze taak bezig. Een beheerder kan haar aan iemand anders geven.")
