"""Bijlagen bij een bericht: de gemeente stuurt een bestand, hangt het aan een bericht, en Fatima downloadt het."""

from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from berichten import handelingen
from berichten.models import Bericht
from berichten.tasks import publiceer_wachtende
from portaal.bestanden.handelingen import controleer_wachtende, opslag, ruim_op
from portaal.bestanden.models import Bestand, Stand
from portaal.demo.clamd import EICAR
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.logboek.models import Inzage
from portaal.tijd import vandaag
from tests import wereld
from tests.bestanden.conftest import PDF, bestand
from tests.gebeurtenissen.test_vernietigen import laat_verlopen
from tests.taken.test_api import Systeem

pytestmark = pytest.mark.django_db

BESTANDEN, BERICHTEN = "/bestanden/api/v1/bestanden", "/berichten/api/v1/berichten"
SCOPES = ("bestanden:lezen", "bestanden:schrijven", "berichten:lezen", "berichten:schrijven")


@pytest.fixture
def gemeente_api(client: Any, gemeente: Any) -> Systeem:
    return Systeem(client, gemeente, *SCOPES)


def upload(systeem: Systeem, naam: str = "besluit.pdf", inhoud: bytes = PDF) -> Any:
    return systeem.client.post(BESTANDEN, {"bestand": bestand(naam, inhoud)}, headers=systeem.koppen)


def bericht_met(systeem: Systeem, *urns: str, voor: str = wereld.BSN_FATIMA, **velden: Any) -> Any:
    body = {
        "onderwerp": "Besluit over uw aanvraag",
        "berichtTekst": "Het besluit staat in de bijlage.",
        "ontvanger": f"urn:nld:brp:bsn:{voor}",
        "mijnOverheidBerichtenbox": False,
        "bijlagen": [{"informatieObject": urn, "omschrijving": f"Besluit {n}"} for n, urn in enumerate(urns, 1)],
        **velden,
    }
    return systeem.post(BERICHTEN, body)


def gestuurd(systeem: Systeem, *urns: str, **velden: Any) -> Bericht:
    antwoord = bericht_met(systeem, *urns, **velden)
    assert antwoord.status_code == 201, antwoord.content
    publiceer_wachtende()
    return Bericht.objects.als_systeem("een test").get(pk=antwoord.json()["uuid"])


def rij(pk: Any) -> Bestand:
    return Bestand.objects.als_systeem("een test").get(pk=pk)


def html(antwoord: Any) -> str:
    return unescape(antwoord.content.decode())


# --- de hoofdweg ----------------------------------------------------------------------------------------------------------
def test_fatima_leest_een_bericht_met_twee_bijlagen_en_downloadt_ze(scanner, gemeente_api, fatima):
    een, twee = upload(gemeente_api).json(), upload(gemeente_api, "kaart.pdf", PDF + b"%%EOF\n").json()
    bericht = gestuurd(gemeente_api, een["urn"], twee["urn"])

    pagina = html(fatima.client.get(f"/berichten/{bericht.pk}"))

    assert "2 bijlagen" in pagina
    assert f'href="/bestanden/{een["uuid"]}">Besluit 1</a>' in pagina
    assert f'<span class="mo-meta">PDF, {len(PDF)} bytes</span>' in pagina.replace("\xa0", " ")
    assert pagina.index("Besluit 1") < pagina.index("Besluit 2")
    antwoord = fatima.client.get(f"/bestanden/{een['uuid']}")
    assert b"".join(antwoord.streaming_content) == PDF
    assert antwoord["Content-Disposition"] == 'attachment; filename="besluit.pdf"'
    assert antwoord["X-Content-Type-Options"] == "nosniff"
    assert controleer_alles() == []


def test_de_upload_zegt_wat_het_is_en_hoe_het_heet(scanner, gemeente_api):
    antwoord = upload(gemeente_api, "../Besluit Fatima.pdf")

    assert antwoord.status_code == 201, antwoord.content
    json = antwoord.json()
    assert (json["bestandsnaam"], json["formaat"], json["stand"]) == ("Besluit Fatima.pdf", "application/pdf", "schoon")
    assert (json["hoortBij"], json["verstuurdOp"]) == ("", None)
    assert json["urn"] == f"urn:nld:voorbeeld:bestanden:bestand:{json['uuid']}"
    assert antwoord["Location"] == json["url"]
    assert gemeente_api.get(f"{BESTANDEN}/{json['uuid']}").json() == json
    assert b"".join(gemeente_api.get(f"{BESTANDEN}/{json['uuid']}/inhoud").streaming_content) == PDF


def test_een_bericht_zonder_bijlagen_kost_geen_query_meer_en_met_bijlagen_een_vast_aantal(
    scanner,
    gemeente_api,
    fatima,
):
    def kost(*urns: str) -> int:
        bericht = gestuurd(gemeente_api, *urns)
        fatima.client.get(f"/berichten/{bericht.pk}")  # de eerste keer is het openen
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert fatima.client.get(f"/berichten/{bericht.pk}").status_code == 200
        return len(queries)

    urns = [upload(gemeente_api, f"b{n}.pdf").json()["urn"] for n in range(6)]
    zonder, een, vijf = kost(), kost(urns[0]), kost(*urns[1:])
    assert een == vijf == zonder + 1


def test_een_document_elders_blijft_een_verwijzing_en_staat_niet_op_de_pagina(gemeente_api, fatima):
    elders = "urn:nld:gemeenteutrecht:informatieobject:uuid:717815f6-1939-4fd2-93f0-83d25bad154e"
    bericht = gestuurd(gemeente_api, elders)

    assert "kop-bijlagen" not in html(fatima.client.get(f"/berichten/{bericht.pk}"))
    assert gemeente_api.get(f"{BERICHTEN}/{bericht.pk}").json()["bijlagen"][0]["informatieObject"] == elders
    assert fatima.client.get(f"/bewijs/bericht/{bericht.pk}").status_code == 200


def test_het_bewijs_houdt_een_verwijzing_naar_elders_en_een_bestand_van_ons_allebei(scanner, gemeente_api, fatima):
    elders, bijlage = "urn:nld:gemeenteutrecht:informatieobject:uuid:1", upload(gemeente_api).json()
    bericht = gestuurd(gemeente_api, elders, bijlage["urn"])

    tekst = Inhoud.objects.get(record_id=bericht.pk).json
    assert [b["informatieObject"] for b in tekst["bijlagen"]] == [elders, bijlage["urn"]]
    assert [b["sha256"] for b in tekst["bestanden"]] == [bijlage["sha256"]]
    assert bijlage["sha256"] in html(fatima.client.get(f"/bewijs/bericht/{bericht.pk}"))


# --- van een ander --------------------------------------------------------------------------------------------------------
def test_een_ander_krijgt_een_404_en_voor_de_publicatie_fatima_ook(scanner, gemeente_api, fatima, henk, client):
    bijlage = upload(gemeente_api).json()
    morgen = (vandaag() + timedelta(days=1)).isoformat() + "T09:00:00Z"
    bericht = gestuurd(gemeente_api, bijlage["urn"], publicatiedatum=morgen)
    pad = f"/bestanden/{bijlage['uuid']}"

    assert fatima.client.get(pad).status_code == 404
    Bericht.objects.als_systeem("een test").filter(pk=bericht.pk).update(publicatiedatum=bericht.aangemaakt_op)
    publiceer_wachtende()

    assert fatima.client.get(pad).status_code == 200
    assert henk.client.get(pad).status_code == 404
    ander = Systeem(client, wereld.applicatie("Ander"), *SCOPES)
    for adres in (f"{BESTANDEN}/{bijlage['uuid']}", f"{BESTANDEN}/{bijlage['uuid']}/inhoud"):
        assert ander.get(adres).status_code == 404
    assert ander.get(BESTANDEN).json()["results"] == []
    assert gemeente_api.get(BESTANDEN, hoortBij=f"bericht:{bericht.pk}").json()["results"][0]["uuid"] == bijlage["uuid"]


def test_boven_het_niveau_van_de_inlog_is_de_bijlage_er_ook_niet(scanner, gemeente_api, fatima):
    bijlage = upload(gemeente_api).json()
    gestuurd(gemeente_api, bijlage["urn"], minimaalBetrouwbaarheidsniveau="hoog")

    assert rij(bijlage["uuid"]).minimaal_niveau == 4
    assert fatima.client.get(f"/bestanden/{bijlage['uuid']}").status_code == 404


def test_een_verkeerde_bijlage_is_een_400_die_haar_noemt_en_er_is_geen_bericht(scanner, gemeente_api, client):
    ander = Systeem(client, wereld.applicatie("Ander"), *SCOPES)
    al_gebruikt, van_ander = upload(gemeente_api).json()["urn"], upload(ander).json()["urn"]
    gestuurd(gemeente_api, al_gebruikt)
    begin = "urn:nld:voorbeeld:bestanden:bestand:"

    for urn in (al_gebruikt, van_ander, f"{begin}{uuid4()}", f"{begin}geen-uuid"):
        goed = upload(gemeente_api).json()
        antwoord = bericht_met(gemeente_api, goed["urn"], urn)
        assert antwoord.status_code == 400, urn
        (fout,) = antwoord.json()["invalidParams"]
        assert (fout["name"], fout["code"]) == ("bijlagen", "invalid_reference")
        assert rij(goed["uuid"]).bij_soort == "los"
    assert Bericht.objects.als_systeem("een test").count() == 1


# --- de scanner -----------------------------------------------------------------------------------------------------------
def test_een_virus_wordt_geweigerd_en_niet_bewaard(scanner, gemeente_api):
    antwoord = upload(gemeente_api, "virus.txt", EICAR)

    assert antwoord.status_code == 400
    assert "virus" in antwoord.json()["invalidParams"][0]["reason"]
    assert not Bestand.objects.als_systeem("een test").exists()


def test_zonder_scanner_wacht_het_bericht_tot_de_bijlage_is_gecontroleerd(
    scanner_weg,
    start_scanner,
    gemeente_api,
    fatima,
):
    bijlage = upload(gemeente_api).json()
    assert bijlage["stand"] == "wacht"
    assert gemeente_api.get(f"{BESTANDEN}/{bijlage['uuid']}/inhoud").status_code == 404
    bericht = gestuurd(gemeente_api, bijlage["urn"])
    assert bericht.toegankelijk_op is None
    assert fatima.client.get(f"/berichten/{bericht.pk}").status_code == 404

    start_scanner()
    controleer_wachtende()
    assert publiceer_wachtende() == 1

    assert "1 bijlage" in html(fatima.client.get(f"/berichten/{bericht.pk}"))


def test_blijkt_er_later_een_virus_in_te_zitten_dan_komt_het_bericht_niet_tot_de_afzender_het_herstelt(
    scanner_weg,
    start_scanner,
    gemeente_api,
    fatima,
):
    bijlage = upload(gemeente_api, "virus.txt", EICAR).json()
    bericht = gestuurd(gemeente_api, bijlage["urn"])
    start_scanner()
    controleer_wachtende()
    assert publiceer_wachtende() == 0
    assert gemeente_api.get(f"{BESTANDEN}/{bijlage['uuid']}").json()["stand"] == "besmet"
    assert Gebeurtenis.objects.filter(
        record_id=bijlage["uuid"], soort="bestand-besmet", applicatie=bericht.applicatie_id
    )

    goed = upload(gemeente_api).json()
    body = {"bijlagen": [{"informatieObject": goed["urn"], "omschrijving": "Besluit"}]}
    assert gemeente_api.patch(f"{BERICHTEN}/{bericht.pk}", body).status_code == 200
    assert publiceer_wachtende() == 1

    pagina = html(fatima.client.get(f"/berichten/{bericht.pk}"))
    assert goed["uuid"] in pagina
    assert bijlage["uuid"] not in pagina
    assert rij(bijlage["uuid"]).stand == Stand.WEG


# --- onveranderlijk, en weg -----------------------------------------------------------------------------------------------
def test_de_bijlage_hoort_bij_het_onveranderlijke_bericht_met_haar_vingerafdruk(scanner, gemeente_api):
    bijlage = upload(gemeente_api).json()
    bericht = gestuurd(gemeente_api, bijlage["urn"])

    inhoud = Inhoud.objects.get(record_id=bericht.pk)
    assert inhoud.json["bestanden"] == [
        {"id": bijlage["uuid"], "formaat": "application/pdf", "bestandsomvang": len(PDF), "sha256": bijlage["sha256"]}
    ]
    antwoord = gemeente_api.patch(f"{BERICHTEN}/{bericht.pk}", {"bijlagen": []})
    assert antwoord.status_code == 409
    assert rij(bijlage["uuid"]).stand == Stand.SCHOON


def test_na_de_bewaartermijn_gaat_de_bijlage_met_het_bericht_mee_weg(
    scanner,
    gemeente_api,
    fatima,
    django_capture_on_commit_callbacks,
):
    bijlage = upload(gemeente_api).json()
    bericht = gestuurd(gemeente_api, bijlage["urn"])
    laat_verlopen(bericht)

    with django_capture_on_commit_callbacks(execute=True):
        assert handelingen.vernietig(bericht.pk)

    weg = rij(bijlage["uuid"])
    assert (weg.stand, weg.naam) == (Stand.WEG, "")
    assert not opslag().exists(weg.opslagnaam)
    assert fatima.client.get(f"/bestanden/{weg.pk}").status_code == 404
    assert controleer_alles() == []


def test_wat_nooit_aan_een_bericht_kwam_wordt_opgeruimd(scanner, gemeente_api, django_capture_on_commit_callbacks):
    los, vast = upload(gemeente_api).json(), upload(gemeente_api).json()
    gestuurd(gemeente_api, vast["urn"])
    oud = rij(los["uuid"]).gewijzigd_op - timedelta(days=200)
    Bestand.objects.als_systeem("een test").update(gewijzigd_op=oud)

    with django_capture_on_commit_callbacks(execute=True):
        assert ruim_op() == 1

    assert (rij(los["uuid"]).stand, rij(vast["uuid"]).stand) == (Stand.WEG, Stand.SCHOON)


# --- de deur --------------------------------------------------------------------------------------------------------------
def test_een_upload_zonder_recht_of_met_iets_anders_wordt_geweigerd(scanner, gemeente_api, client, gemeente, settings):
    zonder = Systeem(client, gemeente, "bestanden:lezen")
    assert upload(zonder).status_code == 403
    assert gemeente_api.post(BESTANDEN, {"bestand": "x"}).status_code == 415
    assert upload(gemeente_api, "leeg.pdf", b"").status_code == 400
    assert upload(gemeente_api, "plaatje.svg", b"<svg/>").status_code == 400
    dubbel = {"bestand": [bestand(), bestand("b.pdf")]}
    assert client.post(BESTANDEN, dubbel, headers=gemeente_api.koppen).status_code == 400
    vreemd = {"bestand": bestand(), "bijlage": bestand("b.pdf")}
    assert client.post(BESTANDEN, vreemd, headers=gemeente_api.koppen).status_code == 400
    settings.BESTAND_GROOTST = 100
    groot = upload(gemeente_api, "groot.pdf", PDF + b" " * 200)
    assert groot.status_code == 400
    assert "te groot" in groot.json()["invalidParams"][0]["reason"]
    assert not Bestand.objects.als_systeem("een test").exists()


def test_lezen_door_een_systeem_staat_in_het_logboek(scanner, gemeente_api):
    bijlage = upload(gemeente_api).json()
    gestuurd(gemeente_api, bijlage["urn"])
    gemeente_api.get(f"{BESTANDEN}/{bijlage['uuid']}/inhoud")

    (inzage,) = Inzage.objects.filter(record_id=bijlage["uuid"], waarvoor="api:bestand-inhoud")
    assert inzage.betrokkene == rij(bijlage["uuid"]).betrokkene_id
