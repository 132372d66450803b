"""De adressen van de Zaken-API, onder /zaken/api/v1."""

from rest_framework.routers import SimpleRouter

from portaal.api.documentatie import openapi_urls
from portaal.zaken.api import ZakenViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("zaken", ZakenViewSet, basename="zaken")

urlpatterns = openapi_urls(
    "zaken",
    "Zaken-API",
    "1.0.0",
    "Laat inwoners, ondernemers en ketenpartners zien hoe het met hun zaak staat. Stuur steeds de zaak zoals zij nu is: met "
    "PUT onder uw eigen uuid, of met POST onder een zaaknummer, url of urn. Bestaat de zaak al, dan wordt zij bijgewerkt.",
    router.urls,
    tags={"zaken": "Zaken met hun status, resultaat en betrokkenen."},
)
