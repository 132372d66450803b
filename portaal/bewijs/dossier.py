"""Het bewijsdossier: wat er met één record gebeurde, welke tekst er toen stond, en of daar niets aan is veranderd.

De bewijslast dat een bericht is verzonden, ontvangen en gelezen ligt bij het bestuursorgaan, en wie het aangaat krijgt op
verzoek een kopie (Awb 2:25). Alles komt uit het gebeurtenissenboek; hier verandert niets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext

from portaal.betrokkenen.models import Applicatie, Niveau
from portaal.bewijs.bronnen import Bron, Gevonden, Rijen, zaakveld_mag
from portaal.gebeurtenissen.controle import Breuk, controleer_record
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.tijdlijn import redenen_van
from portaal.gebeurtenissen.vastleggen import Tekst as Vingerafdrukbaar
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.models import Kanaal
from portaal.tijd import AMSTERDAM, nu

TIJDZONE = "Europe/Amsterdam"


@dataclass(frozen=True)
class Regel:
    """Eén gebeurtenis, in woorden. `versie` is de tekst die toen gold; bij `nieuwe_tekst` ontstond zij hier."""

    gebeurtenis: Gebeurtenis
    door: str
    reden: str

    @property
    def nummer(self) -> int:
        """De hoeveelste gebeurtenis van dit record."""
        return self.gebeurtenis.nummer

    @property
    def op(self) -> datetime:
        """Wanneer, op de klok van de server."""
        return self.gebeurtenis.op

    @property
    def moment(self) -> str:
        """Wanneer, tot op de seconde, in Nederlandse tijd."""
        return moment_in_woorden(self.op)

    @property
    def vanzelf(self) -> bool:
        """Of de portaal dit zelf deed, zonder dat iemand iets vroeg."""
        return self.gebeurtenis.actor_soort == ActorSoort.SYSTEEM

    @property
    def tekst(self) -> str:
        """Wat er gebeurde."""
        return str(Soort(self.gebeurtenis.soort).label)

    @property
    def niveau(self) -> str:
        """Hoe zeker het was wie dit deed; leeg als het geen inlog was."""
        niveau = self.gebeurtenis.niveau
        return str(Niveau(niveau).label) if niveau is not None else ""

    @property
    def kanaal(self) -> str:
        """Waarlangs een notificatie ging; leeg als dit geen notificatie is."""
        kanaal = str(self.gebeurtenis.feiten.get("kanaal") or "")
        return str(Kanaal(kanaal).label) if kanaal in Kanaal.values else kanaal

    @property
    def versie(self) -> int | None:
        """Welke versie van de tekst toen gold."""
        return self.gebeurtenis.inhoud_versie

    @property
    def nieuwe_tekst(self) -> bool:
        """Of de tekst bij deze gebeurtenis is vastgelegd."""
        return self.gebeurtenis.inhoud_sha256 is not None

    @property
    def vingerafdruk(self) -> str:
        """De sha256 van de tekst die hier is vastgelegd; leeg als de tekst niet veranderde."""
        return bytes(self.gebeurtenis.inhoud_sha256 or b"").hex()


@dataclass(frozen=True)
class Tekst:
    """Eén versie van wat er te lezen stond of is ingevuld. Na vernietigen blijft alleen de vingerafdruk."""

    versie: int
    op: datetime
    vingerafdruk: str
    bewaard: Inhoud | None
    rijen: Rijen
    antwoorden: Rijen
    velden: frozenset[str] | None

    @property
    def moment(self) -> str:
        """Wanneer deze tekst is vastgelegd."""
        return moment_in_woorden(self.op)

    @property
    def na_te_rekenen(self) -> bool:
        """Of de ontvanger met dit bestand zelf de vingerafdruk kan maken: dan staat alles erin wat meetelde."""
        return self.bewaard is not None and self.bewaard.antwoorden is None and self.velden is None

    def json(self) -> dict[str, Any]:
        """Voor het bestand: de tekst letterlijk zoals zij is vastgelegd, en de antwoorden met de vraag erbij."""
        letterlijk = None
        if self.bewaard is not None:
            letterlijk = {n: w for n, w in self.bewaard.json.items() if zaakveld_mag(n, self.velden)}
        return {
            "versie": self.versie,
            "vastgelegdOp": _iso(self.op),
            "sha256": self.vingerafdruk,
            "vernietigd": self.bewaard is None,
            "naTeRekenen": self.na_te_rekenen,
            "inhoud": letterlijk,
            "antwoorden": [{"vraag": vraag, "antwoord": antwoord} for vraag, antwoord in self.antwoorden],
        }


@dataclass(frozen=True)
class Dossier:
    """Alles wat er over één record te bewijzen is, voor deze lezer."""

    soort: str
    bron: Bron
    gevonden: Gevonden
    regels: list[Regel]
    teksten: list[Tekst]
    breuken: list[Breuk]
    weggelaten: int
    gemaakt_op: datetime

    @property
    def pk(self) -> UUID:
        """De sleutel van het record."""
        return self.gevonden.record.pk

    @property
    def klopt(self) -> bool:
        """Of de keten van dit record heel is en elke bewaarde tekst bij haar vingerafdruk past."""
        return not self.breuken

    @property
    def aantal(self) -> int:
        """Hoeveel gebeurtenissen het boek van dit record heeft."""
        return self.gevonden.record.gebeurtenissen_aantal

    @property
    def gemaakt(self) -> str:
        """Wanneer dit dossier is gemaakt."""
        return moment_in_woorden(self.gemaakt_op)

    @property
    def slot(self) -> str:
        """De laatste schakel van de keten: wie een ouder dossier heeft, vindt de zijne hierin terug."""
        return bytes(self.gevonden.record.gebeurtenissen_hash).hex()

    @cached_property
    def kort(self) -> Rijen:
        """De vragen die er altijd zijn: sinds wanneer, een seintje gekregen, geopend, gedaan, ingetrokken."""
        rijen: Rijen = []
        for feit in self.bron.feiten:
            bij = [r for r in self.regels if r.gebeurtenis.soort in feit.soorten]
            rijen += [(str(feit.naam), r.moment if r.vanzelf else f"{r.moment}, {r.door}") for r in bij[-3:]]
            if not bij and feit.anders is not None:
                rijen.append((str(feit.naam), str(feit.anders)))
        notificaties = [r for r in self.regels if is_notificatie(r.gebeurtenis)]
        seintjes = [(gettext("Notificatie"), f"{r.tekst} {r.moment}") for r in notificaties[-3:]]
        seintjes = seintjes or [(gettext("Notificatie"), gettext("Er is geen notificatie verstuurd."))]
        return [*rijen[:1], *seintjes, *rijen[1:]]

    def json(self) -> dict[str, Any]:
        """Het dossier als gegevens, voor een systeem of voor later."""
        return {
            "bewijs": {
                "versie": 1,
                "gemaaktOp": _iso(self.gemaakt_op),
                "gemaaktDoor": settings.PORTAAL_NAAM,
                "organisatie": settings.ORGANISATIE_NAAM,
                "tijdzone": TIJDZONE,
                "klok": "server",
            },
            "record": {
                "soort": self.soort,
                "uuid": str(self.pk),
                "titel": self.gevonden.titel,
                "afzender": self.gevonden.afzender,
            },
            "keten": {
                "klopt": self.klopt,
                "aantal": self.aantal,
                "laatsteHash": self.slot,
                "breuken": [breuk.wat for breuk in self.breuken],
            },
            "weggelaten": self.weggelaten,
            "gebeurtenissen": [
                {
                    "nummer": r.nummer,
                    "uuid": str(r.gebeurtenis.id_extern),
                    "op": _iso(r.op),
                    "soort": r.gebeurtenis.soort,
                    "wat": r.tekst,
                    "door": r.door,
                    "niveau": r.niveau or None,
                    "kanaal": r.kanaal or None,
                    "reden": r.reden or None,
                    "tekstVersie": r.versie,
                    "sha256": r.vingerafdruk or None,
                    "hash": bytes(r.gebeurtenis.hash).hex(),
                }
                for r in self.regels
            ],
            "teksten": [tekst.json() for tekst in self.teksten],
        }


def stel_samen(soort: str, bron: Bron, gevonden: Gevonden, toegang: Toegang | None) -> Dossier:
    """Het dossier voor deze persoon, of (zonder toegang) voor een medewerker. Een vast aantal query's.

    De persoon ziet niet wat er was voordat hij erbij kon, en geen notificaties aan een ander; het dossier zegt hoeveel
    dat er zijn. De controle gaat altijd over de hele keten.
    """
    record = gevonden.record
    alle = list(Gebeurtenis.objects.filter(record_soort=soort, record_id=record.pk).order_by("nummer"))
    te_zien = [g for g in alle if toegang is None or _te_zien(g, bron, toegang)]
    namen = _namen(te_zien)
    redenen = redenen_van(record)
    regels = [Regel(g, _wie(g, toegang, namen), redenen.get(g.nummer, "")) for g in te_zien]
    breuken = controleer_record(soort, record.pk, record.gebeurtenissen_aantal, bytes(record.gebeurtenissen_hash))
    return Dossier(
        soort, bron, gevonden, regels, _teksten(soort, bron, gevonden, alle, te_zien), breuken,
        len(alle) - len(te_zien), nu(),
    )  # fmt: skip


def is_notificatie(g: Gebeurtenis) -> bool:
    """Of deze gebeurtenis zegt hoe het met een seintje ging."""
    return g.soort.startswith(("notificatie-", "contactherstel-"))


def moment_in_woorden(op: datetime) -> str:
    """Een moment tot op de seconde, in Nederlandse tijd, met hoeveel die verschilt van UTC."""
    lokaal = op.astimezone(AMSTERDAM)
    uren = int((lokaal.utcoffset() or op - op).total_seconds() // 3600)
    return f"{formats.date_format(lokaal, 'DATE_FORMAT')} {lokaal:%H:%M:%S} (UTC+{uren})"


def vingerafdruk_van(inhoud: Inhoud) -> str:
    """De sha256 zoals die er nu uit zou komen."""
    return Vingerafdrukbaar(inhoud.json, inhoud.antwoorden).sha256().hex()


# --- hulp -------------------------------------------------------------------------------------------------------------
def _iso(op: datetime) -> str:
    return op.astimezone(AMSTERDAM).isoformat()


def _te_zien(g: Gebeurtenis, bron: Bron, toegang: Toegang) -> bool:
    if is_notificatie(g):
        return g.betrokkene is None or g.betrokkene in toegang.betrokkenen
    return g.soort not in bron.verborgen


def _teksten(
    soort: str, bron: Bron, gevonden: Gevonden, alle: list[Gebeurtenis], te_zien: list[Gebeurtenis]
) -> list[Tekst]:
    """De versies die golden bij wat deze lezer ziet, oudste eerst."""
    versies = {g.inhoud_versie for g in te_zien if g.inhoud_versie}
    bewaard = {i.versie: i for i in Inhoud.objects.filter(record_soort=soort, record_id=gevonden.record.pk)}
    teksten = []
    for g in alle:
        if g.inhoud_sha256 is None or g.inhoud_versie not in versies:
            continue
        inhoud = bewaard.get(g.inhoud_versie)
        teksten.append(
            Tekst(
                g.inhoud_versie,
                g.op,
                bytes(g.inhoud_sha256).hex(),
                inhoud,
                bron.leesbaar(inhoud, gevonden.velden) if inhoud else [],
                bron.antwoorden(inhoud) if inhoud else [],
                gevonden.velden,
            )
        )
    return teksten


def _namen(gebeurtenissen: Iterable[Gebeurtenis]) -> dict[UUID, Applicatie]:
    """De applicaties die hierin voorkomen, in één query."""
    sleutels = {pk for g in gebeurtenissen for pk in (g.applicatie, g.actor, g.namens) if pk}
    return {a.pk: a for a in Applicatie.objects.filter(pk__in=sleutels).select_related("organisatie")}


def _wie(g: Gebeurtenis, toegang: Toegang | None, namen: dict[UUID, Applicatie]) -> str:
    """Wie het deed, zonder naam of nummer van een persoon."""
    match g.actor_soort:
        case ActorSoort.BETROKKENE:
            if toegang is not None and g.actor == toegang.persoon:
                return gettext("uzelf")
            if g.actor == g.betrokkene:
                return gettext("de betrokkene zelf")
            return gettext("iemand die namens de betrokkene is ingelogd")
        case ActorSoort.APPLICATIE:
            systeem = namen.get(g.actor) if g.actor else None
            if systeem is None:
                return gettext("een systeem")
            return gettext("{naam}, een systeem van {org}").format(naam=systeem.naam, org=systeem.organisatie.naam)
        case ActorSoort.MEDEWERKER:
            via = namen.get(g.applicatie or g.namens or UUID(int=0)) or (namen.get(g.namens) if g.namens else None)
            org = via.organisatie.naam if via else settings.ORGANISATIE_NAAM
            return gettext("een medewerker van {org}").format(org=org)
    return gettext("de portaal, vanzelf")
