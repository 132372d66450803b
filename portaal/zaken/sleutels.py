"""De namen van een zaak in een lijst verwijzingen. Zuivere functies."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from portaal.zaken.models import ZaakSleutel

Sleutel = tuple[ZaakSleutel.Soort, str]

_ZAAK = re.compile(r":zaak:(?P<soort>zaaknummer|uuid):(?P<waarde>.+)$", re.IGNORECASE)


def zaaksleutels(is_gerelateerd_aan: Iterable[Mapping[str, Any]]) -> list[Sleutel]:
    """De namen van de eerste zaak in de lijst: de hele urn, en het zaaknummer of de uuid die erin staat."""
    for verwijzing in is_gerelateerd_aan:
        urn = str(verwijzing.get("urn", ""))
        if ":zaak:" not in urn.lower():
            continue
        sleutels = [(ZaakSleutel.Soort.URN, urn)]
        if gevonden := _ZAAK.search(urn):
            soort = ZaakSleutel.Soort.NUMMER if gevonden["soort"].lower() == "zaaknummer" else ZaakSleutel.Soort.UUID
            sleutels.append(vaste_sleutel(soort, gevonden["waarde"]))
        return sleutels
    return []


def vaste_sleutel(soort: ZaakSleutel.Soort, waarde: str) -> Sleutel:
    """Dezelfde naam altijd hetzelfde geschreven: een uuid in kleine letters, de rest zonder witruimte eromheen."""
    waarde = waarde.strip()
    return soort, waarde.lower() if soort is ZaakSleutel.Soort.UUID else waarde


def als_tekst(sleutels: Iterable[Sleutel]) -> list[str]:
    """De namen als `soort:waarde`, voor een kolom waarin gezocht wordt."""
    return [f"{soort.value}:{waarde}" for soort, waarde in sleutels]
