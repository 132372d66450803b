"""Wie is wie: nummers, versleuteling en het vervangen van sleutels."""

import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from portaal.betrokkenen.handelingen import vind_betrokkene, vind_of_maak_betrokkene
from portaal.betrokkenen.models import Betrokkene, Identificatie, host_toegestaan
from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, controleer_nummer
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.inloggen.partij import Partij
from portaal.versleuteling import OnleesbaarError, lees_ring, ontsleutel, versleutel
from taken import handelingen
from taken.models import Taak
from tests import wereld


def sleutel(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


@pytest.mark.parametrize(
    ("soort", "waarde", "schoon"),
    [
        (NummerSoort.BSN, "9999 90 019", "999990019"),
        (NummerSoort.BSN, "10000008", "010000008"),
        (NummerSoort.KVK, "69599084", "69599084"),
        (NummerSoort.VESTIGING, "000037178598", "000037178598"),
    ],
)
def test_een_nummer_dat_kan_bestaan(soort, waarde, schoon):
    assert controleer_nummer(soort, waarde) == schoon


@pytest.mark.parametrize(
    ("soort", "waarde"),
    [
        (NummerSoort.BSN, "123456789"),
        (NummerSoort.BSN, "000000000"),
        (NummerSoort.BSN, "٩٩٩٩٩٠٠١٩"),
        (NummerSoort.KVK, "1234567"),
        (NummerSoort.RSIN, "999990018"),
        (NummerSoort.OIN, "1"),
        (NummerSoort.PSEUDONIEM, " "),
    ],
)
def test_een_nummer_dat_niet_kan_bestaan_en_de_fout_noemt_het_niet(soort, waarde):
    with pytest.raises(OngeldigNummerError) as fout:
        controleer_nummer(soort, waarde)

    assert waarde.strip() == "" or waarde == "1" or waarde not in str(fout.value)


@pytest.mark.parametrize(
    ("host", "mag"),
    [
        ("a.voorbeeld.nl", True),
        ("voorbeeld.nl", False),
        ("evilvoorbeeld.nl", False),
        ("FORM.test", True),
        ("form.test.", True),
    ],
)
def test_welke_host_is_toegestaan(host, mag):
    assert host_toegestaan(host, ["*.voorbeeld.nl", "form.test"]) is mag


@pytest.mark.django_db
def test_hetzelfde_pseudoniem_van_een_andere_dienst_is_een_ander():
    een = vind_of_maak_betrokkene(NummerSoort.PSEUDONIEM, "abc", "https://een.test")
    twee = vind_of_maak_betrokkene(NummerSoort.PSEUDONIEM, "abc", "https://twee.test")

    assert een != twee


@pytest.mark.django_db
def test_een_vestiging_die_eerst_zonder_bedrijf_werd_genoemd_krijgt_het_later():
    vestiging = vind_of_maak_betrokkene(NummerSoort.VESTIGING, wereld.VESTIGING_DE_HOEK)
    bedrijf = wereld.bakkerij()

    vind_of_maak_betrokkene(NummerSoort.VESTIGING, wereld.VESTIGING_DE_HOEK, onderdeel_van=bedrijf)

    assert Betrokkene.objects.get(pk=vestiging).onderdeel_van_id == bedrijf


@pytest.mark.django_db
def test_op_een_versleuteld_veld_kan_niet_worden_gezocht():
    with pytest.raises(FieldError):
        Identificatie.objects.filter(waarde="999990019").exists()


@pytest.mark.django_db
def test_een_veranderde_waarde_is_niet_te_lezen():
    wereld.fatima()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portaal_betrokkenen_identificatie SET waarde = set_byte(waarde, 20, 0)")
        cursor.execute("UPDATE portaal_betrokkenen_identificatie SET waarde = set_byte(waarde, 21, 255)")

    with pytest.raises(OnleesbaarError):
        Identificatie.objects.get()


def test_een_waarde_hoort_bij_haar_plek(settings):
    met = versleutel(b"geheim", "taken.taak.payload")

    assert ontsleutel(met, "taken.taak.payload") == b"geheim"
    with pytest.raises(OnleesbaarError):
        ontsleutel(met, "portaal_betrokkenen.identificatie.waarde")


@pytest.mark.parametrize("waarde", ["", "v1:kort", "v1:%%%"])
def test_een_verkeerde_sleutel_krijgt_uitleg(waarde):
    with pytest.raises(ImproperlyConfigured, match="SLEUTELS"):
        lees_ring(waarde, "SLEUTELS")


@pytest.mark.django_db
def test_sleutels_vervangen_zonder_iets_te_verliezen(settings):
    zaaksysteem = Partij.systeem(wereld.applicatie())
    taak = wereld.taak(gegevens={"voorinvullenGegevens": {"naam": "Fatima"}}, payload={"a": 1})
    handelingen.voer_uit(taak.pk, zaaksysteem, gegevens={"ontvangenGegevens": {"loon": "1"}})
    wereld.emailadres(taak.betrokkene_id)

    settings.SLEUTELS = f"v2:{sleutel('n')},{settings.SLEUTELS}"
    settings.SLEUTEL_INDEX = f"v2:{sleutel('i')},v1:{settings.SLEUTEL_INDEX.rpartition(':')[2]}"
    assert vind_betrokkene(NummerSoort.BSN, wereld.BSN_FATIMA) == taak.betrokkene_id  # onder de oude sleutel
    call_command("herindexeer", verbosity=0)
    settings.SLEUTELS, settings.SLEUTEL_INDEX = f"v2:{sleutel('n')}", f"v2:{sleutel('i')}"

    assert vind_betrokkene(NummerSoort.BSN, wereld.BSN_FATIMA) == taak.betrokkene_id
    na = Taak.objects.als_systeem("test").get()
    assert na.gegevens == {"voorinvullenGegevens": {"naam": "Fatima"}, "ontvangenGegevens": {"loon": "1"}}
    assert na.toegewezen_aan.endswith(wereld.BSN_FATIMA)
    assert controleer_alles() == []
