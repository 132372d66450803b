"""Een verzoek als object in de Objecten API, zoals de plugin verzoek van GZAC het leest. Zuivere functies.

Een gewoon verzoek heeft de vorm van objecttype "productaanvraag" (Open Formulieren, GZAC). Voor een zaakverzoek bestaat
nog geen vorm die iemand leest; de onze staat bij `zaakverzoek` en in docs/koppelen-gzac.md.
"""

from collections.abc import Mapping
from typing import Any

from portaal.betrokkenen.nummers import NummerSoort
from verzoeken.models import Status, Verzoek

STATUS = {
    Status.INGEDIEND: "ontvangen",
    Status.IN_BEHANDELING: "overgenomen",
    Status.VERWERKT: "verwerkt",
    Status.GEWEIGERD: "geweigerd",
    Status.DOORGELEID: "doorgeleid",
    Status.INGETROKKEN: "ingetrokken",
}
WOORDEN = {
    "ontvangen": Status.INGEDIEND,
    "overgenomen": Status.IN_BEHANDELING,
    "verwerkt": Status.VERWERKT,
}
SOORTNAAM = {
    NummerSoort.BSN: "bsn",
    NummerSoort.KVK: "kvk",
    NummerSoort.RSIN: "rsin",
    NummerSoort.VESTIGING: "vestigingsnummer",
}
Nummer = tuple[NummerSoort, str]


def productaanvraag(
    verzoek: Verzoek, wie: Nummer | None, antwoorden: Mapping[str, Any], bijlagen: list[str]
) -> dict[str, Any]:
    """`{submission_id, type, data, public_reference, language_code, bsn | kvk, attachments}`.

    `bijlagen` zijn de adressen in de Documenten API; bij een bestand staat in `antwoorden` alleen het adres.

    Wat leeg is ontbreekt: een lege `bsn` of `pdf_url` maakt bij GZAC een onbruikbare zaak.
    """
    uit: dict[str, Any] = {
        "submission_id": str(verzoek.pk),
        "type": verzoek.type.code,
        "data": dict(antwoorden),
        "public_reference": verzoek.referentie,
        "language_code": verzoek.taal,
    }
    if wie is not None and wie[0] in (NummerSoort.BSN, NummerSoort.KVK):
        uit[SOORTNAAM[wie[0]]] = wie[1]
    if bijlagen:
        uit["attachments"] = bijlagen
    return uit


def zaakverzoek(
    verzoek: Verzoek, wie: Nummer | None, zaak_url: str, antwoorden: Mapping[str, Any], bijlagen: list[str]
) -> dict[str, Any]:
    """`{submission_id, type, soort, zaak, zaak_identificatie, identificatie, data, ingediend_op, status}`."""
    uit: dict[str, Any] = {
        "submission_id": str(verzoek.pk),
        "type": verzoek.type.code,
        "soort": verzoek.type.zaakverzoek_soort,
        "data": dict(antwoorden),
        "public_reference": verzoek.referentie,
        "status": STATUS[Status(verzoek.status)],
    }
    if verzoek.ontvangen_op is not None:
        uit["ingediend_op"] = verzoek.ontvangen_op.isoformat().replace("+00:00", "Z")
    if verzoek.zaak is not None:
        uit["zaak_identificatie"] = verzoek.zaak.identificatie
    if zaak_url:
        uit["zaak"] = zaak_url
    if wie is not None and wie[0] in SOORTNAAM:
        uit["identificatie"] = {"type": SOORTNAAM[wie[0]], "value": wie[1]}
    if bijlagen:
        uit["attachments"] = bijlagen
    return uit


def toon(data: Mapping[str, Any], verzoek: Verzoek) -> dict[str, Any]:
    """Het object met de status van nu; een productaanvraag heeft geen status."""
    return {**data, "status": STATUS[Status(verzoek.status)]} if "status" in data else dict(data)
