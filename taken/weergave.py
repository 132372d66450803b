"""Hoe een taak eruitziet voor de persoon: termijn in woorden, stand in woorden, veilige toelichting, welke knop.

Alleen weergave: hier verandert niets, en elke query loopt door de poort.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, When
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portaal.betrokkenen.models import KetenpartnerLid, KetenpartnerRol
from portaal.formulieren.definitie import Definitie, DefinitieFout, Ingevuld, lees_definitie
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.tijdlijn import Regel, tijdlijn_van
from portaal.inloggen.hoger import afgeschermd
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.toegang import Toegang
from portaal.tekst import veilige_toelichting
from portaal.termijn import Termijn
from portaal.tijd import nu, vandaag
from portaal.zaken.models import Zaak
from taken import handelingen
from taken.betalen import dienst
from taken.handelingen.eigenaar import is_afgemeld
from taken.models import (
    Betaling,
    Handelingsperspectief,
    Status,
    Taak,
    TaakConcept,
    TaakQuerySet,
    TaakSoort,
    Uitstel,
    host_van,
)

ONLANGS = timedelta(days=30)

STANDICONEN = WACHT, GELUKT, VOORBIJ = "hourglass-high", "circle-check", "circle-x"

KNOPTEKSTEN: dict[str, object] = {
    Handelingsperspectief.BETALEN: _("Betalen"),
    Handelingsperspectief.INCASSO: _("Incasso regelen"),
    Handelingsperspectief.INFORMATIE_GEVEN: _("Informatie geven"),
    Handelingsperspectief.INFORMATIE_KRIJGEN: _("Informatie bekijken"),
    Handelingsperspectief.REACTIE_ONTVANGEN: _("Reactie bekijken"),
    Handelingsperspectief.UITNODIGING: _("Afspraak maken"),
    Handelingsperspectief.VERNIEUWING: _("Vernieuwen"),
}


# --- Eén taak ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kaart:
    """Een taak zoals deze persoon haar nu mag zien. Boven het niveau van de inlog: dat zij bestaat, en van wie."""

    taak: Taak
    niveau: int
    peildag: date
    mag_handelen: bool = True
    persoon: UUID | None = None

    @property
    def afgeschermd(self) -> bool:
        """Voor de inhoud is een hogere manier van inloggen nodig."""
        return afgeschermd(self.taak.minimaal_niveau, self.niveau)

    @property
    def titel(self) -> str:
        """De titel, of een neutrale zin."""
        if self.afgeschermd:
            return gettext("Er staat een taak voor u klaar")
        return self.taak.in_taal("titel", get_language() or "nl")

    @property
    def organisatie(self) -> str:
        """De naam van de organisatie die het vraagt."""
        return self.taak.applicatie.organisatie.naam

    @property
    def afzender(self) -> str:
        """Organisatie, met de afdeling als die bekend is."""
        return self.taak.applicatie.afzender

    @property
    def te_doen(self) -> bool:
        """De persoon is aan zet."""
        return self.taak.open and self.taak.gemeld_op is None

    @property
    def wacht(self) -> bool:
        """De persoon zei dat het gedaan is; de organisatie moet dat nog bevestigen."""
        return self.taak.open and self.taak.gemeld_op is not None

    @property
    def mag_uitstel_vragen(self) -> bool:
        """Of deze persoon om meer tijd kan vragen: ook als het al te laat is, niet zolang er een vraag loopt."""
        heeft_termijn = self.taak.einddatum_handelingstermijn is not None
        return self.mag_handelen and self.te_doen and heeft_termijn and self.taak.uitstel != Uitstel.GEVRAAGD

    @property
    def vraagt_uitstel(self) -> bool:
        """Er loopt een vraag om meer tijd."""
        return self.te_doen and self.taak.uitstel == Uitstel.GEVRAAGD

    @property
    def mag_herinnering_kiezen(self) -> bool:
        """Of er nog een dag is om aan herinnerd te worden: na vandaag, en niet na de laatste dag."""
        dag = self.taak.einddatum_handelingstermijn
        return self.mag_handelen and self.te_doen and (dag is None or dag > self.peildag)

    @property
    def herinnering(self) -> date | None:
        """De dag waarop wij aan de taak herinneren, als die nog komt."""
        dag = self.taak.datum_herinnering
        return dag if self.te_doen and dag is not None and dag > self.peildag else None

    @property
    def mag_afzien(self) -> bool:
        """Of iemand dit kan weigeren: alleen wat wij ongevraagd aanbieden."""
        return self.mag_handelen and self.te_doen and self.taak.categorie.pro_actief

    @property
    def mag_terugmelden(self) -> bool:
        """Of er nog iets te melden is aan de eigenaar."""
        return self.mag_handelen and self.taak.open

    @property
    def collega(self) -> KetenpartnerLid | None:
        """De collega die eraan werkt of werkte; niet de persoon zelf, en niet wie geen toegang meer heeft."""
        lid = self.taak.behandelaar
        return lid if lid is not None and lid.actief and lid.persoon_id != self.persoon else None

    @property
    def van_mij(self) -> bool:
        """Of deze persoon haar heeft opgepakt."""
        return self.taak.behandelaar is not None and self.taak.behandelaar.persoon_id == self.persoon

    @property
    def door_collega(self) -> bool:
        """Een collega was net eerder klaar."""
        return not self.te_doen and self.collega is not None

    @property
    def geschreven(self) -> list[tuple[datetime, str, list[dict[str, Any]]]]:
        """Wat een ketenpartner over de taak liet weten: wanneer, wat, en met welke bestanden; nieuwste eerst."""
        return [
            (datetime.fromisoformat(m["op"]), m["tekst"], m.get("bestanden", []))
            for m in reversed(self.taak.terugmeldingen or [])
        ]

    @cached_property
    def termijn(self) -> Termijn | None:
        """De termijn, als die er is."""
        dag = self.taak.einddatum_handelingstermijn
        return Termijn(dag, self.peildag) if dag else None

    @property
    def knop(self) -> str:
        """Wat er op de knop staat: wat de persoon gaat doen."""
        if self.afgeschermd:
            return gettext("Meer over deze taak")
        return str(KNOPTEKSTEN.get(self.taak.handelingsperspectief, _("Bekijk deze taak")))

    @property
    def formulierknop(self) -> str:
        """Wat er op de knop naar het formulier elders staat."""
        return str(KNOPTEKSTEN.get(self.taak.handelingsperspectief, _("Naar het formulier")))

    @property
    def uitvoerhost(self) -> str:
        """De website waar het formulier staat, of niets."""
        return host_van(self.taak.uitvoerlink)

    @property
    def toelichting(self) -> SafeString:
        """De toelichting als veilige html."""
        return veilige_toelichting(self.taak.in_taal("toelichting", get_language() or "nl"))

    @cached_property
    def formulier(self) -> Definitie | None:
        """Het formulier van een formuliertaak; None als er geen is, of als de portaal het niet (meer) kan tonen."""
        if self.taak.soort != TaakSoort.FORMULIERTAAK:
            return None
        try:
            return lees_definitie(self.taak.details.get("formulierDefinitie") or {})
        except DefinitieFout:
            return None

    @property
    def invulbaar(self) -> bool:
        """Of deze persoon het formulier nu kan invullen."""
        return self.mag_handelen and not self.afgeschermd and self.te_doen and self.formulier is not None

    @property
    def begin_formulier(self) -> Ingevuld | None:
        """Het formulier om mee te beginnen: vooraf ingevuld, of met de vorige antwoorden als de taak is heropend."""
        if self.formulier is None:
            return None
        gegevens = self.taak.gegevens or {}
        if vorige := gegevens.get("ontvangenGegevens"):
            return self.formulier.lees_terug(vorige)
        return self.formulier.begin(gegevens.get("voorinvullenGegevens"))

    @property
    def antwoorden(self) -> Ingevuld | None:
        """Wat er is verstuurd; None zolang er niets is verstuurd."""
        ontvangen = (self.taak.gegevens or {}).get("ontvangenGegevens")
        if self.taak.open or not ontvangen or self.formulier is None:
            return None
        return self.formulier.lees_terug(ontvangen)

    @property
    def door_persoon(self) -> bool:
        """De persoon heeft het zelf verstuurd, in de portaal."""
        return self.taak.uitgevoerd_door == ActorSoort.BETROKKENE

    @property
    def stand(self) -> SafeString:
        """Eén zin over waar het nu staat, voor wie niets meer hoeft te doen."""
        org = self.organisatie
        if self.taak.afgezien_op is not None:
            return format_html("{}", gettext("U heeft gezegd dat u dit niet wilt. U hoeft niets meer te doen."))
        if self.wacht:
            return format_html(gettext("Wij wachten op bevestiging van {org}"), org=org)
        match self.taak.status:
            case Status.UITGEVOERD:
                return format_html(gettext("U bent klaar. {org} verwerkt het nog."), org=org)
            case Status.VERWERKT:
                return format_html(gettext("Klaar: {org} heeft dit verwerkt."), org=org)
            case Status.NIET_UITGEVOERD:
                return format_html("{}", gettext("De termijn is voorbij. De taak is gesloten."))
            case Status.AFGEBROKEN:
                return format_html(gettext("{org} heeft deze taak ingetrokken. U hoeft niets meer te doen."), org=org)
        return format_html("{}", gettext("Deze taak staat voor u open."))

    @property
    def icoon(self) -> str:
        """Het pictogram bij de stand."""
        if self.wacht:
            return WACHT
        return GELUKT if self.taak.status in (Status.UITGEVOERD, Status.VERWERKT) else VOORBIJ

    @property
    def moment(self) -> datetime | None:
        """Sinds wanneer het zo staat."""
        return self.taak.gemeld_op if self.wacht else self.taak.afgerond_op or self.taak.uitgevoerd_op


def kaart(taak: Taak, toegang: Toegang) -> Kaart:
    """De taak als kaart voor deze sessie, gezien vanaf vandaag."""
    return Kaart(taak, toegang.niveau, vandaag(), toegang.mag_handelen, toegang.persoon)


def pagina(kaart: Kaart, toegang: Toegang) -> dict[str, Any]:
    """Wat de pagina van een taak nog meer nodig heeft, met een vast aantal query's per soort taak."""
    taak = kaart.taak
    leden = list(handelingen.leden(toegang)) if toegang.doelgroep is Doelgroep.KETENPARTNER else []
    namen = {lid.persoon_id: lid.naam for lid in leden if lid.naam}
    regels = tijdlijn_van(taak)
    context: dict[str, Any] = {
        "tijdlijn": [zoals_gelezen(regel, toegang, namen) for regel in reversed(regels)],
        "zaak_te_zien": taak.zaak_id and Zaak.objects.voor(toegang).filter(pk=taak.zaak_id).exists(),
        "voortgang": voortgang(taak.zaak_id, toegang) if taak.zaak_id else None,
    }
    if toegang.doelgroep is Doelgroep.KETENPARTNER:
        context["team"] = [lid for lid in leden if lid.rol != KetenpartnerRol.LEZER and lid != taak.behandelaar]
        context["mag_verdelen"] = toegang.mag_handelen and (
            kaart.collega is None or toegang.rol == KetenpartnerRol.BEHEERDER
        )
        context["wie_deed"] = {r.op: namen[r.actor] for r in regels if r.actor in namen and not _van_ander(r, toegang)}
    if taak.soort == TaakSoort.BETAALTAAK:
        context["betaling"] = laatste_betaling(taak, toegang)
        context["betaaldienst"] = dienst() if kaart.te_doen and toegang.mag_handelen else None
    if taak.afgezien_op is not None:
        context["afgemeld"] = is_afgemeld(taak.betrokkene_id, taak.categorie)
    if kaart.invulbaar:
        context["concept"] = concept(taak, toegang)
    return context


def geopend_door(toegang: Toegang, tijdlijn: Iterable[Regel]) -> bool:
    """Of deze lezer de taak al eens opende, volgens haar tijdlijn."""
    return any(regel.soort is Soort.TAAK_GEOPEND and regel.actor == toegang.persoon for regel in tijdlijn)


# Wat op de tijdlijn met "U" begint, als een ander het deed die voor dezelfde persoon of organisatie handelt.
VAN_EEN_ANDER: dict[Soort, object] = {
    Soort.TAAK_GEMELD: _("{wie} heeft doorgegeven dat dit is gedaan."),
    Soort.TAAK_UITSTEL_GEVRAAGD: _("{wie} heeft om meer tijd gevraagd."),
    Soort.TAAK_HERINNERING_GEKOZEN: _("{wie} heeft een herinnering gekozen."),
    Soort.TAAK_AFGEZIEN: _("{wie} heeft gezegd dat dit niet gewenst is."),
    Soort.TAAK_WEER_WELKOM: _("{wie} heeft gezegd dat dit voortaan weer gewenst is."),
    Soort.TAAK_BETALING_BEGONNEN: _("{wie} is begonnen met betalen."),
}


def _van_ander(regel: Regel, toegang: Toegang) -> bool:
    return regel.soort in VAN_EEN_ANDER and regel.door is ActorSoort.BETROKKENE and regel.actor != toegang.persoon


def zoals_gelezen(regel: Regel, toegang: Toegang, namen: Mapping[Any, str]) -> Regel:
    """De regel voor wie hem nu leest: wat een ander deed staat er niet als "U", maar met zijn naam als wij die kennen."""
    if not _van_ander(regel, toegang):
        return regel
    ander = _("Iemand anders") if toegang.doelgroep is Doelgroep.INWONER else _("Iemand van uw organisatie")
    return replace(regel, tekst=str(VAN_EEN_ANDER[regel.soort]).format(wie=namen.get(regel.actor) or ander))


def laatste_betaling(taak: Taak, toegang: Toegang) -> Betaling | None:
    """De laatste poging om deze taak te betalen. Eén query."""
    return Betaling.objects.voor(toegang).filter(taak=taak).order_by("-begonnen_op").first()


def concept(taak: Taak, toegang: Toegang) -> TaakConcept | None:
    """Wat deze persoon al invulde en bewaarde bij deze taak."""
    return TaakConcept.objects.voor(toegang).filter(taak=taak).first()


@dataclass(frozen=True)
class Voortgang:
    """Hoeveel van de taken bij een zaak klaar zijn; alleen te zien als het er meer dan een zijn."""

    klaar: int
    totaal: int

    def __bool__(self) -> bool:
        return self.totaal > 1


def voortgang(zaak: UUID, toegang: Toegang) -> Voortgang:
    """Hoeveel taken van deze persoon bij deze zaak klaar zijn. Wat is ingetrokken of geweigerd telt niet mee. Eén query."""
    taken = Taak.objects.voor(toegang).filter(zaak=zaak).exclude(status=Status.AFGEBROKEN)
    geteld = taken.aggregate(
        totaal=Count("pk"), klaar=Count("pk", filter=Q(status__in=[Status.UITGEVOERD, Status.VERWERKT]))
    )
    return Voortgang(geteld["klaar"], geteld["totaal"])


def zaken_met_taken(toegang: Toegang) -> list[tuple[UUID, str]]:
    """De zaken waar taken van deze persoon bij horen, om op te filteren; hoogstens vijftig. Eén query."""
    taken = Taak.objects.voor(toegang).filter(zaak__isnull=False, minimaal_niveau__lte=toegang.niveau)
    return list(taken.order_by("zaak__omschrijving").values_list("zaak", "zaak__omschrijving").distinct()[:50])


def van_wie(taken: TaakQuerySet, wie: str, toegang: Toegang) -> TaakQuerySet:
    """De taken van het team waar deze collega aan werkt: `mij`, `niemand`, of de sleutel van een lid. Anders alle."""
    if wie == "mij":
        return taken.filter(behandelaar__persoon=toegang.persoon)
    if wie == "niemand":
        return taken.filter(Q(behandelaar=None) | Q(behandelaar__ingetrokken_op__isnull=False))
    try:
        return taken.filter(behandelaar=UUID(wie)) if wie else taken
    except ValueError:
        return taken.none()


# --- Lijsten ----------------------------------------------------------------------------------------------------------
def _kaarten(toegang: Toegang) -> TaakQuerySet:
    return Taak.objects.voor(toegang).voor_kaart(team=toegang.doelgroep is Doelgroep.KETENPARTNER)


def te_doen(toegang: Toegang) -> TaakQuerySet:
    """De taken waarbij de persoon aan zet is, dringendste eerst. Het getal in het menu telt precies deze."""
    return _kaarten(toegang).open().filter(gemeld_op__isnull=True).dringendste_eerst()


def wacht_op_bevestiging(toegang: Toegang) -> TaakQuerySet:
    """De taken waarvan de persoon zei dat ze gedaan zijn en die de organisatie nog moet bevestigen."""
    return _kaarten(toegang).open().filter(gemeld_op__isnull=False).order_by("-gemeld_op", "id")


def open_taken(toegang: Toegang) -> TaakQuerySet:
    """Alle open taken: eerst wat te doen is, daarna wat op bevestiging wacht; per groep dringendste eerst."""
    wacht = Case(When(gemeld_op__isnull=False, then=1), default=0, output_field=IntegerField())
    taken = _kaarten(toegang).open()
    return taken.annotate(wacht=wacht).order_by("wacht", "sorteerdatum", "id")


def afgeronde_taken(toegang: Toegang) -> TaakQuerySet:
    """Taken waar niets meer aan te doen is, laatst afgeronde eerst."""
    taken = _kaarten(toegang).afgerond()
    return taken.annotate(einde=Coalesce("afgerond_op", "uitgevoerd_op")).order_by("-einde", "-id")


def onlangs_afgerond(toegang: Toegang) -> TaakQuerySet:
    """Wat de afgelopen dertig dagen is afgerond, gesloten of ingetrokken."""
    return afgeronde_taken(toegang).filter(Q(einde__gte=nu() - ONLANGS))


def na_open(taken: TaakQuerySet, vorige: Taak) -> TaakQuerySet:
    """Het deel van `open_taken` dat na deze taak komt: bladeren op sleutel, zonder tellen."""
    wacht, dag = int(vorige.gemeld_op is not None), vorige.sorteerdatum
    zelfde_groep = Q(wacht=wacht) & (Q(sorteerdatum__gt=dag) | Q(sorteerdatum=dag, id__gt=vorige.pk))
    return taken.filter(Q(wacht__gt=wacht) | zelfde_groep)


def na_afgerond(taken: TaakQuerySet, vorige: Taak) -> TaakQuerySet:
    """Het deel van `afgeronde_taken` dat na deze taak komt."""
    einde = vorige.afgerond_op or vorige.uitgevoerd_op
    return taken.filter(Q(einde__lt=einde) | Q(einde=einde, id__lt=vorige.pk))
