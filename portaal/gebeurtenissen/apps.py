from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GebeurtenissenConfig(AppConfig):
    name = "portaal.gebeurtenissen"
    label = "portaal_gebeurtenissen"
    verbose_name = "Gebeurtenissen"

    def ready(self) -> None:
        from portaal.gebeurtenissen import checks  # noqa: F401  (meldt zich aan)
        from portaal.gebeurtenissen.rechten import geef_rechten

        post_migrate.connect(geef_rechten, sender=self)
