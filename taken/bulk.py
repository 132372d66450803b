"""Duizenden taken in één verzoek: rij voor rij lezen, per batch maken, en per rij een uitkomst terugsturen.

Er staat nooit meer dan één batch in het geheugen. Rijen komen binnen als JSON-lijst of als NDJSON (een object per regel), en
de uitkomsten gaan in dezelfde vorm terug, op volgorde.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException

from portaal.api.idempotentie import is_sleutel, vingerafdruk
from portaal.api.parsers import lees_object
from portaal.api.problemen import OngeldigVerzoek, TeGroot, als_probleem

HOOGSTENS = 10_000  # rijen per verzoek
PER_BATCH = 500
DEEL = 64 * 1024  # bytes per keer lezen
SLEUTEL = "idempotencyKey"
_decoder = json.JSONDecoder()


@dataclass(frozen=True)
class Gelezen:
    """Een rij die te lezen was: de taak zoals gestuurd, gecontroleerd, met haar eigen sleutel en vingerafdruk."""

    nummer: int
    body: dict[str, Any]
    waarden: dict[str, Any]
    sleutel: str | None
    vingerafdruk: str


Uitkomst = dict[str, Any]


def rijen_uit(stroom: IO[bytes], *, ndjson: bool) -> Iterator[bytes]:
    """Elke rij als JSON-tekst, zonder meer te lezen dan nodig. Is de lijst zelf stuk: `OngeldigVerzoek`, na de goede rijen."""
    return _regels(stroom) if ndjson else _elementen(stroom)


def verwerk(
    rijen: Iterator[bytes],
    pad: str,
    lees: Callable[[dict[str, Any]], dict[str, Any]],
    maak: Callable[[Sequence[Gelezen]], Sequence[Uitkomst]],
) -> Iterator[Uitkomst]:
    """De uitkomst per rij, op volgorde. `lees` controleert een rij en geeft haar waarden; `maak` maakt een batch.

    Breekt de lijst halverwege, dan wordt gemaakt wat ervoor stond, en zegt de laatste uitkomst waar zij ophield.
    """
    genummerd, einde, verder = enumerate(_begrensd(rijen)), 0, True
    while verder:
        batch: list[tuple[int, bytes]] = []
        stuk: APIException | None = None
        try:
            batch.extend(islice(genummerd, PER_BATCH))
        except APIException as fout:
            stuk = fout
        uit: dict[int, Uitkomst] = {}
        goed: list[Gelezen] = []
        for nummer, tekst in batch:
            try:
                goed.append(_lees(nummer, tekst, pad, lees))
            except APIException as fout:
                uit[nummer] = fout_bij(nummer, fout, pad)
        uit |= {gelezen.nummer: uitkomst for gelezen, uitkomst in zip(goed, maak(goed), strict=True)}
        yield from (uit[nummer] for nummer, _tekst in batch)
        einde += len(batch)
        verder = len(batch) == PER_BATCH and stuk is None
        if stuk is not None:
            yield fout_bij(einde, stuk, pad)


def fout_bij(nummer: int, fout: APIException, pad: str) -> Uitkomst:
    """De uitkomst van een rij waar iets mis mee is: het probleem dat zij alleen ook had gekregen."""
    return {"index": nummer, "status": fout.status_code, "fout": als_probleem(fout, pad)}


def schrijf(uitkomsten: Iterator[Uitkomst], *, ndjson: bool) -> Iterator[bytes]:
    """De uitkomsten als JSON-lijst of NDJSON, in stukken."""
    deel, tussen = (b"", b"") if ndjson else (b"[", b"\n")
    for uitkomst in uitkomsten:
        deel += tussen + json.dumps(uitkomst, ensure_ascii=False, default=str).encode() + (b"\n" if ndjson else b"")
        tussen = b"" if ndjson else b",\n"
        if len(deel) > DEEL:
            yield deel
            deel = b""
    yield deel + (b"" if ndjson else b"\n]\n")


def _lees(nummer: int, tekst: bytes, pad: str, lees: Callable[[dict[str, Any]], dict[str, Any]]) -> Gelezen:
    body = lees_object(tekst)
    sleutel = body.pop(SLEUTEL, None)
    if sleutel is not None and not (isinstance(sleutel, str) and is_sleutel(sleutel)):
        uitleg = f"{SLEUTEL} heeft 1 tot 255 tekens (ASCII, zichtbaar)."
        raise OngeldigVerzoek(
            uitleg, "invalid_idempotency_key", invalid=[{"name": SLEUTEL, "code": "invalid", "reason": uitleg}]
        )
    return Gelezen(nummer, body, lees(body), sleutel, vingerafdruk("POST", pad, body))


def _begrensd(rijen: Iterator[bytes]) -> Iterator[bytes]:
    for nummer, rij in enumerate(rijen):
        if nummer == HOOGSTENS:
            raise TeGroot(
                f"Een verzoek heeft hoogstens {HOOGSTENS} rijen. Wat hierna komt is niet gelezen.", "too_many_rows"
            )
        yield rij


def _regels(stroom: IO[bytes]) -> Iterator[bytes]:
    buffer = b""
    while deel := stroom.read(DEEL):
        *regels, buffer = (buffer + deel).split(b"\n")
        yield from (regel for regel in regels if regel.strip())
        _eis_grootte(buffer)
    if buffer.strip():
        yield buffer


def _elementen(stroom: IO[bytes]) -> Iterator[bytes]:
    """De elementen van een JSON-lijst: steeds proberen of er een heel element staat, anders een stuk verder lezen."""
    buffer, verwacht, op = b"", "[", False
    while True:
        buffer = buffer.lstrip(b" \t\r\n" + (b"\xef\xbb\xbf" if verwacht == "[" else b""))
        teken = buffer[:1]
        if not teken and not op:
            pass  # eerst verder lezen
        elif verwacht == "einde":
            if teken:
                raise OngeldigVerzoek("Na de lijst staat nog iets.", "parse_error")
            return
        elif verwacht == "[" and teken == b"[":
            buffer, verwacht = buffer[1:], "eerste"
            continue
        elif verwacht in ("eerste", "komma") and teken == b"]":
            buffer, verwacht = buffer[1:], "einde"
            continue
        elif verwacht == "komma" and teken == b",":
            buffer, verwacht = buffer[1:], "element"
            continue
        elif verwacht in ("eerste", "element"):
            lengte = _lengte_element(buffer)
            if lengte:
                yield buffer[:lengte]
                buffer, verwacht = buffer[lengte:], "komma"
                continue
            if op:
                raise OngeldigVerzoek("De lijst is geen geldige JSON, of is afgebroken.", "parse_error")
        else:
            raise OngeldigVerzoek("De inhoud moet een JSON-lijst zijn: [ … ].", "parse_error")
        _eis_grootte(buffer)
        deel = stroom.read(DEEL)
        op = not deel
        buffer += deel


def _lengte_element(buffer: bytes) -> int:
    """Hoeveel bytes het eerste element beslaat; 0 als het er nog niet helemaal staat (of stuk is)."""
    tekst = buffer.decode("utf-8", "surrogateescape")
    try:
        _waarde, einde = _decoder.raw_decode(tekst)
    except (ValueError, RecursionError):
        return 0
    if einde == len(tekst) and tekst[-1:] not in ('"', "}", "]"):
        return 0  # een getal kan nog verder gaan
    return len(tekst[:einde].encode("utf-8", "surrogateescape"))


def _eis_grootte(buffer: bytes) -> None:
    grens = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if grens is not None and len(buffer) > grens + DEEL:
        raise TeGroot(f"Een rij is groter dan {grens} bytes, of is geen geldige JSON.", maximum=grens)
