"""Wat er in mag, aan de inhoud gezien; en alles waarmee iemand dat probeert te omzeilen."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import Base

from portaal.bestanden.soorten import SOORTEN, BestandGeweigerdError, kies_soort, nette_naam, zonder_kenmerken
from tests.bestanden.conftest import PDF, foto


def pakket(delen: dict[str, bytes], mimetype: str = "") -> bytes:
    uit = BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
        if mimetype:
            zip_.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for naam, inhoud in delen.items():
            zip_.writestr(naam, inhoud)
    return uit.getvalue()


WORD = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}
EXCEL = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
ODT, ODS = ("application/vnd.oasis.opendocument." + soort for soort in ("text", "spreadsheet"))


@pytest.mark.parametrize(
    ("naam", "inhoud", "mime"),
    [
        ("a.pdf", PDF, "application/pdf"), ("A.PDF", PDF + b"\r\n\0", "application/pdf"),
        ("f.jpg", foto(), "image/jpeg"), ("f.jpeg", foto(), "image/jpeg"), ("f.png", foto("PNG"), "image/png"),
        ("b.docx", pakket(WORD), SOORTEN[3].mime), ("b.xlsx", pakket(EXCEL), SOORTEN[4].mime),
        ("b.odt", pakket({"content.xml": b"x"}, ODT), ODT), ("b.ods", pakket({"content.xml": b"x"}, ODS), ODS),
        ("t.txt", "Beste gemeente, één vraag.".encode(), "text/plain"), ("t.txt", b"\xef\xbb\xbfmet bom", "text/plain"),
    ],
)  # fmt: skip
def test_wat_er_in_mag_is_herkend_aan_de_inhoud(naam, inhoud, mime):
    assert kies_soort(naam, BytesIO(inhoud)).mime == mime


def png_bom() -> bytes:
    """Een png van 20.000 bij 20.000 in een paar kB."""

    def stuk(naam: bytes, inhoud: bytes) -> bytes:
        return struct.pack(">I", len(inhoud)) + naam + inhoud + struct.pack(">I", zlib.crc32(naam + inhoud))

    kop = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + stuk(b"IHDR", kop) + stuk(b"IDAT", zlib.compress(b"\0" * 1000)) + stuk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>' + b"<g/>" * 2_600_000 + b"</svg>"
AANVALLEN: dict[str, tuple[str, bytes]] = {
    "leeg": ("a.pdf", b""),
    "svg van 10 MB": ("a.svg", SVG),
    "svg die zegt een png te zijn": ("a.png", SVG[:1000]),
    "html die zegt tekst te zijn": ("a.txt", b"  <html><script>alert(1)</script>"),
    "html": ("a.html", b"<html>"),
    "programma": ("a.exe", b"MZ\x90\0" + b"\0" * 100),
    "programma met een nette naam": ("loonstrook.pdf", b"MZ\x90\0" + b"\0" * 100),
    "dubbele extensie": ("loonstrook.pdf.exe", PDF),
    "pdf met een andere naam": ("loonstrook.jpg", PDF),
    "foto met een andere naam": ("loonstrook.pdf", foto()),
    "pdf met een zip erachter": ("a.pdf", PDF + pakket({"evil.js": b"x"})),
    "pdf met html erachter": ("a.pdf", PDF + b"<script>alert(1)</script>"),
    "pdf met iets ervoor": ("a.pdf", b"<html>" + PDF),
    "pdf zonder einde": ("a.pdf", b"%PDF-1.7 half"),
    "afgekapte foto": ("a.jpg", foto()[:20]),
    "pngbom": ("a.png", png_bom()),
    "zipbom": ("a.docx", pakket({**WORD, "word/bom.xml": b"\0" * 60_000_000})),
    "zip met duizenden delen": ("a.docx", pakket({**WORD, **{f"word/{n}": b"" for n in range(5001)}})),
    "zip met een pad naar buiten": ("a.docx", pakket({**WORD, "../../etc/passwd": b"x"})),
    "macro's": ("a.docx", pakket({**WORD, "word/vbaProject.bin": b"x"})),
    "gewone zip": ("a.docx", pakket({"a.txt": b"x"})),
    "zip": ("a.zip", pakket({"a.txt": b"x"})),
    "kapotte zip": ("a.docx", pakket(WORD)[:60]),
    "tekst met nullen": ("a.txt", b"abc\0def"),
    "geen tekst": ("a.txt", b"\xff\xfe\x00a"),
    "zonder extensie": ("loonstrook", PDF),
    "script": ("a.txt", b"#!/bin/sh\nrm -rf"),
    "gif": ("a.gif", foto("GIF")),
    "gif met de naam van een png": ("a.png", foto("GIF")),
}  # fmt: skip


@pytest.mark.parametrize("aanval", AANVALLEN)
def test_de_rest_komt_er_niet_in_en_de_uitleg_zegt_wat_iemand_kan_doen(aanval):
    naam, inhoud = AANVALLEN[aanval]
    with pytest.raises(BestandGeweigerdError) as fout:
        kies_soort(naam, BytesIO(inhoud))
    assert any(woord in str(fout.value) for woord in ("Kies", "kies", "Bewaar", "Maak"))


@pytest.mark.parametrize(
    ("gestuurd", "netjes"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\fatima\\loon.pdf", "loon.pdf"), ("a.exe.pdf", "a_exe.pdf"),
        ("loon\u202efdp.exe", "loonfdp.exe"), ("a\0b\n.pdf", "ab.pdf"), ('a<b>"c|d?.pdf', "a_b__c_d_.pdf"),
        (" .pdf ", "pdf"), ("", "bestand"), ("…", "…"), ("e\u0301.pdf", "é.pdf"), ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)  # fmt: skip
def test_een_naam_is_alleen_een_naam(gestuurd, netjes):
    assert nette_naam(gestuurd) == netjes
    assert len(nette_naam(gestuurd)) <= 100


def test_van_een_foto_gaan_plaats_toestel_en_tijd_weg_en_zij_blijft_rechtop():
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Toestel van Fatima", 6
    exif.get_ifd(0x8825)[1] = "N"
    ruw = foto(exif=exif, maat=(40, 30))
    assert b"Toestel van Fatima" in ruw
    schoon = zonder_kenmerken(kies_soort("f.jpg", BytesIO(ruw)), BytesIO(ruw)).read()
    assert b"Toestel" not in schoon
    with Image.open(BytesIO(schoon)) as plaatje:
        assert plaatje.size == (30, 40)
        assert not plaatje.getexif()


@pytest.mark.parametrize(("soort", "extra"), [("PNG", {}), ("JPEG", {"comment": b"geheim"})])
def test_wat_achter_een_foto_geplakt_is_gaat_weg(soort: str, extra: dict[str, Any]):
    ruw = foto(soort, **extra) + b"<script>alert(1)</script>" + pakket({"a.js": b"x"})
    schoon = zonder_kenmerken(kies_soort(f"f.{'png' if soort == 'PNG' else 'jpg'}", BytesIO(ruw)), BytesIO(ruw)).read()
    assert b"<script>" not in schoon
    assert b"PK" not in schoon
    assert b"geheim" not in schoon


def test_een_pdf_blijft_byte_voor_byte_hetzelfde():
    assert zonder_kenmerken(SOORTEN[0], BytesIO(PDF)).read() == PDF
