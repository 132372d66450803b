"""De koppen die elk antwoord van een API heeft."""

from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from portaal.api.paden import is_api, versie_van
from portaal.api.problemen import probleem_antwoord

CSP = "default-src 'none'; frame-ancestors 'none'"


class ApiKoppen:
    """API-Version, no-store en een dichte CSP op elk antwoord van een API, ook op een fout of een leeg antwoord."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Geef het antwoord door, met de koppen erbij als het van een API is."""
        if not is_api(request.path):
            return self.get_response(request)
        antwoord = self._lees_in_delen(request) or self.get_response(request)
        versie = versie_van(request.path)
        if versie:
            antwoord.headers["API-Version"] = versie
        antwoord.headers.setdefault("Cache-Control", "no-store")
        antwoord.headers.setdefault("Content-Security-Policy", CSP)
        patch_vary_headers(antwoord, ["Accept", "Authorization"])
        return antwoord

    @staticmethod
    def _lees_in_delen(request: HttpRequest) -> HttpResponseBase | None:
        """Een verzoek in delen (Transfer-Encoding: chunked, zoals Spring het stuurt) leest Django als leeg: lees het hier.

        Alleen als de server zelf het einde bewaakt (`wsgi.input_terminated`); te groot geeft 413.
        """
        in_delen = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        if not in_delen or request.META.get("CONTENT_LENGTH") or request.path.endswith("/_bulk"):
            return None  # een bulkverzoek leest zelf, rij voor rij
        if not isinstance(request, WSGIRequest) or not request.environ.get("wsgi.input_terminated"):
            return None
        grens = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or -1
        inhoud = request.environ["wsgi.input"].read(grens + 1 if grens > 0 else -1)
        if 0 < grens < len(inhoud):
            return probleem_antwoord(request, 413, f"Het verzoek is groter dan {grens} bytes.", "too_large")
        request.META["CONTENT_LENGTH"] = str(len(inhoud))
        request._stream = BytesIO(inhoud)
        return None
