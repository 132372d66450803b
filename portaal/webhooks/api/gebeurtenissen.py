"""De types, en de feed die een systeem zelf leest."""

from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portaal.api.serializers import StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import applicatie_van
from portaal.api.views import PortaalView
from portaal.gebeurtenissen.soorten import Soort
from portaal.webhooks import feed
from portaal.webhooks.api.basis import TypeVeld
from portaal.webhooks.cloudevents import SOORTEN, als_cloudevent

MEESTE, ZONDER_VRAAG = 500, 100  # gebeurtenissen per keer


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
