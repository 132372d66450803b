"""De pagina's over verzoeken, zoals iemand ze gebruikt."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portaal.inloggen.partij import Partij
from portaal.inloggen.verwijzing import Verwijzing
from tests import wereld
from tests.paginas.conftest import log_in
from tests.verzoeken.conftest import ANTWOORDEN, dien_in, geadresseerde, maak_type, maak_zaak
from verzoeken import handelingen, weergave
from verzoeken.models import Status, Verzoek

pytestmark = pytest.mark.django_db

NIEUW = "/verzoeken/nieuw/evenement"
INGEVULD = {"evenement": "Straatfeest", "omschrijving": "", "bezoekers": "80", "muziek": "ja"}


def html(antwoord) -> str:
    return str(antwoord.content.decode())


def verborgen(antwoord) -> dict[str, str]:
    """De verborgen velden van de controlepagina."""
    return dict(re.findall(r'name="(_verzoek|_versie)" value="([^"]*)"', html(antwoord)))


def stuur_in(persoon, pad: str = NIEUW) -> str:
    """Vul in, ga door naar controleren en verstuur; geeft het adres van het bewijs."""
    persoon.client.post(pad, {**INGEVULD, "_actie": "verder"})
    velden = verborgen(persoon.client.get(f"{pad}/controle"))
    return str(persoon.client.post(f"{pad}/controle", velden)["Location"])


def test_fatima_vraagt_een_evenement_aan_en_krijgt_meteen_een_bewijs(evenement, fatima):
    lijst = fatima.client.get("/verzoeken/nieuw?zoek=feest")
    assert f'href="{NIEUW}"' in html(lijst)
    formulier = html(fatima.client.get(NIEUW))
    assert "binnen 8 weken" in formulier
    assert "Vraag aan de balie om een formulier." in formulier

    bewijs = fatima.client.get(stuur_in(fatima))

    verzoek = Verzoek.objects.voor(fatima.toegang).get()
    assert "Gelukt. Wij hebben uw verzoek ontvangen" in html(bewijs)
    assert verzoek.referentie in html(bewijs)
    assert "Straatfeest" in html(bewijs)
    assert verzoek.antwoorden == ANTWOORDEN
    assert verzoek.referentie in html(fatima.client.get("/verzoeken"))


def test_twee_keer_klikken_verstuurt_een_keer(evenement, fatima):
    fatima.client.post(NIEUW, {**INGEVULD, "_actie": "verder"})
    velden = verborgen(fatima.client.get(f"{NIEUW}/controle"))

    eerste = fatima.client.post(f"{NIEUW}/controle", velden)
    tweede = fatima.client.post(f"{NIEUW}/controle", velden)

    assert eerste["Location"] == tweede["Location"]
    assert Verzoek.objects.voor(fatima.toegang).count() == 1


def test_met_fouten_gaat_niets_verloren(evenement, fatima):
    antwoord = fatima.client.post(NIEUW, {"bezoekers": "veel", "omschrijving": "Een feest", "_actie": "verder"})

    assert antwoord.status_code == 200
    assert "2 foutmeldingen - " in html(antwoord)
    assert 'value="veel"' in html(antwoord)
    assert "Een feest" in html(antwoord)
    assert 'value="veel"' in html(fatima.client.get(NIEUW))


def test_bewaren_en_later_verder_gaan(evenement, fatima):
    bewaard = fatima.client.post(NIEUW, {"omschrijving": "Half af", "_actie": "bewaren"}, follow=True)
    assert "Uw antwoorden zijn bewaard" in html(bewaard)

    later = log_in(wereld.BSN_FATIMA)

    assert "Verder met: Vraag een evenement aan" in html(later.client.get("/verzoeken"))
    assert "Half af" in html(later.client.get(NIEUW))
    concept = Verzoek.objects.voor(fatima.toegang).get()
    later.client.post(f"/verzoeken/{concept.pk}/weggooien")
    assert "Half af" not in html(later.client.get(NIEUW))


def test_lezen_van_het_formulier_maakt_geen_concept(evenement, fatima):
    fatima.client.get(NIEUW)
    assert not Verzoek.objects.voor(fatima.toegang).exists()


def test_een_ander_venster_veranderde_de_antwoorden(evenement, fatima):
    fatima.client.post(NIEUW, {**INGEVULD, "_actie": "verder"})
    oud = verborgen(fatima.client.get(f"{NIEUW}/controle"))
    fatima.client.post(NIEUW, {**INGEVULD, "bezoekers": "900", "_actie": "bewaren"})

    antwoord = fatima.client.post(f"{NIEUW}/controle", oud, follow=True)

    assert "Uw antwoorden zijn intussen veranderd" in html(antwoord)
    assert not weergave.verzoeken(fatima.toegang).exists()


@pytest.mark.parametrize("onzin", [{}, {"_verzoek": "x", "_versie": "1"}, {"_verzoek": "", "_versie": "a"}])
def test_onzin_versturen_verstuurt_niets(evenement, fatima, onzin):
    assert fatima.client.post(f"{NIEUW}/controle", onzin)["Location"] == NIEUW


def test_controleren_zonder_concept_gaat_terug_naar_het_formulier(evenement, fatima):
    assert fatima.client.get(f"{NIEUW}/controle")["Location"] == NIEUW


def test_intrekken_tot_de_organisatie_begint(evenement, vergunningen, fatima):
    adres = f"/verzoeken/{dien_in(fatima.toegang).pk}"
    te_laat = dien_in(fatima.toegang)
    handelingen.neem_in_behandeling(te_laat.pk, Partij.systeem(vergunningen))

    assert "Verzoek intrekken" in html(fatima.client.get(adres))
    klaar = fatima.client.post(f"{adres}/intrekken", follow=True)
    assert "U heeft dit verzoek ingetrokken." in html(klaar)
    assert "Verzoek intrekken" not in html(klaar)
    geweigerd = fatima.client.post(f"/verzoeken/{te_laat.pk}/intrekken", follow=True)
    assert "Intrekken kan niet meer" in html(geweigerd)


def test_fatima_ziet_elke_stap_en_het_antwoord(evenement, vergunningen, fatima):
    verzoek, door = dien_in(fatima.toegang), Partij.systeem(vergunningen)
    taak = wereld.taak(vergunningen)
    handelingen.neem_in_behandeling(verzoek.pk, door)
    handelingen.werk_bij(
        verzoek.pk, door, naar=Status.VERWERKT, reden="Stuur nog een plattegrond.",
        antwoord=Verwijzing("taak", taak.pk),
    )  # fmt: skip

    pagina = html(fatima.client.get(f"/verzoeken/{verzoek.pk}"))

    for tekst in ("Wij hebben uw verzoek ontvangen.", "Wij zijn met uw verzoek bezig.", "Stuur nog een plattegrond."):
        assert tekst in pagina
    assert f'href="/taken/{taak.pk}"' in pagina
    assert "U bent met dit verzoek begonnen." not in pagina


def test_de_buurman_krijgt_overal_404(evenement, fatima, henk):
    verstuurd = dien_in(fatima.toegang)
    concept = handelingen.begin_concept("evenement", fatima.toegang)

    assert henk.client.get(f"/verzoeken/{verstuurd.pk}").status_code == 404
    assert henk.client.get(f"/verzoeken?na={verstuurd.pk}").status_code == 404
    assert henk.client.post(f"/verzoeken/{verstuurd.pk}/intrekken").status_code == 404
    assert henk.client.post(f"/verzoeken/{concept.pk}/weggooien").status_code == 404
    velden = {"_verzoek": str(concept.pk), "_versie": "1"}
    assert henk.client.post(f"{NIEUW}/controle", velden).status_code == 404


def test_een_concept_heeft_geen_bewijs(evenement, fatima):
    concept = handelingen.begin_concept("evenement", fatima.toegang)
    assert fatima.client.get(f"/verzoeken/{concept.pk}").status_code == 404


def test_een_onbekend_of_niet_voor_mij_bedoeld_verzoek_is_404(vergunningen, fatima):
    maak_type(vergunningen, "bedrijf", doelgroepen=["ondernemer"])

    for code in ("bestaat-niet", "bedrijf"):
        assert fatima.client.get(f"/verzoeken/nieuw/{code}").status_code == 404
        assert fatima.client.post(f"/verzoeken/nieuw/{code}", INGEVULD).status_code == 404


def test_boven_het_niveau_van_de_inlog_komt_niets_in_beeld(vergunningen, evenement, fatima):
    hoog = log_in(wereld.BSN_FATIMA, niveau=3)
    maak_type(vergunningen, "zorg", naam="Vraag zorg aan", minimaal_niveau=3)
    verzoek = dien_in(hoog.toegang, "zorg", evenement="Heel persoonlijk")

    assert "meer zekerheid" in html(fatima.client.get("/verzoeken/nieuw/zorg"))
    assert fatima.client.post("/verzoeken/nieuw/zorg", INGEVULD).status_code == 200
    lijst, pagina = html(fatima.client.get("/verzoeken")), html(fatima.client.get(f"/verzoeken/{verzoek.pk}"))
    for tekst in ("Heel persoonlijk", "Vraag zorg aan"):
        assert tekst not in lijst
        assert tekst not in pagina
    assert fatima.client.post(f"/verzoeken/{verzoek.pk}/intrekken").status_code == 403


def test_een_zaakverzoek_vanaf_de_zaak(melding, vergunningen, fatima, henk):
    zaak = maak_zaak(vergunningen, wereld.BSN_FATIMA)
    pad = f"/zaken/{zaak.pk}/verzoek/evenement-wijzigen"

    assert "Straatfeest op de Markt" in html(fatima.client.get(pad))
    bewijs = fatima.client.get(stuur_in(fatima, pad))

    assert "Straatfeest op de Markt" in html(bewijs)
    assert [v.zaak_id for v in weergave.bij_zaak(zaak, fatima.toegang)] == [zaak.pk]
    assert henk.client.get(pad).status_code == 404
    assert fatima.client.get("/verzoeken/nieuw/evenement-wijzigen").status_code == 404


def test_wat_iemand_typte_blijft_tekst(evenement, fatima):
    verzoek = dien_in(fatima.toegang, evenement="<script>alert(1)</script>")
    assert "<script>alert" not in html(fatima.client.get(f"/verzoeken/{verzoek.pk}"))


def test_bladeren_door_oudere_verzoeken(evenement, fatima):
    for _ in range(23):
        dien_in(fatima.toegang)

    eerste = fatima.client.get("/verzoeken")
    tweede = fatima.client.get(f"/verzoeken?na={eerste.context['meer_na']}")

    gezien = [k.verzoek.pk for k in (*eerste.context["kaarten"], *tweede.context["kaarten"])]
    assert len(gezien) == len(set(gezien)) == 23
    assert "meer_na" not in tweede.context


def test_de_lijst_kost_evenveel_queries_hoeveel_er_ook_zijn(evenement, fatima):
    dien_in(fatima.toegang)
    with CaptureQueriesContext(connection) as een:
        fatima.client.get("/verzoeken")
    for _ in range(10):
        dien_in(fatima.toegang)
    with CaptureQueriesContext(connection) as elf:
        fatima.client.get("/verzoeken")
    assert len(elf) == len(een) <= 7


def test_zonder_inlog_naar_de_inlogpagina(client, evenement):
    for pad in ("/verzoeken", "/verzoeken/nieuw", NIEUW):
        assert client.get(pad)["Location"].startswith("/inloggen")


@pytest.mark.parametrize(("kanaal", "tekst"), [("telefoon", "per telefoon"), ("balie", "aan de balie"), ("fax", "fax")])
def test_fatima_ziet_wat_zij_aan_de_balie_of_telefoon_vroeg(evenement, vergunningen, fatima, kanaal, tekst):
    nieuw = handelingen.NieuwVerzoek(
        type=evenement, van=geadresseerde(wereld.BSN_FATIMA), antwoorden=ANTWOORDEN, kanaal=kanaal
    )
    verzoek = handelingen.registreer(nieuw, Partij.systeem(vergunningen))

    pagina = html(fatima.client.get(f"/verzoeken/{verzoek.pk}"))

    assert "Wat wij hebben opgeschreven" in pagina
    assert f"<dd>{tekst}</dd>" in pagina
