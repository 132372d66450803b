"""Ketenpartners registreren, hun leden, en nummers die bij hetzelfde bedrijf horen."""

from uuid import UUID

import pytest
from django.core.management import call_command

from portaal.betrokkenen import handelingen
from portaal.betrokkenen.handelingen import KetenpartnerFout, KoppelFout, vind_betrokkene, vind_lid
from portaal.betrokkenen.models import Betrokkene, Identificatie, Ketenpartner, KetenpartnerRol
from portaal.betrokkenen.nummers import NummerSoort, OngeldigNummerError, bevat_nummer
from portaal.betrokkenen.urn import OnbruikbareUrnError, lees_geadresseerde
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import ActorSoort, Soort
from portaal.gebeurtenissen.vastleggen import Actor
from portaal.uuid7 import uuid7
from tests import wereld

pytestmark = pytest.mark.django_db

KVK, OIN, RSIN = "68750110", "00000001003214345000", "999990019"
URN = f"urn:nld:hr:kvknummer:{KVK}"
DIENST = "https://inloggen.notaris.test"
MARIEKE = Actor(ActorSoort.MEDEWERKER, uuid7())


def notaris() -> Ketenpartner:
    return handelingen.registreer_ketenpartner("Notariskantoor De Waal", NummerSoort.KVK, KVK, MARIEKE)


def anne(partner: Ketenpartner, rol: KetenpartnerRol = KetenpartnerRol.BEHEERDER) -> UUID:
    return handelingen.voeg_lid_toe(partner.pk, DIENST, "anne-123", rol, MARIEKE, naam="Anne de Waal").pk


def soorten(partner: Ketenpartner) -> list[str]:
    boek = Gebeurtenis.objects.filter(record_soort="ketenpartner", record_id=partner.pk).order_by("nummer")
    return [g.soort for g in boek]


def test_een_ketenpartner_is_iemand_anders_dan_dezelfde_organisatie_als_klant():
    klant = handelingen.vind_of_maak_geadresseerde(lees_geadresseerde(URN))
    eerder_genoemd = handelingen.vind_of_maak_geadresseerde(lees_geadresseerde(f"{URN}:rol:ketenpartner"))
    partner = notaris()
    assert partner.betrokkene_id == eerder_genoemd != klant
    assert handelingen.vind_geadresseerde(lees_geadresseerde(URN)) == klant


def test_hoe_een_systeem_haar_noemt_zegt_in_welke_rol():
    als_ketenpartner = handelingen.geadresseerde_van(notaris().betrokkene_id)
    assert als_ketenpartner is not None
    assert als_ketenpartner == lees_geadresseerde(f"{URN}:rol:ketenpartner")
    klant = handelingen.geadresseerde_van(handelingen.vind_of_maak_geadresseerde(lees_geadresseerde(URN)))
    assert klant is not None
    assert klant.urn == URN


@pytest.mark.parametrize(
    "urn", ["urn:nld:brp:bsn:999990019:rol:ketenpartner", f"{URN}:vestigingsnummer:000012345678:rol:ketenpartner"]
)
def test_alleen_een_organisatie_kan_in_de_rol_van_ketenpartner_worden_genoemd(urn):
    with pytest.raises(OnbruikbareUrnError, match="organisatie") as fout:
        lees_geadresseerde(urn)
    assert not bevat_nummer(str(fout.value))


@pytest.mark.parametrize(("soort", "nummer"), [(NummerSoort.OIN, OIN), (NummerSoort.RSIN, RSIN)])
def test_een_ketenpartner_kan_ook_een_oin_of_rsin_hebben(soort, nummer):
    partner = handelingen.registreer_ketenpartner("Waterschap", soort, nummer, MARIEKE)
    handelingen.voeg_lid_toe(partner.pk, DIENST, "x", KetenpartnerRol.LEZER, MARIEKE)
    assert vind_lid((soort, nummer), DIENST, "x") is not None


def test_dezelfde_organisatie_kan_niet_twee_keer():
    notaris()
    with pytest.raises(KetenpartnerFout, match="al ketenpartner") as fout:
        notaris()
    assert KVK not in str(fout.value)


@pytest.mark.parametrize("soort", [NummerSoort.BSN, NummerSoort.VESTIGING, NummerSoort.PSEUDONIEM])
def test_een_persoon_of_vestiging_is_geen_ketenpartner(soort):
    with pytest.raises(KetenpartnerFout):
        handelingen.registreer_ketenpartner("Iemand", soort, "999990019", MARIEKE)
    assert not Betrokkene.objects.exists()


def test_een_onmogelijk_nummer_wordt_geen_ketenpartner():
    with pytest.raises(OngeldigNummerError):
        handelingen.registreer_ketenpartner("Iemand", NummerSoort.KVK, "123", MARIEKE)


def test_alles_wat_met_leden_gebeurt_staat_in_het_boek_zonder_naam_of_nummer():
    partner = notaris()
    lid = anne(partner)
    handelingen.wijzig_rol(lid, KetenpartnerRol.LEZER, MARIEKE)
    handelingen.verwijder_lid(lid, MARIEKE)
    handelingen.zet_ketenpartner_actief(partner.pk, MARIEKE, actief=False)
    assert soorten(partner) == [
        Soort.KETENPARTNER_GEREGISTREERD,
        Soort.KETENPARTNER_LID_TOEGEVOEGD,
        Soort.KETENPARTNER_ROL_GEWIJZIGD,
        Soort.KETENPARTNER_LID_VERWIJDERD,
        Soort.KETENPARTNER_GEWIJZIGD,
    ]
    boek = Gebeurtenis.objects.filter(record_id=partner.pk)
    assert {(g.actor_soort, g.actor) for g in boek} == {(ActorSoort.MEDEWERKER, MARIEKE.id)}
    feiten = " ".join(str(g.feiten) for g in boek)
    assert str(lid) in feiten
    for geheim in ("Anne", "anne-123", KVK, DIENST):
        assert geheim not in feiten
    assert controleer_alles() == []


def test_wat_niets_verandert_komt_niet_in_het_boek():
    partner = notaris()
    lid = anne(partner)
    eerder = soorten(partner)
    handelingen.wijzig_rol(lid, KetenpartnerRol.BEHEERDER, MARIEKE)
    handelingen.zet_ketenpartner_actief(partner.pk, MARIEKE, actief=True)
    assert soorten(partner) == eerder


def test_iemand_kan_niet_twee_keer_lid_worden_en_na_intrekken_wel_terugkomen():
    partner = notaris()
    lid = anne(partner)
    with pytest.raises(KetenpartnerFout, match="al toegang"):
        anne(partner)
    handelingen.verwijder_lid(lid, MARIEKE)
    assert vind_lid((NummerSoort.KVK, KVK), DIENST, "anne-123") is None
    assert anne(partner, KetenpartnerRol.LEZER) == lid
    terug = vind_lid((NummerSoort.KVK, KVK), DIENST, "anne-123")
    assert terug is not None
    assert terug.rol == KetenpartnerRol.LEZER


def test_aan_wie_geen_toegang_meer_heeft_verandert_niets():
    lid = anne(notaris())
    handelingen.verwijder_lid(lid, MARIEKE)
    with pytest.raises(KetenpartnerFout):
        handelingen.verwijder_lid(lid, MARIEKE)
    with pytest.raises(KetenpartnerFout):
        handelingen.wijzig_rol(lid, KetenpartnerRol.BEHEERDER, MARIEKE)


def test_leden_blijven_bekend_als_de_sleutels_worden_vervangen(settings):
    import base64

    anne(notaris())
    nieuw = base64.b64encode(b"n" * 32).decode()
    settings.SLEUTELS = f"v2:{nieuw},{settings.SLEUTELS}"
    settings.SLEUTEL_INDEX = f"v2:{nieuw},v1:{settings.SLEUTEL_INDEX.rpartition(':')[2]}"
    call_command("herindexeer", verbosity=0)
    settings.SLEUTELS = settings.SLEUTEL_INDEX = f"v2:{nieuw}"
    lid = vind_lid((NummerSoort.KVK, KVK), DIENST, "anne-123")
    assert lid is not None
    assert lid.naam == "Anne de Waal"


# --- nummers van hetzelfde bedrijf ------------------------------------------------------------------------------------
def test_een_nieuw_nummer_komt_bij_het_bedrijf():
    bedrijf = wereld.bakkerij()
    handelingen.koppel_identificatie(bedrijf, NummerSoort.RSIN, RSIN)
    assert vind_betrokkene(NummerSoort.RSIN, RSIN) == bedrijf
    assert Identificatie.objects.filter(betrokkene=bedrijf).count() == 2


def test_wie_het_nummer_al_had_hoort_voortaan_bij_het_bedrijf():
    eerder = handelingen.vind_of_maak_betrokkene(NummerSoort.RSIN, RSIN)
    bedrijf = wereld.bakkerij()
    for _keer in range(2):
        handelingen.koppel_identificatie(bedrijf, NummerSoort.RSIN, RSIN)
    assert Betrokkene.objects.get(pk=eerder).onderdeel_van_id == bedrijf


@pytest.mark.parametrize(("soort", "nummer"), [(NummerSoort.BSN, RSIN), (NummerSoort.VESTIGING, "000012345678")])
def test_een_nummer_van_een_persoon_of_vestiging_hoort_niet_bij_een_bedrijf(soort, nummer):
    with pytest.raises(KoppelFout):
        handelingen.koppel_identificatie(wereld.bakkerij(), soort, nummer)


def test_een_persoon_krijgt_geen_nummer_van_een_bedrijf():
    with pytest.raises(KoppelFout):
        handelingen.koppel_identificatie(wereld.fatima(), NummerSoort.RSIN, RSIN)


def test_een_nummer_dat_al_bij_een_ander_bedrijf_hoort_gaat_daar_niet_weg():
    eerste, tweede = wereld.bakkerij(), handelingen.vind_of_maak_betrokkene(NummerSoort.KVK, KVK)
    rsin = handelingen.vind_of_maak_betrokkene(NummerSoort.RSIN, RSIN)
    handelingen.koppel_identificatie(eerste, NummerSoort.RSIN, RSIN)
    with pytest.raises(KoppelFout) as fout:
        handelingen.koppel_identificatie(tweede, NummerSoort.RSIN, RSIN)
    assert RSIN not in str(fout.value)
    assert Betrokkene.objects.get(pk=rsin).onderdeel_van_id == eerste
