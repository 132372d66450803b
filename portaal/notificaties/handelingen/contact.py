"""Wat iemand over bericht krijgen kiest: adressen, voorkeuren, toestemming. Elke keuze staat in het boek."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from portaal.betrokkenen.models import Betrokkene, KetenpartnerRol
from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Actor, Over, Tekst, leg_vast
from portaal.inloggen.inlogmiddelen import Doelgroep
from portaal.inloggen.partij import MagNietError, Partij, eis_mag_handelen
from portaal.inloggen.toegang import Toegang
from portaal.notificaties import links
from portaal.notificaties.bereikbaarheid import keuze_van
from portaal.notificaties.kanalen import KANALEN, beschikbaar
from portaal.notificaties.models import Contactadres, Contactgegevens, Kanaal, Verificatie, Voorkeur
from portaal.tijd import nu
from portaal.versleuteling import blinde_index

GELDIG = timedelta(hours=1)  # een link en een code
HOOGSTENS_CODES = 5  # verkeerde codes per verificatie
HOOGSTENS_PER_UUR = 5  # verificaties per persoon, en per adres


class OngeldigAdresError(ValueError):
    """Dit adres kan niet bestaan. De tekst is voor de persoon."""


class TeVaakError(Exception):
    """Er is het afgelopen uur te vaak om een code gevraagd. De tekst is voor de persoon."""


class CodeError(Exception):
    """De code of de link werkt niet (meer). De tekst is voor de persoon en zegt wat hij nu kan doen."""


def mag_zien(toegang: Toegang) -> bool:
    """Of deze persoon de contactgegevens mag zien. Wie voor een paar diensten is gemachtigd niet: zij horen daar niet bij."""
    return toegang.categorieen is None


def mag_kiezen(toegang: Toegang) -> bool:
    """Of deze persoon de contactgegevens mag wijzigen. Bij een ketenpartner alleen de beheerder."""
    if not mag_zien(toegang):
        return False
    if toegang.doelgroep is Doelgroep.KETENPARTNER:
        return toegang.rol == KetenpartnerRol.BEHEERDER
    return toegang.mag_handelen


# --- adressen -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def vraag_verificatie(toegang: Toegang, kanaal: Kanaal, adres: str, taal: str) -> Verificatie:
    """Stuur een code (en bij e-mail een link) naar dit adres. Het oude adres blijft werken tot het nieuwe is bevestigd.

    Fouten: `OngeldigAdresError`; `TeVaakError`; `MagNietError`.
    """
    _eis(toegang)
    if kanaal not in beschikbaar():
        raise MagNietError("Dit kanaal is niet ingesteld.")
    try:
        gelijk = KANALEN[kanaal].maak_gelijk(adres)
    except ValueError as fout:
        raise OngeldigAdresError(str(fout)) from fout
    gegevens = _vergrendel(toegang.betrokkene)
    index = blinde_index("contactadres", kanaal, gelijk)[0][1]
    onlangs = Verificatie.objects.filter(aangemaakt_op__gt=nu() - timedelta(hours=1))
    te_vaak = _("U heeft al vaak om een code gevraagd. Probeer het over een uur nog eens.")
    if not gegevens._state.adding and onlangs.filter(gegevens=gegevens).count() >= HOOGSTENS_PER_UUR:
        raise TeVaakError(te_vaak)
    if onlangs.filter(adres_index=index).count() >= HOOGSTENS_PER_UUR:
        raise TeVaakError(te_vaak)
    _leg_vast(gegevens, Soort.ADRES_OPGEGEVEN, toegang.actor, feiten={"kanaal": kanaal})
    _open_verificaties(gegevens, kanaal).update(vervallen_op=nu())
    verificatie = Verificatie(
        gegevens=gegevens, kanaal=kanaal, adres=gelijk, adres_index=index, taal=taal, verloopt_op=nu() + GELDIG
    )
    verificatie.save(force_insert=True)
    wek("notificaties.verstuur_verificaties")
    return verificatie


def bevestig_met_code(toegang: Toegang, kanaal: Kanaal, code: str) -> Contactadres:
    """Het adres is van deze persoon: hij kent de code. Fouten: `CodeError`; `MagNietError`.

    Een verkeerde code telt, ook als de rest van het verzoek mislukt; na vijf is de code niet meer te gebruiken.
    """
    _eis(toegang)
    schoon = "".join(code.split())
    with transaction.atomic():
        gegevens = _vergrendel(toegang.betrokkene)
        verificatie = _open_verificaties(gegevens, kanaal).select_for_update().first()
        if verificatie is None or verificatie.verloopt_op <= nu():
            raise CodeError(_("Deze code is verlopen. Vraag een nieuwe aan."))
        te_veel = verificatie.verkeerde_codes >= HOOGSTENS_CODES
        klopt = not te_veel and links.code_klopt(verificatie.pk, schoon)
        if klopt:
            return _bevestig(gegevens, verificatie, toegang.actor)
        Verificatie.objects.filter(pk=verificatie.pk).update(verkeerde_codes=F("verkeerde_codes") + 1)
    if te_veel or verificatie.verkeerde_codes + 1 >= HOOGSTENS_CODES:
        raise CodeError(_("U heeft te vaak een verkeerde code ingevuld. Vraag een nieuwe aan."))
    raise CodeError(_("Deze code klopt niet. Kijk nog eens in het bericht dat u van ons kreeg."))


def te_bevestigen(teken: str) -> Verificatie:
    """De verificatie achter deze link, als zij nog te bevestigen is; anders `CodeError`."""
    pk = links.lees_bevestiglink(teken)
    verificatie = Verificatie.objects.filter(pk=pk).first() if pk else None
    if verificatie is None or verificatie.vervallen_op is not None or verificatie.verloopt_op <= nu():
        raise CodeError(_("Deze link werkt niet meer. Log in en vraag bij Mijn gegevens een nieuwe aan."))
    return verificatie


@transaction.atomic
def bevestig_met_link(teken: str) -> None:
    """Wie de link kent, leest de e-mail op dit adres. Nog eens bevestigen verandert niets. Fout: `CodeError`."""
    verificatie = te_bevestigen(teken)
    gegevens = _vergrendel(
        Contactgegevens.objects.als_systeem("de link wijst de gegevens aan")
        .get(pk=verificatie.gegevens_id)
        .betrokkene_id
    )
    verificatie = te_bevestigen(teken)  # nu met de gegevens vergrendeld
    if verificatie.bevestigd_op is None:
        _bevestig(gegevens, verificatie, SYSTEEM)


def _bevestig(gegevens: Contactgegevens, verificatie: Verificatie, door: Actor) -> Contactadres:
    from portaal.notificaties.handelingen.herstel import adres_is_hersteld

    voor = keuze_van(gegevens.betrokkene_id).bereikbaarheid(None)
    Verificatie.objects.filter(pk=verificatie.pk).update(bevestigd_op=nu())
    adres, _nieuw = Contactadres.objects.update_or_create(
        betrokkene_id=gegevens.betrokkene_id,
        kanaal=verificatie.kanaal,
        defaults={"adres": verificatie.adres, "geverifieerd_op": nu(), "onbestelbaar_op": None},
    )
    _leg_vast(gegevens, Soort.ADRES_BEVESTIGD, door, feiten={"kanaal": verificatie.kanaal})
    meld_bereikbaarheid(gegevens, voor, door)
    adres_is_hersteld(gegevens.betrokkene_id, Kanaal(verificatie.kanaal))
    return adres


@transaction.atomic
def trek_verificatie_in(toegang: Toegang, kanaal: Kanaal) -> None:
    """De persoon wil dit adres toch niet; wat hij had blijft."""
    _eis(toegang)
    _open_verificaties(_vergrendel(toegang.betrokkene), kanaal).update(vervallen_op=nu())


@transaction.atomic
def verwijder_adres(toegang: Toegang, kanaal: Kanaal) -> None:
    """De persoon wil hier geen bericht meer krijgen; het adres verdwijnt. Is er geen adres, dan gebeurt er niets."""
    _eis(toegang)
    gegevens = _vergrendel(toegang.betrokkene)
    voor = keuze_van(toegang.betrokkene).bereikbaarheid(None)
    _open_verificaties(gegevens, kanaal).update(vervallen_op=nu())
    weg, _per_model = Contactadres.objects.filter(betrokkene=toegang.betrokkene, kanaal=kanaal).delete()
    if weg:
        _leg_vast(gegevens, Soort.ADRES_VERWIJDERD, toegang.actor, feiten={"kanaal": kanaal})
        meld_bereikbaarheid(gegevens, voor, toegang.actor)


@transaction.atomic
def leg_contactadres_vast(betrokkene: UUID, kanaal: Kanaal, adres: str, door: Actor = SYSTEEM) -> Contactadres:
    """De organisatie legt vast waar iemand te bereiken is, zoals de postbus van een ketenpartner; niet door hem bevestigd.

    Een eerder adres langs dit kanaal wordt vervangen. Staat dit adres er al, dan verandert er niets.
    """
    gegevens = _vergrendel(betrokkene)
    bestaand = Contactadres.objects.filter(betrokkene=betrokkene, kanaal=kanaal).first()
    if bestaand is not None and bestaand.adres == adres:
        return bestaand
    voor = keuze_van(betrokkene).bereikbaarheid(None)
    contactadres, _nieuw = Contactadres.objects.update_or_create(
        betrokkene_id=betrokkene,
        kanaal=kanaal,
        defaults={"adres": adres, "geverifieerd_op": None, "onbestelbaar_op": None},
    )
    _leg_vast(gegevens, Soort.ADRES_VASTGELEGD, door, feiten={"kanaal": kanaal})
    meld_bereikbaarheid(gegevens, voor, door)
    return contactadres


# --- keuzes ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def kies(
    toegang: Toegang, voorkeuren: Mapping[tuple[int, Kanaal], bool], *, dienstmail: bool, taal: str
) -> Contactgegevens:
    """Waarover iemand bericht wil, langs welk kanaal, en in welke taal. Verandert er niets, dan ook geen gebeurtenis.

    De pagina heeft gewaarschuwd als hij bericht uitzet dat de wet vraagt.
    """
    _eis(toegang)
    gegevens = _vergrendel(toegang.betrokkene)
    keuze = keuze_van(toegang.betrokkene)
    anders = {
        (categorie, kanaal): aan
        for (categorie, kanaal), aan in voorkeuren.items()
        if keuze.aan(categorie, Kanaal(kanaal)) != aan
    }
    zelf = {naam for naam, waarde in (("dienstmail", dienstmail), ("taal", taal)) if getattr(gegevens, naam) != waarde}
    if not anders and not zelf:
        return gegevens
    gegevens.dienstmail, gegevens.taal = dienstmail, taal
    feiten = {
        "velden": sorted(zelf),
        "aan": sorted({f"{c}:{k}" for (c, k), aan in anders.items() if aan}),
        "uit": sorted({f"{c}:{k}" for (c, k), aan in anders.items() if not aan}),
    }
    _leg_vast(gegevens, Soort.VOORKEUREN_GEWIJZIGD, toegang.actor, feiten=feiten)
    for (categorie, kanaal), aan in anders.items():
        Voorkeur.objects.update_or_create(
            gegevens=gegevens, categorie_id=categorie, kanaal=kanaal, defaults={"aan": aan}
        )
    return gegevens


@transaction.atomic
def zie_af(toegang: Toegang, *, af: bool) -> Contactgegevens:
    """De persoon wil geen enkele notificatie (Awb 2:10, eerste lid), of juist weer wel. Dat is iets anders dan geen adres."""
    _eis(toegang)
    gegevens = _vergrendel(toegang.betrokkene)
    if bool(gegevens.ziet_af_sinds) == af:
        return gegevens
    voor = keuze_van(toegang.betrokkene).bereikbaarheid(None)
    gegevens.ziet_af_sinds = nu() if af else None
    _leg_vast(gegevens, Soort.NOTIFICATIES_UIT if af else Soort.NOTIFICATIES_AAN, toegang.actor)
    meld_bereikbaarheid(gegevens, voor, toegang.actor)
    return gegevens


def toestemmingstekst(taal: str) -> str:
    """De woorden waarmee iemand zegt dat officiële post digitaal mag. Zo worden zij ook bewaard."""
    with translation.override(taal):
        return _(
            "Ja, stuur mij officiële berichten digitaal, in {portaal}, en niet per post. "
            "Ik kijk daar regelmatig. Ik kan dit op elk moment weer veranderen."
        ).format(portaal=settings.PORTAAL_NAAM)


@transaction.atomic
def zet_toestemming(toegang: Toegang, *, ja: bool, taal: str) -> Contactgegevens:
    """De persoon zegt dat officiële post digitaal mag (Awb 2:8), of trekt dat in. De woorden en het moment blijven bewaard."""
    _eis(toegang)
    gegevens = _vergrendel(toegang.betrokkene)
    if bool(gegevens.digitaal_sinds) == ja:
        return gegevens
    voor = keuze_van(toegang.betrokkene).bereikbaarheid(None)
    gegevens.digitaal_sinds = nu() if ja else None
    woorden = toestemmingstekst(taal) if ja else ""
    soort = Soort.DIGITAAL_JA if ja else Soort.DIGITAAL_NEE
    _leg_vast(gegevens, soort, toegang.actor, tekst=Tekst({"toestemming": woorden, "taal": taal, "reden": ""}))
    meld_bereikbaarheid(gegevens, voor, toegang.actor)
    return gegevens


@transaction.atomic
def meld_af(teken: str) -> None:
    """Met één klik geen bericht meer dat de wet niet vraagt (RFC 8058). Een onbekende link: `CodeError`. Nog eens mag."""
    pk = links.lees_afmeldlink(teken)
    rij = Contactgegevens.objects.als_systeem("de link wijst de gegevens aan").filter(pk=pk).first() if pk else None
    if rij is None:
        raise CodeError(_("Deze link werkt niet. Log in en kies bij Mijn gegevens waarover u bericht wilt."))
    gegevens = _vergrendel(rij.betrokkene_id)
    if gegevens.dienstmail:
        gegevens.dienstmail = False
        _leg_vast(
            gegevens, Soort.VOORKEUREN_GEWIJZIGD, SYSTEEM, feiten={"velden": ["dienstmail"], "met_een_klik": True}
        )


def ruim_verificaties_op() -> int:
    """Gooi verificaties weg die langer dan een dag voorbij zijn; het adres erin is nergens meer voor nodig. Geeft het aantal."""
    return Verificatie.objects.filter(verloopt_op__lt=nu() - timedelta(days=1)).delete()[0]


# --- hulp -----------------------------------------------------------------------------------------------------------------
def meld_bereikbaarheid(gegevens: Contactgegevens, voor: Any, door: Actor) -> None:
    """Leg vast dat iemand anders te bereiken is dan hij was; is het gelijk gebleven, dan niets."""
    na = keuze_van(gegevens.betrokkene_id).bereikbaarheid(None)
    if na != voor:
        _leg_vast(gegevens, Soort.BEREIKBAARHEID_GEWIJZIGD, door, feiten=na.als_json())


def _eis(toegang: Toegang) -> None:
    eis_mag_handelen(Partij.persoon(toegang))
    if not mag_kiezen(toegang):
        raise MagNietError("Alleen een beheerder kiest waar het team bericht krijgt.")


def _vergrendel(betrokkene: UUID) -> Contactgegevens:
    """De gegevens van deze betrokkene, of nieuwe; de betrokkene is vergrendeld, dus er ontstaan er nooit twee."""
    Betrokkene.objects.select_for_update().get(pk=betrokkene)
    rijen = Contactgegevens.objects.als_systeem("eigen gegevens, of van wie het adres kreeg").select_for_update()
    return rijen.filter(betrokkene=betrokkene).first() or Contactgegevens(betrokkene_id=betrokkene)


def _open_verificaties(gegevens: Contactgegevens, kanaal: Kanaal) -> Any:
    return Verificatie.objects.filter(
        Q(gegevens=gegevens.pk), kanaal=kanaal, bevestigd_op__isnull=True, vervallen_op__isnull=True
    )


def _leg_vast(
    gegevens: Contactgegevens,
    soort: Soort,
    door: Actor,
    *,
    feiten: dict[str, Any] | None = None,
    tekst: Tekst | None = None,
) -> None:
    leg_vast(gegevens, soort, door, Over(betrokkene=gegevens.betrokkene_id), feiten=feiten, tekst=tekst)
