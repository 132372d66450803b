"""De werkplek van een ketenpartner: Anne (beheerder) en Tom (behandelaar) van de notaris, met een lezer erbij."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portaal.betrokkenen.handelingen import verwijder_lid, voeg_lid_toe
from portaal.betrokkenen.models import Ketenpartner, KetenpartnerLid, KetenpartnerRol
from portaal.demo.ketenpartners import zet_ketenpartners_klaar
from portaal.demo.personen import persoon
from portaal.demo.verhalen import geadresseerde
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.gebeurtenissen.vastleggen import SYSTEEM
from portaal.inloggen.inlogmiddelen import Doelgroep, inlogmiddelen
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.toegang import Toegang
from portaal.notificaties.models import Notificatie
from portaal.tijd import vandaag
from taken import handelingen
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import log_in, sessie_voor
from tests.taken.test_gelijktijdig import tegelijk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def notaris(request: pytest.FixtureRequest) -> Ketenpartner:
    zet_ketenpartners_klaar()
    partner = Ketenpartner.objects.get(naam="Notariskantoor De Waal")
    uitgever = inlogmiddelen()["ketenpartner"].issuer
    voeg_lid_toe(partner.pk, uitgever, "lezer-lotte", KetenpartnerRol.LEZER, SYSTEEM, naam="Lotte Lezer")
    return partner


def lid(naam: str) -> KetenpartnerLid:
    return next(
        lid for lid in KetenpartnerLid.objects.select_related("ketenpartner") if (lid.naam or "").startswith(naam)
    )


def toegang(naam: str) -> Toegang:
    wie = lid(naam)
    voor = wie.ketenpartner.betrokkene_id
    return wereld.toegang(
        wie.persoon_id, 3, betrokkene=voor, betrokkenen=frozenset({voor}), rol=wie.rol,
        middel="ketenpartner", doelgroep=Doelgroep.KETENPARTNER, naam=wie.naam, namens=wie.ketenpartner.naam,
    )  # fmt: skip


def browser(naam: str) -> Client:
    wie, client = lid(naam), Client()
    sessie_voor(
        client, wie.persoon_id, 3, betrokkene_id=wie.ketenpartner.betrokkene_id, middel="ketenpartner",
        lid_id=wie.pk, naam=wie.naam,
    )  # fmt: skip
    return client


@pytest.fixture
def akte() -> Callable[..., Taak]:
    def maak(titel: str = "Maak de akte", **velden: Any) -> Taak:
        return wereld.taak(titel=titel, voor=geadresseerde(persoon("anne")), **velden)

    return maak


def herlees(taak: Taak) -> Taak:
    return Taak.objects.als_systeem("test").met_context().get(pk=taak.pk)


def pagina(client: Client, adres: str, **velden: str) -> str:
    antwoord = client.post(adres, velden, follow=True) if velden or adres.endswith("oppakken") else client.get(adres)
    return " ".join(antwoord.content.decode().split())


# --- verdelen ----------------------------------------------------------------------------------------------------------
def test_tom_pakt_een_taak_op_en_anne_ziet_dat(akte):
    taak, tom, anne = akte(), browser("Tom"), browser("Anne")

    assert "U doet deze taak" in pagina(tom, f"/taken/{taak.pk}/oppakken")

    assert "Tom Kuipers doet deze taak." in pagina(anne, "/taken")
    assert "Tom Kuipers doet deze taak." in pagina(anne, f"/taken/{taak.pk}")
    assert "door Tom Kuipers" in pagina(anne, f"/taken/{taak.pk}")


def test_pakt_anne_op_wat_tom_net_had_dan_hoort_zij_dat_vriendelijk(akte):
    taak = akte()
    handelingen.neem_op(taak.pk, toegang("Tom"))

    assert "Tom Kuipers was net eerder en doet deze taak" in pagina(browser("Anne"), f"/taken/{taak.pk}/oppakken")
    assert herlees(taak).behandelaar == lid("Tom")


def test_tom_geeft_zijn_taak_door_en_terug_maar_die_van_anne_niet(akte):
    van_tom, van_anne = akte(), akte("Schrijf in")
    handelingen.neem_op(van_tom.pk, toegang("Tom"))
    handelingen.neem_op(van_anne.pk, toegang("Anne"))

    handelingen.wijs_toe(van_tom.pk, toegang("Tom"), lid("Anne").pk)
    assert herlees(van_tom).behandelaar == lid("Anne")
    for doe in (
        lambda: handelingen.geef_terug(van_anne.pk, toegang("Tom")),
        lambda: handelingen.wijs_toe(van_anne.pk, toegang("Tom"), lid("Tom").pk),
    ):
        with pytest.raises(MagNietError):
            doe()


def test_anne_is_beheerder_en_verdeelt_ook_het_werk_van_tom(akte):
    taak, anne = akte(), browser("Anne")
    handelingen.neem_op(taak.pk, toegang("Tom"))

    assert "Anne" in pagina(anne, f"/taken/{taak.pk}/toewijzen", lid=str(lid("Anne").pk))
    assert herlees(taak).behandelaar == lid("Anne")
    assert "De taak is weer van het team" in pagina(anne, f"/taken/{taak.pk}/toewijzen", lid="")
    assert herlees(taak).behandelaar is None


def test_aan_een_lezer_of_iemand_van_een_ander_kantoor_geeft_niemand_werk(akte):
    taak = akte()
    for vreemd in ("Lotte", "Ilse"):
        with pytest.raises(MagNietError):
            handelingen.wijs_toe(taak.pk, toegang("Anne"), lid(vreemd).pk)


def test_een_lezer_kijkt_alleen(akte):
    taak, lotte = akte(), browser("Lotte")

    zicht = pagina(lotte, f"/taken/{taak.pk}")
    assert "Ik doe dit" not in zicht
    assert "Terugmelding sturen" not in zicht
    assert lotte.post(f"/taken/{taak.pk}/oppakken").status_code == 403
    with pytest.raises(MagNietError):
        handelingen.meld_terug(taak.pk, toegang("Lotte"), "Klaar", klaar=True)


def test_ilse_van_een_ander_kantoor_ziet_de_taak_niet(akte):
    taak, ilse = akte(), browser("Ilse")

    assert ilse.post(f"/taken/{taak.pk}/oppakken").status_code == 404
    assert ilse.get(f"/taken/{taak.pk}/terugmelding").status_code == 404


def test_een_inwoner_verdeelt_geen_werk_en_ziet_er_niets_van(client):
    taak = wereld.taak()
    fatima = wereld.toegang(taak.betrokkene_id)
    sessie_voor(client, taak.betrokkene_id)

    assert "Wie doet dit?" not in pagina(client, f"/taken/{taak.pk}")
    assert client.get(f"/taken/{taak.pk}/terugmelding").status_code == 404
    with pytest.raises(MagNietError):
        handelingen.neem_op(taak.pk, fatima)


def test_wie_geen_toegang_meer_heeft_houdt_geen_werk_vast(akte):
    taak = akte()
    handelingen.neem_op(taak.pk, toegang("Tom"))
    verwijder_lid(lid("Tom").pk, SYSTEEM)

    assert "Nog niemand." in pagina(browser("Anne"), f"/taken/{taak.pk}")
    handelingen.neem_op(taak.pk, toegang("Anne"))
    assert herlees(taak).behandelaar == lid("Anne")


def test_de_lijst_van_het_team_per_persoon(akte):
    van_tom, _van_niemand = akte("Van Tom"), akte("Van niemand")
    handelingen.neem_op(van_tom.pk, toegang("Tom"))
    anne = browser("Anne")

    def titels(wie: str) -> list[str]:
        return [kaart.titel for kaart in anne.get("/taken", {"wie": wie}).context["kaarten"]]

    assert titels("") == ["Van Tom", "Van niemand"]
    assert titels("mij") == []
    assert titels("niemand") == ["Van niemand"]
    assert titels(str(lid("Tom").pk)) == ["Van Tom"]


def test_de_lijst_van_het_team_kost_evenveel_query_s_met_een_als_met_twintig_taken(akte, django_assert_num_queries):
    anne = browser("Anne")
    handelingen.neem_op(akte().pk, toegang("Tom"))
    for pad in ("/overzicht", "/taken"):
        anne.get(pad)
        with connection.execute_wrapper(teller := Teller()):
            anne.get(pad)
        eerst = teller.aantal
        for _ in range(10):
            handelingen.neem_op(akte().pk, toegang("Tom"))
        with connection.execute_wrapper(teller := Teller()):
            anne.get(pad)
        assert teller.aantal == eerst


class Teller:
    """Telt de query's."""

    aantal = 0

    def __call__(self, execute, sql, params, many, context):
        self.aantal += 1
        return execute(sql, params, many, context)


# --- wie het hoort -------------------------------------------------------------------------------------------------------
def test_wie_werk_krijgt_hoort_het_zelf_en_anders_het_hele_team(akte, notaris):
    taak = akte()
    wereld.emailadres(lid("Tom").persoon_id, "tom@notaris.test")
    wereld.emailadres(notaris.betrokkene_id, "balie@notaris.test")
    handelingen.wijs_toe(taak.pk, toegang("Anne"), lid("Tom").pk)
    handelingen.herinner(taak.pk, Partij.systeem(wereld.applicatie()))
    handelingen.geef_terug(taak.pk, toegang("Tom"))
    handelingen.herinner(taak.pk, Partij.systeem(wereld.applicatie()))
    lever_af()

    wie = [n.betrokkene_id for n in Notificatie.objects.order_by("pk")]
    assert wie == [notaris.betrokkene_id, lid("Tom").persoon_id, lid("Tom").persoon_id, notaris.betrokkene_id]


# --- terugmelding -----------------------------------------------------------------------------------------------------------
def test_tom_stuurt_een_terugmelding_en_het_zaaksysteem_leest_haar(akte, client):
    taak, tom = akte(), browser("Tom")
    adres = f"/taken/{taak.pk}/terugmelding"

    assert "Uw terugmelding is verstuurd" in pagina(tom, adres, tekst="De akte passeert dinsdag.")
    assert herlees(taak).open
    assert "Wij wachten op bevestiging" in pagina(tom, adres, tekst="Gepasseerd.", klaar="ja")

    from portaal.api.models import Token

    geheim = Token.maak(wereld.applicatie(), "test", ["taken:lezen"])[1]
    json = client.get(f"/taken/api/v1/externetaken/{taak.pk}", headers={"authorization": f"Token {geheim}"}).json()
    assert [(t["tekst"], t["klaar"]) for t in json["terugmeldingen"]] == [
        ("De akte passeert dinsdag.", False),
        ("Gepasseerd.", True),
    ]
    assert json["gemeldOp"] is not None


def test_een_terugmelding_staat_versleuteld_en_niet_in_het_boek(akte):
    taak = akte()
    handelingen.meld_terug(taak.pk, toegang("Tom"), "Verkoper is overleden.", klaar=False)

    with connection.cursor() as cursor:
        for tabel in ("taken_taak", "portaal_gebeurtenissen_inhoud", "portaal_gebeurtenissen_gebeurtenis"):
            cursor.execute(f"SELECT count(*) FROM {tabel} t WHERE t::text LIKE '%overleden%'")
            assert cursor.fetchone() == (0,), tabel


def test_was_anne_net_eerder_klaar_dan_houdt_tom_zijn_tekst(akte):
    taak, tom = akte(), browser("Tom")
    handelingen.neem_op(taak.pk, toegang("Anne"))
    handelingen.voer_uit(taak.pk, Partij.systeem(wereld.applicatie()))

    zicht = pagina(tom, f"/taken/{taak.pk}/terugmelding", tekst="Ik was ook klaar.", klaar="ja")

    assert "Anne de Waal was net eerder klaar" in zicht
    assert "Ik was ook klaar." in zicht


def test_meldt_tom_gedaan_wat_anne_net_meldde_dan_hoort_hij_wie(akte):
    taak, tom = akte(), browser("Tom")
    handelingen.meld_gedaan(taak.pk, toegang("Anne"))

    zicht = " ".join(tom.post(f"/taken/{taak.pk}/gedaan", follow=True).content.decode().split())

    assert "Anne de Waal heeft dit net gedaan" in zicht
    assert Gebeurtenis.objects.filter(soort=Soort.TAAK_GEMELD).count() == 1


# --- tegelijk ------------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_pakken_anne_en_tom_tegelijk_op_dan_heeft_een_van_hen_haar(akte):
    taak = akte()
    wie = [toegang("Anne"), toegang("Tom")] * 5

    uit = tegelijk(*[lambda t=t: handelingen.neem_op(taak.pk, t) for t in wie])

    gelukt = {t.persoon for t, u in zip(wie, uit, strict=True) if isinstance(u, Taak)}
    assert len(gelukt) == 1
    assert all(isinstance(u, Taak | handelingen.AlOpgepaktError) for u in uit)
    assert Gebeurtenis.objects.filter(soort=Soort.TAAK_OPGEPAKT).count() == 1
    assert controleer_alles() == []


@pytest.mark.django_db(transaction=True)
def test_sturen_anne_en_tom_tegelijk_hetzelfde_formulier_dan_telt_een_en_hoort_de_ander_het(akte):
    formulier = {"components": [{"type": "textfield", "key": "datum", "label": "Datum"}]}
    taak = akte(soort="formuliertaak", details={"formulierDefinitie": formulier})

    uit = tegelijk(
        *[lambda naam=naam: handelingen.dien_in(taak.pk, toegang(naam), {"datum": naam}) for naam in ("Anne", "Tom")]
    )

    assert sorted(type(u).__name__ for u in uit) == ["OvergangError", "Taak"]
    na = herlees(taak)
    assert na.gegevens["ontvangenGegevens"] == {"datum": "Anne" if na.behandelaar == lid("Anne") else "Tom"}
    assert Gebeurtenis.objects.filter(soort=Soort.TAAK_UITGEVOERD).count() == 1
    ander = browser("Tom" if na.behandelaar == lid("Anne") else "Anne")
    zicht = pagina(ander, f"/taken/{taak.pk}?verstuurd=al")
    assert "heeft dit net gedaan" in zicht
    assert "Er is niets dubbel gegaan." in zicht


def test_door_de_voordeur_werkt_het_net_zo(akte, client):
    taak = akte()
    log_in(client, "tom")

    assert "U doet deze taak" in pagina(client, f"/taken/{taak.pk}/oppakken")


# --- wat een ander deed, staat er niet als "U" --------------------------------------------------------------------------
def test_op_de_tijdlijn_staat_wie_het_deed(akte):
    taak = akte()
    handelingen.vraag_uitstel(taak.pk, toegang("Tom"), vandaag() + timedelta(days=9), "De akte is er nog niet.")
    handelingen.meld_gedaan(taak.pk, toegang("Tom"))

    van_tom, van_anne = (pagina(browser(wie), f"/taken/{taak.pk}") for wie in ("Tom", "Anne"))

    assert "U heeft om meer tijd gevraagd." in van_tom
    assert "U heeft doorgegeven dat u dit heeft gedaan." in van_tom
    assert "Tom Kuipers heeft om meer tijd gevraagd." in van_anne
    assert "Tom Kuipers heeft doorgegeven dat dit is gedaan." in van_anne
    assert "U heeft doorgegeven" not in van_anne


def test_van_wie_geen_toegang_meer_heeft_noemt_de_tijdlijn_de_organisatie(akte):
    taak = akte()
    handelingen.meld_gedaan(taak.pk, toegang("Tom"))
    verwijder_lid(lid("Tom").pk, SYSTEEM)

    van_anne = pagina(browser("Anne"), f"/taken/{taak.pk}")

    assert "Iemand van uw organisatie heeft doorgegeven dat dit is gedaan." in van_anne
    assert "Tom Kuipers" not in van_anne
