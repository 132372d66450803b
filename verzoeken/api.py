"""De Verzoeken-API: serializers en viewsets. Vorm van Open VTB; elke verandering gaat via `verzoeken.handelingen`.

Niet uit Open VTB: DELETE (een ontvangen verzoek en zijn bewijs verdwijnen niet), `bijlageTypen`, en de filters op
medeInitiator en verzoekBetaling (versleuteld bewaard). Het formulier van een versie is het onze (`formulier`);
`aanvraagGegevensSchema` volgt daaruit en is alleen te lezen.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.filters import BladerSerializer, Filters, als_lookups
from portaal.api.idempotentie import reserveer, sleutel_van, vingerafdruk_van
from portaal.api.paginering import BLADEREN
from portaal.api.problemen import Conflict
from portaal.api.serializers import DatumVeld, LangTekstVeld, StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.models import Categorie
from portaal.betrokkenen.urn import URN, OnbruikbareUrnError, lees_geadresseerde
from portaal.formulieren.definitie import DefinitieFout
from portaal.formulieren.herkomst import los_op
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.verwijzing import Verwijzing
from portaal.logboek.inzage import leg_inzage_vast
from portaal.uuid7 import uuid7
from verzoeken import handelingen
from verzoeken.aanbod import catalogus_voor
from verzoeken.dialecten import openvtb
from verzoeken.models import (
    DOELGROEPEN,
    ONTVANGEN_STATUSSEN,
    Kanaal,
    Status,
    VersieStatus,
    Verzoek,
    Verzoektype,
    VerzoektypeVersie,
    ZaakverzoekSoort,
)

R = TypeVar("R")
_TYPE_URN = re.compile(r"urn:.*:(?P<uuid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})")
_TYPE_URL = re.compile(r"(?:.*/verzoektypen/)?(?P<uuid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})")


CODE_VAN_PROEF = "test-"


def basis() -> str:
    """Het begin van elk adres in deze API."""
    return f"{settings.PORTAAL_URL}/verzoeken/api/v1"


# --- Verzoeken --------------------------------------------------------------------------------------------------------
class VerzoekVerwijzingSerializer(StrengeSerializer):
    """Een verwijzing naar een zaak of product."""

    urn = serializers.RegexField(URN, max_length=255, help_text="URN van de zaak of het product.")


class VerzoekBronSerializer(StrengeSerializer):
    """Waar het verzoek vandaan komt."""

    naam = TekstVeld(required=False, allow_blank=True, max_length=100, help_text="De naam van de bron-applicatie.")
    kenmerk = TekstVeld(
        required=False, allow_blank=True, max_length=255,
        help_text="Uw eigen, unieke kenmerk: dubbel sturen kan dan niet.",
    )  # fmt: skip


class MomentAlsTekst(UTCDateTimeField):
    """Een moment dat als tekst bewaard wordt, in UTC."""

    def to_internal_value(self, value: Any) -> Any:
        """Bijvoorbeeld `2026-11-24T08:30:00Z`."""
        return super().to_representation(super().to_internal_value(value))

    def to_representation(self, value: Any) -> Any:
        """Zoals bewaard."""
        return value


class VerzoekBetalingSerializer(StrengeSerializer):
    """De betaling bij het verzoek, zoals u haar stuurt; de portaal doet er zelf niets mee."""

    providerKenmerk = TekstVeld(required=False, allow_blank=True, max_length=100, help_text="De betaalprovider.")
    bedrag = serializers.RegexField(
        r"^-?\d{0,8}(\.\d{0,2})?$", required=False, allow_null=True, help_text="Het bedrag, als tekst: '12.50'."
    )
    voltooid = serializers.BooleanField(required=False, help_text="Of er betaald is.")
    transactieDatum = MomentAlsTekst(required=False, allow_null=True, help_text="Wanneer er betaald is; een moment.")
    transactieReferentie = TekstVeld(
        required=False, allow_blank=True, max_length=100, help_text="Het kenmerk van de betaalprovider."
    )

    def to_representation(self, instance: Any) -> Any:
        """Alleen wat is gestuurd."""
        return {naam: waarde for naam, waarde in super().to_representation(instance).items() if naam in instance}


class VerzoekBijlageSerializer(StrengeSerializer):
    """Een verwijzing naar een document."""

    informatieObject = serializers.RegexField(URN, max_length=255, help_text="URN van het document.")


class AntwoordSerializer(StrengeSerializer):
    """Waar het antwoord staat: een bericht of taak die u zelf voor deze persoon heeft klaargezet."""

    soort = serializers.ChoiceField(choices=sorted(handelingen.ANTWOORD_SOORTEN), help_text="bericht of taak.")
    uuid = serializers.UUIDField(help_text="De uuid van het bericht of de taak.")


class VerzoekSerializer(StrengeSerializer):
    """Een verzoek: iemand vraagt of meldt iets."""

    genegeerd = frozenset({"url", "urn", "uuid", "verzoekTypeUrn", "referentie", "isZaakverzoek", "zaak",
                           "betrouwbaarheidsniveau", "ontvangenOp", "afgerondOp", "gewijzigdOp"})  # fmt: skip

    url = serializers.URLField(read_only=True, help_text="De unieke URL van het verzoek.")
    urn = TekstVeld(read_only=True, help_text="De URN van het verzoek.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het verzoek.")
    verzoekType = TekstVeld(max_length=1000, help_text="De URL (of uuid) van het verzoektype.")
    verzoekTypeUrn = TekstVeld(read_only=True, help_text="De URN van het verzoektype.")
    aanvraagGegevens = serializers.DictField(help_text="De antwoorden, volgens het JSON-schema van de versie.")
    versie = serializers.IntegerField(
        required=False, min_value=0, max_value=32767, help_text="Versie van het formulier; zonder: de gepubliceerde."
    )
    initiator = serializers.RegexField(
        URN, max_length=255, help_text="Wie het vraagt, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`."
    )
    medeInitiator = serializers.RegexField(
        URN, required=False, max_length=255, help_text="Wie het mede vraagt; bewaard zoals gestuurd."
    )
    isGerelateerdAan = VerzoekVerwijzingSerializer(many=True, required=False, help_text="De zaak of het product.")
    kanaal = TekstVeld(
        required=False, allow_blank=True, max_length=200,
        help_text="Waarlangs het verzoek kwam, bijvoorbeeld balie of telefoon.",
    )  # fmt: skip
    verzoekTaal = serializers.RegexField(
        r"^[a-z]{2}$", required=False, min_length=2, max_length=2, help_text="De taal, bijvoorbeeld nl."
    )
    verwerkStatus = serializers.ChoiceField(
        choices=[openvtb.GEREGISTREERD, openvtb.VERWERKT], required=False, help_text="Waar het verzoek is."
    )
    geometrie = serializers.DictField(required=False, help_text="De plek, als GeoJSON; bewaard zoals gestuurd.")
    verzoekInformatieObject = serializers.RegexField(
        URN, required=False, max_length=255, help_text="URN van het verzoek als document; bewaard zoals gestuurd."
    )
    bijlagen = VerzoekBijlageSerializer(
        many=True, required=False, help_text="Documenten bij het verzoek; bewaard zoals gestuurd."
    )
    verzoekBron = VerzoekBronSerializer(required=False, help_text="Waar het verzoek vandaan komt.")
    verzoekBetaling = VerzoekBetalingSerializer(required=False, help_text="De betaling bij het verzoek.")
    status = serializers.ChoiceField(
        choices=ONTVANGEN_STATUSSEN,
        required=False, help_text="Ons eigen, fijnere woord voor waar het verzoek is.",
    )  # fmt: skip
    reden = LangTekstVeld(
        required=False, allow_blank=True, max_length=1000, help_text="Toelichting bij de status; de persoon leest dit."
    )
    antwoord = AntwoordSerializer(required=False, allow_null=True, help_text="Waar het antwoord staat.")
    referentie = TekstVeld(read_only=True, help_text="Wat de persoon aan de telefoon noemt.")
    isZaakverzoek = serializers.BooleanField(read_only=True, help_text="Of het bij een lopende zaak is gedaan.")
    zaak = serializers.UUIDField(read_only=True, allow_null=True, help_text="De zaak in de portaal, als zij die kent.")
    betrouwbaarheidsniveau = TekstVeld(read_only=True, allow_null=True, help_text="Hoe zeker de inlog was.")
    ontvangenOp = UTCDateTimeField(read_only=True, help_text="Wanneer het verzoek binnenkwam (Awb 2:20).")
    afgerondOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Wanneer het klaar was.")
    gewijzigdOp = UTCDateTimeField(read_only=True, help_text="Wanneer het verzoek het laatst veranderde.")

    def validate_initiator(self, waarde: str) -> str:
        """De portaal moet weten wie het is."""
        try:
            lees_geadresseerde(waarde)
        except OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde

    def to_representation(self, instance: Any) -> Any:
        """Wat nooit is gestuurd, blijft weg."""
        json = super().to_representation(dict.fromkeys(openvtb.OVERIG) | instance)
        return {naam: waarde for naam, waarde in json.items() if waarde is not None or naam not in openvtb.OVERIG}


class InitiatorVeld(serializers.RegexField):
    """De urn van wie een verzoek deed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(URN, **{"max_length": 255, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """De urn zoals gestuurd; een urn waar de portaal niemand mee kan vinden is een fout."""
        waarde: str = super().to_internal_value(data)
        try:
            lees_geadresseerde(waarde)
        except OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde


class VerzoekFilterSerializer(Filters):
    """De waarden waarop een lijst te filteren is."""

    uuid = serializers.UUIDField(required=False, help_text="De uuid van het verzoek.")
    verzoekType = serializers.UUIDField(required=False, help_text="De uuid van het verzoektype.")
    verzoekType__uuid = serializers.UUIDField(required=False)
    verzoekType__urn = TekstVeld(required=False)
    versie = serializers.RegexField(r"^[0-9]{1,4}$", required=False, help_text="De versie van het formulier.")
    verwerkStatus = serializers.ChoiceField(
        choices=[openvtb.GEREGISTREERD, openvtb.VERWERKT], required=False, help_text="Waar het verzoek is."
    )
    status = serializers.ChoiceField(
        choices=ONTVANGEN_STATUSSEN,
        required=False,
        help_text="Ons eigen, fijnere woord.",
    )
    isGerelateerdAan = TekstVeld(required=False, help_text="Precies deze URN staat in isGerelateerdAan.")
    kenmerk = TekstVeld(required=False, help_text="Uw kenmerk in verzoekBron.")
    referentie = TekstVeld(required=False, help_text="Wat de persoon aan de telefoon noemt.")
    initiator = InitiatorVeld(
        required=False, help_text="Van wie. Een urn met een bsn of KVK-nummer hoort niet in het adres: gebruik `_zoek`."
    )

    def validate_verzoekType__urn(self, waarde: str) -> UUID:
        """De uuid aan het eind."""
        gevonden = _TYPE_URN.fullmatch(waarde)
        if gevonden is None:
            raise serializers.ValidationError("Dit is geen urn van een verzoektype.", code="invalid")
        return UUID(gevonden["uuid"])


class VerzoekZoekSerializer(VerzoekFilterSerializer):
    """Van wie de verzoeken zijn. In de inhoud, want een nummer hoort nooit in een adres. De filters mogen erbij."""

    initiator = InitiatorVeld(help_text="Van wie, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`.")


class _VerzoekenApi(PortaalView):
    """Wat alle viewsets hier delen."""

    @property
    def aanroeper(self) -> Aanroeper:
        """De applicatie achter het token."""
        return cast(Aanroeper, self.request.user)

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.aanroeper.applicatie)

    def _doe(self, handeling: Callable[[], R]) -> R:
        """Voer een handeling uit en vertaal wat zij weigert naar het antwoord dat daarbij hoort."""
        try:
            return handeling()
        except (Verzoek.DoesNotExist, Verzoektype.DoesNotExist, VerzoektypeVersie.DoesNotExist) as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except handelingen.OvergangError as fout:
            raise Conflict(str(fout), "status", huidigeStatus=fout.verzoek.status) from fout
        except handelingen.VersieVastError as fout:
            raise Conflict(str(fout), "immutable") from fout
        except handelingen.OnbekendAntwoordError as fout:
            raise serializers.ValidationError({"antwoord": {"uuid": str(fout)}}, code="does_not_exist") from fout
        except handelingen.NietBeschikbaarError as fout:
            uitleg = "Van dit verzoektype is geen (zo'n) gepubliceerd formulier."
            raise serializers.ValidationError({"versie": uitleg}, code="does_not_exist") from fout
        except handelingen.OngeldigeAntwoordenError as fout:
            fouten = {naam: [ErrorDetail(tekst, "invalid")] for naam, tekst in fout.ingevuld.fouten.items()}
            raise serializers.ValidationError({"aanvraagGegevens": fouten}) from fout
        except DefinitieFout as fout:
            per_pad = {pad: [ErrorDetail(uitleg, code)] for pad, code, uitleg in fout.fouten}
            raise serializers.ValidationError({"formulier": per_pad}) from fout


class VerzoekenViewSet(_VerzoekenApi, GenericViewSet[Verzoek]):
    """Verzoeken lezen, vastleggen en een stap verder zetten; alleen door de applicatie die ze ontvangt."""

    serializer_class = VerzoekSerializer
    query_serializer = VerzoekFilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {
        "GET": "verzoeken:lezen",
        "zoek": "verzoeken:lezen",
        "POST": "verzoeken:schrijven",
        "PUT": "verzoeken:schrijven",
        "PATCH": "verzoeken:schrijven",
    }
    idempotente_acties = frozenset({"create"})
    http_method_names = ["get", "post", "put", "patch", "head"]
    filters: ClassVar[dict[str, str]] = {
        "uuid": "pk",
        "verzoekType": "type",
        "verzoekType__uuid": "type",
        "verzoekType__urn": "type",
        "versie": "type_versie__versie",
        "status": "status",
        "kenmerk": "bron_referentie",
        "referentie": "referentie",
    }
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"list": VerzoekFilterSerializer.namen(), "zoek": BLADEREN}

    def get_queryset(self) -> QuerySet[Verzoek]:
        """Wat deze applicatie ontvangt, in volgorde van maken."""
        return (
            Verzoek.objects.van(self.aanroeper.applicatie)
            .met_context()
            .select_related("betrokkene__onderdeel_van")
            .prefetch_related("betrokkene__identificaties", "betrokkene__onderdeel_van__identificaties")
            .order_by("id")
        )

    def list(self, request: Request) -> Response:
        """De verzoeken die deze applicatie ontvangt; met `status=ingediend` alles wat nog niet is opgepakt."""
        return self._pagina("verzoeken-lijst", VerzoekFilterSerializer.lees(request.query_params))

    @extend_schema(request=VerzoekZoekSerializer, responses={200: VerzoekSerializer(many=True)})
    @action(detail=False, methods=["post"], url_path="_zoek", url_name="zoek", query_serializer=BladerSerializer)
    def zoek(self, request: Request) -> Response:
        """Zoek de verzoeken van één persoon of bedrijf. Met POST: een nummer van een persoon hoort niet in het adres."""
        gevraagd = VerzoekZoekSerializer(data=request.data)
        gevraagd.is_valid(raise_exception=True)
        return self._pagina("verzoeken-zoek", gevraagd.validated_data)

    def _pagina(self, waarvoor: str, keuze: Mapping[str, Any]) -> Response:
        verzoeken = self.get_queryset().filter(**{self.filters[n]: w for n, w in keuze.items() if n in self.filters})
        if "verwerkStatus" in keuze:
            in_de_maak = {"status__in": openvtb.IN_DE_MAAK}
            verwerkt = keuze["verwerkStatus"] == openvtb.VERWERKT
            verzoeken = verzoeken.exclude(**in_de_maak) if verwerkt else verzoeken.filter(**in_de_maak)
        if "isGerelateerdAan" in keuze:
            verzoeken = verzoeken.filter(is_gerelateerd_aan__contains=[{"urn": keuze["isGerelateerdAan"]}])
        if "initiator" in keuze:
            wie = lees_geadresseerde(keuze["initiator"])
            verzoeken = verzoeken.filter(betrokkene=vind_geadresseerde(wie))
        pagina = cast(list[Verzoek], self.paginate_queryset(verzoeken))
        self._leg_inzage_vast(waarvoor, pagina)
        return self.get_paginated_response([self._weergave(verzoek) for verzoek in pagina])

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén verzoek."""
        verzoek = self._verzoek(uuid)
        self._leg_inzage_vast("verzoek", [verzoek])
        return Response(self._weergave(verzoek))

    def create(self, request: Request) -> Response:
        """Leg een verzoek vast dat iemand aan de balie of per telefoon deed. Nog eens sturen maakt er geen tweede."""
        gelezen = self._lees(request.data)
        self._eis_begin(gelezen)
        type_ = self._type(gelezen["verzoekType"])
        sleutel, vingerafdruk = sleutel_van(request), vingerafdruk_van(request)
        nieuw = openvtb.naar_nieuw_verzoek(gelezen, type_, bytes.fromhex(vingerafdruk))
        pk = uuid7()
        try:
            with transaction.atomic():
                if sleutel is not None:
                    bestaand = reserveer(self.aanroeper.applicatie, sleutel, vingerafdruk, Verzoek.record_soort, pk)
                    if bestaand is not None:
                        return self._gemaakt(self._verzoek(bestaand))
                self._doe(lambda: handelingen.registreer(nieuw, self.partij, pk=pk))
        except handelingen.BestaatAlError as fout:
            if not fout.gelijk:
                raise Conflict(
                    "Er is al een verzoek met dit kenmerk, met een andere inhoud.", "bron_referentie_exists",
                    bestaand=f"{basis()}/verzoeken/{fout.verzoek.pk}",
                ) from fout  # fmt: skip
            return Response(self._weergave(self._verzoek(fout.verzoek.pk)))
        return self._gemaakt(self._verzoek(pk))

    def update(self, request: Request, uuid: UUID) -> Response:
        """Stuur een heel verzoek terug. Een veld dat niet verplicht is en ontbreekt, blijft zoals het is."""
        return self._werk_bij(request, uuid, deels=False)

    def partial_update(self, request: Request, uuid: UUID) -> Response:
        """Zet een verzoek een stap verder (`status`), koppel de zaak (`isGerelateerdAan`) of het antwoord."""
        return self._werk_bij(request, uuid, deels=True)

    def _werk_bij(self, request: Request, uuid: UUID, *, deels: bool) -> Response:
        verzoek = self._verzoek(uuid)
        gelezen = self._lees(request.data, deels=deels)
        self._eis_onveranderd(verzoek, gelezen)
        antwoord, naar = gelezen.get("antwoord"), self._naar(verzoek, gelezen)
        if naar in (Status.GEWEIGERD, Status.DOORGELEID) and not gelezen.get("reden", "").strip():
            raise serializers.ValidationError(
                {"reden": "Zeg waarom, of naar wie het gaat: de persoon leest dit."}, code="required"
            )
        self._doe(
            lambda: handelingen.werk_bij(
                uuid,
                self.partij,
                naar=naar,
                reden=gelezen.get("reden", ""),
                is_gerelateerd_aan=[dict(v) for v in gelezen["isGerelateerdAan"]]
                if "isGerelateerdAan" in gelezen
                else None,
                antwoord=Verwijzing(antwoord["soort"], antwoord["uuid"]) if antwoord else None,
            )
        )
        return Response(self._weergave(self._verzoek(uuid)))

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _lees(self, data: Any, *, deels: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=data, partial=deels)
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)

    def _verzoek(self, uuid: UUID) -> Verzoek:
        try:
            return self.get_queryset().get(pk=uuid)
        except Verzoek.DoesNotExist as fout:
            raise Http404 from fout

    def _type(self, waarde: str) -> Verzoektype:
        """Het type dat deze applicatie ontvangt; van een ander is het hier niet bekend."""
        gevonden = _TYPE_URL.fullmatch(waarde)
        typen = Verzoektype.objects.filter(applicatie=self.aanroeper.applicatie, actief=True)
        type_ = (
            typen.select_related("applicatie__organisatie", "categorie").filter(pk=gevonden["uuid"]).first()
            if gevonden
            else None
        )
        if type_ is None:
            raise serializers.ValidationError({"verzoekType": "Dit verzoektype is niet bekend."}, code="does_not_exist")
        return type_

    @staticmethod
    def _eis_begin(gelezen: Mapping[str, Any]) -> None:
        """Een nieuw verzoek is ingediend, en kwam niet van de portaal zelf."""
        fouten = {}
        if gelezen.get("verwerkStatus", openvtb.GEREGISTREERD) != openvtb.GEREGISTREERD:
            fouten["verwerkStatus"] = "Een nieuw verzoek is altijd geregistreerd."
        if gelezen.get("status", Status.INGEDIEND) != Status.INGEDIEND:
            fouten["status"] = "Een nieuw verzoek is altijd ingediend."
        if gelezen.get("kanaal") == Kanaal.PORTAAL:
            fouten["kanaal"] = "Het kanaal portaal is voor verzoeken die iemand zelf in de portaal doet."
        if gelezen.get("antwoord"):
            fouten["antwoord"] = "Een nieuw verzoek heeft nog geen antwoord."
        if fouten:
            raise serializers.ValidationError(fouten, code="invalid")

    @staticmethod
    def _naar(verzoek: Verzoek, gelezen: Mapping[str, Any]) -> Status | None:
        """De gevraagde stap. Ons eigen woord gaat voor; `verwerkStatus: verwerkt` is afgehandeld.

        Wie een heel verzoek terugstuurt met alleen een andere verwerkStatus, bedoelt die.
        """
        status, verwerk = gelezen.get("status"), gelezen.get("verwerkStatus")
        if status is not None and status != verzoek.status:
            return Status(status)
        if verwerk is not None and verwerk != openvtb.verwerk_status(verzoek.status):
            return Status.VERWERKT if verwerk == openvtb.VERWERKT else Status.INGEDIEND
        return None

    def _eis_onveranderd(self, verzoek: Verzoek, gelezen: Mapping[str, Any]) -> None:
        """Wat iemand heeft gevraagd staat vast; alleen status, reden, zaak en antwoord veranderen."""
        nu = openvtb.naar_json(verzoek, basis(), settings.URN_NAMESPACE)
        vast = ("aanvraagGegevens", "versie", "initiator", "kanaal", "verzoekTaal", "verzoekBron", *openvtb.OVERIG)
        anders = [naam for naam in vast if naam in gelezen and gelezen[naam] != nu.get(naam)]
        gevonden = _TYPE_URL.fullmatch(str(gelezen.get("verzoekType", verzoek.type_id)))
        if gevonden is None or gevonden["uuid"].lower() != str(verzoek.type_id):
            anders.append("verzoekType")
        if anders:
            uitleg = f"Niet te wijzigen: {', '.join(anders)}. Een verzoek blijft zoals het is gedaan."
            raise Conflict(uitleg, "immutable", velden=anders)

    def _weergave(self, verzoek: Verzoek) -> dict[str, Any]:
        json = openvtb.naar_json(verzoek, basis(), settings.URN_NAMESPACE)
        return cast(dict[str, Any], self.get_serializer(json).data)

    def _gemaakt(self, verzoek: Verzoek) -> Response:
        return Response(self._weergave(verzoek), status=201, headers={"Location": f"{basis()}/verzoeken/{verzoek.pk}"})

    def _leg_inzage_vast(self, waarvoor: str, verzoeken: Sequence[Verzoek]) -> None:
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.aanroeper.applicatie.pk, f"api:{waarvoor}",
            [(verzoek.record_soort, verzoek.pk, verzoek.betrokkene_id) for verzoek in verzoeken],
        )  # fmt: skip


# --- Verzoektypen -----------------------------------------------------------------------------------------------------
class VerzoekTypeVersieKortSerializer(StrengeSerializer):
    """Een versie, in het kort."""

    url = serializers.URLField(read_only=True, help_text="De URL van de versie.")
    versie = serializers.IntegerField(read_only=True, help_text="Het nummer.")
    status = serializers.ChoiceField(choices=VersieStatus.choices, read_only=True, help_text="Waar de versie is.")


class VerzoekTypeSerializer(StrengeSerializer):
    """Iets wat mensen kunnen aanvragen, vragen of melden."""

    genegeerd = frozenset({"url", "urn", "uuid", "versies"})

    url = serializers.URLField(read_only=True, help_text="De unieke URL van het verzoektype.")
    urn = TekstVeld(read_only=True, help_text="De URN van het verzoektype.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het verzoektype.")
    versies = VerzoekTypeVersieKortSerializer(many=True, read_only=True, help_text="De versies van het formulier.")
    naam = TekstVeld(max_length=100, help_text="Als opdracht: 'Vraag een parkeervergunning aan'.")
    omschrijving = LangTekstVeld(required=False, allow_blank=True, max_length=4000, help_text="Intern.")
    code = serializers.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50,
        help_text="Uniek, in kleine letters; staat in het adres van het formulier.",
    )  # fmt: skip
    naamEngels = TekstVeld(required=False, allow_blank=True, max_length=100, help_text="De naam in het Engels.")
    toelichting = LangTekstVeld(
        required=False, allow_blank=True, max_length=2000, help_text="In eenvoudige taal: waarvoor en voor wie."
    )
    doelgroepen = serializers.ListField(
        child=serializers.ChoiceField(choices=DOELGROEPEN), allow_empty=False, help_text="Wie dit kan doen."
    )
    minimaalBetrouwbaarheidsniveau = serializers.ChoiceField(
        choices=list(openvtb.NIVEAUS), required=False, help_text="Hoe zeker de inlog moet zijn."
    )
    verwachteDuur = TekstVeld(required=False, allow_blank=True, max_length=100, help_text="Bijv. 'binnen 8 weken'.")
    zonderInternet = LangTekstVeld(
        required=False, allow_blank=True, max_length=1000, help_text="Hoe iemand dit zonder internet doet."
    )
    categorie = serializers.SlugRelatedField(
        slug_field="code", queryset=Categorie.objects.all(), required=False, help_text="Code van de categorie."
    )
    actief = serializers.BooleanField(required=False, help_text="Of iemand dit nu kan kiezen.")
    isZaakverzoek = serializers.BooleanField(required=False, help_text="Of het bij een lopende zaak hoort.")
    zaakverzoekSoort = serializers.ChoiceField(
        choices=ZaakverzoekSoort.choices, required=False, allow_blank=True, help_text="Wat iemand bij de zaak wil."
    )
    zaaktypen = serializers.ListField(
        child=TekstVeld(max_length=100),
        required=False,
        help_text="Codes van de zaaktypen waar het bij kan. Leeg: alle.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Soort en zaaktypen horen alleen bij een zaakverzoek."""
        zaakverzoek = attrs.get("isZaakverzoek", getattr(self.instance, "is_zaakverzoek", False))
        fouten = {
            naam: "Dit hoort alleen bij een zaakverzoek."
            for naam in ("zaakverzoekSoort", "zaaktypen")
            if attrs.get(naam) and not zaakverzoek
        }
        if fouten:
            raise serializers.ValidationError(fouten, code="invalid")
        return attrs


class VerzoekTypeFilterSerializer(Filters):
    """De waarden waarop een lijst te filteren is."""

    naam = TekstVeld(required=False, help_text="Precies deze naam.")
    code = TekstVeld(required=False, help_text="Precies deze code.")
    uuid = serializers.UUIDField(required=False, help_text="De uuid van het verzoektype.")
    omschrijving__icontains = TekstVeld(required=False)


class VerzoektypenViewSet(_VerzoekenApi, GenericViewSet[Verzoektype]):
    """De catalogus: lezen kan elke applicatie, wijzigen alleen wie de verzoeken ontvangt."""

    serializer_class = VerzoekTypeSerializer
    query_serializer = VerzoekTypeFilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {
        "GET": ("verzoeken:lezen", "verzoektypen:schrijven"),
        "POST": "verzoektypen:schrijven",
        "PUT": "verzoektypen:schrijven",
        "PATCH": "verzoektypen:schrijven",
    }
    http_method_names = ["get", "post", "put", "patch", "head"]
    filters: ClassVar[dict[str, str]] = {"naam": "naam", "code": "code", "uuid": "pk", "omschrijving": "omschrijving"}
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"list": VerzoekTypeFilterSerializer.namen()}

    def get_queryset(self) -> QuerySet[Verzoektype]:
        """Alle typen, met hun versies."""
        typen = catalogus_voor(self.aanroeper.applicatie)
        return typen.select_related("categorie", "applicatie").prefetch_related("versies").order_by("id")

    def list(self, request: Request) -> Response:
        """De verzoektypen van de portaal."""
        keuze = als_lookups(VerzoekTypeFilterSerializer.lees(request.query_params), self.filters)
        pagina = cast("list[Verzoektype]", self.paginate_queryset(self.get_queryset().filter(**keuze)))
        return self.get_paginated_response([self._weergave(type_) for type_ in pagina])

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén verzoektype."""
        return Response(self._weergave(self._type(uuid)))

    def create(self, request: Request) -> Response:
        """Maak een verzoektype; deze applicatie ontvangt de verzoeken. Daarna hoort er een versie met een formulier bij."""
        applicatie = self.aanroeper.applicatie
        type_ = Verzoektype(applicatie=applicatie, categorie_id=applicatie.standaard_categorie_id)
        self._bewaar(type_, request.data, deels=False)
        return Response(
            self._weergave(self._type(type_.pk)),
            status=201,
            headers={"Location": f"{basis()}/verzoektypen/{type_.pk}"},
        )

    def update(self, request: Request, uuid: UUID) -> Response:
        """Stuur een heel verzoektype terug. Een veld dat niet verplicht is en ontbreekt, blijft zoals het is."""
        self._bewaar(self._type(uuid), request.data, deels=False)
        return Response(self._weergave(self._type(uuid)))

    def partial_update(self, request: Request, uuid: UUID) -> Response:
        """Wijzig een verzoektype."""
        self._bewaar(self._type(uuid), request.data, deels=True)
        return Response(self._weergave(self._type(uuid)))

    def _bewaar(self, type_: Verzoektype, data: Any, *, deels: bool) -> None:
        serializer = self.get_serializer(type_, data=data, partial=deels)
        serializer.is_valid(raise_exception=True)
        velden = openvtb.naar_typevelden(serializer.validated_data)
        if type_.applicatie.test and not velden.get("code", type_.code).startswith(CODE_VAN_PROEF):
            uitleg = f"Met een testsleutel begint de code met {CODE_VAN_PROEF}: een gewone code houdt u zo vrij."
            raise serializers.ValidationError({"code": uitleg}, code="invalid")
        if not type_._state.adding and all(getattr(type_, naam) == waarde for naam, waarde in velden.items()):
            return
        for naam, waarde in velden.items():
            setattr(type_, naam, waarde)
        try:
            with transaction.atomic():
                self._doe(lambda: handelingen.bewaar_type(type_, self.partij))
        except IntegrityError as fout:
            if Verzoektype.objects.filter(code=type_.code).exclude(pk=type_.pk).exists():
                raise Conflict("Er is al een verzoektype met deze code.", "code_exists") from fout
            raise

    def _type(self, uuid: UUID) -> Verzoektype:
        try:
            return self.get_queryset().get(pk=uuid)
        except Verzoektype.DoesNotExist as fout:
            raise Http404 from fout

    def _weergave(self, type_: Verzoektype) -> dict[str, Any]:
        json = openvtb.type_naar_json(type_, basis(), settings.URN_NAMESPACE)
        return cast(dict[str, Any], self.get_serializer(json).data)


class VerzoekTypeVersieSerializer(StrengeSerializer):
    """Een versie van het formulier van een verzoektype."""

    genegeerd = frozenset({"url", "versie", "verzoekType", "aanvraagGegevensSchema", "aangemaaktOp", "gewijzigdOp",
                           "beginGeldigheid", "eindeGeldigheid"})  # fmt: skip

    url = serializers.URLField(read_only=True, help_text="De URL van de versie.")
    versie = serializers.IntegerField(read_only=True, help_text="Het nummer.")
    verzoekType = serializers.URLField(read_only=True, help_text="De URL van het verzoektype.")
    status = serializers.ChoiceField(
        choices=VersieStatus.choices, required=False,
        help_text="draft, published of deprecated. Gepubliceerd verandert niet meer; de vorige vervalt vanzelf.",
    )  # fmt: skip
    formulier = serializers.DictField(
        help_text="De vragen: een object met `components`, in de vorm van Form.io. Of een verwijzing, die meteen wordt "
        'opgelost: `{"id": "inkomen", "versie": 2}` naar het register, of `{"url": "https://…"}`.'
    )
    aanvraagGegevensSchema = serializers.DictField(
        read_only=True, help_text="Het JSON-schema van de antwoorden; volgt uit het formulier."
    )
    aangemaaktOp = DatumVeld(read_only=True, help_text="Wanneer de versie is gemaakt.")
    gewijzigdOp = DatumVeld(read_only=True, help_text="Wanneer de versie het laatst veranderde.")
    beginGeldigheid = DatumVeld(read_only=True, allow_null=True, help_text="Vanaf wanneer zij geldt.")
    eindeGeldigheid = DatumVeld(read_only=True, allow_null=True, help_text="Tot wanneer zij gold.")


class VersiesViewSet(_VerzoekenApi, GenericViewSet[VerzoektypeVersie]):
    """De versies van het formulier van één verzoektype."""

    serializer_class = VerzoekTypeVersieSerializer
    lookup_field = "versie"
    lookup_value_converter = "int"
    scopes = VerzoektypenViewSet.scopes
    http_method_names = ["get", "post", "put", "patch", "head"]

    def get_queryset(self) -> QuerySet[VerzoektypeVersie]:
        """De versies, oudste eerst."""
        typen = catalogus_voor(self.aanroeper.applicatie).filter(pk=self.kwargs["verzoektypeUuid"])
        return VerzoektypeVersie.objects.filter(type__in=typen).order_by("versie")

    def list(self, request: Request, verzoektypeUuid: UUID) -> Response:
        """De versies van dit verzoektype."""
        self._eis_type(verzoektypeUuid)
        pagina = cast("list[VerzoektypeVersie]", self.paginate_queryset(self.get_queryset()))
        return self.get_paginated_response([self._weergave(versie) for versie in pagina])

    def retrieve(self, request: Request, verzoektypeUuid: UUID, versie: int) -> Response:
        """Eén versie, met het formulier en het JSON-schema."""
        return Response(self._weergave(self._versie(versie)))

    def create(self, request: Request, verzoektypeUuid: UUID) -> Response:
        """Een nieuwe versie, als concept; met `status: published` geldt zij meteen."""
        self._eis_type(verzoektypeUuid)
        gelezen = self._lees(request.data)
        self._eis_keuze(gelezen)

        def maak() -> VerzoektypeVersie:
            with transaction.atomic():
                versie = handelingen.maak_versie(verzoektypeUuid, gelezen["formulier"], self.partij)
                if gelezen.get("status") == VersieStatus.GEPUBLICEERD:
                    return handelingen.publiceer(verzoektypeUuid, versie.versie, self.partij)
                return versie

        weergave = self._weergave(self._doe(maak))
        return Response(weergave, status=201, headers={"Location": weergave["url"]})

    def update(self, request: Request, verzoektypeUuid: UUID, versie: int) -> Response:
        """Verander een concept, of publiceer het."""
        return self._werk_bij(request, verzoektypeUuid, versie, deels=False)

    def partial_update(self, request: Request, verzoektypeUuid: UUID, versie: int) -> Response:
        """Verander een concept, of publiceer het met `status: published`."""
        return self._werk_bij(request, verzoektypeUuid, versie, deels=True)

    def _werk_bij(self, request: Request, type_pk: UUID, nummer: int, *, deels: bool) -> Response:
        bestaand = self._versie(nummer)
        gelezen = self._lees(request.data, deels=deels)
        naar = gelezen.get("status", bestaand.status)
        if naar != bestaand.status and naar != VersieStatus.GEPUBLICEERD:
            raise Conflict("Een versie gaat alleen van draft naar published; de vorige vervalt dan vanzelf.", "status")

        def bewaar() -> VerzoektypeVersie:
            with transaction.atomic():
                if "formulier" in gelezen:
                    handelingen.wijzig_versie(type_pk, nummer, gelezen["formulier"], self.partij)
                if naar != bestaand.status:
                    handelingen.publiceer(type_pk, nummer, self.partij)
                return self._versie(nummer)

        return Response(self._weergave(self._doe(bewaar)))

    def _eis_type(self, pk: UUID) -> None:
        if not catalogus_voor(self.aanroeper.applicatie).filter(pk=pk).exists():
            raise Http404

    @staticmethod
    def _eis_keuze(gelezen: Mapping[str, Any]) -> None:
        if gelezen.get("status") == VersieStatus.VERVALLEN:
            raise serializers.ValidationError({"status": "Een nieuwe versie is niet vervallen."}, code="invalid")

    def _lees(self, data: Any, *, deels: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=data, partial=deels)
        serializer.is_valid(raise_exception=True)
        gelezen = dict(serializer.validated_data)
        if "formulier" in gelezen:
            gelezen["formulier"] = self._doe(lambda: los_op(gelezen["formulier"], self.aanroeper.applicatie.pk))
        return gelezen

    def _versie(self, nummer: int) -> VerzoektypeVersie:
        try:
            return self.get_queryset().get(versie=nummer)
        except VerzoektypeVersie.DoesNotExist as fout:
            raise Http404 from fout

    def _weergave(self, versie: VerzoektypeVersie) -> dict[str, Any]:
        return cast(dict[str, Any], self.get_serializer(openvtb.versie_naar_json(versie, basis())).data)
