"""Fatima en haar buurman Henk met een ingelogde browser, en een gemeente die hun een bericht stuurt."""

from collections.abc import Callable
from typing import Any

import pytest

from berichten import handelingen
from berichten.handelingen import NieuwBericht
from berichten.models import Bericht
from berichten.tasks import publiceer_wachtende
from portaal.betrokkenen.models import Applicatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde
from portaal.inloggen.partij import Partij
from tests import wereld
from tests.bestanden.conftest import map_, scanner, scanner_weg, start_scanner  # noqa: F401
from tests.paginas.conftest import Persoon, log_in

TEKST = "U krijgt **bijzondere bijstand**.\n\nLees de [uitleg](https://www.voorbeeld.nl/uitleg)."

Stuur = Callable[..., Bericht]


def nieuw(bsn: str = wereld.BSN_FATIMA, **velden: Any) -> NieuwBericht:
    """Een besluit aan Fatima, nog niet gemaakt."""
    begin: dict[str, Any] = {"onderwerp": "Besluit over uw aanvraag", "tekst": TEKST, "aard": "beschikking"}
    return NieuwBericht(voor=Geadresseerde(NummerSoort.BSN, bsn, f"urn:nld:brp:bsn:{bsn}"), **{**begin, **velden})


def lees(bericht: Bericht) -> Bericht:
    """Het bericht zoals het nu in de database staat."""
    return Bericht.objects.als_systeem("test").get(pk=bericht.pk)


@pytest.fixture
def gemeente(db: None) -> Applicatie:
    return wereld.applicatie()


@pytest.fixture
def fatima(db: None) -> Persoon:
    return log_in(wereld.BSN_FATIMA)


@pytest.fixture
def henk(db: None) -> Persoon:
    return log_in(wereld.BSN_HENK)


@pytest.fixture
def stuur(gemeente: Applicatie) -> Stuur:
    """Laat de gemeente een bericht sturen, en maak te lezen wat aan de beurt is."""

    def stuur(voor: Persoon | None = None, **velden: Any) -> Bericht:
        bsn = voor.bsn if voor else wereld.BSN_FATIMA
        bericht = handelingen.maak_aan(nieuw(bsn, **velden), Partij.systeem(gemeente))
        publiceer_wachtende()
        return lees(bericht)

    return stuur
