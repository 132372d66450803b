"""`Toegang`: wie er aan de knoppen zit, voor wie, en hoe zeker dat is. Per verzoek gebouwd, daarna onveranderlijk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import Actor


@dataclass(frozen=True, slots=True)
class Toegang:
    """Het enige waarop de poort beslist.

    `betrokkenen` is voor wie deze sessie mag handelen (een bedrijf ziet ook zijn vestigingen; een sessie van een
    vestiging ziet het bedrijf niet). `categorieen` beperkt tot wat een machtiging dekt; None is geen beperking.
    """

    persoon: UUID
    betrokkene: UUID
    betrokkenen: frozenset[UUID]
    niveau: int
    middel: str
    naam: str = ""
    sessie: str = ""
    verloopt_op: datetime | None = None
    categorieen: frozenset[int] | None = None

    @property
    def actor(self) -> Actor:
        """Deze persoon als actor in het boek, met namens wie als dat een ander is."""
        namens = self.betrokkene if self.betrokkene != self.persoon else None
        return Actor(ActorSoort.BETROKKENE, self.persoon, namens, self.niveau)
