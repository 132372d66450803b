"""Een back-office, een inwoner en een klok voor tests met echte processen."""

import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
import requests
from django.db import connection

from portaal.api.models import Token
from tests import wereld
from tests.proces.rampen import Mailserver

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

TITEL = "Stuur uw loonstrook op"


def wacht_tot(waar: Callable[[], Any], wat: str, seconden: float = 40) -> Any:
    """Wacht tot iets waar is en geef het; te lang is een fout die zegt waarop is gewacht."""
    einde = time.monotonic() + seconden
    while time.monotonic() < einde:
        if uitkomst := waar():
            return uitkomst
        time.sleep(0.05)
    raise AssertionError(f"te lang gewacht op: {wat}")


class BackOffice:
    """Het zaaksysteem, dat over het netwerk met de portaal praat."""

    def __init__(self, adres: str, geheim: str) -> None:
        self.adres = adres
        self.sessie = requests.Session()
        self.sessie.headers["Authorization"] = f"Token {geheim}"

    def maak_taak(self, titel: str = TITEL, **velden: Any) -> requests.Response:
        inhoud = {
            "titel": titel,
            "toelichting": "Wij willen weten hoeveel u verdiende.",
            "handelingsPerspectief": "informatie_geven",
            "isToegewezenAan": f"urn:nld:brp:bsn:{wereld.BSN_FATIMA}",
            "details": {"uitvraagLink": f"{self.adres}/demo/formulier/{{uuid}}"},
            **velden,
        }
        return self.sessie.post(f"{self.adres}/taken/api/v1/urltaken", json=inhoud, timeout=60)

    def zet_op(self, uuid: str, status: str) -> requests.Response:
        pad = f"{self.adres}/taken/api/v1/externetaken/{uuid}"
        return self.sessie.patch(pad, json={"status": status}, timeout=60)


class Bezoeker:
    """Iemand met een eenvoudige browser: koekjes, omleidingen en formulieren, zonder JavaScript."""

    def __init__(self, adres: str) -> None:
        self.adres, self.sessie = adres, requests.Session()
        self.pagina = requests.Response()

    def ga_naar(self, pad: str) -> str:
        self.pagina = self.sessie.get(self.adres + pad, timeout=60)
        assert self.pagina.status_code == 200, self.pagina.url
        return self.pagina.text

    def verstuur(self, actie: str = "", **velden: str) -> str:
        """Verstuur het formulier met deze actie (leeg: naar de pagina zelf), met wat er verborgen in staat."""
        waar = re.search(
            rf'<form[^>]*action="{re.escape(actie)}".*?</form>' if actie else r"<form.*?</form>", self.pagina.text, re.S
        )
        assert waar, f"geen formulier naar {actie or 'de pagina zelf'} op {self.pagina.url}"
        verborgen = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', waar[0]))
        adres = urljoin(self.pagina.url, actie)
        self.pagina = self.sessie.post(adres, {**verborgen, **velden}, timeout=60)
        assert self.pagina.status_code == 200, self.pagina.url
        return self.pagina.text


@pytest.fixture
def zaaksysteem(omgeving: "Omgeving") -> BackOffice:
    """Het zaaksysteem van de gemeente; Fatima heeft een e-mailadres."""
    applicatie = wereld.applicatie(formulier_hosts=["127.0.0.1"])
    geheim = Token.maak(applicatie, "test", ["taken:lezen", "taken:schrijven", "taken:uitvoeren"])[1]
    wereld.emailadres(wereld.fatima())
    return BackOffice(omgeving.url, geheim)


@pytest.fixture
def fatima(omgeving: "Omgeving") -> Bezoeker:
    return Bezoeker(omgeving.url)


@pytest.fixture(autouse=True)
def _laat_de_database_los(transactional_db: None) -> Iterator[None]:
    """De processen stoppen vóór de database wordt leeggemaakt; onze eigen verbinding houdt niets vast."""
    yield
    connection.close()


@pytest.fixture
def post(omgeving: "Omgeving") -> Iterator[Mailserver]:
    """De mailserver waar de workers heen sturen."""
    with Mailserver() as server:
        omgeving.env["EMAIL_URL"] = server.url
        omgeving.env["VEEG_SECONDEN"] = "1"
        yield server
        for naam in list(omgeving.kinderen):  # ook wat de test zelf startte, voor de mailserver onder hen vandaan gaat
            omgeving.stop(naam)
