"""Controle bij de start: waar definities vandaan mogen komen is goed ingesteld."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def adressen_kloppen(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Elk adres is volledig en eindigt op een schuine streep; elk intern netwerk is een netwerk."""
    fouten: list[CheckMessage] = []
    for adres in settings.FORMULIER_ADRESSEN:
        delen = urlsplit(adres)
        schema_mag = delen.scheme == "https" or (delen.scheme == "http" and settings.FORMULIER_INTERN)
        if not schema_mag or not delen.hostname or delen.query or not delen.path.endswith("/"):
            uitleg = "begin met https:// en eindig met /, zoals https://formulieren.gemeente.nl/."
            fouten.append(Error(f"FORMULIER_ADRESSEN: {adres}: {uitleg}", id="portaal_formulieren.E001"))
    for net in settings.FORMULIER_INTERN:
        try:
            ipaddress.ip_network(net)
        except ValueError:
            uitleg = f"FORMULIER_INTERN: {net} is geen netwerk, zoals 10.1.0.0/16."
            fouten.append(Error(uitleg, id="portaal_formulieren.E002"))
    return fouten
