"""Een bericht afgeven op een adres dat een ander koos, zonder dat het adres iets van ons kan bereiken.

Het adres wordt vlak voor het versturen opgezocht, elk gevonden IP-adres wordt gecontroleerd, en er wordt verbonden met
precies dat IP-adres: een naam die tussendoor ergens anders heen gaat wijzen (DNS rebinding) helpt dus niet. Geen
omleidingen, een time-out op het geheel, en van het antwoord tellen alleen de status en `Retry-After`.

Moet wat naar buiten gaat door een proxy (`WEBHOOKS_PROXY`), dan vraagt de portaal hem om een tunnel (CONNECT) naar het
gecontroleerde IP-adres, nooit naar de naam: anders zocht de proxy haar opnieuw op en gold onze controle niet. Een
toegestaan intern netwerk (`WEBHOOKS_INTERN`) bereikt de portaal zelf, zonder proxy.
"""

import base64
import contextlib
import functools
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, unquote, urlsplit

import certifi
from django.conf import settings

from portaal.tijd import nu

VERBINDEN = 3.0  # seconden
GEHEEL = 10.0  # seconden, van opzoeken tot en met de status
EVEN_NIET = (429, 503)  # statussen waarbij een ontvanger zegt wanneer hij weer wil
HOOGSTENS_LEZEN = 4096  # bytes van het antwoord; de rest interesseert ons niet
Adres = ipaddress.IPv4Address | ipaddress.IPv6Address


class AdresFout(Exception):
    """Naar dit adres stuurt de portaal niets. De tekst is voor wie het instelde."""


class AfgifteFout(Exception):
    """Het afgeven lukte niet; `status` is die van de ontvanger, of None als er geen antwoord kwam.

    `wacht` is hoe lang de ontvanger vraagt om niets te sturen (`Retry-After`), als hij dat deed.
    """

    def __init__(self, soort: str, status: int | None = None, wacht: timedelta | None = None) -> None:
        super().__init__(soort)
        self.soort, self.status, self.wacht = soort, status, wacht


def controleer_url(url: str) -> SplitResult:
    """De delen van een adres dat een webhook mag zijn; anders `AdresFout`. Zoekt nog niets op."""
    try:
        delen = urlsplit(url)
        poort_klopt = delen.port is None or 0 < delen.port < 65536
    except ValueError as fout:
        raise AdresFout("Dit is geen geldig adres.") from fout
    if delen.scheme not in ("https", "http") or not delen.hostname or not poort_klopt:
        raise AdresFout("Dit is geen geldig adres; het begint met https://.")
    if delen.username is not None or delen.password is not None:
        raise AdresFout("Zet geen gebruikersnaam of wachtwoord in het adres.")
    if delen.fragment or not url.isascii() or any(teken <= " " for teken in url):
        raise AdresFout("In het adres staat een teken dat daar niet mag.")
    if delen.scheme == "http" and not settings.WEBHOOKS_INTERN:
        raise AdresFout("Het adres moet met https:// beginnen.")
    try:
        letterlijk = ipaddress.ip_address(delen.hostname)
    except ValueError:
        if delen.hostname.rstrip(".") == "localhost" or delen.hostname.endswith((".localhost", ".local", ".internal")):
            letterlijk = ipaddress.ip_address("127.0.0.1")
        else:
            return delen
    _eis_bereikbaar(letterlijk, delen.scheme)
    return delen


def _is_toegestaan_intern(adres: Adres) -> bool:
    return any(adres in net for net in _intern(tuple(settings.WEBHOOKS_INTERN)) if net.version == adres.version)


def _eis_bereikbaar(adres: Adres, scheme: str) -> None:
    if _is_toegestaan_intern(adres):
        return
    ingepakt = _ingepakt(adres)
    if not adres.is_global or adres.is_multicast or (ingepakt is not None and not ingepakt.is_global):
        raise AdresFout("Dit adres ligt in een intern netwerk. Een beheerder van de portaal moet dat netwerk toestaan.")
    if scheme == "http":
        raise AdresFout("Zonder https stuurt de portaal alleen naar een toegestaan intern netwerk.")


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _ingepakt(adres: Adres) -> ipaddress.IPv4Address | None:
    """Het IPv4-adres dat in een IPv6-adres zit, als dat zo is."""
    if isinstance(adres, ipaddress.IPv4Address):
        return None
    if adres in _NAT64:
        return ipaddress.IPv4Address(int(adres) & 0xFFFFFFFF)
    return adres.ipv4_mapped or adres.sixtofour


@functools.lru_cache(maxsize=8)
def _intern(netten: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(net) for net in netten)


def zoek_op(delen: SplitResult) -> list[str]:
    """De IP-adressen waarmee verbonden mag worden. Eén fout adres tussen de goede is genoeg om te weigeren."""
    poort = delen.port or (443 if delen.scheme == "https" else 80)
    try:
        gevonden = socket.getaddrinfo(delen.hostname, poort, type=socket.SOCK_STREAM)
    except OSError as fout:
        raise AfgifteFout("naam niet gevonden") from fout
    adressen = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in gevonden))
    for adres in adressen:
        _eis_bereikbaar(ipaddress.ip_address(adres), delen.scheme)
    if not adressen:
        raise AfgifteFout("naam niet gevonden")
    return adressen


class _Verbinding(http.client.HTTPConnection):
    """Verbindt met het gecontroleerde IP-adres; certificaat en Host blijven die van de naam."""

    def __init__(self, delen: SplitResult, adressen: list[str]) -> None:
        self.tls = delen.scheme == "https"
        super().__init__(str(delen.hostname), delen.port or (443 if self.tls else 80), timeout=VERBINDEN)
        self.adressen = adressen

    def connect(self) -> None:
        """De socket van het eerste adres dat antwoordt; met TLS voor https."""
        for adres in self.adressen:
            try:
                self._verbind(adres)
                break
            except OSError as fout:
                laatste = fout
        else:
            raise laatste
        self.sock.settimeout(GEHEEL)
        if self.tls:
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)

    def _verbind(self, adres: str) -> None:
        if not settings.WEBHOOKS_PROXY or _is_toegestaan_intern(ipaddress.ip_address(adres)):
            self.sock = socket.create_connection((adres, self.port), VERBINDEN)
            return
        proxy = urlsplit(settings.WEBHOOKS_PROXY)
        self.sock = socket.create_connection((str(proxy.hostname), proxy.port or 80), VERBINDEN)
        doel = f"[{adres}]:{self.port}" if ":" in adres else f"{adres}:{self.port}"
        regels = [f"CONNECT {doel} HTTP/1.1", f"Host: {doel}"]
        if proxy.username is not None:
            wie = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            regels.append(f"Proxy-Authorization: Basic {base64.b64encode(wie.encode()).decode()}")
        self.sock.settimeout(GEHEEL)
        self.sock.sendall("\r\n".join([*regels, "", ""]).encode())
        antwoord = http.client.HTTPResponse(self.sock, method="CONNECT")
        antwoord.begin()
        if not 200 <= antwoord.status < 300:
            raise AfgifteFout(f"de proxy weigert de verbinding ({antwoord.status})")


@functools.cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()  # ook wat SSL_CERT_FILE noemt
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def geef_af(url: str, inhoud: bytes, koppen: Mapping[str, str]) -> int:
    """POST de inhoud en geef de status terug als die 2xx is; anders `AfgifteFout` of `AdresFout`."""
    delen = controleer_url(url)
    verbinding = _Verbinding(delen, zoek_op(delen))
    te_laat = threading.Event()

    def breek_af() -> None:
        te_laat.set()
        # Een ontvanger die druppelsgewijs antwoordt, houdt geen worker bezig.
        with contextlib.suppress(OSError):
            if verbinding.sock is not None:
                verbinding.sock.shutdown(socket.SHUT_RDWR)

    klok = threading.Timer(GEHEEL, breek_af)
    klok.daemon = True
    klok.start()
    try:
        pad = (delen.path or "/") + (f"?{delen.query}" if delen.query else "")
        poort = f":{delen.port}" if delen.port else ""
        host = f"[{delen.hostname}]" if ":" in str(delen.hostname) else str(delen.hostname)
        verbinding.request("POST", pad, inhoud, {**koppen, "Host": host + poort, "Connection": "close"})
        antwoord = verbinding.getresponse()
        status, wacht = antwoord.status, _wacht(antwoord.headers.get("Retry-After"))
        antwoord.read(HOOGSTENS_LEZEN)
        if te_laat.is_set():
            raise TimeoutError  # het antwoord is halverwege afgebroken
    except TimeoutError as fout:
        raise AfgifteFout("duurde te lang") from fout
    except ssl.SSLError as fout:
        raise AfgifteFout("certificaat klopt niet") from fout
    except (OSError, http.client.HTTPException) as fout:
        raise AfgifteFout("duurde te lang" if te_laat.is_set() else "geen verbinding") from fout
    finally:
        klok.cancel()
        verbinding.close()
    if 300 <= status < 400:
        raise AfgifteFout("stuurt door naar een ander adres", status)
    if not 200 <= status < 300:
        raise AfgifteFout(f"antwoordt met status {status}", status, wacht if status in EVEN_NIET else None)
    return status


def _wacht(kop: str | None) -> timedelta | None:
    """`Retry-After` (RFC 9110, 10.2.3): seconden, of een moment. None als het er niet is of niet te lezen."""
    tekst = (kop or "").strip()
    if tekst.isascii() and tekst.isdigit():
        return timedelta(seconds=min(int(tekst[:12]), 10**9))
    try:
        moment = parsedate_to_datetime(tekst)
    except ValueError:
        return None
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - nu(), timedelta(0))
