"""Het leven van een bericht: gemaakt, te lezen, geopend, en daarna nooit meer anders."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from berichten import handelingen
from berichten.models import Bericht
from berichten.onveranderlijk import VAST
from berichten.tasks import publiceer_wachtende
from portaal.betrokkenen.models import Organisatie
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Inhoud
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.verwijzing import Verwijzing
from portaal.notificaties.tasks import verstuur_wachtende
from portaal.tijd import nu, vandaag
from portaal.zaken.handelingen import registreer_zaak
from portaal.zaken.models import ZaakSleutel
from tests import wereld
from tests.berichten.conftest import lees, nieuw

pytestmark = pytest.mark.django_db

MORGEN = timedelta(days=1)


def soorten(bericht):
    return list(Gebeurtenis.objects.filter(record_id=bericht.pk).order_by("nummer").values_list("soort", flat=True))


def maak(gemeente, **velden):
    return handelingen.maak_aan(nieuw(**velden), Partij.systeem(gemeente))


# --- te lezen worden -------------------------------------------------------------------------------------------------
def test_een_bericht_is_pas_te_lezen_na_de_ronde_en_met_de_klok_van_de_server(gemeente, fatima):
    bericht = maak(gemeente, publicatiedatum=datetime(2020, 1, 1, tzinfo=UTC))
    assert not Bericht.objects.voor(fatima.toegang).exists()

    assert publiceer_wachtende() == 1

    op = lees(bericht).toegankelijk_op
    assert op is not None
    assert nu() - op < timedelta(seconds=10)
    assert Bericht.objects.voor(fatima.toegang).get() == bericht


def test_een_bericht_voor_morgen_is_vandaag_nog_niet_te_lezen(gemeente, fatima):
    maak(gemeente, publicatiedatum=nu() + MORGEN)
    assert publiceer_wachtende() == 0
    assert not Bericht.objects.voor(fatima.toegang).exists()

    with time_machine.travel(nu() + MORGEN + timedelta(minutes=1)):
        assert publiceer_wachtende() == 1

    assert Bericht.objects.voor(fatima.toegang).exists()


def test_het_moment_van_verzending_wordt_een_keer_gezet(stuur):
    bericht = stuur()
    publiceer_wachtende()
    assert not handelingen.publiceer(bericht.pk)
    assert lees(bericht).toegankelijk_op == bericht.toegankelijk_op
    assert soorten(bericht).count(Soort.BERICHT_GEPUBLICEERD) == 1


def test_een_stuk_bericht_houdt_de_andere_niet_op(gemeente, monkeypatch):
    stuk, goed = maak(gemeente), maak(gemeente)
    echt = handelingen._feiten

    def feiten(bericht):
        if bericht.pk == stuk.pk:
            raise RuntimeError
        return echt(bericht)

    with monkeypatch.context() as even:
        even.setattr(handelingen, "_feiten", feiten)
        assert publiceer_wachtende() == 1
    assert lees(goed).toegankelijk_op is not None
    assert lees(stuk).toegankelijk_op is None
    assert publiceer_wachtende() == 1


def test_veel_berichten_tegelijk_kosten_evenveel_query_s_als_een(gemeente, django_assert_num_queries):
    maak(gemeente)
    with CaptureQueriesContext(connection) as een:
        assert publiceer_wachtende() == 1
    veel = [maak(gemeente, onderwerp=f"Bericht {n}") for n in range(30)]
    with django_assert_num_queries(len(een)):
        assert publiceer_wachtende() == 30
    for bericht in veel:
        te_lezen = lees(bericht)
        assert te_lezen.toegankelijk_op is not None
        assert te_lezen.bewaren_tot is not None
        assert te_lezen.bewaren_tot > vandaag()
        assert te_lezen.versie == bericht.versie + 1
        assert soorten(bericht) == [Soort.BERICHT_GEREGISTREERD, Soort.BERICHT_GEPUBLICEERD]
    assert Aflevering.objects.filter(gebeurtenis__soort=Soort.BERICHT_GEPUBLICEERD).count() == 31
    assert not list(controleer_alles())


def test_wat_er_stond_ligt_vast_met_een_vingerafdruk_en_de_keten_klopt(stuur, fatima):
    bericht = stuur()
    handelingen.open_(bericht.pk, fatima.toegang)
    inhoud = Inhoud.objects.get(record_id=bericht.pk)
    assert (inhoud.json["onderwerp"], inhoud.json["tekst"]) == (bericht.onderwerp, bericht.tekst)
    assert soorten(bericht) == [Soort.BERICHT_GEREGISTREERD, Soort.BERICHT_GEPUBLICEERD, Soort.BERICHT_GEOPEND]
    assert not list(controleer_alles())


# --- vóór publicatie -------------------------------------------------------------------------------------------------
def test_voor_publicatie_kan_de_afzender_wijzigen(gemeente):
    bericht = maak(gemeente, publicatiedatum=nu() + MORGEN)
    handelingen.wijzig(bericht.pk, {"onderwerp": "Beter"}, Partij.systeem(gemeente))
    assert lees(bericht).onderwerp == "Beter"
    assert lees(bericht).inhoud_versie == 2


def test_wie_de_publicatie_naar_nu_haalt_ziet_het_bericht_komen(gemeente):
    bericht = maak(gemeente, publicatiedatum=nu() + MORGEN)
    handelingen.wijzig(bericht.pk, {"publicatiedatum": nu()}, Partij.systeem(gemeente))
    assert publiceer_wachtende() == 1
    assert lees(bericht).toegankelijk_op is not None


def test_wat_voor_publicatie_is_ingetrokken_komt_nooit(gemeente, fatima):
    bericht = maak(gemeente)
    handelingen.trek_in_voor_publicatie(bericht.pk, Partij.systeem(gemeente))
    assert publiceer_wachtende() == 0
    assert not Bericht.objects.voor(fatima.toegang).exists()
    assert not Bericht.objects.van(gemeente).filter(pk=bericht.pk).exists()


def test_na_publicatie_wijzigt_en_verwijdert_niemand_meer(stuur, gemeente):
    bericht = stuur()
    with pytest.raises(handelingen.AlTeLezenError):
        handelingen.wijzig(bericht.pk, {"onderwerp": "Anders"}, Partij.systeem(gemeente))
    with pytest.raises(handelingen.AlTeLezenError):
        handelingen.trek_in_voor_publicatie(bericht.pk, Partij.systeem(gemeente))


def test_een_ander_systeem_kan_er_niets_mee(gemeente):
    bericht = maak(gemeente, publicatiedatum=nu() + MORGEN)
    ander = Partij.systeem(wereld.applicatie("Belastingen"))
    with pytest.raises(Bericht.DoesNotExist):
        handelingen.wijzig(bericht.pk, {"onderwerp": "Anders"}, ander)
    with pytest.raises(Bericht.DoesNotExist):
        handelingen.trek_in_voor_publicatie(bericht.pk, ander)


# --- de database weigert ook ------------------------------------------------------------------------------------------
WOORD = "'anders'"
MORGEN_SQL = "now() + interval '1 day'"
# Een andere waarde per kolom, in SQL; wat hier niet staat is tekst.
ANDERS = {
    "id": "'01890000-0000-7000-8000-000000000000'",
    **dict.fromkeys(("betrokkene_id", "applicatie_id", "vervangt_id", "trekt_in_id", "verwijzing_id"), "id"),
    **dict.fromkeys(("is_gerelateerd_aan", "bijlagen"), "'[1]'"),
    **dict.fromkeys(("einddatum_moment", "publicatiedatum", "toegankelijk_op"), MORGEN_SQL),
    **dict.fromkeys(("ingetrokken_op", "aangemaakt_op", "einddatum_handelingstermijn"), MORGEN_SQL),
    "categorie_id": "0",
    "minimaal_niveau": "4",
    "mijn_overheid": "NOT mijn_overheid",
    "inhoud_versie": "inhoud_versie + 1",
}


@pytest.mark.parametrize("kolom", VAST)
def test_ook_buiten_de_handelingen_om_weigert_de_database_een_andere_inhoud(stuur, kolom):
    bericht = stuur()
    with (
        pytest.raises(ProgrammingError, match="verandert niet meer"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE berichten_bericht SET {kolom} = {ANDERS.get(kolom, WOORD)} WHERE id = %s", [bericht.pk])


def test_elke_kolom_is_vast_of_staat_op_de_lijst_van_wat_nog_mag():
    mag = {
        *(
            "zaak_id",
            "wacht_op_zaak",
            "geopend_op",
            "geadresseerde",
            "payload",
            "versie",
            "gewijzigd_op",
            "vernietigd_op",
            "bewaren_tot",
        ),
        *("gebeurtenissen_aantal", "gebeurtenissen_hash"),
    }
    assert {veld.column for veld in Bericht._meta.concrete_fields} == {*VAST} | mag


def test_toegankelijk_op_kan_niet_terug_naar_leeg(stuur):
    bericht = stuur()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Bericht.objects.als_systeem("test").filter(pk=bericht.pk).update(toegankelijk_op=None)


def test_geopend_op_wordt_niet_herschreven(stuur, fatima):
    bericht = stuur()
    handelingen.open_(bericht.pk, fatima.toegang)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Bericht.objects.als_systeem("test").filter(pk=bericht.pk).update(geopend_op=None)


def test_een_bericht_dat_te_lezen_is_verdwijnt_niet(stuur):
    bericht = stuur()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Bericht.objects.als_systeem("test").filter(pk=bericht.pk).delete()


# --- vervangen en intrekken ------------------------------------------------------------------------------------------
def test_een_nieuw_bericht_vervangt_het_oude_zonder_er_een_letter_aan_te_veranderen(stuur, fatima):
    oud = stuur()
    stuur(onderwerp="Verbeterd besluit", vervangt=oud.pk)
    na = Bericht.objects.voor(fatima.toegang).met_leesstand(fatima.toegang).get(pk=oud.pk)
    assert (na.vervangen, na.herroepen) == (True, False)
    assert (na.onderwerp, na.tekst) == (oud.onderwerp, oud.tekst)
    assert soorten(oud)[-1] == Soort.BERICHT_VERVANGEN


def test_zolang_het_nieuwe_niet_te_lezen_is_geldt_het_oude(stuur, gemeente, fatima):
    oud = stuur()
    maak(gemeente, trekt_in=oud.pk, publicatiedatum=nu() + MORGEN)
    publiceer_wachtende()
    na = Bericht.objects.voor(fatima.toegang).met_leesstand(fatima.toegang).get(pk=oud.pk)
    assert (na.vervangen, na.herroepen) == (False, False)


@pytest.mark.parametrize("veld", ["vervangt", "trekt_in"])
def test_vervangen_kan_alleen_wat_te_lezen_en_van_jou_aan_deze_ontvanger_is(stuur, gemeente, veld):
    van_henk = handelingen.maak_aan(nieuw(wereld.BSN_HENK), Partij.systeem(gemeente))
    publiceer_wachtende()
    nog_niet = maak(gemeente, publicatiedatum=nu() + MORGEN)
    van_ander = handelingen.maak_aan(nieuw(), Partij.systeem(wereld.applicatie("Belastingen")))
    publiceer_wachtende()
    for pk in (van_henk.pk, nog_niet.pk, van_ander.pk, wereld.fatima()):
        with pytest.raises(handelingen.VerwijzingError):
            maak(gemeente, **{veld: pk})


def test_een_bericht_krijgt_hoogstens_een_opvolger(stuur, gemeente):
    oud = stuur()
    stuur(vervangt=oud.pk)
    with pytest.raises(handelingen.VerwijzingError):
        maak(gemeente, trekt_in=oud.pk)


def test_een_taak_van_een_ander_kan_er_niet_bij(gemeente):
    van_henk = wereld.taak(gemeente, wereld.BSN_HENK)
    van_fatima = wereld.taak(gemeente)
    with pytest.raises(handelingen.VerwijzingError):
        maak(gemeente, verwijzing=Verwijzing("taak", van_henk.pk))
    assert maak(gemeente, verwijzing=Verwijzing("taak", van_fatima.pk)).verwijzing_id == van_fatima.pk


# --- openen en opbergen ----------------------------------------------------------------------------------------------
def test_de_eerste_keer_openen_staat_in_het_boek_en_de_tweede_niet(stuur, fatima):
    bericht = stuur()
    handelingen.open_(bericht.pk, fatima.toegang)
    eerst = lees(bericht).geopend_op
    handelingen.markeer_ongelezen(bericht.pk, fatima.toegang)
    handelingen.open_(bericht.pk, fatima.toegang)
    assert lees(bericht).geopend_op == eerst
    assert soorten(bericht).count(Soort.BERICHT_GEOPEND) == 1


def test_elke_lezer_van_een_bedrijf_opent_voor_zichzelf(stuur, fatima, henk):
    bericht = stuur()
    collega = wereld.toegang(wereld.henk(), betrokkene=wereld.fatima(), betrokkenen=frozenset({wereld.fatima()}))
    handelingen.open_(bericht.pk, fatima.toegang)
    eerst = lees(bericht).geopend_op
    assert Bericht.objects.voor(collega).met_leesstand(collega).get().nieuw

    handelingen.open_(bericht.pk, collega)

    assert lees(bericht).geopend_op == eerst
    keren = Gebeurtenis.objects.filter(soort=Soort.BERICHT_GEOPEND).values_list("actor", "namens").order_by("nummer")
    assert list(keren) == [(wereld.fatima(), None), (wereld.henk(), wereld.fatima())]


def test_de_buurman_kan_niets_met_het_bericht(stuur, henk):
    bericht = stuur()
    for handeling in (
        handelingen.open_,
        handelingen.markeer_ongelezen,
        handelingen.archiveer,
        handelingen.haal_uit_archief,
    ):
        with pytest.raises(Bericht.DoesNotExist):
            handeling(bericht.pk, henk.toegang)


def test_boven_het_niveau_van_de_inlog_gaat_het_niet_open(stuur, fatima):
    bericht = stuur(minimaal_niveau=3)
    with pytest.raises(MagNietError):
        handelingen.open_(bericht.pk, fatima.toegang)
    assert lees(bericht).geopend_op is None


def test_een_machtiging_voor_een_andere_categorie_ziet_het_bericht_niet(stuur):
    bericht = stuur()
    beperkt = wereld.toegang(wereld.fatima(), categorieen=frozenset({bericht.categorie_id + 1}))
    assert not Bericht.objects.voor(beperkt).exists()


# --- notificatie -----------------------------------------------------------------------------------------------------
@pytest.fixture
def post(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def bezorg():
        lever_af()
        verstuur_wachtende()
        return [bericht.body for bericht in mail.outbox]

    return bezorg


def test_een_bericht_voor_morgen_wordt_vandaag_niet_aangekondigd(gemeente, post):
    bericht = maak(gemeente, publicatiedatum=nu() + MORGEN)
    wereld.emailadres(bericht.betrokkene_id)
    publiceer_wachtende()
    assert post() == []


def test_de_mail_zegt_wat_voor_bericht_en_niets_over_de_inhoud(stuur, post):
    wereld.emailadres(wereld.fatima())
    bericht = stuur()
    (tekst,) = post()
    assert "Gemeente Voorbeeld, Team Inkomen heeft een beslissing voor u klaargezet" in tekst
    assert "U hoeft niet te reageren." in tekst
    for geheim in ("bijstand", "Besluit over", wereld.BSN_FATIMA, str(bericht.pk), "/berichten"):
        assert geheim not in tekst


def test_met_een_termijn_staat_die_in_de_mail(stuur, post):
    wereld.emailadres(wereld.fatima())
    stuur(handelingsperspectief="informatie_geven", einddatum=datetime(2099, 3, 1, 12, tzinfo=UTC))
    (tekst,) = post()
    assert "tot en met 1 maart 2099" in tekst


def test_wat_voor_publicatie_is_ingetrokken_wordt_niet_aangekondigd(gemeente, post):
    wereld.emailadres(wereld.fatima())
    handelingen.trek_in_voor_publicatie(maak(gemeente).pk, Partij.systeem(gemeente))
    publiceer_wachtende()
    assert post() == []


# --- nog eens sturen -------------------------------------------------------------------------------------------------
def test_hetzelfde_kenmerk_met_dezelfde_inhoud_wordt_herkend_ook_als_het_een_ander_verving(stuur, gemeente):
    oud = stuur()
    velden = {"bron_referentie": "B-2", "vingerafdruk": b"x" * 32, "vervangt": oud.pk}
    eerste = maak(gemeente, **velden)
    with pytest.raises(handelingen.BestaatAlError) as fout:
        maak(gemeente, **velden)
    assert (fout.value.bericht, fout.value.gelijk) == (eerste, True)


# --- een zaak die later komt -------------------------------------------------------------------------------------------
NUMMER = (ZaakSleutel.Soort.NUMMER, "Z-2026-004512")


def zaak_komt(applicatie):
    return registreer_zaak(
        applicatie.organisatie, "Bijzondere bijstand", "Z-2026-004512", [NUMMER], Partij.systeem(applicatie)
    )


def test_een_bericht_dat_voor_zijn_zaak_kwam_staat_daarna_bij_die_zaak(stuur, gemeente, fatima):
    bericht = stuur(fatima, zaaksleutels=[NUMMER])
    assert bericht.zaak_id is None

    zaak = zaak_komt(gemeente)
    lever_af()
    lever_af()

    assert lees(bericht).zaak_id == zaak.pk
    assert soorten(bericht)[-1] == Soort.BERICHT_ZAAK
    assert soorten(bericht).count(Soort.BERICHT_ZAAK) == 1
    assert controleer_alles() == []
    assert "Bijzondere bijstand" in fatima.client.get(f"/berichten/{bericht.pk}").content.decode()


def test_ook_wat_nog_niet_te_lezen_is_wordt_gebonden(gemeente):
    bericht = maak(gemeente, zaaksleutels=[NUMMER], publicatiedatum=nu() + MORGEN)

    zaak = zaak_komt(gemeente)
    lever_af()

    assert lees(bericht).zaak_id == zaak.pk


def test_de_zaak_van_een_andere_organisatie_met_hetzelfde_nummer_bindt_niets(stuur):
    bericht = stuur(zaaksleutels=[NUMMER])

    elders = Organisatie.objects.create(naam="Gemeente Elders")
    zaak_komt(wereld.applicatie("Elders", organisatie=elders))
    lever_af()

    assert lees(bericht).zaak_id is None


def test_een_verwijzing_die_voor_publicatie_wijzigt_telt_voor_de_zaak(gemeente):
    bericht = maak(gemeente, publicatiedatum=nu() + MORGEN)
    zaak = zaak_komt(gemeente)
    verwijzing = [{"urn": "urn:nld:gemeentevoorbeeld:zaak:zaaknummer:Z-2026-004512"}]

    handelingen.wijzig(bericht.pk, {"is_gerelateerd_aan": verwijzing}, Partij.systeem(gemeente))

    assert lees(bericht).zaak_id == zaak.pk
