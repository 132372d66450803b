"""Het register van formulieren: een medewerker maakt en publiceert, een systeem verwijst, iemand vult in."""

import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from portaal.formulieren import handelingen
from portaal.formulieren.models import Formulier, Formulierversie
from portaal.gebeurtenissen.controle import controleer_alles
from portaal.gebeurtenissen.models import Gebeurtenis
from portaal.inloggen.medewerkers import ROLLEN, groep_van
from portaal.inloggen.partij import PORTAAL, MagNietError, Partij
from taken.models import Taak
from tests import wereld
from tests.inloggen.hulp import log_in_beheer
from tests.paginas.conftest import fatima, namen  # noqa: F401
from tests.taken.test_api import Systeem, body
from tests.verzoeken.conftest import maak_type
from verzoeken.models import VerzoektypeVersie

pytestmark = pytest.mark.django_db

FORMULIERTAKEN = "/taken/api/v1/formuliertaken"
LIJST = "/beheer/portaal_formulieren/formulier/"
EEN = {"components": [{"type": "textfield", "key": "naam", "label": "Hoe heet u?", "validate": {"required": True}}]}
TWEE = {"components": [*EEN["components"], {"type": "number", "key": "loon", "label": "Wat verdient u?"}]}
WIZARD = {
    "display": "wizard",
    "components": [
        {"type": "panel", "key": "wie", "title": "Wie", "components": [*EEN["components"]]},
        {
            "type": "panel",
            "key": "wat",
            "title": "Wat",
            "components": [{"type": "file", "key": "strook", "label": "Uw loonstrook", "validate": {"required": True}}],
        },
    ],
}


@pytest.fixture
def marieke(client):
    log_in_beheer(client)
    return client


@pytest.fixture
def zaaksysteem(client):
    alle = ("taken:lezen", "taken:schrijven", "taken:uitvoeren", "verzoeken:lezen", "verzoektypen:schrijven")
    return Systeem(client, wereld.applicatie(), *alle)


@pytest.fixture
def inkomen(zaaksysteem):
    """Formulier `inkomen` met één gepubliceerde versie, voor het zaaksysteem."""
    return handelingen.zet_klaar("inkomen", "Inkomen", EEN, [zaaksysteem.applicatie], PORTAAL).formulier


def html(antwoord) -> str:
    return unescape(antwoord.content.decode())


def verwijs(zaaksysteem, **verwijzing):
    return zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": verwijzing}))


def taak(antwoord) -> Taak:
    assert antwoord.status_code == 201, antwoord.content
    return Taak.objects.als_systeem("een test").get(pk=antwoord.json()["uuid"])


# --- in het beheer --------------------------------------------------------------------------------------------------------
def test_marieke_maakt_een_formulier_bekijkt_het_en_publiceert_het(marieke, zaaksysteem):
    nieuw = {"naam": "Inkomen", "code": "inkomen", "applicaties": [zaaksysteem.applicatie.pk], "actief": "on"}
    assert marieke.post(f"{LIJST}add/", nieuw).status_code == 302
    formulier = Formulier.objects.get(code="inkomen")
    assert list(formulier.applicaties.all()) == [zaaksysteem.applicatie]

    marieke.post(f"{LIJST}{formulier.pk}/vragen/", {"formulier": json.dumps(EEN)})
    assert "Hoe heet u?" in html(marieke.get(f"{LIJST}{formulier.pk}/versie/1/"))
    assert verwijs(zaaksysteem, id="inkomen").status_code == 400  # een concept is nog niet te gebruiken
    assert marieke.get(f"{LIJST}{formulier.pk}/versie/1/publiceren/").status_code == 403
    marieke.post(f"{LIJST}{formulier.pk}/versie/1/publiceren/")

    assert taak(verwijs(zaaksysteem, id="inkomen")).formulier_versie == 1
    boek = Gebeurtenis.objects.filter(record_id=formulier.pk).order_by("nummer")
    assert [g.soort for g in boek] == ["formulier-aangemaakt", "formulier-gewijzigd", "formulier-gepubliceerd"]
    assert controleer_alles() == []


def test_wat_de_portaal_niet_kan_tonen_komt_er_met_alle_fouten_tegelijk_niet_in(marieke, inkomen):
    stuk = {"components": [{"type": "signature", "key": "a", "label": "A"}, {"type": "textfield", "key": "b"}]}

    pagina = html(marieke.post(f"{LIJST}{inkomen.pk}/vragen/", {"formulier": json.dumps(stuk)}))

    assert "components.0.type" in pagina
    assert "components.1.label" in pagina
    assert "signature" in pagina  # wat zij intikte staat er nog
    assert inkomen.versies.count() == 1


def test_een_gepubliceerde_versie_verandert_nooit_ook_niet_in_de_database(marieke, inkomen):
    marieke.post(f"{LIJST}{inkomen.pk}/vragen/", {"formulier": json.dumps(TWEE)})
    marieke.post(f"{LIJST}{inkomen.pk}/vragen/", {"formulier": json.dumps(WIZARD)})

    assert [(v.versie, v.definitie) for v in inkomen.versies.order_by("versie")] == [(1, EEN), (2, WIZARD)]
    versies = Formulierversie.objects.filter(versie=1)
    for verander in (lambda: versies.update(definitie=TWEE), lambda: versies.delete()):
        with pytest.raises(DatabaseError, match="verandert niet"), transaction.atomic():
            verander()


def test_het_voorbeeld_loopt_elke_stap_door_controleert_en_bewaart_niets(marieke, zaaksysteem):
    versie = handelingen.zet_klaar("strook", "Strook", WIZARD, [], PORTAAL)
    pad = f"{LIJST}{versie.formulier_id}/versie/1/"
    voor = Gebeurtenis.objects.count()

    assert "Stap 1 van 2: Wie" in html(marieke.get(pad))
    fout = html(marieke.post(pad, {"_stap": "wie", "naam": "", "_actie": "verder", "_bewaard": "{}"}))
    assert "Verbeter 1 antwoord" in fout
    stap2 = html(marieke.post(pad, {"_stap": "wie", "naam": "Fatima", "_actie": "verder", "_bewaard": "{}"}))
    assert "Stap 2 van 2: Wat" in stap2
    bewaard = re.findall(r'name="_bewaard" value="([^>]*)">', stap2)[0]
    terug = html(marieke.post(pad, {"_stap": "wat", "_actie": "vorige", "_bewaard": bewaard}))
    assert 'value="Fatima"' in terug
    bestand = SimpleUploadedFile("strook.pdf", b"%PDF-1.4 proef")
    klaar = html(marieke.post(pad, {"_stap": "wat", "_actie": "verder", "_bewaard": bewaard, "strook": bestand}))
    assert "Dit krijgt het systeem terug" in klaar
    assert "Fatima" in klaar
    assert "strook.pdf" in klaar
    for onzin in ("{", "[]", '{"naam": [1], "strook": 3}'):
        assert marieke.post(pad, {"_stap": "wie", "_actie": "verder", "_bewaard": onzin}).status_code == 200
    assert Gebeurtenis.objects.count() == voor


def test_het_beheer_zegt_wat_een_formulier_gebruikt(marieke, inkomen, zaaksysteem):
    for _ in range(2):
        taak(zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": {"id": "inkomen"}}, titel=f"T{_}")))
    type_ = maak_type(zaaksysteem.applicatie)
    keuze = inkomen.versies.get().pk
    marieke.post(f"/beheer/verzoeken/verzoektype/{type_.pk}/versie/", {"register": keuze, "formulier": "{}"})

    pagina = html(marieke.get(f"{LIJST}{inkomen.pk}/change/"))

    assert "Taken met versie 1" in pagina
    assert "Vraag een evenement aan, versie 2 (concept)" in pagina
    lijst = html(marieke.get("/beheer/taken/taak/?formulier_code=inkomen&formulier_versie=1"))
    assert "2 taken" in lijst or "2 taak" in lijst
    versie = VerzoektypeVersie.objects.get(type=type_, versie=2)
    assert versie.formulier == {**EEN, "herkomst": {"id": "inkomen", "versie": 1}}


def test_een_behandelaar_mag_kijken_en_niets_wijzigen_en_zonder_rol_is_er_niets(client, inkomen):
    medewerker = log_in_beheer(client)
    medewerker.groups.set([groep_van(ROLLEN["behandelaar"])])
    assert client.get(f"{LIJST}{inkomen.pk}/versie/1/").status_code == 200
    assert "Vragen wijzigen" not in html(client.get(f"{LIJST}{inkomen.pk}/change/"))
    for pad in ("vragen/", "versie/1/publiceren/"):
        assert client.post(f"{LIJST}{inkomen.pk}/{pad}", {"formulier": json.dumps(TWEE)}).status_code == 403
    medewerker.groups.clear()
    for pad in ("vragen/", "versie/1/", "change/"):
        assert client.get(f"{LIJST}{inkomen.pk}/{pad}").status_code == 403


def test_een_applicatie_of_een_persoon_wijzigt_het_register_niet(inkomen, fatima):  # noqa: F811
    for door in (Partij.systeem(wereld.applicatie("Ander")), Partij.persoon(fatima.toegang)):
        with pytest.raises(MagNietError):
            handelingen.bewaar_concept(inkomen.pk, TWEE, door)
        with pytest.raises(MagNietError):
            handelingen.publiceer(inkomen.pk, 1, door)
        with pytest.raises(MagNietError):
            handelingen.bewaar(inkomen, [], door)


# --- verwijzen ------------------------------------------------------------------------------------------------------------
def test_een_taak_houdt_de_versie_waarmee_zij_is_gemaakt(zaaksysteem, inkomen, fatima):  # noqa: F811
    oud = taak(verwijs(zaaksysteem, id="inkomen"))
    handelingen.publiceer(inkomen.pk, handelingen.bewaar_concept(inkomen.pk, TWEE, PORTAAL).versie, PORTAAL)
    nieuw = taak(zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": {"id": "inkomen"}}, titel="B")))
    eerste = {"id": "inkomen", "versie": 1}
    precies = taak(zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": eerste}, titel="C")))

    assert (oud.formulier_versie, nieuw.formulier_versie, precies.formulier_versie) == (1, 2, 1)
    assert oud.details["formulierDefinitie"] == {**EEN, "herkomst": eerste}
    assert "Wat verdient u?" not in html(fatima.client.get(f"/taken/{oud.pk}/formulier"))
    assert "Wat verdient u?" in html(fatima.client.get(f"/taken/{nieuw.pk}/formulier"))


def test_wie_terugstuurt_wat_hij_kreeg_verandert_niets_en_een_verzonnen_herkomst_verdwijnt(zaaksysteem, inkomen):
    gemaakt = taak(verwijs(zaaksysteem, id="inkomen"))
    adres = f"{FORMULIERTAKEN}/{gemaakt.pk}"
    terug = zaaksysteem.get(adres).json()

    assert zaaksysteem.put(adres, terug).status_code == 200
    assert Gebeurtenis.objects.filter(record_id=gemaakt.pk).count() == 1
    verzonnen = {**TWEE, "herkomst": {"id": "inkomen", "versie": 1}}
    zaaksysteem.patch(adres, {"details": {"formulierDefinitie": verzonnen}})
    gemaakt.refresh_from_db()
    assert gemaakt.details["formulierDefinitie"] == TWEE
    assert (gemaakt.formulier_code, gemaakt.formulier_versie) == ("", None)


@pytest.mark.parametrize(
    ("verwijzing", "veld", "code"),
    [
        ({"id": "onbekend"}, "id", "does_not_exist"),
        ({"id": "inkomen", "versie": 9}, "versie", "does_not_exist"),
        ({"id": "inkomen", "versie": 99999}, "versie", "does_not_exist"),
        ({"id": "inkomen", "versie": "1"}, "versie", "invalid_type"),
        ({"id": "inkomen", "versie": True}, "versie", "invalid_type"),
        ({"id": 3}, "id", "invalid_type"),
        ({"id": "inkomen", "extra": 1}, "extra", "unknown"),
    ],
)
def test_een_verkeerde_verwijzing_is_een_400_met_de_plek_en_de_andere_fouten(
    zaaksysteem, inkomen, verwijzing, veld, code
):
    antwoord = zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": verwijzing}, titel=""))

    assert antwoord.status_code == 400
    fouten = {(fout["name"], fout["code"]) for fout in antwoord.json()["invalidParams"]}
    assert fouten == {("titel", "blank"), (f"details.formulierDefinitie.{veld}", code)}
    assert not Taak.objects.als_systeem("een test").exists()


def test_wie_het_formulier_niet_mag_gebruiken_of_een_inactief_noemt_krijgt_hetzelfde_als_bij_een_onbekend(
    zaaksysteem, inkomen
):
    onbekend = verwijs(zaaksysteem, id="bestaat-niet").json()["invalidParams"]
    inkomen.applicaties.clear()
    assert verwijs(zaaksysteem, id="inkomen").json()["invalidParams"] == [
        {**onbekend[0], "reason": onbekend[0]["reason"]}
    ]
    inkomen.applicaties.set([zaaksysteem.applicatie])
    inkomen.actief = False
    handelingen.bewaar(inkomen, [zaaksysteem.applicatie], PORTAAL)
    assert verwijs(zaaksysteem, id="inkomen").json()["invalidParams"] == onbekend


def test_een_bulk_verwijst_ook_en_een_onbekend_id_kost_alleen_die_rij(zaaksysteem, inkomen):
    rijen = [
        body(titel="een", taakSoort="formuliertaak", details={"formulierDefinitie": {"id": "inkomen"}}),
        body(titel="twee", taakSoort="formuliertaak", details={"formulierDefinitie": {"id": "weg"}}),
    ]
    antwoord = zaaksysteem.post("/taken/api/v1/externetaken/_bulk", rijen)
    uitkomsten = json.loads(antwoord.getvalue())

    assert [u["status"] for u in uitkomsten] == [201, 400]
    assert Taak.objects.als_systeem("een test").get().formulier_code == "inkomen"


def test_een_verzoektype_verwijst_via_de_api(zaaksysteem, inkomen):
    type_ = maak_type(zaaksysteem.applicatie)
    versies = f"/verzoeken/api/v1/verzoektypen/{type_.pk}/versies"

    gemaakt = zaaksysteem.post(versies, {"formulier": {"id": "inkomen"}, "status": "published"})
    fout = zaaksysteem.post(versies, {"formulier": {"id": "weg"}})

    assert gemaakt.status_code == 201, gemaakt.content
    assert gemaakt.json()["formulier"]["herkomst"] == {"id": "inkomen", "versie": 1}
    assert list(gemaakt.json()["aanvraagGegevensSchema"]["properties"]) == ["naam"]
    assert fout.status_code == 400
    assert fout.json()["invalidParams"][0]["name"] == "formulier.id"
    assert VerzoektypeVersie.objects.filter(type=type_).count() == 2
