"""De mensen van de demo: met wie u kunt inloggen, en wat u dan ziet.

De simulator biedt hen aan en de demogegevens hangen aan hun nummers. Alle bsn's komen uit de reeks voor tests
(9999xxxxx), alle KVK- en vestigingsnummers zijn verzonnen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persoon:
    """Iemand die kan inloggen. `middel` is de sleutel van het inlogmiddel; `niveau` de rang die hij standaard haalt."""

    sleutel: str
    naam: str
    middel: str
    niveau: int
    verhaal: str
    bsn: str = ""
    kvk: str = ""
    vestiging: str = ""
    bedrijf: str = ""
    rollen: tuple[str, ...] = ()

    @property
    def sub(self) -> str:
        """Het kenmerk bij de inlogdienst: vast per persoon, en zonder nummer erin."""
        return f"demo-{self.sleutel}"


PERSONEN = (
    Persoon(
        "fatima", "Fatima El Amrani", "digid", 2, "Heeft taken die wachten; één moet binnen twee dagen.", bsn="999990019"
    ),
    Persoon(
        "henk", "Henk de Boer", "digid", 1, "De buurman van Fatima. Ziet zijn eigen taken, nooit die van haar.",
        bsn="999990020",
    ),
    Persoon("noor", "Noor Visser", "digid", 2, "Heeft niets te doen.", bsn="999990032"),
    Persoon(
        "bakkerij", "Sanne Bakker (Bakkerij De Hoek)", "eherkenning", 3, "Logt in voor het hele bedrijf.",
        kvk="69599084", bedrijf="Bakkerij De Hoek",
    ),
    Persoon(
        "vestiging", "Daan Smit (Bakkerij De Hoek, Dorpsstraat)", "eherkenning", 2,
        "Mag alleen voor één vestiging handelen, en ziet het bedrijf niet.",
        kvk="69599084", vestiging="000037178598", bedrijf="Bakkerij De Hoek, Dorpsstraat",
    ),
    Persoon("marieke", "Marieke Jansen", "medewerkers", 3, "Beheerder: mag alles in het beheer.", rollen=("beheerder",)),
    Persoon(
        "youssef", "Youssef Amrani", "medewerkers", 3, "Behandelaar: bekijkt taken en zet ze klaar.", rollen=("behandelaar",)
    ),
)  # fmt: skip


def persoon(sleutel: str) -> Persoon:
    """De persoon met deze sleutel; `KeyError` als die er niet is."""
    return {p.sleutel: p for p in PERSONEN}[sleutel]
