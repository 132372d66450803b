"""De vorm van een object en van een vraag, zoals de Objecten API die kent."""

from collections.abc import Mapping
from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from portaal.api.serializers import DatumVeld, TekstVeld
from portaal.objecten.models import (
    Koppelobject,
)


@extend_schema_field(OpenApiTypes.OBJECT)
class DataVeld(serializers.JSONField):
    """Het object zelf: een JSON-object in de vorm van zijn objecttype."""

    def to_internal_value(self, data: Any) -> Any:
        """Woordelijk; alleen een object mag."""
        if not isinstance(data, Mapping):
            raise ValidationError("Dit moet een object zijn.", "not_a_dict")
        return dict(data)


class RecordSerializer(serializers.Serializer[Any]):
    """Eén record van een object. Wat alleen te lezen is mag mee terugkomen en wordt niet gebruikt."""

    index = serializers.IntegerField(read_only=True, help_text="De hoeveelste versie van het object.")
    typeVersion = serializers.IntegerField(min_value=1, max_value=32767, help_text="De versie van het objecttype.")
    data = DataVeld(help_text="Het object, in de vorm van zijn objecttype.")  # type: ignore[assignment]
    geometry = serializers.JSONField(required=False, allow_null=True, help_text="Wordt niet gebruikt; altijd null.")
    startAt = DatumVeld(help_text="Vanaf welke dag dit record geldt.")
    endAt = DatumVeld(required=False, allow_null=True, help_text="Tot welke dag dit record gold.")
    registrationAt = DatumVeld(read_only=True, help_text="Op welke dag dit record is vastgelegd.")
    correctionFor = serializers.JSONField(
        required=False, allow_null=True, help_text="De index van het verbeterde record."
    )
    correctedBy = TekstVeld(read_only=True, allow_null=True, help_text="Altijd null.")

    def validate_correctionFor(self, waarde: Any) -> int | None:
        """Een index, ook als tekst; iets anders telt niet mee."""
        tekst = str(waarde)
        return int(tekst) if tekst.isascii() and tekst.isdigit() and len(tekst) < 9 else None


class ObjectSerializer(serializers.Serializer[Any]):
    """Een object. Velden die de Objecten API niet kent worden genegeerd, net als daar."""

    url = serializers.URLField(read_only=True, help_text="De unieke url van het object.")
    uuid = serializers.UUIDField(required=False, help_text="De uuid; te kiezen bij het maken.")
    type = TekstVeld(max_length=500, help_text="De url van het objecttype.")
    record = RecordSerializer(help_text="De inhoud.")


class ObjectPatchSerializer(serializers.Serializer[Any]):
    """Een wijziging: alleen wat erin staat verandert; `data` wordt samengevoegd."""

    type = TekstVeld(required=False, max_length=500, help_text="De url van het objecttype; verandert niet.")
    record = RecordSerializer(required=False, help_text="Wat er verandert.")


class ObjectenFilterSerializer(serializers.Serializer[Any]):
    """Waarop een lijst te filteren is."""

    type = TekstVeld(required=False, help_text="De url van het objecttype.")
    typeVersion = serializers.IntegerField(required=False, help_text="De versie van het objecttype.")
    data_attrs = TekstVeld(required=False, help_text="`pad__naar__sleutel__exact__waarde`, met komma's ertussen.")
    data_attr = TekstVeld(required=False, help_text="Eén voorwaarde; mag vaker voorkomen.")
    data_icontains = TekstVeld(required=False, help_text="Tekst die ergens in het object staat.")
    ordering = TekstVeld(required=False, help_text="Bijvoorbeeld `-record__startAt`.")


class ZoekSerializer(serializers.Serializer[Any]):
    """Zoeken met de vraag in de inhoud: daar mag een nummer in staan."""

    type = TekstVeld(required=False, help_text="De url van het objecttype.")
    typeVersion = serializers.IntegerField(required=False, help_text="De versie van het objecttype.")
    data_attrs = TekstVeld(required=False, help_text="Zoals bij de lijst.")
    data_attr = serializers.JSONField(required=False, help_text="Eén voorwaarde, of een lijst ervan.")
    data_icontains = TekstVeld(required=False, help_text="Tekst die ergens in het object staat.")
    ordering = TekstVeld(required=False, help_text="Zoals bij de lijst.")
    geometry = serializers.JSONField(
        required=False, allow_null=True, help_text="Vindt niets: objecten hebben geen plek."
    )


def envelop(object_: Koppelobject) -> dict[str, Any]:
    """Het object zoals de Objecten API het geeft."""
    assert object_.objecttype is not None
    return {"url": object_.url, "uuid": str(object_.pk), "type": object_.objecttype.url, "record": record_van(object_)}


def record_van(rij: Any) -> dict[str, Any]:
    """Het laatste of een eerder record (`Koppelobject` of `Objectversie`)."""
    return {
        "index": rij.index,
        "typeVersion": rij.type_versie,
        "data": rij.data,
        "geometry": None,
        "startAt": rij.start_op.isoformat(),
        "endAt": rij.eind_op.isoformat() if rij.eind_op else None,
        "registrationAt": rij.registratie_op.isoformat(),
        "correctionFor": rij.verbetert,
        "correctedBy": None,
    }


def lees(klas: type[serializers.Serializer[Any]], data: Any, *, deels: bool = False) -> dict[str, Any]:
    """De gecontroleerde inhoud; anders alle fouten tegelijk. Met `deels` is niets verplicht."""
    serializer = klas(data=data, partial=deels)
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)
