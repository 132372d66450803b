"""Controle bij de start: het bestand met inlogmiddelen klopt."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from portaal.inloggen.inlogmiddelen import InlogmiddelenFout, inlogmiddelen
from portaal.inloggen.medewerkers import ROLLEN


@register()
def inlogmiddelen_kloppen(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Elke fout in het bestand als eigen melding; geen enkel middel is een waarschuwing, want dan kan niemand erin."""
    bestand = settings.INLOGMIDDELEN_BESTAND or "INLOGMIDDELEN_BESTAND is leeg"
    hint = f"Bestand: {bestand}. Voorbeeld: deploy/inlogmiddelen.voorbeeld.toml."
    try:
        middelen = inlogmiddelen()
    except InlogmiddelenFout as fout:
        return [Error(regel, hint=hint, id="inloggen.E001") for regel in fout.fouten]
    onbekend = [
        Error(f"{m.sleutel}: rol {rol!r} bestaat niet; kies uit {', '.join(ROLLEN)}.", hint=hint, id="inloggen.E002")
        for m in middelen.values()
        for rol in sorted(set(m.rollen.values()) - set(ROLLEN))
    ]
    if not middelen:
        return [Warning("Er is geen inlogmiddel ingesteld: niemand kan inloggen.", hint=hint, id="inloggen.W001")]
    return list(onbekend)
