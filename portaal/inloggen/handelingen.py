"""Handelingen van het inloggen: een sessie beginnen en beëindigen, en verlopen sessies opruimen."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import jwt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from portaal.betrokkenen.handelingen import vind_lid, vind_of_maak_betrokkene
from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Doelgroep, Inlogmiddel, Pad, lees_claim
from portaal.inloggen.models import Medewerker, Sessie
from portaal.inloggen.nummers import Nummer, Nummers, lees_nummers
from portaal.inloggen.oidc import Bewijs
from portaal.inloggen.sessies import SessionStore
from portaal.tijd import nu


def begin_sessie(request: HttpRequest, middel: Inlogmiddel, bewijs: Bewijs) -> None:
    """Log de persoon in: een nieuwe sessie met een nieuwe sleutel, ook als dezelfde persoon al was ingelogd.

    Maakt de betrokkene als de portaal hem nog niet kent; een ketenpartner en zijn leden moeten al bekend zijn.
    `InlogFout` als een nummer ontbreekt of niet kan bestaan, of als iemand geen lid is.
    """
    nummers = lees_nummers(middel, bewijs.claims)
    with transaction.atomic():
        sessie = request.session
        if not isinstance(sessie, SessionStore):
            raise RuntimeError("Inloggen kan alleen in een sessie van de portaal.")
        wie = _als_lid(nummers) if middel.doelgroep is Doelgroep.KETENPARTNER else _zelf(nummers)
        sessie.begin(
            Sessie(
                **wie,
                niveau=bewijs.niveau,
                middel=middel.sleutel,
                naam=_naam(bewijs, middel.naam_claim),
                namens=_naam(bewijs, middel.namens_claim),
                issuer=middel.issuer,
                sid=bewijs.sid[:255],
                id_token=_te_bewaren(middel, bewijs),
                beperkt_tot_vestiging=nummers.vestiging is not None,
                diensten=_diensten(middel, bewijs),
            )
        )
        sessie.save()
    rotate_token(request)


def _zelf(nummers: Nummers) -> dict[str, Any]:
    """Een inwoner, of iemand voor een bedrijf of een vestiging daarvan."""
    betrokkene = _vind_of_maak(nummers.betrokkene)
    if nummers.vestiging:
        betrokkene = _vind_of_maak(nummers.vestiging, onderdeel_van=betrokkene)
    persoon = _vind_of_maak(nummers.persoon) if nummers.persoon else betrokkene
    return {"persoon_id": persoon, "betrokkene_id": betrokkene}


def _als_lid(nummers: Nummers) -> dict[str, Any]:
    """Iemand namens een ketenpartner. Wie geen lid is laat geen spoor na."""
    organisatie, persoon = nummers.betrokkene, nummers.persoon
    lid = persoon and vind_lid((organisatie.soort, organisatie.waarde), persoon.uitgever, persoon.waarde)
    if not lid:
        raise InlogFout(Reden.GEEN_LID)
    return {"persoon_id": lid.persoon_id, "betrokkene_id": lid.ketenpartner.betrokkene_id, "lid": lid}


def _vind_of_maak(nummer: Nummer, onderdeel_van: UUID | None = None) -> UUID:
    return vind_of_maak_betrokkene(nummer.soort, nummer.waarde, nummer.uitgever, onderdeel_van=onderdeel_van)


def _naam(bewijs: Bewijs, claim: Pad) -> str:
    naam = lees_claim(bewijs.claims, claim)
    return naam[:200] if isinstance(naam, str) else ""


def _diensten(middel: Inlogmiddel, bewijs: Bewijs) -> list[str] | None:
    """Waarvoor de machtiging geldt; None bij een middel zonder machtiging. Staat het er niet leesbaar: `InlogFout`."""
    if not middel.diensten:
        return None
    waarde = lees_claim(bewijs.claims, middel.diensten)
    waarden = waarde if isinstance(waarde, list) else [waarde]
    if not waarden or not all(isinstance(w, str) and 0 < len(w) <= 100 for w in waarden):
        raise InlogFout(Reden.MACHTIGING)
    return waarden


def _te_bewaren(middel: Inlogmiddel, bewijs: Bewijs) -> str | None:
    """Het id_token, om bij de dienst uit te loggen. Het gaat dan door de adresbalk: staat er een nummer in, dan niet."""
    if not middel.uitloggen:
        return None
    inhoud = json.dumps(_inhoud(bewijs.id_token))
    nummers = [lees_claim(bewijs.claims, regel.claim) for regel in middel.nummers]
    return None if any(isinstance(n, str) and n in inhoud for n in nummers) else bewijs.id_token


def _inhoud(id_token: str) -> object:
    return jwt.decode(id_token, options={"verify_signature": False})  # al gecontroleerd; hier alleen gelezen


def beeindig_op_sid(issuer: str, sid: str) -> int:
    """De inlogdienst meldt dat deze aanmelding voorbij is (back-channel logout): de sessies verdwijnen, nu."""
    return Sessie.objects.filter(issuer=issuer, sid=sid).delete()[0]


def zet_medewerkers_actief(medewerkers: Iterable[UUID], *, actief: bool) -> int:
    """Laat medewerkers er wel of niet meer in; wie er niet in mag is bij zijn eerstvolgende klik buiten. Geeft het aantal."""
    return Medewerker.objects.filter(pk__in=medewerkers).update(is_active=actief)


def ruim_sessies_op() -> int:
    """Verwijder verlopen sessies, van de portaal en van het beheer; geeft het aantal."""
    portaal, _per_soort = Sessie.objects.filter(expire_date__lte=nu()).delete()
    beheer, _per_soort = Session.objects.filter(expire_date__lte=nu()).delete()
    return portaal + beheer
