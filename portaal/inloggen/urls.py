"""Adressen van het inloggen."""

from django.urls import path

from portaal.inloggen import namens, organisatie, views

app_name = "inloggen"
urlpatterns = [
    path("", views.kies, name="begin"),
    path("inloggen", views.kies, name="kies"),
    path("inloggen/namens", namens.namens, name="namens"),
    path("inloggen/uitnodiging/<str:code>", namens.uitnodiging, name="uitnodiging"),
    path("inloggen/<slug:middel>", views.start, name="start"),
    path("inloggen/<slug:middel>/terug", views.terug, name="terug"),
    path("inloggen/<slug:middel>/afmelden", views.afmelden, name="afmelden"),
    path("uitloggen", views.uitloggen, name="uitloggen"),
    path("uitgelogd", views.uitgelogd, name="uitgelogd"),
    path("organisatie", organisatie.organisatie, name="organisatie"),
    path("organisatie/wie-deed-wat", organisatie.wie_deed_wat, name="wie_deed_wat"),
    path("organisatie/leden/<uuid:lid>/rol", organisatie.rol, name="lid_rol"),
    path("organisatie/leden/<uuid:lid>/intrekken", organisatie.trek_in, name="lid_intrekken"),
    path("organisatie/uitnodigingen/<uuid:uitnodiging>/intrekken", organisatie.uitnodiging_weg, name="uitnodiging_weg"),
    path("sessie/verlengen", views.verlengen, name="verlengen"),
]
