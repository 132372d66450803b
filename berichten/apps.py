from django.apps import AppConfig


class BerichtenConfig(AppConfig):
    name = "berichten"
    label = "berichten"

    def ready(self) -> None:
        from berichten.herinneringen import momenten
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.notificaties.melden import herinner_aan, meld_over

        meld_over([Soort.BERICHT_GEPUBLICEERD])
        herinner_aan("bericht", [Soort.BERICHT_GEPUBLICEERD], momenten)
