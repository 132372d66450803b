"""De pagina's over verzoeken. Een zaakverzoek hangt onder zijn zaak."""

from django.urls import path

from verzoeken import views

app_name = "verzoeken"
urlpatterns = [
    path("verzoeken", views.lijst, name="lijst"),
    path("verzoeken/nieuw", views.nieuw, name="nieuw"),
    path("verzoeken/nieuw/<slug:code>", views.invullen, name="invullen"),
    path("verzoeken/nieuw/<slug:code>/controle", views.controle, name="controle"),
    path("verzoeken/<uuid:uuid>", views.verzoek, name="verzoek"),
    path("verzoeken/<uuid:uuid>/ontvangst.pdf", views.ontvangst, name="ontvangst"),
    path("verzoeken/<uuid:uuid>/intrekken", views.trek_in, name="intrekken"),
    path("verzoeken/<uuid:uuid>/weggooien", views.weggooien, name="weggooien"),
    path("zaken/<uuid:zaak>/verzoek/<slug:code>", views.invullen, name="zaakverzoek"),
    path("zaken/<uuid:zaak>/verzoek/<slug:code>/controle", views.controle, name="zaakverzoek_controle"),
]
