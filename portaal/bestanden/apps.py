from django.apps import AppConfig


class BestandenConfig(AppConfig):
    name = "portaal.bestanden"
    label = "portaal_bestanden"
    verbose_name = "Bestanden"
