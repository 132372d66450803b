"""De taal van de pagina: Nederlands, tenzij iemand zelf Engels koos."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

TALEN = {code for code, _naam in settings.LANGUAGES}


class TaalMiddleware:
    """Zet de taal uit het taalcookie. De voorkeur van de browser telt niet: die staat vaak ongevraagd op Engels.

    Systemen sturen geen cookie en krijgen dus altijd Nederlands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        gekozen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        taal = gekozen if gekozen in TALEN else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = taal
        with translation.override(taal):
            antwoord = self.get_response(request)
            antwoord.headers.setdefault("Content-Language", taal)
            return antwoord
