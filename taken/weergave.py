"""Hoe een taak eruitziet voor de persoon: termijn in woorden, stand in woorden, veilige toelichting, welke knop.

Alleen weergave: hier verandert niets, en elke query loopt door de poort.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import nh3
from django.db.models import Case, IntegerField, Q, When
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from portaal.formulieren.definitie import Definitie, DefinitieFout, Ingevuld, lees_definitie
from portaal.gebeurtenissen.soorten import ActorSoort
from portaal.inloggen.toegang import Toegang
from portaal.tijd import nu, vandaag
from taken.models import Handelingsperspectief, Status, Taak, TaakConcept, TaakQuerySet, TaakSoort, host_van

DRINGEND_VANAF = 2  # dagen voor de laatste dag
DAGEN_NOEMEN_VANAF = 7
ONLANGS = timedelta(days=30)

TERMIJNICONEN = {"te-laat": "alert-circle", "dringend": "alert-triangle", "rustig": "calendar-due"}
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


# --- Toelichting ------------------------------------------------------------------------------------------------------
def _toon_host(staat: StateCore) -> None:
    """Zet achter elke link de website waar hij heen gaat, tenzij de tekst dat al zegt."""
    for blok in staat.tokens:
        kinderen: list[Token] = []
        adres, tekst = "", ""
        for kind in blok.children or []:
            kinderen.append(kind)
            if kind.type == "link_open":
                adres, tekst = str(kind.attrs.get("href", "")), ""
            elif kind.type == "link_close":
                host = urlsplit(adres).hostname
                if host and host not in re.split(r"[\s/]+", tekst):
                    kinderen.append(Token("text", "", 0, content=f" ({host})"))
                adres = ""
            elif adres:
                tekst += kind.content
        if blok.children is not None:
            blok.children = kinderen


def _maak_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
    markdown.disable(["heading", "lheading", "code", "fence", "blockquote", "hr", "image", "backticks", "html_block"])
    markdown.core.ruler.push("toon_host", _toon_host)
    return markdown


_MARKDOWN = _maak_markdown()


def _alleen_http(_element: str, _attribuut: str, waarde: str) -> str | None:
    """Een adres zonder http(s) ervoor (ook //voorbeeld.nl) wordt geen link: de website moet erbij kunnen staan."""
    return waarde if waarde.lower().startswith(("http://", "https://")) else None


def veilige_toelichting(bron: str) -> SafeString:
    """Maak html van een toelichting: alinea's, vet, cursief, lijsten en links naar http(s), met de website erbij.

    Al het andere blijft tekst. Na het omzetten gaat de html nog door een lijst van toegestane elementen: wat een
    ander systeem ook stuurt, er komt geen script, opmaak of ander protocol door.
    """
    html = nh3.clean(
        _MARKDOWN.render(bron),
        tags={"p", "br", "strong", "em", "ul", "ol", "li", "a"},
        attributes={"a": {"href"}},
        attribute_filter=_alleen_http,
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return mark_safe(html.replace("<a ", '<a class="nl-link" '))  # noqa: S308 net schoongemaakt


# --- Termijn ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Termijn:
    """De laatste dag waarop iemand de taak kan doen, gezien vanaf vandaag (in Amsterdam). De laatste dag telt mee."""

    laatste_dag: date
    peildag: date

    @property
    def nog(self) -> int:
        """Hoeveel dagen er nog zijn; 0 is vandaag, onder nul is te laat."""
        return (self.laatste_dag - self.peildag).days

    @property
    def te_laat(self) -> bool:
        """De laatste dag is geweest."""
        return self.nog < 0

    @property
    def dringend(self) -> bool:
        """Vandaag, morgen of overmorgen is de laatste dag."""
        return 0 <= self.nog <= DRINGEND_VANAF

    @property
    def klasse(self) -> str:
        """Het achtervoegsel van de css-klasse."""
        return "te-laat" if self.te_laat else "dringend" if self.dringend else "rustig"

    @property
    def icoon(self) -> str:
        """Het pictogram; de woorden zeggen hetzelfde."""
        return TERMIJNICONEN[self.klasse]

    @property
    def woorden(self) -> SafeString:
        """De termijn in woorden, altijd met de datum zelf."""
        dag = format_html(
            '<time datetime="{}">{}</time>', self.laatste_dag.isoformat(), formats.date_format(self.laatste_dag)
        )
        if self.te_laat:
            return format_html(gettext("Te laat: de laatste dag was {dag}"), dag=dag)
        if self.nog == 0:
            return format_html(gettext("Uiterlijk {dag} – vandaag is de laatste dag"), dag=dag)
        if self.nog <= DAGEN_NOEMEN_VANAF:
            zin = ngettext("Uiterlijk {dag} – nog {n} dag", "Uiterlijk {dag} – nog {n} dagen", self.nog)
            return format_html(zin, dag=dag, n=self.nog)
        return format_html(gettext("Uiterlijk {dag}"), dag=dag)


# --- Eén taak ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kaart:
    """Een taak zoals deze persoon haar nu mag zien. Boven het niveau van de inlog: dat zij bestaat, en van wie."""

    taak: Taak
    niveau: int
    peildag: date

    @property
    def afgeschermd(self) -> bool:
        """Voor de inhoud is een hogere manier van inloggen nodig."""
        return self.taak.minimaal_niveau > self.niveau

    @property
    def titel(self) -> str:
        """De titel, of een neutrale zin."""
        if self.afgeschermd:
            return gettext("Er staat een taak voor u klaar")
        return self.taak.titel

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
        return veilige_toelichting(self.taak.toelichting)

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
        return not self.afgeschermd and self.te_doen and self.formulier is not None

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
    def antwoorden(self) -> list[tuple[str, str]]:
        """Wat er is verstuurd, per vraag in woorden; leeg zolang er niets is verstuurd."""
        ontvangen = (self.taak.gegevens or {}).get("ontvangenGegevens")
        if self.taak.open or not ontvangen or self.formulier is None:
            return []
        return self.formulier.lees_terug(ontvangen).rijen()

    @property
    def door_persoon(self) -> bool:
        """De persoon heeft het zelf verstuurd, in de portaal."""
        return self.taak.uitgevoerd_door == ActorSoort.BETROKKENE

    @property
    def stand(self) -> SafeString:
        """Eén zin over waar het nu staat, voor wie niets meer hoeft te doen."""
        org = self.organisatie
        if self.wacht:
            return format_html(gettext("Wij wachten op bevestiging van {org}"), org=org)
        match self.taak.status:
            case Status.UITGEVOERD:
                return format_html(gettext("U bent klaar. {org} verwerkt het nog."), org=org)
            case Status.VERWERKT:
                return format_html(gettext("Klaar: {org} heeft dit verwerkt."), org=org)
            case Status.NIET_UITGEVOERD:
                return format_html(gettext("De termijn is voorbij. De taak is gesloten."))
            case Status.AFGEBROKEN:
                return format_html(gettext("{org} heeft deze taak ingetrokken. U hoeft niets meer te doen."), org=org)
        return format_html(gettext("Deze taak staat voor u open."))

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
    return Kaart(taak, toegang.niveau, vandaag())


def concept(taak: Taak, toegang: Toegang) -> TaakConcept | None:
    """Wat deze persoon al invulde en bewaarde bij deze taak."""
    return TaakConcept.objects.voor(toegang).filter(taak=taak).first()


# --- Lijsten ----------------------------------------------------------------------------------------------------------
def te_doen(toegang: Toegang) -> TaakQuerySet:
    """De taken waarbij de persoon aan zet is, dringendste eerst. Het getal in het menu telt precies deze."""
    return Taak.objects.voor(toegang).open().filter(gemeld_op__isnull=True).met_context().dringendste_eerst()


def wacht_op_bevestiging(toegang: Toegang) -> TaakQuerySet:
    """De taken waarvan de persoon zei dat ze gedaan zijn en die de organisatie nog moet bevestigen."""
    return Taak.objects.voor(toegang).open().filter(gemeld_op__isnull=False).met_context().order_by("-gemeld_op", "id")


def open_taken(toegang: Toegang) -> TaakQuerySet:
    """Alle open taken: eerst wat te doen is, daarna wat op bevestiging wacht; per groep dringendste eerst."""
    wacht = Case(When(gemeld_op__isnull=False, then=1), default=0, output_field=IntegerField())
    taken = Taak.objects.voor(toegang).open().met_context()
    return taken.annotate(wacht=wacht).order_by("wacht", "sorteerdatum", "id")


def afgeronde_taken(toegang: Toegang) -> TaakQuerySet:
    """Taken waar niets meer aan te doen is, laatst afgeronde eerst."""
    taken = Taak.objects.voor(toegang).afgerond().met_context()
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
