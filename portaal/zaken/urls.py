"""De lijst met zaken."""

from django.urls import path

from portaal.zaken import views

app_name = "zaken"
urlpatterns = [path("zaken", views.lijst, name="lijst")]
