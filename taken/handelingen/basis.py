"""Wat elke handeling op een taak nodig heeft: de fouten, de gevraagde taak, vergrendelen en vastleggen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as kloktijd
from typing import Any
from uuid import UUID

from portaal.betrokkenen.models import Applicatie, Categorie
from portaal.betrokkenen.urn import Geadresseerde
from portaal.formulieren.definitie import Ingevuld
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import NieuwRecord, Over, Tekst, leg_vast, leg_vast_bulk
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.partij import MagNietError, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.tijd import AMSTERDAM, nu, vandaag
from portaal.zaken.handelingen import zoek_zaak
from portaal.zaken.sleutels import Sleutel, als_tekst
from taken.models import GEEN_TERMIJN, Status, Taak, TaakConcept, TaakSoort, Uitstel


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


class AfgemeldError(Exception):
    """De persoon wil over deze pro-actieve categorie geen taken meer."""

    def __init__(self) -> None:
        super().__init__("De persoon wil over deze categorie geen taken meer. Er is geen taak gemaakt.")


class NietMogelijkError(Exception):
    """Dit kan bij deze taak niet, of niet met deze dag. De tekst is voor wie het probeerde."""


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
    vertalingen: Mapping[str, Any] = field(default_factory=dict)
    gegevens: Mapping[str, Any] | None = field(default=None, repr=False)
    handelingsperspectief: str = ""
    einddatum: date | None = None
    termijn_zoals_gestuurd: str = ""
    startdatum: date | None = None
    datum_herinnering: date | None = None
    gecontroleerd_op: datetime | None = None
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
        *("verloopt_op_termijn", "verwerker_taak_id", "vertalingen", "gecontroleerd_op"),
    }
)
# Binnen details en gegevens: wat bij `uitgevoerd` hoort en ook van een uitvoerder mag komen.
ANTWOORD = frozenset({"ontvangenGegevens", "ontvangenBijlagen"})
# Wat een persoon op de pagina leest: verandert dit, dan komt er een nieuwe versie van de inhoud.
LEESBAAR = frozenset(
    {
        *("titel", "toelichting", "vertalingen", "handelingsperspectief", "einddatum_handelingstermijn", "details"),
        "minimaal_niveau",
    }
)


def applicatie_van(door: Partij) -> Applicatie:
    if door.applicatie is None:
        raise MagNietError("Alleen een applicatie (of een medewerker namens het beheer) kan dit.")
    return door.applicatie


def vergrendel(pk: UUID, door: Partij) -> Taak:
    """De taak die deze partij mag zien, vergrendeld; `Taak.DoesNotExist` als zij haar niet mag zien.

    Eerst het slot, dan pas lezen met wat erbij hoort. In één query zou PostgreSQL na het wachten op een ander wel de nieuwe
    taak geven, maar de categorie of behandelaar van ervoor.
    """
    if door.toegang is not None:
        taken = Taak.objects.voor(door.toegang)
    elif door.applicatie is not None:
        taken = Taak.objects.van(door.applicatie)
    else:
        taken = Taak.objects.als_systeem("de portaal sluit taken waarvan de termijn voorbij is")
    taken.select_for_update(of=("self",)).values_list("pk", flat=True).get(pk=pk)
    return taken.met_context().get(pk=pk)


def open_taak(pk: UUID, toegang: Toegang) -> Taak:
    """De taak waar deze persoon nu iets aan mag doen, vergrendeld: open, en niet boven het niveau van zijn inlog."""
    door = Partij.persoon(toegang)
    taak = vergrendel(pk, door)
    eis_mag_handelen(door)
    if afgeschermd(taak.minimaal_niveau, toegang.niveau):
        raise MagNietError("Voor deze taak is een hoger betrouwbaarheidsniveau nodig.")
    if not taak.open:
        raise OvergangError("Deze taak staat niet meer open.", taak)
    return taak


def eis_eigenaar(taak: Taak, door: Partij) -> None:
    """Alleen de applicatie die een taak maakte mag haar beëindigen of veranderen."""
    if door.applicatie is None or taak.applicatie_id != door.applicatie.pk:
        raise MagNietError("Alleen de applicatie die deze taak heeft gemaakt, kan dit doen.")


def eis_status(taak: Taak, *mag: Status, naar: Status) -> None:
    if taak.status not in mag:
        raise OvergangError(f"Van status {taak.status} kan een taak niet naar {naar}.", taak)


def stel_zaak_in(taak: Taak, sleutels: list[Sleutel]) -> None:
    """De zaak waar de taak bij hoort; is die nog niet bekend, dan onthoudt de taak op welke namen zij wacht."""
    taak.zaak_id = zoek_zaak(sleutels, taak.applicatie.organisatie_id)
    taak.wacht_op_zaak = als_tekst(sleutels) if sleutels and taak.zaak_id is None else None


def stel_datums_in(taak: Taak) -> None:
    """De datums die uit andere volgen: zichtbaar vanaf het begin van de startdag, gesorteerd op de laatste dag."""
    taak.sorteerdatum = taak.einddatum_handelingstermijn or GEEN_TERMIJN
    taak.zichtbaar_vanaf = datetime.combine(taak.startdatum, kloktijd.min, AMSTERDAM)


def rond_af(taak: Taak, status: Status) -> None:
    taak.status, taak.afgerond_op = status, nu()
    taak.bewaren_tot = vandaag() + timedelta(days=taak.categorie.bewaartermijn_dagen)


def leg_taak_vast(
    taak: Taak,
    soort: Soort,
    door: Partij,
    *,
    feiten: dict[str, Any] | None = None,
    tekst: bool = False,
    reden: str = "",
    antwoorden: Mapping[str, Any] | None = None,
    bezorgen_vanaf: datetime | None = None,
) -> Gebeurtenis:
    """Leg vast met de feiten die elke taakgebeurtenis heeft: alleen gecontroleerde woorden en data, geen inhoud.

    Met `tekst` (of een `reden`, die de persoon leest) komt er een nieuwe versie van de inhoud. `antwoorden` is wat iemand
    nu schreef, naast wat de taak al aan gegevens heeft.
    """
    if not taak.open:
        taak.dubbel_sleutel = None  # wat niet meer open staat, mag opnieuw worden gevraagd
        if taak.uitstel == Uitstel.GEVRAAGD:
            taak.uitstel = ""
        if taak.soort == TaakSoort.FORMULIERTAAK:
            TaakConcept.objects.als_systeem("een concept is er alleen zolang de taak open is").filter(
                taak=taak
            ).delete()
    gelezen = _tekst(taak, reden, antwoorden) if tekst or reden or antwoorden else None
    alle = {**_feiten(taak), **(feiten or {})}
    return leg_vast(taak, soort, door.actor, over(taak), feiten=alle, tekst=gelezen, bezorgen_vanaf=bezorgen_vanaf)


def leg_nieuwe_taken_vast(taken: Sequence[Taak], door: Partij) -> None:
    """`leg_taak_vast` voor veel nieuwe taken tegelijk, als aangemaakt: per tabel één statement."""
    nieuwe = [NieuwRecord(t, over(t), _feiten(t), _tekst(t, "", None), t.zichtbaar_vanaf) for t in taken]
    leg_vast_bulk(nieuwe, Soort.TAAK_AANGEMAAKT, door.actor)


def over(taak: Taak) -> Over:
    """Op wie en wat een gebeurtenis van deze taak slaat."""
    return Over(taak.betrokkene_id, taak.zaak_id, taak.applicatie_id, taak.applicatie.organisatie_id)


def _feiten(taak: Taak) -> dict[str, Any]:
    termijn = taak.einddatum_handelingstermijn
    feiten = {
        "status": taak.status,
        "aard": taak.categorie.aard,
        "handelingsperspectief": taak.handelingsperspectief,
        "termijn": termijn.isoformat() if termijn else None,
    }
    return {**feiten, "behandelaar": str(taak.behandelaar.persoon_id)} if taak.behandelaar is not None else feiten


def _tekst(taak: Taak, reden: str, antwoorden: Mapping[str, Any] | None) -> Tekst:
    termijn = taak.einddatum_handelingstermijn
    return Tekst(
        {
            "titel": taak.titel,
            "toelichting": taak.toelichting,
            "vertalingen": taak.vertalingen,
            "soort": taak.soort,
            "details": taak.details,
            "handelingsperspectief": taak.handelingsperspectief,
            "einddatum": termijn.isoformat() if termijn else None,
            "afzender": taak.applicatie.afzender,
            "reden": reden,
        },
        {**(taak.gegevens or {}), **antwoorden} if antwoorden else taak.gegevens,
    )
