from django.apps import AppConfig


class NotificatiesConfig(AppConfig):
    name = "portaal.notificaties"
    label = "portaal_notificaties"
    verbose_name = "Notificaties"
