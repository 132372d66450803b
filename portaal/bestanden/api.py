"""De Bestanden-API: wat iemand meestuurde, met een controlegetal. Alleen lezen, alleen wat verstuurd en gecontroleerd is."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.serializers import StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.bestanden.models import Bestand
from portaal.bestanden.views import als_bijlage
from portaal.gebeurtenissen.records import record_modellen
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.logboek.inzage import leg_inzage_vast


class BestandSerializer(StrengeSerializer):
    """Een bestand dat iemand meestuurde."""

    url = serializers.URLField(read_only=True, help_text="De unieke URL van het bestand.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het bestand.")
    hoortBij = TekstVeld(read_only=True, help_text="De soort en de uuid van waar het bij hoort, zoals `taak:<uuid>`.")
    veld = TekstVeld(read_only=True, help_text="De key van de vraag in het formulier.")
    bestandsnaam = TekstVeld(
        read_only=True, help_text="De naam die de persoon eraan gaf, ontdaan van pad en vreemde tekens."
    )
    formaat = TekstVeld(read_only=True, help_text="Het mediatype, aan de inhoud gezien.")
    bestandsomvang = serializers.IntegerField(read_only=True, help_text="In bytes.")
    sha256 = TekstVeld(read_only=True, help_text="De SHA-256 van de inhoud, hexadecimaal.")
    inhoud = serializers.URLField(read_only=True, help_text="Waar de inhoud op te halen is.")
    verstuurdOp = UTCDateTimeField(read_only=True, help_text="Wanneer de persoon het verstuurde.")


class FilterSerializer(StrengeSerializer):
    """De waarden waarop een lijst te filteren is."""

    hoortBij = serializers.RegexField(
        r"^[a-z]+:[0-9a-f-]{36}$", required=False, help_text="`taak:<uuid>` of `verzoek:<uuid>`."
    )


class BestandenViewSet(PortaalView, GenericViewSet[Bestand]):
    """Bestanden bij taken en verzoeken van deze applicatie, en bij taken die zij mag uitvoeren."""

    serializer_class = BestandSerializer
    query_serializer = FilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {"GET": "bestanden:lezen"}
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"list": ("hoortBij",)}

    def get_queryset(self) -> QuerySet[Bestand]:
        """De bestanden die deze applicatie mag lezen, in volgorde van ontvangst."""
        return Bestand.objects.van(self.aanroeper.applicatie).order_by("id")

    @property
    def aanroeper(self) -> Aanroeper:
        """De applicatie achter het token."""
        return cast(Aanroeper, self.request.user)

    def list(self, request: Request) -> Response:
        """De bestanden van deze applicatie. Vraag met `hoortBij` die van één taak of verzoek."""
        namen = self.query_parameters["list"]
        keuze = FilterSerializer(data={k: v for k, v in request.query_params.items() if k in namen})
        keuze.is_valid(raise_exception=True)
        bestanden = self.get_queryset().filter(applicatie=self.aanroeper.applicatie)
        if bij := keuze.validated_data.get("hoortBij"):
            soort, _punt, id_ = bij.partition(":")
            bestanden = self.get_queryset().filter(bij_soort=soort, bij_id=_uuid(id_))
            if not self._mag(soort, _uuid(id_)):
                bestanden = bestanden.none()
        pagina = cast(Sequence[Bestand], self.paginate_queryset(bestanden))
        self._leg_inzage_vast("bestanden-lijst", pagina)
        return self.get_paginated_response([self._weergave(bestand) for bestand in pagina])

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén bestand, zonder de inhoud."""
        bestand = self._bestand(uuid)
        self._leg_inzage_vast("bestand", [bestand])
        return Response(self._weergave(bestand))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def inhoud(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """De inhoud; `formaat` bij het bestand zegt welke soort het is.

        De kop `Repr-Digest` (RFC 9530) heeft dezelfde SHA-256 als het bestand.
        """
        bestand = self._bestand(uuid)
        self._leg_inzage_vast("bestand-inhoud", [bestand])
        antwoord = als_bijlage(bestand)
        antwoord.headers["Content-Type"] = "application/octet-stream"  # als de download van de Documenten API
        antwoord.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes(bestand.sha256)).decode()}:"
        return antwoord

    def _bestand(self, uuid: UUID) -> Bestand:
        bestand = self.get_queryset().filter(pk=uuid).first()
        if bestand is None or not self._mag(bestand.bij_soort, bestand.bij_id):
            raise Http404
        return bestand

    def _mag(self, soort: str, id_: UUID) -> bool:
        """Of deze applicatie ook waar het bij hoort mag lezen: een toestemming kan beperkt zijn tot een categorie."""
        model: Any = record_modellen().get(soort)
        return model is not None and model.objects.van(self.aanroeper.applicatie).filter(pk=id_).exists()

    def _weergave(self, bestand: Bestand) -> dict[str, Any]:
        url = f"{settings.PORTAAL_URL}/bestanden/api/v1/bestanden/{bestand.pk}"
        json = {
            "url": url,
            "uuid": bestand.pk,
            "hoortBij": f"{bestand.bij_soort}:{bestand.bij_id}",
            "veld": bestand.veld,
            "bestandsnaam": bestand.naam,
            "formaat": bestand.mime,
            "bestandsomvang": bestand.grootte,
            "sha256": bytes(bestand.sha256).hex(),
            "inhoud": f"{url}/inhoud",
            "verstuurdOp": bestand.verstuurd_op,
        }
        return cast("dict[str, Any]", self.get_serializer(json).data)

    def _leg_inzage_vast(self, waarvoor: str, bestanden: Sequence[Bestand]) -> None:
        regels = [(bestand.record_soort, bestand.pk, bestand.betrokkene_id) for bestand in bestanden]
        leg_inzage_vast(ActorSoort.APPLICATIE, self.aanroeper.applicatie.pk, f"api:{waarvoor}", regels)


def _uuid(tekst: str) -> UUID:
    try:
        return UUID(tekst)
    except ValueError as fout:
        raise serializers.ValidationError({"hoortBij": "Dit is geen uuid."}, code="invalid") from fout
