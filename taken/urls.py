"""De pagina's over taken."""

from django.urls import path

from taken import views

app_name = "taken"
urlpatterns = [
    path("taken", views.lijst, name="lijst"),
    path("taken/<uuid:uuid>", views.taak, name="taak"),
    path("taken/<uuid:uuid>/formulier", views.formulier, name="formulier"),
    path("taken/<uuid:uuid>/controle", views.controle, name="controle"),
    path("taken/<uuid:uuid>/gedaan", views.gedaan, name="gedaan"),
]
