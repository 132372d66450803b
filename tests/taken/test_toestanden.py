"""Welke rij handelingen er ook komt: de regels van een taak blijven gelden, en in het boek klopt de keten."""

import contextlib
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portaal.gebeurtenissen.controle import controleer_alles, controleer_record
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.inloggen.partij import MagNietError, Partij
from portaal.tijd import vandaag
from taken import handelingen
from taken.betalen import Melding
from taken.betalen.simulator import Simulator
from taken.models import Betaling, BetalingStand, Status, Taak, TaakConcept, TaakSoort, Uitstel
from tests import wereld

WEIGERT = (
    handelingen.OvergangError,
    handelingen.NietMogelijkError,
    handelingen.AntwoordenError,
    handelingen.HostNietToegestaanError,
    MagNietError,
    Taak.DoesNotExist,
)
KAN = {
    Status.OPEN: {Status.OPEN, Status.UITGEVOERD, Status.AFGEBROKEN, Status.NIET_UITGEVOERD},
    Status.UITGEVOERD: {Status.UITGEVOERD, Status.VERWERKT, Status.AFGEBROKEN, Status.OPEN},
    Status.VERWERKT: {Status.VERWERKT},
    Status.NIET_UITGEVOERD: {Status.NIET_UITGEVOERD, Status.OPEN},
    Status.AFGEBROKEN: {Status.AFGEBROKEN, Status.OPEN},
}
FORMULIER = {"components": [{"type": "textfield", "key": "naam", "label": "Naam"}]}
DETAILS = {
    TaakSoort.URLTAAK: {"uitvraagLink": wereld.FORMULIER},
    TaakSoort.FORMULIERTAAK: {"formulierDefinitie": FORMULIER},
    TaakSoort.BETAALTAAK: {"bedrag": "12.34", "transactieomschrijving": "Leges"},
    TaakSoort.NIETDIGITAALTAAK: {"waar": "Aan de balie"},
}


class LevenVanEenTaak(RuleBasedStateMachine):
    """Fatima, de gemeente, een ander systeem en de portaal doen van alles, in elke volgorde."""

    def __init__(self) -> None:
        super().__init__()
        self.alles = transaction.atomic()
        self.alles.__enter__()
        self.gemeente = wereld.applicatie()
        self.eigenaar = Partij.systeem(self.gemeente)
        self.vreemd = Partij.systeem(wereld.applicatie("Belastingen"))
        aanbod = wereld.categorie("aanbod", pro_actief=True)
        self.taken = [
            wereld.taak(self.gemeente, dagen=dagen, soort=soort, details=details, categorie=aanbod, verloopt_op_termijn=True)
            for (soort, details), dagen in zip(DETAILS.items(), (2, -1, 5, None), strict=True)
        ]  # fmt: skip
        self.fatima = wereld.toegang(self.taken[0].betrokkene_id)
        self.stand = {taak.pk: taak.status for taak in self.taken}
        self.versie = {taak.pk: 0 for taak in self.taken}
        self.laatste_foto = self.foto()
        self.veranderd = True  # de regels nakijken hoeft alleen waar iets veranderde: een weigering is al nagekeken

    def teardown(self) -> None:
        try:
            if not connection.needs_rollback:
                assert controleer_alles() == []
        finally:
            transaction.set_rollback(True)
            self.alles.__exit__(None, None, None)

    def doe(self, handeling) -> None:
        """Doe het; weigeren mag, maar dan is er ook niets veranderd."""
        try:
            with transaction.atomic():
                handeling()
        except WEIGERT:
            assert self.foto() == self.laatste_foto
        else:
            nieuw = self.foto()
            self.veranderd |= nieuw != self.laatste_foto
            self.laatste_foto = nieuw

    def foto(self) -> tuple[object, ...]:
        taken = Taak.objects.als_systeem("test").order_by("id")
        velden = ("versie", "status", "gebeurtenissen_aantal", "einddatum_handelingstermijn")
        return list(taken.values_list(*velden)), Gebeurtenis.objects.count(), Inhoud.objects.count()

    een = st.integers(0, len(DETAILS) - 1)

    @rule(n=een, wie=st.sampled_from(["eigenaar", "vreemd"]), wat=st.sampled_from(["voer_uit", "verwerk", "verloop"]))
    def systeem(self, n, wie, wat):
        self.doe(lambda: getattr(handelingen, wat)(self.taken[n].pk, getattr(self, wie)))

    @rule(n=een, wie=st.sampled_from(["eigenaar", "vreemd"]), wat=st.sampled_from(["breek_af", "heropen"]))
    def met_reden(self, n, wie, wat):
        self.doe(lambda: getattr(handelingen, wat)(self.taken[n].pk, getattr(self, wie), reden="Daarom."))

    @rule(n=een)
    def portaal_laat_verlopen(self, n):
        self.doe(lambda: handelingen.verloop(self.taken[n].pk))

    @rule(n=een, wat=st.sampled_from(["meld_gedaan", "zie_af", "heet_weer_welkom", "neem_op", "geef_terug"]))
    def fatima_doet(self, n, wat):
        self.doe(lambda: getattr(handelingen, wat)(self.taken[n].pk, self.fatima))

    @rule(n=een, antwoord=st.sampled_from([{}, {"naam": "Fatima"}, {"onzin": 1}]))
    def fatima_vult_in(self, n, antwoord):
        self.doe(lambda: handelingen.bewaar_concept(self.taken[n].pk, self.fatima, antwoord))
        self.doe(lambda: handelingen.dien_in(self.taken[n].pk, self.fatima, antwoord))

    @rule(n=een, over=st.integers(-2, 40))
    def fatima_vraagt_tijd(self, n, over):
        self.doe(
            lambda: handelingen.vraag_uitstel(self.taken[n].pk, self.fatima, vandaag() + timedelta(days=over), "Ziek")
        )

    @rule(n=een, over=st.one_of(st.none(), st.integers(-2, 40)))
    def fatima_kiest_herinnering(self, n, over):
        dag = None if over is None else vandaag() + timedelta(days=over)
        self.doe(lambda: handelingen.kies_herinnering(self.taken[n].pk, self.fatima, dag))

    @rule(n=een, antwoord=st.sampled_from(Uitstel), reden=st.sampled_from(["", "Daarom."]))
    def gemeente_antwoordt(self, n, antwoord, reden):
        self.doe(lambda: handelingen.beantwoord_uitstel(self.taken[n].pk, self.eigenaar, antwoord, reden=reden))

    @rule(n=een, over=st.one_of(st.none(), st.integers(-5, 40)), wie=st.sampled_from(["eigenaar", "vreemd"]))
    def wijzigt(self, n, over, wie):
        dag = None if over is None else vandaag() + timedelta(days=over)
        wijziging = handelingen.Wijziging({"einddatum_handelingstermijn": dag, "titel": f"Taak {over}"})
        self.doe(lambda: handelingen.wijzig(self.taken[n].pk, wijziging, getattr(self, wie)))

    @rule(n=een)
    def gemeente_herinnert(self, n):
        self.doe(lambda: handelingen.herinner(self.taken[n].pk, self.eigenaar))

    @rule(n=een, stand=st.sampled_from(BetalingStand), centen=st.sampled_from([1234, 1]))
    def fatima_betaalt(self, n, stand, centen):
        from taken.betalen import NietEchtError

        self.doe(
            lambda: handelingen.begin_betaling(
                self.taken[n].pk, self.fatima, Simulator(), terug="https://x.test", meld="https://x.test"
            )
        )
        for betaling in Betaling.objects.als_systeem("test").filter(taak=self.taken[n]):
            with contextlib.suppress(NietEchtError):
                handelingen.verwerk_melding(Melding(betaling.pk, betaling.kenmerk, stand, centen))
            self.laatste_foto, self.veranderd = self.foto(), True

    @invariant()
    def de_regels_gelden_en_de_keten_klopt(self):
        if not self.veranderd:
            return
        self.veranderd = False
        nog_open = set()
        boek, teksten = (
            dict(model.objects.order_by().values_list("record_id").annotate(n=Count("pk")))
            for model in (Gebeurtenis, Inhoud)
        )
        for taak in Taak.objects.als_systeem("test"):
            oud = Status(self.stand[taak.pk])
            assert taak.status in KAN[oud] | {s for via in KAN[oud] for s in KAN[via]}
            assert taak.versie >= self.versie[taak.pk]
            self.stand[taak.pk], self.versie[taak.pk] = taak.status, taak.versie
            open_ = taak.status == Status.OPEN
            nog_open |= {taak.pk} if open_ else set()
            assert (taak.bewaren_tot is None) == (taak.status in (Status.OPEN, Status.UITGEVOERD))
            assert (taak.uitgevoerd_op is None) <= (taak.status not in (Status.UITGEVOERD, Status.VERWERKT))
            assert open_ or taak.uitstel != Uitstel.GEVRAAGD
            assert taak.sorteerdatum == (taak.einddatum_handelingstermijn or taak.sorteerdatum)
            assert boek[taak.pk] == taak.gebeurtenissen_aantal
            assert teksten.get(taak.pk, 0) == taak.inhoud_versie
            keten = controleer_record(
                taak.record_soort, taak.pk, taak.gebeurtenissen_aantal, bytes(taak.gebeurtenissen_hash)
            )
            assert keten == []
        assert set(TaakConcept.objects.als_systeem("test").values_list("taak", flat=True)) <= nog_open
        betalingen = Betaling.objects.als_systeem("test")
        assert all(b.uitzoeken <= (b.stand == BetalingStand.BETAALD) for b in betalingen)


def _draai(voorbeelden: int, stappen: int) -> None:
    run_state_machine_as_test(
        LevenVanEenTaak,
        settings=settings(
            max_examples=voorbeelden, stateful_step_count=stappen, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_elke_rij_handelingen_houdt_zich_aan_de_regels():
    _draai(4, 15)


@pytest.mark.lang
@pytest.mark.ramp
@pytest.mark.django_db
def test_heel_veel_rijen_handelingen_houden_zich_aan_de_regels():
    _draai(80, 40)
