"""De sleutels waarmee de simulator ondertekent: per soort één per demo, gedeeld door alle webprocessen."""

import functools
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings

KID = "simulator"
Sleutel = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def nieuwe_sleutel(algoritme: str) -> Sleutel:
    """Een nieuwe sleutel bij dit algoritme: P-256 voor ES256, anders RSA van 2048 bits."""
    if algoritme == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.lru_cache(maxsize=8)
def _lees(bestand: Path, algoritme: str) -> Sleutel:
    if not bestand.exists():
        _maak(bestand, algoritme)
    sleutel = serialization.load_pem_private_key(bestand.read_bytes(), password=None)
    if not isinstance(sleutel, Sleutel):
        raise TypeError(f"{bestand} is geen RSA- of EC-sleutel.")
    return sleutel


def _maak(bestand: Path, algoritme: str) -> None:
    """Eerst helemaal schrijven, dan pas de naam geven; maken er twee tegelijk een, dan wint de eerste."""
    bestand.parent.mkdir(parents=True, exist_ok=True)
    pem = nieuwe_sleutel(algoritme).private_bytes(
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


def sleutel(algoritme: str) -> Sleutel:
    """De sleutel van deze demo bij dit algoritme; de eerste keer gemaakt."""
    soort = "ec" if algoritme == "ES256" else "rsa"
    return _lees(Path(settings.DEMO_MAP) / f"simulator-{soort}.pem", algoritme)
