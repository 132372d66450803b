"""De zaken in een echte browser: toegankelijk en passend op elk scherm."""

from datetime import timedelta

import pytest

from portaal.tijd import vandaag
from portaal.zaken.models import Rol
from taken.handelingen import meld_gedaan
from taken.models import Taak
from tests.paginas.test_browser import browser, open_venster
from tests.zaken.conftest import URN_FATIMA, een_zaak

__all__ = ["browser", "open_venster"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_de_lijst_en_de_zaakpagina_zijn_toegankelijk_en_passen(fatima, klaarzetten, open_venster):
    zaak = een_zaak()
    een_zaak(
        identificatie="Z-2026-000009",
        omschrijving="Hercontrole inkomensafhankelijke eigen bijdrage huishoudelijke ondersteuning",
        wie=((URN_FATIMA, Rol.GEMACHTIGDE),),
        startdatum=vandaag() - timedelta(days=80),
    )
    een_zaak(identificatie="Z-3", omschrijving="Verhuizing", resultaat="Uw adres is gewijzigd", einddatum=vandaag())
    een_zaak(identificatie="Z-4", omschrijving="Zorg", minimaal_niveau=3)
    for titel in ("Stuur uw loonstrook op", "Maak een afspraak"):
        taak = klaarzetten(fatima, titel, over=2)
        Taak.intern.filter(pk=taak.pk).update(zaak=zaak)
    meld_gedaan(taak.pk, fatima.toegang)
    venster = open_venster(fatima)

    for naam, pad in {"zaken": "/zaken", "zaak": f"/zaken/{zaak.pk}"}.items():
        venster.ga_naar(pad)
        venster.keur(naam)
