"""Voor wie het proces bewaakt: leeft het, en kan het bezoekers helpen? Zegt niets over bezoekers of instellingen."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def leeft(request: HttpRequest) -> JsonResponse:
    """Het proces antwoordt. Raakt niets anders aan: een trage database is geen reden om het te herstarten."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def klaar(request: HttpRequest) -> JsonResponse:
    """De database antwoordt en is bijgewerkt; anders 503. De broker telt niet mee: zonder hem werkt de portaal door."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
    except Error:
        return JsonResponse({"status": "geen database"}, status=503)
    return JsonResponse({"status": "ok"})
