"""Wat de persoon met zijn taak doet."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from portaal.formulieren.definitie import lees_definitie
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.partij import MagNietError, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.handelingen import annuleer_wachtende
from portaal.tijd import nu
from taken import loket
from taken.handelingen.basis import AntwoordenError, OvergangError, leg_taak_vast, vergrendel
from taken.models import Status, Taak, TaakConcept, TaakSoort


@transaction.atomic
def meld_gedaan(pk: UUID, toegang: Toegang) -> Taak:
    """De persoon zegt: ik heb dit gedaan. De taak blijft open tot de eigenaar het bevestigt. Twee keer mag."""
    door = Partij.persoon(toegang)
    taak = vergrendel(pk, door)
    eis_mag_handelen(door)
    if taak.minimaal_niveau > toegang.niveau:
        raise MagNietError("Voor deze taak is een hoger betrouwbaarheidsniveau nodig.")
    if taak.soort == TaakSoort.FORMULIERTAAK:
        raise MagNietError("Deze taak is gedaan als het formulier is verstuurd.")
    if not taak.open:
        raise OvergangError("Deze taak staat niet meer open.", taak)
    if taak.gemeld_op is None:
        taak.gemeld_op = nu()
        leg_taak_vast(taak, Soort.TAAK_GEMELD, door)
    return taak


@transaction.atomic
def bewaar_concept(pk: UUID, toegang: Toegang, gegevens: Mapping[str, Any]) -> TaakConcept:
    """Bewaar wat deze persoon al invulde bij een formuliertaak; het mag nog niet kloppen. Komt over het vorige heen.

    Geen gebeurtenis: zolang er niets is verstuurd, is er voor niemand anders iets gebeurd. Fouten: als `dien_in`.
    """
    taak = open_formulier(pk, toegang)
    concepten = TaakConcept.objects.voor(toegang).filter(taak=taak)
    concept = concepten.first() or TaakConcept(taak=taak, persoon_id=toegang.persoon)
    concept.gegevens, concept.bewaard_op = dict(gegevens), nu()
    concept.versie += 1
    concept.save()
    return concept


@transaction.atomic
def dien_in(pk: UUID, toegang: Toegang, gegevens: Mapping[str, Any]) -> Taak:
    """De persoon verstuurt het formulier: de taak is gedaan, met elk antwoord (ook de lege) in `ontvangenGegevens`.

    `gegevens` zijn de antwoorden met de types van JSON (`Ingevuld.waarden`); ze worden hier opnieuw getoetst. Heeft de
    taak een verzoektype, dan maakt het loket in dezelfde transactie het verzoek; `details["verzoek"]` noemt het. Kan zelf
    ook in een grotere transactie staan. Fouten: `AntwoordenError`; `LoketDichtError`; `OvergangError` als de taak niet meer
    open is (ook bij de tweede klik); `MagNietError` bij een te laag niveau of een andere soort taak; `Taak.DoesNotExist`
    als de taak niet van deze persoon is.
    """
    taak = open_formulier(pk, toegang)
    ingevuld = lees_definitie(taak.details["formulierDefinitie"]).lees_json(gegevens)
    if not ingevuld.geldig:
        raise AntwoordenError(ingevuld)
    door = Partij.persoon(toegang)
    taak.status, taak.uitgevoerd_op, taak.uitgevoerd_door = Status.UITGEVOERD, nu(), str(door.actor.soort)
    taak.gegevens = {**(taak.gegevens or {}), "ontvangenGegevens": ingevuld.waarden}
    if taak.verzoektype:
        verzoek = loket.neem_aan(taak, toegang, ingevuld.waarden)
        taak.details = {**taak.details, "verzoek": str(verzoek)}
    leg_taak_vast(taak, Soort.TAAK_UITGEVOERD, door, tekst=True)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


def open_formulier(pk: UUID, toegang: Toegang) -> Taak:
    """De formuliertaak die deze persoon nu kan invullen, vergrendeld."""
    door = Partij.persoon(toegang)
    taak = vergrendel(pk, door)
    eis_mag_handelen(door)
    if taak.minimaal_niveau > toegang.niveau:
        raise MagNietError("Voor deze taak is een hoger betrouwbaarheidsniveau nodig.")
    if taak.soort != TaakSoort.FORMULIERTAAK:
        raise MagNietError("Bij deze taak hoort geen formulier.")
    if not taak.open:
        raise OvergangError("Deze taak staat niet meer open.", taak)
    return taak
