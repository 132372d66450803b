"""Doen alsof: lezen, insturen en een e-mail die niet aankomt. Alleen op records van een testkant."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from berichten import handelingen as berichten
from berichten.models import Bericht
from portaal.betrokkenen.handelingen import vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Applicatie, Niveau
from portaal.betrokkenen.urn import Geadresseerde
from portaal.gebeurtenissen.records import vergrendel
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Over, leg_vast
from portaal.inloggen.partij import MagNietError
from portaal.inloggen.toegang import Toegang
from portaal.zaken.models import Zaak
from taken import handelingen as taken
from taken.models import Taak, TaakSoort
from verzoeken import handelingen as verzoeken
from verzoeken.models import Verzoek, Verzoektype

MIDDEL = "nagebootst"


def _eis_test(applicatie: Applicatie) -> None:
    if not applicatie.test:
        raise MagNietError("Nabootsen kan alleen met een testsleutel.")


def _als(betrokkene: UUID) -> Toegang:
    """De testpersoon, ingelogd met het hoogste niveau."""
    return Toegang(betrokkene, betrokkene, frozenset({betrokkene}), int(Niveau.HOOG), MIDDEL)


def open_bericht(pk: UUID, applicatie: Applicatie) -> Bericht:
    """De testpersoon opent het bericht. Fouten: `MagNietError`, `Bericht.DoesNotExist` (ook als het nog niet te lezen is)."""
    _eis_test(applicatie)
    bericht = Bericht.objects.van(applicatie).get(pk=pk)
    berichten.publiceer(pk)
    return berichten.open_(pk, _als(bericht.betrokkene_id))


def stuur_in(pk: UUID, applicatie: Applicatie, gegevens: Mapping[str, Any]) -> Taak:
    """De testpersoon verstuurt het formulier, of zegt bij een andere taak dat het gedaan is.

    Fouten: die van `taken.handelingen.dien_in` en `meld_gedaan`.
    """
    _eis_test(applicatie)
    taak = Taak.objects.van(applicatie).get(pk=pk)
    if taak.soort != TaakSoort.FORMULIERTAAK:
        return taken.meld_gedaan(pk, _als(taak.betrokkene_id))
    if taak.verzoektype:
        raise MagNietError("Een taak met een verzoektype maakt een echt verzoek, en is dus niet na te bootsen.")
    return taken.dien_in(pk, _als(taak.betrokkene_id), gegevens)


def dien_verzoek_in(
    type_pk: UUID, applicatie: Applicatie, wie: Geadresseerde, gegevens: Mapping[str, Any], zaak: UUID | None = None
) -> Verzoek:
    """De testpersoon verstuurt een verzoek van een type van deze testkant; een zaakverzoek bij een zaak ervan.

    Fouten: `GeenTestpersoonError`, `Verzoektype.DoesNotExist`, `Zaak.DoesNotExist` en die van
    `verzoeken.handelingen.dien_proef_in`.
    """
    _eis_test(applicatie)
    type_ = Verzoektype.objects.select_related("applicatie__organisatie", "categorie").get(
        pk=type_pk, applicatie=applicatie
    )
    bij = Zaak.objects.van(applicatie).get(pk=zaak) if zaak is not None else None
    return verzoeken.dien_proef_in(type_, gegevens, _als(vind_of_maak_geadresseerde(wie)), bij)


@transaction.atomic
def laat_notificatie_mislukken(soort: str, pk: UUID, applicatie: Applicatie) -> None:
    """De e-mail over deze taak of dit bericht kwam niet aan. Het staat in het boek zoals een echte mislukking."""
    _eis_test(applicatie)
    record = (Taak if soort == Taak.record_soort else Bericht).objects.van(applicatie).get(pk=pk)
    leg_vast(
        vergrendel(soort, pk),
        Soort.NOTIFICATIE_MISLUKT,
        SYSTEEM,
        Over(record.betrokkene_id, record.zaak_id, applicatie.pk, applicatie.organisatie_id),
        feiten={"kanaal": "email", "nagebootst": True},
        wijzigt=False,
    )
