"""Wat er met een bestand kan gebeuren: ontvangen, controleren, versturen met het antwoord, verwijderen.

Tussen twee regels kan alles omvallen. Daarom staat er eerst een rij (ONDERWEG), dan pas inhoud in de opslag; wat na een uur
nog ONDERWEG is, ruimt `ruim_op` op. Inhoud zonder rij bestaat dus niet.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portaal.bestanden.clamd import ScannerWegError, scan
from portaal.bestanden.models import LOS, Bestand, Stand
from portaal.bestanden.soorten import (
    SOORTEN,
    BestandGeweigerdError,
    in_woorden,
    kies_soort,
    nette_naam,
    zonder_kenmerken,
)
from portaal.bestanden.versleuteld import STUK, Versleuteld, lees
from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import Over, leg_vast
from portaal.inloggen.partij import PORTAAL, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from portaal.versleuteling import OnleesbaarError

log = logging.getLogger(__name__)

MEESTE_PER_RECORD = 60
HALF = timedelta(hours=1)  # zo lang mag een upload duren
CONCEPT_BEWAREN = timedelta(days=100)  # langer dan een concept van een verzoek


@dataclass(frozen=True)
class Plek:
    """Waar een bestand bij komt: een taak of een verzoek, en wie het krijgt."""

    soort: str
    id: UUID
    betrokkene: UUID
    applicatie: Applicatie
    minimaal_niveau: int
    zaak: UUID | None = None


@dataclass(frozen=True)
class Eis:
    """Wat er in dit veld mag."""

    veld: str
    mimes: frozenset[str] = frozenset()  # leeg: alles wat de portaal aanneemt
    grootst: int | None = None  # bytes
    meest: int = 1


# --- Ontvangen --------------------------------------------------------------------------------------------------------
def ontvang(plek: Plek, eis: Eis, upload: "UploadedFile[Any]", toegang: Toegang) -> Bestand:
    """Neem een bestand aan: kijk wat het is, haal kenmerken weg, scan het, en bewaar het versleuteld.

    Is de scanner er niet, dan wacht het bestand (`Stand.WACHT`). `BestandGeweigerdError` als het er niet in mag;
    `MagNietError` voor wie alleen mag kijken. Niet in een transactie: de scanner en de opslag zijn andere machines.
    """
    eis_mag_handelen(Partij.persoon(toegang))
    gekeurd = _keur(eis, upload)
    bestand = _begin(plek, eis, gekeurd.naam, toegang)
    return _bewaar(bestand, gekeurd, Partij.persoon(toegang))


def ontvang_van_systeem(upload: "UploadedFile[Any]", applicatie: Applicatie) -> Bestand:
    """Neem een bestand aan van een systeem, om aan een bericht te hangen. Dezelfde regels en fouten als `ontvang`."""
    gekeurd = _keur(Eis(""), upload)
    bestand = Bestand(id=uuid7(), applicatie=applicatie, bij_soort=LOS, bij_id=applicatie.pk, naam=gekeurd.naam)
    with transaction.atomic():
        _leg_vast(bestand, Soort.BESTAND_ONTVANGEN, Partij.systeem(applicatie))
    return _bewaar(bestand, gekeurd, Partij.systeem(applicatie))


@dataclass(frozen=True)
class _Gekeurd:
    """Wat er mag worden bewaard."""

    naam: str
    mime: str
    inhoud: IO[bytes]
    stand: Stand


def _keur(eis: Eis, upload: "UploadedFile[Any]") -> _Gekeurd:
    """Mag dit erin? `BestandGeweigerdError` als dat niet zo is; anders wat er wordt bewaard, en of het gescand is."""
    naam, bron = nette_naam(upload.name or ""), upload.file
    if bron is None:
        raise BestandGeweigerdError(_("Dit bestand is leeg. Kies een ander bestand."))
    if (upload.size or 0) > min(eis.grootst or settings.BESTAND_GROOTST, settings.BESTAND_GROOTST):
        raise te_groot(eis)
    soort = kies_soort(naam, bron)
    if eis.mimes and soort.mime not in eis.mimes:
        mag = [ander for ander in SOORTEN if ander.mime in eis.mimes]
        raise BestandGeweigerdError(
            _("Dit soort bestand kan hier niet. Kies een {soorten}.").format(soorten=in_woorden(mag))
        )
    bron.seek(0)
    try:
        gevonden, gescand = scan(_stukken(bron)), True
    except ScannerWegError:
        gevonden, gescand = "", False
    if gevonden:
        raise BestandGeweigerdError(
            _("In dit bestand zit een virus. Wij hebben het niet bewaard. Kies een ander bestand.")
        )
    return _Gekeurd(naam, soort.mime, zonder_kenmerken(soort, bron), Stand.SCHOON if gescand else Stand.WACHT)


def _bewaar(bestand: Bestand, gekeurd: _Gekeurd, door: Partij) -> Bestand:
    """De inhoud versleuteld in de opslag, en dan pas de uitslag bij de rij."""
    schoon = gekeurd.inhoud
    schoon.seek(0)
    som, grootte = hashlib.sha256(), 0
    for stuk in _stukken(schoon):
        som.update(stuk)
        grootte += len(stuk)
    schoon.seek(0)
    opslag().save(bestand.opslagnaam, Versleuteld(schoon, str(bestand.pk)))
    return _klaar(bestand.pk, gekeurd.mime, grootte, som.digest(), gekeurd.stand, door)


def te_groot(eis: Eis) -> BestandGeweigerdError:
    """De fout bij een bestand dat te groot is."""
    grootst = min(eis.grootst or settings.BESTAND_GROOTST, settings.BESTAND_GROOTST)
    return BestandGeweigerdError(
        _("Dit bestand is te groot. Kies een bestand van hooguit {mb} MB.").format(mb=max(1, grootst // (1024 * 1024)))
    )


@transaction.atomic
def _begin(plek: Plek, eis: Eis, naam: str, toegang: Toegang) -> Bestand:
    eigen = Bestand.objects.voor(toegang).bij(plek.soort, plek.id).exclude(stand=Stand.BESMET)
    if eigen.filter(veld=eis.veld).count() >= eis.meest:
        raise BestandGeweigerdError(
            _("U kunt hier hooguit {n} bestanden toevoegen. Verwijder er eerst een.").format(n=eis.meest)
            if eis.meest > 1
            else _("U kunt hier één bestand toevoegen. Verwijder het eerst als u een ander wilt.")
        )
    if eigen.count() >= MEESTE_PER_RECORD:
        raise BestandGeweigerdError(_("U heeft te veel bestanden toegevoegd. Verwijder er eerst een."))
    bestand = Bestand(
        id=uuid7(),
        betrokkene_id=plek.betrokkene,
        persoon_id=toegang.persoon,
        applicatie=plek.applicatie,
        minimaal_niveau=plek.minimaal_niveau,
        bij_soort=plek.soort,
        bij_id=plek.id,
        veld=eis.veld,
        naam=naam,
    )
    _leg_vast(bestand, Soort.BESTAND_ONTVANGEN, Partij.persoon(toegang))
    return bestand


@transaction.atomic
def _klaar(pk: UUID, mime: str, grootte: int, sha256: bytes, stand: Stand, door: Partij) -> Bestand:
    bestand = _vergrendel(pk)
    bestand.mime, bestand.grootte, bestand.sha256, bestand.stand = mime, grootte, sha256, stand
    soort = Soort.BESTAND_GECONTROLEERD if stand == Stand.SCHOON else Soort.BESTAND_WACHT
    _leg_vast(bestand, soort, door)
    return bestand


# --- Controleren ------------------------------------------------------------------------------------------------------
def controleer_wachtende(hoogstens: int = 100) -> int:
    """Scan wat nog wacht; geeft hoeveel er een uitslag kregen. Is de scanner weg, dan blijft alles wachten.

    Een bestand dat niet te lezen is blijft ook wachten, en houdt de andere niet op.
    """
    wachtend = Bestand.objects.als_systeem("bestanden die op de virusscanner wachten").filter(stand=Stand.WACHT)
    aantal = 0
    for bestand in list(wachtend.order_by("id")[:hoogstens]):
        try:
            gevonden = scan(_te_scannen(bestand))
        except ScannerWegError:
            break
        except OnleesbaarError as fout:
            log.error("bestand_onleesbaar bestand=%s fout=%s", bestand.pk, fout)
            continue
        aantal += 1
        leg_uitslag_vast(bestand.pk, besmet=bool(gevonden))
    return aantal


@transaction.atomic
def leg_uitslag_vast(pk: UUID, *, besmet: bool) -> Bestand:
    """De uitslag van de scanner. Een besmet bestand gaat meteen weg; de rij blijft, zodat de persoon het leest."""
    bestand = _vergrendel(pk)
    if bestand.stand != Stand.WACHT:
        return bestand
    bestand.stand = Stand.BESMET if besmet else Stand.SCHOON
    _leg_vast(bestand, Soort.BESTAND_BESMET if besmet else Soort.BESTAND_GECONTROLEERD, PORTAAL)
    if besmet:
        _gooi_inhoud_weg(bestand)
    return bestand


# --- Versturen --------------------------------------------------------------------------------------------------------
class BestandenNietKlaarError(Exception):
    """Niet elk bestand is gecontroleerd (of er zit een virus in): het antwoord kan nog niet worden verstuurd."""

    def __init__(self, bestanden: Sequence[Bestand]) -> None:
        super().__init__("Niet elk bestand is gecontroleerd.")
        self.bestanden = bestanden


@transaction.atomic
def verstuur(plek: Plek, antwoorden: dict[str, Any], velden: Sequence[str], toegang: Toegang) -> dict[str, Any]:
    """De antwoorden met bij elk bestandsveld de bestanden die er echt zijn, nu verstuurd. In de transactie van het antwoord.

    Wat in de antwoorden staat telt alleen als verwijzing: naam, maat en adres komen uit de portaal. Een bestand dat niet
    bij deze plek hoort valt weg; wat niet in de antwoorden staat, wordt opgeruimd. Een al verstuurd bestand van dezelfde
    betrokkene mag mee: zo komt een klaargezette aanvraag met haar bestanden in het verzoek. Fouten: `BestandenNietKlaarError`.
    """
    mijn = Bestand.objects.voor(toegang)
    eigen = {str(b.pk): b for b in mijn.bij(plek.soort, plek.id).select_for_update()}
    genoemd = [i for veld in velden for i in ids_in(antwoorden.get(veld)) if i not in eigen and _is_uuid(i)]
    if genoemd:
        elders = mijn.filter(pk__in=genoemd, betrokkene=plek.betrokkene, verstuurd_op__isnull=False, stand=Stand.SCHOON)
        eigen |= {str(b.pk): b for b in elders}
    uit, gebruikt, niet_klaar = dict(antwoorden), set(), []
    for veld in velden:
        lijst = antwoorden.get(veld)
        gekozen = [eigen[i] for i in ids_in(lijst) if i in eigen and eigen[i].veld == veld]
        gebruikt |= {str(b.pk) for b in gekozen}
        niet_klaar += [b for b in gekozen if b.stand != Stand.SCHOON]
        uit[veld] = [als_formio(b) for b in gekozen]
    if niet_klaar:
        raise BestandenNietKlaarError(niet_klaar)
    for sleutel, bestand in eigen.items():
        if bestand.verstuurd_op is not None:
            continue
        if sleutel in gebruikt:
            bestand.verstuurd_op = nu()
            _leg_vast(bestand, Soort.BESTAND_VERSTUURD, Partij.persoon(toegang), zaak=plek.zaak)
        elif bestand.veld in velden:  # wat bij een ander antwoord hoort, wacht daarop
            _verwijder(bestand, Partij.persoon(toegang))
    return uit


def ids_in(lijst: Any) -> list[str]:
    """De uuid's in het antwoord op een bestandsveld."""
    delen = lijst if isinstance(lijst, list) else []
    return list(dict.fromkeys(str(d["id"]) for d in delen if isinstance(d, dict) and "id" in d))


def _is_uuid(tekst: str) -> bool:
    try:
        UUID(tekst)
    except ValueError:
        return False
    return True


def als_formio(bestand: Bestand) -> dict[str, Any]:
    """Een bestand zoals Form.io het in een antwoord zet, met een adres waar de ontvanger het haalt en een controlegetal."""
    return {
        "id": str(bestand.pk),
        "name": f"{bestand.pk}-{bestand.naam}",
        "originalName": bestand.naam,
        "size": bestand.grootte,
        "type": bestand.mime,
        "storage": "documenten-api" if bestand.document_url else "url",
        "url": bestand.document_url or f"{settings.PORTAAL_URL}/bestanden/api/v1/bestanden/{bestand.pk}/inhoud",
        "sha256": bytes(bestand.sha256).hex(),
    }


@transaction.atomic
def zet_document_url(pk: UUID, url: str, door: Partij) -> Bestand:
    """Het bestand staat nu ook in de Documenten API van de organisatie. Opnieuw: geen verschil."""
    bestand = _vergrendel(pk)
    if bestand.document_url != url:
        bestand.document_url = url
        _leg_vast(bestand, Soort.BESTAND_OVERGEZET, door)
    return bestand


# --- Bij een bericht ------------------------------------------------------------------------------------------------------
class OnbekendBestandError(Exception):
    """Een of meer van deze bestanden stuurde deze applicatie niet, of zij horen al ergens anders bij."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        super().__init__("Dit bestand is niet van u, bestaat niet meer, of hoort al bij iets anders.")
        self.ids = ids


@transaction.atomic
def hang_aan(plek: Plek, ids: Sequence[UUID], door: Partij) -> list[Bestand]:
    """Hang deze bestanden van een systeem aan een record, in deze volgorde; wat er hing en niet meer genoemd is gaat weg.

    In de transactie van het record. Fouten: `OnbekendBestandError`.
    """
    alle = Bestand.objects.als_systeem("de handeling hangt bestanden van een systeem aan zijn eigen record").filter(
        applicatie=plek.applicatie, persoon=None
    )
    hingen = {b.pk: b for b in alle.bij(plek.soort, plek.id).select_for_update()}
    goed = [Stand.SCHOON, Stand.WACHT]
    los = {b.pk: b for b in alle.filter(pk__in=ids, bij_soort=LOS, stand__in=goed).select_for_update()}
    mag = {pk: b for pk, b in hingen.items() if b.stand in goed} | los
    if onbekend := [pk for pk in ids if pk not in mag]:
        raise OnbekendBestandError(onbekend)
    for pk, bestand in hingen.items():
        if pk not in ids:
            _verwijder(bestand, door)
    for pk in ids:
        bestand = mag[pk]
        if pk in hingen and bestand.minimaal_niveau == plek.minimaal_niveau:
            continue
        bestand.betrokkene_id, bestand.minimaal_niveau = plek.betrokkene, plek.minimaal_niveau
        bestand.bij_soort, bestand.bij_id = plek.soort, plek.id
        bestand.verstuurd_op = bestand.verstuurd_op or nu()
        _leg_vast(bestand, Soort.BESTAND_BIJGEVOEGD, door, zaak=plek.zaak)
    return [mag[pk] for pk in ids]


def alle_schoon(soort: str, id_: UUID) -> bool:
    """Of elk bestand bij dit record is gecontroleerd en er geen virus in zat."""
    alle = Bestand.objects.als_systeem("of een record te lezen mag worden").bij(soort, id_)
    return not alle.exclude(stand=Stand.SCHOON).exists()


URN = "bestanden:bestand"


def urn_van(pk: UUID) -> str:
    """De urn van een bestand van de portaal."""
    return f"urn:{settings.URN_NAMESPACE}:{URN}:{pk}"


def id_in(verwijzing: str) -> UUID | None:
    """De uuid van een bestand van de portaal in een urn of url; None als het naar iets anders verwijst.

    `ValueError` als het naar een bestand van de portaal wijst, maar er geen uuid staat.
    """
    for begin in (f"urn:{settings.URN_NAMESPACE}:{URN}:", f"{settings.PORTAAL_URL}/bestanden/api/v1/bestanden/"):
        if verwijzing.startswith(begin):
            return UUID(verwijzing.removeprefix(begin))
    return None


# --- Weg ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def verwijder(pk: UUID, toegang: Toegang) -> None:
    """De persoon haalt een bestand weg dat nog niet verstuurd is. Opnieuw, of van een ander: niets."""
    eis_mag_handelen(Partij.persoon(toegang))
    gevonden = Bestand.objects.voor(toegang).filter(pk=pk, verstuurd_op__isnull=True).exclude(stand=Stand.WEG)
    bestand = gevonden.select_for_update().first()
    if bestand is not None:
        _verwijder(bestand, Partij.persoon(toegang))


@transaction.atomic
def vernietig_bij(soort: str, id_: UUID) -> int:
    """Vernietig elk bestand bij dit record, omdat de bewaartermijn voorbij is; geeft het aantal."""
    alle = Bestand.objects.als_systeem("de bewaartermijn van het record is voorbij").bij(soort, id_)
    bestanden = list(alle.select_for_update())
    for bestand in bestanden:
        _verwijder(bestand, PORTAAL)
    return len(bestanden)


def ruim_op(hoogstens: int = 500) -> int:
    """Verwijder uploads die halverwege bleven steken, en bestanden bij concepten die er niet meer zijn; geeft het aantal."""
    alle = Bestand.objects.als_systeem("halve uploads en bestanden bij oude concepten opruimen")
    half = alle.filter(stand=Stand.ONDERWEG, aangemaakt_op__lt=nu() - HALF)
    oud = alle.filter(verstuurd_op__isnull=True, gewijzigd_op__lt=nu() - CONCEPT_BEWAREN).exclude(stand=Stand.WEG)
    pks = [*half.values_list("pk", flat=True)[:hoogstens], *oud.values_list("pk", flat=True)[:hoogstens]]
    for pk in dict.fromkeys(pks):
        with transaction.atomic():
            bestand = _vergrendel(pk)
            if bestand.stand != Stand.WEG and bestand.verstuurd_op is None:
                _verwijder(bestand, PORTAAL)
    return len(set(pks))


def _verwijder(bestand: Bestand, door: Partij) -> None:
    bestand.stand, bestand.naam, bestand.bewaren_tot = Stand.WEG, "", vandaag()
    _leg_vast(bestand, Soort.BESTAND_VERWIJDERD, door)
    _gooi_inhoud_weg(bestand)


def _gooi_inhoud_weg(bestand: Bestand) -> None:
    """Pas na de commit: gaat de transactie niet door, dan is er niets weg. Faalt dit, dan is de inhoud nog versleuteld."""
    naam = bestand.opslagnaam
    transaction.on_commit(lambda: opslag().delete(naam), robust=True)


# --- hulp -------------------------------------------------------------------------------------------------------------
def opslag() -> Any:
    """De opslag van bestanden: `STORAGES["bestanden"]`."""
    return storages["bestanden"]


def inhoud(bestand: Bestand) -> Iterator[bytes]:
    """De inhoud, ontsleuteld, stuk voor stuk. `OnleesbaarError` als er iets mee is; `FileNotFoundError` als zij weg is."""
    with opslag().open(bestand.opslagnaam, "rb") as bron:
        yield from lees(bron, str(bestand.pk))


def _te_scannen(bestand: Bestand) -> Iterator[bytes]:
    """De inhoud; kapotte opslag is `OnleesbaarError`, zodat het niet lijkt of de scanner weg is."""
    try:
        yield from inhoud(bestand)
    except OSError as fout:
        raise OnleesbaarError(type(fout).__name__) from fout


def _stukken(bron: IO[bytes]) -> Iterator[bytes]:
    while stuk := bron.read(STUK):
        yield stuk


def _vergrendel(pk: UUID) -> Bestand:
    alle = Bestand.objects.als_systeem("de handeling heeft het bestand al langs de poort gehaald")
    return alle.select_related("applicatie").select_for_update(of=("self",)).get(pk=pk)


def _leg_vast(bestand: Bestand, soort: Soort, door: Partij, *, zaak: UUID | None = None) -> None:
    """Zolang het niet verstuurd is, is een bestand van de persoon alleen en hoort geen applicatie ervan."""
    verstuurd = bestand.verstuurd_op is not None
    over = Over(
        bestand.betrokkene_id,
        zaak,
        bestand.applicatie_id if verstuurd else None,
        bestand.applicatie.organisatie_id if verstuurd else None,
    )
    feiten = {"bij": bestand.bij_soort, "bij_id": str(bestand.bij_id), "stand": bestand.stand, "soort": bestand.mime}
    leg_vast(bestand, soort, door.actor, over, feiten=feiten)
