"""Wat elk eindpunt deelt: wie er belt, langs welk adres, het coördinatenstelsel, en fouten."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.exceptions import ErrorDetail, NotAcceptable, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from portaal.api.paginering import Paginering
from portaal.api.problemen import Conflict, PortaalFout
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.models import Applicatie, Grant
from portaal.betrokkenen.nummers import bevat_nummer
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.objecten import handelingen
from portaal.objecten.models import (
    PAD,
    TAAKDIALECTEN,
    Koppelfoutsoort,
    Koppeling,
    Koppelobject,
    Objecttype,
)

CRS = "EPSG:4326"


class CrsOntbreekt(PortaalFout):
    """412: de kop Content-Crs ontbreekt; zo doet de Objecten API het ook."""

    status_code = 412
    default_code = "precondition_failed"


class CrsNietBekend(NotAcceptable):
    """406: een ander coördinatenstelsel dan EPSG:4326."""

    default_detail = f"Alleen {CRS} wordt ondersteund."


class ObjectenPaginering(Paginering):
    """Bladeren met adressen zoals de aanroeper ze kent."""

    basis = ""

    def _adres(self, pagina: int) -> str:
        if self.request is None:
            raise Http404
        vragen = self.request.query_params.copy()
        vragen["page"] = str(pagina)
        return f"{self.basis}{self.request.path.removeprefix(PAD)}?{vragen.urlencode()}"


class ObjectenView(PortaalView):
    """Wat elk eindpunt deelt: wie er belt, langs welk adres, en het coördinatenstelsel."""

    pagination_class = ObjectenPaginering
    scopes = {
        "GET": "objecten:lezen",
        "POST": "objecten:schrijven",
        "PUT": "objecten:schrijven",
        "PATCH": "objecten:schrijven",
        "DELETE": "objecten:schrijven",
    }

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Als elders, maar `data_attr` mag vaker voorkomen, en een koppeling kan nummers in het adres toestaan."""
        APIView.initial(self, request, *args, **kwargs)
        self._controleer_query(request)
        if "uuid" not in kwargs or request.method not in ("PUT", "PATCH"):
            self.controleer_crs(request)

    @property
    def applicatie(self) -> Applicatie:
        """De applicatie achter het token."""
        return cast(Aanroeper, self.request.user).applicatie

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.applicatie)

    def koppeling(self) -> Koppeling | None:
        """De koppeling van deze applicatie; wie alleen een toestemming heeft, heeft er geen."""
        if not hasattr(self, "_koppeling"):
            self._koppeling = Koppeling.objects.filter(applicatie=self.applicatie, actief=True).first()
            if self._koppeling is not None:
                self._koppeling.applicatie = self.applicatie
        return self._koppeling

    def basis(self) -> str:
        """Het adres waarlangs deze applicatie ons kent, met / aan het eind."""
        koppeling = self.koppeling()
        return koppeling.basis if koppeling else settings.PORTAAL_URL + PAD

    def typen(self) -> QuerySet[Objecttype]:
        """De objecttypen die deze applicatie mag gebruiken: de hare, en die van taken die zij mag uitvoeren."""
        van_ander = Grant.objects.filter(uitvoerder=self.applicatie).values("eigenaar")
        eigen = Objecttype.objects.filter(koppeling__applicatie=self.applicatie)
        met_toestemming = Objecttype.objects.filter(koppeling__applicatie__in=van_ander, dialect__in=TAAKDIALECTEN)
        return (eigen | met_toestemming).filter(koppeling__actief=True).select_related("koppeling__applicatie")

    def pagina(self, rijen: Any) -> tuple[ObjectenPaginering, list[Any]]:
        """Een pagina van deze rijen, met de adressen van deze aanroeper."""
        bladeren = self.pagination_class()
        bladeren.basis = self.basis()
        return bladeren, bladeren.paginate_queryset(rijen, self.request, self) or []

    def _controleer_query(self, request: Request) -> None:
        mag = {*self.eigen_query_parameters(str(request.method)), "page", "pageSize"}
        fouten: dict[str, list[ErrorDetail]] = {}
        for naam, waarden in request.GET.lists():
            if naam not in mag:
                sleutel = "(naam met een nummer)" if bevat_nummer(naam) else naam
                fouten[sleutel] = [ErrorDetail("Deze parameter bestaat hier niet.", "unknown")]
            elif len(waarden) > 1 and naam != "data_attr":
                fouten[naam] = [ErrorDetail("Deze parameter mag maar één keer voorkomen.", "duplicate")]
            if any(bevat_nummer(waarde) for waarde in waarden) and not self._nummers_mogen():
                uitleg = "Zet een nummer niet in het adres. Zoek met POST objects/search, met dezelfde data_attrs in de inhoud."
                fouten[naam] = [ErrorDetail(uitleg, "number_in_query")]
        if fouten:
            raise ValidationError(fouten)

    def _nummers_mogen(self) -> bool:
        koppeling = self.koppeling()
        return koppeling is not None and koppeling.nummers_in_adres

    @staticmethod
    def controleer_crs(request: Request) -> None:
        """Zoals de Objecten API: Content-Crs hoort bij schrijven (412), en beide koppen kennen één waarde (406)."""
        inhoud, wil = request.headers.get("Content-Crs"), request.headers.get("Accept-Crs")
        if request.method in ("POST", "PUT", "PATCH") and inhoud is None:
            raise CrsOntbreekt(f"De kop Content-Crs ontbreekt. Stuur Content-Crs: {CRS}.")
        if request.method in ("POST", "PUT", "PATCH") and inhoud != CRS:
            raise CrsNietBekend
        if wil is not None and wil != CRS:
            raise CrsNietBekend

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Met de kop Content-Crs als het gelukt is en er iets in staat."""
        antwoord = super().finalize_response(request, response, *args, **kwargs)
        if antwoord.status_code < 300 and antwoord.status_code != 204:
            antwoord.headers["Content-Crs"] = CRS
        return antwoord

    def leg_inzage(self, waarvoor: str, objecten: Iterable[Koppelobject], records: Mapping[UUID, Any]) -> None:
        """Wie de gegevens van iemand leest, staat in het inzagelogboek."""
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.applicatie.pk, f"api:{waarvoor}",
            [(o.record_soort, o.pk, records[o.pk].betrokkene_id) for o in objecten],
        )  # fmt: skip

    def doe(self, handeling: Any) -> Any:
        """Voer een handeling uit en vertaal wat zij weigert naar het antwoord dat daarbij hoort."""
        try:
            return handeling()
        except Koppelobject.DoesNotExist as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except handelingen.PastNietError as fout:
            raise Conflict(str(fout), "conflict") from fout
        except handelingen.WeigerError as fout:
            koppeling = self.koppeling()
            if koppeling is not None:
                waar = ", ".join(f"{pad} ({code})" for pad, code, _uitleg in fout.fouten)
                handelingen.leg_fout_vast(koppeling, Koppelfoutsoort.GEWEIGERD, None, waar)
            raise als_validatie(fout.fouten) from fout


def als_validatie(fouten: Sequence[tuple[str, str, str]]) -> ValidationError:
    """De fouten per pad, zoals een serializer ze geeft."""
    per_pad: dict[str, list[ErrorDetail]] = {}
    for pad, code, uitleg in fouten:
        per_pad.setdefault(pad, []).append(ErrorDetail(uitleg, code))
    return ValidationError(per_pad)
