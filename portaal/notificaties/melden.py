"""Over welke gebeurtenissen iemand een notificatie krijgt. Een hogere app meldt haar soorten aan; wij kennen haar niet."""

from collections.abc import Callable, Collection
from uuid import UUID

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.volgers import volg, volger
from portaal.notificaties.handelingen import VOLGER, zet_klaar

Ontvangers = Callable[[Gebeurtenis], Collection[UUID]]

_ontvangers: dict[Soort, Ontvangers] = {}


def meld_over(soorten: Collection[Soort], ontvangers: Ontvangers | None = None) -> None:
    """Stuur de betrokkene voortaan ook bij deze gebeurtenissen een notificatie.

    De gebeurtenis draagt in `feiten` wat erin mag: aard, handelingsperspectief en termijn (jjjj-mm-dd), verder niets.
    Gaat de gebeurtenis meer mensen aan dan haar betrokkene, dan zegt `ontvangers` wie het moeten horen (niemand mag ook).
    """
    bestaand = volger(VOLGER)
    if ontvangers is not None:
        _ontvangers.update(dict.fromkeys(soorten, ontvangers))
    volg(VOLGER, frozenset(soorten) | (bestaand.soorten if bestaand else frozenset()), _meld)


def _meld(gebeurtenis: Gebeurtenis) -> None:
    ontvangers = _ontvangers.get(Soort(gebeurtenis.soort))
    zet_klaar(gebeurtenis, voor=ontvangers(gebeurtenis) if ontvangers else None)
