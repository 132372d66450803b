"""Een betaaltaak bij een betaaldienst betalen.

De taak is gedaan als de dienst zelf zegt dat precies dit bedrag voor deze taak is betaald; *in behandeling* is niet betaald.
Melding en terugkeer mogen in elke volgorde en zo vaak als het loopt: de tweede verandert niets.
"""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.handelingen import annuleer_wachtende
from portaal.tijd import nu
from taken.betalen import Betaaldienst, DienstStoringError, Melding, NietEchtError, Opdracht
from taken.handelingen.basis import NietMogelijkError, eis_eigenaar, leg_taak_vast, open_taak, vergrendel
from taken.models import Betaling, BetalingStand, Status, Taak, TaakSoort

OPNIEUW_GEBRUIKEN = timedelta(minutes=15)  # zo lang leidt nog eens klikken naar dezelfde betaalpagina
VAST = (BetalingStand.BETAALD,)


def begin_betaling(pk: UUID, toegang: Toegang, dienst: Betaaldienst, *, terug: str, meld: str) -> Betaling:
    """Zet een betaling van het bedrag van de taak klaar, en geef haar met het adres waar de persoon betaalt.

    Nog eens klikken geeft dezelfde, zolang daar nog niets mee is gebeurd. `NietMogelijkError` als er al een betaling in
    behandeling is: dan is wachten beter dan dubbel betalen. `DienstStoringError` als de dienst niet antwoordt; er is dan
    niets betaald.
    """
    betaling = _zet_klaar(pk, toegang, dienst)
    if betaling.adres:
        return betaling
    # Buiten de transactie: een trage betaaldienst houdt geen taak vast. Sterft dit proces hier, dan weet de melding van de
    # dienst ons toch te vinden: zij noemt onze sleutel.
    opdracht = Opdracht(betaling.pk, betaling.centen, betaling.taak.details["transactieomschrijving"], terug, meld)
    try:
        begonnen = dienst.begin(opdracht)
    except DienstStoringError:
        Betaling.objects.voor(toegang).filter(pk=betaling.pk, kenmerk="").update(stand=BetalingStand.MISLUKT)
        raise
    betaling.kenmerk, betaling.adres = begonnen.kenmerk, begonnen.adres
    betaling.save(update_fields=["kenmerk", "adres"])
    return betaling


@transaction.atomic
def verwerk_melding(melding: Melding) -> Betaling:
    """Leg vast wat de betaaldienst zegt. Betaald en klopt alles, dan is de taak gedaan.

    Past het geld niet bij wat openstaat (dubbel, te laat, een ander bedrag), dan zoekt een medewerker het uit. Een melding
    over een onbekende betaling, of met een ander bedrag of kenmerk dan wij vroegen: `NietEchtError`.
    """
    alle = Betaling.objects.als_systeem("de betaaldienst meldt een betaling")
    taak_id = alle.filter(pk=melding.betaling).values_list("taak", flat=True).first()
    if taak_id is None:
        raise NietEchtError("Deze betaling kennen wij niet.")
    taak = vergrendel(taak_id, PORTAAL)  # eerst de taak: elke handeling in dezelfde volgorde
    betaling = alle.select_for_update().get(pk=melding.betaling)
    if melding.centen != betaling.centen or (betaling.kenmerk and melding.kenmerk != betaling.kenmerk):
        raise NietEchtError("Het bedrag of het kenmerk is niet dat van de betaling.")
    if betaling.stand == melding.stand or betaling.stand in VAST:
        return betaling
    betaling.stand, betaling.kenmerk = melding.stand, melding.kenmerk
    feiten = {"betaling": str(betaling.pk), "stand": str(melding.stand)}
    if melding.stand != BetalingStand.BETAALD:
        betaling.save(update_fields=["stand", "kenmerk"])
        leg_taak_vast(taak, Soort.TAAK_BETALING_STAND, PORTAAL, feiten=feiten)
        return betaling
    betaling.betaald_op = nu()
    betaling.uitzoeken = not taak.open or betaling.centen != centen_van(taak)
    betaling.save(update_fields=["stand", "kenmerk", "betaald_op", "uitzoeken"])
    if betaling.uitzoeken:
        leg_taak_vast(taak, Soort.TAAK_BETALING_UITZOEKEN, PORTAAL, feiten=feiten)
        return betaling
    taak.status, taak.uitgevoerd_op, taak.uitgevoerd_door = Status.UITGEVOERD, betaling.betaald_op, "betaaldienst"
    leg_taak_vast(taak, Soort.TAAK_BETAALD, PORTAAL, feiten=feiten)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return betaling


@transaction.atomic
def zet_uitgezocht(betaling: UUID, door: Partij) -> Betaling:
    """Een medewerker heeft geregeld wat niet paste (terugbetaald, verrekend). Nog eens: geen verschil."""
    alle = Betaling.objects.als_systeem("een medewerker zoekt een betaling uit")
    taak = vergrendel(alle.get(pk=betaling).taak_id, door)
    eis_eigenaar(taak, door)
    gevonden = alle.select_for_update().get(pk=betaling)
    if gevonden.uitzoeken and gevonden.uitgezocht_op is None:
        gevonden.uitgezocht_op = nu()
        gevonden.save(update_fields=["uitgezocht_op"])
        leg_taak_vast(taak, Soort.TAAK_BETALING_UITGEZOCHT, door, feiten={"betaling": str(gevonden.pk)})
    return gevonden


def centen_van(taak: Taak) -> int:
    """Het bedrag van een betaaltaak in eurocenten."""
    return int(Decimal(taak.details["bedrag"]) * 100)


@transaction.atomic
def _zet_klaar(pk: UUID, toegang: Toegang, dienst: Betaaldienst) -> Betaling:
    taak = open_taak(pk, toegang)
    if taak.soort != TaakSoort.BETAALTAAK:
        raise MagNietError("Bij deze taak hoort geen betaling.")
    eerder = list(Betaling.objects.voor(toegang).filter(taak=taak).order_by("-begonnen_op"))
    if any(b.stand == BetalingStand.IN_BEHANDELING for b in eerder):
        raise NietMogelijkError("Uw vorige betaling wordt nog verwerkt. Wacht op de uitslag.")
    for betaling in eerder:
        vers = betaling.begonnen_op > nu() - OPNIEUW_GEBRUIKEN and betaling.centen == centen_van(taak)
        if betaling.stand == BetalingStand.BEGONNEN and betaling.aanbieder == dienst.naam and vers:
            return betaling
    betaling = Betaling(taak=taak, aanbieder=dienst.naam, centen=centen_van(taak), begonnen_op=nu())
    betaling.save(force_insert=True)
    feiten = {"betaling": str(betaling.pk)}
    leg_taak_vast(taak, Soort.TAAK_BETALING_BEGONNEN, Partij.persoon(toegang), feiten=feiten)
    return betaling
