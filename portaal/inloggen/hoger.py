"""Wat boven het niveau van de inlog ligt: dat het bestaat mag iemand weten, wat erin staat pas na hoger inloggen."""

from dataclasses import dataclass

from django.urls import reverse

from portaal.inloggen.inlogmiddelen import inlogmiddelen
from portaal.inloggen.toegang import Toegang


@dataclass(frozen=True, slots=True)
class Weg:
    """Een manier om hoger in te loggen: de naam van het middel, en het adres dat daarna terugkomt bij de pagina."""

    naam: str
    url: str


def afgeschermd(minimaal: int, niveau: int) -> bool:
    """Of voor de inhoud een hogere manier van inloggen nodig is dan deze. De enige plek waar dat wordt beslist."""
    return minimaal > niveau


def wegen_omhoog(toegang: Toegang, niveau: int, terug: str) -> list[Weg]:
    """Waarmee deze persoon dit niveau kan halen: het middel van nu, en anders een ander voor dezelfde doelgroep.

    Leeg als geen enkel middel zo hoog komt.
    """
    nu = inlogmiddelen().get(toegang.middel)
    kan = [m for m in inlogmiddelen().values() if m.hoogste >= niveau and m.doelgroep == toegang.doelgroep]
    gekozen = [nu] if nu in kan else [m for m in kan if not m.diensten]
    vragen = {"next": terug, "niveau": niveau}
    return [Weg(m.naam, reverse("inloggen:start", args=[m.sleutel], query=vragen)) for m in gekozen if m]
