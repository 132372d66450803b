"""Wat de eigenaar van een taak doet (en een uitvoerder, met toestemming): maken, wijzigen, afronden."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from portaal.betrokkenen.handelingen import vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Applicatie, Categorie, host_toegestaan
from portaal.formulieren.herkomst import uit_het_register
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.partij import PORTAAL, Partij
from portaal.notificaties.handelingen import annuleer_wachtende, verzet_wachtende
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from portaal.zaken.sleutels import zaaksleutels
from taken.handelingen.basis import (
    ANTWOORD,
    LEESBAAR,
    WIJZIGBAAR,
    AfgemeldError,
    BestaatAlError,
    HostNietToegestaanError,
    NietMogelijkError,
    NieuweTaak,
    OvergangError,
    Wijziging,
    applicatie_van,
    eis_eigenaar,
    eis_status,
    leg_taak_vast,
    rond_af,
    stel_datums_in,
    stel_zaak_in,
    vergrendel,
)
from taken.loket import eis_zelfde_vragen
from taken.models import Afmelding, Status, Taak, Uitstel, host_van


def maak_aan(nieuw: NieuweTaak, door: Partij, *, pk: UUID | None = None) -> Taak:
    """Maak een taak voor iemand, die zo nodig nu bekend wordt. `door.applicatie` wordt de eigenaar.

    Fouten: `HostNietToegestaanError`; `AndereVragenError`; `OngeldigNummerError`; `BestaatAlError` bij een gebruikte
    bronReferentie; `AfgemeldError` als de persoon over deze pro-actieve categorie niets meer wil. Na een fout is er niets
    gemaakt, en kan de transactie van de aanroeper verder.
    """
    try:
        with transaction.atomic():
            return zet_neer(nieuw, door, pk or uuid7())
    except IntegrityError:
        bestaand = zoek_bestaande(nieuw, applicatie_van(door))
        if bestaand is None:
            raise
        raise BestaatAlError(bestaand, bytes(bestaand.vingerafdruk) == nieuw.vingerafdruk) from None


def zet_neer(nieuw: NieuweTaak, door: Partij, pk: UUID) -> Taak:
    """`maak_aan` voor wie zelf een transactie heeft die bij elke fout helemaal teruggaat: geen savepoint.

    Bestaat de taak al, dan is dat de `IntegrityError` van de database; zie `zoek_bestaande`.
    """
    applicatie = applicatie_van(door)
    categorie = nieuw.categorie or applicatie.standaard_categorie
    eis_host(nieuw, applicatie, categorie)
    eis_zelfde_vragen(nieuw.verzoektype, nieuw.details)
    betrokkene = vind_of_maak_geadresseerde(nieuw.voor)
    if categorie.pro_actief and is_afgemeld(betrokkene, categorie):
        raise AfgemeldError
    taak = bouw_taak(nieuw, applicatie, categorie, betrokkene, pk)
    stel_zaak_in(taak, nieuw.zaaksleutels)
    leg_taak_vast(taak, Soort.TAAK_AANGEMAAKT, door, tekst=True, bezorgen_vanaf=taak.zichtbaar_vanaf)
    return taak


def eis_host(nieuw: NieuweTaak, applicatie: Applicatie, categorie: Categorie) -> None:
    """De link van de taak gaat naar een host op de lijst, anders `HostNietToegestaanError`."""
    host = host_van(str(nieuw.details.get("uitvraagLink", "")))
    if host and not host_toegestaan(host, [*applicatie.formulier_hosts, *categorie.formulier_hosts]):
        raise HostNietToegestaanError(host)


def bouw_taak(nieuw: NieuweTaak, applicatie: Applicatie, categorie: Categorie, betrokkene: UUID, pk: UUID) -> Taak:
    """De gevraagde taak, nog niet bewaard en zonder haar zaak."""
    formulier_code, formulier_versie = uit_het_register(nieuw.details.get("formulierDefinitie"))
    taak = Taak(
        id=pk,
        betrokkene_id=betrokkene,
        applicatie=applicatie,
        categorie=categorie,
        is_gerelateerd_aan=nieuw.is_gerelateerd_aan,
        titel=nieuw.titel,
        toelichting=nieuw.toelichting,
        vertalingen=dict(nieuw.vertalingen),
        soort=nieuw.soort,
        details=dict(nieuw.details),
        gegevens=dict(nieuw.gegevens) if nieuw.gegevens else None,
        uitvoer_host=host_van(str(nieuw.details.get("uitvraagLink", ""))),
        formulier_code=formulier_code,
        formulier_versie=formulier_versie,
        handelingsperspectief=nieuw.handelingsperspectief,
        minimaal_niveau=categorie.standaardniveau if nieuw.minimaal_niveau is None else nieuw.minimaal_niveau,
        startdatum=nieuw.startdatum or vandaag(),
        einddatum_handelingstermijn=nieuw.einddatum,
        termijn_zoals_gestuurd=nieuw.termijn_zoals_gestuurd,
        verloopt_op_termijn=(
            applicatie.verloopt_op_termijn if nieuw.verloopt_op_termijn is None else nieuw.verloopt_op_termijn
        ),
        datum_herinnering=nieuw.datum_herinnering,
        gecontroleerd_op=nieuw.gecontroleerd_op,
        verzoektype=nieuw.verzoektype,
        bron_referentie=nieuw.bron_referentie,
        verwerker_taak_id=nieuw.verwerker_taak_id,
        toegewezen_aan=nieuw.voor.urn,
        vingerafdruk=nieuw.vingerafdruk,
        dubbel_sleutel=_dubbel_sleutel(nieuw, applicatie),
        payload=dict(nieuw.payload) if nieuw.payload else None,
    )
    stel_datums_in(taak)
    return taak


@transaction.atomic
def wijzig(pk: UUID, wijziging: Wijziging, door: Partij, *, reden: str = "") -> Taak:
    """Verander een open taak; alleen de eigenaar. Verandert er niets, dan komt er ook geen gebeurtenis.

    Een latere laatste dag is verlengen: dan leest de persoon de reden, en een vraag om meer tijd is daarmee toegekend.
    """
    taak = vergrendel(pk, door)
    eis_eigenaar(taak, door)
    if verboden := set(wijziging.velden) - WIJZIGBAAR:
        raise ValueError(f"Niet te wijzigen: {sorted(verboden)}")
    nieuw = dict(wijziging.velden)
    if wijziging.details:
        nieuw["details"] = {**taak.details, **wijziging.details}
    if wijziging.gegevens:
        nieuw["gegevens"] = {**(taak.gegevens or {}), **wijziging.gegevens}
    anders = {naam for naam, waarde in nieuw.items() if getattr(taak, naam) != waarde}
    if not anders:
        return taak
    if not taak.open:
        raise OvergangError("Alleen een open taak kan worden gewijzigd.", taak)
    oude_dag = taak.einddatum_handelingstermijn or date.max
    for naam in anders:
        setattr(taak, naam, nieuw[naam])
    verlengd = (taak.einddatum_handelingstermijn or date.max) > oude_dag
    if verlengd and taak.uitstel == Uitstel.GEVRAAGD:
        taak.uitstel, taak.uitstel_reden = Uitstel.TOEGEKEND, reden
    taak.uitvoer_host = host_van(str(taak.details.get("uitvraagLink", "")))
    taak.formulier_code, taak.formulier_versie = uit_het_register(taak.details.get("formulierDefinitie"))
    hosts = [*taak.applicatie.formulier_hosts, *taak.categorie.formulier_hosts]
    if "details" in anders and taak.uitvoer_host and not host_toegestaan(taak.uitvoer_host, hosts):
        raise HostNietToegestaanError(taak.uitvoer_host)
    if "details" in anders:
        eis_zelfde_vragen(taak.verzoektype, taak.details)
    stel_datums_in(taak)
    if "is_gerelateerd_aan" in anders:
        stel_zaak_in(taak, zaaksleutels(taak.is_gerelateerd_aan))
    soort = Soort.TAAK_VERLENGD if verlengd else Soort.TAAK_GEWIJZIGD
    if anders == {"gecontroleerd_op"}:
        soort = Soort.TAAK_GECONTROLEERD
    leg_taak_vast(
        taak, soort, door, feiten={"velden": sorted(anders)}, tekst=bool(anders & LEESBAAR),
        reden=reden if verlengd else "",
    )  # fmt: skip
    if "startdatum" in anders:
        verzet_wachtende(taak.record_soort, taak.pk, taak.zichtbaar_vanaf)
    return taak


@transaction.atomic
def voer_uit(
    pk: UUID,
    door: Partij,
    *,
    gegevens: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Taak:
    """De taak is gedaan, eventueel met de ontvangen gegevens. Eigenaar of uitvoerder. Opnieuw: geen verschil."""
    taak = vergrendel(pk, door)
    zelfde = _bevat(taak.details, details) and _bevat(taak.gegevens, gegevens)
    if taak.status == Status.UITGEVOERD and zelfde:
        return taak
    eis_status(taak, Status.OPEN, naar=Status.UITGEVOERD)
    taak.status, taak.uitgevoerd_op, taak.uitgevoerd_door = Status.UITGEVOERD, nu(), str(door.actor.soort)
    if details:
        taak.details = {**taak.details, **details}
    if gegevens:
        taak.gegevens = {**(taak.gegevens or {}), **gegevens}
    leg_taak_vast(taak, Soort.TAAK_UITGEVOERD, door, tekst=bool(gegevens or details))
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def verwerk(pk: UUID, door: Partij) -> Taak:
    """De eigenaar heeft verwerkt wat is gedaan: de taak is klaar. Opnieuw: geen verschil."""
    taak = vergrendel(pk, door)
    eis_eigenaar(taak, door)
    if taak.status == Status.VERWERKT:
        return taak
    eis_status(taak, Status.UITGEVOERD, naar=Status.VERWERKT)
    rond_af(taak, Status.VERWERKT)
    leg_taak_vast(taak, Soort.TAAK_VERWERKT, door)
    return taak


@transaction.atomic
def breek_af(pk: UUID, door: Partij, *, reden: str = "", verwijder: bool = False) -> Taak:
    """De eigenaar trekt de taak in; de persoon ziet de reden. Met `verwijder` bestaat zij voor de API niet meer."""
    taak = vergrendel(pk, door)
    eis_eigenaar(taak, door)
    if taak.status == Status.AFGEBROKEN and not verwijder:
        return taak
    if not verwijder or taak.status in (Status.OPEN, Status.UITGEVOERD):
        eis_status(taak, Status.OPEN, Status.UITGEVOERD, naar=Status.AFGEBROKEN)
        taak.reden = reden
        rond_af(taak, Status.AFGEBROKEN)
    if verwijder:
        taak.ingetrokken_op = nu()
    leg_taak_vast(taak, Soort.TAAK_AFGEBROKEN, door, reden=taak.reden)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def heropen(pk: UUID, door: Partij, *, reden: str = "") -> Taak:
    """De eigenaar zet een gedane, verlopen of afgebroken taak weer open; de persoon ziet de reden."""
    taak = vergrendel(pk, door)
    eis_eigenaar(taak, door)
    if taak.status == Status.OPEN:
        return taak
    eis_status(taak, Status.UITGEVOERD, Status.NIET_UITGEVOERD, Status.AFGEBROKEN, naar=Status.OPEN)
    taak.status, taak.reden, taak.uitgevoerd_door = Status.OPEN, reden, ""
    taak.gemeld_op = taak.uitgevoerd_op = taak.afgerond_op = taak.bewaren_tot = taak.afgezien_op = None
    leg_taak_vast(taak, Soort.TAAK_HEROPEND, door, reden=reden)
    return taak


@transaction.atomic
def beantwoord_uitstel(pk: UUID, door: Partij, antwoord: Uitstel, *, tot: date | None = None, reden: str = "") -> Taak:
    """De eigenaar antwoordt op de vraag om meer tijd. Toegekend: tot de gevraagde dag, of tot een andere.

    Hetzelfde antwoord nog eens: geen verschil. `NietMogelijkError` als er niets is gevraagd, of een afwijzing geen reden
    heeft: de persoon moet weten waarom.
    """
    taak = vergrendel(pk, door)
    eis_eigenaar(taak, door)
    if taak.uitstel == antwoord:
        return taak
    if taak.uitstel != Uitstel.GEVRAAGD or antwoord == Uitstel.GEVRAAGD:
        raise NietMogelijkError("Er is niet om meer tijd gevraagd, of er is al geantwoord.")
    if antwoord == Uitstel.TOEGEKEND:
        dag = tot or taak.uitstel_gevraagd_tot
        if dag is None or dag <= (taak.einddatum_handelingstermijn or date.min):
            raise NietMogelijkError("De nieuwe laatste dag moet later zijn dan de oude.")
        velden = {"einddatum_handelingstermijn": dag, "termijn_zoals_gestuurd": dag.isoformat()}
        return wijzig(pk, Wijziging(velden), door, reden=reden)
    if not reden.strip():
        raise NietMogelijkError("Zeg waarom iemand niet meer tijd krijgt.")
    taak.uitstel, taak.uitstel_reden = antwoord, reden
    leg_taak_vast(taak, Soort.TAAK_UITSTEL_AFGEWEZEN, door, reden=reden)
    return taak


@transaction.atomic
def herinner(pk: UUID, door: Partij) -> Taak:
    """Herinner de persoon nu aan een open taak; de notificatie volgt uit de gebeurtenis. Alleen de eigenaar."""
    taak = vergrendel(pk, door)
    eis_eigenaar(taak, door)
    if not taak.open or taak.gemeld_op is not None:
        raise OvergangError("Bij deze taak hoeft niemand nu iets te doen.", taak)
    if taak.zichtbaar_vanaf > nu():
        raise NietMogelijkError("Deze taak is nog niet te zien. Herinneren kan daarna.")
    leg_taak_vast(taak, Soort.TAAK_HERINNERD, door)
    return taak


@transaction.atomic
def verloop(pk: UUID, door: Partij = PORTAAL) -> Taak:
    """De termijn is voorbij en de eigenaar vroeg om sluiten. Vóór die tijd, of zonder die vraag: `OvergangError`."""
    taak = vergrendel(pk, door)
    if door is not PORTAAL:
        eis_eigenaar(taak, door)
    if taak.status == Status.NIET_UITGEVOERD:
        return taak
    eis_status(taak, Status.OPEN, naar=Status.NIET_UITGEVOERD)
    voorbij = taak.einddatum_handelingstermijn is not None and taak.einddatum_handelingstermijn < vandaag()
    if not voorbij or (door is PORTAAL and not taak.verloopt_op_termijn):
        raise OvergangError("De termijn van deze taak is nog niet voorbij.", taak)
    rond_af(taak, Status.NIET_UITGEVOERD)
    leg_taak_vast(taak, Soort.TAAK_VERLOPEN, door)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def werk_bij(pk: UUID, door: Partij, wijziging: Wijziging, *, naar: Status | None = None, reden: str = "") -> Taak:
    """Een wijziging en een statusstap in één keer: samen, of geen van beide.

    Bij heropenen komt de stap eerst; bij uitvoeren gaan de ontvangen gegevens met de stap mee, want een uitvoerder mag
    alleen dat. Fouten: die van de losse handelingen.
    """
    taak = vergrendel(pk, door)
    stap = None if naar == taak.status != Status.UITGEVOERD else naar  # uitvoeren nog eens: vergelijk de antwoorden
    if stap == Status.OPEN:
        taak = heropen(pk, door, reden=reden)
    antwoord: dict[str, Any] = {}
    bijlagen: dict[str, Any] = {}
    if stap == Status.UITGEVOERD:
        antwoord = {k: v for k, v in (wijziging.gegevens or {}).items() if k in ANTWOORD}
        bijlagen = {k: v for k, v in (wijziging.details or {}).items() if k in ANTWOORD}
        wijziging = Wijziging(
            wijziging.velden,
            {k: v for k, v in (wijziging.details or {}).items() if k not in ANTWOORD},
            {k: v for k, v in (wijziging.gegevens or {}).items() if k not in ANTWOORD},
        )
    if wijziging.velden or wijziging.details or wijziging.gegevens:
        taak = wijzig(pk, wijziging, door, reden="" if stap else reden)
    match stap:
        case Status.UITGEVOERD:
            taak = voer_uit(pk, door, gegevens=antwoord, details=bijlagen)
        case Status.VERWERKT:
            taak = verwerk(pk, door)
        case Status.AFGEBROKEN:
            taak = breek_af(pk, door, reden=reden)
        case Status.NIET_UITGEVOERD:
            taak = verloop(pk, door)
    return taak


def is_afgemeld(betrokkene: UUID, categorie: Categorie) -> bool:
    """Of deze persoon over deze categorie geen taken meer wil."""
    afmeldingen = Afmelding.objects.als_systeem("voor wie zich afmeldde maakt niemand een taak")
    return afmeldingen.filter(betrokkene=betrokkene, categorie=categorie).exists()


def _dubbel_sleutel(nieuw: NieuweTaak, applicatie: Applicatie) -> bytes | None:
    """Waaraan hetzelfde verzoek te herkennen is als het geen eigen kenmerk heeft; de unieke index beslist."""
    if not (nieuw.herken_dubbel and nieuw.verwerker_taak_id and applicatie.dubbele_herkennen):
        return None
    return hashlib.sha256(nieuw.verwerker_taak_id.encode() + b"\0" + nieuw.vingerafdruk).digest()


def zoek_bestaande(nieuw: NieuweTaak, applicatie: Applicatie) -> Taak | None:
    """De taak waarmee deze nieuwe botst, ook als zij is ingetrokken: het kenmerk blijft bezet. Zonder kenmerk: None."""
    dubbel = _dubbel_sleutel(nieuw, applicatie)
    if not dubbel and not nieuw.bron_referentie:
        return None  # er ging iets anders mis
    zelfde = Q(dubbel_sleutel=dubbel) if dubbel else Q(bron_referentie=nieuw.bron_referentie)
    return (
        Taak.objects.als_systeem("een kenmerk is uniek per applicatie, ook over ingetrokken taken")
        .met_context()
        .filter(zelfde, applicatie=applicatie)
        .first()
    )


def _bevat(bewaard: Mapping[str, Any] | None, gestuurd: Mapping[str, Any] | None) -> bool:
    """Of alles wat gestuurd is er al zo staat: dan is dit hetzelfde verzoek nog eens."""
    return all((bewaard or {}).get(naam) == waarde for naam, waarde in (gestuurd or {}).items())
