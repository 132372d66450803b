"""Bezorgen: e-mails per seconde naast kale smtplib, van commit tot mailserver, en veel berichten tegelijk.

`make bench`, of alleen dit: `make bench BENCH=bezorgen`. Op een eigen portaal in een tijdelijke map. BERICHTEN=100000 zegt
hoeveel berichten er tegelijk gepubliceerd worden (standaard 2000), MINUTEN hoe lang daarvan wordt gekeken (standaard 2: het hoeft
niet leeg te zijn), TEMPO de grens in e-mails per seconde (standaard 40). Het zijn metingen, geen toetsen: er is geen grens die
faalt.
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

MAILS, RUSTIG = 300, 60
BERICHTEN = int(os.environ.get("BERICHTEN", "2000"))
MINUTEN = float(os.environ.get("MINUTEN", "2"))
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
    eerder, begin = aantal_mails(om), time.perf_counter()
    while verstuur_wachtende():
        pass
    met = time.perf_counter() - begin
    gedaan = aantal_mails(om) - eerder  # geteld bij de mailserver
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
        f"van antwoord tot mailserver: mediaan {statistics.median(tijden):.2f} s, p95 {p95:.2f} s, langst {max(tijden):.2f} s "
        f"({len(tijden)} keer)"
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


def veel_mensen(aantal: int) -> list[Any]:
    """Zoveel mensen met een e-mailadres, rechtstreeks in de database: ze zijn decor, en langs de handelingen duurt het lang."""
    from portaal.betrokkenen.models import Betrokkene, BetrokkeneSoort, Identificatie
    from portaal.betrokkenen.nummers import NummerSoort
    from portaal.notificaties.models import Contactadres, Kanaal

    bsns = (str(n) for n in range(990_000_000, 999_900_000) if elf(n))
    wie = [Betrokkene(soort=BetrokkeneSoort.PERSOON) for _ in range(aantal)]
    Betrokkene.objects.bulk_create(wie, batch_size=2000)
    Identificatie.objects.bulk_create(
        (Identificatie.voor(mens, NummerSoort.BSN, bsn) for mens, bsn in zip(wie, bsns, strict=False)), batch_size=2000
    )
    Contactadres.objects.bulk_create(
        (
            Contactadres(betrokkene=mens, kanaal=Kanaal.EMAIL, adres=f"m{n}@voorbeeld.test")
            for n, mens in enumerate(wie)
        ),
        batch_size=2000,
    )
    return [mens.pk for mens in wie]


def zet_berichten_klaar() -> None:
    """Zoveel berichten voor zoveel mensen, nog niet te lezen."""
    from django.db import connection

    from berichten.models import Bericht
    from portaal.betrokkenen.models import Applicatie
    from portaal.tijd import nu

    applicatie = Applicatie.objects.get(naam="Zaaksysteem")
    begin = time.monotonic()
    gedeeld: dict[str, Any] = {
        "applicatie": applicatie,
        "categorie": applicatie.standaard_categorie,
        "aard": "informatie",
    }
    wie = veel_mensen(BERICHTEN)
    Bericht.objects.als_systeem("de meting zet berichten klaar").bulk_create(
        (
            Bericht(betrokkene_id=b, onderwerp="Meting", tekst="Meting.", publicatiedatum=nu() + timedelta(days=1),
                    geadresseerde="urn:x", vingerafdruk=b"", aangemaakt_op=nu(), gewijzigd_op=nu(), **gedeeld)
            for b in wie
        ),
        batch_size=1000,
    )  # fmt: skip
    with connection.cursor() as cursor:  # na zoveel nieuwe rijen in één keer loopt de planner anders achter
        cursor.execute("ANALYZE")
    print(f"({len(wie)} berichten klaargezet in {time.monotonic() - begin:.0f} s)")


def publiceer_alles(om: Omgeving) -> None:
    """Veel berichten tegelijk: blijft het geheugen van de worker vlak, het tempo onder de grens, en de pagina snel?"""
    import requests

    from berichten.models import Bericht
    from portaal.notificaties.models import Notificatie
    from portaal.tijd import nu

    berichten = Bericht.objects.als_systeem("de meting publiceert")
    om.stop("worker")
    om.env["NOTIFICATIE_PER_SECONDE"] = str(TEMPO)
    om.start(["worker"])
    sessie = requests.Session()
    basis = f"http://127.0.0.1:{om.poort}"
    kies = sessie.get(f"{basis}/inloggen/digid", timeout=60)
    teken = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', kies.text)
    sessie.post(kies.url, {"persoon": "fatima", "csrfmiddlewaretoken": teken[1] if teken else ""}, timeout=60)

    def pagina_ms(pad: str) -> float:
        t = time.perf_counter()
        antwoord = sessie.get(f"{basis}{pad}", timeout=60)
        assert (antwoord.status_code, antwoord.url) == (200, f"{basis}{pad}")
        return (time.perf_counter() - t) * 1000

    paden = ("/overzicht", "/berichten")
    rust = [pagina_ms(pad) for _keer in range(20) for pad in paden]
    eerder, begin = aantal_mails(om), time.monotonic()
    berichten.filter(toegankelijk_op=None).update(publicatiedatum=nu())
    druk: list[float] = []
    geheugen: list[float] = []
    stand = [(begin, eerder)]
    while time.monotonic() - begin < MINUTEN * 60:
        druk += [pagina_ms(pad) for pad in paden]
        geheugen.append(geheugen_mb(met_kinderen(om.kinderen["worker"].proces.pid)))
        time.sleep(1)
        stand.append((time.monotonic(), aantal_mails(om)))
        if stand[-1][1] - eerder >= BERICHTEN:
            break
    duur, mails = stand[-1][0] - begin, stand[-1][1] - eerder
    tempo = max(
        ((n2 - n1) / (t2 - t1) for (t1, n1), (t2, n2) in zip(stand, stand[10:], strict=False)), default=mails / duur
    )
    gepubliceerd = berichten.exclude(toegankelijk_op=None).filter(onderwerp="Meting").count()
    klaargezet = Notificatie.objects.filter(record_soort="bericht", herinnering="").count()
    print(
        f"{BERICHTEN} berichten tegelijk, {duur:.0f} s bekeken, grens {TEMPO:.0f} e-mails/s: {gepubliceerd} gepubliceerd, "
        f"{klaargezet} notificaties gemaakt, {mails} e-mails verstuurd; hoogste tempo over 10 tellen {tempo:.0f}/s"
    )
    vijfde = len(geheugen) // 5
    print(
        f"geheugen van de grootste worker (RSS): {geheugen[vijfde]:.0f} MB na een vijfde, {geheugen[len(geheugen) // 2]:.0f} "
        f"halverwege, {geheugen[-1]:.0f} aan het eind"
    )
    for naam, tijden in (("in rust", rust), ("tijdens het leegwerken", druk)):
        print(
            f"pagina's {' en '.join(paden)} {naam}: mediaan {statistics.median(tijden):.0f} ms, "
            f"p95 {statistics.quantiles(tijden, n=20)[-1]:.0f} ms ({len(tijden)} keer)"
        )


def aantal_mails(om: Omgeving) -> int:
    """Hoeveel e-mails de mailserver heeft aangenomen."""
    return sum(naam.endswith(".eml") for naam in os.listdir(om.post.map)) if om.post.map.is_dir() else 0


def main() -> int:
    """Alle drie, op één portaal."""
    with tempfile.TemporaryDirectory() as tijdelijk, Omgeving(Path(tijdelijk)) as om:
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
        zet_berichten_klaar()
        publiceer_alles(om)
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
