"""Alles wat met een zaak kan gebeuren. Alleen deze functies veranderen een zaak.

Een zaaksysteem stuurt steeds de zaak zoals zij nu is. `registreer` zoekt uit of zij al bestaat en wat er anders is, en
legt dat vast: geregistreerd, gewijzigd, andere status, resultaat, afgerond. Verandert er niets, dan gebeurt er niets.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from portaal.betrokkenen.handelingen import beheerapplicatie, vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Applicatie, Categorie, Organisatie
from portaal.betrokkenen.urn import Geadresseerde
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import Over, Tekst, leg_vast
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij
from portaal.tijd import nu, vandaag
from portaal.zaken.models import Rol, Zaak, ZaakBetrokkene, ZaakSleutel, zichtbare_velden
from portaal.zaken.sleutels import Sleutel, vaste_sleutel


class SleutelConflictError(Exception):
    """De genoemde namen horen bij verschillende zaken, of bij een zaak van een andere applicatie."""


class DatumConflictError(Exception):
    """De zaak zou afgerond zijn voordat zij begon."""

    def __init__(self) -> None:
        super().__init__("De einddatum ligt voor de startdatum.")


@dataclass(frozen=True)
class Stap:
    """Eén status van de zaak; `bereikt_op` is de dag waarop de zaak daar kwam, of None."""

    naam: str
    toelichting: str = ""
    bereikt_op: date | None = None

    def json(self) -> dict[str, Any]:
        """Zoals de zaak haar bewaart."""
        dag = self.bereikt_op.isoformat() if self.bereikt_op else None
        return {"naam": self.naam, "toelichting": self.toelichting, "bereikt_op": dag}


@dataclass(frozen=True)
class Zaakgegevens:
    """Wat een zaaksysteem over een zaak stuurt; al gecontroleerd op vorm. Wat None is of ontbreekt, blijft zoals het is.

    `velden` zijn velden van Zaak, uit `ZETBAAR`. `sleutels` komen erbij; `stappen` en `betrokkenen` vervangen de oude.
    """

    velden: Mapping[str, Any]
    sleutels: list[Sleutel] = field(default_factory=list)
    stappen: list[Stap] | None = None
    betrokkenen: list[tuple[Geadresseerde, Rol]] | None = field(default=None, repr=False)


ZETBAAR = frozenset(
    {
        *("identificatie", "omschrijving", "zaaktype", "zaaktype_code", "toelichting", "startdatum", "categorie"),
        *("verwachte_einddatum", "einddatum", "resultaat", "minimaal_niveau"),
    }
)
# Waarover iemand een notificatie krijgt, en welk veld hij daarvoor moet mogen zien.
MELDT = {Soort.ZAAK_STATUS: "status", Soort.ZAAK_RESULTAAT: "resultaat", Soort.ZAAK_AFGEROND: "status"}
# Wat een persoon op de pagina leest: verandert dit, dan komt er een nieuwe versie van de inhoud.
LEESBAAR = frozenset(
    {
        *("identificatie", "omschrijving", "zaaktype", "toelichting", "startdatum", "verwachte_einddatum", "einddatum"),
        *("resultaat", "stappen"),
    }
)


def zoek_zaak(sleutels: list[Sleutel], organisatie: UUID | None = None) -> UUID | None:
    """De zaak die onder een van deze namen bekend is, of None: dan wordt zij later gebonden. Eén query.

    Noem de organisatie: een zaaknummer is alleen daarbinnen uniek. Zonder telt een naam alleen als hij één zaak aanwijst.
    """
    gevonden = set(_zaken_met(sleutels, organisatie)) if sleutels else set()
    return gevonden.pop() if len(gevonden) == 1 else None


def zoek_zaken(namen: Collection[Sleutel], organisatie: UUID) -> dict[Sleutel, UUID]:
    """De zaken van deze organisatie die onder deze namen bekend zijn, per naam. Eén query, hoeveel namen het ook zijn."""
    rijen = ZaakSleutel.objects.filter(organisatie=organisatie, waarde__in={waarde for _soort, waarde in namen})
    gevonden = rijen.values_list("soort", "waarde", "zaak_id")
    return {(ZaakSleutel.Soort(soort), waarde): zaak for soort, waarde, zaak in gevonden} if namen else {}


def alle_sleutels(gegevens: Zaakgegevens) -> list[Sleutel]:
    """De genoemde namen, en het zaaknummer: dat is ook een naam. Elke naam één keer.

    Op volgorde: wie tegelijk dezelfde namen vastlegt, wacht op elkaar in plaats van elkaar vast te zetten.
    """
    sleutels = [vaste_sleutel(soort, waarde) for soort, waarde in gegevens.sleutels]
    if nummer := gegevens.velden.get("identificatie"):
        sleutels.append(vaste_sleutel(ZaakSleutel.Soort.NUMMER, str(nummer)))
    return sorted(set(sleutels))


def vind_eigen(sleutels: list[Sleutel], applicatie: Applicatie) -> UUID | None:
    """De zaak van deze applicatie met een van deze namen, of None. Meer dan één, of van een ander: een conflict."""
    gevonden = _zaken_met(sleutels, applicatie.organisatie_id) if sleutels else []
    if len(gevonden) > 1:
        raise SleutelConflictError("De genoemde sleutels horen bij verschillende zaken.")
    if not gevonden:
        return None
    if not Zaak.objects.van(applicatie).filter(pk=gevonden[0]).exists():
        raise SleutelConflictError("Een van de sleutels is al in gebruik bij een andere applicatie van uw organisatie.")
    return gevonden[0]


@transaction.atomic
def registreer(gegevens: Zaakgegevens, door: Partij, *, pk: UUID | None = None) -> tuple[Zaak, bool]:
    """Maak een zaak bekend, of werk haar bij als zij onder een van haar namen (of als `pk`) al bestaat; True bij nieuw.

    Twee keer hetzelfde sturen verandert niets. Fouten: `SleutelConflictError`; `DatumConflictError`;
    `Zaak.DoesNotExist` als `pk` niet van deze applicatie is; `ValueError` bij een nieuwe zaak zonder omschrijving of zonder naam.
    """
    applicatie = _applicatie(door)
    if verboden := set(gegevens.velden) - ZETBAAR:
        raise ValueError(f"Niet te zetten: {sorted(verboden)}")
    sleutels = alle_sleutels(gegevens)
    bestaand = pk or vind_eigen(sleutels, applicatie)
    if bestaand is not None:
        return _werk_bij(bestaand, gegevens, sleutels, door), False
    if not sleutels or not gegevens.velden.get("omschrijving"):
        raise ValueError("Een nieuwe zaak heeft een omschrijving en een naam.")
    try:
        with transaction.atomic():
            return _maak(gegevens, sleutels, applicatie, door), True
    except SleutelConflictError:
        # Zij werd op hetzelfde moment nog eens geregistreerd: de unieke sleutel besliste.
        bestaand = vind_eigen(sleutels, applicatie)
        if bestaand is None:
            raise
        return _werk_bij(bestaand, gegevens, sleutels, door), False


def registreer_zaak(
    organisatie: Organisatie, omschrijving: str, identificatie: str, sleutels: list[Sleutel], door: Partij | None = None
) -> Zaak:
    """De kortste vorm van `registreer`: alleen hoe de zaak heet. Zonder `door` is het beheer de eigenaar."""
    if door is None:
        applicatie = beheerapplicatie()
        applicatie.organisatie = organisatie
        door = Partij.systeem(applicatie)
    velden = {"omschrijving": omschrijving, "identificatie": identificatie}
    return registreer(Zaakgegevens(velden, list(sleutels)), door)[0]


def wie_moet_horen(gebeurtenis: Gebeurtenis) -> list[UUID]:
    """Wie een notificatie krijgt: ieder die bij de zaak hoort en mag zien wat er veranderde."""
    if gebeurtenis.feiten.get("stil"):
        return []
    zaak = Zaak.objects.als_systeem("wie moet horen wat er met de zaak gebeurde").get(pk=gebeurtenis.record_id)
    wat = set(gebeurtenis.feiten["wat"])
    rollen = ZaakBetrokkene.objects.filter(zaak=zaak).values_list("betrokkene_id", "rol")
    return [betrokkene for betrokkene, rol in rollen if wat & zichtbare_velden(zaak, rol)]


# Wat iemand las. De namen waaronder andere systemen de zaak kennen en wie erbij hoorden gaan als rijen weg.
LEEG = ("identificatie", "omschrijving", "zaaktype", "zaaktype_code", "toelichting", "resultaat")


@transaction.atomic
def vernietig(pk: UUID) -> bool:
    """Vernietig de inhoud van deze zaak; False als de termijn niet voorbij is, of zij al is vernietigd."""
    zaken = Zaak.objects.als_systeem("de bewaartermijn is voorbij").met_context()
    zaak = zaken.select_for_update(of=("self",)).filter(pk=pk, vernietigd_op=None, bewaren_tot__lt=vandaag()).first()
    if zaak is None:
        return False
    aanvrager = _aanvrager((b.betrokkene_id, Rol(b.rol)) for b in zaak.betrokkenen.all())
    zaak.sleutels.all().delete()
    zaak.betrokkenen.all().delete()
    for naam in LEEG:
        setattr(zaak, naam, "")
    zaak.stappen, zaak.vernietigd_op = [], nu()
    _leg_vast(zaak, Soort.ZAAK_VERNIETIGD, PORTAAL, aanvrager, feiten={"stil": True})
    return True


# --- hulp -----------------------------------------------------------------------------------------------------------------


def _applicatie(door: Partij) -> Applicatie:
    if door.applicatie is None:
        raise MagNietError("Alleen een applicatie kan een zaak registreren.")
    return door.applicatie


def _zaken_met(sleutels: Iterable[Sleutel], organisatie: UUID | None) -> list[UUID]:
    keuze = Q()
    for soort, waarde in sleutels:
        keuze |= Q(soort=soort, waarde=waarde)
    rijen = ZaakSleutel.objects.filter(keuze)
    if organisatie is not None:
        rijen = rijen.filter(organisatie=organisatie)
    return list(rijen.order_by().values_list("zaak_id", flat=True).distinct())


def _maak(gegevens: Zaakgegevens, sleutels: list[Sleutel], applicatie: Applicatie, door: Partij) -> Zaak:
    velden = dict(gegevens.velden)
    categorie: Categorie = velden.pop("categorie", None) or applicatie.standaard_categorie
    velden.setdefault("minimaal_niveau", categorie.standaardniveau)
    zaak = Zaak(organisatie=applicatie.organisatie, applicatie=applicatie, categorie=categorie, **velden)
    zaak.stappen = [stap.json() for stap in gegevens.stappen or []]
    _stel_datums_in(zaak)
    wie = _vind(gegevens.betrokkenen or [])
    _leg_vast(zaak, Soort.ZAAK_GEREGISTREERD, door, _aanvrager(wie), tekst=True)
    _vervang_betrokkenen(zaak, wie)
    _voeg_sleutels_toe(zaak, sleutels)
    return zaak


def _werk_bij(pk: UUID, gegevens: Zaakgegevens, sleutels: list[Sleutel], door: Partij) -> Zaak:
    zaken = Zaak.objects.van(_applicatie(door)).met_context()
    zaak = zaken.select_for_update(of=("self",)).get(pk=pk)
    if set(_zaken_met(sleutels, zaak.organisatie_id) if sleutels else []) - {zaak.pk}:
        raise SleutelConflictError("Een van de sleutels hoort al bij een andere zaak.")
    stap, was_afgerond = zaak.huidige_stap, zaak.afgerond
    nieuw: dict[str, Any] = {k: v for k, v in gegevens.velden.items() if not (k == "categorie" and v is None)}
    if gegevens.stappen is not None:
        nieuw["stappen"] = [s.json() for s in gegevens.stappen]
    anders = {naam for naam, waarde in nieuw.items() if getattr(zaak, naam) != waarde}
    for naam in anders:
        setattr(zaak, naam, nieuw[naam])
    bekend = set(zaak.sleutels.values_list("soort", "waarde"))
    erbij = [(soort, waarde) for soort, waarde in sleutels if (soort.value, waarde) not in bekend]
    oud = {(r.betrokkene_id, Rol(r.rol)): r.urn for r in zaak.betrokkenen.all()}
    wie = oud if gegevens.betrokkenen is None else _vind(gegevens.betrokkenen)
    if not anders and not erbij and wie == oud:
        return zaak
    _stel_datums_in(zaak)
    aanvrager = _aanvrager(wie)
    if wie != oud:
        _vervang_betrokkenen(zaak, wie)
    _voeg_sleutels_toe(zaak, erbij)
    stappen = []
    velden = {naam for naam, is_anders in (("betrokkenen", wie != oud), ("sleutels", bool(erbij))) if is_anders}
    if "stappen" in anders and zaak.huidige_stap != stap:
        anders_dan_status = anders - {"stappen"}
        stappen.append(Soort.ZAAK_STATUS)
    else:
        anders_dan_status = anders
    if "resultaat" in anders and zaak.resultaat:
        stappen.append(Soort.ZAAK_RESULTAAT)
    if zaak.afgerond and not was_afgerond:
        stappen.append(Soort.ZAAK_AFGEROND)
    velden |= (
        anders_dan_status - ({"resultaat"} if zaak.resultaat else set()) - ({"einddatum"} if zaak.afgerond else set())
    )
    if velden:
        stappen.insert(0, Soort.ZAAK_GEWIJZIGD)
    tekst = bool(anders & LEESBAAR)
    wat = sorted({MELDT[soort] for soort in stappen if soort in MELDT})
    for soort in stappen:
        # Alles in één keer: wie een notificatie krijgt, krijgt er één, over alles samen.
        feiten: dict[str, Any] = {"wat": wat} if soort is stappen[-1] else {"stil": True}
        if soort is Soort.ZAAK_GEWIJZIGD:
            feiten["velden"] = sorted(velden)
        _leg_vast(zaak, soort, door, aanvrager, feiten=feiten, tekst=tekst)
        tekst = False
    return zaak


def _voeg_sleutels_toe(zaak: Zaak, sleutels: Iterable[Sleutel]) -> None:
    """Zet de namen erbij; de unieke index beslist als een ander er tegelijk een gebruikt."""
    try:
        with transaction.atomic():
            ZaakSleutel.objects.bulk_create(
                ZaakSleutel(zaak=zaak, organisatie_id=zaak.organisatie_id, soort=s, waarde=w) for s, w in sleutels
            )
    except IntegrityError:
        raise SleutelConflictError("Een van de sleutels hoort al bij een andere zaak.") from None


def _vind(betrokkenen: Iterable[tuple[Geadresseerde, Rol]]) -> dict[tuple[UUID, Rol], str]:
    """Wie er genoemd zijn, met hun rol en de urn waaronder; wie nog niet bekend is wordt nu gemaakt.

    De rol bij de zaak zegt als wie: een organisatie met de rol ketenpartner ziet de zaak niet als klant.
    """
    gevonden = {}
    for wie, rol in betrokkenen:
        als = wie.in_rol_van_ketenpartner() if rol is Rol.KETENPARTNER else wie
        gevonden[vind_of_maak_geadresseerde(als), rol] = wie.urn
    return gevonden


def _vervang_betrokkenen(zaak: Zaak, wie: Mapping[tuple[UUID, Rol], str]) -> None:
    zaak.betrokkenen.all().delete()
    ZaakBetrokkene.objects.bulk_create(
        ZaakBetrokkene(zaak=zaak, betrokkene_id=pk, rol=rol, urn=urn) for (pk, rol), urn in wie.items()
    )


def _aanvrager(wie: Iterable[tuple[UUID, Rol]]) -> UUID | None:
    """De ene aanvrager, of None als die er niet is of er meer zijn: een gebeurtenis gaat over hoogstens één persoon."""
    aanvragers = [pk for pk, rol in wie if rol is Rol.AANVRAGER]
    return aanvragers[0] if len(aanvragers) == 1 else None


def _stel_datums_in(zaak: Zaak) -> None:
    if zaak.einddatum and zaak.einddatum < zaak.startdatum:
        raise DatumConflictError
    termijn = timedelta(days=zaak.categorie.bewaartermijn_dagen)
    # Een zaak die pas bekend wordt als haar termijn al om is, blijft nog deze dag: wie haar stuurt wil haar laten zien.
    zaak.bewaren_tot = max(zaak.einddatum + termijn, vandaag()) if zaak.einddatum else None


def _leg_vast(
    zaak: Zaak,
    soort: Soort,
    door: Partij,
    aanvrager: UUID | None,
    *,
    feiten: dict[str, Any] | None = None,
    tekst: bool = False,
) -> Gebeurtenis:
    """Leg vast met de feiten die elke zaakgebeurtenis heeft: alleen gecontroleerde woorden en getallen, geen inhoud."""
    alle = {
        "stap": zaak.huidige_stap,
        "stappen": len(zaak.stappen),
        "afgerond": zaak.afgerond,
        "aard": "informatie",
        "handelingsperspectief": "informatie_krijgen",
        **(feiten or {}),
    }
    gelezen = None
    if tekst:
        inhoud = {naam: getattr(zaak, naam) for naam in sorted(LEESBAAR)}
        gelezen = Tekst({naam: w.isoformat() if isinstance(w, date) else w for naam, w in inhoud.items()})
    over = Over(aanvrager, zaak.pk, zaak.applicatie_id, zaak.organisatie_id)
    return leg_vast(zaak, soort, door.actor, over, feiten=alle, tekst=gelezen)
