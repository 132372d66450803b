"""Een medewerker hoort dat er koppelfouten zijn, ook als hij niet in het beheer kijkt."""

import logging
from collections import Counter
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from portaal.objecten import handelingen
from portaal.objecten.models import Koppeling

log = logging.getLogger(__name__)


def vertel_koppelfouten() -> int:
    """Stuur per koppeling met een contactadres één e-mail over wat er bij kwam; geeft het aantal e-mails.

    Zonder persoonsgegevens: alleen soorten en aantallen. Lukt het niet, dan de volgende ronde. Valt de worker uit tussen
    versturen en onthouden, dan komt dezelfde e-mail nog eens.
    """
    aantal = 0
    for koppeling in Koppeling.objects.exclude(contact="").select_related("applicatie"):
        fouten = handelingen.onverteld(koppeling)
        if not fouten:
            continue
        per_soort = Counter(str(fout.get_soort_display()) for fout in fouten)
        regels = [f"- {soort}: {hoe_vaak}" for soort, hoe_vaak in per_soort.most_common()]
        lijst = settings.PORTAAL_URL + reverse("admin:portaal_objecten_koppelfout_changelist")
        bericht = EmailMessage(
            f"{settings.PORTAAL_NAAM}: koppelfouten bij {koppeling}",
            "\n".join(
                [
                    f"Tussen de portaal en {koppeling} is iets misgegaan dat iemand moet bekijken:",
                    "",
                    *regels,
                    "",
                    f"In de lijst staat bij elke fout wat u kunt doen: {lijst}",
                    "",
                ]
            ),
            to=[koppeling.contact],
        )
        try:
            bericht.send()
        except (OSError, SMTPException) as fout:
            log.warning("koppelfouten_niet_verteld koppeling=%s fout=%s", koppeling.pk, type(fout).__name__)
            continue
        handelingen.zet_verteld(fouten)
        aantal += 1
    return aantal
