"""De Bestanden-API: wat iemand meestuurde, met een controlegetal; en een bestand sturen om aan een bericht te hangen."""

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
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.serializers import StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.bestanden import handelingen
from portaal.bestanden.handelingen import Eis
from portaal.bestanden.models import LOS, Bestand, Stand
from portaal.bestanden.soorten import BestandGeweigerdError
from portaal.bestanden.upload import te_groot
from portaal.bestanden.views import als_bijlage
from portaal.gebeurtenissen.records import record_modellen
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.logboek.inzage import leg_inzage_vast


class BestandSerializer(StrengeSerializer):
    """Een bestand dat iemand meestuurde."""

    url = serializers.URLField(read_only=True, help_text="De unieke URL van het bestand.")
    urn = TekstVeld(read_only=True, help_text="De URN van het bestand: zo noemt u het in de bijlagen van een bericht.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het bestand.")
    hoortBij = TekstVeld(
        read_only=True, help_text="De soort en de uuid van waar het bij hoort, zoals `taak:<uuid>`; leeg: nergens bij."
    )
    veld = TekstVeld(read_only=True, help_text="De key van de vraag in het formulier.")
    bestandsnaam = TekstVeld(
        read_only=True, help_text="De naam die de persoon eraan gaf, ontdaan van pad en vreemde tekens."
    )
    formaat = TekstVeld(read_only=True, help_text="Het mediatype, aan de inhoud gezien.")
    bestandsomvang = serializers.IntegerField(read_only=True, help_text="In bytes.")
    sha256 = TekstVeld(read_only=True, help_text="De SHA-256 van de inhoud, hexadecimaal.")
    inhoud = serializers.URLField(read_only=True, help_text="Waar de inhoud op te halen is.")
    stand = serializers.ChoiceField(
        choices=[Stand.WACHT.value, Stand.SCHOON.value, Stand.BESMET.value],
        read_only=True,
        help_text="`wacht` op de virusscanner, `schoon`, of `besmet` (dan is de inhoud weg).",
    )
    verstuurdOp = UTCDateTimeField(
        read_only=True, allow_null=True, help_text="Wanneer het verstuurd is; `null`: het hangt nog nergens aan."
    )


class FilterSerializer(StrengeSerializer):
    """De waarden waarop een lijst te filteren is."""

    hoortBij = serializers.RegexField(
        r"^[a-z]+:[0-9a-f-]{36}$", required=False, help_text="`taak:<uuid>`, `verzoek:<uuid>` of `bericht:<uuid>`."
    )


class BestandenViewSet(PortaalView, GenericViewSet[Bestand]):
    """Bestanden bij taken en verzoeken van deze applicatie, en bij taken die zij mag uitvoeren."""

    serializer_class = BestandSerializer
    query_serializer = FilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {"GET": "bestanden:lezen", "POST": "bestanden:schrijven"}
    http_method_names = ["get", "post", "head"]
    parser_classes = [MultiPartParser]
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

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"bestand": {"type": "string", "format": "binary"}},
                "required": ["bestand"],
            }
        },
        responses={201: BestandSerializer},
    )
    def create(self, request: Request) -> Response:
        """Stuur een bestand om aan een bericht te hangen: noem de `urn` in `bijlagen`.

        Het wordt meteen op virussen gecontroleerd; is de scanner er niet, dan wacht het (en het bericht ook).
        """
        vreemd = {naam: "Dit veld bestaat niet." for naam in [*request.POST, *request.FILES] if naam != "bestand"}
        if vreemd:
            raise serializers.ValidationError(vreemd, code="unknown")
        uploads = request.FILES.getlist("bestand")
        try:
            if "bestand" in te_groot(request._request):
                raise handelingen.te_groot(Eis("bestand"))
            if len(uploads) != 1:
                raise serializers.ValidationError(
                    {"bestand": "Stuur één bestand, in het veld bestand."}, code="required"
                )
            bestand = handelingen.ontvang_van_systeem(uploads[0], self.aanroeper.applicatie)
        except BestandGeweigerdError as fout:
            raise serializers.ValidationError({"bestand": str(fout)}, code="refused") from fout
        json = self._weergave(bestand)
        return Response(json, status=201, headers={"Location": json["url"]})

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
        if bestand.stand != Stand.SCHOON:
            raise Http404  # niet gecontroleerd gaat niet door, ook niet naar wie het stuurde
        self._leg_inzage_vast("bestand-inhoud", [bestand])
        antwoord = als_bijlage(bestand)
        antwoord.headers["Content-Type"] = "application/octet-stream"  # als de download van de Documenten API
        antwoord.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes(bestand.sha256)).decode()}:"
        return antwoord

    def _bestand(self, uuid: UUID) -> Bestand:
        bestand = self.get_queryset().filter(pk=uuid).first()
        los = bestand is not None and bestand.bij_soort == LOS
        if bestand is None or not (los or self._mag(bestand.bij_soort, bestand.bij_id)):
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
            "urn": handelingen.urn_van(bestand.pk),
            "uuid": bestand.pk,
            "hoortBij": "" if bestand.bij_soort == LOS else f"{bestand.bij_soort}:{bestand.bij_id}",
            "veld": bestand.veld,
            "bestandsnaam": bestand.naam,
            "formaat": bestand.mime,
            "bestandsomvang": bestand.grootte,
            "sha256": bytes(bestand.sha256).hex(),
            "inhoud": f"{url}/inhoud",
            "stand": bestand.stand,
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
