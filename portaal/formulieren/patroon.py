"""Patronen voor tekstvelden (`validate.pattern`), zonder het gevaar van een gewone reguliere expressie.

Een definitie komt van een ander systeem, en het patroon daarin draait op wat een burger intikt. De `re` van Python
kan daar minuten over doen. Deze lezer kent de gewone bouwstenen (tekens, klassen, groepen, keuzes, herhalingen) en
loopt de tekst één keer door: de tijd is hooguit lengte x aantal toestanden. Terugverwijzen en vooruitkijken kent hij
niet; zo'n patroon wordt geweigerd als de definitie binnenkomt. Net als bij Form.io moet de hele tekst passen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

HOOGSTE_LENGTE = 500
HOOGSTE_HERHALING = 200
HOOGSTE_AANTAL = 1000

Test = Callable[[str], bool]


class PatroonFout(ValueError):
    """Dit patroon is niet te lezen, of gebruikt iets wat de portaal niet kent. De tekst zegt wat."""


CIJFER: Test = lambda t: t in "0123456789"  # noqa: E731
WOORD: Test = lambda t: t.isascii() and (t.isalnum() or t == "_")  # noqa: E731
WIT: Test = lambda t: t.isspace()  # noqa: E731
GEEN_REGELEINDE: Test = lambda t: t not in "\n\r\u2028\u2029"  # noqa: E731


def _niet(test: Test) -> Test:
    return lambda teken: not test(teken)


def _gelijk(wat: str) -> Test:
    return lambda teken: teken == wat


def _tussen(laag: str, hoog: str) -> Test:
    return lambda teken: laag <= teken <= hoog


def _een_van(tests: list[Test]) -> Test:
    return lambda teken: any(test(teken) for test in tests)


KLASSEN: dict[str, Test] = {
    "d": CIJFER,
    "w": WOORD,
    "s": WIT,
    "D": _niet(CIJFER),
    "W": _niet(WOORD),
    "S": _niet(WIT),
}
STUURTEKENS = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass
class _Knoop:
    """Een deel van het patroon: een teken, een rij, een keuze of een herhaling."""

    test: Test | None = None
    rij: list["_Knoop"] = field(default_factory=list)
    keuzes: list["_Knoop"] = field(default_factory=list)
    minstens: int = 1
    hoogstens: int | None = 1  # None: onbeperkt


class Patroon:
    """Een gelezen patroon. Fouten bij het maken: `PatroonFout`."""

    def __init__(self, bron: str) -> None:
        if len(bron) > HOOGSTE_LENGTE:
            raise PatroonFout(f"Een patroon is hooguit {HOOGSTE_LENGTE} tekens.")
        self.bron = bron
        self._tests: list[Test | None] = []  # per toestand: welk teken verder brengt
        self._verder: list[int] = []  # per toestand: waar dat teken heen brengt
        self._gratis: list[list[int]] = []  # per toestand: waar hij zonder teken heen kan
        self._einde = self._toestand()
        self._begin = self._bouw(_Lezer(bron).alles(), self._einde)

    def past(self, tekst: str) -> bool:
        """Of de hele tekst aan het patroon voldoet."""
        hier = self._sluit({self._begin})
        for teken in tekst:
            stap: set[int] = set()
            for nummer in hier:
                test = self._tests[nummer]
                if test is not None and test(teken):
                    stap.add(self._verder[nummer])
            if not stap:
                return False
            hier = self._sluit(stap)
        return self._einde in hier

    def _sluit(self, toestanden: set[int]) -> set[int]:
        open_ = list(toestanden)
        while open_:
            for volgende in self._gratis[open_.pop()]:
                if volgende not in toestanden:
                    toestanden.add(volgende)
                    open_.append(volgende)
        return toestanden

    def _toestand(self, test: Test | None = None, verder: int = 0, gratis: list[int] | None = None) -> int:
        if len(self._tests) >= HOOGSTE_AANTAL:
            raise PatroonFout("Dit patroon is te groot: maak de herhalingen kleiner.")
        self._tests.append(test)
        self._verder.append(verder)
        self._gratis.append(gratis or [])
        return len(self._tests) - 1

    def _bouw(self, knoop: _Knoop, daarna: int) -> int:
        """Bouw de toestanden van achter naar voren; geeft de begintoestand."""
        if knoop.hoogstens is None:
            lus = self._toestand(gratis=[daarna])
            self._gratis[lus].append(self._een(knoop, lus))
            daarna = lus
        else:
            for _ in range(knoop.hoogstens - knoop.minstens):
                daarna = self._toestand(gratis=[self._een(knoop, daarna), daarna])
        for _ in range(knoop.minstens):
            daarna = self._een(knoop, daarna)
        return daarna

    def _een(self, knoop: _Knoop, daarna: int) -> int:
        if knoop.test is not None:
            return self._toestand(knoop.test, daarna)
        if knoop.keuzes:
            return self._toestand(gratis=[self._bouw(keuze, daarna) for keuze in knoop.keuzes])
        for deel in reversed(knoop.rij):
            daarna = self._bouw(deel, daarna)
        return self._toestand(gratis=[daarna])


class _Lezer:
    """Leest de tekst van een patroon."""

    def __init__(self, bron: str) -> None:
        # ^ en $ staan bij Form.io al om het geheel heen; wie ze zelf zet, zegt hetzelfde nog eens.
        if bron.startswith("^"):
            bron = bron[1:]
        if bron.endswith("$") and not bron.endswith("\\$"):
            bron = bron[:-1]
        self.bron, self.plek, self.diepte = bron, 0, 0

    def alles(self) -> _Knoop:
        knoop = self._keuze()
        if self.plek < len(self.bron):
            raise PatroonFout("Dit patroon heeft een haakje te veel.")
        return knoop

    def _kijk(self) -> str:
        return self.bron[self.plek] if self.plek < len(self.bron) else ""

    def _neem(self) -> str:
        teken = self._kijk()
        if not teken:
            raise PatroonFout("Dit patroon houdt te vroeg op.")
        self.plek += 1
        return teken

    def _keuze(self) -> _Knoop:
        keuzes = [self._rij()]
        while self._kijk() == "|":
            self._neem()
            keuzes.append(self._rij())
        return keuzes[0] if len(keuzes) == 1 else _Knoop(keuzes=keuzes)

    def _rij(self) -> _Knoop:
        rij: list[_Knoop] = []
        while self._kijk() not in ("", "|", ")"):
            rij.append(self._herhaling(self._deel()))
        return _Knoop(rij=rij)

    def _deel(self) -> _Knoop:
        teken = self._neem()
        match teken:
            case "(":
                return self._groep()
            case "[":
                return _Knoop(test=self._klasse())
            case ".":
                return _Knoop(test=GEEN_REGELEINDE)
            case "\\":
                return _Knoop(test=self._ontsnapt(self._neem()))
            case "^" | "$":
                raise PatroonFout("^ en $ kunnen alleen aan het begin en het einde van een patroon.")
            case "*" | "+" | "?" | "{":
                raise PatroonFout(f"Voor {teken} staat niets om te herhalen.")
        return _Knoop(test=_gelijk(teken))

    def _groep(self) -> _Knoop:
        if self._kijk() == "?":
            self._neem()
            if self._neem() != ":":
                raise PatroonFout("Vooruitkijken, terugkijken en groepen met een naam kan de portaal niet lezen.")
        self.diepte += 1
        if self.diepte > 20:
            raise PatroonFout("Dit patroon heeft te veel haakjes in elkaar.")
        knoop = self._keuze()
        if self._neem() != ")":
            raise PatroonFout("Dit patroon mist een haakje.")
        self.diepte -= 1
        return _Knoop(rij=[knoop])

    def _herhaling(self, knoop: _Knoop) -> _Knoop:
        match self._kijk():
            case "*":
                aantallen: tuple[int, int | None] = (0, None)
            case "+":
                aantallen = (1, None)
            case "?":
                aantallen = (0, 1)
            case "{":
                aantallen = self._accolade()
            case _:
                return knoop
        self._neem()
        if self._kijk() == "?":  # "zo weinig mogelijk" maakt geen verschil als de hele tekst moet passen
            self._neem()
        if self._kijk() in ("*", "+", "{"):
            raise PatroonFout("Een herhaling van een herhaling kan alleen met haakjes.")
        return _Knoop(rij=[knoop], minstens=aantallen[0], hoogstens=aantallen[1])

    def _accolade(self) -> tuple[int, int | None]:
        einde = self.bron.find("}", self.plek)
        tekst = self.bron[self.plek + 1 : einde] if einde > 0 else ""
        laag, komma, hoog = tekst.partition(",")
        if not (laag.isascii() and laag.isdecimal()) or (hoog and not (hoog.isascii() and hoog.isdecimal())):
            raise PatroonFout("Schrijf een herhaling als {2}, {2,} of {2,4}.")
        minstens = int(laag)
        hoogstens = int(hoog) if hoog else None if komma else minstens
        if max(minstens, hoogstens or 0) > HOOGSTE_HERHALING or (hoogstens is not None and hoogstens < minstens):
            raise PatroonFout(f"Een herhaling gaat van laag naar hoog, en tot hooguit {HOOGSTE_HERHALING}.")
        self.plek = einde
        return minstens, hoogstens

    def _ontsnapt(self, teken: str) -> Test:
        if teken in KLASSEN:
            return KLASSEN[teken]
        if teken in STUURTEKENS:
            return _gelijk(STUURTEKENS[teken])
        if teken.isalnum():
            raise PatroonFout(f"\\{teken} kan de portaal niet lezen.")
        return _gelijk(teken)

    def _klasse(self) -> Test:
        omgekeerd = self._kijk() == "^"
        if omgekeerd:
            self._neem()
        tests: list[Test] = []
        while (teken := self._neem()) != "]":
            if teken == "\\":
                teken = self._neem()
                if teken in KLASSEN:
                    tests.append(KLASSEN[teken])
                    continue
                self._ontsnapt(teken)  # weigert wat wij niet kennen
                teken = STUURTEKENS.get(teken, teken)
            if self._kijk() == "-" and self.bron[self.plek + 1 : self.plek + 2] not in ("]", ""):
                self._neem()
                hoog = self._neem()
                if hoog == "\\":
                    hoog = self._neem()
                if hoog < teken:
                    raise PatroonFout("Een reeks in een klasse gaat van laag naar hoog, zoals a-z.")
                tests.append(_tussen(teken, hoog))
            else:
                tests.append(_gelijk(teken))
        test = _een_van(tests)
        return _niet(test) if omgekeerd else test
