"""De pagina's met het bewijs van een record, voor de persoon en voor een medewerker."""

from django.contrib import admin
from django.urls import path

from portaal.bewijs import views

app_name = "bewijs"
urlpatterns = [
    path("bewijs/<slug:soort>/<uuid:uuid>", views.bewijs, name="bewijs"),
    path("bewijs/<slug:soort>/<uuid:uuid>/json", views.als_json, name="json"),
    path("bewijs/<slug:soort>/<uuid:uuid>/pdf", views.als_pdf, name="pdf"),
    path("beheer/bewijs/<slug:soort>/<uuid:uuid>/", admin.site.admin_view(views.beheer), name="beheer"),
    path("beheer/bewijs/<slug:soort>/<uuid:uuid>/json", admin.site.admin_view(views.beheer_json), name="beheer_json"),
    path("beheer/bewijs/<slug:soort>/<uuid:uuid>/pdf", admin.site.admin_view(views.beheer_pdf), name="beheer_pdf"),
]
