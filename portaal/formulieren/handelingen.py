"""Wat er met een formulier in het register kan gebeuren. Alleen een medewerker kan dit.

bewaar_concept ──▶ concept (versie n) ── publiceer ──▶ gepubliceerd, voor altijd hetzelfde
                      ▲ bewaar_concept                     │ bewaar_concept
                      └────────────────────────────────────┘ (versie n + 1)
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from portaal.betrokkenen.models import Applicatie
from portaal.formulieren.definitie import lees_definitie
from portaal.formulieren.herkomst import zonder_herkomst
from portaal.formulieren.models import Formulier, Formulierversie
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.vastleggen import Over, leg_vast
from portaal.inloggen.partij import MagNietError, Partij
from portaal.tijd import nu


@transaction.atomic
def bewaar(formulier: Formulier, applicaties: Iterable[Applicatie], door: Partij) -> Formulier:
    """Maak een formulier of bewaar wat eraan is gewijzigd, met wie het mag gebruiken. De vragen staan in een versie."""
    _eis_medewerker(door)
    nieuw = formulier._state.adding
    if not nieuw:
        oud = Formulier.objects.select_for_update().get(pk=formulier.pk)
        for naam in ("versie", "gebeurtenissen_aantal", "gebeurtenissen_hash"):
            setattr(formulier, naam, getattr(oud, naam))
    _leg_vast(formulier, Soort.FORMULIER_AANGEMAAKT if nieuw else Soort.FORMULIER_GEWIJZIGD, door)
    formulier.applicaties.set(applicaties)
    return formulier


@transaction.atomic
def bewaar_concept(pk: UUID, definitie: Mapping[str, Any], door: Partij) -> Formulierversie:
    """Zet deze vragen in het concept; is er geen, dan komt er een versie bij. `DefinitieFout` met alles wat niet klopt."""
    _eis_medewerker(door)
    lees_definitie(definitie)
    definitie = zonder_herkomst(definitie)
    formulier = Formulier.objects.select_for_update().get(pk=pk)
    laatste = formulier.versies.order_by("-versie").first()
    if laatste is None or laatste.gepubliceerd_op is not None:
        laatste = Formulierversie(formulier=formulier, versie=laatste.versie + 1 if laatste else 1)
    elif laatste.definitie == definitie:
        return laatste
    laatste.definitie = definitie
    laatste.save()
    _leg_vast(formulier, Soort.FORMULIER_GEWIJZIGD, door, versie=laatste.versie)
    return laatste


@transaction.atomic
def publiceer(pk: UUID, nummer: int, door: Partij) -> Formulierversie:
    """Vanaf nu krijgt wie geen versie noemt deze. Wat al gemaakt is houdt de versie die het had. Opnieuw: geen verschil."""
    _eis_medewerker(door)
    formulier = Formulier.objects.select_for_update().get(pk=pk)
    versie = formulier.versies.get(versie=nummer)
    if versie.gepubliceerd_op is None:
        versie.gepubliceerd_op = nu()
        versie.save()
        _leg_vast(formulier, Soort.FORMULIER_GEPUBLICEERD, door, versie=nummer)
    return versie


@transaction.atomic
def zet_klaar(
    code: str, naam: str, definitie: Mapping[str, Any], applicaties: Iterable[Applicatie], door: Partij
) -> Formulierversie:
    """Zorg dat deze definitie onder dit id is gepubliceerd en door deze applicaties te gebruiken. Opnieuw: geen verschil."""
    formulier = Formulier.objects.filter(code=code).first()
    if formulier is None:
        formulier = bewaar(Formulier(code=code, naam=naam), applicaties, door)
    else:
        formulier.applicaties.add(*applicaties)
    geldend = formulier.versies.filter(gepubliceerd_op__isnull=False).order_by("-versie").first()
    if geldend is not None and geldend.definitie == definitie:
        return geldend
    return publiceer(formulier.pk, bewaar_concept(formulier.pk, definitie, door).versie, door)


def _eis_medewerker(door: Partij) -> None:
    if door.actor.soort == ActorSoort.SYSTEEM:
        return  # de demo en `manage.py`
    if door.actor.soort != ActorSoort.MEDEWERKER:
        raise MagNietError("Alleen een medewerker kan het register van formulieren wijzigen.")


def _leg_vast(formulier: Formulier, soort: Soort, door: Partij, *, versie: int | None = None) -> None:
    leg_vast(formulier, soort, door.actor, Over(), feiten={"versie": versie} if versie else {})
