"""De sleutel waarmee de simulator ondertekent: één per demo, gedeeld door alle webprocessen."""

import functools
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

KID = "simulator"


def nieuwe_sleutel() -> rsa.RSAPrivateKey:
    """Een nieuwe RSA-sleutel van 2048 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.lru_cache(maxsize=4)
def _lees(bestand: Path) -> rsa.RSAPrivateKey:
    if not bestand.exists():
        _maak(bestand)
    sleutel = serialization.load_pem_private_key(bestand.read_bytes(), password=None)
    if not isinstance(sleutel, rsa.RSAPrivateKey):
        raise TypeError(f"{bestand} is geen RSA-sleutel.")
    return sleutel


def _maak(bestand: Path) -> None:
    """Eerst helemaal schrijven, dan pas de naam geven; maken er twee tegelijk een, dan wint de eerste."""
    bestand.parent.mkdir(parents=True, exist_ok=True)
    pem = nieuwe_sleutel().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    half = bestand.with_name(f".{bestand.name}.{secrets.token_hex(4)}")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as uit:
        uit.write(pem)
    try:
        os.link(half, bestand)
    except FileExistsError:
        pass
    finally:
        half.unlink()


def sleutel() -> rsa.RSAPrivateKey:
    """De sleutel van deze demo; de eerste keer gemaakt."""
    return _lees(Path(settings.DEMO_MAP) / "simulator.pem")
