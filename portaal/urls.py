"""Alle adressen van de portaal, per onderdeel."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("portaal.inloggen.urls")),
    path("", include("portaal.overzicht.urls")),
    path("", include("portaal.bestanden.api_urls")),
    path("", include("portaal.bestanden.urls")),
    path("", include("portaal.notificaties.urls")),
    path("", include("portaal.webhooks.api_urls")),
    path("", include("portaal.nabootsen.api_urls")),
    path("", include("portaal.zaken.api_urls")),
    path("", include("portaal.zaken.urls")),
    path("", include("taken.api_urls")),
    path("", include("taken.urls")),
    path("", include("berichten.api_urls")),
    path("", include("berichten.urls")),
    path("", include("verzoeken.api_urls")),
    path("", include("verzoeken.urls")),
    path("", include("portaal.objecten.api_urls")),
    path("", include("portaal.bewijs.urls")),
    path("beheer/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("portaal.demo.urls"))]

handler400 = "portaal.overzicht.views.fout_400"
handler403 = "portaal.overzicht.views.fout_403"
handler404 = "portaal.overzicht.views.fout_404"
handler500 = "portaal.overzicht.views.fout_500"
