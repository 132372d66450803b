"""Een taak die eerder kwam dan haar zaak."""

from uuid import UUID

from django.db import transaction

from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.partij import PORTAAL
from portaal.zaken.models import ZaakSleutel
from portaal.zaken.sleutels import als_tekst
from taken.handelingen.basis import leg_taak_vast, vergrendel
from taken.models import Taak


def bind_zaken(gebeurtenis: Gebeurtenis) -> None:
    """Volger: een zaak is bekend geworden. Bind de taken van haar organisatie die al op een van haar namen wachtten."""
    if gebeurtenis.zaak is None:
        return
    sleutels = ZaakSleutel.objects.filter(zaak=gebeurtenis.zaak).values_list("soort", "waarde")
    namen = als_tekst((ZaakSleutel.Soort(soort), waarde) for soort, waarde in sleutels)
    wachtend = Taak.objects.als_systeem("taken die eerder kwamen dan hun zaak").filter(
        wacht_op_zaak__overlap=namen, applicatie__organisatie=gebeurtenis.organisatie
    )
    for pk in list(wachtend.values_list("pk", flat=True)):
        bind_zaak(pk, gebeurtenis.zaak)


@transaction.atomic
def bind_zaak(pk: UUID, zaak: UUID) -> Taak:
    """Deze taak hoort bij die zaak. Is de taak al gebonden, dan blijft het zoals het is."""
    taak = vergrendel(pk, PORTAAL)
    if taak.wacht_op_zaak is not None:
        taak.zaak_id, taak.wacht_op_zaak = zaak, None
        leg_taak_vast(taak, Soort.TAAK_ZAAK, PORTAAL)
    return taak
