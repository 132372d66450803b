"""Maken, wijzigen en verwijderen van buiten, en bijhouden wat er met het record gebeurt.

De taak, het bericht of het verzoek zelf verandert alleen door de handelingen van dat domein; hier staat welke daarvan bij
een aanroep horen, in één transactie met het object."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from berichten import handelingen as berichten
from berichten.models import Bericht
from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.models import Gebeurtenis, Vastgelegd
from portaal.inloggen.partij import MagNietError, Partij
from portaal.objecten.dialecten import RECORD_SOORT, voeg_samen
from portaal.objecten.handelingen.basis import (
    WAAROM,
    PastNietError,
    WeigerError,
    _volgend_record,
    _vorige,
    alle_records,
    haal_weg,
    loop_bij,
    meld,
    onthoud,
    record_bij,
    vergrendel,
    vergrendel_record,
)
from portaal.objecten.handelingen.bericht import maak_bericht, werk_bericht_bij
from portaal.objecten.handelingen.taak import lees_taak, meld_mankementen, werk_taak_bij, zet_stap
from portaal.objecten.handelingen.verzoek import werk_verzoek_bij
from portaal.objecten.models import (
    TAAKDIALECTEN,
    Actie,
    Dialect,
    Koppelobject,
    Objecttype,
)
from portaal.tijd import vandaag
from portaal.uuid7 import uuid7
from taken import handelingen as taken
from taken.models import Taak
from verzoeken import handelingen as verzoeken
from verzoeken.models import Status as Verzoekstatus
from verzoeken.models import Verzoek


@dataclass(frozen=True)
class NieuwObject:
    """Een object zoals het kwam; op vorm gecontroleerd."""

    data: Mapping[str, Any] = field(repr=False)
    vingerafdruk: bytes
    type_versie: int = 1
    start_op: date | None = None
    eind_op: date | None = None
    uuid: UUID | None = None


@dataclass(frozen=True)
class Objectwijziging:
    """Wat er aan een object moet veranderen; None blijft zoals het is. `heel`: `data` vervangt alles (PUT)."""

    data: Mapping[str, Any] | None = field(default=None, repr=False)
    heel: bool = False
    type_uuid: UUID | None = None
    type_versie: int | None = None
    start_op: date | None = None
    eind_op: date | None = None
    verbetert: int | None = None


@transaction.atomic
def maak_aan(
    nieuw: NieuwObject, objecttype: Objecttype | None, dialect: Dialect, door: Partij
) -> tuple[Koppelobject, bool]:
    """Maak van dit object een taak of bericht; geeft het object, en of het nieuw is (hetzelfde nog eens is dat niet).

    Zonder `objecttype` is het een klant.taak. Fouten: `WeigerError`.
    """
    applicatie = door.applicatie
    assert applicatie is not None
    pk = nieuw.uuid or uuid7()
    if nieuw.uuid and (bestaand := _al_bekend(nieuw, dialect, applicatie)):
        return bestaand, False
    object_ = Koppelobject(
        id=pk,
        applicatie=applicatie,
        objecttype=objecttype,
        dialect=dialect,
        record_soort=RECORD_SOORT[dialect],
        vingerafdruk=nieuw.vingerafdruk,
        data=dict(nieuw.data),
        type_versie=nieuw.type_versie,
        start_op=nieuw.start_op or vandaag(),
        eind_op=nieuw.eind_op,
    )
    if dialect in TAAKDIALECTEN:
        gelezen = lees_taak(object_, nieuw.data)
        try:
            taak = taken.maak_aan(
                replace(gelezen.nieuw, vingerafdruk=nieuw.vingerafdruk, herken_dubbel=True), door, pk=pk
            )
        except taken.BestaatAlError as fout:
            return vergrendel(fout.taak.pk, applicatie), False
        zet_stap(taak, gelezen.status, gelezen.antwoord, door)
        meld_mankementen(object_, gelezen)
        record: Vastgelegd = _taak(pk)
    elif dialect == Dialect.BERICHT:
        try:
            record = maak_bericht(object_, door)
        except berichten.BestaatAlError as fout_:
            return vergrendel(fout_.bericht.pk, applicatie), False
    else:
        raise WeigerError(
            [("type", "read_only", "Verzoeken maakt de portaal zelf; dit objecttype is alleen te lezen.")]
        )
    onthoud(object_, record)
    object_.save(force_insert=True)
    meld(object_, Actie.CREATE)
    return object_, True


@transaction.atomic
def werk_bij(uuid: UUID, wijziging: Objectwijziging, door: Partij) -> Koppelobject:
    """Wijzig een object; elke wijziging maakt een nieuw record, en wat er niet verandert maakt er geen.

    Is het een taak, dan gaat die mee: de eigenaar mag alles, wie een toestemming heeft mag haar uitvoeren. Wat in de
    portaal niet (meer) kan, zoals `gesloten` na `verwerkt`, staat daarna wel in het object. Fouten: `WeigerError`,
    `PastNietError`, `MagNietError`, `Koppelobject.DoesNotExist`.
    """
    applicatie = door.applicatie
    assert applicatie is not None
    object_ = vergrendel(uuid, applicatie)
    if wijziging.type_uuid and object_.objecttype and wijziging.type_uuid != object_.objecttype.uuid:
        raise WeigerError([("type", "immutable-field", "Het objecttype van een object verandert niet.")])
    record = vergrendel_record(object_)
    loop_bij(object_, record, bewaar=True)
    oud: dict[str, Any] = object_.data
    gestuurd = wijziging.data if wijziging.data is not None else {}
    nieuw = dict(gestuurd) if wijziging.heel else voeg_samen(oud, gestuurd)
    gedaan = False
    if nieuw != oud:
        if isinstance(record, Taak):
            nieuw, gedaan = werk_taak_bij(object_, record, oud, nieuw, door)
        elif isinstance(record, Bericht):
            nieuw = werk_bericht_bij(record, oud, nieuw, door)
        else:
            werk_verzoek_bij(cast(Verzoek, record), nieuw, door)
    if schrijf_record(object_, nieuw, wijziging):
        meld(object_, Actie.UPDATE if gedaan or wijziging.heel else Actie.PARTIAL_UPDATE)
    onthoud(object_, record_bij(object_))
    object_.save()
    return object_


@transaction.atomic
def verwijder(uuid: UUID, door: Partij) -> Koppelobject:
    """De eigenaar verwijdert het object. Een taak is dan ingetrokken; een verzoek overgenomen, en de persoon houdt zijn
    ontvangstbewijs; een bericht kan alleen weg zolang niemand het kan lezen (`PastNietError`).
    """
    assert door.applicatie is not None
    object_ = vergrendel(uuid, door.applicatie)
    _eis_eigenaar(object_, door)
    if object_.record_soort == Taak.record_soort:
        taken.breek_af(uuid, door, verwijder=True)
    elif object_.record_soort == Bericht.record_soort:
        try:
            berichten.trek_in_voor_publicatie(uuid, door)
        except berichten.AlTeLezenError as fout:
            raise PastNietError(str(fout)) from fout
    else:
        verzoek = cast(Verzoek, vergrendel_record(object_))
        if verzoek.status == Verzoekstatus.INGEDIEND:
            verzoeken.neem_in_behandeling(uuid, door)
    haal_weg(object_)
    return object_


def volg_record(gebeurtenis: Gebeurtenis) -> None:
    """Volger: er is iets met een taak, bericht of verzoek. Veranderde het object daardoor, dan hoort het andere systeem dat.

    Nog een keer doet niets: het object onthoudt tot welke versie het bij is.
    """
    with transaction.atomic():
        object_ = (
            Koppelobject.objects.als_systeem(WAAROM)
            .met_context()
            .select_for_update(of=("self",))
            .filter(pk=gebeurtenis.record_id, record_soort=gebeurtenis.record_soort, verwijderd_op=None)
            .first()
        )
        if object_ is None:
            return
        record = record_bij(object_)
        if isinstance(record, Taak) and record.ingetrokken_op is not None:
            haal_weg(object_)
        elif loop_bij(object_, record, bewaar=True):
            meld(object_, Actie.UPDATE)


def schrijf_record(object_: Koppelobject, data: dict[str, Any], wijziging: Objectwijziging) -> bool:
    """Een nieuw record als er iets verandert; een herhaling is geen wijziging."""
    wil = (
        wijziging.type_versie or object_.type_versie,
        wijziging.start_op or object_.start_op,
        wijziging.eind_op if wijziging.eind_op or wijziging.heel else object_.eind_op,
    )
    anders_type = wil[0] != object_.type_versie
    if data == object_.data and not anders_type and wil[2] == object_.eind_op:
        return False
    _vorige(object_, wil[1]).save(force_insert=True)
    _volgend_record(object_, data)
    object_.type_versie, object_.start_op, object_.eind_op = wil
    object_.verbetert = wijziging.verbetert
    return True


def _taak(pk: UUID) -> Taak:
    return Taak.objects.als_systeem(WAAROM).met_context().get(pk=pk)


def _al_bekend(nieuw: NieuwObject, dialect: Dialect, applicatie: Applicatie) -> Koppelobject | None:
    """Het object met deze zelfgekozen uuid als het precies hetzelfde is; is de uuid voor iets anders gebruikt: `WeigerError`."""
    assert nieuw.uuid is not None
    bestaand = Koppelobject.objects.van(applicatie).met_context().filter(pk=nieuw.uuid).first()
    if bestaand is not None and bytes(bestaand.vingerafdruk) == nieuw.vingerafdruk:
        return bestaand
    if (
        Koppelobject.objects.als_systeem(WAAROM).filter(pk=nieuw.uuid).exists()
        or alle_records(RECORD_SOORT[dialect]).filter(pk=nieuw.uuid).exists()
    ):
        raise WeigerError([("uuid", "unique", "Er is al een object met deze uuid.")])
    return None


def _eis_eigenaar(object_: Koppelobject, door: Partij) -> None:
    if door.applicatie is None or object_.applicatie_id != door.applicatie.pk:
        raise MagNietError("Alleen de applicatie die dit object heeft gemaakt, kan dit doen.")


def vernietig_object(gebeurtenis: Gebeurtenis) -> None:
    """Volger: de inhoud van een taak, bericht of verzoek is vernietigd. De kopie die het andere systeem kent gaat mee weg."""
    objecten = Koppelobject.objects.als_systeem("de bewaartermijn is voorbij")
    objecten.filter(pk=gebeurtenis.record_id, record_soort=gebeurtenis.record_soort).delete()
