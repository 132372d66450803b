"""Wanneer iemand aan een bericht wordt herinnerd dat nog niet is geopend."""

from datetime import date, timedelta

from berichten.models import Bericht
from portaal.tijd import dag_van


def momenten(bericht: Bericht) -> list[date]:
    """De dagen waarop een herinnering gaat; niets als iemand het bericht al opende, of er een opvolger is.

    Een aantal dagen na publicatie, en de dagen vóór de termijn: beide volgens de categorie.
    """
    if bericht.toegankelijk_op is None or bericht.geopend_op is not None:
        return []
    opvolgers = Bericht.objects.als_systeem("een bericht met een opvolger heeft geen herinnering nodig")
    if opvolgers.filter(vervangt=bericht).exists() or opvolgers.filter(trekt_in=bericht).exists():
        return []
    categorie, termijn = bericht.categorie, bericht.einddatum_handelingstermijn
    dagen = {termijn - timedelta(days=dagen) for dagen in categorie.herinneringen} if termijn else set()
    begin = dag_van(bericht.toegankelijk_op)
    if categorie.herinnering_ongelezen_dagen:
        dagen.add(begin + timedelta(days=categorie.herinnering_ongelezen_dagen))
    return [dag for dag in sorted(dagen) if dag > begin]
