"""Leeft dit proces, en kan het verzoeken aan? Voor de bewaker van de processen, niet voor mensen."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def leeft(request: HttpRequest) -> JsonResponse:
    """200 zolang het proces antwoordt; kijkt nergens anders naar, zodat een storing elders geen herstart uitlokt."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def klaar(request: HttpRequest) -> JsonResponse:
    """200 als de database antwoordt en bij deze code past, anders 503. De broker telt niet: zonder broker werkt alles."""
    try:
        plan = MigrationExecutor(connection)
        achter = bool(plan.migration_plan(plan.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "geen database"}, status=503)
    if achter:
        return JsonResponse({"status": "migraties ontbreken"}, status=503)
    return JsonResponse({"status": "ok"})
