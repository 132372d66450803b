"""De wereld waarin de tests spelen: mensen, organisaties en systemen met een naam."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portaal.betrokkenen.handelingen import vind_of_maak_betrokkene
from portaal.betrokkenen.models import Aard, Applicatie, Categorie, Organisatie
from portaal.betrokkenen.nummers import NummerSoort
from portaal.inloggen.partij import Partij
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.handelingen import leg_contactadres_vast
from portaal.notificaties.models import Kanaal
from portaal.tijd import vandaag
from taken import handelingen
from taken.handelingen import Geadresseerde, NieuweTaak
from taken.models import Taak, TaakSoort

BSN_FATIMA, BSN_HENK = "999990019", "999991176"
KVK_DE_HOEK, VESTIGING_DE_HOEK = "69599084", "000012345678"
FORMULIER = "https://formulieren.voorbeeld.test/loonstrook?taak={uuid}"


def elke_bsn_klopt() -> None:
    """De nummers hierboven moeten de elfproef doorstaan, anders toetsen de tests niets."""
    from portaal.betrokkenen.nummers import elfproef

    assert elfproef(BSN_FATIMA)
    assert elfproef(BSN_HENK)


def gemeente() -> Organisatie:
    """Gemeente Voorbeeld."""
    return Organisatie.objects.get_or_create(naam="Gemeente Voorbeeld", defaults={"telefoon": "14 000"})[0]


def categorie(code: str = "informatie", **velden: Any) -> Categorie:
    """Een categorie; zonder meer: een verzoek om informatie."""
    begin = {"naam": code.capitalize(), "aard": Aard.VERZOEK_OM_INFORMATIE}
    return Categorie.objects.get_or_create(code=code, defaults={**begin, **velden})[0]


def applicatie(naam: str = "Zaaksysteem", **velden: Any) -> Applicatie:
    """Een back-office van de gemeente dat naar het formulierensysteem mag verwijzen."""
    begin = {
        "organisatie": gemeente(),
        "afdeling": "Team Inkomen",
        "standaard_categorie": categorie(),
        "formulier_hosts": ["formulieren.voorbeeld.test"],
    }
    return Applicatie.objects.get_or_create(naam=naam, defaults={**begin, **velden})[0]


def betrokkene(bsn: str) -> UUID:
    """De betrokkene met dit bsn."""
    return vind_of_maak_betrokkene(NummerSoort.BSN, bsn)


def fatima() -> UUID:
    """Fatima, inwoner."""
    return betrokkene(BSN_FATIMA)


def henk() -> UUID:
    """Henk, haar buurman."""
    return betrokkene(BSN_HENK)


def bakkerij() -> UUID:
    """Bakkerij De Hoek."""
    return vind_of_maak_betrokkene(NummerSoort.KVK, KVK_DE_HOEK)


def toegang(wie: UUID, niveau: int = 2, **velden: Any) -> Toegang:
    """De toegang van iemand die met DigiD is ingelogd."""
    return Toegang(
        **{
            "persoon": wie,
            "betrokkene": wie,
            "betrokkenen": frozenset({wie}),
            "niveau": niveau,
            "middel": "digid",
            **velden,
        }
    )


def emailadres(wie: UUID, adres: str = "fatima@voorbeeld.test") -> None:
    """Geef iemand een e-mailadres."""
    leg_contactadres_vast(wie, Kanaal.EMAIL, adres)


def nieuwe_taak(bsn: str = BSN_FATIMA, dagen: int | None = 2, **velden: Any) -> NieuweTaak:
    """De vraag om een taak te maken: stuur uw loonstrook op, met nog zoveel dagen."""
    eind: date | None = vandaag() + timedelta(days=dagen) if dagen is not None else None
    begin: dict[str, Any] = {
        "soort": TaakSoort.URLTAAK,
        "titel": "Stuur uw loonstrook op",
        "voor": Geadresseerde(NummerSoort.BSN, bsn, f"urn:nld:brp:bsn:{bsn}"),
        "details": {"uitvraagLink": FORMULIER},
        "toelichting": "Wij willen weten hoeveel u verdiende.",
        "handelingsperspectief": "informatie_geven",
        "einddatum": eind,
    }
    return NieuweTaak(**{**begin, **velden})


def taak(door: Applicatie | None = None, bsn: str = BSN_FATIMA, dagen: int | None = 2, **velden: Any) -> Taak:
    """Een open taak voor Fatima, gemaakt door het zaaksysteem."""
    return handelingen.maak_aan(nieuwe_taak(bsn, dagen, **velden), Partij.systeem(door or applicatie()))
