"""Wat alleen in de demo en in tests bestaat, onder /demo/."""

from django.urls import include, path

from portaal.demo import views
from portaal.demo.backoffice import backoffice
from portaal.demo.betalen import betalen

urlpatterns = [
    path("back-office", backoffice, name="demo-backoffice"),
    path("betalen", betalen, name="demo-betalen"),
    path("formulier/<uuid:uuid>", views.formulier, name="demo-formulier"),
    path("taak-voor-mij", views.taak_voor_mij, name="demo-taak-voor-mij"),
    path("oidc/", include("portaal.demo.simulator.urls")),
    path("", include("portaal.demo.urls_post")),
]
