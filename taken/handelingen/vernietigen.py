"""De bewaartermijn van een taak is voorbij: wat erin stond gaat weg, dat zij er was blijft."""

from typing import Any
from uuid import UUID

from django.db import transaction

from portaal.bestanden.handelingen import vernietig_bij
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.partij import PORTAAL
from portaal.notificaties.handelingen import annuleer_wachtende
from portaal.tijd import nu, vandaag
from taken.handelingen.basis import leg_taak_vast
from taken.models import Betaling, Taak, TaakConcept

# Wat iemand las, invulde of stuurde, en waarmee een ander systeem de taak kent.
LEEG: dict[str, Any] = {
    **dict.fromkeys(("titel", "toelichting", "reden", "uitstel_reden", "termijn_zoals_gestuurd", "uitvoer_host"), ""),
    **dict.fromkeys(("bron_referentie", "verwerker_taak_id", "toegewezen_aan"), ""),
    **dict.fromkeys(("gegevens", "payload", "terugmeldingen", "uitstel_waarom", "dubbel_sleutel", "wacht_op_zaak")),
    "details": {},
    "vertalingen": {},
    "is_gerelateerd_aan": [],
    "vingerafdruk": b"",
}


@transaction.atomic
def vernietig(pk: UUID) -> bool:
    """Vernietig de inhoud van deze taak; False als de termijn niet voorbij is, zij al is vernietigd, of er nog geld is
    uit te zoeken.

    Voor de persoon en de API is de taak er daarna niet meer. Het boek houdt wat er gebeurde en de vingerafdrukken.
    """
    taken = Taak.objects.als_systeem("de bewaartermijn is voorbij").met_context().select_for_update(of=("self",))
    taak = taken.filter(pk=pk, vernietigd_op=None, bewaren_tot__lt=vandaag()).first()
    if taak is None or taak.open:
        return False
    betalingen = Betaling.objects.als_systeem("de bewaartermijn is voorbij").filter(taak=taak)
    if betalingen.filter(uitzoeken=True, uitgezocht_op=None).exists():
        return False  # er is nog geld uit te zoeken; daarna gaat de taak alsnog weg
    betalingen.delete()
    annuleer_wachtende(taak.record_soort, taak.pk)
    taak.refresh_from_db(fields=["gebeurtenissen_aantal", "gebeurtenissen_hash"])
    TaakConcept.objects.als_systeem("een concept gaat met de taak mee").filter(taak=taak).delete()
    vernietig_bij(taak.record_soort, taak.pk)
    for naam, waarde in LEEG.items():
        setattr(taak, naam, waarde)
    taak.vernietigd_op = nu()
    leg_taak_vast(taak, Soort.TAAK_VERNIETIGD, PORTAAL)
    return True
