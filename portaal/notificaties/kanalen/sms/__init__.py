"""Sms, over de HTTP-API van NotifyNL of GOV.UK Notify. Ten hoogste 160 tekens, alleen overdag."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from portaal.notificaties.kanalen.sms import notify
from portaal.notificaties.kanalen.sms.tekst import stel_op, stel_verificatie_op
from portaal.notificaties.opstellen import Melding
from portaal.tijd import AMSTERDAM

STANDAARD_AAN = False
VROEGST, LAATST = time(9), time(20)  # in Amsterdam


def beschikbaar() -> bool:
    """Of er een sms-dienst is ingesteld."""
    return bool(settings.SMS_URL)


def maak_gelijk(adres: str) -> str:
    """Een mobiel nummer met landcode (E.164); zonder landcode is het Nederlands. Anders `ValueError`."""
    kaal = re.sub(r"[\s().-]", "", adres)
    kaal = re.sub(r"^00", "+", kaal)
    kaal = re.sub(r"^0(?=6)", "+31", kaal)
    kaal = re.sub(r"^\+310(?=6)", "+31", kaal)
    if not re.fullmatch(r"\+316\d{8}|\+(?!31)[1-9]\d{7,14}", kaal):
        raise ValueError(
            _("Vul een mobiel nummer in, zoals 06 12345678. Komt het uit een ander land? Begin met + en de landcode.")
        )
    return kaal


def vanaf(moment: datetime) -> datetime:
    """Tussen 9 en 20 uur in Amsterdam meteen; anders de eerstvolgende ochtend om 9 uur."""
    lokaal = moment.astimezone(AMSTERDAM)
    if VROEGST <= lokaal.time() < LAATST:
        return moment
    dag = lokaal.date() + timedelta(days=lokaal.time() >= LAATST)
    return datetime.combine(dag, VROEGST, AMSTERDAM)


def verstuur(adres: str, meldingen: Sequence[Melding], kenmerk: UUID, taal: str, afmelden: str, opnieuw: bool) -> str:
    """Zie `Zender`. Bij een tweede poging vraagt zij eerst of de dienst het bericht al heeft."""
    return notify.verstuur(adres, stel_op(meldingen, taal), str(kenmerk), opnieuw=opnieuw)


def verstuur_verificatie(adres: str, kenmerk: UUID, taal: str, code: str, link: str) -> None:
    """Zie `Zender`. Alleen de code: een link past niet, en een link in een sms wantrouwt iedereen terecht."""
    notify.verstuur(adres, stel_verificatie_op(code, taal), str(kenmerk), opnieuw=False)


def sluit() -> None:
    """Er blijft niets open."""
