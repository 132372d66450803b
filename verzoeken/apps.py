from django.apps import AppConfig


class VerzoekenConfig(AppConfig):
    name = "verzoeken"
    label = "verzoeken"

    def ready(self) -> None:
        from portaal.formulieren.gebruik import meld_gebruik
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.vernietigen import vernietigt
        from portaal.gebeurtenissen.volgers import volg
        from portaal.inloggen.verwijzing import meld_vragen_aan
        from portaal.notificaties.melden import meld_over
        from verzoeken.formulieren import wat_gebruikt
        from verzoeken.handelingen import bind_zaken, vernietig
        from verzoeken.models import Verzoek
        from verzoeken.weergave import vraag_bij

        meld_over(
            [
                Soort.VERZOEK_INGEDIEND,
                Soort.VERZOEK_GEREGISTREERD,
                Soort.VERZOEK_IN_BEHANDELING,
                Soort.VERZOEK_VERWERKT,
                Soort.VERZOEK_GEWEIGERD,
                Soort.VERZOEK_DOORGELEID,
                Soort.VERZOEK_INGETROKKEN,
                Soort.VERZOEK_BEANTWOORD,
            ]
        )
        meld_vragen_aan(vraag_bij)
        volg("verzoeken-bind-zaak", [Soort.ZAAK_GEREGISTREERD, Soort.ZAAK_GEWIJZIGD], bind_zaken)
        vernietigt(Verzoek, vernietig)
        meld_gebruik(wat_gebruikt)
