"""Wat de afzender in de API over notificaties en bereikbaarheid ziet."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from portaal.api.problemen import Conflict
from portaal.api.serializers import StrengeSerializer, TekstVeld, UTCDateTimeField
from portaal.notificaties.bereikbaarheid import Bereikbaarheid, NotificatieKan, bezorgkeuze_van
from portaal.notificaties.models import Notificatie, Status

ALLEEN_BEREIKBAAR = "Maak het alleen als de persoon digitaal te bereiken is; anders een 409: stuur dan per post."


class NotificatieSerializer(StrengeSerializer):
    """Eén notificatie bij dit record."""

    kanaal = TekstVeld(read_only=True, allow_null=True, help_text="`email` of `sms`; null als er geen was.")
    status = serializers.ChoiceField(
        choices=Status.choices, read_only=True, help_text="`bezorgd` alleen met bewijs van de ontvangende kant."
    )
    statusOp = UTCDateTimeField(read_only=True, help_text="Sinds wanneer dit de status is.")
    herinnering = serializers.BooleanField(read_only=True, help_text="Of het een herinnering is.")


class BereikbaarheidSerializer(StrengeSerializer):
    """Hoe de persoon te bereiken is, op het moment van uw verzoek."""

    digitaal = serializers.BooleanField(
        read_only=True, help_text="Of de persoon zei dat officiële post digitaal mag (Awb 2:8)."
    )
    notificatie = serializers.ChoiceField(
        choices=NotificatieKan.choices, read_only=True, help_text="Of wij kunnen laten weten dat er iets klaarstaat."
    )


def notificaties_van(record_soort: str, records: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """De notificaties bij elk van deze records, oudste eerst, klaar voor het antwoord. Eén query."""
    uit: dict[UUID, list[dict[str, Any]]] = {pk: [] for pk in records}
    for n in Notificatie.objects.filter(record_soort=record_soort, record_id__in=list(uit)).order_by(
        "aangemaakt_op", "pk"
    ):
        regel = {
            "kanaal": n.kanaal or None,
            "status": n.status,
            "statusOp": n.status_op,
            "herinnering": bool(n.herinnering),
        }
        uit[n.record_id].append(regel)
    return uit


def bereikbaarheid_van(betrokkene: UUID, categorie: int | None) -> Bereikbaarheid:
    """Hoe deze persoon over deze categorie te bereiken is; een vestiging zonder adres via haar bedrijf."""
    return bezorgkeuze_van(betrokkene).bereikbaarheid(categorie)


def eis_bereikbaar(betrokkene: UUID, categorie: int | None) -> Bereikbaarheid:
    """Als `bereikbaarheid_van`; wie niet digitaal te bereiken is geeft een 409. Hoort in de transactie die dan terugdraait."""
    gevonden = bereikbaarheid_van(betrokkene, categorie)
    if not gevonden.voldoende:
        raise Conflict(
            "Deze persoon is niet digitaal te bereiken. Er is niets gemaakt: stuur per post.",
            "unreachable",
            bereikbaarheid=gevonden.als_json(),
        )
    return gevonden
