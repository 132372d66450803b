"""Wat de persoon met zijn taak doet."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from portaal.bestanden.handelingen import verstuur
from portaal.formulieren.bestanden import sleutels
from portaal.formulieren.definitie import lees_definitie
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import leg_vast
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.partij import MagNietError, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.handelingen import annuleer_wachtende
from portaal.tijd import nu, vandaag
from taken import loket
from taken.handelingen.basis import (
    AntwoordenError,
    NietMogelijkError,
    leg_taak_vast,
    open_taak,
    over,
    rond_af,
    vergrendel,
)
from taken.handelingen.team import neem_over
from taken.models import Afmelding, Status, Taak, TaakConcept, TaakSoort, Uitstel, plek_van

EEN_JAAR = timedelta(days=365)


@transaction.atomic
def open_(pk: UUID, toegang: Toegang) -> Taak:
    """De persoon opent de taak. De eerste keer van elke lezer komt in het boek (Awb 2:25); nog eens doet niets.

    Aan de taak zelf verandert niets. Boven het niveau van de inlog: `MagNietError`.
    """
    door = Partij.persoon(toegang)
    taak = vergrendel(pk, door)
    if afgeschermd(taak.minimaal_niveau, toegang.niveau):
        raise MagNietError("Voor deze taak is een hoger betrouwbaarheidsniveau nodig.")
    van_deze_taak = Gebeurtenis.objects.filter(record_soort=taak.record_soort, record_id=taak.pk)
    if not van_deze_taak.filter(soort=Soort.TAAK_GEOPEND, actor=toegang.persoon).exists():
        leg_vast(taak, Soort.TAAK_GEOPEND, door.actor, over(taak), wijzigt=False)
    return taak


@transaction.atomic
def meld_gedaan(pk: UUID, toegang: Toegang) -> Taak:
    """De persoon zegt: ik heb dit gedaan. De taak blijft open tot de eigenaar het bevestigt. Twee keer mag."""
    taak = open_taak(pk, toegang)
    if taak.soort == TaakSoort.FORMULIERTAAK:
        raise MagNietError("Deze taak is gedaan als het formulier is verstuurd.")
    if taak.gemeld_op is None:
        taak.gemeld_op = nu()
        neem_over(taak, toegang)
        leg_taak_vast(taak, Soort.TAAK_GEMELD, Partij.persoon(toegang))
        annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def vraag_uitstel(pk: UUID, toegang: Toegang, tot: date, waarom: str) -> Taak:
    """De persoon vraagt de eigenaar om meer tijd, ook als het al te laat is. De termijn blijft zoals zij is tot die antwoordt.

    Zolang een vraag loopt verandert nog eens vragen niets. `NietMogelijkError` zonder termijn, of als de dag niet ná de
    laatste dag en ná vandaag ligt, of meer dan een jaar weg is.
    """
    taak = open_taak(pk, toegang)
    dag = taak.einddatum_handelingstermijn
    if dag is None or taak.gemeld_op is not None:
        raise NietMogelijkError("Voor deze taak is meer tijd niet nodig.")
    if not max(dag, vandaag()) < tot <= vandaag() + EEN_JAAR:
        raise NietMogelijkError("Kies een dag na de laatste dag, en binnen een jaar.")
    if taak.uitstel == Uitstel.GEVRAAGD:
        return taak
    taak.uitstel, taak.uitstel_gevraagd_op, taak.uitstel_gevraagd_tot = Uitstel.GEVRAAGD, nu(), tot
    taak.uitstel_waarom, taak.uitstel_reden = waarom, ""
    leg_taak_vast(
        taak, Soort.TAAK_UITSTEL_GEVRAAGD, Partij.persoon(toegang), feiten={"tot": tot.isoformat()},
        antwoorden={"uitstel": {"tot": tot.isoformat(), "waarom": waarom}},
    )  # fmt: skip
    return taak


@transaction.atomic
def kies_herinnering(pk: UUID, toegang: Toegang, dag: date | None) -> Taak:
    """De persoon kiest wanneer hij herinnerd wil worden, of (None) dat hij dat niet meer wil.

    `NietMogelijkError` als de dag niet na vandaag ligt, of na de laatste dag: een herinnering die te laat komt helpt niet.
    """
    taak = open_taak(pk, toegang)
    laatste = taak.einddatum_handelingstermijn or vandaag() + EEN_JAAR
    if dag is not None and not vandaag() < dag <= laatste:
        raise NietMogelijkError("Kies een dag na vandaag, en niet na de laatste dag.")
    if taak.datum_herinnering != dag:
        taak.datum_herinnering = dag
        feiten = {"dag": dag.isoformat() if dag else None}
        leg_taak_vast(taak, Soort.TAAK_HERINNERING_GEKOZEN, Partij.persoon(toegang), feiten=feiten)
    return taak


@transaction.atomic
def zie_af(pk: UUID, toegang: Toegang) -> Taak:
    """De persoon wil dit niet, en over deze pro-actieve categorie niets meer: de taak stopt en er komt geen nieuwe.

    `MagNietError` bij een categorie die niet pro-actief is: wat moet, kan iemand niet weigeren.
    """
    taak = open_taak(pk, toegang)
    if not taak.categorie.pro_actief:
        raise MagNietError("Deze taak kunt u niet weigeren.")
    taak.afgezien_op = nu()
    rond_af(taak, Status.AFGEBROKEN)
    Afmelding.objects.voor(toegang).get_or_create(
        betrokkene_id=taak.betrokkene_id, categorie=taak.categorie, defaults={"op": taak.afgezien_op}
    )
    leg_taak_vast(taak, Soort.TAAK_AFGEZIEN, Partij.persoon(toegang))
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def heet_weer_welkom(pk: UUID, toegang: Toegang) -> Taak:
    """De persoon wil over de categorie van deze taak voortaan weer horen. De taak zelf komt niet terug."""
    door = Partij.persoon(toegang)
    taak = vergrendel(pk, door)
    eis_mag_handelen(door)
    weg, _per_model = (
        Afmelding.objects.voor(toegang).filter(betrokkene=taak.betrokkene_id, categorie=taak.categorie).delete()
    )
    if weg:
        leg_taak_vast(taak, Soort.TAAK_WEER_WELKOM, door)
    return taak


@transaction.atomic
def bewaar_concept(pk: UUID, toegang: Toegang, gegevens: Mapping[str, Any]) -> TaakConcept:
    """Bewaar wat deze persoon al invulde bij een formuliertaak; het mag nog niet kloppen. Komt over het vorige heen.

    Geen gebeurtenis: zolang er niets is verstuurd, is er voor niemand anders iets gebeurd. Fouten: als `dien_in`.
    """
    taak = open_formulier(pk, toegang)
    concepten = TaakConcept.objects.voor(toegang).filter(taak=taak)
    concept = concepten.first() or TaakConcept(taak=taak, persoon_id=toegang.persoon)
    concept.gegevens, concept.bewaard_op = dict(gegevens), nu()
    concept.versie += 1
    concept.save()
    return concept


@transaction.atomic
def dien_in(pk: UUID, toegang: Toegang, gegevens: Mapping[str, Any]) -> Taak:
    """De persoon verstuurt het formulier: de taak is gedaan, met elk antwoord (ook de lege) in `ontvangenGegevens`.

    `gegevens` zijn de antwoorden met de types van JSON (`Ingevuld.waarden`); ze worden hier opnieuw getoetst. Heeft de
    taak een verzoektype, dan maakt het loket in dezelfde transactie het verzoek; `details["verzoek"]` noemt het. Kan zelf
    ook in een grotere transactie staan. Fouten: `AntwoordenError`; `LoketDichtError`; `OvergangError` als de taak niet meer
    open is (ook bij de tweede klik); `MagNietError` bij een te laag niveau of een andere soort taak; `Taak.DoesNotExist`
    als de taak niet van deze persoon is; `BestandenNietKlaarError` als een bestand nog niet gecontroleerd is.
    """
    taak = open_formulier(pk, toegang)
    ingevuld = lees_definitie(taak.details["formulierDefinitie"]).lees_json(gegevens)
    if not ingevuld.geldig:
        raise AntwoordenError(ingevuld)
    door = Partij.persoon(toegang)
    neem_over(taak, toegang)
    taak.status, taak.uitgevoerd_op, taak.uitgevoerd_door = Status.UITGEVOERD, nu(), str(door.actor.soort)
    velden = sleutels(ingevuld.definitie)
    waarden = verstuur(plek_van(taak), ingevuld.waarden, velden, toegang) if velden else ingevuld.waarden
    taak.gegevens = {**(taak.gegevens or {}), "ontvangenGegevens": waarden}
    if taak.verzoektype:
        verzoek = loket.neem_aan(taak, toegang, waarden)
        taak.details = {**taak.details, "verzoek": str(verzoek)}
    leg_taak_vast(taak, Soort.TAAK_UITGEVOERD, door, tekst=True)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


def open_formulier(pk: UUID, toegang: Toegang) -> Taak:
    """De formuliertaak die deze persoon nu kan invullen, vergrendeld."""
    taak = open_taak(pk, toegang)
    if taak.soort != TaakSoort.FORMULIERTAAK:
        raise MagNietError("Bij deze taak hoort geen formulier.")
    return taak
