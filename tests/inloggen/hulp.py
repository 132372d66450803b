"""Inloggen in tests.

`log_in(client, "fatima")` gaat de hele weg: portaal, simulator, terug. `sessie_voor(client, betrokkene)` slaat die over
en maakt alleen de sessie; dat is sneller, en genoeg voor een test van een pagina. `log_in_beheer(client)` geeft een
medewerker met een rol. De simulator wordt zonder netwerk aangeroepen: `requests` gaat naar de testclient.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import requests
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.test import Client
from requests.adapters import BaseAdapter

from portaal.inloggen import oidc
from portaal.inloggen.beheer_views import BACKEND
from portaal.inloggen.inlogmiddelen import middel_voor_medewerkers
from portaal.inloggen.medewerkers import neem_medewerker_op
from portaal.inloggen.models import Medewerker, Sessie
from portaal.inloggen.sessies import BeheerStore, SessionStore
from portaal.inloggen.toegang import Toegang


# --- de snelle weg ------------------------------------------------------------------------------------------------
def sessie_voor(client: Client, betrokkene: UUID, niveau: int = 2, **kolommen: Any) -> Sessie:
    """Log deze betrokkene in zonder inlogdienst: een rij en een cookie. `kolommen` zijn velden van `Sessie`."""
    begin = {"persoon_id": betrokkene, "betrokkene_id": betrokkene, "niveau": niveau, "middel": "digid"}
    store = SessionStore()
    store.begin(Sessie(**{**begin, **kolommen}))
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(store.session_key)
    assert store.rij is not None
    return store.rij


def log_in_beheer(client: Client, rol: str = "beheerder", sub: str = "demo-marieke") -> Medewerker:
    """Log een medewerker met deze rol in bij het beheer, zonder inlogdienst."""
    middel = middel_voor_medewerkers()
    assert middel is not None
    claims = {"name": "Marieke Jansen", "email": "marieke@voorbeeld.test", "rollen": [rol]}
    medewerker = neem_medewerker_op(middel, oidc.Bewijs(claims, 3, sub, "", ""))
    request = HttpRequest()
    request.session = store = BeheerStore()
    auth.login(request, medewerker, backend=BACKEND)
    store.begin()
    store.save()
    client.cookies[settings.BEHEER_COOKIE_NAME] = store.session_key or ""
    client.cookies[settings.BEHEER_COOKIE_NAME]["path"] = settings.BEHEER_COOKIE_PATH
    return medewerker


# --- de hele weg --------------------------------------------------------------------------------------------------
class NaarDeTestclient(BaseAdapter):
    """Brengt een aanroep van `requests` naar de testclient in plaats van over het netwerk."""

    def __init__(self) -> None:
        super().__init__()
        self.aanroepen: list[str] = []

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        assert kwargs.get("timeout"), "Elke aanroep van de inlogdienst heeft een tijdslimiet."
        delen = urlsplit(request.url)
        self.aanroepen.append(delen.path)
        inhoud = request.body.encode() if isinstance(request.body, str) else request.body or b""
        antwoord = Client().generic(
            request.method,
            f"{delen.path}?{delen.query}",
            data=inhoud,
            content_type=request.headers.get("Content-Type", ""),
            headers={naam: w for naam, w in request.headers.items() if naam.lower() == "authorization"},
        )
        uit = requests.Response()
        uit.status_code, uit._content, uit.url = antwoord.status_code, antwoord.content, request.url
        uit.headers.update(antwoord.headers)
        return uit

    def close(self) -> None:
        """Niets open."""


@contextmanager
def simulator() -> Iterator[NaarDeTestclient]:
    """Maak de simulator bereikbaar; geeft wat er werd aangeroepen. Onthouden adressen en sleutels zijn weg."""
    adapter = NaarDeTestclient()
    oidc._geheugen.clear()
    with patch.object(requests.Session, "get_adapter", lambda self, url: adapter):
        yield adapter
    oidc._geheugen.clear()


def begin(client: Client, middel: str, naar: str = "") -> Any:
    """Stap 1: naar de inlogdienst; geeft het antwoord van de portaal."""
    adres = "/beheer/inloggen" if middel == "medewerkers" else f"/inloggen/{middel}"
    return client.get(adres, {"next": naar} if naar else {})


def kies(weg: str, **keuze: str) -> str:
    """Stap 2: kies in de simulator wie u bent; geeft het adres waarheen de browser wordt teruggestuurd."""
    antwoord = Client().post(weg, keuze)
    assert antwoord.status_code == 302, antwoord.content.decode()
    return str(antwoord.headers["Location"])


def pad(adres: str) -> str:
    """Pad en querystring van een adres."""
    delen = urlsplit(adres)
    return f"{delen.path}?{delen.query}"


def vragen(adres: str) -> dict[str, str]:
    """De querystring van een adres."""
    return {naam: waarden[0] for naam, waarden in parse_qs(urlsplit(adres).query).items()}


def doorloop(client: Client, middel: str, naar: str = "", **keuze: str) -> Any:
    """De hele weg; geeft het antwoord van de portaal op de terugkeer."""
    with simulator():
        heen = begin(client, middel, naar)
        assert heen.status_code == 302, heen.content.decode()
        return client.get(pad(kies(pad(heen.headers["Location"]), **keuze)))


def log_in(client: Client, persoon: str, naar: str = "") -> Any:
    """Log in als iemand van de demo (`portaal.demo.personen`); geeft het antwoord: een verwijzing naar `naar`."""
    from portaal.demo.personen import persoon as vind

    return doorloop(client, vind(persoon).middel, naar, persoon=persoon)


def toegang_van(client: Client, adres: str = "/overzicht") -> Toegang:
    """De toegang waarmee deze pagina werd gemaakt."""
    toegang: Toegang | None = client.get(adres).wsgi_request.toegang  # type: ignore[attr-defined]
    assert toegang is not None
    return toegang


def ingelogd() -> list[Sessie]:
    """De sessies waarin iemand is ingelogd."""
    return list(Sessie.objects.filter(persoon__isnull=False))
