from django.apps import AppConfig


class NotificatiesConfig(AppConfig):
    name = "portaal.notificaties"
    label = "portaal_notificaties"
    verbose_name = "Notificaties"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import VERNIETIGD
        from portaal.gebeurtenissen.volgers import volg
        from portaal.notificaties import bewaken  # noqa: F401  (meldt haar metingen aan)
        from portaal.notificaties.handelingen.klaarzetten import vernietig_notificaties

        volg("notificaties-vernietig", VERNIETIGD, vernietig_notificaties)
