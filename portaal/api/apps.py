from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "portaal.api"
    label = "portaal_api"
    verbose_name = "API"

    def ready(self) -> None:
        from portaal.api import checks  # noqa: F401 - registreert de controles
