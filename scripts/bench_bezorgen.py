"""Bezorgen: e-mails per seconde naast kale smtplib, van commit tot mailserver, en veel berichten tegelijk.

`python scripts/bench_bezorgen.py` meet op een eigen portaal in een tijdelijke map. BERICHTEN=100000 zegt hoeveel berichten er
tegelijk gepubliceerd worden (standaard 2000). Het zijn metingen, geen toetsen: er is geen grens die faalt.
"""

import http.client
import json
import os
import re
import smtplib
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portaal.demo.start import Omgeving

MAILS, RUSTIG = 300, 30
BERICHTEN = int(os.environ.get("BERICHTEN", "2000"))
TEMPO = float(os.environ.get("TEMPO", "40"))  # e-mails per seconde, de grens tijdens het leegwerken


def elf(getal: int) -> bool:
    cijfers = [int(c) for c in f"{getal:09d}"]
    return (sum(c * w for c, w in zip(cijfers, range(9, 1, -1), strict=False)) - cijfers[8]) % 11 == 0


def mensen(aantal: int, vanaf: int) -> list[str]:
    """Bsn's uit de reeks voor tests, met elk een e-mailadres in de portaal."""
    from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene
    from portaal.betrokkenen.nummers import NummerSoort
    from portaal.notificaties.handelingen import leg_contactadres_vast
    from portaal.notificaties.models import Kanaal

    gevonden = [str(n) for n in range(vanaf, vanaf + aantal * 12) if elf(n)][:aantal]
    for bsn in gevonden:
        leg_contactadres_vast(
            vind_of_maak_betrokkene(NummerSoort.BSN, bsn), Kanaal.EMAIL, f"b{bsn[-5:]}@voorbeeld.test"
        )
    return gevonden


def kaal(om: Omgeving, aantal: int) -> float:
    """Seconden om zoveel even grote e-mails over één verbinding te sturen, met niets dan smtplib."""
    bericht = EmailMessage()
    bericht["From"], bericht["To"], bericht["Subject"] = "a@voorbeeld.test", "b@voorbeeld.test", "Er staat iets klaar"
    bericht.set_content("x" * 600)
    bericht.add_alternative("<p>" + "x" * 900 + "</p>", subtype="html")
    begin = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", om.smtp_poort, timeout=10) as verbinding:
        for _ in range(aantal):
            verbinding.send_message(bericht)
    return time.perf_counter() - begin


def tempo_van_een_worker(om: Omgeving) -> None:
    """Eén worker naast kale smtplib, om en om, op dezelfde mailserver."""
    from portaal.betrokkenen.models import Applicatie
    from portaal.gebeurtenissen.tasks import lever_af
    from portaal.inloggen.partij import Partij
    from portaal.notificaties.tasks import verstuur_wachtende
    from taken import handelingen
    from taken.models import TaakSoort

    door = Partij.systeem(Applicatie.objects.get(naam="Zaaksysteem"))
    for bsn in mensen(MAILS, 999_901_000):
        voor = handelingen.Geadresseerde("bsn", bsn, f"urn:nld:brp:bsn:{bsn}")  # type: ignore[arg-type]
        link = {"uitvraagLink": "https://formulier.example.org/meting"}
        handelingen.maak_aan(handelingen.NieuweTaak(TaakSoort.URLTAAK, "Meting", voor, link), door)
    while lever_af():
        pass
    zonder = kaal(om, MAILS)
    begin, gedaan = time.perf_counter(), 0
    while aantal := verstuur_wachtende():
        gedaan += aantal
    met = time.perf_counter() - begin
    zonder = (zonder + kaal(om, MAILS)) / 2
    verhouding = (gedaan / met) / (MAILS / zonder)
    print(
        f"een worker: {gedaan / met:.0f} e-mails/s; kale smtplib: {MAILS / zonder:.0f}/s; verhouding {verhouding:.2f}"
    )


def van_commit_tot_mailserver(om: Omgeving, token: str) -> None:
    """Hoe lang na het antwoord op de POST de mailserver de e-mail heeft, als er verder niets te doen is."""
    tijden = []
    for bsn in mensen(RUSTIG, 999_930_000):
        eerder = set(om.post.namen(10_000))
        verbinding = http.client.HTTPConnection("127.0.0.1", om.poort, timeout=60)
        inhoud = {"titel": "Meting", "isToegewezenAan": f"urn:nld:brp:bsn:{bsn}"}
        inhoud["details"] = {"uitvraagLink": "https://formulier.example.org/meting"}  # type: ignore[assignment]
        koppen = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        verbinding.request("POST", "/taken/api/v1/urltaken", json.dumps(inhoud), koppen)
        assert verbinding.getresponse().status == 201
        klaar = datetime.now(UTC)
        einde = time.monotonic() + 30
        while not (nieuw := set(om.post.namen(10_000)) - eerder) and time.monotonic() < einde:
            time.sleep(0.01)
        if nieuw:
            ontvangen = datetime.strptime(min(nieuw)[:22], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
            tijden.append((ontvangen - klaar).total_seconds())
        time.sleep(0.2)
    p95 = statistics.quantiles(tijden, n=20)[-1]
    print(
        f"van antwoord tot mailserver: mediaan {statistics.median(tijden):.2f} s, p95 {p95:.2f} s ({len(tijden)} keer)"
    )


def geheugen_mb(pids: list[int]) -> float:
    """Het grootste geheugen (RSS) van deze processen, in MB."""
    groottes = [
        int(gevonden[1])
        for pid in pids
        if (gevonden := re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()))
    ]
    return max(groottes) / 1024


def met_kinderen(pid: int) -> list[int]:
    kinderen = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for kind in kinderen for p in met_kinderen(int(kind)))]


def veel_berichten(om: Omgeving) -> None:
    """Veel berichten tegelijk: blijft het geheugen van de worker vlak, het tempo onder de grens, en de pagina snel?"""
    import requests

    from berichten.models import Bericht
    from portaal.betrokkenen.models import Applicatie, Betrokkene
    from portaal.notificaties.models import Notificatie
    from portaal.tijd import nu

    applicatie = Applicatie.objects.get(naam="Zaaksysteem")
    mensen(BERICHTEN, 999_950_000 if BERICHTEN < 4000 else 990_000_000)
    wie = list(Betrokkene.objects.order_by("-id").values_list("pk", flat=True)[:BERICHTEN])
    gedeeld: dict[str, Any] = {
        "applicatie": applicatie,
        "categorie": applicatie.standaard_categorie,
        "aard": "informatie",
    }
    rijen = [
        Bericht(betrokkene_id=b, onderwerp="Meting", tekst="Meting.", publicatiedatum=nu() + timedelta(days=1),
                geadresseerde="urn:x", vingerafdruk=b"", aangemaakt_op=nu(), gewijzigd_op=nu(), **gedeeld)
        for b in wie
    ]  # fmt: skip
    berichten = Bericht.objects.als_systeem("de meting zet berichten klaar")
    berichten.bulk_create(rijen, batch_size=1000)
    om.stop("worker")
    om.env["NOTIFICATIE_PER_SECONDE"] = str(TEMPO)
    om.start(["worker"])
    sessie = requests.Session()
    basis = f"http://127.0.0.1:{om.poort}"
    sessie.post(sessie.get(f"{basis}/inloggen/digid", timeout=60).url, data={"persoon": "fatima"}, timeout=60)
    eerder, begin = len(om.post.namen(10**6)), time.monotonic()
    berichten.filter(toegankelijk_op=None).update(publicatiedatum=nu())
    pagina, geheugen, per_tik, vorige, vorige_tijd = [], [], [], eerder, begin
    while time.monotonic() - begin < max(120, BERICHTEN / TEMPO * 6):
        t = time.perf_counter()
        assert sessie.get(f"{basis}/overzicht", timeout=60).status_code == 200
        pagina.append(time.perf_counter() - t)
        geheugen.append(geheugen_mb(met_kinderen(om.kinderen["worker"].proces.pid)))
        time.sleep(1)
        aantal, tijd = len(om.post.namen(10**6)), time.monotonic()
        per_tik.append((aantal - vorige) / (tijd - vorige_tijd))
        vorige, vorige_tijd = aantal, tijd
        if aantal - eerder >= len(wie) and not Notificatie.objects.filter(stand="wacht", herinnering="").exists():
            break
    duur = time.monotonic() - begin
    p95 = statistics.quantiles(pagina, n=20)[-1] * 1000
    breed = [sum(per_tik[i : i + 10]) / 10 for i in range(max(1, len(per_tik) - 9))]  # over tien tellen
    print(
        f"{len(wie)} berichten tegelijk: {vorige - eerder} e-mails in {duur:.0f} s; hoogste tempo over 10 s {max(breed):.0f}/s "
        f"(grens {TEMPO:.0f}); geheugen van de worker {geheugen[len(geheugen) // 5]:.0f} MB na een vijfde, {geheugen[-1]:.0f} MB "
        f"aan het eind; /overzicht p95 {p95:.0f} ms"
    )


def main() -> int:
    """Alle drie, op één portaal."""
    with tempfile.TemporaryDirectory() as tijdelijk, Omgeving(Path(tijdelijk)) as om:
        om.env["VEEG_SECONDEN"] = "5"
        om.start(["postgres", "valkey", "smtp"])
        om.manage("migrate", als_eigenaar=True)
        om.manage("collectstatic", "--noinput")
        om.manage("laad_demo")
        os.environ.update(om.env)
        import django

        django.setup()
        toegang = json.loads((Path(tijdelijk) / "toegang.json").read_text())
        token = next(a["token"] for a in toegang["applicaties"] if a["naam"] == "Zaaksysteem")
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} kernen, load {os.getloadavg()[0]:.1f}")
        tempo_van_een_worker(om)
        om.start(["web", "worker", "beat"])
        time.sleep(5)
        van_commit_tot_mailserver(om, token)
        veel_berichten(om)
    return 0


# Voor de loper van scripts/bench.py: dit onderdeel meet zelf, met een eigen portaal.
def metingen(bank: Any) -> list[Any]:
    """Niets dat de loper kan herhalen."""
    return []


def oordeel(bank: Any, metingen: list[Any]) -> None:
    """Meet en schrijf op wat eruit kwam."""
    main()


if __name__ == "__main__":
    sys.exit(main())
