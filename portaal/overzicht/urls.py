"""Mijn overzicht, de vaste pagina's en de taalkeuze."""

from django.urls import path
from django.views.i18n import set_language

from portaal.overzicht import views
from portaal.overzicht.security_txt import security_txt
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
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("taal", set_language, name="taal"),
]
