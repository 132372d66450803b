"""Medewerkers: wie zij zijn zegt de inlogdienst (issuer en sub), wat zij mogen zegt hun rol.

Nooit op e-mailadres: dat kan iemand anders krijgen. De rechten van een rol staan hier en worden bij elke inlog
gelijkgezet, zodat een ingetrokken rol bij de volgende inlog weg is.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.http import HttpRequest

from portaal.gebeurtenissen.models import Vastgelegd
from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Inlogmiddel, lees_claim
from portaal.inloggen.models import Medewerker
from portaal.inloggen.oidc import Bewijs

# Wie er binnenkomt, welke nummers bij elkaar horen, waar gebeurtenissen heen gaan en wat mensen kunnen aanvragen, bepaalt alleen
# een beheerder. Een app, of één model daarvan.
VAN_DE_BEHEERDER = {"portaal_betrokkenen", "portaal_formulieren", "portaal_webhooks", "verzoeken.verzoektype"}
VAN_INLOGGEN = ("portaal_inloggen", "auth", "sessions", "contenttypes", "admin")


@dataclass(frozen=True, slots=True)
class Rol:
    """Een rol met haar groep. `alles` geeft elk recht; anders zien, en records (taken, zaken) ook maken en wijzigen."""

    groep: str
    alles: bool = False


ROLLEN = {
    "beheerder": Rol("Beheerders", alles=True),
    "behandelaar": Rol("Behandelaars"),
}


class MedewerkerBackend(ModelBackend):
    """Rechten uit groepen, zoals Django dat doet."""

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> None:  # type: ignore[override]
        """Nooit: inloggen gaat via de inlogdienst, niet met een naam en een wachtwoord."""
        return


@transaction.atomic
def _neem_op(middel: Inlogmiddel, bewijs: Bewijs, rollen: list[Rol]) -> Medewerker:
    medewerker, _nieuw = Medewerker.objects.get_or_create(
        uitgever=middel.issuer,
        sub=bewijs.sub,
        defaults={"gebruikersnaam": _gebruikersnaam(middel, bewijs), "is_staff": False, "password": "!"},
    )
    naam, email = lees_claim(bewijs.claims, middel.naam_claim), lees_claim(bewijs.claims, middel.email_claim)
    medewerker.naam = naam[:200] if isinstance(naam, str) else medewerker.naam
    medewerker.email = email[:254] if isinstance(email, str) else medewerker.email
    medewerker.is_staff, medewerker.is_superuser = bool(rollen), False
    medewerker.save()
    medewerker.groups.set([groep_van(rol) for rol in rollen])
    return medewerker


def _gebruikersnaam(middel: Inlogmiddel, bewijs: Bewijs) -> str:
    """Uniek en zonder betekenis; wie de medewerker is staat in `naam`."""
    return f"{middel.sleutel}-{hashlib.sha256(f'{middel.issuer} {bewijs.sub}'.encode()).hexdigest()[:24]}"


def neem_medewerker_op(middel: Inlogmiddel, bewijs: Bewijs) -> Medewerker:
    """Maak of werk bij wie er inlogt. Zonder bekende rol, of op inactief gezet: `InlogFout`, en de rechten zijn weg."""
    rollen = [ROLLEN[naam] for naam in sorted(_rolnamen(middel, bewijs)) if naam in ROLLEN]
    medewerker = _neem_op(middel, bewijs, rollen) if rollen or _bekend(middel, bewijs) else None
    if medewerker is None or not rollen or not medewerker.is_active:
        raise InlogFout(Reden.ROL)
    return medewerker


def _bekend(middel: Inlogmiddel, bewijs: Bewijs) -> bool:
    return Medewerker.objects.filter(uitgever=middel.issuer, sub=bewijs.sub).exists()


def _rolnamen(middel: Inlogmiddel, bewijs: Bewijs) -> set[str]:
    waarde = lees_claim(bewijs.claims, middel.rollen_claim)
    waarden = waarde if isinstance(waarde, list) else [waarde]
    return {middel.rollen[w] for w in waarden if isinstance(w, str) and w in middel.rollen}


def groep_van(rol: Rol) -> Group:
    """De groep bij deze rol, met de rechten van nu."""
    groep, _nieuw = Group.objects.get_or_create(name=rol.groep)
    groep.permissions.set(_rechten(rol))
    return groep


def _rechten(rol: Rol) -> Iterable[Permission]:
    if rol.alles:
        return Permission.objects.all()
    records = [
        model
        for model in apps.get_models()
        if issubclass(model, Vastgelegd) and not {model._meta.app_label, model._meta.label_lower} & VAN_DE_BEHEERDER
    ]
    return Permission.objects.exclude(content_type__app_label__in=VAN_INLOGGEN).filter(
        Q(codename__startswith="view_") | _van(records) & Q(codename__regex="^(add|change)_")
    )


def _van(modellen: Iterable[type[Model]]) -> Q:
    soorten = ContentType.objects.get_for_models(*modellen)
    return Q(content_type__in=list(soorten.values()))
