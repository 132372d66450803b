"""Wat een medewerker aan een koppelfout doet."""

from typing import cast
from uuid import UUID

from django.db import transaction

from portaal.inloggen.models import Medewerker
from portaal.inloggen.partij import Partij
from portaal.objecten.handelingen.basis import WAAROM, meld, vergrendel_record
from portaal.objecten.handelingen.koppelfouten import handel_af, los_op, object_van
from portaal.objecten.handelingen.taak import lees_taak
from portaal.objecten.models import (
    Actie,
    Koppelfout,
    Koppelobject,
)
from taken import handelingen as taken
from taken.models import Taak
from verzoeken.models import Verzoek


@transaction.atomic
def meld_opnieuw(pk: int) -> bool:
    """Stuur het andere systeem nog eens dat dit object veranderd is, met een nieuw tijdstip. False als dat niet kan."""
    fout = Koppelfout.objects.get(pk=pk)
    object_ = (
        Koppelobject.objects.als_systeem(WAAROM).met_context().filter(pk=object_van(fout), verwijderd_op=None).first()
    )
    if object_ is None or object_.objecttype is None or not object_.objecttype.koppeling.notificaties_url:
        return False
    verzoek = object_.record_soort == Verzoek.record_soort
    meld(object_, Actie.CREATE if verzoek else Actie.UPDATE)
    return True


@transaction.atomic
def lees_opnieuw(pk: int, medewerker: Medewerker) -> bool:
    """Lees het object van deze koppelfout nog eens, nu het formulier of de website bekend is. True als de taak nu klopt."""
    fout = Koppelfout.objects.select_related("koppeling__applicatie").get(pk=pk)
    object_ = (
        Koppelobject.objects.als_systeem("een medewerker lost een koppelfout op")
        .met_context()
        .select_for_update(of=("self",))
        .filter(pk=object_van(fout), record_soort=Taak.record_soort, verwijderd_op=None)
        .first()
    )
    if object_ is None:
        return False
    taak = cast(Taak, vergrendel_record(object_))
    gelezen = lees_taak(object_, object_.data)
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
        .filter(pk=object_van(fout))
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


def is_taak(pk: UUID) -> bool:
    """Of deze sleutel van een taak is: alleen om er in het beheer naar te verwijzen."""
    return Taak.objects.als_systeem("een verwijzing in het beheer").filter(pk=pk).exists()
