"""De hele portaal als processen: database, broker, postvanger, web, worker en beat.

``Omgeving`` is er voor twee gebruikers: ``make demo`` (zie ``__main__``) en de procestests. Wat van buiten komt
(DATABASE_URL, BROKER_URL, CACHE_URL, EMAIL_URL) vervangt het ingebouwde deel.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from portaal.demo.post import Brievenbus
from portaal.demo.postgres import APP, EIGENAAR, Postgres
from portaal.demo.processen import MERK, Fout, Kind, laatste_regels, ruim_eigen_map_op, start_kind, stop_kinderen
from portaal.demo.valkey import Valkey, vind_programma

WORTEL = Path(__file__).resolve().parents[2]
INLOGMIDDELEN = WORTEL / "portaal" / "demo" / "inlogmiddelen.toml"  # de gesimuleerde inlogdiensten
KLAAR_BINNEN = 120.0  # seconden tot /-/ready
BACKEND_DELEN = ("postgres", "valkey", "smtp", "clamd")
WERK_DELEN = ("web", "worker", "beat")
VAN_BUITEN = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "CLAMD_URL")


def _geheim() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def lees_sleutels(bestand: Path) -> dict[str, str]:
    """De sleutels van deze demo; de eerste keer gemaakt en bewaard met modus 0600.

    Geeft Fout als het bestand van anderen leesbaar is: dan zijn het geen geheimen meer.
    """
    if not bestand.exists():
        bestand.parent.mkdir(parents=True, exist_ok=True)
        sleutels = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SLEUTELS": f"v1:{_geheim()}",
            "SLEUTEL_INDEX": _geheim(),
            "SLEUTEL_GEBEURTENISSEN": _geheim(),
        }
        bewaar_geheim(bestand, sleutels)
    if bestand.stat().st_mode & 0o077:
        raise Fout(f"{bestand} is leesbaar voor anderen. Zet de rechten op 0600 of begin opnieuw: make demo-opnieuw.")
    gelezen: dict[str, str] = json.loads(bestand.read_text())
    return gelezen


def bewaar_geheim(bestand: Path, inhoud: Mapping[str, str]) -> None:
    """Schrijft JSON in één keer zichtbaar, alleen leesbaar voor onszelf."""
    nieuw = bestand.with_name(f".{bestand.name}.nieuw")
    nieuw.unlink(missing_ok=True)
    with open(os.open(nieuw, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as uit:
        json.dump(inhoud, uit, indent=2)
    nieuw.replace(bestand)


def open_poort(bind: str, poort: int, pogingen: int = 1) -> socket.socket:
    """Een luisterende socket op ``poort`` of een van de volgende; 0 is een vrije poort. Geeft Fout als er geen vrij is.

    Wij openen hem zelf en geven hem door: tussen kiezen en gebruiken kan niemand de poort nog pakken.
    """
    familie = socket.AF_INET6 if ":" in bind else socket.AF_INET
    laatste: OSError | None = None
    for nummer in range(poort, poort + pogingen):
        luisteraar = socket.socket(familie, socket.SOCK_STREAM)
        luisteraar.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            luisteraar.bind((bind, nummer))
            luisteraar.listen(128)
        except OSError as fout:
            luisteraar.close()
            laatste = fout
        else:
            return luisteraar
    raise Fout(f"Geen vrije poort op {bind} vanaf {poort}: {laatste}")


def maak_app_rol(eigenaar_url: str, bestand: Path) -> str | None:
    """Zorgt op een database van buiten voor de rol portaal_app en geeft zijn adres.

    Het wachtwoord dat wij maakten staat in ``bestand``. Geeft None als de rol niet te maken is (geen recht, of hij
    bestaat al met een wachtwoord dat wij niet kennen): van een rol die er al was verandert het wachtwoord nooit.
    """
    adres = urlsplit(eigenaar_url)

    def met(wachtwoord: str) -> str:
        plaats = adres.netloc.rpartition("@")[2]
        return urlunsplit(adres._replace(netloc=f"{APP}:{wachtwoord}@{plaats}"))

    if bestand.exists():
        url = met(json.loads(bestand.read_text())["wachtwoord"])
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return None
        return url
    wachtwoord = secrets.token_urlsafe(24)
    opdracht = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(APP), sql.Literal(wachtwoord))
    try:
        with psycopg.connect(eigenaar_url, connect_timeout=5, autocommit=True) as verbinding:
            verbinding.execute(opdracht)
            verbinding.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(verbinding.info.dbname), sql.Identifier(APP)
                )
            )
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateObject):
        return None
    bewaar_geheim(bestand, {"wachtwoord": wachtwoord})
    return met(wachtwoord)


def sms_simulator(adres: str) -> dict[str, str]:
    """De instellingen waarmee de portaal haar sms'en aan de nagespeelde dienst geeft; er is niets geheims aan."""
    return {
        "SMS_URL": f"{adres}/demo/sms",
        "SMS_SLEUTEL": "demo-00000000-0000-4000-8000-000000000001-00000000-0000-4000-8000-000000000002",
        "SMS_SJABLOON": "00000000-0000-4000-8000-000000000003",
        "SMS_TERUGMELDING": "alleen-in-de-demo",
    }


class Omgeving:
    """Alle delen van een draaiende portaal, in ``map_``. Gebruik als context: aan het eind stopt alles.

    ``delen`` bij ``start()`` kiest wat er draait; ``stop(naam)`` en ``start([naam])`` zetten één deel uit en weer aan,
    op hetzelfde adres. ``env`` is de omgeving van de processen, ``url`` het adres van de portaal, ``post`` de mail.
    Geeft Fout, met de laatste regels van de log, als een deel niet start.
    """

    def __init__(
        self,
        map_: Path,
        *,
        soort: str = "demo",
        bind: str = "127.0.0.1",
        poort: int = 0,
        poort_pogingen: int = 1,
        database_url: str | None = None,
        extra_env: Mapping[str, str] | None = None,
        meld: Callable[[str], None] = lambda tekst: None,
    ) -> None:
        self.map = map_.absolute()
        self.meld = meld
        self.soort = soort
        self.kinderen: dict[str, Kind] = {}
        self.post = Brievenbus(self.map / "post")
        self.database_url = database_url  # al klaargezet, met de app-rol
        self.eigenaar_url: str | None = None
        self.postgres: Postgres | None = None
        self.map.mkdir(parents=True, exist_ok=True)
        self.log = self.map / "log"

        self._web: socket.socket | None = open_poort(bind, poort, poort_pogingen)
        self.bind, self.poort, self.smtp_poort = bind, self._web.getsockname()[1], 0
        self.clamd_poort = 0
        gastheer = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)
        self.lokaal = f"http://{gastheer}:{self.poort}"
        basis = {**os.environ, **(extra_env or {})}
        if soort == "test":  # een test staat op zichzelf
            basis = {naam: waarde for naam, waarde in basis.items() if naam not in (*VAN_BUITEN, "PORTAAL_URL")}
        self.van_buiten = {naam for naam in VAN_BUITEN if basis.get(naam)}
        self.url = (basis.get("PORTAAL_URL") or self.lokaal).rstrip("/")
        self.env = {
            **basis,
            "DJANGO_SETTINGS_MODULE": "portaal.settings",
            "PORTAAL_OMGEVING": soort,
            "PORTAAL_URL": self.url,
            "DEMO_MAP": str(self.map),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(WORTEL), basis.get("PYTHONPATH")))),
            "PYTHONUNBUFFERED": "1",
            "INLOGMIDDELEN_BESTAND": basis.get("INLOGMIDDELEN_BESTAND") or str(INLOGMIDDELEN),
            MERK: str(self.map),
        }
        if database_url:
            self.env["DATABASE_URL"] = database_url
        if soort == "demo":
            self.env |= lees_sleutels(self.map / "sleutels.json")
            if not self.env.get("SMS_URL"):
                self.env |= sms_simulator(self.lokaal)

    # --- aan en uit -------------------------------------------------------------------------------------------------
    def start(self, delen: Sequence[str] = (*BACKEND_DELEN, *WERK_DELEN)) -> None:
        """Start de genoemde delen, in de volgorde die nodig is, en wacht tot elk deel antwoordt."""
        for deel in (*BACKEND_DELEN, *WERK_DELEN):
            if deel in delen and deel not in self.kinderen:
                getattr(self, f"_start_{deel}")()
        if "web" in delen:
            self.wacht_op_web()

    def stop(self, deel: str, seconden: float = 5) -> None:
        """Zet één deel uit; het adres blijft van ons, zodat ``start([deel])`` het weer aanzet."""
        if kind := self.kinderen.pop(deel, None):
            stop_kinderen([kind], seconden)

    def sluit(self) -> None:
        """Stopt alles in volgorde, binnen ongeveer tien seconden; wat niet wil met geweld."""
        for groep, seconden in ((WERK_DELEN, 4.0), (("smtp", "clamd", "valkey"), 2.0), (("postgres",), 3.0)):
            stop_kinderen([self.kinderen.pop(deel) for deel in groep if deel in self.kinderen], seconden)
        if self._web is not None:
            self._web.close()
            self._web = None
        if self.soort == "test":  # van een test blijft niets liggen
            ruim_eigen_map_op(self.map / "valkey")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fout: object) -> None:
        self.sluit()

    def gestorven(self) -> Kind | None:
        """Het eerste deel dat vanzelf is gestopt, of None."""
        return next((kind for kind in self.kinderen.values() if not kind.leeft()), None)

    # --- de delen ---------------------------------------------------------------------------------------------------
    def _start_postgres(self) -> None:
        if self.database_url:
            return
        if "DATABASE_URL" in self.van_buiten:
            self.eigenaar_url = self.env["DATABASE_URL"]
            app = self.env.get("DATABASE_APP_URL") or maak_app_rol(self.eigenaar_url, self.map / "app-rol.json")
            self.env["DATABASE_URL"] = app or self.eigenaar_url
            self.env["DATABASE_APP_ROL"] = urlsplit(self.env["DATABASE_URL"]).username or APP
            zonder = "" if app else " (de rol portaal_app is niet te maken: alles draait als eigenaar)"
            self.meld(f"Database van DATABASE_URL{zonder}")
            return
        self.postgres = Postgres(self.map / "postgres", snel=self.soort == "test", log=self.log / "postgres.log")
        self.postgres.start()
        if self.postgres.kind:
            self.kinderen["postgres"] = self.postgres.kind
        self.eigenaar_url = self.postgres.url(EIGENAAR)
        self.env["DATABASE_URL"] = self.postgres.url(APP)
        self.meld(f"PostgreSQL {self.postgres.versie}")

    def _start_valkey(self) -> None:
        if {"BROKER_URL", "CACHE_URL"} <= self.van_buiten:
            self.meld("Broker en cache van BROKER_URL en CACHE_URL")
            return
        if vind_programma() is None:
            nieuw = self._zonder_valkey()
            self.meld("Bestanden als broker: Valkey is er niet voor deze machine (het werkt, maar langzamer)")
        else:
            valkey = Valkey(self.map / "valkey", bewaar=self.soort == "demo", log=self.log / "valkey.log")
            self.kinderen["valkey"] = valkey.start()
            nieuw = {"BROKER_URL": valkey.broker_url, "CACHE_URL": valkey.cache_url}
            self.meld("Valkey (broker en cache)")
        self.env |= {naam: waarde for naam, waarde in nieuw.items() if naam not in self.van_buiten}

    def _zonder_valkey(self) -> dict[str, str]:
        """Een broker van bestanden; kombu kijkt elke tiende seconde."""
        berichten, sturing = self.map / "wachtrij" / "berichten", self.map / "wachtrij" / "sturing"
        for map_ in (berichten, sturing):
            map_.mkdir(parents=True, exist_ok=True)
        opties = {
            "data_folder_in": str(berichten),
            "data_folder_out": str(berichten),
            "control_folder": str(sturing),
            "polling_interval": 0.1,
        }
        cache = f"filecache://{self.map / 'cache'}"
        return {"BROKER_URL": "filesystem://", "BROKER_OPTIES": json.dumps(opties), "CACHE_URL": cache}

    def _start_smtp(self) -> None:
        if "EMAIL_URL" in self.van_buiten:
            self.meld("E-mail via EMAIL_URL")
            return
        with open_poort("127.0.0.1", self.smtp_poort) as luisteraar:
            self.smtp_poort = luisteraar.getsockname()[1]
            fd = luisteraar.fileno()
            self._start_python("smtp", "portaal.demo.post", str(self.post.map), str(fd), fds=(fd,))
        self.env["EMAIL_URL"] = f"smtp://127.0.0.1:{self.smtp_poort}"
        self.meld("Postvanger")

    def _start_clamd(self) -> None:
        if "CLAMD_URL" in self.van_buiten:
            self.meld("Virusscanner via CLAMD_URL")
            return
        with open_poort("127.0.0.1", self.clamd_poort) as luisteraar:
            self.clamd_poort = luisteraar.getsockname()[1]
            fd = luisteraar.fileno()
            self._start_python("clamd", "portaal.demo.clamd", str(fd), fds=(fd,))
        self.env["CLAMD_URL"] = f"tcp://127.0.0.1:{self.clamd_poort}"
        self.meld("Virusscanner (een simulator)")

    def _start_web(self) -> None:
        # Twee werkers met draden: de simulator van de inlogdienst draait in dezelfde server en roept zichzelf aan.
        # Het toegangslogboek noemt het pad zonder querystring en zonder adres van de bezoeker.
        with self._web or open_poort(self.bind, self.poort) as luisteraar:
            fd = luisteraar.fileno()
            self._start_python(
                *("web", "gunicorn", "portaal.wsgi:application", "--bind", f"fd://{fd}", "--no-control-socket"),
                *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "3"),
                *("--access-logfile", "-", "--access-logformat", "%(m)s %(U)s %(s)s %(M)sms"),
                fds=(fd,),
                doodsein=signal.SIGTERM,
            )
        self._web = None

    def _start_worker(self) -> None:
        self._start_python(
            *("worker", "celery", "--app", "portaal", "worker", "--concurrency", "2", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname", "demo@%h"),
        )

    def _start_beat(self) -> None:
        rooster = self.map / "beat"
        rooster.mkdir(exist_ok=True)
        self._start_python(
            *("beat", "celery", "--app", "portaal", "beat", "--loglevel", "INFO", "--pidfile", ""),
            *("--schedule", str(rooster / "rooster")),
        )

    def _start_python(self, naam: str, *deel: str, fds: Sequence[int] = (), doodsein: int = signal.SIGKILL) -> None:
        self.kinderen[naam] = start_kind(
            naam,
            (sys.executable, "-m", *deel),
            env=self.env,
            log=self.log / f"{naam}.log",
            cwd=WORTEL,
            doodsein=doodsein,
            pass_fds=fds,
        )

    # --- hulp -------------------------------------------------------------------------------------------------------
    def manage(self, *opdracht: str, als_eigenaar: bool = False) -> str:
        """Draait ``manage.py`` in deze omgeving en geeft wat het zegt; anders Fout, met de laatste regels."""
        env = {**self.env, "DATABASE_URL": self.eigenaar_url} if als_eigenaar and self.eigenaar_url else self.env
        klaar = subprocess.run(
            [sys.executable, "manage.py", *opdracht],
            cwd=WORTEL,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        self.log.mkdir(exist_ok=True)
        (self.log / f"{opdracht[0]}.log").write_text(klaar.stdout + klaar.stderr)
        if klaar.returncode:
            regels = "\n".join((klaar.stdout + klaar.stderr).splitlines()[-15:])
            raise Fout(f"manage.py {opdracht[0]} mislukte:\n{regels}")
        return klaar.stdout

    def wacht_op_web(self, seconden: float = KLAAR_BINNEN) -> None:
        """Wacht tot /-/ready goed antwoordt. Geeft Fout als een deel stopt of het te lang duurt."""
        einde = time.monotonic() + seconden
        status = "geen antwoord"
        while time.monotonic() < einde:
            if kind := self.gestorven():
                raise Fout(melding_gestorven(kind))
            try:
                status = str(self.vraag("/-/ready").status)
            except OSError:
                status = "geen antwoord"
            if status == "200":
                return
            time.sleep(0.05)
        logregels = laatste_regels(self.log / "web.log")
        raise Fout(f"De portaal is na {seconden:.0f} seconden niet klaar (/-/ready: {status}).\n{logregels}")

    def vraag(self, pad: str) -> http.client.HTTPResponse:
        """Een GET op het lokale adres, met de naam die de portaal verwacht; volgt geen omleiding."""
        verbinding = http.client.HTTPConnection(urlsplit(self.lokaal).netloc, timeout=5)
        verbinding.request("GET", pad, headers={"Host": urlsplit(self.url).netloc})
        return verbinding.getresponse()


def melding_gestorven(kind: Kind) -> str:
    """Wat de gebruiker hoort als een deel vanzelf stopt."""
    code = kind.proces.returncode
    return f"{kind.naam} is gestopt (code {code}). De laatste regels uit {kind.log}:\n{kind.slot_van_log()}"
