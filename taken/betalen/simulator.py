"""Een nagespeelde betaaldienst voor de demo en de tests: er gaat geen geld om, de handtekeningen zijn echt.

De opdracht en de melding zijn JSON met een HMAC-SHA256 erachter, met een sleutel die van SECRET_KEY is afgeleid.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from portaal.versleuteling import vaste_json
from taken.betalen import Begonnen, Melding, NietEchtError, Opdracht
from taken.models import BetalingStand


class Simulator:
    """Doet alsof zij een bank is. Haar betaalpagina staat in de demo, op `/demo/betalen`."""

    naam = "simulator"
    hosts = ["'self'"]

    def begin(self, opdracht: Opdracht) -> Begonnen:
        """Zet klaar: het adres draagt de hele opdracht, ondertekend."""
        kenmerk = f"sim-{opdracht.betaling}"
        velden = {
            "betaling": str(opdracht.betaling), "kenmerk": kenmerk, "centen": opdracht.centen,
            "omschrijving": opdracht.omschrijving, "terug": opdracht.terug, "meld": opdracht.meld,
        }  # fmt: skip
        return Begonnen(kenmerk, f"{settings.PORTAAL_URL}/demo/betalen?opdracht={onderteken(velden)}")

    def lees_melding(self, koppen: Mapping[str, str], inhoud: bytes) -> Melding:
        """De inhoud is de ondertekende melding zelf."""
        return self._melding(inhoud.decode("ascii", "replace"))

    def vraag_op(self, kenmerk: str, terug: Mapping[str, str]) -> Melding | None:
        """De melding die de browser meekreeg; ook die is ondertekend."""
        tekst = terug.get("melding", "")
        melding = self._melding(tekst) if tekst else None
        return melding if melding and melding.kenmerk == kenmerk else None

    @staticmethod
    def _melding(tekst: str) -> Melding:
        velden = lees(tekst)
        return Melding(
            UUID(velden["betaling"]), velden["kenmerk"], BetalingStand(velden["stand"]), int(velden["centen"])
        )


def onderteken(velden: Mapping[str, Any]) -> str:
    """De velden als tekst die in een adres past, met de handtekening erachter."""
    inhoud = base64.urlsafe_b64encode(vaste_json(dict(velden))).decode().rstrip("=")
    return f"{inhoud}.{_handtekening(inhoud)}"


def lees(tekst: str) -> dict[str, Any]:
    """De velden van een ondertekende tekst; `NietEchtError` als de handtekening niet klopt."""
    inhoud, _, handtekening = tekst.rpartition(".")
    if not hmac.compare_digest(handtekening.encode(), _handtekening(inhoud).encode()):
        raise NietEchtError("De handtekening klopt niet.")
    velden: dict[str, Any] = json.loads(base64.urlsafe_b64decode(inhoud + "=" * (-len(inhoud) % 4)))
    return velden


def _handtekening(inhoud: str) -> str:
    sleutel = hmac.digest(settings.SECRET_KEY.encode(), b"betaalsimulator", "sha256")
    return hmac.digest(sleutel, inhoud.encode(), "sha256").hex()
