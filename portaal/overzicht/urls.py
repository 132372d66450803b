"""Mijn overzicht, de vaste pagina's en de taalkeuze."""

from django.urls import path
from django.views.i18n import set_language

from portaal.overzicht import views
from portaal.overzicht.zaak import zaak

app_name = "overzicht"
urlpatterns = [
    path("overzicht", views.overzicht, name="overzicht"),
    path("zaken/<uuid:uuid>", zaak, name="zaak"),
    path("contact", views.contact, name="contact"),
    path("privacy", views.privacy, name="privacy"),
    path("toegankelijkheid", views.toegankelijkheid, name="toegankelijkheid"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("taal", set_language, name="taal"),
]
