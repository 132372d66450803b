"""Testpersonen: nummers die nooit van een echt mens of bedrijf zijn. Een testsleutel werkt alleen met hen.

Bronnen: een bsn dat met 9999 begint geeft RvIG niet uit; de KVK-nummers zijn die van de testomgeving van de KVK.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from portaal.betrokkenen.nummers import NummerSoort, controleer_nummer

TEST_KVK = frozenset({"68727720", "68750110", "69599068", "69599084"})
TEST_VESTIGINGEN = frozenset({"000037178598"})

# Of er nu met een testsleutel wordt gewerkt; de API zet het per verzoek.
alleen_testpersonen: ContextVar[bool] = ContextVar("alleen_testpersonen", default=False)


@contextmanager
def beperkt(aan: bool) -> Iterator[None]:
    """Zolang dit duurt alleen testpersonen, of juist niet. Voor werk dat doorgaat nadat de view klaar is, zoals een stroom."""
    merk = alleen_testpersonen.set(aan)
    try:
        yield
    finally:
        alleen_testpersonen.reset(merk)


class GeenTestpersoonError(Exception):
    """Met een testsleutel kan alleen iets voor een testpersoon. De tekst noemt geen nummer."""


def is_testpersoon(soort: NummerSoort, waarde: str) -> bool:
    """Of dit nummer van een testpersoon is. Een onmogelijk nummer geeft `OngeldigNummerError`."""
    nummer = controleer_nummer(soort, waarde)
    match soort:
        case NummerSoort.BSN:
            return nummer.startswith("9999")
        case NummerSoort.KVK:
            return nummer in TEST_KVK
        case NummerSoort.VESTIGING:
            return nummer in TEST_VESTIGINGEN
        case _:
            return False


def eis_testpersoon(soort: NummerSoort, waarde: str) -> None:
    """`GeenTestpersoonError` als er met een testsleutel wordt gewerkt en dit geen testpersoon is."""
    if alleen_testpersonen.get() and not is_testpersoon(soort, waarde):
        raise GeenTestpersoonError(
            "Met een testsleutel kan alleen iets voor een testpersoon: een bsn dat met 9999 begint, of een KVK-nummer van "
            f"de testomgeving van de KVK ({', '.join(sorted(TEST_KVK))})."
        )
