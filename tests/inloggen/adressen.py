"""De adressen van de portaal, met één pagina waarvan de maker vergat te zeggen wie haar mag zien."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portaal.urls import handler400, handler403, handler404, handler500  # noqa: F401
from portaal.urls import urlpatterns as gewoon


def vergeten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("geheim")


urlpatterns = [path("vergeten", vergeten), *gewoon]
