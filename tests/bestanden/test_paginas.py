"""Fatima stuurt bestanden mee met haar antwoord: kiezen, weghalen, wachten op de scanner, versturen en terughalen."""

import hashlib
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile

from portaal.bestanden import handelingen
from portaal.bestanden.models import Bestand, Stand
from portaal.demo.clamd import EICAR
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.partij import Partij
from portaal.tijd import nu
from taken import handelingen as taken
from taken.models import Taak, TaakConcept
from tests.bestanden.conftest import PDF, bestand, foto
from tests.gebeurtenissen.test_vernietigen import laat_verlopen
from tests.wereld import BSN_FATIMA


def stuur(persoon: Any, taak: Taak, actie: str = "verder", **velden: Any) -> Any:
    """Het formulier insturen zoals een browser zonder JavaScript."""
    pagina = persoon.client.get(f"/taken/{taak.pk}/formulier").content.decode()
    versie = re.search(r'name="_versie" value="([^"]*)"', pagina)
    assert versie is not None
    gegevens = {"naam": "Fatima", **velden, "_versie": versie[1], "_actie": actie}
    return persoon.client.post(f"/taken/{taak.pk}/formulier", gegevens)


def verstuur(persoon: Any, taak: Taak) -> Any:
    pagina = persoon.client.get(f"/taken/{taak.pk}/controle")
    assert pagina.status_code == 200, pagina["Location"]
    versie = re.search(r'name="_versie" value="([^"]+)"', pagina.content.decode())
    assert versie is not None
    return persoon.client.post(f"/taken/{taak.pk}/controle", {"_versie": versie[1]})


def bij(taak: Taak) -> list[Bestand]:
    return list(Bestand.objects.als_systeem("een test").bij("taak", taak.pk))


def alle() -> list[Bestand]:
    return list(Bestand.objects.als_systeem("een test").order_by("id"))


def ontvangen(taak: Taak) -> dict[str, Any]:
    return Taak.objects.als_systeem("een test").get(pk=taak.pk).gegevens["ontvangenGegevens"]  # type: ignore[no-any-return]


# --- De hoofdroute ------------------------------------------------------------------------------------------------------
def test_bestanden_gaan_mee_met_het_antwoord_en_zijn_terug_te_halen(fatima, taak, scanner, map_):
    antwoord = stuur(fatima, taak, "bestand bewijs", bewijs=[bestand("okt.pdf"), bestand("nov.pdf")])
    assert antwoord["Location"].endswith("#veld-bewijs")
    pagina = fatima.client.get(f"/taken/{taak.pk}/formulier").content.decode()
    assert 'enctype="multipart/form-data"' in pagina
    assert "Verwijder okt.pdf" in pagina
    assert 'value="Fatima"' in pagina
    assert stuur(fatima, taak, foto=bestand("ik.jpg", foto()))["Location"] == f"/taken/{taak.pk}/controle"
    assert "okt.pdf (" in fatima.client.get(f"/taken/{taak.pk}/controle").content.decode()
    assert verstuur(fatima, taak)["Location"] == f"/taken/{taak.pk}?verstuurd=ja"
    okt, nov, ik = bij(taak)
    assert ontvangen(taak)["naam"] == "Fatima"
    assert ontvangen(taak)["bewijs"] == [
        {
            "id": str(b.pk), "name": f"{b.pk}-{naam}", "originalName": naam, "size": len(PDF), "type": "application/pdf",
            "storage": "url", "url": f"http://testserver/bestanden/api/v1/bestanden/{b.pk}/inhoud",
            "sha256": hashlib.sha256(PDF).hexdigest(),
        }
        for b, naam in ((okt, "okt.pdf"), (nov, "nov.pdf"))
    ]  # fmt: skip
    assert [deel["originalName"] for deel in ontvangen(taak)["foto"]] == ["ik.jpg"]
    assert {b.stand for b in (okt, nov, ik)} == {Stand.SCHOON}
    terug = fatima.client.get(f"/bestanden/{okt.pk}")
    assert b"".join(terug.streaming_content) == PDF
    assert terug["Content-Disposition"] == 'attachment; filename="okt.pdf"'
    assert terug["X-Content-Type-Options"] == "nosniff"
    assert terug["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert int(terug["Content-Length"]) == len(PDF)
    opgeslagen = [pad.read_bytes() for pad in map_.rglob("*") if pad.is_file()]
    assert len(opgeslagen) == 3
    assert not any(b"%PDF" in inhoud or b"okt" in inhoud for inhoud in opgeslagen)


def test_weghalen_en_een_ander_kiezen(fatima, taak, scanner, map_):
    stuur(fatima, taak, "bestand bewijs", bewijs=[bestand("fout.pdf"), bestand("goed.pdf")])
    fout, goed = bij(taak)
    stuur(fatima, taak, f"bestandweg bewijs {fout.pk}")
    assert [b.naam for b in bij(taak)] == ["goed.pdf"]
    stuur(fatima, taak)
    verstuur(fatima, taak)
    assert [deel["id"] for deel in ontvangen(taak)["bewijs"]] == [str(goed.pk)]
    fout.refresh_from_db()
    assert (fout.stand, fout.naam) == (Stand.WEG, "")


@pytest.mark.django_db(transaction=True)
def test_wat_weg_is_staat_ook_niet_meer_in_de_opslag(fatima, taak, scanner, map_):
    stuur(fatima, taak, "bestand bewijs", bewijs=[bestand()])
    (weg,) = bij(taak)
    assert [pad.name for pad in map_.rglob("*") if pad.is_file()] == [str(weg.pk)]
    stuur(fatima, taak, f"bestandweg bewijs {weg.pk}")
    assert not [pad for pad in map_.rglob("*") if pad.is_file()]


def test_een_verplicht_bestand_mag_niet_ontbreken(fatima, taak, scanner):
    antwoord = stuur(fatima, taak)
    assert 'href="#veld-bewijs">Uw loonstroken – Kies een bestand.' in antwoord.content.decode()


# --- Wat er niet in mag ---------------------------------------------------------------------------------------------------
def test_wat_niet_kan_wordt_per_bestand_gezegd_en_de_rest_blijft(fatima, taak, scanner):
    antwoord = stuur(fatima, taak, bewijs=[bestand("goed.pdf"), bestand("kwaad.exe", b"MZ")], foto=bestand("x.pdf"))
    pagina = antwoord.content.decode()
    assert antwoord.status_code == 200
    assert "kwaad.exe: Dit soort bestand kan niet." in pagina
    assert "Dit soort bestand kan hier niet. Kies een jpg of png." in pagina
    assert "Verwijder goed.pdf" in pagina
    assert 'value="Fatima"' in pagina
    assert TaakConcept.objects.als_systeem("een test").get(taak=taak).gegevens["naam"] == "Fatima"


def test_eicar_wordt_gevonden_ook_over_de_grens_van_een_stuk(fatima, taak, scanner, map_):
    for voor in (b"", b"x" * (64 * 1024 - 30)):
        antwoord = stuur(fatima, taak, bewijs=[bestand("a.txt", voor + EICAR)])
        assert "In dit bestand zit een virus. Wij hebben het niet bewaard." in antwoord.content.decode()
    assert bij(taak) == []
    assert not map_.exists()


def test_te_groot_stopt_al_bij_het_uploaden(fatima, taak, scanner, settings):
    settings.BESTAND_GROOTST = 1024 * 1024
    antwoord = stuur(fatima, taak, bewijs=[bestand("groot.pdf", PDF + b"\0" * 1024 * 1024), bestand("klein.pdf")])
    pagina = antwoord.content.decode()
    assert "Dit bestand is te groot. Kies een bestand van hooguit 1 MB." in pagina
    assert [b.naam for b in bij(taak)] == ["klein.pdf"]
    assert 'value="Fatima"' in pagina


def test_dertig_bestanden_kan_en_een_meer_niet(fatima, taak, scanner):
    stuur(fatima, taak, "bestand bewijs", bewijs=[bestand(f"{n}.pdf") for n in range(30)])
    assert len(bij(taak)) == 30
    stuur(fatima, taak)
    verstuur(fatima, taak)
    assert len(ontvangen(taak)["bewijs"]) == 30


def test_een_eenendertigste_wordt_geweigerd(fatima, taak, scanner):
    antwoord = stuur(fatima, taak, bewijs=[bestand(f"{n}.pdf") for n in range(31)])
    assert "hooguit 30 bestanden toevoegen" in antwoord.content.decode()
    assert len(bij(taak)) == 30


# --- De scanner is er niet ----------------------------------------------------------------------------------------------
def test_zonder_scanner_wacht_het_bestand_en_de_pagina_zegt_het(fatima, taak, scanner_weg, start_scanner):
    stuur(fatima, taak, bewijs=[bestand()])
    (wacht,) = bij(taak)
    assert wacht.stand == Stand.WACHT
    assert "Wij controleren dit bestand nog" in fatima.client.get(f"/taken/{taak.pk}/formulier").content.decode()
    controle = fatima.client.get(f"/taken/{taak.pk}/controle").content.decode()
    assert "Wij controleren uw bestand nog" in controle
    assert ">Versturen<" not in controle
    verstuur(fatima, taak)
    assert Taak.objects.als_systeem("een test").get(pk=taak.pk).open
    assert fatima.client.get(f"/bestanden/{wacht.pk}").status_code == 404
    assert handelingen.controleer_wachtende() == 0
    start_scanner()
    assert handelingen.controleer_wachtende() == 1
    assert verstuur(fatima, taak)["Location"] == f"/taken/{taak.pk}?verstuurd=ja"


def test_een_bestand_dat_niet_te_lezen_is_houdt_de_andere_niet_op(fatima, taak, scanner_weg, start_scanner):
    stuur(fatima, taak, bewijs=[bestand("weg.pdf")])
    stuur(fatima, taak, bewijs=[bestand("kapot.pdf")])
    stuur(fatima, taak, bewijs=[bestand("goed.pdf")])
    weg, kapot, goed = bij(taak)
    handelingen.opslag().delete(weg.opslagnaam)
    handelingen.opslag().delete(kapot.opslagnaam)
    handelingen.opslag().save(kapot.opslagnaam, ContentFile(b"onzin"))
    start_scanner()

    assert handelingen.controleer_wachtende() == 1
    assert [b.stand for b in bij(taak)] == [Stand.WACHT, Stand.WACHT, Stand.SCHOON]
    assert bij(taak)[2].pk == goed.pk


def test_een_virus_dat_later_gevonden_wordt_gaat_weg_en_de_persoon_kiest_opnieuw(
    fatima,
    taak,
    scanner_weg,
    start_scanner,
):
    stuur(fatima, taak, bewijs=[bestand("a.txt", EICAR)])
    start_scanner()
    assert handelingen.controleer_wachtende() == 1
    (besmet,) = bij(taak)
    assert besmet.stand == Stand.BESMET
    pagina = stuur(fatima, taak).content.decode()
    assert "In een van uw bestanden zat een virus" in pagina
    verstuur(fatima, taak)
    assert Taak.objects.als_systeem("een test").get(pk=taak.pk).open
    stuur(fatima, taak, f"bestandweg bewijs {besmet.pk}")
    stuur(fatima, taak, bewijs=[bestand("goed.pdf")])
    verstuur(fatima, taak)
    assert [deel["originalName"] for deel in ontvangen(taak)["bewijs"]] == ["goed.pdf"]


# --- Van een ander ------------------------------------------------------------------------------------------------------
def test_een_ander_ziet_verwijdert_en_verstuurt_het_niet(fatima, henk, taak, klaarzetten, scanner):
    stuur(fatima, taak, bewijs=[bestand("geheim.pdf")])
    (van_fatima,) = bij(taak)
    assert henk.client.get(f"/bestanden/{van_fatima.pk}").status_code == 404
    van_henk = klaarzetten(henk, soort="formuliertaak", details=taak.details)
    stuur(henk, van_henk, f"bestandweg bewijs {van_fatima.pk}", bewijs=[bestand("eigen.pdf")])
    van_fatima.refresh_from_db()
    assert van_fatima.stand == Stand.SCHOON
    nagemaakt = {"naam": "Henk", "bewijs": [{"id": str(van_fatima.pk), "name": "x"}], "foto": []}
    concept = TaakConcept.objects.als_systeem("een test").get(taak=van_henk)
    concept.gegevens = nagemaakt
    concept.save()
    verstuur(henk, van_henk)
    assert [deel["originalName"] for deel in ontvangen(van_henk)["bewijs"]] == ["eigen.pdf"]


def test_zonder_inlog_gaat_niemand_ergens_heen(client, fatima, taak, scanner):
    stuur(fatima, taak, bewijs=[bestand()])
    assert client.get(f"/bestanden/{bij(taak)[0].pk}").status_code == 302


# --- Opruimen en het boek -------------------------------------------------------------------------------------------------
def test_een_upload_die_halverwege_bleef_steken_wordt_opgeruimd(fatima, taak, scanner, map_, monkeypatch):
    monkeypatch.setattr(handelingen, "_klaar", lambda *_: (_ for _ in ()).throw(RuntimeError("stroom weg")))
    with pytest.raises(RuntimeError):
        stuur(fatima, taak, bewijs=[bestand()])
    (half,) = bij(taak)
    assert half.stand == Stand.ONDERWEG
    assert handelingen.ruim_op() == 0
    Bestand.objects.als_systeem("een test").update(aangemaakt_op=nu() - handelingen.HALF * 2)
    assert handelingen.ruim_op() == 1
    assert bij(taak) == []


def test_alles_staat_in_het_boek_zonder_naam_van_het_bestand(fatima, taak, scanner):
    stuur(fatima, taak, bewijs=[bestand(f"loon van {BSN_FATIMA}.pdf")])
    verstuur(fatima, taak)
    regels = Gebeurtenis.objects.filter(record_soort="bestand").order_by("volgnummer")
    assert [regel.soort for regel in regels] == ["bestand-ontvangen", "bestand-gecontroleerd", "bestand-verstuurd"]
    assert [regel.applicatie is None for regel in regels] == [True, True, False]
    assert BSN_FATIMA not in str([regel.feiten for regel in regels])
    assert controleer_alles() == []


def test_vernietigen_haalt_alles_weg(fatima, taak, scanner):
    stuur(fatima, taak, bewijs=[bestand()])
    verstuur(fatima, taak)
    (weg,) = bij(taak)
    assert handelingen.vernietig_bij("taak", taak.pk) == 1
    assert bij(taak) == []
    assert fatima.client.get(f"/bestanden/{weg.pk}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_is_de_bewaartermijn_van_de_taak_voorbij_dan_gaan_haar_bestanden_mee(fatima, taak, scanner, map_):
    stuur(fatima, taak, bewijs=[bestand()])
    verstuur(fatima, taak)
    zaaksysteem = Partij.systeem(taak.applicatie)
    taken.verwerk(taak.pk, zaaksysteem)
    laat_verlopen(Taak.objects.als_systeem("een test").get(pk=taak.pk))
    assert [pad for pad in map_.rglob("*") if pad.is_file()]
    assert taken.vernietig(taak.pk)
    assert bij(taak) == []
    assert [pad for pad in map_.rglob("*") if pad.is_file()] == []
    assert [b.naam for b in alle()] == [""]
    assert controleer_alles() == []
