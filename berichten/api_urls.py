"""De adressen van de Berichten-API, onder /berichten/api/v1."""

from rest_framework.routers import SimpleRouter

from berichten.api import BerichtenViewSet
from portaal.api.documentatie import openapi_urls

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("berichten", BerichtenViewSet, basename="berichten")

urlpatterns = openapi_urls(
    "berichten",
    "Berichten-API",
    "1.0.0",
    "Stuur berichten aan inwoners, ondernemers en ketenpartners, en zie wanneer ze zijn geopend. De vorm is die van "
    "Open VTB; onze eigen velden staan erbij. Een bericht dat te lezen is verandert niet meer: stuur dan een nieuw "
    "bericht dat het vervangt of intrekt.",
    router.urls,
    tags={"berichten": "Berichten; een applicatie ziet alleen die van haarzelf."},
)
