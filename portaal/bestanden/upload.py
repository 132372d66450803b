"""Wat er met een upload gebeurt terwijl zij binnenkomt: wat te groot is wordt niet eerst helemaal opgeslagen, en wat niet in het
geheugen past staat alleen versleuteld op de schijf."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from portaal.bestanden.tijdelijk import TijdelijkBestand

MEESTE_KEREN = 5  # zoveel bestanden van de grootste maat in één keer


class Grens(FileUploadHandler):
    """Slaat een bestand over zodra het te groot is; `te_groot(request)` zegt in welk veld dat was."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.gelezen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.gelezen += len(raw_data)
        self.totaal = getattr(self, "totaal", 0) + len(raw_data)
        if self.gelezen > settings.BESTAND_GROOTST or self.totaal > MEESTE_KEREN * settings.BESTAND_GROOTST:
            self.request.te_groot = {*te_groot(self.request), self.field_name}  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class Versleuteld(FileUploadHandler):
    """De plaats van Django's `TemporaryFileUploadHandler`: hetzelfde, maar op de schijf is niets te lezen."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.bestand = TijdelijkBestand()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.bestand.schrijf(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        lezer = io.BufferedReader(self.bestand, 64 * 1024)
        return UploadedFile(lezer, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        if hasattr(self, "bestand"):
            self.bestand.close()


def te_groot(request: HttpRequest | None) -> set[str]:
    """De velden waarin een bestand stond dat te groot was."""
    return getattr(request, "te_groot", set())
