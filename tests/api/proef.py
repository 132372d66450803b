"""Een kleine API die alleen in deze tests bestaat: zo toetsen wij wat elk eindpunt deelt, zonder een domein erbij."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from portaal.api.documentatie import openapi_urls
from portaal.api.idempotentie import reserveer, sleutel_van, vingerafdruk_van
from portaal.api.problemen import Conflict, handler400, handler403, handler404, handler500  # noqa: F401
from portaal.api.serializers import LangTekstVeld, StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import applicatie_van
from portaal.api.views import PortaalView
from portaal.betrokkenen.models import Organisatie
from portaal.uuid7 import uuid7


class LinkSerializer(StrengeSerializer):
    """Een verwijzing."""

    urn = TekstVeld()


class DetailsSerializer(StrengeSerializer):
    """Details van een ding."""

    uitvoerLink = serializers.URLField()
    dringend = serializers.BooleanField(required=False)


class DingSerializer(StrengeSerializer):
    """Een ding."""

    genegeerd = frozenset({"url"})

    uuid = serializers.UUIDField(read_only=True)
    titel = TekstVeld(max_length=20)
    toelichting = LangTekstVeld(required=False, allow_blank=True)
    aantal = serializers.IntegerField(required=False, min_value=1)
    soort = serializers.ChoiceField(choices=["a", "b"], required=False)
    tijdstip = UTCDateTimeField(required=False)
    labels = serializers.ListField(child=serializers.CharField(), required=False)
    isGerelateerdAan = LinkSerializer(many=True, required=False)
    details = DetailsSerializer(required=False)


class VragenSerializer(StrengeSerializer):
    """Waarop dingen te filteren zijn."""

    status = serializers.ChoiceField(choices=["open", "dicht"], required=False, help_text="Waar het ding is.")


class Dingen(PortaalView, viewsets.GenericViewSet[Organisatie]):
    """Dingen, om mee te proberen."""

    queryset = Organisatie.objects.order_by("pk")
    serializer_class = DingSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {"GET": "taken:lezen", "POST": "taken:schrijven", "PUT": "taken:schrijven", "destroy": "taken:uitvoeren"}
    query_parameters = {"list": ["status", "kenmerk"]}
    query_serializer = VragenSerializer
    idempotente_acties = ("create",)

    def list(self, request: Request) -> Response:
        """Alle dingen."""
        pagina = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([{"titel": o.naam} for o in pagina])

    def create(self, request: Request) -> Response:
        """Maak een ding."""
        gegevens = DingSerializer(data=request.data)
        gegevens.is_valid(raise_exception=True)
        nieuw = uuid7()
        with transaction.atomic():
            bestaand = None
            if sleutel := sleutel_van(request):
                bestaand = reserveer(applicatie_van(request), sleutel, vingerafdruk_van(request), "ding", nieuw)
        return Response(
            {**DingSerializer(gegevens.validated_data).data, "uuid": bestaand or nieuw},
            status=201,
            headers={"Location": f"/proef/api/v1/dingen/{bestaand or nieuw}"},
        )

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén ding."""
        if uuid.int == 0:
            raise RuntimeError("geheim 123456782")
        return Response({"uuid": uuid})

    def update(self, request: Request, uuid: UUID) -> Response:
        """Vervang een ding."""
        raise Conflict("Dit ding is al klaar.", "ding_klaar", url="http://testserver/ding")

    def destroy(self, request: Request, uuid: UUID) -> Response:
        """Haal een ding weg."""
        return Response(status=204)

    def _huidige_weergave(self) -> Any:
        return self._weergave(self.kwargs["uuid"])

    def _weergave(self, uuid: UUID) -> Any:
        return {"uuid": uuid}


def gewone_pagina(request: HttpRequest) -> HttpResponse:
    """Een pagina die niet bij een API hoort."""
    return HttpResponse("hallo")


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("dingen", Dingen, basename="ding")
urlpatterns: list[Any] = [
    *openapi_urls("proef", "Proef API", "1.2.3", "Om mee te proberen.", router.urls, {"dingen": "Dingen."}),
    path("gewoon", gewone_pagina),
]
