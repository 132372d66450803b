"""Wat er met een taak kan gebeuren, en wie dat mag."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from portaal.betrokkenen.models import Betrokkene, Grant
from portaal.gebeurtenissen.controle import controleer_record
from portaal.gebeurtenissen.models import Aflevering, Gebeurtenis, Inhoud
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tijdlijn import tijdlijn_van
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.poort import PoortDichtError
from portaal.tijd import vandaag
from taken import handelingen
from taken.handelingen import BestaatAlError, HostNietToegestaanError, OvergangError, Wijziging, basis
from taken.models import Status, Taak
from taken.tasks import verloop_taken
from tests import wereld

pytestmark = pytest.mark.django_db


@pytest.fixture
def zaaksysteem():
    return Partij.systeem(wereld.applicatie())


@pytest.fixture
def ander_systeem():
    return Partij.systeem(wereld.applicatie("Belastingen"))


def herlees(taak):
    return Taak.objects.als_systeem("test").get(pk=taak.pk)


def test_de_testnummers_bestaan_echt():
    wereld.elke_bsn_klopt()


def test_een_nieuwe_taak_maakt_in_een_keer_betrokkene_inhoud_gebeurtenis_en_aflevering(zaaksysteem):
    taak = handelingen.maak_aan(wereld.nieuwe_taak(), zaaksysteem)

    assert Betrokkene.objects.filter(pk=taak.betrokkene_id).exists()
    inhoud = Inhoud.objects.get(record_id=taak.pk)
    assert inhoud.json["titel"] == "Stuur uw loonstrook op"
    gebeurtenis = Gebeurtenis.objects.get(record_id=taak.pk)
    assert gebeurtenis.soort == Soort.TAAK_AANGEMAAKT
    assert bytes(gebeurtenis.inhoud_sha256 or b"") == bytes(inhoud.sha256)
    assert gebeurtenis.xid8 > 0
    assert Aflevering.objects.get(gebeurtenis=gebeurtenis).volger == "notificaties"


def test_in_de_gebeurtenis_staat_niets_over_de_inhoud(zaaksysteem):
    taak = handelingen.maak_aan(wereld.nieuwe_taak(), zaaksysteem)

    feiten = str(Gebeurtenis.objects.get(record_id=taak.pk).feiten)
    assert "loonstrook" not in feiten.lower()
    assert wereld.BSN_FATIMA not in feiten


def test_het_nummer_staat_nergens_leesbaar_in_de_database(zaaksysteem):
    handelingen.maak_aan(wereld.nieuwe_taak(payload={"isToegewezenAan": wereld.BSN_FATIMA}), zaaksysteem)

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (tabel,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{tabel}" t WHERE t::text LIKE %s', [f"%{wereld.BSN_FATIMA}%"])
            assert cursor.fetchone() == (0,), f"het bsn staat leesbaar in {tabel}"


def test_dezelfde_persoon_wordt_een_keer_gemaakt(zaaksysteem):
    een = handelingen.maak_aan(wereld.nieuwe_taak(), zaaksysteem)
    twee = handelingen.maak_aan(wereld.nieuwe_taak(), zaaksysteem)

    assert een.betrokkene_id == twee.betrokkene_id


def test_een_link_naar_een_onbekende_host_wordt_geweigerd(zaaksysteem):
    with pytest.raises(HostNietToegestaanError, match=r"evil\.test"):
        handelingen.maak_aan(wereld.nieuwe_taak(details={"uitvraagLink": "https://evil.test/x"}), zaaksysteem)


def test_van_open_naar_uitgevoerd_naar_verwerkt(zaaksysteem):
    taak = wereld.taak()

    handelingen.voer_uit(taak.pk, zaaksysteem)
    handelingen.verwerk(taak.pk, zaaksysteem)

    klaar = herlees(taak)
    assert klaar.status == Status.VERWERKT
    assert klaar.bewaren_tot == vandaag() + timedelta(days=klaar.categorie.bewaartermijn_dagen)
    assert [r.soort for r in tijdlijn_van(klaar)] == [Soort.TAAK_AANGEMAAKT, Soort.TAAK_UITGEVOERD, Soort.TAAK_VERWERKT]


@pytest.mark.parametrize(
    ("stappen", "laatste"),
    [
        ([], "verwerk"),
        (["voer_uit", "verwerk"], "voer_uit"),
        (["voer_uit", "verwerk"], "breek_af"),
        (["voer_uit", "verwerk"], "heropen"),
        (["breek_af"], "voer_uit"),
        (["breek_af"], "verwerk"),
    ],
)
def test_wat_niet_kan_wordt_geweigerd_en_verandert_niets(zaaksysteem, stappen, laatste):
    taak = wereld.taak()
    for stap in stappen:
        getattr(handelingen, stap)(taak.pk, zaaksysteem)
    voor = herlees(taak)

    with pytest.raises(OvergangError):
        getattr(handelingen, laatste)(taak.pk, zaaksysteem)

    na = herlees(taak)
    assert (na.status, na.versie, na.gebeurtenissen_aantal) == (voor.status, voor.versie, voor.gebeurtenissen_aantal)


@pytest.mark.parametrize("stap", ["voer_uit", "verwerk", "breek_af"])
def test_een_stap_nog_eens_zetten_verandert_niets_en_is_geen_fout(zaaksysteem, stap):
    taak = wereld.taak()
    if stap == "verwerk":
        handelingen.voer_uit(taak.pk, zaaksysteem)
    getattr(handelingen, stap)(taak.pk, zaaksysteem)
    aantal = herlees(taak).gebeurtenissen_aantal

    getattr(handelingen, stap)(taak.pk, zaaksysteem)

    assert herlees(taak).gebeurtenissen_aantal == aantal


def test_afgebroken_met_reden_kan_weer_open(zaaksysteem):
    taak = wereld.taak()
    handelingen.breek_af(taak.pk, zaaksysteem, reden="U heeft dit al gestuurd.")
    assert herlees(taak).reden == "U heeft dit al gestuurd."

    handelingen.heropen(taak.pk, zaaksysteem, reden="Het bestand was leeg.")

    weer = herlees(taak)
    assert weer.status == Status.OPEN
    assert weer.reden == "Het bestand was leeg."
    assert weer.afgerond_op is None


def test_alleen_wie_de_taak_maakte_mag_haar_beeindigen(ander_systeem):
    taak = wereld.taak()

    for stap in (handelingen.voer_uit, handelingen.verwerk, handelingen.breek_af, handelingen.heropen):
        with pytest.raises(Taak.DoesNotExist):
            stap(taak.pk, ander_systeem)


def test_een_uitvoerder_met_toestemming_mag_uitvoeren_maar_niet_beeindigen(ander_systeem):
    taak = wereld.taak()
    Grant.objects.create(eigenaar=wereld.applicatie(), uitvoerder=ander_systeem.applicatie)

    for stap in (handelingen.verwerk, handelingen.breek_af, handelingen.heropen):
        with pytest.raises(MagNietError):
            stap(taak.pk, ander_systeem)
    handelingen.voer_uit(taak.pk, ander_systeem, gegevens={"ontvangenGegevens": {"loon": "1.184,20"}})

    gedaan = herlees(taak)
    assert gedaan.status == Status.UITGEVOERD
    assert gedaan.gegevens == {"ontvangenGegevens": {"loon": "1.184,20"}}
    assert Inhoud.objects.filter(record_id=taak.pk).count() == 2


@pytest.mark.parametrize(
    ("grenzen", "ziet"),
    [
        ({"formulier_hosts": ["formulieren.voorbeeld.test"]}, True),
        ({"formulier_hosts": ["anders.voorbeeld.test"]}, False),
        ({"categorie": "informatie"}, True),
        ({"categorie": "betalen"}, False),
    ],
)
def test_een_toestemming_reikt_niet_verder_dan_haar_grenzen(ander_systeem, grenzen, ziet):
    taak = wereld.taak()
    grant = Grant.objects.create(
        eigenaar=wereld.applicatie(),
        uitvoerder=ander_systeem.applicatie,
        formulier_hosts=grenzen.get("formulier_hosts", []),
    )
    if code := grenzen.get("categorie"):
        grant.categorieen.add(wereld.categorie(code))

    assert Taak.objects.van(ander_systeem.applicatie).filter(pk=taak.pk).exists() is ziet


def test_ik_heb_dit_gedaan_laat_de_taak_open_en_telt_een_keer():
    taak = wereld.taak()
    fatima = wereld.toegang(taak.betrokkene_id)

    handelingen.meld_gedaan(taak.pk, fatima)
    handelingen.meld_gedaan(taak.pk, fatima)

    gemeld = herlees(taak)
    assert gemeld.status == Status.OPEN
    assert gemeld.gemeld_op is not None
    assert Gebeurtenis.objects.filter(record_id=taak.pk, soort=Soort.TAAK_GEMELD).count() == 1


def test_de_buurman_kan_de_taak_niet_melden():
    taak = wereld.taak()

    with pytest.raises(Taak.DoesNotExist):
        handelingen.meld_gedaan(taak.pk, wereld.toegang(wereld.henk()))


def test_met_een_te_laag_niveau_kan_niet_worden_gemeld():
    taak = wereld.taak(minimaal_niveau=3)

    with pytest.raises(MagNietError):
        handelingen.meld_gedaan(taak.pk, wereld.toegang(taak.betrokkene_id, niveau=2))


def test_een_taak_verloopt_alleen_als_de_eigenaar_daarom_vroeg():
    blijft = wereld.taak(dagen=-1, startdatum=vandaag() - timedelta(days=9))
    sluit = wereld.taak(dagen=-1, startdatum=vandaag() - timedelta(days=9), verloopt_op_termijn=True)
    vandaag_nog = wereld.taak(dagen=0, verloopt_op_termijn=True)

    assert verloop_taken() == 1

    assert herlees(sluit).status == Status.NIET_UITGEVOERD
    assert herlees(blijft).status == Status.OPEN
    assert herlees(vandaag_nog).status == Status.OPEN


def test_een_taak_die_later_begint_is_nog_niet_te_zien_en_nog_niet_te_horen(zaaksysteem):
    taak = wereld.taak(dagen=30, startdatum=vandaag() + timedelta(days=7))

    assert not Taak.objects.voor(wereld.toegang(taak.betrokkene_id)).exists()
    assert Aflevering.objects.get().volgende_op == taak.zichtbaar_vanaf


def test_wijzigen_maakt_een_nieuwe_versie_van_de_inhoud(zaaksysteem):
    taak = wereld.taak()

    handelingen.wijzig(taak.pk, Wijziging({"titel": "Stuur twee loonstroken op"}), zaaksysteem)

    assert [i.json["titel"] for i in Inhoud.objects.order_by("versie")] == [
        "Stuur uw loonstrook op",
        "Stuur twee loonstroken op",
    ]


def test_niets_wijzigen_schrijft_ook_niets(zaaksysteem):
    taak = wereld.taak()

    handelingen.wijzig(taak.pk, Wijziging({"titel": taak.titel}), zaaksysteem)

    assert herlees(taak).gebeurtenissen_aantal == 1


def test_een_gebruikte_bronreferentie_geeft_de_bestaande_taak(zaaksysteem):
    eerste = handelingen.maak_aan(wereld.nieuwe_taak(bron_referentie="Z-1", vingerafdruk=b"a" * 32), zaaksysteem)

    with pytest.raises(BestaatAlError) as fout:
        handelingen.maak_aan(wereld.nieuwe_taak(bron_referentie="Z-1", vingerafdruk=b"b" * 32), zaaksysteem)

    assert fout.value.taak.pk == eerste.pk
    assert fout.value.gelijk is False


def test_de_keten_van_een_taak_klopt_na_een_heel_leven(zaaksysteem):
    taak = wereld.taak()
    handelingen.voer_uit(taak.pk, zaaksysteem, gegevens={"ontvangenGegevens": {"a": 1}})
    handelingen.heropen(taak.pk, zaaksysteem, reden="Onleesbaar")
    handelingen.voer_uit(taak.pk, zaaksysteem)
    handelingen.verwerk(taak.pk, zaaksysteem)

    na = herlees(taak)
    assert na.gebeurtenissen_aantal == 5
    assert controleer_record("taak", na.pk, na.gebeurtenissen_aantal, bytes(na.gebeurtenissen_hash)) == []


def test_zonder_de_poort_leest_niemand_iets():
    taak = wereld.taak()
    alles = Taak.objects.all()
    wegen = [
        lambda: list(alles), alles.count, alles.exists, alles.first, lambda: alles.get(pk=taak.pk),
        lambda: list(alles.values("pk")), lambda: list(alles.iterator()), lambda: alles.update(titel="x"), alles.delete,
        lambda: alles.aggregate(n=__import__("django.db.models", fromlist=["Count"]).Count("pk")),
        lambda: list(Betrokkene.objects.filter(pk__in=alles.values("betrokkene"))), lambda: alles[:1].get(), alles.explain,
        lambda: alles.in_bulk([taak.pk]), lambda: alles.earliest("id"), lambda: alles.contains(taak), lambda: len(alles),
        lambda: alles.union(alles).count(), lambda: alles.bulk_update([taak], ["titel"]), lambda: bool(alles),
    ]  # fmt: skip
    for weg in wegen:
        with pytest.raises(PoortDichtError):
            weg()


@pytest.mark.parametrize(
    "samen",
    [
        lambda open_, dicht: open_ | dicht,
        lambda open_, dicht: open_ & dicht,
        lambda open_, dicht: dicht | open_,
        lambda open_, dicht: open_.union(dicht),
        lambda open_, dicht: open_.intersection(dicht),
        lambda open_, dicht: dicht.difference(open_),
    ],
)
def test_samenvoegen_met_wat_niet_door_de_poort_kwam_gaat_niet(samen):
    """Anders zou Fatima langs een omweg ook de taken van Henk zien."""
    fatima = wereld.taak()
    wereld.taak(bsn=wereld.BSN_HENK)
    open_ = Taak.objects.voor(wereld.toegang(fatima.betrokkene_id))

    with pytest.raises(PoortDichtError):
        list(samen(open_, Taak.objects.all()))
    assert list(samen(open_, open_)) in ([fatima], [])


def test_een_fout_van_de_database_die_niet_over_een_kenmerk_gaat_wijst_nooit_naar_de_taak_van_een_ander(
    zaaksysteem, monkeypatch
):
    handelingen.maak_aan(wereld.nieuwe_taak(bsn=wereld.BSN_HENK), zaaksysteem)

    def stuk(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(basis, "leg_vast", stuk)
    with pytest.raises(IntegrityError):
        handelingen.maak_aan(wereld.nieuwe_taak(), zaaksysteem)
