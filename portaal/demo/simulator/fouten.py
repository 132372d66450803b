"""Fouten die de simulator op verzoek maakt, om te laten zien dat de portaal ze weigert."""

import time
from typing import Any

import jwt

from portaal.demo.simulator.sleutel import KID, Sleutel, nieuwe_sleutel

Claims = dict[str, Any]

FOUTEN = {
    "aud": "het bewijs is voor een andere website",
    "azp": "het bewijs is aan een ander gegeven",
    "aud_meer": "het bewijs is ook voor een ander, en zegt niet voor wie het is gemaakt",
    "iss": "het bewijs noemt een andere uitgever",
    "exp": "het bewijs is verlopen",
    "exp_weg": "het bewijs verloopt nooit",
    "iat": "het bewijs komt uit de toekomst",
    "nbf": "het bewijs geldt nog niet",
    "nonce": "het bewijs hoort bij een andere poging",
    "sig": "de handtekening is van een ander",
    "alg_none": "er is geen handtekening",
    "hs256": "de handtekening is met het gedeelde geheim gemaakt",
    "kid": "de sleutel is onbekend",
    "sub": "de gegevens zijn van een ander",
    "acr_missing": "het niveau ontbreekt",
    "acr_low": "het niveau is te laag",
    "acr_onbekend": "het niveau is onbekend",
    "iss_param": "het antwoord noemt een andere dienst",
    "iss_param_weg": "het antwoord noemt geen dienst",
    "state": "het antwoord hoort bij een andere poging",
    "token500": "de dienst valt uit bij het wisselen van de code",
    "token_html": "de dienst antwoordt met een webpagina",
    "userinfo500": "de dienst valt uit bij de gegevens",
    "geweigerd": "de dienst weigert de code",
    "geen_nummer": "er is geen nummer",
    "sector": "het nummer is een sofinummer",
    "geen_dienst": "de machtiging zegt niet waarvoor",
}


BSN_CLAIMS = ("bsn", "sel_uid", "urn:nl-eid-gdi:1.0:LegalSubjectID", "urn:etoegang:1.12:EntityConcernedID:BSN")


def bederf_claims(fout: str, claims: Claims, client_id: str) -> Claims:
    """De claims van het id_token met deze fout erin."""
    nu = int(time.time())
    anders: dict[str, Claims] = {
        "aud": {"aud": "een-ander"},
        "azp": {"azp": "een-ander"},
        "aud_meer": {"aud": [client_id, "een-ander"]},
        "iss": {"iss": "https://een-ander.test"},
        "exp": {"iat": nu - 900, "exp": nu - 600},
        "iat": {"iat": nu + 600},
        "nbf": {"nbf": nu + 600},
        "nonce": {"nonce": "een-andere-nonce"},
        "acr_low": {"acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "amr": ["pwd"]},
        "acr_onbekend": {"acr": "urn:voorbeeld:onbekend", "amr": ["onbekend"]},
    }
    weg = {"exp_weg": ("exp",), "aud_meer": ("azp",), "acr_missing": ("acr", "amr")}.get(fout, ())
    return {naam: waarde for naam, waarde in (claims | anders.get(fout, {})).items() if naam not in weg}


def onderteken(fout: str, claims: Claims, sleutel: Sleutel, geheim: str, algoritme: str) -> str:
    """Het id_token, goed ondertekend of op de gevraagde manier fout."""
    if fout == "alg_none":
        return jwt.encode(claims, "", algorithm="none", headers={"kid": KID})
    if fout == "hs256":
        return jwt.encode(claims, geheim.ljust(32, "-"), algorithm="HS256", headers={"kid": KID})
    if fout == "sig":
        sleutel = nieuwe_sleutel(algoritme)
    return jwt.encode(claims, sleutel, algorithm=algoritme, headers={"kid": "onbekend" if fout == "kid" else KID})


def bederf_userinfo(fout: str, claims: Claims) -> Claims:
    """De gegevens van userinfo met deze fout erin."""
    if fout == "sub":
        return {**claims, "sub": "een-ander"}
    if fout == "geen_nummer":
        return {"sub": claims["sub"]}
    if fout == "sector":
        return {n: f"s00000001:{w}" if n in BSN_CLAIMS else w for n, w in claims.items()}
    if fout == "geen_dienst":
        return {n: w for n, w in claims.items() if not n.endswith(":ServiceUUID")}
    return claims
