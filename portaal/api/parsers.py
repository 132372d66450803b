"""JSON lezen zonder iets door de vingers te zien: wat dubbelzinnig of niet op te slaan is, wordt geweigerd."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from portaal.api.problemen import OngeldigeParameter, OngeldigVerzoek, TeGroot

HOOGSTE_DIEPTE = 32
_NIET_TE_BEWAREN = re.compile("[\x00\ud800-\udfff]")


class StrengeJSONParser(BaseParser):
    """Eén JSON-object in UTF-8, zonder dubbele namen, NaN, NUL-tekens of halve surrogaten, en niet te diep of te groot."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Het object; anders 400, 413 of 415 met een code die zegt wat er mis is."""
        request = (parser_context or {}).get("request")
        _controleer_codering(request.META if request else {}, media_type or self.media_type)
        return lees_object(_lees(stream, request.META if request else {}))


def _controleer_codering(meta: Mapping[str, Any], media_type: str) -> None:
    if meta.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise UnsupportedMediaType(media_type)
    for deel in media_type.split(";")[1:]:
        naam, _, waarde = deel.partition("=")
        if naam.strip().lower() == "charset" and waarde.strip(' "').lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(media_type)


def _lees(stream: IO[Any], meta: Mapping[str, Any]) -> bytes:
    grens: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if grens is None:
        return bytes(stream.read())
    te_groot = TeGroot(f"Het verzoek is groter dan {grens} bytes.", maximum=grens)
    lengte = str(meta.get("CONTENT_LENGTH") or "0")
    if lengte.isdigit() and int(lengte) > grens:
        raise te_groot
    inhoud = bytes(stream.read(grens + 1))
    if len(inhoud) > grens:
        raise te_groot
    return inhoud


def lees_object(inhoud: bytes) -> dict[str, Any]:
    """Lees één JSON-object; alles wat niet mag: `OngeldigVerzoek`. In de tekst staat nooit iets uit de inhoud zelf."""
    try:
        tekst = inhoud.decode("utf-8-sig")
    except UnicodeDecodeError as fout:
        raise OngeldigVerzoek("De inhoud is geen UTF-8.", "invalid_encoding") from fout
    dubbel: list[str] = []

    def object_van(paren: list[tuple[str, Any]]) -> dict[str, Any]:
        resultaat = dict(paren)
        if len(resultaat) != len(paren):
            namen = [naam for naam, _ in paren]
            dubbel.extend(sorted({naam for naam in namen if namen.count(naam) > 1}))
        return resultaat

    try:
        waarde = json.loads(
            tekst, object_pairs_hook=object_van, parse_constant=_geen_constante, parse_float=_kommagetal
        )
    except json.JSONDecodeError as fout:
        plek = f"regel {fout.lineno}, teken {fout.colno}"
        raise OngeldigVerzoek(f"De inhoud is geen geldige JSON ({plek}).", "parse_error") from fout
    except RecursionError as fout:
        raise _te_diep() from fout
    except ValueError as fout:  # een getal van duizenden cijfers
        raise OngeldigVerzoek("Een getal in de inhoud is te groot.", "invalid_number") from fout
    if dubbel:
        raise OngeldigVerzoek(
            "Een naam komt twee keer voor in hetzelfde object.",
            "duplicate",
            invalid=[_parameter(naam, "duplicate", "Deze naam komt twee keer voor.") for naam in dubbel],
        )
    if not isinstance(waarde, dict):
        raise OngeldigVerzoek("De inhoud moet een JSON-object zijn: { … }.", "not_an_object")
    onbruikbaar = list(_onbruikbare_tekst(waarde))
    if onbruikbaar:
        raise OngeldigVerzoek(
            "De inhoud bevat tekens die niet bewaard kunnen worden.", "invalid_characters", invalid=onbruikbaar
        )
    return waarde


def _geen_constante(naam: str) -> Any:
    raise OngeldigVerzoek("NaN en Infinity zijn geen JSON.", "invalid_number")


def _kommagetal(tekst: str) -> float:
    getal = float(tekst)
    if not math.isfinite(getal):
        raise OngeldigVerzoek("Een getal in de inhoud is te groot.", "invalid_number")
    return getal


def _te_diep() -> OngeldigVerzoek:
    return OngeldigVerzoek(f"De inhoud is dieper genest dan {HOOGSTE_DIEPTE} lagen.", "too_deep")


def _parameter(naam: str, code: str, uitleg: str) -> OngeldigeParameter:
    return {"name": naam.encode("utf-8", "replace").decode().replace("\x00", "?")[:200], "code": code, "reason": uitleg}


def _onbruikbare_tekst(waarde: Any) -> Iterator[OngeldigeParameter]:
    """Elke tekst (ook een naam) met U+0000 of een halve surrogaat: PostgreSQL kan die niet bewaren."""
    stapel: list[tuple[Any, str, int]] = [(waarde, "", 1)]
    while stapel:
        deel, pad, diepte = stapel.pop()
        if diepte > HOOGSTE_DIEPTE:
            raise _te_diep()
        if isinstance(deel, str):
            if _onbewaarbaar(deel):
                yield _parameter(pad, "invalid_characters", "Deze tekst bevat U+0000 of een half surrogaatpaar.")
        elif isinstance(deel, dict):
            for naam, onder in reversed(deel.items()):
                verder = f"{pad}.{naam}".lstrip(".")
                if _onbewaarbaar(naam):
                    yield _parameter(verder, "invalid_characters", "Deze naam kan niet bewaard worden.")
                stapel.append((onder, verder, diepte + 1))
        elif isinstance(deel, list):
            stapel.extend((onder, f"{pad}.{nummer}", diepte + 1) for nummer, onder in reversed(list(enumerate(deel))))


def _onbewaarbaar(tekst: str) -> bool:
    return _NIET_TE_BEWAREN.search(tekst) is not None
