"""Een groot bestand staat tijdens het sturen nooit leesbaar op de schijf, en het geheugen loopt niet vol."""

import io
import os
import random
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portaal.bestanden import clamd, handelingen
from portaal.bestanden.models import Stand
from portaal.bestanden.tijdelijk import TijdelijkBestand
from tests.bestanden.conftest import PDF
from tests.bestanden.test_paginas import bij, stuur

MERK = b"GEHEIM-LOONSTROOK-VAN-FATIMA"
GROOT = PDF[:9] + MERK * 150_000 + b"\n%%EOF\n"  # ruim 4 MB: past niet in het geheugen van de upload


def op_de_schijf(map_: Path) -> list[bytes]:
    """Wat er nu in deze map staat, ook als het bestand geen naam meer heeft maar nog open is."""
    gevonden = [pad.read_bytes() for pad in map_.rglob("*") if pad.is_file()]
    for fd in os.listdir("/proc/self/fd"):
        pad = f"/proc/self/fd/{fd}"
        try:
            if os.readlink(pad).startswith(f"{map_}/"):
                gevonden.append(Path(pad).read_bytes())
        except OSError:
            continue
    return gevonden


@pytest.fixture
def tijdelijk(settings: Any, tmp_path: Path) -> Path:
    map_ = tmp_path / "tijdelijk"
    map_.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(map_)
    return map_


@pytest.mark.django_db
def test_tijdens_het_scannen_staat_er_niets_leesbaars_en_daarna_niets(fatima, taak, scanner, tijdelijk, monkeypatch):
    gezien: list[bytes] = []
    echt = clamd.scan

    def scan(inhoud: Any) -> str:
        gezien.extend(op_de_schijf(tijdelijk))
        return echt(inhoud)

    monkeypatch.setattr(handelingen, "scan", scan)
    stuur(fatima, taak, bewijs=[SimpleUploadedFile("groot.pdf", GROOT), SimpleUploadedFile("twee.pdf", GROOT)])

    assert len(gezien) == 4  # twee bestanden, bij elke scan allebei op de schijf
    assert {len(inhoud) for inhoud in gezien} == {len(GROOT)}
    assert not [inhoud for inhoud in gezien if MERK[:8] in inhoud or PDF[:5] in inhoud]
    assert len(set(gezien)) == 2  # elk een eigen sleutel
    assert op_de_schijf(tijdelijk) == []
    een, _twee = bij(taak)
    assert een.stand == Stand.SCHOON
    assert b"".join(handelingen.inhoud(een)) == GROOT


def test_lezen_en_springen_gaat_precies_als_in_een_gewoon_bestand(tijdelijk):
    toeval = random.Random(20261124)
    inhoud = toeval.randbytes(200_003)
    raw = TijdelijkBestand()
    rest = inhoud
    while rest:
        stuk, rest = rest[: (n := toeval.randint(1, 9_999))], rest[n:]
        raw.schrijf(stuk)
    proef, gewoon = io.BufferedReader(raw, 4096), io.BytesIO(inhoud)
    for _ in range(500):
        plek, vanaf = toeval.choice([(toeval.randint(0, 210_000), 0), (-toeval.randint(0, 200_003), 2)])
        aantal = toeval.choice([0, 1, 15, 16, 17, 5_000, -1])
        assert proef.seek(plek, vanaf) == gewoon.seek(plek, vanaf)
        assert proef.read(aantal) == gewoon.read(aantal)
        assert proef.tell() == gewoon.tell()
    proef.close()
    assert op_de_schijf(tijdelijk) == []


def test_een_document_is_er_in_te_lezen(tijdelijk):
    pakket = io.BytesIO()
    with zipfile.ZipFile(pakket, "w", zipfile.ZIP_DEFLATED) as zip_:
        zip_.writestr("word/document.xml", "x" * 100_000)
    raw = TijdelijkBestand()
    raw.schrijf(pakket.getvalue())
    with zipfile.ZipFile(io.BufferedReader(raw)) as zip_:
        assert zip_.read("word/document.xml") == b"x" * 100_000


def test_dertig_bestanden_kosten_geen_geheugen_naar_maat(tijdelijk):
    stuk = os.urandom(64 * 1024)
    tracemalloc.start()
    bestanden = [TijdelijkBestand() for _ in range(30)]
    for _ in range(32):
        for bestand in bestanden:
            bestand.schrijf(stuk)
    _nu, hoogste = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(bestand.grootte for bestand in bestanden) == 30 * 32 * len(stuk)  # 60 MB
    assert hoogste < 8 * 1024 * 1024
    for bestand in bestanden:
        bestand.close()
