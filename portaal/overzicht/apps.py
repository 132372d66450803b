from django.apps import AppConfig


class OverzichtConfig(AppConfig):
    name = "portaal.overzicht"
    label = "portaal_overzicht"
