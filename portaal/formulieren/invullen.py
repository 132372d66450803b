"""Eén keer een formulier insturen: wat er is ingevuld, en wat er daarna gebeurt. Voor de pagina van een taak en een verzoek.

Wat de persoon ook kiest, `formulier.waarden` wordt bewaard: een stap terug, een rij erbij of een fout kost niets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from portaal.formulieren.bestanden import Bak, fouten_bij
from portaal.formulieren.componenten import Herhaling
from portaal.formulieren.definitie import Definitie, Ingevuld, Stap
from portaal.formulieren.lezen import invoer_met_voorwaarden


class Daarna(Enum):
    """Waar de persoon heen gaat."""

    OPNIEUW = "dezelfde pagina, met fouten of met vragen die erbij kwamen"
    HIER = "dezelfde pagina; er kwam een rij bij of er ging iets weg"
    BEWAARD = "weg; later verder"
    TUSSENDOOR = "nergens: de pagina bewaarde zelf, op de achtergrond"
    STAP = "een andere stap"
    NAKIJKEN = "alles is ingevuld"


@dataclass(frozen=True)
class Uitkomst:
    """Wat er is ingestuurd, en waar het heen gaat."""

    formulier: Ingevuld
    daarna: Daarna
    stap: Stap | None = None  # bij STAP
    anker: str = ""  # bij HIER: het id waar de persoon verdergaat
    nieuwe_vragen: bool = False  # bij OPNIEUW: door een antwoord kwamen er vragen bij die nog niet te zien waren

    @property
    def vraag(self) -> str:
        """Wat er achter het adres van het formulier komt: `?stap=…#…`."""
        stap = self.stap or self.formulier.stap
        return (f"?stap={stap.sleutel}" if stap else "") + (f"#{self.anker}" if self.anker else "")

    def botst(self, bewaard: Ingevuld, post: QueryDict, versie: str) -> bool:
        """Of er intussen (een ander venster, een ander apparaat) iets anders is bewaard dan waar deze pagina mee begon.

        Dan wint niemand stil: de persoon ziet beide antwoorden en kiest.
        """
        return post.get("_versie", versie) != versie and bool(self.verschil(bewaard))

    def verschil(self, bewaard: Ingevuld) -> list[tuple[str, str, str]]:
        """Per vraag van deze pagina die anders is: (id, label, wat er in het andere venster is ingevuld)."""
        velden = (self.formulier.stap or Stap("", "", self.formulier.definitie.velden)).velden
        return [
            (f"veld-{veld.key}", veld.label, veld.in_woorden(bewaard.waarden[veld.key]) or _("Niet ingevuld"))
            for veld, _voorwaarden in invoer_met_voorwaarden(velden)
            if veld.invoer and not veld.vast and bewaard.waarden[veld.key] != self.formulier.waarden[veld.key]
        ]


def kies_stap(definitie: Definitie, formulier: Ingevuld, sleutel: str) -> Ingevuld:
    """Het formulier op de stap met deze sleutel, of op de eerste. Zonder wizard: het hele formulier."""
    if not definitie.wizard:
        return formulier
    stappen = formulier.stappen
    gekozen = next((stap for stap in stappen if stap.sleutel == sleutel), stappen[0] if stappen else None)
    return replace(formulier, stap=gekozen)


def eerste_met_fout(definitie: Definitie, nagekeken: Ingevuld) -> str:
    """De sleutel van de eerste stap waar nog iets te verbeteren is, of ""."""
    mis = {naam.split(".")[0] for naam in nagekeken.fouten}
    for stap in nagekeken.stappen:
        if mis & {veld.key for veld, _v in invoer_met_voorwaarden(stap.velden)}:
            return stap.sleutel
    return ""


def verwerk(definitie: Definitie, request: HttpRequest, bewaard: Mapping[str, Any], bak: Bak | None = None) -> Uitkomst:
    """Lees wat de browser stuurde, over de antwoorden heen die er al waren. Met `bak` ook de bestanden.

    Niet in een transactie als er bestanden zijn: die gaan eerst langs de scanner en de opslag.
    """
    post = request.POST
    oud = definitie.lees_terug(bewaard)
    stap = kies_stap(definitie, oud, post.get("_stap", "")).stap
    actie, _spatie, doel = post.get("_actie", "").partition(" ")
    geweigerd: dict[str, str] = {}
    standen: dict[str, str] = {}
    if bak is not None:
        geweigerd = bak.neem(request)
        if actie == "bestandweg":
            bak.weg(doel.partition(" ")[2])
            oud = _zonder_bestand(oud, *doel.partition(" ")[::2])
        bewaard, standen = bak.vul(oud.waarden)
    formulier = replace(definitie.lees(post, bewaard, stap), standen=standen)
    fouten_bestanden = {**fouten_bij(definitie, formulier.waarden, standen), **geweigerd}
    match actie:
        case "bewaar" | "bewaren" if not geweigerd:
            return Uitkomst(formulier, Daarna.BEWAARD)
        case "tussendoor":
            return Uitkomst(formulier, Daarna.TUSSENDOOR)
        case "erbij" | "weg" if not geweigerd:
            return _andere_rijen(formulier, actie, doel)
        case "bestand" | "bestandweg" if not geweigerd:
            return Uitkomst(replace(formulier, fouten={}), Daarna.HIER, anker=f"veld-{doel.partition(' ')[0]}")
        case "vorige" if not geweigerd:
            return _naar(formulier, -1)
    if actie != "verder" and geweigerd:
        return Uitkomst(replace(formulier, fouten=geweigerd), Daarna.OPNIEUW)
    nieuw = _nieuwe_vragen(formulier, post)
    fouten = {naam: fout for naam, fout in formulier.fouten.items() if naam.split(".")[0] not in nieuw}
    fouten |= {naam: fout for naam, fout in fouten_bestanden.items() if naam not in formulier.weg}
    if fouten or nieuw:
        return Uitkomst(replace(formulier, fouten=fouten), Daarna.OPNIEUW, nieuwe_vragen=bool(nieuw))
    return _naar(formulier, 1)


def _zonder_bestand(formulier: Ingevuld, sleutel: str, id_: str) -> Ingevuld:
    """Zonder dit bestand, ook als het met een eerder antwoord al verstuurd was."""
    lijst = formulier.waarden.get(sleutel)
    if not isinstance(lijst, list):
        return formulier
    over = [deel for deel in lijst if not (isinstance(deel, dict) and deel.get("id") == id_)]
    return replace(formulier, waarden={**formulier.waarden, sleutel: over})


def _naar(formulier: Ingevuld, richting: int) -> Uitkomst:
    stappen = formulier.stappen
    hier = stappen.index(formulier.stap) if formulier.stap in stappen else len(stappen) - 1
    if not 0 <= hier + richting < len(stappen):
        return Uitkomst(formulier, Daarna.NAKIJKEN if richting > 0 else Daarna.HIER)
    return Uitkomst(formulier, Daarna.STAP, stappen[hier + richting])


def _nieuwe_vragen(formulier: Ingevuld, post: QueryDict) -> set[str]:
    """De vragen die er nu zijn maar bij het insturen niet te zien waren: zonder JavaScript komt een vraag pas nu."""
    was_verborgen = set(post.get("_verborgen", "").split())
    velden = (formulier.stap or Stap("", "", formulier.definitie.velden)).velden
    return {
        veld.key
        for veld, _voorwaarden in invoer_met_voorwaarden(velden)
        if veld.invoer and not veld.vast and veld.key in was_verborgen and veld.key not in formulier.weg
    }


def _andere_rijen(formulier: Ingevuld, actie: str, doel: str) -> Uitkomst:
    """Een rij erbij, of een rij weg."""
    sleutel, _spatie, nummer = doel.partition(" ")
    veld = next((v for v in formulier.definitie.invoervelden if v.key == sleutel and isinstance(v, Herhaling)), None)
    waarden, anker = dict(formulier.waarden), ""
    if isinstance(veld, Herhaling) and not veld.vast:
        rijen = list(waarden[sleutel])
        if actie == "erbij" and len(rijen) < veld.hoogstens:
            rijen.append(veld.lege_rij())
            anker = f"veld-{sleutel}.{len(rijen) - 1}.{veld.vragen[0].key}"
        elif actie == "weg" and nummer.isascii() and nummer.isdecimal() and int(nummer) < len(rijen):
            del rijen[int(nummer)]
            anker = f"veld-{sleutel}"
        waarden[sleutel] = rijen
    return Uitkomst(replace(formulier, waarden=waarden, fouten={}), Daarna.HIER, anker=anker)
