"""Een back-office met een token, en een client die daarmee praat."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portaal.api.models import Token
from portaal.betrokkenen.models import Applicatie, Categorie, Organisatie


@pytest.fixture
def proef(settings: Any) -> None:
    """De API uit proef.py in plaats van de echte urls."""
    settings.ROOT_URLCONF = "tests.api.proef"


@pytest.fixture
def zaaksysteem(db: None) -> Applicatie:
    """Een applicatie die taken klaarzet."""
    organisatie = Organisatie.objects.create(naam="Gemeente Proefstad")
    categorie = Categorie.objects.create(code="proef", naam="Proef")
    return Applicatie.objects.create(naam="Zaaksysteem", organisatie=organisatie, standaard_categorie=categorie)


@pytest.fixture
def token(zaaksysteem: Applicatie) -> str:
    """Een token dat mag lezen en schrijven, niet uitvoeren; het stempel staat er al."""
    bewijs, geheim = Token.maak(zaaksysteem, "test", ["taken:lezen", "taken:schrijven"])
    Client().get("/proef/api/v1/dingen", headers={"Authorization": f"Token {geheim}"})
    Token.objects.filter(pk=bewijs.pk).update(laatst_gebruikt_op=bewijs.aangemaakt_op)
    return geheim


Roep = Callable[..., HttpResponse]


@pytest.fixture
def roep(proef: None, token: str) -> Roep:
    """Doe een verzoek met het token: `roep("post", "/dingen", {...}, headers={...})`."""

    def doe(methode: str, pad: str, inhoud: Any = None, **extra: Any) -> HttpResponse:
        koppen = {"Authorization": f"Token {token}", **extra.pop("headers", {})}
        if inhoud is not None:
            extra["data"] = inhoud if isinstance(inhoud, bytes) else json.dumps(inhoud).encode()
            extra.setdefault("content_type", "application/json")
        client = Client(raise_request_exception=False)
        verzoek: Callable[..., HttpResponse] = getattr(client, methode)
        return verzoek(f"/proef/api/v1{pad}", headers=koppen, **extra)

    return doe
