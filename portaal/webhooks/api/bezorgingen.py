"""Bezorgingen: wat er naar een abonnement ging, en hoe dat ging."""

from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.serializers import StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.webhooks import handelingen
from portaal.webhooks.api.basis import WebhooksApi, basis
from portaal.webhooks.models import Abonnement, Bezorging


class PogingSerializer(StrengeSerializer):
    """Eén keer afgeven."""

    op = UTCDateTimeField(read_only=True, help_text="Wanneer.")
    duurMilliseconden = serializers.IntegerField(read_only=True, help_text="Hoe lang het duurde.")
    status = serializers.IntegerField(read_only=True, allow_null=True, help_text="De HTTP-status van de ontvanger.")
    fout = TekstVeld(read_only=True, help_text="Wat er misging; leeg als het lukte.")


class BezorgingSerializer(StrengeSerializer):
    """Eén gebeurtenis (of testbericht) voor een abonnement."""

    url = serializers.URLField(read_only=True, help_text="De unieke URL van de bezorging.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van de bezorging.")
    webhookId = TekstVeld(read_only=True, help_text="Wat er in de kop webhook-id staat; gelijk aan `id` in het event.")
    type = TekstVeld(read_only=True, help_text="Het type van de gebeurtenis.")
    stand = serializers.ChoiceField(choices=Stand.choices, read_only=True, help_text="Waar de bezorging is.")
    aangemaaktOp = UTCDateTimeField(read_only=True, help_text="Wanneer zij klaarstond.")
    volgendeOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Wanneer de portaal het weer probeert.")
    klaarOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Wanneer het lukte of werd opgegeven.")
    pogingen = PogingSerializer(many=True, read_only=True, help_text="Elke keer dat het is geprobeerd, oudste eerst.")


class BezorgingFilterSerializer(StrengeSerializer):
    """De waarden waarop bezorgingen te filteren zijn."""

    stand = serializers.ChoiceField(choices=Stand.choices, required=False, help_text="Waar de bezorging is.")


class BezorgingenViewSet(WebhooksApi, GenericViewSet[Bezorging]):
    """Wat er naar een abonnement is gestuurd, en hoe dat ging. Blijft dertig dagen te zien."""

    serializer_class = BezorgingSerializer
    query_serializer = BezorgingFilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {"GET": "webhooks:beheren", "POST": "webhooks:beheren"}
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"list": ("stand",)}

    def get_queryset(self) -> QuerySet[Bezorging]:
        """De bezorgingen van dit abonnement, nieuwste eerst."""
        abonnementen = Abonnement.objects.van(self.applicatie).filter(pk=self.kwargs["abonnementUuid"])
        if not abonnementen.exists():
            raise Http404
        bezorgingen = Bezorging.objects.filter(abonnement__in=abonnementen)
        return bezorgingen.select_related("gebeurtenis").prefetch_related("gedaan").order_by("-id")

    def list(self, request: Request, abonnementUuid: UUID) -> Response:
        """De bezorgingen van dit abonnement, nieuwste eerst."""
        gevraagd = BezorgingFilterSerializer(data={k: v for k, v in request.query_params.items() if k == "stand"})
        gevraagd.is_valid(raise_exception=True)
        pagina = cast(list[Bezorging], self.paginate_queryset(self.get_queryset().filter(**gevraagd.validated_data)))
        return self.get_paginated_response([_bezorging(rij) for rij in pagina])

    def retrieve(self, request: Request, abonnementUuid: UUID, uuid: UUID) -> Response:
        """Eén bezorging, met elke poging."""
        try:
            return Response(_bezorging(self.get_queryset().get(pk=uuid)))
        except Bezorging.DoesNotExist as fout:
            raise Http404 from fout

    @extend_schema(request=None, responses={202: BezorgingSerializer})
    @action(detail=True, methods=["post"], url_path="herhalingen", url_name="herhalingen")
    def herhalingen(self, request: Request, abonnementUuid: UUID, uuid: UUID) -> Response:
        """Stuur deze bezorging nog eens, met hetzelfde kenmerk."""
        return aangenomen(self._doe(lambda: handelingen.herhaal(abonnementUuid, uuid, self.partij)))


def aangenomen(bezorging: Bezorging) -> Response:
    """202: de bezorging staat klaar, met haar adres."""
    json = _bezorging(bezorging)
    return Response(json, status=202, headers={"Location": json["url"]})


def _bezorging(rij: Bezorging) -> dict[str, Any]:
    wacht = rij.stand == Stand.WACHT
    json = {
        "url": f"{basis()}/abonnementen/{rij.abonnement_id}/bezorgingen/{rij.pk}",
        "uuid": rij.pk,
        "webhookId": str(rij.gebeurtenis.id_extern if rij.gebeurtenis else rij.pk),
        "type": rij.type,
        "stand": rij.stand,
        "aangemaaktOp": rij.aangemaakt_op,
        "volgendeOp": rij.volgende_op if wacht else None,
        "klaarOp": rij.klaar_op,
        "pogingen": [
            {"op": p.op, "duurMilliseconden": p.duur_ms, "status": p.status, "fout": p.fout} for p in rij.gedaan.all()
        ],
    }
    return cast(dict[str, Any], BezorgingSerializer(json).data)
