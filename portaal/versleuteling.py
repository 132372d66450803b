"""Versleuteling van persoonsgegevens: AES-256-GCM met een sleutelring, en een blinde index om op te zoeken.

De ring komt uit de omgeving: `SLEUTELS="v2:<base64>,v1:<base64>"`. Met de eerste wordt geschreven, met alle
wordt gelezen; zo kan een sleutel worden vervangen terwijl de portaal draait (`manage.py herindexeer`).
"""

import base64
import binascii
import functools
import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

NONCE = 12


class OnleesbaarError(Exception):
    """Een waarde is niet te ontsleutelen: de sleutel ontbreekt of de opgeslagen waarde is veranderd."""


def lees_ring(waarde: str, naam: str) -> dict[str, bytes]:
    """`"v2:<base64>,v1:<base64>"` als {versie: 32 bytes}, in volgorde; één kale base64 telt als v1.

    Een sleutel die ontbreekt of geen 32 bytes is: `ImproperlyConfigured`, met de naam van de instelling.
    """
    ring: dict[str, bytes] = {}
    for deel in filter(None, (stuk.strip() for stuk in waarde.split(","))):
        versie, _, tekst = deel.rpartition(":")
        try:
            sleutel = base64.b64decode(tekst, validate=True)
        except binascii.Error as fout:
            raise ImproperlyConfigured(f"{naam}: een sleutel is geen geldige base64.") from fout
        if len(sleutel) != 32:
            raise ImproperlyConfigured(f"{naam}: een sleutel moet 32 bytes zijn (nu {len(sleutel)}).")
        ring[versie or "v1"] = sleutel
    if not ring:
        raise ImproperlyConfigured(
            f"{naam} ontbreekt. Maak een sleutel met: python -c "
            "\"import os,base64;print('v1:'+base64.b64encode(os.urandom(32)).decode())\""
        )
    return ring


@functools.lru_cache(maxsize=8)
def _ring(waarde: str, naam: str) -> dict[str, bytes]:
    return lees_ring(waarde, naam)


def versleutel(tekst: bytes, context: str) -> bytes:
    """Versleutel met de eerste sleutel van de ring; `context` hoort bij de plek en moet bij lezen gelijk zijn."""
    versie, sleutel = next(iter(_ring(settings.SLEUTELS, "SLEUTELS").items()))
    nonce = os.urandom(NONCE)
    return versie.encode() + b":" + nonce + AESGCM(sleutel).encrypt(nonce, tekst, context.encode())


def ontsleutel(waarde: bytes, context: str) -> bytes:
    """Het omgekeerde van `versleutel`; `OnleesbaarError` als de sleutel ontbreekt of de waarde is veranderd."""
    versie, _, rest = waarde.partition(b":")
    sleutel = _ring(settings.SLEUTELS, "SLEUTELS").get(versie.decode(errors="replace"))
    if sleutel is None:
        raise OnleesbaarError(f"Sleutel {versie!r} staat niet in SLEUTELS.")
    try:
        return AESGCM(sleutel).decrypt(rest[:NONCE], rest[NONCE:], context.encode())
    except InvalidTag as fout:
        raise OnleesbaarError("De opgeslagen waarde is veranderd of met een andere sleutel gemaakt.") from fout


def afgeleide_sleutel(zout: bytes, doel: str, versie: str | None = None) -> tuple[str, bytes]:
    """(sleutelversie, 32 bytes): een eigen sleutel voor één doel, afgeleid met HKDF-SHA256 uit de ring.

    Zonder versie de eerste van de ring, om mee te schrijven. `OnleesbaarError` als die versie er niet is.
    """
    ring = _ring(settings.SLEUTELS, "SLEUTELS")
    versie = next(iter(ring)) if versie is None else versie
    if versie not in ring:
        raise OnleesbaarError(f"Sleutel {versie!r} staat niet in SLEUTELS.")
    return versie, HKDF(hashes.SHA256(), 32, zout, doel.encode()).derive(ring[versie])


def blinde_index(*delen: str) -> list[tuple[str, bytes]]:
    """(sleutelversie, HMAC-SHA256) onder elke actieve indexsleutel; de eerste is die om mee te schrijven."""
    bericht = "\x1f".join(delen).encode()
    ring = _ring(settings.SLEUTEL_INDEX, "SLEUTEL_INDEX")
    return [(versie, hmac.digest(sleutel, bericht, "sha256")) for versie, sleutel in ring.items()]


def zegels(*delen: bytes) -> list[bytes]:
    """HMAC-SHA256 onder elke sleutel van het gebeurtenissenboek, die buiten de database staan; met de eerste wordt geschreven."""
    bericht = b"".join(len(deel).to_bytes(8, "big") + deel for deel in delen)
    ring = _ring(settings.SLEUTEL_GEBEURTENISSEN, "SLEUTEL_GEBEURTENISSEN")
    return [hmac.digest(sleutel, bericht, "sha256") for sleutel in ring.values()]


def vaste_json(waarde: Any) -> bytes:
    """JSON met één vaste schrijfwijze, zodat gelijke inhoud altijd dezelfde bytes (en dus hash) geeft."""
    return json.dumps(waarde, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


class VersleuteldTekstVeld(models.BinaryField):  # type: ignore[type-arg]
    """Tekst die versleuteld in de database staat. Zoeken erop kan niet; gebruik een blinde index."""

    description = "Versleutelde tekst"

    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def naar_bytes(self, waarde: Any) -> bytes:
        return str(waarde).encode()

    def naar_waarde(self, tekst: bytes) -> Any:
        return tekst.decode()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            value = versleutel(self.naar_bytes(value), self._context())
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.naar_waarde(ontsleutel(bytes(value), self._context()))

    def get_default(self) -> Any:
        return None if self.null and not self.has_default() else super().get_default()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"Op het versleutelde veld {self.name} kan niet worden gezocht.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> str:
        raise FieldError(f"Het versleutelde veld {self.name} wordt niet geserialiseerd.")


class VersleuteldJsonVeld(VersleuteldTekstVeld):
    """JSON die versleuteld in de database staat."""

    description = "Versleutelde JSON"

    def naar_bytes(self, waarde: Any) -> bytes:
        return json.dumps(waarde, ensure_ascii=False, separators=(",", ":")).encode()

    def naar_waarde(self, tekst: bytes) -> Any:
        return json.loads(tekst)
