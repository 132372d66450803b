"""De Objecten API (versie 2) en de Objecttypen API, zoals GZAC en Open Formulieren ze aanroepen.

Het gedrag volgt dat van de Objecten API van Maykin Media 2.x. Fouten zijn problem+json met dezelfde velden als daar.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, NotAcceptable, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portaal.api.idempotentie import vingerafdruk_van
from portaal.api.paginering import Paginering
from portaal.api.problemen import Conflict, PortaalFout
from portaal.api.serializers import DatumVeld, TekstVeld
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.models import Applicatie, Grant
from portaal.betrokkenen.nummers import bevat_nummer
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.objecten import handelingen
from portaal.objecten.models import (
    PAD,
    TAAKDIALECTEN,
    Dialect,
    Koppelfoutsoort,
    Koppeling,
    Koppelobject,
    KoppelobjectQuerySet,
    Objecttype,
    objecttype_uuid,
)
from portaal.objecten.schemas import schema_voor
from portaal.objecten.zoeken import Voorwaarde, ZoekFout, lees_voorwaarden

CRS = "EPSG:4326"
MEESTE_DOORZOEKEN = 2000


class CrsOntbreekt(PortaalFout):
    """412: de kop Content-Crs ontbreekt; zo doet de Objecten API het ook."""

    status_code = 412
    default_code = "precondition_failed"


class CrsNietBekend(NotAcceptable):
    """406: een ander coördinatenstelsel dan EPSG:4326."""

    default_detail = f"Alleen {CRS} wordt ondersteund."


# --- vorm ------------------------------------------------------------------------------------------------------------------
@extend_schema_field(OpenApiTypes.OBJECT)
class DataVeld(serializers.JSONField):
    """Het object zelf: een JSON-object in de vorm van zijn objecttype."""

    def to_internal_value(self, data: Any) -> Any:
        """Woordelijk; alleen een object mag."""
        if not isinstance(data, Mapping):
            raise ValidationError("Dit moet een object zijn.", "not_a_dict")
        return dict(data)


class RecordSerializer(serializers.Serializer[Any]):
    """Eén record van een object. Wat alleen te lezen is mag mee terugkomen en wordt niet gebruikt."""

    index = serializers.IntegerField(read_only=True, help_text="De hoeveelste versie van het object.")
    typeVersion = serializers.IntegerField(min_value=1, max_value=32767, help_text="De versie van het objecttype.")
    data = DataVeld(help_text="Het object, in de vorm van zijn objecttype.")  # type: ignore[assignment]
    geometry = serializers.JSONField(required=False, allow_null=True, help_text="Wordt niet gebruikt; altijd null.")
    startAt = DatumVeld(help_text="Vanaf welke dag dit record geldt.")
    endAt = DatumVeld(required=False, allow_null=True, help_text="Tot welke dag dit record gold.")
    registrationAt = DatumVeld(read_only=True, help_text="Op welke dag dit record is vastgelegd.")
    correctionFor = serializers.JSONField(
        required=False, allow_null=True, help_text="De index van het verbeterde record."
    )
    correctedBy = TekstVeld(read_only=True, allow_null=True, help_text="Altijd null.")

    def validate_correctionFor(self, waarde: Any) -> int | None:
        """Een index, ook als tekst; iets anders telt niet mee."""
        tekst = str(waarde)
        return int(tekst) if tekst.isascii() and tekst.isdigit() and len(tekst) < 9 else None


class ObjectSerializer(serializers.Serializer[Any]):
    """Een object. Velden die de Objecten API niet kent worden genegeerd, net als daar."""

    url = serializers.URLField(read_only=True, help_text="De unieke url van het object.")
    uuid = serializers.UUIDField(required=False, help_text="De uuid; te kiezen bij het maken.")
    type = TekstVeld(max_length=500, help_text="De url van het objecttype.")
    record = RecordSerializer(help_text="De inhoud.")


class ObjectPatchSerializer(serializers.Serializer[Any]):
    """Een wijziging: alleen wat erin staat verandert; `data` wordt samengevoegd."""

    type = TekstVeld(required=False, max_length=500, help_text="De url van het objecttype; verandert niet.")
    record = RecordSerializer(required=False, help_text="Wat er verandert.")


class ObjectenFilterSerializer(serializers.Serializer[Any]):
    """Waarop een lijst te filteren is."""

    type = TekstVeld(required=False, help_text="De url van het objecttype.")
    typeVersion = serializers.IntegerField(required=False, help_text="De versie van het objecttype.")
    data_attrs = TekstVeld(required=False, help_text="`pad__naar__sleutel__exact__waarde`, met komma's ertussen.")
    data_attr = TekstVeld(required=False, help_text="Eén voorwaarde; mag vaker voorkomen.")
    data_icontains = TekstVeld(required=False, help_text="Tekst die ergens in het object staat.")
    ordering = TekstVeld(required=False, help_text="Bijvoorbeeld `-record__startAt`.")


class ZoekSerializer(serializers.Serializer[Any]):
    """Zoeken met de vraag in de inhoud: daar mag een nummer in staan."""

    type = TekstVeld(required=False, help_text="De url van het objecttype.")
    typeVersion = serializers.IntegerField(required=False, help_text="De versie van het objecttype.")
    data_attrs = TekstVeld(required=False, help_text="Zoals bij de lijst.")
    data_attr = serializers.JSONField(required=False, help_text="Eén voorwaarde, of een lijst ervan.")
    data_icontains = TekstVeld(required=False, help_text="Tekst die ergens in het object staat.")
    ordering = TekstVeld(required=False, help_text="Zoals bij de lijst.")
    geometry = serializers.JSONField(
        required=False, allow_null=True, help_text="Vindt niets: objecten hebben geen plek."
    )


def envelop(object_: Koppelobject) -> dict[str, Any]:
    """Het object zoals de Objecten API het geeft."""
    assert object_.objecttype is not None
    return {"url": object_.url, "uuid": str(object_.pk), "type": object_.objecttype.url, "record": record_van(object_)}


def record_van(rij: Any) -> dict[str, Any]:
    """Het laatste of een eerder record (`Koppelobject` of `Objectversie`)."""
    return {
        "index": rij.index,
        "typeVersion": rij.type_versie,
        "data": rij.data,
        "geometry": None,
        "startAt": rij.start_op.isoformat(),
        "endAt": rij.eind_op.isoformat() if rij.eind_op else None,
        "registrationAt": rij.registratie_op.isoformat(),
        "correctionFor": rij.verbetert,
        "correctedBy": None,
    }


class ObjectenPaginering(Paginering):
    """Bladeren met adressen zoals de aanroeper ze kent."""

    basis = ""

    def _adres(self, pagina: int) -> str:
        if self.request is None:
            raise Http404
        vragen = self.request.query_params.copy()
        vragen["page"] = str(pagina)
        return f"{self.basis}{self.request.path.removeprefix(PAD)}?{vragen.urlencode()}"


# --- basis -----------------------------------------------------------------------------------------------------------------
class ObjectenView(PortaalView):
    """Wat elk eindpunt deelt: wie er belt, langs welk adres, en het coördinatenstelsel."""

    pagination_class = ObjectenPaginering
    scopes = {
        "GET": "objecten:lezen",
        "POST": "objecten:schrijven",
        "PUT": "objecten:schrijven",
        "PATCH": "objecten:schrijven",
        "DELETE": "objecten:schrijven",
    }

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Als elders, maar `data_attr` mag vaker voorkomen, en een koppeling kan nummers in het adres toestaan."""
        APIView.initial(self, request, *args, **kwargs)
        self._controleer_query(request)
        if "uuid" not in kwargs or request.method not in ("PUT", "PATCH"):
            self.controleer_crs(request)

    @property
    def applicatie(self) -> Applicatie:
        """De applicatie achter het token."""
        return cast(Aanroeper, self.request.user).applicatie

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.applicatie)

    def koppeling(self) -> Koppeling | None:
        """De koppeling van deze applicatie; wie alleen een toestemming heeft, heeft er geen."""
        if not hasattr(self, "_koppeling"):
            self._koppeling = Koppeling.objects.filter(applicatie=self.applicatie, actief=True).first()
            if self._koppeling is not None:
                self._koppeling.applicatie = self.applicatie
        return self._koppeling

    def basis(self) -> str:
        """Het adres waarlangs deze applicatie ons kent, met / aan het eind."""
        koppeling = self.koppeling()
        return koppeling.basis if koppeling else settings.PORTAAL_URL + PAD

    def typen(self) -> QuerySet[Objecttype]:
        """De objecttypen die deze applicatie mag gebruiken: de hare, en die van taken die zij mag uitvoeren."""
        van_ander = Grant.objects.filter(uitvoerder=self.applicatie).values("eigenaar")
        eigen = Objecttype.objects.filter(koppeling__applicatie=self.applicatie)
        met_toestemming = Objecttype.objects.filter(koppeling__applicatie__in=van_ander, dialect__in=TAAKDIALECTEN)
        return (eigen | met_toestemming).filter(koppeling__actief=True).select_related("koppeling__applicatie")

    def pagina(self, rijen: Any) -> tuple[ObjectenPaginering, list[Any]]:
        """Een pagina van deze rijen, met de adressen van deze aanroeper."""
        bladeren = self.pagination_class()
        bladeren.basis = self.basis()
        return bladeren, bladeren.paginate_queryset(rijen, self.request, self) or []

    def _controleer_query(self, request: Request) -> None:
        mag = {*self.eigen_query_parameters(str(request.method)), "page", "pageSize"}
        fouten: dict[str, list[ErrorDetail]] = {}
        for naam, waarden in request.GET.lists():
            if naam not in mag:
                sleutel = "(naam met een nummer)" if bevat_nummer(naam) else naam
                fouten[sleutel] = [ErrorDetail("Deze parameter bestaat hier niet.", "unknown")]
            elif len(waarden) > 1 and naam != "data_attr":
                fouten[naam] = [ErrorDetail("Deze parameter mag maar één keer voorkomen.", "duplicate")]
            if any(bevat_nummer(waarde) for waarde in waarden) and not self._nummers_mogen():
                uitleg = "Zet een nummer niet in het adres. Zoek met POST objects/search, met dezelfde data_attrs in de inhoud."
                fouten[naam] = [ErrorDetail(uitleg, "number_in_query")]
        if fouten:
            raise ValidationError(fouten)

    def _nummers_mogen(self) -> bool:
        koppeling = self.koppeling()
        return koppeling is not None and koppeling.nummers_in_adres

    @staticmethod
    def controleer_crs(request: Request) -> None:
        """Zoals de Objecten API: Content-Crs hoort bij schrijven (412), en beide koppen kennen één waarde (406)."""
        inhoud, wil = request.headers.get("Content-Crs"), request.headers.get("Accept-Crs")
        if request.method in ("POST", "PUT", "PATCH") and inhoud is None:
            raise CrsOntbreekt(f"De kop Content-Crs ontbreekt. Stuur Content-Crs: {CRS}.")
        if request.method in ("POST", "PUT", "PATCH") and inhoud != CRS:
            raise CrsNietBekend
        if wil is not None and wil != CRS:
            raise CrsNietBekend

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Met de kop Content-Crs als het gelukt is en er iets in staat."""
        antwoord = super().finalize_response(request, response, *args, **kwargs)
        if antwoord.status_code < 300 and antwoord.status_code != 204:
            antwoord.headers["Content-Crs"] = CRS
        return antwoord

    def leg_inzage(self, waarvoor: str, objecten: Iterable[Koppelobject], records: Mapping[UUID, Any]) -> None:
        """Wie de gegevens van iemand leest, staat in het inzagelogboek."""
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.applicatie.pk, f"api:{waarvoor}",
            [(o.record_soort, o.pk, records[o.pk].betrokkene_id) for o in objecten],
        )  # fmt: skip

    def doe(self, handeling: Any) -> Any:
        """Voer een handeling uit en vertaal wat zij weigert naar het antwoord dat daarbij hoort."""
        try:
            return handeling()
        except Koppelobject.DoesNotExist as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except handelingen.PastNietError as fout:
            raise Conflict(str(fout), "conflict") from fout
        except handelingen.WeigerError as fout:
            koppeling = self.koppeling()
            if koppeling is not None:
                waar = ", ".join(f"{pad} ({code})" for pad, code, _uitleg in fout.fouten)
                handelingen.leg_fout_vast(koppeling, Koppelfoutsoort.GEWEIGERD, None, waar)
            raise als_validatie(fout.fouten) from fout


def als_validatie(fouten: Sequence[tuple[str, str, str]]) -> ValidationError:
    """De fouten per pad, zoals een serializer ze geeft."""
    per_pad: dict[str, list[ErrorDetail]] = {}
    for pad, code, uitleg in fouten:
        per_pad.setdefault(pad, []).append(ErrorDetail(uitleg, code))
    return ValidationError(per_pad)


# --- objecten ----------------------------------------------------------------------------------------------------------------
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


def lees(klas: type[serializers.Serializer[Any]], data: Any, *, deels: bool = False) -> dict[str, Any]:
    """De gecontroleerde inhoud; anders alle fouten tegelijk. Met `deels` is niets verplicht."""
    serializer = klas(data=data, partial=deels)
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


# --- objecttypen en rechten ---------------------------------------------------------------------------------------------------
def type_json(typen: Sequence[Objecttype]) -> dict[str, Any]:
    """Een objecttype met zijn versies, in de vorm van de Objecttypen API."""
    eerste = typen[0]
    naam = str(eerste.get_dialect_display())
    dag = date(2026, 1, 1).isoformat()
    return {
        "url": eerste.url,
        "uuid": str(eerste.uuid),
        "name": naam,
        "namePlural": naam,
        "description": "",
        "dataClassification": "confidential",
        "maintainerOrganization": settings.ORGANISATIE_NAAM,
        "maintainerDepartment": "",
        "contactPerson": "",
        "contactEmail": "",
        "source": settings.PORTAAL_NAAM,
        "updateFrequency": "unknown",
        "providerOrganization": settings.ORGANISATIE_NAAM,
        "documentationUrl": "",
        "labels": {},
        "linkableToZaken": False,
        "createdAt": dag,
        "modifiedAt": dag,
        "allowGeometry": False,
        "versions": [f"{type_.url}/versions/{type_.versie}" for type_ in typen],
    }


def versie_json(type_: Objecttype) -> dict[str, Any]:
    """Eén versie, met het schema van wat de portaal aanneemt."""
    dag = date(2026, 1, 1).isoformat()
    return {
        "url": f"{type_.url}/versions/{type_.versie}",
        "version": type_.versie,
        "objectType": type_.url,
        "status": "published",
        "jsonSchema": schema_voor(Dialect(type_.dialect)),
        "createdAt": dag,
        "modifiedAt": dag,
        "publishedAt": dag,
    }


class Objecttypen(ObjectenView):
    """De objecttypen die deze applicatie mag gebruiken."""

    scopes = {"GET": "objecten:lezen"}

    def per_uuid(self) -> dict[UUID, list[Objecttype]]:
        """De objecttypen met hun versies, op volgorde van maken."""
        gevonden: dict[UUID, list[Objecttype]] = {}
        for type_ in self.typen().order_by("koppeling_id", "versie", "id"):
            gevonden.setdefault(type_.uuid, []).append(type_)
        return gevonden

    def een(self, uuid: UUID) -> list[Objecttype]:
        """De versies van dit objecttype; van een ander: 404."""
        typen = self.per_uuid().get(uuid)
        if not typen:
            raise Http404
        return typen


class ObjecttypenLijst(Objecttypen):
    """De lijst van objecttypen."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """De objecttypen, een pagina."""
        bladeren, pagina = self.pagina([type_json(typen) for typen in self.per_uuid().values()])
        return bladeren.get_paginated_response(pagina)


class ObjecttypeDetail(Objecttypen):
    """Eén objecttype."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uuid: UUID) -> Response:
        """Het objecttype."""
        return Response(type_json(self.een(uuid)))


class ObjecttypeVersies(Objecttypen):
    """De versies van een objecttype."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uuid: UUID) -> Response:
        """De versies, een pagina."""
        bladeren, pagina = self.pagina([versie_json(type_) for type_ in self.een(uuid)])
        return bladeren.get_paginated_response(pagina)


class ObjecttypeVersie(Objecttypen):
    """Eén versie van een objecttype."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uuid: UUID, versie: int) -> Response:
        """De versie, met het JSON-schema."""
        for type_ in self.een(uuid):
            if type_.versie == versie:
                return Response(versie_json(type_))
        raise Http404


class Rechten(ObjectenView):
    """Wat deze applicatie mag."""

    scopes = {"GET": "objecten:lezen"}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Per objecttype: lezen en schrijven, of alleen lezen."""
        mag = "read_and_write" if "objecten:schrijven" in cast(Aanroeper, request.user).token.scopes else "read_only"
        adressen = dict.fromkeys(type_.url for type_ in self.typen().order_by("koppeling_id", "id"))
        rechten = [{"type": adres, "mode": mag, "use_fields": False, "fields": {}} for adres in adressen]
        bladeren, pagina = self.pagina(rechten)
        return bladeren.get_paginated_response(pagina)
