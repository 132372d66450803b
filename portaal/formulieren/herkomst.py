"""Waar een definitie vandaan komt: meegestuurd, uit het register (`id`), of van een adres (`url`) op de lijst.

    {"components": […]}                       de definitie zelf
    {"id": "inkomen"}                         de laatst gepubliceerde versie in het register
    {"id": "inkomen", "versie": 2}            precies die versie
    {"url": "https://formulieren.gemeente.nl/inkomen.json"}

Een verwijzing wordt opgelost als de taak of versie wordt gemaakt. Bewaard wordt de definitie zelf, met `herkomst` erin:
wat er later in het register of op het adres verandert, verandert niet wat iemand aan het invullen is.
"""

import hashlib
import json as json_
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from portaal import uitgaand
from portaal.formulieren.definitie import GROOTST, DefinitieFout, lees_definitie
from portaal.formulieren.models import Formulierversie
from portaal.tijd import nu

GEHEEL = 5.0  # seconden voor het ophalen van een definitie, alles samen
BEWAAR = 300  # seconden dat een opgehaalde definitie nog een keer gebruikt wordt
BEWAAR_FOUT = 30  # seconden dat een adres dat niet antwoordde met rust gelaten wordt
LANGSTE_URL = 1000

log = logging.getLogger(__name__)


def is_verwijzing(json: Any) -> bool:
    """Of dit naar een definitie verwijst in plaats van er een te zijn."""
    return isinstance(json, Mapping) and "components" not in json and bool({"id", "url"} & set(json))


def zonder_herkomst(definitie: Mapping[str, Any]) -> dict[str, Any]:
    """De definitie zelf, zonder waar zij vandaan kwam."""
    return {naam: waarde for naam, waarde in definitie.items() if naam != "herkomst"}


def los_op(json: Any, applicatie: UUID | None) -> dict[str, Any]:
    """De definitie die hier staat of waarnaar wordt verwezen, gecontroleerd en om te bewaren.

    `applicatie`: wie verwijst, of None voor een medewerker, die elk formulier mag gebruiken. `DefinitieFout` met alles wat
    niet klopt. Kan een adres bevragen: niet in een transactie.
    """
    if not is_verwijzing(json):
        lees_definitie(json)
        return _gecontroleerde_herkomst(json)
    if vreemd := sorted(set(json) - {"id", "versie"} if "id" in json else set(json) - {"url"}):
        raise DefinitieFout([(str(naam), "unknown", "Dit veld hoort niet bij een verwijzing.") for naam in vreemd])
    if "url" in json:
        return haal(json["url"])
    code, versie = json["id"], json.get("versie")
    if not isinstance(code, str) or not code:
        raise DefinitieFout([("id", "invalid_type", "Dit moet tekst zijn: het id van een formulier in het register.")])
    if versie is not None and (isinstance(versie, bool) or not isinstance(versie, int)):
        raise DefinitieFout([("versie", "invalid_type", "Dit moet een geheel getal zijn.")])
    gevonden = zoek(code, applicatie, versie)
    if gevonden is None:
        wat = "deze versie van dit formulier" if versie is not None and zoek(code, applicatie) else "dit formulier"
        veld = "versie" if wat.startswith("deze") else "id"
        raise DefinitieFout(
            [(veld, "does_not_exist", f"In het register staat {wat} niet, of u mag het niet gebruiken.")]
        )
    definitie = met_herkomst(gevonden)
    lees_definitie(definitie)
    return definitie


# --- het register ---------------------------------------------------------------------------------------------------------
def zoek(code: str, applicatie: UUID | None, versie: int | None = None) -> Formulierversie | None:
    """De gevraagde of anders de laatste gepubliceerde versie; None als die er niet is of deze applicatie haar niet mag zien."""
    versies = Formulierversie.objects.filter(
        formulier__code=code, formulier__actief=True, gepubliceerd_op__isnull=False
    ).select_related("formulier")
    if applicatie is not None:
        versies = versies.filter(formulier__applicaties=applicatie)
    if versie is not None:
        versies = versies.filter(versie=versie) if 0 < versie < 32768 else versies.none()
    return versies.order_by("-versie").first()


def met_herkomst(versie: Formulierversie) -> dict[str, Any]:
    """De definitie van deze versie, met waar zij vandaan komt."""
    return {**versie.definitie, "herkomst": {"id": versie.formulier.code, "versie": versie.versie}}


def uit_het_register(definitie: Any) -> tuple[str, int | None]:
    """Het id en de versie in het register van deze bewaarde definitie; ("", None) als zij daar niet vandaan komt."""
    herkomst = definitie.get("herkomst") if isinstance(definitie, Mapping) else None
    if not isinstance(herkomst, Mapping) or not isinstance(herkomst.get("id"), str):
        return "", None
    return herkomst["id"], herkomst.get("versie")


def _gecontroleerde_herkomst(json: Mapping[str, Any]) -> dict[str, Any]:
    """Wie een definitie terugstuurt zoals zij haar kreeg, houdt de herkomst. Klopt die niet, dan verdwijnt zij."""
    herkomst, kaal = json.get("herkomst"), zonder_herkomst(json)
    if not isinstance(herkomst, Mapping):
        return kaal
    if set(herkomst) == {"id", "versie"}:
        versie = Formulierversie.objects.filter(
            formulier__code=str(herkomst["id"]), gepubliceerd_op__isnull=False, definitie=kaal
        )
        if isinstance(herkomst["versie"], int) and versie.filter(versie=herkomst["versie"]).exists():
            return dict(json)
    elif set(herkomst) == {"url", "opgehaaldOp"} and all(isinstance(deel, str) for deel in herkomst.values()):
        klopt = len(herkomst["opgehaaldOp"]) <= 40 and op_de_lijst(herkomst["url"])
        return dict(json) if klopt else kaal
    return kaal


# --- een adres ------------------------------------------------------------------------------------------------------------
def op_de_lijst(url: str) -> bool:
    """Of dit adres onder een van `FORMULIER_ADRESSEN` valt: zelfde begin, host en poort, en een pad dat eronder blijft."""
    try:
        delen = urlsplit(url)
        pad = unquote(delen.path)
        if len(url) > LANGSTE_URL or "\\" in pad or ".." in pad.split("/") or "%" in pad:
            return False
        return any(
            (mag.scheme, mag.hostname, mag.port) == (delen.scheme, delen.hostname, delen.port)
            and delen.path.startswith(mag.path or "/")
            for mag in map(urlsplit, settings.FORMULIER_ADRESSEN)
        )
    except ValueError:
        return False


def haal(url: Any) -> dict[str, Any]:
    """De definitie op dit adres, gecontroleerd. Niet op de lijst, niet te bereiken, of geen formulier: `DefinitieFout`.

    Wie net antwoordde wordt even niet opnieuw gevraagd, ook niet als het antwoord een fout was. Doet de cache het niet, dan
    wel.
    """
    if not isinstance(url, str) or not url:
        raise DefinitieFout([("url", "invalid_type", "Dit moet tekst zijn: het adres van een definitie.")])
    if not op_de_lijst(url):
        raise DefinitieFout(
            [
                (
                    "url",
                    "host_not_allowed",
                    f"Het adres {_kort(url)} staat niet op de lijst van adressen met formulieren.",
                )
            ]
        )
    sleutel = f"formulier-{hashlib.sha256(url.encode()).hexdigest()}"
    bewaard = _uit_cache(sleutel)
    if bewaard is None:
        bewaard = _vraag(url)
        _in_cache(sleutel, bewaard, BEWAAR if "definitie" in bewaard else BEWAAR_FOUT)
    if "fout" in bewaard:
        raise DefinitieFout([("url", *bewaard["fout"])])
    try:
        lees_definitie(bewaard["definitie"])
    except DefinitieFout as fout:
        raise DefinitieFout([(f"url.{pad}".rstrip("."), code, uitleg) for pad, code, uitleg in fout.fouten]) from fout
    return {**zonder_herkomst(bewaard["definitie"]), "herkomst": {"url": url, "opgehaaldOp": bewaard["op"]}}


def _uit_cache(sleutel: str) -> dict[str, Any] | None:
    try:
        bewaard: dict[str, Any] | None = cache.get(sleutel)
    except Exception as fout:  # noqa: BLE001 - een cache die weg is mag nooit een verzoek kosten
        log.warning("formulier_cache_weg soort=%s", type(fout).__name__)
        return None
    return bewaard


def _in_cache(sleutel: str, waarde: dict[str, Any], seconden: int) -> None:
    try:
        cache.set(sleutel, waarde, seconden)
    except Exception as fout:  # noqa: BLE001 - idem
        log.warning("formulier_cache_weg soort=%s", type(fout).__name__)


def _vraag(url: str) -> dict[str, Any]:
    """`definitie` en `op`, of `fout` (code, uitleg)."""
    grens = 4 * GROOTST  # bytes; een teken is er hooguit vier
    try:
        antwoord = uitgaand.vraag(
            "GET",
            url,
            koppen={"Accept": "application/json", "User-Agent": "mijn-omgeving"},
            intern=settings.FORMULIER_INTERN,
            proxy=settings.UITGAANDE_PROXY,
            geheel=GEHEEL,
            hoogstens=grens,
        )
    except uitgaand.AdresFout as fout:
        return {"fout": ("host_not_allowed", f"Het adres {_kort(url)} kan niet: {fout}")}
    except uitgaand.VerbindFout as fout:
        return {
            "fout": ("unreachable", f"Het adres {_kort(url)} gaf geen antwoord: {fout}. Probeer het later opnieuw.")
        }
    if 300 <= antwoord.status < 400:
        return {
            "fout": ("unreachable", f"Het adres {_kort(url)} stuurt door naar een ander adres; dat volgen wij niet.")
        }
    if antwoord.status != 200:
        return {"fout": ("unreachable", f"Het adres {_kort(url)} antwoordt met status {antwoord.status}.")}
    if not antwoord.af:
        return {"fout": ("too_large", f"Wat op {_kort(url)} staat is te groot voor een formulier.")}
    try:
        definitie = json_.loads(antwoord.inhoud)
        if not isinstance(definitie, dict):
            raise ValueError
    except (ValueError, RecursionError):
        return {"fout": ("not_json", f"Op {_kort(url)} staat geen formulier in JSON.")}
    return {"definitie": definitie, "op": nu().isoformat(timespec="seconds")}


def _kort(url: str) -> str:
    """Het adres zonder wat erachter staat: een zoekvraag kan een sleutel bevatten."""
    return url.partition("?")[0].partition("#")[0][:200]
