"""Het zaaksysteem met een abonnement op een ontvanger die op deze machine luistert."""

import time
from typing import Any

import pytest
from django.test import Client

from portaal.api.models import Token
from portaal.betrokkenen.models import Applicatie
from portaal.inloggen.partij import Partij
from portaal.webhooks import feed, handelingen
from portaal.webhooks.models import Abonnement
from tests import wereld

SCOPES = ["taken:lezen", "taken:schrijven", "webhooks:beheren", "gebeurtenissen:lezen"]


@pytest.fixture
def lokaal(settings: Any) -> None:
    """Een ontvanger op deze machine mag."""
    settings.WEBHOOKS_INTERN = ["127.0.0.0/8"]


@pytest.fixture
def zaaksysteem(db: None) -> Applicatie:
    return wereld.applicatie()


@pytest.fixture
def roep(zaaksysteem: Applicatie) -> Any:
    return roep_als(zaaksysteem)


def roep_als(applicatie: Applicatie, scopes: list[str] | None = None) -> Any:
    """Praat met de API als deze applicatie: `roep("get", "/webhooks/api/v1/abonnementen")`."""
    geheim = Token.maak(applicatie, "test", scopes or SCOPES)[1]
    client = Client(headers={"authorization": f"Token {geheim}"})

    def doe(methode: str, pad: str, inhoud: Any = None, **koppen: str) -> Any:
        extra = {"data": inhoud, "content_type": "application/json"} if inhoud is not None else {}
        return getattr(client, methode)(pad, headers=koppen, **extra)

    return doe


def tot_alles_klaar_is() -> None:
    """Andere tests gebruiken dezelfde PostgreSQL, en hun transacties houden de feed even op: wacht tot die voorbij zijn."""
    einde = time.monotonic() + 30
    while feed.wacht_er_nog_iets(feed.horizon()) and time.monotonic() < einde:
        time.sleep(0.02)


def abonneer(applicatie: Applicatie, url: str, *types: str, **velden: Any) -> tuple[Abonnement, str]:
    gegevens = handelingen.Gegevens("GZAC test", url, types, **velden)
    return handelingen.maak_aan(gegevens, Partij.systeem(applicatie))
