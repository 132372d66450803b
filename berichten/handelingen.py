"""Alles wat met een bericht kan gebeuren. Alleen deze functies veranderen een bericht.

      maak_aan                     publiceer (een taak, op de klok van de server)
    ──────────▶ gemaakt ─────────────────────────────▶ te lezen ──▶ open_, markeer_ongelezen, archiveer
                  │  wijzig                                │
                  └── trek_in_voor_publicatie              └── vervangen of ingetrokken, door een nieuw bericht

    bind_zaak: de zaak die het bericht noemt is later bekend geworden; wat iemand leest verandert daar niet door.

Zodra iemand het kan lezen verandert er niets meer aan: herstellen kan alleen met een nieuw bericht dat zegt wat het
vervangt of intrekt (Awb 2:12). Verzonden is een bericht als het te lezen is, niet als het is gemaakt (Awb 2:19).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from berichten.models import Bericht, BerichtLezer, BerichtQuerySet, plek_van
from portaal.bestanden.handelingen import OnbekendBestandError, alle_schoon, hang_aan, vernietig_bij
from portaal.bestanden.models import Bestand
from portaal.betrokkenen.handelingen import vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Aard, Applicatie, Categorie
from portaal.betrokkenen.urn import Geadresseerde
from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import Bijzonderheid, Over, Tekst, leg_samen_vast, leg_vast
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij
from portaal.inloggen.toegang import Toegang
from portaal.inloggen.verwijzing import Verwijzing
from portaal.tijd import dag_van, nu, vandaag
from portaal.uuid7 import uuid7
from portaal.zaken.handelingen import zoek_zaak
from portaal.zaken.models import ZaakSleutel
from portaal.zaken.sleutels import Sleutel, als_tekst, zaaksleutels


class AlTeLezenError(Exception):
    """Het bericht is al te lezen, en verandert dus niet meer."""

    def __init__(self, bericht: Bericht) -> None:
        super().__init__(
            "Dit bericht is al te lezen en verandert niet meer. Stuur een nieuw bericht, met vervangt of trektIn."
        )
        self.bericht = bericht


class VerwijzingError(Exception):
    """Het bericht (`veld` vervangt of trektIn) of de taak waarnaar wordt verwezen, past niet bij dit bericht."""

    def __init__(self, veld: str, tekst: str) -> None:
        super().__init__(tekst)
        self.veld = veld


class BestaatAlError(Exception):
    """Er is al een bericht met deze bronReferentie. `gelijk`: met precies dezelfde inhoud."""

    def __init__(self, bericht: Bericht, gelijk: bool) -> None:
        super().__init__("Dit bericht is er al.")
        self.bericht, self.gelijk = bericht, gelijk


@dataclass(frozen=True)
class NieuwBericht:
    """Wat nodig is om een bericht te maken; al gecontroleerd op vorm, in onze eigen types."""

    voor: Geadresseerde
    onderwerp: str
    tekst: str
    aard: str = ""  # leeg: die van de categorie
    categorie: Categorie | None = None
    publicatiedatum: datetime | None = None  # leeg: nu
    referentie: str = ""
    bericht_type: str = ""
    handelingsperspectief: str = ""
    einddatum: datetime | None = None
    minimaal_niveau: int | None = None
    vervangt: UUID | None = None
    trekt_in: UUID | None = None
    verwijzing: Verwijzing | None = None
    bijlagen: list[dict[str, Any]] = field(default_factory=list)
    mijn_overheid: bool = False
    is_gerelateerd_aan: list[dict[str, Any]] = field(default_factory=list)
    zaaksleutels: list[Sleutel] = field(default_factory=list)
    bron_referentie: str = ""
    vingerafdruk: bytes = b""
    payload: Mapping[str, Any] | None = field(default=None, repr=False)


WIJZIGBAAR = frozenset(
    (
        *("onderwerp", "tekst", "aard", "categorie", "publicatiedatum", "referentie", "bericht_type"),
        *("handelingsperspectief", "einddatum_moment", "minimaal_niveau", "bijlagen", "mijn_overheid"),
        "is_gerelateerd_aan",
    )
)


# --- De afzender ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def maak_aan(nieuw: NieuwBericht, door: Partij, *, pk: UUID | None = None) -> Bericht:
    """Maak een bericht voor iemand, die zo nodig nu bekend wordt. `door.applicatie` is de afzender.

    Te lezen is het pas na `publiceer`; ligt de publicatiedatum niet in de toekomst, dan gebeurt dat meteen na de commit.
    Fouten: `VerwijzingError`; `OngeldigNummerError`; `BestaatAlError` bij een gebruikte bronReferentie.
    """
    applicatie = _applicatie(door)
    categorie = nieuw.categorie or applicatie.standaard_categorie
    betrokkene = vind_of_maak_geadresseerde(nieuw.voor)
    bericht = Bericht(
        id=pk or uuid7(),
        betrokkene_id=betrokkene,
        applicatie=applicatie,
        categorie=categorie,
        is_gerelateerd_aan=nieuw.is_gerelateerd_aan,
        onderwerp=nieuw.onderwerp,
        tekst=nieuw.tekst,
        aard=nieuw.aard or categorie.aard,
        referentie=nieuw.referentie,
        bericht_type=nieuw.bericht_type,
        handelingsperspectief=nieuw.handelingsperspectief,
        einddatum_moment=nieuw.einddatum,
        minimaal_niveau=categorie.standaardniveau if nieuw.minimaal_niveau is None else nieuw.minimaal_niveau,
        bijlagen=nieuw.bijlagen,
        mijn_overheid=nieuw.mijn_overheid,
        publicatiedatum=nieuw.publicatiedatum or nu(),
        vervangt_id=nieuw.vervangt,
        trekt_in_id=nieuw.trekt_in,
        verwijzing_soort=nieuw.verwijzing.soort if nieuw.verwijzing else "",
        verwijzing_id=nieuw.verwijzing.id if nieuw.verwijzing else None,
        bron_referentie=nieuw.bron_referentie,
        geadresseerde=nieuw.voor.urn,
        vingerafdruk=nieuw.vingerafdruk,
        payload=dict(nieuw.payload) if nieuw.payload else None,
    )
    _stel_termijn_in(bericht)
    _stel_zaak_in(bericht, nieuw.zaaksleutels)
    bestaand = _met_kenmerk(bericht)
    if bestaand is None:
        _controleer_verwijzingen(bericht, applicatie)
        try:
            with transaction.atomic():
                _leg_vast(
                    bericht, Soort.BERICHT_GEREGISTREERD, door, tekst=True, bestanden=_hang_bijlagen_aan(bericht, door)
                )
        except IntegrityError:
            bestaand = _met_kenmerk(bericht)
            if bestaand is None:
                raise
    if bestaand is not None:
        raise BestaatAlError(bestaand, bytes(bestaand.vingerafdruk) == nieuw.vingerafdruk)
    _wek_als_het_tijd_is(bericht)
    return bericht


@transaction.atomic
def wijzig(pk: UUID, velden: Mapping[str, Any], door: Partij) -> Bericht:
    """Verander een bericht dat nog niet te lezen is; alleen de afzender. Anders `AlTeLezenError`."""
    bericht = _vergrendel_eigen(pk, door)
    if verboden := set(velden) - WIJZIGBAAR:
        raise ValueError(f"Niet te wijzigen: {sorted(verboden)}")
    if bericht.toegankelijk_op is not None:
        raise AlTeLezenError(bericht)
    anders = {naam for naam, waarde in velden.items() if getattr(bericht, naam) != waarde}
    if anders:
        for naam in anders:
            setattr(bericht, naam, velden[naam])
        _stel_termijn_in(bericht)
        if "is_gerelateerd_aan" in anders:
            _stel_zaak_in(bericht, zaaksleutels(bericht.is_gerelateerd_aan))
        bestanden = _hang_bijlagen_aan(bericht, door)
        feiten = {"velden": sorted(anders)}
        _leg_vast(bericht, Soort.BERICHT_GEWIJZIGD, door, feiten=feiten, tekst=True, bestanden=bestanden)
        _wek_als_het_tijd_is(bericht)
    return bericht


@transaction.atomic
def trek_in_voor_publicatie(pk: UUID, door: Partij) -> Bericht:
    """Trek een bericht in dat nog niemand kon lezen; alleen de afzender. Is het al te lezen: `AlTeLezenError`."""
    bericht = _vergrendel_eigen(pk, door)
    if bericht.toegankelijk_op is not None:
        raise AlTeLezenError(bericht)
    bericht.ingetrokken_op = nu()
    bericht.bewaren_tot = vandaag() + timedelta(days=bericht.categorie.bewaartermijn_dagen)
    _leg_vast(bericht, Soort.BERICHT_TERUGGETROKKEN, door)
    return bericht


# --- De portaal -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def publiceer(pk: UUID) -> bool:
    """Maak een bericht te lezen, als het zover is; False als er niets te doen was. Eén keer, op de klok van de server.

    Wacht een bijlage nog op de virusscanner, dan wacht het bericht ook; zit er een virus in, dan komt het niet.

    Een bericht dat het vervangt of intrekt krijgt dat in dezelfde transactie in zijn geschiedenis.
    """
    berichten = Bericht.objects.als_systeem("de portaal maakt berichten te lezen")
    if not berichten.te_publiceren().select_for_update(skip_locked=True).filter(pk=pk).values_list("pk").first():
        return False
    nieuw = berichten.met_context().get(pk=pk)
    if nieuw.bestanden and not alle_schoon(nieuw.record_soort, nieuw.pk):
        return False
    nieuw.toegankelijk_op = nu()
    nieuw.bewaren_tot = vandaag() + timedelta(days=nieuw.categorie.bewaartermijn_dagen)
    _leg_vast(nieuw, Soort.BERICHT_GEPUBLICEERD, PORTAAL)
    voorganger = nieuw.vervangt_id or nieuw.trekt_in_id
    if voorganger is not None:
        oud = _vergrendel(berichten, voorganger)
        soort = Soort.BERICHT_VERVANGEN if nieuw.vervangt_id else Soort.BERICHT_INGETROKKEN
        _leg_vast(oud, soort, PORTAAL, feiten={"door": str(nieuw.pk)})
    return True


@transaction.atomic
def publiceer_samen(pks: Collection[UUID]) -> int:
    """`publiceer` voor veel berichten, in één transactie; geeft het aantal.

    Wat een voorganger of bijlagen heeft blijft over voor `publiceer` zelf: daar is meer voor na te gaan.
    """
    berichten = Bericht.objects.als_systeem("de portaal maakt berichten te lezen").te_publiceren()
    gewone = berichten.filter(pk__in=pks, vervangt=None, trekt_in=None, bijlagen=[]).order_by("pk")
    nieuwe = list(gewone.met_context().select_for_update(skip_locked=True, of=("self",)))
    for nieuw in nieuwe:
        nieuw.toegankelijk_op = nu()
        nieuw.bewaren_tot = vandaag() + timedelta(days=nieuw.categorie.bewaartermijn_dagen)
    leg_samen_vast(
        [Bijzonderheid(nieuw, _over(nieuw), _feiten(nieuw)) for nieuw in nieuwe],
        *(Soort.BERICHT_GEPUBLICEERD, PORTAAL.actor),
        wijzigt=["toegankelijk_op", "bewaren_tot"],
    )
    return len(nieuwe)


def bind_zaken(gebeurtenis: Gebeurtenis) -> None:
    """Volger: een zaak is bekend geworden. Bind de berichten van haar organisatie die op een van haar namen wachtten."""
    if gebeurtenis.zaak is None:
        return
    sleutels = ZaakSleutel.objects.filter(zaak=gebeurtenis.zaak).values_list("soort", "waarde")
    namen = als_tekst((ZaakSleutel.Soort(soort), waarde) for soort, waarde in sleutels)
    wachtend = Bericht.objects.als_systeem("berichten die eerder kwamen dan hun zaak").filter(
        wacht_op_zaak__overlap=namen, applicatie__organisatie=gebeurtenis.organisatie
    )
    for pk in list(wachtend.values_list("pk", flat=True)):
        bind_zaak(pk, gebeurtenis.zaak)


@transaction.atomic
def bind_zaak(pk: UUID, zaak: UUID) -> Bericht:
    """Dit bericht hoort bij die zaak, ook als het al te lezen is. Is het al gebonden, dan blijft het zoals het is."""
    berichten = Bericht.objects.als_systeem("de portaal bindt berichten aan een zaak die later bekend werd")
    bericht = _vergrendel(berichten, pk)
    if bericht.wacht_op_zaak is not None:
        bericht.zaak_id, bericht.wacht_op_zaak = zaak, None
        _leg_vast(bericht, Soort.BERICHT_ZAAK, PORTAAL)
    return bericht


# Wat iemand las of stuurde, en waarmee een ander systeem het bericht kent. De kolommen die de database vasthoudt staan
# ook in onveranderlijk.py: daar staat dat ze hierbij leeg mogen, en nergens anders.
LEEG: dict[str, Any] = {
    **dict.fromkeys(("onderwerp", "tekst", "referentie", "bron_referentie", "geadresseerde"), ""),
    **dict.fromkeys(("payload", "wacht_op_zaak")),
    "vingerafdruk": b"",
}


@transaction.atomic
def vernietig(pk: UUID) -> bool:
    """Vernietig de inhoud van dit bericht; False als de termijn niet voorbij is, of het al is vernietigd.

    Voor de lezer en de API is het er daarna niet meer. Het boek houdt dat het er was, en of het is geopend.
    """
    berichten = Bericht.objects.als_systeem("de bewaartermijn is voorbij")
    voorbij = berichten.filter(vernietigd_op=None, bewaren_tot__lt=vandaag())
    try:
        bericht = _vergrendel(voorbij, pk)
    except Bericht.DoesNotExist:
        return False
    vernietig_bij(bericht.record_soort, bericht.pk)
    BerichtLezer.objects.als_systeem("de leesstand gaat met het bericht mee").filter(bericht=bericht).delete()
    for naam, waarde in LEEG.items():
        setattr(bericht, naam, waarde)
    bericht.is_gerelateerd_aan, bericht.bijlagen, bericht.vernietigd_op = [], [], nu()
    _leg_vast(bericht, Soort.BERICHT_VERNIETIGD, PORTAAL)
    return True


# --- De lezer -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_(pk: UUID, toegang: Toegang) -> Bericht:
    """De lezer opent het bericht. De eerste keer van elke lezer komt in het boek (Awb 2:25); nog eens doet niets.

    `geopend_op` is de eerste keer door wie dan ook namens de ontvanger. Boven het niveau van de sessie: `MagNietError`.
    """
    bericht = _vergrendel_voor(pk, toegang)
    if afgeschermd(bericht.minimaal_niveau, toegang.niveau):
        raise MagNietError("Voor dit bericht is een hoger betrouwbaarheidsniveau nodig.")
    stand = _leesstand(bericht, toegang)
    eerste_keer, stand.ongelezen = stand.gelezen_op is None, False
    if eerste_keer:
        stand.gelezen_op = nu()
        eerste_van_allen = bericht.geopend_op is None
        bericht.geopend_op = bericht.geopend_op or stand.gelezen_op
        _leg_vast(bericht, Soort.BERICHT_GEOPEND, Partij.persoon(toegang), wijzigt=eerste_van_allen)
    stand.save()
    return bericht


# De volgende drie veranderen alleen de leesstand van de lezer zelf, net als een map in een mailprogramma. Dat is geen
# gebeurtenis van het bericht: de afzender hoort niet te weten dat iemand het heeft opgeborgen.
@transaction.atomic
def markeer_ongelezen(pk: UUID, toegang: Toegang) -> Bericht:
    """Voor deze lezer is het bericht weer nieuw. Dat het geopend is blijft staan."""
    bericht = _vergrendel_voor(pk, toegang)
    stand = _leesstand(bericht, toegang)
    stand.ongelezen = True
    stand.save()
    return bericht


@transaction.atomic
def archiveer(pk: UUID, toegang: Toegang) -> Bericht:
    """Deze lezer bergt het bericht op; het blijft bestaan en te lezen."""
    return _zet_archief(pk, toegang, nu())


@transaction.atomic
def haal_uit_archief(pk: UUID, toegang: Toegang) -> Bericht:
    """Het bericht staat voor deze lezer weer tussen de andere."""
    return _zet_archief(pk, toegang, None)


# --- hulp -----------------------------------------------------------------------------------------------------------------


def _applicatie(door: Partij) -> Applicatie:
    if door.applicatie is None:
        raise MagNietError("Alleen een applicatie (of een medewerker namens het beheer) kan dit.")
    return door.applicatie


def _vergrendel_eigen(pk: UUID, door: Partij) -> Bericht:
    """Het bericht van deze afzender, vergrendeld; `Bericht.DoesNotExist` als het er voor hem niet is."""
    return _vergrendel(Bericht.objects.van(_applicatie(door)), pk)


def _vergrendel_voor(pk: UUID, toegang: Toegang) -> Bericht:
    return _vergrendel(Bericht.objects.voor(toegang), pk)


def _vergrendel(berichten: BerichtQuerySet, pk: UUID) -> Bericht:
    """Eerst het slot, dan pas lezen met wat erbij hoort; `Bericht.DoesNotExist` als het er niet is.

    In één query zou PostgreSQL na het wachten op een ander wel het nieuwe bericht geven, maar de categorie of zaak van
    ervoor.
    """
    berichten.select_for_update(of=("self",)).values_list("pk", flat=True).get(pk=pk)
    return berichten.met_context().get(pk=pk)


def _leesstand(bericht: Bericht, toegang: Toegang) -> BerichtLezer:
    """De stand van deze lezer, of een nieuwe; het bericht is vergrendeld, dus er ontstaat er nooit een tweede."""
    stand = BerichtLezer.objects.voor(toegang).filter(bericht=bericht).first()
    return stand or BerichtLezer(bericht=bericht, persoon_id=toegang.persoon)


def _zet_archief(pk: UUID, toegang: Toegang, op: datetime | None) -> Bericht:
    bericht = _vergrendel_voor(pk, toegang)
    stand = _leesstand(bericht, toegang)
    stand.gearchiveerd_op = op
    stand.save()
    return bericht


def _met_kenmerk(bericht: Bericht) -> Bericht | None:
    """Het bericht dat dit kenmerk al heeft, ook als het is ingetrokken: het kenmerk blijft bezet."""
    if not bericht.bron_referentie:
        return None
    return (
        Bericht.objects.als_systeem("een kenmerk is uniek per applicatie, ook over ingetrokken berichten")
        .met_context()
        .filter(applicatie=bericht.applicatie, bron_referentie=bericht.bron_referentie)
        .first()
    )


def _controleer_verwijzingen(bericht: Bericht, applicatie: Applicatie) -> None:
    """Een vorig bericht of een taak: van dezelfde afzender, aan dezelfde ontvanger, en het bericht al te lezen."""
    if bericht.vervangt_id and bericht.trekt_in_id:
        raise VerwijzingError("trektIn", "Een bericht vervangt een ander bericht of trekt het in, niet allebei.")
    for veld, pk in (("vervangt", bericht.vervangt_id), ("trektIn", bericht.trekt_in_id)):
        if pk is None:
            continue
        # Vergrendeld: van twee opvolgers tegelijk komt er één.
        oud = Bericht.objects.van(applicatie).select_for_update(of=("self",)).filter(pk=pk).first()
        if oud is None or oud.betrokkene_id != bericht.betrokkene_id:
            raise VerwijzingError(veld, "Dit bericht bestaat niet, of is niet van u aan deze ontvanger.")
        if oud.toegankelijk_op is None:
            raise VerwijzingError(veld, "Dit bericht is nog niet te lezen. Wijzig het, of trek het in met DELETE.")
        if Bericht.objects.van(applicatie).filter(Q(vervangt=oud) | Q(trekt_in=oud)).exists():
            raise VerwijzingError(veld, "Dit bericht heeft al een opvolger. Verwijs naar de laatste.")
    if bericht.verwijzing and not bericht.verwijzing.van(applicatie, bericht.betrokkene_id):
        raise VerwijzingError("taak", "Deze taak bestaat niet, of is niet van u voor deze ontvanger.")


def _hang_bijlagen_aan(bericht: Bericht, door: Partij) -> list[Bestand]:
    """De bestanden van de portaal die het bericht noemt, vanaf nu bij het bericht; `VerwijzingError` als dat niet kan."""
    try:
        ids = bericht.bestanden
    except ValueError as fout:
        raise VerwijzingError("bijlagen", "In de verwijzing naar een bestand van de portaal staat geen uuid.") from fout
    bestaand = Bestand.objects.als_systeem("bijlagen van een eigen bericht").bij(bericht.record_soort, bericht.pk)
    if not ids and not bestaand.exists():
        return []
    try:
        return hang_aan(plek_van(bericht), ids, door)
    except OnbekendBestandError as fout:
        raise VerwijzingError("bijlagen", f"{fout} ({', '.join(map(str, fout.ids))})") from fout


def _stel_termijn_in(bericht: Bericht) -> None:
    """De laatste dag volgt uit het moment dat is gestuurd, in Europe/Amsterdam."""
    moment = bericht.einddatum_moment
    bericht.einddatum_handelingstermijn = dag_van(moment) if moment else None


def _stel_zaak_in(bericht: Bericht, sleutels: list[Sleutel]) -> None:
    """De zaak waar het bericht bij hoort; is die nog niet bekend, dan onthoudt het bericht op welke namen het wacht."""
    bericht.zaak_id = zoek_zaak(sleutels, bericht.applicatie.organisatie_id)
    bericht.wacht_op_zaak = als_tekst(sleutels) if sleutels and bericht.zaak_id is None else None


def _wek_als_het_tijd_is(bericht: Bericht) -> None:
    if bericht.publicatiedatum <= nu():
        wek("berichten.publiceer")


# Bij deze aard verwacht de afzender iets, ook als hij niet zegt wat.
_VRAAGT_IETS = frozenset({Aard.VERZOEK_OM_INFORMATIE, Aard.BETAALVERZOEK, Aard.UITNODIGING})


def _perspectief(bericht: Bericht) -> str:
    """Het handelingsperspectief voor de notificatie: een bericht waar niets over is gezegd is om te lezen."""
    if bericht.handelingsperspectief or bericht.einddatum_handelingstermijn or bericht.aard in _VRAAGT_IETS:
        return bericht.handelingsperspectief
    return "informatie_krijgen"


def _leg_vast(
    bericht: Bericht,
    soort: Soort,
    door: Partij,
    *,
    feiten: dict[str, Any] | None = None,
    tekst: bool = False,
    bestanden: Sequence[Bestand] = (),
    wijzigt: bool = True,
) -> None:
    """Leg vast met de feiten die elke berichtgebeurtenis heeft: gecontroleerde woorden en data, geen inhoud."""
    termijn = bericht.einddatum_handelingstermijn
    gelezen = None
    if tekst:
        gelezen = Tekst(
            {
                "onderwerp": bericht.onderwerp,
                "tekst": bericht.tekst,
                "aard": bericht.aard,
                "referentie": bericht.referentie,
                "handelingsperspectief": bericht.handelingsperspectief,
                "einddatum": termijn.isoformat() if termijn else None,
                "bijlagen": bericht.bijlagen,
                "vervangt": str(bericht.vervangt_id) if bericht.vervangt_id else None,
                "trektIn": str(bericht.trekt_in_id) if bericht.trekt_in_id else None,
                "afzender": bericht.applicatie.afzender,
                **({"bestanden": [_in_het_kort(bestand) for bestand in bestanden]} if bestanden else {}),
            }
        )
    alle = {**_feiten(bericht), **(feiten or {})}
    leg_vast(bericht, soort, door.actor, _over(bericht), feiten=alle, tekst=gelezen, wijzigt=wijzigt)


def _over(bericht: Bericht) -> Over:
    return Over(bericht.betrokkene_id, bericht.zaak_id, bericht.applicatie_id, bericht.applicatie.organisatie_id)


def _feiten(bericht: Bericht) -> dict[str, Any]:
    termijn = bericht.einddatum_handelingstermijn
    return {
        "aard": bericht.aard,
        "handelingsperspectief": _perspectief(bericht),
        "termijn": termijn.isoformat() if termijn else None,
    }


def _in_het_kort(bestand: Bestand) -> dict[str, Any]:
    """Wat het bewijs van een bijlage onthoudt: welk bestand, en de vingerafdruk van de inhoud."""
    return {
        "id": str(bestand.pk),
        "formaat": bestand.mime,
        "bestandsomvang": bestand.grootte,
        "sha256": bytes(bestand.sha256).hex(),
    }
