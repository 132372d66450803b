"""Adressen van het inloggen."""

from django.urls import path

from portaal.inloggen import views

app_name = "inloggen"
urlpatterns = [
    path("", views.kies, name="begin"),
    path("inloggen", views.kies, name="kies"),
    path("inloggen/<slug:middel>", views.start, name="start"),
    path("inloggen/<slug:middel>/terug", views.terug, name="terug"),
    path("inloggen/<slug:middel>/afmelden", views.afmelden, name="afmelden"),
    path("uitloggen", views.uitloggen, name="uitloggen"),
    path("uitgelogd", views.uitgelogd, name="uitgelogd"),
    path("sessie/verlengen", views.verlengen, name="verlengen"),
]
