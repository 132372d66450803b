"""Alle adressen van de portaal, per onderdeel."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("beheer/", admin.site.urls),
]
