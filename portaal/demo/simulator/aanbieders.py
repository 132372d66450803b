"""Wat elke gesimuleerde inlogdienst over iemand vertelt: claims zoals een makelaar ze geeft."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portaal.demo.personen import PERSONEN, Persoon
from portaal.inloggen.inlogmiddelen import Inlogmiddel, inlogmiddelen

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aanbieder:
    """Een gesimuleerde inlogdienst. `waarden` zegt per rang wat er in het id_token staat."""

    sleutel: str
    naam: str
    nummer: str  # wat er in het vrije veld kan: "bsn", "kvk" of niets
    niveaus: Mapping[int, str]
    in_id_token: Callable[[Persoon, int], Claims]
    in_userinfo: Callable[[Persoon], Claims]
    algoritme: str = "RS256"

    @property
    def issuer(self) -> str:
        return f"{settings.PORTAAL_URL}/demo/oidc/{self.sleutel}"

    @property
    def personen(self) -> list[Persoon]:
        return [p for p in PERSONEN if p.middel == self.sleutel]

    @property
    def client(self) -> Inlogmiddel | None:
        """Het inlogmiddel van de portaal dat bij deze dienst hoort: de enige die haar mag gebruiken."""
        return next((m for m in inlogmiddelen().values() if m.issuer == self.issuer), None)


_DIGID = {
    1: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    2: "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
    3: "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard",
    4: "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
}
_FACTOREN = {1: "alleen wachtwoord", 3: "wachtwoord en code"}
_EHERKENNING = {n: f"urn:etoegang:core:assurance-class:loa{n}" for n in (2, 3, 4)}


_EIDAS = {
    1: "http://eidas.europa.eu/LoA/low",
    3: "http://eidas.europa.eu/LoA/substantial",
    4: "http://eidas.europa.eu/LoA/high",
}


def _bedrijf(persoon: Persoon) -> Claims:
    claims = {
        "namequalifier": f"urn:etoegang:1.9:EntityConcernedID:{'RSIN' if persoon.rsin else 'KvKnr'}",
        "urn:etoegang:core:LegalSubjectID": persoon.rsin or persoon.kvk,
        "urn:etoegang:core:ActingSubjectID": f"pseudoniem-{persoon.sleutel}",
        "urn:etoegang:1.11:attribute-represented:CompanyName": persoon.bedrijf,
        "urn:etoegang:1.9:ServiceRestriction:Vestigingsnr": persoon.vestiging,
    }
    return {naam: waarde for naam, waarde in claims.items() if waarde}


def _machtiging(persoon: Persoon) -> Claims:
    return {
        "urn:nl-eid-gdi:1.0:LegalSubjectID": persoon.namens_bsn,
        "urn:nl-eid-gdi:1.0:ActingSubjectID": persoon.bsn,
        "urn:nl-eid-gdi:1.0:ServiceUUID": persoon.dienst,
    }


def _bewind(persoon: Persoon) -> Claims:
    return {
        "sel_uid": persoon.namens_bsn,
        "urn:etoegang:core:ActingSubjectID": f"pseudoniem-{persoon.sleutel}",
        "urn:etoegang:core:ServiceUUID": persoon.dienst,
    }


def _europees(persoon: Persoon) -> Claims:
    voornaam, _, achternaam = persoon.naam.partition(" (")[0].partition(" ")
    claims = {
        "urn:etoegang:1.12:EntityConcernedID:BSN": persoon.bsn,
        "urn:etoegang:1.12:EntityConcernedID:PseudoID": persoon.pseudoniem,
        "urn:etoegang:1.9:attribute:FirstName": voornaam,
        "urn:etoegang:1.9:attribute:FamilyName": achternaam,
    }
    return {naam: waarde for naam, waarde in claims.items() if waarde}


def _europees_bedrijf(persoon: Persoon) -> Claims:
    return {
        "urn:etoegang:core:LegalSubjectID": persoon.pseudoniem,
        "urn:etoegang:core:ActingSubjectID": f"pseudoniem-{persoon.sleutel}",
        "urn:etoegang:1.11:attribute-represented:CompanyName": persoon.bedrijf,
    }


def _ketenpartner(persoon: Persoon) -> Claims:
    return {"name": persoon.naam, "organisatie_kvk": [persoon.kvk, persoon.ook_kvk] if persoon.ook_kvk else persoon.kvk}


def _factoren(persoon: Persoon, niveau: int) -> Claims:
    return {"amr": ["pwd", "otp", "mfa"] if niveau > 1 else ["pwd"]}


AANBIEDERS = {
    a.sleutel: a
    for a in (
        Aanbieder("digid", "DigiD", "bsn", _DIGID, lambda p, n: {"acr": _DIGID[n]}, lambda p: {"bsn": p.bsn}),
        Aanbieder(
            "digid-machtigen", "DigiD Machtigen", "", _DIGID, lambda p, n: {"acr": _DIGID[n]}, _machtiging, "PS256"
        ),
        Aanbieder("eidas", "eIDAS", "", _EIDAS, lambda p, n: {"acr": _EIDAS[n]}, _europees, "ES256"),
        Aanbieder("eherkenning", "eHerkenning", "kvk", _EHERKENNING, lambda p, n: {"acr": _EHERKENNING[n]}, _bedrijf),
        Aanbieder(
            "eherkenning-bewind", "eHerkenning voor bewindvoerders", "", _EHERKENNING,
            lambda p, n: {"acr": _EHERKENNING[n]}, _bewind, "PS256",
        ),
        Aanbieder(
            "eidas-bedrijf", "eIDAS voor bedrijven", "", _EIDAS, lambda p, n: {"acr": _EIDAS[n]}, _europees_bedrijf, "ES256"
        ),
        Aanbieder("ketenpartner", "inlogdienst van een ketenpartner", "", _FACTOREN, _factoren, _ketenpartner),
        Aanbieder(
            "medewerkers", "de inlogdienst van de gemeente", "", _FACTOREN, _factoren,
            lambda p: {"name": p.naam, "email": f"{p.sleutel}@voorbeeld.test", "rollen": list(p.rollen)},
        ),
    )
}  # fmt: skip


def vrij_persoon(aanbieder: Aanbieder, nummer: str) -> Persoon:
    """Iemand met alleen een nummer, zoals in het vrije veld getypt; de portaal moet het zelf controleren."""
    velden = {aanbieder.nummer: nummer}
    return Persoon(f"nummer-{nummer}", f"nummer {nummer}", aanbieder.sleutel, 2, "", **velden)  # type: ignore[arg-type]
