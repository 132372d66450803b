"""De Webhooks-API en de feed van gebeurtenissen; elke verandering gaat via `webhooks.handelingen`."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.serializers import StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import applicatie_van
from portaal.api.views import PortaalView
from portaal.api.voorwaarden import etag
from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.inloggen.partij import Partij
from portaal.webhooks import feed, handelingen
from portaal.webhooks.cloudevents import SOORTEN, als_cloudevent
from portaal.webhooks.models import Abonnement, Bezorging
from portaal.webhooks.ontvanger import AdresFout

R = TypeVar("R")
MEESTE, ZONDER_VRAAG = 500, 100  # gebeurtenissen per keer


def basis() -> str:
    """Het begin van elk adres in de Webhooks-API."""
    return f"{settings.PORTAAL_URL}/webhooks/api/v1"


class TypeVeld(TekstVeld):
    """Een type gebeurtenis. In het document gewone tekst: er komen types bij, en een gesloten lijst breekt clients."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 100, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """Een type dat de portaal kent."""
        waarde = super().to_internal_value(data)
        if waarde not in SOORTEN:
            raise serializers.ValidationError(
                "Dit type bestaat niet; zie /webhooks/api/v1/gebeurtenistypen.", code="invalid_choice"
            )
        return waarde


# --- Abonnementen ---------------------------------------------------------------------------------------------------------
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


class _WebhooksApi(PortaalView):
    """Wat de viewsets hier delen."""

    @property
    def applicatie(self) -> Applicatie:
        """De applicatie achter het token."""
        return applicatie_van(self.request)

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.applicatie)

    def _doe(self, handeling: Callable[[], R]) -> R:
        """Voer een handeling uit en vertaal wat zij weigert naar het antwoord dat daarbij hoort."""
        try:
            return handeling()
        except (Abonnement.DoesNotExist, Bezorging.DoesNotExist) as fout:
            raise Http404 from fout
        except AdresFout as fout:
            raise serializers.ValidationError({"callbackUrl": str(fout)}, code="invalid") from fout


_VELDEN = {"naam": "naam", "callbackUrl": "url", "types": "types", "contact": "contact", "actief": "actief"}


class AbonnementenViewSet(_WebhooksApi, GenericViewSet[Abonnement]):
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
        return _aangenomen(self._doe(lambda: handelingen.probeer(uuid, self.partij)))

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


class BezorgingenViewSet(_WebhooksApi, GenericViewSet[Bezorging]):
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
        return _aangenomen(self._doe(lambda: handelingen.herhaal(abonnementUuid, uuid, self.partij)))


def _aangenomen(bezorging: Bezorging) -> Response:
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


class GebeurtenistypeSerializer(StrengeSerializer):
    """Een type gebeurtenis."""

    type = TekstVeld(read_only=True, help_text="Zoals het in een event staat.")
    omschrijving = TekstVeld(read_only=True, help_text="Wat er dan is gebeurd, zoals de persoon het leest.")


class GebeurtenistypenSerializer(StrengeSerializer):
    """Alle types."""

    results = GebeurtenistypeSerializer(many=True, read_only=True, help_text="Op alfabet.")


class GebeurtenistypenView(PortaalView):
    """De types waar een systeem zich op kan abonneren."""

    scopes = {"GET": ("webhooks:beheren", "gebeurtenissen:lezen")}

    @extend_schema(operation_id="gebeurtenistypenList", responses=GebeurtenistypenSerializer)
    def get(self, request: Request) -> Response:
        """Alle types, met wat er dan is gebeurd."""
        types = [{"type": type_, "omschrijving": str(Soort(soort).label)} for type_, soort in sorted(SOORTEN.items())]
        return Response({"results": types})


# --- De feed --------------------------------------------------------------------------------------------------------------
class GegevensSerializer(StrengeSerializer):
    """Met welk record er iets gebeurde."""

    soort = TekstVeld(read_only=True, help_text="taak, bericht, verzoek, verzoektype, zaak of abonnement.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het record.")
    nummer = serializers.IntegerField(read_only=True, help_text="De hoeveelste gebeurtenis van dit record.")
    door = TekstVeld(read_only=True, help_text="Wie het deed: betrokkene, applicatie, medewerker of systeem.")
    status = TekstVeld(read_only=True, help_text="De status van het record daarna; leeg als die er niet bij hoort.")


class GebeurtenisSerializer(StrengeSerializer):
    """Een gebeurtenis als CloudEvent 1.0 (NL GOV-profiel 1.1), zonder persoonsgegevens."""

    specversion = TekstVeld(read_only=True, help_text="Altijd 1.0.")
    id = TekstVeld(read_only=True, help_text="Vast kenmerk: herken er een dubbele aan.")
    source = TekstVeld(read_only=True, help_text="De urn van deze portaal.")  # type: ignore[assignment]
    type = TekstVeld(read_only=True, help_text="Wat er gebeurde; er komen types bij.")
    subject = TekstVeld(read_only=True, help_text="De uuid van het record.")
    time = UTCDateTimeField(read_only=True, help_text="Wanneer het in het boek kwam, op de klok van de portaal.")
    sequence = TekstVeld(read_only=True, help_text="De hoeveelste gebeurtenis van dit record.")
    sequencetype = TekstVeld(read_only=True, help_text="Altijd Integer.")
    datacontenttype = TekstVeld(read_only=True, help_text="Altijd application/json.")
    dataref = serializers.URLField(read_only=True, required=False, help_text="Waar het record op te halen is.")
    data = GegevensSerializer(read_only=True, help_text="Met welk record er iets gebeurde.")  # type: ignore[assignment]


class FeedSerializer(StrengeSerializer):
    """Een stuk van de feed."""

    results = GebeurtenisSerializer(many=True, read_only=True, help_text="Op volgorde; leeg als er niets nieuws is.")
    volgende = TekstVeld(read_only=True, help_text="Wat u de volgende keer als `na` stuurt. Bewaar dit.")
    next = serializers.URLField(read_only=True, help_text="Hetzelfde, als volledig adres.")
    meer = serializers.BooleanField(read_only=True, help_text="Of er nu al meer is.")


class FeedVraagSerializer(StrengeSerializer):
    """Vanaf waar, en hoeveel."""

    na = TekstVeld(
        required=False, max_length=40,
        help_text="`volgende` uit het vorige antwoord; zonder: vanaf het begin. Met `nu` begint u bij wat hierna gebeurt.",
    )  # fmt: skip
    aantal = serializers.RegexField(
        r"^[0-9]{1,3}$",
        required=False,
        help_text=f"Hoeveel ten hoogste, 1 tot en met {MEESTE}; zonder: {ZONDER_VRAAG}.",
    )
    type = TypeVeld(required=False, help_text="Alleen dit type.")

    def validate_na(self, waarde: str) -> feed.Plek | None:
        """De plek, of None voor nu."""
        if waarde == "nu":
            return None
        try:
            return feed.Plek.lees(waarde)
        except ValueError as fout:
            raise serializers.ValidationError(
                "Stuur `volgende` uit een eerder antwoord, of nu.", code="invalid"
            ) from fout

    def validate_aantal(self, waarde: str) -> int:
        """Het getal."""
        if not 1 <= int(waarde) <= MEESTE:
            raise serializers.ValidationError(f"Geef een getal van 1 tot en met {MEESTE}.", code="invalid")
        return int(waarde)


class GebeurtenissenView(PortaalView):
    """De feed: alles wat er met uw records gebeurde, op volgorde, zonder dat er ooit iets wordt overgeslagen."""

    scopes = {"GET": "gebeurtenissen:lezen"}
    query_serializer = FeedVraagSerializer
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"GET": ("na", "aantal", "type")}

    @extend_schema(operation_id="gebeurtenissenList", responses=FeedSerializer)
    def get(self, request: Request) -> Response:
        """Wat er gebeurde na `na`, oudste eerst. Zo vaak als u wilt; elk event heeft een vast `id`."""
        gevraagd = FeedVraagSerializer(data=request.query_params.dict())
        gevraagd.is_valid(raise_exception=True)
        keuze = gevraagd.validated_data
        aantal, tot = keuze.get("aantal", ZONDER_VRAAG), feed.horizon()
        na = keuze.get("na", feed.BEGIN) or tot
        soorten = [SOORTEN[keuze["type"]]] if "type" in keuze else []
        gelezen = feed.lees(applicatie_van(request), na, tot, aantal + 1, soorten)
        meer, gelezen = len(gelezen) > aantal, gelezen[:aantal]
        volgende = feed.Plek.van(gelezen[-1]) if meer else max(tot, na)
        json = {
            "results": [als_cloudevent(g) for g in gelezen],
            "volgende": str(volgende),
            "next": f"{settings.PORTAAL_URL}{request.path}?{urlencode({**request.query_params.dict(), 'na': str(volgende)})}",
            "meer": meer,
        }
        return Response(json)
