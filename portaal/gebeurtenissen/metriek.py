"""Getallen voor wie de portaal bewaakt, in de tekstvorm van Prometheus. Er staat niets over personen in."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from portaal.gebeurtenissen.afleveren import mislukte_weksignalen
from portaal.gebeurtenissen.models import Aflevering
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.tijd import nu


@dataclass(frozen=True)
class Meting:
    """Eén getal, met een vaste naam."""

    naam: str
    uitleg: str
    waarde: float
    soort: str = "gauge"


_bronnen: list[Callable[[], list[Meting]]] = []


def meet(bron: Callable[[], list[Meting]]) -> Callable[[], list[Meting]]:
    """Laat deze functie meetellen; een hogere laag meldt haar getallen zo aan."""
    _bronnen.append(bron)
    return bron


def als_tekst() -> str:
    """Alle getallen, zoals Prometheus ze leest."""
    regels = []
    for meting in (meting for bron in _bronnen for meting in bron()):
        regels += [
            f"# HELP {meting.naam} {meting.uitleg}",
            f"# TYPE {meting.naam} {meting.soort}",
            f"{meting.naam} {meting.waarde:g}",
        ]
    return "\n".join(regels) + "\n"


@meet
def afleveringen() -> list[Meting]:
    """De getallen van het boek: wat volgers nog moeten horen."""
    te_doen = Q(stand=Stand.WACHT, volgende_op__lte=nu())
    stand = Aflevering.objects.aggregate(
        wacht=Count("pk", filter=te_doen),
        oudste=Min("aangemaakt_op", filter=te_doen),
        mislukt=Count("pk", filter=Q(stand=Stand.MISLUKT)),
    )
    seconden = (nu() - stand["oudste"]).total_seconds() if stand["oudste"] else 0
    return [
        Meting("portaal_afleveringen_wachtend", "Gebeurtenissen die een volger nog moet horen", stand["wacht"]),
        Meting("portaal_afleveringen_oudste_seconden", "Hoe lang de oudste al bestaat", seconden),
        Meting("portaal_afleveringen_mislukt", "Gebeurtenissen die een volger niet bereikten", stand["mislukt"]),
        Meting(
            "portaal_wek_mislukt_total", "Weksignalen die de broker niet bereikten", mislukte_weksignalen(), "counter"
        ),
    ]
