"""`Toegang`: wie er aan de knoppen zit, voor wie, en hoe zeker dat is. Per verzoek gebouwd, daarna onveranderlijk."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from portaal.betrokkenen.models import Betrokkene, BetrokkeneSoort
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import Actor

if TYPE_CHECKING:
    from portaal.inloggen.sessies import SessionStore


@dataclass(frozen=True, slots=True)
class Toegang:
    """Het enige waarop de poort beslist.

    `betrokkenen` is voor wie deze sessie mag handelen (een bedrijf ziet ook zijn vestigingen; een sessie van een
    vestiging ziet het bedrijf niet). `categorieen` beperkt tot wat een machtiging dekt; None is geen beperking.
    `sessie` is een kenmerk van de sessie waarmee je niet kunt inloggen.
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


def bouw_toegang(sessie: "SessionStore") -> Toegang | None:
    """De toegang van deze sessie, of None als er niemand is ingelogd. Eén query; voor een bedrijf twee."""
    if sessie.session_key is None:
        return None
    rij = sessie.geladen_rij()
    if rij is None or rij.persoon_id is None or rij.betrokkene is None or rij.begonnen is None:
        return None
    betrokkenen = {rij.betrokkene.pk}
    if rij.betrokkene.soort == BetrokkeneSoort.ORGANISATIE and not rij.beperkt_tot_vestiging:
        betrokkenen |= set(Betrokkene.objects.filter(onderdeel_van=rij.betrokkene).values_list("pk", flat=True))
    return Toegang(
        persoon=rij.persoon_id,
        betrokkene=rij.betrokkene.pk,
        betrokkenen=frozenset(betrokkenen),
        niveau=rij.niveau,
        middel=rij.middel,
        naam=rij.naam,
        sessie=hashlib.sha256(rij.session_key.encode()).hexdigest()[:16],
        verloopt_op=sessie.verloopt_op,
    )
