"""De adressen van de Verzoeken-API, onder /verzoeken/api/v1."""

from rest_framework.routers import SimpleRouter

from portaal.api.documentatie import openapi_urls
from verzoeken.api import VersiesViewSet, VerzoekenViewSet, VerzoektypenViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("verzoeken", VerzoekenViewSet, basename="verzoeken")
router.register("verzoektypen", VerzoektypenViewSet, basename="verzoektypen")
router.register("verzoektypen/<uuid:verzoektypeUuid>/versies", VersiesViewSet, basename="versies")

urlpatterns = openapi_urls(
    "verzoeken",
    "Verzoeken-API",
    "1.0.0",
    "Ontvang wat inwoners, ondernemers en ketenpartners vragen of melden, zet het een stap verder en koppel het aan een "
    "zaak. Leg ook vast wat iemand aan de balie of per telefoon vroeg. De vorm is die van Open VTB; onze eigen velden "
    "staan erbij. Verwijderen kan niet, en bijlagen zijn er nog niet.",
    router.urls,
    tags={
        "verzoeken": "Wat mensen hebben gevraagd of gemeld; `isZaakverzoek` zegt of het bij een lopende zaak hoort.",
        "verzoektypen": "Wat mensen kunnen kiezen, en het formulier dat daarbij hoort.",
    },
)
