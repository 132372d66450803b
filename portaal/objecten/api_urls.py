"""De adressen van de Objecten API (/objecten/api/v2) en van Common Gateway (/kic/v1/taken)."""

from django.urls import include, path

from portaal.api.paden import registreer_versie
from portaal.objecten import kic
from portaal.objecten.api import objecten as api
from portaal.objecten.api import objecttypen as typen

registreer_versie("objecten", "2.7.0")

objecten = [
    path("objects", api.ObjectenLijst.as_view(), name="objects"),
    path("objects/search", api.ObjectenZoeken.as_view(), name="objects-search"),
    path("objects/<uuid:uuid>", api.ObjectDetail.as_view(), name="object"),
    path("objects/<uuid:uuid>/history", api.ObjectGeschiedenis.as_view(), name="object-history"),
    path("objects/<uuid:uuid>/<int:index>", api.ObjectRecord.as_view(), name="object-record"),
    path("objecttypes", typen.ObjecttypenLijst.as_view(), name="objecttypes"),
    path("objecttypes/<uuid:uuid>", typen.ObjecttypeDetail.as_view(), name="objecttype"),
    path("objecttypes/<uuid:uuid>/versions", typen.ObjecttypeVersies.as_view(), name="objecttype-versions"),
    path("objecttypes/<uuid:uuid>/versions/<int:versie>", typen.ObjecttypeVersie.as_view(), name="objecttype-version"),
    path("permissions", typen.Rechten.as_view(), name="permissions"),
]

app_name = "objecten"
urlpatterns = [
    path("objecten/api/v2/", include(objecten)),
    path("kic/v1/taken", kic.KlanttakenLijst.as_view(), name="klanttaken"),
    path("kic/v1/taken/<uuid:uuid>", kic.KlanttaakDetail.as_view(), name="klanttaak"),
]
