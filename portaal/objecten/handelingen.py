"""Alles wat met een object en een koppelfout kan gebeuren. De taak, het bericht of het verzoek zelf verandert alleen door
de handelingen van dat domein; hier staat welke daarvan bij een aanroep horen, in één transactie met het object.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.text import slugify

from berichten import handelingen as berichten
from berichten.dialecten import objecten as bericht_dialect
from berichten.models import Bericht
from portaal.betrokkenen.models import Applicatie, Betrokkene, Categorie, Identificatie, host_toegestaan
from portaal.betrokkenen.nummers import NummerSoort
from portaal.formulieren.herkomst import met_herkomst, zoek
from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Gebeurtenis, Vastgelegd
from portaal.inloggen.models import Medewerker
from portaal.inloggen.partij import MagNietError, Partij
from portaal.objecten.dialecten import RECORD_SOORT, TAAKDIALECT, toon, voeg_samen
from portaal.objecten.models import (
    TAAKDIALECTEN,
    Actie,
    Dialect,
    Koppelfout,
    Koppelfoutsoort,
    Koppeling,
    Koppelobject,
    Objectmelding,
    Objecttype,
    Objectversie,
)
from portaal.tijd import nu, vandaag
from portaal.uuid7 import uuid7
from portaal.zaken.models import ZaakSleutel
from taken import handelingen as taken
from taken.dialecten.objecten import Bij, Gelezen, OnleesbaarError, bestandsvelden, json_pointer, met_documenten
from taken.models import Status, Taak
from verzoeken import handelingen as verzoeken
from verzoeken.dialecten import objecten as verzoek_dialect
from verzoeken.models import Status as Verzoekstatus
from verzoeken.models import Verzoek

GESLOTEN = "De organisatie heeft deze taak gesloten."
WAAROM = "het object zelf is al door de poort, of de portaal houdt het bij"


class WeigerError(Exception):
    """Dit object kan de portaal niet aannemen. `fouten` is (pad binnen het verzoek, code, uitleg), alles tegelijk."""

    def __init__(self, fouten: list[tuple[str, str, str]]) -> None:
        super().__init__("; ".join(code for _pad, code, _uitleg in fouten))
        self.fouten = fouten


class PastNietError(Exception):
    """Dit kan niet (meer) met dit object; de tekst is voor wie het probeerde."""


@dataclass(frozen=True)
class NieuwObject:
    """Een object zoals het kwam; op vorm gecontroleerd."""

    data: Mapping[str, Any] = field(repr=False)
    vingerafdruk: bytes
    type_versie: int = 1
    start_op: date | None = None
    eind_op: date | None = None
    uuid: UUID | None = None


@dataclass(frozen=True)
class Objectwijziging:
    """Wat er aan een object moet veranderen; None blijft zoals het is. `heel`: `data` vervangt alles (PUT)."""

    data: Mapping[str, Any] | None = field(default=None, repr=False)
    heel: bool = False
    type_uuid: UUID | None = None
    type_versie: int | None = None
    start_op: date | None = None
    eind_op: date | None = None
    verbetert: int | None = None


# --- van buiten ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def maak_aan(
    nieuw: NieuwObject, objecttype: Objecttype | None, dialect: Dialect, door: Partij
) -> tuple[Koppelobject, bool]:
    """Maak van dit object een taak of bericht; geeft het object, en of het nieuw is (hetzelfde nog eens is dat niet).

    Zonder `objecttype` is het een klant.taak. Fouten: `WeigerError`.
    """
    applicatie = door.applicatie
    assert applicatie is not None
    pk = nieuw.uuid or uuid7()
    if nieuw.uuid and (bestaand := _al_bekend(nieuw, dialect, applicatie)):
        return bestaand, False
    object_ = Koppelobject(
        id=pk,
        applicatie=applicatie,
        objecttype=objecttype,
        dialect=dialect,
        record_soort=RECORD_SOORT[dialect],
        vingerafdruk=nieuw.vingerafdruk,
        data=dict(nieuw.data),
        type_versie=nieuw.type_versie,
        start_op=nieuw.start_op or vandaag(),
        eind_op=nieuw.eind_op,
    )
    if dialect in TAAKDIALECTEN:
        gelezen = _lees_taak(object_, nieuw.data)
        try:
            taak = taken.maak_aan(
                replace(gelezen.nieuw, vingerafdruk=nieuw.vingerafdruk, herken_dubbel=True), door, pk=pk
            )
        except taken.BestaatAlError as fout:
            return _vergrendel(fout.taak.pk, applicatie), False
        _zet_stap(taak, gelezen.status, gelezen.antwoord, door)
        _meld_mankementen(object_, gelezen)
        record: Vastgelegd = _taak(pk)
    elif dialect == Dialect.BERICHT:
        try:
            record = _maak_bericht(object_, door)
        except berichten.BestaatAlError as fout_:
            return _vergrendel(fout_.bericht.pk, applicatie), False
    else:
        raise WeigerError(
            [("type", "read_only", "Verzoeken maakt de portaal zelf; dit objecttype is alleen te lezen.")]
        )
    _onthoud(object_, record)
    object_.save(force_insert=True)
    _meld(object_, Actie.CREATE)
    return object_, True


@transaction.atomic
def werk_bij(uuid: UUID, wijziging: Objectwijziging, door: Partij) -> Koppelobject:
    """Wijzig een object; elke wijziging maakt een nieuw record, en wat er niet verandert maakt er geen.

    Is het een taak, dan gaat die mee: de eigenaar mag alles, wie een toestemming heeft mag haar uitvoeren. Wat in de
    portaal niet (meer) kan, zoals `gesloten` na `verwerkt`, staat daarna wel in het object. Fouten: `WeigerError`,
    `PastNietError`, `MagNietError`, `Koppelobject.DoesNotExist`.
    """
    applicatie = door.applicatie
    assert applicatie is not None
    object_ = _vergrendel(uuid, applicatie)
    if wijziging.type_uuid and object_.objecttype and wijziging.type_uuid != object_.objecttype.uuid:
        raise WeigerError([("type", "immutable-field", "Het objecttype van een object verandert niet.")])
    record = _vergrendel_record(object_)
    loop_bij(object_, record, bewaar=True)
    oud: dict[str, Any] = object_.data
    gestuurd = wijziging.data if wijziging.data is not None else {}
    nieuw = dict(gestuurd) if wijziging.heel else voeg_samen(oud, gestuurd)
    gedaan = False
    if nieuw != oud:
        if isinstance(record, Taak):
            nieuw, gedaan = _werk_taak_bij(object_, record, oud, nieuw, door)
        elif isinstance(record, Bericht):
            nieuw = _werk_bericht_bij(record, oud, nieuw, door)
        else:
            _werk_verzoek_bij(cast(Verzoek, record), nieuw, door)
    if _schrijf(object_, nieuw, wijziging):
        _meld(object_, Actie.UPDATE if gedaan or wijziging.heel else Actie.PARTIAL_UPDATE)
    _onthoud(object_, _record(object_))
    object_.save()
    return object_


@transaction.atomic
def verwijder(uuid: UUID, door: Partij) -> Koppelobject:
    """De eigenaar verwijdert het object. Een taak is dan ingetrokken; een verzoek overgenomen, en de persoon houdt zijn
    ontvangstbewijs; een bericht kan alleen weg zolang niemand het kan lezen (`PastNietError`).
    """
    assert door.applicatie is not None
    object_ = _vergrendel(uuid, door.applicatie)
    _eis_eigenaar(object_, door)
    if object_.record_soort == Taak.record_soort:
        taken.breek_af(uuid, door, verwijder=True)
    elif object_.record_soort == Bericht.record_soort:
        try:
            berichten.trek_in_voor_publicatie(uuid, door)
        except berichten.AlTeLezenError as fout:
            raise PastNietError(str(fout)) from fout
    else:
        verzoek = cast(Verzoek, _vergrendel_record(object_))
        if verzoek.status == Verzoekstatus.INGEDIEND:
            verzoeken.neem_in_behandeling(uuid, door)
    _verwijder(object_)
    return object_


# --- van binnen: volgers ------------------------------------------------------------------------------------------------------
def volg_record(gebeurtenis: Gebeurtenis) -> None:
    """Volger: er is iets met een taak, bericht of verzoek. Veranderde het object daardoor, dan hoort het andere systeem dat.

    Nog een keer doet niets: het object onthoudt tot welke versie het bij is.
    """
    with transaction.atomic():
        object_ = (
            Koppelobject.objects.als_systeem(WAAROM)
            .met_context()
            .select_for_update(of=("self",))
            .filter(pk=gebeurtenis.record_id, record_soort=gebeurtenis.record_soort, verwijderd_op=None)
            .first()
        )
        if object_ is None:
            return
        record = _record(object_)
        if isinstance(record, Taak) and record.ingetrokken_op is not None:
            _verwijder(object_)
        elif loop_bij(object_, record, bewaar=True):
            _meld(object_, Actie.UPDATE)


def neem_verzoek_op(gebeurtenis: Gebeurtenis) -> None:
    """Volger: er is een verzoek ingediend. Ontvangt dat een systeem met deze koppeling, dan wordt het een object."""
    with transaction.atomic():
        verzoek = (
            Verzoek.objects.als_systeem("maakt van een ingediend verzoek een object voor wie het ontvangt")
            .met_context()
            .select_for_update(of=("self",))
            .filter(pk=gebeurtenis.record_id, ontvangen_op__isnull=False)
            .exclude(status=Verzoekstatus.INGETROKKEN)
            .first()
        )
        if verzoek is None or Koppelobject.objects.als_systeem(WAAROM).filter(pk=verzoek.pk).exists():
            return
        objecttype = _type_voor(verzoek)
        if objecttype is None:
            return
        object_ = Koppelobject(
            id=verzoek.pk,
            applicatie=verzoek.applicatie,
            objecttype=objecttype,
            dialect=objecttype.dialect,
            record_soort=Verzoek.record_soort,
            data=_verzoekdata(verzoek, Dialect(objecttype.dialect)),
            type_versie=objecttype.versie,
        )
        _onthoud(object_, verzoek)
        object_.save(force_insert=True)
        _meld(object_, Actie.CREATE)


def _type_voor(verzoek: Verzoek) -> Objecttype | None:
    """Het objecttype waarin dit verzoek gaat; een zaakverzoek zonder eigen type gaat als gewoon verzoek, met de zaak erbij."""
    soorten = [Dialect.ZAAKVERZOEK] if verzoek.is_zaakverzoek else []
    typen = Objecttype.objects.select_related("koppeling__applicatie").filter(
        koppeling__applicatie=verzoek.applicatie_id, dialect__in=[*soorten, Dialect.PRODUCTAANVRAAG]
    )
    gevonden = sorted(typen, key=lambda t: (t.dialect == Dialect.ZAAKVERZOEK, t.versie), reverse=True)
    return gevonden[0] if gevonden else None


def _verzoekdata(verzoek: Verzoek, dialect: Dialect) -> dict[str, Any]:
    wie = _nummer_van(verzoek.betrokkene_id)
    zaak = ""
    if verzoek.zaak_id is not None:
        sleutels = ZaakSleutel.objects.filter(zaak=verzoek.zaak_id, soort=ZaakSleutel.Soort.URL).order_by("pk")
        zaak = sleutels.values_list("waarde", flat=True).first() or ""
    velden = bestandsvelden(verzoek.type_versie.formulier)
    antwoorden = met_documenten(verzoek.antwoorden or {}, velden)
    gevuld = antwoorden.pop("documenten", []) if velden else []
    bijlagen = [adres for veld in velden if json_pointer(veld) in gevuld for adres in antwoorden[veld]]
    als_zaakverzoek = verzoek_dialect.zaakverzoek(verzoek, wie, zaak, antwoorden, bijlagen)
    if dialect == Dialect.ZAAKVERZOEK:
        return als_zaakverzoek
    erbij = {n: w for n, w in als_zaakverzoek.items() if n in ("zaak", "zaak_identificatie", "soort")}
    return verzoek_dialect.productaanvraag(verzoek, wie, antwoorden, bijlagen) | (
        erbij if verzoek.is_zaakverzoek else {}
    )


def _nummer_van(betrokkene: UUID) -> tuple[NummerSoort, str] | None:
    """Hoe een zaaksysteem deze persoon kent; een vestiging gaat onder het KVK-nummer van haar bedrijf."""
    volgorde = [NummerSoort.BSN, NummerSoort.KVK, NummerSoort.RSIN, NummerSoort.VESTIGING]
    bedrijf = Betrokkene.objects.filter(pk=betrokkene).values("onderdeel_van")
    rijen = list(Identificatie.objects.filter(betrokkene=betrokkene)) + list(
        Identificatie.objects.filter(betrokkene__in=bedrijf, soort=NummerSoort.KVK)
    )
    nummers = {NummerSoort(rij.soort): str(rij.waarde) for rij in rijen}
    return next(((soort, nummers[soort]) for soort in volgorde if soort in nummers), None)


# --- het object bijhouden -----------------------------------------------------------------------------------------------------
def loop_bij(object_: Koppelobject, record: Vastgelegd, *, bewaar: bool = False) -> bool:
    """Breng het object bij wat er sindsdien met het record gebeurde; True als er daardoor een nieuw record is.

    Zonder `bewaar` alleen in het geheugen, om te lezen.
    """
    if record.versie == object_.gezien_versie:
        return False
    nieuw = toon(object_.dialect, object_.data, record, bij_van(object_))
    veranderd: bool = nieuw != object_.data
    if veranderd:
        if bewaar:
            _vorige(object_).save(force_insert=True)
        _volgend_record(object_, nieuw)
    if not bewaar:
        return veranderd
    _onthoud(object_, record)
    object_.save()
    return veranderd


def _schrijf(object_: Koppelobject, data: dict[str, Any], wijziging: Objectwijziging) -> bool:
    """Een nieuw record als er iets verandert; een herhaling is geen wijziging."""
    wil = (
        wijziging.type_versie or object_.type_versie,
        wijziging.start_op or object_.start_op,
        wijziging.eind_op if wijziging.eind_op or wijziging.heel else object_.eind_op,
    )
    anders_type = wil[0] != object_.type_versie
    if data == object_.data and not anders_type and wil[2] == object_.eind_op:
        return False
    _vorige(object_, wil[1]).save(force_insert=True)
    _volgend_record(object_, data)
    object_.type_versie, object_.start_op, object_.eind_op = wil
    object_.verbetert = wijziging.verbetert
    return True


def _vorige(object_: Koppelobject, tot: date | None = None) -> Objectversie:
    """Het record dat nu het laatste is, als eerder record: het eindigt waar het volgende begint."""
    velden = ("index", "type_versie", "data", "start_op", "registratie_op", "verbetert")
    return Objectversie(object=object_, eind_op=tot or vandaag(), **{naam: getattr(object_, naam) for naam in velden})


def _volgend_record(object_: Koppelobject, data: dict[str, Any]) -> None:
    object_.index += 1
    object_.data, object_.start_op, object_.registratie_op, object_.verbetert = data, vandaag(), vandaag(), None


def _onthoud(object_: Koppelobject, record: Vastgelegd) -> None:
    """Tot welke versie het object bij is, en of het andere systeem nu aan zet is."""
    object_.gezien_versie = record.versie
    if isinstance(record, Taak):
        object_.gedaan_op = record.uitgevoerd_op if record.status == Status.UITGEVOERD else None
        if record.status != Status.UITGEVOERD:
            los_op(object_.pk, [Koppelfoutsoort.NIET_VERWERKT])


def _verwijder(object_: Koppelobject) -> None:
    object_.verwijderd_op, object_.gedaan_op = nu(), None
    object_.save()
    los_op(object_.pk, [Koppelfoutsoort.NIET_VERWERKT])
    _meld(object_, Actie.DESTROY)


def _meld(object_: Koppelobject, actie: Actie) -> None:
    """Zet een melding aan de Notificaties API klaar, in dezelfde transactie; de worker stuurt haar na de commit."""
    koppeling = object_.objecttype.koppeling if object_.objecttype else None
    if koppeling is not None and koppeling.notificaties_url:
        Objectmelding(object=object_, koppeling=koppeling, actie=actie).save(force_insert=True)
        wek("objecten.verstuur")


# --- per soort record ---------------------------------------------------------------------------------------------------------
def bij_van(object_: Koppelobject) -> Bij:
    """Wat een taakdialect van de koppeling moet weten. Pas als het nodig is volgt er een query."""
    hosts = [*object_.applicatie.formulier_hosts]
    koppeling = object_.objecttype.koppeling if object_.objecttype else None
    categorie = _categorie(object_, {})
    hosts += categorie.formulier_hosts if categorie else []
    host_mag: Callable[[str], bool] = partial(host_toegestaan, toegestaan=hosts)
    return Bij(
        formulier=partial(_formulier, object_.applicatie_id),
        host_mag=host_mag,
        zone=koppeling.zone if koppeling else Bij().zone,
        linkparameter=koppeling.linkparameter if koppeling else "",
    )


def _formulier(applicatie: UUID, naam: str) -> Mapping[str, Any] | None:
    gevonden = zoek(naam, applicatie)
    return met_herkomst(gevonden) if gevonden else None


def _categorie(object_: Koppelobject, data: Mapping[str, Any]) -> Categorie | None:
    """Die van het objecttype; anders die met de code van de eigenaar; anders die van de applicatie (None)."""
    if object_.objecttype and object_.objecttype.categorie_id:
        return object_.objecttype.categorie
    eigenaar = data.get("eigenaar") if object_.dialect == Dialect.V2 else None
    return Categorie.objects.filter(code=slugify(eigenaar)).first() if isinstance(eigenaar, str) and eigenaar else None


def _lees_taak(object_: Koppelobject, data: Mapping[str, Any]) -> Gelezen:
    try:
        gelezen: Gelezen = TAAKDIALECT[object_.dialect].lees(data, bij_van(object_))
    except OnleesbaarError as fout:
        begin = "record.data." if object_.objecttype else ""
        raise WeigerError([(f"{begin}{f.pad}", f.code, f.uitleg) for f in fout.fouten]) from fout
    return replace(gelezen, nieuw=replace(gelezen.nieuw, categorie=_categorie(object_, data)))


def _zet_stap(taak: Taak, naar: Status, antwoord: Mapping[str, Any] | None, door: Partij) -> bool:
    """Zet de taak waar de eigenaar zegt dat zij is, langs de stappen die daarbij horen. False als zij daar niet kan komen."""
    gegevens = {"ontvangenGegevens": dict(antwoord)} if antwoord else None
    nu_ = Status(taak.status)
    match naar, nu_:
        case (Status.UITGEVOERD, Status.OPEN):
            taken.voer_uit(taak.pk, door, gegevens=gegevens)
        case (Status.VERWERKT, Status.OPEN):
            taken.voer_uit(taak.pk, door, gegevens=gegevens)
            taken.verwerk(taak.pk, door)
        case (Status.VERWERKT, Status.UITGEVOERD):
            taken.verwerk(taak.pk, door)
        case (Status.AFGEBROKEN, Status.OPEN | Status.UITGEVOERD):
            taken.breek_af(taak.pk, door, reden=GESLOTEN)
        case (Status.OPEN, Status.UITGEVOERD | Status.NIET_UITGEVOERD | Status.AFGEBROKEN):
            taken.heropen(taak.pk, door)
        case (Status.AFGEBROKEN, Status.VERWERKT | Status.NIET_UITGEVOERD | Status.AFGEBROKEN):
            pass  # gesloten is gesloten, hoe het ook afliep
        case _:
            return bool(naar == nu_)
    return True


def _werk_taak_bij(
    object_: Koppelobject, taak: Taak, oud: dict[str, Any], nieuw: dict[str, Any], door: Partij
) -> tuple[dict[str, Any], bool]:
    """De taak bij wat er in het object veranderde; geeft het object om te bewaren, en of de taak nu gedaan is."""
    was = Status(taak.status)
    if door.applicatie is None or object_.applicatie_id != door.applicatie.pk:
        nieuw = _voer_uit_namens(object_, taak, oud, nieuw, door)
        return nieuw, was == Status.OPEN
    gelezen = _lees_taak(object_, nieuw)
    if gelezen.nieuw.voor.urn != taak.toegewezen_aan:
        raise PastNietError("Voor wie een taak is verandert niet. Maak een nieuwe taak.")
    if gelezen.status == Status.OPEN and taak.open:
        _wijzig(object_, taak, gelezen, door)
    past = _zet_stap(taak, gelezen.status, gelezen.antwoord, door) or _status_onveranderd(oud, nieuw)
    if not past:
        meld_fout(object_, Koppelfoutsoort.STATUS_PAST_NIET, str(nieuw.get("status", ""))[:50])
    return nieuw, was == Status.OPEN and gelezen.status == Status.UITGEVOERD


def _status_onveranderd(oud: Mapping[str, Any], nieuw: Mapping[str, Any]) -> bool:
    return bool(oud.get("status") == nieuw.get("status"))


def _wijzig(object_: Koppelobject, taak: Taak, gelezen: Gelezen, door: Partij) -> None:
    """Wat de eigenaar aan een open taak verandert: titel, termijn, formulier, vooraf ingevulde gegevens."""
    nieuw = gelezen.nieuw
    velden: dict[str, Any] = {
        "titel": nieuw.titel,
        "toelichting": nieuw.toelichting,
        "einddatum_handelingstermijn": nieuw.einddatum,
        "termijn_zoals_gestuurd": nieuw.termijn_zoals_gestuurd,
        "verwerker_taak_id": nieuw.verwerker_taak_id,
    }
    if nieuw.soort != taak.soort:
        raise PastNietError("De soort van een taak verandert niet. Maak een nieuwe taak.")
    taken.wijzig(taak.pk, taken.Wijziging(velden, nieuw.details, nieuw.gegevens), door)
    _meld_mankementen(object_, gelezen)


def _voer_uit_namens(
    object_: Koppelobject, taak: Taak, oud: dict[str, Any], nieuw: dict[str, Any], door: Partij
) -> dict[str, Any]:
    """Wie een toestemming heeft (Open Formulieren) levert het antwoord: de taak is dan gedaan. Meer mag niet."""
    dialect = TAAKDIALECT[object_.dialect]
    anders = [naam for naam in dialect.BESCHERMD if naam in oud and oud.get(naam) != nieuw.get(naam)]
    woord = str(nieuw.get("status", "")).lower()
    if anders or (woord != str(oud.get("status")).lower() and dialect.WOORDEN.get(woord) != Status.UITGEVOERD):
        wat = ", ".join(anders) or "status"
        raise MagNietError(f"Met deze toestemming kunt u de taak alleen uitvoeren. Niet te wijzigen: {wat}.")
    antwoord = _antwoord_in(object_, oud, nieuw)
    try:
        gedaan = taken.voer_uit(taak.pk, door, gegevens={"ontvangenGegevens": antwoord} if antwoord else None)
    except taken.OvergangError as fout:
        raise PastNietError(str(fout)) from fout
    return toon(object_.dialect, nieuw, gedaan, bij_van(object_))


def _antwoord_in(object_: Koppelobject, oud: Mapping[str, Any], nieuw: Mapping[str, Any]) -> dict[str, Any]:
    """De antwoorden: `verzonden_data` waar die hoort, en anders alles wat er nieuw bij staat."""
    gelezen = _lees_taak(object_, nieuw).antwoord
    if gelezen:
        return dict(gelezen)
    return {naam: waarde for naam, waarde in nieuw.items() if naam != "status" and oud.get(naam) != waarde}


def _maak_bericht(object_: Koppelobject, door: Partij) -> Bericht:
    try:
        nieuw = bericht_dialect.lees(object_.data)
    except bericht_dialect.OnleesbaarError as fout:
        raise WeigerError([(f"record.data.{pad}", code, uitleg) for pad, code, uitleg in fout.fouten]) from fout
    vingerafdruk = bytes(object_.vingerafdruk)
    nieuw = replace(
        nieuw,
        vingerafdruk=vingerafdruk,
        # Een object heeft geen eigen kenmerk; zo maakt hetzelfde verzoek nog eens geen tweede bericht.
        bron_referentie=f"object-{vingerafdruk.hex()}",
        categorie=_categorie(object_, {}),
    )
    try:
        return berichten.maak_aan(nieuw, door, pk=object_.pk)
    except berichten.VerwijzingError as fout:  # een bijlage die niet van deze applicatie is
        raise WeigerError([("record.data.bijlages", "invalid_reference", str(fout))]) from fout


def _werk_bericht_bij(bericht: Bericht, oud: dict[str, Any], nieuw: dict[str, Any], door: Partij) -> dict[str, Any]:
    """Vóór publicatie mag alles anders, daarna niets meer. Of het geopend is, zegt alleen de ontvanger."""
    nieuw = {**nieuw, "geopend": oud.get("geopend", False)}
    if nieuw == oud:
        return nieuw
    try:
        gelezen = bericht_dialect.lees(nieuw)
    except bericht_dialect.OnleesbaarError as fout:
        raise WeigerError([(f"record.data.{pad}", code, uitleg) for pad, code, uitleg in fout.fouten]) from fout
    if gelezen.voor.urn != bericht.geadresseerde:
        raise PastNietError("Voor wie een bericht is verandert niet. Maak een nieuw bericht.")
    velden = {
        "onderwerp": gelezen.onderwerp,
        "tekst": gelezen.tekst,
        "aard": gelezen.aard or bericht.aard,
        "publicatiedatum": gelezen.publicatiedatum or bericht.publicatiedatum,
        "referentie": gelezen.referentie,
        "bericht_type": gelezen.bericht_type,
        "handelingsperspectief": gelezen.handelingsperspectief,
        "einddatum_moment": gelezen.einddatum,
        "bijlagen": gelezen.bijlagen,
    }
    try:
        berichten.wijzig(bericht.pk, velden, door)
    except berichten.AlTeLezenError as fout:
        raise PastNietError(str(fout)) from fout
    except berichten.VerwijzingError as fout:
        raise WeigerError([("record.data.bijlages", "invalid_reference", str(fout))]) from fout
    return nieuw


def _werk_verzoek_bij(verzoek: Verzoek, nieuw: Mapping[str, Any], door: Partij) -> None:
    """Van een zaakverzoek zet de ontvanger de status; al het andere is van hem en blijft bij het object."""
    naar = verzoek_dialect.WOORDEN.get(str(nieuw.get("status", "")).lower())
    if naar == Verzoekstatus.IN_BEHANDELING and verzoek.status == Verzoekstatus.INGEDIEND:
        verzoeken.neem_in_behandeling(verzoek.pk, door)
    elif naar == Verzoekstatus.VERWERKT and not verzoek.afgerond:
        verzoeken.verwerk(verzoek.pk, door)


# --- zoeken en vergrendelen ---------------------------------------------------------------------------------------------------
def records_van(objecten: Iterable[Koppelobject]) -> dict[UUID, Vastgelegd]:
    """De records bij deze objecten: één query per soort record. De objecten zelf kwamen al door de poort."""
    per_soort: dict[str, list[UUID]] = {}
    for object_ in objecten:
        per_soort.setdefault(object_.record_soort, []).append(object_.pk)
    gevonden: dict[UUID, Vastgelegd] = {}
    for soort, pks in per_soort.items():
        gevonden |= {record.pk: record for record in _alle(soort).filter(pk__in=pks)}
    return gevonden


def met_taakstatus(objecten: QuerySet[Koppelobject], statussen: Collection[Status]) -> QuerySet[Koppelobject]:
    """Alleen de objecten waarvan de taak nu een van deze statussen heeft."""
    taken_ = Taak.objects.als_systeem(WAAROM).filter(status__in=statussen, pk=OuterRef("pk"))
    return objecten.filter(Exists(taken_))


def _alle(soort: str) -> Any:
    if soort == Taak.record_soort:
        return Taak.objects.als_systeem(WAAROM).met_context()
    if soort == Bericht.record_soort:
        return Bericht.objects.als_systeem(WAAROM).met_context()
    return Verzoek.objects.als_systeem(WAAROM).met_context()


def _record(object_: Koppelobject) -> Vastgelegd:
    record: Vastgelegd = _alle(object_.record_soort).get(pk=object_.pk)
    return record


def _vergrendel_record(object_: Koppelobject) -> Vastgelegd:
    record: Vastgelegd = _alle(object_.record_soort).select_for_update(of=("self",)).get(pk=object_.pk)
    return record


def _taak(pk: UUID) -> Taak:
    return Taak.objects.als_systeem(WAAROM).met_context().get(pk=pk)


def _vergrendel(uuid: UUID, applicatie: Applicatie) -> Koppelobject:
    """Het object dat deze applicatie mag zien, vergrendeld; `Koppelobject.DoesNotExist` als zij het niet mag zien."""
    return Koppelobject.objects.van(applicatie).met_context().select_for_update(of=("self",)).get(pk=uuid)


def _al_bekend(nieuw: NieuwObject, dialect: Dialect, applicatie: Applicatie) -> Koppelobject | None:
    """Het object met deze zelfgekozen uuid als het precies hetzelfde is; is de uuid voor iets anders gebruikt: `WeigerError`."""
    assert nieuw.uuid is not None
    bestaand = Koppelobject.objects.van(applicatie).met_context().filter(pk=nieuw.uuid).first()
    if bestaand is not None and bytes(bestaand.vingerafdruk) == nieuw.vingerafdruk:
        return bestaand
    if (
        Koppelobject.objects.als_systeem(WAAROM).filter(pk=nieuw.uuid).exists()
        or _alle(RECORD_SOORT[dialect]).filter(pk=nieuw.uuid).exists()
    ):
        raise WeigerError([("uuid", "unique", "Er is al een object met deze uuid.")])
    return None


def _eis_eigenaar(object_: Koppelobject, door: Partij) -> None:
    if door.applicatie is None or object_.applicatie_id != door.applicatie.pk:
        raise MagNietError("Alleen de applicatie die dit object heeft gemaakt, kan dit doen.")


# --- koppelfouten -------------------------------------------------------------------------------------------------------------
def _meld_mankementen(object_: Koppelobject, gelezen: Gelezen) -> None:
    for mankement in gelezen.mankementen:
        meld_fout(object_, Koppelfoutsoort(mankement.soort), mankement.wat)


def meld_fout(object_: Koppelobject, soort: Koppelfoutsoort, wat: str = "") -> None:
    """Laat een medewerker weten dat er met dit object iets niet klopt; staat het er al, dan telt het."""
    koppeling = object_.objecttype.koppeling if object_.objecttype else None
    if koppeling is None:
        koppeling = Koppeling.objects.filter(applicatie=object_.applicatie_id).first()
    if koppeling is not None:
        leg_fout_vast(koppeling, soort, object_.pk, wat)


@transaction.atomic
def leg_fout_vast(koppeling: Koppeling, soort: Koppelfoutsoort, object_: UUID | None = None, wat: str = "") -> None:
    """Een koppelfout in de lijst van de medewerker. Dezelfde nog eens is dezelfde regel, met een hoger aantal."""
    open_ = Koppelfout.objects.filter(
        koppeling=koppeling, soort=soort, object=object_, wat=wat[:200], afgehandeld_op=None
    )
    if open_.update(aantal=F("aantal") + 1):
        return
    try:
        with transaction.atomic():
            Koppelfout(koppeling=koppeling, soort=soort, object=object_, wat=wat[:200]).save(force_insert=True)
    except IntegrityError:  # een ander was net eerder
        open_.update(aantal=F("aantal") + 1)


def los_op(object_: UUID, soorten: Collection[str], door: UUID | None = None) -> int:
    """Deze koppelfouten van dit object zijn voorbij; geeft het aantal. Zonder `door`: vanzelf."""
    fouten = Koppelfout.objects.filter(object=object_, soort__in=soorten, afgehandeld_op=None)
    return fouten.update(afgehandeld_op=nu(), afgehandeld_door=door)


def onverteld(koppeling: Koppeling) -> list[Koppelfout]:
    """De open koppelfouten waar nog geen e-mail over ging, oudste eerst."""
    return list(koppeling.fouten.filter(verteld_op=None, afgehandeld_op=None).order_by("op"))


def zet_verteld(fouten: Collection[Koppelfout]) -> None:
    """Over deze koppelfouten is een e-mail gegaan."""
    Koppelfout.objects.filter(pk__in=[fout.pk for fout in fouten]).update(verteld_op=nu())


@transaction.atomic
def handel_af(pk: int, medewerker: Medewerker) -> Koppelfout:
    """Een medewerker heeft het bekeken of elders opgelost. Opnieuw: geen verschil."""
    Koppelfout.objects.filter(pk=pk, afgehandeld_op=None).update(afgehandeld_op=nu(), afgehandeld_door=medewerker.pk)
    return Koppelfout.objects.get(pk=pk)


@transaction.atomic
def meld_opnieuw(pk: int) -> bool:
    """Stuur het andere systeem nog eens dat dit object veranderd is, met een nieuw tijdstip. False als dat niet kan."""
    fout = Koppelfout.objects.get(pk=pk)
    object_ = (
        Koppelobject.objects.als_systeem(WAAROM).met_context().filter(pk=_object_van(fout), verwijderd_op=None).first()
    )
    if object_ is None or object_.objecttype is None or not object_.objecttype.koppeling.notificaties_url:
        return False
    verzoek = object_.record_soort == Verzoek.record_soort
    _meld(object_, Actie.CREATE if verzoek else Actie.UPDATE)
    return True


@transaction.atomic
def lees_opnieuw(pk: int, medewerker: Medewerker) -> bool:
    """Lees het object van deze koppelfout nog eens, nu het formulier of de website bekend is. True als de taak nu klopt."""
    fout = Koppelfout.objects.select_related("koppeling__applicatie").get(pk=pk)
    object_ = (
        Koppelobject.objects.als_systeem("een medewerker lost een koppelfout op")
        .met_context()
        .select_for_update(of=("self",))
        .filter(pk=_object_van(fout), record_soort=Taak.record_soort, verwijderd_op=None)
        .first()
    )
    if object_ is None:
        return False
    taak = cast(Taak, _vergrendel_record(object_))
    gelezen = _lees_taak(object_, object_.data)
    if gelezen.mankementen or not taak.open or gelezen.nieuw.soort != taak.soort:
        return False
    door = Partij.medewerker(medewerker, object_.applicatie)
    taken.wijzig(taak.pk, taken.Wijziging({}, gelezen.nieuw.details, gelezen.nieuw.gegevens), door)
    los_op(object_.pk, [fout.soort], medewerker.pk)
    return True


@transaction.atomic
def sluit_taak(pk: int, medewerker: Medewerker, *, verwerkt: bool, reden: str = "") -> bool:
    """Een medewerker sluit de taak van deze koppelfout, namens de applicatie: verwerkt, of ingetrokken met een reden.

    False als dat vanuit de huidige status niet kan.
    """
    fout = Koppelfout.objects.get(pk=pk)
    taak = (
        Taak.objects.als_systeem("een medewerker lost een koppelfout op")
        .met_context()
        .filter(pk=_object_van(fout))
        .first()
    )
    if taak is None:
        return False
    door = Partij.medewerker(medewerker, taak.applicatie)
    try:
        with transaction.atomic():
            if verwerkt:
                taken.verwerk(taak.pk, door)
            else:
                taken.breek_af(taak.pk, door, reden=reden)
    except taken.OvergangError:
        return False
    handel_af(pk, medewerker)
    return True


def vernietig_object(gebeurtenis: Gebeurtenis) -> None:
    """Volger: de inhoud van een taak, bericht of verzoek is vernietigd. De kopie die het andere systeem kent gaat mee weg."""
    objecten = Koppelobject.objects.als_systeem("de bewaartermijn is voorbij")
    objecten.filter(pk=gebeurtenis.record_id, record_soort=gebeurtenis.record_soort).delete()


def is_taak(pk: UUID) -> bool:
    """Of deze sleutel van een taak is: alleen om er in het beheer naar te verwijzen."""
    return Taak.objects.als_systeem("een verwijzing in het beheer").filter(pk=pk).exists()


def _object_van(fout: Koppelfout) -> UUID:
    """Waar de fout over gaat; een uuid die nergens is als zij over de hele koppeling gaat."""
    return fout.object or UUID(int=0)


def bewaak() -> int:
    """Zet in de lijst van koppelfouten wat gedaan is en te lang niet verwerkt; geeft het aantal."""
    aantal = 0
    for koppeling in Koppeling.objects.filter(actief=True):
        al = Koppelfout.objects.filter(
            object=OuterRef("pk"), soort=Koppelfoutsoort.NIET_VERWERKT, op__gte=OuterRef("gedaan_op")
        )
        te_laat = (
            Koppelobject.objects.als_systeem("zoekt wat gedaan is en niet verwerkt")
            .filter(objecttype__koppeling=koppeling, verwijderd_op=None)
            .filter(~Exists(al), gedaan_op__lt=nu() - timedelta(hours=koppeling.verwerkt_binnen))
        )
        for pk in list(te_laat.values_list("pk", flat=True)[:1000]):
            leg_fout_vast(koppeling, Koppelfoutsoort.NIET_VERWERKT, pk)
            aantal += 1
    return aantal


def meld_opgegeven(melding: Objectmelding) -> None:
    """Een melding is na dagen proberen niet aangekomen: een medewerker moet het weten."""
    leg_fout_vast(melding.koppeling, Koppelfoutsoort.MELDING_MISLUKT, melding.object_id, str(melding.actie))
