from django.apps import AppConfig


class OverzichtConfig(AppConfig):
    name = "portaal.overzicht"
    label = "portaal_overzicht"
    verbose_name = "Overzicht"

    def ready(self) -> None:
        from portaal.overzicht import security_txt  # noqa: F401  (meldt zijn controle aan)
        from portaal.overzicht.voorbereide_aanvraag import VerzoekLoket
        from taken.loket import open_loket

        open_loket(VerzoekLoket())
