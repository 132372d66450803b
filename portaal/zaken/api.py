"""De Zaken-API: een zaaksysteem stuurt steeds de zaak zoals zij nu is. Elke verandering gaat via `handelingen`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.filters import BladerSerializer, Filters
from portaal.api.idempotentie import reserveer, sleutel_van, vingerafdruk_van
from portaal.api.paginering import BLADEREN
from portaal.api.problemen import Conflict
from portaal.api.serializers import DatumVeld, LangTekstVeld, StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.models import Categorie
from portaal.betrokkenen.urn import URN, OnbruikbareUrnError, lees_geadresseerde
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.tijd import vandaag
from portaal.uuid7 import uuid7
from portaal.zaken import dialect, handelingen
from portaal.zaken.models import Rol, Zaak, ZaakSleutel

MEESTE_STAPPEN, MEESTE_BETROKKENEN, MEESTE_SLEUTELS = 30, 100, 20


class SleutelSerializer(StrengeSerializer):
    """Eén naam waaronder een systeem de zaak kent."""

    soort = serializers.ChoiceField(choices=ZaakSleutel.Soort.choices, help_text="Wat voor naam het is.")
    waarde = TekstVeld(max_length=500, help_text="De naam zelf.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Een uuid, url of urn heeft een vorm."""
        waarde, goed = attrs["waarde"], True
        match attrs["soort"]:
            case ZaakSleutel.Soort.UUID:
                try:
                    UUID(waarde)
                except ValueError:
                    goed = False
            case ZaakSleutel.Soort.URL:
                goed = waarde.startswith(("https://", "http://"))
            case ZaakSleutel.Soort.URN:
                goed = URN.fullmatch(waarde) is not None
        if not goed:
            raise serializers.ValidationError({"waarde": f"Dit is geen {attrs['soort']}."}, code="invalid")
        return attrs


class ZaaktypeSerializer(StrengeSerializer):
    """Wat voor zaak het is."""

    omschrijving = TekstVeld(max_length=200, allow_blank=True, help_text="In gewone woorden; de persoon leest dit.")
    code = TekstVeld(max_length=100, required=False, allow_blank=True, help_text="De code bij het zaaksysteem.")


class StatusSerializer(StrengeSerializer):
    """Eén stap van de zaak."""

    naam = TekstVeld(max_length=100, help_text="De status in gewone woorden: 'Wij beoordelen uw aanvraag'.")
    toelichting = LangTekstVeld(max_length=500, required=False, allow_blank=True, help_text="Wat deze stap inhoudt.")
    bereiktOp = DatumVeld(required=False, allow_null=True, help_text="De dag waarop de zaak hier kwam; leeg: nog niet.")

    def validate_bereiktOp(self, waarde: Any) -> Any:
        """Bereikt is bereikt."""
        return _niet_in_de_toekomst(waarde)


class BetrokkeneSerializer(StrengeSerializer):
    """Iemand die bij de zaak hoort."""

    betrokkene = serializers.RegexField(
        URN, max_length=255, help_text="Wie, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`."
    )
    rol = serializers.ChoiceField(choices=Rol.choices, help_text="Als wat; daarvan hangt af wat hij van de zaak ziet.")

    def validate_betrokkene(self, waarde: str) -> str:
        """De portaal moet weten wie het is."""
        try:
            lees_geadresseerde(waarde)
        except OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde


class ZaakSerializer(StrengeSerializer):
    """Een zaak zoals zij nu is."""

    genegeerd = frozenset({"url", "urn", "uuid", "aangemaaktOp", "gewijzigdOp", "versie"})

    url = serializers.URLField(read_only=True, help_text="De unieke URL van de zaak.")
    urn = TekstVeld(read_only=True, help_text="De URN van de zaak.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van de zaak in de portaal.")
    identificatie = TekstVeld(
        max_length=100, required=False, allow_blank=True, help_text="Het zaaknummer; geldt ook als sleutel."
    )
    sleutels = serializers.ListField(
        child=SleutelSerializer(),
        required=False,
        max_length=MEESTE_SLEUTELS,
        help_text="Andere namen van de zaak. Ze komen erbij; een naam verdwijnt niet.",
    )
    omschrijving = TekstVeld(max_length=200, help_text="Waar het over gaat: 'Aanvraag bijzondere bijstand'.")
    zaaktype = ZaaktypeSerializer(required=False, help_text="Wat voor zaak het is.")
    toelichting = LangTekstVeld(max_length=2000, required=False, allow_blank=True, help_text="Uitleg, platte tekst.")
    startdatum = DatumVeld(required=False, help_text="Zonder: vandaag.")
    verwachteEinddatum = DatumVeld(required=False, allow_null=True, help_text="De streefdatum.")
    einddatum = DatumVeld(required=False, allow_null=True, help_text="Sinds deze dag is de zaak afgerond.")
    resultaat = TekstVeld(max_length=200, required=False, allow_blank=True, help_text="De uitkomst in gewone woorden.")
    statussen = serializers.ListField(
        child=StatusSerializer(),
        required=False,
        max_length=MEESTE_STAPPEN,
        help_text="Alle stappen op volgorde; vervangt de oude lijst.",
    )
    betrokkenen = serializers.ListField(
        child=BetrokkeneSerializer(),
        required=False,
        max_length=MEESTE_BETROKKENEN,
        help_text="Wie erbij hoort; vervangt de oude lijst.",
    )
    categorie = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Categorie.objects.all(),
        required=False,
        help_text="Code uit de categorieën van de portaal; zonder: die van uw applicatie.",
    )
    minimaalBetrouwbaarheidsniveau = serializers.ChoiceField(
        choices=list(dialect.NIVEAUS), required=False, help_text="Hoe zeker de inlog moet zijn om de zaak te lezen."
    )
    aangemaaktOp = UTCDateTimeField(read_only=True, help_text="Wanneer de zaak bekend werd.")
    gewijzigdOp = UTCDateTimeField(read_only=True, help_text="Wanneer de zaak het laatst veranderde.")
    versie = serializers.IntegerField(read_only=True, help_text="Loopt op bij elke verandering.")

    def validate_einddatum(self, waarde: Any) -> Any:
        """Afgerond is afgerond; een streefdatum heet verwachteEinddatum."""
        return _niet_in_de_toekomst(waarde)

    def validate_betrokkenen(self, waarde: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Iemand staat er in dezelfde rol één keer."""
        paren = [(b["betrokkene"].lower(), b["rol"]) for b in waarde]
        if len(set(paren)) != len(paren):
            raise serializers.ValidationError(
                "Een betrokkene staat er twee keer in met dezelfde rol.", code="duplicate"
            )
        return waarde

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Datums die elkaar tegenspreken."""
        start, eind = attrs.get("startdatum"), attrs.get("einddatum")
        if start and eind and start > eind:
            raise serializers.ValidationError({"einddatum": "De einddatum ligt voor de startdatum."}, code="invalid")
        return attrs


def _niet_in_de_toekomst(waarde: Any) -> Any:
    if waarde is not None and waarde > vandaag():
        raise serializers.ValidationError("Deze dag moet nog komen.", code="future")
    return waarde


class FilterSerializer(Filters):
    """De waarden waarop een lijst te filteren is."""

    identificatie = TekstVeld(required=False, help_text="Het zaaknummer. Lijkt het op een bsn, gebruik dan `_zoek`.")
    afgerond = serializers.ChoiceField(choices=["true", "false"], required=False, help_text="Of de zaak klaar is.")


class ZoekSerializer(FilterSerializer):
    """Bij wie de zaak hoort, of haar zaaknummer. In de inhoud, want een nummer hoort nooit in een adres."""

    betrokkene = serializers.RegexField(
        URN, required=False, max_length=255, help_text="Wie erbij hoort, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`."
    )

    def validate_betrokkene(self, waarde: str) -> str:
        """De portaal moet weten wie het is."""
        try:
            lees_geadresseerde(waarde)
        except OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Zoeken is naar iets."""
        if not {"betrokkene", "identificatie"} & set(attrs):
            raise serializers.ValidationError(
                {"betrokkene": "Noem een betrokkene of een identificatie."}, code="required"
            )
        return attrs


class ZakenViewSet(PortaalView, GenericViewSet[Zaak]):
    """Zaken registreren, bijwerken en lezen. Alleen de applicatie die een zaak registreerde ziet haar hier."""

    serializer_class = ZaakSerializer
    query_serializer = FilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {
        "GET": "zaken:lezen",
        "zoek": "zaken:lezen",
        "POST": "zaken:schrijven",
        "PUT": "zaken:schrijven",
        "PATCH": "zaken:schrijven",
    }
    idempotente_acties = frozenset({"create"})
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"list": FilterSerializer.namen(), "zoek": BLADEREN}

    def get_queryset(self) -> QuerySet[Zaak]:
        """De zaken van deze applicatie, in volgorde van maken."""
        zaken = Zaak.objects.van(self.aanroeper.applicatie).met_context()
        return zaken.prefetch_related("sleutels", "betrokkenen").order_by("id")

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
        """De zaken van deze applicatie."""
        return self._pagina("zaken-lijst", FilterSerializer.lees(request.query_params))

    @extend_schema(request=ZoekSerializer, responses={200: ZaakSerializer(many=True)})
    @action(detail=False, methods=["post"], url_path="_zoek", url_name="zoek", query_serializer=BladerSerializer)
    def zoek(self, request: Request) -> Response:
        """Zoek zaken op wie erbij hoort of op zaaknummer. Met POST: een nummer hoort niet in het adres."""
        gevraagd = ZoekSerializer(data=request.data)
        gevraagd.is_valid(raise_exception=True)
        return self._pagina("zaken-zoek", gevraagd.validated_data)

    def _pagina(self, waarvoor: str, keuze: Mapping[str, Any]) -> Response:
        zaken = self.get_queryset()
        if "identificatie" in keuze:
            zaken = zaken.filter(identificatie=keuze["identificatie"])
        if "afgerond" in keuze:
            zaken = zaken.filter(einddatum__isnull=keuze["afgerond"] == "false")
        if "betrokkene" in keuze:
            wie = lees_geadresseerde(keuze["betrokkene"])
            zaken = zaken.filter(betrokkenen__betrokkene=vind_geadresseerde(wie)).distinct()
        pagina = cast(list[Zaak], self.paginate_queryset(zaken))
        self._leg_inzage_vast(waarvoor, pagina)
        return self.get_paginated_response([self._weergave(zaak) for zaak in pagina])

    def if_match_sleutel(self) -> UUID:
        """Ook If-Match kent een zaak op de uuid waaronder zij is gestuurd."""
        return self._pk(self.kwargs["uuid"]) or self.kwargs["uuid"]

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén zaak, op haar uuid in de portaal of op de uuid waaronder u haar stuurde."""
        zaak = self._zaak(self._pk(uuid) or uuid)
        self._leg_inzage_vast("zaak", [zaak])
        return Response(self._weergave(zaak))

    # --- veranderen --------------------------------------------------------------------------------------------------
    def create(self, request: Request) -> Response:
        """Registreer een zaak, of werk haar bij: bestaat zij al onder een van haar sleutels, dan is het antwoord 200.

        Noem minstens één naam: `identificatie` of een van de `sleutels`. Een zaaknummer hoort niet in een adres; wie
        alleen het nummer kent, gebruikt dit eindpunt. Nog eens hetzelfde sturen verandert niets.
        """
        gegevens = dialect.naar_zaakgegevens(self._lees(request.data))
        if not gegevens.sleutels and not gegevens.velden.get("identificatie"):
            uitleg = "Noem de identificatie van de zaak, of minstens één sleutel."
            raise serializers.ValidationError({"identificatie": uitleg}, code="required")
        return self._registreer(request, gegevens)

    @extend_schema(responses={200: ZaakSerializer, 201: ZaakSerializer})
    def update(self, request: Request, uuid: UUID) -> Response:
        """Zet een zaak onder de uuid waaronder u haar kent, of onder haar uuid in de portaal.

        Bestaat zij nog niet, dan wordt zij gemaakt (201). Een veld dat niet verplicht is en ontbreekt, blijft zoals het is.
        """
        gegevens = dialect.naar_zaakgegevens(self._lees(request.data))
        pk = self._pk(uuid)
        if pk is None:
            gegevens.sleutels.append((ZaakSleutel.Soort.UUID, str(uuid)))
        return self._registreer(request, gegevens, pk)

    def partial_update(self, request: Request, uuid: UUID) -> Response:
        """Wijzig een zaak die er al is: een status, het resultaat, wie erbij hoort."""
        gelezen = self._lees(request.data, deels=True)
        zaak = self._zaak(self._pk(uuid) or uuid)
        return self._registreer(request, dialect.naar_zaakgegevens(gelezen), zaak.pk)

    def _registreer(self, request: Request, gegevens: handelingen.Zaakgegevens, pk: UUID | None = None) -> Response:
        sleutel = sleutel_van(request) if self.action == "create" else None
        applicatie = self.aanroeper.applicatie
        try:
            with transaction.atomic():
                if sleutel is not None and self._al_gedaan(request, sleutel):
                    # Niet nog eens uitvoeren: intussen kan er iets nieuwers zijn gestuurd.
                    pk, nieuw = handelingen.vind_eigen(handelingen.alle_sleutels(gegevens), applicatie), False
                else:
                    zaak, nieuw = handelingen.registreer(gegevens, self.partij, pk=pk)
                    pk = zaak.pk
        except handelingen.SleutelConflictError as fout:
            raise Conflict(str(fout), "key_conflict") from fout
        except handelingen.DatumConflictError as fout:
            raise serializers.ValidationError({"einddatum": str(fout)}, code="invalid") from fout
        if pk is None:
            raise Http404
        json = self._weergave(self._zaak(pk))
        return Response(json, status=201, headers={"Location": json["url"]}) if nieuw else Response(json)

    def _al_gedaan(self, request: Request, sleutel: str) -> bool:
        """Of dit verzoek met deze Idempotency-Key al is uitgevoerd; met andere inhoud is het een 409."""
        vingerafdruk = vingerafdruk_van(request)
        return reserveer(self.aanroeper.applicatie, sleutel, vingerafdruk, Zaak.record_soort, uuid7()) is not None

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _lees(self, data: Any, *, deels: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=data, partial=deels)
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)

    def _pk(self, uuid: UUID) -> UUID | None:
        """De zaak van deze applicatie onder deze uuid: die van de portaal of een van haar eigen sleutels."""
        zaken = Zaak.objects.van(self.aanroeper.applicatie)
        if zaken.filter(pk=uuid).exists():
            return uuid
        eigen = zaken.filter(sleutels__soort=ZaakSleutel.Soort.UUID, sleutels__waarde=str(uuid))
        return eigen.values_list("pk", flat=True).first()

    def _zaak(self, pk: UUID) -> Zaak:
        try:
            return self.get_queryset().get(pk=pk)
        except Zaak.DoesNotExist as fout:
            raise Http404 from fout

    def _weergave(self, zaak: Zaak) -> dict[str, Any]:
        json = dialect.naar_json(zaak, f"{settings.PORTAAL_URL}/zaken/api/v1", settings.URN_NAMESPACE)
        return cast(dict[str, Any], self.get_serializer(json).data)

    def _leg_inzage_vast(self, waarvoor: str, zaken: Sequence[Zaak]) -> None:
        """Een regel per betrokkene: van ieder van hen zijn gegevens gelezen."""
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.aanroeper.applicatie.pk, f"api:{waarvoor}",
            [regel for zaak in zaken for regel in zaak.voor_inzage()],
        )  # fmt: skip
