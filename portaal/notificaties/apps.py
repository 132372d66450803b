from django.apps import AppConfig


class NotificatiesConfig(AppConfig):
    name = "portaal.notificaties"
    label = "portaal_notificaties"
    verbose_name = "Notificaties"

    def ready(self) -> None:
        from portaal.notificaties import bewaken  # noqa: F401  (meldt haar metingen aan)
