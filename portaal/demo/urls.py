"""Wat alleen in de demo en in tests bestaat, onder /demo/."""

from django.urls import include, path

urlpatterns = [
    path("oidc/", include("portaal.demo.simulator.urls")),
    path("", include("portaal.demo.urls_post")),
]
