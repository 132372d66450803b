"""Een echte scanner op een echte socket, een eigen map voor de opslag, en een taak waar een bestand bij hoort."""

import socket
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image

from portaal.demo.clamd import Scanner
from taken.models import Taak
from tests.paginas.conftest import fatima, gemeente, henk, klaarzetten, namen  # noqa: F401

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
FORMULIER: dict[str, Any] = {
    "components": [
        {"type": "textfield", "key": "naam", "label": "Uw naam", "validate": {"required": True}},
        {"type": "file", "key": "bewijs", "label": "Uw loonstroken", "multiple": True, "validate": {"required": True}},
        {"type": "file", "key": "foto", "label": "Een foto", "filePattern": "image/*"},
    ]
}


@pytest.fixture
def map_(settings: Any, tmp_path: Path) -> Path:
    """De opslag van deze test."""
    opslag = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "b")}}
    settings.STORAGES = {**settings.STORAGES, "bestanden": opslag}
    return tmp_path / "b"


@pytest.fixture
def scanner_weg(settings: Any, map_: Path) -> None:
    """Er luistert niemand."""
    with socket.socket() as leeg:
        leeg.bind(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{leeg.getsockname()[1]}"


@pytest.fixture
def start_scanner(settings: Any) -> Iterator[Callable[[], None]]:
    """Zet de scanner aan."""
    scanners: list[Scanner] = []

    def start() -> None:
        luisteraar = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{luisteraar.getsockname()[1]}"
        scanners.append(Scanner(luisteraar))
        threading.Thread(target=scanners[-1].serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    yield start
    for scanner in scanners:
        scanner.shutdown()
        scanner.server_close()


@pytest.fixture
def scanner(start_scanner: Callable[[], None], map_: Path) -> None:
    """De scanner staat aan."""
    start_scanner()


@pytest.fixture
def taak(klaarzetten: Any, fatima: Any) -> Taak:  # noqa: F811
    """Een formuliertaak met bestandsvelden."""
    taak: Taak = klaarzetten(
        fatima, "Stuur uw loonstroken", soort="formuliertaak", details={"formulierDefinitie": FORMULIER}
    )
    return taak


def bestand(naam: str = "loonstrook.pdf", inhoud: bytes = PDF) -> "UploadedFile[Any]":
    """Een bestand zoals een browser het stuurt."""
    return SimpleUploadedFile(naam, inhoud)


def foto(soort: str = "JPEG", maat: tuple[int, int] = (40, 30), **anders: Any) -> bytes:
    """Een foto; met `exif` heeft zij kenmerken."""
    uit = BytesIO()
    Image.new("RGB", maat, "orange").save(uit, soort, **anders)
    return uit.getvalue()
