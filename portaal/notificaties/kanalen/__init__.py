"""De kanalen waarlangs iemand bericht krijgt. Een nieuw kanaal is een map hier, en een regel in `models.Kanaal`.

Elke map heeft dezelfde functies, in haar `__init__.py`; wat zij beloven staat bij `Zender`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from portaal.notificaties.kanalen import email, sms
from portaal.notificaties.models import Kanaal
from portaal.notificaties.opstellen import Melding


class Zender(Protocol):
    """Wat een kanaal kan."""

    STANDAARD_AAN: bool  # of het aan staat zolang iemand niets heeft gekozen

    def beschikbaar(self) -> bool:
        """Of dit kanaal is ingesteld."""

    def maak_gelijk(self, adres: str) -> str:
        """Het adres in één vaste vorm; `ValueError` met een zin voor de persoon als het niet kan bestaan."""

    def vanaf(self, moment: datetime) -> datetime:
        """Het eerste moment vanaf `moment` waarop dit kanaal iemand mag storen."""

    def verstuur(
        self, adres: str, meldingen: Sequence[Melding], kenmerk: UUID, taal: str, afmelden: str, opnieuw: bool
    ) -> str:
        """Verstuur één bericht over alle meldingen; geeft het kenmerk bij de dienst die bezorgt, of niets.

        `kenmerk` is vast, ook bij een tweede poging (`opnieuw`). `afmelden` is een adres om met één klik af te melden, of
        leeg. `NietOpnieuwError`: dit adres kan het blijvend niet ontvangen. Elke andere fout: later nog eens.
        """

    def verstuur_verificatie(self, adres: str, kenmerk: UUID, taal: str, code: str, link: str) -> None:
        """Verstuur de code, en als dat past de link, waarmee iemand het adres bevestigt. Fouten als bij `verstuur`."""

    def sluit(self) -> None:
        """Laat verbindingen los, aan het eind van een ronde."""


KANALEN: dict[Kanaal, Zender] = {Kanaal.EMAIL: cast(Zender, email), Kanaal.SMS: cast(Zender, sms)}


def beschikbaar() -> list[Kanaal]:
    """De kanalen die zijn ingesteld, in vaste volgorde."""
    return [kanaal for kanaal, zender in KANALEN.items() if zender.beschikbaar()]


def sluit_alle() -> None:
    """Laat alle verbindingen los."""
    for zender in KANALEN.values():
        zender.sluit()
