"""Een object dat een taak is: lezen, een stap verder zetten, wijzigen, en uitvoeren met een toestemming."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portaal.inloggen.partij import MagNietError, Partij
from portaal.objecten.dialecten import TAAKDIALECT, toon
from portaal.objecten.handelingen.basis import PastNietError, WeigerError, bij_van, categorie_van
from portaal.objecten.handelingen.koppelfouten import meld_fout
from portaal.objecten.models import (
    Koppelfoutsoort,
    Koppelobject,
)
from taken import handelingen as taken
from taken.dialecten.objecten import Gelezen, OnleesbaarError
from taken.models import Status, Taak

GESLOTEN = "De organisatie heeft deze taak gesloten."


def lees_taak(object_: Koppelobject, data: Mapping[str, Any]) -> Gelezen:
    """De taak zoals dit object haar beschrijft. Fouten: `WeigerError`."""
    try:
        gelezen: Gelezen = TAAKDIALECT[object_.dialect].lees(data, bij_van(object_))
    except OnleesbaarError as fout:
        begin = "record.data." if object_.objecttype else ""
        raise WeigerError([(f"{begin}{f.pad}", f.code, f.uitleg) for f in fout.fouten]) from fout
    return replace(gelezen, nieuw=replace(gelezen.nieuw, categorie=categorie_van(object_, data)))


def zet_stap(taak: Taak, naar: Status, antwoord: Mapping[str, Any] | None, door: Partij) -> bool:
    """Zet de taak waar de eigenaar zegt dat zij is, langs de stappen die daarbij horen. False als zij daar niet kan komen."""
    gegevens = {"ontvangenGegevens": dict(antwoord)} if antwoord else None
    nu_ = Status(taak.status)
    match naar, nu_:
        case (Status.UITGEVOERD, Status.OPEN):
            taken.voer_uit(taak.pk, door, gegevens=gegevens)
        case (Status.VERWERKT, Status.OPEN):
            taken.voer_uit(taak.pk, door, gegevens=gegevens)
            taken.verwerk(taak.pk, door)
        case (Status.VERWERKT, Status.UITGEVOERD):
            taken.verwerk(taak.pk, door)
        case (Status.AFGEBROKEN, Status.OPEN | Status.UITGEVOERD):
            taken.breek_af(taak.pk, door, reden=GESLOTEN)
        case (Status.OPEN, Status.UITGEVOERD | Status.NIET_UITGEVOERD | Status.AFGEBROKEN):
            taken.heropen(taak.pk, door)
        case (Status.AFGEBROKEN, Status.VERWERKT | Status.NIET_UITGEVOERD | Status.AFGEBROKEN):
            pass  # gesloten is gesloten, hoe het ook afliep
        case _:
            return bool(naar == nu_)
    return True


def werk_taak_bij(
    object_: Koppelobject, taak: Taak, oud: dict[str, Any], nieuw: dict[str, Any], door: Partij
) -> tuple[dict[str, Any], bool]:
    """De taak bij wat er in het object veranderde; geeft het object om te bewaren, en of de taak nu gedaan is."""
    was = Status(taak.status)
    if door.applicatie is None or object_.applicatie_id != door.applicatie.pk:
        nieuw = _voer_uit_namens(object_, taak, oud, nieuw, door)
        return nieuw, was == Status.OPEN
    gelezen = lees_taak(object_, nieuw)
    if gelezen.nieuw.voor.urn != taak.toegewezen_aan:
        raise PastNietError("Voor wie een taak is verandert niet. Maak een nieuwe taak.")
    if gelezen.status == Status.OPEN and taak.open:
        _wijzig(object_, taak, gelezen, door)
    past = zet_stap(taak, gelezen.status, gelezen.antwoord, door) or _status_onveranderd(oud, nieuw)
    if not past:
        meld_fout(object_, Koppelfoutsoort.STATUS_PAST_NIET, str(nieuw.get("status", ""))[:50])
    return nieuw, was == Status.OPEN and gelezen.status == Status.UITGEVOERD


def _status_onveranderd(oud: Mapping[str, Any], nieuw: Mapping[str, Any]) -> bool:
    return bool(oud.get("status") == nieuw.get("status"))


def _wijzig(object_: Koppelobject, taak: Taak, gelezen: Gelezen, door: Partij) -> None:
    """Wat de eigenaar aan een open taak verandert: titel, termijn, formulier, vooraf ingevulde gegevens."""
    nieuw = gelezen.nieuw
    velden: dict[str, Any] = {
        "titel": nieuw.titel,
        "toelichting": nieuw.toelichting,
        "einddatum_handelingstermijn": nieuw.einddatum,
        "termijn_zoals_gestuurd": nieuw.termijn_zoals_gestuurd,
        "verwerker_taak_id": nieuw.verwerker_taak_id,
    }
    if nieuw.soort != taak.soort:
        raise PastNietError("De soort van een taak verandert niet. Maak een nieuwe taak.")
    taken.wijzig(taak.pk, taken.Wijziging(velden, nieuw.details, nieuw.gegevens), door)
    meld_mankementen(object_, gelezen)


def _voer_uit_namens(
    object_: Koppelobject, taak: Taak, oud: dict[str, Any], nieuw: dict[str, Any], door: Partij
) -> dict[str, Any]:
    """Wie een toestemming heeft (Open Formulieren) levert het antwoord: de taak is dan gedaan. Meer mag niet."""
    dialect = TAAKDIALECT[object_.dialect]
    anders = [naam for naam in dialect.BESCHERMD if naam in oud and oud.get(naam) != nieuw.get(naam)]
    woord = str(nieuw.get("status", "")).lower()
    if anders or (woord != str(oud.get("status")).lower() and dialect.WOORDEN.get(woord) != Status.UITGEVOERD):
        wat = ", ".join(anders) or "status"
        raise MagNietError(f"Met deze toestemming kunt u de taak alleen uitvoeren. Niet te wijzigen: {wat}.")
    antwoord = _antwoord_in(object_, oud, nieuw)
    try:
        gedaan = taken.voer_uit(taak.pk, door, gegevens={"ontvangenGegevens": antwoord} if antwoord else None)
    except taken.OvergangError as fout:
        raise PastNietError(str(fout)) from fout
    return toon(object_.dialect, nieuw, gedaan, bij_van(object_))


def _antwoord_in(object_: Koppelobject, oud: Mapping[str, Any], nieuw: Mapping[str, Any]) -> dict[str, Any]:
    """De antwoorden: `verzonden_data` waar die hoort, en anders alles wat er nieuw bij staat."""
    gelezen = lees_taak(object_, nieuw).antwoord
    if gelezen:
        return dict(gelezen)
    return {naam: waarde for naam, waarde in nieuw.items() if naam != "status" and oud.get(naam) != waarde}


def meld_mankementen(object_: Koppelobject, gelezen: Gelezen) -> None:
    """Wat er aan deze taak niet klopt, in de lijst van de medewerker."""
    for mankement in gelezen.mankementen:
        meld_fout(object_, Koppelfoutsoort(mankement.soort), mankement.wat)
