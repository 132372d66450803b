from django.apps import AppConfig


class TakenConfig(AppConfig):
    name = "taken"
    label = "taken"

    def ready(self) -> None:
        from portaal.formulieren.gebruik import meld_gebruik
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.vernietigen import vernietigt
        from portaal.gebeurtenissen.volgers import volg
        from portaal.notificaties.melden import herinner_aan, meld_over
        from taken.formulieren import wat_gebruikt
        from taken.handelingen import bind_zaken, vernietig, wie_hoort_het
        from taken.herinneringen import momenten
        from taken.models import Taak

        meld_over(
            [
                *(Soort.TAAK_AANGEMAAKT, Soort.TAAK_HEROPEND, Soort.TAAK_VERLENGD, Soort.TAAK_UITSTEL_AFGEWEZEN),
                *(Soort.TAAK_HERINNERD, Soort.TAAK_TOEGEWEZEN),
            ],
            wie_hoort_het,
        )
        herinner_aan(
            "taak",
            [
                *(Soort.TAAK_AANGEMAAKT, Soort.TAAK_HEROPEND, Soort.TAAK_GEWIJZIGD, Soort.TAAK_VERLENGD),
                Soort.TAAK_HERINNERING_GEKOZEN,
            ],
            momenten,
        )
        volg("taken-bind-zaak", [Soort.ZAAK_GEREGISTREERD, Soort.ZAAK_GEWIJZIGD, Soort.ZAAK_STATUS], bind_zaken)
        vernietigt(Taak, vernietig)
        meld_gebruik(wat_gebruikt)
