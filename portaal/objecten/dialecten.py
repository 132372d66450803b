"""Welk dialect bij welk record hoort: één plek die ze allemaal kent. Zuivere functies."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from berichten.dialecten import objecten as bericht_dialect
from berichten.models import Bericht
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.objecten.models import Dialect
from taken.dialecten import externe_klanttaak, klanttaak, portaaltaak
from taken.dialecten.objecten import Bij
from taken.models import Taak
from verzoeken.dialecten import objecten as verzoek_dialect
from verzoeken.models import Verzoek

TAAKDIALECT: dict[str, ModuleType] = {
    Dialect.V1: portaaltaak,
    Dialect.V2: externe_klanttaak,
    Dialect.KLANTTAAK: klanttaak,
}
RECORD_SOORT: dict[str, str] = {
    **dict.fromkeys(TAAKDIALECT, Taak.record_soort),
    Dialect.BERICHT: Bericht.record_soort,
    Dialect.PRODUCTAANVRAAG: Verzoek.record_soort,
    Dialect.ZAAKVERZOEK: Verzoek.record_soort,
}


def toon(dialect: str, data: Mapping[str, Any], record: Vastgelegd, bij: Bij) -> dict[str, Any]:
    """Het object met alleen anders wat er aan het record veranderde."""
    if isinstance(record, Taak):
        getoond: dict[str, Any] = TAAKDIALECT[dialect].toon(data, record, bij)
        return getoond
    if isinstance(record, Bericht):
        return bericht_dialect.toon(data, record)
    assert isinstance(record, Verzoek)
    return verzoek_dialect.toon(data, record)


def voeg_samen(oud: Mapping[str, Any], nieuw: Mapping[str, Any]) -> dict[str, Any]:
    """Een PATCH over het bestaande heen, objecten in objecten ook; null wordt bewaard als null (dus geen RFC 7396)."""
    uit = dict(oud)
    for naam, waarde in nieuw.items():
        was = uit.get(naam)
        uit[naam] = voeg_samen(was, waarde) if isinstance(was, Mapping) and isinstance(waarde, Mapping) else waarde
    return uit
