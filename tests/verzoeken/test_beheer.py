"""Een medewerker in het beheer: verzoeken bekijken, verzoektypen instellen."""

import json
import re

import pytest
from django.contrib.auth.models import Group, Permission

from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.logboek.models import Inzage
from portaal.uuid7 import uuid7
from tests import wereld
from tests.inloggen.hulp import log_in_beheer
from tests.verzoeken.conftest import FORMULIER, dien_in, maak_type, maak_zaak
from verzoeken import handelingen
from verzoeken.models import Verzoek, Verzoektype

pytestmark = pytest.mark.django_db

VERZOEKEN, TYPEN = "/beheer/verzoeken/verzoek/", "/beheer/verzoeken/verzoektype/"


@pytest.fixture
def marieke(client):
    log_in_beheer(client)
    return client


def test_marieke_ziet_een_verzoek_met_kopie_en_geschiedenis(marieke, evenement, vergunningen, fatima):
    verzoek = dien_in(fatima.toegang)
    handelingen.weiger(verzoek.pk, Partij.systeem(vergunningen), reden="Het plein is bezet.")

    pagina = marieke.get(f"{VERZOEKEN}{verzoek.pk}/change/").content.decode()

    for tekst in ("Straatfeest", "Het plein is bezet.", verzoek.referentie, "Wij hebben uw verzoek ontvangen."):
        assert tekst in pagina
    assert Inzage.objects.filter(record_id=verzoek.pk, waarvoor="beheer:verzoek").exists()


@pytest.mark.parametrize("schrijf", [str, lambda r: r.lower().replace("-", " "), lambda r: r.replace("-", "")])
def test_marieke_zoekt_op_de_referentie_die_iemand_noemt(marieke, evenement, fatima, schrijf):
    verzoek, ander = dien_in(fatima.toegang), dien_in(fatima.toegang)

    pagina = marieke.get(VERZOEKEN, {"q": schrijf(verzoek.referentie)}).content.decode()

    assert verzoek.referentie in pagina
    assert ander.referentie not in pagina


def test_een_concept_ziet_marieke_niet(marieke, evenement, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)

    assert str(concept.pk) not in marieke.get(VERZOEKEN).content.decode()
    assert marieke.get(f"{VERZOEKEN}{concept.pk}/change/").status_code == 302


def test_een_verzoek_is_in_het_beheer_niet_te_wijzigen(marieke, evenement, fatima):
    verzoek = dien_in(fatima.toegang)

    assert marieke.post(f"{VERZOEKEN}{verzoek.pk}/change/", {"status": "verwerkt"}).status_code == 403


def nieuw_type(evenement, **velden):
    return {
        "naam": "Meld een losse tegel",
        "code": "losse-tegel",
        "doelgroepen": ["inwoner"],
        "minimaal_niveau": 1,
        "applicatie": evenement.applicatie_id,
        "categorie": evenement.categorie_id,
        "actief": "on",
        **velden,
    }


def test_marieke_maakt_een_type_met_een_formulier_en_publiceert_het(marieke, evenement, fatima):
    assert marieke.post(f"{TYPEN}add/", nieuw_type(evenement)).status_code == 302
    type_ = Verzoektype.objects.get(code="losse-tegel")
    assert fatima.client.get("/verzoeken/nieuw/losse-tegel").status_code == 404

    marieke.post(f"{TYPEN}{type_.pk}/versie/", {"formulier": json.dumps(FORMULIER)})
    assert "Publiceren" in marieke.get(f"{TYPEN}{type_.pk}/change/").content.decode()
    marieke.post(f"{TYPEN}{type_.pk}/versie/1/publiceren/")

    assert fatima.client.get("/verzoeken/nieuw/losse-tegel").status_code == 200
    boek = Gebeurtenis.objects.filter(record_id=type_.pk).order_by("nummer")
    assert [g.soort for g in boek] == ["verzoektype-aangemaakt", "verzoektype-gewijzigd", "verzoektype-gepubliceerd"]
    assert {g.actor_soort for g in boek} == {"medewerker"}


def test_een_formulier_dat_niet_klopt_zegt_wat_er_mis_is(marieke, evenement):
    formulier = json.dumps({"components": [{"type": "raket"}]})

    pagina = marieke.post(f"{TYPEN}{evenement.pk}/versie/", {"formulier": formulier}).content.decode()

    assert "components.0.type" in pagina
    assert evenement.versies.count() == 1


def test_een_nieuwe_versie_begint_met_de_vragen_van_de_vorige(marieke, evenement):
    assert "Hoe heet het evenement?" in marieke.get(f"{TYPEN}{evenement.pk}/versie/").content.decode()


def test_zaaktypen_horen_bij_een_zaakverzoek(marieke, evenement):
    pagina = marieke.post(f"{TYPEN}add/", nieuw_type(evenement, zaaktypen="kappen")).content.decode()

    assert "Dit hoort alleen bij een zaakverzoek." in pagina


def test_een_type_verdwijnt_niet(marieke, evenement):
    assert marieke.post(f"{TYPEN}{evenement.pk}/delete/", {"post": "yes"}).status_code == 403


def test_een_behandelaar_kijkt_naar_de_typen_maar_wijzigt_ze_niet(client, evenement):
    log_in_beheer(client, "behandelaar", "demo-bram")

    assert client.get(f"{TYPEN}{evenement.pk}/change/").status_code == 200
    assert client.post(f"{TYPEN}add/", nieuw_type(evenement)).status_code == 403
    assert client.post(f"{TYPEN}{evenement.pk}/versie/", {"formulier": json.dumps(FORMULIER)}).status_code == 403
    assert client.post(f"{TYPEN}{evenement.pk}/versie/1/publiceren/").status_code == 403


# --- vastleggen voor iemand -----------------------------------------------------------------------------------------------
BALIE = {"_wie-soort": "bsn", "_wie-nummer": wereld.BSN_FATIMA, "_wie-kanaal": "balie", "_sleutel": str(uuid7())}
INGEVULD = {"evenement": "Straatfeest", "omschrijving": "", "bezoekers": "80", "muziek": "ja"}


def test_marieke_legt_aan_de_balie_vast_wat_fatima_vraagt_en_fatima_ziet_het_met_bewijs(marieke, evenement, fatima):
    keuze = marieke.get(f"{VERZOEKEN}add/").content.decode()
    assert f'href="{VERZOEKEN}add/evenement/"' in keuze
    assert "Hoe heet het evenement?" in marieke.get(f"{VERZOEKEN}add/evenement/").content.decode()

    antwoord = marieke.post(f"{VERZOEKEN}add/evenement/", BALIE | INGEVULD)

    verzoek = Verzoek.objects.voor(fatima.toegang).get()
    assert antwoord.headers["Location"] == f"{VERZOEKEN}{verzoek.pk}/change/"
    pagina = fatima.client.get(f"/verzoeken/{verzoek.pk}").content.decode()
    for tekst in (verzoek.referentie, "Straatfeest", "aan de balie"):
        assert tekst in pagina
    gebeurtenis = Gebeurtenis.objects.get(record_id=verzoek.pk)
    assert (gebeurtenis.soort, gebeurtenis.actor_soort) == ("verzoek-geregistreerd", "medewerker")
    assert gebeurtenis.applicatie == evenement.applicatie_id
    assert controleer_alles() == []


def test_twee_keer_klikken_legt_een_keer_vast(marieke, evenement):
    for _keer in range(2):
        assert marieke.post(f"{VERZOEKEN}add/evenement/", BALIE | INGEVULD).status_code == 302

    assert Verzoek.objects.als_systeem("test").count() == 1


def test_met_fouten_staat_alles_er_nog_en_is_er_niets_vastgelegd(marieke, evenement):
    fout = {"_wie-nummer": "123", "evenement": "", "bezoekers": "veel", "omschrijving": "Met een springkussen"}

    antwoord = marieke.post(f"{VERZOEKEN}add/evenement/", BALIE | INGEVULD | fout)

    pagina = antwoord.content.decode()
    assert antwoord.status_code == 200
    for tekst in ("Verbeter de fouten hieronder.", 'value="123"', 'value="veel"', "Met een springkussen"):
        assert tekst in pagina
    assert not Verzoek.objects.als_systeem("test").exists()


def test_een_formulier_in_stappen_staat_op_een_pagina_en_een_vraag_die_erbij_komt_wordt_eerst_getoond(
    marieke, vergunningen
):
    muziek = {"type": "checkbox", "key": "muziek", "label": "Er is muziek"}
    duur = {
        "type": "textfield", "key": "duur", "label": "Tot hoe laat?",
        "conditional": {"show": True, "when": "muziek", "eq": "true"},
    }  # fmt: skip
    stappen = [
        {"type": "panel", "key": naam, "title": naam, "components": vragen}
        for naam, vragen in (("Wat", [FORMULIER["components"][0]]), ("Geluid", [muziek, duur]))
    ]
    maak_type(vergunningen, "feest", {"display": "wizard", "components": stappen})
    adres = f"{VERZOEKEN}add/feest/"
    pagina = marieke.get(adres).content.decode()
    assert "Hoe heet het evenement?" in pagina
    assert "Er is muziek" in pagina
    verborgen = re.findall(r'name="_verborgen" value="([^"]*)"', pagina)

    eerst = marieke.post(adres, BALIE | {"evenement": "Feest", "muziek": "ja", "_verborgen": verborgen[0]})
    daarna = marieke.post(adres, BALIE | {"evenement": "Feest", "muziek": "ja", "duur": "22.00 uur", "_verborgen": ""})

    assert (eerst.status_code, daarna.status_code) == (200, 302)
    assert Verzoek.objects.als_systeem("test").get().antwoorden["duur"] == "22.00 uur"


def test_een_verzoek_voor_een_andere_doelgroep_kan_niet(marieke, vergunningen):
    maak_type(vergunningen, "winkel", doelgroepen=["ondernemer"])

    pagina = marieke.post(f"{VERZOEKEN}add/winkel/", BALIE | INGEVULD).content.decode()

    assert "Dit verzoek is niet voor deze doelgroep." in pagina


def test_een_zaakverzoek_per_telefoon_hoort_bij_een_zaak_van_deze_persoon(marieke, melding, vergunningen, fatima, henk):
    zaak, van_henk = maak_zaak(vergunningen, wereld.BSN_FATIMA, "Z-1"), maak_zaak(vergunningen, henk.bsn, "Z-2")
    adres, vraag = f"{VERZOEKEN}add/evenement-wijzigen/", BALIE | INGEVULD | {"_wie-kanaal": "telefoon"}

    for nummer in ("", "Z-999", van_henk.identificatie):
        antwoord = marieke.post(adres, {**vraag, "_wie-zaaknummer": nummer})
        assert antwoord.status_code == 200
        assert set(antwoord.context["form"].errors) == {"zaaknummer"}
    assert marieke.post(adres, {**vraag, "_wie-zaaknummer": zaak.identificatie}).status_code == 302

    verzoek = Verzoek.objects.voor(fatima.toegang).get()
    assert (verzoek.zaak_id, verzoek.kanaal) == (zaak.pk, "telefoon")


def test_wie_alleen_mag_kijken_legt_niets_vast(marieke, evenement):
    Group.objects.get(name="Beheerders").permissions.remove(Permission.objects.get(codename="add_verzoek"))

    assert marieke.get(f"{VERZOEKEN}add/").status_code == 403
    assert marieke.post(f"{VERZOEKEN}add/evenement/", BALIE | INGEVULD).status_code == 403
