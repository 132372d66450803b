"""De basis van elke view van een API."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils import translation
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from portaal.api.paginering import BLADEREN, controleer_query


class PortaalView(APIView):
    """Een view (of, als eerste voorouder, een viewset) die zegt welke scopes en welke query-parameters hij kent.

    `scopes`: per actie of methode, zie rechten.py. `query_parameters`: per actie (of methode); een lijst kent altijd
    page en pageSize. Wat niet genoemd is, is een 400. `query_serializer` beschrijft ze in het OpenAPI-document.
    Teksten zijn Nederlands, wat Accept-Language ook zegt.
    """

    scopes: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    query_parameters: ClassVar[Mapping[str, Iterable[str]]] = {}
    query_serializer: ClassVar[type[Serializer[Any]] | None] = None
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Zet de taal, en bewaar daarna wat er was."""
        with translation.override("nl"):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Eerst wie en of het mag, dan de querystring."""
        super().initial(request, *args, **kwargs)
        actie = getattr(self, "action", None)
        mag = set(self.eigen_query_parameters(str(request.method)))
        controleer_query(request, mag | BLADEREN if actie == "list" else mag)

    def eigen_query_parameters(self, methode: str) -> Iterable[str]:
        """De query-parameters van deze actie, of anders van deze methode; bladeren telt niet mee."""
        methode = "GET" if methode == "HEAD" else methode
        actie = getattr(self, "action", None) or methode
        return self.query_parameters.get(actie, self.query_parameters.get(methode, ()))
