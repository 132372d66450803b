from django.apps import AppConfig


class InloggenConfig(AppConfig):
    name = "portaal.inloggen"
    label = "portaal_inloggen"
    verbose_name = "Inloggen"

    def ready(self) -> None:
        from portaal.inloggen import checks  # noqa: F401  (meldt zich aan)
