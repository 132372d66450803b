"""Een PDF die ook te lezen is met een schermlezer, en waarin wat iemand schreef alleen tekst is."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from portaal import pdf

PROEF = '#import "basis.typ": g, opmaak, gegevens\n#show: opmaak\n= #g.titel\n#g.tekst\n#gegevens(g.rijen)\n'


@pytest.fixture
def maak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Een document met één alinea, op de gewone basis."""
    (tmp_path / "basis.typ").write_text((pdf.OPMAAK / "basis.typ").read_text())
    (tmp_path / "proef.typ").write_text(PROEF)
    monkeypatch.setattr(pdf, "OPMAAK", tmp_path)
    return lambda tekst, rijen=(): pdf.maak_pdf("proef", {"titel": "Bewijs", "tekst": tekst, "rijen": list(rijen)})


def tekst_van(bytes_: bytes) -> str:
    return "\n".join(pagina.extract_text() for pagina in PdfReader(io.BytesIO(bytes_)).pages)


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_de_pdf_belooft_pdf_ua_en_noemt_taal_en_titel(maak: Any, taal: str) -> None:
    with translation.override(taal):
        document = maak("Hallo")
    lezer: Any = PdfReader(io.BytesIO(document))
    boom = lezer.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    assert boom["/Lang"] == taal
    assert boom["/MarkInfo"]["/Marked"]
    assert lezer.metadata["/Title"] == "Bewijs"


def test_wat_iemand_schreef_is_nooit_opmaak_of_code(maak: Any) -> None:
    raar = '#panic("x") *vet* $x^2$ @ref <label> // weg? \\ "aanhaling" #read("/etc/passwd")'
    gelezen = tekst_van(maak(raar, [("Naam", "#set page(width: 1pt)")]))
    assert '#panic("x") *vet* $x^2$' in gelezen
    assert '#read("/etc/passwd")' in gelezen.replace("\n", " ")
    assert "#set page(width: 1pt)" in gelezen


def test_een_teken_zonder_lettertype_of_zonder_vorm_houdt_het_document_niet_tegen(maak: Any) -> None:
    assert "Hallo daar" in tekst_van(maak("Hal\u200blo \u0007daar"))
    assert "Hallo" in tekst_van(maak("Hallo 漢字"))
