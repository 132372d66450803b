from django.apps import AppConfig


class ZakenConfig(AppConfig):
    name = "portaal.zaken"
    label = "portaal_zaken"
    verbose_name = "Zaken"

    def ready(self) -> None:
        from portaal.gebeurtenissen.vernietigen import vernietigt
        from portaal.notificaties.melden import meld_over
        from portaal.zaken.handelingen import MELDT, vernietig, wie_moet_horen
        from portaal.zaken.models import Zaak

        meld_over(list(MELDT), wie_moet_horen)
        vernietigt(Zaak, vernietig)
