"""De adressen van de Test-API, onder /test/api/v1."""

from django.urls import path

from portaal.api.documentatie import openapi_urls
from portaal.nabootsen.api import (
    InzendingenView,
    MislukteNotificatiesVanBerichtView,
    MislukteNotificatiesVanTaakView,
    OpeningenView,
    VerzoekinzendingenView,
)

urlpatterns = openapi_urls(
    "test",
    "Test-API",
    "1.0.0",
    "Probeer de hele kring zonder dat er iemand inlogt: met een testsleutel speelt u de persoon. Werkt alleen op wat met "
    "een testsleutel is gemaakt; een gewoon token krijgt 403.",
    [
        path("taken/<uuid:uuid>/inzendingen", InzendingenView.as_view()),
        path("taken/<uuid:uuid>/mislukte-notificaties", MislukteNotificatiesVanTaakView.as_view()),
        path("berichten/<uuid:uuid>/openingen", OpeningenView.as_view()),
        path("berichten/<uuid:uuid>/mislukte-notificaties", MislukteNotificatiesVanBerichtView.as_view()),
        path("verzoektypen/<uuid:uuid>/inzendingen", VerzoekinzendingenView.as_view()),
    ],
    tags={"taken": "Een taak doen.", "berichten": "Een bericht lezen.", "verzoektypen": "Een verzoek doen."},
)
