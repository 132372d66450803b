"""De Test-API: een integrator speelt met een testsleutel de persoon, en probeert zo de hele kring."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from berichten.models import Bericht
from portaal.api.problemen import Conflict
from portaal.api.serializers import StrengeSerializer, TekstVeld
from portaal.api.token import applicatie_van
from portaal.api.views import PortaalView
from portaal.inloggen.partij import MagNietError
from portaal.nabootsen import handelingen
from taken.handelingen import AntwoordenError, OvergangError
from taken.models import Taak


class NagebootstSerializer(StrengeSerializer):
    """Wat er is nagebootst."""

    soort = TekstVeld(read_only=True, help_text="taak of bericht.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het record.")
    wat = TekstVeld(read_only=True, help_text="Wat er nu in het boek staat.")


class InzendingSerializer(StrengeSerializer):
    """Wat de testpersoon invult."""

    gegevens = serializers.DictField(
        required=False, help_text="De antwoorden, per `key` van het formulier. Alleen bij een formuliertaak."
    )


class _NabootsenView(PortaalView):
    """Wat de drie delen: de fouten."""

    @staticmethod
    def _doe(handeling: Callable[[], Any]) -> Any:
        try:
            return handeling()
        except (Taak.DoesNotExist, Bericht.DoesNotExist) as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except OvergangError as fout:
            raise Conflict(str(fout), "status", huidigeStatus=fout.taak.status) from fout
        except AntwoordenError as fout:
            fouten = {naam: [ErrorDetail(tekst, "invalid")] for naam, tekst in fout.ingevuld.fouten.items()}
            raise serializers.ValidationError({"gegevens": fouten}) from fout

    @staticmethod
    def _gedaan(soort: str, uuid: UUID, wat: str) -> Response:
        return Response(NagebootstSerializer({"soort": soort, "uuid": uuid, "wat": wat}).data)


class InzendingenView(_NabootsenView):
    """De testpersoon doet een taak."""

    scopes = {"POST": "taken:schrijven"}

    @extend_schema(operation_id="takenInzendingenCreate", request=InzendingSerializer, responses=NagebootstSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """De testpersoon verstuurt het formulier; bij een andere soort taak zegt hij dat het gedaan is."""
        gelezen = InzendingSerializer(data=request.data)
        gelezen.is_valid(raise_exception=True)
        gegevens = gelezen.validated_data.get("gegevens", {})
        taak = self._doe(lambda: handelingen.stuur_in(uuid, applicatie_van(request), gegevens))
        return self._gedaan("taak", uuid, "taak-uitgevoerd" if taak.status == "uitgevoerd" else "taak-gemeld")


class OpeningenView(_NabootsenView):
    """De testpersoon leest een bericht."""

    scopes = {"POST": "berichten:schrijven"}

    @extend_schema(operation_id="berichtenOpeningenCreate", request=None, responses=NagebootstSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """De testpersoon opent het bericht; daarna staat `geopendOp` erin."""
        self._doe(lambda: handelingen.open_bericht(uuid, applicatie_van(request)))
        return self._gedaan("bericht", uuid, "bericht-geopend")


class MislukteNotificatiesView(_NabootsenView):
    """De e-mail over een taak of bericht komt niet aan."""

    soort = ""

    @extend_schema(request=None, responses=NagebootstSerializer)
    def post(self, request: Request, uuid: UUID) -> Response:
        """De mailserver weigert het adres van de testpersoon."""
        self._doe(lambda: handelingen.laat_notificatie_mislukken(self.soort, uuid, applicatie_van(request)))
        return self._gedaan(self.soort, uuid, "notificatie-mislukt")


class MislukteNotificatiesVanTaakView(MislukteNotificatiesView):
    """Bij een taak."""

    soort = "taak"
    scopes = {"POST": "taken:schrijven"}


class MislukteNotificatiesVanBerichtView(MislukteNotificatiesView):
    """Bij een bericht."""

    soort = "bericht"
    scopes = {"POST": "berichten:schrijven"}
