"""De voorbereide aanvraag: een formuliertaak die, eenmaal verstuurd, een verzoek is.

Verzoek en taak gaan samen, of geen van beide.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portaal.inloggen.toegang import Toegang
from portaal.uuid7 import uuid7
from taken.loket import LoketDichtError
from taken.models import Taak
from verzoeken.aanbod import bestaat_verzoektype, verschil_met_formulier
from verzoeken.handelingen import NietBeschikbaarError, OngeldigeAntwoordenError, dien_direct_in


class VerzoekLoket:
    """Het loket van `taken.loket`: neemt een voorbereide aanvraag aan als verzoek."""

    def kent(self, verzoektype: str) -> bool:
        """Of er een verzoektype met deze code is dat nu kan worden aangevraagd."""
        return bestaat_verzoektype(verzoektype)

    def verschil(self, verzoektype: str, formulier: Mapping[str, Any]) -> list[str]:
        """Welke vragen anders zijn dan die van het verzoektype nu."""
        return verschil_met_formulier(verzoektype, formulier)

    def neem_aan(self, taak: Taak, toegang: Toegang, antwoorden: Mapping[str, Any]) -> UUID:
        """Maak het verzoek en geef zijn sleutel. Elke keer een nieuw: een heropende taak is een nieuwe aanvraag."""
        try:
            return dien_direct_in(taak.verzoektype, antwoorden, toegang, sleutel=uuid7()).pk
        except (NietBeschikbaarError, OngeldigeAntwoordenError) as fout:
            raise LoketDichtError from fout
