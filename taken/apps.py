from django.apps import AppConfig


class TakenConfig(AppConfig):
    name = "taken"
    label = "taken"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.volgers import volg
        from portaal.notificaties.melden import meld_over
        from taken.handelingen import bind_zaken

        meld_over([Soort.TAAK_AANGEMAAKT, Soort.TAAK_HEROPEND])
        volg("taken-bind-zaak", [Soort.ZAAK_GEREGISTREERD, Soort.ZAAK_GEWIJZIGD, Soort.ZAAK_STATUS], bind_zaken)
