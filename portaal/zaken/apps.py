from django.apps import AppConfig


class ZakenConfig(AppConfig):
    name = "portaal.zaken"
    label = "portaal_zaken"
    verbose_name = "Zaken"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.volgers import volg
        from portaal.zaken.handelingen import meld_betrokkenen

        te_melden = [Soort.ZAAK_STATUS, Soort.ZAAK_RESULTAAT, Soort.ZAAK_AFGEROND]
        volg("zaken-notificaties", te_melden, meld_betrokkenen)
