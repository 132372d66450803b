"""Wat iemand kan aanvragen, vragen of melden: per doelgroep, per zaak, en met welke zekerheid van inloggen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portaal.betrokkenen.models import Applicatie
from portaal.formulieren.definitie import lees_definitie
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.toegang import Toegang
from portaal.zaken.models import Zaak
from verzoeken.models import VersieStatus, Verzoektype, VerzoektypeVersie


def mag_gewoon_verzoek(toegang: Toegang) -> bool:
    """Een ketenpartner doet alleen zaakverzoeken; een gewoon verzoek doet hij in de rol van klant, met eHerkenning."""
    return toegang.doelgroep != Doelgroep.KETENPARTNER


def verzoektypen_voor(toegang: Toegang, zoek: str = "") -> QuerySet[Verzoektype]:
    """De gewone verzoektypen voor deze doelgroep, op naam; met `zoek` alleen waar elk van die woorden in voorkomt."""
    if not mag_gewoon_verzoek(toegang):
        return Verzoektype.objects.none()
    typen = _te_kiezen(toegang).filter(is_zaakverzoek=False)
    for woord in zoek.split()[:10]:
        typen = typen.filter(Q(naam__icontains=woord) | Q(naam_en__icontains=woord) | Q(toelichting__icontains=woord))
    return typen.order_by("naam")


def zaakverzoektypen_voor(zaak: Zaak, toegang: Toegang) -> QuerySet[Verzoektype]:
    """Wat deze persoon bij deze zaak kan doen: wijzigen, toevoegen, melden, intrekken of vragen.

    Alleen typen van de organisatie die de zaak behandelt.
    De zaak komt uit `Zaak.objects.voor(toegang)`. Een link is `/zaken/<uuid>/verzoek/<code>`.
    """
    if zaak.afgerond:
        return Verzoektype.objects.none()
    return (
        _te_kiezen(toegang)
        .filter(Q(zaaktypen=[]) | Q(zaaktypen__contains=[zaak.zaaktype_code]), is_zaakverzoek=True)
        .filter(applicatie__organisatie=zaak.organisatie_id)
        .order_by("zaakverzoek_soort", "naam")
    )


def alle_typen() -> QuerySet[Verzoektype]:
    """Elk verzoektype dat nu kan worden gedaan, voor wie ook: actief, en met een gepubliceerd formulier; geen proef."""
    gepubliceerd = VerzoektypeVersie.objects.filter(type=OuterRef("pk"), status=VersieStatus.GEPUBLICEERD)
    typen = Verzoektype.objects.filter(Exists(gepubliceerd), actief=True, applicatie__actief=True)
    return typen.filter(applicatie__test_van=None).select_related("applicatie__organisatie", "categorie")


def catalogus_voor(applicatie: Applicatie) -> QuerySet[Verzoektype]:
    """Wat een applicatie kan lezen: alle verzoektypen, maar proef en echt zien elkaar niet."""
    if applicatie.test:
        return Verzoektype.objects.filter(applicatie=applicatie)
    return Verzoektype.objects.filter(applicatie__test_van=None)


def bestaat_verzoektype(code: str) -> bool:
    """Of er een gewoon verzoektype met deze code is dat nu kan worden gedaan."""
    return alle_typen().filter(code=code, is_zaakverzoek=False).exists()


def verschil_met_formulier(code: str, formulier: Mapping[str, Any]) -> list[str]:
    """Welke vragen (sleutels, op alfabet) anders zijn dan in het gepubliceerde formulier van dit type; leeg als het past.

    Alleen wat iemand invult telt, met label en regels: de kopie bij het verzoek moet laten zien wat er gevraagd is. Uitleg
    ertussen, de volgorde en een beginwaarde mogen anders.
    """
    versie = VerzoektypeVersie.objects.filter(type__code=code, status=VersieStatus.GEPUBLICEERD).first()
    if versie is None:
        return []
    wil, heeft = (
        {veld.key: replace(veld, begin=None) for veld in lees_definitie(vragen).invoervelden}
        for vragen in (versie.formulier, formulier)
    )
    return sorted(key for key in wil.keys() | heeft.keys() if wil.get(key) != heeft.get(key))


def _te_kiezen(toegang: Toegang) -> QuerySet[Verzoektype]:
    typen = alle_typen().filter(doelgroepen__contains=[toegang.doelgroep])
    if toegang.categorieen is not None:
        typen = typen.filter(categorie__in=toegang.categorieen)
    return typen
