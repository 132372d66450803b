"""Handelingen op betrokkenen, en op ketenpartners en hun leden."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from portaal.betrokkenen.models import (
    SOORT_BIJ_NUMMER,
    Aard,
    Applicatie,
    Betrokkene,
    BetrokkeneSoort,
    Categorie,
    Identificatie,
    Ketenpartner,
    KetenpartnerLid,
    KetenpartnerRol,
    Organisatie,
    Uitnodiging,
)
from portaal.betrokkenen.nummers import NummerSoort, controleer_nummer
from portaal.betrokkenen.testpersonen import eis_testpersoon
from portaal.betrokkenen.urn import ALS_KETENPARTNER, Geadresseerde, urn_van
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.vastleggen import Actor, Over, leg_vast
from portaal.tijd import nu
from portaal.versleuteling import blinde_index


def vind_betrokkene(soort: NummerSoort, waarde: str, uitgever: str = "") -> UUID | None:
    """De id van wie dit nummer heeft, of None. Een onmogelijk nummer geeft `OngeldigNummerError`. Eén query."""
    eis_testpersoon(soort, waarde)  # hier komt elk nummer langs dat een systeem noemt
    return Identificatie.objects.met_nummer(soort, waarde, uitgever).values_list("betrokkene_id", flat=True).first()


def vind_of_maak_betrokkene(
    soort: NummerSoort,
    waarde: str,
    uitgever: str = "",
    *,
    onderdeel_van: UUID | None = None,
    als: BetrokkeneSoort | None = None,
) -> UUID:
    """De id van wie dit nummer heeft; bestaat hij nog niet, dan wordt hij nu gemaakt. Hoort in een transactie.

    `als` zegt wat voor iemand het is als dat niet uit de soort nummer volgt: een bedrijf met een pseudoniem (eIDAS).
    Met `onderdeel_van` hoort een vestiging voortaan bij dat bedrijf, tenzij zij al bij een bedrijf hoort.

    Twee tegelijk met hetzelfde nieuwe nummer krijgen dezelfde betrokkene: de unieke index beslist.
    """
    gevonden = vind_betrokkene(soort, waarde, uitgever)
    if gevonden is not None:
        if onderdeel_van is not None:
            Betrokkene.objects.filter(pk=gevonden, onderdeel_van=None).update(onderdeel_van=onderdeel_van)
        return gevonden
    try:
        with transaction.atomic():
            nieuw = Betrokkene(soort=als or SOORT_BIJ_NUMMER[soort], onderdeel_van_id=onderdeel_van)
            nieuw.save(force_insert=True)
            Identificatie.voor(nieuw, soort, waarde, uitgever).save(force_insert=True)
    except IntegrityError:
        gevonden = vind_betrokkene(soort, waarde, uitgever)
        if gevonden is None:
            raise
        return gevonden
    return nieuw.pk


class KoppelFout(Exception):
    """Dit nummer kan niet bij deze betrokkene. De tekst is voor de medewerker en noemt geen nummer."""


@transaction.atomic
def koppel_identificatie(betrokkene: UUID, soort: NummerSoort, waarde: str) -> None:
    """Dit nummer is van hetzelfde bedrijf: wie voor `betrokkene` inlogt ziet voortaan ook wat aan dit nummer is gericht.

    Kende de portaal het nummer nog niet, dan komt het bij de betrokkene; anders hoort wie het heeft er voortaan bij.
    Nog eens koppelen verandert niets. Alleen tussen nummers van organisaties (kvk, rsin, oin), anders `KoppelFout`;
    een onmogelijk nummer geeft `OngeldigNummerError`. Bij een ketenpartner geldt het voor haar nummers in die rol.
    """
    record = Betrokkene.objects.select_for_update().get(pk=betrokkene)
    uitgever = ALS_KETENPARTNER if record.identificaties.filter(uitgever=ALS_KETENPARTNER).exists() else ""
    if {record.soort, SOORT_BIJ_NUMMER[soort]} != {BetrokkeneSoort.ORGANISATIE}:
        raise KoppelFout("Alleen nummers van een bedrijf of organisatie kunnen bij elkaar horen.")
    ander = vind_betrokkene(soort, waarde, uitgever)
    if ander is None:
        Identificatie.voor(record, soort, waarde, uitgever).save(force_insert=True)
    elif ander != betrokkene:
        _voeg_bij(Betrokkene.objects.select_for_update().get(pk=ander), record)


def _voeg_bij(ander: Betrokkene, hoofd: Betrokkene) -> None:
    """Eén laag diep: wat zelf al bij een bedrijf hoort of zelf vestigingen heeft, kan er niet nog eens bij."""
    if ander.onderdeel_van_id == hoofd.pk:
        return
    if ander.onderdeel_van_id or hoofd.onderdeel_van_id or Betrokkene.objects.filter(onderdeel_van=ander).exists():
        raise KoppelFout("Dit nummer hoort al bij een ander bedrijf, of heeft zelf vestigingen.")
    ander.onderdeel_van = hoofd
    ander.save(update_fields=["onderdeel_van"])


def vind_of_maak_geadresseerde(voor: Geadresseerde) -> UUID:
    """De id van wie met een urn genoemd is, zo nodig nu gemaakt; een vestiging krijgt haar bedrijf erbij."""
    bedrijf = None
    if voor.soort is NummerSoort.VESTIGING and voor.kvk_nummer:
        bedrijf = vind_of_maak_betrokkene(NummerSoort.KVK, voor.kvk_nummer)
    return vind_of_maak_betrokkene(voor.soort, voor.nummer, voor.uitgever, onderdeel_van=bedrijf)


def vind_geadresseerde(voor: Geadresseerde) -> UUID | None:
    """De id van wie met een urn genoemd is, of None. Eén query."""
    return vind_betrokkene(voor.soort, voor.nummer, voor.uitgever)


def vind_of_maak_geadresseerden(voor: Collection[Geadresseerde]) -> dict[str, UUID]:
    """Per urn de id van wie er staat, zo nodig nu gemaakt. Wie al bekend is kost samen één query. Hoort in een transactie."""
    per_nummer: dict[tuple[str, str, bytes], list[Geadresseerde]] = {}
    for wie in {w.urn: w for w in voor}.values():
        eis_testpersoon(wie.soort, wie.nummer)
        nummer = controleer_nummer(wie.soort, wie.nummer)
        for _versie, index in blinde_index(wie.soort, wie.uitgever, nummer):
            per_nummer.setdefault((wie.soort.value, wie.uitgever, index), []).append(wie)
    bekend = Identificatie.objects.filter(index__in={index for _soort, _uitgever, index in per_nummer})
    gevonden = {
        wie.urn: betrokkene
        for soort, uitgever, index, betrokkene in bekend.values_list("soort", "uitgever", "index", "betrokkene_id")
        for wie in per_nummer.get((soort, uitgever, bytes(index)), [])
        if not wie.kvk_nummer  # een vestiging kan nog bij haar bedrijf gezet moeten worden
    }
    nieuw = {w.urn: w for w in voor if w.urn not in gevonden}
    gevonden |= _maak_veel([w for w in nieuw.values() if not w.kvk_nummer])
    return gevonden | {
        urn: vind_of_maak_geadresseerde(wie) for urn, wie in sorted(nieuw.items()) if urn not in gevonden
    }


def _maak_veel(nieuwe: Sequence[Geadresseerde]) -> dict[str, UUID]:
    """Maak ze in twee statements. Was een ander net voor (met een van deze nummers), dan is er niets gemaakt en leeg terug."""
    nummers = sorted({(w.soort, w.nummer, w.uitgever) for w in nieuwe})
    records = {nummer: Betrokkene(soort=SOORT_BIJ_NUMMER[nummer[0]]) for nummer in nummers}
    try:
        with transaction.atomic():
            Betrokkene.objects.bulk_create(records.values())
            Identificatie.objects.bulk_create(
                Identificatie.voor(record, soort, nummer, uitgever)
                for (soort, nummer, uitgever), record in records.items()
            )
    except IntegrityError:
        return {}
    return {w.urn: records[w.soort, w.nummer, w.uitgever].pk for w in nieuwe}


def testkant_van(applicatie: Applicatie) -> Applicatie:
    """De testkant van deze applicatie, met dezelfde instellingen; wordt gemaakt als zij er nog niet is.

    Zij ziet alleen haar eigen records, en hoort bij een eigen organisatie: een zaak is bekend binnen een organisatie, dus
    zo raken ook zaken van proef en echt nooit door elkaar.
    """
    if applicatie.test:
        return applicatie
    echt = applicatie.organisatie
    organisatie = Organisatie.objects.get_or_create(
        naam=f"{echt.naam[:193]} (test)", defaults={"oin": echt.oin, "website": echt.website}
    )[0]
    gelijk = {
        "naam": f"{applicatie.naam[:93]} (test)",
        "organisatie": organisatie,
        "afdeling": applicatie.afdeling,
        "standaard_categorie": applicatie.standaard_categorie,
        "formulier_hosts": applicatie.formulier_hosts,
        "verloopt_op_termijn": applicatie.verloopt_op_termijn,
        "nietdigitale_taken_op_externetaken": applicatie.nietdigitale_taken_op_externetaken,
        "dubbele_herkennen": applicatie.dubbele_herkennen,
    }
    return Applicatie.objects.update_or_create(test_van=applicatie, defaults=gelijk)[0]


def beheerapplicatie() -> Applicatie:
    """De ingebouwde applicatie waarmee medewerkers zelf iets klaarzetten; wordt de eerste keer gemaakt."""
    bestaand = Applicatie.objects.select_related("organisatie", "standaard_categorie").filter(beheer=True).first()
    if bestaand is not None:
        return bestaand
    organisatie, _nieuw = Organisatie.objects.get_or_create(
        naam=settings.ORGANISATIE_NAAM,
        defaults={
            "telefoon": settings.ORGANISATIE_TELEFOON,
            "email": settings.ORGANISATIE_EMAIL,
            "website": settings.ORGANISATIE_WEBSITE,
            "adres": settings.ORGANISATIE_ADRES,
        },
    )
    categorie, _nieuw = Categorie.objects.get_or_create(
        code="algemeen", defaults={"naam": "Algemeen", "naam_en": "General", "aard": Aard.VERZOEK_OM_INFORMATIE}
    )
    applicatie, _nieuw = Applicatie.objects.get_or_create(
        beheer=True, defaults={"naam": "Beheer", "organisatie": organisatie, "standaard_categorie": categorie}
    )
    return applicatie


def geadresseerde_van(betrokkene: UUID) -> Geadresseerde | None:
    """Hoe een systeem deze betrokkene noemt, met een van zijn nummers; None als hij er geen heeft dat een systeem kent."""
    nummers = Identificatie.objects.filter(betrokkene=betrokkene).exclude(soort=NummerSoort.PSEUDONIEM)
    identificatie = nummers.order_by("pk").first()
    if identificatie is None:
        return None
    soort, nummer = NummerSoort(identificatie.soort), str(identificatie.waarde)
    als_ketenpartner = identificatie.uitgever == ALS_KETENPARTNER
    return Geadresseerde(
        soort, nummer, urn_van(soort, nummer, als_ketenpartner=als_ketenpartner), als_ketenpartner=als_ketenpartner
    )


# --- ketenpartners --------------------------------------------------------------------------------------------------
class KetenpartnerFout(Exception):
    """Dit kan niet met deze ketenpartner. De tekst is voor de medewerker en noemt geen nummer."""


def vind_lid(organisatie: tuple[NummerSoort, str], uitgever: str, kenmerk: str) -> KetenpartnerLid | None:
    """Het actieve lid met dit kenmerk bij deze inlogdienst, van de ketenpartner met dit nummer; anders None.

    Beide moeten kloppen: een inlogdienst kan dus niemand toelaten bij een organisatie die hem daar niet kent.
    """
    persoon = vind_betrokkene(NummerSoort.PSEUDONIEM, kenmerk, uitgever)
    betrokkene = vind_betrokkene(*organisatie, ALS_KETENPARTNER)
    if persoon is None or betrokkene is None:
        return None
    leden = KetenpartnerLid.objects.select_related("ketenpartner")
    lid = leden.filter(ketenpartner__betrokkene=betrokkene, persoon=persoon).first()
    return lid if lid and lid.actief else None


@transaction.atomic
def registreer_ketenpartner(naam: str, soort: NummerSoort, nummer: str, door: Actor) -> Ketenpartner:
    """Maak de organisatie met dit nummer (oin, kvk of rsin) ketenpartner: een andere betrokkene dan dezelfde klant.

    Fouten: `OngeldigNummerError`; `KetenpartnerFout` als het nummer niet van een organisatie is of zij het al is.
    """
    if SOORT_BIJ_NUMMER[soort] != BetrokkeneSoort.ORGANISATIE:
        raise KetenpartnerFout("Een ketenpartner heeft een OIN, KVK-nummer of RSIN.")
    betrokkene = vind_of_maak_betrokkene(soort, nummer, ALS_KETENPARTNER)
    if Ketenpartner.objects.filter(betrokkene=betrokkene).exists():
        raise KetenpartnerFout("De organisatie met dit nummer is al ketenpartner.")
    ketenpartner = Ketenpartner(betrokkene_id=betrokkene, naam=naam)
    _leg_vast(ketenpartner, Soort.KETENPARTNER_GEREGISTREERD, door)
    return ketenpartner


@transaction.atomic
def zet_ketenpartner_actief(ketenpartner: UUID, door: Actor, *, actief: bool) -> Ketenpartner:
    """Laat de leden er wel of niet meer in; uit geldt meteen, ook voor wie is ingelogd. Is het al zo, dan niets."""
    record = _vergrendel(ketenpartner)
    if record.actief != actief:
        record.actief = actief
        _leg_vast(record, Soort.KETENPARTNER_GEWIJZIGD, door, actief=actief)
    return record


@transaction.atomic
def voeg_lid_toe(
    ketenpartner: UUID, uitgever: str, kenmerk: str, rol: KetenpartnerRol, door: Actor, *, naam: str = ""
) -> KetenpartnerLid:
    """Geef iemand toegang: wie bij inlogdienst `uitgever` (issuer) dit kenmerk (sub) heeft.

    Een lid van wie de toegang was ingetrokken krijgt haar terug. `KetenpartnerFout` als hij al toegang heeft.
    """
    record = _vergrendel(ketenpartner)
    persoon = vind_of_maak_betrokkene(NummerSoort.PSEUDONIEM, kenmerk, uitgever)
    lid = KetenpartnerLid.objects.filter(ketenpartner=record, persoon=persoon).first()
    if lid is not None and lid.ingetrokken_op is None:
        raise KetenpartnerFout("Deze persoon heeft al toegang.")
    lid = lid or KetenpartnerLid(ketenpartner=record, persoon_id=persoon)
    lid.rol, lid.naam, lid.ingetrokken_op, lid.toegevoegd_op = rol, naam.strip()[:200] or lid.naam, None, nu()
    lid.save()
    _leg_vast(record, Soort.KETENPARTNER_LID_TOEGEVOEGD, door, lid=str(lid.pk), rol=str(rol))
    return lid


@transaction.atomic
def wijzig_rol(lid: UUID, rol: KetenpartnerRol, door: Actor) -> KetenpartnerLid:
    """Geef een lid een andere rol; die geldt vanaf zijn volgende klik. `KetenpartnerFout` als hij geen toegang heeft."""
    record, gevonden = _vergrendel_lid(lid)
    if gevonden.rol != rol:
        gevonden.rol = rol
        gevonden.save(update_fields=["rol"])
        _leg_vast(record, Soort.KETENPARTNER_ROL_GEWIJZIGD, door, lid=str(lid), rol=str(rol))
    return gevonden


@transaction.atomic
def verwijder_lid(lid: UUID, door: Actor) -> KetenpartnerLid:
    """Trek de toegang van een lid in, meteen, ook als hij is ingelogd. Wat hij deed blijft op zijn kenmerk staan."""
    record, gevonden = _vergrendel_lid(lid)
    gevonden.ingetrokken_op = nu()
    gevonden.save(update_fields=["ingetrokken_op"])
    _leg_vast(record, Soort.KETENPARTNER_LID_VERWIJDERD, door, lid=str(lid))
    return gevonden


UITNODIGING_GELDT = timedelta(days=7)


@transaction.atomic
def nodig_uit(ketenpartner: UUID, naam: str, rol: KetenpartnerRol, door: Actor) -> tuple[Uitnodiging, str]:
    """Maak een uitnodiging voor een collega; geeft haar met de code voor de link, die daarna nergens meer staat.

    Zij geldt zeven dagen, voor één persoon.
    """
    record = _vergrendel(ketenpartner)
    code = secrets.token_urlsafe(32)
    uitnodiging = Uitnodiging(
        ketenpartner=record, naam=naam.strip()[:200], rol=rol, hash=_hash(code), verloopt_op=nu() + UITNODIGING_GELDT
    )
    uitnodiging.save(force_insert=True)
    _leg_vast(record, Soort.KETENPARTNER_UITGENODIGD, door, uitnodiging=str(uitnodiging.pk), rol=str(rol))
    return uitnodiging, code


@transaction.atomic
def trek_uitnodiging_in(uitnodiging: UUID, door: Actor) -> None:
    """De link werkt niet meer. `KetenpartnerFout` als zij al is gebruikt of ingetrokken."""
    record = Ketenpartner.objects.select_for_update().filter(uitnodigingen=uitnodiging).first()
    if record is None or not Uitnodiging.objects.filter(pk=uitnodiging).delete()[0]:
        raise KetenpartnerFout("Deze uitnodiging is er niet meer.")
    _leg_vast(record, Soort.KETENPARTNER_UITNODIGING_WEG, door, uitnodiging=str(uitnodiging))


def vind_uitnodiging(code: str) -> Uitnodiging | None:
    """De uitnodiging bij deze code, als zij nog geldt; anders None."""
    geldig = Uitnodiging.objects.select_related("ketenpartner").filter(verloopt_op__gt=nu(), ketenpartner__actief=True)
    return geldig.filter(hash=_hash(code)).first() if code else None


@transaction.atomic
def neem_uitnodiging_aan(
    code: str, organisaties: Iterable[tuple[NummerSoort, str]], uitgever: str, kenmerk: str, niveau: int
) -> KetenpartnerLid | None:
    """Maak wie deze link gebruikt lid; de uitnodiging is daarna op. None als zij niet (meer) geldt.

    `organisaties` zijn de nummers die de inlogdienst bij deze persoon noemt: die van de ketenpartner moet erbij zijn.
    Is hij al lid, dan blijft zijn rol zoals zij is en is de uitnodiging ook op.
    """
    uitnodiging = vind_uitnodiging(code)
    if uitnodiging is None:
        return None
    record = _vergrendel(uitnodiging.ketenpartner_id)
    if record.betrokkene_id not in {vind_betrokkene(*nummer, ALS_KETENPARTNER) for nummer in organisaties}:
        return None
    if not Uitnodiging.objects.filter(pk=uitnodiging.pk).delete()[0]:
        return None  # op hetzelfde moment gebruikt of ingetrokken
    persoon = vind_of_maak_betrokkene(NummerSoort.PSEUDONIEM, kenmerk, uitgever)
    lid = record.leden.select_related("ketenpartner").filter(persoon=persoon, ingetrokken_op=None).first()
    door = Actor(ActorSoort.BETROKKENE, persoon, record.betrokkene_id, niveau)
    rol = KetenpartnerRol(uitnodiging.rol)
    return lid or voeg_lid_toe(record.pk, uitgever, kenmerk, rol, door, naam=str(uitnodiging.naam))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _vergrendel(ketenpartner: UUID) -> Ketenpartner:
    return Ketenpartner.objects.select_for_update().get(pk=ketenpartner)


def _vergrendel_lid(lid: UUID) -> tuple[Ketenpartner, KetenpartnerLid]:
    """Eerst de ketenpartner, dan het lid: elke handeling in dezelfde volgorde."""
    record = Ketenpartner.objects.select_for_update().get(leden=lid)
    gevonden = KetenpartnerLid.objects.get(pk=lid)
    if gevonden.ingetrokken_op is not None:
        raise KetenpartnerFout("Deze persoon heeft geen toegang meer.")
    return record, gevonden


def _leg_vast(ketenpartner: Ketenpartner, soort: Soort, door: Actor, **feiten: Any) -> None:
    leg_vast(ketenpartner, soort, door, Over(betrokkene=ketenpartner.betrokkene_id), feiten=feiten)
