from django.apps import AppConfig


class BewijsConfig(AppConfig):
    name = "portaal.bewijs"
    label = "portaal_bewijs"
    verbose_name = "Bewijs"
