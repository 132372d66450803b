"""Hoe een verzoek eruitziet voor de persoon: stand in woorden, wat er nu gebeurt, de kopie. Hier verandert niets."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext

from portaal.formulieren.definitie import Ingevuld, lees_definitie
from portaal.gebeurtenissen.models import Inhoud
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tijdlijn import Regel, tijdlijn_van
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.toegang import Toegang
from portaal.inloggen.verwijzing import Verwijzing, Vraag
from portaal.zaken.models import Zaak
from verzoeken.models import Kanaal, Status, Verzoek, VerzoekQuerySet

ICONEN = {
    Status.CONCEPT: "clock",
    Status.INGEDIEND: "hourglass-high",
    Status.IN_BEHANDELING: "hourglass-high",
    Status.VERWERKT: "circle-check",
    Status.GEWEIGERD: "circle-x",
    Status.DOORGELEID: "arrow-right",
    Status.INGETROKKEN: "circle-x",
}
# Het invullen zelf hoort niet op de tijdlijn: die begint bij het versturen.
VOOR_HET_VERSTUREN = frozenset({Soort.VERZOEK_BEGONNEN, Soort.VERZOEK_BEWAARD})
ANTWOORD_ADRES = {"bericht": "/berichten/", "taak": "/taken/"}


@dataclass(frozen=True)
class Kaart:
    """Een verzoek zoals deze persoon het nu mag zien. Boven het niveau van de inlog: alleen dat het er is."""

    verzoek: Verzoek
    niveau: int
    mag_handelen: bool = True

    @property
    def afgeschermd(self) -> bool:
        """Voor de inhoud is een hogere manier van inloggen nodig."""
        return afgeschermd(self.verzoek.minimaal_niveau, self.niveau)

    @property
    def titel(self) -> str:
        """De naam van het verzoek, of een neutraal woord."""
        return gettext("Een verzoek") if self.afgeschermd else self.verzoek.type.naam_in_taal

    @property
    def organisatie(self) -> str:
        """Wie het verzoek ontvangt."""
        return self.verzoek.applicatie.organisatie.naam

    @property
    def afzender(self) -> str:
        """Wie het verzoek ontvangt, met de afdeling."""
        return self.verzoek.applicatie.afzender

    @property
    def stand(self) -> str:
        """Eén zin over waar het verzoek nu staat."""
        org = self.organisatie
        match self.verzoek.status:
            case Status.INGEDIEND:
                return gettext("{org} heeft uw verzoek ontvangen.").format(org=org)
            case Status.IN_BEHANDELING:
                return gettext("{org} is met uw verzoek bezig.").format(org=org)
            case Status.VERWERKT:
                return gettext("Klaar: {org} heeft uw verzoek afgehandeld.").format(org=org)
            case Status.GEWEIGERD:
                return gettext("{org} neemt uw verzoek niet in behandeling.").format(org=org)
            case Status.DOORGELEID:
                return gettext("{org} heeft uw verzoek doorgestuurd naar een andere organisatie.").format(org=org)
            case Status.INGETROKKEN:
                return gettext("U heeft dit verzoek ingetrokken.")
        return gettext("U heeft dit verzoek nog niet verstuurd.")

    @property
    def icoon(self) -> str:
        """Het pictogram bij de stand."""
        return ICONEN[Status(self.verzoek.status)]

    @property
    def moment(self) -> datetime | None:
        """Sinds wanneer het zo staat."""
        return self.verzoek.afgerond_op or self.verzoek.ontvangen_op

    @property
    def in_te_trekken(self) -> bool:
        """Er is nog niets mee gedaan, en deze persoon mag handelen."""
        return self.verzoek.status == Status.INGEDIEND and self.mag_handelen and not self.afgeschermd

    @property
    def loopt(self) -> bool:
        """De organisatie moet er nog iets mee."""
        return self.verzoek.status in (Status.INGEDIEND, Status.IN_BEHANDELING)

    @property
    def kanaal(self) -> str:
        """Hoe het verzoek is gedaan, als dat niet op deze website was."""
        if self.verzoek.kanaal in ("", Kanaal.PORTAAL):
            return ""
        bekend = dict(Kanaal.choices).get(self.verzoek.kanaal)
        return str(bekend) if bekend else self.verzoek.kanaal

    @property
    def antwoord_adres(self) -> str:
        """Waar het antwoord te lezen is, of niets."""
        begin = ANTWOORD_ADRES.get(self.verzoek.antwoord_soort)
        return f"{begin}{self.verzoek.antwoord_id}" if begin else ""

    @cached_property
    def kopie(self) -> Ingevuld | None:
        """De onveranderlijke kopie van wat er is gestuurd (Awb 2:17, tweede lid). Eén query; None als zij vernietigd is."""
        return kopie_van(self.verzoek)

    @cached_property
    def tijdlijn(self) -> list[Regel]:
        """Elke stap sinds het versturen, nieuwste eerst."""
        return [regel for regel in reversed(tijdlijn_van(self.verzoek)) if regel.soort not in VOOR_HET_VERSTUREN]


def kaart(verzoek: Verzoek, toegang: Toegang) -> Kaart:
    """Het verzoek als kaart voor deze sessie."""
    return Kaart(verzoek, toegang.niveau, toegang.mag_handelen)


def kopie_van(verzoek: Verzoek) -> Ingevuld | None:
    """Wat er bij het versturen is vastgelegd: de vragen van toen met de antwoorden van toen."""
    bewaard = Inhoud.objects.filter(record_soort=verzoek.record_soort, record_id=verzoek.pk).order_by("versie").first()
    if bewaard is None or bewaard.antwoorden is None:
        return None
    return lees_definitie(bewaard.json["formulier"]).lees_terug(bewaard.antwoorden)


def vraag_bij(antwoord: Verwijzing, toegang: Toegang) -> Vraag | None:
    """Het verzoek waar dit bericht of deze taak het antwoord op is, zoals deze sessie het mag zien."""
    gevonden = verzoeken(toegang).filter(antwoord_soort=antwoord.soort, antwoord_id=antwoord.id).first()
    return Vraag(kaart(gevonden, toegang).titel, f"/verzoeken/{gevonden.pk}") if gevonden else None


# --- Lijsten ----------------------------------------------------------------------------------------------------------
def concepten(toegang: Toegang) -> VerzoekQuerySet:
    """Wat deze persoon nog niet heeft verstuurd, laatst bewerkte eerst."""
    eigen = Verzoek.objects.voor(toegang).concepten().met_context()
    return eigen.filter(persoon=toegang.persoon).order_by("-gewijzigd_op")


def verzoeken(toegang: Toegang) -> VerzoekQuerySet:
    """Wat verstuurd is, nieuwste eerst."""
    return Verzoek.objects.voor(toegang).verstuurd().met_context().order_by("-ontvangen_op", "-id")


def lopend(toegang: Toegang) -> VerzoekQuerySet:
    """Waar de organisatie nog iets mee moet, nieuwste eerst."""
    return verzoeken(toegang).filter(status__in=[Status.INGEDIEND, Status.IN_BEHANDELING])


def bij_zaak(zaak: Zaak, toegang: Toegang) -> VerzoekQuerySet:
    """De verzoeken van deze persoon bij deze zaak, nieuwste eerst."""
    return verzoeken(toegang).filter(zaak=zaak)


def na(lijst: VerzoekQuerySet, vorige: Verzoek) -> VerzoekQuerySet:
    """Het deel van `verzoeken` dat na dit verzoek komt: bladeren op sleutel, zonder tellen."""
    return lijst.filter(Q(ontvangen_op__lt=vorige.ontvangen_op) | Q(ontvangen_op=vorige.ontvangen_op, id__lt=vorige.pk))
