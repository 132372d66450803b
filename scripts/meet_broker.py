"""Meet hoe lang een POST duurt met een goede broker, een die weigert en een die zwijgt.

Start een eigen portaal in een tijdelijke map (database, web; geen worker) en stuurt om de beurt verzoeken naar drie
webservers, zodat drukte op de machine alle drie evenveel raakt. Gebruik: python scripts/meet_broker.py [aantal per soort]
"""

import http.client
import json
import socket
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portaal.demo.start import Omgeving

WARM = 20  # verzoeken vooraf, die niet meetellen
GRENS = 0.1  # seconden die een zieke broker hoogstens mag toevoegen


def zwijgende_broker() -> socket.socket:
    """Neemt op (dat doet het besturingssysteem) en zegt nooit iets."""
    luisteraar = socket.create_server(("127.0.0.1", 0), backlog=512)
    open_: list[socket.socket] = []

    def neem_op() -> None:
        while True:
            open_.append(luisteraar.accept()[0])

    threading.Thread(target=neem_op, daemon=True).start()
    return luisteraar


def dode_poort() -> int:
    with socket.socket() as luisteraar:
        luisteraar.bind(("127.0.0.1", 0))
        poort: int = luisteraar.getsockname()[1]
        return poort


def post(om: Omgeving, token: str, nummer: int) -> float:
    """Maak een taak; geef hoeveel seconden dat duurde."""
    inhoud = json.dumps(
        {
            "titel": f"Meting {nummer}",
            "isToegewezenAan": "urn:nld:brp:bsn:999990019",
            "details": {"uitvraagLink": "https://formulier.example.org/meting"},
        }
    )
    koppen = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    verbinding = http.client.HTTPConnection("127.0.0.1", om.poort, timeout=60)
    begin = time.perf_counter()
    verbinding.request("POST", "/taken/api/v1/urltaken", inhoud, koppen)
    antwoord = verbinding.getresponse()
    antwoord.read()
    duur = time.perf_counter() - begin
    verbinding.close()
    if antwoord.status != 201:
        raise SystemExit(f"POST gaf {antwoord.status}")
    return duur


def main(aantal: int) -> int:
    with tempfile.TemporaryDirectory() as tijdelijk, ExitStack() as stapel:
        plek = Path(tijdelijk)
        goed = stapel.enter_context(Omgeving(plek))
        goed.start(["postgres", "valkey"])
        goed.manage("migrate", als_eigenaar=True)
        goed.manage("laad_demo")
        toegang = json.loads((plek / "toegang.json").read_text())
        token = next(a["token"] for a in toegang["applicaties"] if a["naam"] == "Zaaksysteem")
        zwijger = stapel.enter_context(zwijgende_broker())
        brokers = {"goed": None, "weigert": dode_poort(), "zwijgt": zwijger.getsockname()[1]}
        webs: dict[str, Omgeving] = {}
        for soort, poort in brokers.items():
            om = goed
            if poort is not None:
                om = stapel.enter_context(Omgeving(plek / soort, database_url=goed.env["DATABASE_URL"]))
                om.env |= {
                    n: goed.env[n] for n in ("SECRET_KEY", "SLEUTELS", "SLEUTEL_INDEX", "SLEUTEL_GEBEURTENISSEN")
                }
                om.env |= {"BROKER_URL": f"redis://127.0.0.1:{poort}/0", "CACHE_URL": goed.env["CACHE_URL"]}
            om.start(["web"])
            webs[soort] = om
        metingen: dict[str, list[float]] = {soort: [] for soort in webs}
        for nummer in range(-WARM, aantal):
            for soort, om in webs.items():
                duur = post(om, token, nummer)
                if nummer >= 0:
                    metingen[soort].append(duur)
    mediaan = {soort: statistics.median(tijden) for soort, tijden in metingen.items()}
    for soort, tijden in metingen.items():
        p95 = statistics.quantiles(tijden, n=20)[-1]
        erbij = mediaan[soort] - mediaan["goed"]
        sys.stdout.write(
            f"broker {soort:8} mediaan {mediaan[soort] * 1000:6.1f} ms  p95 {p95 * 1000:6.1f} ms  "
            f"langste {max(tijden) * 1000:6.1f} ms  verschil van de mediaan {erbij * 1000:+6.1f} ms\n"
        )
    return int(max(mediaan.values()) - mediaan["goed"] >= GRENS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
