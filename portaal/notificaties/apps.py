from django.apps import AppConfig


class NotificatiesConfig(AppConfig):
    name = "portaal.notificaties"
    label = "portaal_notificaties"
    verbose_name = "Notificaties"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.volgers import volg
        from portaal.notificaties.handelingen import VOLGER, zet_klaar

        volg(VOLGER, [Soort.TAAK_AANGEMAAKT, Soort.TAAK_HEROPEND], zet_klaar)
