"""Mijn gegevens, en de adressen achter een link in een e-mail."""

from django.urls import path

from portaal.notificaties import terugmelding, views

app_name = "notificaties"
urlpatterns = [
    path("mijn-gegevens", views.gegevens, name="gegevens"),
    path("mijn-gegevens/voorkeuren", views.voorkeuren, name="voorkeuren"),
    path("mijn-gegevens/digitaal", views.digitaal, name="digitaal"),
    path("mijn-gegevens/geen-berichten", views.geen_berichten, name="geen_berichten"),
    path("mijn-gegevens/<slug:kanaal>", views.adres, name="adres"),
    path("mijn-gegevens/<slug:kanaal>/code", views.code, name="code"),
    path("mijn-gegevens/<slug:kanaal>/code/opnieuw", views.code_opnieuw, name="code_opnieuw"),
    path("mijn-gegevens/<slug:kanaal>/toch-niet", views.toch_niet, name="toch_niet"),
    path("mijn-gegevens/<slug:kanaal>/verwijderen", views.verwijder, name="verwijder"),
    path("adres-bevestigen/<str:teken>", views.bevestig, name="bevestig"),
    path("-/sms-terugmelding", terugmelding.sms, name="sms_terugmelding"),
    path("afmelden/<str:teken>", views.afmelden, name="afmelden"),
]
