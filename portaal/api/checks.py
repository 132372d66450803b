"""Controle bij de start: geen enkel eindpunt staat open zonder dat iemand dat heeft opgeschreven."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from portaal.api.rechten import HeeftScope
from portaal.api.scopes import SCOPES


@register(Tags.security)
def elk_eindpunt_noemt_scopes(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Elke view van Django REST framework gebruikt HeeftScope en noemt voor elke methode een bestaande scope."""
    return [fout for view, acties in _views(get_resolver().url_patterns) for fout in controleer_view(view, acties)]


def controleer_view(view: type[APIView], acties: dict[str, str]) -> list[CheckMessage]:
    """De fouten van één view; `acties` is {methode: actie} bij een viewset, anders leeg."""
    if HeeftScope not in view.permission_classes:
        return [Error(f"{view.__name__} gebruikt HeeftScope niet.", obj=view, id="portaal_api.E001")]
    methoden = acties or {m: m for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)}
    scopes = getattr(view, "scopes", {})
    fouten: list[CheckMessage] = []
    for methode, actie in methoden.items():
        if methode in ("head", "options"):
            continue
        gevraagd = scopes.get(actie) or scopes.get(methode.upper()) or ()
        genoemd = {gevraagd} if isinstance(gevraagd, str) else set(gevraagd)
        if not genoemd or not genoemd <= set(SCOPES):
            fouten.append(
                Error(
                    f"{view.__name__} noemt geen bestaande scope voor {methode.upper()} ({actie}).",
                    hint='Bijvoorbeeld: scopes = {"GET": "taken:lezen"}; de lijst staat in portaal/api/scopes.py.',
                    obj=view,
                    id="portaal_api.E002",
                )
            )
    return fouten


def _views(patronen: list[Any]) -> Iterator[tuple[type[APIView], dict[str, str]]]:
    for patroon in patronen:
        if isinstance(patroon, URLResolver):
            yield from _views(patroon.url_patterns)
        elif isinstance(patroon, URLPattern):
            view = getattr(patroon.callback, "cls", None)
            if isinstance(view, type) and issubclass(view, APIView):
                yield view, getattr(patroon.callback, "actions", None) or {}
