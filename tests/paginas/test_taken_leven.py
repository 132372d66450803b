"""Wat iemand kan met een taak die hij nu niet doet: meer tijd vragen, een herinnering kiezen, in de agenda zetten, afzien."""

import re
from datetime import date, timedelta

import pytest

from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.gebeurtenissen.soorten import Soort
from portaal.gebeurtenissen.tasks import lever_af
from portaal.inloggen.partij import Partij
from portaal.notificaties.models import Notificatie
from portaal.tijd import vandaag
from taken import handelingen
from taken.models import Afmelding, Taak, Uitstel
from tests import wereld
from tests.paginas.conftest import log_in
from tests.paginas.test_overzicht import html
from tests.wereld import BSN_FATIMA


def herlees(taak) -> Taak:
    return Taak.objects.als_systeem("test").get(pk=taak.pk)


def dag(over: int) -> str:
    return (vandaag() + timedelta(days=over)).isoformat()


# --- meer tijd ---------------------------------------------------------------------------------------------------------
def vraag(persoon, taak, over: int = 30, waarom: str = "Mijn werkgever is met vakantie."):
    return persoon.client.post(f"/taken/{taak.pk}/meer-tijd", {"tot": dag(over), "waarom": waarom}, follow=True)


def test_fatima_vraagt_meer_tijd_en_ziet_dat_de_gemeente_nog_moet_antwoorden(fatima, klaarzetten):
    taak = klaarzetten(fatima, over=2)

    pagina = html(vraag(fatima, taak))

    assert "Uw vraag om meer tijd is verstuurd" in pagina
    assert "U heeft om meer tijd gevraagd." in pagina
    assert "Vraag meer tijd" not in pagina
    na = herlees(taak)
    assert (na.uitstel, na.uitstel_waarom) == (Uitstel.GEVRAAGD, "Mijn werkgever is met vakantie.")
    assert na.einddatum_handelingstermijn == taak.einddatum_handelingstermijn


def test_een_taak_die_te_laat_is_blijft_staan_en_zegt_wat_zij_nog_kan(fatima, klaarzetten):
    taak = klaarzetten(fatima, over=-3)

    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))

    assert "Te laat: de laatste dag was" in pagina
    assert "U kunt het nog doen. Lukt dat nu niet? Vraag dan meer tijd" in pagina
    assert "Te laat" in html(fatima.client.get("/taken"))
    assert "Uw vraag om meer tijd is verstuurd" in html(vraag(fatima, taak))


def test_waarom_iemand_meer_tijd_vraagt_staat_versleuteld_en_niet_in_het_boek(fatima, klaarzetten):
    taak = klaarzetten(fatima)
    vraag(fatima, taak, waarom="Ik lig in het ziekenhuis.")

    gebeurtenis = Gebeurtenis.objects.get(soort=Soort.TAAK_UITSTEL_GEVRAAGD)
    inhoud = Inhoud.objects.get(record_id=taak.pk, versie=gebeurtenis.inhoud_versie or 0)
    assert "ziekenhuis" not in str(gebeurtenis.feiten) + str(inhoud.json)
    assert inhoud.antwoorden["uitstel"]["waarom"] == "Ik lig in het ziekenhuis."


@pytest.mark.parametrize(("over", "waarom"), [(1, "Vakantie"), (400, "Vakantie"), (30, "")])
def test_een_dag_die_niet_kan_of_geen_reden_komt_terug_met_wat_zij_intikte(fatima, klaarzetten, over, waarom):
    taak = klaarzetten(fatima, over=2)

    antwoord = fatima.client.post(f"/taken/{taak.pk}/meer-tijd", {"tot": dag(over), "waarom": waarom})

    assert antwoord.status_code == 200
    pagina = html(antwoord)
    assert "Verbeter 1 antwoord" in pagina
    assert dag(over) in pagina
    assert herlees(taak).uitstel == ""


def test_de_gemeente_geeft_meer_tijd_en_fatima_leest_tot_wanneer_en_waarom(fatima, klaarzetten, gemeente):
    taak = klaarzetten(fatima, over=2)
    vraag(fatima, taak)

    handelingen.beantwoord_uitstel(
        taak.pk, Partij.systeem(gemeente), Uitstel.TOEGEKEND, reden="Uw werkgever is inderdaad dicht."
    )

    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    assert herlees(taak).einddatum_handelingstermijn == vandaag() + timedelta(days=30)
    assert "U heeft meer tijd gekregen" in pagina
    assert "De reden: Uw werkgever is inderdaad dicht." in pagina


def test_de_gemeente_wijst_af_en_dan_kan_zij_het_nog_eens_vragen(fatima, klaarzetten, gemeente):
    taak = klaarzetten(fatima, over=2)
    vraag(fatima, taak)
    door = Partij.systeem(gemeente)

    with pytest.raises(handelingen.NietMogelijkError, match="waarom"):
        handelingen.beantwoord_uitstel(taak.pk, door, Uitstel.AFGEWEZEN)
    handelingen.beantwoord_uitstel(taak.pk, door, Uitstel.AFGEWEZEN, reden="De uitkering moet ingaan.")

    pagina = html(fatima.client.get(f"/taken/{taak.pk}"))
    assert "U krijgt niet meer tijd" in pagina
    assert "De reden: De uitkering moet ingaan." in pagina
    assert "Vraag meer tijd" in pagina


def test_henk_vraagt_geen_tijd_voor_de_taak_van_fatima(fatima, henk, klaarzetten):
    taak = klaarzetten(fatima)

    assert henk.client.post(f"/taken/{taak.pk}/meer-tijd", {"tot": dag(30), "waarom": "x"}).status_code == 404
    assert herlees(taak).uitstel == ""


# --- herinnering -------------------------------------------------------------------------------------------------------
def test_fatima_kiest_een_herinnering_verzet_haar_en_zet_haar_uit(fatima, klaarzetten):
    taak = klaarzetten(fatima, over=10)
    pad = f"/taken/{taak.pk}/herinnering"

    assert "Uw herinnering is ingesteld" in html(fatima.client.post(pad, {"dag": dag(3)}, follow=True))
    assert herlees(taak).datum_herinnering == vandaag() + timedelta(days=3)
    fatima.client.post(pad, {"dag": dag(4)})
    assert f'value="{dag(4)}"' in html(fatima.client.get(pad))
    assert "U krijgt geen herinnering meer" in html(fatima.client.post(pad, {"uit": "ja"}, follow=True))
    assert herlees(taak).datum_herinnering is None


def test_de_gekozen_herinnering_staat_klaar_om_te_versturen_en_vervalt_weer(fatima, klaarzetten):
    taak = klaarzetten(fatima, over=10)
    wereld.emailadres(taak.betrokkene_id)
    pad = f"/taken/{taak.pk}/herinnering"
    gepland = Notificatie.objects.filter(record_id=taak.pk).exclude(herinnering="")

    fatima.client.post(pad, {"dag": dag(3)})
    lever_af()
    assert [n.herinnering for n in gepland.all()] == [dag(3)]
    fatima.client.post(pad, {"uit": "ja"})
    lever_af()

    assert list(gepland.all()) == []


@pytest.mark.parametrize("over", [0, 11])
def test_een_herinnering_komt_nooit_na_de_laatste_dag_en_niet_vandaag(fatima, klaarzetten, over):
    taak = klaarzetten(fatima, over=10)

    antwoord = fatima.client.post(f"/taken/{taak.pk}/herinnering", {"dag": dag(over)})

    assert "Verbeter 1 antwoord" in html(antwoord)
    with pytest.raises(handelingen.NietMogelijkError):
        handelingen.kies_herinnering(taak.pk, fatima.toegang, date.fromisoformat(dag(over)))
    assert herlees(taak).datum_herinnering is None


# --- agenda ------------------------------------------------------------------------------------------------------------
def ics(antwoord) -> dict[str, str]:
    """De regels, ontvouwen."""
    tekst = antwoord.content.decode()
    assert tekst.endswith("END:VCALENDAR\r\n")
    assert all(len(regel.encode()) <= 75 for regel in tekst.split("\r\n"))
    regels = re.sub("\r\n ", "", tekst).strip().split("\r\n")
    return dict(regel.split(":", 1) for regel in regels if not regel.startswith(("BEGIN", "END", "DESCRIPTION")))


def test_de_laatste_dag_gaat_in_de_agenda_zonder_te_zeggen_waar_het_over_gaat(fatima, klaarzetten):
    taak = klaarzetten(fatima, "Stuur uw medische verklaring", over=10, zaak="Indicatie Wmo")

    antwoord = fatima.client.get(f"/taken/{taak.pk}/agenda.ics")

    assert antwoord["Content-Type"] == "text/calendar; charset=utf-8"
    punt = ics(antwoord)
    laatste = vandaag() + timedelta(days=10)
    assert punt["METHOD"] == "PUBLISH"
    assert punt["DTSTART;VALUE=DATE"] == f"{laatste:%Y%m%d}"
    assert punt["SUMMARY"] == "Laatste dag voor uw taak van Gemeente Voorbeeld"
    assert not re.search("medisch|Wmo", antwoord.content.decode())


def test_een_andere_laatste_dag_werkt_dezelfde_afspraak_bij_en_klaar_schrapt_haar(fatima, klaarzetten, gemeente):
    taak, door = klaarzetten(fatima, over=10), Partij.systeem(gemeente)
    eerst = ics(fatima.client.get(f"/taken/{taak.pk}/agenda.ics"))
    later = vandaag() + timedelta(days=20)
    handelingen.wijzig(taak.pk, handelingen.Wijziging({"einddatum_handelingstermijn": later}), door)
    daarna = ics(fatima.client.get(f"/taken/{taak.pk}/agenda.ics"))
    handelingen.breek_af(taak.pk, door)
    weg = ics(fatima.client.get(f"/taken/{taak.pk}/agenda.ics"))

    assert eerst["UID"] == daarna["UID"] == weg["UID"]
    assert int(eerst["SEQUENCE"]) < int(daarna["SEQUENCE"]) < int(weg["SEQUENCE"])
    assert daarna["DTSTART;VALUE=DATE"] == f"{later:%Y%m%d}"
    assert (weg["METHOD"], weg["STATUS"]) == ("CANCEL", "CANCELLED")


def test_zonder_termijn_en_van_een_ander_is_er_geen_afspraak(fatima, henk, klaarzetten):
    zonder, met = klaarzetten(fatima, over=None), klaarzetten(fatima)

    assert fatima.client.get(f"/taken/{zonder.pk}/agenda.ics").status_code == 404
    assert henk.client.get(f"/taken/{met.pk}/agenda.ics").status_code == 404


# --- afzien van wat ongevraagd komt ----------------------------------------------------------------------------------------
@pytest.fixture
def aanbod():
    return wereld.categorie("aanbod", naam="Regelingen voor u", pro_actief=True)


def test_fatima_wil_het_niet_meer_en_krijgt_er_geen_nieuwe_tot_zij_zich_bedenkt(fatima, klaarzetten, gemeente, aanbod):
    taak = klaarzetten(fatima, "Vraag de sportpas aan", categorie=aanbod)
    assert "Dit wil ik niet meer" in html(fatima.client.get(f"/taken/{taak.pk}"))

    pagina = html(fatima.client.post(f"/taken/{taak.pk}/afzien", follow=True))
    assert "U heeft gezegd dat u dit niet wilt." in pagina
    assert "U krijgt nu geen taken meer over: Regelingen voor u." in pagina
    with pytest.raises(handelingen.AfgemeldError):
        klaarzetten(fatima, "Vraag de schoolpas aan", categorie=aanbod)

    assert "U hoort hier voortaan weer over" in html(fatima.client.post(f"/taken/{taak.pk}/weer-welkom", follow=True))
    klaarzetten(fatima, "Vraag de schoolpas aan", categorie=aanbod)
    assert herlees(taak).status == "afgebroken"


def test_wat_moet_kan_niemand_weigeren(fatima, klaarzetten):
    taak = klaarzetten(fatima)

    assert "Dit wil ik niet meer" not in html(fatima.client.get(f"/taken/{taak.pk}"))
    fatima.client.post(f"/taken/{taak.pk}/afzien")
    assert herlees(taak).open
    assert not Afmelding.objects.als_systeem("test").exists()


def test_de_afmelding_van_fatima_geldt_niet_voor_henk(fatima, henk, klaarzetten, aanbod):
    fatima.client.post(f"/taken/{klaarzetten(fatima, categorie=aanbod).pk}/afzien")

    assert klaarzetten(henk, categorie=aanbod).open


# --- taal --------------------------------------------------------------------------------------------------------------
def test_wie_engels_kiest_leest_de_vertaling_van_de_eigenaar_en_anders_het_nederlands(fatima, klaarzetten):
    vertaald = klaarzetten(fatima, vertalingen={"en": {"titel": "Send your payslip", "toelichting": "We need it."}})
    klaarzetten(fatima, "Alleen Nederlands")
    fatima.client.cookies["taal"] = "en"

    lijst, pagina = html(fatima.client.get("/taken")), html(fatima.client.get(f"/taken/{vertaald.pk}"))

    assert "Send your payslip" in lijst
    assert "Alleen Nederlands" in lijst
    assert "We need it." in pagina


# --- zoeken, per zaak, voortgang -----------------------------------------------------------------------------------------
def titels(antwoord) -> list[str]:
    return [kaart.titel for kaart in antwoord.context["kaarten"]]


def test_zij_vindt_een_taak_op_een_woord_in_titel_of_toelichting_ook_verbogen(fatima, henk, klaarzetten):
    klaarzetten(fatima, "Stuur uw loonstroken op", toelichting="")
    klaarzetten(fatima, "Geef uw huurcontract door", toelichting="Wij rekenen de toeslagen uit.")
    klaarzetten(henk, "Stuur uw loonstrook op")

    assert titels(fatima.client.get("/taken", {"q": "loonstrook"})) == ["Stuur uw loonstroken op"]
    assert titels(fatima.client.get("/taken", {"q": "toeslag"})) == ["Geef uw huurcontract door"]
    leeg = fatima.client.get("/taken", {"q": "zwembad"})
    assert titels(leeg) == []
    assert "Wij hebben geen taken gevonden" in html(leeg)


def test_zoeken_verraadt_niets_boven_het_niveau_van_de_inlog(fatima, klaarzetten):
    klaarzetten(fatima, "Uw medische gegevens", minimaal_niveau=3)

    assert titels(fatima.client.get("/taken", {"q": "medische"})) == []
    assert titels(log_in(BSN_FATIMA, niveau=3).client.get("/taken", {"q": "medische"})) == ["Uw medische gegevens"]


def test_op_een_nummer_zoekt_niemand_en_het_nummer_staat_niet_op_de_pagina(fatima, klaarzetten):
    klaarzetten(fatima)

    pagina = html(fatima.client.get("/taken", {"q": BSN_FATIMA}, follow=True))

    assert "Zoek niet op een nummer" in pagina
    assert BSN_FATIMA not in pagina


def test_zij_kiest_een_zaak_en_ziet_hoeveel_er_klaar_is(fatima, klaarzetten, gemeente):
    eerste = klaarzetten(fatima, "Eerste", zaak="Bijstand")
    for titel in ("Tweede", "Derde"):
        Taak.intern.filter(pk=klaarzetten(fatima, titel).pk).update(zaak=herlees(eerste).zaak_id)
    klaarzetten(fatima, "Los")
    handelingen.voer_uit(eerste.pk, Partij.systeem(gemeente))

    antwoord = fatima.client.get("/taken", {"zaak": str(herlees(eerste).zaak_id)})

    assert sorted(titels(antwoord)) == ["Derde", "Tweede"]
    assert "Bij deze zaak: 1 van 3 compleet." in html(antwoord)
    assert "1 van 3 compleet" in html(fatima.client.get(f"/taken/{eerste.pk}"))


def test_bladeren_houdt_de_zoekvraag_vast(fatima, klaarzetten):
    for nummer in range(25):
        klaarzetten(fatima, f"Stuur formulier {nummer}")
        klaarzetten(fatima, f"Betaal rekening {nummer}")
    gezien, adres = [], "/taken?q=formulier"
    while adres:
        antwoord = fatima.client.get(adres)
        gezien += titels(antwoord)
        adres = antwoord.context.get("meer_url")

    assert sorted(gezien) == sorted(f"Stuur formulier {nummer}" for nummer in range(25))
