from django.apps import AppConfig


class TakenConfig(AppConfig):
    name = "taken"
    label = "taken"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.notificaties.melden import meld_over

        meld_over([Soort.TAAK_AANGEMAAKT, Soort.TAAK_HEROPEND])
