"""Een PDF die ook te lezen is met een schermlezer, en waarin wat iemand schreef alleen tekst is."""

import io
from pathlib import Path
from typing import Any

import pytest
import typst
from django.utils import translation
from page import ValidationProfile, validate_pdf_bytes
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


def fouten_tegen_pdf_ua(document: bytes) -> list[str]:
    """Welke regels van PDF/UA-1 (ISO 14289-1) een onafhankelijke keuring geschonden vindt."""
    rapport = validate_pdf_bytes(document, profile=ValidationProfile.PDF_UA_1)
    assert rapport.rules.total > 100  # er is echt gekeurd
    return [fout.rule_id for fout in rapport.failures]


def test_de_keuring_vindt_dat_de_pdf_aan_pdf_ua_voldoet(maak: Any) -> None:
    assert fouten_tegen_pdf_ua(maak("Hallo\n\nNog een alinea", [("Naam", "Fatima"), ("Plaats", "Utrecht")])) == []


def test_de_keuring_wijst_een_pdf_af_die_het_niet_belooft_of_geen_titel_heeft(maak: Any, tmp_path: Path) -> None:
    """Zonder deze proef zei een keuring die alles goed vindt ook niets."""
    (tmp_path / "kaal.typ").write_text("= Kop\nZonder titel")
    kaal = bytes(typst.compile(str(tmp_path / "kaal.typ"), root=str(tmp_path)))
    assert {"PDFUA1-ID-PART-001", "PDFUA1-METADATA-TITLE-001"} <= set(fouten_tegen_pdf_ua(kaal))
    assert "PDFUA1-ID-PART-001" in fouten_tegen_pdf_ua(
        maak("Hallo 漢字")
    )  # een blokje is niet te lezen, dus geen belofte


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
