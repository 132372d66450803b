from django.apps import AppConfig


class BetrokkenenConfig(AppConfig):
    name = "portaal.betrokkenen"
    label = "portaal_betrokkenen"
    verbose_name = "Instellingen"
