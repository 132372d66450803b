"""Hoe een bericht eruitziet voor de lezer. Alleen weergave: hier verandert niets, en elke query loopt door de poort."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from berichten.models import Bericht, BerichtQuerySet
from portaal.bestanden.handelingen import id_in
from portaal.bestanden.models import Bestand, Stand
from portaal.betrokkenen.models import Handelingsperspectief
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tijdlijn import Regel, tijdlijn_van
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.toegang import Toegang
from portaal.tekst import veilige_toelichting, zonder_stuurtekens
from portaal.termijn import Termijn
from portaal.tijd import vandaag

# Wat iemand met het bericht moet: staat boven de tekst. Wat hier niet staat is alleen om te lezen.
TE_DOEN: dict[str, object] = {
    Handelingsperspectief.BETALEN: _("U moet betalen"),
    Handelingsperspectief.INFORMATIE_GEVEN: _("Wij vragen u om informatie"),
    Handelingsperspectief.UITNODIGING: _("Wij nodigen u uit voor een afspraak"),
    Handelingsperspectief.VERNIEUWING: _("U moet iets vernieuwen"),
}
ALLEEN_LEZEN: dict[str, object] = {
    Handelingsperspectief.INCASSO: _("Wij schrijven het bedrag af. U hoeft niets te doen."),
    Handelingsperspectief.INFORMATIE_KRIJGEN: _("Dit bericht is om te lezen. U hoeft niets te doen."),
    Handelingsperspectief.REACTIE_ONTVANGEN: _("Dit is onze reactie. U hoeft niets te doen."),
}
# Van vóór de publicatie ziet de lezer niets: toen was het bericht er voor hem nog niet.
_VOOR_PUBLICATIE = frozenset({Soort.BERICHT_GEREGISTREERD, Soort.BERICHT_GEWIJZIGD})


@dataclass(frozen=True)
class Kaart:
    """Een bericht zoals deze lezer het nu mag zien. Boven het niveau van de inlog: dat het er is, en van wie."""

    bericht: Bericht
    niveau: int
    peildag: date

    @property
    def afgeschermd(self) -> bool:
        """Voor de inhoud is een hogere manier van inloggen nodig."""
        return afgeschermd(self.bericht.minimaal_niveau, self.niveau)

    @property
    def onderwerp(self) -> str:
        """Het onderwerp, of een neutrale zin."""
        if self.afgeschermd:
            return gettext("Er staat een bericht voor u klaar")
        return zonder_stuurtekens(self.bericht.onderwerp)

    @property
    def afzender(self) -> str:
        """Organisatie, met de afdeling als die bekend is."""
        return self.bericht.applicatie.afzender

    @property
    def organisatie(self) -> str:
        """De naam van de organisatie die het stuurde."""
        return self.bericht.applicatie.organisatie.naam

    @property
    def tekst(self) -> SafeString:
        """De tekst als veilige html."""
        return veilige_toelichting(self.bericht.tekst)

    @property
    def geldt(self) -> bool:
        """Niet vervangen en niet ingetrokken."""
        return not self.bericht.vervangen and not self.bericht.herroepen

    @cached_property
    def termijn(self) -> Termijn | None:
        """De termijn, als die er is en het bericht nog geldt."""
        dag = self.bericht.einddatum_handelingstermijn
        return Termijn(dag, self.peildag) if dag and self.geldt else None

    @property
    def vraagt_iets(self) -> bool:
        """De lezer moet iets doen."""
        return self.bericht.handelingsperspectief in TE_DOEN or self.bericht.einddatum_handelingstermijn is not None

    @property
    def wat_te_doen(self) -> str:
        """In een paar woorden wat er van de lezer verwacht wordt; leeg als de afzender daar niets over zei."""
        perspectief = self.bericht.handelingsperspectief
        if self.vraagt_iets:
            return str(TE_DOEN.get(perspectief, _("Dit bericht heeft een termijn")))
        return str(ALLEEN_LEZEN.get(perspectief, ""))


def kaart(bericht: Bericht, toegang: Toegang) -> Kaart:
    """Het bericht (uit `met_leesstand`) als kaart voor deze sessie, gezien vanaf vandaag."""
    return Kaart(bericht, toegang.niveau, vandaag())


def tijdlijn(bericht: Bericht) -> list[Regel]:
    """Wat er gebeurde sinds het te lezen was, nieuwste eerst."""
    return [regel for regel in reversed(tijdlijn_van(bericht)) if regel.soort not in _VOOR_PUBLICATIE]


@dataclass(frozen=True)
class Bijlage:
    """Een bestand bij het bericht, om te downloaden."""

    id: UUID
    naam: str
    soort: str
    grootte: int


def bijlagen(bericht: Bericht, toegang: Toegang) -> list[Bijlage]:
    """De bestanden bij het bericht, in de volgorde van de afzender. Zonder bijlagen: geen query."""
    ids = bericht.bestanden
    if not ids:
        return []
    alle = Bestand.objects.voor(toegang).bij(bericht.record_soort, bericht.pk).filter(pk__in=ids, stand=Stand.SCHOON)
    gevonden = {bestand.pk: bestand for bestand in alle}
    namen = {id_in(str(b["informatieObject"])): str(b.get("omschrijving") or "") for b in bericht.bijlagen}
    return [
        Bijlage(id_, zonder_stuurtekens(namen[id_]) or bestand.naam, bestand.naam.rpartition(".")[2], bestand.grootte)
        for id_ in ids
        if (bestand := gevonden.get(id_))
    ]


# --- Lijsten ----------------------------------------------------------------------------------------------------------
def alle(toegang: Toegang) -> BerichtQuerySet:
    """Wat niet is opgeborgen, nieuwste eerst."""
    return _lijst(toegang).filter(Q(gearchiveerd=False))


def ongelezen(toegang: Toegang) -> BerichtQuerySet:
    """Wat nieuw is voor deze lezer en niet opgeborgen. Het getal in het menu telt precies deze."""
    return alle(toegang).filter(Q(nieuw=True))


def archief(toegang: Toegang) -> BerichtQuerySet:
    """Wat deze lezer heeft opgeborgen."""
    return _lijst(toegang).filter(Q(gearchiveerd=True))


def _lijst(toegang: Toegang) -> BerichtQuerySet:
    return Bericht.objects.voor(toegang).met_context().met_leesstand(toegang).nieuwste_eerst()


def na(berichten: BerichtQuerySet, vorige: Bericht) -> BerichtQuerySet:
    """Het deel van een lijst dat na dit bericht komt: bladeren op sleutel, zonder tellen."""
    op = vorige.toegankelijk_op
    return berichten.filter(Q(toegankelijk_op__lt=op) | Q(toegankelijk_op=op, id__lt=vorige.pk))


def voorganger(bericht: Bericht, toegang: Toegang) -> Bericht | None:
    """Het bericht dat dit bericht vervangt of intrekt, als deze sessie het mag zien."""
    pk = bericht.vervangt_id or bericht.trekt_in_id
    return Bericht.objects.voor(toegang).filter(pk=pk).first() if pk else None


def opvolger(bericht: Bericht, toegang: Toegang) -> Bericht | None:
    """Het bericht dat dit bericht verving of introk, als deze sessie het mag zien."""
    return Bericht.objects.voor(toegang).filter(Q(vervangt=bericht) | Q(trekt_in=bericht)).first()
