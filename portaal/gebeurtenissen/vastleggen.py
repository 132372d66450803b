"""`leg_vast`: de enige plek die een record bewaart, de gebeurtenis schrijft en de afleveringen klaarzet."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Inhoud, Vastgelegd
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.volgers import volgers_van
from portaal.tijd import nu
from portaal.versleuteling import vaste_json, zegels


@dataclass(frozen=True)
class Actor:
    """Wie iets doet: een persoon (met niveau en eventueel namens wie), een applicatie, een medewerker of de portaal."""

    soort: ActorSoort
    id: UUID | None = None
    namens: UUID | None = None
    niveau: int | None = None


SYSTEEM = Actor(ActorSoort.SYSTEEM)


@dataclass(frozen=True)
class Over:
    """Op wie en wat een gebeurtenis slaat, naast het record zelf."""

    betrokkene: UUID | None = None
    zaak: UUID | None = None
    applicatie: UUID | None = None
    organisatie: UUID | None = None


@dataclass(frozen=True)
class Tekst:
    """Wat een persoon leest (`json`) en heeft ingevuld (`antwoorden`, versleuteld bewaard)."""

    json: dict[str, Any]
    antwoorden: dict[str, Any] | None = field(default=None, repr=False)

    def sha256(self) -> bytes:
        """De vingerafdruk van deze inhoud, over tekst en antwoorden samen."""
        return hashlib.sha256(vaste_json([self.json, self.antwoorden])).digest()


def leg_vast(
    record: Vastgelegd,
    soort: Soort,
    door: Actor,
    over: Over,
    *,
    feiten: dict[str, Any] | None = None,
    tekst: Tekst | None = None,
    wijzigt: bool = True,
    bezorgen_vanaf: datetime | None = None,
) -> Gebeurtenis:
    """Bewaar het record, schrijf de gebeurtenis en zet voor elke volger een aflevering klaar.

    Hoort binnen de transactie van een handeling; een bestaand record is daar al vergrendeld. Met `tekst` komt er een
    nieuwe onveranderlijke versie van de inhoud. `wijzigt=False` is voor feiten die het record zelf niet veranderen
    (een verstuurde notificatie): de versie waarop If-Match let blijft dan gelijk.
    `bezorgen_vanaf` houdt de afleveringen vast tot dat moment (een taak die pas later zichtbaar wordt).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("leg_vast hoort in de transactie van een handeling.")
    op = nu()
    nieuw = record._state.adding
    if nieuw:
        record.aangemaakt_op = op
    if wijzigt:
        record.versie += 1
        record.gewijzigd_op = op
    if tekst is not None:
        record.inhoud_versie += 1
    gebeurtenis = Gebeurtenis(
        soort=soort,
        record_soort=record.record_soort,
        record_id=record.pk,
        nummer=record.gebeurtenissen_aantal + 1,
        betrokkene=over.betrokkene,
        zaak=over.zaak,
        applicatie=over.applicatie,
        organisatie=over.organisatie,
        actor_soort=door.soort,
        actor=door.id,
        namens=door.namens,
        niveau=door.niveau,
        op=op,
        feiten=feiten or {},
        inhoud_versie=record.inhoud_versie or None,
        inhoud_sha256=tekst.sha256() if tekst else None,
        vorige_hash=bytes(record.gebeurtenissen_hash),
    )
    gebeurtenis.hash = bereken_hashes(gebeurtenis)[0]
    record.gebeurtenissen_aantal, record.gebeurtenissen_hash = gebeurtenis.nummer, gebeurtenis.hash
    record.save(force_insert=nieuw)
    if tekst is not None:
        Inhoud(
            record_soort=record.record_soort,
            record_id=record.pk,
            versie=record.inhoud_versie,
            json=tekst.json,
            antwoorden=tekst.antwoorden,
            sha256=tekst.sha256(),
            op=op,
        ).save(force_insert=True)
    gebeurtenis.save(force_insert=True)
    namen = volgers_van(soort)
    if namen:
        Aflevering.objects.bulk_create(
            Aflevering(gebeurtenis=gebeurtenis, volger=naam, volgende_op=max(bezorgen_vanaf or op, op))
            for naam in namen
        )
        wek("gebeurtenissen.lever_af")
    return gebeurtenis


def bereken_hashes(g: Gebeurtenis) -> list[bytes]:
    """De schakel van deze gebeurtenis: een HMAC over alle kolommen en de vorige schakel.

    Eén per sleutel, die om mee te schrijven eerst: zo blijft een oude keten te controleren als de sleutel is vervangen.
    De kolommen die de database zelf vult (volgnummer, xid8) tellen niet mee.
    """
    kolommen = [
        str(g.id_extern), g.soort, g.record_soort, str(g.record_id), g.nummer, str(g.betrokkene), str(g.zaak),
        str(g.applicatie), str(g.organisatie), g.actor_soort, str(g.actor), str(g.namens), g.niveau,
        g.op.isoformat(), g.feiten, g.inhoud_versie,
    ]  # fmt: skip
    return zegels(bytes(g.vorige_hash), vaste_json(kolommen), bytes(g.inhoud_sha256 or b""))
