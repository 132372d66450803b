"""Wat voor bestand het is: aan de inhoud gezien, niet aan de naam. Alleen wat hier staat, mag erin."""

import codecs
import re
import struct
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MEESTE_PIXELS = 50_000_000
MEESTE_DELEN = 5000  # in een zip-bestand (docx, odt …)
GROOTST_UITGEPAKT = 250 * 1024 * 1024
HOOGSTE_VERHOUDING = 200  # uitgepakt ten opzichte van ingepakt


class BestandGeweigerdError(Exception):
    """Dit bestand neemt de portaal niet aan; de tekst is voor de persoon en zegt wat hij kan doen."""


@dataclass(frozen=True)
class Bestandssoort:
    """Een soort bestand die erin mag."""

    mime: str
    extensies: tuple[str, ...]
    naam: str  # zoals iemand het noemt
    herken: Callable[[bytes, IO[bytes]], bool]  # aan het begin, of door erin te kijken
    toets: Callable[[IO[bytes]], None]


def kies_soort(naam: str, bron: IO[bytes]) -> Bestandssoort:
    """De soort van dit bestand. Inhoud en naam moeten hetzelfde zeggen; `BestandGeweigerdError` als dat niet zo is."""
    bron.seek(0)
    begin = bron.read(512)
    if not begin:
        raise BestandGeweigerdError(_("Dit bestand is leeg. Kies een ander bestand."))
    extensie = PurePosixPath(naam).suffix.lower().lstrip(".")
    soort = next((soort for soort in SOORTEN if soort.herken(begin, bron)), None)
    if soort is None or not any(extensie in mag.extensies for mag in SOORTEN):
        raise BestandGeweigerdError(
            _("Dit soort bestand kan niet. Kies een {soorten}.").format(soorten=in_woorden(SOORTEN))
        )
    if extensie not in soort.extensies:
        raise BestandGeweigerdError(
            _(
                "De naam eindigt op .{extensie}, maar dit is een ander soort bestand. Bewaar het opnieuw en kies het dan."
            ).format(extensie=extensie)
        )
    soort.toets(bron)
    bron.seek(0)
    return soort


def in_woorden(soorten: "tuple[Bestandssoort, ...] | list[Bestandssoort]") -> str:
    """De soorten zoals op de pagina: "pdf, foto (jpg, png) of Word"."""
    namen = [soort.naam for soort in soorten]
    return ", ".join(namen[:-1]) + (_(" of ") if len(namen) > 1 else "") + namen[-1]


def nette_naam(naam: str) -> str:
    """De naam zonder pad, besturingstekens en tekens die de leesrichting omkeren; hooguit 100 tekens."""
    kaal = re.split(r"[/\\]", unicodedata.normalize("NFC", naam))[-1]
    kaal = "".join(teken for teken in kaal if unicodedata.category(teken)[0] != "C")
    kaal = re.sub(r'[<>:"|?*]', "_", kaal).strip(" .")
    stam, punt, extensie = kaal.rpartition(".")
    if not punt:
        return kaal[:100] or "bestand"
    stam = stam.replace(".", "_").strip() or "bestand"
    return f"{stam[: 99 - len(extensie)]}.{extensie}"[:100]


# --- Per soort --------------------------------------------------------------------------------------------------------
def _toets_pdf(bron: IO[bytes]) -> None:
    """Geen tweede bestand achter het einde van de pdf: zo'n bestand is voor een ander programma iets anders."""
    bron.seek(0, 2)
    grootte = bron.tell()
    bron.seek(max(0, grootte - 66_000))
    staart = bron.read()
    einde = staart.rfind(b"%%EOF")
    if einde < 0 or staart[einde + 5 :].strip(b"\r\n\t \0") or b"PK\x05\x06" in staart:
        raise BestandGeweigerdError(_("Deze pdf is niet goed te lezen. Maak hem opnieuw en kies hem dan."))


def _toets_plaatje(bron: IO[bytes]) -> None:
    bron.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(bron, formats=("JPEG", "PNG")) as plaatje:
                breed, hoog = plaatje.size
                te_groot = breed * hoog > MEESTE_PIXELS or getattr(plaatje, "n_frames", 1) > 1
    except (
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as fout:
        raise BestandGeweigerdError(_("Deze foto is niet goed te lezen. Maak hem opnieuw en kies hem dan.")) from fout
    if te_groot:
        raise BestandGeweigerdError(_("Deze foto is te groot. Maak hem kleiner en kies hem dan."))


def _zip_namen(bron: IO[bytes]) -> set[str]:
    bron.seek(0)
    try:
        with zipfile.ZipFile(bron) as pakket:
            return {deel.filename for deel in pakket.infolist()[: MEESTE_DELEN + 1]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return set()


def _toets_zip(bron: IO[bytes]) -> None:
    """Geen zipbom, geen macro's en geen pad naar buiten."""
    bron.seek(0)
    niet_goed = BestandGeweigerdError(
        _("Dit document is niet goed te lezen. Bewaar het opnieuw, of maak er een pdf van.")
    )
    try:
        with zipfile.ZipFile(bron) as pakket:
            delen = pakket.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as fout:
        raise niet_goed from fout
    uitgepakt, ingepakt = sum(d.file_size for d in delen), sum(d.compress_size for d in delen)
    if (
        len(delen) > MEESTE_DELEN
        or uitgepakt > GROOTST_UITGEPAKT
        or uitgepakt > HOOGSTE_VERHOUDING * max(ingepakt, 1024)
    ):
        raise niet_goed
    if any(d.filename.startswith(("/", "\\")) or ".." in d.filename or d.flag_bits & 1 for d in delen):
        raise niet_goed
    if any("vbaproject" in d.filename.lower() or d.filename.lower().endswith((".exe", ".js", ".vbs")) for d in delen):
        raise BestandGeweigerdError(
            _("In dit document zitten macro's. Bewaar het zonder macro's, of maak er een pdf van.")
        )


def _toets_tekst(bron: IO[bytes]) -> None:
    return


def _is_ooxml(map_: str) -> Callable[[bytes, IO[bytes]], bool]:
    def herken(begin: bytes, bron: IO[bytes]) -> bool:
        if not begin.startswith(b"PK\x03\x04"):
            return False
        namen = _zip_namen(bron)
        return "[Content_Types].xml" in namen and any(naam.startswith(map_) for naam in namen)

    return herken


def _is_odf(mime: str) -> Callable[[bytes, IO[bytes]], bool]:
    merk = b"mimetype" + mime.encode()
    return lambda begin, _bron: begin.startswith(b"PK\x03\x04") and merk in begin[30:120]


def _is_tekst(begin: bytes, bron: IO[bytes]) -> bool:
    """Leesbare tekst in UTF-8, en geen opmaak die een browser zou uitvoeren."""
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"%", b"{") or begin.startswith((b"PK", b"MZ", b"#!")):
        return False
    bron.seek(0)
    lezer = codecs.getincrementaldecoder("utf-8")()
    try:
        while stuk := bron.read(64 * 1024):
            if b"\0" in stuk:
                return False
            lezer.decode(stuk)
        lezer.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_ODF, _OOXML = "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument."
SOORTEN: tuple[Bestandssoort, ...] = (
    Bestandssoort("application/pdf", ("pdf",), "pdf", lambda begin, _b: begin.startswith(b"%PDF-"), _toets_pdf),
    Bestandssoort(
        "image/jpeg", ("jpg", "jpeg"), "jpg", lambda begin, _b: begin.startswith(b"\xff\xd8\xff"), _toets_plaatje
    ),
    Bestandssoort(
        "image/png", ("png",), "png", lambda begin, _b: begin.startswith(b"\x89PNG\r\n\x1a\n"), _toets_plaatje
    ),
    Bestandssoort(f"{_OOXML}wordprocessingml.document", ("docx",), "docx", _is_ooxml("word/"), _toets_zip),
    Bestandssoort(f"{_OOXML}spreadsheetml.sheet", ("xlsx",), "xlsx", _is_ooxml("xl/"), _toets_zip),
    Bestandssoort(f"{_ODF}text", ("odt",), "odt", _is_odf(f"{_ODF}text"), _toets_zip),
    Bestandssoort(f"{_ODF}spreadsheet", ("ods",), "ods", _is_odf(f"{_ODF}spreadsheet"), _toets_zip),
    Bestandssoort("text/plain", ("txt",), "txt", _is_tekst, _toets_tekst),
)


def zonder_kenmerken(soort: Bestandssoort, bron: IO[bytes]) -> IO[bytes]:
    """Het bestand zonder wat het over de maker verraadt: een foto opnieuw gemaakt, zonder plaats, toestel en tijd.

    Andere soorten blijven byte voor byte wat ze zijn: een ondertekende pdf moet haar handtekening houden.
    """
    bron.seek(0)
    if not soort.mime.startswith("image/"):
        return bron
    uit = BytesIO()
    try:
        with Image.open(bron, formats=("JPEG", "PNG")) as origineel:
            plaatje = ImageOps.exif_transpose(origineel)  # de stand stond in de kenmerken
            doorzichtig = soort.mime == "image/png" and ("A" in plaatje.getbands() or "transparency" in plaatje.info)
            schoon = plaatje.convert("RGBA" if doorzichtig else "RGB")
            schoon.info = {}  # ook een opmerking in het bestand zelf
            if soort.mime == "image/jpeg":
                schoon.save(uit, "JPEG", quality=92, optimize=True)
            else:
                schoon.save(uit, "PNG")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as fout:
        raise BestandGeweigerdError(_("Deze foto is niet goed te lezen. Maak hem opnieuw en kies hem dan.")) from fout
    uit.seek(0)
    return uit
