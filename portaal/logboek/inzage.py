"""Inzage vastleggen. Lukt het vastleggen niet, dan gaat ook het lezen niet door."""

from collections.abc import Iterable
from uuid import UUID

from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.logboek.models import Inzage


def leg_inzage_vast(
    actor_soort: ActorSoort, actor: UUID, waarvoor: str, gelezen: Iterable[tuple[str, UUID, UUID | None]]
) -> None:
    """Eén regel per gelezen record `(record_soort, record_id, betrokkene)`, in één statement; niets gelezen: geen regel."""
    Inzage.objects.bulk_create(
        Inzage(
            actor_soort=actor_soort,
            actor=actor,
            waarvoor=waarvoor,
            record_soort=soort,
            record_id=record,
            betrokkene=betrokkene,
        )
        for soort, record, betrokkene in gelezen
    )
