"""Elke fout van een API als problem+json (RFC 9457): in het Nederlands, en alles wat er mis is in één keer."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from portaal.api.paden import is_api
from portaal.betrokkenen.testpersonen import GeenTestpersoonError

MEDIATYPE = "application/problem+json"
ZONDER_VELD = "nonFieldErrors"

TITELS = {
    400: "Ongeldig verzoek",
    401: "Niet aangemeld",
    403: "Geen toestemming",
    404: "Niet gevonden",
    405: "Methode niet toegestaan",
    406: "Antwoordformaat niet beschikbaar",
    409: "Conflict",
    412: "Voorwaarde niet vervuld",
    413: "Verzoek te groot",
    415: "Formaat van het verzoek niet ondersteund",
    429: "Te veel verzoeken",
    500: "Fout in de portaal",
}

# Teksten die Django REST framework niet, onduidelijk of met de gestuurde waarde erin vertaalt; wie zelf iets schrijft,
# houdt dat.
TEKSTEN = [
    (re.compile(patroon, re.DOTALL), tekst)
    for patroon, tekst in (
        (r"Dit veld is vereist\.", "Dit veld is verplicht."),
        (r'".*" is een ongeldige keuze\.', "Deze waarde is hier niet toegestaan."),
        (r"Verwachtte een lijst met items, maar .*", "Dit moet een lijst zijn."),
        (r"(Ongeldige data\. Verwacht|Verwachtte) een dictionary.*", "Dit moet een object zijn."),
        (r"Object met \w+=.* bestaat niet\.", "Deze waarde is niet bekend."),
        (r"(Must be a valid UUID|.* is not a valid UUID)\.", "Dit is geen geldige UUID."),
        (r"Null characters are not allowed\.", "Deze tekst bevat een teken dat niet mag (U+0000)."),
    )
]


class OngeldigeParameter(TypedDict):
    """Eén ding dat er mis is: welk veld (punten tussen de lagen), welke soort fout, en uitleg."""

    name: str
    code: str
    reason: str


class PortaalFout(exceptions.APIException):
    """Een fout met een eigen code; wat in `extra` staat komt als veld in het antwoord."""

    status_code = 400
    default_code = "invalid"

    def __init__(
        self, detail: str, code: str | None = None, *, invalid: Sequence[OngeldigeParameter] = (), **extra: Any
    ) -> None:
        super().__init__(detail, code or self.default_code)
        self.invalid = list(invalid)
        self.extra = extra


class OngeldigVerzoek(PortaalFout):
    """400: het verzoek klopt niet, los van één veld."""


class Conflict(PortaalFout):
    """409: het verzoek klopt, maar past niet bij wat er nu is."""

    status_code = 409
    default_code = "conflict"


class VoorwaardeMislukt(PortaalFout):
    """412: het record is intussen veranderd (If-Match)."""

    status_code = 412
    default_code = "precondition_failed"


class TeGroot(PortaalFout):
    """413: het verzoek is groter dan de portaal aanneemt."""

    status_code = 413
    default_code = "too_large"


def probleem(
    status: int,
    detail: str,
    code: str,
    pad: str,
    invalid: Sequence[OngeldigeParameter] = (),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Het antwoord zelf. `instance` is het pad zonder querystring: daar kan iets persoonlijks in staan."""
    antwoord: dict[str, Any] = {
        "type": "about:blank",
        "title": TITELS.get(status, TITELS[500]),
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(pad),
        "code": code,
    }
    if invalid:
        antwoord["invalidParams"] = list(invalid)
    return antwoord | dict(extra or {})


def probleem_antwoord(request: HttpRequest, status: int, detail: str, code: str) -> HttpResponse:
    """Een fout buiten Django REST framework om, bijvoorbeeld een onbekend pad."""
    inhoud = json.dumps(probleem(status, detail, code, request.path), ensure_ascii=False)
    return HttpResponse(inhoud, status=status, content_type=MEDIATYPE)


def platte_fouten(detail: Any, pad: str = "") -> list[OngeldigeParameter]:
    """Alle fouten van een serializer onder elkaar, met een pad als `isGerelateerdAan.0.urn`."""
    if isinstance(detail, Mapping):
        return [
            fout
            for naam, onder in detail.items()
            for fout in platte_fouten(onder, pad if naam in ("non_field_errors", ZONDER_VELD) else _onder(pad, naam))
        ]
    if isinstance(detail, list | tuple):
        return [
            fout
            for nummer, onder in enumerate(detail)
            for fout in platte_fouten(onder, _onder(pad, nummer) if isinstance(onder, Mapping | list) else pad)
        ]
    code = str(getattr(detail, "code", "invalid"))
    return [{"name": pad or ZONDER_VELD, "code": code, "reason": _leesbaar(str(detail), code)}]


def _leesbaar(tekst: str, code: str) -> str:
    if code == "null" and tekst == "Dit veld mag niet leeg zijn.":
        return "Dit veld mag niet null zijn."
    return next((anders for patroon, anders in TEKSTEN if patroon.fullmatch(tekst)), tekst).replace(
        "karakters", "tekens"
    )


def _onder(pad: str, deel: object) -> str:
    return f"{pad}.{deel}" if pad else str(deel)


def behandel_fout(fout: Exception, context: dict[str, Any]) -> Response | None:
    """De EXCEPTION_HANDLER van Django REST framework; None (dus een 500) bij wat geen fout van de aanroeper is."""
    if isinstance(fout, Http404):
        fout = exceptions.NotFound()
    elif isinstance(fout, PermissionDenied):
        fout = exceptions.PermissionDenied()
    elif isinstance(fout, RequestDataTooBig):
        fout = TeGroot("Het verzoek is te groot.")
    elif isinstance(fout, GeenTestpersoonError):
        fout = OngeldigVerzoek(str(fout), "test_person_only")
    elif isinstance(fout, DjangoValidationError):
        fout = exceptions.ValidationError(as_serializer_error(fout))
    if not isinstance(fout, exceptions.APIException):
        return None
    return Response(
        _inhoud(fout, context["request"].path),
        status=fout.status_code,
        headers=_koppen(fout),
        content_type=MEDIATYPE,
    )


def als_probleem(fout: exceptions.APIException, pad: str) -> dict[str, Any]:
    """De fout als probleem, voor wie haar zelf in een antwoord zet: een van de vele rijen van een verzoek."""
    return _inhoud(fout, pad)


def _koppen(fout: exceptions.APIException) -> dict[str, str]:
    koppen: dict[str, str] = {}
    if kop := getattr(fout, "auth_header", None):
        koppen["WWW-Authenticate"] = str(kop)
    if (wacht := getattr(fout, "wait", None)) is not None:
        koppen["Retry-After"] = str(int(wacht))
    return koppen


def _inhoud(fout: exceptions.APIException, pad: str) -> dict[str, Any]:
    if isinstance(fout, exceptions.ValidationError):
        invalid = platte_fouten(fout.detail)
        detail = "Eén gegeven klopt niet." if len(invalid) == 1 else f"{len(invalid)} gegevens kloppen niet."
        return probleem(400, f"{detail} Zie invalidParams.", "invalid", pad, invalid)
    if isinstance(fout, PortaalFout):
        return probleem(fout.status_code, str(fout.detail), _code(fout), pad, fout.invalid, fout.extra)
    return probleem(fout.status_code, _uitleg(fout), _code(fout), pad)


def _code(fout: exceptions.APIException) -> str:
    return str(getattr(fout.detail, "code", fout.default_code))


def _uitleg(fout: exceptions.APIException) -> str:
    """Onze tekst waar Django REST framework een eigen tekst geeft; wie zelf iets schrijft, houdt dat."""
    if isinstance(fout, exceptions.PermissionDenied | exceptions.NotFound) and str(fout.detail) != str(
        fout.default_detail
    ):
        return str(fout.detail)
    if isinstance(fout, exceptions.PermissionDenied):
        return "Dit mag u niet doen."
    if isinstance(fout, exceptions.NotAuthenticated):
        return "Stuur een token mee in de kop Authorization, als: Token <token>."
    if isinstance(fout, exceptions.NotFound):
        return "Dit bestaat niet, of u mag het niet zien."
    if isinstance(fout, exceptions.MethodNotAllowed):
        return "Deze methode kan hier niet. In de kop Allow staat wat wel kan."
    if isinstance(fout, exceptions.NotAcceptable):
        return "De portaal antwoordt alleen met application/json. Pas de kop Accept aan."
    if isinstance(fout, exceptions.UnsupportedMediaType):
        return "Stuur het verzoek als application/json (in UTF-8)."
    if isinstance(fout, exceptions.Throttled):
        return "Er komen te veel verzoeken. In de kop Retry-After staat over hoeveel seconden het weer kan."
    return str(fout.detail)


# --- Fouten buiten Django REST framework: portaal/urls.py noemt deze vier ------------------------------------------------
def handler400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Een verzoek dat Django zelf weigert."""
    if not is_api(request.path):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return probleem_antwoord(request, 413, "Het verzoek is te groot.", "too_large")
    return probleem_antwoord(request, 400, "De portaal kan dit verzoek niet lezen.", "invalid")


def handler403(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Geen toestemming."""
    if not is_api(request.path):
        return defaults.permission_denied(request, exception)
    return probleem_antwoord(request, 403, "Dit mag u niet doen.", "permission_denied")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Een onbekend pad."""
    if not is_api(request.path):
        return defaults.page_not_found(request, exception)
    tekst = "Dit pad bestaat niet."
    if request.path.endswith("/"):
        tekst += " Een pad eindigt hier niet op een schuine streep."
    return probleem_antwoord(request, 404, tekst, "not_found")


def handler500(request: HttpRequest) -> HttpResponseBase:
    """Een fout van onszelf. Wat er misging staat in het logboek van de server, niet in het antwoord."""
    if not is_api(request.path):
        return defaults.server_error(request)
    tekst = "Er ging iets mis in de portaal. Het verzoek is niet uitgevoerd; probeer het later opnieuw."
    return probleem_antwoord(request, 500, tekst, "error")
