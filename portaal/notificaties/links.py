"""De code en de links waarmee iemand iets bevestigt of zich afmeldt. Ondertekend; er wordt niets van bewaard."""

import hmac
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

_BEVESTIG, _AFMELD = "notificaties.bevestig", "notificaties.afmeld"
CIJFERS = 6


def code_van(verificatie: UUID) -> str:
    """De code van zes cijfers bij deze verificatie: een HMAC, dus zonder het geheim van de portaal niet te raden."""
    getal = int.from_bytes(salted_hmac(_BEVESTIG, str(verificatie), algorithm="sha256").digest()[:8], "big")
    return f"{getal % 10**CIJFERS:0{CIJFERS}d}"


def code_klopt(verificatie: UUID, code: str) -> bool:
    """Of dit de code is; in gelijke tijd, ook als hij fout is."""
    return hmac.compare_digest(code_van(verificatie).encode(), code.encode("utf-8", "replace"))


def bevestiglink(verificatie: UUID) -> str:
    """Het adres in de e-mail waarmee iemand bevestigt."""
    return f"{settings.PORTAAL_URL}/adres-bevestigen/{signing.dumps(str(verificatie), salt=_BEVESTIG)}"


def lees_bevestiglink(teken: str) -> UUID | None:
    """De verificatie in de link, of None als de link niet van ons is. Of zij nog geldt staat bij de verificatie zelf."""
    return _lees(teken, _BEVESTIG)


def afmeldlink(gegevens: UUID) -> str:
    """Het adres om met één klik af te melden (RFC 8058). Het verloopt niet: een oude e-mail moet ook werken."""
    return f"{settings.PORTAAL_URL}/afmelden/{signing.dumps(str(gegevens), salt=_AFMELD)}"


def lees_afmeldlink(teken: str) -> UUID | None:
    """De contactgegevens in de link, of None als de link niet van ons is."""
    return _lees(teken, _AFMELD)


def _lees(teken: str, zout: str) -> UUID | None:
    try:
        return UUID(signing.loads(teken, salt=zout))
    except (signing.BadSignature, ValueError):
        return None
