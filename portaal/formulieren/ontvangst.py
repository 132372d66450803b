"""Het bewijs van ontvangst als pdf: wat iemand stuurde, wanneer en aan wie (Awb 2:17, tweede lid)."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portaal.formulieren.definitie import Ingevuld
from portaal.pdf import maak_pdf


def ontvangstbewijs(
    titel: str, ontvanger: str, op: datetime, antwoorden: Ingevuld, *, referentie: str = ""
) -> HttpResponse:
    """De pdf als bijlage. In de bestandsnaam staat alleen de referentie of de dag, niets over de persoon."""
    moment = formats.date_format(timezone.localtime(op), "DATETIME_FORMAT")
    kenmerken = [(_("Uw referentie"), referentie)] * bool(referentie)
    kenmerken += [(_("Ontvangen op"), moment), (_("Ontvangen door"), ontvanger)]
    gegevens = {
        "titel": titel,
        "organisatie": settings.ORGANISATIE_NAAM,
        "kenmerken": kenmerken,
        "kop": _("Wat u heeft gestuurd"),
        "antwoorden": antwoorden.rijen(),
    }
    antwoord = HttpResponse(maak_pdf("ontvangst", gegevens), content_type="application/pdf")
    naam = referentie or timezone.localtime(op).date().isoformat()
    antwoord.headers["Content-Disposition"] = f'attachment; filename="ontvangst-{naam}.pdf"'
    return antwoord
