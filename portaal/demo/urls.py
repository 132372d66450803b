"""Wat alleen in de demo en in tests bestaat, onder /demo/."""

from django.urls import include, path

urlpatterns = [
    path("", include("portaal.demo.urls_post")),
]
