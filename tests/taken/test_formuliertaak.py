"""De formuliertaak: een back-office stuurt een formulier, Fatima vult het in, het antwoord gaat terug."""

import copy
import json
import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portaal.betrokkenen.models import Applicatie
from portaal.gebeurtenissen.models import Gebeurtenis, Inhoud
from portaal.inloggen.partij import MagNietError, Partij
from portaal.inloggen.toegang import Toegang
from portaal.overzicht.voorbereide_aanvraag import VerzoekLoket
from taken import handelingen
from taken.loket import open_loket
from taken.models import Taak, TaakConcept
from tests import wereld
from tests.paginas.conftest import fatima, gemeente, henk, klaarzetten, log_in, namen  # noqa: F401
from tests.taken.test_api import Systeem, body, zaaksysteem  # noqa: F401

pytestmark = pytest.mark.django_db

FORMULIERTAKEN = "/taken/api/v1/formuliertaken"
EXTERNE = "/taken/api/v1/externetaken"

DEFINITIE: dict[str, Any] = {
    "components": [
        {"type": "content", "key": "uitleg", "html": "<p>Wij vragen dit voor uw <strong>uitkering</strong>.</p>"},
        {"type": "textfield", "key": "werkgever", "label": "Bij wie werkt u?", "validate": {"required": True}},
        {"type": "number", "key": "loon", "label": "Wat verdient u per maand?", "validate": {"required": True, "min": 0}},
        {"type": "date", "key": "sinds", "label": "Sinds wanneer?"},
        {
            "type": "radio", "key": "soort", "label": "Wat voor contract heeft u?", "validate": {"required": True},
            "values": [{"label": "Vast", "value": "vast"}, {"label": "Tijdelijk", "value": "tijdelijk"}],
        },
        {"type": "textarea", "key": "opmerking", "label": "Wilt u nog iets zeggen?"},
        {"type": "checkbox", "key": "waarheid", "label": "Ik heb alles naar waarheid ingevuld", "validate": {"required": True}},
    ]
}  # fmt: skip
ANTWOORDEN = {
    "werkgever": "Bakkerij De Hoek",
    "loon": "1.234,56",
    "sinds": "2024-05-01",
    "soort": "vast",
    "waarheid": "ja",
}
ONTVANGEN = {
    "werkgever": "Bakkerij De Hoek", "loon": 1234.56, "sinds": "2024-05-01", "soort": "vast", "opmerking": "", "waarheid": True,
}  # fmt: skip


def formuliertaak(**details: Any) -> Any:
    return body(details={"formulierDefinitie": DEFINITIE, **details})


def html(antwoord) -> str:
    return unescape(antwoord.content.decode())


@pytest.fixture
def taak(fatima, klaarzetten) -> Any:  # noqa: F811
    return klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": DEFINITIE})


def vul_in(persoon, taak: Taak, **anders: Any) -> Any:
    return persoon.client.post(f"/taken/{taak.pk}/formulier", {**ANTWOORDEN, **anders})


def versie_op(antwoord) -> str:
    gevonden = re.search(r'name="_versie" value="([^"]+)"', antwoord.content.decode())
    assert gevonden
    return gevonden[1]


def verstuur(persoon, taak: Taak) -> Any:
    nakijken = persoon.client.get(f"/taken/{taak.pk}/controle")
    return persoon.client.post(f"/taken/{taak.pk}/controle", {"_versie": versie_op(nakijken)})


def opnieuw(taak: Taak) -> Taak:
    return Taak.objects.als_systeem("een test").get(pk=taak.pk)


def concepten(taak: Taak) -> int:
    return TaakConcept.objects.als_systeem("een test").filter(taak=taak).count()


# --- De API ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pad", [FORMULIERTAKEN, EXTERNE])
def test_een_back_office_maakt_een_formuliertaak_en_krijgt_hem_terug_zoals_gestuurd(zaaksysteem, pad):  # noqa: F811
    soort = {"taakSoort": "formuliertaak"} if pad == EXTERNE else {}
    antwoord = zaaksysteem.post(pad, formuliertaak(voorinvullenGegevens={"werkgever": "De Hoek"}) | soort)
    assert antwoord.status_code == 201, antwoord.content
    assert antwoord.json()["taakSoort"] == "formuliertaak"
    gelezen = zaaksysteem.get(f"{EXTERNE}/{antwoord.json()['uuid']}").json()
    assert gelezen["details"] == {"formulierDefinitie": DEFINITIE, "voorinvullenGegevens": {"werkgever": "De Hoek"}}


def test_een_formulier_dat_de_portaal_niet_kan_tonen_wordt_geweigerd_met_alle_fouten_tegelijk(zaaksysteem):  # noqa: F811
    stuk = {
        "components": [
            {"type": "signature", "key": "kinderen", "label": "Kinderen"},
            {"type": "textfield", "key": "naam"},
            {"type": "textfield", "key": "naam", "label": "Naam", "validate": {"pattern": "(?=x)"}},
        ]
    }
    antwoord = zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": stuk}, titel=""))
    assert antwoord.status_code == 400
    fouten = {(fout["name"], fout["code"]) for fout in antwoord.json()["invalidParams"]}
    plek = "details.formulierDefinitie.components"
    assert fouten == {
        ("titel", "blank"),
        (f"{plek}.0.type", "unknown_component"),
        (f"{plek}.1.label", "required"),
        (f"{plek}.2.key", "duplicate"),
        (f"{plek}.2.validate.pattern", "invalid_pattern"),
    }
    assert "'signature'" in antwoord.content.decode()
    assert not Taak.objects.als_systeem("een test").exists()


@pytest.mark.parametrize("definitie", [None, [], "x", {}, {"components": []}, {"components": "x"}])
def test_iets_anders_dan_een_formulier_is_een_400(zaaksysteem, definitie):  # noqa: F811
    antwoord = zaaksysteem.post(FORMULIERTAKEN, body(details={"formulierDefinitie": definitie}))
    assert antwoord.status_code == 400
    assert all(f["name"].startswith("details.formulierDefinitie") for f in antwoord.json()["invalidParams"])


def test_een_onbekende_soort_noemt_de_soorten_die_er_wel_zijn(zaaksysteem):  # noqa: F811
    antwoord = zaaksysteem.post(EXTERNE, formuliertaak() | {"taakSoort": "dansje"})
    assert antwoord.status_code == 400
    assert antwoord.json()["invalidParams"][0]["reason"] == "Kies uit: betaaltaak, formuliertaak, urltaak."


@pytest.mark.parametrize("soort", [None, 1, [], {}])
def test_zonder_leesbare_soort_is_het_een_400_bij_taaksoort(zaaksysteem, soort):  # noqa: F811
    antwoord = zaaksysteem.post(EXTERNE, formuliertaak() | {"taakSoort": soort})
    assert antwoord.status_code == 400
    assert {fout["name"] for fout in antwoord.json()["invalidParams"]} == {"taakSoort"}


def test_elk_pad_toont_alleen_zijn_eigen_soort(zaaksysteem):  # noqa: F811
    formulier = zaaksysteem.post(FORMULIERTAKEN, formuliertaak()).json()["uuid"]
    link = zaaksysteem.post("/taken/api/v1/urltaken", body()).json()["uuid"]
    assert [t["uuid"] for t in zaaksysteem.get(FORMULIERTAKEN).json()["results"]] == [formulier]
    assert [t["uuid"] for t in zaaksysteem.get(EXTERNE).json()["results"]] == [formulier, link]
    assert zaaksysteem.get(f"{FORMULIERTAKEN}/{link}").status_code == 404


def test_get_en_dan_put_verandert_niets(zaaksysteem):  # noqa: F811
    gemaakt = zaaksysteem.post(FORMULIERTAKEN, formuliertaak(voorinvullenGegevens={"loon": 10})).json()
    antwoord = zaaksysteem.put(f"{EXTERNE}/{gemaakt['uuid']}", gemaakt)
    assert antwoord.status_code == 200, antwoord.content
    del gemaakt["bereikbaarheid"]  # alleen na het maken
    assert antwoord.json() == gemaakt


def test_een_nieuwe_definitie_wordt_ook_bij_wijzigen_gecontroleerd(zaaksysteem):  # noqa: F811
    uuid = zaaksysteem.post(FORMULIERTAKEN, formuliertaak()).json()["uuid"]
    stuk = {"formulierDefinitie": {"components": [{"type": "signature", "key": "f", "label": "F"}]}}
    for pad in (FORMULIERTAKEN, EXTERNE):
        antwoord = zaaksysteem.patch(f"{pad}/{uuid}", {"details": stuk})
        assert antwoord.status_code == 400
        assert antwoord.json()["invalidParams"][0]["code"] == "unknown_component"


def test_voorinvulling_en_antwoorden_staan_nergens_leesbaar_in_de_database(zaaksysteem):  # noqa: F811
    uuid = zaaksysteem.post(FORMULIERTAKEN, formuliertaak(voorinvullenGegevens={"werkgever": "Geheime Bakker"})).json()[
        "uuid"
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM taken_taak t WHERE id = %s", [uuid])
        rij = cursor.fetchone()[0]
    assert "Geheime Bakker" not in rij
    assert "Bij wie werkt u?" in rij


# --- Invullen, nakijken, versturen -------------------------------------------------------------------------------------------
def test_fatima_vult_het_formulier_in_en_de_back_office_krijgt_elk_antwoord(fatima, zaaksysteem):  # noqa: F811
    uuid = zaaksysteem.post(FORMULIERTAKEN, formuliertaak()).json()["uuid"]
    taak = Taak.objects.als_systeem("een test").get(pk=uuid)
    assert "Formulier invullen" in html(fatima.client.get(f"/taken/{uuid}"))
    assert vul_in(fatima, taak)["Location"] == f"/taken/{uuid}/controle"
    nakijken = html(fatima.client.get(f"/taken/{uuid}/controle"))
    assert "1.234,56" in nakijken
    assert "1 mei 2024" in nakijken
    assert "Niet ingevuld" in nakijken
    klaar = fatima.client.get(verstuur(fatima, taak)["Location"])
    assert "Uw antwoorden zijn verstuurd" in html(klaar)
    assert "Wat gaat er nu gebeuren?" in html(klaar)
    assert "Bakkerij De Hoek" in html(klaar)
    terug = zaaksysteem.get(f"{FORMULIERTAKEN}/{uuid}").json()
    assert terug["status"] == "uitgevoerd"
    assert terug["uitgevoerdDoor"] == "betrokkene"
    assert terug["details"]["ontvangenGegevens"] == ONTVANGEN


def test_het_boek_legt_vast_wat_er_is_verstuurd_zonder_de_antwoorden_zelf(fatima, taak):  # noqa: F811
    vul_in(fatima, taak)
    verstuur(fatima, taak)
    laatste = Gebeurtenis.objects.filter(record_id=taak.pk).latest("nummer")
    assert laatste.soort == "taak-uitgevoerd"
    assert laatste.actor == fatima.toegang.persoon
    assert "Bakkerij" not in json.dumps(laatste.feiten)
    inhoud = Inhoud.objects.get(record_id=taak.pk, versie=laatste.inhoud_versie or 0)
    assert inhoud.antwoorden == {"ontvangenGegevens": ONTVANGEN}
    assert inhoud.json["details"]["formulierDefinitie"] == DEFINITIE


def test_wat_niet_klopt_staat_bovenaan_met_een_link_en_niets_is_weg(fatima, taak):  # noqa: F811
    antwoord = vul_in(fatima, taak, loon="veel", werkgever="", sinds="31-02-2024", opmerking="Regel 1\r\nRegel 2")
    assert antwoord.status_code == 200
    pagina = html(antwoord)
    assert "<title>3 fouten - Formulier" in pagina
    assert "Verbeter 3 antwoorden" in pagina
    for sleutel in ("werkgever", "loon", "sinds"):
        assert f'href="#veld-{sleutel}"' in pagina
        assert f'id="veld-{sleutel}-fout"' in pagina
    assert 'value="veel"' in pagina
    assert 'value="31-02-2024"' in pagina
    assert "Regel 1\nRegel 2</textarea>" in pagina
    assert re.search(r'value="vast" checked', pagina)
    assert concepten(taak) == 1  # ook met fouten bewaard: wie nu uitgelogd raakt is niets kwijt
    assert opnieuw(taak).open


def test_een_tweede_klik_verstuurt_niet_nog_eens(fatima, taak):  # noqa: F811
    vul_in(fatima, taak)
    versie = versie_op(fatima.client.get(f"/taken/{taak.pk}/controle"))
    for _ in range(2):
        antwoord = fatima.client.post(f"/taken/{taak.pk}/controle", {"_versie": versie})
    assert antwoord["Location"] == f"/taken/{taak.pk}?verstuurd=al"
    assert "U heeft dit formulier al verstuurd" in html(fatima.client.get(antwoord["Location"]))
    assert Gebeurtenis.objects.filter(record_id=taak.pk, soort="taak-uitgevoerd").count() == 1


def test_een_tweede_venster_hoort_dat_er_al_is_verstuurd(fatima, taak):  # noqa: F811
    vul_in(fatima, taak)
    verstuur(fatima, taak)
    antwoord = vul_in(fatima, taak, werkgever="Iemand anders")
    assert antwoord["Location"] == f"/taken/{taak.pk}?verstuurd=al"
    assert opnieuw(taak).gegevens == {"ontvangenGegevens": ONTVANGEN}


def test_verstuurd_wordt_alleen_wat_op_de_pagina_stond(fatima, taak):  # noqa: F811
    vul_in(fatima, taak)
    oud = versie_op(fatima.client.get(f"/taken/{taak.pk}/controle"))
    vul_in(fatima, taak, werkgever="Slagerij Om De Hoek")
    antwoord = fatima.client.post(f"/taken/{taak.pk}/controle", {"_versie": oud})
    assert "Uw antwoorden zijn intussen veranderd" in html(antwoord)
    assert "Slagerij Om De Hoek" in html(antwoord)
    assert opnieuw(taak).open


def test_wie_niets_heeft_ingevuld_kan_niet_naar_het_nakijken(fatima, taak):  # noqa: F811
    antwoord = fatima.client.get(f"/taken/{taak.pk}/controle")
    assert antwoord["Location"] == f"/taken/{taak.pk}/formulier"


def test_na_een_wijziging_van_het_formulier_gaat_een_oud_antwoord_niet_mee(fatima, taak, gemeente):  # noqa: F811
    vul_in(fatima, taak)
    versie = versie_op(fatima.client.get(f"/taken/{taak.pk}/controle"))
    anders = copy.deepcopy(DEFINITIE)
    anders["components"].append({"type": "number", "key": "uren", "label": "Uren", "validate": {"required": True}})
    handelingen.wijzig(taak.pk, handelingen.Wijziging({}, {"formulierDefinitie": anders}), Partij.systeem(gemeente))
    antwoord = fatima.client.post(f"/taken/{taak.pk}/controle", {"_versie": versie})
    assert antwoord["Location"] == f"/taken/{taak.pk}/formulier"
    assert opnieuw(taak).open


def test_voorinvulling_staat_al_in_het_formulier(fatima, klaarzetten):  # noqa: F811
    taak = klaarzetten(
        fatima, soort="formuliertaak", details={"formulierDefinitie": DEFINITIE},
        gegevens={"voorinvullenGegevens": {"werkgever": "De Hoek", "loon": 2500.5, "soort": "vast", "onbekend": 1}},
    )  # fmt: skip
    pagina = html(fatima.client.get(f"/taken/{taak.pk}/formulier"))
    assert 'value="De Hoek"' in pagina
    assert 'value="2500,5"' in pagina
    assert 'value="vast" checked' in pagina


def test_na_heropenen_staan_de_vorige_antwoorden_er_weer(fatima, taak, gemeente):  # noqa: F811
    vul_in(fatima, taak)
    verstuur(fatima, taak)
    handelingen.heropen(taak.pk, Partij.systeem(gemeente), reden="Uw loon klopt niet.")
    pagina = html(fatima.client.get(f"/taken/{taak.pk}/formulier"))
    assert 'value="Bakkerij De Hoek"' in pagina
    assert "Dit heeft u verstuurd" not in html(fatima.client.get(f"/taken/{taak.pk}"))


def test_html_in_vragen_en_antwoorden_blijft_tekst(fatima, klaarzetten):  # noqa: F811
    aanval = '"><script>alert(1)</script>'
    definitie = {
        "components": [
            {"type": "textfield", "key": "naam", "label": aanval, "description": aanval},
            {"type": "radio", "key": "keus", "label": "Keus", "values": [{"label": aanval, "value": aanval}]},
            {
                "type": "content",
                "key": "uitleg",
                "html": f"<p onclick='x()'>{aanval}</p><a href='javascript:x()'>hier</a>",
            },
        ]
    }
    taak = klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": definitie})
    paginas = [fatima.client.get(f"/taken/{taak.pk}/formulier")]
    paginas.append(fatima.client.post(f"/taken/{taak.pk}/formulier", {"naam": aanval, "keus": "anders"}))
    fatima.client.post(f"/taken/{taak.pk}/formulier", {"naam": aanval, "keus": aanval})
    paginas.append(fatima.client.get(f"/taken/{taak.pk}/controle"))
    paginas.append(fatima.client.get(verstuur(fatima, taak)["Location"]))
    for pagina in paginas:
        ruw = pagina.content.decode()
        assert "alert(1)" in ruw
        assert "<script>" not in ruw
        assert "onclick" not in ruw
        assert "javascript:" not in ruw


# --- Concept ------------------------------------------------------------------------------------------------------------
def test_fatima_bewaart_haar_antwoorden_en_gaat_later_verder(fatima, taak):  # noqa: F811
    bewaard = fatima.client.post(
        f"/taken/{taak.pk}/formulier", {"werkgever": "De Hoek", "loon": "nog opzoeken", "_actie": "bewaar"}
    )
    pagina = html(fatima.client.get(bewaard["Location"]))
    assert "Uw antwoorden zijn bewaard" in pagina
    assert "Verder met invullen" in pagina
    later = html(log_in(wereld.BSN_FATIMA).client.get(f"/taken/{taak.pk}/formulier"))
    assert 'value="De Hoek"' in later
    assert 'value="nog opzoeken"' in later
    assert "Verbeter" not in later


def test_een_concept_is_versleuteld_en_na_het_versturen_weg(fatima, taak):  # noqa: F811
    vul_in(fatima, taak)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gegevens FROM taken_taakconcept")
        assert b"Bakkerij" not in bytes(cursor.fetchone()[0])
    verstuur(fatima, taak)
    assert concepten(taak) == 0


def test_een_concept_verdwijnt_ook_als_de_taak_wordt_ingetrokken(fatima, taak, gemeente):  # noqa: F811
    vul_in(fatima, taak)
    handelingen.breek_af(taak.pk, Partij.systeem(gemeente), reden="Niet meer nodig.")
    assert concepten(taak) == 0


def test_wie_bij_een_bedrijf_meekijkt_ziet_het_concept_van_een_collega_niet(fatima, taak):  # noqa: F811
    vul_in(fatima, taak)
    collega = Toegang(
        wereld.henk(), fatima.toegang.betrokkene, frozenset({fatima.toegang.betrokkene}), niveau=2, middel="eherkenning"
    )
    assert not TaakConcept.objects.voor(collega).exists()
    assert TaakConcept.objects.voor(fatima.toegang).exists()


def test_een_vraag_die_iemand_leegmaakte_blijft_leeg(fatima, klaarzetten):  # noqa: F811
    definitie = {"components": [{"type": "textfield", "key": "land", "label": "Land", "defaultValue": "Nederland"}]}
    taak = klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": definitie})
    assert 'value="Nederland"' in html(fatima.client.get(f"/taken/{taak.pk}/formulier"))
    fatima.client.post(f"/taken/{taak.pk}/formulier", {"land": "", "_actie": "bewaar"})
    assert 'value="Nederland"' not in html(fatima.client.get(f"/taken/{taak.pk}/formulier"))


# --- Wie mag wat -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pagina", ["formulier", "controle"])
def test_de_buurman_krijgt_een_404(fatima, henk, taak, pagina):  # noqa: F811
    vul_in(fatima, taak)
    assert henk.client.get(f"/taken/{taak.pk}/{pagina}").status_code == 404
    assert henk.client.post(f"/taken/{taak.pk}/{pagina}", ANTWOORDEN).status_code == 404
    with pytest.raises(Taak.DoesNotExist):
        handelingen.dien_in(taak.pk, henk.toegang, ONTVANGEN)
    with pytest.raises(Taak.DoesNotExist):
        handelingen.bewaar_concept(taak.pk, henk.toegang, ONTVANGEN)


def test_met_een_te_lage_inlog_is_er_geen_formulier(fatima, klaarzetten):  # noqa: F811
    taak = klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": DEFINITIE}, minimaal_niveau=3)
    for antwoord in (fatima.client.get(f"/taken/{taak.pk}/formulier"), vul_in(fatima, taak)):
        assert antwoord.status_code == 302
    with pytest.raises(MagNietError):
        handelingen.dien_in(taak.pk, fatima.toegang, ONTVANGEN)


def test_wie_alleen_mag_kijken_vult_niets_in(fatima, taak, monkeypatch):  # noqa: F811
    monkeypatch.setattr(Toegang, "mag_handelen", property(lambda _zelf: False))
    assert fatima.client.get(f"/taken/{taak.pk}/formulier")["Location"] == f"/taken/{taak.pk}"
    assert "Formulier invullen" not in html(fatima.client.get(f"/taken/{taak.pk}"))
    with pytest.raises(MagNietError):
        handelingen.dien_in(taak.pk, fatima.toegang, ONTVANGEN)
    with pytest.raises(MagNietError):
        handelingen.bewaar_concept(taak.pk, fatima.toegang, ONTVANGEN)


def test_een_urltaak_heeft_geen_formulier(fatima, klaarzetten):  # noqa: F811
    taak = klaarzetten(fatima)
    assert fatima.client.get(f"/taken/{taak.pk}/formulier")["Location"] == f"/taken/{taak.pk}"
    with pytest.raises(MagNietError):
        handelingen.dien_in(taak.pk, fatima.toegang, {})


def test_dien_in_weigert_antwoorden_die_niet_kloppen_en_laat_de_taak_open(fatima, taak):  # noqa: F811
    with pytest.raises(handelingen.AntwoordenError) as fout:
        handelingen.dien_in(taak.pk, fatima.toegang, {"werkgever": 5, "sluiproute": "x"})
    assert set(fout.value.ingevuld.fouten) == {"werkgever", "loon", "soort", "waarheid", "sluiproute"}
    assert opnieuw(taak).open


# --- De voorbereide aanvraag --------------------------------------------------------------------------------------------------
class Loket:
    def __init__(self) -> None:
        self.aangenomen: list[Any] = []
        self.stuk = False

    def kent(self, verzoektype: str) -> bool:
        return verzoektype == "huurtoeslag"

    def verschil(self, verzoektype: str, formulier: Any) -> list[str]:
        return []

    def neem_aan(self, taak: Taak, toegang: Toegang, antwoorden: Any) -> UUID:
        if self.stuk:
            raise RuntimeError("het loket is dicht")
        self.aangenomen.append((taak.pk, toegang.persoon, antwoorden))
        return taak.pk


@pytest.fixture
def loket():
    loket = Loket()
    open_loket(loket)
    yield loket
    open_loket(VerzoekLoket())


def test_een_taak_met_verzoektype_wordt_bij_het_versturen_ook_een_verzoek(fatima, zaaksysteem, loket):  # noqa: F811
    gemaakt = zaaksysteem.post(FORMULIERTAKEN, formuliertaak() | {"verzoektype": "huurtoeslag"}).json()
    assert gemaakt["verzoektype"] == "huurtoeslag"
    taak = Taak.objects.als_systeem("een test").get(pk=gemaakt["uuid"])
    vul_in(fatima, taak)
    verstuur(fatima, taak)
    assert loket.aangenomen == [(taak.pk, fatima.toegang.persoon, ONTVANGEN)]


def test_lukt_het_verzoek_niet_dan_is_de_taak_ook_niet_gedaan(fatima, klaarzetten, loket):  # noqa: F811
    taak = klaarzetten(
        fatima, soort="formuliertaak", details={"formulierDefinitie": DEFINITIE}, verzoektype="huurtoeslag"
    )
    loket.stuk = True
    with pytest.raises(RuntimeError), transaction.atomic():
        handelingen.dien_in(taak.pk, fatima.toegang, ONTVANGEN)
    assert opnieuw(taak).open


def test_een_onbekend_verzoektype_wordt_geweigerd(zaaksysteem, loket):  # noqa: F811
    antwoord = zaaksysteem.post(FORMULIERTAKEN, formuliertaak() | {"verzoektype": "hurtoeslag"})
    assert antwoord.status_code == 400
    assert antwoord.json()["invalidParams"][0]["name"] == "verzoektype"


def test_de_pagina_zegt_waarom_iemand_dit_krijgt(fatima, zaaksysteem):  # noqa: F811
    aanleiding = {"regel": "U heeft recht op huurtoeslag.", "bron": "https://wetten.overheid.nl/BWBR0008659"}
    uuid = zaaksysteem.post(FORMULIERTAKEN, formuliertaak(aanleiding=aanleiding)).json()["uuid"]
    pagina = html(fatima.client.get(f"/taken/{uuid}"))
    assert "Waarom krijgt u dit?" in pagina
    assert '<a class="nl-link" href="https://wetten.overheid.nl/BWBR0008659">wetten.overheid.nl</a>' in pagina


# --- Betaaltaak en niet-digitale taak --------------------------------------------------------------------------------
BETALING = {
    "bedrag": "74.9", "transactieomschrijving": "Parkeerbon 123", "doelrekening": {"naam": "Gemeente Voorbeeld"},
}  # fmt: skip


@pytest.mark.parametrize("pad", ["/taken/api/v1/betaaltaken", EXTERNE])
def test_een_betaaltaak_heeft_een_bedrag_met_centen(fatima, zaaksysteem, pad):  # noqa: F811
    antwoord = zaaksysteem.post(pad, body(details=BETALING) | {"taakSoort": "betaaltaak"})
    assert antwoord.status_code == 201, antwoord.content
    assert antwoord.json()["details"] == BETALING | {"bedrag": "74.90", "valuta": "EUR"}
    assert "€\u00a074,90" in html(fatima.client.get(f"/taken/{antwoord.json()['uuid']}"))


@pytest.mark.parametrize(
    ("anders", "veld"),
    [
        ({"bedrag": "0"}, "bedrag"),
        ({"bedrag": "-1"}, "bedrag"),
        ({"bedrag": "1.005"}, "bedrag"),
        ({"bedrag": "NaN"}, "bedrag"),
        ({"bedrag": "12,50"}, "bedrag"),
        ({"valuta": "USD"}, "valuta"),
        ({"doelrekening": {}}, "doelrekening"),
        ({"doelrekening": {"iban": "geen"}}, "doelrekening.iban"),
        ({"transactieomschrijving": ""}, "transactieomschrijving"),
    ],
)
def test_een_betaling_die_niet_klopt_is_een_400(zaaksysteem, anders, veld):  # noqa: F811
    antwoord = zaaksysteem.post("/taken/api/v1/betaaltaken", body(details=BETALING | anders))
    assert antwoord.status_code == 400
    assert [fout["name"] for fout in antwoord.json()["invalidParams"]] == [f"details.{veld}"]


KEURING = {
    "waar": "Bij een erkend garagebedrijf", "wanneer": "Voor 1 maart", "meenemen": ["uw auto", "uw kentekenbewijs"],
    "kosten": "Ongeveer € 50", "register": "de RDW",
}  # fmt: skip


def test_een_taak_die_niet_online_kan_zegt_waar_wanneer_en_wat_mee(fatima, zaaksysteem):  # noqa: F811
    antwoord = zaaksysteem.post("/taken/api/v1/nietdigitaletaken", body(details=KEURING))
    assert antwoord.status_code == 201, antwoord.content
    assert antwoord.json()["details"] == KEURING
    pagina = html(fatima.client.get(f"/taken/{antwoord.json()['uuid']}"))
    for woorden in ("Bij een erkend garagebedrijf", "uw kentekenbewijs", "de RDW", "Ik heb dit al gedaan"):
        assert woorden in pagina


def test_op_externetaken_bestaat_een_niet_digitale_taak_alleen_voor_wie_dat_wil(zaaksysteem):  # noqa: F811
    stuur = body(details=KEURING) | {"taakSoort": "nietdigitaaltaak"}
    uuid = zaaksysteem.post("/taken/api/v1/nietdigitaletaken", stuur).json()["uuid"]
    assert zaaksysteem.post(EXTERNE, stuur).status_code == 400
    assert zaaksysteem.get(EXTERNE).json()["results"] == []
    assert zaaksysteem.get(f"{EXTERNE}/{uuid}").status_code == 404
    Applicatie.objects.filter(pk=zaaksysteem.applicatie.pk).update(nietdigitale_taken_op_externetaken=True)
    assert zaaksysteem.post(EXTERNE, stuur | {"bronReferentie": "A2"}).status_code == 201
    assert zaaksysteem.get(f"{EXTERNE}/{uuid}").json()["details"] == KEURING


def test_het_adres_van_een_niet_digitale_taak_is_op_te_halen_door_wie_het_krijgt(zaaksysteem):  # noqa: F811
    from portaal.gebeurtenissen.models import Gebeurtenis
    from portaal.webhooks.cloudevents import als_cloudevent

    gemaakt = zaaksysteem.post("/taken/api/v1/nietdigitaletaken", body(details=KEURING, bronReferentie="A1"))
    [los] = json.loads(zaaksysteem.post("/taken/api/v1/nietdigitaletaken/_bulk", [body(details=KEURING)]).getvalue())
    botsing = zaaksysteem.post(
        "/taken/api/v1/nietdigitaletaken", body(titel="Anders", details=KEURING, bronReferentie="A1")
    )
    event = als_cloudevent(Gebeurtenis.objects.get(record_id=gemaakt.json()["uuid"]))
    for adres in (
        *(gemaakt.json()["url"], gemaakt["Location"], los["url"], event["dataref"]),
        botsing.json()["bestaand"],
    ):
        antwoord = zaaksysteem.get(adres.removeprefix("http://testserver"))
        assert antwoord.status_code == 200, adres
        assert antwoord.json()["url"] == adres


# --- Zuinig -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pagina", ["formulier", "controle"])
def test_een_pagina_kost_even_veel_queries_hoe_lang_het_formulier_ook_is(fatima, klaarzetten, pagina):  # noqa: F811
    def queries(aantal: int) -> int:
        velden = [{"type": "textfield", "key": f"v{n}", "label": f"Vraag {n}"} for n in range(aantal)]
        taak = klaarzetten(fatima, soort="formuliertaak", details={"formulierDefinitie": {"components": velden}})
        fatima.client.post(f"/taken/{taak.pk}/formulier", {"v0": "x"})
        with CaptureQueriesContext(
            connection,
        ) as vragen:
            assert fatima.client.get(f"/taken/{taak.pk}/{pagina}").status_code == 200
        return len(vragen)

    assert queries(3) == queries(300) <= 8
