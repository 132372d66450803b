"""Welk pad hoort bij welke sessie, en welke pagina's zonder inloggen te zien zijn."""

import re

from django.conf import settings

_API = re.compile(r"/(?:[a-z][a-z0-9-]*/api|kic/v1)(?:/|$)")

# Elke pagina vraagt een inlog, behalve deze. Een nieuwe pagina is dus vanzelf dicht; hier staat waarom iets open is.
OPENBAAR = {
    "/": "het begin: kiezen hoe u inlogt",
    "/inloggen": "kiezen hoe u inlogt, en waarom u bent uitgelogd",
    "/uitloggen": "uitloggen mag altijd, ook als de sessie al voorbij is",
    "/uitgelogd": "de bevestiging",
    "/sessie/verlengen": "antwoordt zelf 401, want een script vraagt het",
    "/taal": "taalkeuze, ook vóór het inloggen",
    "/contact": "hulp als inloggen niet lukt",
    "/privacy": "uitleg die iedereen moet kunnen lezen (AVG artikel 13)",
    "/toegankelijkheid": "de verklaring (Besluit digitale toegankelijkheid overheid)",
    "/favicon.ico": "een browser vraagt het vanzelf",
    "/robots.txt": "idem",
    "/.well-known/security.txt": "waar iemand een kwetsbaarheid meldt (RFC 9116)",
}
OPENBAAR_ONDER = {
    "/inloggen/": "de stappen van het inloggen zelf",
    "/adres-bevestigen/": "de ondertekende link in een e-mail; wie haar opent leest dat adres",
    "/afmelden/": "idem; een mailprogramma meldt af zonder inlog (RFC 8058)",
}

# Wie alleen mag kijken verstuurt niets, behalve dit: het verandert niets voor de organisatie.
OOK_VOOR_LEZERS = {
    "/uitloggen": "uitloggen mag altijd",
    "/sessie/verlengen": "langer kijken",
    "/taal": "taalkeuze",
    "/inloggen/namens": "namens een andere ketenpartner verder gaan",
}
# Wat iemand las of opborg is van hemzelf, niet van de organisatie.
_LEESSTAND = re.compile(r"/berichten/[0-9a-f-]+/(ongelezen|archiveer|uit-archief)")


def mag_een_lezer(methode: str, pad: str) -> bool:
    """Of wie alleen mag kijken dit verzoek mag doen. Een nieuwe pagina die iets verandert is vanzelf dicht."""
    return methode in ("GET", "HEAD", "OPTIONS") or pad in OOK_VOOR_LEZERS or bool(_LEESSTAND.fullmatch(pad))


def is_beheer(pad: str) -> bool:
    """Of dit pad bij het beheer hoort."""
    return pad == settings.BEHEER_COOKIE_PATH or pad.startswith(settings.BEHEER_COOKIE_PATH + "/")


def zonder_sessie(pad: str) -> bool:
    """Of dit pad voor systemen is: de API, de controle op gezondheid, bestanden, de simulator van de inlogdienst, en wat
    een betaaldienst meldt (met haar eigen handtekening)."""
    return bool(_API.match(pad)) or pad.startswith(("/-/", settings.STATIC_URL, "/demo/oidc/", "/betaaldienst/"))


def is_openbaar(pad: str) -> bool:
    """Of deze pagina zonder inloggen te zien is. Wat voor systemen is heeft een eigen slot en telt hier als open."""
    return pad in OPENBAAR or pad.startswith(tuple(OPENBAAR_ONDER)) or zonder_sessie(pad) or _is_demo(pad)


def _is_demo(pad: str) -> bool:
    return bool(settings.DEMO) and pad.startswith("/demo/")
