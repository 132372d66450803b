"""Een upload terwijl het verzoek duurt: op schijf, maar alleen versleuteld, met een sleutel die in het geheugen blijft.

Een bestand van 25 MB hoort niet in het geheugen van een proces dat er tien tegelijk doet, en niet leesbaar in een tijdelijke
map. AES-256-CTR, omdat wie erin kijkt (een zip, een foto) heen en weer springt; elk bestand heeft een eigen sleutel en wordt één
keer van voor naar achter geschreven, dus de sleutelstroom komt nooit twee keer voor. De echtheid bewaakt de opslag, niet dit.
"""

import io
import os
import tempfile
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from django.conf import settings

BLOK = 16


class TijdelijkBestand(io.RawIOBase):
    """Eerst `schrijf`, dan lezen en springen. Het bestand heeft geen naam op de schijf en is weg als het dichtgaat."""

    def __init__(self) -> None:
        self._sleutel, self._begin = os.urandom(32), int.from_bytes(os.urandom(BLOK), "big")
        self._schijf = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - leeft zo lang als dit
        self._schrijver = self._stroom(0)
        self._plek = self.grootte = 0

    def _stroom(self, blok: int) -> Any:
        teller = ((self._begin + blok) % 2 ** (8 * BLOK)).to_bytes(BLOK, "big")
        return Cipher(AES(self._sleutel), CTR(teller)).encryptor()  # bij CTR is ontsleutelen hetzelfde

    def schrijf(self, stuk: bytes) -> None:
        """Zet dit stuk achter wat er al is."""
        self._schijf.seek(self.grootte)
        self._schijf.write(self._schrijver.update(stuk))
        self.grootte += len(stuk)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._plek

    def seek(self, plek: int, vanaf: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._plek, io.SEEK_END: self.grootte}[vanaf]
        if begin + plek < 0:
            raise ValueError("Vóór het begin van het bestand.")
        self._plek = begin + plek
        return self._plek

    def readinto(self, doel: Any) -> int:
        aantal = max(0, min(len(doel), self.grootte - self._plek))
        if aantal:
            blok, over = divmod(self._plek, BLOK)
            self._schijf.seek(blok * BLOK)
            lezer = self._stroom(blok)
            doel[:aantal] = lezer.update(self._schijf.read(over + aantal))[over:]
            self._plek += aantal
        return aantal

    def close(self) -> None:
        self._schijf.close()
        super().close()
