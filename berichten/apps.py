from django.apps import AppConfig


class BerichtenConfig(AppConfig):
    name = "berichten"
    label = "berichten"

    def ready(self) -> None:
        from berichten.handelingen import bind_zaken, vernietig
        from berichten.herinneringen import momenten
        from berichten.models import Bericht
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.vernietigen import vernietigt
        from portaal.gebeurtenissen.volgers import volg
        from portaal.notificaties.melden import herinner_aan, meld_over

        meld_over([Soort.BERICHT_GEPUBLICEERD])
        herinner_aan("bericht", [Soort.BERICHT_GEPUBLICEERD], momenten)
        volg("berichten-bind-zaak", [Soort.ZAAK_GEREGISTREERD, Soort.ZAAK_GEWIJZIGD], bind_zaken)
        vernietigt(Bericht, vernietig)
