"""`Toegang`: wie er aan de knoppen zit, voor wie, en hoe zeker dat is. Per verzoek gebouwd, daarna onveranderlijk."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from portaal.betrokkenen.models import Betrokkene, BetrokkeneSoort, Categorie, KetenpartnerRol
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.gebeurtenissen.vastleggen import Actor
from portaal.inloggen.inlogmiddelen import Doelgroep, inlogmiddelen

if TYPE_CHECKING:
    from portaal.inloggen.models import Sessie
    from portaal.inloggen.sessies import SessionStore


@dataclass(frozen=True, slots=True)
class Toegang:
    """Het enige waarop de poort beslist.

    `betrokkenen` is voor wie deze sessie mag handelen (een bedrijf ziet ook zijn vestigingen; een sessie van een
    vestiging ziet het bedrijf niet). `categorieen` beperkt tot wat een machtiging dekt; None is geen beperking.
    `naam` is wie er aan de knoppen zit en `namens` de organisatie; leeg als niemand die naam gaf. `rol` is die van een
    lid van een ketenpartner, voor anderen leeg. `sessie` is een kenmerk van de sessie waarmee je niet kunt inloggen.
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
    doelgroep: Doelgroep = Doelgroep.INWONER
    rol: str = ""
    namens: str = ""

    @property
    def mag_handelen(self) -> bool:
        """Of deze persoon iets mag doen, of alleen mag kijken. Een onbekende rol mag niets."""
        if self.doelgroep is not Doelgroep.KETENPARTNER:
            return True
        return self.rol in (KetenpartnerRol.BEHEERDER, KetenpartnerRol.BEHANDELAAR)

    @property
    def vertegenwoordigt(self) -> bool:
        """Of deze persoon voor een ander handelt."""
        return self.betrokkene != self.persoon

    @property
    def actor(self) -> Actor:
        """Deze persoon als actor in het boek, met namens wie als dat een ander is."""
        namens = self.betrokkene if self.vertegenwoordigt else None
        return Actor(ActorSoort.BETROKKENE, self.persoon, namens, self.niveau)


def bouw_toegang(sessie: "SessionStore") -> Toegang | None:
    """De toegang van deze sessie, of None als er niemand is ingelogd. Eén query; voor een bedrijf of machtiging twee."""
    if sessie.session_key is None:
        return None
    rij = sessie.geladen_rij()
    if rij is None or rij.persoon_id is None or rij.betrokkene is None or rij.begonnen is None:
        return None
    middel = inlogmiddelen().get(rij.middel)
    if middel is None:
        return None  # het middel is weg, en daarmee de regels: dan is de deur dicht
    doelgroep, lid = middel.doelgroep, rij.lid
    if (lid is None) == (doelgroep is Doelgroep.KETENPARTNER):
        return None  # namens een ketenpartner alleen als lid, en een lid alleen langs zijn eigen inlogdienst
    return Toegang(
        persoon=rij.persoon_id,
        betrokkene=rij.betrokkene.pk,
        betrokkenen=_betrokkenen(rij, rij.betrokkene),
        niveau=rij.niveau,
        middel=rij.middel,
        naam=rij.naam,
        sessie=hashlib.sha256(rij.session_key.encode()).hexdigest()[:16],
        verloopt_op=sessie.verloopt_op,
        categorieen=_categorieen(rij),
        doelgroep=doelgroep,
        rol=lid.rol if lid else "",
        namens=lid.ketenpartner.naam if lid else rij.namens,
    )


def _categorieen(rij: "Sessie") -> frozenset[int] | None:
    """Wat een machtiging dekt: de categorieën met een van haar diensten. Noemt zij er geen die wij kennen, dan niets."""
    if rij.diensten is None:
        return None
    gedekt = Categorie.objects.filter(machtigingsdiensten__overlap=rij.diensten)
    return frozenset(gedekt.values_list("pk", flat=True))


def _betrokkenen(rij: "Sessie", betrokkene: Betrokkene) -> frozenset[UUID]:
    """Voor wie deze sessie handelt: een bedrijf ook voor wat erbij hoort; een vestiging en een ketenpartner niet."""
    if betrokkene.soort != BetrokkeneSoort.ORGANISATIE or rij.beperkt_tot_vestiging or rij.lid_id:
        return frozenset({betrokkene.pk})
    onderdelen = Betrokkene.objects.filter(onderdeel_van=betrokkene).values_list("pk", flat=True)
    return frozenset({betrokkene.pk, *onderdelen})
