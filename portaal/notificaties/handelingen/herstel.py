"""Als een notificatie niet aankomt: het adres merken, een andere weg proberen, en anders een medewerker vragen (Awb 2:11)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from portaal.gebeurtenissen.afleveren import wek
from portaal.gebeurtenissen.models import Vastgelegd
from portaal.gebeurtenissen.records import vergrendel
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.vastleggen import SYSTEEM, Actor, Over, leg_vast
from portaal.gebeurtenissen.wachtrij import Stand
from portaal.notificaties.bereikbaarheid import Keuze, bezorgkeuze_van, keuze_van
from portaal.notificaties.handelingen.klaarzetten import leg_uitkomst_vast
from portaal.notificaties.kanalen import KANALEN
from portaal.notificaties.models import Contactadres, Contactherstel, Kanaal, Notificatie, Wijze
from portaal.tijd import nu


def niet_aangekomen(pk: UUID, *, adres_is_fout: bool | None = None) -> None:
    """Deze notificatie (al op mislukt) kwam niet aan: leg het vast en zoek een andere weg.

    `adres_is_fout`: het adres zelf deugt niet, dus de persoon moet het vervangen. Zonder zegt de fout het: een dienst die
    dagenlang stuk was, ligt niet aan het adres.
    """
    with transaction.atomic():
        notificatie = Notificatie.objects.get(pk=pk)
        record = vergrendel(notificatie.record_soort, notificatie.record_id)
        leg_uitkomst_vast(notificatie, Soort.NOTIFICATIE_MISLUKT, record)
        if adres_is_fout is None:
            adres_is_fout = "weigert" in notificatie.fout
        keuze = bezorgkeuze_van(notificatie.betrokkene_id)
        adres = keuze.adressen.get(Kanaal(notificatie.kanaal)) if notificatie.kanaal else None
        if adres_is_fout and adres is not None and adres.onbestelbaar_op is None:
            adres.onbestelbaar_op = nu()
            Contactadres.objects.filter(pk=adres.pk).update(onbestelbaar_op=adres.onbestelbaar_op)
        anders = _andere_weg(notificatie, keuze)
        if anders is not None:
            _nog_eens(notificatie, anders)
        elif not notificatie.herinnering:
            begin_herstel(notificatie, record)
    if anders is not None:
        wek("notificaties.verstuur")
    if adres_is_fout and adres is not None:
        _meld_onbereikbaar(adres.betrokkene_id, Kanaal(notificatie.kanaal))


def _andere_weg(notificatie: Notificatie, keuze: Keuze) -> Kanaal | None:
    """Een ander kanaal met een bevestigd adres, dat voor deze gebeurtenis nog niet is geprobeerd."""
    if keuze.gegevens is not None and keuze.gegevens.ziet_af_sinds:
        return None
    geprobeerd = set(
        Notificatie.objects.filter(
            gebeurtenis=notificatie.gebeurtenis,
            betrokkene=notificatie.betrokkene_id,
            herinnering=notificatie.herinnering,
        ).values_list("kanaal", flat=True)
    )
    bevestigd = [k for k in keuze.bruikbaar if keuze.adressen[k].geverifieerd_op is not None]
    return next((kanaal for kanaal in bevestigd if kanaal not in geprobeerd), None)


def _nog_eens(oud: Notificatie, kanaal: Kanaal) -> None:
    """Dezelfde notificatie langs een ander kanaal, meteen."""
    velden = ("gebeurtenis", "record_soort", "record_id", "betrokkene_id", "applicatie", "aard", "categorie_id")
    meer = ("handelingsperspectief", "termijn", "herinnering", "gepubliceerd_op")
    Notificatie(
        **{naam: getattr(oud, naam) for naam in (*velden, *meer)},
        kanaal=kanaal,
        volgende_op=KANALEN[kanaal].vanaf(nu()),
    ).save(force_insert=True)


def _meld_onbereikbaar(betrokkene: UUID, kanaal: Kanaal) -> None:
    """Leg bij de contactgegevens vast dat het adres niet werkt, en of de persoon daardoor anders te bereiken is."""
    from portaal.notificaties.handelingen.contact import _leg_vast, _vergrendel

    with transaction.atomic():
        gegevens = _vergrendel(betrokkene)
        na = keuze_van(betrokkene).bereikbaarheid(None)
        _leg_vast(gegevens, Soort.ADRES_ONBESTELBAAR, SYSTEEM, feiten={"kanaal": kanaal})
        if na.notificatie != "ja":
            _leg_vast(gegevens, Soort.BEREIKBAARHEID_GEWIJZIGD, SYSTEEM, feiten=na.als_json())


def begin_herstel(notificatie: Notificatie, record: Vastgelegd) -> None:
    """Vraag een medewerker om contact te zoeken; het record is vergrendeld. Eén keer per notificatie."""
    _herstel, nieuw = Contactherstel.objects.get_or_create(
        notificatie=notificatie, defaults={"betrokkene_id": notificatie.betrokkene_id}
    )
    if nieuw:
        leg_uitkomst_vast(notificatie, Soort.CONTACTHERSTEL_GEVRAAGD, record)


def handel_af(pk: UUID, wijze: Wijze, door: Actor) -> bool:
    """Een medewerker heeft contact gezocht; dat komt in het boek van het record. False als het al was afgehandeld."""
    with transaction.atomic():
        herstel = Contactherstel.objects.select_related("notificatie").get(pk=pk)
        notificatie = herstel.notificatie
        record = vergrendel(notificatie.record_soort, notificatie.record_id)
        velden: dict[str, Any] = {"wijze": wijze, "afgehandeld_op": nu(), "afgehandeld_door": door.id}
        if not Contactherstel.objects.filter(pk=pk, afgehandeld_op=None).update(**velden):
            return False
        over = Over(betrokkene=notificatie.betrokkene_id, applicatie=notificatie.applicatie)
        feiten = {"wijze": str(wijze), "notificatie": str(notificatie.pk)}
        leg_vast(record, Soort.CONTACTHERSTEL_AFGEHANDELD, door, over, feiten=feiten, wijzigt=False)
    return True


def adres_is_hersteld(betrokkene: UUID, kanaal: Kanaal) -> None:
    """De persoon gaf een nieuw adres: wat eerder niet aankwam gaat er alsnog heen, en een medewerker hoeft niets meer.

    Het adres van een bedrijf is ook dat van zijn vestigingen zonder eigen adres.
    """
    eigen_adres = Exists(Contactadres.objects.filter(betrokkene=OuterRef("betrokkene")))
    wie = Q(betrokkene=betrokkene) | Q(betrokkene__onderdeel_van=betrokkene) & ~eigen_adres
    open_ = Contactherstel.objects.filter(wie, afgehandeld_op=None).select_related("notificatie")
    for herstel in open_:
        oud = herstel.notificatie
        bestaand = Notificatie.objects.filter(
            gebeurtenis=oud.gebeurtenis, betrokkene=oud.betrokkene_id, kanaal=kanaal, herinnering=oud.herinnering
        )
        opnieuw = bestaand.filter(stand=Stand.MISLUKT).update(
            stand=Stand.WACHT, pogingen=0, volgende_op=nu(), klaar_op=None, fout="", bundel=None
        )
        if not opnieuw and not bestaand.exists():
            _nog_eens(oud, kanaal)
        transaction.on_commit(lambda pk=herstel.pk: handel_af(pk, Wijze.ZELF_HERSTELD, SYSTEEM))  # type: ignore[misc]
    wek("notificaties.verstuur")
