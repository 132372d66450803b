"""Wat er met een zaak kan gebeuren, wie haar ziet, en wie ervan hoort."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from portaal.betrokkenen.models import Organisatie
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import MagNietError, Partij
from portaal.notificaties.models import Contactadres, Notificatie
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.tijd import vandaag
from portaal.zaken.handelingen import (
    DatumConflictError,
    SleutelConflictError,
    Stap,
    Zaakgegevens,
    registreer,
    registreer_zaak,
    zoek_zaak,
)
from portaal.zaken.models import ZICHTBAAR, Rol, Zaak, ZaakBetrokkene, ZaakSleutel, zichtbare_velden
from taken.models import Taak
from tests import wereld
from tests.zaken.conftest import URN_BAKKERIJ, URN_FATIMA, URN_HENK, een_zaak, gegevens

pytestmark = pytest.mark.django_db

NUMMER, URL, UUID_, URN = (getattr(ZaakSleutel.Soort, n) for n in ("NUMMER", "URL", "UUID", "URN"))
ZAAK_URN = "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-2026-004512"


@pytest.fixture
def door():
    return Partij.systeem(wereld.applicatie())


def soorten(zaak):
    rijen = Gebeurtenis.objects.filter(record_soort="zaak", record_id=zaak.pk).order_by("nummer")
    return list(rijen.values_list("soort", flat=True))


# --- Dezelfde zaak nog eens -----------------------------------------------------------------------------------------
def test_twee_keer_hetzelfde_sturen_verandert_niets(door):
    zaak, nieuw = registreer(gegevens(), door)
    weer, nog_eens_nieuw = registreer(gegevens(), door)

    assert (nieuw, nog_eens_nieuw) == (True, False)
    assert (weer.pk, weer.versie) == (zaak.pk, zaak.versie)
    assert soorten(zaak) == ["zaak-geregistreerd"]


def test_elke_naam_leidt_naar_dezelfde_zaak(door):
    eerst, _ = registreer(replace(gegevens(), sleutels=[(URL, "https://zaken.test/1")]), door)
    zonder_nummer = Zaakgegevens({"omschrijving": "Anders"}, [(URL, "https://zaken.test/1"), (UUID_, "ABC")])
    daarna, nieuw = registreer(zonder_nummer, door)

    assert (daarna.pk, nieuw, daarna.omschrijving) == (eerst.pk, False, "Anders")
    assert zoek_zaak([(UUID_, "abc")]) == eerst.pk


def test_namen_van_twee_verschillende_zaken_zijn_een_conflict_en_er_verandert_niets(door):
    een = een_zaak()
    een_zaak(identificatie="Z-2")

    with pytest.raises(SleutelConflictError):
        registreer(replace(gegevens(omschrijving="Kaping"), sleutels=[(NUMMER, "Z-2")]), door)

    assert Zaak.objects.als_systeem("test").get(pk=een.pk).omschrijving == "Aanvraag bijzondere bijstand"


def test_een_ander_systeem_van_de_gemeente_neemt_een_zaak_niet_over():
    een_zaak()

    with pytest.raises(SleutelConflictError):
        een_zaak(wereld.applicatie("Belastingen"))


def test_een_andere_organisatie_mag_hetzelfde_zaaknummer_gebruiken():
    buren = wereld.applicatie("Waterschap", organisatie=Organisatie.objects.create(naam="Waterschap"))
    onze, hun = een_zaak(), een_zaak(buren)

    assert onze.pk != hun.pk
    assert zoek_zaak([(NUMMER, "Z-2026-004512")], buren.organisatie_id) == hun.pk
    assert zoek_zaak([(NUMMER, "Z-2026-004512")]) is None  # niet te zeggen welke


def test_een_persoon_kan_geen_zaak_registreren():
    with pytest.raises(MagNietError):
        registreer(gegevens(), Partij.persoon(wereld.toegang(wereld.fatima())))


def test_een_zaak_is_niet_klaar_voordat_zij_begon(door):
    with pytest.raises(DatumConflictError):
        registreer(gegevens(einddatum=vandaag() - timedelta(days=30)), door)


def test_de_korte_vorm_werkt_nog(door):
    zaak = registreer_zaak(wereld.gemeente(), "Terras", "Z-9", [(NUMMER, "Z-9")])

    assert zoek_zaak([(NUMMER, "Z-9")]) == zaak.pk
    assert zaak.organisatie == wereld.gemeente()


# --- Wat er in het boek komt ----------------------------------------------------------------------------------------
def test_elke_soort_verandering_heeft_haar_eigen_gebeurtenis(door):
    zaak, _ = registreer(gegevens(), door)
    registreer(gegevens(bereikt=3), door)
    registreer(gegevens(bereikt=3, toelichting="Nieuwe uitleg."), door)
    registreer(gegevens(bereikt=4, toelichting="Nieuwe uitleg.", resultaat="Toegekend", einddatum=vandaag()), door)

    assert soorten(zaak) == [
        "zaak-geregistreerd", "zaak-status", "zaak-gewijzigd", "zaak-status", "zaak-resultaat", "zaak-afgerond",
    ]  # fmt: skip


def test_wat_iemand_las_blijft_bewaard(door):
    zaak, _ = registreer(gegevens(), door)
    registreer(gegevens(bereikt=3), door)

    versies = Inhoud.objects.filter(record_soort="zaak", record_id=zaak.pk).order_by("versie")
    assert [v.json["stappen"][2]["bereikt_op"] is not None for v in versies] == [False, True]


def test_in_het_boek_staat_geen_inhoud_en_geen_nummer(door):
    zaak, _ = registreer(gegevens(), door)
    registreer(gegevens(bereikt=4, resultaat="Toegekend"), door)

    feiten = str(list(Gebeurtenis.objects.filter(record_id=zaak.pk).values_list("feiten", flat=True)))
    assert "Toegekend" not in feiten
    assert wereld.BSN_FATIMA not in feiten


def test_een_afgeronde_zaak_weet_hoe_lang_zij_bewaard_blijft(door):
    zaak = een_zaak(einddatum=vandaag())
    assert zaak.bewaren_tot == vandaag() + timedelta(days=zaak.categorie.bewaartermijn_dagen)


# --- Wie ervan hoort ------------------------------------------------------------------------------------------------
def test_iedereen_die_de_status_mag_zien_krijgt_een_notificatie_en_wel_een(door):
    wie = ((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.BELANGHEBBENDE), (URN_BAKKERIJ, Rol.ADVISEUR))
    registreer(gegevens(wie=wie), door)
    registreer(gegevens(wie=wie, bereikt=4, resultaat="Toegekend", einddatum=vandaag()), door)
    lever_af()

    meldingen = Notificatie.objects.all()
    assert {m.betrokkene_id for m in meldingen} == {wereld.fatima(), wereld.henk()}
    assert len(meldingen) == 2


def test_een_ketenpartner_hoort_van_de_status_en_niet_van_alleen_het_resultaat(door):
    wie = ((URN_HENK, Rol.KETENPARTNER),)
    registreer(gegevens(wie=wie), door)
    registreer(gegevens(wie=wie, resultaat="Afgewezen"), door)
    lever_af()
    assert not Notificatie.objects.exists()

    registreer(gegevens(wie=wie, resultaat="Toegekend", bereikt=3), door)
    lever_af()
    assert [m.betrokkene_id for m in Notificatie.objects.all()] == [wereld.henk()]


def test_wie_geen_adres_heeft_houdt_de_mail_aan_een_ander_niet_tegen(door):
    wie = ((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.BELANGHEBBENDE))
    for persoon, adres in ((wereld.fatima(), "f@voorbeeld.test"), (wereld.henk(), "h@voorbeeld.test")):
        wereld.emailadres(persoon, adres)
    registreer(gegevens(wie=wie), door)
    registreer(gegevens(wie=wie, bereikt=3), door)
    lever_af()
    Contactadres.objects.filter(betrokkene=wereld.fatima()).delete()
    verstuur_wachtende()

    assert [bericht.to for bericht in mail.outbox] == [["h@voorbeeld.test"]]


def test_over_een_nieuwe_zaak_of_een_andere_tekst_gaat_geen_notificatie(door):
    registreer(gegevens(), door)
    registreer(gegevens(omschrijving="Bijzondere bijstand"), door)
    lever_af()

    assert not Notificatie.objects.exists()


# --- De poort -------------------------------------------------------------------------------------------------------
def test_fatima_ziet_haar_zaak_en_henk_niet():
    zaak = een_zaak()

    assert list(Zaak.objects.voor(wereld.toegang(wereld.fatima()))) == [zaak]
    assert list(Zaak.objects.voor(wereld.toegang(wereld.henk()))) == []


def test_wie_er_niet_meer_bij_hoort_ziet_de_zaak_niet_meer(door):
    een_zaak(wie=((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.GEMACHTIGDE)))
    een_zaak()

    assert not Zaak.objects.voor(wereld.toegang(wereld.henk())).exists()
    assert ZaakBetrokkene.objects.count() == 1


def test_een_rol_waarvan_niets_is_vastgelegd_ziet_de_zaak_niet():
    zaak = een_zaak(wie=((URN_FATIMA, Rol.AANVRAGER), (URN_HENK, Rol.ADVISEUR)))

    assert zichtbare_velden(zaak, Rol.ADVISEUR) == frozenset()
    assert not Zaak.objects.voor(wereld.toegang(wereld.henk())).exists()


def test_een_machtiging_voor_iets_anders_laat_de_zaak_niet_zien():
    zaak = een_zaak()
    wie = wereld.fatima()

    assert Zaak.objects.voor(wereld.toegang(wie, categorieen=frozenset({zaak.categorie_id}))).exists()
    assert not Zaak.objects.voor(wereld.toegang(wie, categorieen=frozenset({zaak.categorie_id + 1}))).exists()


def test_een_ketenpartner_ziet_minder_dan_de_aanvrager_en_alleen_wat_bij_naam_genoemd_is():
    zaak = een_zaak()

    ketenpartner = zichtbare_velden(zaak, Rol.KETENPARTNER)
    assert ketenpartner < zichtbare_velden(zaak, Rol.AANVRAGER)
    assert not {"toelichting", "resultaat", "tijdlijn", "einddatum"} & ketenpartner
    assert set(ZICHTBAAR) <= set(Rol.values)


# --- Een taak die eerder kwam dan haar zaak -------------------------------------------------------------------------
def wachtende_taak(applicatie=None, urn=ZAAK_URN):
    from portaal.zaken.sleutels import zaaksleutels

    gerelateerd = [{"urn": urn}]
    return wereld.taak(applicatie, is_gerelateerd_aan=gerelateerd, zaaksleutels=zaaksleutels(gerelateerd))


def zaak_van(taak):
    return Taak.objects.als_systeem("test").get(pk=taak.pk).zaak_id


def test_een_taak_die_eerder_kwam_wordt_gebonden_als_de_zaak_komt():
    taak = wachtende_taak()
    zaak = een_zaak()
    lever_af()

    assert zaak_van(taak) == zaak.pk
    laatste = Gebeurtenis.objects.filter(record_id=taak.pk).latest("nummer")
    assert (laatste.soort, laatste.zaak) == ("taak-zaak", zaak.pk)


def test_ook_een_naam_die_er_later_bij_komt_bindt_de_taak(door):
    taak = wachtende_taak(urn="urn:nld:gemeentevoorbeeld:zaak:uuid:0198F2AA-0000-7000-8000-000000000001")
    zaak = een_zaak()
    lever_af()
    assert zaak_van(taak) is None

    registreer(replace(gegevens(), sleutels=[(UUID_, "0198f2aa-0000-7000-8000-000000000001")]), door)
    lever_af()

    assert zaak_van(taak) == zaak.pk


def test_een_taak_van_een_andere_organisatie_wordt_niet_gebonden():
    buren = wereld.applicatie("Waterschap", organisatie=Organisatie.objects.create(naam="Waterschap"))
    taak = wachtende_taak(buren)
    een_zaak()
    lever_af()

    assert zaak_van(taak) is None


def test_twee_keer_bezorgen_bindt_een_keer():
    from taken.handelingen import bind_zaken

    taak = wachtende_taak()
    zaak = een_zaak()
    lever_af()
    bind_zaken(Gebeurtenis.objects.get(record_id=zaak.pk, soort="zaak-geregistreerd"))

    assert Gebeurtenis.objects.filter(record_id=taak.pk, soort="taak-zaak").count() == 1


def test_een_verwijzing_die_later_wijzigt_telt_ook(door):
    from taken.handelingen import Wijziging, wijzig

    zaak = een_zaak()
    taak = wereld.taak()
    wijzig(taak.pk, Wijziging({"is_gerelateerd_aan": [{"urn": ZAAK_URN}]}), door)

    assert zaak_van(taak) == zaak.pk


def test_zoeken_naar_wachtende_taken_gaat_met_een_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    wachtend = Taak.objects.als_systeem("test").filter(wacht_op_zaak__overlap=["nummer:Z-2026-004512"])

    assert "taak_wacht_op_zaak" in wachtend.explain()


def test_een_stap_overslaan_mag():
    zaak = Zaak(stappen=[Stap("een").json(), Stap("twee", "", vandaag()).json(), Stap("drie").json()])
    assert zaak.huidige_stap == 2
