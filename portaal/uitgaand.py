"""Verbinden met een adres dat een ander koos, zonder dat het adres iets van ons kan bereiken. Zonder modellen.

Het adres wordt vlak voor het verbinden opgezocht, elk gevonden IP-adres wordt gecontroleerd, en er wordt verbonden met
precies dat IP-adres: een naam die tussendoor ergens anders heen gaat wijzen (DNS rebinding) helpt dus niet. Geen
omleidingen, een time-out op het geheel, en een grens aan wat er van het antwoord wordt gelezen.

Moet wat naar buiten gaat door een `proxy`, dan vraagt de portaal hem om een tunnel (CONNECT) naar het gecontroleerde
IP-adres, nooit naar de naam: anders zocht de proxy haar opnieuw op en gold onze controle niet. Een toegestaan intern
netwerk bereikt de portaal zelf, zonder proxy.

`intern` is steeds: de interne netwerken die de beheerder toestaat; alleen daarheen mag ook http.
"""

import base64
import contextlib
import functools
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import certifi

VERBINDEN = 3.0  # seconden
Adres = ipaddress.IPv4Address | ipaddress.IPv6Address


class AdresFout(Exception):
    """Met dit adres verbindt de portaal niet. De tekst is voor wie het instelde."""


class VerbindFout(Exception):
    """Er kwam geen (goed) antwoord; `status` is die van de ander, of None als er geen antwoord kwam."""

    def __init__(self, soort: str, status: int | None = None) -> None:
        super().__init__(soort)
        self.soort, self.status = soort, status


@dataclass(frozen=True)
class Antwoord:
    """Wat de ander antwoordde. `inhoud` is hooguit wat er gevraagd was te lezen; `af` of dat alles was.

    De namen in `koppen` zijn in kleine letters.
    """

    status: int
    inhoud: bytes
    af: bool
    koppen: Mapping[str, str]


def controleer_url(url: str, intern: Sequence[str] = ()) -> SplitResult:
    """De delen van een adres waarmee de portaal wil verbinden; anders `AdresFout`. Zoekt nog niets op."""
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
    if delen.scheme == "http" and not intern:
        raise AdresFout("Het adres moet met https:// beginnen.")
    try:
        letterlijk = ipaddress.ip_address(delen.hostname)
    except ValueError:
        if delen.hostname.rstrip(".") == "localhost" or delen.hostname.endswith((".localhost", ".local", ".internal")):
            letterlijk = ipaddress.ip_address("127.0.0.1")
        else:
            return delen
    _eis_bereikbaar(letterlijk, delen.scheme, intern)
    return delen


def _is_intern(adres: Adres, intern: Sequence[str]) -> bool:
    return any(adres in net for net in _netten(tuple(intern)) if net.version == adres.version)


def _eis_bereikbaar(adres: Adres, scheme: str, intern: Sequence[str]) -> None:
    if _is_intern(adres, intern):
        return
    ingepakt = _ingepakt(adres)
    if not adres.is_global or adres.is_multicast or (ingepakt is not None and not ingepakt.is_global):
        raise AdresFout("Dit adres ligt in een intern netwerk. Een beheerder van de portaal moet dat netwerk toestaan.")
    if scheme == "http":
        raise AdresFout("Zonder https verbindt de portaal alleen met een toegestaan intern netwerk.")


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _ingepakt(adres: Adres) -> ipaddress.IPv4Address | None:
    """Het IPv4-adres dat in een IPv6-adres zit, als dat zo is."""
    if isinstance(adres, ipaddress.IPv4Address):
        return None
    if adres in _NAT64:
        return ipaddress.IPv4Address(int(adres) & 0xFFFFFFFF)
    return adres.ipv4_mapped or adres.sixtofour


@functools.lru_cache(maxsize=8)
def _netten(netten: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(net) for net in netten)


def zoek_op(delen: SplitResult, intern: Sequence[str] = ()) -> list[str]:
    """De IP-adressen waarmee verbonden mag worden. Eén fout adres tussen de goede is genoeg om te weigeren."""
    poort = delen.port or (443 if delen.scheme == "https" else 80)
    try:
        gevonden = socket.getaddrinfo(delen.hostname, poort, type=socket.SOCK_STREAM)
    except OSError as fout:
        raise VerbindFout("naam niet gevonden") from fout
    adressen = list(dict.fromkeys(str(info[4][0]).partition("%")[0] for info in gevonden))
    for adres in adressen:
        _eis_bereikbaar(ipaddress.ip_address(adres), delen.scheme, intern)
    if not adressen:
        raise VerbindFout("naam niet gevonden")
    return adressen


class _Verbinding(http.client.HTTPConnection):
    """Verbindt met het gecontroleerde IP-adres; certificaat en Host blijven die van de naam."""

    def __init__(self, delen: SplitResult, geheel: float, intern: Sequence[str], proxy: str) -> None:
        self.geheel, self.netten, self.proxy = geheel, intern, proxy
        self.tls = delen.scheme == "https"
        super().__init__(str(delen.hostname), delen.port or (443 if self.tls else 80), timeout=VERBINDEN)
        self.adressen = zoek_op(delen, intern)
        self.open: socket.socket | None = None  # ook als http.client de zijne loslaat omdat het antwoord hem overneemt

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
        self.sock.settimeout(self.geheel)
        if self.tls:
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)
        self.open = self.sock

    def _verbind(self, adres: str) -> None:
        if not self.proxy or _is_intern(ipaddress.ip_address(adres), self.netten):
            self.open = self.sock = socket.create_connection((adres, self.port), VERBINDEN)
            return
        proxy = urlsplit(self.proxy)
        self.open = self.sock = socket.create_connection((str(proxy.hostname), proxy.port or 80), VERBINDEN)
        doel = f"[{adres}]:{self.port}" if ":" in adres else f"{adres}:{self.port}"
        regels = [f"CONNECT {doel} HTTP/1.1", f"Host: {doel}"]
        if proxy.username is not None:
            wie = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            regels.append(f"Proxy-Authorization: Basic {base64.b64encode(wie.encode()).decode()}")
        self.sock.settimeout(self.geheel)
        self.sock.sendall("\r\n".join([*regels, "", ""]).encode())
        antwoord = http.client.HTTPResponse(self.sock, method="CONNECT")
        antwoord.begin()
        if not 200 <= antwoord.status < 300:
            raise VerbindFout(f"de proxy weigert de verbinding ({antwoord.status})")


@functools.cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()  # ook wat SSL_CERT_FILE noemt
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def vraag(
    methode: str,
    url: str,
    inhoud: bytes | None = None,
    koppen: Mapping[str, str] | None = None,
    *,
    intern: Sequence[str] = (),
    proxy: str = "",
    geheel: float,
    hoogstens: int,
) -> Antwoord:
    """Vraag dit aan het adres. `geheel`: seconden voor alles samen; `hoogstens`: bytes die van het antwoord gelezen worden.

    `proxy` is het adres van de proxy naar buiten (`http://gebruiker:wachtwoord@proxy.intern:3128`), of leeg.
    Elke status is een antwoord, ook een omleiding: die wordt niet gevolgd. Fouten: `AdresFout`, `VerbindFout`.
    """
    delen = controleer_url(url, intern)
    verbinding = _Verbinding(delen, geheel, intern, proxy)
    te_laat = threading.Event()

    def breek_af() -> None:
        te_laat.set()
        # Een ander die druppelsgewijs antwoordt, houdt geen proces bezig.
        with contextlib.suppress(OSError):
            if verbinding.open is not None:
                verbinding.open.shutdown(socket.SHUT_RDWR)

    klok = threading.Timer(geheel, breek_af)
    klok.daemon = True
    klok.start()
    try:
        pad = (delen.path or "/") + (f"?{delen.query}" if delen.query else "")
        poort = f":{delen.port}" if delen.port else ""
        host = f"[{delen.hostname}]" if ":" in str(delen.hostname) else str(delen.hostname)
        verbinding.request(methode, pad, inhoud, {**(koppen or {}), "Host": host + poort, "Connection": "close"})
        antwoord = verbinding.getresponse()
        gelezen = antwoord.read(hoogstens + 1)
        if te_laat.is_set():
            raise TimeoutError  # het antwoord is halverwege afgebroken
        return Antwoord(
            antwoord.status,
            gelezen[:hoogstens],
            len(gelezen) <= hoogstens,
            {naam.lower(): waarde for naam, waarde in antwoord.headers.items()},
        )
    except TimeoutError as fout:
        raise VerbindFout("duurde te lang") from fout
    except ssl.SSLError as fout:
        raise VerbindFout("certificaat klopt niet") from fout
    except (OSError, http.client.HTTPException) as fout:
        raise VerbindFout("duurde te lang" if te_laat.is_set() else "geen verbinding") from fout
    finally:
        klok.cancel()
        verbinding.close()
