from django.apps import AppConfig
from django.db.models.signals import post_save


class WebhooksConfig(AppConfig):
    name = "portaal.webhooks"
    label = "portaal_webhooks"
    verbose_name = "Webhooks"

    def ready(self) -> None:
        from portaal.gebeurtenissen.models import Gebeurtenis
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.volgers import volg
        from portaal.webhooks import checks  # noqa: F401 - registreert de controles
        from portaal.webhooks.berichtgeven import vertel_eigenaar
        from portaal.webhooks.verdelen import wek_verdeler

        # Geen aflevering per gebeurtenis: de verdeler leest de feed, en dit is alleen het tikje op de schouder.
        post_save.connect(wek_verdeler, sender=Gebeurtenis, dispatch_uid="webhooks-verdeel")
        volg("webhooks-gepauzeerd", [Soort.ABONNEMENT_GEPAUZEERD], vertel_eigenaar)
