from django.apps import AppConfig


class ObjectenConfig(AppConfig):
    name = "portaal.objecten"
    label = "portaal_objecten"
    verbose_name = "Koppelingen (Objecten API)"

    def ready(self) -> None:
        from portaal.gebeurtenissen.soorten import Soort
        from portaal.gebeurtenissen.volgers import volg
        from portaal.objecten.handelingen import neem_verzoek_op, vernietig_object, volg_record

        volg("objecten-verzoek", [Soort.VERZOEK_INGEDIEND], neem_verzoek_op)
        volg(
            "objecten-vernietig",
            [Soort.TAAK_VERNIETIGD, Soort.BERICHT_VERNIETIGD, Soort.VERZOEK_VERNIETIGD],
            vernietig_object,
        )
        volg(
            "objecten",
            [
                *(Soort.TAAK_GEWIJZIGD, Soort.TAAK_UITGEVOERD, Soort.TAAK_VERWERKT, Soort.TAAK_VERLOPEN),
                *(Soort.TAAK_AFGEBROKEN, Soort.TAAK_HEROPEND, Soort.BERICHT_GEOPEND),
                *(Soort.VERZOEK_IN_BEHANDELING, Soort.VERZOEK_VERWERKT, Soort.VERZOEK_GEWEIGERD),
                *(Soort.VERZOEK_DOORGELEID, Soort.VERZOEK_INGETROKKEN),
            ],
            volg_record,
        )
