"""Veel taken tegelijk maken: per tabel één statement, met per taak precies de uitkomst van `maak_aan`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from portaal.api.idempotentie import reserveer_veel
from portaal.betrokkenen.handelingen import vind_of_maak_geadresseerden
from portaal.betrokkenen.models import Applicatie
from portaal.inloggen.partij import Partij
from portaal.uuid7 import uuid7
from portaal.zaken.handelingen import zoek_zaken
from portaal.zaken.sleutels import als_tekst
from taken.handelingen.basis import HostNietToegestaanError, NieuweTaak, applicatie_van, leg_nieuwe_taken_vast
from taken.handelingen.eigenaar import bouw_taak, eis_host
from taken.models import Afmelding, Taak


@dataclass(frozen=True)
class Rij:
    """Eén gevraagde taak, met de eigen sleutel van de aanroeper als die er is. `apart`: niet samen met de andere maken."""

    nieuw: NieuweTaak
    sleutel: str | None = None
    apart: bool = False

    @property
    def vingerafdruk(self) -> str:
        """Waaraan hetzelfde verzoek te herkennen is, als tekst."""
        return self.nieuw.vingerafdruk.hex()


@transaction.atomic
def maak_veel_aan(rijen: Sequence[Rij], door: Partij) -> list[UUID | None]:
    """Maak de taken; geeft per rij de sleutel van de nieuwe taak, of None.

    None is wat niet zonder meer nieuw is: al eens gestuurd, een botsing, een link die niet mag, iemand die zich afmeldde.
    Zo'n rij gaat daarna alleen langs `maak_aan`, dat zegt wat ermee is. Botst er onderweg iets met wie tegelijk schrijft,
    dan is er niets gemaakt en is alles None. Verder: alles of niets, in één transactie.
    """
    applicatie = applicatie_van(door)
    kandidaten = _zonder_bekende(_zonder_fouten(rijen, applicatie), rijen, applicatie)
    wie = vind_of_maak_geadresseerden([rijen[n].nieuw.voor for n in kandidaten])
    kandidaten = _zonder_afgemelde(kandidaten, rijen, wie, applicatie)
    pks = {nummer: uuid7() for nummer in kandidaten}
    sleutels = {str(rijen[n].sleutel): (rijen[n].vingerafdruk, pks[n]) for n in kandidaten if rijen[n].sleutel}
    try:
        with transaction.atomic():
            vrij = reserveer_veel(applicatie, sleutels, Taak.record_soort)
            te_maken = [n for n in kandidaten if rijen[n].sleutel is None or rijen[n].sleutel in vrij]
            leg_nieuwe_taken_vast(_bouw(te_maken, rijen, wie, pks, applicatie), door)
    except IntegrityError:
        return [None] * len(rijen)  # een ander was met een van deze kenmerken net eerder
    gemaakt = set(te_maken)
    return [pks[nummer] if nummer in gemaakt else None for nummer in range(len(rijen))]


def _zonder_fouten(rijen: Sequence[Rij], applicatie: Applicatie) -> list[int]:
    """De rijen met een link die mag, waarvan sleutel en kenmerk in deze lijst niet eerder voorkwamen."""
    goed, gezien = [], set[tuple[str, object]]()
    for nummer, rij in enumerate(rijen):
        kenmerken = {("sleutel", rij.sleutel), ("bron", rij.nieuw.bron_referentie), ("taak", _dubbel(rij, applicatie))}
        kenmerken = {kenmerk for kenmerk in kenmerken if kenmerk[1]}
        try:
            eis_host(rij.nieuw, applicatie, rij.nieuw.categorie or applicatie.standaard_categorie)
        except HostNietToegestaanError:
            continue  # maak_aan zegt het straks
        if not rij.apart and not kenmerken & gezien:
            goed.append(nummer)
        gezien |= kenmerken
    return goed


def _dubbel(rij: Rij, applicatie: Applicatie) -> object:
    nieuw = rij.nieuw
    herken = nieuw.herken_dubbel and nieuw.verwerker_taak_id and applicatie.dubbele_herkennen
    return (nieuw.verwerker_taak_id, nieuw.vingerafdruk) if herken else None


def _zonder_bekende(kandidaten: list[int], rijen: Sequence[Rij], applicatie: Applicatie) -> list[int]:
    """Zonder wat er al is: dezelfde bronReferentie, of hetzelfde verzoek met hetzelfde verwerkerTaakId.

    Hoogstens twee query's, elk met de voorwaarde van haar index erbij: bij een lange lijst leidt PostgreSQL die niet zelf
    af, en met een OR ertussen leest hij de hele tabel.
    """
    bron = {rijen[n].nieuw.bron_referentie for n in kandidaten} - {""}
    dubbel = {rijen[n].nieuw.verwerker_taak_id for n in kandidaten if _dubbel(rijen[n], applicatie)}
    bestaand = Taak.objects.als_systeem("een kenmerk is uniek per applicatie, ook over ingetrokken taken")
    eigen = bestaand.filter(applicatie=applicatie)
    met_bron = eigen.filter(~Q(bron_referentie=""), bron_referentie__in=bron)
    met_id = eigen.filter(~Q(verwerker_taak_id=""), verwerker_taak_id__in=dubbel, dubbel_sleutel__isnull=False)
    bronnen = set(met_bron.values_list("bron_referentie", flat=True))  # een lege lijst kost geen query
    taken = set(met_id.values_list("verwerker_taak_id", flat=True))
    return [
        n
        for n in kandidaten
        if not (rijen[n].nieuw.bron_referentie and rijen[n].nieuw.bron_referentie in bronnen)
        and not (_dubbel(rijen[n], applicatie) and rijen[n].nieuw.verwerker_taak_id in taken)
    ]


def _zonder_afgemelde(
    kandidaten: list[int], rijen: Sequence[Rij], wie: Mapping[str, UUID], applicatie: Applicatie
) -> list[int]:
    """Zonder wie zich voor haar pro-actieve categorie afmeldde. Geen query als er geen pro-actieve bij is."""
    categorie = {n: rijen[n].nieuw.categorie or applicatie.standaard_categorie for n in kandidaten}
    pro_actief = {c.pk for c in categorie.values() if c.pro_actief}
    if not pro_actief:
        return kandidaten
    afmeldingen = Afmelding.objects.als_systeem("voor wie zich afmeldde maakt niemand een taak")
    afgemeld = set(afmeldingen.filter(categorie__in=pro_actief).values_list("betrokkene", "categorie"))
    return [n for n in kandidaten if (wie[rijen[n].nieuw.voor.urn], categorie[n].pk) not in afgemeld]


def _bouw(
    te_maken: list[int],
    rijen: Sequence[Rij],
    wie: Mapping[str, UUID],
    pks: Mapping[int, UUID],
    applicatie: Applicatie,
) -> list[Taak]:
    """De taken, met betrokkene en zaak, op kenmerk: wie tegelijk hetzelfde stuurt wacht op ons en wij niet op hem."""
    zaken = zoek_zaken({naam for n in te_maken for naam in rijen[n].nieuw.zaaksleutels}, applicatie.organisatie_id)
    taken = []
    for nummer in sorted(te_maken, key=lambda n: rijen[n].nieuw.bron_referentie):
        nieuw = rijen[nummer].nieuw
        categorie = nieuw.categorie or applicatie.standaard_categorie
        taak = bouw_taak(nieuw, applicatie, categorie, wie[nieuw.voor.urn], pks[nummer])
        gevonden = {zaken[naam] for naam in nieuw.zaaksleutels if naam in zaken}
        taak.zaak_id = gevonden.pop() if len(gevonden) == 1 else None
        taak.wacht_op_zaak = als_tekst(nieuw.zaaksleutels) if nieuw.zaaksleutels and taak.zaak_id is None else None
        taken.append(taak)
    return taken
