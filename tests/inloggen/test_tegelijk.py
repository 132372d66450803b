"""Tweehonderd mensen loggen op hetzelfde moment in, bij een echte gunicorn. Ieder is daarna zichzelf, en niemand een ander."""

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import requests
from django.conf import settings

from portaal.betrokkenen.nummers import elfproef
from portaal.demo.start import Omgeving
from tests import wereld
from tests.inloggen.hulp import ingelogd

pytestmark = [pytest.mark.lang, pytest.mark.proces, pytest.mark.django_db(transaction=True)]

AANTAL = 200
LANG = 120  # seconden; alleen een grens aan het wachten, nooit een eis


@pytest.fixture
def portaal(omgeving: Omgeving, app_database_url: str, tmp_path: Path) -> Iterator[str]:
    """De portaal, en de inlogdienst als een ander proces: zo wacht de portaal nooit op zichzelf."""
    with Omgeving(tmp_path / f"d{secrets.token_hex(2)}", soort="test", database_url=app_database_url) as dienst:
        bestand = tmp_path / "middelen.toml"
        middelen, digid = Path(settings.INLOGMIDDELEN_BESTAND).read_text(), f"{dienst.lokaal}/demo/oidc/digid"
        punten = {"autorisatie": "authorize", "token": "token", "sleutels": "jwks", "gebruiker": "userinfo"}
        regels = "\n".join(f'{naam} = "{digid}/{einde}"' for naam, einde in punten.items())
        bestand.write_text(middelen.replace("[middel.niveau]", f"[middel.eindpunten]\n{regels}\n\n[middel.niveau]", 1))
        dienst.start(["valkey"])
        for om in (dienst, omgeving):
            om.env |= {"PORTAAL_URL": omgeving.url, "INLOGMIDDELEN_BESTAND": str(bestand)}
            om.env |= {naam: dienst.env[naam] for naam in ("BROKER_URL", "CACHE_URL")}
        dienst.url = omgeving.url  # zo heet hij ook als wij vragen of hij er is
        for om in (dienst, omgeving):
            om.start(["web"])
        yield omgeving.url


def nummers() -> list[str]:
    """Bsn's uit de reeks voor tests die de elfproef doorstaan."""
    return [bsn for n in range(999_900_000, 999_999_999) if elfproef(bsn := str(n))][:AANTAL]


def test_tweehonderd_tegelijk_en_niemand_is_een_ander(portaal: str) -> None:
    wie: dict[str, UUID] = {bsn: wereld.betrokkene(bsn) for bsn in nummers()}
    for bsn in wie:
        wereld.taak(bsn=bsn, titel=f"Taak van {bsn[::-1]}")
    allen_klaar = Barrier(AANTAL, timeout=LANG)

    def log_in(bsn: str) -> tuple[int, list[str], str]:
        """Ieder met een eigen browser; pas als iedereen bij de dienst klaar is gaan allen tegelijk terug."""
        with requests.Session() as browser:
            browser.headers["Connection"] = "close"  # een open verbinding kan de server tijdens het wachten sluiten
            try:
                keuze = browser.get(f"{portaal}/inloggen/digid?next=/taken", timeout=LANG)
                assert "/authorize?" in keuze.url, keuze.url
                token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', keuze.text)[0]
                velden = {"csrfmiddlewaretoken": token, "nummer": bsn, "niveau": "2"}
                terug = browser.post(keuze.url, velden, allow_redirects=False, timeout=LANG)
                adres = terug.headers["Location"]
            except BaseException:
                allen_klaar.abort()
                raise
            allen_klaar.wait()
            pagina = browser.get(adres, timeout=LANG)
            return (
                pagina.status_code,
                sorted(set(re.findall(r"Taak van (\d{9})", pagina.text))),
                browser.cookies["sessie"],
            )

    with ThreadPoolExecutor(AANTAL) as menigte:
        uitkomst: dict[str, Any] = dict(zip(wie, menigte.map(log_in, wie), strict=True))

    mis = {bsn: gekregen for bsn, gekregen in uitkomst.items() if gekregen[:2] != (200, [bsn[::-1]])}
    assert mis == {}
    van_wie = {str(sessie.session_key): sessie.persoon_id for sessie in ingelogd()}
    assert van_wie == {sleutel: wie[bsn] for bsn, (_status, _gezien, sleutel) in uitkomst.items()}
