"""De gegevens van de demo: alles gemaakt met dezelfde handelingen die de portaal zelf gebruikt, met datums rond vandaag.

Nog eens laden maakt niets dubbel; open taken krijgen dan weer een termijn rond vandaag.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from portaal.api.models import Token, hash_van
from portaal.api.scopes import SCOPES
from portaal.betrokkenen.handelingen import beheerapplicatie, vind_of_maak_geadresseerde
from portaal.betrokkenen.models import Aard, Applicatie, Categorie, Grant, Organisatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.betrokkenen.urn import Geadresseerde, lees_geadresseerde
from portaal.demo import gzac
from portaal.demo.berichten import POST, stuur
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import DIENST_INFORMATIE, PERSONEN, Persoon, persoon
from portaal.demo.verzoektypen import SOORTEN, bereid_voor, vraag, zet_klaar
from portaal.inloggen.partij import Partij
from portaal.notificaties.handelingen import leg_contactadres_vast
from portaal.notificaties.models import Kanaal
from portaal.tijd import vandaag
from portaal.zaken.handelingen import Stap, Zaakgegevens, registreer
from portaal.zaken.models import Rol, ZaakSleutel
from taken import handelingen
from taken.dialecten.openvtb import zaaksleutels
from taken.handelingen import BestaatAlError, NieuweTaak, OvergangError, Wijziging
from taken.models import TaakSoort

ALLE_SCOPES = tuple(SCOPES)
ZAAK = "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:"
# Waar een taak in de demo naartoe mag: het nagespeelde formulier, en adressen die nooit van een ander zijn (RFC 2606).
OEFENHOSTS = ["*.test", "*.example", "example.com", "*.example.com", "example.org", "*.example.org", "*.voorbeeld.nl"]


@dataclass(frozen=True)
class Verhaal:
    """Een taak in de demo. `dagen` is de termijn vanaf vandaag; `daarna` wat er meteen mee gebeurt."""

    kenmerk: str
    systeem: str
    persoon: str
    titel: str
    toelichting: str
    dagen: int | None
    perspectief: str = "informatie_geven"
    categorie: str = "informatie"
    zaak: str = ""  # het zaaknummer
    daarna: str = ""
    niet_online: tuple[tuple[str, Any], ...] = ()  # waar, wanneer, meenemen …: dan is er geen link
    bedrag: str = ""  # een betaaltaak
    vragen: tuple[dict[str, Any], ...] = ()  # een formulier in de portaal
    en: tuple[str, str] = ("", "")  # titel en toelichting in het Engels


VERHALEN = (
    Verhaal(
        "loonstrook", "Zaaksysteem", "fatima", "Stuur uw loonstrook op",
        "U heeft **bijzondere bijstand** aangevraagd. Wij willen weten hoeveel u in oktober verdiende.\n\n"
        "Dit heeft u nodig:\n\n- uw loonstrook van oktober\n- ongeveer vijf minuten",
        2, zaak="Z-2026-004512",
        en=(
            "Send your payslip",
            "You applied for **special assistance**. We want to know how much you earned in October.\n\n"
            "You need:\n\n- your payslip of October\n- about five minutes",
        ),
    ),
    Verhaal(
        "huur", "Zaaksysteem", "fatima", "Geef uw huurcontract door",
        "Wij rekenen uit hoeveel u krijgt. Daarvoor hebben wij uw huurcontract nodig.", 12, zaak="Z-2026-004512",
    ),
    Verhaal(
        "paspoort", "Burgerzaken", "fatima", "Verleng uw paspoort",
        "Uw paspoort is bijna verlopen. Maak een afspraak om een nieuw paspoort aan te vragen.", None,
        "uitnodiging_voor_afspraak", "afspraak",
    ),
    Verhaal(
        "sportpas", "Burgerzaken", "fatima", "Vraag de sportpas voor uw kind aan",
        "Uw kind kan met korting sporten. Wilt u dat? Dan regelt u het hier in vijf minuten.", 45, categorie="aanbod",
    ),
    Verhaal(
        "parkeerbon", "Parkeerservice", "fatima", "Betaal uw naheffing parkeren",
        "U parkeerde zonder te betalen. Hier leest u hoeveel u betaalt en hoe.", 18, "betalen", bedrag="74.90",
    ),
    Verhaal(
        "uitkering", "Zaaksysteem", "fatima", "Geef uw rekeningnummer door",
        "Dan kunnen wij het geld overmaken.", 20, daarna="verwerkt",
    ),
    Verhaal(
        "inlichtingen", "Zaaksysteem", "fatima", "Stuur een kopie van uw polis",
        "Wij willen weten hoe u bent verzekerd.", 9, daarna="ingetrokken",
    ),
    Verhaal(
        "parkeren", "Parkeerservice", "henk", "Controleer het kenteken van uw parkeervergunning",
        "Uw vergunning loopt af. Klopt uw kenteken nog?", 5, categorie="informatie",
    ),
    Verhaal(
        "apk", "Parkeerservice", "henk", "Laat uw auto keuren (apk)",
        "Uw auto moet opnieuw worden gekeurd. Dat kan niet online.", 40, "vernieuwing_nodig",
        niet_online=(
            ("waar", "Bij een erkend garagebedrijf bij u in de buurt"),
            ("wanneer", "Maak zelf een afspraak"),
            ("meenemen", ["uw auto", "uw kentekencard"]),
            ("kosten", "Het garagebedrijf zegt wat het kost"),
            ("register", "de RDW"),
        ),
    ),
    Verhaal(
        "terras", "Vergunningen", "bakkerij", "Stuur de plattegrond van uw terras",
        "U heeft een terrasvergunning aangevraagd. Wij missen de plattegrond.", 4, zaak="Z-2026-004620",
    ),
    Verhaal(
        "erfpacht", "Stadsbeheer", "anne", "Maak de akte voor erfpacht Dorpsstraat 1",
        "Het contract is getekend. Maak de akte en laat weten op welke dag zij is gepasseerd.",
        10, zaak="Z-2026-004700",
        vragen=(
            vraag("datum", "Op welke dag is de akte gepasseerd?", "date"),
            vraag("nummer", "Welk nummer heeft de akte?", verplicht=False),
        ),
    ),
    Verhaal(
        "bank", "Stadsbeheer", "ilse", "Herstel de bank op het Marktplein",
        "Een plank is los. Meld bij de zaak wanneer de bank weer veilig is.",
        3, "", zaak="Z-2026-004711",
        niet_online=(("waar", "Marktplein, bij de fontein"), ("wanneer", "Op werkdagen tussen 7.00 en 18.00 uur")),
    ),
    Verhaal(
        "afval", "Parkeerservice", "vestiging", "Geef door waar uw afvalcontainers staan",
        "Dit gaat alleen over uw vestiging aan de Dorpsstraat.", 14,
    ),
)  # fmt: skip


def laad() -> dict[str, Any]:
    """Zet de demo klaar en schrijf `toegang.json`; geeft de inhoud daarvan."""
    systemen = _systemen()
    _personen()
    _registreer_zaken(systemen)
    for verhaal in VERHALEN:
        vertel(verhaal, systemen[verhaal.systeem])
    for soort in SOORTEN:
        zet_klaar(soort, systemen[soort.ontvanger])
    bereid_voor("demo-huurtoeslag", systemen["Toeslagen"], geadresseerde(persoon("fatima")))
    for post in POST:
        stuur(post, systemen[post.systeem], geadresseerde(persoon(post.persoon)))
    toegang = {
        "portaal": settings.PORTAAL_URL,
        "applicaties": _tokens(systemen),
        "personen": [_gegevens(p) for p in PERSONEN if p.middel != "medewerkers"],
        "beheer": {"url": f"{settings.PORTAAL_URL}/beheer/", "persoon": persoon("marieke").naam},
        "post": f"{settings.PORTAAL_URL}/demo/post",
    }
    _schrijf(settings.DEMO_MAP / "toegang.json", toegang)
    return toegang


def _registreer_zaken(systemen: dict[str, Applicatie]) -> None:
    """Een zaak die loopt, een die klaar is, een van de bakkerij, en die van de ketenpartners."""
    begin = vandaag() - timedelta(days=12)
    door = Partij.systeem(systemen["Zaaksysteem"])
    registreer(
        Zaakgegevens(
            {
                "identificatie": "Z-2026-004512",
                "omschrijving": "Aanvraag bijzondere bijstand",
                "zaaktype": "Bijzondere bijstand",
                "toelichting": "U vroeg geld voor een nieuwe wasmachine.",
                "startdatum": begin,
                "verwachte_einddatum": begin + timedelta(days=56),
            },
            [(ZaakSleutel.Soort.URN, ZAAK + "Z-2026-004512")],
            [
                Stap("Wij hebben uw aanvraag ontvangen", "", begin),
                Stap("Wij verzamelen gegevens", "Misschien vragen wij u om bewijsstukken.", begin + timedelta(days=3)),
                Stap("Wij beoordelen uw aanvraag"),
                Stap("U krijgt een besluit", "Het besluit staat bij uw berichten."),
            ],
            [(geadresseerde(persoon("fatima")), Rol.AANVRAGER)],
        ),
        door,
    )
    eerder = vandaag() - timedelta(days=90)
    registreer(
        Zaakgegevens(
            {
                "identificatie": "Z-2026-003108",
                "omschrijving": "Verhuizing doorgeven",
                "startdatum": eerder,
                "einddatum": eerder + timedelta(days=4),
                "resultaat": "Uw nieuwe adres staat in de basisregistratie",
            },
            [],
            [Stap("Melding ontvangen", "", eerder), Stap("Adres gewijzigd", "", eerder + timedelta(days=4))],
            [(geadresseerde(persoon("fatima")), Rol.AANVRAGER)],
        ),
        door,
    )
    registreer(
        Zaakgegevens(
            {
                "identificatie": "Z-2026-004620",
                "omschrijving": "Aanvraag terrasvergunning",
                "startdatum": begin,
                "verwachte_einddatum": begin + timedelta(days=42),
            },
            [],
            [Stap("Aanvraag ontvangen", "", begin), Stap("Wij beoordelen de aanvraag"), Stap("Besluit")],
            [(geadresseerde(persoon("bakkerij")), Rol.AANVRAGER)],
        ),
        Partij.systeem(systemen["Vergunningen"]),
    )
    for ketenzaak in KETENZAKEN.values():
        registreer_ketenzaak(ketenzaak, systemen[ketenzaak.systeem])


@dataclass(frozen=True)
class Ketenzaak:
    """Een zaak waar een ketenpartner aan werkt; `klant` is voor wie, en mag leeg zijn."""

    nummer: str
    systeem: str
    omschrijving: str
    zaaktype: str
    stappen: tuple[str, ...]
    partner: str
    klant: str = ""


KETENZAKEN = {
    "erfpacht": Ketenzaak(
        "Z-2026-004700", "Stadsbeheer", "Erfpacht Dorpsstraat 1", "erfpacht",
        ("Contract getekend", "Akte bij de notaris", "Ingeschreven"), "anne", "bakkerij",
    ),
    "bank": Ketenzaak(
        "Z-2026-004711", "Stadsbeheer", "Herstel bank Marktplein", "straatmeubilair",
        ("Melding ontvangen", "Herstel", "Gecontroleerd"), "ilse",
    ),
    "training": Ketenzaak(
        "Z-2026-004725", "Zaaksysteem", "Training Werken aan werk", "training",
        ("Aangemeld", "Training bezig", "Klaar"), "karin", "jesse",
    ),
}  # fmt: skip


def registreer_ketenzaak(wat: Ketenzaak, systeem: Applicatie) -> None:
    """Maak de zaak bekend; is zij er al, dan blijft zij waar zij is."""
    if ZaakSleutel.objects.filter(soort=ZaakSleutel.Soort.NUMMER, waarde=wat.nummer).exists():
        return
    begin = vandaag() - timedelta(days=12)
    eerste, *rest = wat.stappen
    betrokkenen = [(geadresseerde(persoon(wat.partner)), Rol.KETENPARTNER)]
    if wat.klant:
        betrokkenen.append((geadresseerde(persoon(wat.klant)), Rol.AANVRAGER))
    registreer(
        Zaakgegevens(
            {
                "identificatie": wat.nummer,
                "omschrijving": wat.omschrijving,
                "zaaktype_code": wat.zaaktype,
                "startdatum": begin,
            },
            [],
            [Stap(eerste, "", begin), *(Stap(naam) for naam in rest)],
            betrokkenen,
        ),
        Partij.systeem(systeem),
    )


def geadresseerde(wie: Persoon) -> Geadresseerde:
    """Hoe een back-office deze persoon noemt."""
    if wie.bsn:
        return Geadresseerde(NummerSoort.BSN, wie.bsn, f"urn:nld:brp:bsn:{wie.bsn}")
    if wie.rsin:
        return Geadresseerde(NummerSoort.RSIN, wie.rsin, f"urn:nld:hr:rsin:{wie.rsin}")
    urn = f"urn:nld:hr:kvknummer:{wie.kvk}"
    if wie.vestiging:
        urn += f":vestigingsnummer:{wie.vestiging}"
        return Geadresseerde(NummerSoort.VESTIGING, wie.vestiging, urn, kvk_nummer=wie.kvk)
    if wie.middel == "ketenpartner":
        return lees_geadresseerde(f"{urn}:rol:ketenpartner")
    return Geadresseerde(NummerSoort.KVK, wie.kvk, urn)


def formulierlink() -> str:
    """Het nagespeelde formulier bij een ander systeem."""
    return f"{settings.PORTAAL_URL}/demo/formulier/{{uuid}}"


def vertel(verhaal: Verhaal, systeem: Applicatie) -> None:
    """Zet deze taak klaar. Was zij er al van een eerdere start, dan krijgt zij een termijn en een formulieradres van vandaag."""
    eind = vandaag() + timedelta(days=verhaal.dagen) if verhaal.dagen is not None else None
    gerelateerd = [{"urn": ZAAK + verhaal.zaak}] if verhaal.zaak else []
    partij = Partij.systeem(systeem)
    try:
        taak = handelingen.maak_aan(
            NieuweTaak(
                soort=_soort(verhaal),
                titel=verhaal.titel,
                voor=geadresseerde(persoon(verhaal.persoon)),
                details=_details(verhaal),
                vertalingen={"en": dict(zip(("titel", "toelichting"), verhaal.en, strict=True))}
                if verhaal.en[0]
                else {},
                toelichting=verhaal.toelichting,
                handelingsperspectief=verhaal.perspectief,
                einddatum=eind,
                termijn_zoals_gestuurd=eind.isoformat() if eind else "",
                categorie=Categorie.objects.get(code=verhaal.categorie),
                is_gerelateerd_aan=list(gerelateerd),
                zaaksleutels=zaaksleutels(gerelateerd),
                bron_referentie=f"demo-{verhaal.kenmerk}",
            ),
            partij,
        )
    except BestaatAlError as fout:
        link = _details(verhaal) if _soort(verhaal) == TaakSoort.URLTAAK else None
        anders = Wijziging({"einddatum_handelingstermijn": eind}, link)
        try:
            handelingen.wijzig(fout.taak.pk, anders, partij)
        except OvergangError:
            return  # al gedaan of ingetrokken
        return
    if verhaal.daarna == "verwerkt":
        handelingen.voer_uit(taak.pk, partij)
        handelingen.verwerk(taak.pk, partij)
    elif verhaal.daarna == "ingetrokken":
        handelingen.breek_af(taak.pk, partij, reden="Wij hebben uw polis al van u gekregen.")


def _soort(verhaal: Verhaal) -> TaakSoort:
    if verhaal.vragen:
        return TaakSoort.FORMULIERTAAK
    if verhaal.bedrag:
        return TaakSoort.BETAALTAAK
    return TaakSoort.NIETDIGITAALTAAK if verhaal.niet_online else TaakSoort.URLTAAK


def _details(verhaal: Verhaal) -> dict[str, Any]:
    if verhaal.vragen:
        return {"formulierDefinitie": {"components": list(verhaal.vragen)}}
    if verhaal.bedrag:
        rekening = {"naam": "Parkeerservice Voorbeeld", "iban": "NL12BANK0123456789"}
        return {
            "bedrag": verhaal.bedrag, "valuta": "EUR", "transactieomschrijving": "Naheffing PS-4512",
            "doelrekening": rekening,
        }  # fmt: skip
    return dict(verhaal.niet_online) or {"uitvraagLink": formulierlink()}


def _systemen() -> dict[str, Applicatie]:
    gemeente = beheerapplicatie().organisatie
    parkeren, _nieuw = Organisatie.objects.get_or_create(
        naam="Parkeerservice Voorbeeld",
        defaults={
            "telefoon": "088 123 45 67",
            "email": "vragen@parkeerservice.test",
            "adres": "Postbus 2, 1000 AA Voorbeeld",
        },
    )
    _categorie(
        *("informatie", "Informatie geven", "Give information", Aard.VERZOEK_OM_INFORMATIE, [DIENST_INFORMATIE]),
        herinneringen=[7, 2], herinnering_ongelezen_dagen=5,
    )  # fmt: skip
    _categorie(
        "afspraak", "Afspraak", "Appointment", Aard.UITNODIGING, herinneringen=[1], herinnering_ongelezen_dagen=3
    )
    _categorie("aanbod", "Regelingen voor u", "Schemes for you", Aard.INFORMATIE, pro_actief=True, herinneringen=[7])
    toeslagen, _nieuw = Organisatie.objects.get_or_create(
        naam="Toeslagen Voorbeeld",
        defaults={"telefoon": "088 765 43 21", "adres": "Postbus 3, 1000 AA Voorbeeld"},
    )
    systemen = {
        "Zaaksysteem": _systeem("Zaaksysteem", gemeente, "Team Inkomen"),
        "Burgerzaken": _systeem("Burgerzaken", gemeente, "Burgerzaken"),
        "Vergunningen": _systeem("Vergunningen", gemeente, "Team Vergunningen"),
        "Stadsbeheer": _systeem("Stadsbeheer", gemeente, "Stadsbeheer"),
        "Klantcontact": _systeem("Klantcontact", gemeente, ""),
        "Toeslagen": _systeem("Toeslagen", toeslagen, ""),
        "Parkeerservice": _systeem("Parkeerservice", parkeren, ""),
        "Open Formulieren": _systeem("Open Formulieren", gemeente, ""),
        gzac.NAAM: _systeem(gzac.NAAM, gemeente, "Team Klantcontact"),
    }
    gzac.zet_koppeling_klaar(systemen[gzac.NAAM])
    for eigenaar in ("Zaaksysteem", "Burgerzaken", "Vergunningen", "Parkeerservice", gzac.NAAM):
        Grant.objects.update_or_create(
            eigenaar=systemen[eigenaar],
            uitvoerder=systemen["Open Formulieren"],
            defaults={"formulier_hosts": [_host()]},
        )
    return systemen


def _systeem(naam: str, organisatie: Organisatie, afdeling: str) -> Applicatie:
    applicatie, _nieuw = Applicatie.objects.update_or_create(
        naam=naam,
        defaults={
            "organisatie": organisatie,
            "afdeling": afdeling,
            "standaard_categorie": Categorie.objects.get(code="informatie"),
            "formulier_hosts": [_host(), "localhost", *OEFENHOSTS],
        },
    )
    return applicatie


def _host() -> str:
    return urlsplit(settings.PORTAAL_URL).hostname or ""


def _categorie(code: str, naam: str, naam_en: str, aard: Aard, diensten: Sequence[str] = (), **velden: Any) -> None:
    begin = {"naam": naam, "naam_en": naam_en, "aard": aard, "machtigingsdiensten": list(diensten)}
    Categorie.objects.get_or_create(code=code, defaults={**begin, **velden})


def _personen() -> None:
    zet_ketenpartners_klaar()
    for wie in PERSONEN:
        if wie.middel == "medewerkers" or not (wie.bsn or wie.kvk or wie.rsin):
            continue  # geen nummer waaraan iets te richten is
        voor = geadresseerde(wie)
        betrokkene = vind_of_maak_geadresseerde(voor)
        leg_contactadres_vast(betrokkene, Kanaal.EMAIL, wie.email)


def _gegevens(wie: Persoon) -> dict[str, Any]:
    nummers = {"bsn": wie.bsn, "rsin": wie.rsin, "kvk": wie.kvk, "vestiging": wie.vestiging}
    return {
        "naam": wie.naam,
        "middel": wie.middel,
        **{soort: nummer for soort, nummer in nummers.items() if nummer},
        "email": wie.email,
        "verhaal": wie.verhaal,
    }


def _tokens(systemen: dict[str, Applicatie]) -> list[dict[str, Any]]:
    """Voor elk systeem een token; een token uit een eerdere start blijft geldig."""
    scopes = dict.fromkeys(systemen, ALLE_SCOPES) | {
        "Open Formulieren": ("taken:lezen", "taken:uitvoeren", *gzac.SCOPES),
        gzac.NAAM: gzac.SCOPES,
    }
    eerder = {a["naam"]: a["token"] for a in _lees(settings.DEMO_MAP / "toegang.json").get("applicaties", [])}
    uit = []
    for naam, applicatie in systemen.items():
        geheim = eerder.get(naam, "")
        bekend = Token.objects.filter(applicatie=applicatie, hash=hash_van(geheim), ingetrokken_op=None).first()
        if bekend is None or not bekend.geldig or sorted(bekend.scopes) != sorted(scopes[naam]):
            _token, geheim = Token.maak(applicatie, "demo", scopes[naam])
        uit.append(
            {"naam": naam, "organisatie": applicatie.organisatie.naam, "token": geheim, "scopes": list(scopes[naam])}
        )
    return uit


def _lees(bestand: Path) -> dict[str, Any]:
    try:
        inhoud = json.loads(bestand.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return inhoud if isinstance(inhoud, dict) else {}


def _schrijf(bestand: Path, inhoud: dict[str, Any]) -> None:
    """In één keer, en alleen voor de eigenaar te lezen: er staan tokens in."""
    bestand.parent.mkdir(parents=True, exist_ok=True)
    nieuw = bestand.with_suffix(".nieuw")
    with os.fdopen(os.open(nieuw, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        json.dump(inhoud, f, indent=2, ensure_ascii=False)
    nieuw.replace(bestand)
