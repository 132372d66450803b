"""Strenge invoer: onbekende velden en verkeerde typen worden geweigerd, en alles wat er mis is staat in één antwoord."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import Field

from portaal.tijd import AMSTERDAM

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?")
_DAG = re.compile(r"\d{4}-\d{2}-\d{2}")


def naar_camel(naam: str) -> str:
    """`einddatum_handelings_termijn` → `einddatumHandelingsTermijn`."""
    eerste, *rest = naam.split("_")
    return eerste + "".join(deel[:1].upper() + deel[1:] for deel in rest)


class TekstVeld(serializers.CharField):
    """Tekst op één regel, bewaard zoals gestuurd; besturingstekens mogen niet."""

    niet: ClassVar[re.Pattern[str]] = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # de besturingstekens van Unicode (Cc)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """De tekst; alleen witruimte telt als leeg."""
        tekst = super().to_internal_value(data)
        if not tekst.strip() and not self.allow_blank:
            self.fail("blank")
        if self.niet.search(tekst):
            raise ValidationError("Deze tekst bevat besturingstekens.", "control_characters")
        return tekst


class LangTekstVeld(TekstVeld):
    """Tekst van meer regels: regeleinden en tabs mogen."""

    niet = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class UTCDateTimeField(serializers.DateTimeField):
    """Een moment: elke tijdzone mag erin (zonder zone: Europe/Amsterdam), eruit komt UTC met een Z."""

    default_error_messages = {
        "invalid": "Dit is geen geldig moment. Gebruik bijvoorbeeld 2026-11-24T09:30:00Z.",
        "overflow": "Dit moment ligt te ver weg.",
        "make_aware": "Deze tijd bestaat niet of is dubbel in Europe/Amsterdam (zomertijd). Noem de tijdzone erbij.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        """Het moment in UTC."""
        if isinstance(value, str) and not _MOMENT.fullmatch(value):
            self.fail("invalid", format="")
        return super().to_internal_value(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        """Het moment in UTC; in de omslag van zomer- en wintertijd zegt een tijd zonder zone te weinig."""
        if value.tzinfo is None:
            value = value.replace(tzinfo=AMSTERDAM)
            if value.utcoffset() != value.replace(fold=1).utcoffset():
                self.fail("make_aware")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")

    def to_representation(self, value: Any) -> Any:
        """Bijvoorbeeld `2026-11-24T08:30:00Z`."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


class DatumVeld(serializers.DateField):
    """Een dag, als `2026-11-24`."""

    default_error_messages = {"invalid": "Dit is geen geldige datum. Gebruik bijvoorbeeld 2026-11-24."}

    def to_internal_value(self, value: Any) -> Any:
        """De dag."""
        if isinstance(value, str) and not _DAG.fullmatch(value):
            self.fail("invalid", format="")
        return super().to_internal_value(value)


class StrengeSerializer(serializers.Serializer[Any]):
    """Weigert onbekende velden bij naam en waarden van het verkeerde type, samen met alle andere fouten.

    Wat alleen-lezen is, of in `genegeerd` staat, mag wel worden meegestuurd en wordt niet gebruikt: zo kan een systeem
    terugsturen wat het ophaalde.
    """

    genegeerd: ClassVar[frozenset[str]] = frozenset()
    soms: ClassVar[frozenset[str]] = frozenset()  # alleen-lezen, en niet in elk antwoord

    @cached_property
    def _writable_fields(self) -> list[Any]:
        """Eén keer bepaald: wie veel rijen met één serializer leest, zoekt ze niet per rij opnieuw uit."""
        return list(super()._writable_fields)

    @cached_property
    def _readable_fields(self) -> list[Any]:
        """Zie `_writable_fields`."""
        return list(super()._readable_fields)

    def to_internal_value(self, data: Any) -> Any:
        """De gecontroleerde waarden; anders een ValidationError met alles wat er mis is."""
        if not isinstance(data, Mapping):
            raise ValidationError({"non_field_errors": [ErrorDetail("Dit moet een object zijn.", "not_a_dict")]})
        eigen: dict[str, Any] = {
            str(naam): [ErrorDetail("Dit veld bestaat niet.", "unknown")]
            for naam in data
            if naam not in self.fields and naam not in self.genegeerd
        }
        for veld in self._writable_fields:
            if veld.field_name in data and (fout := _typefout(veld, data[veld.field_name])):
                eigen[str(veld.field_name)] = fout
        try:
            waarden = super().to_internal_value(data)
        except ValidationError as fout:
            andere = fout.detail if isinstance(fout.detail, dict) else {"non_field_errors": fout.detail}
            raise ValidationError({**andere, **eigen}) from fout
        if eigen:
            raise ValidationError(eigen)
        return waarden


def _typefout(veld: Field[Any, Any, Any, Any], waarde: Any) -> Any:
    """Wat er mis is met het JSON-type of de keuze. Django REST framework rekent zelf van alles om."""
    if waarde is None:
        return None
    if isinstance(veld, serializers.ListField):
        if not isinstance(waarde, list):
            return [ErrorDetail("Dit moet een lijst zijn.", "not_a_list")]
        return {str(n): fout for n, deel in enumerate(waarde) if (fout := _typefout(veld.child, deel))} or None
    if isinstance(veld, serializers.BooleanField):
        goed, wat = isinstance(waarde, bool), "true of false"
    elif isinstance(veld, serializers.IntegerField):
        goed, wat = isinstance(waarde, int) and not isinstance(waarde, bool), "een geheel getal"
    elif isinstance(veld, serializers.FloatField):
        goed, wat = isinstance(waarde, int | float) and not isinstance(waarde, bool), "een getal"
    elif isinstance(veld, serializers.DecimalField):
        goed, wat = isinstance(waarde, int | float | str) and not isinstance(waarde, bool), "een bedrag of getal"
    elif isinstance(veld, _TEKSTVELDEN):
        goed, wat = isinstance(waarde, str), "tekst"
    else:
        return None
    if not goed:
        return [ErrorDetail(f"Dit moet {wat} zijn.", "invalid_type")]
    if (
        isinstance(veld, serializers.ChoiceField)
        and waarde not in veld.choices
        and not (veld.allow_blank and waarde == "")
    ):
        keuzes = ", ".join(str(keuze) for keuze in veld.choices)
        return [ErrorDetail(f"Kies uit: {keuzes}.", "invalid_choice")]
    return None


_TEKSTVELDEN = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.UUIDField,
    serializers.DateField,
    serializers.DateTimeField,
)
