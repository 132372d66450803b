"""Handelingen op betrokkenen."""

from uuid import UUID

from django.db import IntegrityError, transaction

from portaal.betrokkenen.models import SOORT_BIJ_NUMMER, Betrokkene, Identificatie
from portaal.betrokkenen.nummers import NummerSoort


def vind_betrokkene(soort: NummerSoort, waarde: str, uitgever: str = "") -> UUID | None:
    """De id van wie dit nummer heeft, of None. Een onmogelijk nummer geeft `OngeldigNummerError`. Eén query."""
    return Identificatie.objects.met_nummer(soort, waarde, uitgever).values_list("betrokkene_id", flat=True).first()


def vind_of_maak_betrokkene(
    soort: NummerSoort, waarde: str, uitgever: str = "", *, onderdeel_van: UUID | None = None
) -> UUID:
    """De id van wie dit nummer heeft; bestaat hij nog niet, dan wordt hij nu gemaakt. Hoort in een transactie.

    Twee tegelijk met hetzelfde nieuwe nummer krijgen dezelfde betrokkene: de unieke index beslist.
    """
    gevonden = vind_betrokkene(soort, waarde, uitgever)
    if gevonden is not None:
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
