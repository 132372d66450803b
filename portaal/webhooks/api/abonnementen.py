"""Abonnementen: waar de portaal naartoe stuurt, en wat."""

from datetime import timedelta
from typing import Any, cast
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
from portaal.api.voorwaarden import etag
from portaal.webhooks import handelingen
from portaal.webhooks.api.basis import TypeVeld, WebhooksApi, basis
from portaal.webhooks.api.bezorgingen import BezorgingSerializer, aangenomen
from portaal.webhooks.models import Abonnement


class AbonnementSerializer(StrengeSerializer):
    """Waar de portaal naartoe stuurt, en wat."""

    genegeerd = frozenset({"url", "uuid", "geheim", "status", "pauzeReden", "gepauzeerdOp", "geluktOp", "misluktSinds",
                           "aangemaaktOp", "gewijzigdOp", "versie"})  # fmt: skip

    url = serializers.URLField(read_only=True, help_text="De unieke URL van het abonnement.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het abonnement.")
    naam = TekstVeld(max_length=100, help_text="Waar het voor is: 'GZAC productie'.")
    callbackUrl = TekstVeld(max_length=1000, help_text="Waar de portaal naartoe stuurt; begint met https://.")
    types = serializers.ListField(
        child=TypeVeld(),
        required=False,
        help_text="Welke gebeurtenissen, zie `/gebeurtenistypen`. Leeg: alle, ook die later bij komen.",
    )
    contact = serializers.EmailField(
        required=False, allow_blank=True, max_length=254,
        help_text="Wie een e-mail krijgt als het afgeven niet meer lukt.",
    )  # fmt: skip
    actief = serializers.BooleanField(
        required=False, help_text="Of er gestuurd wordt. Weer aanzetten haalt in wat intussen gebeurde."
    )
    status = serializers.ChoiceField(
        choices=["actief", "uit", "gepauzeerd"], read_only=True,
        help_text="gepauzeerd: de portaal is gestopt omdat afgeven dagenlang niet lukte.",
    )  # fmt: skip
    pauzeReden = TekstVeld(read_only=True, help_text="Waarom het gepauzeerd is.")
    gepauzeerdOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Sinds wanneer.")
    geluktOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Wanneer het afgeven voor het laatst lukte.")
    misluktSinds = UTCDateTimeField(read_only=True, allow_null=True, help_text="Sinds wanneer het steeds mislukt.")
    aangemaaktOp = UTCDateTimeField(read_only=True, help_text="Wanneer het abonnement gemaakt is.")
    gewijzigdOp = UTCDateTimeField(read_only=True, help_text="Wanneer het abonnement het laatst veranderde.")
    versie = serializers.IntegerField(read_only=True, help_text="Loopt op bij elke verandering.")


class NieuwAbonnementSerializer(AbonnementSerializer):
    """Een nieuw abonnement, met het geheim: dat is alleen nu te zien."""

    geheim = TekstVeld(read_only=True, help_text="Waarmee u de handtekening controleert (`whsec_…`). Bewaar het nu.")


class GeheimSerializer(StrengeSerializer):
    """Een nieuw geheim."""

    oudGeldigUren = serializers.IntegerField(
        required=False, min_value=0, max_value=168, write_only=True,
        help_text="Zo lang ondertekent het vorige geheim nog mee; zonder: 24.",
    )  # fmt: skip
    geheim = TekstVeld(read_only=True, help_text="Het nieuwe geheim; alleen nu te zien.")


_VELDEN = {"naam": "naam", "callbackUrl": "url", "types": "types", "contact": "contact", "actief": "actief"}


class AbonnementenViewSet(WebhooksApi, GenericViewSet[Abonnement]):
    """Abonnementen van uw applicatie: wat er gebeurt met uw records komt op uw adres."""

    serializer_class = AbonnementSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {"GET": "webhooks:beheren", "POST": "webhooks:beheren", "PUT": "webhooks:beheren",
              "PATCH": "webhooks:beheren", "DELETE": "webhooks:beheren"}  # fmt: skip

    def get_queryset(self) -> QuerySet[Abonnement]:
        """De abonnementen van deze applicatie, in volgorde van maken."""
        return Abonnement.objects.van(self.applicatie).order_by("id")

    def list(self, request: Request) -> Response:
        """De abonnementen van deze applicatie."""
        pagina = cast(list[Abonnement], self.paginate_queryset(self.get_queryset()))
        return self.get_paginated_response([self._weergave(abonnement) for abonnement in pagina])

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén abonnement."""
        return Response(self._weergave(self._abonnement(uuid)))

    @extend_schema(request=AbonnementSerializer, responses={201: NieuwAbonnementSerializer})
    def create(self, request: Request) -> Response:
        """Abonneer u. In het antwoord staat het geheim; daarna is het niet meer te zien."""
        velden = self._lees(request.data)
        actief = velden.pop("actief", True)
        abonnement, geheim = self._doe(lambda: handelingen.maak_aan(handelingen.Gegevens(**velden), self.partij))
        if not actief:
            abonnement = handelingen.wijzig(abonnement.pk, {"actief": False}, self.partij)
        json = {**self._json(abonnement), "geheim": geheim}
        koppen = {"Location": json["url"], "ETag": etag(self._weergave(abonnement))}
        return Response(NieuwAbonnementSerializer(json).data, status=201, headers=koppen)

    def update(self, request: Request, uuid: UUID) -> Response:
        """Stuur een heel abonnement terug. Een veld dat niet verplicht is en ontbreekt, blijft zoals het is."""
        velden = self._lees(request.data)
        return Response(self._weergave(self._doe(lambda: handelingen.wijzig(uuid, velden, self.partij))))

    def partial_update(self, request: Request, uuid: UUID) -> Response:
        """Wijzig een abonnement. Met `actief: true` gaat een gepauzeerd abonnement verder waar het was."""
        velden = self._lees(request.data, deels=True)
        return Response(self._weergave(self._doe(lambda: handelingen.wijzig(uuid, velden, self.partij))))

    def destroy(self, request: Request, uuid: UUID) -> Response:
        """Er wordt niets meer gestuurd, ook niet wat nog wachtte."""
        self._doe(lambda: handelingen.verwijder(uuid, self.partij))
        return Response(status=204)

    @extend_schema(request=GeheimSerializer, responses={201: GeheimSerializer})
    @action(detail=True, methods=["post"], url_path="geheimen", url_name="geheimen")
    def geheimen(self, request: Request, uuid: UUID) -> Response:
        """Maak een nieuw geheim. Een tijd lang staan er twee handtekeningen in de kop: een met het nieuwe en een met het oude."""
        gelezen = GeheimSerializer(data=request.data)
        gelezen.is_valid(raise_exception=True)
        uren = gelezen.validated_data.get("oudGeldigUren", 24)
        _abonnement, geheim = self._doe(
            lambda: handelingen.vernieuw_geheim(uuid, self.partij, oud_geldig=timedelta(hours=uren))
        )
        return Response({"geheim": geheim}, status=201)

    @extend_schema(request=None, responses={202: BezorgingSerializer})
    @action(detail=True, methods=["post"], url_path="testberichten", url_name="testberichten")
    def testberichten(self, request: Request, uuid: UUID) -> Response:
        """Stuur een testbericht. Het gaat één keer uit, ook als het abonnement uit staat; hoe het ging staat in de bezorging."""
        return aangenomen(self._doe(lambda: handelingen.probeer(uuid, self.partij)))

    def _lees(self, data: Any, *, deels: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=data, partial=deels)
        serializer.is_valid(raise_exception=True)
        return {_VELDEN[naam]: waarde for naam, waarde in serializer.validated_data.items()}

    def _abonnement(self, uuid: UUID) -> Abonnement:
        try:
            return self.get_queryset().get(pk=uuid)
        except Abonnement.DoesNotExist as fout:
            raise Http404 from fout

    def _weergave(self, record: Abonnement) -> dict[str, Any]:
        """Het abonnement zoals het naar buiten gaat, zonder geheim."""
        return cast(dict[str, Any], AbonnementSerializer(self._json(record)).data)

    @staticmethod
    def _json(abonnement: Abonnement) -> dict[str, Any]:
        gepauzeerd = abonnement.gepauzeerd_op is not None
        return {
            "url": f"{basis()}/abonnementen/{abonnement.pk}",
            "uuid": abonnement.pk,
            "naam": abonnement.naam,
            "callbackUrl": abonnement.url,
            "types": abonnement.types,
            "contact": abonnement.contact,
            "actief": abonnement.actief,
            "status": "gepauzeerd" if gepauzeerd else "actief" if abonnement.actief else "uit",
            "pauzeReden": abonnement.pauze_reden,
            "gepauzeerdOp": abonnement.gepauzeerd_op,
            "geluktOp": abonnement.gelukt_op,
            "misluktSinds": abonnement.mislukt_sinds,
            "aangemaaktOp": abonnement.aangemaakt_op,
            "gewijzigdOp": abonnement.gewijzigd_op,
            "versie": abonnement.versie,
        }
