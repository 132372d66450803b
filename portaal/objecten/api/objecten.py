"""Objecten maken, lezen, zoeken, wijzigen en verwijderen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portaal.api.idempotentie import vingerafdruk_van
from portaal.objecten import handelingen
from portaal.objecten.api.basis import ObjectenView
from portaal.objecten.api.vorm import (
    ObjectenFilterSerializer,
    ObjectPatchSerializer,
    ObjectSerializer,
    RecordSerializer,
    ZoekSerializer,
    envelop,
    lees,
    record_van,
)
from portaal.objecten.models import (
    Dialect,
    Koppelfoutsoort,
    Koppelobject,
    KoppelobjectQuerySet,
    Objecttype,
    objecttype_uuid,
)
from portaal.objecten.zoeken import Voorwaarde, ZoekFout, lees_voorwaarden

MEESTE_DOORZOEKEN = 2000


_ORDENING = {
    "record__startAt": "start_op",
    "record__endAt": "eind_op",
    "record__registrationAt": "registratie_op",
    "record__index": "index",
    "record__typeVersion": "type_versie",
}


class ObjectenMeer(ObjectenView):
    """Wat lijst en zoeken delen."""

    def objecten(self) -> QuerySet[Koppelobject]:
        """Wat deze applicatie mag zien, in volgorde van maken."""
        eigen = Koppelobject.objects.van(self.applicatie).met_context().filter(objecttype__isnull=False)
        return eigen.order_by("id")

    def vind(self, vraag: Mapping[str, Any], los: Sequence[str]) -> Response:
        """De objecten die aan de vraag voldoen, een pagina."""
        objecten = self._geordend(self._gefilterd(vraag), vraag.get("ordering"))
        try:
            voorwaarden = lees_voorwaarden([vraag.get("data_attrs") or ""]) + lees_voorwaarden(los, los=True)
        except ZoekFout as fout:
            raise ValidationError({"data_attrs": [ErrorDetail(str(fout), "invalid")]}) from fout
        bevat = str(vraag.get("data_icontains") or "").lower()
        if vraag.get("geometry") is not None:
            objecten = objecten.none()
        rijen: Any = self._doorzoek(objecten, voorwaarden, bevat) if voorwaarden or bevat else objecten
        bladeren, pagina = self.pagina(rijen)
        records = handelingen.records_van(pagina)
        for object_ in pagina:
            handelingen.loop_bij(object_, records[object_.pk])
        self.leg_inzage("objecten-lijst", pagina, records)
        return bladeren.get_paginated_response([envelop(object_) for object_ in pagina])

    def _gefilterd(self, vraag: Mapping[str, Any]) -> QuerySet[Koppelobject]:
        objecten = self.objecten()
        if vraag.get("type"):
            uuid = objecttype_uuid(vraag["type"])
            if uuid is None:
                raise ValidationError({"type": [ErrorDetail("Dit is geen url van een objecttype.", "invalid")]})
            objecten = objecten.filter(objecttype__uuid=uuid)
        if vraag.get("typeVersion"):
            try:
                objecten = objecten.filter(type_versie=int(vraag["typeVersion"]))
            except ValueError as fout:
                raise ValidationError({"typeVersion": [ErrorDetail("Dit moet een getal zijn.", "invalid")]}) from fout
        return objecten

    @staticmethod
    def _geordend(objecten: QuerySet[Koppelobject], ordening: str | None) -> QuerySet[Koppelobject]:
        if not ordening:
            return objecten
        velden = []
        for deel in ordening.split(","):
            naam = deel.strip().removeprefix("-")
            if naam not in _ORDENING:
                uitleg = f"Sorteren kan op: {', '.join(_ORDENING)}."
                raise ValidationError({"ordering": [ErrorDetail(uitleg, "invalid_choice")]})
            velden.append(("-" if deel.strip().startswith("-") else "") + _ORDENING[naam])
        return objecten.order_by(*velden, "id")

    @staticmethod
    def _doorzoek(objecten: QuerySet[Koppelobject], voorwaarden: list[Voorwaarde], bevat: str) -> list[Koppelobject]:
        """De inhoud staat versleuteld: haal op en kijk. Zijn het er te veel, dan is een halve lijst erger dan een fout."""
        kandidaten = list(objecten[: MEESTE_DOORZOEKEN + 1])
        if len(kandidaten) > MEESTE_DOORZOEKEN:
            uitleg = (
                f"Zoeken in de inhoud kan in ten hoogste {MEESTE_DOORZOEKEN} objecten. Beperk met type of typeVersion."
            )
            raise ValidationError({"data_attrs": [ErrorDetail(uitleg, "too_many")]})
        records = handelingen.records_van(kandidaten)
        over = []
        for object_ in kandidaten:
            handelingen.loop_bij(object_, records[object_.pk])
            if all(v.geldt(object_.data) for v in voorwaarden) and (not bevat or _bevat(object_.data, bevat)):
                over.append(object_)
        return over


def _bevat(waarde: Any, tekst: str) -> bool:
    if isinstance(waarde, Mapping):
        return any(_bevat(deel, tekst) for deel in waarde.values())
    if isinstance(waarde, list):
        return any(_bevat(deel, tekst) for deel in waarde)
    return tekst in str(waarde).lower()


class ObjectenLijst(ObjectenMeer):
    """Objecten maken en zoeken."""

    query_serializer = ObjectenFilterSerializer
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {
        "GET": ("type", "typeVersion", "data_attrs", "data_attr", "data_icontains", "ordering")
    }

    @extend_schema(responses=ObjectSerializer(many=True))
    def get(self, request: Request) -> Response:
        """De objecten van deze applicatie, en die waarvoor zij toestemming heeft."""
        vraag = {naam: waarde for naam, waarde in request.GET.items() if naam not in ("page", "pageSize")}
        return self.vind(vraag, request.GET.getlist("data_attr"))

    @extend_schema(request=ObjectSerializer, responses={201: ObjectSerializer})
    def post(self, request: Request) -> Response:
        """Maak een object: de taak of het bericht staat daarna klaar. Hetzelfde nog eens sturen maakt er geen tweede."""
        gelezen = lees(ObjectSerializer, request.data)
        objecttype = self._objecttype(gelezen["type"], gelezen["record"]["typeVersion"])
        record = gelezen["record"]
        nieuw = handelingen.NieuwObject(
            data=record["data"],
            vingerafdruk=bytes.fromhex(vingerafdruk_van(request)),
            type_versie=record["typeVersion"],
            start_op=record["startAt"],
            eind_op=record.get("endAt"),
            uuid=gelezen.get("uuid"),
        )
        dialect = Dialect(objecttype.dialect)
        object_, _nieuw = self.doe(lambda: handelingen.maak_aan(nieuw, objecttype, dialect, self.partij))
        return Response(envelop(object_), status=201, headers={"Location": object_.url})

    def _objecttype(self, adres: str, versie: int) -> Objecttype:
        """Het objecttype achter dit adres: liefst deze versie, anders de nieuwste die wij kennen."""
        koppeling = self.koppeling()
        if koppeling is None:
            raise PermissionDenied("Deze applicatie heeft geen koppeling waarmee zij objecten kan maken.")
        uuid = objecttype_uuid(adres)
        typen = sorted(
            Objecttype.objects.filter(koppeling=koppeling, uuid=uuid) if uuid else [],
            key=lambda t: (t.versie == versie, t.versie),
        )
        if not typen:
            handelingen.leg_fout_vast(koppeling, Koppelfoutsoort.ONBEKEND_OBJECTTYPE, None, str(uuid or "")[:200])
            raise ValidationError(
                {"type": [ErrorDetail("Dit objecttype is bij deze koppeling niet bekend.", "invalid")]}
            )
        typen[-1].koppeling = koppeling
        return typen[-1]


class ObjectenZoeken(ObjectenMeer):
    """Zoeken met de vraag in de inhoud."""

    scopes = {"POST": "objecten:lezen"}

    @extend_schema(request=ZoekSerializer, responses=ObjectSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Zoek objecten. Anders dan in het adres mag hier een nummer in staan."""
        inhoud = cast(dict[str, Any], request.data)
        los = inhoud.get("data_attr") or []
        vraag = {naam: w for naam, w in inhoud.items() if naam in ZoekSerializer().fields and naam != "data_attr"}
        for naam, waarde in vraag.items():
            if naam != "geometry" and not isinstance(waarde, str | int):
                raise ValidationError({naam: [ErrorDetail("Dit moet tekst zijn.", "invalid_type")]})
        return self.vind(
            {naam: str(w) if naam != "geometry" else w for naam, w in vraag.items()},
            [str(deel) for deel in (los if isinstance(los, list) else [los])],
        )


class ObjectLezen(ObjectenView):
    """Eén object vinden."""

    def objecten(self) -> KoppelobjectQuerySet:
        """Wat deze applicatie mag zien."""
        return Koppelobject.objects.van(self.applicatie).filter(objecttype__isnull=False)

    def object_(self, uuid: UUID) -> tuple[Koppelobject, Any]:
        """Het object en zijn record, bijgewerkt tot nu. Van een ander: 404."""
        object_ = self.objecten().met_context().filter(pk=uuid).first()
        if object_ is None:
            raise Http404
        record = handelingen.records_van([object_])[object_.pk]
        handelingen.loop_bij(object_, record)
        return object_, record


class ObjectDetail(ObjectLezen):
    """Eén object."""

    @extend_schema(responses=ObjectSerializer)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Het object zoals het nu is."""
        object_, record = self.object_(uuid)
        self.leg_inzage("object", [object_], {object_.pk: record})
        return Response(envelop(object_))

    @extend_schema(request=ObjectSerializer, responses=ObjectSerializer)
    def put(self, request: Request, uuid: UUID) -> Response:
        """Vervang de inhoud van het object; dat maakt een nieuw record."""
        self._eis_object(uuid)
        gelezen = lees(ObjectSerializer, request.data)
        return self._werk_bij(uuid, gelezen, heel=True)

    @extend_schema(request=ObjectPatchSerializer, responses=ObjectSerializer)
    def patch(self, request: Request, uuid: UUID) -> Response:
        """Verander een deel van het object; `data` wordt samengevoegd. Dat maakt een nieuw record."""
        self._eis_object(uuid)
        gelezen = lees(ObjectPatchSerializer, request.data, deels=True)
        return self._werk_bij(uuid, gelezen, heel=False)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Verwijder het object: een taak is ingetrokken, een verzoek overgenomen."""
        self.doe(lambda: handelingen.verwijder(uuid, self.partij))
        return Response(status=204)

    def _eis_object(self, uuid: UUID) -> None:
        """Een object van een ander is een 404, ook als er nog iets mis is aan het verzoek."""
        if not self.objecten().filter(pk=uuid).exists():
            raise Http404
        self.controleer_crs(self.request)

    def _werk_bij(self, uuid: UUID, gelezen: Mapping[str, Any], *, heel: bool) -> Response:
        record = gelezen.get("record") or {}
        wijziging = handelingen.Objectwijziging(
            data=record.get("data"),
            heel=heel,
            type_uuid=objecttype_uuid(gelezen["type"]) if gelezen.get("type") else None,
            type_versie=record.get("typeVersion"),
            start_op=record.get("startAt"),
            eind_op=record.get("endAt"),
            verbetert=record.get("correctionFor"),
        )
        object_ = self.doe(lambda: handelingen.werk_bij(uuid, wijziging, self.partij))
        return Response(envelop(object_))


class ObjectRecord(ObjectLezen):
    """Eén record van een object."""

    @extend_schema(responses=ObjectSerializer)
    def get(self, request: Request, uuid: UUID, index: int) -> Response:
        """Het object zoals het in dit record was."""
        object_, record = self.object_(uuid)
        rij = object_ if object_.index == index else object_.versies.filter(index=index).first()
        if rij is None:
            raise Http404
        self.leg_inzage("object-record", [object_], {object_.pk: record})
        return Response({**envelop(object_), "record": record_van(rij)})


class ObjectGeschiedenis(ObjectLezen):
    """Alle records van een object."""

    @extend_schema(responses=RecordSerializer(many=True))
    def get(self, request: Request, uuid: UUID) -> Response:
        """De records, oudste eerst."""
        object_, record = self.object_(uuid)
        self.leg_inzage("object-geschiedenis", [object_], {object_.pk: record})
        eerdere = object_.versies.exclude(index=object_.index).order_by("index")
        return Response([record_van(rij) for rij in [*eerdere, object_]])
