"""Verzoektypen van de gemeente, en mensen die er iets mee doen."""

from collections.abc import Callable
from typing import Any

import pytest

from portaal.betrokkenen.models import Aard, Applicatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde
from portaal.inloggen.partij import Partij
from portaal.inloggen.toegang import Toegang
from portaal.zaken.handelingen import Zaakgegevens, registreer
from portaal.zaken.models import Rol, Zaak, ZaakSleutel
from tests import wereld
from tests.paginas.conftest import Persoon, log_in, namen  # noqa: F401
from verzoeken import handelingen
from verzoeken.models import Verzoek, Verzoektype

FORMULIER: dict[str, Any] = {
    "components": [
        {"type": "textfield", "key": "evenement", "label": "Hoe heet het evenement?", "validate": {"required": True}},
        {"type": "textarea", "key": "omschrijving", "label": "Wat gaat u doen?"},
        {"type": "number", "key": "bezoekers", "label": "Hoeveel bezoekers verwacht u?", "validate": {"min": 1}},
        {"type": "checkbox", "key": "muziek", "label": "Er is muziek"},
    ]
}
ANTWOORDEN: dict[str, Any] = {"evenement": "Straatfeest", "omschrijving": "", "bezoekers": 80, "muziek": True}


def maak_type(applicatie: Applicatie, code: str = "evenement", formulier: Any = None, **velden: Any) -> Verzoektype:
    """Een gepubliceerd verzoektype dat deze applicatie ontvangt."""
    begin = {
        "naam": "Vraag een evenement aan",
        "naam_en": "Apply for an event",
        "toelichting": "Voor een feest of markt op straat.",
        "doelgroepen": ["inwoner", "ondernemer"],
        "verwachte_duur": "binnen 8 weken",
        "zonder_internet": "Vraag aan de balie om een formulier.",
        "categorie": wereld.categorie("aanvraag", aard=Aard.INFORMATIE),
    }
    door = Partij.systeem(applicatie)
    type_ = handelingen.bewaar_type(Verzoektype(code=code, applicatie=applicatie, **{**begin, **velden}), door)
    versie = handelingen.maak_versie(type_.pk, formulier or FORMULIER, door)
    handelingen.publiceer(type_.pk, versie.versie, door)
    return type_


def dien_in(toegang: Toegang, code: str = "evenement", zaak: Zaak | None = None, **antwoorden: Any) -> Verzoek:
    """Vul het formulier in en verstuur het."""
    concept = handelingen.begin_concept(code, toegang, zaak)
    concept = handelingen.bewaar_concept(concept.pk, {**ANTWOORDEN, **antwoorden}, toegang)
    return handelingen.dien_in(concept.pk, toegang, concept.versie)


def geadresseerde(bsn: str) -> Geadresseerde:
    """Iemand met een bsn, zoals een systeem hem noemt."""
    return Geadresseerde(NummerSoort.BSN, bsn, f"urn:nld:brp:bsn:{bsn}")


def maak_zaak(applicatie: Applicatie, bsn: str, nummer: str = "Z-1", **velden: Any) -> Zaak:
    """Een lopende zaak van iemand."""
    gegevens = Zaakgegevens(
        {"omschrijving": "Straatfeest op de Markt", "identificatie": nummer, "zaaktype_code": "evenement", **velden},
        [(ZaakSleutel.Soort.NUMMER, nummer)],
        betrokkenen=[(geadresseerde(bsn), Rol.AANVRAGER)],
    )
    return registreer(gegevens, Partij.systeem(applicatie))[0]


@pytest.fixture
def vergunningen(db: None) -> Applicatie:
    """Het systeem dat aanvragen voor evenementen ontvangt."""
    return wereld.applicatie("Vergunningen", afdeling="Team Vergunningen")


@pytest.fixture
def evenement(vergunningen: Applicatie) -> Verzoektype:
    """Vraag een evenement aan."""
    return maak_type(vergunningen)


@pytest.fixture
def melding(vergunningen: Applicatie) -> Verzoektype:
    """Een zaakverzoek bij een evenement."""
    return maak_type(
        vergunningen,
        "evenement-wijzigen",
        naam="Geef een wijziging door",
        is_zaakverzoek=True,
        zaakverzoek_soort="wijzigen",
        zaaktypen=["evenement"],
        doelgroepen=["inwoner", "ketenpartner"],
    )


@pytest.fixture
def fatima(db: None) -> Persoon:
    return log_in(wereld.BSN_FATIMA)


@pytest.fixture
def henk(db: None) -> Persoon:
    return log_in(wereld.BSN_HENK)


Maak = Callable[..., Verzoek]
