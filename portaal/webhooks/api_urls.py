"""De adressen van de Webhooks-API (/webhooks/api/v1) en van de feed (/gebeurtenissen/api/v1)."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portaal.api.documentatie import openapi_urls
from portaal.webhooks.api.abonnementen import AbonnementenViewSet
from portaal.webhooks.api.bezorgingen import BezorgingenViewSet
from portaal.webhooks.api.gebeurtenissen import GebeurtenissenView, GebeurtenistypenView

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("abonnementen", AbonnementenViewSet, basename="abonnementen")
router.register("abonnementen/<uuid:abonnementUuid>/bezorgingen", BezorgingenViewSet, basename="bezorgingen")

urlpatterns = [
    *openapi_urls(
        "webhooks",
        "Webhooks-API",
        "1.0.0",
        "Laat de portaal uw systeem bellen als er iets gebeurt met uw taken, berichten, verzoeken of zaken. Wat u krijgt is "
        "een CloudEvent (NL GOV-profiel), ondertekend zoals Standard Webhooks het voorschrijft, zonder persoonsgegevens.",
        [*router.urls, path("gebeurtenistypen", GebeurtenistypenView.as_view(), name="gebeurtenistypen")],
        tags={
            "abonnementen": "Waar de portaal naartoe stuurt, wat, en hoe dat ging.",
            "gebeurtenistypen": "Waar u zich op kunt abonneren.",
        },
    ),
    *openapi_urls(
        "gebeurtenissen",
        "Gebeurtenissen-API",
        "1.0.0",
        "Lees zelf wat er gebeurde, op volgorde. Dezelfde CloudEvents als in de webhooks; ook om achteraf te controleren of "
        "u niets heeft gemist.",
        [path("gebeurtenissen", GebeurtenissenView.as_view(), name="gebeurtenissen")],
        tags={"gebeurtenissen": "De feed van gebeurtenissen."},
    ),
]
