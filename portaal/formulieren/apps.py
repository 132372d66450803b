from django.apps import AppConfig


class FormulierenConfig(AppConfig):
    name = "portaal.formulieren"
    label = "portaal_formulieren"
    verbose_name = "Formulieren"

    def ready(self) -> None:
        from portaal.formulieren import checks  # noqa: F401
