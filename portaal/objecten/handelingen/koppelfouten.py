"""Koppelfouten: wat een medewerker moet weten of oplossen. Alleen de lijst; wat hij eraan doet staat in `oplossen`."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef

from portaal.inloggen.models import Medewerker
from portaal.objecten.models import (
    Koppelfout,
    Koppelfoutsoort,
    Koppeling,
    Koppelobject,
    Objectmelding,
)
from portaal.tijd import nu


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


def object_van(fout: Koppelfout) -> UUID:
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
