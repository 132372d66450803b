"""Voor wie het proces bewaakt: leeft het, en kan het bezoekers helpen? Zegt niets over bezoekers of instellingen."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


class Gezondheid:
    """Beantwoordt /-/live, /-/ready en /-/metrics vóór al het andere: een bewaker kent vaak de naam van de website niet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """De vragen, of verder met het verzoek."""
        if request.path == "/-/live":
            return _antwoord("ok", 200)
        if request.path == "/-/ready":
            return _klaar()
        if request.path == "/-/metrics":
            return _getallen()
        return self.get_response(request)


def _klaar() -> HttpResponse:
    """De database antwoordt en is ingericht; anders 503. De broker telt niet mee: zonder hem werkt de portaal door."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
    except Error:
        return _antwoord("geen database", 503)
    return _antwoord("ok", 200)


def _getallen() -> HttpResponse:
    """De getallen in de tekstvorm van Prometheus (versie 0.0.4); zonder database 503."""
    from portaal.gebeurtenissen.metriek import als_tekst  # pas nu: de middleware is er eerder dan de modellen

    try:
        tekst = als_tekst()
    except Error:
        return _antwoord("geen database", 503)
    return HttpResponse(tekst, content_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})


def _antwoord(stand: str, status: int) -> HttpResponse:
    return JsonResponse({"status": stand}, status=status, headers={"Cache-Control": "no-store"})
