"""Handelingen op zaken."""

from uuid import UUID

from django.db import transaction

from portaal.betrokkenen.models import Organisatie
from portaal.zaken.models import Zaak, ZaakSleutel


def zoek_zaak(sleutels: list[tuple[ZaakSleutel.Soort, str]]) -> UUID | None:
    """De zaak die onder een van deze namen bekend is, of None: dan wordt zij later gebonden. Eén query."""
    if not sleutels:
        return None
    return (
        ZaakSleutel.objects.filter(soort__in={s for s, _w in sleutels}, waarde__in=[w for _s, w in sleutels])
        .values_list("zaak_id", flat=True)
        .first()
    )


@transaction.atomic
def registreer_zaak(
    organisatie: Organisatie, omschrijving: str, identificatie: str, sleutels: list[tuple[ZaakSleutel.Soort, str]]
) -> Zaak:
    """Maak een zaak bekend onder haar namen, of werk haar omschrijving bij als een van de namen al bestaat."""
    bestaand = zoek_zaak(sleutels)
    if bestaand is not None:
        zaak = Zaak.objects.als_systeem("zaak bijwerken").select_for_update().get(pk=bestaand)
        zaak.omschrijving, zaak.identificatie = omschrijving, identificatie
        zaak.save()
    else:
        zaak = Zaak(organisatie=organisatie, omschrijving=omschrijving, identificatie=identificatie)
        zaak.save(force_insert=True)
    ZaakSleutel.objects.bulk_create(
        [ZaakSleutel(zaak=zaak, soort=soort, waarde=waarde) for soort, waarde in sleutels], ignore_conflicts=True
    )
    return zaak
