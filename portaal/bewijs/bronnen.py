"""Waar het bewijs van elke soort record vandaan komt: door de poort, en in woorden die erbij horen.

Een soort record doet mee met een regel in `BRONNEN`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import formats
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from berichten import weergave as berichtweergave
from berichten.models import Bericht
from portaal.betrokkenen.models import Aard
from portaal.formulieren.definitie import DefinitieFout, lees_definitie
from portaal.gebeurtenissen.models import Inhoud, Vastgelegd
from portaal.gebeurtenissen.soorten import Soort
from portaal.inloggen.toegang import Toegang
from portaal.tekst import veilige_toelichting
from portaal.zaken import weergave as zaakweergave
from portaal.zaken.models import Zaak
from taken import weergave as taakweergave
from taken.models import Taak
from verzoeken import weergave as verzoekweergave
from verzoeken.models import Verzoek

WAAROM = "een medewerker vraagt het bewijs op"

Rijen = list[tuple[str, str]]


class Opgemaakt(str):
    """Tekst met eenvoudige Markdown: letterlijk op papier, op een pagina zoals de lezer haar toen zag."""

    __slots__ = ()

    @property
    def html(self) -> SafeString:
        """Als veilige html."""
        return veilige_toelichting(self)


@dataclass(frozen=True)
class Gevonden:
    """Een record zoals deze lezer het nu mag zien. Afgeschermd: alleen dat het er is, en wat daarvoor nodig is."""

    record: Vastgelegd
    titel: str
    afzender: str
    afgeschermd: bool = False
    minimaal_niveau: int = 0
    velden: frozenset[str] | None = None  # van de inhoud: alleen deze; None is alles

    @property
    def organisatie(self) -> Any:
        """Bij wie iemand met vragen terechtkan."""
        return self.record.applicatie.organisatie  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Feit:
    """Een regel bovenaan: wat het is, welke gebeurtenissen het bewijzen, en wat er staat als die er niet zijn."""

    naam: Promise
    soorten: frozenset[Soort]
    anders: Promise | None = None


@dataclass(frozen=True)
class Bron:
    """Eén soort record. `verborgen` zijn gebeurtenissen van voor de persoon erbij kon; een medewerker ziet ook die."""

    hier: str
    lijst: Promise
    recht: str
    voor: Callable[[Toegang, UUID], Gevonden | None]
    voor_medewerker: Callable[[UUID], Gevonden | None]
    leesbaar: Callable[[Inhoud, frozenset[str] | None], Rijen]
    feiten: list[Feit]
    antwoorden: Callable[[Inhoud], Rijen] = field(default=lambda inhoud: [])
    verborgen: frozenset[Soort] = frozenset()

    def adres(self, pk: UUID) -> str:
        """De pagina van het record zelf."""
        return f"/{self.hier}/{pk}"


# --- Taak -------------------------------------------------------------------------------------------------------------
def _taak(toegang: Toegang, pk: UUID) -> Gevonden | None:
    taak = Taak.objects.voor(toegang).met_context().filter(pk=pk).first()
    if taak is None:
        return None
    kaart = taakweergave.kaart(taak, toegang)
    return Gevonden(taak, kaart.titel, kaart.afzender, kaart.afgeschermd, taak.minimaal_niveau)


def _taak_voor_medewerker(pk: UUID) -> Gevonden | None:
    taak = Taak.objects.als_systeem(WAAROM).met_context().filter(pk=pk).first()
    return Gevonden(taak, taak.titel, taak.applicatie.afzender) if taak else None


def _taak_leesbaar(inhoud: Inhoud, velden: frozenset[str] | None) -> Rijen:
    details: Mapping[str, Any] = inhoud.json.get("details") or {}
    return _met_waarde(
        (_("Titel"), inhoud.json.get("titel")),
        (_("Toelichting"), Opgemaakt(inhoud.json.get("toelichting") or "")),
        (_("Van"), inhoud.json.get("afzender")),
        (_("Laatste dag"), _dag(inhoud.json.get("einddatum"))),
        (_("Waar"), details.get("uitvraagLink") or details.get("waar")),
        (_("Bedrag"), " ".join(str(details[n]) for n in ("valuta", "bedrag") if details.get(n))),
        (_("Reden"), inhoud.json.get("reden")),
    )


def _taak_antwoorden(inhoud: Inhoud) -> Rijen:
    """Alleen wat de persoon zelf invulde, met de vragen van toen; wat een systeem vooraf invulde hoort er niet bij."""
    ontvangen = (inhoud.antwoorden or {}).get("ontvangenGegevens")
    definitie = (inhoud.json.get("details") or {}).get("formulierDefinitie")
    if not ontvangen or not definitie:
        return []
    try:
        return lees_definitie(definitie).lees_terug(ontvangen).rijen()
    except DefinitieFout:
        return []


# --- Bericht ----------------------------------------------------------------------------------------------------------
def _bericht(toegang: Toegang, pk: UUID) -> Gevonden | None:
    bericht = Bericht.objects.voor(toegang).met_context().filter(pk=pk).first()
    if bericht is None:
        return None
    kaart = berichtweergave.kaart(bericht, toegang)
    return Gevonden(bericht, kaart.onderwerp, kaart.afzender, kaart.afgeschermd, bericht.minimaal_niveau)


def _bericht_voor_medewerker(pk: UUID) -> Gevonden | None:
    bericht = Bericht.objects.als_systeem(WAAROM).met_context().filter(pk=pk).first()
    return Gevonden(bericht, bericht.onderwerp, bericht.applicatie.afzender) if bericht else None


def _bericht_leesbaar(inhoud: Inhoud, velden: frozenset[str] | None) -> Rijen:
    aard = inhoud.json.get("aard")
    return _met_waarde(
        (_("Onderwerp"), inhoud.json.get("onderwerp")),
        (_("Tekst"), Opgemaakt(inhoud.json.get("tekst") or "")),
        (_("Van"), inhoud.json.get("afzender")),
        (_("Wat het is"), str(Aard(aard).label).capitalize() if aard in Aard.values else aard),
        (_("Kenmerk"), inhoud.json.get("referentie")),
        (_("Laatste dag"), _dag(inhoud.json.get("einddatum"))),
        (_("Bijlagen"), ", ".join(f"SHA-256 {bijlage['sha256']}" for bijlage in inhoud.json.get("bestanden", []))),
    )


# --- Verzoek ----------------------------------------------------------------------------------------------------------
def _verzoek(toegang: Toegang, pk: UUID) -> Gevonden | None:
    verzoek = Verzoek.objects.voor(toegang).verstuurd().met_context().filter(pk=pk).first()
    if verzoek is None:
        return None
    kaart = verzoekweergave.kaart(verzoek, toegang)
    return Gevonden(verzoek, kaart.titel, kaart.afzender, kaart.afgeschermd, verzoek.minimaal_niveau)


def _verzoek_voor_medewerker(pk: UUID) -> Gevonden | None:
    verzoek = Verzoek.objects.als_systeem(WAAROM).verstuurd().met_context().filter(pk=pk).first()
    return Gevonden(verzoek, verzoek.type.naam, verzoek.applicatie.afzender) if verzoek else None


def _verzoek_leesbaar(inhoud: Inhoud, velden: frozenset[str] | None) -> Rijen:
    return _met_waarde(
        (_("Titel"), inhoud.json.get("titel")),
        (_("Referentie"), inhoud.json.get("referentie")),
        (_("Ontvangen door"), inhoud.json.get("ontvanger")),
        (_("Versie van het formulier"), inhoud.json.get("formulier_versie")),
        (_("Toelichting"), inhoud.json.get("reden")),
    )


def _verzoek_antwoorden(inhoud: Inhoud) -> Rijen:
    if inhoud.antwoorden is None or "formulier" not in inhoud.json:
        return []
    return lees_definitie(inhoud.json["formulier"]).lees_terug(inhoud.antwoorden).rijen()


# --- Zaak -------------------------------------------------------------------------------------------------------------
def _zaak(toegang: Toegang, pk: UUID) -> Gevonden | None:
    zaak = Zaak.objects.voor(toegang).met_context().filter(pk=pk).first()
    if zaak is None:
        return None
    kaart = zaakweergave.kaarten([zaak], toegang)[0]
    if not kaart.afgeschermd and "tijdlijn" not in kaart.velden:
        return None  # in deze rol hoort iemand niet te weten wat er met de zaak gebeurde
    return Gevonden(zaak, kaart.titel, kaart.afzender, kaart.afgeschermd, zaak.minimaal_niveau, kaart.velden)


def _zaak_voor_medewerker(pk: UUID) -> Gevonden | None:
    zaak = Zaak.objects.als_systeem(WAAROM).met_context().prefetch_related("betrokkenen").filter(pk=pk).first()
    return Gevonden(zaak, zaak.omschrijving, zaak.applicatie.afzender) if zaak else None


def _zaak_leesbaar(inhoud: Inhoud, velden: frozenset[str] | None) -> Rijen:
    json = {naam: waarde for naam, waarde in inhoud.json.items() if zaakveld_mag(naam, velden)}
    bereikt = [
        f"{stap['naam']} ({_dag(stap['bereikt_op'])})" for stap in json.get("stappen") or [] if stap["bereikt_op"]
    ]
    return _met_waarde(
        (_("Zaak"), json.get("omschrijving")),
        (_("Zaaknummer"), json.get("identificatie")),
        (_("Soort zaak"), json.get("zaaktype")),
        (_("Toelichting"), json.get("toelichting")),
        (_("Begonnen op"), _dag(json.get("startdatum"))),
        (_("Klaar verwacht op"), _dag(json.get("verwachte_einddatum"))),
        (_("Status"), "; ".join(bereikt)),
        (_("Resultaat"), json.get("resultaat")),
        (_("Afgerond op"), _dag(json.get("einddatum"))),
    )


def zaakveld_mag(naam: str, velden: frozenset[str] | None) -> bool:
    """Of iemand met deze velden dit deel van de inhoud van een zaak mag zien."""
    return velden is None or {"stappen": "status"}.get(naam, naam) in velden


# --- hulp -------------------------------------------------------------------------------------------------------------
def _dag(waarde: Any) -> str:
    return formats.date_format(date.fromisoformat(waarde), "DATE_FORMAT") if waarde else ""


def _met_waarde(*rijen: tuple[Promise, Any]) -> Rijen:
    return [
        (str(naam), waarde if isinstance(waarde, str) else str(waarde))
        for naam, waarde in rijen
        if waarde not in (None, "")
    ]


BRONNEN: dict[str, Bron] = {
    "taak": Bron(
        "taken",
        _("Taken"),
        "taken.view_taak",
        _taak,
        _taak_voor_medewerker,
        _taak_leesbaar,
        [
            Feit(_("Voor u klaargezet"), frozenset({Soort.TAAK_AANGEMAAKT})),
            Feit(_("Geopend"), frozenset({Soort.TAAK_GEOPEND}), _("Nog niet geopend.")),
            Feit(_("Doorgegeven dat het is gedaan"), frozenset({Soort.TAAK_GEMELD})),
            Feit(_("Gedaan"), frozenset({Soort.TAAK_UITGEVOERD}), _("Niet gedaan.")),
            Feit(_("Weer opengezet"), frozenset({Soort.TAAK_HEROPEND})),
            Feit(_("Ingetrokken"), frozenset({Soort.TAAK_AFGEBROKEN})),
        ],
        _taak_antwoorden,
    ),
    "bericht": Bron(
        "berichten",
        _("Berichten"),
        "berichten.view_bericht",
        _bericht,
        _bericht_voor_medewerker,
        _bericht_leesbaar,
        [
            Feit(_("Te lezen sinds"), frozenset({Soort.BERICHT_GEPUBLICEERD}), _("Nog niet te lezen.")),
            Feit(_("Geopend"), frozenset({Soort.BERICHT_GEOPEND}), _("Nog niet geopend.")),
            Feit(_("Vervangen"), frozenset({Soort.BERICHT_VERVANGEN})),
            Feit(_("Ingetrokken"), frozenset({Soort.BERICHT_INGETROKKEN, Soort.BERICHT_TERUGGETROKKEN})),
        ],
        verborgen=frozenset({Soort.BERICHT_GEREGISTREERD, Soort.BERICHT_GEWIJZIGD}),
    ),
    "verzoek": Bron(
        "verzoeken",
        _("Verzoeken"),
        "verzoeken.view_verzoek",
        _verzoek,
        _verzoek_voor_medewerker,
        _verzoek_leesbaar,
        [
            Feit(_("Ontvangen"), frozenset({Soort.VERZOEK_INGEDIEND, Soort.VERZOEK_GEREGISTREERD})),
            Feit(_("Afgehandeld"), frozenset({Soort.VERZOEK_VERWERKT})),
            Feit(_("Niet in behandeling genomen"), frozenset({Soort.VERZOEK_GEWEIGERD})),
            Feit(_("Doorgestuurd"), frozenset({Soort.VERZOEK_DOORGELEID})),
            Feit(_("Ingetrokken"), frozenset({Soort.VERZOEK_INGETROKKEN})),
        ],
        _verzoek_antwoorden,
        verzoekweergave.VOOR_HET_VERSTUREN,
    ),
    "zaak": Bron(
        "zaken",
        _("Zaken"),
        "portaal_zaken.view_zaak",
        _zaak,
        _zaak_voor_medewerker,
        _zaak_leesbaar,
        [
            Feit(_("Bekend in de portaal"), frozenset({Soort.ZAAK_GEREGISTREERD})),
            Feit(_("Afgerond"), frozenset({Soort.ZAAK_AFGEROND})),
        ],
    ),
}
