"""Een object dat een verzoek is: het vertrekt als iemand het indient, en de ontvanger zet de status."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from portaal.betrokkenen.models import Betrokkene, Identificatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.objecten.handelingen.basis import WAAROM, meld, onthoud
from portaal.objecten.models import (
    Actie,
    Dialect,
    Koppelobject,
    Objecttype,
)
from portaal.zaken.models import ZaakSleutel
from taken.dialecten.objecten import bestandsvelden, json_pointer, met_documenten
from verzoeken import handelingen as verzoeken
from verzoeken.dialecten import objecten as verzoek_dialect
from verzoeken.models import Status as Verzoekstatus
from verzoeken.models import Verzoek


def neem_verzoek_op(gebeurtenis: Gebeurtenis) -> None:
    """Volger: er is een verzoek ingediend. Ontvangt dat een systeem met deze koppeling, dan wordt het een object."""
    with transaction.atomic():
        verzoek = (
            Verzoek.objects.als_systeem("maakt van een ingediend verzoek een object voor wie het ontvangt")
            .met_context()
            .select_for_update(of=("self",))
            .filter(pk=gebeurtenis.record_id, ontvangen_op__isnull=False)
            .exclude(status=Verzoekstatus.INGETROKKEN)
            .first()
        )
        if verzoek is None or Koppelobject.objects.als_systeem(WAAROM).filter(pk=verzoek.pk).exists():
            return
        objecttype = _type_voor(verzoek)
        if objecttype is None:
            return
        object_ = Koppelobject(
            id=verzoek.pk,
            applicatie=verzoek.applicatie,
            objecttype=objecttype,
            dialect=objecttype.dialect,
            record_soort=Verzoek.record_soort,
            data=verzoekdata(verzoek, Dialect(objecttype.dialect)),
            type_versie=objecttype.versie,
        )
        onthoud(object_, verzoek)
        object_.save(force_insert=True)
        meld(object_, Actie.CREATE)


def _type_voor(verzoek: Verzoek) -> Objecttype | None:
    """Het objecttype waarin dit verzoek gaat; een zaakverzoek zonder eigen type gaat als gewoon verzoek, met de zaak erbij."""
    soorten = [Dialect.ZAAKVERZOEK] if verzoek.is_zaakverzoek else []
    typen = Objecttype.objects.select_related("koppeling__applicatie").filter(
        koppeling__applicatie=verzoek.applicatie_id, dialect__in=[*soorten, Dialect.PRODUCTAANVRAAG]
    )
    gevonden = sorted(typen, key=lambda t: (t.dialect == Dialect.ZAAKVERZOEK, t.versie), reverse=True)
    return gevonden[0] if gevonden else None


def verzoekdata(verzoek: Verzoek, dialect: Dialect) -> dict[str, Any]:
    """Het verzoek in de vorm van dit dialect."""
    wie = _nummer_van(verzoek.betrokkene_id)
    zaak = ""
    if verzoek.zaak_id is not None:
        sleutels = ZaakSleutel.objects.filter(zaak=verzoek.zaak_id, soort=ZaakSleutel.Soort.URL).order_by("pk")
        zaak = sleutels.values_list("waarde", flat=True).first() or ""
    velden = bestandsvelden(verzoek.type_versie.formulier)
    antwoorden = met_documenten(verzoek.antwoorden or {}, velden)
    gevuld = antwoorden.pop("documenten", []) if velden else []
    bijlagen = [adres for veld in velden if json_pointer(veld) in gevuld for adres in antwoorden[veld]]
    als_zaakverzoek = verzoek_dialect.zaakverzoek(verzoek, wie, zaak, antwoorden, bijlagen)
    if dialect == Dialect.ZAAKVERZOEK:
        return als_zaakverzoek
    erbij = {n: w for n, w in als_zaakverzoek.items() if n in ("zaak", "zaak_identificatie", "soort")}
    return verzoek_dialect.productaanvraag(verzoek, wie, antwoorden, bijlagen) | (
        erbij if verzoek.is_zaakverzoek else {}
    )


def _nummer_van(betrokkene: UUID) -> tuple[NummerSoort, str] | None:
    """Hoe een zaaksysteem deze persoon kent; een vestiging gaat onder het KVK-nummer van haar bedrijf."""
    volgorde = [NummerSoort.BSN, NummerSoort.KVK, NummerSoort.RSIN, NummerSoort.VESTIGING]
    bedrijf = Betrokkene.objects.filter(pk=betrokkene).values("onderdeel_van")
    rijen = list(Identificatie.objects.filter(betrokkene=betrokkene)) + list(
        Identificatie.objects.filter(betrokkene__in=bedrijf, soort=NummerSoort.KVK)
    )
    nummers = {NummerSoort(rij.soort): str(rij.waarde) for rij in rijen}
    return next(((soort, nummers[soort]) for soort in volgorde if soort in nummers), None)


def werk_verzoek_bij(verzoek: Verzoek, nieuw: Mapping[str, Any], door: Partij) -> None:
    """Van een zaakverzoek zet de ontvanger de status; al het andere is van hem en blijft bij het object."""
    naar = verzoek_dialect.WOORDEN.get(str(nieuw.get("status", "")).lower())
    if naar == Verzoekstatus.IN_BEHANDELING and verzoek.status == Verzoekstatus.INGEDIEND:
        verzoeken.neem_in_behandeling(verzoek.pk, door)
    elif naar == Verzoekstatus.VERWERKT and not verzoek.afgerond:
        verzoeken.verwerk(verzoek.pk, door)
