"""De adressen van de Taken-API, onder /taken/api/v1."""

from rest_framework.routers import Route, SimpleRouter

from portaal.api.documentatie import openapi_urls
from taken.api import (
    BetaaltakenViewSet,
    ExterneTakenViewSet,
    FormuliertakenViewSet,
    NietdigitaletakenViewSet,
    UrltakenViewSet,
)


class TakenRouter(SimpleRouter):
    """Met per soort een adres om er veel tegelijk te maken."""

    routes = [
        *SimpleRouter.routes,
        Route("{prefix}/_bulk", {"post": "bulk"}, "{basename}-bulk", detail=False, initkwargs={"suffix": "Bulk"}),
    ]


router = TakenRouter(trailing_slash=False, use_regex_path=False)
router.register("externetaken", ExterneTakenViewSet, basename="externetaken")
router.register("urltaken", UrltakenViewSet, basename="urltaken")
router.register("formuliertaken", FormuliertakenViewSet, basename="formuliertaken")
router.register("betaaltaken", BetaaltakenViewSet, basename="betaaltaken")
router.register("nietdigitaletaken", NietdigitaletakenViewSet, basename="nietdigitaletaken")

urlpatterns = openapi_urls(
    "taken",
    "Taken-API",
    "1.0.0",
    "Zet taken klaar voor inwoners, ondernemers en ketenpartners, volg ze en sluit ze af. De vorm is die van Open VTB; "
    "onze eigen velden staan erbij. Alleen de applicatie die een taak maakte, kan haar beëindigen.",
    router.urls,
    tags={
        "externetaken": "Taken van elke soort; `taakSoort` zegt welke.",
        "urltaken": "Taken waarvoor iemand naar een formulier of pagina elders gaat.",
        "formuliertaken": "Taken waarvoor iemand in de portaal een formulier invult.",
        "betaaltaken": "Taken waarvoor iemand een bedrag betaalt.",
        "nietdigitaletaken": "Taken die niet online kunnen. Open VTB kent deze soort niet.",
    },
)
