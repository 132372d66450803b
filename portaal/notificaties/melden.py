"""Over welke gebeurtenissen iemand een notificatie krijgt. Een hogere app meldt haar soorten aan; wij kennen haar niet."""

from collections.abc import Collection

from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.volgers import volg, volger
from portaal.notificaties.handelingen import VOLGER, zet_klaar


def meld_over(soorten: Collection[Soort]) -> None:
    """Stuur de betrokkene voortaan ook bij deze gebeurtenissen een notificatie.

    De gebeurtenis draagt in `feiten` wat erin mag: aard, handelingsperspectief en termijn (jjjj-mm-dd), verder niets.
    """
    bestaand = volger(VOLGER)
    volg(VOLGER, frozenset(soorten) | (bestaand.soorten if bestaand else frozenset()), zet_klaar)
