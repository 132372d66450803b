"""De documentatie verwijst alleen naar wat er is."""

import re
from pathlib import Path

import pytest

WORTEL = Path(__file__).resolve().parents[2]
DOCUMENTEN = sorted([*WORTEL.glob("*.md"), *WORTEL.glob("docs/**/*.md")])
GEMAAKT = (WORTEL / ".gitignore").read_text().split()  # mappen die `make` maakt
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def zonder_code(document: Path) -> str:
    return _CODE.sub("", document.read_text())


def ankers(document: Path) -> set[str]:
    """De ankers van de koppen, zoals GitHub en GitLab ze maken."""
    koppen = re.findall(r"^#+ (.+)$", zonder_code(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", kop.lower()).replace(" ", "-") for kop in koppen}


def test_de_documenten_zijn_er():
    namen = {str(d.relative_to(WORTEL)) for d in DOCUMENTEN}

    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/api.md"} <= namen


@pytest.mark.parametrize("document", DOCUMENTEN, ids=lambda d: str(d.relative_to(WORTEL)))
def test_elke_link_binnen_het_project_bestaat(document):
    kapot = []
    for doel in _LINK.findall(zonder_code(document)):
        if doel.startswith(("http://", "https://", "mailto:")):
            continue
        pad, _, anker = doel.partition("#")
        bestand = (document.parent / pad).resolve() if pad else document
        if not bestand.exists() or (anker and anker not in ankers(bestand)):
            kapot.append(doel)

    assert not kapot


@pytest.mark.parametrize("document", DOCUMENTEN, ids=lambda d: str(d.relative_to(WORTEL)))
def test_wat_als_bestand_wordt_genoemd_bestaat(document):
    """Een pad tussen backticks dat in een map van het project begint, is er ook echt."""
    mappen = {p.name for p in WORTEL.iterdir() if p.is_dir() and not p.name.startswith(".")}
    genoemd = re.findall(r"`([\w./-]+/[\w./-]*)`", zonder_code(document))
    kwijt = [p for p in genoemd if p.split("/")[0] in mappen and p not in GEMAAKT and not (WORTEL / p).exists()]

    assert not kwijt
