"""Wat iemand in de demo kan aanvragen, vragen of melden; en een aanvraag die al voor hem is ingevuld."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portaal.betrokkenen.models import Applicatie
from portaal.betrokkenen.urn import Geadresseerde
from portaal.inloggen.partij import Partij
from portaal.tijd import vandaag
from taken import handelingen as taken
from taken.models import TaakSoort
from verzoeken import handelingen
from verzoeken.models import Verzoektype, ZaakverzoekSoort

ALLEN = ("inwoner", "ondernemer", "ketenpartner")
KLANT = ("inwoner", "ondernemer")


def vraag(key: str, label: str, type_: str = "textfield", *, verplicht: bool = True, **anders: Any) -> dict[str, Any]:
    """Eén vraag van een formulier."""
    return {"key": key, "label": label, "type": type_, "validate": {"required": verplicht}, **anders}


@dataclass(frozen=True)
class Soort:
    """Een verzoektype in de demo; met `bij_zaak` is het een zaakverzoek."""

    code: str
    naam: str
    naam_en: str
    toelichting: str
    duur: str
    doelgroepen: tuple[str, ...]
    vragen: tuple[dict[str, Any], ...]
    bij_zaak: str = ""
    ontvanger: str = "Klantcontact"
    zaaktypen: tuple[str, ...] = ()


BRIEF = "Bel 14 000 of kom langs bij de balie. Wij vullen het dan samen met u in."
SOORTEN = (
    Soort(
        "evenement", "Vraag een evenement aan", "Apply for an event permit",
        "Organiseert u een straatfeest of een markt? Vraag dan minstens acht weken van tevoren een vergunning aan.",
        "binnen 8 weken", KLANT,
        (
            vraag("naam", "Hoe heet het evenement?"),
            vraag("datum", "Op welke dag is het?", "date"),
            vraag("bezoekers", "Hoeveel bezoekers verwacht u?", "number"),
            vraag("plaats", "Waar is het?", "textarea"),
        ),
        ontvanger="Vergunningen",
    ),
    Soort(
        "parkeervergunning", "Vraag een parkeervergunning aan", "Apply for a parking permit",
        "Woont u in een straat met betaald parkeren? Dan kunt u een vergunning krijgen voor uw eigen auto.",
        "binnen 5 werkdagen", ("inwoner",),
        (
            vraag("kenteken", "Wat is uw kenteken?"),
            vraag("ingang", "Vanaf welke dag?", "date"),
            vraag("elektrisch", "Mijn auto is elektrisch", "checkbox", verplicht=False),
        ),
    ),
    Soort(
        "huurtoeslag", "Vraag huurtoeslag aan", "Apply for housing benefit",
        "Heeft u een laag inkomen en een huurhuis? Dan kunt u geld krijgen voor uw huur.", "binnen 5 weken", ("inwoner",),
        (
            vraag("huur", "Hoeveel huur betaalt u per maand, in euro's?", "number"),
            vraag("personen", "Hoeveel mensen wonen er bij u in huis?", "number"),
            vraag("akkoord", "Ik heb alles eerlijk ingevuld", "checkbox"),
        ),
        ontvanger="Toeslagen",
    ),
    Soort(
        "evenement-wijzigen", "Geef een wijziging door", "Report a change",
        "Wordt uw evenement groter, kleiner of anders? Laat het ons weten.", "binnen 5 werkdagen", KLANT,
        (
            vraag("bezoekers", "Hoeveel bezoekers verwacht u nu?", "number"),
            vraag("tekst", "Wat verandert er?", "textarea"),
        ),
        ZaakverzoekSoort.WIJZIGEN, "Vergunningen", ("evenement",),
    ),
    Soort(
        "afwezig-melden", "Meld dat iemand er niet was", "Report an absence",
        "Was een deelnemer er niet? Meld het na elke keer. Na drie keer nodigt de gemeente hem uit voor een gesprek.",
        "wij lezen het dezelfde dag", ("ketenpartner",),
        (
            vraag("datum", "Op welke dag was de deelnemer er niet?", "date"),
            vraag(
                "bericht", "Had de deelnemer zich afgemeld?", "radio",
                values=[{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}],
            ),
            vraag("tekst", "Wilt u er iets over zeggen?", "textarea", verplicht=False),
        ),
        ZaakverzoekSoort.MELDEN, "Zaaksysteem", ("training",),
    ),
    Soort(
        "zaak-toevoegen", "Voeg iets toe", "Add something",
        "Vergeten iets te vertellen? Voeg het toe aan uw zaak.", "binnen 3 werkdagen", ALLEN,
        (vraag("tekst", "Wat wilt u toevoegen?", "textarea"),), ZaakverzoekSoort.TOEVOEGEN,
    ),
    Soort(
        "zaak-vraag", "Stel een vraag", "Ask a question",
        "Wij antwoorden met een bericht.", "binnen 3 werkdagen", ALLEN,
        (vraag("tekst", "Wat wilt u weten?", "textarea"),), ZaakverzoekSoort.VRAGEN,
    ),
    Soort(
        "zaak-melden", "Meld hoe het gaat", "Report progress",
        "Laat weten wat u heeft gedaan, of waarom iets niet lukt.", "wij lezen het dezelfde dag", ("ketenpartner",),
        (
            vraag("datum", "Over welke dag gaat het?", "date"),
            vraag("tekst", "Wat wilt u melden?", "textarea"),
        ),
        ZaakverzoekSoort.MELDEN,
    ),
)  # fmt: skip


def zet_klaar(soort: Soort, ontvanger: Applicatie) -> None:
    """Maak en publiceer dit verzoektype, als het er nog niet is."""
    if Verzoektype.objects.filter(code=soort.code).exists():
        return
    door = Partij.systeem(ontvanger)
    type_ = handelingen.bewaar_type(
        Verzoektype(
            code=soort.code,
            naam=soort.naam,
            naam_en=soort.naam_en,
            toelichting=soort.toelichting,
            doelgroepen=list(soort.doelgroepen),
            verwachte_duur=soort.duur,
            zonder_internet=BRIEF,
            applicatie=ontvanger,
            categorie=ontvanger.standaard_categorie,
            is_zaakverzoek=bool(soort.bij_zaak),
            zaaktypen=list(soort.zaaktypen),
            zaakverzoek_soort=soort.bij_zaak,
        ),
        door,
    )
    versie = handelingen.maak_versie(type_.pk, {"components": list(soort.vragen)}, door)
    handelingen.publiceer(type_.pk, versie.versie, door)


def bereid_voor(kenmerk: str, systeem: Applicatie, voor: Geadresseerde) -> None:
    """Zet de huurtoeslag klaar, al ingevuld: de persoon hoeft alleen na te kijken en te versturen."""
    soort = next(s for s in SOORTEN if s.code == "huurtoeslag")
    eind = vandaag() + timedelta(days=30)
    nieuw = taken.NieuweTaak(
        soort=TaakSoort.FORMULIERTAAK,
        titel="Vraag huurtoeslag aan",
        voor=voor,
        details={
            "formulierDefinitie": {"components": list(soort.vragen)},
            "aanleiding": {
                "regel": "Uw inkomen is lager dan de grens voor huurtoeslag, en uw huur is niet te hoog. "
                "Daarom hebben wij de aanvraag voor u klaargezet.",
                "bron": "https://www.voorbeeld.test/regels/huurtoeslag",
            },
        },
        gegevens={"voorinvullenGegevens": {"huur": 612, "personen": 3}},
        toelichting="U kunt geld krijgen voor uw huur. Kijk na of alles klopt en verstuur de aanvraag.",
        handelingsperspectief="informatie_geven",
        einddatum=eind,
        termijn_zoals_gestuurd=eind.isoformat(),
        verzoektype=soort.code,
        bron_referentie=kenmerk,
    )
    try:
        taken.maak_aan(nieuw, Partij.systeem(systeem))
    except taken.BestaatAlError:
        return  # van een eerdere start
