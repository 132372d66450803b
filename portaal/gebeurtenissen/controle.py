"""Klopt de keten nog? Vindt een gewijzigde, verwijderde, tussengevoegde of afgekapte regel."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.gebeurtenissen.records import record_modellen
from portaal.gebeurtenissen.soorten import VERNIETIGD
from portaal.gebeurtenissen.vastleggen import Tekst, bereken_hashes


@dataclass(frozen=True)
class Breuk:
    """Waar een keten niet klopt, en wat er mis is."""

    record_soort: str
    record_id: UUID
    wat: str


def controleer_record(soort: str, pk: UUID, aantal: int, laatste: bytes) -> list[Breuk]:
    """De breuken in de keten van dit record; leeg als alles klopt. Inhoud mag alleen weg zijn als het boek dat zegt."""
    breuken: list[Breuk] = []
    vorige, nummer = b"", 0
    teksten = {i.versie: i for i in Inhoud.objects.filter(record_soort=soort, record_id=pk)}
    gebeurtenissen = list(Gebeurtenis.objects.filter(record_soort=soort, record_id=pk).order_by("nummer"))
    vernietigd = any(g.soort in VERNIETIGD for g in gebeurtenissen)
    if vernietigd and teksten:
        breuken.append(Breuk(soort, pk, "volgens het boek is de inhoud vernietigd, maar zij is er nog"))
    for g in gebeurtenissen:
        nummer += 1
        if g.nummer != nummer or bytes(g.vorige_hash) != vorige:
            breuken.append(Breuk(soort, pk, f"de keten breekt bij nummer {g.nummer}"))
            nummer = g.nummer
        if bytes(g.hash) not in bereken_hashes(g):
            breuken.append(Breuk(soort, pk, f"nummer {g.nummer} is veranderd"))
        bewaard = teksten.get(g.inhoud_versie or 0) if g.inhoud_sha256 else None
        if g.inhoud_sha256 and bewaard is None and not vernietigd:
            breuken.append(Breuk(soort, pk, f"de inhoud van versie {g.inhoud_versie} is weg"))
        if bewaard and Tekst(bewaard.json, bewaard.antwoorden).sha256() != bytes(g.inhoud_sha256 or b""):
            breuken.append(Breuk(soort, pk, f"de inhoud van versie {g.inhoud_versie} is veranderd"))
        vorige = bytes(g.hash)
    if nummer != aantal or vorige != laatste:
        breuken.append(Breuk(soort, pk, f"het record telt {aantal} gebeurtenissen, het boek {nummer}"))
    return breuken


def controleer_alles() -> list[Breuk]:
    """Loop alle records langs; het geheugen blijft vlak, de tijd groeit met het aantal records."""
    breuken: list[Breuk] = []
    for soort, model in record_modellen().items():
        rijen = model._base_manager.values_list("pk", "gebeurtenissen_aantal", "gebeurtenissen_hash")
        for pk, aantal, laatste in rijen.iterator(chunk_size=1000):
            breuken += controleer_record(soort, pk, aantal, bytes(laatste))
        zonder_record = Gebeurtenis.objects.filter(
            ~Exists(model._base_manager.filter(pk=OuterRef("record_id"))), record_soort=soort
        )
        for pk in zonder_record.order_by().values_list("record_id", flat=True).distinct().iterator(chunk_size=1000):
            breuken.append(Breuk(soort, pk, "het record is weg, het boek kent het nog"))
    return breuken
