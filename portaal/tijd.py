"""Tijd: opgeslagen in UTC, getoond in Europe/Amsterdam; een dag is een `date` in Amsterdam."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def nu() -> datetime:
    """Het moment op de klok van de server, in UTC."""
    return datetime.now(UTC)


def vandaag() -> date:
    """De dag van vandaag in Amsterdam: rond middernacht is dat een andere dag dan in UTC."""
    return datetime.now(AMSTERDAM).date()


def dag_van(moment: datetime) -> date:
    """De dag in Amsterdam waarop dit moment valt; een moment zonder zone telt als Amsterdamse tijd."""
    return moment.date() if moment.tzinfo is None else moment.astimezone(AMSTERDAM).date()
