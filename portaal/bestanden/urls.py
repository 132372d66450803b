from django.urls import path

from portaal.bestanden import views

app_name = "bestanden"
urlpatterns = [path("bestanden/<uuid:uuid>", views.bestand, name="bestand")]
