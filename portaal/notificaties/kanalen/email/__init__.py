"""E-mail, over SMTP. Eén verbinding per ronde van de worker."""

import re
import smtplib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from portaal.gebeurtenissen.wachtrij import NietOpnieuwError
from portaal.notificaties.opstellen import Melding, gegevens

STANDAARD_AAN = True
BLIJVEND = 500  # vanaf deze SMTP-code heeft opnieuw proberen geen zin (RFC 5321, 4.2.1)
_ONS_PROBLEEM = re.compile(rb"\b5\.7\.\d")  # beleid of rechten (RFC 3463): dat ligt niet aan het adres

_draad = threading.local()  # elke draad zijn eigen verbinding


def beschikbaar() -> bool:
    """Altijd: een mailserver is verplicht."""
    return True


def maak_gelijk(adres: str) -> str:
    """Zonder spaties eromheen, de host in kleine letters; `ValueError` als het geen e-mailadres is."""
    naam, apenstaart, host = adres.strip().rpartition("@")
    gelijk = f"{naam}{apenstaart}{host.lower()}"
    try:
        validate_email(gelijk)
        gelijk.encode("ascii")
    except (ValidationError, UnicodeEncodeError) as fout:
        raise ValueError(_("Vul een e-mailadres in, zoals naam@voorbeeld.nl.")) from fout
    if len(gelijk) > 254:
        raise ValueError(_("Dit e-mailadres is te lang."))
    return gelijk


def vanaf(moment: datetime) -> datetime:
    """Een e-mail stoort niemand: meteen."""
    return moment


class Mail(EmailMultiAlternatives):
    """Een e-mail met de tekst van een `Brief`: alleen de koppen van deze ontvanger zijn nieuw.

    Python heeft meer tijd nodig om een e-mail op te maken dan om haar te versturen, en bij een stapel is de tekst steeds
    dezelfde. Daarom gaat de opgemaakte brief mee zoals zij is, met onze koppen ervoor.
    """

    def __init__(self, brief: "Brief", adres: str, koppen: dict[str, str]) -> None:
        super().__init__(subject=brief.onderwerp, body=brief.tekst, to=[adres], headers=koppen)
        self.attach_alternative(brief.html, "text/html")
        self._rauw = brief.rauw

    def message(self, *niets: object, **geen: object) -> "Rauw":  # type: ignore[override]
        """De hele e-mail, opgemaakt. `BadHeaderError` als er een nieuwe regel in een kop staat."""
        koppen = {"To": self.to[0], "Date": formatdate(), **self.extra_headers}
        if any(teken in str(waarde) for waarde in koppen.values() for teken in "\r\n"):
            raise BadHeaderError
        boven = "".join(f"{naam}: {waarde}\r\n" for naam, waarde in koppen.items())
        return Rauw(boven.encode("ascii") + self._rauw)


class Rauw:
    """Een opgemaakte e-mail, met zoveel van `email.message.Message` als Django voor het versturen nodig heeft."""

    def __init__(self, rauw: bytes) -> None:
        self._rauw = rauw

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\r\n") -> bytes:
        """Zoals zij over de lijn gaat."""
        return self._rauw

    def as_string(self, unixfrom: bool = False, linesep: str = "\r\n") -> str:
        """Om te lezen."""
        return self._rauw.decode()


@dataclass(frozen=True)
class Brief:
    """De tekst van een e-mail, in tekst en HTML, en opgemaakt zonder de koppen van een ontvanger (`rauw`)."""

    onderwerp: str
    tekst: str
    html: str
    rauw: bytes


@lru_cache(maxsize=256)
def _brief(taal: str, afmelden: bool, gegevens: tuple[tuple[str, Any], ...]) -> Brief:
    """De brief met deze gegevens; alles wat de sjablonen krijgen is de sleutel."""
    inhoud = {**dict(gegevens), "taal": taal, "afmelden": afmelden}
    with translation.override(taal):
        onderwerp = " ".join(render_to_string("notificaties/onderwerp.html", inhoud).split())
        tekst = render_to_string("notificaties/bericht.txt", inhoud)
        html = render_to_string("notificaties/bericht.html", inhoud)
    voorbeeld = EmailMultiAlternatives(subject=onderwerp, body=tekst)
    voorbeeld.attach_alternative(html, "text/html")
    opgemaakt = voorbeeld.message()
    for kop in ("Date", "Message-ID"):  # die zijn van de ene e-mail, niet van de brief
        del opgemaakt[kop]
    return Brief(onderwerp, tekst, html, opgemaakt.as_bytes(linesep="\r\n"))  # type: ignore[call-arg]  # dat van Django kan het


def stel_op(adres: str, meldingen: Sequence[Melding], kenmerk: UUID, taal: str, afmelden: str) -> Mail:
    """De e-mail, in tekst en HTML. De Message-ID volgt uit het kenmerk: na een storing is het dezelfde e-mail."""
    koppen = {
        "Message-ID": f"<{kenmerk}@{_domein()}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: een afwezigheidsmelding hoeft niet terug
    }
    if afmelden:  # RFC 8058: het mailprogramma meldt af met één klik
        koppen |= {"List-Unsubscribe": f"<{afmelden}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    inhoud = {**gegevens(meldingen), "meldingen": tuple(meldingen)}
    return Mail(_brief(taal, bool(afmelden), tuple(inhoud.items())), adres, koppen)


def verstuur(adres: str, meldingen: Sequence[Melding], kenmerk: UUID, taal: str, afmelden: str, opnieuw: bool) -> str:
    """Zie `Zender`. De Message-ID is het kenmerk; een dienst die bezorgt is er niet."""
    _lever(stel_op(adres, meldingen, kenmerk, taal, afmelden))
    return ""


def verstuur_verificatie(adres: str, kenmerk: UUID, taal: str, code: str, link: str) -> None:
    """Zie `Zender`."""
    with translation.override(taal):
        inhoud = {"code": code, "link": link, "taal": taal, "portaal": settings.PORTAAL_NAAM}
        inhoud["organisatie"] = settings.ORGANISATIE_NAAM
        bericht = EmailMultiAlternatives(
            subject=_("Bevestig uw e-mailadres"),
            body=render_to_string("notificaties/verificatie.txt", inhoud),
            to=[adres],
            headers={"Message-ID": f"<{kenmerk}@{_domein()}>", "Auto-Submitted": "auto-generated"},
        )
        bericht.attach_alternative(render_to_string("notificaties/verificatie.html", inhoud), "text/html")
    _lever(bericht)


def sluit() -> None:
    """Zeg de mailserver gedag."""
    verbinding = getattr(_draad, "verbinding", None)
    _draad.verbinding = None
    if verbinding is not None:
        verbinding.close()


def _lever(bericht: EmailMultiAlternatives) -> None:
    """Over de open verbinding. Na een fout is die van ons af: de volgende e-mail begint schoon."""
    try:
        if getattr(_draad, "verbinding", None) is None:
            _draad.verbinding = get_connection()
            _draad.verbinding.open()
        _draad.verbinding.send_messages([bericht])
    except BaseException as fout:
        sluit()
        if _weigert_adres(fout):
            raise NietOpnieuwError("de mailserver weigert dit adres") from None
        raise


def _weigert_adres(fout: BaseException) -> bool:
    """Of de mailserver blijvend zegt dat dit adres niet kan, en het niet aan ons ligt."""
    if isinstance(fout, smtplib.SMTPRecipientsRefused):
        antwoorden = list(fout.recipients.values())
    elif isinstance(fout, smtplib.SMTPDataError):
        antwoorden = [(fout.smtp_code, fout.smtp_error if isinstance(fout.smtp_error, bytes) else b"")]
    else:
        return False
    return all(code >= BLIJVEND and not _ONS_PROBLEEM.search(uitleg) for code, uitleg in antwoorden)


def _domein() -> str:
    return urlsplit(settings.PORTAAL_URL).hostname or "localhost"
