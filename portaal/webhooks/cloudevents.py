"""Een gebeurtenis als CloudEvent 1.0, volgens het NL GOV-profiel 1.1. Zuivere functies.

De types zijn die van Open VTB waar dat er een heeft (`nl.overheid.taken.externetaak-uitgevoerd`); de andere volgen
dezelfde vorm. Er staat nooit iets persoonlijks in: alleen wat er gebeurde, en met welk record. Wie meer wil weten haalt
het record op (`dataref`); dan telt de poort, en komt er een regel in het inzagelogboek.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort

# Begin van de soort in het boek → begin van het type op de draad.
_BEGIN = {
    "taak-": "nl.overheid.taken.externetaak-",
    "bericht-": "nl.overheid.berichten.bericht-",
    "verzoek-": "nl.overheid.verzoeken.verzoek-",
    "verzoektype-": "nl.overheid.verzoeken.verzoektype-",
    "zaak-": "nl.overheid.zaken.zaak-",
    "notificatie-": "nl.overheid.notificaties.notificatie-",
    "abonnement-": "nl.overheid.webhooks.abonnement-",
}
# Waar Open VTB een ander woord gebruikt.
_ANDERS = {Soort.TAAK_AANGEMAAKT: "nl.overheid.taken.externetaak-geregistreerd"}
# Wat naar buiten gaat. Een nieuwe soort gaat niet vanzelf mee: een concept, een gekozen herinnering of wie bij een
# ketenpartner een taak oppakt, is van henzelf.
NAAR_BUITEN = (
    *(Soort.TAAK_AANGEMAAKT, Soort.TAAK_GEWIJZIGD, Soort.TAAK_GEMELD, Soort.TAAK_UITGEVOERD, Soort.TAAK_VERWERKT),
    *(Soort.TAAK_VERLOPEN, Soort.TAAK_AFGEBROKEN, Soort.TAAK_HEROPEND, Soort.TAAK_ZAAK),
    *(
        Soort.TAAK_VERLENGD,
        Soort.TAAK_UITSTEL_GEVRAAGD,
        Soort.TAAK_UITSTEL_AFGEWEZEN,
        Soort.TAAK_HERINNERD,
        Soort.TAAK_AFGEZIEN,
    ),
    *(Soort.TAAK_BETAALD, Soort.TAAK_BETALING_UITZOEKEN, Soort.TAAK_BETALING_UITGEZOCHT),
    *(Soort.ZAAK_GEREGISTREERD, Soort.ZAAK_GEWIJZIGD, Soort.ZAAK_STATUS, Soort.ZAAK_RESULTAAT, Soort.ZAAK_AFGEROND),
    *(Soort.BERICHT_GEREGISTREERD, Soort.BERICHT_GEWIJZIGD, Soort.BERICHT_TERUGGETROKKEN, Soort.BERICHT_GEPUBLICEERD),
    *(Soort.BERICHT_GEOPEND, Soort.BERICHT_VERVANGEN, Soort.BERICHT_INGETROKKEN, Soort.BERICHT_ZAAK),
    *(Soort.VERZOEK_INGEDIEND, Soort.VERZOEK_GEREGISTREERD, Soort.VERZOEK_IN_BEHANDELING, Soort.VERZOEK_VERWERKT),
    *(Soort.VERZOEK_GEWEIGERD, Soort.VERZOEK_DOORGELEID, Soort.VERZOEK_INGETROKKEN, Soort.VERZOEK_ZAAK_GEKOPPELD),
    *(Soort.VERZOEK_BEANTWOORD, Soort.VERZOEK_GEWIJZIGD),
    *(Soort.VERZOEKTYPE_AANGEMAAKT, Soort.VERZOEKTYPE_GEWIJZIGD, Soort.VERZOEKTYPE_GEPUBLICEERD),
    *(Soort.NOTIFICATIE_VERSTUURD, Soort.NOTIFICATIE_BEZORGD, Soort.NOTIFICATIE_MISLUKT),
    *(Soort.NOTIFICATIE_GEEN_ADRES, Soort.NOTIFICATIE_AFGEZIEN),
    *(Soort.ABONNEMENT_AANGEMAAKT, Soort.ABONNEMENT_GEWIJZIGD, Soort.ABONNEMENT_GEHEIM, Soort.ABONNEMENT_GEPAUZEERD),
    *(Soort.ABONNEMENT_HERVAT, Soort.ABONNEMENT_VERWIJDERD),
)

TEST = "nl.overheid.webhooks.abonnement-test"

# Waar een record in de API staat.
PADEN = {
    "taak": "/taken/api/v1/externetaken/",
    "bericht": "/berichten/api/v1/berichten/",
    "verzoek": "/verzoeken/api/v1/verzoeken/",
    "verzoektype": "/verzoeken/api/v1/verzoektypen/",
    "zaak": "/zaken/api/v1/zaken/",
    "abonnement": "/webhooks/api/v1/abonnementen/",
}


def _type_bij(soort: Soort) -> str:
    if soort in _ANDERS:
        return _ANDERS[soort]
    return next(type_ + soort.removeprefix(begin) for begin, type_ in _BEGIN.items() if soort.startswith(begin))


TYPES: dict[str, str] = {soort.value: _type_bij(soort) for soort in NAAR_BUITEN}
SOORTEN: dict[str, str] = {type_: soort for soort, type_ in TYPES.items()}


def bron() -> str:
    """Wie het meldt: `urn:<URN_NAMESPACE>:systeem:mijn-omgeving`."""
    return f"urn:{settings.URN_NAMESPACE}:systeem:mijn-omgeving"


def moment(waarde: datetime) -> str:
    """RFC 3339 in UTC, met een Z."""
    return waarde.astimezone(UTC).isoformat().replace("+00:00", "Z")


def als_cloudevent(gebeurtenis: Gebeurtenis) -> dict[str, Any]:
    """De gebeurtenis zoals zij naar buiten gaat. `KeyError` bij een soort die niet naar buiten gaat.

    `id` is vast: een ontvanger herkent er een dubbele aan. `sequence` telt per record.
    """
    record = str(gebeurtenis.record_id)
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(gebeurtenis.id_extern),
        "source": bron(),
        "type": TYPES[gebeurtenis.soort],
        "subject": record,
        "time": moment(gebeurtenis.op),
        "sequence": str(gebeurtenis.nummer),
        "sequencetype": "Integer",
        "datacontenttype": "application/json",
        "data": {
            "soort": gebeurtenis.record_soort,
            "uuid": record,
            "nummer": gebeurtenis.nummer,
            "door": gebeurtenis.actor_soort,
            "status": str(gebeurtenis.feiten.get("status") or ""),
        },
    }
    if pad := _pad(gebeurtenis):
        event["dataref"] = f"{settings.PORTAAL_URL}{pad}{record}"
    return event


def _pad(gebeurtenis: Gebeurtenis) -> str | None:
    # Onder /externetaken staat een taak die niet online kan alleen voor wie daarom vroeg.
    if gebeurtenis.feiten.get("taakSoort") == "nietdigitaaltaak":
        return "/taken/api/v1/nietdigitaletaken/"
    return PADEN.get(gebeurtenis.record_soort)


def testbericht(kenmerk: UUID, abonnement: UUID, op: datetime) -> dict[str, Any]:
    """Een CloudEvent om een webhook mee te proberen; er is niets gebeurd."""
    return {
        "specversion": "1.0",
        "id": str(kenmerk),
        "source": bron(),
        "type": TEST,
        "subject": str(abonnement),
        "time": moment(op),
        "datacontenttype": "application/json",
        "data": {"soort": "abonnement", "uuid": str(abonnement)},
    }
