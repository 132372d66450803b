"""De Berichten-API: serializers en viewset. Vorm van Open VTB; elke verandering gaat via `berichten.handelingen`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from berichten import handelingen
from berichten.dialecten import openvtb
from berichten.models import Bericht
from portaal.api.filters import BladerSerializer, Filters, als_lookups
from portaal.api.idempotentie import reserveer, sleutel_van, vingerafdruk_van
from portaal.api.paginering import BLADEREN
from portaal.api.problemen import Conflict
from portaal.api.serializers import LangTekstVeld, StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.api.token import applicatie_van
from portaal.api.views import PortaalView
from portaal.betrokkenen.handelingen import vind_geadresseerde
from portaal.betrokkenen.models import Aard, Applicatie, Categorie, Handelingsperspectief
from portaal.betrokkenen.urn import URN, OnbruikbareUrnError, lees_geadresseerde
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.partij import MagNietError, Partij
from portaal.logboek.inzage import leg_inzage_vast
from portaal.notificaties.serializers import (
    ALLEEN_BEREIKBAAR,
    BereikbaarheidSerializer,
    NotificatieSerializer,
    bereikbaarheid_van,
    eis_bereikbaar,
    notificaties_van,
)
from portaal.uuid7 import uuid7

# Wat alleen wij schrijven: wie het terugstuurt krijgt er geen fout over. `geopendOp` staat er niet bij, zie PATCH.
ALLEEN_LEZEN = frozenset(
    ("url", "urn", "uuid", "toegankelijkOp", "aangemaaktOp", "gewijzigdOp", "versie", "bereikbaarheid", "notificaties")
)


class VerwijzingSerializer(StrengeSerializer):
    """Een verwijzing naar een zaak of product."""

    urn = serializers.RegexField(URN, max_length=255, help_text="URN van de zaak of het product.")


class BijlageSerializer(StrengeSerializer):
    """Een verwijzing naar een document."""

    informatieObject = serializers.RegexField(
        URN,
        max_length=255,
        help_text="URN van het document. Is het een bestand uit de Bestanden-API, dan staat het bij het bericht; een ander "
        "document wordt bewaard zoals gestuurd en is in de portaal niet te zien.",
    )
    omschrijving = TekstVeld(required=False, allow_blank=True, max_length=200, help_text="Hoe het document heet.")
    isBerichtTypeBijlage = serializers.BooleanField(
        required=False, help_text="Of het een standaardbijlage van de Berichtenbox is."
    )


class CategorieVeld(serializers.SlugRelatedField[Categorie]):
    """De code van een categorie."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Categorie.objects.all(), **kwargs)


class VerwijzingVeld(serializers.RegexField):
    """Een bericht of taak van de portaal: de urn, de url of alleen de uuid. In het antwoord staat de urn."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_null=True, max_length=500, **kwargs)


class OntvangerVeld(serializers.RegexField):
    """Voor wie: een urn waarmee de portaal iemand kan vinden."""

    def __init__(self, **kwargs: Any) -> None:
        uitleg = "Voor wie, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`."
        super().__init__(URN, **{"max_length": 255, "help_text": uitleg, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """De urn zoals gestuurd; een urn waar de portaal niemand mee kan vinden is een fout."""
        waarde: str = super().to_internal_value(data)
        try:
            lees_geadresseerde(waarde)
        except OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde


class BerichtSerializer(StrengeSerializer):
    """Een bericht aan één ontvanger."""

    genegeerd = ALLEEN_LEZEN
    soms = frozenset({"bereikbaarheid"})

    url = serializers.URLField(read_only=True, help_text="De unieke URL van het bericht.")
    urn = TekstVeld(read_only=True, help_text="De URN van het bericht.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het bericht.")
    onderwerp = TekstVeld(max_length=200, help_text="Waar het bericht over gaat.")
    berichtTekst = LangTekstVeld(
        max_length=20_000, help_text="De tekst. Eenvoudige Markdown: alinea's, lijsten, nadruk en links."
    )
    publicatiedatum = UTCDateTimeField(
        required=False, allow_null=True, help_text="Vanaf wanneer het te lezen is, ook later. Zonder: meteen."
    )
    referentie = TekstVeld(
        required=False, allow_blank=True, max_length=100, help_text="Uw kenmerk; de ontvanger ziet het."
    )
    ontvanger = OntvangerVeld()
    geopendOp = UTCDateTimeField(
        read_only=True, allow_null=True, help_text="Wanneer de ontvanger het voor het eerst opende."
    )
    berichtType = TekstVeld(
        required=False, allow_blank=True, max_length=20, help_text="Uw code voor dit soort bericht."
    )
    isGerelateerdAan = VerwijzingSerializer(many=True, required=False, help_text="De zaak of het product.")
    handelingsPerspectief = serializers.ChoiceField(
        choices=Handelingsperspectief.choices, required=False, allow_blank=True, help_text="Wat er gevraagd wordt."
    )
    einddatumHandelingsTermijn = UTCDateTimeField(
        required=False, allow_null=True, help_text="Tot wanneer; de hele dag (in Nederland) telt mee."
    )
    mijnOverheidBerichtenbox = serializers.BooleanField(
        required=False, help_text="Of het geschikt is voor de Berichtenbox van MijnOverheid."
    )
    bijlagen = BijlageSerializer(
        many=True,
        required=False,
        help_text="Documenten bij het bericht. Met een bestand dat nog op de virusscanner wacht, wacht het bericht ook.",
    )
    aard = serializers.ChoiceField(
        choices=Aard.choices, required=False, help_text="Wat voor bericht het is. Zonder: die van de categorie."
    )
    categorie = CategorieVeld(required=False, help_text="Code uit de categorieën van de portaal.")
    minimaalBetrouwbaarheidsniveau = serializers.ChoiceField(
        choices=list(openvtb.NIVEAUS), required=False, help_text="Hoe zeker de inlog moet zijn om het te lezen."
    )
    vervangt = VerwijzingVeld(regex=openvtb.BERICHT, help_text="Het eerdere bericht dat dit bericht vervangt.")
    trektIn = VerwijzingVeld(regex=openvtb.BERICHT, help_text="Het eerdere bericht dat dit bericht intrekt.")
    taak = VerwijzingVeld(regex=openvtb.TAAK, help_text="De taak waar dit bericht over gaat.")
    bronReferentie = TekstVeld(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Uw eigen, unieke kenmerk: dubbel sturen kan dan niet.",
    )
    alleenIndienBereikbaar = serializers.BooleanField(required=False, write_only=True, help_text=ALLEEN_BEREIKBAAR)
    bereikbaarheid = BereikbaarheidSerializer(read_only=True, help_text="Alleen na het maken.")
    notificaties = NotificatieSerializer(read_only=True, many=True, help_text="Wat de persoon hierover hoorde.")
    toegankelijkOp = UTCDateTimeField(
        read_only=True, allow_null=True, help_text="Sinds wanneer het te lezen is: het moment van verzending."
    )
    aangemaaktOp = UTCDateTimeField(read_only=True, help_text="Wanneer het bericht gemaakt is.")
    gewijzigdOp = UTCDateTimeField(read_only=True, help_text="Wanneer het bericht het laatst veranderde.")
    versie = serializers.IntegerField(read_only=True, help_text="Loopt op bij elke verandering.")


class FilterSerializer(Filters):
    """De waarden waarop een lijst te filteren is."""

    vergelijkbaar = ("publicatiedatum",)

    ontvanger = OntvangerVeld(
        required=False,
        help_text="Voor wie. Een urn met een bsn of KVK-nummer hoort niet in het adres: gebruik `_zoek`.",
    )
    isGerelateerdAan = TekstVeld(required=False, help_text="Alleen berichten bij precies deze URN.")
    bronReferentie = TekstVeld(required=False, help_text="Alleen het bericht met dit kenmerk.")
    publicatiedatum = UTCDateTimeField(required=False, help_text="Precies dit moment.")
    geopendOp__isnull = serializers.ChoiceField(
        choices=["true", "false"], required=False, help_text="`true`: nog niet geopend; `false`: wel geopend."
    )


class ZoekSerializer(FilterSerializer):
    """Van wie de berichten zijn. In de inhoud, want een nummer hoort nooit in een adres. De filters mogen erbij."""

    ontvanger = OntvangerVeld()


# Naam in de querystring → veld van Bericht.
_FILTERS = {"bronReferentie": "bron_referentie", "publicatiedatum": "publicatiedatum", "geopendOp": "geopend_op"}


class BerichtenViewSet(PortaalView, GenericViewSet[Bericht]):
    """Berichten sturen en volgen. Een applicatie ziet alleen haar eigen berichten; lezen via de API is nooit openen."""

    serializer_class = BerichtSerializer
    query_serializer = FilterSerializer
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    scopes = {
        "GET": "berichten:lezen",
        "zoek": "berichten:lezen",
        "POST": "berichten:schrijven",
        "PATCH": "berichten:schrijven",
        "DELETE": "berichten:schrijven",
    }
    idempotente_acties = frozenset({"create"})
    query_parameters: ClassVar[dict[str, Iterable[str]]] = {
        "list": FilterSerializer.namen(),
        "zoek": BLADEREN,
    }

    def get_queryset(self) -> QuerySet[Bericht]:
        """De berichten van deze applicatie, in volgorde van maken."""
        return Bericht.objects.van(self.applicatie).met_context().order_by("id")

    @property
    def applicatie(self) -> Applicatie:
        """De applicatie achter het token."""
        return applicatie_van(self.request)

    @property
    def partij(self) -> Partij:
        """De applicatie als partij in een handeling."""
        return Partij.systeem(self.applicatie)

    # --- lezen -------------------------------------------------------------------------------------------------------
    def list(self, request: Request) -> Response:
        """De berichten van deze applicatie."""
        return self._pagina("berichten-lijst", FilterSerializer.lees(request.query_params))

    def _pagina(self, waarvoor: str, keuze: dict[str, Any]) -> Response:
        if "geopendOp__isnull" in keuze:
            keuze["geopendOp__isnull"] = keuze["geopendOp__isnull"] == "true"
        berichten = self.get_queryset().filter(**als_lookups(keuze, _FILTERS))
        if urn := keuze.get("isGerelateerdAan"):
            berichten = berichten.filter(is_gerelateerd_aan__contains=[{"urn": urn}])
        if urn := keuze.get("ontvanger"):
            voor = lees_geadresseerde(urn)
            berichten = berichten.filter(betrokkene=vind_geadresseerde(voor))
        pagina = cast("list[Bericht]", self.paginate_queryset(berichten))
        self._leg_inzage_vast(waarvoor, pagina)
        return self.get_paginated_response(self._weergaven(pagina))

    def retrieve(self, request: Request, uuid: UUID) -> Response:
        """Eén bericht."""
        bericht = self._bericht(uuid)
        self._leg_inzage_vast("bericht", [bericht])
        return Response(self._weergave(bericht))

    @extend_schema(request=ZoekSerializer, responses={200: BerichtSerializer(many=True)})
    @action(detail=False, methods=["post"], url_path="_zoek", url_name="zoek", query_serializer=BladerSerializer)
    def zoek(self, request: Request) -> Response:
        """Zoek de berichten aan één ontvanger. Met POST: een nummer van een persoon hoort niet in het adres."""
        gevraagd = ZoekSerializer(data=request.data)
        gevraagd.is_valid(raise_exception=True)
        return self._pagina("berichten-zoek", dict(gevraagd.validated_data))

    # --- veranderen --------------------------------------------------------------------------------------------------
    def create(self, request: Request) -> Response:
        """Stuur een bericht. Hetzelfde nog eens sturen maakt er geen tweede bij."""
        gelezen = self._lees(request.data)
        sleutel, vingerafdruk = sleutel_van(request), vingerafdruk_van(request)
        nieuw = openvtb.naar_nieuw_bericht(gelezen, cast("dict[str, Any]", request.data), bytes.fromhex(vingerafdruk))
        pk = uuid7()
        try:
            with transaction.atomic():
                if sleutel is not None:
                    bestaand = reserveer(self.applicatie, sleutel, vingerafdruk, Bericht.record_soort, pk)
                    if bestaand is not None:
                        return self._gemaakt(self._bericht(bestaand))
                bericht = handelingen.maak_aan(nieuw, self.partij, pk=pk)
                kijk = eis_bereikbaar if gelezen.get("alleenIndienBereikbaar") else bereikbaarheid_van
                bereikbaar = kijk(bericht.betrokkene_id, bericht.categorie_id).als_json()
        except handelingen.BestaatAlError as fout:
            if not fout.gelijk:
                raise Conflict(
                    "Er is al een bericht met deze bronReferentie, met een andere inhoud.", "bron_referentie_exists",
                    bestaand=self._url(fout.bericht),
                ) from fout  # fmt: skip
            if fout.bericht.ingetrokken_op is not None:
                raise Conflict(
                    "Het bericht met deze bronReferentie is ingetrokken.", "bron_referentie_deleted"
                ) from fout
            return Response(self._weergave(fout.bericht))
        except handelingen.VerwijzingError as fout:
            raise serializers.ValidationError({fout.veld: str(fout)}, code="invalid_reference") from fout
        return self._gemaakt(bericht, bereikbaarheid=bereikbaar, notificaties=[])

    def partial_update(self, request: Request, uuid: UUID) -> Response:
        """Wijzig een bericht dat nog niet te lezen is. Daarna verandert het niet meer: stuur dan een nieuw bericht.

        `geopendOp` is van de ontvanger: alleen de portaal zelf legt vast dat iemand een bericht opende.
        """
        bericht = self._bericht(uuid)
        if isinstance(request.data, dict) and "geopendOp" in request.data:
            raise PermissionDenied("geopendOp legt alleen de portaal vast, als de ontvanger het bericht opent.")
        gelezen = self._lees(request.data, deels=True)
        vast = {
            "ontvanger": bericht.geadresseerde,
            "bronReferentie": bericht.bron_referentie,
            "vervangt": bericht.vervangt_id,
            "trektIn": bericht.trekt_in_id,
            "taak": bericht.verwijzing_id,
        }
        vormen = {"vervangt": openvtb.BERICHT, "trektIn": openvtb.BERICHT, "taak": openvtb.TAAK}
        for naam, waarde in vast.items():
            if naam not in gelezen:
                continue
            nieuw = openvtb.lees_uuid(vormen[naam], gelezen[naam]) if naam in vormen else gelezen[naam]
            if nieuw != waarde:
                raise Conflict(f"{naam} kan niet worden gewijzigd. Maak een nieuw bericht.", "immutable", veld=naam)
        try:
            self._doe(lambda: handelingen.wijzig(uuid, openvtb.naar_wijziging(gelezen), self.partij))
        except handelingen.VerwijzingError as fout:
            raise serializers.ValidationError({fout.veld: str(fout)}, code="invalid_reference") from fout
        return Response(self._weergave(self._bericht(uuid)))

    def destroy(self, request: Request, uuid: UUID) -> Response:
        """Trek een bericht in dat nog niet te lezen is. Daarna kan het alleen met een nieuw bericht (`trektIn`)."""
        self._doe(lambda: handelingen.trek_in_voor_publicatie(uuid, self.partij))
        return Response(status=204)

    # --- hulp --------------------------------------------------------------------------------------------------------
    def _lees(self, data: Any, *, deels: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=data, partial=deels)
        serializer.is_valid(raise_exception=True)
        return cast("dict[str, Any]", serializer.validated_data)

    def _bericht(self, uuid: UUID) -> Bericht:
        try:
            return self.get_queryset().get(pk=uuid)
        except Bericht.DoesNotExist as fout:
            raise Http404 from fout

    def _doe(self, handeling: Callable[[], Bericht]) -> Bericht:
        """Voer een handeling uit en vertaal wat zij weigert naar het antwoord dat daarbij hoort."""
        try:
            return handeling()
        except Bericht.DoesNotExist as fout:
            raise Http404 from fout
        except MagNietError as fout:
            raise PermissionDenied(str(fout)) from fout
        except handelingen.AlTeLezenError as fout:
            raise Conflict(str(fout), "published", toegankelijkOp=_moment(fout.bericht.toegankelijk_op)) from fout

    def _url(self, bericht: Bericht) -> str:
        return f"{settings.PORTAAL_URL}/berichten/api/v1/berichten/{bericht.pk}"

    def _weergave(self, bericht: Bericht, **erbij: Any) -> dict[str, Any]:
        json = openvtb.naar_json(bericht, f"{settings.PORTAAL_URL}/berichten/api/v1", settings.URN_NAMESPACE) | erbij
        if "notificaties" not in erbij:
            json["notificaties"] = notificaties_van(Bericht.record_soort, [bericht.pk])[bericht.pk]
        return cast("dict[str, Any]", self.get_serializer(json).data)

    def _weergaven(self, berichten: Sequence[Bericht]) -> Sequence[dict[str, Any]]:
        gemeld = notificaties_van(Bericht.record_soort, [bericht.pk for bericht in berichten])
        return [self._weergave(bericht, notificaties=gemeld[bericht.pk]) for bericht in berichten]

    def _gemaakt(self, bericht: Bericht, **erbij: Any) -> Response:
        return Response(self._weergave(bericht, **erbij), status=201, headers={"Location": self._url(bericht)})

    def _leg_inzage_vast(self, waarvoor: str, berichten: Sequence[Bericht]) -> None:
        leg_inzage_vast(
            ActorSoort.APPLICATIE, self.applicatie.pk, f"api:{waarvoor}",
            [(bericht.record_soort, bericht.pk, bericht.betrokkene_id) for bericht in berichten],
        )  # fmt: skip


def _moment(waarde: Any) -> Any:
    return UTCDateTimeField().to_representation(waarde)
