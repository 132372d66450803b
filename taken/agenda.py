"""De laatste dag van een taak als afspraak voor een agenda: iCalendar (RFC 5545). Zuivere functies.

Neutraal: een agenda wordt gedeeld, dus geen titel, zaak of toelichting. De UID blijft gelijk en SEQUENCE loopt op met de
versie van de taak, zodat nog eens binnenhalen de afspraak bijwerkt; hoeft het niet meer, dan schrapt METHOD:CANCEL haar.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext

from taken.models import Taak

REGELLENGTE = 75  # bytes, zonder regeleinde (RFC 5545, 3.1)


def agendapunt(taak: Taak, op: datetime, portaal_url: str) -> str:
    """De afspraak, een dag lang, met een herinnering de dag ervoor. De taak heeft een laatste dag."""
    dag = taak.einddatum_handelingstermijn
    assert dag is not None
    telt = taak.open and taak.gemeld_op is None
    organisatie = taak.applicatie.organisatie.naam
    regels = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//mijn-omgeving//taken//NL",
        f"METHOD:{'PUBLISH' if telt else 'CANCEL'}",
        "BEGIN:VEVENT",
        f"UID:taak-{taak.pk}@{urlsplit(portaal_url).hostname}",
        f"SEQUENCE:{taak.versie}",
        f"DTSTAMP:{op.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{dag:%Y%m%d}",
        f"DTEND;VALUE=DATE:{dag + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_tekst(gettext('Laatste dag voor uw taak van {org}').format(org=organisatie))}",
        f"DESCRIPTION:{_tekst(gettext('Log zelf in bij het portaal om de taak te bekijken.'))}",
        f"STATUS:{'CONFIRMED' if telt else 'CANCELLED'}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
    ]
    if telt:
        regels += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_tekst(gettext('Morgen is de laatste dag voor een taak.'))}",
            "TRIGGER:-P1D",
            "END:VALARM",
        ]
    regels += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{deel}\r\n" for regel in regels for deel in [_vouw(regel)])


def _tekst(waarde: str) -> str:
    """Met de tekens die in een tekstwaarde iets betekenen ontsnapt (RFC 5545, 3.3.11)."""
    for teken in "\\;,":
        waarde = waarde.replace(teken, "\\" + teken)
    return waarde.replace("\r\n", "\\n").replace("\n", "\\n")


def _vouw(regel: str) -> str:
    """Een lange regel in stukken van hooguit 75 bytes, nooit midden in een teken; elk vervolg begint met een spatie."""
    delen, deel, lengte = [], "", 0
    for teken in regel:
        breedte = len(teken.encode())
        if lengte + breedte > REGELLENGTE:
            delen.append(deel)
            deel, lengte = " ", 1
        deel, lengte = deel + teken, lengte + breedte
    return "\r\n".join([*delen, deel])
