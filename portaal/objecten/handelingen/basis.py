"""Wat de handelingen van een object delen: het bijhouden, melden aan de Notificaties API, vinden en vergrendelen."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import slugify

from berichten.models import Bericht
from portaal.betrokkenen.models import Applicatie, Categorie, host_toegestaan
from portaal.formulieren.herkomst import met_herkomst, zoek
from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.objecten.dialecten import toon
from portaal.objecten.handelingen.koppelfouten import los_op
from portaal.objecten.models import (
    Actie,
    Dialect,
    Koppelfoutsoort,
    Koppelobject,
    Objectmelding,
    Objectversie,
)
from portaal.tijd import nu, vandaag
from taken.dialecten.objecten import Bij
from taken.models import Status, Taak
from verzoeken.models import Verzoek

WAAROM = "het object zelf is al door de poort, of de portaal houdt het bij"


class WeigerError(Exception):
    """Dit object kan de portaal niet aannemen. `fouten` is (pad binnen het verzoek, code, uitleg), alles tegelijk."""

    def __init__(self, fouten: list[tuple[str, str, str]]) -> None:
        super().__init__("; ".join(code for _pad, code, _uitleg in fouten))
        self.fouten = fouten


class PastNietError(Exception):
    """Dit kan niet (meer) met dit object; de tekst is voor wie het probeerde."""


def loop_bij(object_: Koppelobject, record: Vastgelegd, *, bewaar: bool = False) -> bool:
    """Breng het object bij wat er sindsdien met het record gebeurde; True als er daardoor een nieuw record is.

    Zonder `bewaar` alleen in het geheugen, om te lezen.
    """
    if record.versie == object_.gezien_versie:
        return False
    nieuw = toon(object_.dialect, object_.data, record, bij_van(object_))
    veranderd: bool = nieuw != object_.data
    if veranderd:
        if bewaar:
            _vorige(object_).save(force_insert=True)
        _volgend_record(object_, nieuw)
    if not bewaar:
        return veranderd
    onthoud(object_, record)
    object_.save()
    return veranderd


def _vorige(object_: Koppelobject, tot: date | None = None) -> Objectversie:
    """Het record dat nu het laatste is, als eerder record: het eindigt waar het volgende begint."""
    velden = ("index", "type_versie", "data", "start_op", "registratie_op", "verbetert")
    return Objectversie(object=object_, eind_op=tot or vandaag(), **{naam: getattr(object_, naam) for naam in velden})


def _volgend_record(object_: Koppelobject, data: dict[str, Any]) -> None:
    object_.index += 1
    object_.data, object_.start_op, object_.registratie_op, object_.verbetert = data, vandaag(), vandaag(), None


def onthoud(object_: Koppelobject, record: Vastgelegd) -> None:
    """Tot welke versie het object bij is, en of het andere systeem nu aan zet is."""
    object_.gezien_versie = record.versie
    if isinstance(record, Taak):
        object_.gedaan_op = record.uitgevoerd_op if record.status == Status.UITGEVOERD else None
        if record.status != Status.UITGEVOERD:
            los_op(object_.pk, [Koppelfoutsoort.NIET_VERWERKT])


def haal_weg(object_: Koppelobject) -> None:
    """Het object is er voor het andere systeem niet meer; wie luistert hoort dat."""
    object_.verwijderd_op, object_.gedaan_op = nu(), None
    object_.save()
    los_op(object_.pk, [Koppelfoutsoort.NIET_VERWERKT])
    meld(object_, Actie.DESTROY)


def meld(object_: Koppelobject, actie: Actie) -> None:
    """Zet een melding aan de Notificaties API klaar, in dezelfde transactie; de worker stuurt haar na de commit."""
    koppeling = object_.objecttype.koppeling if object_.objecttype else None
    if koppeling is not None and koppeling.notificaties_url:
        Objectmelding(object=object_, koppeling=koppeling, actie=actie).save(force_insert=True)
        wek("objecten.verstuur")


def bij_van(object_: Koppelobject) -> Bij:
    """Wat een taakdialect van de koppeling moet weten. Pas als het nodig is volgt er een query."""
    hosts = [*object_.applicatie.formulier_hosts]
    koppeling = object_.objecttype.koppeling if object_.objecttype else None
    categorie = categorie_van(object_, {})
    hosts += categorie.formulier_hosts if categorie else []
    host_mag: Callable[[str], bool] = partial(host_toegestaan, toegestaan=hosts)
    return Bij(
        formulier=partial(_formulier, object_.applicatie_id),
        host_mag=host_mag,
        zone=koppeling.zone if koppeling else Bij().zone,
        linkparameter=koppeling.linkparameter if koppeling else "",
    )


def _formulier(applicatie: UUID, naam: str) -> Mapping[str, Any] | None:
    gevonden = zoek(naam, applicatie)
    return met_herkomst(gevonden) if gevonden else None


def categorie_van(object_: Koppelobject, data: Mapping[str, Any]) -> Categorie | None:
    """Die van het objecttype; anders die met de code van de eigenaar; anders die van de applicatie (None)."""
    if object_.objecttype and object_.objecttype.categorie_id:
        return object_.objecttype.categorie
    eigenaar = data.get("eigenaar") if object_.dialect == Dialect.V2 else None
    return Categorie.objects.filter(code=slugify(eigenaar)).first() if isinstance(eigenaar, str) and eigenaar else None


def records_van(objecten: Iterable[Koppelobject]) -> dict[UUID, Vastgelegd]:
    """De records bij deze objecten: één query per soort record. De objecten zelf kwamen al door de poort."""
    per_soort: dict[str, list[UUID]] = {}
    for object_ in objecten:
        per_soort.setdefault(object_.record_soort, []).append(object_.pk)
    gevonden: dict[UUID, Vastgelegd] = {}
    for soort, pks in per_soort.items():
        gevonden |= {record.pk: record for record in alle_records(soort).filter(pk__in=pks)}
    return gevonden


def met_taakstatus(objecten: QuerySet[Koppelobject], statussen: Collection[Status]) -> QuerySet[Koppelobject]:
    """Alleen de objecten waarvan de taak nu een van deze statussen heeft."""
    taken_ = Taak.objects.als_systeem(WAAROM).filter(status__in=statussen, pk=OuterRef("pk"))
    return objecten.filter(Exists(taken_))


def alle_records(soort: str) -> Any:
    """Elk record van deze soort, met wat een dialect ervan wil weten."""
    if soort == Taak.record_soort:
        return Taak.objects.als_systeem(WAAROM).met_context()
    if soort == Bericht.record_soort:
        return Bericht.objects.als_systeem(WAAROM).met_context()
    return Verzoek.objects.als_systeem(WAAROM).met_context()


def record_bij(object_: Koppelobject) -> Vastgelegd:
    """Het record achter dit object."""
    record: Vastgelegd = alle_records(object_.record_soort).get(pk=object_.pk)
    return record


def vergrendel_record(object_: Koppelobject) -> Vastgelegd:
    """Het record achter dit object, vergrendeld."""
    record: Vastgelegd = alle_records(object_.record_soort).select_for_update(of=("self",)).get(pk=object_.pk)
    return record


def vergrendel(uuid: UUID, applicatie: Applicatie) -> Koppelobject:
    """Het object dat deze applicatie mag zien, vergrendeld; `Koppelobject.DoesNotExist` als zij het niet mag zien."""
    return Koppelobject.objects.van(applicatie).met_context().select_for_update(of=("self",)).get(pk=uuid)
