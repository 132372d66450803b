"""Wat een token mag: een view noemt per methode (of actie) een scope. Wat niet genoemd is, mag niet."""

from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import MethodNotAllowed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portaal.api.models import Token
from portaal.api.scopes import SCOPES

if TYPE_CHECKING:
    from rest_framework.views import APIView  # noemt zelf deze klasse in zijn instellingen


def scopes_voor(view: Any, methode: str) -> tuple[str, ...]:
    """De scopes waarvan deze view er één vraagt: eerst op actie (`create`), dan op methode (`POST`); HEAD is als GET."""
    scopes = getattr(view, "scopes", {})
    methode = "GET" if methode == "HEAD" else methode
    actie = getattr(view, "action", None)
    gevraagd = scopes.get(actie) or scopes.get(methode) or ()
    return tuple(scope for scope in ((gevraagd,) if isinstance(gevraagd, str) else gevraagd) if scope in SCOPES)


class HeeftScope(BasePermission):
    """Een geldig token met de scope van deze view; een view zonder scopes is dicht (zie checks.py)."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True, of een 401, 403 of 405 die zegt wat er ontbreekt."""
        if not isinstance(request.auth, Token):
            return False  # Django REST framework maakt hier een 401 van
        if request.method not in view.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        scopes = scopes_voor(view, str(request.method))
        if not scopes:
            raise PermissionDenied("Dit eindpunt staat voor geen enkele scope open.", "scope_undefined")
        if not set(scopes) & set(request.auth.scopes):
            raise PermissionDenied(f"Het token mist de scope {' of '.join(scopes)}.", "missing_scope")
        return True
