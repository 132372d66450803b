"""Over welke gebeurtenissen iemand een notificatie krijgt. Een hogere app meldt haar soorten aan; wij kennen haar niet."""

from collections.abc import Callable, Collection
from uuid import UUID

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.volgers import volg, volger
from portaal.notificaties.handelingen.klaarzetten import VOLGER, zet_klaar
from portaal.notificaties.herinneren import Momenten, herinner_regel, regel_van

Ontvangers = Callable[[Gebeurtenis], Collection[UUID]]

_meldt: set[Soort] = set()
_herinnert: set[Soort] = set()
_ontvangers: dict[Soort, Ontvangers] = {}


def meld_over(soorten: Collection[Soort], ontvangers: Ontvangers | None = None) -> None:
    """Stuur de betrokkene voortaan ook bij deze gebeurtenissen een notificatie.

    De gebeurtenis draagt in `feiten` wat erin mag: aard, handelingsperspectief en termijn (jjjj-mm-dd), verder niets.
    Gaat de gebeurtenis meer mensen aan dan haar betrokkene, dan zegt `ontvangers` wie het moeten horen (niemand mag ook).
    """
    if ontvangers is not None:
        _ontvangers.update(dict.fromkeys(soorten, ontvangers))
    _meldt.update(soorten)
    _volg(soorten)


def herinner_aan(record_soort: str, soorten: Collection[Soort], momenten: Momenten) -> None:
    """Herinner de betrokkene aan dit soort record op de dagen die `momenten(record)` noemt.

    Na elk van deze gebeurtenissen wordt opnieuw gepland. Op de dag zelf wordt nog eens gevraagd of het nodig is: geeft
    `momenten` dan niets, dan gaat er niets uit.
    """
    herinner_regel(record_soort, momenten)
    _herinnert.update(soorten)
    _volg(soorten)


def _volg(soorten: Collection[Soort]) -> None:
    bestaand = volger(VOLGER)
    volg(VOLGER, frozenset(soorten) | (bestaand.soorten if bestaand else frozenset()), _meld)


def _meld(gebeurtenis: Gebeurtenis) -> None:
    soort = Soort(gebeurtenis.soort)
    herinner = regel_van(gebeurtenis) if soort in _herinnert else None
    ontvangers = _ontvangers.get(soort)
    if soort not in _meldt:
        zet_klaar(gebeurtenis, voor=[], herinner=herinner)
    else:
        zet_klaar(gebeurtenis, voor=ontvangers(gebeurtenis) if ontvangers else None, herinner=herinner)
