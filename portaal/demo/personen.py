"""De mensen van de demo: met wie u kunt inloggen, en wat u dan ziet.

De simulator biedt hen aan en de demogegevens hangen aan hun nummers. Alle bsn's komen uit de reeks voor tests
(9999xxxxx), alle KVK- en vestigingsnummers zijn verzonnen.
"""

from dataclasses import dataclass

DIENST_INFORMATIE = "urn:voorbeeld:dienst:informatie-geven"


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
    rsin: str = ""
    pseudoniem: str = ""  # eIDAS: van een persoon of bedrijf zonder Nederlands nummer
    namens_bsn: str = ""  # bij een machtiging of bewind: voor wie
    dienst: str = ""  # en waarvoor; zie Categorie.machtigingsdiensten
    rollen: tuple[str, ...] = ()
    rol: str = ""  # als lid van een ketenpartner; leeg: geen lid
    ook_kvk: str = ""  # lid van nog een ketenpartner
    ook_rol: str = ""

    @property
    def sub(self) -> str:
        """Het kenmerk bij de inlogdienst: vast per persoon, en zonder nummer erin."""
        return f"demo-{self.sleutel}"

    @property
    def email(self) -> str:
        """Waar notificaties heen gaan; bij een ketenpartner de postbus van het team."""
        return (
            f"team-{self.kvk[-4:]}@voorbeeld.test"
            if self.middel == "ketenpartner"
            else f"{self.sleutel}@voorbeeld.test"
        )


PERSONEN = (
    Persoon(
        "fatima", "Fatima El Amrani", "digid", 2, "Heeft taken die wachten; één moet binnen twee dagen.", bsn="999990019"
    ),
    Persoon(
        "henk", "Henk de Boer", "digid", 1, "De buurman van Fatima. Ziet zijn eigen taken, nooit die van haar.",
        bsn="999990020",
    ),
    Persoon("noor", "Noor Visser", "digid", 2, "Heeft niets te doen.", bsn="999990032"),
    Persoon("jesse", "Jesse Bos", "digid", 2, "Volgt een training via de gemeente.", bsn="999990044"),
    Persoon(
        "karim", "Karim El Amrani (voor zijn zus Fatima)", "digid-machtigen", 2,
        "Gemachtigd door Fatima, alleen om informatie te geven. Haar andere post ziet hij niet.",
        bsn="999990056", namens_bsn="999990019", dienst=DIENST_INFORMATIE,
    ),
    Persoon(
        "lena", "Lena Brandt (uit Duitsland)", "eidas", 3, "Heeft een bsn, en logt in met haar Duitse inlogmiddel.",
        bsn="999990068",
    ),
    Persoon(
        "luca", "Luca Ferri (uit Italië)", "eidas", 3, "Heeft geen bsn: de portaal kent hem aan een pseudoniem.",
        pseudoniem="IT/NL/3f9a61c2",
    ),
    Persoon(
        "bakkerij", "Sanne Bakker (Bakkerij De Hoek)", "eherkenning", 3, "Logt in voor het hele bedrijf.",
        kvk="69599084", bedrijf="Bakkerij De Hoek",
    ),
    Persoon(
        "vestiging", "Daan Smit (Bakkerij De Hoek, Dorpsstraat)", "eherkenning", 2,
        "Mag alleen voor één vestiging handelen, en ziet het bedrijf niet.",
        kvk="69599084", vestiging="000037178598", bedrijf="Bakkerij De Hoek, Dorpsstraat",
    ),
    Persoon(
        "vereniging", "Joris de Wit (Buurtvereniging De Linde)", "eherkenning", 3,
        "Logt in voor een vereniging, met een RSIN in plaats van een KVK-nummer.",
        rsin="999990093", bedrijf="Buurtvereniging De Linde",
    ),
    Persoon(
        "bea", "Bea Winter (bewindvoerder van Noor)", "eherkenning-bewind", 3,
        "Bewindvoerder: ziet van Noor wat bij haar benoeming hoort.",
        namens_bsn="999990032", dienst=DIENST_INFORMATIE,
    ),
    Persoon(
        "studio", "Eva Horvat (Studio Nova, uit Slovenië)", "eidas-bedrijf", 3, "Een bedrijf zonder KVK-nummer.",
        pseudoniem="SI/NL/70031188", bedrijf="Studio Nova d.o.o.",
    ),
    Persoon(
        "anne", "Anne de Waal", "ketenpartner", 3, "Notaris, en beheerder van Notariskantoor De Waal.",
        kvk="68750110", bedrijf="Notariskantoor De Waal", rol="beheerder",
    ),
    Persoon(
        "tom", "Tom Kuipers", "ketenpartner", 3, "Behandelaar bij Notariskantoor De Waal. Ziet hetzelfde als Anne.",
        kvk="68750110", bedrijf="Notariskantoor De Waal", rol="behandelaar",
    ),
    Persoon(
        "sander", "Sander Mulder", "ketenpartner", 3,
        "Heeft een account bij Notariskantoor De Waal, maar nog geen toegang. Komt er niet in.",
        kvk="68750110", bedrijf="Notariskantoor De Waal",
    ),
    Persoon(
        "ilse", "Ilse Maas", "ketenpartner", 3, "Behandelaar bij Straatwerk Reparaties BV.",
        kvk="90004760", bedrijf="Straatwerk Reparaties BV", rol="behandelaar",
    ),
    Persoon(
        "bram", "Bram Vos", "ketenpartner", 3, "Lezer bij Straatwerk Reparaties BV: mag kijken, maar niets doen.",
        kvk="90004760", bedrijf="Straatwerk Reparaties BV", rol="lezer",
    ),
    Persoon(
        "karin", "Karin Post", "ketenpartner", 3, "Trainer bij Leerhuis De Brug. Meldt wie er niet was.",
        kvk="90001354", bedrijf="Leerhuis De Brug", rol="behandelaar",
    ),
    Persoon(
        "mila", "Mila Groot", "ketenpartner", 3,
        "Beheerder bij Straatwerk Reparaties BV en lezer bij de notaris: kiest bij het inloggen namens wie.",
        kvk="90004760", bedrijf="Straatwerk Reparaties BV", rol="beheerder", ook_kvk="68750110", ook_rol="lezer",
    ),
    Persoon("marieke", "Marieke Jansen", "medewerkers", 3, "Beheerder: mag alles in het beheer.", rollen=("beheerder",)),
    Persoon(
        "youssef", "Youssef Amrani", "medewerkers", 3, "Behandelaar: bekijkt taken en zet ze klaar.", rollen=("behandelaar",)
    ),
)  # fmt: skip


def persoon(sleutel: str) -> Persoon:
    """De persoon met deze sleutel; `KeyError` als die er niet is."""
    return {p.sleutel: p for p in PERSONEN}[sleutel]
