"""Waarom inloggen niet lukte: een gesloten lijst, zodat logregels en teksten niets persoonlijks kunnen bevatten."""

from enum import StrEnum


class Reden(StrEnum):
    """De soort fout. Alleen dit woord komt in het logboek van de server."""

    GEANNULEERD = "geannuleerd"
    POGING_ONBEKEND = "poging-onbekend"  # geen, verkeerde, gebruikte of verlopen state
    ANDERE_DIENST = "andere-dienst"  # het antwoord komt niet van de dienst waar deze poging begon
    DIENST_WEIGERT = "dienst-weigert"
    DIENST_ONBEREIKBAAR = "dienst-onbereikbaar"
    CODE_GEWEIGERD = "code-geweigerd"
    ALGORITME = "algoritme"
    SLEUTEL = "sleutel"
    HANDTEKENING = "handtekening"
    ID_TOKEN = "id-token"  # noqa: S105 - geen wachtwoord
    UITGEVER = "uitgever"
    ONTVANGER = "ontvanger"
    TIJD = "tijd"
    NONCE = "nonce"
    GEBRUIKER = "gebruiker"  # userinfo hoort bij een ander
    NIVEAU = "niveau"
    NUMMER = "nummer"
    MACHTIGING = "machtiging"  # de dienst zegt niet waarvoor iemand gemachtigd is
    ROL = "rol"
    GEEN_LID = "geen-lid"  # geen lid van de ketenpartner, of die is hier onbekend


class InlogFout(Exception):
    """Inloggen is geweigerd. De tekst is alleen de reden; nooit een claim, token of adres."""

    def __init__(self, reden: Reden) -> None:
        super().__init__(reden.value)
        self.reden = reden
        self.naar, self.niveau = "", 0  # waar iemand heen wilde en met welk niveau, als er een poging bij hoort
