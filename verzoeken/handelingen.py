"""Alles wat met een verzoek of verzoektype kan gebeuren. Alleen deze functies veranderen ze.

    concept ── dien_in ──▶ ingediend ── neem_in_behandeling ──▶ in_behandeling
                               │                                     │
                               ├── verwerk, weiger, leid_door ───────┴──▶ verwerkt | geweigerd | doorgeleid
                               └── trek_in (door de persoon, zolang er niets mee is gedaan) ──▶ ingetrokken

Een concept dat lang blijft liggen verdwijnt vanzelf (`ruim_concept_op`). `registreer` maakt een verzoek dat iemand aan de
balie of per telefoon deed; dat begint bij ingediend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from portaal.bestanden.handelingen import vernietig_bij, verstuur
from portaal.betrokkenen.handelingen import vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Aard
from portaal.betrokkenen.urn import Geadresseerde
from portaal.formulieren.bestanden import sleutels
from portaal.formulieren.definitie import Ingevuld, lees_definitie
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.vastleggen import Over, Tekst, leg_vast
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.inloggen.verwijzing import Verwijzing
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from portaal.zaken.handelingen import zoek_zaak
from portaal.zaken.models import Zaak, ZaakSleutel
from portaal.zaken.sleutels import Sleutel, als_tekst, zaaksleutels
from verzoeken.aanbod import verzoektypen_voor, zaakverzoektypen_voor
from verzoeken.models import (
    AFGEROND,
    Kanaal,
    Status,
    VersieStatus,
    Verzoek,
    VerzoekQuerySet,
    Verzoektype,
    VerzoektypeVersie,
    plek_van,
)
from verzoeken.referentie import maak_referentie

ANTWOORD_SOORTEN = frozenset({"bericht", "taak"})


class OvergangError(Exception):
    """Deze stap kan niet vanuit de huidige status. `verzoek` is het verzoek zoals het nu is."""

    def __init__(self, tekst: str, verzoek: Verzoek) -> None:
        super().__init__(tekst)
        self.verzoek = verzoek


class ConceptGewijzigdError(Exception):
    """Het concept of het formulier is veranderd sinds iemand het controleerde: eerst nog eens laten kijken."""


class NietBeschikbaarError(Exception):
    """Dit verzoektype bestaat niet (meer) voor deze persoon of bij deze zaak."""


class OngeldigeAntwoordenError(Exception):
    """De antwoorden passen niet bij het formulier. `ingevuld` zegt per vraag wat er mis is."""

    def __init__(self, ingevuld: Ingevuld) -> None:
        super().__init__("De antwoorden passen niet bij het formulier.")
        self.ingevuld = ingevuld


class BestaatAlError(Exception):
    """Dit verzoek is er al: zelfde bronReferentie. `gelijk` zegt of het precies hetzelfde vraagt."""

    def __init__(self, verzoek: Verzoek, gelijk: bool) -> None:
        super().__init__("Dit verzoek is er al.")
        self.verzoek, self.gelijk = verzoek, gelijk


class OnbekendAntwoordError(Exception):
    """Het bericht of de taak die het antwoord zou zijn, bestaat niet voor deze persoon."""

    def __init__(self) -> None:
        super().__init__("Dit bericht of deze taak is niet van u, of niet voor deze persoon.")


class VersieVastError(Exception):
    """Een gepubliceerde versie van een formulier verandert niet meer; maak een nieuwe versie."""

    def __init__(self) -> None:
        super().__init__("Een gepubliceerde of vervallen versie kan niet worden gewijzigd. Maak een nieuwe versie.")


@dataclass(frozen=True)
class NieuwVerzoek:
    """Een verzoek dat een back-office namens iemand vastlegt; op vorm al gecontroleerd."""

    type: Verzoektype
    van: Geadresseerde
    antwoorden: Mapping[str, Any] = field(repr=False)
    versie: int | None = None
    kanaal: str = Kanaal.BALIE
    taal: str = "nl"
    bron_naam: str = ""
    bron_referentie: str = ""
    is_gerelateerd_aan: list[dict[str, Any]] = field(default_factory=list)
    overig: Mapping[str, Any] | None = field(default=None, repr=False)
    vingerafdruk: bytes = b""


# --- de persoon -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin_concept(code: str, toegang: Toegang, zaak: Zaak | None = None) -> Verzoek:
    """Het concept van deze persoon voor dit type (en deze zaak): het bestaande, of een nieuw, leeg concept.

    Fouten: `NietBeschikbaarError`; `MagNietError` als de inlog te laag is. `zaak` komt uit `Zaak.objects.voor(toegang)`.
    """
    eis_mag_handelen(Partij.persoon(toegang))
    versie = beschikbare_versie(code, toegang, zaak)
    bestaand = zoek_concept(code, toegang, zaak)
    if bestaand is not None:
        return bestaand
    concept = _nieuw(versie, toegang, zaak, uuid7())
    concept.bewaren_tot = _concept_tot()
    try:
        with transaction.atomic():
            _leg_vast(concept, Soort.VERZOEK_BEGONNEN, Partij.persoon(toegang))
    except IntegrityError:  # twee vensters tegelijk: de unieke index beslist
        bestaand = zoek_concept(code, toegang, zaak)
        if bestaand is None:
            raise
        return bestaand
    return concept


@transaction.atomic
def bewaar_concept(pk: UUID, antwoorden: Mapping[str, Any], toegang: Toegang) -> Verzoek:
    """Bewaar wat tot nu toe is ingevuld, goed of fout; het concept gaat mee met de nieuwste versie van het formulier."""
    concept = _vergrendel_concept(pk, toegang)
    versie = beschikbare_versie(concept.type.code, toegang, _zaak(concept, toegang))
    if concept.antwoorden == dict(antwoorden) and concept.type_versie_id == versie.pk:
        return concept
    concept.antwoorden, concept.type_versie = dict(antwoorden), versie
    concept.bewaren_tot = _concept_tot()
    _leg_vast(concept, Soort.VERZOEK_BEWAARD, Partij.persoon(toegang))
    return concept


@transaction.atomic
def gooi_concept_weg(pk: UUID, toegang: Toegang) -> Verzoek:
    """Wis een concept met alles wat erin stond. Opnieuw: geen verschil."""
    concept = _vergrendel(pk, Partij.persoon(toegang))
    if concept.status == Status.INGETROKKEN and concept.ontvangen_op is None:
        return concept
    _eis_status(concept, Status.CONCEPT, naar=Status.INGETROKKEN)
    concept.antwoorden = None
    _rond_af(concept, Status.INGETROKKEN)
    _leg_vast(concept, Soort.VERZOEK_WEGGEGOOID, Partij.persoon(toegang))
    vernietig_bij(concept.record_soort, concept.pk)
    return concept


@transaction.atomic
def ruim_concept_op(pk: UUID) -> bool:
    """Wis een concept dat te lang bleef liggen; False als dat niet (meer) zo is. Wat iemand net bewaarde blijft dus."""
    concept = _vergrendel(pk, PORTAAL)
    if concept.status != Status.CONCEPT or concept.bewaren_tot is None or concept.bewaren_tot >= vandaag():
        return False
    concept.antwoorden = None
    _rond_af(concept, Status.INGETROKKEN)
    _leg_vast(concept, Soort.VERZOEK_CONCEPT_VERLOPEN, PORTAAL)
    return True


@transaction.atomic
def dien_in(pk: UUID, toegang: Toegang, versie: int) -> Verzoek:
    """Verstuur het concept zoals de persoon het controleerde. Nog eens sturen geeft hetzelfde verzoek terug.

    `versie` is `Verzoek.versie` van het concept op de controlepagina. Fouten: `ConceptGewijzigdError` als er sindsdien
    iets veranderde; `OngeldigeAntwoordenError`; `NietBeschikbaarError`; `MagNietError`.
    """
    concept = _vergrendel(pk, Partij.persoon(toegang))
    if concept.ontvangen_op is not None:
        return concept
    eis_mag_handelen(Partij.persoon(toegang))
    _eis_status(concept, Status.CONCEPT, naar=Status.INGEDIEND)
    type_versie = beschikbare_versie(concept.type.code, toegang, _zaak(concept, toegang))
    if concept.versie != versie or concept.type_versie_id != type_versie.pk:
        raise ConceptGewijzigdError
    _ontvang(concept, concept.antwoorden or {}, Soort.VERZOEK_INGEDIEND, Partij.persoon(toegang))
    return concept


@transaction.atomic
def dien_direct_in(
    code: str, antwoorden: Mapping[str, Any], toegang: Toegang, zaak: Zaak | None = None, *, sleutel: UUID
) -> Verzoek:
    """Verstuur zonder concept, bijvoorbeeld vanuit een klaargezette aanvraag.

    `sleutel` stond in het formulier en wordt de sleutel van het verzoek: twee keer sturen maakt er één.
    Fouten: die van `dien_in`.
    """
    bestaand = Verzoek.objects.voor(toegang).met_context().filter(pk=sleutel).first()
    if bestaand is not None and bestaand.ontvangen_op is not None:
        return bestaand
    eis_mag_handelen(Partij.persoon(toegang))
    verzoek = _nieuw(beschikbare_versie(code, toegang, zaak), toegang, zaak, sleutel)
    try:
        with transaction.atomic():
            _ontvang(verzoek, antwoorden, Soort.VERZOEK_INGEDIEND, Partij.persoon(toegang))
    except IntegrityError:  # het andere verzoek van een dubbele klik was net eerder
        return Verzoek.objects.voor(toegang).verstuurd().met_context().get(pk=sleutel)
    return verzoek


@transaction.atomic
def dien_proef_in(
    type_: Verzoektype, antwoorden: Mapping[str, Any], toegang: Toegang, zaak: Zaak | None = None
) -> Verzoek:
    """Een testpersoon verstuurt een verzoek van een verzoektype dat met een testsleutel is gemaakt.

    Zulke typen staan niet in het aanbod van de portaal. Fouten: `MagNietError`, `NietBeschikbaarError` (geen formulier, of
    een zaakverzoek zonder zaak), `OngeldigeAntwoordenError`.
    """
    if not type_.applicatie.test:
        raise MagNietError("Dit verzoektype is niet met een testsleutel gemaakt.")
    if type_.is_zaakverzoek != (zaak is not None):
        raise NietBeschikbaarError
    versie = _versie(type_, None)
    versie.type = type_
    verzoek = _nieuw(versie, toegang, zaak, uuid7())
    _ontvang(verzoek, antwoorden, Soort.VERZOEK_INGEDIEND, Partij.persoon(toegang))
    return verzoek


@transaction.atomic
def trek_in(pk: UUID, toegang: Toegang) -> Verzoek:
    """De persoon trekt het verzoek in; dat kan zolang er niets mee is gedaan. Opnieuw: geen verschil."""
    verzoek = _vergrendel(pk, Partij.persoon(toegang))
    if verzoek.status == Status.INGETROKKEN and verzoek.ontvangen_op is not None:
        return verzoek
    eis_mag_handelen(Partij.persoon(toegang))
    if afgeschermd(verzoek.minimaal_niveau, toegang.niveau):
        raise MagNietError("Voor dit verzoek is een hoger betrouwbaarheidsniveau nodig.")
    _eis_status(verzoek, Status.INGEDIEND, naar=Status.INGETROKKEN)
    _rond_af(verzoek, Status.INGETROKKEN)
    _leg_vast(verzoek, Soort.VERZOEK_INGETROKKEN, Partij.persoon(toegang))
    return verzoek


# --- de organisatie -------------------------------------------------------------------------------------------------------
@transaction.atomic
def registreer(nieuw: NieuwVerzoek, door: Partij, *, pk: UUID | None = None) -> Verzoek:
    """Leg vast wat iemand aan de balie of per telefoon vroeg; hij ziet het daarna in de portaal.

    Alleen de applicatie die dit type ontvangt. Fouten: `MagNietError`, `NietBeschikbaarError` (geen formulier),
    `OngeldigeAntwoordenError`, `BestaatAlError` bij een gebruikte bronReferentie.
    """
    if door.applicatie is None or door.applicatie.pk != nieuw.type.applicatie_id:
        raise MagNietError("Alleen de applicatie die verzoeken van dit type ontvangt, kan ze vastleggen.")
    versie = _versie(nieuw.type, nieuw.versie)
    verzoek = Verzoek(
        id=pk or uuid7(),
        betrokkene_id=vind_of_maak_geadresseerde(nieuw.van),
        type=nieuw.type,
        type_versie=versie,
        applicatie=nieuw.type.applicatie,
        minimaal_niveau=nieuw.type.minimaal_niveau,
        is_gerelateerd_aan=nieuw.is_gerelateerd_aan,
        overig=dict(nieuw.overig) if nieuw.overig else None,
        taal=nieuw.taal,
        kanaal=nieuw.kanaal,
        bron_naam=nieuw.bron_naam,
        bron_referentie=nieuw.bron_referentie,
        vingerafdruk=nieuw.vingerafdruk,
    )
    verzoek.zaak_id, verzoek.wacht_op_zaak = _zaak_of_wacht(verzoek, nieuw.is_gerelateerd_aan)
    try:
        with transaction.atomic():
            _ontvang(verzoek, nieuw.antwoorden, Soort.VERZOEK_GEREGISTREERD, door)
    except IntegrityError:
        bestaand = (
            Verzoek.objects.van(door.applicatie).met_context().filter(bron_referentie=nieuw.bron_referentie).first()
            if nieuw.bron_referentie
            else None
        )
        if bestaand is None:
            raise
        raise BestaatAlError(bestaand, bytes(bestaand.vingerafdruk) == nieuw.vingerafdruk) from None
    return verzoek


@transaction.atomic
def neem_in_behandeling(pk: UUID, door: Partij, *, reden: str = "") -> Verzoek:
    """De organisatie is ermee bezig; intrekken kan nu niet meer vanzelf. Opnieuw: geen verschil."""
    return _stap(pk, door, Status.IN_BEHANDELING, Soort.VERZOEK_IN_BEHANDELING, Status.INGEDIEND, reden=reden)


@transaction.atomic
def verwerk(pk: UUID, door: Partij, *, reden: str = "") -> Verzoek:
    """Het verzoek is afgehandeld; `reden` is de toelichting die de persoon leest. Opnieuw: geen verschil."""
    return _stap(
        pk, door, Status.VERWERKT, Soort.VERZOEK_VERWERKT, Status.INGEDIEND, Status.IN_BEHANDELING, reden=reden
    )


@transaction.atomic
def weiger(pk: UUID, door: Partij, *, reden: str) -> Verzoek:
    """De organisatie neemt het verzoek niet in behandeling, met een reden (Awb 2:15, derde lid). Opnieuw: geen verschil."""
    return _stap(
        pk, door, Status.GEWEIGERD, Soort.VERZOEK_GEWEIGERD, Status.INGEDIEND, Status.IN_BEHANDELING, reden=reden
    )


@transaction.atomic
def leid_door(pk: UUID, door: Partij, *, reden: str) -> Verzoek:
    """Het verzoek gaat naar wie er wel over gaat; `reden` zegt naar wie (Awb 2:3, eerste lid). Opnieuw: geen verschil."""
    return _stap(
        pk, door, Status.DOORGELEID, Soort.VERZOEK_DOORGELEID, Status.INGEDIEND, Status.IN_BEHANDELING, reden=reden
    )


@transaction.atomic
def koppel_zaak(pk: UUID, door: Partij, is_gerelateerd_aan: list[dict[str, Any]]) -> Verzoek:
    """Zeg bij welke zaak het verzoek hoort. Kent de portaal die zaak nog niet, dan wordt het verzoek later gebonden.

    `MagNietError` bij een zaakverzoek dat al bij een andere zaak is gedaan.
    """
    verzoek = _vergrendel(pk, door)
    if verzoek.is_gerelateerd_aan == is_gerelateerd_aan:
        return verzoek
    was = verzoek.zaak_id
    zaak, wacht = _zaak_of_wacht(verzoek, is_gerelateerd_aan)
    if verzoek.is_zaakverzoek and was is not None and zaak != was:
        raise MagNietError("Dit zaakverzoek is bij een zaak gedaan en hoort daarbij.")
    verzoek.is_gerelateerd_aan, verzoek.zaak_id, verzoek.wacht_op_zaak = is_gerelateerd_aan, zaak, wacht
    gekoppeld = zaak is not None and zaak != was
    _leg_vast(verzoek, Soort.VERZOEK_ZAAK_GEKOPPELD if gekoppeld else Soort.VERZOEK_GEWIJZIGD, door)
    return verzoek


def bind_zaken(gebeurtenis: Gebeurtenis) -> None:
    """Volger: een zaak is bekend geworden. Bind de verzoeken van haar organisatie die al op een van haar namen wachtten."""
    if gebeurtenis.zaak is None:
        return
    sleutels = ZaakSleutel.objects.filter(zaak=gebeurtenis.zaak).values_list("soort", "waarde")
    namen = als_tekst((ZaakSleutel.Soort(soort), waarde) for soort, waarde in sleutels)
    wachtend = Verzoek.objects.als_systeem("verzoeken die eerder kwamen dan hun zaak").filter(
        wacht_op_zaak__overlap=namen, applicatie__organisatie=gebeurtenis.organisatie
    )
    for pk in list(wachtend.values_list("pk", flat=True)):
        bind_zaak(pk, gebeurtenis.zaak)


@transaction.atomic
def bind_zaak(pk: UUID, zaak: UUID) -> Verzoek:
    """Dit verzoek hoort bij die zaak. Is het al gebonden, dan blijft het zoals het is."""
    verzoek = _vergrendel(pk, PORTAAL)
    if verzoek.wacht_op_zaak is not None:
        verzoek.zaak_id, verzoek.wacht_op_zaak = zaak, None
        _leg_vast(verzoek, Soort.VERZOEK_ZAAK_GEKOPPELD, PORTAAL)
    return verzoek


@transaction.atomic
def koppel_antwoord(pk: UUID, door: Partij, antwoord: Verwijzing) -> Verzoek:
    """Wijs het bericht of de taak aan waar het antwoord in staat. Het is voor dezelfde betrokkene, en van de ontvanger zelf."""
    verzoek = _vergrendel(pk, door)
    if (verzoek.antwoord_soort, verzoek.antwoord_id) == (antwoord.soort, antwoord.id):
        return verzoek
    goed = antwoord.soort in ANTWOORD_SOORTEN and antwoord.van(verzoek.applicatie, verzoek.betrokkene_id)
    if not goed:
        raise OnbekendAntwoordError
    verzoek.antwoord_soort, verzoek.antwoord_id = antwoord.soort, antwoord.id
    _leg_vast(verzoek, Soort.VERZOEK_BEANTWOORD, door)
    return verzoek


@transaction.atomic
def werk_bij(
    pk: UUID,
    door: Partij,
    *,
    naar: Status | None = None,
    reden: str = "",
    is_gerelateerd_aan: list[dict[str, Any]] | None = None,
    antwoord: Verwijzing | None = None,
) -> Verzoek:
    """Zaak, antwoord en statusstap in één keer: alles, of niets. Fouten: die van de losse handelingen."""
    if is_gerelateerd_aan is not None:
        koppel_zaak(pk, door, is_gerelateerd_aan)
    if antwoord is not None:
        koppel_antwoord(pk, door, antwoord)
    match naar:
        case None:
            pass
        case Status.IN_BEHANDELING:
            neem_in_behandeling(pk, door, reden=reden)
        case Status.VERWERKT:
            verwerk(pk, door, reden=reden)
        case Status.GEWEIGERD:
            weiger(pk, door, reden=reden)
        case Status.DOORGELEID:
            leid_door(pk, door, reden=reden)
        case _:
            verzoek = _vergrendel(pk, door)
            if verzoek.status != naar:
                raise OvergangError(f"Van status {verzoek.status} kan een verzoek niet naar {naar}.", verzoek)
    return _vergrendel(pk, door)


# Wat iemand invulde of stuurde, en waarmee een ander systeem het verzoek kent. De referentie blijft: daar vraagt iemand naar.
LEEG: dict[str, Any] = {
    **dict.fromkeys(("antwoorden", "overig", "wacht_op_zaak")),
    **dict.fromkeys(("reden", "bron_naam", "bron_referentie"), ""),
    "vingerafdruk": b"",
}


@transaction.atomic
def vernietig(pk: UUID) -> bool:
    """Vernietig de inhoud van dit verzoek; False als de termijn niet voorbij is, of het al is vernietigd."""
    verzoeken = Verzoek.objects.als_systeem("de bewaartermijn is voorbij")
    voorbij = verzoeken.filter(vernietigd_op=None, bewaren_tot__lt=vandaag(), status__in=AFGEROND)
    try:
        verzoek = _op_slot(voorbij, pk)
    except Verzoek.DoesNotExist:
        return False
    vernietig_bij(verzoek.record_soort, verzoek.pk)
    for naam, waarde in LEEG.items():
        setattr(verzoek, naam, waarde)
    verzoek.is_gerelateerd_aan, verzoek.vernietigd_op = [], nu()
    _leg_vast(verzoek, Soort.VERZOEK_VERNIETIGD, PORTAAL)
    return True


# --- verzoektypen ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def bewaar_type(type_: Verzoektype, door: Partij) -> Verzoektype:
    """Maak een verzoektype of bewaar de wijziging. Een applicatie alleen het hare; een medewerker elk."""
    _eis_van_type(type_, door)
    nieuw = type_._state.adding
    if not nieuw:
        oud = Verzoektype.objects.select_for_update().get(pk=type_.pk)
        _eis_van_type(oud, door)
        for naam in ("versie", "gebeurtenissen_aantal", "gebeurtenissen_hash"):
            setattr(type_, naam, getattr(oud, naam))
    _leg_type_vast(type_, Soort.VERZOEKTYPE_AANGEMAAKT if nieuw else Soort.VERZOEKTYPE_GEWIJZIGD, door)
    return type_


@transaction.atomic
def maak_versie(type_pk: UUID, formulier: Mapping[str, Any], door: Partij) -> VerzoektypeVersie:
    """Een nieuwe versie van het formulier, als concept. `DefinitieFout` met alles wat er niet klopt aan het formulier."""
    lees_definitie(formulier)
    type_ = _vergrendel_type(type_pk, door)
    laatste = type_.versies.order_by("-versie").values_list("versie", flat=True).first() or 0
    versie = VerzoektypeVersie(type=type_, versie=laatste + 1, formulier=dict(formulier))
    versie.save(force_insert=True)
    _leg_type_vast(type_, Soort.VERZOEKTYPE_GEWIJZIGD, door, feiten={"formulier": versie.versie})
    return versie


@transaction.atomic
def wijzig_versie(type_pk: UUID, nummer: int, formulier: Mapping[str, Any], door: Partij) -> VerzoektypeVersie:
    """Verander het formulier van een concept. `VersieVastError` als het al gepubliceerd is."""
    lees_definitie(formulier)
    type_ = _vergrendel_type(type_pk, door)
    versie = type_.versies.get(versie=nummer)
    if versie.formulier == formulier:
        return versie
    if versie.status != VersieStatus.CONCEPT:
        raise VersieVastError
    versie.formulier, versie.gewijzigd_op = dict(formulier), nu()
    versie.save()
    _leg_type_vast(type_, Soort.VERZOEKTYPE_GEWIJZIGD, door, feiten={"formulier": nummer})
    return versie


@transaction.atomic
def publiceer(type_pk: UUID, nummer: int, door: Partij) -> VerzoektypeVersie:
    """Vanaf nu vult iedereen deze versie in; de vorige vervalt. Opnieuw: geen verschil. Vervallen: `VersieVastError`."""
    type_ = _vergrendel_type(type_pk, door)
    versie = type_.versies.get(versie=nummer)
    if versie.status == VersieStatus.GEPUBLICEERD:
        return versie
    if versie.status == VersieStatus.VERVALLEN:
        raise VersieVastError
    type_.versies.filter(status=VersieStatus.GEPUBLICEERD).update(
        status=VersieStatus.VERVALLEN, einde_geldigheid=vandaag(), gewijzigd_op=nu()
    )
    versie.status, versie.begin_geldigheid, versie.gewijzigd_op = VersieStatus.GEPUBLICEERD, vandaag(), nu()
    versie.save()
    _leg_type_vast(type_, Soort.VERZOEKTYPE_GEPUBLICEERD, door, feiten={"formulier": nummer})
    return versie


# --- vragen die ook een pagina stelt --------------------------------------------------------------------------------------
def beschikbare_versie(code: str, toegang: Toegang, zaak: Zaak | None = None) -> VerzoektypeVersie:
    """Het formulier dat deze persoon nu mag invullen; `NietBeschikbaarError`, of `MagNietError` als de inlog te laag is."""
    typen = verzoektypen_voor(toegang) if zaak is None else zaakverzoektypen_voor(zaak, toegang)
    type_ = typen.filter(code=code).first()
    if type_ is None:
        raise NietBeschikbaarError
    if afgeschermd(type_.minimaal_niveau, toegang.niveau):
        raise MagNietError("Voor dit verzoek is een hoger betrouwbaarheidsniveau nodig.")
    versie = _versie(type_, None)
    versie.type = type_
    return versie


def gepubliceerde_versie(type_: Verzoektype) -> VerzoektypeVersie:
    """Het formulier dat nu geldt voor dit type; `NietBeschikbaarError` als er nog geen is gepubliceerd."""
    return _versie(type_, None)


def zoek_concept(code: str, toegang: Toegang, zaak: Zaak | None = None) -> Verzoek | None:
    """Wat deze persoon voor dit type (en deze zaak) al had bewaard, of None."""
    concepten = Verzoek.objects.voor(toegang).concepten().met_context()
    return concepten.filter(betrokkene=toegang.betrokkene, persoon=toegang.persoon, type__code=code, zaak=zaak).first()


# --- hulp -----------------------------------------------------------------------------------------------------------------
def _zaak_of_wacht(verzoek: Verzoek, is_gerelateerd_aan: list[dict[str, Any]]) -> tuple[UUID | None, list[str] | None]:
    """De zaak die in de verwijzingen staat, of anders op welke namen het verzoek wacht."""
    sleutels: list[Sleutel] = zaaksleutels(is_gerelateerd_aan)
    zaak = zoek_zaak(sleutels, verzoek.applicatie.organisatie_id)
    return zaak, als_tekst(sleutels) if sleutels and zaak is None else None


def _nieuw(versie: VerzoektypeVersie, toegang: Toegang, zaak: Zaak | None, pk: UUID) -> Verzoek:
    return Verzoek(
        id=pk,
        betrokkene_id=toegang.betrokkene,
        persoon_id=toegang.persoon,
        niveau=toegang.niveau,
        type=versie.type,
        type_versie=versie,
        applicatie=versie.type.applicatie,
        minimaal_niveau=versie.type.minimaal_niveau,
        zaak=zaak,
        kanaal=Kanaal.PORTAAL,
    )


def _ontvang(verzoek: Verzoek, antwoorden: Mapping[str, Any], soort: Soort, door: Partij) -> None:
    """Het verzoek komt binnen: moment van ontvangst, referentie, en een onveranderlijke kopie van wat er is ingevuld."""
    definitie = lees_definitie(verzoek.type_versie.formulier)
    velden = sleutels(definitie) if door.toegang else []
    if velden and door.toegang:
        antwoorden = verstuur(plek_van(verzoek), dict(antwoorden), velden, door.toegang)
    ingevuld = definitie.lees_json(antwoorden)
    if not ingevuld.geldig:
        raise OngeldigeAntwoordenError(ingevuld)
    verzoek.antwoorden = ingevuld.waarden
    verzoek.status, verzoek.ontvangen_op, verzoek.bewaren_tot = Status.INGEDIEND, nu(), None
    if door.toegang is not None:
        verzoek.persoon_id, verzoek.niveau = door.toegang.persoon, door.toegang.niveau
    verzoek.referentie = _vrije_referentie()
    kopie = Tekst(
        {
            "titel": verzoek.type.naam,
            "referentie": verzoek.referentie,
            "formulier": verzoek.type_versie.formulier,
            "formulier_versie": verzoek.type_versie.versie,
            "ontvanger": verzoek.applicatie.afzender,
            "ontvangen_op": verzoek.ontvangen_op.isoformat(),
            "reden": "",
        },
        ingevuld.waarden,
    )
    _leg_vast(verzoek, soort, door, tekst=kopie)


def _concept_tot() -> date:
    """De laatste dag dat een concept dat nu is bewaard er nog staat."""
    return vandaag() + timedelta(days=settings.CONCEPT_DAGEN)


def _vrije_referentie() -> str:
    alle = Verzoek.objects.als_systeem("een referentie is uniek over alle verzoeken")
    while True:
        referentie = maak_referentie()
        if not alle.filter(referentie=referentie).exists():
            return referentie


def _versie(type_: Verzoektype, nummer: int | None) -> VerzoektypeVersie:
    """De gevraagde versie (ook een vervallen: zij was ooit geldig), of de gepubliceerde."""
    versies = type_.versies.exclude(status=VersieStatus.CONCEPT)
    versies = versies.filter(status=VersieStatus.GEPUBLICEERD) if nummer is None else versies.filter(versie=nummer)
    versie = versies.first()
    if versie is None:
        raise NietBeschikbaarError
    return versie


def _zaak(verzoek: Verzoek, toegang: Toegang) -> Zaak | None:
    """De zaak van een zaakverzoek, zoals deze persoon haar nu nog mag zien."""
    if verzoek.zaak_id is None:
        return None
    zaak = Zaak.objects.voor(toegang).filter(pk=verzoek.zaak_id).first()
    if zaak is None:
        raise NietBeschikbaarError
    return zaak


def _vergrendel(pk: UUID, door: Partij) -> Verzoek:
    """Het verzoek dat deze partij mag zien, vergrendeld; `Verzoek.DoesNotExist` als zij het niet mag zien."""
    if door.toegang is not None:
        verzoeken = Verzoek.objects.voor(door.toegang)
    elif door.applicatie is not None:
        verzoeken = Verzoek.objects.van(door.applicatie)
    else:
        verzoeken = Verzoek.objects.als_systeem("de portaal bindt zaken die later komen en ruimt concepten op")
    return _op_slot(verzoeken, pk)


def _op_slot(verzoeken: VerzoekQuerySet, pk: UUID) -> Verzoek:
    """Eerst het slot, dan pas lezen met wat erbij hoort.

    In één query zou PostgreSQL na het wachten op een ander wel het nieuwe verzoek geven, maar de zaak of versie van ervoor.
    """
    verzoeken.select_for_update(of=("self",)).values_list("pk", flat=True).get(pk=pk)
    return verzoeken.met_context().get(pk=pk)


def _vergrendel_concept(pk: UUID, toegang: Toegang) -> Verzoek:
    concept = _vergrendel(pk, Partij.persoon(toegang))
    if concept.status != Status.CONCEPT:
        raise OvergangError("Dit verzoek is al verstuurd.", concept)
    return concept


def _vergrendel_type(pk: UUID, door: Partij) -> Verzoektype:
    type_ = Verzoektype.objects.select_for_update().get(pk=pk)
    _eis_van_type(type_, door)
    return type_


def _eis_van_type(type_: Verzoektype, door: Partij) -> None:
    medewerker = door.actor.soort == ActorSoort.MEDEWERKER
    if not medewerker and (door.applicatie is None or door.applicatie.pk != type_.applicatie_id):
        raise MagNietError("Alleen de applicatie die verzoeken van dit type ontvangt, kan het wijzigen.")


def _eis_status(verzoek: Verzoek, *mag: Status, naar: Status) -> None:
    if verzoek.status not in mag:
        raise OvergangError(f"Van status {verzoek.status} kan een verzoek niet naar {naar}.", verzoek)


def _stap(pk: UUID, door: Partij, naar: Status, soort: Soort, *mag: Status, reden: str) -> Verzoek:
    if door.toegang is not None:
        raise MagNietError("Alleen de organisatie kan dit.")
    verzoek = _vergrendel(pk, door)
    if verzoek.status == naar:
        return verzoek
    _eis_status(verzoek, *mag, naar=naar)
    verzoek.reden = reden
    if naar in AFGEROND:
        _rond_af(verzoek, naar)
    else:
        verzoek.status = naar
    # Een reden is vrije tekst: die staat in de inhoud (die eens weg kan), niet in het boek.
    uitleg = Tekst({"referentie": verzoek.referentie, "status": naar.value, "reden": reden}) if reden else None
    _leg_vast(verzoek, soort, door, tekst=uitleg)
    return verzoek


def _rond_af(verzoek: Verzoek, status: Status) -> None:
    verzoek.status, verzoek.afgerond_op = status, nu()
    verzoek.bewaren_tot = vandaag() + timedelta(days=verzoek.type.categorie.bewaartermijn_dagen)


def _leg_vast(verzoek: Verzoek, soort: Soort, door: Partij, *, tekst: Tekst | None = None) -> Gebeurtenis:
    """Leg vast; zolang het verzoek niet verstuurd is, is het van de persoon alleen en ziet geen applicatie de gebeurtenis."""
    ontvangst = soort in (Soort.VERZOEK_INGEDIEND, Soort.VERZOEK_GEREGISTREERD, Soort.VERZOEK_INGETROKKEN)
    feiten = {
        "status": verzoek.status,
        "aard": Aard.ONTVANGSTBEVESTIGING if ontvangst else Aard.INFORMATIE,
        "handelingsperspectief": "informatie_krijgen",
        "verzoektype": verzoek.type.code,
    }
    verstuurd = verzoek.ontvangen_op is not None
    over = Over(
        verzoek.betrokkene_id,
        verzoek.zaak_id,
        verzoek.applicatie_id if verstuurd else None,
        verzoek.applicatie.organisatie_id if verstuurd else None,
    )
    return leg_vast(verzoek, soort, door.actor, over, feiten=feiten, tekst=tekst)


def _leg_type_vast(type_: Verzoektype, soort: Soort, door: Partij, *, feiten: dict[str, Any] | None = None) -> None:
    over = Over(applicatie=type_.applicatie_id, organisatie=type_.applicatie.organisatie_id)
    leg_vast(type_, soort, door.actor, over, feiten=feiten)
