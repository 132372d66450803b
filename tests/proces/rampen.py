"""Gereedschap om dingen stuk te maken: veel mensen, een wispelturige mailserver, en processen die midden in het werk sterven."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portaal.betrokkenen.nummers import elfproef
from portaal.demo.processen import leeft
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.wachtrij import HUUR, Stand, Wachtrij
from portaal.notificaties.models import Notificatie
from portaal.tijd import nu
from tests import wereld

if TYPE_CHECKING:
    from portaal.demo.start import Omgeving

WACHTRIJEN: tuple[type[Wachtrij], ...] = (Aflevering, Notificatie)


def bsns(aantal: int) -> list[str]:
    """Zoveel verschillende nummers uit de reeks voor tests, die de elfproef doorstaan."""
    gevonden: list[str] = []
    for getal in range(999_900_000, 999_999_999):
        if elfproef(str(getal)):
            gevonden.append(str(getal))
            if len(gevonden) == aantal:
                break
    return gevonden


def mensen(aantal: int) -> list[tuple[str, str]]:
    """(bsn, e-mailadres) van zoveel mensen; ieder heeft zijn eigen adres, zodat mails per persoon te tellen zijn."""
    uit = []
    for nummer, bsn in enumerate(bsns(aantal)):
        adres = f"mens{nummer}@voorbeeld.test"
        wereld.emailadres(wereld.betrokkene(bsn), adres)
        uit.append((bsn, adres))
    return uit


# --- Wachttijden overslaan ---------------------------------------------------------------------------------------------------
def wacht_over(**waar: Any) -> None:
    """Doe alsof de wachttijd na een mislukte poging voorbij is. Wat een worker in huur heeft blijft van hem."""
    for model in WACHTRIJEN:
        rijen = model._default_manager.filter(stand=Stand.WACHT, huur_tot=None, volgende_op__gt=nu(), **waar)
        rijen.update(volgende_op=nu())


def huur_over(gestorven_op: datetime) -> int:
    """Doe alsof de huur voorbij is van wat een gestorven proces vasthield: wat vóór zijn dood is geclaimd."""
    aantal = 0
    for model in WACHTRIJEN:
        rijen = model._default_manager.filter(stand=Stand.WACHT, huur_tot__lte=gestorven_op + HUUR)
        aantal += rijen.update(volgende_op=nu(), huur_tot=nu() - timedelta(seconds=1))
    return aantal


# --- Processen ----------------------------------------------------------------------------------------------------------------
def kinderen_van(pid: int) -> list[int]:
    """De processen die dit proces zelf startte en die nog leven (een zombie telt niet)."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if leeft(int(p))]
    return []


def vermoord(pid: int) -> datetime:
    """kill -9, en wacht tot het proces er echt niet meer is. Geeft wanneer dat was."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    while leeft(pid):
        time.sleep(0.0005)
    return nu()


def vermoord_worker(omgeving: "Omgeving") -> datetime:
    """kill -9 van de hele worker, met alles wat hij startte."""
    kind = omgeving.kinderen.pop("worker")
    with contextlib.suppress(ProcessLookupError):
        os.killpg(kind.proces.pid, signal.SIGKILL)
    kind.wacht(5)
    return nu()


# --- De mailserver ------------------------------------------------------------------------------------------------------------
class Mailserver:
    """Een echte SMTP-server in dit proces die per ontvanger doet wat de test wil, en elke aangenomen mail telt.

    `bij_rcpt` en `bij_data` krijgen (adres, de hoeveelste keer) en geven een SMTP-antwoord, of None om aan te nemen.
    `na_aannemen` draait als de mail bewaard is en het antwoord nog niet is gegeven: de mail is dan echt weg.
    """

    def __init__(self) -> None:
        self.ontvangen: list[tuple[str, str]] = []  # (adres, Message-ID)
        self.bij_rcpt: Callable[[str, int], str | None] = lambda adres, keer: None
        self.bij_data: Callable[[str, int], str | None] = lambda adres, keer: None
        self.na_aannemen: Callable[[str, int], str | None] = lambda adres, keer: None
        self._keren: Counter[tuple[str, str]] = Counter()
        self._slot = threading.Lock()
        with socket.socket() as vrij:
            vrij.bind(("127.0.0.1", 0))
            self.poort = vrij.getsockname()[1]
        self._server = Controller(self, hostname="127.0.0.1", port=self.poort)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.poort}"

    def __enter__(self) -> "Mailserver":
        self._server.start()
        return self

    def __exit__(self, *fout: object) -> None:
        self._server.stop()

    def _keer(self, wat: str, adres: str) -> int:
        with self._slot:
            self._keren[wat, adres] += 1
            return self._keren[wat, adres]

    async def handle_RCPT(self, server: SMTP, sessie: Session, envelop: Envelope, adres: str, opties: Any) -> str:
        antwoord = self.bij_rcpt(adres, self._keer("rcpt", adres))
        if antwoord is None:
            envelop.rcpt_tos.append(adres)
        return antwoord or "250 OK"

    async def handle_DATA(self, server: SMTP, sessie: Session, envelop: Envelope) -> str:
        import asyncio

        (adres,) = envelop.rcpt_tos
        keer = self._keer("data", adres)
        lus = asyncio.get_running_loop()
        # In een draad: een antwoord dat op zich laat wachten houdt andere verbindingen niet op.
        if antwoord := await lus.run_in_executor(None, self.bij_data, adres, keer):
            return antwoord
        kenmerk = str(message_from_bytes(envelop.content or b"")["Message-ID"])  # type: ignore[arg-type]
        with self._slot:
            self.ontvangen.append((adres, kenmerk))
        return await lus.run_in_executor(None, self.na_aannemen, adres, keer) or "250 2.0.0 Bewaard"

    # --- tellen -------------------------------------------------------------------------------------------------------
    def per_adres(self) -> dict[str, list[str]]:
        """De Message-ID's die elk adres kreeg, op volgorde."""
        uit: dict[str, list[str]] = defaultdict(list)
        with self._slot:
            for adres, kenmerk in self.ontvangen:
                uit[adres].append(kenmerk)
        return uit


# --- wat er ten slotte moet staan ----------------------------------------------------------------------------------------------
def werk_op() -> bool:
    """Sla de wachttijden over, en zeg of alles is afgewerkt."""
    wacht_over()
    huur_over(nu() - HUUR)
    return alles_klaar()


def alles_klaar() -> bool:
    return not any(model._default_manager.filter(stand=Stand.WACHT).exists() for model in WACHTRIJEN)


def iets_in_huur() -> bool:
    return any(m._default_manager.filter(stand=Stand.WACHT, huur_tot__gt=nu()).exists() for m in WACHTRIJEN)


def ieder_kreeg_zijn_mail(post: Mailserver, adressen: list[str]) -> list[str]:
    """Niemand geen, steeds met één kenmerk, één keer vastgelegd, en het boek klopt. Geeft wie er meer dan één kreeg."""
    gekregen = post.per_adres()
    standen = Counter(Notificatie.objects.values_list("stand", "fout"))
    assert set(standen) == {(Stand.KLAAR, "")}, standen
    assert sorted(gekregen) == sorted(adressen), "niet iedereen kreeg een e-mail"
    assert [adres for adres, kenmerken in gekregen.items() if len(set(kenmerken)) > 1] == []
    assert set(Aflevering.objects.values_list("stand", flat=True)) == {Stand.KLAAR}
    assert Notificatie.objects.count() == len(adressen)
    assert Gebeurtenis.objects.filter(soort=Soort.NOTIFICATIE_VERSTUURD).count() == len(adressen)
    assert controleer_alles() == []
    return [adres for adres, kenmerken in gekregen.items() if len(kenmerken) > 1]
