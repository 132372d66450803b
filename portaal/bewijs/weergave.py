"""De zinnen in het bewijsdossier, en hoe het op papier komt."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext

from portaal.bewijs.dossier import Dossier, Regel

IN_PDF = 500  # meer gebeurtenissen leest niemand op papier; de PDF zegt het, en het JSON-bestand heeft ze alle


def door(regel: Regel) -> str:
    """Wie het deed, en met hoeveel zekerheid wij dat weten."""
    if not regel.niveau:
        return regel.door
    return gettext("{wie}, ingelogd op niveau {niveau}").format(wie=regel.door, niveau=regel.niveau)


def klok() -> str:
    """Welke klok de tijden zijn."""
    return gettext("Alle tijden komen van de klok van onze server en zijn Nederlandse tijd.")


def weggelaten(dossier: Dossier) -> str:
    """Hoeveel gebeurtenissen deze lezer niet ziet, en waarom; leeg als hij alles ziet."""
    if not dossier.weggelaten:
        return ""
    return ngettext(
        "{n} gebeurtenis staat hier niet bij: die was voordat u dit kon zien, of ging over een ander.",
        "{n} gebeurtenissen staan hier niet bij: die waren voordat u dit kon zien, of gingen over een ander.",
        dossier.weggelaten,
    ).format(n=dossier.weggelaten)


def keten(dossier: Dossier) -> str:
    """De uitslag van de controle, in gewone woorden."""
    if dossier.klopt:
        return gettext(
            "Wij hebben dit op {moment} gecontroleerd. Er is niets gewijzigd, weggehaald of tussengevoegd: alle {n} "
            "gebeurtenissen sluiten op elkaar aan, en elke bewaarde tekst is nog precies zoals die was."
        ).format(moment=dossier.gemaakt, n=dossier.aantal)
    return gettext(
        "Let op: bij de controle op {moment} klopte er iets niet. U kunt hier niet zonder meer op vertrouwen. "
        "Neem contact op met {org}."
    ).format(moment=dossier.gemaakt, org=settings.ORGANISATIE_NAAM)


def voor_pdf(dossier: Dossier) -> dict[str, Any]:
    """Wat er in `templates/pdf/bewijs.typ` komt: de zinnen van de pagina, zonder de knoppen."""
    regels = dossier.regels[:IN_PDF]
    rest = ""
    if len(dossier.regels) > IN_PDF:
        rest = gettext(
            "Deze PDF toont de eerste {n} gebeurtenissen. De andere {rest} staan in het JSON-bestand."
        ).format(n=IN_PDF, rest=len(dossier.regels) - IN_PDF)
    return {
        "titel": gettext("Bewijs: {titel}").format(titel=dossier.gevonden.titel),
        "organisatie": settings.ORGANISATIE_NAAM,
        "inleiding": gettext(
            "Dit is een kopie van wat {portaal} heeft vastgelegd (artikel 2:25 van de Algemene wet bestuursrecht). "
            "Gemaakt op {moment}."
        ).format(portaal=settings.PORTAAL_NAAM, moment=dossier.gemaakt),
        "koppen": {
            "kort": gettext("In het kort"),
            "gebeurd": gettext("Wat er is gebeurd"),
            "kolommen": [gettext("Nummer"), gettext("Wanneer"), gettext("Wat"), gettext("Door")],
            "tekst": gettext("Welke tekst er stond"),
            "antwoorden": gettext("Antwoorden"),
            "klopt": gettext("Is er niets veranderd?"),
        },
        "kort": [
            (gettext("Van"), dossier.gevonden.afzender),
            (gettext("Kenmerk"), f"{dossier.soort} {dossier.pk}"),
            *dossier.kort,
        ],
        "klok": klok(),
        "regels": [(str(r.nummer), r.moment, _wat(r), door(r)) for r in regels],
        "slotzinnen": [zin for zin in (rest, weggelaten(dossier)) if zin],
        "teksten": [
            {
                "kop": gettext("Versie {n}, vastgelegd op {moment}").format(n=tekst.versie, moment=tekst.moment),
                "rijen": tekst.rijen,
                "antwoorden": tekst.antwoorden,
                "weg": "" if tekst.bewaard else gettext("De bewaartermijn is voorbij. Deze tekst is vernietigd."),
                "vingerafdruk": [(gettext("Vingerafdruk (sha256)"), tekst.vingerafdruk)],
            }
            for tekst in dossier.teksten
        ],
        "klopt": keten(dossier),
        "breuken": [breuk.wat for breuk in dossier.breuken],
        "slot": [(gettext("Laatste schakel van de keten"), dossier.slot)],
    }


def _wat(regel: Regel) -> str:
    """Wat er gebeurde, met de reden, het kanaal en de versie van de tekst die toen gold."""
    delen = [regel.tekst]
    if regel.kanaal:
        delen.append(gettext("Langs: {kanaal}.").format(kanaal=regel.kanaal))
    if regel.reden:
        delen.append(gettext("De reden: {reden}").format(reden=regel.reden))
    if regel.versie:
        delen.append(gettext("Tekst: versie {n}.").format(n=regel.versie))
    return " ".join(delen)
