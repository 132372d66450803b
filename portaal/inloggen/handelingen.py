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

from portaal.betrokkenen.handelingen import neem_uitnodiging_aan, vind_lid, vind_of_maak_betrokkene
from portaal.betrokkenen.models import KetenpartnerLid
from portaal.inloggen.fouten import InlogFout, Reden
from portaal.inloggen.inlogmiddelen import Doelgroep, Inlogmiddel, Pad, lees_claim
from portaal.inloggen.models import Medewerker, Onderbreking, Sessie
from portaal.inloggen.nummers import Nummer, Nummers, lees_nummers, lees_organisaties, lees_persoon
from portaal.inloggen.oidc import Bewijs
from portaal.inloggen.onderbroken import was_zelfde_persoon
from portaal.inloggen.sessies import SessionStore
from portaal.tijd import nu

LEDEN = "leden"  # in de sessie: de leden die deze inlog is, als het er meer zijn
UITNODIGING = "uitnodiging"  # in de sessie vóór het inloggen: de code uit de link


def begin_sessie(request: HttpRequest, middel: Inlogmiddel, bewijs: Bewijs) -> None:
    """Log de persoon in: een nieuwe sessie met een nieuwe sleutel, ook als dezelfde persoon al was ingelogd.

    Maakt de betrokkene als de portaal hem nog niet kent; een ketenpartner en zijn leden moeten al bekend zijn.
    `InlogFout` als een nummer ontbreekt of niet kan bestaan, of als iemand geen lid is.
    """
    sessie = request.session
    if not isinstance(sessie, SessionStore):
        raise RuntimeError("Inloggen kan alleen in een sessie van de portaal.")
    uitnodiging = sessie.get(UITNODIGING, "")
    with transaction.atomic():
        leden: list[KetenpartnerLid] = []
        if middel.doelgroep is Doelgroep.KETENPARTNER:
            wie, leden = _als_lid(middel, bewijs, uitnodiging)
        else:
            wie = _zelf(lees_nummers(middel, bewijs.claims))
        sessie.begin(
            Sessie(
                **wie,
                niveau=bewijs.niveau,
                middel=middel.sleutel,
                naam=_naam(bewijs, middel.naam_claim, middel.achternaam_claim),
                namens=_naam(bewijs, middel.namens_claim),
                issuer=middel.issuer,
                sid=bewijs.sid[:255],
                id_token=_te_bewaren(middel, bewijs),
                diensten=_diensten(middel, bewijs),
            )
        )
        if len(leden) > 1:
            sessie[LEDEN] = [str(lid.pk) for lid in leden]
        sessie.save()
    # Dezelfde persoon houdt zijn csrf-token: een formulier dat in een ander tabblad nog openstaat blijft dan werken.
    if not wie.get("betrokkene_id") or not was_zelfde_persoon(request, wie["persoon_id"], wie["betrokkene_id"]):
        rotate_token(request)


def kies_ketenpartner(sessie: SessionStore, lid: UUID) -> bool:
    """Ga verder namens deze ketenpartner: een van die waarvoor deze inlog geldt. Een nieuwe sleutel, dezelfde eindtijd.

    False als dat niet (meer) mag.
    """
    oud = Sessie.objects.filter(pk=sessie.session_key).first()
    leden = sessie.get(LEDEN, [])
    gekozen = KetenpartnerLid.objects.select_related("ketenpartner").filter(pk=lid).first()
    if oud is None or str(lid) not in leden or gekozen is None or not gekozen.actief:
        return False
    if gekozen.persoon_id != oud.persoon_id:
        return False
    blijft = ("niveau", "middel", "naam", "issuer", "sid", "id_token")
    nieuw = Sessie(**{veld: getattr(oud, veld) for veld in blijft}, **_namens(gekozen))
    with transaction.atomic():
        sessie.begin(nieuw)
        nieuw.begonnen = oud.begonnen  # wisselen maakt een inlog niet langer geldig
        sessie[LEDEN] = leden
        sessie.save()
    return True


def te_kiezen_leden(sessie: SessionStore) -> list[KetenpartnerLid]:
    """Namens welke ketenpartners deze inlog kan handelen, op naam; leeg als er niets te kiezen is."""
    leden = KetenpartnerLid.objects.select_related("ketenpartner").filter(pk__in=sessie.get(LEDEN, []))
    return [lid for lid in leden.order_by("ketenpartner__naam") if lid.actief]


def _zelf(nummers: Nummers) -> dict[str, Any]:
    """Een inwoner, of iemand voor een bedrijf of een vestiging daarvan."""
    betrokkene = _vind_of_maak(nummers.betrokkene)
    if nummers.vestiging:
        betrokkene = _vind_of_maak(nummers.vestiging, onderdeel_van=betrokkene)
    persoon = _vind_of_maak(nummers.persoon) if nummers.persoon else betrokkene
    vestiging = nummers.vestiging is not None
    return {"persoon_id": persoon, "betrokkene_id": betrokkene, "beperkt_tot_vestiging": vestiging}


def _als_lid(middel: Inlogmiddel, bewijs: Bewijs, uitnodiging: str) -> tuple[dict[str, Any], list[KetenpartnerLid]]:
    """Iemand namens een ketenpartner, en alle leden die hij is. Wie er geen is laat geen spoor na.

    Is hij lid van meer ketenpartners, dan kiest hij op de volgende pagina; tot dan is er niemand namens wie hij handelt.
    """
    persoon = lees_persoon(middel, bewijs.claims)
    nummers = [(nummer.soort, nummer.waarde) for nummer in lees_organisaties(middel, bewijs.claims)]
    nieuw = neem_uitnodiging_aan(uitnodiging, nummers, persoon.uitgever, persoon.waarde, bewijs.niveau)
    gevonden = [vind_lid(nummer, persoon.uitgever, persoon.waarde) for nummer in nummers]
    leden = list({lid.pk: lid for lid in gevonden if lid}.values())
    if not leden:
        raise InlogFout(Reden.GEEN_LID)
    gekozen = next((lid for lid in leden if nieuw and lid.pk == nieuw.pk), leden[0] if len(leden) == 1 else None)
    return (_namens(gekozen) if gekozen else {"persoon_id": leden[0].persoon_id}), leden


def _namens(lid: KetenpartnerLid) -> dict[str, Any]:
    return {"persoon_id": lid.persoon_id, "betrokkene_id": lid.ketenpartner.betrokkene_id, "lid": lid}


def _vind_of_maak(nummer: Nummer, onderdeel_van: UUID | None = None) -> UUID:
    return vind_of_maak_betrokkene(
        nummer.soort, nummer.waarde, nummer.uitgever, onderdeel_van=onderdeel_van, als=nummer.van
    )


def _naam(bewijs: Bewijs, *claims: Pad) -> str:
    delen = (lees_claim(bewijs.claims, claim) for claim in claims)
    return " ".join(deel.strip() for deel in delen if isinstance(deel, str) and deel.strip())[:200]


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
    """Verwijder verlopen sessies, van de portaal en van het beheer, en wat daarna niet is opgehaald; geeft het aantal sessies."""
    Onderbreking.objects.filter(verloopt_op__lte=nu()).delete()
    portaal, _per_soort = Sessie.objects.filter(expire_date__lte=nu()).delete()
    beheer, _per_soort = Session.objects.filter(expire_date__lte=nu()).delete()
    return portaal + beheer
