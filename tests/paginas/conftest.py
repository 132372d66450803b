"""Fatima, haar buurman Henk, en een gemeente die iets van hen vraagt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene
from portaal.betrokkenen.models import Applicatie, Categorie, Organisatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.inloggen.partij import Partij
from portaal.inloggen.toegang import Toegang
from portaal.tijd import vandaag
from portaal.zaken.models import Zaak
from taken.handelingen import Geadresseerde, NieuweTaak, maak_aan
from taken.models import Handelingsperspectief, Taak, TaakSoort

FATIMA, HENK = "999990019", "999990020"
FORMULIER = "https://formulieren.voorbeeld.nl/loonstrook?taak={uuid}"


@dataclass
class Persoon:
    """Iemand met een bsn, en een ingelogde browser."""

    bsn: str
    betrokkene: UUID
    toegang: Toegang
    client: Client


def log_in(client: Client, betrokkene: UUID, niveau: int, middel: str = "digid", naam: str = "") -> None:
    """Geef deze browser een sessie, zoals het inloggen die achterlaat."""
    client.cookies["nep"] = f"{betrokkene}|{niveau}|{middel}|{naam}"


@pytest.fixture
def maak_persoon(db: None) -> Callable[..., Persoon]:
    def maak(bsn: str, niveau: int = 2, naam: str = "") -> Persoon:
        betrokkene = vind_of_maak_betrokkene(NummerSoort.BSN, bsn)
        toegang = Toegang(betrokkene, betrokkene, frozenset([betrokkene]), niveau, "digid", naam=naam)
        client = Client()
        log_in(client, betrokkene, niveau, naam=naam)
        return Persoon(bsn, betrokkene, toegang, client)

    return maak


@pytest.fixture
def fatima(maak_persoon: Callable[..., Persoon]) -> Persoon:
    return maak_persoon(FATIMA)


@pytest.fixture
def henk(maak_persoon: Callable[..., Persoon]) -> Persoon:
    return maak_persoon(HENK)


@pytest.fixture
def gemeente(db: None) -> Applicatie:
    organisatie = Organisatie.objects.create(
        naam="Gemeente Voorbeeld",
        telefoon="14 000",
        email="info@voorbeeld.test",
        website="https://www.voorbeeld.test",
        adres="Postbus 1, 1000 AA Voorbeeld",
        balie="Stadhuisplein 1, op werkdagen van 9.00 tot 17.00 uur",
    )
    categorie = Categorie.objects.create(code="inkomen", naam="Inkomen")
    return Applicatie.objects.create(
        naam="Zaaksysteem",
        organisatie=organisatie,
        afdeling="team Inkomen",
        standaard_categorie=categorie,
        formulier_hosts=["formulieren.voorbeeld.nl"],
    )


@pytest.fixture
def klaarzetten(gemeente: Applicatie) -> Callable[..., Taak]:
    """Laat de gemeente een taak voor iemand klaarzetten; `over` is het aantal dagen tot en met de laatste dag."""

    def zet_klaar(
        voor: Persoon,
        titel: str = "Stuur uw loonstrook op",
        *,
        over: int | None = 10,
        zaak: str = "",
        **anders: Any,
    ) -> Taak:
        velden: dict[str, Any] = {
            "soort": TaakSoort.URLTAAK,
            "details": {"uitvraagLink": FORMULIER},
            "handelingsperspectief": Handelingsperspectief.INFORMATIE_GEVEN,
            "toelichting": "Wij willen weten hoeveel u in **oktober** verdiende.",
        } | anders
        nieuw = NieuweTaak(
            titel=titel,
            voor=Geadresseerde(NummerSoort.BSN, voor.bsn, f"urn:nld:brp:bsn:{voor.bsn}"),
            einddatum=None if over is None else vandaag() + timedelta(days=over),
            **velden,
        )
        taak = maak_aan(nieuw, Partij.systeem(gemeente))
        if zaak:
            hoort_bij = Zaak.intern.create(
                organisatie=gemeente.organisatie, omschrijving=zaak, identificatie="Z-2026-004512"
            )
            Taak.intern.filter(pk=taak.pk).update(zaak=hoort_bij)
        return taak

    return zet_klaar


@pytest.fixture(autouse=True)
def eigen_naam(settings: Any) -> None:
    settings.ORGANISATIE_NAAM, settings.PORTAAL_NAAM = "Gemeente Voorbeeld", "Mijn Voorbeeld"
