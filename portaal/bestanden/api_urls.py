"""De adressen van de Bestanden-API, onder /bestanden/api/v1."""

from rest_framework.routers import SimpleRouter

from portaal.api.documentatie import openapi_urls
from portaal.bestanden.api import BestandenViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("bestanden", BestandenViewSet, basename="bestanden")

urlpatterns = openapi_urls(
    "bestanden",
    "Bestanden-API",
    "1.0.0",
    "Haal op wat mensen meesturen met een taak of een verzoek. Een bestand is er pas als het gecontroleerd is op virussen en "
    "het antwoord is verstuurd; de SHA-256 staat erbij. En stuur een bestand om aan een bericht te hangen.",
    router.urls,
    tags={"bestanden": "Bestanden bij taken, verzoeken en berichten."},
)
