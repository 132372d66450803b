"""Inlogmiddelen: wie er kan inloggen, waarmee, en hoe de portaal het antwoord leest.

Een inlogmiddel is een tabel in het TOML-bestand van `INLOGMIDDELEN_BESTAND`, nooit een tak in de code: adressen,
claims en niveaus verschillen per inlogdienst. `${NAAM}` in het bestand komt uit de omgeving; geheimen horen daar.
Een uitgeschreven voorbeeld staat in deploy/inlogmiddelen.voorbeeld.toml.
"""

import functools
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from portaal.betrokkenen.models import SOORT_BIJ_NUMMER, BetrokkeneSoort
from portaal.betrokkenen.nummers import NummerSoort

Pad = tuple[str, ...]


class Doelgroep(StrEnum):
    """Voor wie een inlogmiddel is. Een medewerker logt in bij het beheer, de anderen in de portaal."""

    INWONER = "inwoner"
    ONDERNEMER = "ondernemer"
    KETENPARTNER = "ketenpartner"
    MEDEWERKER = "medewerker"


class InlogmiddelenFout(ValueError):
    """Het bestand klopt niet; `fouten` noemt alles wat er mis is, zonder geheimen."""

    def __init__(self, fouten: list[str]) -> None:
        super().__init__("; ".join(fouten))
        self.fouten = fouten


@dataclass(frozen=True, slots=True)
class NummerClaim:
    """Welke claim welk soort nummer geeft. Met `als` telt zij alleen als die andere claim precies deze waarde heeft."""

    soort: NummerSoort
    claim: Pad
    als: Pad = ()
    als_waarde: str = ""

    def geldt(self, claims: Mapping[str, Any]) -> bool:
        """Of deze regel bij deze claims hoort."""
        return not self.als or lees_claim(claims, self.als) == self.als_waarde


@dataclass(frozen=True, slots=True)
class Eindpunten:
    """De adressen van een inlogdienst, opgezocht (discovery) of in het bestand gegeven."""

    autorisatie: str
    token: str
    sleutels: str
    gebruiker: str = ""
    uitloggen: str = ""
    noemt_zich: bool = False  # stuurt altijd de parameter `iss` mee (RFC 9207)


@dataclass(frozen=True, slots=True)
class Inlogmiddel:
    """Eén manier van inloggen. Wat elk veld betekent staat bij het voorbeeld in deploy/inlogmiddelen.voorbeeld.toml."""

    sleutel: str
    naam: str
    doelgroep: Doelgroep
    issuer: str
    client_id: str
    client_secret: str = field(repr=False, default="")
    client_sleutel: str = field(repr=False, default="")
    client_sleutel_id: str = ""
    tekst: str = ""
    groep: str = ""
    logo: str = ""
    scopes: tuple[str, ...] = ("openid",)
    acr_values: tuple[str, ...] = ()
    nummers: tuple[NummerClaim, ...] = ()
    vestiging: Pad = ()
    persoon: NummerClaim | None = None
    naam_claim: Pad = ()
    namens_claim: Pad = ()
    diensten: Pad = ()
    niveau_claim: Pad = ()
    niveaus: Mapping[str, int] = field(default_factory=dict)
    minimum: int = 1
    rollen_claim: Pad = ()
    rollen: Mapping[str, str] = field(default_factory=dict)
    email_claim: Pad = ()
    eindpunten: Eindpunten | None = None
    token_auth: str = "basic"  # noqa: S105 - geen wachtwoord
    uitloggen: bool = True

    def niveau_van(self, claims: Mapping[str, Any]) -> int:
        """Het niveau als rangorde 0 tot 4. Ontbreekt de claim of is de waarde onbekend, dan 0: het laagste.

        Een claim met meer waarden (zoals `amr`) telt met de hoogste.
        """
        waarde = lees_claim(claims, self.niveau_claim)
        waarden = waarde if isinstance(waarde, list) else [waarde]
        return max((self.niveaus.get(str(w), 0) for w in waarden), default=0)

    @property
    def hoogste(self) -> int:
        """Het hoogste niveau dat dit middel kan geven."""
        return max(self.niveaus.values(), default=0)

    def acr_te_vragen(self, niveau: int) -> str:
        """De `acr_values` om dit niveau te vragen: zoals in het bestand, of alle waarden die hoog genoeg zijn."""
        if self.acr_values or self.niveau_claim != ("acr",):
            return " ".join(self.acr_values)
        return " ".join(waarde for waarde, rang in self.niveaus.items() if rang >= niveau)


def lees_claim(claims: Mapping[str, Any], pad: Pad) -> Any:
    """De waarde op dit pad, of None. Een pad is een lijst: namen van claims bevatten zelf punten en dubbele punten."""
    waarde: Any = claims if pad else None
    for stap in pad:
        waarde = waarde.get(stap) if isinstance(waarde, Mapping) else None
    return waarde


def ondertekenwijze(pem: str) -> str:
    """Het algoritme bij deze privésleutel: PS256 voor RSA (NL GOV OpenID Connect), ES256 voor P-256; anders leeg."""
    try:
        sleutel = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        return ""
    if isinstance(sleutel, rsa.RSAPrivateKey) and sleutel.key_size >= 2048:
        return "PS256"
    return "ES256" if isinstance(sleutel, ec.EllipticCurvePrivateKey) and sleutel.curve.name == "secp256r1" else ""


def inlogmiddelen() -> Mapping[str, Inlogmiddel]:
    """Elk ingesteld inlogmiddel op sleutel, in de volgorde van het bestand. `InlogmiddelenFout` als dat niet klopt."""
    return _lees_bestand(settings.INLOGMIDDELEN_BESTAND, settings.PORTAAL_URL)


def middel_voor_medewerkers() -> Inlogmiddel | None:
    """Het middel waarmee medewerkers bij het beheer inloggen."""
    return next((m for m in inlogmiddelen().values() if m.doelgroep is Doelgroep.MEDEWERKER), None)


@functools.lru_cache(maxsize=8)
def _lees_bestand(bestand: str, portaal_url: str) -> Mapping[str, Inlogmiddel]:
    if not bestand:
        return MappingProxyType({})
    try:
        tekst = Path(bestand).read_text(encoding="utf-8")
    except OSError as fout:
        raise InlogmiddelenFout([f"INLOGMIDDELEN_BESTAND is niet te lezen: {fout.strerror}."]) from fout
    return MappingProxyType(lees_inlogmiddelen(tekst, {**os.environ, "PORTAAL_URL": portaal_url}))


def lees_inlogmiddelen(tekst: str, omgeving: Mapping[str, str]) -> dict[str, Inlogmiddel]:
    """Lees de TOML-tekst. Klopt er iets niet, dan `InlogmiddelenFout` met alles tegelijk."""
    try:
        ruw = tomllib.loads(tekst)
    except tomllib.TOMLDecodeError as fout:
        raise InlogmiddelenFout([f"Het bestand is geen geldige TOML: {fout}."]) from fout
    fouten: list[str] = [f"{naam}: onbekend; begin een inlogmiddel met [[middel]]." for naam in ruw if naam != "middel"]
    middelen: dict[str, Inlogmiddel] = {}
    for volgnummer, tabel in enumerate(ruw.get("middel", []), start=1):
        lezer = _Lezer(tabel, f"middel {volgnummer}", omgeving, fouten)
        middel = _lees_middel(lezer)
        if middel.sleutel in middelen:
            lezer.fout("sleutel", "staat al bij een ander middel")
        middelen[middel.sleutel] = middel
    if sum(m.doelgroep is Doelgroep.MEDEWERKER for m in middelen.values()) > 1:
        fouten.append('Er is meer dan één middel met doelgroep "medewerker"; het beheer kent er één.')
    if fouten:
        raise InlogmiddelenFout(fouten)
    return middelen


class _Lezer:
    """Leest één tabel, vult `${NAAM}` in en onthoudt elke fout met de plek erbij."""

    def __init__(self, tabel: dict[str, Any], plek: str, omgeving: Mapping[str, str], fouten: list[str]) -> None:
        self.tabel, self.plek, self.omgeving, self.fouten = dict(tabel), plek, omgeving, fouten

    def fout(self, naam: str, wat: str) -> None:
        self.fouten.append(f"{self.plek}: {naam} {wat}.")

    def pak(self, naam: str, soort: type, standaard: Any) -> Any:
        waarde = self.tabel.pop(naam, standaard)
        if not isinstance(waarde, soort) or (soort is int and isinstance(waarde, bool)):
            self.fout(naam, "heeft niet het goede type")
            return standaard
        return waarde

    def tekst(self, naam: str, standaard: str = "", *, verplicht: bool = False) -> str:
        waarde = self.vul_in(naam, self.pak(naam, str, standaard))
        if verplicht and not waarde:
            self.fout(naam, "ontbreekt")
        return waarde

    def vul_in(self, naam: str, waarde: str) -> str:
        for variabele in set(re.findall(r"\$\{(\w+)\}", waarde)):
            if variabele not in self.omgeving:
                self.fout(naam, f"vraagt ${{{variabele}}}, maar die staat niet in de omgeving")
            waarde = waarde.replace(f"${{{variabele}}}", self.omgeving.get(variabele, ""))
        return waarde

    def teksten(self, naam: str, standaard: tuple[str, ...] = ()) -> tuple[str, ...]:
        waarde = self.pak(naam, list, list(standaard))
        if not all(isinstance(w, str) for w in waarde):
            self.fout(naam, "is geen lijst van teksten")
            return standaard
        return tuple(self.vul_in(naam, w) for w in waarde)

    def pad(self, naam: str = "claim") -> Pad:
        waarde = self.tabel.pop(naam, [])
        waarde = [waarde] if isinstance(waarde, str) else waarde
        if not isinstance(waarde, list) or not all(isinstance(stap, str) and stap for stap in waarde):
            self.fout(naam, "is geen naam van een claim, of een lijst met namen (een pad)")
            return ()
        return tuple(waarde)

    def adres(self, naam: str, *, verplicht: bool = False) -> str:
        waarde = self.tekst(naam, verplicht=verplicht)
        delen = urlsplit(waarde)
        if waarde and (delen.scheme not in ("http", "https") or not delen.hostname or delen.fragment):
            self.fout(naam, "is geen volledig adres")
        elif waarde and settings.PRODUCTIE and delen.scheme != "https":
            self.fout(naam, "moet in productie met https:// beginnen")
        return waarde

    def deel(self, naam: str) -> "_Lezer":
        return _Lezer(self.pak(naam, dict, {}), f"{self.plek}: {naam}", self.omgeving, self.fouten)

    def delen(self, naam: str) -> list["_Lezer"]:
        tabellen = self.pak(naam, list, [])
        if not all(isinstance(tabel, dict) for tabel in tabellen):
            self.fout(naam, "is geen lijst van tabellen")
            return []
        return [_Lezer(tabel, f"{self.plek}: {naam}", self.omgeving, self.fouten) for tabel in tabellen]

    def klaar(self) -> None:
        for naam in self.tabel:
            self.fout(naam, "is onbekend")


def _lees_middel(lezer: _Lezer) -> Inlogmiddel:
    sleutel = lezer.tekst("sleutel", verplicht=True)
    lezer.plek = sleutel or lezer.plek
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", sleutel) or sleutel == "terug":
        lezer.fout("sleutel", "bestaat uit kleine letters, cijfers en streepjes, hoogstens 40")
    doelgroep = lezer.tekst("doelgroep", verplicht=True)
    if doelgroep not in list(Doelgroep):
        lezer.fout("doelgroep", f"is een van {', '.join(Doelgroep)}")
        doelgroep = Doelgroep.INWONER
    for geheim in ("client_secret", "client_sleutel"):
        letterlijk = str(lezer.tabel.get(geheim, "${}"))
        is_pad = geheim == "client_sleutel" and letterlijk.startswith("/")
        if settings.PRODUCTIE and "$" not in letterlijk and not is_pad:
            lezer.fout(geheim, "hoort niet in het bestand; verwijs met ${NAAM} naar de omgeving")
    niveau, rollen = lezer.deel("niveau"), lezer.deel("rollen")
    middel = Inlogmiddel(
        sleutel=sleutel,
        naam=lezer.tekst("naam", verplicht=True),
        doelgroep=Doelgroep(doelgroep),
        issuer=lezer.adres("issuer", verplicht=True),
        client_id=lezer.tekst("client_id", verplicht=True),
        client_secret=lezer.tekst("client_secret"),
        client_sleutel=_lees_sleutel(lezer),
        client_sleutel_id=lezer.tekst("client_sleutel_id"),
        tekst=lezer.tekst("tekst"),
        groep=lezer.tekst("groep"),
        logo=lezer.tekst("logo"),
        scopes=lezer.teksten("scopes", ("openid",)),
        acr_values=lezer.teksten("acr_values"),
        nummers=tuple(n for deel in lezer.delen("nummers") if (n := _lees_nummer(deel))),
        vestiging=lezer.pad("vestiging"),
        persoon=_lees_nummer(lezer.deel("persoon")) if "persoon" in lezer.tabel else None,
        naam_claim=lezer.pad("naam_claim"),
        namens_claim=lezer.pad("namens_claim"),
        diensten=lezer.pad("diensten"),
        email_claim=lezer.pad("email_claim"),
        niveau_claim=niveau.pad(),
        niveaus=_lees_niveaus(niveau),
        minimum=lezer.pak("minimum", int, 1),
        rollen_claim=rollen.pad(),
        rollen=_lees_rollen(rollen),
        eindpunten=_lees_eindpunten(lezer),
        token_auth=lezer.tekst("token_auth", "basic"),
        uitloggen=lezer.pak("uitloggen", bool, True),
    )
    for deel in (niveau, rollen, lezer):
        deel.klaar()
    _controleer(middel, lezer)
    return middel


def _lees_nummer(lezer: _Lezer) -> NummerClaim | None:
    soort, claim = lezer.tekst("soort", verplicht=True), lezer.pad()
    als, als_waarde = lezer.pad("als"), lezer.tekst("als_waarde")
    lezer.klaar()
    if bool(als) != bool(als_waarde):
        lezer.fout("als", "en als_waarde horen bij elkaar")
    if soort not in NummerSoort.values:
        lezer.fout("soort", f"is een van {', '.join(NummerSoort.values)}")
        return None
    return NummerClaim(NummerSoort(soort), claim, als, als_waarde)


def _lees_sleutel(lezer: _Lezer) -> str:
    """De privésleutel (PEM) waarmee de portaal zich bij de inlogdienst bewijst: uit de omgeving, of uit een bestand."""
    waarde = lezer.tekst("client_sleutel")
    if not waarde or waarde.lstrip().startswith("-----BEGIN"):
        return waarde
    try:
        return Path(waarde).read_text(encoding="ascii")
    except (OSError, ValueError):
        lezer.fout("client_sleutel", "is geen PEM, en geen bestand dat te lezen is")
        return ""


def _lees_niveaus(lezer: _Lezer) -> Mapping[str, int]:
    waarden = lezer.pak("waarden", dict, {})
    if not all(isinstance(rang, int) and 0 <= rang <= 4 for rang in waarden.values()):
        lezer.fout("waarden", "geeft elke waarde een rang van 0 tot en met 4")
        return {}
    return MappingProxyType(dict(waarden))


def _lees_rollen(lezer: _Lezer) -> Mapping[str, str]:
    waarden = lezer.pak("waarden", dict, {})
    if not all(isinstance(rol, str) for rol in waarden.values()):
        lezer.fout("waarden", "geeft bij elke waarde de naam van een rol")
        return {}
    return MappingProxyType(dict(waarden))


def _lees_eindpunten(lezer: _Lezer) -> Eindpunten | None:
    if "eindpunten" not in lezer.tabel:
        return None
    deel = lezer.deel("eindpunten")
    punten = Eindpunten(
        autorisatie=deel.adres("autorisatie", verplicht=True),
        token=deel.adres("token", verplicht=True),
        sleutels=deel.adres("sleutels", verplicht=True),
        gebruiker=deel.adres("gebruiker"),
        uitloggen=deel.adres("uitloggen"),
        noemt_zich=deel.pak("noemt_zich", bool, False),
    )
    deel.klaar()
    return punten


def _controleer(middel: Inlogmiddel, lezer: _Lezer) -> None:
    """Regels tussen de velden onderling."""
    if "openid" not in middel.scopes:
        lezer.fout("scopes", "moet openid bevatten")
    if middel.token_auth not in ("basic", "post", "private_key_jwt"):
        lezer.fout("token_auth", "is basic, post of private_key_jwt")
    elif middel.token_auth == "private_key_jwt":  # noqa: S105 - geen wachtwoord
        if middel.client_sleutel and not ondertekenwijze(middel.client_sleutel):
            lezer.fout("client_sleutel", "is geen RSA-sleutel van 2048 bits of meer, en geen EC-sleutel op P-256")
        elif not middel.client_sleutel:
            lezer.fout("client_sleutel", "ontbreekt")
    elif not middel.client_secret:
        lezer.fout("client_secret", "ontbreekt")
    if not 0 <= middel.minimum <= 4:
        lezer.fout("minimum", "is een rang van 0 tot en met 4")
    if middel.minimum and not any(rang >= middel.minimum for rang in middel.niveaus.values()):
        lezer.fout("niveau", "heeft geen waarde die hoog genoeg is voor minimum: niemand zou kunnen inloggen")
    if middel.doelgroep is Doelgroep.MEDEWERKER:
        if not middel.rollen_claim or not middel.rollen:
            lezer.fout("rollen", "ontbreekt: zonder rol komt geen medewerker binnen")
        if not middel.minimum:
            lezer.fout("minimum", "moet voor medewerkers minstens 1 zijn: eis een tweede factor met acr of amr")
    elif not middel.nummers or not all(nummer.claim for nummer in middel.nummers):
        lezer.fout("nummers", "ontbreekt: zeg welke claim het nummer geeft")
    if middel.doelgroep is Doelgroep.KETENPARTNER:
        if middel.persoon is None or middel.persoon.soort is not NummerSoort.PSEUDONIEM:
            lezer.fout("persoon", "ontbreekt of is geen pseudoniem: daaraan herkent de portaal een lid")
        if any(SOORT_BIJ_NUMMER[nummer.soort] != BetrokkeneSoort.ORGANISATIE for nummer in middel.nummers):
            lezer.fout("nummers", "geeft bij een ketenpartner een oin, kvk_nummer of rsin")
        if middel.vestiging:
            lezer.fout("vestiging", "kan niet bij een ketenpartner")
