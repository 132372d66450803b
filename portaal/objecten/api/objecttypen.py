"""De Objecttypen API, en wat een applicatie mag."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portaal.api.token import Aanroeper
from portaal.objecten.api.basis import ObjectenView
from portaal.objecten.models import (
    Dialect,
    Objecttype,
)
from portaal.objecten.schemas import schema_voor


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
