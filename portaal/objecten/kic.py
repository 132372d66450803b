"""/kic/v1/taken: taken in de vorm klant.taak 0.0.4 van Common Gateway."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portaal.api.idempotentie import vingerafdruk_van
from portaal.api.paginering import Paginering
from portaal.api.problemen import Conflict
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.objecten import handelingen
from portaal.objecten.api.basis import als_validatie
from portaal.objecten.models import Dialect, Koppelobject
from taken.models import Status

STATUSSEN = {
    "open": (Status.OPEN,),
    "ingediend": (Status.UITGEVOERD,),
    "verwerkt": (Status.VERWERKT,),
    "gesloten": (Status.AFGEBROKEN, Status.NIET_UITGEVOERD),
}


def weergave(object_: Koppelobject) -> dict[str, Any]:
    """De taak zoals zij gestuurd was, met haar id en met wat er veranderde."""
    return {**object_.data, "id": str(object_.pk)}


class KlanttakenView(PortaalView):
    """Wat lijst en detail delen."""

    scopes = {
        "GET": "taken:lezen",
        "POST": "taken:schrijven",
        "PATCH": ("taken:schrijven", "taken:uitvoeren"),
        "PUT": "taken:schrijven",
        "DELETE": "taken:schrijven",
    }

    @property
    def applicatie(self) -> Applicatie:
        """De applicatie achter het token."""
        return cast(Aanroeper, self.request.user).applicatie

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.applicatie)

    def objecten(self) -> QuerySet[Koppelobject]:
        """De klant.taken die deze applicatie mag zien, in volgorde van maken."""
        objecten = Koppelobject.objects.van(self.applicatie).met_context()
        return objecten.filter(objecttype=None, dialect=Dialect.KLANTTAAK).order_by("id")

    def bij_de_tijd(self, objecten: list[Koppelobject], waarvoor: str) -> list[dict[str, Any]]:
        """De taken zoals ze nu zijn; de inzage is vastgelegd."""
        records: Mapping[UUID, Any] = handelingen.records_van(objecten)
        for object_ in objecten:
            handelingen.loop_bij(object_, records[object_.pk])
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.applicatie.pk, f"api:{waarvoor}",
            [(o.record_soort, o.pk, records[o.pk].betrokkene_id) for o in objecten],
        )  # fmt: skip
        return [weergave(object_) for object_ in objecten]

    def doe(self, handeling: Any) -> Any:
        """Voer een handeling uit en vertaal wat zij weigert."""
        try:
            return handeling()
        except Koppelobject.DoesNotExist as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except handelingen.PastNietError as fout:
            raise Conflict(str(fout), "conflict") from fout
        except handelingen.WeigerError as fout:
            raise als_validatie(fout.fouten) from fout


class KlanttakenLijst(KlanttakenView):
    """Taken maken en opvragen."""

    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"GET": ("status", "page", "pageSize")}

    def get(self, request: Request) -> Response:
        """De taken van deze applicatie; met `status` alleen die."""
        objecten = self.objecten()
        status = request.GET.get("status")
        if status is not None:
            if status not in STATUSSEN:
                uitleg = f"Kies uit: {', '.join(STATUSSEN)}."
                raise ValidationError({"status": [ErrorDetail(uitleg, "invalid_choice")]})
            objecten = handelingen.met_taakstatus(objecten, STATUSSEN[status])
        bladeren = Paginering()
        pagina = bladeren.paginate_queryset(objecten, request, self) or []
        return bladeren.get_paginated_response(self.bij_de_tijd(pagina, "klanttaken-lijst"))

    def post(self, request: Request) -> Response:
        """Maak een taak. Hetzelfde nog eens sturen maakt er geen tweede."""
        nieuw = handelingen.NieuwObject(data=_inhoud(request), vingerafdruk=bytes.fromhex(vingerafdruk_van(request)))
        object_, _nieuw = self.doe(lambda: handelingen.maak_aan(nieuw, None, Dialect.KLANTTAAK, self.partij))
        return Response(weergave(object_), status=201, headers={"Location": object_.url})


class KlanttaakDetail(KlanttakenView):
    """Eén taak."""

    def get(self, request: Request, uuid: UUID) -> Response:
        """De taak zoals zij nu is. Van een ander: 404."""
        object_ = self.objecten().filter(pk=uuid).first()
        if object_ is None:
            raise Http404
        return Response(self.bij_de_tijd([object_], "klanttaak")[0])

    def patch(self, request: Request, uuid: UUID) -> Response:
        """Verander een deel van de taak, of zet haar een stap verder met `status`."""
        return self._werk_bij(request, uuid, heel=False)

    def put(self, request: Request, uuid: UUID) -> Response:
        """Vervang de taak door wat er gestuurd is."""
        return self._werk_bij(request, uuid, heel=True)

    def delete(self, request: Request, uuid: UUID) -> Response:
        """Trek de taak in."""
        self._eis_klanttaak(uuid)
        self.doe(lambda: handelingen.verwijder(uuid, self.partij))
        return Response(status=204)

    def _werk_bij(self, request: Request, uuid: UUID, *, heel: bool) -> Response:
        self._eis_klanttaak(uuid)
        wijziging = handelingen.Objectwijziging(data=_inhoud(request), heel=heel)
        return Response(weergave(self.doe(lambda: handelingen.werk_bij(uuid, wijziging, self.partij))))

    def _eis_klanttaak(self, uuid: UUID) -> None:
        if not self.objecten().filter(pk=uuid).exists():
            raise Http404


def _inhoud(request: Request) -> dict[str, Any]:
    """Wat er gestuurd is, zonder het id dat wij er zelf bij zetten."""
    return {naam: waarde for naam, waarde in cast(dict[str, Any], request.data).items() if naam != "id"}
