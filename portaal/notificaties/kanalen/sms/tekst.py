"""De tekst van een sms: één bericht van ten hoogste 160 tekens uit het alfabet van gsm (GSM 03.38)."""

import unicodedata
from collections.abc import Sequence

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from portaal.notificaties.opstellen import Melding, gegevens

HOOGSTENS = 160
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def naar_gsm7(tekst: str) -> str:
    """Dezelfde tekst in het alfabet van gsm: een letter die er niet in zit verliest haar accent, een ander teken valt weg."""

    def teken(t: str) -> str:
        kaal = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "}.get(t, t)
        if kaal in _GSM7:
            return kaal
        return "".join(deel for deel in unicodedata.normalize("NFKD", kaal) if deel in _GSM7)

    return "".join(teken(t) for t in tekst)


def stel_op(meldingen: Sequence[Melding], taal: str) -> str:
    """De sms over deze meldingen. Past het niet, dan wordt de naam van de organisatie korter; de rest blijft staan."""
    with translation.override(taal):
        inhoud = gegevens(meldingen)
        termijn = min((m.termijn for m in meldingen if m.termijn), default=None)
        aantal = len(meldingen)
        if aantal > 1:
            kern = _("{n} berichten voor u van {wie}.")
        elif meldingen[0].herinnering:
            kern = _("Herinnering van {wie}.")
        elif inhoud["reactie_nodig"]:
            kern = _("{wie} vraagt iets van u.")
        else:
            kern = _("Bericht voor u van {wie}.")
        delen = [kern]
        if termijn is not None:
            delen.append(_("Reageer uiterlijk {dag}.").format(dag=formats.date_format(termijn, "j-n-Y")))
        delen.append(_("Ga zelf naar {host} en log in.").format(host=inhoud["host"]))
        zin = " ".join(delen)
        return _passend(zin, inhoud["organisatie"], aantal)


def stel_verificatie_op(code: str, taal: str) -> str:
    """De sms met de code om een nummer te bevestigen."""
    with translation.override(taal):
        zin = _("{code} is uw code voor {wie}. Geef deze code aan niemand.").replace("{code}", code)
        return _passend(zin, settings.PORTAAL_NAAM, 0)


def _passend(zin: str, wie: str, aantal: int) -> str:
    """Vul de naam in, zo nodig afgekapt met punten."""
    voor, _wie, na = zin.replace("{n}", str(aantal)).partition("{wie}")
    voor, naam, na = naar_gsm7(voor), naar_gsm7(wie), naar_gsm7(na)
    ruimte = HOOGSTENS - len(voor) - len(na)
    if len(naam) > ruimte:
        naam = naam[: max(ruimte - 3, 0)].rstrip() + "..."
    return (voor + naam + na)[:HOOGSTENS]
