"""De berichten van de demo, gemaakt zoals een back-office dat doet. Nog eens laden maakt niets dubbel."""

from dataclasses import dataclass

from berichten import handelingen
from berichten.handelingen import BestaatAlError, NieuwBericht
from portaal.betrokkenen.models import Aard, Applicatie
from portaal.betrokkenen.urn import Geadresseerde
from portaal.inloggen.partij import Partij
from portaal.zaken.models import ZaakSleutel


@dataclass(frozen=True)
class Post:
    """Een bericht in de demo; `zaaknummer` leeg betekent: hoort niet bij een zaak."""

    kenmerk: str
    systeem: str
    persoon: str
    onderwerp: str
    tekst: str
    aard: Aard
    perspectief: str = "informatie_krijgen"
    zaaknummer: str = ""


POST = (
    Post(
        "ontvangst", "Zaaksysteem", "fatima", "Wij hebben uw aanvraag ontvangen",
        "U vroeg **bijzondere bijstand** aan voor een wasmachine.\n\nBinnen acht weken hoort u of u het geld krijgt. "
        "Hebben wij nog iets van u nodig? Dan staat er een taak voor u klaar.",
        Aard.ONTVANGSTBEVESTIGING, zaaknummer="Z-2026-004512",
    ),
    Post(
        "verhuizing", "Burgerzaken", "fatima", "Uw nieuwe adres staat in onze administratie",
        "U gaf uw verhuizing door. Wij hebben uw adres gewijzigd. U hoeft niets te doen.",
        Aard.INFORMATIE, zaaknummer="Z-2026-003108",
    ),
    Post(
        "terras", "Vergunningen", "bakkerij", "Wij behandelen uw aanvraag voor een terras",
        "Wij hebben uw aanvraag ontvangen. Wij missen nog een plattegrond: daarvoor staat een taak klaar.",
        Aard.ONTVANGSTBEVESTIGING, zaaknummer="Z-2026-004620",
    ),
    Post(
        "parkeren", "Parkeerservice", "henk", "Uw parkeervergunning loopt af",
        "Uw vergunning geldt nog tot het einde van dit jaar. Controleer uw kenteken; dan verlengen wij haar.",
        Aard.HERINNERING,
    ),
)  # fmt: skip


def stuur(post: Post, systeem: Applicatie, voor: Geadresseerde) -> None:
    """Zet dit bericht klaar, als het er nog niet is; de worker maakt het te lezen."""
    nieuw = NieuwBericht(
        voor=voor,
        onderwerp=post.onderwerp,
        tekst=post.tekst,
        aard=post.aard,
        handelingsperspectief=post.perspectief,
        zaaksleutels=[(ZaakSleutel.Soort.NUMMER, post.zaaknummer)] if post.zaaknummer else [],
        bron_referentie=f"demo-{post.kenmerk}",
    )
    try:
        handelingen.maak_aan(nieuw, Partij.systeem(systeem))
    except BestaatAlError:
        return  # van een eerdere start
