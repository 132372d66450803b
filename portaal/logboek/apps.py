from django.apps import AppConfig


class LogboekConfig(AppConfig):
    name = "portaal.logboek"
    label = "portaal_logboek"
    verbose_name = "Logboek"
