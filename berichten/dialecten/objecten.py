"""Bericht als object in de Objecten API (objecttype "bericht" van NL Portal) ↔ onze types. Zuivere functies.

{"identificatie": {"type": "bsn", "value": "…"}, "onderwerp": "…", "berichtTekst": "…", "publicatiedatum": moment,
 "einddatumHandelingstermijn": moment, "referentie": "…", "handelingsperspectief": "informatie ontvangen",
 "berichtType": "notificatie", "geopend": false, "bijlages": [url]}
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from berichten.handelingen import NieuwBericht
from berichten.models import Bericht
from portaal.betrokkenen.models import Aard, Handelingsperspectief
from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.betrokkenen.urn import Geadresseerde, urn_van
from portaal.tijd import AMSTERDAM

LANGSTE_ONDERWERP, LANGSTE_TEKST, LANGSTE_REFERENTIE, LANGSTE_TYPE = 200, 20_000, 100, 20
SOORTEN = {
    "bsn": NummerSoort.BSN,
    "kvk": NummerSoort.KVK,
    "rsin": NummerSoort.RSIN,
    "oin": NummerSoort.OIN,
    "vestigingsnummer": NummerSoort.VESTIGING,
}
PERSPECTIEF = {
    "betalen": Handelingsperspectief.BETALEN,
    "informatie verstrekken": Handelingsperspectief.INFORMATIE_GEVEN,
    "informatie ontvangen": Handelingsperspectief.INFORMATIE_KRIJGEN,
}
AARD = {
    "notificatie": Aard.INFORMATIE,
    "betaalverzoek": Aard.BETAALVERZOEK,
    "uitnodiging": Aard.UITNODIGING,
    "verzoek": Aard.VERZOEK_OM_INFORMATIE,
}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE)

Fout = tuple[str, str, str]


class OnleesbaarError(ValueError):
    """Van dit object is geen bericht te maken; `fouten` is (pad, code, uitleg), alles tegelijk."""

    def __init__(self, fouten: list[Fout]) -> None:
        super().__init__("; ".join(code for _pad, code, _uitleg in fouten))
        self.fouten = fouten


def lees(data: Mapping[str, Any]) -> NieuwBericht:
    """Het bericht in dit object; `OnleesbaarError` als het er geen kan zijn."""
    fouten: list[Fout] = []
    voor = _geadresseerde(data.get("identificatie"), fouten)
    onderwerp = _tekst(data, "onderwerp", LANGSTE_ONDERWERP, fouten)
    tekst = _tekst(data, "berichtTekst", LANGSTE_TEKST, fouten)
    publicatie = _moment(data, "publicatiedatum", fouten)
    einde = _moment(data, "einddatumHandelingstermijn", fouten)
    referentie = _tekst(data, "referentie", LANGSTE_REFERENTIE, fouten, verplicht=False)
    if fouten or voor is None:
        raise OnleesbaarError(fouten)
    soort = str(data.get("berichtType") or "").strip().lower()
    bijlages = data.get("bijlages")
    return NieuwBericht(
        voor=voor,
        onderwerp=" ".join(onderwerp.split()),
        tekst=tekst,
        aard=AARD.get(soort, ""),
        publicatiedatum=publicatie,
        referentie=referentie,
        bericht_type=soort[:LANGSTE_TYPE],
        handelingsperspectief=PERSPECTIEF.get(str(data.get("handelingsperspectief") or "").strip().lower(), ""),
        einddatum=einde,
        bijlagen=[
            {"informatieObject": adres, "omschrijving": "", "isBerichtTypeBijlage": False}
            for adres in (bijlages if isinstance(bijlages, list) else [])
            if isinstance(adres, str) and adres
        ],
    )


def toon(data: Mapping[str, Any], bericht: Bericht) -> dict[str, Any]:
    """Wat er gestuurd was, met of de ontvanger het heeft geopend."""
    return {**data, "geopend": bericht.geopend_op is not None}


def _geadresseerde(wie: Any, fouten: list[Fout]) -> Geadresseerde | None:
    wie = wie if isinstance(wie, Mapping) else {}
    soort, nummer = SOORTEN.get(str(wie.get("type") or "").lower()), wie.get("value")
    if soort is None:
        fouten.append(("identificatie.type", "invalid_choice", f"Kies uit: {', '.join(SOORTEN)}."))
        return None
    try:
        goed = controleer_nummer(soort, str(nummer or ""))
    except OngeldigNummerError as fout:
        fouten.append(("identificatie.value", "invalid", str(fout)))
        return None
    return Geadresseerde(soort, goed, urn_van(soort, goed))


def _tekst(data: Mapping[str, Any], naam: str, langst: int, fouten: list[Fout], *, verplicht: bool = True) -> str:
    waarde = data.get(naam)
    if waarde is not None and not isinstance(waarde, str):
        fouten.append((naam, "invalid_type", "Dit moet tekst zijn."))
    elif verplicht and not (waarde or "").strip():
        fouten.append((naam, "required", "Dit veld is verplicht."))
    elif len(waarde or "") > langst:
        fouten.append((naam, "max_length", f"Dit is hooguit {langst} tekens."))
    return waarde.strip() if isinstance(waarde, str) else ""


def _moment(data: Mapping[str, Any], naam: str, fouten: list[Fout]) -> datetime | None:
    waarde = data.get(naam)
    if waarde is None or waarde == "":
        return None
    try:
        if not isinstance(waarde, str) or not _MOMENT.fullmatch(waarde):
            raise ValueError
        moment = datetime.fromisoformat(waarde.replace(",", "."))
        in_amsterdam = (moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)).astimezone(AMSTERDAM)
        return in_amsterdam.astimezone(UTC)
    except (ValueError, OverflowError):
        fouten.append((naam, "invalid", "Dit is geen geldig moment. Gebruik bijvoorbeeld 2026-11-24T09:30:00Z."))
        return None
