"""Een bestand versleuteld bewaren en teruglezen, in stukken: het geheugen blijft gelijk, hoe groot het bestand ook is.

Vorm: `MOB1`, lengte en naam van de sleutelversie, 16 bytes zout, dan stukken van 64 kB met AES-256-GCM. Elk bestand heeft
een eigen sleutel (HKDF uit de ring en het zout). De nonce is het nummer van het stuk met een vlag op het laatste: een stuk
weghalen, omwisselen of afkappen valt op.
"""

import io
import os
from collections.abc import Iterator
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import File

from portaal.versleuteling import OnleesbaarError, afgeleide_sleutel

MERK = b"MOB1"
STUK = 64 * 1024
TAG = 16
ZOUT = 16


def _nonce(nummer: int, laatste: bool) -> bytes:
    return nummer.to_bytes(11, "big") + bytes([laatste])


def _stukken(bron: IO[bytes], context: str) -> Iterator[bytes]:
    zout = os.urandom(ZOUT)
    versie, sleutel = afgeleide_sleutel(zout, f"bestand.{context}")
    naam = versie.encode()
    yield MERK + bytes([len(naam)]) + naam + zout
    geheim, nummer, stuk = AESGCM(sleutel), 0, bron.read(STUK)
    while True:
        volgende = bron.read(STUK)
        yield geheim.encrypt(_nonce(nummer, not volgende), stuk, context.encode())
        if not volgende:
            return
        nummer, stuk = nummer + 1, volgende


class Versleuteld(File):  # type: ignore[type-arg]
    """Een bestand om aan een storage te geven; wat die leest is versleuteld. `context` is de uuid van het bestand."""

    def __init__(self, bron: IO[bytes], context: str) -> None:
        super().__init__(io.BufferedReader(_Lezer(_stukken(bron, context)), STUK), name=context)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        lezer = self.file
        while lezer is not None and (stuk := lezer.read(chunk_size or STUK)):
            yield stuk

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        return True


class _Lezer(io.RawIOBase):
    def __init__(self, stukken: Iterator[bytes]) -> None:
        self.stukken, self.rest = stukken, b""

    def readable(self) -> bool:
        return True

    def readinto(self, doel: Any) -> int:
        if not self.rest:
            self.rest = next(self.stukken, b"")
        aantal = min(len(doel), len(self.rest))
        doel[:aantal], self.rest = self.rest[:aantal], self.rest[aantal:]
        return aantal


def lees(bron: IO[bytes], context: str) -> Iterator[bytes]:
    """De inhoud, stuk voor stuk. `OnleesbaarError` als de sleutel ontbreekt of er iets is veranderd of afgekapt."""
    kop = bron.read(len(MERK) + 1)
    if kop[: len(MERK)] != MERK or len(kop) != len(MERK) + 1:
        raise OnleesbaarError("Dit is geen bestand van de portaal.")
    versie = bron.read(kop[-1]).decode(errors="replace")
    _versie, sleutel = afgeleide_sleutel(bron.read(ZOUT), f"bestand.{context}", versie)
    geheim, nummer, stuk = AESGCM(sleutel), 0, bron.read(STUK + TAG)
    while True:
        volgende = bron.read(STUK + TAG)
        try:
            yield geheim.decrypt(_nonce(nummer, not volgende), stuk, context.encode())
        except InvalidTag as fout:
            raise OnleesbaarError("Het bewaarde bestand is veranderd of afgekapt.") from fout
        if not volgende:
            return
        nummer, stuk = nummer + 1, volgende
