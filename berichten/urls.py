"""De pagina's over berichten."""

from django.urls import path

from berichten import views

app_name = "berichten"
urlpatterns = [
    path("berichten", views.lijst, name="lijst"),
    path("berichten/<uuid:uuid>", views.bericht, name="bericht"),
    path("berichten/<uuid:uuid>/ongelezen", views.ongelezen, name="ongelezen"),
    path("berichten/<uuid:uuid>/archiveer", views.archiveer, name="archiveer"),
    path("berichten/<uuid:uuid>/uit-archief", views.uit_archief, name="uit_archief"),
]
