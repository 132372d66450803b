"""Een verzoek dat twee keer komt: aan de kop Idempotency-Key te herkennen."""

import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from rest_framework.request import Request

from portaal.api.models import Idempotentie
from portaal.api.problemen import Conflict, OngeldigVerzoek
from portaal.betrokkenen.models import Applicatie
from portaal.tijd import nu
from portaal.versleuteling import vaste_json

BEWAREN = timedelta(days=7)
_SLEUTEL = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


def sleutel_van(request: Request) -> str | None:
    """De waarde van Idempotency-Key, of None; een waarde die niet 1 tot 255 gewone tekens is: 400."""
    waarde = request.headers.get("Idempotency-Key")
    if waarde is None:
        return None
    if not is_sleutel(waarde):
        uitleg = "De kop Idempotency-Key heeft 1 tot 255 tekens (ASCII, zichtbaar)."
        raise OngeldigVerzoek(
            uitleg,
            "invalid_idempotency_key",
            invalid=[{"name": "Idempotency-Key", "code": "invalid", "reason": uitleg}],
        )
    return waarde


def is_sleutel(waarde: str) -> bool:
    """Of dit een sleutel kan zijn: 1 tot 255 zichtbare tekens (ASCII), spaties alleen ertussen."""
    return bool(_SLEUTEL.fullmatch(waarde))


def vingerafdruk_van(request: Request) -> str:
    """64 hexadecimale tekens die methode, pad en inhoud samen vastleggen.

    Met een sleutel (HMAC-SHA256): in de inhoud staat een nummer van een persoon, en een kale hash van iets met weinig
    mogelijkheden is terug te rekenen. De volgorde en opmaak van de JSON tellen niet mee.
    """
    return vingerafdruk(str(request.method), request.path, request.data)


def vingerafdruk(methode: str, pad: str, inhoud: Any) -> str:
    """Zie `vingerafdruk_van`, voor wie geen Request heeft."""
    bericht = b"\n".join((b"idempotentie", methode.encode(), pad.encode(), vaste_json(inhoud)))
    return hmac.digest(settings.SECRET_KEY.encode(), bericht, "sha256").hex()


def reserveer(
    applicatie: Applicatie, sleutel: str, vingerafdruk: str, record_soort: str, record_id: UUID
) -> UUID | None:
    """Leg de sleutel vast vóór het record. Hoort in de transactie die het record maakt.

    Nieuw (of ouder dan 7 dagen): None, ga door en maak het record met `record_id`. Al gebruikt met dezelfde inhoud: het
    id van het bestaande record. Al gebruikt met andere inhoud: `Conflict` (409). De unieke index laat gelijktijdige
    verzoeken op elkaar wachten, zodat er nooit twee records ontstaan. Eén statement als de sleutel nieuw is.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("reserveer hoort in de transactie die het record maakt.")
    moment = nu()
    tabel = connection.ops.quote_name(Idempotentie._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {tabel} AS oud (applicatie_id, sleutel, vingerafdruk, record_soort, record_id, verloopt_op)
            VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (applicatie_id, sleutel) DO UPDATE
                SET vingerafdruk = EXCLUDED.vingerafdruk, record_soort = EXCLUDED.record_soort,
                    record_id = EXCLUDED.record_id, verloopt_op = EXCLUDED.verloopt_op
                WHERE oud.verloopt_op <= %s
            RETURNING 1
            """,  # noqa: S608 - de tabelnaam komt uit het model
            [applicatie.pk, sleutel, vingerafdruk, record_soort, record_id, moment + BEWAREN, moment],
        )
        if cursor.fetchone():
            return None
    bestaand = Idempotentie.objects.get(applicatie=applicatie, sleutel=sleutel)
    if bestaand.vingerafdruk != vingerafdruk or bestaand.record_soort != record_soort:
        raise Conflict("Deze Idempotency-Key is al gebruikt voor een ander verzoek.", "idempotency_key_reused")
    return bestaand.record_id


def reserveer_veel(applicatie: Applicatie, nieuwe: Mapping[str, tuple[str, UUID]], record_soort: str) -> set[str]:
    """`reserveer` voor veel sleutels tegelijk: {sleutel: (vingerafdruk, record)}. Geeft de sleutels die nieuw waren.

    De andere zijn al gebruikt (of verlopen): die gaan een voor een langs `reserveer`, dat zegt wat ermee is. Eén statement.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("reserveer_veel hoort in de transactie die de records maakt.")
    if not nieuwe:
        return set()
    tabel, verloopt_op = connection.ops.quote_name(Idempotentie._meta.db_table), nu() + BEWAREN
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {tabel} (applicatie_id, sleutel, vingerafdruk, record_soort, record_id, verloopt_op)
            SELECT %s, nieuw.sleutel, nieuw.vingerafdruk, %s, nieuw.record, %s
            FROM unnest(%s::text[], %s::text[], %s::uuid[]) AS nieuw (sleutel, vingerafdruk, record)
            ORDER BY nieuw.sleutel
            ON CONFLICT (applicatie_id, sleutel) DO NOTHING
            RETURNING sleutel
            """,  # noqa: S608 - de tabelnaam komt uit het model
            [
                applicatie.pk, record_soort, verloopt_op, list(nieuwe),
                [afdruk for afdruk, _pk in nieuwe.values()], [pk for _afdruk, pk in nieuwe.values()],
            ],
        )  # fmt: skip
        return {sleutel for (sleutel,) in cursor.fetchall()}
