"""De basis van elke view van een API."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from portaal.api.limiet import ApplicatieLimiet
from portaal.api.models import Token
from portaal.api.paginering import BLADEREN, controleer_query
from portaal.api.voorwaarden import controleer_if_match, etag
from portaal.betrokkenen.testpersonen import alleen_testpersonen

WIJZIGT = ("PUT", "PATCH", "DELETE")
MET_ETAG = ("retrieve", "create", "update", "partial_update")


class PortaalView(APIView):
    """Een view (of, als eerste voorouder, een viewset) die zegt welke scopes en welke query-parameters hij kent.

    `scopes`: per actie of methode, zie rechten.py. `query_parameters`: per actie (of methode); een lijst kent altijd
    page en pageSize. Wat niet genoemd is, is een 400. `query_serializer` beschrijft ze in het OpenAPI-document.
    Teksten zijn Nederlands, wat Accept-Language ook zegt.

    Een viewset met `_weergave(record)` geeft bij elk record een ETag en kent If-Match, zonder dat zij er iets voor doet.
    """

    scopes: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    query_parameters: ClassVar[Mapping[str, Iterable[str]]] = {}
    query_serializer: ClassVar[type[Serializer[Any]] | None] = None
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    throttle_classes = [ApplicatieLimiet]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Zet de taal, en bewaar daarna wat er was. Met If-Match zijn controle en wijziging één transactie."""
        merk = alleen_testpersonen.set(False)
        try:
            with translation.override("nl"):
                if request.method in WIJZIGT and "If-Match" in request.headers:
                    with transaction.atomic():
                        return super().dispatch(request, *args, **kwargs)
                return super().dispatch(request, *args, **kwargs)
        finally:
            alleen_testpersonen.reset(merk)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Eerst wie en of het mag, dan de querystring, dan of het record nog is zoals de aanroeper denkt."""
        super().initial(request, *args, **kwargs)
        alleen_testpersonen.set(isinstance(request.auth, Token) and request.auth.test)
        actie = getattr(self, "action", None)
        mag = set(self.eigen_query_parameters(str(request.method)))
        controleer_query(request, mag | BLADEREN if actie == "list" else mag, self._zoekadres(request))
        if self.kent_if_match(str(request.method)) and "If-Match" in request.headers:
            controleer_if_match(request, self._huidige_weergave())

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Het antwoord, met een ETag als er één record in staat."""
        antwoord = super().finalize_response(request, response, *args, **kwargs)
        if (
            isinstance(antwoord, Response)
            and antwoord.status_code in (200, 201)
            and getattr(self, "action", None) in MET_ETAG
            and hasattr(self, "_weergave")
        ):
            antwoord.headers.setdefault("ETag", etag(antwoord.data))
        return antwoord

    def kent_if_match(self, methode: str) -> bool:
        """Of deze methode hier een record wijzigt dat een ETag heeft."""
        return methode in WIJZIGT and bool(getattr(self, "detail", False)) and hasattr(self, "_weergave")

    def if_match_sleutel(self) -> Any:
        """Waarmee het record te vinden is: wat in het pad staat."""
        view: Any = self
        return view.kwargs[view.lookup_url_kwarg or view.lookup_field]

    def _huidige_weergave(self) -> Any:
        """Het record zoals het nu is, vergrendeld tot het eind van de transactie."""
        view: Any = self
        veld = "pk" if view.lookup_field == "uuid" else view.lookup_field
        rijen = view.get_queryset().select_for_update(of=("self",))
        record = rijen.filter(**{veld: self.if_match_sleutel()}).first()
        if record is None:
            raise Http404
        return view._weergave(record)

    def _zoekadres(self, request: Request) -> str:
        """Waar wel op een nummer gezocht kan worden; leeg als dat hier niet kan."""
        return f"{request.path}/_zoek" if hasattr(self, "zoek") and getattr(self, "action", None) == "list" else ""

    def eigen_query_parameters(self, methode: str) -> Iterable[str]:
        """De query-parameters van deze actie, of anders van deze methode; bladeren telt niet mee."""
        methode = "GET" if methode == "HEAD" else methode
        actie = getattr(self, "action", None) or methode
        return self.query_parameters.get(actie, self.query_parameters.get(methode, ()))
