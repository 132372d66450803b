"""De Taken-API: serializers en viewsets. Vorm van Open VTB; elke verandering gaat via `taken.handelingen`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portaal.api.idempotentie import reserveer, sleutel_van, vingerafdruk_van
from portaal.api.problemen import Conflict
from portaal.api.serializers import DatumVeld, LangTekstVeld, StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import Aanroeper
from portaal.api.views import PortaalView
from portaal.betrokkenen.models import Categorie
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.uuid7 import uuid7
from taken import handelingen
from taken.dialecten import openvtb
from taken.models import Handelingsperspectief, Status, Taak, TaakSoort

# Woorden van Open VTB die alleen wij schrijven: wie ze terugstuurt (GET → PUT) krijgt er geen fout over.
ALLEEN_LEZEN = frozenset(
    {
        *("url", "urn", "uuid", "versie", "gemeldOp", "uitgevoerdOp", "uitgevoerdDoor", "afgerondOp"),
        *("aangemaaktOp", "gewijzigdOp"),
    }
)


class VerwijzingSerializer(StrengeSerializer):
    """Een verwijzing naar een zaak of product."""

    urn = serializers.RegexField(openvtb.URN, max_length=255, help_text="URN van de zaak of het product.")


class BijlageSerializer(StrengeSerializer):
    """Een verwijzing naar een document."""

    informatieObject = serializers.RegexField(openvtb.URN, max_length=255, help_text="URN van het document.")
    omschrijving = TekstVeld(required=False, allow_blank=True, max_length=40, help_text="Waar het over gaat.")
    isBerichtTypeBijlage = serializers.BooleanField(required=False, help_text="Of het de bijlage van een bericht is.")


class UrltaakDetailsSerializer(StrengeSerializer):
    """Wat bij een urltaak hoort."""

    uitvraagLink = serializers.URLField(
        max_length=2000, help_text="Waar de taak gedaan wordt. `{uuid}` in de link wordt de uuid van de taak."
    )
    voorinvullenGegevens = serializers.DictField(
        required=False, help_text="Gegevens om het formulier mee te vullen. Versleuteld bewaard."
    )
    ontvangenGegevens = serializers.DictField(required=False, help_text="De ontvangen antwoorden. Versleuteld bewaard.")
    ontvangenBijlagen = BijlageSerializer(many=True, required=False, help_text="Documenten bij het antwoord.")

    def validate_uitvraagLink(self, waarde: str) -> str:
        """Alleen https, zonder gebruikersnaam: een link in de portaal moet te vertrouwen zijn."""
        begin = waarde.split("://", 1)[0].lower()
        if begin != "https" and not (settings.DEMO and begin == "http"):
            raise serializers.ValidationError("De link moet met https:// beginnen.", code="invalid")
        if "@" in waarde.split("://", 1)[1].split("/", 1)[0]:
            raise serializers.ValidationError("Een link met een gebruikersnaam erin mag niet.", code="invalid")
        return waarde


class CategorieVeld(serializers.SlugRelatedField[Categorie]):
    """De code van een categorie."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Categorie.objects.all(), **kwargs)


class UrltaakSerializer(StrengeSerializer):
    """Een urltaak: iemand gaat naar een formulier of pagina elders."""

    genegeerd = ALLEEN_LEZEN

    url = serializers.URLField(read_only=True, help_text="De unieke URL van de taak.")
    urn = TekstVeld(read_only=True, help_text="De URN van de taak.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van de taak.")
    titel = TekstVeld(max_length=200, help_text="Titel, als opdracht: 'Stuur uw loonstrook op'.")
    toelichting = LangTekstVeld(
        required=False, allow_blank=True, max_length=10_000,
        help_text="Wat en waarom. Eenvoudige Markdown: alinea's, lijsten, nadruk en links.",
    )  # fmt: skip
    taakSoort = serializers.ChoiceField(choices=[TaakSoort.URLTAAK.value], help_text="De soort taak.")
    status = serializers.ChoiceField(choices=Status.choices, required=False, help_text="Waar de taak is.")
    startdatum = DatumVeld(required=False, help_text="Vanaf deze dag te zien; zonder: vandaag.")
    einddatumHandelingsTermijn = DatumVeld(
        required=False, allow_null=True, help_text="De laatste dag waarop de taak gedaan kan worden."
    )
    datumHerinnering = DatumVeld(required=False, allow_null=True, help_text="Dag van de herinnering.")
    handelingsPerspectief = serializers.ChoiceField(
        choices=Handelingsperspectief.choices, required=False, allow_blank=True, help_text="Wat er gevraagd wordt."
    )
    isToegewezenAan = serializers.RegexField(
        openvtb.URN, max_length=255, help_text="Voor wie, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`."
    )
    isGerelateerdAan = VerwijzingSerializer(many=True, required=False, help_text="De zaak of het product.")
    verwerkerTaakId = TekstVeld(
        required=False, allow_blank=True, max_length=36, help_text="Uw kenmerk in de workflow-engine."
    )
    details = UrltaakDetailsSerializer(help_text="Wat bij de soort hoort.")
    bronReferentie = TekstVeld(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Uw eigen, unieke kenmerk: dubbel sturen kan dan niet.",
    )
    categorie = CategorieVeld(required=False, help_text="Code uit de categorieën van de portaal.")
    minimaalBetrouwbaarheidsniveau = serializers.ChoiceField(
        choices=list(openvtb.NIVEAUS), required=False, help_text="Hoe zeker de inlog moet zijn om de taak te lezen."
    )
    verlooptOpTermijn = serializers.BooleanField(required=False, help_text="Sluit de taak vanzelf na de termijn.")
    reden = LangTekstVeld(
        required=False, allow_blank=True, max_length=500, help_text="Bij afbreken of heropenen; de persoon leest dit."
    )
    gemeldOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="De persoon zei: ik heb dit gedaan.")
    uitgevoerdOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Wanneer de taak gedaan is.")
    uitgevoerdDoor = TekstVeld(read_only=True, help_text="Wie dat meldde.")
    afgerondOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="Wanneer de taak klaar was.")
    aangemaaktOp = UTCDateTimeField(read_only=True, help_text="Wanneer de taak gemaakt is.")
    gewijzigdOp = UTCDateTimeField(read_only=True, help_text="Wanneer de taak het laatst veranderde.")
    versie = serializers.IntegerField(read_only=True, help_text="Loopt op bij elke verandering.")

    def validate_isToegewezenAan(self, waarde: str) -> str:
        """De portaal moet weten wie het is."""
        try:
            openvtb.lees_geadresseerde(waarde)
        except openvtb.OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Datums die elkaar tegenspreken."""
        start, eind = attrs.get("startdatum"), attrs.get("einddatumHandelingsTermijn")
        if start and eind and start > eind:
            raise serializers.ValidationError({"startdatum": "De startdatum ligt na de einddatum."}, code="invalid")
        return attrs


class UrltaakOpUrltakenSerializer(UrltaakSerializer):
    """Een urltaak op /urltaken: de soort volgt uit het pad en mag dus weg blijven."""

    taakSoort = serializers.ChoiceField(
        choices=[TaakSoort.URLTAAK.value], required=False, default=TaakSoort.URLTAAK.value, help_text="De soort taak."
    )


class TakenViewSet(PortaalView, GenericViewSet[Taak]):
    """Taken maken, volgen en beëindigen. Eigenaar: alles; uitvoerder met toestemming: lezen en uitvoeren."""

    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    soorten: frozenset[TaakSoort] = frozenset({TaakSoort.URLTAAK})
    scopes = {
        "GET": "taken:lezen",
        "POST": "taken:schrijven",
        "PUT": "taken:schrijven",
        "PATCH": ("taken:schrijven", "taken:uitvoeren"),
        "DELETE": "taken:schrijven",
    }
    idempotente_acties = frozenset({"create"})
    # Naam in de querystring → veld van Taak.
    filters: ClassVar[dict[str, str]] = {
        "status": "status",
        "taakSoort": "soort",
        "verwerkerTaakId": "verwerker_taak_id",
        "bronReferentie": "bron_referentie",
        "einddatumHandelingsTermijn": "einddatum_handelingstermijn",
    }
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {"list": filters}

    def get_queryset(self) -> QuerySet[Taak]:
        """Wat deze applicatie mag zien, in volgorde van maken."""
        taken = Taak.objects.van(self.aanroeper.applicatie).met_context()
        return taken.filter(soort__in=self.soorten).order_by("id")

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
        gevraagd = FilterSerializer(data={k: v for k, v in request.query_params.items() if k in self.filters})
        gevraagd.is_valid(raise_exception=True)
        keuze = {self.filters[naam]: waarde for naam, waarde in gevraagd.validated_data.items()}
        pagina = cast(list[Taak], self.paginate_queryset(self.get_queryset().filter(**keuze)))
        self._leg_inzage_vast("taken-lijst", pagina)
        return self.get_paginated_response([self._weergave(taak) for taak in pagina])

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén taak."""
        taak = self._taak(uuid)
        self._leg_inzage_vast("taak", [taak])
        return Response(self._weergave(taak))

    # --- veranderen --------------------------------------------------------------------------------------------------
    def create(self, request: Request) -> Response:
        """Maak een taak. Hetzelfde nog eens sturen maakt er geen tweede bij."""
        gelezen = self._lees(request.data)
        if gelezen.get("status", Status.OPEN) != Status.OPEN:
            raise serializers.ValidationError({"status": "Een nieuwe taak is altijd open."}, code="invalid")
        sleutel, vingerafdruk = sleutel_van(request), vingerafdruk_van(request)
        nieuw = openvtb.naar_nieuwe_taak(
            gelezen, cast(dict[str, Any], request.data), bytes.fromhex(vingerafdruk), met_sleutel=sleutel is not None
        )
        pk = uuid7()
        try:
            with transaction.atomic():
                if sleutel is not None:
                    bestaand = reserveer(self.aanroeper.applicatie, sleutel, vingerafdruk, Taak.record_soort, pk)
                    if bestaand is not None:
                        return self._gemaakt(self._nog_bestaande(bestaand))
                taak = handelingen.maak_aan(nieuw, self.partij, pk=pk)
        except handelingen.BestaatAlError as fout:
            if not fout.gelijk:
                raise Conflict(
                    "Er is al een taak met deze bronReferentie, met een andere inhoud.", "bron_referentie_exists",
                    bestaand=self._url(fout.taak),
                ) from fout  # fmt: skip
            if fout.taak.ingetrokken_op is not None:
                raise Conflict("De taak met deze bronReferentie is verwijderd.", "bron_referentie_deleted") from fout
            return Response(self._weergave(fout.taak))
        except handelingen.HostNietToegestaanError as fout:
            raise serializers.ValidationError(
                {"details": {"uitvraagLink": str(fout)}}, code="host_not_allowed"
            ) from fout
        return self._gemaakt(taak)

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
        gelezen = self._lees(request.data, deels=deels)
        self._eis_onveranderd(taak, gelezen)
        self._eis_datums(taak, gelezen)
        naar = Status(gelezen["status"]) if "status" in gelezen else None
        wijziging = openvtb.naar_wijziging(gelezen)
        alleen_uitvoeren = "taken:schrijven" not in self.aanroeper.token.scopes
        if alleen_uitvoeren and (naar != Status.UITGEVOERD or wijziging.velden):
            raise PermissionDenied("Met de scope taken:uitvoeren kan alleen status uitgevoerd, met ontvangen gegevens.")
        self._doe(lambda: handelingen.werk_bij(uuid, self.partij, wijziging, naar=naar, reden=gelezen.get("reden", "")))
        return Response(self._weergave(self._taak(uuid)))

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _lees(self, data: Any, *, deels: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=data, partial=deels)
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
        except handelingen.HostNietToegestaanError as fout:
            raise serializers.ValidationError(
                {"details": {"uitvraagLink": str(fout)}}, code="host_not_allowed"
            ) from fout

    @staticmethod
    def _eis_onveranderd(taak: Taak, gelezen: Mapping[str, Any]) -> None:
        """Voor wie de taak is, welke soort zij is en onder welk kenmerk zij kwam, staat vast."""
        vast = {"isToegewezenAan": taak.toegewezen_aan, "taakSoort": taak.soort, "bronReferentie": taak.bron_referentie}
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
        return f"{settings.PORTAAL_URL}/taken/api/v1/externetaken/{taak.pk}"

    def _weergave(self, taak: Taak) -> dict[str, Any]:
        json = openvtb.naar_json(taak, f"{settings.PORTAAL_URL}/taken/api/v1", settings.URN_NAMESPACE)
        return cast(dict[str, Any], self.get_serializer(json).data)

    def _gemaakt(self, taak: Taak) -> Response:
        return Response(self._weergave(taak), status=201, headers={"Location": self._url(taak)})

    def _leg_inzage_vast(self, waarvoor: str, taken: Sequence[Taak]) -> None:
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.aanroeper.applicatie.pk, f"api:{waarvoor}",
            [(taak.record_soort, taak.pk, taak.betrokkene_id) for taak in taken],
        )  # fmt: skip


class FilterSerializer(StrengeSerializer):
    """De waarden waarop een lijst te filteren is."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    taakSoort = serializers.ChoiceField(choices=TaakSoort.choices, required=False)
    verwerkerTaakId = TekstVeld(required=False)
    bronReferentie = TekstVeld(required=False)
    einddatumHandelingsTermijn = DatumVeld(required=False)


class ExterneTakenViewSet(TakenViewSet):
    """Taken van elke soort."""

    serializer_class = UrltaakSerializer
    query_serializer = FilterSerializer


class UrltakenViewSet(TakenViewSet):
    """Alleen urltaken."""

    serializer_class = UrltaakOpUrltakenSerializer
    query_serializer = FilterSerializer
