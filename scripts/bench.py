"""Meet wat een pagina en een POST kosten, naast een kale Django-pagina en een kale POST met Django REST framework.

Start een eigen portaal en een vloer (scripts/bench_vloer.py) op dezelfde database, met dezelfde webserver, en stuurt om de
beurt verzoeken: drukte op de machine raakt alles evenveel. Processortijd telt de webprocessen en de database samen; die is op
een drukke machine eerlijker dan verzoeken per seconde. Gebruik: make bench, of python scripts/bench.py [onderdeel …].
"""

import http.client
import json
import os
import re
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portaal.demo.start import Omgeving, open_poort

RONDEN, PER_RONDE, WARM, TEGELIJK = 5, 100, 40, 4
TIK = os.sysconf("SC_CLK_TCK")


@dataclass
class Meting:
    """Eén soort verzoek: waarheen, en wat het tot nu toe kostte."""

    naam: str
    poort: int
    verzoek: Callable[[int], tuple[str, str, str | None, dict[str, str]]]
    processen: Callable[[], list[int]]
    aantal: int = 0
    seconden: float = 0.0
    cpu: float = 0.0
    tijden: list[float] = field(default_factory=list)

    @property
    def per_seconde(self) -> float:
        """Verzoeken per seconde."""
        return self.aantal / self.seconden

    @property
    def cpu_ms(self) -> float:
        """Processortijd per verzoek, in milliseconden."""
        return self.cpu / self.aantal * 1000


def cpu_van(pids: list[int]) -> float:
    """De processortijd (seconden) van deze processen en hun kinderen, ook die al klaar zijn."""
    totaal = 0.0
    for pid in pids:
        try:
            velden = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        totaal += sum(int(tikken) for tikken in velden[11:15]) / TIK
    return totaal


def met_kinderen(pid: int) -> list[int]:
    """Dit proces en alles wat eronder draait."""
    kinderen = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for kind in kinderen for p in met_kinderen(int(kind)))]


def geheugen_mb(pids: list[int]) -> float:
    """Het grootste eigen geheugen (PSS) van deze processen, in MB: gedeelde pagina's tellen naar rato mee."""
    groottes = []
    for pid in pids:
        regels = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        groottes.append(next(int(regel.split()[1]) for regel in regels if regel.startswith("Pss:")) / 1024)
    return max(groottes)


def stuur(meting: Meting, aantal: int, vanaf: int, *, telt: bool) -> None:
    """Stuur de verzoeken over een paar vaste verbindingen; een ander antwoord dan 200 of 201 stopt alles."""
    volgende, slot, fouten = iter(range(vanaf, vanaf + aantal)), threading.Lock(), list[str]()

    def klant() -> None:
        verbinding = http.client.HTTPConnection("127.0.0.1", meting.poort, timeout=120)
        while not fouten:
            with slot:
                nummer = next(volgende, None)
            if nummer is None:
                break
            methode, pad, inhoud, koppen = meting.verzoek(nummer)
            begin = time.perf_counter()
            verbinding.request(methode, pad, inhoud, koppen)
            antwoord = verbinding.getresponse()
            tekst = antwoord.read()
            meting.tijden.append(time.perf_counter() - begin)
            if antwoord.status not in (200, 201):
                fouten.append(f"{methode} {pad}: {antwoord.status} {tekst[:200]!r}")
        verbinding.close()

    if not telt:
        meting.tijden.clear()
    pids = meting.processen()
    cpu, begin = cpu_van(pids), time.perf_counter()
    draden = [threading.Thread(target=klant) for _ in range(TEGELIJK)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    if fouten:
        raise SystemExit(fouten[0])
    if telt:
        meting.seconden += time.perf_counter() - begin
        meting.cpu += cpu_van(pids) - cpu
        meting.aantal += aantal
    else:
        meting.tijden.clear()


def main(onderdelen: list[str]) -> int:
    """Draai de onderdelen; elk is een module `bench_<naam>` met `metingen(bank)` en `oordeel(bank, metingen)`."""
    import importlib

    modules = [importlib.import_module(f"bench_{naam}") for naam in onderdelen or ["taken", "bezorgen"]]
    with tempfile.TemporaryDirectory() as tijdelijk, ExitStack() as stapel:
        bank = Bank(Path(tijdelijk), stapel)
        for module in modules:
            metingen = module.metingen(bank)
            for meting in metingen:
                stuur(meting, WARM, -WARM, telt=False)
            for ronde in range(RONDEN):
                for meting in metingen:
                    stuur(meting, PER_RONDE, ronde * PER_RONDE, telt=True)
            print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} kernen, load {os.getloadavg()[0]:.1f}")
            module.oordeel(bank, metingen)
    return 0


class Bank:
    """De draaiende portaal, met de database waar ook de vloer op werkt."""

    def __init__(self, plek: Path, stapel: ExitStack) -> None:
        self.stapel, self.plek = stapel, plek
        self.om = stapel.enter_context(Omgeving(plek))
        self.om.start(["postgres", "valkey"])
        self.om.manage("migrate", als_eigenaar=True)
        self.om.manage("collectstatic", "--noinput")
        self.om.manage("laad_demo")
        self.om.start(["web"])
        toegang = json.loads((plek / "toegang.json").read_text())
        self.token = next(a["token"] for a in toegang["applicaties"] if a["naam"] == "Zaaksysteem")
        with psycopg.connect(self.om.env["DATABASE_URL"]) as verbinding:
            stat = Path(f"/proc/{verbinding.info.backend_pid}/stat").read_text()
        self.postmaster = int(stat.rpartition(")")[2].split()[1])  # wie de databaseprocessen maakt

    def database(self) -> list[int]:
        """De processen van de database."""
        return met_kinderen(self.postmaster)

    def web(self) -> list[int]:
        """De webprocessen van de portaal."""
        return met_kinderen(self.om.kinderen["web"].proces.pid)

    def begin_vloer(self) -> tuple[int, Callable[[], list[int]]]:
        """Start de kale Django met dezelfde webserver; geeft haar poort en haar processen."""
        import subprocess

        env = {**self.om.env, "DATABASE_URL": self.om.eigenaar_url or self.om.env["DATABASE_URL"]}
        env |= {"PYTHONPATH": str(Path(__file__).parent), "DJANGO_SETTINGS_MODULE": "bench_vloer"}
        subprocess.run([sys.executable, "-m", "bench_vloer"], env=env, check=True)
        luisteraar = open_poort("127.0.0.1", 0)
        fd = luisteraar.fileno()
        opdracht = [
            *(sys.executable, "-m", "gunicorn", "bench_vloer:application", "--bind", f"fd://{fd}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"),
        ]
        proces = subprocess.Popen(opdracht, env=env, pass_fds=(fd,))
        self.stapel.callback(proces.wait)
        self.stapel.callback(proces.terminate)
        poort: int = luisteraar.getsockname()[1]
        luisteraar.close()
        time.sleep(3)
        return poort, lambda: met_kinderen(proces.pid)

    def log_in(self, persoon: str, middel: str) -> str:
        """De cookie van een sessie, langs de simulator verkregen."""
        import requests

        basis = f"http://127.0.0.1:{self.om.poort}"
        sessie = requests.Session()
        kies = sessie.get(f"{basis}/inloggen/{middel}", timeout=60)
        teken = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', kies.text)
        gegevens = {"persoon": persoon, "csrfmiddlewaretoken": teken[1] if teken else ""}
        terug = sessie.post(kies.url, data=gegevens, timeout=60)
        if not terug.url.startswith(f"{basis}/overzicht"):
            raise SystemExit(f"Inloggen als {persoon} lukte niet: {terug.url}")
        return "; ".join(f"{naam}={waarde}" for naam, waarde in sessie.cookies.get_dict().items())


def plek_van(adres: str) -> str:
    """Pad met querystring."""
    delen = urlsplit(adres)
    return f"{delen.path}?{delen.query}" if delen.query else delen.path


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    sys.exit(main(sys.argv[1:]))
