"""De adressen van de Taken-API, onder /taken/api/v1."""

from rest_framework.routers import SimpleRouter

from taken.api import ExterneTakenViewSet, UrltakenViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("externetaken", ExterneTakenViewSet, basename="externetaken")
router.register("urltaken", UrltakenViewSet, basename="urltaken")

urlpatterns = router.urls
