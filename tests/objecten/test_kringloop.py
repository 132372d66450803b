"""De hele kring: GZAC zet een taak klaar, de persoon doet haar, GZAC hoort het, haalt het op en verwerkt het."""

import pytest
from django.core import mail
from django.test import Client

from portaal.gebeurtenissen.controle import controleer_alles
from portaal.inloggen.partij import Partij
from portaal.objecten.models import Koppelfout, Koppelfoutsoort, Koppelobject, Objectmelding
from taken import handelingen as taken
from taken.models import Status, Taak
from tests import wereld
from tests.inloggen.hulp import sessie_voor
from tests.objecten.gzac import ZAAK, Gzac, OpenNotificaties, v1, v2

pytestmark = pytest.mark.django_db


def taak(uuid: str) -> Taak:
    return Taak.objects.als_systeem("test").get(pk=uuid)


def vul_in(uuid: str, **antwoorden: str) -> None:
    """Fatima vult het formulier in en verstuurt het, langs de pagina's."""
    client = Client()
    sessie_voor(client, wereld.fatima())
    assert client.get(f"/taken/{uuid}").status_code == 200
    assert client.post(f"/taken/{uuid}/formulier", antwoorden).status_code == 302
    controle = client.get(f"/taken/{uuid}/controle")
    versie = controle.context["concept"].kenmerk
    antwoord = client.post(f"/taken/{uuid}/controle", {"_versie": versie})
    assert antwoord.headers["Location"] == f"/taken/{uuid}?verstuurd=ja"


def test_een_portaaltaak_gaat_de_hele_kring_rond(gzac: Gzac, open_notificaties: OpenNotificaties, werkers):
    gzac.ontvang = ("/lastname", "/toelichting", "/akkoord")  # ook wat leeg bleef
    gestuurd = v1(wereld.BSN_FATIMA, zaak=ZAAK)

    gemaakt = gzac.maak(gestuurd)

    assert gemaakt["url"] == f"http://portaal.test/objecten/api/v2/objects/{gemaakt['uuid']}"
    assert gemaakt["type"] == gzac.type_url
    assert gemaakt["record"]["data"] == gestuurd
    assert gemaakt["record"]["index"] == 1

    vul_in(gemaakt["uuid"], lastname="El Amrani")
    werkers(gzac)

    assert gzac.fouten == []
    assert gzac.klaar == [gestuurd["verwerker_taak_id"]]
    assert gzac.bewaard == {"lastname": "El Amrani", "toelichting": "", "akkoord": False}
    assert taak(gemaakt["uuid"]).status == Status.VERWERKT
    vers = gzac.haal(gemaakt["url"])
    assert vers["record"]["data"] == {
        **gestuurd,
        "status": "verwerkt",
        "verzonden_data": {"lastname": "El Amrani", "toelichting": "", "akkoord": False},
    }
    assert vers["record"]["index"] == 3
    assert [m["actie"] for m in open_notificaties.meldingen] == ["create", "update"]
    werkers(gzac)
    assert [m["actie"] for m in open_notificaties.meldingen] == ["create", "update", "partial_update"]
    assert gzac.klaar == [gestuurd["verwerker_taak_id"]]
    assert not Koppelfout.objects.exists()
    assert controleer_alles() == []


def test_een_externe_klanttaak_gaat_de_hele_kring_rond(gzac2: Gzac, open_notificaties: OpenNotificaties, werkers):
    gzac2.ontvang = ("/voornaam", "/inkomen")
    gestuurd = v2(wereld.BSN_FATIMA)
    gemaakt = gzac2.maak(gestuurd)
    werkers(gzac2)
    assert gzac2.klaar == []

    vul_in(gemaakt["uuid"], voornaam="Fatima", inkomen="1.234,56")
    werkers(gzac2)

    assert gzac2.fouten == []
    assert gzac2.bewaard == {"voornaam": "Fatima", "inkomen": 1234.56}
    data = gzac2.haal(gemaakt["url"])["record"]["data"]
    assert data["status"] == "verwerkt"
    assert data == {**gestuurd, "status": "verwerkt", "portaalformulier": data["portaalformulier"]}
    assert taak(gemaakt["uuid"]).status == Status.VERWERKT
    werkers(gzac2)  # zijn eigen partial_update: geen lus
    werkers(gzac2)
    assert gzac2.klaar == [gestuurd["verwerker_taak_id"]]
    assert len(open_notificaties.meldingen) == 3


def test_meteen_na_het_versturen_staat_het_er_ook_als_de_worker_nog_niet_liep(gzac: Gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    vul_in(gemaakt["uuid"], lastname="El Amrani")

    vers = gzac.haal(gemaakt["url"])

    assert vers["record"]["data"]["status"] == "ingediend"
    assert vers["record"]["data"]["verzonden_data"]["lastname"] == "El Amrani"
    assert vers["record"]["index"] == 2


def test_de_melding_zegt_wat_en_waar_en_niets_over_de_persoon(gzac: Gzac, open_notificaties: OpenNotificaties, werkers):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    vul_in(gemaakt["uuid"], lastname="El Amrani")
    werkers()

    melding = open_notificaties.meldingen[-1]

    assert {**melding, "aanmaakdatum": ""} == {
        "kanaal": "objecten",
        "hoofdObject": gemaakt["url"],
        "resource": "object",
        "resourceUrl": gemaakt["url"],
        "actie": "update",
        "aanmaakdatum": "",
        "kenmerken": {"objectType": gzac.type_url},
    }
    assert len(melding["aanmaakdatum"]) == len("2026-08-20T10:15:30.123456Z")
    assert melding["aanmaakdatum"].endswith("Z")
    tekst = str(open_notificaties.meldingen)
    for geheim in (wereld.BSN_FATIMA, "Aanvullende", "Amrani"):
        assert geheim not in tekst


def test_open_notificaties_is_even_stuk_en_dan_komt_de_melding_met_hetzelfde_tijdstip(
    gzac: Gzac, open_notificaties: OpenNotificaties, werkers
):
    open_notificaties.antwoorden = [500, 302, 403]
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    moment = Objectmelding.objects.get().aanmaakdatum
    for poging, fout in enumerate(("NietAangenomenError",) * 3, 1):
        werkers()
        melding = Objectmelding.objects.get()
        assert (melding.stand, melding.pogingen, melding.fout) == ("wacht", poging, fout)
        Objectmelding.objects.update(volgende_op=moment)
    assert open_notificaties.meldingen == []  # ook niet op het adres van de omleiding

    werkers()

    assert Objectmelding.objects.get().stand == "klaar"
    [ontvangen] = open_notificaties.meldingen
    assert ontvangen["resourceUrl"] == gemaakt["url"]
    assert ontvangen["aanmaakdatum"] == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.lang
def test_open_notificaties_is_dood_en_de_persoon_merkt_er_niets_van(gzac: Gzac, koppeling, werkers):
    koppeling.notificaties_url = "http://127.0.0.1:9/api/v1/"
    koppeling.save()
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))

    vul_in(gemaakt["uuid"], lastname="El Amrani")
    werkers()

    assert {m.fout for m in Objectmelding.objects.all()} == {"ConnectionError"}
    assert taak(gemaakt["uuid"]).status == Status.UITGEVOERD


@pytest.mark.lang
def test_een_melding_die_nooit_aankomt_wordt_een_koppelfout(gzac: Gzac, open_notificaties: OpenNotificaties, werkers):
    open_notificaties.antwoorden = [500]
    gzac.maak(v1(wereld.BSN_FATIMA))
    Objectmelding.objects.update(pogingen=47)

    werkers()

    assert Objectmelding.objects.get().stand == "mislukt"
    assert Koppelfout.objects.get().soort == Koppelfoutsoort.MELDING_MISLUKT


def test_dezelfde_melding_twee_keer_en_een_oude_achteraf_doen_niets(
    gzac: Gzac, open_notificaties: OpenNotificaties, werkers
):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    vul_in(gemaakt["uuid"], lastname="El Amrani")
    werkers(gzac)
    for melding in reversed(open_notificaties.meldingen):  # bezorgen is minstens één keer, in elke volgorde
        gzac.hoor(melding)

    assert gzac.fouten == []
    assert len(gzac.klaar) == 1


@pytest.mark.lang
def test_de_patch_nog_eens_verandert_niets(gzac: Gzac, werkers):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    vul_in(gemaakt["uuid"], lastname="El Amrani")
    ingediend = gzac.haal(gemaakt["url"])
    eerste = gzac.patch_v1(ingediend)
    versie = taak(gemaakt["uuid"]).versie

    tweede = gzac.patch_v1(ingediend)

    assert (eerste.status, tweede.status) == (200, 200)
    assert tweede.json == eerste.json
    assert taak(gemaakt["uuid"]).versie == versie


def test_dezelfde_taak_nog_eens_sturen_maakt_er_geen_tweede(gzac: Gzac):
    gestuurd = v1(wereld.BSN_FATIMA)
    eerste = gzac.maak(gestuurd)

    assert gzac.maak(gestuurd) == eerste
    assert Taak.objects.als_systeem("test").count() == 1

    assert gzac.maak({**gestuurd, "title": "Iets anders"})["uuid"] != eerste["uuid"]


def test_een_medewerker_deed_het_eerst_gzac_zet_de_open_taak_op_verwerkt(gzac: Gzac, werkers):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))

    antwoord = gzac.patch_v1(gemaakt)

    assert antwoord.status == 200
    assert antwoord.json["record"]["data"]["status"] == "verwerkt"
    gedaan = taak(gemaakt["uuid"])
    assert (gedaan.status, gedaan.uitgevoerd_door) == (Status.VERWERKT, "applicatie")
    client = Client()
    sessie_voor(client, wereld.fatima())
    assert client.get(f"/taken/{gemaakt['uuid']}/formulier").status_code == 302  # niets meer in te vullen
    werkers(gzac)
    assert gzac.fouten == []


def test_een_medewerker_deed_het_eerst_en_fatima_daarna_ook_dan_hoort_een_medewerker_het(
    gzac: Gzac, koppeling, werkers
):
    """GZAC zegt bij V1 niets als de BPMN-taak al weg is: zijn gebeurtenis mislukt, en `verwerkt` blijft uit."""
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    gzac.klaar.append(gemaakt["record"]["data"]["verwerker_taak_id"])
    vul_in(gemaakt["uuid"], lastname="El Amrani")
    werkers(gzac)
    assert gzac.fouten == ["GzacFout: taak niet gevonden"]

    from portaal.objecten.tasks import bewaak

    assert bewaak() == 0  # de termijn is nog niet om
    koppeling.verwerkt_binnen = 0
    koppeling.save()
    assert bewaak() == 1
    fout = Koppelfout.objects.get()
    assert (fout.soort, str(fout.object)) == (Koppelfoutsoort.NIET_VERWERKT, gemaakt["uuid"])
    assert bewaak() == 0  # één keer is genoeg

    assert gzac.patch_v1(gzac.haal(gemaakt["url"])).status == 200
    fout.refresh_from_db()
    assert not fout.open


def test_een_medewerker_krijgt_een_email_als_verwerkt_uitblijft(gzac: Gzac, koppeling, werkers, settings, monkeypatch):
    from portaal.objecten.tasks import bewaak

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    koppeling.contact, koppeling.verwerkt_binnen = "beheer@gemeente.test", 0
    koppeling.save()
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    vul_in(gemaakt["uuid"], lastname="El Amrani")
    werkers()
    with monkeypatch.context() as stuk:  # de mailserver is even weg: dan de volgende ronde
        stuk.setattr("django.core.mail.EmailMessage.send", _geen_mailserver)
        bewaak()

    bewaak()
    bewaak()  # wat verteld is, is verteld

    [brief] = mail.outbox
    assert brief.to == ["beheer@gemeente.test"]
    assert "Gedaan, maar niet verwerkt: 1" in brief.body
    assert "/beheer/portaal_objecten/koppelfout/" in brief.body
    for geheim in (wereld.BSN_FATIMA, "Amrani", "Aanvullende"):
        assert geheim not in f"{brief.subject} {brief.body}"


def _geen_mailserver(*args: object) -> None:
    raise ConnectionRefusedError


def test_gesloten_na_verwerkt_wordt_onthouden_en_verandert_de_taak_niet(gzac: Gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    assert gzac.patch_v1(gemaakt).status == 200

    antwoord = gzac.patch_v1(gzac.haal(gemaakt["url"]), "gesloten")

    assert antwoord.json["record"]["data"]["status"] == "gesloten"
    assert taak(gemaakt["uuid"]).status == Status.VERWERKT
    assert gzac.haal(gemaakt["url"])["record"]["data"]["status"] == "gesloten"
    assert not Koppelfout.objects.exists()


@pytest.mark.lang
def test_gesloten_vanuit_open_trekt_de_taak_in(gzac: Gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))

    assert gzac.patch_v1(gemaakt, "gesloten").status == 200

    assert taak(gemaakt["uuid"]).status == Status.AFGEBROKEN


@pytest.mark.lang
def test_open_na_verwerkt_kan_niet_en_een_medewerker_ziet_het(gzac: Gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    gzac.patch_v1(gemaakt)

    assert gzac.patch_v1(gzac.haal(gemaakt["url"]), "open").status == 200

    assert taak(gemaakt["uuid"]).status == Status.VERWERKT
    assert Koppelfout.objects.get().soort == Koppelfoutsoort.STATUS_PAST_NIET


def test_een_medewerker_in_de_portaal_trekt_in_en_gzac_ziet_gesloten(gzac: Gzac, koppeling, open_notificaties, werkers):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    taken.breek_af(taak(gemaakt["uuid"]).pk, Partij.systeem(koppeling.applicatie), reden="Niet meer nodig.")

    werkers(gzac)

    assert open_notificaties.meldingen[-1]["actie"] == "update"
    assert gzac.haal(gemaakt["url"])["record"]["data"]["status"] == "gesloten"
    assert gzac.fouten == []


def test_verwijderen_trekt_de_taak_in_en_daarna_is_zij_er_niet_meer(gzac: Gzac, open_notificaties, werkers):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))

    assert gzac.roep("DELETE", gemaakt["url"], crs="content").status == 204

    assert gzac.roep("GET", gemaakt["url"]).status == 404
    assert gzac.roep("DELETE", gemaakt["url"], crs="content").status == 404
    assert taak(gemaakt["uuid"]).status == Status.AFGEBROKEN
    werkers(gzac)
    assert [m["actie"] for m in open_notificaties.meldingen] == ["create", "destroy"]


@pytest.mark.lang
def test_elk_record_blijft_te_lezen(gzac: Gzac):
    gemaakt = gzac.maak(v1(wereld.BSN_FATIMA))
    vul_in(gemaakt["uuid"], lastname="El Amrani")
    gzac.patch_v1(gzac.haal(gemaakt["url"]))

    geschiedenis = gzac.roep("GET", f"{gemaakt['url']}/history").json

    assert [(r["index"], r["data"]["status"]) for r in geschiedenis] == [(1, "open"), (2, "ingediend"), (3, "verwerkt")]
    assert geschiedenis[0]["endAt"] == geschiedenis[1]["startAt"]
    assert geschiedenis[2]["endAt"] is None
    eerste = gzac.roep("GET", f"{gemaakt['url']}/1").json
    assert eerste["record"]["data"]["verzonden_data"] == {}
    assert gzac.roep("GET", f"{gemaakt['url']}/4").status == 404


def test_de_meldingen_en_het_object_gaan_samen_met_de_taak_of_helemaal_niet(gzac: Gzac, monkeypatch):
    monkeypatch.setattr("portaal.objecten.handelingen.objecten.meld", _stuk)
    with pytest.raises(RuntimeError):
        gzac.maak(v1(wereld.BSN_FATIMA))
    assert not Taak.objects.als_systeem("test").exists()
    assert not Koppelobject.objects.als_systeem("test").exists()


def _stuk(*args: object) -> None:
    raise RuntimeError("stroom weg")
