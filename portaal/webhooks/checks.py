"""Controles bij de start: de instelling klopt, en de feed loopt niet achter op een teruggezette database."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.security)
def intern_netwerk_klopt(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Elk stuk van WEBHOOKS_INTERN is een netwerk."""
    fouten: list[CheckMessage] = []
    for net in settings.WEBHOOKS_INTERN:
        try:
            ipaddress.ip_network(net)
        except ValueError:
            fouten.append(Error(f"WEBHOOKS_INTERN: {net} is geen netwerk, zoals 10.1.0.0/16.", id="portaal.E020"))
    return fouten


@register(Tags.security)
def proxy_klopt(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """UITGAANDE_PROXY is leeg, of het adres van een proxy. De fout noemt het adres niet: er kan een wachtwoord in staan."""
    try:
        delen = urlsplit(settings.UITGAANDE_PROXY)
        goed = not settings.UITGAANDE_PROXY or (delen.scheme == "http" and delen.hostname and delen.port != 0)
    except ValueError:
        goed = False
    return [] if goed else [Error("UITGAANDE_PROXY is geen adres, zoals http://proxy.intern:3128.", id="portaal.E022")]


@register(Tags.database)
def feed_loopt(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Na het terugzetten van een dump begint PostgreSQL zijn transactienummers opnieuw; dan staat de feed stil."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('portaal_gebeurtenissen_gebeurtenis')")
        if cursor.fetchone() == (None,):
            return []
        cursor.execute(
            "SELECT xid8 >= pg_snapshot_xmax(pg_current_snapshot()) FROM portaal_gebeurtenissen_gebeurtenis"
            " ORDER BY volgnummer DESC LIMIT 1"
        )
        rij = cursor.fetchone()
    if rij is not None and rij[0]:
        return [
            Error(
                "De transactienummers van deze database lopen achter op het gebeurtenissenboek: de feed staat stil.",
                hint="Zie docs/gebeurtenissen.md, 'Een database terugzetten'.",
                id="portaal.E021",
            )
        ]
    return []
