"""Een medewerker in het beheer: zoeken, bekijken, klaarzetten en intrekken."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from portaal.betrokkenen.handelingen import beheerapplicatie
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import Partij
from portaal.logboek.models import Inzage
from portaal.notificaties.models import Notificatie
from portaal.tijd import nu, vandaag
from taken import handelingen
from taken.betalen import Melding
from taken.betalen.simulator import Simulator
from taken.models import BetalingStand, Taak
from tests import wereld
from tests.inloggen.hulp import log_in_beheer

pytestmark = pytest.mark.django_db

LIJST = "/beheer/taken/taak/"


@pytest.fixture
def marieke(client):
    return log_in_beheer(client)


def een_taak():
    return Taak.objects.als_systeem("test").get()


def nieuw(**velden):
    return {
        "soort": "bsn",
        "nummer": wereld.BSN_FATIMA,
        "titel": "Kom langs aan de balie",
        "link": "https://formulieren.voorbeeld.test/afspraak",
        "einddatum": "2099-01-01",
        "handelingsperspectief": "uitnodiging_voor_afspraak",
        "categorie": beheerapplicatie().standaard_categorie_id,
        **velden,
    }


@pytest.fixture
def beheer():
    applicatie = beheerapplicatie()
    applicatie.formulier_hosts = ["formulieren.voorbeeld.test"]
    applicatie.save()
    return applicatie


def test_zonder_inloggen_komt_niemand_in_het_beheer(client):
    assert client.get(LIJST).status_code == 302


@pytest.mark.parametrize("zoek", ["loonstrook", "Z-1"])
def test_marieke_vindt_een_taak_op_titel_en_kenmerk(client, marieke, zoek):
    wereld.taak(bron_referentie="Z-1")
    wereld.taak(titel="Iets anders")

    pagina = client.get(LIJST, {"q": zoek}).content.decode()

    assert "Stuur uw loonstrook op" in pagina
    assert "Iets anders" not in pagina


def test_marieke_vindt_een_taak_op_uuid(client, marieke):
    taak = wereld.taak()
    wereld.taak(titel="Iets anders")

    pagina = client.get(LIJST, {"q": str(taak.pk)}).content.decode()

    assert "Stuur uw loonstrook op" in pagina
    assert "Iets anders" not in pagina


@pytest.mark.parametrize("nummer", [wereld.BSN_FATIMA, "9999 90 019", "9999.90.019"])
def test_een_nummer_in_het_adres_wordt_geweigerd(client, marieke, nummer):
    wereld.taak()

    antwoord = client.get(LIJST, {"q": nummer})

    assert antwoord.status_code == 302
    assert antwoord["Location"] == LIJST
    assert not Inzage.objects.exists()


def test_zoeken_op_nummer_gaat_met_post_en_komt_uit_bij_een_adres_zonder_nummer(client, marieke):
    wereld.taak()
    wereld.taak(bsn=wereld.BSN_HENK, titel="Taak van Henk")

    antwoord = client.post(f"{LIJST}zoek-op-nummer/", {"soort": "bsn", "nummer": wereld.BSN_FATIMA})

    assert wereld.BSN_FATIMA not in antwoord["Location"]
    pagina = client.get(antwoord["Location"]).content.decode()
    assert "Stuur uw loonstrook op" in pagina
    assert "Taak van Henk" not in pagina


def test_een_onbekend_of_onmogelijk_nummer_krijgt_uitleg(client, marieke):
    onbekend = client.post(f"{LIJST}zoek-op-nummer/", {"soort": "bsn", "nummer": wereld.BSN_FATIMA})
    onmogelijk = client.post(f"{LIJST}zoek-op-nummer/", {"soort": "bsn", "nummer": "123456789"})

    assert "kent niemand met dit nummer" in onbekend.content.decode()
    assert "elfproef" in onmogelijk.content.decode()


def test_de_pagina_van_een_taak_toont_de_geschiedenis_en_nooit_het_nummer(client, marieke):
    taak = wereld.taak()

    pagina = client.get(f"{LIJST}{taak.pk}/change/").content.decode()

    assert "De taak is voor u klaargezet." in pagina
    assert wereld.BSN_FATIMA not in pagina


def test_elke_pagina_met_een_persoon_staat_in_het_inzagelogboek(client, marieke):
    taak = wereld.taak()

    client.get(LIJST)
    client.get(f"{LIJST}{taak.pk}/change/")

    regels = list(Inzage.objects.order_by("pk").values_list("waarvoor", "actor", "betrokkene"))
    assert regels == [
        ("beheer:taak-lijst", marieke.pk, taak.betrokkene_id),
        ("beheer:taak", marieke.pk, taak.betrokkene_id),
    ]


def test_marieke_zet_een_taak_klaar_via_de_handeling(client, marieke, beheer):
    antwoord = client.post(f"{LIJST}add/", nieuw())

    taak = een_taak()
    assert antwoord["Location"] == f"{LIJST}{taak.pk}/change/"
    assert taak.applicatie == beheer
    gebeurtenis = Gebeurtenis.objects.get(record_id=taak.pk)
    assert (gebeurtenis.actor_soort, gebeurtenis.actor) == ("medewerker", marieke.pk)
    assert wereld.BSN_FATIMA not in LogEntry.objects.get().object_repr


def test_een_link_naar_een_onbekende_website_krijgt_uitleg_en_niets_getypts_gaat_verloren(client, marieke, beheer):
    pagina = client.post(f"{LIJST}add/", nieuw(link="https://evil.test/")).content.decode()

    assert "staat niet op de lijst" in pagina
    assert "Kom langs aan de balie" in pagina
    assert not Taak.objects.als_systeem("test").exists()


def test_marieke_trekt_haar_taak_in_met_een_reden(client, marieke, beheer):
    client.post(f"{LIJST}add/", nieuw())
    taak = een_taak()

    client.post(f"{LIJST}{taak.pk}/intrekken/", {"reden": "Dubbel gevraagd."})

    assert (een_taak().status, een_taak().reden) == ("afgebroken", "Dubbel gevraagd.")


def test_de_taak_van_een_ander_systeem_trekt_zij_in_namens_dat_systeem_en_het_boek_zegt_dat_zij_het_was(
    client, marieke
):
    taak = wereld.taak()

    client.post(f"{LIJST}{taak.pk}/intrekken/", {"reden": "Aan de telefoon afgesproken."})

    assert een_taak().status == "afgebroken"
    gebeurtenis = Gebeurtenis.objects.filter(record_id=taak.pk).latest("nummer")
    assert (gebeurtenis.actor_soort, gebeurtenis.actor) == ("medewerker", marieke.pk)
    assert gebeurtenis.namens == taak.applicatie_id


def test_marieke_geeft_meer_tijd_met_een_reden_en_niet_minder(client, marieke):
    taak = wereld.taak(dagen=2)
    pad = f"{LIJST}{taak.pk}/verlengen/"

    korter = client.post(pad, {"einddatum": (vandaag() + timedelta(days=1)).isoformat(), "reden": ""})
    assert "Kies een dag na de laatste dag" in korter.content.decode()
    client.post(pad, {"einddatum": (vandaag() + timedelta(days=20)).isoformat(), "reden": "U was ziek."})

    assert een_taak().einddatum_handelingstermijn == vandaag() + timedelta(days=20)
    assert "U was ziek." in client.get(f"{LIJST}{taak.pk}/change/").content.decode()


def vraag_uitstel(taak):
    handelingen.vraag_uitstel(
        taak.pk, wereld.toegang(taak.betrokkene_id), vandaag() + timedelta(days=30), "Mijn printer is stuk."
    )


def test_wie_meer_tijd_vraagt_staat_in_de_werkvoorraad_tot_er_is_geantwoord(client, marieke):
    taak = wereld.taak()
    wereld.taak(titel="Iets anders")
    vraag_uitstel(taak)

    lijst = client.get(LIJST, {"werk": "uitstel"}).content.decode()
    assert "Vraagt meer tijd (1)" in lijst
    assert "Stuur uw loonstrook op" in lijst
    assert "Iets anders" not in lijst
    assert "Mijn printer is stuk." in client.get(f"{LIJST}{taak.pk}/change/").content.decode()
    client.post(f"{LIJST}{taak.pk}/uitstel/", {"reden": "De termijn staat in de wet."})

    assert "Vraagt meer tijd (0)" in client.get(LIJST).content.decode()
    na = Taak.objects.als_systeem("test").get(pk=taak.pk)
    assert (na.uitstel, na.uitstel_reden) == ("afgewezen", "De termijn staat in de wet.")


def test_een_seintje_dat_lang_wacht_komt_in_de_werkvoorraad(client, marieke):
    oud, nieuw_ = wereld.taak(titel="Wacht al lang"), wereld.taak(titel="Net gemeld")
    for taak in (oud, nieuw_):
        handelingen.meld_gedaan(taak.pk, wereld.toegang(taak.betrokkene_id))
    Taak.intern.filter(pk=oud.pk).update(gemeld_op=nu() - timedelta(days=8))

    lijst = client.get(LIJST, {"werk": "seintje"}).content.decode()

    assert "Wacht al lang" in lijst
    assert "Net gemeld" not in lijst


def test_een_dubbele_betaling_komt_in_de_werkvoorraad_tot_zij_is_uitgezocht(client, marieke):
    taak = wereld.taak(soort="betaaltaak", details={"bedrag": "10.00", "transactieomschrijving": "Leges"})
    toegang = wereld.toegang(taak.betrokkene_id)
    betaling = handelingen.begin_betaling(taak.pk, toegang, Simulator(), terug="https://x.test", meld="https://x.test")
    handelingen.voer_uit(taak.pk, Partij.systeem(wereld.applicatie()))
    handelingen.verwerk_melding(Melding(betaling.pk, betaling.kenmerk, BetalingStand.BETAALD, betaling.centen))

    assert "Betaling uit te zoeken (1)" in client.get(LIJST, {"werk": "betaling"}).content.decode()
    assert "uitzoeken" in client.get(f"{LIJST}{taak.pk}/change/").content.decode()
    assert "Betaal het geld eerst terug" in client.get(f"{LIJST}betaling/{betaling.pk}/").content.decode()
    client.post(f"{LIJST}betaling/{betaling.pk}/")

    assert "Betaling uit te zoeken (0)" in client.get(LIJST).content.decode()


def test_marieke_herinnert_fatima_nu(client, marieke):
    taak = wereld.taak()
    wereld.emailadres(taak.betrokkene_id)
    client.post(f"{LIJST}{taak.pk}/herinneren/")
    lever_af()

    assert Notificatie.objects.filter(record_id=taak.pk).count() == 2
    assert "Wij hebben u aan de taak herinnerd." in client.get(f"{LIJST}{taak.pk}/change/").content.decode()


def test_herinneren_aan_wat_gedaan_is_kan_niet_en_dat_staat_er(client, marieke):
    taak = wereld.taak()
    handelingen.voer_uit(taak.pk, Partij.systeem(wereld.applicatie()))

    assert "hoeft niemand nu iets te doen" in client.post(f"{LIJST}{taak.pk}/herinneren/", follow=True).content.decode()


def test_marieke_ziet_wat_fatima_ziet_zonder_fatima_te_zijn_en_dat_staat_in_het_logboek(client, marieke):
    taak = wereld.taak(minimaal_niveau=4)
    handelingen_voor = Gebeurtenis.objects.count()

    antwoord = client.get(f"{LIJST}{taak.pk}/voorbeeld/")
    pagina = antwoord.content.decode()

    assert "Zo ziet de persoon deze pagina" in pagina
    assert "Wij willen weten hoeveel u verdiende." in pagina
    assert '<fieldset class="mo-voorbeeld mo-stapel" disabled>' in pagina
    assert "Uitloggen" not in pagina  # geen sessie van een persoon
    assert wereld.BSN_FATIMA not in pagina
    assert Inzage.objects.filter(waarvoor="beheer:taak-voorbeeld", betrokkene=taak.betrokkene_id).count() == 1
    assert Gebeurtenis.objects.count() == handelingen_voor


def test_opslaan_en_verwijderen_bestaan_niet(client, marieke):
    taak = wereld.taak()

    assert client.post(f"{LIJST}{taak.pk}/change/", {"titel": "X"}).status_code == 403
    assert client.post(f"{LIJST}{taak.pk}/delete/", {"post": "yes"}).status_code == 403
    assert een_taak().titel == "Stuur uw loonstrook op"
    pagina = client.get(f"{LIJST}{taak.pk}/change/").content.decode()
    assert 'name="_save"' not in pagina  # en een knop die niets zou doen staat er niet
    assert 'name="_continue"' not in pagina
    assert 'name="_addanother"' not in pagina


def test_een_behandelaar_mag_taken_klaarzetten_maar_geen_applicaties_wijzigen(client, beheer):
    log_in_beheer(client, "behandelaar", "demo-youssef")

    assert client.get(f"{LIJST}add/").status_code == 200
    assert client.get("/beheer/portaal_betrokkenen/applicatie/add/").status_code == 403


@pytest.mark.parametrize(
    "pad",
    ["", "taken/taak/", "portaal_betrokkenen/applicatie/", "portaal_betrokkenen/grant/", "portaal_betrokkenen/categorie/",
     "portaal_betrokkenen/organisatie/", "portaal_gebeurtenissen/gebeurtenis/", "portaal_gebeurtenissen/aflevering/",
     "portaal_notificaties/notificatie/", "portaal_logboek/inzage/", "portaal_api/token/"],
)  # fmt: skip
def test_elke_beheerpagina_werkt(client, marieke, pad):
    wereld.taak()

    assert client.get(f"/beheer/{pad}").status_code == 200
