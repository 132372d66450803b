"""Wat de Webhooks-API deelt."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404
from rest_framework import serializers

from portaal.api.serializers import TekstVeld
from portaal.api.token import applicatie_van
from portaal.api.views import PortaalView
from portaal.betrokkenen.models import Applicatie
from portaal.inloggen.partij import Partij
from portaal.webhooks.cloudevents import SOORTEN
from portaal.webhooks.models import Abonnement, Bezorging
from portaal.webhooks.ontvanger import AdresFout

R = TypeVar("R")


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


class WebhooksApi(PortaalView):
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
