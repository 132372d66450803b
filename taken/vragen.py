"""De kleine formulieren op de pagina van een taak, in dezelfde vorm als elk ander formulier van de portaal."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from portaal.formulieren.definitie import Ingevuld, lees_definitie
from portaal.tijd import vandaag
from taken.handelingen.persoon import EEN_JAAR
from taken.handelingen.team import TERUGMELDING_BESTANDEN
from taken.models import Taak

LANGSTE_WAAROM, LANGSTE_TERUGMELDING = 1000, 5000


def meer_tijd(taak: Taak) -> Ingevuld:
    """Tot wanneer en waarom; leeg om in te vullen."""
    eerste = max(taak.einddatum_handelingstermijn or vandaag(), vandaag()) + timedelta(days=1)
    return _formulier(
        {
            **_dag("tot", gettext("Tot en met welke dag heeft u tijd nodig?"), eerste, vandaag() + EEN_JAAR),
        },
        {
            "type": "textarea",
            "key": "waarom",
            "label": gettext("Waarom heeft u meer tijd nodig?"),
            "description": gettext("Schrijf geen medische gegevens op. Een paar woorden is genoeg."),
            "validate": {"required": True, "maxLength": LANGSTE_WAAROM},
        },
    )


def herinnering(taak: Taak) -> Ingevuld:
    """Op welke dag; de dag die al gekozen is staat er."""
    laatste = taak.einddatum_handelingstermijn or vandaag() + EEN_JAAR
    veld = _dag("dag", gettext("Op welke dag wilt u de herinnering krijgen?"), vandaag() + timedelta(days=1), laatste)
    ingevuld = _formulier(veld)
    gekozen = taak.datum_herinnering
    if gekozen and vandaag() < gekozen <= laatste:
        return ingevuld.definitie.begin({"dag": gekozen.isoformat()})
    return ingevuld


def terugmelding() -> Ingevuld:
    """Wat er te melden is, met de bestanden die erbij horen."""
    return _formulier(
        {
            "type": "textarea",
            "key": "tekst",
            "label": gettext("Wat wilt u laten weten?"),
            "validate": {"required": True, "maxLength": LANGSTE_TERUGMELDING},
        },
        {
            "type": "file",
            "key": TERUGMELDING_BESTANDEN,
            "label": gettext("Wilt u bestanden meesturen?"),
            "multiple": True,
            "maxNumberOfFiles": 10,
        },
    )


def dag(tekst: str) -> date:
    """Een gecontroleerd antwoord als dag."""
    return date.fromisoformat(tekst)


def _dag(key: str, label: str, eerste: date, laatste: date) -> dict[str, Any]:
    grenzen = {"required": True, "minDate": eerste.isoformat(), "maxDate": laatste.isoformat()}
    return {"type": "date", "key": key, "label": label, "validate": grenzen}


def _formulier(*velden: dict[str, Any]) -> Ingevuld:
    return lees_definitie({"components": list(velden)}).begin(None)
