"""Wanneer iemand aan een taak wordt herinnerd."""

from datetime import date, timedelta

from taken.models import Taak


def momenten(taak: Taak) -> list[date]:
    """De dagen waarop een herinnering gaat; niets als de taak niet meer open is of iemand zei dat zij is gedaan.

    De eigenaar of de persoon zelf kan een dag kiezen; anders gelden de dagen vóór de termijn van de categorie.
    """
    if not taak.open or taak.gemeld_op is not None:
        return []
    if taak.datum_herinnering is not None:
        return [taak.datum_herinnering]
    termijn = taak.einddatum_handelingstermijn
    dagen = [termijn - timedelta(days=dagen) for dagen in taak.categorie.herinneringen] if termijn else []
    return [dag for dag in sorted(set(dagen)) if dag > taak.startdatum]
