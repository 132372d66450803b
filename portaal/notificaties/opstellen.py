"""Wat er in een notificatie mag staan, uit gecontroleerde woorden: er is geen veld waar vrije tekst in past.

Van wie het komt, wat voor iets het is, of en tot wanneer een reactie nodig is, en dat u zelf naar de portaal gaat
(Awb 2:10, tweede lid). Hoe dat eruitziet beslist het kanaal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from portaal.betrokkenen.models import Aard, Applicatie
from portaal.notificaties.models import WETTELIJK, Notificatie

# Handelingsperspectieven (Open VTB) waarbij iemand iets moet doen; bij de andere gaat het om lezen.
VRAAGT_REACTIE = {
    "": True,
    "betalen": True,
    "incasso": False,
    "informatie_geven": True,
    "informatie_krijgen": False,
    "reactie_ontvangen": False,
    "uitnodiging_voor_afspraak": True,
    "vernieuwing_nodig": True,
}


@dataclass(frozen=True)
class Melding:
    """Eén regel in een notificatie. `organisatie`, `afzender` en `telefoon` stelt een beheerder in; de rest is een lijst."""

    organisatie: str
    afzender: str
    telefoon: str
    aard: Aard
    reactie_nodig: bool
    termijn: date | None
    herinnering: bool = False

    @property
    def wettelijk(self) -> bool:
        """Of de wet deze kennisgeving vraagt; een herinnering is altijd dienst."""
        return self.aard in WETTELIJK and not self.herinnering


def maak_melding(notificatie: Notificatie, applicatie: Applicatie) -> Melding:
    """De regel bij deze notificatie; een onbekende aard wordt 'informatie'."""
    reactie = VRAAGT_REACTIE.get(notificatie.handelingsperspectief, True)
    return Melding(
        organisatie=applicatie.organisatie.naam,
        afzender=applicatie.afzender,
        telefoon=applicatie.organisatie.telefoon,
        aard=Aard(notificatie.aard) if notificatie.aard in Aard else Aard.INFORMATIE,
        reactie_nodig=reactie,
        termijn=notificatie.termijn if reactie else None,
        herinnering=bool(notificatie.herinnering),
    )


def maak_meldingen(notificaties: Sequence[Notificatie], applicaties: Mapping[UUID, Applicatie]) -> list[Melding]:
    """De regels bij wat tegelijk weggaat: eerst waar een reactie nodig is, de vroegste termijn bovenaan."""
    meldingen = [maak_melding(n, applicaties[n.applicatie]) for n in notificaties]
    return sorted(meldingen, key=lambda m: (not m.reactie_nodig, m.termijn or date.max))


def gegevens(meldingen: Sequence[Melding]) -> dict[str, Any]:
    """Wat elk sjabloon krijgt."""
    organisaties = list(dict.fromkeys(m.organisatie for m in meldingen))
    telefoons = {m.telefoon for m in meldingen}
    return {
        "meldingen": meldingen,
        "enige": meldingen[0] if len(meldingen) == 1 else None,
        "reactie_nodig": any(m.reactie_nodig for m in meldingen),
        "organisatie": organisaties[0] if len(organisaties) == 1 else settings.ORGANISATIE_NAAM,
        "een_organisatie": len(organisaties) == 1,
        "telefoon": telefoons.pop() if len(telefoons) == 1 else settings.ORGANISATIE_TELEFOON,
        "portaal": settings.PORTAAL_NAAM,
        "adres": settings.PORTAAL_URL,
        "host": urlsplit(settings.PORTAAL_URL).netloc,
    }
