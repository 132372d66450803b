"""Fatima heeft een zaak bij de gemeente, de bakkerij ook, en een notaris kijkt mee."""

from datetime import timedelta
from typing import Any

import pytest

from portaal.betrokkenen.models import Applicatie
from portaal.betrokkenen.urn import lees_geadresseerde
from portaal.inloggen.partij import Partij
from portaal.tijd import vandaag
from portaal.zaken.handelingen import Stap, Zaakgegevens, registreer
from portaal.zaken.models import Rol, Zaak
from tests import wereld
from tests.paginas.conftest import fatima, gemeente, henk, klaarzetten, log_in, namen
from tests.taken.test_api import Systeem

__all__ = ["fatima", "gemeente", "henk", "klaarzetten", "log_in", "namen"]

URN_FATIMA = f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}"
URN_HENK = f"urn:nld:brp:bsn:{wereld.BSN_HENK}"
URN_BAKKERIJ = f"urn:nld:hr:kvknummer:{wereld.KVK_DE_HOEK}"


def gegevens(*, wie: tuple[tuple[str, Rol], ...] = ((URN_FATIMA, Rol.AANVRAGER),), bereikt: int = 2, **velden: Any):
    """Een aanvraag bijzondere bijstand, die twee van de vier stappen heeft gedaan."""
    begin = vandaag() - timedelta(days=20)
    stappen = [
        Stap(naam, "", begin + timedelta(days=n) if n < bereikt else None)
        for n, naam in enumerate(("Ontvangen", "Wij verzamelen gegevens", "Wij beoordelen", "Besluit"))
    ]
    alle = {
        "identificatie": "Z-2026-004512",
        "omschrijving": "Aanvraag bijzondere bijstand",
        "toelichting": "U vroeg geld voor een wasmachine.",
        "zaaktype": "Bijzondere bijstand",
        "startdatum": begin,
        "verwachte_einddatum": begin + timedelta(days=56),
        **velden,
    }
    return Zaakgegevens(alle, [], stappen, [(lees_geadresseerde(urn), rol) for urn, rol in wie])


def een_zaak(door: Applicatie | None = None, **velden: Any) -> Zaak:
    """Een lopende zaak van Fatima bij het zaaksysteem."""
    return registreer(gegevens(**velden), Partij.systeem(door or wereld.applicatie()))[0]


@pytest.fixture
def zaaksysteem(client):
    return Systeem(client, wereld.applicatie(), "zaken:lezen", "zaken:schrijven", "taken:schrijven")


@pytest.fixture
def belastingen(client):
    return Systeem(client, wereld.applicatie("Belastingen"), "zaken:lezen", "zaken:schrijven")
