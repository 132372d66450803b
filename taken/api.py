"""De Taken-API: de viewsets. Vorm van Open VTB; elke verandering gaat via `taken.handelingen`."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import IO, Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.filters import BladerSerializer, als_lookups
from portaal.api.idempotentie import reserveer, sleutel_van, vingerafdruk_van
from portaal.api.paginering import BLADEREN
from portaal.api.problemen import Conflict
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.models import Categorie
from portaal.betrokkenen.testpersonen import GeenTestpersoonError, beperkt, eis_testpersoon
from portaal.formulieren.herkomst import is_verwijzing
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.notificaties.bereikbaarheid import Bereikbaarheid
from portaal.notificaties.serializers import bereikbaarheid_van, eis_bereikbaar, notificaties_van
from portaal.uuid7 import uuid7
from taken import handelingen
from taken.bulk import HOOGSTENS, Gelezen, Uitkomst, fout_bij, rijen_uit, schrijf, verwerk
from taken.dialecten import openvtb
from taken.loket import AndereVragenError
from taken.models import Status, Taak, TaakSoort, Uitstel
from taken.serializers import (
    PER_SOORT,
    BetaaltaakOpBetaaltakenSerializer,
    BulkUitkomstSerializer,
    FilterSerializer,
    FormuliertaakOpFormuliertakenSerializer,
    NietdigitaaltaakOpNietdigitaletakenSerializer,
    TaakSerializer,
    UrltaakOpUrltakenSerializer,
    ZoekSerializer,
)


class TakenViewSet(PortaalView, GenericViewSet[Taak]):
    """Taken maken, volgen en beëindigen. Eigenaar: alles; uitvoerder met toestemming: lezen en uitvoeren."""

    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    soorten: ClassVar[frozenset[TaakSoort]] = frozenset()
    query_serializer = FilterSerializer
    scopes = {
        "GET": "taken:lezen",
        "zoek": "taken:lezen",
        "POST": "taken:schrijven",
        "PUT": "taken:schrijven",
        "PATCH": ("taken:schrijven", "taken:uitvoeren"),
        "DELETE": "taken:schrijven",
    }
    idempotente_acties = frozenset({"create"})
    zonder_bladeren = frozenset({"bulk"})
    # Naam in de querystring → veld van Taak.
    filters: ClassVar[dict[str, str]] = {
        "uuid": "pk",
        "titel": "titel",
        "status": "status",
        "taakSoort": "soort",
        "handelingsPerspectief": "handelingsperspectief",
        "verwerkerTaakId": "verwerker_taak_id",
        "bronReferentie": "bron_referentie",
        "startdatum": "startdatum",
        "einddatumHandelingsTermijn": "einddatum_handelingstermijn",
        "datumHerinnering": "datum_herinnering",
        "uitstel": "uitstel",
    }
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {
        "list": FilterSerializer.namen(),
        "zoek": BLADEREN,
        "bulk": ("proef",),
    }

    def get_queryset(self) -> QuerySet[Taak]:
        """Wat deze applicatie mag zien, in volgorde van maken."""
        taken = Taak.objects.van(self.aanroeper.applicatie).met_context()
        return taken.filter(soort__in=self._soorten()).order_by("id")

    def _soorten(self) -> frozenset[TaakSoort]:
        """De soorten die dit pad voor deze applicatie kent."""
        return self.soorten

    @property
    def aanroeper(self) -> Aanroeper:
        """De applicatie achter het token."""
        return cast(Aanroeper, self.request.user)

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.aanroeper.applicatie)

    # --- lezen -------------------------------------------------------------------------------------------------------
    def list(self, request: Request) -> Response:
        """De taken van deze applicatie, en die waarvoor zij toestemming heeft."""
        return self._pagina("taken-lijst", FilterSerializer.lees(request.query_params))

    @extend_schema(request=ZoekSerializer)
    @action(detail=False, methods=["post"], url_path="_zoek", url_name="zoek", query_serializer=BladerSerializer)
    def zoek(self, request: Request) -> Response:
        """Zoek de taken van één persoon of bedrijf. Met POST: een nummer van een persoon hoort niet in het adres."""
        gevraagd = ZoekSerializer(data=request.data)
        gevraagd.is_valid(raise_exception=True)
        return self._pagina("taken-zoek", gevraagd.validated_data)

    def _pagina(self, waarvoor: str, keuze: Mapping[str, Any]) -> Response:
        taken = self.get_queryset().filter(**als_lookups(keuze, self.filters))
        if urn := keuze.get("isGerelateerdAan"):
            taken = taken.filter(is_gerelateerd_aan__contains=[{"urn": urn}])
        if urn := keuze.get("isToegewezenAan"):
            voor = openvtb.lees_geadresseerde(urn)
            taken = taken.filter(betrokkene=vind_geadresseerde(voor))
        pagina = cast(list[Taak], self.paginate_queryset(taken))
        self._leg_inzage_vast(waarvoor, pagina)
        gemeld = notificaties_van(Taak.record_soort, [taak.pk for taak in pagina])
        return self.get_paginated_response([self._weergave(taak, notificaties=gemeld[taak.pk]) for taak in pagina])

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén taak."""
        taak = self._taak(uuid)
        self._leg_inzage_vast("taak", [taak])
        return Response(self._weergave(taak))

    # --- veranderen --------------------------------------------------------------------------------------------------
    def create(self, request: Request) -> Response:
        """Maak een taak. Hetzelfde nog eens sturen maakt er geen tweede bij."""
        gelezen = self._eis_open(self._lees(request.data))
        sleutel = sleutel_van(request)
        body, pk = cast(dict[str, Any], request.data), uuid7()
        taak, nieuw, bereikbaar = self._maak(gelezen, body, sleutel, vingerafdruk_van(request), pk)
        if not nieuw:
            return Response(self._weergave(taak))
        if bereikbaar is None:
            return self._gemaakt(taak)
        return self._gemaakt(taak, bereikbaarheid=bereikbaar.als_json(), notificaties=[])

    @extend_schema(
        parameters=[OpenApiParameter("proef", bool, description="Controleer alles en bewaar niets.")],
        request={
            "application/json": {"type": "array", "maxItems": HOOGSTENS, "items": {"type": "object"}},
            "application/x-ndjson": {"type": "string", "description": "Per regel een taak."},
        },
        responses={
            (200, "application/json"): BulkUitkomstSerializer(many=True),
            (200, "application/x-ndjson"): OpenApiTypes.STR,
        },
    )
    def bulk(self, request: Request) -> StreamingHttpResponse:
        """Maak tot 10.000 taken, als JSON-lijst of NDJSON; per rij een uitkomst. Met `proef=true` wordt niets bewaard.

        Een rij is een taak, met eventueel een eigen `idempotencyKey`. Een rij met een fout houdt de andere niet tegen.
        """
        soort, _, _rest = (request.content_type or "").lower().partition(";")
        if soort.strip() not in ("application/json", "application/x-ndjson"):
            raise UnsupportedMediaType(soort)
        proef = request.query_params.get("proef", "false")
        if proef not in ("true", "false"):
            raise serializers.ValidationError({"proef": "Geef true of false."}, code="invalid_choice")
        ndjson = soort.strip() == "application/x-ndjson"
        regels = self._bulk_uitkomsten(request, ndjson=ndjson, proef=proef == "true")
        return StreamingHttpResponse(
            regels,
            content_type="application/x-ndjson" if ndjson else "application/json",
            headers={"X-Accel-Buffering": "no"},
        )

    def _bulk_uitkomsten(self, request: Request, *, ndjson: bool, proef: bool) -> Iterator[bytes]:
        """Leest en schrijft tegelijk. Een proef is hetzelfde in één transactie die aan het eind wordt teruggedraaid."""
        pad = request.path.removesuffix("/_bulk")
        categorieen = {categorie.code: categorie for categorie in Categorie.objects.all()}
        gemaakt: dict[type[Any], Any] = {}

        def lees(rij: dict[str, Any]) -> dict[str, Any]:
            klas = self._serializer_voor(rij, None)
            if klas not in gemaakt:  # een serializer maken kost meer dan er een rij mee lezen
                gemaakt[klas] = klas(context={"categorieen": categorieen, "applicatie": self.aanroeper.applicatie})
            waarden = self._eis_open(gemaakt[klas].run_validation(rij))
            voor = openvtb.lees_geadresseerde(waarden["isToegewezenAan"])
            try:
                eis_testpersoon(voor.soort, voor.nummer)
            except GeenTestpersoonError as fout:
                raise serializers.ValidationError({"isToegewezenAan": str(fout)}, code="test_person_only") from fout
            return waarden

        rijen = rijen_uit(_stroom(request), ndjson=ndjson)
        uitkomsten = verwerk(rijen, pad, lees, lambda goed: self._maak_batch(goed, pad))
        # De view is al klaar als dit loopt: wat zij voor dit verzoek instelde geldt hier opnieuw.
        test = self.aanroeper.token.test
        with translation.override("nl"), beperkt(test), transaction.atomic() if proef else nullcontext():
            yield from schrijf(uitkomsten, ndjson=ndjson)
            if proef:
                transaction.set_rollback(True)

    def _maak_batch(self, goed: Sequence[Gelezen], pad: str) -> Sequence[Uitkomst]:
        """Eerst alles wat zonder meer nieuw is samen; de rest een voor een, zoals een los verzoek."""
        rijen = [
            handelingen.Rij(
                self._nieuw(g.waarden, g.body, g.vingerafdruk, g.sleutel),
                g.sleutel,
                apart=bool(g.waarden.get("alleenIndienBereikbaar") or g.waarden.get("verzoektype")),
            )
            for g in goed
        ]
        gemaakt = handelingen.maak_veel_aan(rijen, self.partij)
        return [
            self._uitkomst(g, pk, nieuw=True) if pk is not None else self._los(g, pad)
            for g, pk in zip(goed, gemaakt, strict=True)
        ]

    def _los(self, gelezen: Gelezen, pad: str) -> Uitkomst:
        try:
            taak, nieuw, _b = self._maak(gelezen.waarden, gelezen.body, gelezen.sleutel, gelezen.vingerafdruk, uuid7())
        except APIException as fout:
            return fout_bij(gelezen.nummer, fout, pad)
        return self._uitkomst(gelezen, taak.pk, nieuw=nieuw)

    def _uitkomst(self, gelezen: Gelezen, pk: UUID, *, nieuw: bool) -> Uitkomst:
        return {
            "index": gelezen.nummer,
            "status": 201 if nieuw else 200,
            "uuid": pk,
            "url": openvtb.url_van(_basis(), gelezen.waarden["taakSoort"], pk),
        }

    def _nieuw(
        self, gelezen: Mapping[str, Any], body: Mapping[str, Any], vingerafdruk: str, sleutel: str | None
    ) -> handelingen.NieuweTaak:
        return openvtb.naar_nieuwe_taak(gelezen, body, bytes.fromhex(vingerafdruk), met_sleutel=sleutel is not None)

    def _maak(
        self, gelezen: Mapping[str, Any], body: Mapping[str, Any], sleutel: str | None, vingerafdruk: str, pk: UUID
    ) -> tuple[Taak, bool, Bereikbaarheid | None]:
        """De taak, of het antwoord 201 is (anders was zij er al), en hoe bereikbaar de persoon is.

        Zonder bereikbaarheid is zij van een eerder verzoek met dezelfde Idempotency-Key. Wat niet kan is een fout met de
        status die erbij hoort.
        """
        nieuw = self._nieuw(gelezen, body, vingerafdruk, sleutel)
        try:
            with transaction.atomic():
                if sleutel is not None:
                    bestaand = reserveer(self.aanroeper.applicatie, sleutel, vingerafdruk, Taak.record_soort, pk)
                    if bestaand is not None:
                        return self._nog_bestaande(bestaand), True, None
                taak = handelingen.zet_neer(nieuw, self.partij, pk)
                kijk = eis_bereikbaar if gelezen.get("alleenIndienBereikbaar") else bereikbaarheid_van
                return taak, True, kijk(taak.betrokkene_id, taak.categorie_id)
        except IntegrityError as fout:
            bestaande = handelingen.zoek_bestaande(nieuw, self.aanroeper.applicatie)
            if bestaande is None:
                raise
            if bytes(bestaande.vingerafdruk) != nieuw.vingerafdruk:
                raise Conflict(
                    "Er is al een taak met deze bronReferentie, met een andere inhoud.", "bron_referentie_exists",
                    bestaand=self._url(bestaande),
                ) from fout  # fmt: skip
            if bestaande.ingetrokken_op is not None:
                raise Conflict("De taak met deze bronReferentie is verwijderd.", "bron_referentie_deleted") from fout
            return bestaande, False, None
        except handelingen.AfgemeldError as fout:
            raise Conflict(str(fout), "opted_out") from fout
        except handelingen.HostNietToegestaanError as fout:
            raise serializers.ValidationError(
                {"details": {"uitvraagLink": str(fout)}}, code="host_not_allowed"
            ) from fout
        except AndereVragenError as fout:
            raise serializers.ValidationError(
                {"details": {"formulierDefinitie": str(fout)}}, code="form_mismatch"
            ) from fout

    def update(self, request: Request, uuid: UUID) -> Response:
        """Stuur een hele taak terug. Een veld dat niet verplicht is en ontbreekt, blijft zoals het is."""
        return self._werk_bij(request, uuid, deels=False)

    def partial_update(self, request: Request, uuid: UUID) -> Response:
        """Wijzig een taak, of zet haar een stap verder met `status`."""
        return self._werk_bij(request, uuid, deels=True)

    def destroy(self, request: Request, uuid: UUID) -> Response:
        """Trek een taak in. Daarna bestaat zij voor de API niet meer; de persoon ziet 'ingetrokken'."""
        self._doe(lambda: handelingen.breek_af(uuid, self.partij, verwijder=True))
        return Response(status=204)

    def _werk_bij(self, request: Request, uuid: UUID, *, deels: bool) -> Response:
        taak = self._taak(uuid)
        gelezen = self._lees(request.data, deels=deels, soort=taak.soort)
        self._eis_onveranderd(taak, gelezen)
        self._eis_datums(taak, gelezen)
        naar = Status(gelezen["status"]) if "status" in gelezen else None
        wijziging = openvtb.naar_wijziging(gelezen)
        alleen_uitvoeren = "taken:schrijven" not in self.aanroeper.token.scopes
        uitstel = gelezen.get("uitstel") or {}
        if alleen_uitvoeren and (naar != Status.UITGEVOERD or wijziging.velden or uitstel):
            raise PermissionDenied("Met de scope taken:uitvoeren kan alleen status uitgevoerd, met ontvangen gegevens.")
        reden = gelezen.get("reden", "")

        def doe() -> Taak:
            with transaction.atomic():
                if uitstel and uitstel["stand"] != taak.uitstel:
                    antwoord = {"antwoord": Uitstel(uitstel["stand"]), "reden": uitstel.get("reden", "")}
                    handelingen.beantwoord_uitstel(uuid, self.partij, **antwoord)
                return handelingen.werk_bij(uuid, self.partij, wijziging, naar=naar, reden=reden)

        self._doe(doe)
        return Response(self._weergave(self._taak(uuid)))

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _serializer_voor(self, data: Any, soort: str | None) -> type[serializers.Serializer[Any]]:
        """Waarmee dit verzoek gelezen wordt; `soort` is die van de bestaande taak."""
        return cast(type[serializers.Serializer[Any]], self.get_serializer_class())

    def _lees(self, data: Any, *, deels: bool = False, soort: str | None = None) -> dict[str, Any]:
        klas = self._serializer_voor(data, soort)
        if not deels and isinstance(data, Mapping) and not _verwijst(data):
            return cast(dict[str, Any], _gedeeld(klas).run_validation(data))
        serializer = klas(data=data, partial=deels, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)

    def _taak(self, uuid: UUID) -> Taak:
        try:
            return self.get_queryset().get(pk=uuid)
        except Taak.DoesNotExist as fout:
            raise Http404 from fout

    def _nog_bestaande(self, uuid: UUID) -> Taak:
        try:
            return self._taak(uuid)
        except Http404 as fout:
            raise Conflict("De taak van dit verzoek is verwijderd.", "deleted") from fout

    def _doe(self, handeling: Callable[[], Taak]) -> Taak:
        """Voer een handeling uit en vertaal wat zij weigert naar het antwoord dat daarbij hoort."""
        try:
            return handeling()
        except Taak.DoesNotExist as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except handelingen.OvergangError as fout:
            raise Conflict(str(fout), "status", huidigeStatus=fout.taak.status) from fout
        except handelingen.NietMogelijkError as fout:
            raise serializers.ValidationError({"uitstel": str(fout)}, code="invalid") from fout
        except handelingen.HostNietToegestaanError as fout:
            raise serializers.ValidationError(
                {"details": {"uitvraagLink": str(fout)}}, code="host_not_allowed"
            ) from fout
        except AndereVragenError as fout:
            raise serializers.ValidationError(
                {"details": {"formulierDefinitie": str(fout)}}, code="form_mismatch"
            ) from fout

    @staticmethod
    def _eis_open(gelezen: dict[str, Any]) -> dict[str, Any]:
        if gelezen.get("status", Status.OPEN) != Status.OPEN:
            raise serializers.ValidationError({"status": "Een nieuwe taak is altijd open."}, code="invalid")
        return gelezen

    @staticmethod
    def _eis_onveranderd(taak: Taak, gelezen: Mapping[str, Any]) -> None:
        """Voor wie de taak is, welke soort zij is en onder welk kenmerk zij kwam, staat vast."""
        vast = {
            "isToegewezenAan": taak.toegewezen_aan,
            "taakSoort": taak.soort,
            "bronReferentie": taak.bron_referentie,
            "verzoektype": taak.verzoektype,
        }
        for naam, waarde in vast.items():
            if naam in gelezen and gelezen[naam] != waarde:
                raise Conflict(f"{naam} kan niet worden gewijzigd. Maak een nieuwe taak.", "immutable", veld=naam)

    @staticmethod
    def _eis_datums(taak: Taak, gelezen: Mapping[str, Any]) -> None:
        """Samen met wat er al staat: begint de taak niet na haar laatste dag?"""
        start = gelezen.get("startdatum", taak.startdatum)
        eind = gelezen.get("einddatumHandelingsTermijn", taak.einddatum_handelingstermijn)
        if {"startdatum", "einddatumHandelingsTermijn"} & set(gelezen) and eind and start > eind:
            raise serializers.ValidationError({"startdatum": "De startdatum ligt na de einddatum."}, code="invalid")

    def _url(self, taak: Taak) -> str:
        return openvtb.url_van(_basis(), taak.soort, taak.pk)

    def _weergave(self, taak: Taak, **erbij: Any) -> dict[str, Any]:
        json = openvtb.naar_json(taak, _basis(), settings.URN_NAMESPACE) | erbij
        if "notificaties" not in erbij:
            json["notificaties"] = notificaties_van(Taak.record_soort, [taak.pk])[taak.pk]
        return _gedeeld(PER_SOORT[taak.soort]).to_representation(json)

    def _gemaakt(self, taak: Taak, **erbij: Any) -> Response:
        return Response(self._weergave(taak, **erbij), status=201, headers={"Location": self._url(taak)})

    def _leg_inzage_vast(self, waarvoor: str, taken: Sequence[Taak]) -> None:
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.aanroeper.applicatie.pk, f"api:{waarvoor}",
            [(taak.record_soort, taak.pk, taak.betrokkene_id) for taak in taken],
        )  # fmt: skip


@functools.cache
def _gedeeld(klas: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Eén serializer per soort, voor elk antwoord: hem opbouwen (velden kopiëren) kost meer dan er een taak mee schrijven.

    Alleen voor `to_representation`: dat bewaart niets in de serializer. Lezen hangt af van wie het verzoek doet.
    """
    return klas()


def _verwijst(data: Mapping[str, Any]) -> bool:
    """Of deze taak naar een formulier verwijst: dan moet de serializer weten wie het vraagt."""
    details = data.get("details")
    return isinstance(details, Mapping) and is_verwijzing(details.get("formulierDefinitie"))


def _basis() -> str:
    """Het begin van elk adres in de Taken-API."""
    return f"{settings.PORTAAL_URL}/taken/api/v1"


def _stroom(request: Request) -> IO[bytes]:
    """De inhoud om in delen te lezen; ook als de aanroeper haar zelf in delen stuurt, zonder Content-Length."""
    wsgi = request._request
    if not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated"):
        return cast(IO[bytes], request.META["wsgi.input"])
    return cast(IO[bytes], wsgi)


# In het document staan de drie soorten van Open VTB; nietdigitaaltaak is voor wie daarom vroeg.
_EXTERNE_TAAK = PolymorphicProxySerializer(
    component_name="ExterneTaak",
    serializers={soort: klas for soort, klas in PER_SOORT.items() if soort != TaakSoort.NIETDIGITAALTAAK},
    resource_type_field_name="taakSoort",
)


_EXTERNE_TAKEN = PolymorphicProxySerializer(
    component_name="ExterneTaak",
    serializers={soort: klas for soort, klas in PER_SOORT.items() if soort != TaakSoort.NIETDIGITAALTAAK},
    resource_type_field_name="taakSoort",
    many=True,
)


@extend_schema_view(
    list=extend_schema(responses=_EXTERNE_TAAK),
    zoek=extend_schema(responses={200: _EXTERNE_TAKEN}),
    retrieve=extend_schema(responses=_EXTERNE_TAAK),
    create=extend_schema(request=_EXTERNE_TAAK, responses={201: _EXTERNE_TAAK}),
    update=extend_schema(request=_EXTERNE_TAAK, responses=_EXTERNE_TAAK),
    partial_update=extend_schema(request=_EXTERNE_TAAK, responses=_EXTERNE_TAAK),
)
class ExterneTakenViewSet(TakenViewSet):
    """Taken van elke soort."""

    serializer_class = TaakSerializer
    soorten = frozenset({TaakSoort.URLTAAK, TaakSoort.FORMULIERTAAK, TaakSoort.BETAALTAAK})

    def _soorten(self) -> frozenset[TaakSoort]:
        """De soort die Open VTB niet kent alleen voor wie dat wil: een gegenereerde client struikelt erover."""
        ook = {TaakSoort.NIETDIGITAALTAAK} if self.aanroeper.applicatie.nietdigitale_taken_op_externetaken else set()
        return self.soorten | ook

    def _serializer_voor(self, data: Any, soort: str | None) -> type[serializers.Serializer[Any]]:
        """De soort van de bestaande taak, of die in het verzoek. Een onbekende soort is een fout bij `taakSoort`."""
        if soort is None and isinstance(data, Mapping):
            soort = data.get("taakSoort")
        if isinstance(soort, str) and soort in self._soorten():
            return PER_SOORT[soort]
        return self._onbekende_soort()

    def _onbekende_soort(self) -> type[serializers.Serializer[Any]]:
        """Leest alles behalve `details`: dan staan ook de andere fouten in het antwoord."""
        keuzes = sorted(self._soorten())

        class ZonderSoort(TaakSerializer):
            taakSoort = serializers.ChoiceField(choices=keuzes)
            details = serializers.DictField()

        return ZonderSoort


@extend_schema_view(zoek=extend_schema(responses={200: UrltaakOpUrltakenSerializer(many=True)}))
class UrltakenViewSet(TakenViewSet):
    """Alleen urltaken."""

    serializer_class = UrltaakOpUrltakenSerializer
    soorten = frozenset({TaakSoort.URLTAAK})


@extend_schema_view(zoek=extend_schema(responses={200: FormuliertaakOpFormuliertakenSerializer(many=True)}))
class FormuliertakenViewSet(TakenViewSet):
    """Alleen formuliertaken."""

    serializer_class = FormuliertaakOpFormuliertakenSerializer
    soorten = frozenset({TaakSoort.FORMULIERTAAK})


@extend_schema_view(zoek=extend_schema(responses={200: BetaaltaakOpBetaaltakenSerializer(many=True)}))
class BetaaltakenViewSet(TakenViewSet):
    """Alleen betaaltaken."""

    serializer_class = BetaaltaakOpBetaaltakenSerializer
    soorten = frozenset({TaakSoort.BETAALTAAK})


@extend_schema_view(zoek=extend_schema(responses={200: NietdigitaaltaakOpNietdigitaletakenSerializer(many=True)}))
class NietdigitaletakenViewSet(TakenViewSet):
    """Alleen taken die niet online kunnen. Een eigen uitbreiding: Open VTB kent deze soort niet."""

    serializer_class = NietdigitaaltaakOpNietdigitaletakenSerializer
    soorten = frozenset({TaakSoort.NIETDIGITAALTAAK})
