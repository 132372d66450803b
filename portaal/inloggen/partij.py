"""Wie een handeling doet, met genoeg erbij om te beslissen of het mag."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Actor
from portaal.inloggen.toegang import Toegang

if TYPE_CHECKING:
    from portaal.inloggen.models import Medewerker


class MagNietError(Exception):
    """Deze partij mag dit niet met dit record. De tekst is voor wie het probeerde."""


@dataclass(frozen=True)
class Partij:
    """Een persoon (toegang), een applicatie, een medewerker (die optreedt als een applicatie) of de portaal zelf."""

    actor: Actor
    toegang: Toegang | None = None
    applicatie: Applicatie | None = None

    @classmethod
    def persoon(cls, toegang: Toegang) -> "Partij":
        """Wie is ingelogd in de portaal."""
        return cls(toegang.actor, toegang=toegang)

    @classmethod
    def systeem(cls, applicatie: Applicatie) -> "Partij":
        """Een applicatie die de API aanroept."""
        return cls(Actor(ActorSoort.APPLICATIE, applicatie.pk), applicatie=applicatie)

    @classmethod
    def medewerker(cls, medewerker: "Medewerker", als: Applicatie) -> "Partij":
        """Een medewerker in het beheer, die optreedt als deze (ingebouwde) applicatie."""
        return cls(Actor(ActorSoort.MEDEWERKER, medewerker.pk, namens=als.pk), applicatie=als)


def eis_mag_handelen(door: Partij) -> None:
    """Wie alleen mag kijken (een lezer van een ketenpartner) verandert niets: `MagNietError`.

    Elke handeling die een persoon doet begint hiermee, nadat zij heeft gekeken of hij het record mag zien.
    """
    if door.toegang is not None and not door.toegang.mag_handelen:
        raise MagNietError("U mag dit bekijken, maar niet doen. Vraag een collega met een andere rol.")


PORTAAL = Partij(SYSTEEM)
