"""`leg_vast`: de enige plek die een record bewaart, de gebeurtenis schrijft en de afleveringen klaarzet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.kopieren import kopieer, nummers
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
    _eis_transactie()
    op, nieuw = nu(), record._state.adding
    gebeurtenis, inhoud = _stel_op(record, soort, door, over, op, feiten=feiten or {}, tekst=tekst, wijzigt=wijzigt)
    record.save(force_insert=nieuw)
    if inhoud is not None:
        inhoud.save(force_insert=True)
    gebeurtenis.save(force_insert=True)
    _zet_klaar([(gebeurtenis, bezorgen_vanaf)], soort)
    return gebeurtenis


@dataclass(frozen=True)
class NieuwRecord:
    """Een nieuw record om samen met andere vast te leggen; de velden betekenen wat zij bij `leg_vast` betekenen."""

    record: Vastgelegd
    over: Over
    feiten: dict[str, Any]
    tekst: Tekst | None = None
    bezorgen_vanaf: datetime | None = None


def leg_vast_bulk(nieuwe: Sequence[NieuwRecord], soort: Soort, door: Actor) -> list[Gebeurtenis]:
    """`leg_vast` voor veel nieuwe records van hetzelfde model tegelijk: per tabel één COPY, zelfde uitkomst per record.

    Botst er één (een unieke index), dan is niets bewaard en gaat de fout van de database omhoog.
    """
    _eis_transactie()
    if not nieuwe:
        return []
    op = nu()
    paren = [_stel_op(n.record, soort, door, n.over, op, feiten=n.feiten, tekst=n.tekst, wijzigt=True) for n in nieuwe]
    gebeurtenissen = [gebeurtenis for gebeurtenis, _i in paren]
    for gebeurtenis, volgnummer in zip(gebeurtenissen, nummers(Gebeurtenis, len(paren)), strict=True):
        gebeurtenis.volgnummer = volgnummer
    kopieer([n.record for n in nieuwe])
    kopieer([inhoud for _g, inhoud in paren if inhoud is not None])
    kopieer(gebeurtenissen)
    _zet_klaar([(g, n.bezorgen_vanaf) for g, n in zip(gebeurtenissen, nieuwe, strict=True)], soort)
    return gebeurtenissen


@dataclass(frozen=True)
class Bijzonderheid:
    """Iets dat bij een bestaand record gebeurde; de velden betekenen wat zij bij `leg_vast` betekenen."""

    record: Vastgelegd
    over: Over
    feiten: dict[str, Any]


def leg_samen_vast(
    bijzonderheden: Sequence[Bijzonderheid], soort: Soort, door: Actor, *, wijzigt: Sequence[str] = ()
) -> list[Gebeurtenis]:
    """`leg_vast` zonder nieuwe tekst voor veel bestaande records tegelijk; zij zijn al vergrendeld. Per tabel één statement.

    Van elk record worden alleen de keten en de velden in `wijzigt` bewaard; zonder zulke velden blijft de versie gelijk.
    Komt een record vaker voor, dan als hetzelfde object: de keten loopt door in de volgorde van de lijst.
    """
    _eis_transactie()
    if not bijzonderheden:
        return []
    op = nu()
    gebeurtenissen = [
        _stel_op(b.record, soort, door, b.over, op, feiten=b.feiten, tekst=None, wijzigt=bool(wijzigt))[0]
        for b in bijzonderheden
    ]
    for gebeurtenis, volgnummer in zip(gebeurtenissen, nummers(Gebeurtenis, len(gebeurtenissen)), strict=True):
        gebeurtenis.volgnummer = volgnummer
    kopieer(gebeurtenissen)
    velden = [*KETEN, *(("versie", "gewijzigd_op", *wijzigt) if wijzigt else ())]
    per_model: dict[type[Vastgelegd], dict[UUID, Vastgelegd]] = {}
    for b in bijzonderheden:
        per_model.setdefault(type(b.record), {})[b.record.pk] = b.record
    for model, records in per_model.items():
        _werk_bij(model, list(records.values()), velden)
    _zet_klaar([(gebeurtenis, None) for gebeurtenis in gebeurtenissen], soort)
    return gebeurtenissen


KETEN = ("gebeurtenissen_aantal", "gebeurtenissen_hash")


def _werk_bij(model: type[Vastgelegd], records: Sequence[Vastgelegd], namen: Sequence[str]) -> None:
    """Bewaar van deze records alleen deze velden, in één statement."""
    naam = connection.ops.quote_name
    velden: list[Any] = [model._meta.get_field(n) for n in namen]
    kolommen = [naam(str(veld.column)) for veld in velden]
    types = ["uuid", *(veld.db_type(connection) for veld in velden)]
    sql = (
        f"UPDATE {naam(model._meta.db_table)} AS record SET {', '.join(f'{k} = nieuw.{k}' for k in kolommen)} "  # noqa: S608
        f"FROM unnest({', '.join(f'%s::{t}[]' for t in types)}) AS nieuw(id, {', '.join(kolommen)}) "
        "WHERE record.id = nieuw.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[r.pk for r in records], *([getattr(r, v.attname) for r in records] for v in velden)])


def _eis_transactie() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("leg_vast hoort in de transactie van een handeling.")


def _stel_op(
    record: Vastgelegd,
    soort: Soort,
    door: Actor,
    over: Over,
    op: datetime,
    *,
    feiten: dict[str, Any],
    tekst: Tekst | None,
    wijzigt: bool,
) -> tuple[Gebeurtenis, Inhoud | None]:
    """De gebeurtenis en de inhoud bij een record, nog niet bewaard; het record telt ze alvast mee."""
    if record._state.adding:
        record.aangemaakt_op = op
    if wijzigt:
        record.versie += 1
        record.gewijzigd_op = op
    sha256 = tekst.sha256() if tekst is not None else None
    inhoud = None
    if tekst is not None:
        record.inhoud_versie += 1
        inhoud = Inhoud(
            record_soort=record.record_soort,
            record_id=record.pk,
            versie=record.inhoud_versie,
            json=tekst.json,
            antwoorden=tekst.antwoorden,
            sha256=sha256,
            op=op,
        )
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
        feiten={**record.vaste_feiten(), **feiten},
        inhoud_versie=record.inhoud_versie or None,
        inhoud_sha256=sha256,
        vorige_hash=bytes(record.gebeurtenissen_hash),
    )
    gebeurtenis.hash = bereken_hashes(gebeurtenis)[0]
    record.gebeurtenissen_aantal, record.gebeurtenissen_hash = gebeurtenis.nummer, gebeurtenis.hash
    return gebeurtenis, inhoud


def _zet_klaar(gebeurtenissen: Sequence[tuple[Gebeurtenis, datetime | None]], soort: Soort) -> None:
    """Per volger een aflevering, in één statement, en een tikje voor de workers."""
    namen = volgers_van(soort)
    if namen:
        afleveringen = [
            Aflevering(gebeurtenis=g, volger=naam, volgende_op=max(vanaf or g.op, g.op))
            for g, vanaf in gebeurtenissen
            for naam in namen
        ]
        if len(gebeurtenissen) == 1:
            Aflevering.objects.bulk_create(afleveringen)
        else:
            kopieer(afleveringen)
        wek("gebeurtenissen.lever_af")


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
