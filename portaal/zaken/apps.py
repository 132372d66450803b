from django.apps import AppConfig


class ZakenConfig(AppConfig):
    name = "portaal.zaken"
    label = "portaal_zaken"
    verbose_name = "Zaken"
