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
from portaal.betrokkenen.urn import Geadresseerde, OnbruikbareUrnError, lees_geadresseerde
from portaal.inloggen.partij import MagNietError
from portaal.nabootsen import handelingen
from portaal.zaken.models import Zaak
from taken.handelingen import AntwoordenError, OvergangError
from taken.models import Taak
from verzoeken.handelingen import NietBeschikbaarError, OngeldigeAntwoordenError
from verzoeken.models import Verzoektype


class NagebootstSerializer(StrengeSerializer):
    """Wat er is nagebootst."""

    soort = TekstVeld(read_only=True, help_text="taak, bericht of verzoek.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het record.")
    wat = TekstVeld(read_only=True, help_text="Wat er nu in het boek staat.")


class InzendingSerializer(StrengeSerializer):
    """Wat de testpersoon invult."""

    gegevens = serializers.DictField(required=False, help_text="De antwoorden, per `key` van het formulier.")


class VerzoekinzendingSerializer(InzendingSerializer):
    """Het verzoek dat de testpersoon doet."""

    persoon = TekstVeld(max_length=200, help_text="De urn van de testpersoon, zoals urn:nld:brp:bsn:999990019.")
    zaak = serializers.UUIDField(required=False, help_text="De uuid van de zaak. Alleen bij een zaakverzoek.")

    def validate_persoon(self, waarde: str) -> Geadresseerde:
        """Iemand die de portaal kan vinden."""
        try:
            return lees_geadresseerde(waarde)
        except OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout


class _NabootsenView(PortaalView):
    """Wat de drie delen: de fouten."""

    @staticmethod
    def _doe(handeling: Callable[[], Any]) -> Any:
        try:
            return handeling()
        except (Taak.DoesNotExist, Bericht.DoesNotExist, Verzoektype.DoesNotExist) as fout:
            raise Http404 from fout
        except Zaak.DoesNotExist as fout:
            raise serializers.ValidationError({"zaak": "Deze zaak is niet bekend."}, code="does_not_exist") from fout
        except NietBeschikbaarError as fout:
            uitleg = "Dit verzoektype heeft geen gepubliceerd formulier, of de zaak ontbreekt of hoort er niet bij."
            raise Conflict(uitleg, "niet_beschikbaar") from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except OvergangError as fout:
            raise Conflict(str(fout), "status", huidigeStatus=fout.taak.status) from fout
        except (AntwoordenError, OngeldigeAntwoordenError) as fout:
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


class VerzoekinzendingenView(_NabootsenView):
    """De testpersoon doet een verzoek."""

    scopes = {"POST": "verzoeken:schrijven"}

    @extend_schema(
        operation_id="verzoektypenInzendingenCreate", request=VerzoekinzendingSerializer,
        responses=NagebootstSerializer,
    )  # fmt: skip
    def post(self, request: Request, uuid: UUID) -> Response:
        """De testpersoon verstuurt een verzoek van dit type, alsof hij het in de portaal invulde."""
        gelezen = VerzoekinzendingSerializer(data=request.data)
        gelezen.is_valid(raise_exception=True)
        w = gelezen.validated_data
        verzoek = self._doe(
            lambda: handelingen.dien_verzoek_in(
                uuid, applicatie_van(request), w["persoon"], w.get("gegevens", {}), w.get("zaak")
            )
        )
        return self._gedaan("verzoek", verzoek.pk, "verzoek-ingediend")


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
