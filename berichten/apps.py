from django.apps import AppConfig


class BerichtenConfig(AppConfig):
    name = "berichten"
    label = "berichten"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.notificaties.melden import meld_over

        meld_over([Soort.BERICHT_GEPUBLICEERD])
