"""Een dagelijks anker: een vingerafdruk van het boek in het logboek van de server, dus buiten de database.

Wie in de database een heel record met zijn keten laat verdwijnen, laat geen gebroken keten achter. Het anker van die dag
klopt dan niet meer.
"""

import hashlib
from datetime import date, datetime, time, timedelta

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.tijd import AMSTERDAM


def anker_van(dag: date) -> tuple[int, str]:
    """Hoeveel gebeurtenissen er op deze dag (in Amsterdam) waren, en de SHA-256 over hun schakels op volgnummer."""
    begin = datetime.combine(dag, time.min, AMSTERDAM)
    einde = datetime.combine(dag + timedelta(days=1), time.min, AMSTERDAM)
    afdruk, aantal = hashlib.sha256(), 0
    rijen = Gebeurtenis.objects.filter(op__gte=begin, op__lt=einde).order_by("volgnummer")
    for schakel in rijen.values_list("hash", flat=True).iterator(chunk_size=5000):
        afdruk.update(bytes(schakel))
        aantal += 1
    return aantal, afdruk.hexdigest()
