"""Alles wat met een taak kan gebeuren. Alleen deze functies veranderen een taak.

              voer_uit                  verwerk
      open ─────────────▶ uitgevoerd ───────────▶ verwerkt
       │                     │
       ├── verloop ──▶ niet_uitgevoerd            (alleen als de eigenaar daarom vroeg)
       └──┬───────────────────┴── breek_af ──▶ afgebroken
          └── heropen: van uitgevoerd, niet_uitgevoerd of afgebroken terug naar open

Eigenaar: alles. Uitvoerder (met toestemming): lezen en voer_uit. Betrokkene: meld_gedaan, of bij een formuliertaak
bewaar_concept en dien_in.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as kloktijd
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from portaal.bestanden.handelingen import verstuur
from portaal.betrokkenen.handelingen import vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Applicatie, Categorie, host_toegestaan
from portaal.betrokkenen.urn import Geadresseerde as Geadresseerde
from portaal.formulieren.bestanden import sleutels
from portaal.formulieren.definitie import Ingevuld, lees_definitie
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import Over, Tekst, leg_vast
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.handelingen import annuleer_wachtende, verzet_wachtende
from portaal.tijd import AMSTERDAM, nu, vandaag
from portaal.uuid7 import uuid7
from portaal.zaken.handelingen import zoek_zaak
from portaal.zaken.models import ZaakSleutel
from portaal.zaken.sleutels import Sleutel, als_tekst, zaaksleutels
from taken import loket
from taken.models import GEEN_TERMIJN, Status, Taak, TaakConcept, TaakSoort, host_van, plek_van


class OvergangError(Exception):
    """Deze stap kan niet vanuit de huidige status. `taak` is de taak zoals zij nu is."""

    def __init__(self, tekst: str, taak: Taak) -> None:
        super().__init__(tekst)
        self.taak = taak


class HostNietToegestaanError(Exception):
    """De link van de taak wijst naar een host die niet op de lijst staat."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"De host {host} staat niet op de lijst van toegestane hosts van deze applicatie of categorie."
        )
        self.host = host


class BestaatAlError(Exception):
    """Dit verzoek is er al: zelfde bronReferentie, of hetzelfde verzoek terwijl de taak nog open is.

    `taak` is de bestaande taak, `gelijk` of zij precies hetzelfde vraagt.
    """

    def __init__(self, taak: Taak, gelijk: bool) -> None:
        super().__init__("Deze taak is er al.")
        self.taak, self.gelijk = taak, gelijk


class AntwoordenError(Exception):
    """De antwoorden passen niet (meer) bij het formulier. `ingevuld` zegt per veld wat er te verbeteren is."""

    def __init__(self, ingevuld: Ingevuld) -> None:
        super().__init__("Niet alle antwoorden kloppen.")
        self.ingevuld = ingevuld


@dataclass(frozen=True)
class NieuweTaak:
    """Wat nodig is om een taak te maken; al gecontroleerd op vorm, in onze eigen types."""

    soort: TaakSoort
    titel: str
    voor: Geadresseerde
    details: Mapping[str, Any]
    toelichting: str = ""
    gegevens: Mapping[str, Any] | None = field(default=None, repr=False)
    handelingsperspectief: str = ""
    einddatum: date | None = None
    termijn_zoals_gestuurd: str = ""
    startdatum: date | None = None
    datum_herinnering: date | None = None
    verloopt_op_termijn: bool | None = None
    categorie: Categorie | None = None
    minimaal_niveau: int | None = None
    is_gerelateerd_aan: list[dict[str, Any]] = field(default_factory=list)
    zaaksleutels: list[Sleutel] = field(default_factory=list)
    verzoektype: str = ""
    bron_referentie: str = ""
    verwerker_taak_id: str = ""
    vingerafdruk: bytes = b""
    herken_dubbel: bool = False  # geen ander kenmerk: herken hetzelfde verzoek aan verwerker_taak_id en vingerafdruk
    payload: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Wijziging:
    """Wat de eigenaar aan een open taak verandert; een veld dat er niet in staat blijft zoals het is."""

    velden: Mapping[str, Any]  # velden van Taak, in onze types
    details: Mapping[str, Any] | None = None  # komt over de oude heen
    gegevens: Mapping[str, Any] | None = field(default=None, repr=False)


WIJZIGBAAR = frozenset(
    {
        *(
            "titel",
            "toelichting",
            "handelingsperspectief",
            "categorie",
            "minimaal_niveau",
            "zaak",
            "is_gerelateerd_aan",
        ),
        *("einddatum_handelingstermijn", "termijn_zoals_gestuurd", "startdatum", "datum_herinnering"),
        *("verloopt_op_termijn", "verwerker_taak_id"),
    }
)
# Binnen details en gegevens: wat bij `uitgevoerd` hoort en ook van een uitvoerder mag komen.
ANTWOORD = frozenset({"ontvangenGegevens", "ontvangenBijlagen"})
# Wat een persoon op de pagina leest: verandert dit, dan komt er een nieuwe versie van de inhoud.
LEESBAAR = frozenset(
    ("titel", "toelichting", "handelingsperspectief", "einddatum_handelingstermijn", "details", "minimaal_niveau")
)


@transaction.atomic
def maak_aan(nieuw: NieuweTaak, door: Partij, *, pk: UUID | None = None) -> Taak:
    """Maak een taak voor iemand, die zo nodig nu bekend wordt. `door.applicatie` wordt de eigenaar.

    Fouten: `HostNietToegestaanError`; `OngeldigNummerError`; `BestaatAlError` bij een gebruikte bronReferentie.
    """
    applicatie = _applicatie(door)
    categorie = nieuw.categorie or applicatie.standaard_categorie
    host = host_van(str(nieuw.details.get("uitvraagLink", "")))
    if host and not host_toegestaan(host, [*applicatie.formulier_hosts, *categorie.formulier_hosts]):
        raise HostNietToegestaanError(host)
    taak = Taak(
        id=pk or uuid7(),
        betrokkene_id=vind_of_maak_geadresseerde(nieuw.voor),
        applicatie=applicatie,
        categorie=categorie,
        is_gerelateerd_aan=nieuw.is_gerelateerd_aan,
        titel=nieuw.titel,
        toelichting=nieuw.toelichting,
        soort=nieuw.soort,
        details=dict(nieuw.details),
        gegevens=dict(nieuw.gegevens) if nieuw.gegevens else None,
        uitvoer_host=host,
        handelingsperspectief=nieuw.handelingsperspectief,
        minimaal_niveau=categorie.standaardniveau if nieuw.minimaal_niveau is None else nieuw.minimaal_niveau,
        startdatum=nieuw.startdatum or vandaag(),
        einddatum_handelingstermijn=nieuw.einddatum,
        termijn_zoals_gestuurd=nieuw.termijn_zoals_gestuurd,
        verloopt_op_termijn=(
            applicatie.verloopt_op_termijn if nieuw.verloopt_op_termijn is None else nieuw.verloopt_op_termijn
        ),
        datum_herinnering=nieuw.datum_herinnering,
        verzoektype=nieuw.verzoektype,
        bron_referentie=nieuw.bron_referentie,
        verwerker_taak_id=nieuw.verwerker_taak_id,
        toegewezen_aan=nieuw.voor.urn,
        vingerafdruk=nieuw.vingerafdruk,
        dubbel_sleutel=_dubbel_sleutel(nieuw, applicatie),
        payload=dict(nieuw.payload) if nieuw.payload else None,
    )
    _stel_datums_in(taak)
    _stel_zaak_in(taak, nieuw.zaaksleutels)
    try:
        with transaction.atomic():
            _leg_vast(taak, Soort.TAAK_AANGEMAAKT, door, tekst=True, bezorgen_vanaf=taak.zichtbaar_vanaf)
    except IntegrityError:
        bestaand = _zoek_bestaande(taak)
        if bestaand is None:
            raise
        raise BestaatAlError(bestaand, bytes(bestaand.vingerafdruk) == nieuw.vingerafdruk) from None
    return taak


@transaction.atomic
def wijzig(pk: UUID, wijziging: Wijziging, door: Partij) -> Taak:
    """Verander een open taak; alleen de eigenaar. Verandert er niets, dan komt er ook geen gebeurtenis."""
    taak = _vergrendel(pk, door)
    _eis_eigenaar(taak, door)
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
    for naam in anders:
        setattr(taak, naam, nieuw[naam])
    taak.uitvoer_host = host_van(str(taak.details.get("uitvraagLink", "")))
    hosts = [*taak.applicatie.formulier_hosts, *taak.categorie.formulier_hosts]
    if "details" in anders and taak.uitvoer_host and not host_toegestaan(taak.uitvoer_host, hosts):
        raise HostNietToegestaanError(taak.uitvoer_host)
    _stel_datums_in(taak)
    if "is_gerelateerd_aan" in anders:
        _stel_zaak_in(taak, zaaksleutels(taak.is_gerelateerd_aan))
    _leg_vast(taak, Soort.TAAK_GEWIJZIGD, door, feiten={"velden": sorted(anders)}, tekst=bool(anders & LEESBAAR))
    if "startdatum" in anders:
        verzet_wachtende(taak.record_soort, taak.pk, taak.zichtbaar_vanaf)
    return taak


@transaction.atomic
def meld_gedaan(pk: UUID, toegang: Toegang) -> Taak:
    """De persoon zegt: ik heb dit gedaan. De taak blijft open tot de eigenaar het bevestigt. Twee keer mag."""
    door = Partij.persoon(toegang)
    taak = _vergrendel(pk, door)
    eis_mag_handelen(door)
    if taak.minimaal_niveau > toegang.niveau:
        raise MagNietError("Voor deze taak is een hoger betrouwbaarheidsniveau nodig.")
    if taak.soort == TaakSoort.FORMULIERTAAK:
        raise MagNietError("Deze taak is gedaan als het formulier is verstuurd.")
    if not taak.open:
        raise OvergangError("Deze taak staat niet meer open.", taak)
    if taak.gemeld_op is None:
        taak.gemeld_op = nu()
        _leg_vast(taak, Soort.TAAK_GEMELD, door)
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
    taak = _vergrendel(pk, door)
    zelfde = _bevat(taak.details, details) and _bevat(taak.gegevens, gegevens)
    if taak.status == Status.UITGEVOERD and zelfde:
        return taak
    _eis_status(taak, Status.OPEN, naar=Status.UITGEVOERD)
    taak.status, taak.uitgevoerd_op, taak.uitgevoerd_door = Status.UITGEVOERD, nu(), str(door.actor.soort)
    if details:
        taak.details = {**taak.details, **details}
    if gegevens:
        taak.gegevens = {**(taak.gegevens or {}), **gegevens}
    _leg_vast(taak, Soort.TAAK_UITGEVOERD, door, tekst=bool(gegevens or details))
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def bewaar_concept(pk: UUID, toegang: Toegang, gegevens: Mapping[str, Any]) -> TaakConcept:
    """Bewaar wat deze persoon al invulde bij een formuliertaak; het mag nog niet kloppen. Komt over het vorige heen.

    Geen gebeurtenis: zolang er niets is verstuurd, is er voor niemand anders iets gebeurd. Fouten: als `dien_in`.
    """
    taak = _open_formulier(pk, toegang)
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
    als de taak niet van deze persoon is.
    """
    taak = _open_formulier(pk, toegang)
    ingevuld = lees_definitie(taak.details["formulierDefinitie"]).lees_json(gegevens)
    if not ingevuld.geldig:
        raise AntwoordenError(ingevuld)
    door = Partij.persoon(toegang)
    taak.status, taak.uitgevoerd_op, taak.uitgevoerd_door = Status.UITGEVOERD, nu(), str(door.actor.soort)
    velden = sleutels(ingevuld.definitie)
    waarden = verstuur(plek_van(taak), ingevuld.waarden, velden, toegang) if velden else ingevuld.waarden
    taak.gegevens = {**(taak.gegevens or {}), "ontvangenGegevens": waarden}
    if taak.verzoektype:
        verzoek = loket.neem_aan(taak, toegang, waarden)
        taak.details = {**taak.details, "verzoek": str(verzoek)}
    _leg_vast(taak, Soort.TAAK_UITGEVOERD, door, tekst=True)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def verwerk(pk: UUID, door: Partij) -> Taak:
    """De eigenaar heeft verwerkt wat is gedaan: de taak is klaar. Opnieuw: geen verschil."""
    taak = _vergrendel(pk, door)
    _eis_eigenaar(taak, door)
    if taak.status == Status.VERWERKT:
        return taak
    _eis_status(taak, Status.UITGEVOERD, naar=Status.VERWERKT)
    _rond_af(taak, Status.VERWERKT)
    _leg_vast(taak, Soort.TAAK_VERWERKT, door)
    return taak


@transaction.atomic
def breek_af(pk: UUID, door: Partij, *, reden: str = "", verwijder: bool = False) -> Taak:
    """De eigenaar trekt de taak in; de persoon ziet de reden. Met `verwijder` bestaat zij voor de API niet meer."""
    taak = _vergrendel(pk, door)
    _eis_eigenaar(taak, door)
    if taak.status == Status.AFGEBROKEN and not verwijder:
        return taak
    if not verwijder or taak.status in (Status.OPEN, Status.UITGEVOERD):
        _eis_status(taak, Status.OPEN, Status.UITGEVOERD, naar=Status.AFGEBROKEN)
        taak.reden = reden
        _rond_af(taak, Status.AFGEBROKEN)
    if verwijder:
        taak.ingetrokken_op = nu()
    _leg_vast(taak, Soort.TAAK_AFGEBROKEN, door, tekst=bool(reden))
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def heropen(pk: UUID, door: Partij, *, reden: str = "") -> Taak:
    """De eigenaar zet een gedane, verlopen of afgebroken taak weer open; de persoon ziet de reden."""
    taak = _vergrendel(pk, door)
    _eis_eigenaar(taak, door)
    if taak.status == Status.OPEN:
        return taak
    _eis_status(taak, Status.UITGEVOERD, Status.NIET_UITGEVOERD, Status.AFGEBROKEN, naar=Status.OPEN)
    taak.status, taak.reden, taak.uitgevoerd_door = Status.OPEN, reden, ""
    taak.gemeld_op = taak.uitgevoerd_op = taak.afgerond_op = taak.bewaren_tot = None
    _leg_vast(taak, Soort.TAAK_HEROPEND, door, tekst=bool(reden))
    return taak


@transaction.atomic
def verloop(pk: UUID, door: Partij = PORTAAL) -> Taak:
    """De termijn is voorbij en de eigenaar vroeg om sluiten. Vóór die tijd, of zonder die vraag: `OvergangError`."""
    taak = _vergrendel(pk, door)
    if door is not PORTAAL:
        _eis_eigenaar(taak, door)
    if taak.status == Status.NIET_UITGEVOERD:
        return taak
    _eis_status(taak, Status.OPEN, naar=Status.NIET_UITGEVOERD)
    voorbij = taak.einddatum_handelingstermijn is not None and taak.einddatum_handelingstermijn < vandaag()
    if not voorbij or (door is PORTAAL and not taak.verloopt_op_termijn):
        raise OvergangError("De termijn van deze taak is nog niet voorbij.", taak)
    _rond_af(taak, Status.NIET_UITGEVOERD)
    _leg_vast(taak, Soort.TAAK_VERLOPEN, door)
    annuleer_wachtende(taak.record_soort, taak.pk)
    return taak


@transaction.atomic
def werk_bij(pk: UUID, door: Partij, wijziging: Wijziging, *, naar: Status | None = None, reden: str = "") -> Taak:
    """Een wijziging en een statusstap in één keer: samen, of geen van beide.

    Bij heropenen komt de stap eerst; bij uitvoeren gaan de ontvangen gegevens met de stap mee, want een uitvoerder mag
    alleen dat. Fouten: die van de losse handelingen.
    """
    taak = _vergrendel(pk, door)
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
        taak = wijzig(pk, wijziging, door)
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


def bind_zaken(gebeurtenis: Gebeurtenis) -> None:
    """Volger: een zaak is bekend geworden. Bind de taken van haar organisatie die al op een van haar namen wachtten."""
    if gebeurtenis.zaak is None:
        return
    sleutels = ZaakSleutel.objects.filter(zaak=gebeurtenis.zaak).values_list("soort", "waarde")
    namen = als_tekst((ZaakSleutel.Soort(soort), waarde) for soort, waarde in sleutels)
    wachtend = Taak.objects.als_systeem("taken die eerder kwamen dan hun zaak").filter(
        wacht_op_zaak__overlap=namen, applicatie__organisatie=gebeurtenis.organisatie
    )
    for pk in list(wachtend.values_list("pk", flat=True)):
        bind_zaak(pk, gebeurtenis.zaak)


@transaction.atomic
def bind_zaak(pk: UUID, zaak: UUID) -> Taak:
    """Deze taak hoort bij die zaak. Is de taak al gebonden, dan blijft het zoals het is."""
    taak = _vergrendel(pk, PORTAAL)
    if taak.wacht_op_zaak is not None:
        taak.zaak_id, taak.wacht_op_zaak = zaak, None
        _leg_vast(taak, Soort.TAAK_ZAAK, PORTAAL)
    return taak


# --- hulp -----------------------------------------------------------------------------------------------------------------


def _applicatie(door: Partij) -> Applicatie:
    if door.applicatie is None:
        raise MagNietError("Alleen een applicatie (of een medewerker namens het beheer) kan dit.")
    return door.applicatie


def _dubbel_sleutel(nieuw: NieuweTaak, applicatie: Applicatie) -> bytes | None:
    """Waaraan hetzelfde verzoek te herkennen is als het geen eigen kenmerk heeft; de unieke index beslist."""
    if not (nieuw.herken_dubbel and nieuw.verwerker_taak_id and applicatie.dubbele_herkennen):
        return None
    return hashlib.sha256(nieuw.verwerker_taak_id.encode() + b"\0" + nieuw.vingerafdruk).digest()


def _zoek_bestaande(taak: Taak) -> Taak | None:
    """De taak waarmee deze nieuwe botste, ook als zij is ingetrokken: het kenmerk blijft bezet. Zonder kenmerk: None."""
    if not taak.dubbel_sleutel and not taak.bron_referentie:
        return None  # er ging iets anders mis
    zelfde = Q(dubbel_sleutel=taak.dubbel_sleutel) if taak.dubbel_sleutel else Q(bron_referentie=taak.bron_referentie)
    return (
        Taak.objects.als_systeem("een kenmerk is uniek per applicatie, ook over ingetrokken taken")
        .met_context()
        .filter(zelfde, applicatie=taak.applicatie)
        .first()
    )


def _vergrendel(pk: UUID, door: Partij) -> Taak:
    """De taak die deze partij mag zien, vergrendeld; `Taak.DoesNotExist` als zij haar niet mag zien."""
    if door.toegang is not None:
        taken = Taak.objects.voor(door.toegang)
    elif door.applicatie is not None:
        taken = Taak.objects.van(door.applicatie)
    else:
        taken = Taak.objects.als_systeem("de portaal sluit taken waarvan de termijn voorbij is")
    return taken.met_context().select_for_update(of=("self",)).get(pk=pk)


def _bevat(bewaard: Mapping[str, Any] | None, gestuurd: Mapping[str, Any] | None) -> bool:
    """Of alles wat gestuurd is er al zo staat: dan is dit hetzelfde verzoek nog eens."""
    return all((bewaard or {}).get(naam) == waarde for naam, waarde in (gestuurd or {}).items())


def _open_formulier(pk: UUID, toegang: Toegang) -> Taak:
    """De formuliertaak die deze persoon nu kan invullen, vergrendeld."""
    door = Partij.persoon(toegang)
    taak = _vergrendel(pk, door)
    eis_mag_handelen(door)
    if taak.minimaal_niveau > toegang.niveau:
        raise MagNietError("Voor deze taak is een hoger betrouwbaarheidsniveau nodig.")
    if taak.soort != TaakSoort.FORMULIERTAAK:
        raise MagNietError("Bij deze taak hoort geen formulier.")
    if not taak.open:
        raise OvergangError("Deze taak staat niet meer open.", taak)
    return taak


def _eis_eigenaar(taak: Taak, door: Partij) -> None:
    """Alleen de applicatie die een taak maakte mag haar beëindigen of veranderen."""
    if door.applicatie is None or taak.applicatie_id != door.applicatie.pk:
        raise MagNietError("Alleen de applicatie die deze taak heeft gemaakt, kan dit doen.")


def _eis_status(taak: Taak, *mag: Status, naar: Status) -> None:
    if taak.status not in mag:
        raise OvergangError(f"Van status {taak.status} kan een taak niet naar {naar}.", taak)


def _stel_zaak_in(taak: Taak, sleutels: list[Sleutel]) -> None:
    """De zaak waar de taak bij hoort; is die nog niet bekend, dan onthoudt de taak op welke namen zij wacht."""
    taak.zaak_id = zoek_zaak(sleutels, taak.applicatie.organisatie_id)
    taak.wacht_op_zaak = als_tekst(sleutels) if sleutels and taak.zaak_id is None else None


def _stel_datums_in(taak: Taak) -> None:
    """De datums die uit andere volgen: zichtbaar vanaf het begin van de startdag, gesorteerd op de laatste dag."""
    taak.sorteerdatum = taak.einddatum_handelingstermijn or GEEN_TERMIJN
    taak.zichtbaar_vanaf = datetime.combine(taak.startdatum, kloktijd.min, AMSTERDAM)


def _rond_af(taak: Taak, status: Status) -> None:
    taak.status, taak.afgerond_op = status, nu()
    taak.bewaren_tot = vandaag() + timedelta(days=taak.categorie.bewaartermijn_dagen)


def _leg_vast(
    taak: Taak,
    soort: Soort,
    door: Partij,
    *,
    feiten: dict[str, Any] | None = None,
    tekst: bool = False,
    bezorgen_vanaf: datetime | None = None,
) -> Gebeurtenis:
    """Leg vast met de feiten die elke taakgebeurtenis heeft: alleen gecontroleerde woorden en data, geen inhoud."""
    if not taak.open:
        taak.dubbel_sleutel = None  # wat niet meer open staat, mag opnieuw worden gevraagd
        if taak.soort == TaakSoort.FORMULIERTAAK:
            TaakConcept.objects.als_systeem("een concept is er alleen zolang de taak open is").filter(
                taak=taak
            ).delete()
    termijn = taak.einddatum_handelingstermijn
    alle = {
        "status": taak.status,
        "aard": taak.categorie.aard,
        "handelingsperspectief": taak.handelingsperspectief,
        "termijn": termijn.isoformat() if termijn else None,
        **(feiten or {}),
    }
    over = Over(taak.betrokkene_id, taak.zaak_id, taak.applicatie_id, taak.applicatie.organisatie_id)
    gelezen = None
    if tekst:
        gelezen = Tekst(
            {
                "titel": taak.titel,
                "toelichting": taak.toelichting,
                "soort": taak.soort,
                "details": taak.details,
                "handelingsperspectief": taak.handelingsperspectief,
                "einddatum": termijn.isoformat() if termijn else None,
                "afzender": taak.applicatie.afzender,
                "reden": taak.reden if soort in (Soort.TAAK_AFGEBROKEN, Soort.TAAK_HEROPEND) else "",
            },
            taak.gegevens,
        )
    return leg_vast(taak, soort, door.actor, over, feiten=alle, tekst=gelezen, bezorgen_vanaf=bezorgen_vanaf)
