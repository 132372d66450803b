"""Handelingen op betrokkenen."""

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from portaal.betrokkenen.models import (
    SOORT_BIJ_NUMMER,
    Aard,
    Applicatie,
    Betrokkene,
    Categorie,
    Identificatie,
    Organisatie,
)
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde


def vind_betrokkene(soort: NummerSoort, waarde: str, uitgever: str = "") -> UUID | None:
    """De id van wie dit nummer heeft, of None. Een onmogelijk nummer geeft `OngeldigNummerError`. Eén query."""
    return Identificatie.objects.met_nummer(soort, waarde, uitgever).values_list("betrokkene_id", flat=True).first()


def vind_of_maak_betrokkene(
    soort: NummerSoort, waarde: str, uitgever: str = "", *, onderdeel_van: UUID | None = None
) -> UUID:
    """De id van wie dit nummer heeft; bestaat hij nog niet, dan wordt hij nu gemaakt. Hoort in een transactie.

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
            nieuw = Betrokkene(soort=SOORT_BIJ_NUMMER[soort], onderdeel_van_id=onderdeel_van)
            nieuw.save(force_insert=True)
            Identificatie.voor(nieuw, soort, waarde, uitgever).save(force_insert=True)
    except IntegrityError:
        gevonden = vind_betrokkene(soort, waarde, uitgever)
        if gevonden is None:
            raise
        return gevonden
    return nieuw.pk


def vind_of_maak_geadresseerde(voor: Geadresseerde) -> UUID:
    """De id van wie met een urn genoemd is, zo nodig nu gemaakt; een vestiging krijgt haar bedrijf erbij."""
    bedrijf = None
    if voor.soort is NummerSoort.VESTIGING and voor.kvk_nummer:
        bedrijf = vind_of_maak_betrokkene(NummerSoort.KVK, voor.kvk_nummer)
    return vind_of_maak_betrokkene(voor.soort, voor.nummer, onderdeel_van=bedrijf)


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


def geadresseerde_van(betrokkene: UUID) -> tuple[NummerSoort, str] | None:
    """Een nummer van deze betrokkene, om aan de bron te laten weten wie het is; None als hij er geen heeft."""
    identificatie = Identificatie.objects.filter(betrokkene=betrokkene).order_by("pk").first()
    return (NummerSoort(identificatie.soort), str(identificatie.waarde)) if identificatie else None
