"""Fatima en haar buurman Henk met een ingelogde browser, en een gemeente die iets van hen vraagt."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as instellingen
from django.test import Client

from portaal.betrokkenen.models import Applicatie, Organisatie
from portaal.inloggen.models import Sessie
from portaal.inloggen.partij import Partij
from portaal.inloggen.sessies import SessionStore
from portaal.inloggen.toegang import Toegang
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import Zaak
from taken.models import Taak
from tests import wereld


@dataclass
class Persoon:
    """Iemand met een bsn, en een ingelogde browser."""

    bsn: str
    toegang: Toegang
    client: Client


def log_in(bsn: str, niveau: int = 2, naam: str = "", middel: str = "digid") -> Persoon:
    """Een browser met een sessie, zoals het inloggen die achterlaat."""
    wie: UUID = wereld.betrokkene(bsn)
    sessie = SessionStore()
    sessie.begin(Sessie(persoon_id=wie, betrokkene_id=wie, niveau=niveau, middel=middel, naam=naam))
    sessie.save()
    client = Client()
    client.cookies[SessionStore.cookie] = sessie.session_key or ""
    return Persoon(bsn, wereld.toegang(wie, niveau, naam=naam), client)


@pytest.fixture(autouse=True)
def namen(settings: Any) -> None:
    settings.ORGANISATIE_NAAM, settings.PORTAAL_NAAM = "Gemeente Voorbeeld", "Mijn Voorbeeld"
    settings.INLOGMIDDELEN_BESTAND = str(Path(instellingen.BASE_DIR) / "portaal/demo/inlogmiddelen.toml")


@pytest.fixture
def fatima(db: None) -> Persoon:
    return log_in(wereld.BSN_FATIMA)


@pytest.fixture
def henk(db: None) -> Persoon:
    return log_in(wereld.BSN_HENK)


@pytest.fixture
def gemeente(db: None) -> Applicatie:
    """Het zaaksysteem van Gemeente Voorbeeld, die op alle manieren te bereiken is."""
    applicatie = wereld.applicatie()
    Organisatie.objects.filter(pk=applicatie.organisatie_id).update(
        email="info@voorbeeld.test",
        website="https://www.voorbeeld.test",
        adres="Postbus 1, 1000 AA Voorbeeld",
        balie="Stadhuisplein 1, op werkdagen van 9.00 tot 17.00 uur",
    )
    return applicatie


@pytest.fixture
def klaarzetten(gemeente: Applicatie) -> Callable[..., Taak]:
    """Laat de gemeente een taak klaarzetten; `over` is het aantal dagen tot en met de laatste dag."""

    def zet_klaar(
        voor: Persoon, titel: str = "Stuur uw loonstrook op", *, over: int | None = 10, zaak: str = "", **velden: Any
    ) -> Taak:
        taak = wereld.taak(gemeente, voor.bsn, over, titel=titel, **velden)
        if zaak:
            nummer = f"Z-2026-{4512 + Zaak.intern.count():06}"
            hoort_bij = registreer_zaak(gemeente.organisatie, zaak, nummer, [], Partij.systeem(gemeente))
            Taak.intern.filter(pk=taak.pk).update(zaak=hoort_bij)
        return taak

    return zet_klaar
