"""Wat de Taken-API aanneemt en teruggeeft, per soort taak. Vorm van Open VTB, met onze eigen velden erbij."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from portaal.api.filters import Filters
from portaal.api.serializers import DatumVeld, LangTekstVeld, StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.betrokkenen.models import Categorie
from portaal.formulieren.definitie import DefinitieFout
from portaal.formulieren.herkomst import is_verwijzing, los_op
from portaal.notificaties.serializers import ALLEEN_BEREIKBAAR, BereikbaarheidSerializer, NotificatieSerializer
from taken.dialecten import openvtb
from taken.loket import kent_verzoektype
from taken.models import Handelingsperspectief, Status, TaakSoort, Uitstel

# Woorden van Open VTB die alleen wij schrijven: wie ze terugstuurt (GET → PUT) krijgt er geen fout over.
ALLEEN_LEZEN = frozenset(
    {
        *(
            "url",
            "urn",
            "uuid",
            "versie",
            "terugmeldingen",
            "afgezienOp",
            "gemeldOp",
            "uitgevoerdOp",
            "uitgevoerdDoor",
            "afgerondOp",
        ),
        *("aangemaaktOp", "gewijzigdOp", "bereikbaarheid", "notificaties"),
    }
)


def alleen_https(link: str) -> str:
    """De link zelf, als zij met https:// begint (in de demo mag http) en er geen gebruikersnaam in staat."""
    begin, _, rest = link.partition("://")
    if begin.lower() != "https" and not (settings.DEMO and begin.lower() == "http"):
        raise serializers.ValidationError("De link moet met https:// beginnen.", code="invalid")
    if "@" in rest.split("/", 1)[0]:
        raise serializers.ValidationError("Een link met een gebruikersnaam erin mag niet.", code="invalid")
    return link


class VerwijzingSerializer(StrengeSerializer):
    """Een verwijzing naar een zaak of product."""

    urn = serializers.RegexField(openvtb.URN, max_length=255, help_text="URN van de zaak of het product.")


class BijlageSerializer(StrengeSerializer):
    """Een verwijzing naar een document."""

    informatieObject = serializers.RegexField(openvtb.URN, max_length=255, help_text="URN van het document.")
    omschrijving = TekstVeld(required=False, allow_blank=True, max_length=40, help_text="Waar het over gaat.")
    isBerichtTypeBijlage = serializers.BooleanField(required=False, help_text="Of het de bijlage van een bericht is.")


@extend_schema_field({"type": "string", "format": "uri-template", "maxLength": 2000})
class LinkVeld(serializers.URLField):
    """Een link waarin `{uuid}` kan staan; dat is geen uri (RFC 3986) maar een sjabloon ervoor (RFC 6570)."""


class UrltaakDetailsSerializer(StrengeSerializer):
    """Wat bij een urltaak hoort."""

    uitvraagLink = LinkVeld(
        max_length=2000, help_text="Waar de taak gedaan wordt. `{uuid}` in de link wordt de uuid van de taak."
    )
    voorinvullenGegevens = serializers.DictField(
        required=False, help_text="Gegevens om het formulier mee te vullen. Versleuteld bewaard."
    )
    ontvangenGegevens = serializers.DictField(required=False, help_text="De ontvangen antwoorden. Versleuteld bewaard.")
    ontvangenBijlagen = BijlageSerializer(many=True, required=False, help_text="Documenten bij het antwoord.")

    def validate_uitvraagLink(self, waarde: str) -> str:
        """Alleen https, zonder gebruikersnaam: een link in de portaal moet te vertrouwen zijn."""
        return alleen_https(waarde)


@extend_schema_field(OpenApiTypes.OBJECT)
class FormulierDefinitieVeld(serializers.DictField):
    """Een formulier in JSON, in de vorm van Form.io, of een verwijzing: `{"id": …, "versie": …}` of `{"url": …}`.

    Wat de portaal niet kan tonen of vinden wordt bij naam geweigerd.
    """

    def to_internal_value(self, data: Any) -> Any:
        """De definitie zelf, of die waarnaar wordt verwezen; anders alle fouten tegelijk, elk met zijn pad."""
        if not isinstance(data, Mapping):
            self.fail("not_a_dict", input_type=type(data).__name__)
        applicatie = None
        if is_verwijzing(
            data
        ):  # wie verwijst moet het formulier mogen gebruiken; een eigen definitie is van de aanroeper
            applicatie = (self.context.get("applicatie") or self.context["request"].user.applicatie).pk
        try:
            return los_op(data, applicatie)
        except DefinitieFout as fout:
            per_pad: dict[str, list[ErrorDetail]] = {}
            for pad, code, uitleg in fout.fouten:
                per_pad.setdefault(pad or "non_field_errors", []).append(ErrorDetail(uitleg, code))
            raise serializers.ValidationError(per_pad) from fout


class AanleidingSerializer(StrengeSerializer):
    """Waarom iemand deze taak krijgt."""

    regel = LangTekstVeld(max_length=1000, help_text="De regel, in gewone taal.")
    bron = serializers.URLField(max_length=500, help_text="Waar die regel openbaar te lezen is. Alleen https.")

    def validate_bron(self, waarde: str) -> str:
        """Alleen https."""
        return alleen_https(waarde)


class FormuliertaakDetailsSerializer(StrengeSerializer):
    """Wat bij een formuliertaak hoort."""

    formulierDefinitie = FormulierDefinitieVeld(
        help_text="Het formulier, in de vorm van Form.io: `components`, elk met `type`, `key` en `label`. Of een verwijzing: "
        '`{"id": "inkomen", "versie": 2}` naar het register (zonder versie: de laatste), of `{"url": "https://…"}`. De taak '
        "houdt het formulier zoals het was toen zij werd gemaakt; `herkomst` zegt waar het vandaan kwam."
    )
    voorinvullenGegevens = serializers.DictField(
        required=False, help_text="Antwoorden die er al staan, per `key`. Versleuteld bewaard."
    )
    ontvangenGegevens = serializers.DictField(
        required=False, help_text="De antwoorden, per `key`; elke `key` staat erin, ook de lege. Versleuteld bewaard."
    )
    aanleiding = AanleidingSerializer(required=False, help_text="Waarom iemand deze taak krijgt.")


class DoelrekeningSerializer(StrengeSerializer):
    """Waar het geld heen gaat; minstens één van de drie."""

    naam = TekstVeld(required=False, allow_blank=True, max_length=200, help_text="Naam van de ontvanger.")
    code = TekstVeld(
        required=False, allow_blank=True, max_length=100, help_text="Code waarmee uw systeem de rekening kiest."
    )
    iban = serializers.RegexField(
        r"^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{1,30}$", required=False, allow_blank=True, max_length=34,
        help_text="IBAN van de ontvanger.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Zonder een van de drie weet niemand waar het geld heen moet."""
        if not any(attrs.values()):
            raise serializers.ValidationError("Geef minstens naam, code of iban.", code="required")
        return attrs


class BetaaltaakDetailsSerializer(StrengeSerializer):
    """Wat bij een betaaltaak hoort."""

    bedrag = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal("0.01"), help_text="Het bedrag, als `12.50`."
    )
    valuta = serializers.ChoiceField(choices=["EUR"], required=False, default="EUR", help_text="Altijd euro.")
    transactieomschrijving = TekstVeld(max_length=80, help_text="Wat de betaler op het afschrift leest.")
    doelrekening = DoelrekeningSerializer(help_text="Waar het geld heen gaat.")

    def validate_bedrag(self, waarde: Decimal) -> str:
        """Tekst met twee cijfers achter de punt, zoals Open VTB het schrijft."""
        return f"{waarde:.2f}"


class NietdigitaaltaakDetailsSerializer(StrengeSerializer):
    """Wat bij een taak hoort die niet online kan."""

    waar = LangTekstVeld(max_length=500, help_text="Waar iemand dit doet: 'bij een erkend garagebedrijf'.")
    wanneer = LangTekstVeld(required=False, allow_blank=True, max_length=500, help_text="Wanneer dat kan.")
    meenemen = serializers.ListField(
        child=TekstVeld(max_length=200), required=False, max_length=20, help_text="Wat iemand meeneemt."
    )
    kosten = TekstVeld(required=False, allow_blank=True, max_length=200, help_text="Wat het kost.")
    register = TekstVeld(
        required=False, allow_blank=True, max_length=200, help_text="Welk register meldt dat het gedaan is: 'de RDW'."
    )


class VertalingSerializer(StrengeSerializer):
    """Titel en toelichting in een andere taal."""

    titel = TekstVeld(max_length=200, help_text="De titel.")
    toelichting = LangTekstVeld(required=False, allow_blank=True, max_length=10_000, help_text="De toelichting.")


class VertalingenSerializer(StrengeSerializer):
    """De taak in andere talen dan het Nederlands. Wie die taal kiest, leest haar zo."""

    en = VertalingSerializer(required=False, help_text="Engels.")


class UitstelSerializer(StrengeSerializer):
    """De vraag van de persoon om meer tijd, en het antwoord van de eigenaar."""

    stand = serializers.ChoiceField(
        choices=Uitstel.choices, help_text="U antwoordt met `toegekend` (tot `gevraagdTot`) of `afgewezen`."
    )
    reden = LangTekstVeld(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Uw antwoord; de persoon leest dit. Bij afwijzen verplicht.",
    )
    gevraagdOp = UTCDateTimeField(read_only=True, help_text="Wanneer de persoon het vroeg.")
    gevraagdTot = DatumVeld(read_only=True, help_text="De laatste dag die de persoon vraagt.")
    toelichting = LangTekstVeld(read_only=True, help_text="Waarom de persoon meer tijd vraagt.")


class MeegestuurdSerializer(StrengeSerializer):
    """Een bestand bij een terugmelding."""

    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van het bestand.")
    naam = TekstVeld(read_only=True, help_text="De naam die de persoon eraan gaf.")
    type = TekstVeld(read_only=True, help_text="Wat het is, aan de inhoud gezien.")
    grootte = serializers.IntegerField(read_only=True, help_text="Bytes.")
    sha256 = TekstVeld(read_only=True, help_text="Het controlegetal over de inhoud, hexadecimaal.")
    url = serializers.URLField(read_only=True, help_text="Waar u de inhoud ophaalt.")


class TerugmeldingSerializer(StrengeSerializer):
    """Wat een ketenpartner over de taak liet weten."""

    op = UTCDateTimeField(read_only=True, help_text="Wanneer.")
    tekst = LangTekstVeld(read_only=True, help_text="Wat.")
    klaar = serializers.BooleanField(read_only=True, help_text="Of het werk daarmee gedaan is.")
    bestanden = MeegestuurdSerializer(many=True, read_only=True, help_text="Wat erbij is meegestuurd.")


class CategorieVeld(serializers.SlugRelatedField[Categorie]):
    """De code van een categorie."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Categorie.objects.all(), **kwargs)

    def to_internal_value(self, data: Any) -> Categorie:
        """De categorie; wie veel rijen leest geeft ze in de context mee, dan kost het geen query per rij."""
        bekend = self.context.get("categorieen", {})
        return bekend[data] if isinstance(data, str) and data in bekend else super().to_internal_value(data)


class TaakSerializer(StrengeSerializer):
    """Wat elke taak heeft, welke soort zij ook is."""

    genegeerd = ALLEEN_LEZEN
    soms = frozenset({"bereikbaarheid"})

    url = serializers.URLField(read_only=True, help_text="De unieke URL van de taak.")
    urn = TekstVeld(read_only=True, help_text="De URN van de taak.")
    uuid = serializers.UUIDField(read_only=True, help_text="De uuid van de taak.")
    titel = TekstVeld(max_length=200, help_text="Titel, als opdracht: 'Stuur uw loonstrook op'.")
    toelichting = LangTekstVeld(
        required=False, allow_blank=True, max_length=10_000,
        help_text="Wat en waarom. Eenvoudige Markdown: alinea's, lijsten, nadruk en links.",
    )  # fmt: skip
    vertalingen = VertalingenSerializer(required=False, help_text="Titel en toelichting in een andere taal.")
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
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Bij afbreken, heropenen of verlengen; de persoon leest dit.",
    )
    alleenIndienBereikbaar = serializers.BooleanField(required=False, write_only=True, help_text=ALLEEN_BEREIKBAAR)
    bereikbaarheid = BereikbaarheidSerializer(read_only=True, help_text="Alleen na het maken.")
    notificaties = NotificatieSerializer(read_only=True, many=True, help_text="Wat de persoon hierover hoorde.")
    uitstel = UitstelSerializer(
        required=False, allow_null=True, help_text="De vraag om meer tijd; `null` als die er niet is."
    )
    terugmeldingen = TerugmeldingSerializer(
        many=True, read_only=True, help_text="Wat een ketenpartner liet weten, oudste eerst."
    )
    afgezienOp = UTCDateTimeField(read_only=True, allow_null=True, help_text="De persoon zei: dit wil ik niet meer.")
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


class UrltaakSerializer(TaakSerializer):
    """Een urltaak: iemand gaat naar een formulier of pagina elders."""

    taakSoort = serializers.ChoiceField(choices=[TaakSoort.URLTAAK.value], help_text="De soort taak.")
    details = UrltaakDetailsSerializer(help_text="Wat bij de soort hoort.")


class FormuliertaakSerializer(TaakSerializer):
    """Een formuliertaak: iemand vult in de portaal een formulier in, en het antwoord gaat terug."""

    taakSoort = serializers.ChoiceField(choices=[TaakSoort.FORMULIERTAAK.value], help_text="De soort taak.")
    details = FormuliertaakDetailsSerializer(help_text="Wat bij de soort hoort.")
    verzoektype = TekstVeld(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="Code van een verzoektype: versturen is dan een verzoek indienen.",
    )

    def validate_verzoektype(self, waarde: str) -> str:
        """Alleen een type waarvan de portaal ook echt een verzoek kan maken."""
        if waarde and not kent_verzoektype(waarde):
            raise serializers.ValidationError("Dit verzoektype bestaat niet.", code="does_not_exist")
        return waarde


class BetaaltaakSerializer(TaakSerializer):
    """Een betaaltaak: iemand betaalt een bedrag."""

    taakSoort = serializers.ChoiceField(choices=[TaakSoort.BETAALTAAK.value], help_text="De soort taak.")
    details = BetaaltaakDetailsSerializer(help_text="Wat bij de soort hoort.")


class NietdigitaaltaakSerializer(TaakSerializer):
    """Een taak die niet online kan: ergens heen gaan, iets laten keuren."""

    taakSoort = serializers.ChoiceField(choices=[TaakSoort.NIETDIGITAALTAAK.value], help_text="De soort taak.")
    details = NietdigitaaltaakDetailsSerializer(help_text="Wat bij de soort hoort.")
    gecontroleerdOp = UTCDateTimeField(
        required=False, allow_null=True, help_text="Wanneer voor het laatst in het register is gekeken."
    )


class BulkUitkomstSerializer(StrengeSerializer):
    """De uitkomst van één rij van een bulkverzoek."""

    soms = frozenset({"uuid", "url", "fout"})

    index = serializers.IntegerField(read_only=True, help_text="De hoeveelste rij; de eerste is 0.")
    status = serializers.IntegerField(
        read_only=True, help_text="De status die de rij alleen had gekregen: 201, 200, 400, 409."
    )
    uuid = serializers.UUIDField(read_only=True, required=False, help_text="De taak, als die er is.")
    url = serializers.URLField(read_only=True, required=False, help_text="Het adres van de taak, als die er is.")
    fout = serializers.DictField(read_only=True, required=False, help_text="Anders: het probleem, zoals RFC 9457.")


def op_eigen_pad(klas: type[TaakSerializer], soort: TaakSoort, pad: str) -> type[TaakSerializer]:
    """Dezelfde taak op het pad van haar soort: die volgt uit het pad en mag dus weg blijven."""
    veld = serializers.ChoiceField(
        choices=[soort.value], required=False, default=soort.value, help_text="De soort taak."
    )
    naam = klas.__name__.removesuffix("Serializer")
    uitleg = f"Een taak op /{pad}: de soort volgt uit het pad en mag dus weg blijven."
    return type(f"{naam}Op{pad.capitalize()}Serializer", (klas,), {"taakSoort": veld, "__doc__": uitleg})


UrltaakOpUrltakenSerializer = op_eigen_pad(UrltaakSerializer, TaakSoort.URLTAAK, "urltaken")
FormuliertaakOpFormuliertakenSerializer = op_eigen_pad(
    FormuliertaakSerializer, TaakSoort.FORMULIERTAAK, "formuliertaken"
)
BetaaltaakOpBetaaltakenSerializer = op_eigen_pad(BetaaltaakSerializer, TaakSoort.BETAALTAAK, "betaaltaken")
NietdigitaaltaakOpNietdigitaletakenSerializer = op_eigen_pad(
    NietdigitaaltaakSerializer, TaakSoort.NIETDIGITAALTAAK, "nietdigitaletaken"
)

PER_SOORT: dict[str, type[TaakSerializer]] = {
    TaakSoort.URLTAAK.value: UrltaakSerializer,
    TaakSoort.FORMULIERTAAK.value: FormuliertaakSerializer,
    TaakSoort.BETAALTAAK.value: BetaaltaakSerializer,
    TaakSoort.NIETDIGITAALTAAK.value: NietdigitaaltaakSerializer,
}


class PersoonVeld(serializers.RegexField):
    """De urn van iemand die de portaal kan vinden."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(openvtb.URN, **{"max_length": 255, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """De urn zoals gestuurd."""
        waarde: str = super().to_internal_value(data)
        try:
            openvtb.lees_geadresseerde(waarde)
        except openvtb.OnbruikbareUrnError as fout:
            raise serializers.ValidationError(str(fout), code="invalid") from fout
        return waarde


class FilterSerializer(Filters):
    """De waarden waarop een lijst te filteren is."""

    vergelijkbaar = ("startdatum", "einddatumHandelingsTermijn", "datumHerinnering")

    uuid = serializers.UUIDField(required=False, help_text="De uuid van de taak.")
    titel = TekstVeld(required=False, help_text="Precies deze titel.")
    status = serializers.ChoiceField(choices=Status.choices, required=False, help_text="Waar de taak is.")
    taakSoort = serializers.ChoiceField(choices=TaakSoort.choices, required=False, help_text="De soort taak.")
    handelingsPerspectief = serializers.ChoiceField(
        choices=Handelingsperspectief.choices, required=False, help_text="Wat er gevraagd wordt."
    )
    verwerkerTaakId = TekstVeld(required=False, help_text="Uw kenmerk in de workflow-engine.")
    bronReferentie = TekstVeld(required=False, help_text="Uw eigen, unieke kenmerk.")
    startdatum = DatumVeld(required=False, help_text="Precies deze dag.")
    einddatumHandelingsTermijn = DatumVeld(required=False, help_text="Precies deze dag.")
    datumHerinnering = DatumVeld(required=False, help_text="Precies deze dag.")
    isGerelateerdAan = TekstVeld(required=False, help_text="Precies deze URN staat in isGerelateerdAan.")
    uitstel = serializers.ChoiceField(
        choices=Uitstel.choices, required=False, help_text="De stand van de vraag om meer tijd."
    )
    isToegewezenAan = PersoonVeld(
        required=False,
        help_text="Voor wie. Een urn met een bsn of KVK-nummer hoort niet in het adres: gebruik `_zoek`.",
    )


class ZoekSerializer(FilterSerializer):
    """Van wie de taken zijn. In de inhoud, want een nummer hoort nooit in een adres. De filters mogen erbij."""

    isToegewezenAan = PersoonVeld(help_text="Voor wie, bijvoorbeeld `urn:nld:hr:kvknummer:12345678`.")
